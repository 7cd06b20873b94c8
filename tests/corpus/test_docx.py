"""Word files: styles, lists, tables, notices without styles, and damage."""

import datetime
import io
import zipfile

import docx
import pytest
from docx.document import Document as WordDocument

from corpus import Document, EmptyDocument, FileTooLarge, Limits, UnreadableFile, read_document


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
    with pytest.raises(UnreadableFile, match="no docx file but an old or an encrypted Office file"):
        read_document(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.docx")
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "text")
    with pytest.raises(UnreadableFile, match=r"a\.docx: the docx file is damaged"):
        read_document(other.getvalue(), "a.docx")


def test_zip_bombs_are_refused_before_they_are_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(20_000_000))
    with pytest.raises(FileTooLarge, match=r"would unpack to .* it looks like a zip bomb"):
        read_document(bomb.getvalue(), "a.docx")
    with pytest.raises(FileTooLarge, match="would unpack to 20,000,000 bytes in 1 files"):
        read_document(bomb.getvalue(), "a.epub", Limits(expanded_bytes=1_000_000))


def test_an_encrypted_archive_is_named_so() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "x")
    data = bytearray(file.getvalue())
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the flag in the directory's entry
    with pytest.raises(UnreadableFile, match="encrypted; save a copy without a password"):
        read_document(bytes(data), "a.docx")
