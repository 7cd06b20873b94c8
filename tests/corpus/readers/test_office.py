"""Presentations, OpenDocument and rich text."""

import io
import zipfile

import pytest
from pptx import Presentation
from pptx.util import Inches

from corpus import Document, UnreadableFile, read_document

NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "table", "meta")
)


def located(document: Document) -> list[tuple[int | None, tuple[str, ...], str]]:
    return [(p.page, p.headings, document.quote(p.spans)) for p in document.passages]


def quotes(document: Document) -> list[str]:
    return [document.quote(passage.spans) for passage in document.passages]


def slides() -> bytes:
    presentation = Presentation()
    presentation.core_properties.title = "泵房培训"
    presentation.core_properties.author = "HP"
    layout = presentation.slide_layouts[1]
    first = presentation.slides.add_slide(layout)
    first.shapes.title.text = "启动"
    first.placeholders[1].text = "先开进水阀\n再合电闸"
    first.notes_slide.notes_text_frame.text = "合闸前要看压力表。"
    second = presentation.slides.add_slide(presentation.slide_layouts[5])
    second.shapes.title.text = "备件"
    table = second.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for place, words in {(0, 0): "备件", (0, 1): "数量", (1, 0): "滤网", (1, 1): "12"}.items():
        table.cell(*place).text = words
    group = second.shapes.add_group_shape()
    box = group.shapes.add_textbox(Inches(1), Inches(4), Inches(2), Inches(1))
    box.text_frame.text = "滤网放在二号柜。"
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()


def test_each_slide_is_a_page_with_its_title_and_notes() -> None:
    document = read_document(slides(), "a.pptx")
    (article,) = document.articles
    assert (article.title, article.author) == ("泵房培训", None)
    assert located(document) == [
        (1, ("启动",), "• 先开进水阀\n• 再合电闸"),
        (1, ("启动",), "合闸前要看压力表。"),
        (2, ("备件",), "备件 | 数量\n滤网 | 12"),
        (2, ("备件",), "滤网放在二号柜。"),
    ]


def test_a_presentation_may_hold_a_workbook() -> None:
    file = io.BytesIO(slides())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("ppt/embeddings/a.xlsx", b"PK\x03\x04 xl/workbook.xml")
    assert len(read_document(file.getvalue(), "a.pptx").passages) == 4


def opendocument(content: str, meta: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", content)
        if meta:
            archive.writestr("meta.xml", meta)
    return file.getvalue()


def text_document(body: str) -> bytes:
    dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return opendocument(
        f"<office:document-content {NAMESPACES}><office:body><office:text>{body}</office:text>"
        "</office:body></office:document-content>",
        f"<office:document-meta {NAMESPACES} {dc}><office:meta><dc:title>锅炉规程</dc:title>"
        "<meta:initial-creator>陈立秋</meta:initial-creator><dc:date>2031-04-02T08:00:00</dc:date>"
        "</office:meta></office:document-meta>",
    )


def test_an_opendocument_text() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>指表压。</text:p></text:note-body></text:note>"
    )
    row = "<table:table-row>{}</table:table-row>"
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    table = "".join(row.format("".join(map(cell.format, each))) for each in ("项值", "温高"))
    data = text_document(
        '<text:h text:outline-level="1">点火</text:h>'
        f"<text:p>压力到<text:span>零点四</text:span>兆帕{note}后<text:s/>点火。</text:p>"
        "<text:list><text:list-item><text:p>看水位</text:p></text:list-item>"
        "<text:list-item><text:p>开风机</text:p></text:list-item></text:list>"
        f"<table:table>{table}</table:table>"
        "<text:section><text:p>第一行<text:line-break/>第二行</text:p></text:section>"
    )
    document = read_document(data, "a.odt")
    (article,) = document.articles
    assert (article.title, article.author, article.date) == ("锅炉规程", "陈立秋", "2031-04-02")
    assert located(document) == [
        (None, ("点火",), "压力到零点四兆帕后 点火。"),
        (None, ("点火",), "指表压。"),
        (None, ("点火",), "• 看水位\n• 开风机"),
        (None, ("点火",), "项 | 值\n温 | 高"),
        (None, ("点火",), "第一行\n第二行"),
    ]


def sheet_document(rows: str) -> bytes:
    return opendocument(
        f"<office:document-content {NAMESPACES}><office:body><office:spreadsheet>"
        f'<table:table table:name="一月">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )


def test_an_opendocument_spreadsheet() -> None:
    def row(*cells: str) -> str:
        inside = "".join(
            f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in cells
        )
        return f"<table:table-row>{inside}</table:table-row>"

    empty = (
        '<table:table-row table:number-rows-repeated="1048573">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    data = sheet_document(row("品名", "数量", "备注") + row("滤网", "12", "二号柜") + empty)
    assert quotes(read_document(data, "a.ods")) == ["品名：滤网\n数量：12\n备注：二号柜"]


def test_a_document_type_in_an_opendocument_is_refused() -> None:
    data = opendocument('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(UnreadableFile, match="has a document type"):
        read_document(data, "a.odt")


def test_rich_text() -> None:
    words = "".join(f"\\u{ord(mark)}?" for mark in "锅炉房每班抄表三次。")
    data = rf"{{\rtf1\ansi {{\b Boiler}} log\par {words}\par}}".encode()
    assert quotes(read_document(data, "a.rtf"))[-1] == "锅炉房每班抄表三次。"
    with pytest.raises(UnreadableFile, match="does not begin as rich text does"):
        read_document("只是文字".encode(), "a.rtf")


@pytest.mark.parametrize("name", ["a.pptx", "a.odt", "a.ods"])
def test_damaged_files_are_refused(name: str) -> None:
    for data in (b"no archive", slides()[:3000], opendocument("<a>")):
        with pytest.raises(UnreadableFile):
            read_document(data, name)
