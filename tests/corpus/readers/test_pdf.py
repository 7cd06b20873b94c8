"""PDF files: columns, pages, heads and numbers, scans."""

import pytest

from corpus import Document, EmptyDocument, FileTooLarge, Limits, UnreadableFile, read_document
from corpus.readers.pdf.reader import read
from tests.corpus.pdf_writer import Text, column, pdf

LEFT = [
    "Every spring the school measures how",
    "much rain falls on its roof. A tank",
    "under the gutter fills in about nine",
    "days, and the pupils water the beds",
    "with it until the summer holidays be-",
]
RIGHT = [
    "gin. Nobody has counted the tomatoes,",
    "but there were enough for the street.",
    "In winter the tank is left empty, be-",
    "cause ice would break it. In spring it",
    "is cleaned and filled again.",
]
WHOLE = (
    "Every spring the school measures how much rain falls on its roof. A tank under the gutter "
    "fills in about nine days, and the pupils water the beds with it until the summer holidays "
    "begin. Nobody has counted the tomatoes, but there were enough for the street. In winter the "
    "tank is left empty, because ice would break it. In spring it is cleaned and filled again."
)
CHINESE = [
    "　　天还没有亮，河边的小城已经醒了。卖豆浆的老人推",
    "着车从桥上走过，车轮压着石板，发出轻轻的响声。图书馆",
    "的门口已经站了十几个人，他们都在等开门。",
    "　　管理员在这里工作了二十一年。他说，最早来的总是那",
]
CONTINUED = ["几位退休教师，他们要看当天的报纸。"]


def quotes(document: Document) -> list[str]:
    return [" ".join(document.quote(p.spans).split()) for p in document.passages]


def chinese(lines: list[str], y: float) -> list[Text]:
    return [
        Text(60 + 20 * line.startswith("　　"), y - 16 * number, line.strip())
        for number, line in enumerate(lines)
    ]


def test_two_columns_in_either_order_of_drawing() -> None:
    title = Text(60, 790, "Rain on the Roof", 18)
    left, right = column(60, 740, LEFT), column(320, 740, RIGHT)
    by_rows = [text for pair in zip(left, right, strict=True) for text in pair]
    for drawn in ([title, *left, *right], [title, *by_rows], [*right, *left, title]):
        document = read_document(pdf([drawn]), "rain.pdf")
        assert document.articles[0].title == "Rain on the Roof"
        assert quotes(document) == [WHOLE]
        assert [passage.page for passage in document.passages] == [1]


def test_heads_and_numbers_are_left_out_and_paragraphs_run_over_pages() -> None:
    pages = [
        [
            Text(60, 810, "城南图书馆馆刊"),
            *chinese(CHINESE, 760),
            Text(290, 30, "- 1 -"),
        ],
        [
            Text(60, 810, "城南图书馆馆刊"),
            *chinese(CONTINUED, 760),
            Text(290, 30, "- 2 -"),
        ],
    ]
    document = read_document(pdf(pages, title="馆刊", author="王芳"), "a.pdf")
    assert quotes(document) == [
        "天还没有亮，河边的小城已经醒了。卖豆浆的老人推着车从桥上走过，车轮压着石板，发出轻轻的响声。"
        "图书馆的门口已经站了十几个人，他们都在等开门。",
        "管理员在这里工作了二十一年。他说，最早来的总是那几位退休教师，他们要看当天的报纸。",
    ]
    (article,) = document.articles
    assert (article.title, article.author, article.date) == ("馆刊", "王芳", "2026-03-01")
    assert [passage.page for passage in document.passages] == [1, 1]
    assert document.text.count("城南图书馆馆刊") == 2  # stored, not cited
    assert "- 2 -" in document.text


def test_a_page_may_begin_with_a_paragraph() -> None:
    full = "着车从桥上走过，车轮压着石板，发出轻轻的响声。图书馆。"  # the line is full, and ends
    pages = [
        [Text(60, 810, "城南图书馆馆刊"), *chinese([*CHINESE[:1], full], 760)],
        [Text(60, 810, "城南图书馆馆刊"), *chinese([CHINESE[3], *CONTINUED], 760)],
    ]
    document = read_document(pdf(pages), "a.pdf")
    assert [
        (p.page, quote[:6]) for p, quote in zip(document.passages, quotes(document), strict=True)
    ] == [
        (1, "天还没有亮，"),
        (2, "管理员在这里"),
    ]


