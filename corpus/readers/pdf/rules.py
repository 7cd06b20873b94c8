"""Straight lines that a page of a PDF file draws, as those between the cells of tables."""

import ctypes
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple, TypeAlias

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.pages import Rule

# Points. A line is drawn as a stroke, or as a filled rectangle that is no thicker.
_THICKEST = 3.0
_SHORTEST = 4.0

# Bounds on the drawings of a page that are looked at; a map or a plot has more.
_MOST_OBJECTS = 20_000
_MOST_RULES = 4_000
_MOST_SEGMENTS = 64  # of one path: a grid is drawn in one, and so is the outline of a letter
_DEEPEST = 3  # forms within forms


_Object: TypeAlias = pdfium.FPDF_PAGEOBJECT


class _Point(NamedTuple):
    x: float
    y: float


def page_rules(page: pypdfium2.PdfPage) -> list[Rule]:
    """Return the horizontal and vertical lines of a page; none of one with too many."""
    count = pdfium.FPDFPage_CountObjects(page.raw)
    if count > _MOST_OBJECTS:
        return []
    objects = (pdfium.FPDFPage_GetObject(page.raw, number) for number in range(count))
    level = pdfium.FS_MATRIX(1, 0, 0, 1, 0, 0)
    found = (rule for each in objects for rule in _rules_of(each, level, _DEEPEST))
    rules = list(islice(found, _MOST_RULES + 1))
    return rules if len(rules) <= _MOST_RULES else []


def _rules_of(item: _Object, matrix: pdfium.FS_MATRIX, depth: int) -> Iterator[Rule]:
    """Yield the lines of a path, or of the paths in a form.

    Args:
        item: an object of PDFium.
        matrix: of the form that it is in.
        depth: number of forms within forms that are looked into.
    """
    kind = pdfium.FPDFPageObj_GetType(item)
    if kind == pdfium.FPDF_PAGEOBJ_PATH:
        yield from _lines_of(item, matrix)
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth:
        own = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(item, own)
        inner = _product(own, matrix)
        for number in range(min(pdfium.FPDFFormObj_CountObjects(item), _MOST_OBJECTS)):
            yield from _rules_of(pdfium.FPDFFormObj_GetObject(item, number), inner, depth - 1)


def _lines_of(path: _Object, matrix: pdfium.FS_MATRIX) -> Iterator[Rule]:
    bounds = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(path, *bounds):
        return
    left, bottom, right, top = (bound.value for bound in bounds)
    corners = _moved(_Point(left, bottom), matrix), _moved(_Point(right, top), matrix)
    rule = _rule(*corners)
    if rule is not None:
        yield rule
    elif min(right - left, top - bottom) > _THICKEST:
        yield from _sides_of(path, matrix)


def _sides_of(path: _Object, matrix: pdfium.FS_MATRIX) -> Iterator[Rule]:
    """Yield the straight segments of a path, as the four of a cell's frame."""
    count = pdfium.FPDFPath_CountSegments(path)
    if not 2 < count <= _MOST_SEGMENTS:
        return
    own = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(path, own)
    whole = _product(own, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[_Point] = []
    for number in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, number)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            return
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            yield from _segments(points)
            points = []
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        points.append(_moved(_Point(x.value, y.value), whole))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    yield from _segments(points)


def _segments(points: list[_Point]) -> Iterator[Rule]:
    rules = (_rule(one, other) for one, other in pairwise(points))
    return (rule for rule in rules if rule is not None)


def _rule(one: _Point, other: _Point) -> Rule | None:
    """Return the line between two points, or None if it is slanting or short."""
    left, right = sorted((one.x, other.x))
    bottom, top = sorted((one.y, other.y))
    if right - left >= _SHORTEST and top - bottom <= _THICKEST:
        return Rule(left, right, (bottom + top) / 2, (bottom + top) / 2)
    if top - bottom >= _SHORTEST and right - left <= _THICKEST:
        return Rule((left + right) / 2, (left + right) / 2, bottom, top)
    return None


def _moved(point: _Point, matrix: pdfium.FS_MATRIX) -> _Point:
    return _Point(
        matrix.a * point.x + matrix.c * point.y + matrix.e,
        matrix.b * point.x + matrix.d * point.y + matrix.f,
    )


def _product(first: pdfium.FS_MATRIX, then: pdfium.FS_MATRIX) -> pdfium.FS_MATRIX:
    """Return the matrix that does what ``first`` does, and then what ``then`` does."""
    return pdfium.FS_MATRIX(
        first.a * then.a + first.b * then.c,
        first.a * then.b + first.b * then.d,
        first.c * then.a + first.d * then.c,
        first.c * then.b + first.d * then.d,
        first.e * then.a + first.f * then.c + then.e,
        first.e * then.b + first.f * then.d + then.f,
    )
