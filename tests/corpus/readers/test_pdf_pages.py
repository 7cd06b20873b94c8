"""What PDF pages show beside plain lines: tables, forms, watermarks, notes, side headings."""

from collections.abc import Sequence

from corpus import Document, read_document
from corpus.limits import DEFAULT_LIMITS
from corpus.readers.pdf.reader import read as extract
from tests.corpus.pdf_writer import Drawn, Field, Stroke, Text, boxes, column, pdf


def read(page: Sequence[Drawn], scale: float = 1) -> Document:
    return read_document(pdf([page], scale=scale), "文.pdf")


def quotes(document: Document) -> list[str]:
    return [document.quote(passage.spans) for passage in document.passages]


def flat(document: Document) -> list[str]:
    """The quotes, each on one line."""
    return [" ".join(quote.split()) for quote in quotes(document)]


def test_a_ruled_table_with_wrapped_cells() -> None:
    page: list[Drawn] = [
        Text(200, 780, "借车押金标准", 18),
        *boxes([80, 160, 260, 420], [740, 716, 676, 636]),
        *(Text(86, y, words) for y, words in [(724, "车型"), (692, "小客车"), (652, "货车")]),
        *(Text(166, y, words) for y, words in [(724, "押金"), (692, "800 元"), (652, "1500 元")]),
        *column(266, 724, ["说明"]),
        *column(266, 700, ["当天归还的免收，隔夜", "归还的次日退回。"], pitch=16),
        *column(266, 660, ["须有两年以上驾龄，", "由车队登记。"], pitch=16),
        Text(80, 610, "本标准自五月起执行。"),
    ]
    document = read(page)
    assert document.articles[0].title == "借车押金标准"
    assert quotes(document) == [
        "车型 | 押金 | 说明\n"
        "小客车 | 800 元 | 当天归还的免收，隔夜归还的次日退回。\n"
        "货车 | 1500 元 | 须有两年以上驾龄，由车队登记。",
        "本标准自五月起执行。",
    ]


def test_a_run_of_text_ends_at_the_line_between_two_cells() -> None:
    page: list[Drawn] = [
        *boxes([80, 130, 180], [740, 720, 700]),
        Text(95, 726, "Tag          Fee"),
        Text(95, 706, "117          2400"),
    ]
    assert quotes(read(page)) == ["Tag | Fee\n117 | 2400"]


def test_merged_cells_and_a_head_of_two_rows() -> None:
    """标准 is above 室内 and 室外, and 甲班 beside two rows."""
    page: list[Drawn] = [
        *(Stroke(80, y, 400, y) for y in (740, 700, 660)),
        *(Stroke(160, y, 400, y) for y in (680,)),
        Stroke(200, 720, 400, 720),
        *(Stroke(x, 740, x, 660) for x in (80, 160, 400)),
        Stroke(200, 740, 200, 660),
        Stroke(300, 720, 300, 660),
        Text(85, 716, "班组"),
        Text(163, 716, "月份"),
        Text(285, 726, "标准"),
        Text(240, 706, "室内"),
        Text(340, 706, "室外"),
        Text(85, 676, "甲班"),
        *(Text(165, y, words) for y, words in [(686, "六月"), (666, "七月")]),
        *(Text(240, y, words) for y, words in [(686, "60"), (666, "70")]),
        *(Text(340, y, words) for y, words in [(686, "80"), (666, "95")]),
    ]
    assert quotes(read(page)) == [
        "班组 | 月份 | 标准 室内 | 标准 室外\n甲班 | 六月 | 60 | 80\n甲班 | 七月 | 70 | 95"
    ]


def test_a_table_without_lines_is_one_where_its_columns_are_sure() -> None:
    rows = [
        ("编号", "名称", "地点", "价格"),
        ("E-01", "水泵", "锅炉房西侧", "18600"),
        ("E-02", "风机", "车间二层", "9200"),
        ("E-03", "电梯", "", "274000"),
    ]
    page: list[Drawn] = [
        Text(x, 700 - 20 * n, words)
        for n, row in enumerate(rows)
        for x, words in zip((60, 140, 240, 400), row, strict=True)
        if words
    ]
    assert quotes(read(page)) == [
        "编号 | 名称 | 地点 | 价格\n"
        "E-01 | 水泵 | 锅炉房西侧 | 18600\n"
        "E-02 | 风机 | 车间二层 | 9200\n"
        "E-03 | 电梯 | | 274000"
    ]


