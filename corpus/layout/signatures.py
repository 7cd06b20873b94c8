"""Marks what stands around the text: mastheads, letterheads, and what offices have signed."""

from collections.abc import Sequence

from corpus.layout.furniture import (
    date_of,
    is_attachment,
    is_day,
    is_document_number,
    is_letterhead,
    is_masthead,
    signing_office,
)
from corpus.layout.lines import Line
from corpus.layout.marks import Mark

# Nobody stacks more lines than these at the head of a page, or under a notice.
_TALLEST_STACK = 3


def mark_furniture(lines: Sequence[Line], marks: list[Mark]) -> None:
    """Mark mastheads, letterheads and numbers of documents, and what offices have signed."""
    for i, line in enumerate(lines):
        top = i < _TALLEST_STACK or lines[i - _TALLEST_STACK].page != line.page
        if top and is_masthead(line.text):
            marks[i] = Mark("kicker", date=date_of(line.text))
        elif i < 2 * _TALLEST_STACK and is_document_number(line.text):
            marks[i] = Mark("kicker")
            if i and is_letterhead(lines[i - 1].text):
                marks[i - 1] = Mark("kicker")
        elif is_attachment(line.text) and i + 1 < len(lines):
            marks[i] = Mark("kicker", closes=True)
        elif is_day(line.text) and i > _TALLEST_STACK:
            _mark_signature(lines, marks, i)


def _mark_signature(lines: Sequence[Line], marks: list[Mark], day: int) -> None:
    """Mark a day and the offices right above it, which sign what stands above them."""
    first = day
    while day - first < _TALLEST_STACK and signing_office(lines[first - 1].text):
        first -= 1
    if first == day:
        return
    offices = "、".join(filter(None, (signing_office(line.text) for line in lines[first:day])))
    for i in range(first, day + 1):
        marks[i] = Mark(note=True, below=i > first, closes=i == day)
    marks[first].author, marks[first].date = offices, date_of(lines[day].text)
