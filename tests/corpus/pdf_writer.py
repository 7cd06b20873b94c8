"""Writes small PDF files with text at given places, for tests; no font is embedded."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

A4 = (595, 842)


@dataclass(frozen=True)
class Text:
    """A run of text with its left end of the baseline at ``x, y`` points."""

    x: float
    y: float
    words: str
    size: float = 10
    angle: float = 0


@dataclass(frozen=True)
class Stroke:
    """A line from one point to another."""

    x: float
    y: float
    to_x: float
    to_y: float


@dataclass(frozen=True)
class Field:
    """A field of a form, its lower left corner at ``x, y``: a text, or a box to tick."""

    x: float
    y: float
    value: str | bool


Drawn = Text | Stroke


# A wrong table of characters: "a" is read as "b", and so on.
_NEXT_LETTERS = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Wrong def /CMapType 2 def
1 begincodespacerange <00> <ff> endcodespacerange
1 beginbfrange <61> <79> <0062> endbfrange
endcmap CMapName currentdict /CMap defineresource pop end end"""


def pdf(
    pages: Sequence[Sequence[Drawn]],
    title: str = "",
    author: str = "",
    fields: list[Field] | None = None,
    scale: float = 1,
    *,
    misread: bool = False,
) -> bytes:
    """A PDF file of ``pages``; a page without text gets a grey picture, as a scan has.

    The fields are those of its first page. With a scale, everything is drawn in units of it,
    as some printers do. Misread, the font says of every small letter that it is the next.
    """
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        b" /DescendantFonts [5 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
        b" /FontDescriptor 6 0 R >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /Ascent 880 /Descent -120"
        b" /CapHeight 880 /StemV 93 /ItalicAngle 0 /FontBBox [-25 -254 1000 880] >>",
        _stream(
            b"\x80",
            b"/Type /XObject /Subtype /Image /Width 1 /Height 1"
            b" /ColorSpace /DeviceGray /BitsPerComponent 8",
        ),
        b"<< /Title "
        + _string(title)
        + b" /Author "
        + _string(author)
        + b" /CreationDate (D:20260301090000+08'00') >>",
    ]
    kids = []
    for page in pages:
        drawn = b"\n".join(_show(each, scale) for each in page)
        if scale != 1:
            drawn = b"%g 0 0 %g 0 0 cm\n" % (scale, scale) + drawn
        content = drawn if page else b"q 500 0 0 700 40 60 cm /I Do Q"
        objects.append(_stream(content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R"
            b" /Resources << /Font << /L 3 0 R /C 4 0 R >> /XObject << /I 7 0 R >> >> >>"
            % (*A4, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    if fields:
        numbers = range(len(objects) + 1, len(objects) + len(fields) + 1)
        references = b" ".join(b"%d 0 R" % number for number in numbers)
        objects[0] = objects[0][:-2] + b"/AcroForm << /Fields [%s] >> >>" % references
        first = int(kids[0].split()[0]) - 1
        objects[first] = objects[first][:-2] + b"/Annots [%s] >>" % references
        objects += map(_widget, fields, numbers)
    if misread:
        objects.append(_stream(_NEXT_LETTERS))
        objects[2] = objects[2][:-2] + b"/ToUnicode %d 0 R >>" % len(objects)
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return _file(objects)


def column(x: float, y: float, lines: list[str], size: float = 10, pitch: float = 14) -> list[Text]:
    """Lines under each other."""
    return [Text(x, y - pitch * number, line, size) for number, line in enumerate(lines)]


def boxes(xs: list[float], ys: list[float]) -> list[Stroke]:
    """The lines of a table whose columns end at ``xs``, and its rows at ``ys``."""
    level = [Stroke(xs[0], y, xs[-1], y) for y in ys]
    return level + [Stroke(x, ys[0], x, ys[-1]) for x in xs]


def _widget(field: Field, number: int) -> bytes:
    box = b"/Rect [%g %g %g %g]" % (field.x, field.y, field.x + 200, field.y + 18)
    if isinstance(field.value, str):
        kind = b"/FT /Tx /V " + _string(field.value)
    else:
        state = b"/Yes" if field.value else b"/Off"
        kind = b"/FT /Btn /V %s /AS %s /AP << /N << /Yes null >> >>" % (state, state)
    return b"<< /Type /Annot /Subtype /Widget /F 4 /T (f%d) %s %s >>" % (number, box, kind)


def _show(drawn: Drawn, scale: float) -> bytes:
    if isinstance(drawn, Stroke):
        points = (drawn.x, drawn.y, drawn.to_x, drawn.to_y)
        return b"%g %g m %g %g l S" % tuple(point / scale for point in points)
    text = drawn
    latin = text.words.isascii()
    font = b"L" if latin else b"C"
    words = (
        _literal(text.words)
        if latin
        else b"<" + text.words.encode("utf-16-be").hex().encode() + b">"
    )
    turned = math.cos(math.radians(text.angle)), math.sin(math.radians(text.angle))
    matrix = b"%.6f %.6f %.6f %.6f %g %g" % (
        *(turned[0], turned[1], -turned[1], turned[0]),
        *(text.x / scale, text.y / scale),
    )
    return b"BT /%s %g Tf %s Tm %s Tj ET" % (font, text.size / scale, matrix, words)


def _literal(words: str) -> bytes:
    return b"(" + words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode() + b")"


def _string(words: str) -> bytes:
    return b"<FEFF" + words.encode("utf-16-be").hex().encode() + b">"


def _stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R /Info 8 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)
