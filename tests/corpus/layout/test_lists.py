"""A list and what announces it are one passage, whatever format they are in."""

import io

import docx
import pytest

from corpus import read_document
from tests.corpus.pdf_writer import column, pdf

LEAD = "公司职工想成立工会，最好先联系所在街道的总工会。常见的步骤如下："
ITEMS = ("提出建会请求，成立筹备组。", "发展会员，登记造册。", "召开会员大会，选举委员会。")
END = "办完以后，工会就成立了，可以刻章开户，也可以开展活动。"
NUMBERED = tuple(f"{number}. {item}" for number, item in enumerate(ITEMS, 1))
BULLETED = tuple(f"• {item}" for item in ITEMS)
CHINESE = tuple(f"（{number}）{item}" for number, item in zip("一二三", ITEMS, strict=True))


def word(items: tuple[str, ...], style: str | None) -> bytes:
    document = docx.Document()
    for paragraph in (LEAD, *items, END):
        listed = style if paragraph in items else None
        document.add_paragraph(paragraph, style=listed)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def page(items: str) -> bytes:
    return f"<meta charset=utf-8><p>{LEAD}</p>{items}<p>{END}</p>".encode()


FILES: dict[str, tuple[str | bytes, tuple[str, ...]]] = {
    "blocks.md": (f"{LEAD}\n\n{NUMBERED[0]}\n{NUMBERED[1]}\n{NUMBERED[2]}\n\n{END}", NUMBERED),
    "apart.md": ("\n\n".join((LEAD, *NUMBERED, END)), NUMBERED),
    "chinese.md": ("\n\n".join((LEAD, *CHINESE, END)), CHINESE),
    "lines.txt": ("\n".join((LEAD, *NUMBERED, END)), NUMBERED),
    "apart.txt": ("\n\n".join((LEAD, *CHINESE, END)), CHINESE),
    "list.html": (page("<ol>" + "".join(f"<li>{i}</li>" for i in ITEMS) + "</ol>"), NUMBERED),
    "paragraphs.html": (page("".join(f"<p>{item}</p>" for item in NUMBERED)), NUMBERED),
    "numbers.docx": (word(ITEMS, "List Number"), NUMBERED),
    "bullets.docx": (word(ITEMS, "List Bullet"), BULLETED),
    "typed.docx": (word(NUMBERED, None), NUMBERED),
}


def passages(name: str, content: str | bytes) -> list[str]:
    data = content.encode() if isinstance(content, str) else content
    document = read_document(data, name)
    return [document.quote(passage.spans) for passage in document.passages]


@pytest.mark.parametrize("name", FILES)
def test_the_list_stands_with_what_announces_it(name: str) -> None:
    content, items = FILES[name]
    assert passages(name, content) == ["\n".join((LEAD, *items)), END]


def test_a_pdf() -> None:
    lines = [LEAD[:20], LEAD[20:], *NUMBERED]
    assert passages("page.pdf", pdf([column(60, 780, lines)])) == ["\n".join((LEAD, *NUMBERED))]


def test_a_table_and_code_too() -> None:
    table = "| 号码 | 谁接 |\n| --- | --- |\n| 12351 | 工会 |"
    code = "```\nwenju index .\n```"
    assert passages("a.md", f"电话如下：\n\n{table}\n\n运行：\n\n{code}\n") == [
        "电话如下：\n| 号码 | 谁接 |\n| 12351 | 工会 |",
        "运行：\nwenju index .",
    ]


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("会员的权利列在下面。", "（一）选举权；", "（二）监督权。"),  # announces nothing
        ("他这样说：", "工会是职工的家。", "职工是工会的人。"),  # no list
        ("只有一条：", "（一）自愿入会。", "其余的见章程，这里不再抄录。"),  # one is no list
        ("版本如下：", "3.5 版修正了三处错误。", "4.0 版重写了全部索引。"),  # figures
    ],
)
def test_what_is_left_apart(paragraphs: tuple[str, ...]) -> None:
    assert passages("a.md", "\n\n".join(paragraphs)) == list(paragraphs)


def test_long_items_are_paragraphs_of_their_own() -> None:
    items = [f"（{number}）{'单位应当按时足额支付工资。' * 20}" for number in "一二三"]
    assert passages("a.md", "\n\n".join(("要求如下：", *items))) == ["要求如下：", *items]


def test_a_long_list_is_cut_at_its_rows() -> None:
    rows = [f"- 第{number}项{'，按时足额支付工资' * 12}；" for number in range(10)]
    found = passages("a.md", "要求如下：\n\n" + "\n".join(rows))
    assert found == [
        "\n".join(("要求如下：", *rows[:3])),
        "\n".join(rows[3:6]),
        "\n".join(rows[6:9]),
        rows[9],
    ]
