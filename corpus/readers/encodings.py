"""Decode bytes to text: by the byte order mark, as strict UTF-8, then by a guess."""

import codecs
import re

from corpus.errors import EmptyDocument, FileTooLarge, UndecodableText
from corpus.limits import Limits, raising

# UTF-32 before UTF-16, because its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Encodings of texts on the web and on old machines. Guessing among all that Python knows
# finds exotic code pages in short files.
_CANDIDATES = [
    "gb18030",
    "big5",
    "big5hkscs",
    "cp932",
    "euc_jp",
    "cp949",
    "cp1252",
    "cp1250",
    "cp1251",
    "koi8_r",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1258",
    "cp874",
]
# Pages that declare the older set use characters of the newer one.
_WIDER = {b"gb2312": "gb18030", b"gbk": "gb18030", b"big5": "big5hkscs"}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffe\uffff]")
_PLAIN = re.compile(
    r"[\t\n\r\x20-\x7e\xa0-\u024f\u2010-\u203b\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e]"
)
_HELP = "save it as UTF-8 text"


def decode(data: bytes, limits: Limits, declared: bytes | None = None) -> str:
    """Return the text that ``data`` encodes, without its byte order mark.

    Args:
        data: the bytes of a file.
        limits: bounds on the length of the text.
        declared: the encoding that the file itself states, tried before guessing.

    Raises:
        EmptyDocument: if there are no bytes.
        UndecodableText: if no encoding fits them.
        FileTooLarge: if the text exceeds the limit.
    """
    if not data:
        raise EmptyDocument("the file is empty: 0 bytes", "empty_file")
    text = _decode(data, declared)
    controls = len(text) - len(_CONTROL.sub("", text))
    if "\0" in text or controls > max(2, len(text) // 200):
        raise UndecodableText(
            f"this is not text: {controls} control characters among {len(text)}; {_HELP}",
            "not_text",
        )
    check_length(len(text), limits)
    return text


def check_length(characters: int, limits: Limits) -> None:
    """Refuse a text longer than the limit.

    Raises:
        FileTooLarge: if ``characters`` exceeds it.
    """
    if characters > limits.characters:
        raise FileTooLarge(
            f"the text has {characters:,} characters, the limit is {limits.characters:,}; "
            f"split the file, or {raising('characters')}",
            "too_long",
            characters=characters,
            limit=limits.characters,
        )


def _decode(data: bytes, declared: bytes | None) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise UndecodableText(
                    f"the file says it is {encoding} and is not: byte {error.start} "
                    f"does not fit; {_HELP}"
                ) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        broken = error.start
    if b"\0" in data:
        return _decode_wide(data)
    if declared is not None:
        try:
            return data.decode(_WIDER.get(declared.lower(), declared.decode("ascii", "ignore")))
        except (LookupError, UnicodeDecodeError, ValueError):
            pass  # the declaration is wrong
    # Imported here: most files are UTF-8, and a question reads no file at all.
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=_CANDIDATES).best()
    if best is None and (damaged := _damaged_utf8(data)) is not None:
        raise damaged
    if best is None:
        raise UndecodableText(
            f"no encoding fits: byte {broken} is not UTF-8, and neither GB18030, Big5 "
            f"nor any other common encoding makes text of it; {_HELP}"
        )
    return data.decode(best.encoding)


def _damaged_utf8(data: bytes) -> UndecodableText | None:
    """Return the error of a file that is UTF-8 except for a few bytes, or None for another."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if broken > max(1, len(text) // 100):
        return None
    line = text[: text.index("\ufffd")].count("\n") + 1
    return UndecodableText(
        f"the file is UTF-8 with broken characters ({broken}), the first on line {line}; "
        "fetch it again, or mend the line and save it",
        "broken_characters",
        broken=broken,
        line=line,
    )


def _decode_wide(data: bytes) -> str:
    """Decode UTF-16 without its mark, the only text in which zero bytes are usual."""
    best, share = "", 0.0
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        plain = 1 - len(_PLAIN.sub("", text)) / max(len(text), 1)
        if plain > share:
            best, share = text, plain
    if share < 0.95:
        raise UndecodableText(f"this is not text: it holds zero bytes; {_HELP}", "not_text")
    return best
