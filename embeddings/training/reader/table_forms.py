"""Tables in the forms that documents have them in.

The tables of the corpus of practice are rows of cells between bars, under a head. A sheet becomes
a passage for each row, "name：cell" line by line, and many a text has tabs between its cells and no
name above the first column. Each is made from the same tables, so that a reader knows them all.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from embeddings.training.reader.samples import Sample, Span

_BAR = " | "
_FEWEST_ROWS = 3  # with the head
_TABS, _UNNAMED = 0.25, 0.5  # shares of the tables
_RECORDS = 0.6  # of the answers in a table
_OTHER_ROWS = 2


class _Place(NamedTuple):
    """Where an answer begins: a row below the head, a column, code points into its cell."""

    row: int
    column: int
    offset: int


class _Table(NamedTuple):
    """The first table of a sample: its place in the text, its head and its other rows."""

    span: Span
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def in_other_forms(samples: Iterable[Sample], rng: random.Random) -> list[Sample]:
    """Return the samples, some of their tables with tabs, and some rows as further passages.

    A sample whose answer is not in one cell of its table stays as it is.
    """
    found: list[Sample] = []
    for sample in samples:
        table = _table(sample.text)
        place = _place(sample, table) if table and sample.answer else None
        if table is None or (sample.answer and place is None):
            found.append(sample)
            continue
        found.append(_with_tabs(sample, table, place, rng) if rng.random() < _TABS else sample)
        if place is not None and rng.random() < _RECORDS:
            found += _records(sample, table, place, rng)
    return found


def _table(text: str) -> _Table | None:
    """Return the first table of a text, if it has a head and as many cells in each row."""
    first = text.find(_BAR)
    if first < 0:
        return None
    start = text.rfind("\n", 0, first) + 1
    lines = list(takewhile(lambda line: _BAR in line, text[start:].split("\n")))
    rows = tuple(tuple(line.split(_BAR)) for line in lines)
    if len(rows) < _FEWEST_ROWS or len({len(row) for row in rows}) > 1:
        return None
    return _Table(Span(start, start + len("\n".join(lines))), rows[0], rows[1:])


def _place(sample: Sample, table: _Table) -> _Place | None:
    """Return where the answer begins, if it is in one cell of the table below its head."""
    offset = sample.text.find("\n", table.span.start) + 1
    answer = sample.answer or Span(0, 0)
    for number, row in enumerate(table.rows):
        for column, cell in enumerate(row):
            if offset <= answer.start and answer.end <= offset + len(cell):
                return _Place(number, column, answer.start - offset)
            offset += len(cell) + (len(_BAR) if column < len(row) - 1 else 1)
    return None


def _with_tabs(sample: Sample, table: _Table, place: _Place | None, rng: random.Random) -> Sample:
    """Return the sample with tabs between cells, perhaps without the name of the first column."""
    unnamed = len(table.head) > 2 and rng.random() < _UNNAMED
    before = sample.text[: table.span.start] + "\t".join(table.head[unnamed:]) + "\n"
    lines = ["\t".join(row) for row in table.rows]
    text = before + "\n".join(lines) + sample.text[table.span.end :]
    if place is None:
        return sample._replace(text=text)
    start = len(before) + sum(len(line) + 1 for line in lines[: place.row]) + place.offset
    start += sum(len(cell) + 1 for cell in table.rows[place.row][: place.column])
    return sample._replace(text=text, answer=Span(start, start + len(sample.answered)))


def _records(sample: Sample, table: _Table, place: _Place, rng: random.Random) -> Iterator[Sample]:
    """Yield the row that holds the answer as a passage, and other rows that do not."""
    own = table.rows[place.row]
    text = _record(table.head, own)
    start = sum(len(line) + 1 for line in text.split("\n")[: place.column])
    start += len(table.head[place.column]) + 1 + place.offset
    yield sample._replace(text=text, answer=Span(start, start + len(sample.answered)))
    others = [_record(table.head, row) for row in table.rows if row != own]
    others = [other for other in others if sample.answered not in other]
    for other in rng.sample(others, min(_OTHER_ROWS, len(others))):
        yield sample._replace(text=other, answer=None)


def _record(head: Sequence[str], row: Sequence[str]) -> str:
    return "\n".join(f"{name}：{cell}" for name, cell in zip(head, row, strict=True))