def test_the_rest_of_a_table_on_the_next_page_begins_with_its_head() -> None:
    def rows(cells: list[tuple[str, str]], top: float) -> list[Drawn]:
        ys = [top - 20 * n for n in range(len(cells) + 1)]
        return [
            *boxes([80, 160, 260], ys),
            *(Text(86, y - 14, cell[0]) for y, cell in zip(ys, cells, strict=False)),
            *(Text(166, y - 14, cell[1]) for y, cell in zip(ys, cells, strict=False)),
        ]

    first = [
        *column(80, 160, ["各泵站的流量如下。"]),
        *rows([("泵站", "流量"), ("东河", "140")], 120),
    ]
    second = [*rows([("西河", "95"), ("南塘", "60")], 780), *column(80, 700, ["数据每年更新。"])]
    document = read_document(pdf([first, second]), "泵站.pdf")
    assert [(passage.page, document.quote(passage.spans)) for passage in document.passages] == [
        (1, "各泵站的流量如下。"),
        (1, "泵站 | 流量\n东河 | 140"),
        (2, "泵站 | 流量\n西河 | 95\n南塘 | 60"),
        (2, "数据每年更新。"),
    ]


def test_tables_below_each_other_are_two() -> None:
    page: list[Drawn] = []
    for top, names in ((740, ("Tag", "Fee")), (680, ("Bell", "Tone"))):
        page += boxes([80, 130, 180], [top, top - 20, top - 40])
        page += [Text(x, top - 14, w) for x, w in zip((85, 135), names, strict=True)]
        page += [Text(x, top - 34, w) for x, w in zip((85, 135), ("Blue", "high"), strict=True)]
    assert quotes(read(page)) == ["Tag | Fee\nBlue | high", "Bell | Tone\nBlue | high"]


def test_a_caption_and_a_note_belong_to_their_table() -> None:
    page: list[Drawn] = [
        Text(80, 760, "表 2 各泵站的流量"),
        *boxes([80, 160, 260], [745, 725, 705]),
        *(Text(86, y, words) for y, words in [(731, "泵站"), (711, "东河")]),
        *(Text(166, y, words) for y, words in [(731, "流量"), (711, "140")]),
        Text(80, 690, "注：流量的单位是立方米每小时。"),
        Text(80, 650, "东河泵站建于六年前。"),
    ]
    assert quotes(read(page)) == [
        "表 2 各泵站的流量\n泵站 | 流量\n东河 | 140\n注：流量的单位是立方米每小时。",
        "东河泵站建于六年前。",
    ]


def test_rows_between_upright_lines_alone_stay_rows() -> None:
    rows = [("Tag", "Fee"), ("Blue", "20"), ("Red", "35"), ("Green", "50"), ("White", "80")]
    page: list[Drawn] = [
        *boxes([80, 130, 180], [740, 722, 640]),
        *(
            Text(x, 726 - 20 * n, words)
            for n, row in enumerate(rows)
            for x, words in zip((85, 135), row, strict=True)
        ),
    ]
    assert quotes(read(page)) == ["\n".join(" | ".join(row) for row in rows)]


def test_a_frame_around_text_is_no_table() -> None:
    lines = ["The pump is checked twice a day,", "and whoever checks it signs the book."]
    page: list[Drawn] = [*boxes([60, 300], [740, 680]), *column(72, 720, lines)]
    assert flat(read(page)) == [" ".join(lines)]


def test_a_paragraph_goes_on_below_a_table() -> None:
    lines = [
        "Whoever borrows a bicycle leaves a deposit at the gate and",
        "takes a numbered tag, which is handed back together with",
    ]
    rest = ["the bicycle. Without the tag the deposit is kept for a", "month."]
    page: list[Drawn] = [
        *column(72, 780, lines),
        *boxes([72, 180, 300], [745, 725, 705]),
        *(Text(x, y, words) for x, y, words in [(80, 731, "Tag"), (190, 731, "Deposit")]),
        *(Text(x, y, words) for x, y, words in [(80, 711, "Blue"), (190, 711, "20 marks")]),
        *column(72, 680, rest),
    ]
    assert flat(read(page)) == [" ".join(lines + rest), "Tag | Deposit Blue | 20 marks"]


