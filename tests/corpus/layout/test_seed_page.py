"""The newspaper page the product was asked for: what it holds, by titles, places and hashes.

Its sentences are not ours; the expected list was worked out by hand from the page,
line by line, and is written here as spans and SHA-256.
"""

import hashlib
from pathlib import Path

import pytest

from corpus import Document, Passage, Span, find_files, read_document, read_file

# Passages in order: article, paragraph, spans, and the first half of the quote's SHA-256.
EXPECTED = [
    (0, 1, [(28, 211)], "4886cf2881237db61a8b71c93f5ed46c"),
    (0, 2, [(213, 456)], "a7dc2bce1c728ee042fd6f6881c0c318"),
    (0, 3, [(458, 505)], "79b8630e626fc860c74b8a15207a6d8b"),
    (
        0,
        4,
        [(507, 721), (723, 873)],
        "54cba9f5ebc77d29107eaff427dbf025",
    ),
    (0, 5, [(875, 922)], "1d68e831ce841467907f759480edcfc1"),
    (0, 6, [(924, 1079)], "066140dcf6052f78b38696bc70d874d9"),
    (
        0,
        7,
        [(1081, 1217), (1219, 1244)],
        "2bdc203b3625933fe722d73d2b59d722",
    ),
    (0, 8, [(1246, 1610)], "83ace8be1fc442a46f73186586be58c5"),
    (0, 9, [(1612, 1659)], "4002a9572497c1e73ae58f7fd6d29b3d"),
    (
        0,
        10,
        [(1661, 1719), (1721, 1765)],
        "291f410366910bd6692f1a1fc8008985",
    ),
    (0, 11, [(1767, 1921)], "8ee580f2b439c51953489fa333bec79d"),
    (0, 12, [(1923, 2152)], "c1222885b05d2132f49049b479f0e834"),
    (0, 13, [(2154, 2201)], "60cac18b77d2c03681f04f1953667bf6"),
    (
        0,
        14,
        [(2203, 2220), (2222, 2427)],
        "7d11860a222cc2fca0cf20541811977d",
    ),
    (0, 15, [(2429, 2568)], "894db640cf105a07ea0b77629036500a"),
    (0, 16, [(2570, 2684)], "c5771de4178ea5c1f5442cb7e8f06fc0"),
    (
        0,
        17,
        [(2686, 2709), (2711, 2716)],
        "66435e581ce6dedb3a189bd84de09979",
    ),
    (1, 1, [(2745, 2908)], "693476d9b1fe282e4bdef69a9672e031"),
    (1, 2, [(2910, 3295)], "1088c3e0233a6cfa89e6ddd0fbb2977b"),
    (
        1,
        3,
        [(3297, 3377), (3379, 3857)],
        "af89edc473bf8ff1b05c532e664ed606",
    ),
    (
        1,
        4,
        [(3859, 4310), (4312, 4443)],
        "6b98e075b35e000d71313219acfeec5d",
    ),
    (
        1,
        5,
        [(4445, 4698), (4700, 5049)],
        "1bfc258040c31ddbc8e47624d67b98ed",
    ),
    (
        1,
        6,
        [(5051, 5072), (5074, 5078)],
        "620e4d66bfef6c78d4a2f97edb4ac758",
    ),
    (2, 1, [(5127, 5255)], "ede624091a2a3e278213f27e80f8f920"),
    (
        2,
        2,
        [(5274, 5476), (5478, 5747)],
        "c90734157744ef58381d5f7d350f3075",
    ),
    (
        2,
        3,
        [(5766, 5845), (5847, 6133)],
        "9117b0d7453777bcc965513673e9aaad",
    ),
    (
        2,
        4,
        [(6152, 6210), (6212, 6634)],
        "657540e11ce1b557bd999c03ebc5b81c",
    ),
    (2, 5, [(6653, 6902)], "07b87a6aa1e66ce1b2abd73797fc0da7"),
    (
        2,
        6,
        [(6904, 6925), (6927, 6932)],
        "337528827fbae908e6a8c28d3fbe4fda",
    ),
    (3, 1, [(6959, 7031)], "e4d69655c775ec9d9186a2964804c0a9"),
    (
        3,
        2,
        [(7049, 7167), (7169, 7329)],
        "77e37af0f1fb4705c33bbe6a677b3c2f",
    ),
    (
        3,
        3,
        [(7347, 7464), (7466, 7538)],
        "5db7afe1079be31aabaf3c312f8d9d45",
    ),
    (3, 4, [(7540, 7694)], "d589d43fb437f49c7c84b984c71e4242"),
    (
        3,
        5,
        [(7714, 7754), (7756, 7840)],
        "c217da6a82e63f4bb7ab1345988b5946",
    ),
    (3, 6, [(7842, 8013)], "8020fca93cdee0dffa795279428ccbaa"),
    (
        3,
        7,
        [(8033, 8051), (8053, 8363)],
        "d2082e1749063f8972a26d2b3c041f62",
    ),
]


