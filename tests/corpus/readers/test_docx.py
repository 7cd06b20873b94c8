"""Word files: styles, lists, tables, notices without styles, and damage."""

import datetime
import io
import time
import zipfile

import docx
import pytest
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.parser import parse_xml
from docx.text.paragraph import Paragraph

from corpus import Document, EmptyDocument, FileTooLarge, Limits, UnreadableFile, read_document
from corpus.metadata import stated_author, stated_title


def saved(document: WordDocument) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def word() -> WordDocument:
    document = docx.Document()
    document.core_properties.author = "工会办公室"
    document.core_properties.created = datetime.datetime(2026, 3, 1, 9, 0)
    return document


def quotes(document: Document) -> list[str]:
    return [document.quote(passage.spans) for passage in document.passages]


def test_styles_lists_and_tables() -> None:
    file = word()
    file.add_heading("年假手册", 0)
    file.add_paragraph("第一段有").add_run("粗体").bold = True
    file.add_heading("谁有年假", 1)
    file.add_paragraph("满一年的", style="List Bullet")
    file.add_paragraph("满十年的", style="List Bullet")
    file.add_heading("天数", 2)
    table = file.add_table(2, 3)
    for cell, words in zip(
        [cell for row in table.rows for cell in row.cells],
        ("工龄", "天数", "备注", "一年", "5", "见\n第二条"),
        strict=True,
    ):
        cell.text = words
    table.cell(0, 1).merge(table.cell(0, 2))
    file.add_heading("附则", 1)
    file.add_paragraph("本手册由工会解释。")
    document = read_document(saved(file), "a.docx")
    (article,) = document.articles
    assert (article.title, article.author, article.date) == ("年假手册", "工会办公室", "2026-03-01")
    assert [(p.headings, document.quote(p.spans)) for p in document.passages] == [
        ((), "第一段有粗体"),
        (("谁有年假",), "• 满一年的\n• 满十年的"),
        (("谁有年假", "天数"), "工龄 | 天数 备注\n一年 | 5 | 见 第二条"),
        (("附则",), "本手册由工会解释。"),
    ]


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NUMBERING = f"""<w:abstractNum xmlns:w="{W}" w:abstractNumId="90">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>
<w:lvlText w:val="第%1章"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="9"/><w:numFmt w:val="decimal"/><w:isLgl/>
<w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>|
<w:abstractNum xmlns:w="{W}" w:abstractNumId="91">
<w:lvl w:ilvl="0"><w:start w:val="19"/><w:numFmt w:val="chineseCounting"/>
<w:lvlText w:val="第%1条"/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
</w:abstractNum>|
<w:abstractNum xmlns:w="{W}" w:abstractNumId="92">
<w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1)"/></w:lvl>
</w:abstractNum>|
<w:num xmlns:w="{W}" w:numId="90"><w:abstractNumId w:val="90"/></w:num>|
<w:num xmlns:w="{W}" w:numId="91"><w:abstractNumId w:val="91"/></w:num>|
<w:num xmlns:w="{W}" w:numId="92"><w:abstractNumId w:val="92"/></w:num>|
<w:num xmlns:w="{W}" w:numId="93"><w:abstractNumId w:val="92"/><w:lvlOverride w:ilvl="0">
<w:startOverride w:val="1"/></w:lvlOverride></w:num>"""


def numbered(file: WordDocument, text: str, number: int, level: int = 0) -> Paragraph:
    paragraph = file.add_paragraph(text)
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_numId().val = number
    properties.get_or_add_ilvl().val = level
    return paragraph


def test_numbers_that_word_draws() -> None:
    file = word()
    for part in NUMBERING.split("|"):
        file.part.numbering_part.element.append(parse_xml(part))
    file.add_heading("互助办法", 0)
    for heading, style in (("总则", "Heading 1"), ("范围", "Heading 2")):
        numbered(file, heading, 90, int(style[-1]) - 1).style = style
    numbered(file, "为了互助，制定本办法。", 91)
    numbered(file, "职工可以参加：", 91)
    numbered(file, "在职的；", 91, 1)
    numbered(file, "退休的。", 91, 1)
    numbered(file, "附则", 90).style = "Heading 1"
    numbered(file, "本办法自公布之日起施行。", 91)
    file.add_heading("附件", 1)
    for number in (92, 92, 93):
        numbered(file, f"清单{number}", number)
    document = read_document(saved(file), "a.docx")
    assert [(p.headings, document.quote(p.spans)) for p in document.passages] == [
        (("第一章 总则", "1.9 范围", "第十九条"), "第十九条 为了互助，制定本办法。"),
        (
            ("第一章 总则", "1.9 范围", "第二十条"),
            "第二十条 职工可以参加：\n（一）在职的；\n（二）退休的。",
        ),
        (("第二章 附则", "第二十一条"), "第二十一条 本办法自公布之日起施行。"),
        (("附件",), "iv)清单92\nv)清单92\ni)清单93"),
    ]


