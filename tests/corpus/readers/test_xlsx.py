"""Excel files: sheets and rows as they are shown, and hostile ones refused in time."""

import datetime
import io
import time
import zipfile
from collections.abc import Callable, Sequence
from itertools import pairwise

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from corpus import Document, EmptyDocument, FileTooLarge, Limits, UnreadableFile, read_document

SHEET = "xl/worksheets/sheet1.xml"
CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def quotes(document: Document) -> list[str]:
    return [document.quote(passage.spans) for passage in document.passages]


def saved(workbook: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def sheet(
    rows: Sequence[Sequence[object]], change: Callable[[Worksheet], None] | None = None
) -> bytes:
    """A file of one sheet, with what else is done to it."""
    workbook = openpyxl.Workbook()
    active = workbook.active
    assert isinstance(active, Worksheet)
    for row in rows:
        active.append(list(row))
    if change is not None:
        change(active)
    return saved(workbook)


def with_part(name: str, content: str) -> bytes:
    """A file of one sheet, one of whose parts is another."""
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sheet([["甲"]]))) as source,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for each in source.namelist():
            copy.writestr(each, content if each == name else source.read(each))
    return changed.getvalue()


def rows_of(data: str, after: str = "") -> bytes:
    return with_part(
        SHEET,
        f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData>{after}</worksheet>',
    )


def test_sheets_are_sections_and_rows_records() -> None:
    workbook = openpyxl.Workbook()
    allowances = workbook.active
    assert isinstance(allowances, Worksheet)
    allowances.title = "津贴"
    for row in (
        ["2024年津贴表"],
        [],
        ["部门", "姓名", None, "金额"],
        ["财务", "王芳", None, 45000.0],
        [None, "李明", None, 300.5],
        ["后勤", None, None, 280],
    ):
        allowances.append(row)
    allowances.merge_cells("A1:D1")
    allowances.merge_cells("A4:A5")
    answers = workbook.create_sheet("问答")
    answers.append(["问题", "答案"])
    answers.append(["怎么入会？", "填表，\r\n交给工会。"])
    titled = workbook.create_sheet("说明")
    titled.append(["标题", "内容"])
    titled.append(["会费", "每月按工资的千分之五缴纳。"])
    titled.append([None, "四月起改为一年一缴。"])
    workbook.create_sheet("空")
    hidden = workbook.create_sheet("底稿")
    hidden.append(["谁也看不见"])
    hidden.sheet_state = "hidden"
    document = read_document(saved(workbook), "津贴表.xlsx")
    assert [(p.headings, document.quote(p.spans)) for p in document.passages] == [
        (("津贴",), "2024年津贴表"),
        (("津贴",), "部门：财务\n姓名：王芳\n金额：45000"),
        (("津贴",), "部门：财务\n姓名：李明\n金额：300.5"),
        (("津贴",), "部门：后勤\n金额：280"),
        (("问答",), "怎么入会？\n填表，\n交给工会。"),
        (("说明", "会费"), "每月按工资的千分之五缴纳。"),
        (("说明",), "四月起改为一年一缴。"),
    ]
    assert [(article.title, article.author) for article in document.articles] == [("津贴表", None)]


