"""Files that are not read: each is told what it is and what helps."""

import io
import os
import zipfile
from dataclasses import fields
from pathlib import Path

import docx
import pytest

from corpus import (
    CorpusError,
    Limits,
    UndecodableText,
    UnreadableFile,
    UnsupportedFormat,
    find_files,
    read_document,
)
from corpus.limits import raising
from tests.corpus.pdf_writer import Text, pdf
from tests.corpus.readers.test_epub import book

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def word() -> bytes:
    document = docx.Document()
    document.add_paragraph("一段话。")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def packed(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "<xml/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "code", "helps"),
    [
        ("旧.doc", "save_as_docx", "run `soffice --convert-to docx FILE`"),
        ("公文.wps", "save_as_docx", "run `soffice --convert-to docx FILE`"),
        ("A.XLS", "save_as_xlsx", "run `soffice --convert-to xlsx FILE`"),
        ("名单.et", "save_as_xlsx", "run `soffice --convert-to xlsx FILE`"),
        ("课件.ppt", "save_as_pptx", "run `soffice --convert-to pptx FILE`"),
        ("红头.ofd", "save_as_pdf", "open it in its program and export it as PDF"),
        ("photo.heic", "save_as_png", "save it as .png or .jpg"),
        ("all.rar", "unpack_first", "unpack it and index the folder"),
        ("book.mobi", "save_as_epub", "convert it to EPUB, with Calibre for example"),
        ("page.webarchive", "save_as_html", "open it and save it as .html or .txt"),
        ("faq.xml", "save_as_jsonl", "or save it as CSV"),
    ],
)
def test_a_kind_that_is_not_read_says_how_to_convert_it(name: str, code: str, helps: str) -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        read_document(b"x", name)
    suffix = Path(name).suffix.lower()
    assert str(caught.value).startswith(f"cannot read {name!r}: ")
    assert f"({suffix}) is not read; " in str(caught.value)
    assert helps in str(caught.value)
    assert (caught.value.code, caught.value.values) == (code, {"suffix": suffix})


@pytest.mark.parametrize(
    ("name", "data", "code", "says"),
    [
        ("a.docx", OLD_OFFICE, "old_office_file", "an old Office program (.doc, .xls, .ppt); open"),
        ("a.txt", OLD_OFFICE, "old_office_file", "save it as .docx, .xlsx or PDF"),
        (
            "a.docx",
            OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
            "the docx file is encrypted; save a copy without a password",
        ),
        ("a.docx", b"{\\rtf1 \\ansi}", "other_kind", "rename it to end in .rtf"),
        ("a.docx", b"\xef\xbb\xbf\n<!DOCTYPE HTML><p>x", "other_kind", "rename it to end in .html"),
        ("a.docx", packed("xl/workbook.xml"), "other_kind", "rename it to end in .xlsx"),
        ("a.xlsx", word(), "other_kind", "rename it to end in .docx"),
        ("a.xlsx", b"\xef\xbb\xbf<html><table>", "other_kind", "rename it to end in .html"),
        (
            "a.xlsx",
            OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
            "the xlsx file is encrypted; save a copy without a password",
        ),
        ("a.docx", b"%PDF-1.4", "other_kind", "rename it to end in .pdf"),
        ("a.txt", pdf([[Text(60, 700, "x")]]), "other_kind", "rename it to end in .pdf"),
        ("a.pdf", word(), "other_kind", "rename it to end in .docx"),
        ("a.csv", word(), "other_kind", "rename it to end in .docx"),
        ("a.docx", book(), "other_kind", "rename it to end in .epub"),
        ("a.md", b"\x89PNG\r\n\x1a\n" + bytes(64), "other_kind", "rename it to end in .png"),
        ("a.png", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "other_kind", "rename it to end in .webp"),
    ],
)
def test_a_file_under_a_wrong_name(name: str, data: bytes, code: str, says: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_document(data, name)
    assert str(caught.value).startswith(f"{name}: ")
    assert says in str(caught.value)
    assert caught.value.code == code


def test_pages_in_text_files_are_text() -> None:
    for name in ("a.txt", "a.md", "a.html"):
        document = read_document(b"<html><p>Open on Sundays.</p>", name)
        assert "Open on Sundays." in document.quote(document.passages[0].spans)


def test_a_word_file_of_another_kind_inside() -> None:
    foreign = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(word())) as source,
        zipfile.ZipFile(foreign, "w") as copy,
    ):
        for name in source.namelist():
            content = source.read(name)
            kind = b"wordprocessingml.document.main"
            copy.writestr(name, content.replace(kind, b"spreadsheetml.sheet.main"))
    with pytest.raises(UnreadableFile) as caught:
        read_document(foreign.getvalue(), "a.docx")
    assert str(caught.value) == (
        "a.docx: the docx file is damaged: its main part is no Word document; fetch it again, or "
        "open it in its program and save it anew"
    )