def test_what_a_page_shows_wherever_it_is_kept() -> None:
    file = word()
    file.add_heading("甲", 0)
    contents = file.styles.add_style("TOC 1", WD_STYLE_TYPE.PARAGRAPH)
    file.add_paragraph("第一节\t1", contents)
    paragraph = file.add_paragraph("试用期为")
    for xml in (
        f'<w:del xmlns:w="{W}"><w:r><w:delText>六个月</w:delText></w:r></w:del>',
        f'<w:ins xmlns:w="{W}"><w:r><w:t>三个月</w:t></w:r></w:ins>',
        f'<w:r xmlns:w="{W}"><w:rPr><w:vanish/></w:rPr><w:t>看不见</w:t></w:r>',
        f'<w:r xmlns:w="{W}"><w:ruby><w:rt><w:r><w:t>ga</w:t></w:r></w:rt><w:rubyBase><w:r>'
        "<w:t>尬</w:t></w:r></w:rubyBase></w:ruby></w:r>",
    ):
        paragraph._p.append(parse_xml(xml))
    box = "<w:txbxContent><w:p><w:r><w:t>框里的字。</w:t></w:r></w:p></w:txbxContent>"
    paragraph._p.append(
        parse_xml(
            f'<w:r xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility'
            f'/2006"><mc:AlternateContent><mc:Choice>{box}</mc:Choice>'
            f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    controlled = "<w:sdtContent><w:p><w:r><w:t>控件里的字。</w:t></w:r></w:p></w:sdtContent>"
    file.element.body.insert(-1, parse_xml(f'<w:sdt xmlns:w="{W}">{controlled}</w:sdt>'))
    document = read_document(saved(file), "a.docx")
    assert quotes(document) == ["试用期为三个月尬", "框里的字。", "控件里的字。"]


def test_a_cell_over_several_rows_is_said_in_each() -> None:
    file = word()
    file.add_heading("甲", 0)
    table = file.add_table(3, 2)
    for cell, words in zip(
        [cell for row in table.rows for cell in row.cells],
        ("年假", "满一年5天", "", "满十年10天", "婚假", "10天"),
        strict=True,
    ):
        cell.text = words
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(2, 1).add_table(1, 1).cell(0, 0).text = "须登记"
    assert quotes(read_document(saved(file), "a.docx")) == [
        "年假 | 满一年5天\n年假 | 满十年10天\n婚假 | 10天 须登记"
    ]


@pytest.mark.parametrize(
    ("title", "author", "shown"),
    [
        ("Microsoft Word - 1.doc", "Administrator", ("a", None)),
        ("文档1", "python-docx", ("a", None)),
        (" 年假\n手册 ", "工会  办公室", ("年假 手册", "工会 办公室")),
        ("长" * 5000, "人" * 5000, ("长" * 300, "人" * 300)),
    ],
)
def test_what_a_file_states_about_itself(
    title: str, author: str, shown: tuple[str, str | None]
) -> None:
    assert (stated_title(title) or "a", stated_author(author)) == shown
    file = word()
    file.core_properties.title, file.core_properties.author = title[:255], author[:255]
    file.add_paragraph("今天放假，大家都不用来了。")
    (article,) = read_document(saved(file), "a.docx").articles
    assert article.title == shown[0][:255]


def test_a_notice_without_styles() -> None:
    file = word()
    for line in (
        "关于开展读书活动的通知",
        "各分会：",
        "为了让职工多读书，现将有关事项通知如下。",
        "一、活动时间",
        "四月到六月，每周三下午，地点由各分会自己定",
        "二、报名办法",
        "到工会办公室报名。",
    ):
        file.add_paragraph(line)
    document = read_document(saved(file), "通知.docx")
    assert document.articles[0].title == "关于开展读书活动的通知"
    assert [(p.headings, document.quote(p.spans)) for p in document.passages] == [
        ((), "各分会："),
        ((), "为了让职工多读书，现将有关事项通知如下。"),
        (("一、活动时间",), "四月到六月，每周三下午，地点由各分会自己定"),
        (("二、报名办法",), "到工会办公室报名。"),
    ]


def test_an_empty_file_says_so() -> None:
    with pytest.raises(EmptyDocument, match=r"a\.docx: the file holds no text"):
        read_document(saved(word()), "a.docx")


def test_damaged_locked_and_foreign_files() -> None:
    data = saved(word())
    with pytest.raises(UnreadableFile, match=r"a\.docx: the docx file is damaged"):
        read_document(data[: len(data) // 2], "a.docx")
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "text")
    with pytest.raises(UnreadableFile, match=r"a\.docx: the docx file is damaged"):
        read_document(other.getvalue(), "a.docx")


def test_zip_bombs_are_refused_before_they_are_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(20_000_000))
    with pytest.raises(FileTooLarge, match=r"would unpack to .*: it looks like a zip bomb"):
        read_document(bomb.getvalue(), "a.docx")
    with pytest.raises(FileTooLarge, match="would unpack to 20,000,000 bytes in 1 files"):
        read_document(bomb.getvalue(), "a.docx", Limits(expanded_bytes=1_000_000))


def test_an_encrypted_archive_is_named_so() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "x")
    data = bytearray(file.getvalue())
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the flag in the directory's entry
    with pytest.raises(UnreadableFile, match="encrypted; save a copy without a password"):
        read_document(bytes(data), "a.docx")


def test_a_style_is_looked_up_once() -> None:
    whole = io.BytesIO()
    file = docx.Document()
    file.add_paragraph("一段话。")
    file.save(whole)
    many = io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(many, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                content = content.replace(b"<w:sectPr", b"<w:p/>" * 20_000 + b"<w:sectPr", 1)
            copy.writestr(name, content)
    begun = time.process_time()
    (passage,) = read_document(many.getvalue(), "a.docx").passages
    assert passage.paragraph == 1
    assert time.process_time() - begun < 5  # looked up for each paragraph: 14 seconds


OMATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def appended(file: WordDocument, runs: str) -> None:
    """Append a paragraph with the XML of its runs."""
    file.element.body.insert(
        len(file.element.body) - 1, parse_xml(f"<w:p {WORD} {OMATH}>{runs}</w:p>")
    )


def math(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def test_a_formula_is_one_line_that_says_the_same() -> None:
    file = word()
    file.add_paragraph("损失按下式估算：")
    fraction = f"<m:f><m:num>{math('L')}</m:num><m:den>{math('2d')}</m:den></m:f>"
    power = f"<m:sSup><m:e>{math('v')}</m:e><m:sup>{math('2')}</m:sup></m:sSup>"
    root = f"<m:rad><m:radPr/><m:deg/><m:e>{math('g+h')}</m:e></m:rad>"
    total = (
        '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr>'
        f"<m:sub>{math('i=1')}</m:sub><m:sup>{math('n')}</m:sup><m:e>{math('q')}</m:e></m:nary>"
    )
    appended(
        file,
        f"<m:oMathPara><m:oMath>{math('h=λ')}{fraction}{power}{math('+')}{root}{math('-')}{total}"
        "</m:oMath></m:oMathPara>",
    )
    document = read_document(saved(file), "a.docx")
    assert quotes(document) == ["损失按下式估算：\nh = λL/(2d)v² + √(g + h) - ∑(i = 1..n) q"]


def test_numbers_above_and_below_the_line_keep_their_meaning() -> None:
    file = word()
    paragraph = file.add_paragraph("误差不超过 10")
    paragraph.add_run("-6").font.superscript = True
    paragraph.add_run("，二氧化碳是 CO")
    paragraph.add_run("2").font.subscript = True
    paragraph.add_run("，第 1")
    paragraph.add_run("st").font.superscript = True
    paragraph.add_run(" 名。")
    document = read_document(saved(file), "a.docx")
    assert quotes(document) == ["误差不超过 10⁻⁶，二氧化碳是 CO₂，第 1st 名。"]


def test_check_boxes_show_whether_they_are_ticked() -> None:
    def field(state: str) -> str:
        box = f"<w:ffData><w:checkBox>{state}</w:checkBox></w:ffData>"
        return f'<w:r><w:fldChar w:fldCharType="begin">{box}</w:fldChar></w:r>'

    def sign(font: str, code: str) -> str:
        return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'

    def run(text: str) -> str:
        return f"<w:r><w:t>{text}</w:t></w:r>"

    file = word()
    ticked, empty = field("<w:checked/>"), field('<w:default w:val="0"/>')
    appended(file, run("是否住校：") + ticked + run("是") + empty + run("否"))
    appended(
        file,
        run("餐别：")
        + (sign("Wingdings", "F0FE") + run("早餐"))
        + (sign("Wingdings 2", "F0A3") + run("晚餐"))
        + (sign("Symbol", "F0B7") + run("。")),
    )
    document = read_document(saved(file), "a.docx")
    assert quotes(document) == ["是否住校：☒是☐否", "餐别：☑早餐☐晚餐。"]


def test_a_caption_stays_with_its_table() -> None:
    file = word()
    for caption, price in (("表1 住校生收费", "600"), ("表2 走读生收费", "90")):
        file.add_paragraph(caption)
        table = file.add_table(2, 2)
        for cell, words in zip(
            [cell for row in table.rows for cell in row.cells],
            ("项目", "元", "学期费", price),
            strict=True,
        ):
            cell.text = words
    document = read_document(saved(file), "a.docx")
    assert quotes(document) == [
        "表1 住校生收费\n项目 | 元\n学期费 | 600",
        "表2 走读生收费\n项目 | 元\n学期费 | 90",
    ]