def test_a_line_that_recurs_within_the_text_is_no_head() -> None:
    openings = ["The school keeps a garden.", "The mill stands empty.", "The ferry has a bell."]
    pages = [
        [
            Text(60, 815, "Town Reports"),
            Text(400, 815, f"Issue {number}"),
            Text(60, 790, opening),
            Text(60, 774, "Nobody has counted the visitors."),
            Text(290, 30, str(number)),
        ]
        for number, opening in enumerate(openings, 1)
    ]
    document = read_document(pdf(pages), "a.pdf")
    assert [
        (passage.page, quote)
        for passage, quote in zip(document.passages, quotes(document), strict=True)
    ] == [
        (page, text)
        for page, opening in enumerate(openings, 1)
        for text in (opening, "Nobody has counted the visitors.")
    ]


def test_passages_carry_their_page() -> None:
    pages = [[Text(60, 700, f"This is the only sentence on page {n}.")] for n in ("one", "two")]
    document = read_document(pdf(pages), "a.pdf")
    assert [passage.page for passage in document.passages] == [1, 2]


def test_a_table_stays_in_rows() -> None:
    cells = [("Day", "Hours"), ("Monday", "9 to 5"), ("Tuesday", "10 to 6"), ("Friday", "closed")]
    page = [
        Text(x, 700 - 16 * number, word)
        for number, row in enumerate(cells)
        for x, word in zip((60, 300), row, strict=True)
    ]
    document = read_document(pdf([page]), "a.pdf")
    assert document.quote(document.passages[0].spans) == "\n".join("\t".join(row) for row in cells)


def test_a_file_of_pictures_without_text_is_empty() -> None:
    with pytest.raises(EmptyDocument, match=r"a\.pdf: no text was found in the pictures of its 2"):
        read_document(pdf([[], []]), "a.pdf")


def test_damaged_and_oversized_files() -> None:
    whole = pdf([[Text(60, 700, "A page.")]] * 3)
    with pytest.raises(UnreadableFile, match=r"a\.pdf: the PDF file is damaged"):
        read_document(b"%PDF-1.7 nothing", "a.pdf")
    with pytest.raises(FileTooLarge, match="has 3 pages, the limit is 2"):
        read_document(whole, "a.pdf", Limits(pages=2))
    with pytest.raises(FileTooLarge, match="the limit is 10"):
        read_document(whole, "a.pdf", Limits(characters=10))


def test_larger_type_makes_titles_and_headings() -> None:
    page = [
        *column(72, 790, ["Rain on the Roof", "of the School"], size=20, pitch=24),
        Text(72, 720, "What is measured", 14),
        *column(72, 700, LEFT[:-1]),
        Text(72, 630, "How it is kept", 12.5),
        *column(72, 610, RIGHT[:2]),
        Text(72, 570, "What comes in winter", 14),
        *column(72, 550, RIGHT[-1:]),
    ]
    document = read_document(pdf([page]), "a.pdf")
    assert [article.title for article in document.articles] == ["Rain on the Roof of the School"]
    assert [(p.headings, document.quote(p.spans)[-18:]) for p in document.passages] == [
        (("What is measured",), "pupils water the beds"[-18:]),
        (("What is measured", "How it is kept"), "enough for the street."[-18:]),
        (("What comes in winter",), "ed and filled again."[-18:]),
    ]


def test_a_locked_file_is_named_so() -> None:
    """With passwords of which neither is empty, as the standard's own encryption has them."""
    lock = b" /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]"
    data = pdf([[Text(72, 700, "Locked.")]])
    locked = data.replace(b"/Info 8 0 R", b"/Info 8 0 R" + lock % (b"5A" * 32, b"A5" * 32))
    with pytest.raises(UnreadableFile, match="encrypted; save a copy without a password") as raised:
        read_document(locked, "a.pdf")
    assert raised.value.code == "encrypted"


def test_half_a_character_in_what_a_file_says_of_itself_costs_that_alone() -> None:
    whole = pdf([[Text(60, 700, "A page with text.")]], title="题", author="王芳")
    broken = whole.replace(b"<FEFF9898>", b"<FEFFD800>")
    assert broken != whole
    document = read_document(broken, "a.pdf")
    assert (document.articles[0].title, document.articles[0].author) == ("a", "王芳")


def test_every_line_has_its_place_on_the_page() -> None:
    lines = column(72, 700, LEFT)
    extraction = read(pdf([[*lines, Text(290, 30, "- 1 -")]]), Limits())
    assert [(extraction.text[slice(*box.span)], box.page) for box in extraction.boxes] == [
        *((line.words, 1) for line in lines),
        ("- 1 -", 1),
    ]
    first = extraction.boxes[0]
    assert (round(first.left), first.score) == (72, 1.0)
    assert first.bottom < 700 < first.top
    assert first.right > 200