@pytest.mark.parametrize(
    ("name", "headings"),
    [("Sheet1", ()), ("Sheet", ()), ("工作表1", ()), ("收费标准", ("收费标准",))],
)
def test_a_lone_sheet_is_a_section_if_somebody_named_it(
    name: str, headings: tuple[str, ...]
) -> None:
    def rename(sheet: Worksheet) -> None:
        sheet.title = name

    document = read_document(sheet([["怎么入会？", "填表。"]], rename), "a.xlsx")
    assert quotes(document) == ["怎么入会？\n填表。"]
    assert document.passages[0].headings == headings


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (45000.0, "General", "45000"),
        (0.1 + 0.2, "General", "0.3"),
        (-1234567.891, "#,##0.00", "-1234567.891"),
        (110101900307123, "0", "110101900307123"),
        (2.5e15, "General", "2500000000000000"),
        (1.5e300, "General", "1.5e+300"),
        (0.05, "0%", "5%"),
        (0.125, "0.00%", "12.5%"),
        (123, "000000", "000123"),
        (True, "General", "TRUE"),
        (datetime.date(2024, 3, 1), "yyyy-mm-dd", "2024-03-01"),
        (datetime.date(2024, 3, 1), 'yyyy"年"m"月"', "2024-03-01"),
        (datetime.datetime(2024, 3, 1, 8, 30), "yyyy-mm-dd hh:mm", "2024-03-01 08:30"),
        (datetime.time(17, 30), "h:mm", "17:30"),
        (datetime.timedelta(hours=27), "[h]:mm:ss", "1 day, 3:00:00"),
        ("  两行\r\n字 ", "General", "两行\n字"),
        ("乱_x000D_码_xD800_", "General", "乱\n码?"),
    ],
)
def test_what_cells_show(value: object, number_format: str, shown: str) -> None:
    def write(sheet: Worksheet) -> None:
        sheet["B2"].number_format = number_format

    data = sheet([["名称", "内容物", "备注栏"], ["甲", value, "乙"]], write)
    assert quotes(read_document(data, "a.xlsx")) == [f"名称：甲\n内容物：{shown}\n备注栏：乙"]


def test_a_head_of_two_rows_is_one() -> None:
    def merge(sheet: Worksheet) -> None:
        for cells in ("A1:D1", "A2:A3", "B2:C2", "D2:D3", "A4:A5"):
            sheet.merge_cells(cells)

    rows: list[list[object]] = [
        ["2024年高温补贴标准"],
        ["岗位", "月标准（元）", None, "备注"],
        [None, "室外", "室内"],
        ["电焊", 300, 180, "六月至九月"],
        [None, 260, 150, "夜班"],
    ]
    assert quotes(read_document(sheet(rows, merge), "a.xlsx")) == [
        "2024年高温补贴标准",
        "岗位：电焊\n月标准（元） 室外：300\n月标准（元） 室内：180\n备注：六月至九月",
        "岗位：电焊\n月标准（元） 室外：260\n月标准（元） 室内：150\n备注：夜班",
    ]


def test_merged_cells_of_records_make_no_head() -> None:
    def merge(sheet: Worksheet) -> None:
        for cells in ("A2:A3", "B2:C2"):
            sheet.merge_cells(cells)

    rows: list[list[object]] = [
        ["部门", "甲班", "乙班", "人数"],
        ["财务", "无", None, 3],
        [None, "早", "晚", 4],
    ]
    assert quotes(read_document(sheet(rows, merge), "a.xlsx")) == [
        "部门：财务\n甲班：无\n人数：3",
        "部门：财务\n甲班：早\n乙班：晚\n人数：4",
    ]


def test_formulas_are_what_they_gave_and_errors_nothing() -> None:
    data = rows_of(
        '<row r="1"><c r="A1" t="str"><f>"总"&amp;"数"</f><v>总数</v></c>'
        '<c r="B1" t="inlineStr"><is><t>备注</t></is></c></row>'
        '<row r="2"><c r="A2"><f>SUM(C1:C9)</f><v>42</v></c><c r="B2" t="e"><v>#N/A</v></c></row>'
    )
    assert quotes(read_document(data, "a.xlsx")) == ["总数：42"]