@pytest.mark.parametrize(
    ("data", "broken", "line"),
    [
        ("第一行。\n第二行。\n最后一行。".encode()[:-1], 1, 3),
        ("好。\n".encode() * 300 + b"\xff\n" + "好。\n".encode() * 300, 1, 301),
    ],
)
def test_utf8_with_broken_characters_says_where(data: bytes, broken: int, line: int) -> None:
    with pytest.raises(UndecodableText) as caught:
        read_document(data, "a.txt")
    assert str(caught.value) == (
        f"a.txt: the file is UTF-8 with broken characters ({broken}), the first on line {line}; "
        "fetch it again, or mend the line and save it"
    )
    assert caught.value.code == "broken_characters"


# Those of a reading process, and of pictures, see test_ocr.py and tests/qa/ingestion.
OF_A_PROCESS = {"ocr_pages", "cpu_seconds", "wall_seconds", "memory_bytes"}


@pytest.mark.parametrize("limit", sorted({field.name for field in fields(Limits)} - OF_A_PROCESS))
def test_who_meets_a_limit_is_told_how_to_raise_it(limit: str) -> None:
    bombs = io.BytesIO()
    with zipfile.ZipFile(bombs, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(20_000_000))
    data, name = {
        "file_bytes": (b"some words", "a.txt"),
        "characters": (b"some words", "a.txt"),
        "passages": (b"one.\n\ntwo.", "a.txt"),
        "pages": (pdf([[Text(60, 700, "x")], [Text(60, 700, "y")]]), "a.pdf"),
        "expanded_bytes": (bombs.getvalue(), "a.docx"),
        "expansion": (bombs.getvalue(), "a.docx"),
    }[limit]
    with pytest.raises(CorpusError) as caught:
        read_document(data, name, Limits(**{limit: 1}))
    assert str(caught.value).endswith(raising(limit))


def test_reasons_of_a_folder_have_codes(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "two\nlines.txt").write_text("文", encoding="utf-8")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "out.txt").symlink_to("/etc/hostname")
    codes = {}
    for file in find_files(tmp_path):
        with pytest.raises(UnreadableFile) as caught:
            file.load()
        codes[file.source] = caught.value.code
    assert codes == {
        "loop": "link_nowhere",
        "out.txt": "link_outside",
        "pipe.txt": "irregular_file",
        "two\\nlines.txt": "bad_name",
    }
    with pytest.raises(UnreadableFile) as caught:
        list(find_files(tmp_path / "gone.txt"))
    assert caught.value.code == "no_such_file"


def test_a_file_that_is_being_written_is_not_read_by_halves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.txt"
    path.write_text("前一半。", encoding="utf-8")
    (file,) = find_files(path)
    fstat = os.fstat

    def write_meanwhile(descriptor: int) -> os.stat_result:
        """The state of the file as it is; then somebody goes on writing it."""
        status = fstat(descriptor)
        with path.open("a", encoding="utf-8") as writer:
            writer.write("后一半。")
        return status

    with monkeypatch.context() as patched:
        patched.setattr(os, "fstat", write_meanwhile)
        with pytest.raises(
            UnreadableFile, match=r"^report\.txt: it changed while it was"
        ) as caught:
            file.load()
    assert caught.value.code == "file_changed"
    assert file.load().decode() == path.read_text(encoding="utf-8")


def test_a_pipe_that_takes_a_files_place_keeps_nobody_waiting(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("文", encoding="utf-8")
    (file,) = find_files(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(UnreadableFile, match=r"^a\.txt: it is not a regular file$"):
        file.load()
