"""Small files that ask a reader for much more time, memory or text than they are worth.

Each was found to keep a reader busy for a minute, or to end its process, when files were
still read without bounds.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
_CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
_LINE = b"BT /F 12 Tf 10 10 Td (hello) Tj ET\n"
_CHUNK = 10_000_000


def deflated_three_times(megabytes: int = 3_000) -> bytes:
    """A PDF of a kilobyte whose page unpacks to gigabytes of blanks."""
    packer = zlib.compressobj(9)
    packed = packer.compress(_LINE)
    blanks = b" " * _CHUNK
    for _ in range(megabytes * 1_000_000 // _CHUNK):
        packed += packer.compress(blanks)
    packed = zlib.compress(zlib.compress(packed + packer.flush(), 9), 9)
    content = _stream(packed, b"/Filter[/FlateDecode/FlateDecode/FlateDecode]")
    return _pdf((_CATALOGUE, _PAGES, _page(), content, _FONT))


def nested_forms(depth: int = 9) -> bytes:
    """A PDF whose page draws a form ten times, which draws another ten times, and so on."""
    forms = []
    for number in range(depth):
        last = number == depth - 1
        inner = b"" if last else b"/XObject<</X %d 0 R>>" % (7 + number)
        head = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<<%s/Font<</F 5 0 R>>>>"
        forms.append(_stream(_LINE if last else b"/X Do " * 10, head % inner))
    page = _page(b"/XObject<</X 6 0 R>>")
    return _pdf((_CATALOGUE, _PAGES, page, _stream(b"/X Do " * 10), _FONT, *forms))


def one_page_many_times(count: int = 9_999) -> bytes:
    """A PDF whose every page is the same one."""
    pages = b"<</Type/Pages/Kids[" + b"3 0 R " * count + b"]/Count %d>>" % count
    lines = b"BT /F 12 Tf 10 10 Td " + b"(hello world) Tj 0 14 Td " * 500 + b"ET"
    content = _stream(zlib.compress(lines, 9), b"/Filter/FlateDecode")
    return _pdf((_CATALOGUE, pages, _page(), content, _FONT))


def nested_tables(count: int = 8_500) -> bytes:
    """HTML tables, each in a cell of the one before."""
    return b"<table><tr><td rowspan=9>x" * count


def nested_lists(count: int = 100_000) -> bytes:
    """HTML lists, each in an item of the one before."""
    return b"<ul><li>" * count + b"x"


def many_attributes(count: int = 150_000) -> bytes:
    """An HTML paragraph with that many attributes."""
    return b"<p " + b" ".join(b"a%d=1" % number for number in range(count)) + b">x</p>"


def open_pictures(count: int = 500_000) -> bytes:
    """Markdown in which pictures begin and never end."""
    return b"![" * count


def one_line(megabytes: int = 50) -> bytes:
    """A text of a single line."""
    return "职工工资合同，".encode() * (megabytes * 1_000_000 // 21)


def many_paragraphs(count: int = 400_000) -> bytes:
    """A Word file of that many paragraphs of one character."""
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "<w:p><w:r><w:t>职</w:t></w:r></w:p>" * count
    return word(f'<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>'.encode())


def word(document: bytes) -> bytes:
    """A Word file with this XML as its document."""
    office = "http://schemas.openxmlformats.org"
    types = (
        f'<Types xmlns="{office}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", relations)
        archive.writestr("word/document.xml", document)
    return packed.getvalue()


def _pdf(objects: Sequence[bytes]) -> bytes:
    """A PDF file of these objects, the first of which is its catalogue."""
    out = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, rows)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    return out + table + trailer


def _page(resources: bytes = b"") -> bytes:
    return (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>" + resources + b">>>>"
    )


def _stream(content: bytes, head: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (head, len(content), content)


@dataclass(frozen=True, slots=True)
class Hostile:
    """A kind of hostile file.

    Attributes:
        name: under which it is uploaded.
        make: makes its bytes, as bad as it was found.
    """

    name: str
    make: Callable[[], bytes]


HOSTILE = (
    Hostile("deflated-three-times.pdf", deflated_three_times),
    Hostile("nested-forms.pdf", nested_forms),
    Hostile("one-page-many-times.pdf", one_page_many_times),
    Hostile("nested-tables.html", nested_tables),
    Hostile("nested-lists.html", nested_lists),
    Hostile("many-attributes.html", many_attributes),
    Hostile("open-pictures.md", open_pictures),
    Hostile("one-line.txt", one_line),
    Hostile("many-paragraphs.docx", many_paragraphs),
)