def test_a_file_says_its_title_author_and_date() -> None:
    workbook = openpyxl.Workbook()
    active = workbook.active
    assert isinstance(active, Worksheet)
    active.append(["怎么入会？", "填表。"])
    workbook.properties.title, workbook.properties.creator = "入会问答", "市总工会"
    workbook.properties.created = datetime.datetime(2024, 3, 1)
    (article,) = read_document(saved(workbook), "a.xlsx").articles
    assert (article.title, article.author, article.date) == ("入会问答", "市总工会", "2024-03-01")
    undated = with_part(
        "docProps/core.xml",
        '<coreProperties xmlns="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    )
    (article,) = read_document(undated, "a.xlsx").articles
    assert (article.title, article.author, article.date) == ("a", None, None)


def test_a_workbook_without_text() -> None:
    with pytest.raises(EmptyDocument, match=r"a\.xlsx: the file holds no text"):
        read_document(sheet([[None]]), "a.xlsx")


# -- hostile files -------------------------------------------------------------------


def test_zip_bombs_are_refused_before_they_are_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(SHEET, bytes(50_000_000))
    with pytest.raises(FileTooLarge, match=r"would unpack to .*: it looks like a zip bomb"):
        read_document(bomb.getvalue(), "a.xlsx")


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(part: str, encoding: str) -> None:
    entities = '<!ENTITY a "aaaaaaaaaa">'
    for before, name in pairwise("abcdefghij"):
        entities += f'<!ENTITY {name} "' + 10 * f"&{before};" + '">'
    content = f'<!DOCTYPE x [{entities}]><x xmlns="{MAIN}">&j;</x>'
    content = "<!--" + 9000 * "x" + "-->" + content
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sheet([["甲"]]))) as source,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for each in source.namelist():
            copy.writestr(each, content.encode(encoding) if each == part else source.read(each))
    with pytest.raises(UnreadableFile) as caught:
        read_document(changed.getvalue(), "a.xlsx")
    assert str(caught.value).startswith(
        f"a.xlsx: the xlsx file is damaged: {part!r} has a document type"
    )


WIDE = '<row r="{row}"><c r="{column}{row}" t="inlineStr"><is><t>甲</t></is></c></row>'
SPARSE = "".join(WIDE.format(row=n, column=get_column_letter(n)) for n in range(1, 4001))


@pytest.mark.parametrize(
    "data",
    [
        # Dimensions that are not true, and rows a billion apart.
        with_part(
            SHEET,
            f'<worksheet xmlns="{MAIN}"><dimension ref="A1:XFD1048576"/><sheetData>'
            + WIDE.format(row=1, column="A")
            + WIDE.format(row=999_999_999_999, column="XFD")
            + "</sheetData></worksheet>",
        ),
        # A merged range as large as a sheet can be, twenty thousand times.
        rows_of(
            "".join(WIDE.format(row=n, column="A") for n in range(1, 3)),
            "<mergeCells>" + 20_000 * '<mergeCell ref="A1:XFD1048576"/>' + "</mergeCells>",
        ),
    ],
)
def test_declared_sizes_take_no_time(data: bytes) -> None:
    begun = time.monotonic()
    assert quotes(read_document(data, "a.xlsx"))[-1].endswith("甲")
    assert time.monotonic() - begun < 60


def test_a_sheet_of_nothing_but_gaps_is_refused() -> None:
    with pytest.raises(FileTooLarge) as caught:
        read_document(rows_of(SPARSE), "a.xlsx")
    assert str(caught.value).startswith(
        "a.xlsx: the sheets spread over 16,000,000 cells, most of them empty, the limit is "
        "10,000,000; "
    )
    assert (caught.value.code, caught.value.values) == (
        "too_many_cells",
        {"cells": 16_000_000, "limit": 10_000_000},
    )


def test_a_row_wider_than_rows_can_be_is_refused() -> None:
    with pytest.raises(UnreadableFile, match=r"damaged: a row has 16,385 cells"):
        read_document(rows_of(f"<row>{'<c/>' * 16_385}</row>"), "a.xlsx")


def test_one_sheet_under_many_names_is_refused() -> None:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheets = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 2001))
    workbook = f'<workbook xmlns="{MAIN}" xmlns:r="{relation}"><sheets>{sheets}</sheets></workbook>'
    with pytest.raises(UnreadableFile, match="damaged: two of its sheets are 'xl/worksheets/"):
        read_document(with_part("xl/workbook.xml", workbook), "a.xlsx")