@pytest.fixture(scope="module")
def page(shared: Path) -> Document:
    path = shared / "seed" / "newspaper-page.txt"
    if not path.is_file():
        pytest.skip(f"no newspaper page at {path}")
    return read_file(path)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def office(document: Document, passage: Passage) -> bool:
    return document.quote(passage.spans).startswith("(作者为")


def test_four_articles_with_titles_and_authors(page: Document) -> None:
    assert [(article.title, article.author) for article in page.articles] == [
        ("把握行动指南彰显工会新担当新作为", "杨忠林"),
        ("把工会组织建设得更加坚强有力充满活力", "庄莉"),
        ("企业工会干部提高群众工作水平的思考", "刘雪莲"),
        ("以“四化”推进群团工作创新发展", "谢少先"),
    ]


def test_passages_lie_where_the_page_has_them(page: Document) -> None:
    assert [
        (p.article, p.paragraph, list(map(tuple, p.spans)), sha256(page.quote(p.spans))[:32])
        for p in page.passages
    ] == EXPECTED
    assert [p.number for p in page.passages] == list(range(36))
    assert [sum(p.article == article for p in page.passages) for article in range(4)] == [
        17,
        6,
        6,
        7,
    ]


def test_every_broken_paragraph_is_whole(page: Document) -> None:
    prose = [p for p in page.passages if not office(page, p)]
    # Fourteen paragraphs stand on two lines each; the page breaks none twice.
    assert [len(p.spans) for p in prose].count(2) == 14
    assert {len(p.spans) for p in prose} == {1, 2}
    assert all(page.quote(p.spans).endswith(("。", "。”")) for p in prose)
    assert not any("\n" in page.quote(p.spans) for p in page.passages)


def test_section_headings_are_headings(page: Document) -> None:
    headings: dict[int, list[str]] = {article: [] for article in range(4)}
    for passage in page.passages:
        for heading in passage.headings:
            if heading not in headings[passage.article]:
                headings[passage.article].append(heading)
    assert [len(headings[article]) for article in range(4)] == [0, 0, 4, 4]
    assert all(heading.startswith("企业工会干部要") for heading in headings[2])
    assert all(heading.startswith("以") for heading in headings[3])
    texts = [page.quote(passage.spans) for passage in page.passages]
    assert not any(heading in texts for each in headings.values() for heading in each)


def test_the_office_is_a_passage_with_its_authors_name(page: Document) -> None:
    notes = [p for p in page.passages if office(page, p)]
    assert [p.article for p in notes] == [0, 1, 2]
    assert [page.quote(p.spans).rpartition(")")[2] for p in notes] == [
        "■ 杨忠林",
        "■ 庄莉",
        "■ 刘雪莲",
    ]
    assert [p.headings for p in notes] == [(), (), ()]


def test_the_kicker_is_no_article_and_no_passage(page: Document) -> None:
    kicker = "认真学习贯彻习近平总书记重要讲话精神"
    assert page.text.count(f"\n{kicker}\n") == 1
    assert kicker not in [article.title for article in page.articles]
    assert kicker not in [page.quote(passage.spans) for passage in page.passages]
    assert not any(kicker in passage.headings for passage in page.passages)


def test_the_folder_gives_the_same_document(page: Document, shared: Path) -> None:
    (file,) = find_files(shared / "seed")
    assert file.source == "newspaper-page.txt"
    assert read_document(file.load(), file.source) == page
    assert page.id == hashlib.sha256(file.load()).hexdigest()
    assert page.quote([Span(2, 4)]) == page.articles[0].title[:2]
