"""Lists of questions and answers, or of any records: CSV, TSV, JSON Lines, and sheets.

Each record is one passage. A question stands above its answer, without what other
fields the list may have; of other records each field stands on a line of its own,
behind its name. The stored text is made here.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from corpus.characters import BLANKS
from corpus.errors import UnreadableFile
from corpus.limits import Limits
from corpus.model import RECORD_LEVEL, Block, BlockKind, Extraction, Span
from corpus.readers.encodings import check_length, decode
from corpus.readers.tables.delimited import cells_of, is_header

# Names of the fields that hold questions, answers, titles and texts.
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
_MOST_ABOVE = 4  # rows: a sheet's title may stand above its names
_PAIR = ("question", "answer")
_TABLE = 3  # columns; of two, a question may lack its answer
_AROUND_NAME = f"{BLANKS}*＊:："

Record = Sequence[tuple[str, str]]  # names, empty where there are none, and values
Section = tuple[str, Iterable[Record]]  # a heading, empty where there is none


def read(data: bytes, limits: Limits) -> Extraction:
    """Read comma- or tab-separated values, with a row of names above them or without."""
    return extract([("", records_of(cells_of(decode(data, limits))))], limits)


def read_lines(data: bytes, limits: Limits) -> Extraction:
    """Read JSON Lines: an object on each line."""
    return extract([("", _objects(decode(data, limits)))], limits)


def records_of(rows: Sequence[Sequence[str]]) -> Iterator[Record]:
    """The records of a table, given as its rows that are not blank, each as its cells."""
    names: Sequence[str] = ()
    above = next((n for n, row in enumerate(rows[:_MOST_ABOVE]) if _is_named(row)), _titles(rows))
    yield from ([("", cell) for cell in row] for row in rows[:above])
    rows = rows[above:]
    if rows and (_is_named(rows[0]) or (len(rows) > 1 and is_header(rows[0]))):
        names, rows = rows[0], rows[1:]
    answers = bool(rows) and not names and len(rows[0]) == len(_PAIR)
    for row in rows:
        # Names of ours must not be shown: a question without an answer has none.
        own = _PAIR if answers and len(row) >= len(_PAIR) and all(row[:2]) else names
        extra = [f"{n}" if own else "" for n in range(len(own) + 1, len(row) + 1)]
        yield list(zip([*own, *extra], row, strict=False))


def _titles(rows: Sequence[Sequence[str]]) -> int:
    """How many rows of one cell stand above the names of a sheet: its title, a remark."""
    filled = [sum(map(bool, row)) for row in rows[: _MOST_ABOVE + 1]]
    above = next((n for n, cells in enumerate(filled) if cells > 1), 0)
    return above if filled[above:] and filled[above] >= _TABLE else 0


def _is_named(row: Sequence[str]) -> bool:
    """Whether cells of a row name a question and an answer, whatever the others say."""
    return {"question", "answer"} <= {_kind(cell) for cell in row}


def _objects(text: str) -> Iterator[Record]:
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.strip(BLANKS)
        if not line:
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UnreadableFile(
                f"line {number} is not JSON: {error}", "bad_line", line=number
            ) from error
        if not isinstance(value, dict):
            raise UnreadableFile(
                f"line {number} holds no object; each line must be one, "
                'as {"question": "…", "answer": "…"}',
                "bad_line",
                line=number,
            )
        yield [(str(name), _words(field)) for name, field in value.items()]


def _words(value: object) -> str:
    """A field as text; lists stand on one line, halves of broken characters go."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, list):
        text = "、".join(_words(each) for each in value)
    elif value is None:
        text = ""
    else:
        text = json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode("utf-8").strip(BLANKS)


def extract(sections: Iterable[Section], limits: Limits) -> Extraction:
    """The stored text of records, and a block for each, with the headings that they state."""
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


def _contents(sections: Iterable[Section]) -> Iterator[tuple[str, BlockKind, int]]:
    """What is written of the records: text, kind of block, level of a heading."""
    for heading, records in sections:
        yield heading, "heading", RECORD_LEVEL - 1
        for record in records:
            title, entry = _entry(record)
            yield title, "heading", RECORD_LEVEL
            yield entry, "entry", 0


def _entry(record: Record) -> tuple[str, str]:
    """The heading that a record states, and its text."""
    fields = [(name, value) for name, value in record if value]
    title, text = _first(fields, "title"), _first(fields, "text")
    question, answer = _first(fields, "question"), _first(fields, "answer")
    if question and answer:
        return title, f"{question}\n{answer}"
    if text and (title or len(fields) == 1):
        return title, text
    return "", "\n".join(f"{name}：{value}" if name else value for name, value in fields)


def _first(fields: Record, kind: str) -> str:
    """The first value of a kind, or nothing."""
    return next((value for name, value in fields if _kind(name) == kind), "")


@lru_cache(maxsize=256)  # the names of a table's columns come with each of its rows
def _kind(name: str) -> str:
    """What a field of this name holds, if its name tells."""
    plain = name.lower().strip(_AROUND_NAME)
    return next((kind for kind, pattern in _NAMES.items() if pattern.fullmatch(plain)), "")
