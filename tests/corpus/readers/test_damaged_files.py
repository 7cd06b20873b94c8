"""Files of every binary format, damaged at random places: read, or refused by name."""

import io
import zipfile

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import CorpusError, read_document
from tests.corpus.pdf_writer import Text, pdf
from tests.corpus.readers.test_epub import book


def word() -> bytes:
    document = docx.Document()
    document.add_heading("标题", 0)
    document.add_paragraph("一段话。")
    document.add_paragraph("一项", style="List Bullet")
    document.add_table(2, 2).cell(0, 0).text = "格"
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def workbook() -> bytes:
    made = openpyxl.Workbook()
    made.create_sheet("表").append(["名称", "数量", 3])
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


WHOLE = {
    "docx": word(),
    "epub": book(),
    "pdf": pdf([[Text(60, 700, "A page with text."), Text(60, 600, "中文。")], []], title="题"),
    "xlsx": workbook(),
}
HURTS = st.lists(st.tuples(st.floats(0, 0.999), st.binary(max_size=4)), min_size=1, max_size=6)
MANY = settings(max_examples=150)


def hurt(data: bytes, hurts: list[tuple[float, bytes]]) -> bytes:
    """Bytes replaced at places given as shares of the length."""
    damaged = bytearray(data)
    for share, new in hurts:
        place = int(share * len(damaged))
        damaged[place : place + max(len(new), 1)] = new
    return bytes(damaged)


def read_or_refuse(data: bytes, suffix: str) -> None:
    try:
        assert read_document(data, f"a.{suffix}").passages
    except CorpusError as error:
        names_the_file(str(error))


def names_the_file(message: str) -> None:
    assert message.startswith("a.")


@pytest.mark.parametrize("suffix", sorted(WHOLE))
@MANY
@given(hurts=HURTS)
def test_bytes_replaced(suffix: str, hurts: list[tuple[float, bytes]]) -> None:
    read_or_refuse(hurt(WHOLE[suffix], hurts), suffix)


@pytest.mark.parametrize("suffix", sorted(WHOLE))
@MANY
@given(share=st.floats(0, 1))
def test_the_end_is_missing(suffix: str, share: float) -> None:
    whole = WHOLE[suffix]
    read_or_refuse(whole[: int(share * len(whole))], suffix)


@pytest.mark.parametrize("suffix", ["docx", "epub", "xlsx"])
@MANY
@given(which=st.integers(0, 99), hurts=HURTS)
def test_a_file_within_is_damaged(
    suffix: str, which: int, hurts: list[tuple[float, bytes]]
) -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(WHOLE[suffix])) as source,
        zipfile.ZipFile(packed, "w") as copy,
    ):
        names = source.namelist()
        for name in names:
            content = source.read(name)
            copy.writestr(
                name, hurt(content, hurts) if name == names[which % len(names)] else content
            )
    read_or_refuse(packed.getvalue(), suffix)