def test_a_merged_text_counts_in_each_row() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A1:A200")

    data = sheet([["很长的部门名" * 100, "甲"], *([None, "乙"] for _ in range(199))], merge)
    assert len(quotes(read_document(data, "a.xlsx"))) == 200
    with pytest.raises(FileTooLarge, match=r"the text has .* characters, the limit is 50,000"):
        read_document(data, "a.xlsx", Limits(characters=50_000))


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("content", ["", "<x", "<x/>", "<a:b xmlns:a='x'><a:c/></a:b>"])
def test_broken_parts_are_named(part: str, content: str) -> None:
    try:
        assert quotes(read_document(with_part(part, content), "a.xlsx")) == ["甲"]
    except (UnreadableFile, EmptyDocument) as error:
        assert str(error).startswith("a.xlsx: the ")  # noqa: PT017


def test_a_formula_without_value_is_computed_where_it_is_simple() -> None:
    rows: list[list[object]] = [
        ["项目", "数量", "单价", "金额"],
        ["水泥", 3, 20, "=B2*C2"],
        ["沙子", 2, 15.5, "=B3*C3"],
        ["合计", "=SUM(B2:B3)", "=AVERAGE(C2:C3)", "=SUM(D2:D3,1)-(2+1)"],
        ["查得", "=VLOOKUP(A2,D:D,1)", "=E9", "=D5"],
    ]
    document = read_document(sheet(rows), "a.xlsx")
    assert quotes(document) == [
        "项目：水泥\n数量：3\n单价：20\n金额：60",
        "项目：沙子\n数量：2\n单价：15.5\n金额：31",
        "项目：合计\n数量：5\n单价：17.75\n金额：89",
        "项目：查得\n数量：=VLOOKUP(A2,D:D,1)\n单价：=E9\n金额：=D5",
    ]
    assert document.warnings == (
        "3 of its formulas have no value and are shown as formulas; "
        "open the file in Excel, WPS or LibreOffice and save it",
    )


def test_formulas_that_refer_to_each_other_end() -> None:
    long = [[f"=A{n}+1", "=SUM(A1:XFD1048576)"] for n in range(2, 300)]
    rows = [["甲", "乙"], ["=B2", "=A2"], *long, ["=" + "(" * 900 + "1"]]
    document = read_document(sheet(rows), "a.xlsx")
    assert quotes(document)[0] == "甲：=B2\n乙：=A2"


def test_two_tables_side_by_side_are_two() -> None:
    rows: list[list[object]] = [
        ["早班", "人数", None, "晚班", "津贴"],
        ["东组", 12, None, "西组", 45],
        ["北组", 9, None, "南组", 60],
    ]
    assert quotes(read_document(sheet(rows), "a.xlsx")) == [
        "早班：东组\n人数：12",
        "早班：北组\n人数：9",
        "晚班：西组\n津贴：45",
        "晚班：南组\n津贴：60",
    ]


def test_an_empty_column_within_a_table_parts_nothing() -> None:
    rows = [
        ["工序", None, "负责人", "状态"],
        ["防水", None, "席慕", "进行中"],
        ["回填", None, "杜若", "未开始"],
    ]
    (first, _) = quotes(read_document(sheet(rows), "a.xlsx"))
    assert first == "工序：防水\n负责人：席慕\n状态：进行中"


def test_hidden_sheets_are_named() -> None:
    workbook = openpyxl.Workbook()
    active = workbook.active
    assert isinstance(active, Worksheet)
    active.append(["看得见的一行文字"])
    workbook.create_sheet("底稿").sheet_state = "hidden"
    assert read_document(saved(workbook), "a.xlsx").warnings == (
        "1 of its sheets are hidden and were not read: '底稿'; "
        "show them in Excel and save the file, if they belong to it",
    )