def test_side_headings_are_label_and_text() -> None:
    page: list[Drawn] = [
        Text(230, 780, "租船须知", 18),
        Text(72, 730, "押金"),
        *column(
            190,
            730,
            ["上船时预付押金二百元，还船后三日内原", "路退回；船有损坏的，保留半个月。"],
        ),
        Text(72, 690, "超时"),
        *column(190, 690, ["每超过十分钟加收十元，不满十分钟的按十分", "钟计算。"]),
        Text(72, 650, "异地还船"),
        *column(190, 650, ["可以在湖边任一码头还船，须提前一小时告", "知，不另外收费。"]),
    ]
    assert quotes(read(page)) == [
        "押金 上船时预付押金二百元，还船后三日内原路退回；船有损坏的，保留半个月。",
        "超时 每超过十分钟加收十元，不满十分钟的按十分钟计算。",
        "异地还船 可以在湖边任一码头还船，须提前一小时告知，不另外收费。",
    ]


TEXT = ["门卫室昼夜有人，白班早上八点交接，夜班晚上", "八点交接，双方在登记簿上签字。"]


def test_tiled_and_slanting_watermarks_are_left_out() -> None:
    tiles = [
        Text(x, y, "内部资料 请勿外传", 14, angle=35)
        for x in range(60, 560, 150)
        for y in range(80, 820, 110)
    ]
    level = [Text(x, y, "内部资料 请勿外传", 10) for x in (70, 300) for y in (751, 737, 400, 200)]
    for marks in (tiles, level):
        document = read([*marks, *column(72, 750, TEXT)])
        assert quotes(document) == ["".join(TEXT)]
        assert document.text.count("请勿外传") == 1  # stored once, not cited


def test_letters_drawn_twice_are_read_once() -> None:
    twice = [Text(180 + 1.2 * n, 780 - 0.6 * n, "二〇三一年度检修报告", 22) for n in range(2)]
    number = [Text(230 + 2.5 * n, 740 - 1.2 * n, "编号：668800", 14) for n in range(2)]
    document = read([*twice, *number, *column(72, 690, TEXT)])
    assert document.articles[0].title == "二〇三一年度检修报告"
    assert quotes(document) == ["编号：668800", "".join(TEXT)]


def test_spaces_that_are_not_drawn_break_no_run_on_a_scaled_page() -> None:
    """Chinese and numbers one after the other with little between them, as word processors do."""
    pieces = ["水箱的容积可达", "70", "立方米，每天补水", "45", "次。"]
    for scale in (1, 0.05):
        page: list[Drawn] = []
        x = 72.0
        for piece in pieces:
            page.append(Text(x, 700, piece, 12))
            x += sum(6 if mark.isascii() else 12 for mark in piece) + 3
        (quote,) = quotes(read(page, scale))
        assert quote.replace(" ", "") == "".join(pieces)


def test_fields_of_a_form_are_read_with_their_labels() -> None:
    page = column(72, 720, ["Borrower:", "Device number:", "Return by:", "Insured:"], 12, 30)
    fields = [
        Field(180, 715, "Odile Marchetti"),
        Field(180, 685, "KT-41 theodolite"),
        Field(180, 655, "9 May 2031"),
        Field(180, 625, True),
    ]
    document = read_document(pdf([page], fields=fields), "form.pdf")
    assert quotes(document) == [
        "Borrower: Odile Marchetti\n"
        "Device number: KT-41 theodolite\n"
        "Return by: 9 May 2031\n"
        "Insured: ☒"
    ]


def test_footnotes_are_apart_from_the_paragraph_that_goes_on() -> None:
    first: list[Drawn] = [
        *column(72, 780, ["The mill was built by a guild of weavers, who paid for it"]),
        Text(72, 60, "1 The guild's book is kept in the town archive.", 7),
    ]
    second = column(72, 780, ["in eleven yearly parts. The wheel was renewed twice."])
    document = read_document(pdf([first, second]), "mill.pdf")
    assert flat(document) == [
        "The mill was built by a guild of weavers, who paid for it in eleven yearly parts. "
        "The wheel was renewed twice.",
        "1 The guild's book is kept in the town archive.",
    ]
    assert [passage.page for passage in document.passages] == [1, 1]


def test_cells_have_their_own_boxes() -> None:
    page: list[Drawn] = [
        *boxes([80, 130, 180], [740, 720, 700]),
        *(Text(x, y, w) for x, y, w in [(85, 726, "Tag"), (135, 726, "Fee"), (85, 706, "Blue")]),
    ]
    extraction = extract(pdf([page]), DEFAULT_LIMITS)
    places = {extraction.text[slice(*box.span)]: round(box.left) for box in extraction.boxes}
    assert places == {"Tag": 85, "Fee": 135, "Blue": 85}
