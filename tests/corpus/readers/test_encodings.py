"""Bytes of every usual encoding become the same text; what is no text is refused."""

import codecs
import hashlib

import pytest

from corpus import (
    EmptyDocument,
    FileTooLarge,
    Limits,
    UndecodableText,
    read_document,
)
from corpus.readers.encodings import decode
from tests.corpus import broken_pages as pages

LIMITS = Limits()
MARKED = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@pytest.mark.parametrize("encoding", sorted(MARKED))
def test_a_byte_order_mark_decides_and_is_left_out(encoding: str) -> None:
    data = MARKED[encoding] + pages.NEWSPAPER.encode(encoding)
    assert decode(data, LIMITS) == pages.NEWSPAPER


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-16-le", "utf-16-be", "gb18030", "gbk", "gb2312"]
)
def test_simplified_chinese_without_a_mark(encoding: str) -> None:
    assert decode(pages.NEWSPAPER.encode(encoding), LIMITS) == pages.NEWSPAPER


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "utf-16-le"])
def test_traditional_chinese_without_a_mark(encoding: str) -> None:
    assert decode(pages.TRADITIONAL.encode(encoding), LIMITS) == pages.TRADITIONAL


def test_short_files_in_the_encodings_of_old_machines() -> None:
    simplified = "工会干部要听职工说话，也要替职工说话。\n"
    traditional = "守塔人種馬鈴薯、甘藍，好年景的時候還有草莓。\n"
    assert decode(simplified.encode("gb18030"), LIMITS) == simplified
    assert decode(traditional.encode("big5"), LIMITS) == traditional


def test_western_text() -> None:
    text = "Der Schlüssel läßt sich nur schwer drehen, sagte die Müllerin über die Tür.\n" * 3
    assert decode(text.encode("cp1252"), LIMITS) == text


def test_a_web_pages_own_word_comes_before_guessing() -> None:
    text = "短文"
    page = f'<meta charset="gb2312"><p>{text}</p>'.encode("gb18030")
    document = read_document(page, "a.html")
    assert document.quote(document.passages[0].spans) == text


@pytest.mark.parametrize(
    "data",
    [
        b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8,
        b"plain text with\0one zero byte",
        b"\x01\x02\x03\x04\x05\x06 controls \x0e\x0f\x10",
        codecs.BOM_UTF8 + b"\xff\xfe\xfd",
        hashlib.shake_128(b"noise").digest(4096),
    ],
    ids=["elf", "zero", "controls", "false mark", "noise"],
)
def test_a_binary_called_txt_is_refused(data: bytes) -> None:
    with pytest.raises(UndecodableText, match=r"photo\.txt: .*save it as UTF-8 text"):
        read_document(data, "photo.txt")


def test_empty_files_say_so() -> None:
    with pytest.raises(EmptyDocument, match=r"^a\.txt: the file is empty: 0 bytes$"):
        read_document(b"", "a.txt")
    for blank in (b" \n\t\r\n", "\u3000\n\u200b\n".encode(), codecs.BOM_UTF8):
        with pytest.raises(EmptyDocument, match=r"^a\.txt: the file holds no text"):
            read_document(blank, "a.txt")


def test_limits_are_checked() -> None:
    with pytest.raises(FileTooLarge, match="11 bytes, the limit is 10"):
        read_document(b"eleven byte", "a.txt", Limits(file_bytes=10))
    with pytest.raises(FileTooLarge, match="11 characters, the limit is 10"):
        read_document(b"eleven byte", "a.txt", Limits(characters=10))
    with pytest.raises(FileTooLarge, match="more than 2 passages"):
        read_document("一。\n\n二。\n\n三。\n".encode(), "a.txt", Limits(passages=2))
