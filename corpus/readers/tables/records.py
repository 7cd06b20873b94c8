"""Lists of questions and answers, or of any records: CSV, TSV, JSON, and sheets.

Each record is one passage. Of a question and its answer only these two are kept, each on a
line of its own; of another record every field, on a line with its name. The stored text is
made here.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from corpus.characters import BLANKS
from corpus.limits import Limits
from corpus.model import RECORD_LEVEL, Block, BlockKind, Extraction, Span
from corpus.readers.encodings import check_length, decode
from corpus.readers.tables.delimited import cells_of, is_header

# Names of the fields with questions, answers, titles and texts.
_NAMES = {
    "question": re.compile(
        r"q|query|questions?(?:[ _]text)?|提?[问問]|[标標][准準][问問]|"
        r"\w{0,4}(?:问题|問題)(?:描述|内容|內容|标题|標題)?"
    ),
    "answer": re.compile(
        r"a|answers?(?:[ _]text)?|responses?|reply|答|[标標][准準]答|"
        r"\w{0,4}(?:答案|答[复覆]|回[答复覆]|解答)(?:内容|內容)?"
    ),
    "title": re.compile("title|标题|標題"),
    "text": re.compile("text|content|passage|内容|內容|正文"),
}
_MOST_ABOVE = 4  # rows above the header: the title of a sheet, remarks
_PAIR = ("question", "answer")
_TABLE = 3  # columns; a row of two may be a question without its answer
_AROUND_NAME = f"{BLANKS}*＊:："


class Field(NamedTuple):
    """A field of a record.

    Attributes:
        name: empty where there is none.
        value: as text.
    """

    name: str
    value: str


Record = Sequence[Field]


class Section(NamedTuple):
    """Records below a heading.

    Attributes:
        heading: empty where there is none.
        records: in their order.
    """

    heading: str
    records: Iterable[Record]


class _Entry(NamedTuple):
    """The words of a record.

    Attributes:
        title: the heading that the record states, empty where it states none.
        text: of its passage.
    """

    title: str
    text: str


class _Content(NamedTuple):
    """A block before it is written."""

    text: str
    kind: BlockKind
    level: int


def read(data: bytes, limits: Limits) -> Extraction:
    """Read comma- or tab-separated values, with a header or without."""
    return extract([Section("", records_of(cells_of(decode(data, limits))))], limits)


def records_of(rows: Sequence[Sequence[str]]) -> Iterator[Record]:
    """Yield the records of a table.

    Args:
        rows: its rows that are not blank, each as its cells.
    """
    names: Sequence[str] = ()
    above = next((n for n, row in enumerate(rows[:_MOST_ABOVE]) if _is_named(row)), _titles(rows))
    yield from ([Field("", cell) for cell in row] for row in rows[:above])
    rows = rows[above:]
    if rows and (_is_named(rows[0]) or (len(rows) > 1 and is_header(rows[0]))):
        names, rows = rows[0], rows[1:]
    answers = bool(rows) and not names and len(rows[0]) == len(_PAIR)
    for row in rows:
        # These names are ours and must not be shown: a question without an answer has no names.
        own = _PAIR if answers and len(row) >= len(_PAIR) and all(row[:2]) else names
        extra = [f"{n}" if own else "" for n in range(len(own) + 1, len(row) + 1)]
        yield [Field(*pair) for pair in zip([*own, *extra], row, strict=False)]


def _titles(rows: Sequence[Sequence[str]]) -> int:
    """Return the number of rows above the header of a sheet: its title, remarks."""
    filled = [sum(map(bool, row)) for row in rows[: _MOST_ABOVE + 1]]
    above = next((n for n, cells in enumerate(filled) if cells > 1), 0)
    return above if filled[above:] and filled[above] >= _TABLE else 0


def _is_named(row: Sequence[str]) -> bool:
    """Return whether cells of a row are the names of a question and an answer."""
    return {"question", "answer"} <= {_kind(cell) for cell in row}


def extract(sections: Iterable[Section], limits: Limits) -> Extraction:
    """Return the stored text of records, with a block for each and for its heading."""
    pieces: list[str] = []
    blocks: list[Block] = []
    place = 0
    for content, kind, level in _contents(sections):
        if not content.strip(BLANKS):
            continue
        if pieces:
            pieces.append("\n\n")
            place += 2
        span = Span(place, place + len(content))
        place = span.end
        check_length(place, limits)
        pieces.append(content)
        blocks.append(Block((span,), kind, level))
    return Extraction("".join(pieces), tuple(blocks))


def _contents(sections: Iterable[Section]) -> Iterator[_Content]:
    """Yield the blocks of the records; those without a heading have a blank one."""
    for heading, records in sections:
        yield _Content(heading, "heading", RECORD_LEVEL - 1)
        for record in records:
            entry = _entry(record)
            yield _Content(entry.title, "heading", RECORD_LEVEL)
            yield _Content(entry.text, "entry", 0)


def _entry(record: Record) -> _Entry:
    """Return the words of a record: question and answer, title and text, or all its fields."""
    fields = [field for field in record if field.value]
    title, text = _first(fields, "title"), _first(fields, "text")
    question, answer = _first(fields, "question"), _first(fields, "answer")
    if question and answer:
        return _Entry(title, f"{question}\n{answer}")
    if text and (title or len(fields) == 1):
        return _Entry(title, text)
    lines = (f"{name}：{value}" if name else value for name, value in fields)
    return _Entry("", "\n".join(lines))


def _first(fields: Record, kind: str) -> str:
    """Return the value of the first field of a kind, or an empty string."""
    return next((value for name, value in fields if _kind(name) == kind), "")


@lru_cache(maxsize=256)  # the same names come with each row of a table
def _kind(name: str) -> str:
    """Return the kind of a field by its name, or an empty string."""
    plain = name.lower().strip(_AROUND_NAME)
    return next((kind for kind, pattern in _NAMES.items() if pattern.fullmatch(plain)), "")
