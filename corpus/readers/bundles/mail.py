"""Mail (``.eml``, ``.msg``) and saved web pages in one file (``.mht``).

The fields of its head are a passage, then comes the text. What is attached is read as
documents of their own.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime

import olefile

from corpus.characters import BLANKS
from corpus.errors import UnreadableFile
from corpus.limits import Limits
from corpus.model import Block, Extraction, Member, Span
from corpus.readers.encodings import check_length, decode
from corpus.readers.html.reader import extract
from corpus.readers.html.reader import read as read_page

_FIELDS = ("From", "To", "Cc", "Date", "Subject")
_MOST_ATTACHED = 200
_DAMAGE = (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError)

# Properties of an Outlook message: the last eight digits are the number and the type.
_PROPERTIES = {"From": "0C1A", "To": "0E04", "Cc": "0E03", "Subject": "0037"}
_BODY, _HTML, _HEAD = "1000", "1013", "007D"
_ATTACHED, _LONG_NAME, _SHORT_NAME = "3701", "3707", "3704"
_TYPES = {"001F": "utf-16-le", "001E": "gb18030"}


def read(data: bytes, limits: Limits) -> Extraction:
    """Read a mail."""
    try:
        message = _message(data)
        fields = [(name, str(message[name])) for name in _FIELDS if message[name]]
        body = message.get_body(("plain", "html"))
        extraction = _body(body, limits) if body is not None else Extraction("", ())
        attached = tuple(_attached(message))
    except _DAMAGE as error:
        raise UnreadableFile.damaged("eml", str(error)) from error
    return _mail(fields, extraction, attached, limits)


def read_archive(data: bytes, limits: Limits) -> Extraction:
    """Read a web page that was saved as one file (``.mht``, ``.mhtml``)."""
    try:
        message = _message(data)
        pages = (part for part in message.walk() if part.get_content_type() == "text/html")
        page = next(pages, None)
        content = None if page is None else page.get_payload(decode=True)
    except _DAMAGE as error:
        raise UnreadableFile.damaged("mhtml", str(error)) from error
    if not isinstance(content, bytes):
        raise UnreadableFile.damaged("mhtml", "it holds no page")
    return read_page(content, limits)


def _message(data: bytes) -> EmailMessage:
    message = BytesParser(policy=policy.default).parsebytes(data)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise ValueError("it has no head")
    return message


def _body(part: MIMEPart, limits: Limits) -> Extraction:
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    charset = part.get_content_charset()
    text = decode(data, limits, charset.encode() if charset else None) if data.strip() else ""
    return extract(text, limits) if part.get_content_subtype() == "html" else _lines(text)


def _lines(text: str) -> Extraction:
    return Extraction(text, (Block((Span(0, len(text)),), "lines"),) if text else ())


def _attached(message: EmailMessage) -> Iterator[Member]:
    for number, part in enumerate(message.iter_attachments()):
        if number == _MOST_ATTACHED:
            return
        name = part.get_filename() or ""
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0)
            if isinstance(inner, EmailMessage):
                yield Member(name or f"{inner['Subject'] or number}.eml", inner.as_bytes())
            continue
        content = part.get_payload(decode=True)
        if name and isinstance(content, bytes):
            yield Member(name, content)


def _mail(
    fields: Sequence[tuple[str, str]],
    body: Extraction,
    attached: tuple[Member, ...],
    limits: Limits,
) -> Extraction:
    """Return a mail: the fields of its head above its text."""
    lines = [f"{name}: {' '.join(value.split())}" for name, value in fields]
    head = "\n".join(lines)
    place = len(head) + 2
    check_length(place + len(body.text), limits)
    moved = (
        replace(block, spans=tuple(Span(start + place, end + place) for start, end in block.spans))
        for block in body.blocks
    )
    stated = dict(fields)
    return Extraction(
        f"{head}\n\n{body.text}",
        (Block((Span(0, len(head)),), "entry"), *moved),
        title=stated.get("Subject"),
        author=_writer(stated.get("From", "")),
        date=_day(stated.get("Date")),
        members=attached,
    )


def _writer(stated: str) -> str | None:
    """Return the name of who wrote a mail, without the address."""
    name, address = parseaddr(stated)
    return name or (address if "@" not in address else "") or None


def _day(stated: str | None) -> str | None:
    try:
        return parsedate_to_datetime(stated).date().isoformat() if stated else None
    except ValueError:
        return None


def read_outlook(data: bytes, limits: Limits) -> Extraction:
    """Read a mail that Outlook has saved (``.msg``)."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            return _outlook_mail(_Outlook(file), limits)
    except (*_DAMAGE, OSError, IndexError) as error:
        raise UnreadableFile.damaged("msg", str(error)) from error


class _Outlook:
    """The properties of a message and of what is attached to it."""

    def __init__(self, file: olefile.OleFileIO) -> None:
        self._file = file
        self._streams = {"/".join(path).upper(): "/".join(path) for path in file.listdir()}

    def text(self, number: str, within: str = "") -> str:
        """Return a property with a text; an empty string if it is missing."""
        for kind, encoding in _TYPES.items():
            data = self.data(f"{number}{kind}", within)
            if data:
                return data.decode(encoding, "replace").strip("\0").strip(BLANKS)
        return ""

    def data(self, name: str, within: str = "") -> bytes:
        """Return the bytes of a property; none if it is missing."""
        path = self._streams.get(f"{within}__SUBSTG1.0_{name}".upper())
        return b"" if path is None else bytes(self._file.openstream(path).read())

    def attachments(self) -> list[str]:
        """Return the folders of what is attached, each with a slash."""
        found = (name.split("/")[0] for name in self._streams if name.startswith("__ATTACH"))
        return [f"{name}/" for name in dict.fromkeys(found)][:_MOST_ATTACHED]


def _outlook_mail(message: _Outlook, limits: Limits) -> Extraction:
    head = BytesParser(policy=policy.default).parsebytes(
        message.text(_HEAD).encode(), headersonly=True
    )
    known = {name: message.text(number) for name, number in _PROPERTIES.items()}
    known["Date"] = str(head["Date"] or "")
    fields = [(name, known[name]) for name in _FIELDS if known.get(name)]
    text = message.text(_BODY)
    page = b"" if text else message.data(f"{_HTML}0102")
    body = extract(decode(page, limits), limits) if page else _lines(text)
    attached = tuple(
        Member(name, content)
        for folder in message.attachments()
        if (name := message.text(_LONG_NAME, folder) or message.text(_SHORT_NAME, folder))
        if (content := message.data(f"{_ATTACHED}0102", folder))
    )
    if not fields and not body.text:
        raise ValueError("it holds no message")
    return _mail(fields, body, attached, limits)
