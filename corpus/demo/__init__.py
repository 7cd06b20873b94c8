"""The demo library: short articles written for this project, in Markdown.

Room: data inside `corpus`. Everything else in this folder with the ending `.md` is an
article and is indexed; this module only makes the folder package data and holds the
statement of origin.

Origin. Every sentence was written by the Wenju editors for this project in November 2026
and is under the licence of the project (Apache-2.0). Nothing was copied. Two kinds of
source were read for their facts:

* One page of a Chinese newspaper with four opinion articles on trade-union work:
  Yang Zhonglin (杨忠林), 《把握行动指南彰显工会新担当新作为》; Zhuang Li (庄莉),
  《把工会组织建设得更加坚强有力充满活力》; Liu Xuelian (刘雪莲),
  《企业工会干部提高群众工作水平的思考》; Xie Shaoxian (谢少先),
  《以“四化”推进群团工作创新发展》. The digests name these authors and their offices as
  printed; the opinions are theirs. `tests/test_demo_articles.py` compares the digests with
  the page, where it is present.
* Public law of the PRC, whose official texts are not under copyright: Trade Union Law
  (as amended 2021), Labour Law, Labour Contract Law and its implementing regulation, Labour
  Dispute Mediation and Arbitration Law, Work Safety Law (2021), Law on the Prevention and
  Control of Occupational Diseases, Social Insurance Law, Law on the Protection of Women's
  Rights and Interests (2022), Legal Aid Law, Regulation on Ensuring Wage Payment to Migrant
  Workers, Regulation on Labour Security Supervision, Regulation on Work-Related Injury
  Insurance, Special Provisions on the Labour Protection of Female Employees, Regulation on
  Paid Annual Leave and its implementing measures, Provisions on Collective Contracts (2004),
  Criminal Law article 276-1, and the Supreme People's Court's interpretations (I) and (II)
  on labour disputes.

The handbook is an example for a search tool and no legal advice; `how-to-use.md` says so to
the reader.
"""
