"""Lists of questions and answers, or of any records: CSV, TSV and JSON Lines.

Each record is one passage. A question stands above its answer, without what other
fields the list may have; of other records each field stands on a line of its own,
behind its name. The stored text is made here.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping

from corpus.characters import BLANKS
from corpus.errors import UnreadableFile
from corpus.limits import Limits
from corpus.model import Block, Extraction, Span
from corpus.readers.encodings import check_length, decode

# Names of the fields that hold questions, answers and titles, compared in lower case.
_QUESTIONS = ("question", "questions", "q", "query", "问题", "问", "提问", "標題問題", "問題", "問")
_ANSWERS = (
    "answer",
    "answers",
    "a",
    "response",
    "reply",
    "答案",
    "答",
    "回答",
    "回复",
    "答复",
    "回覆",
)
_TITLES = ("title", "标题", "標題")
_TEXTS = ("text", "content", "passage", "内容", "內容", "正文")

_LONGEST_FIELD = 2**31 - 1
Record = Mapping[str, str]


def read(data: bytes, limits: Limits) -> Extraction:
    """Read comma- or tab-separated values with a row of names above them."""
    return _extract(_rows(decode(data, limits)), limits)


def read_lines(data: bytes, limits: Limits) -> Extraction:
    """Read JSON Lines: an object on each line."""
    return _extract(_objects(decode(data, limits)), limits)


def _rows(text: str) -> Iterator[Record]:
    csv.field_size_limit(_LONGEST_FIELD)  # the limit on characters holds instead
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:8192], delimiters=",\t;|")
    except csv.Error:
        dialect = csv.excel
    reader = csv.reader(io.StringIO(text, newline=""), dialect)
    try:
        names = [name.strip(BLANKS) for name in next(reader, [])]
        for row in reader:
            cells = [cell.strip(BLANKS) for cell in row]
            extra = [""] * max(len(cells) - len(names), 0)
            yield {
                name or f"{number}": cell
                for number, (name, cell) in enumerate(zip(names + extra, cells, strict=False), 1)
            }
    except csv.Error as error:
        raise UnreadableFile(
            f"line {reader.line_num} is no row of values: {error}", "bad_line", line=reader.line_num
        ) from error


def _objects(text: str) -> Iterator[Record]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip(BLANKS):
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
        yield {str(name): _words(field) for name, field in value.items()}


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


def _extract(records: Iterator[Record], limits: Limits) -> Extraction:
    pieces: list[str] = []
    blocks: list[Block] = []
    place = 0
    for record in records:
        title, entry = _entry(record)
        for kind, content in (("heading", title), ("entry", entry)):
            if not content.strip(BLANKS):
                continue
            if pieces:
                pieces.append("\n\n")
                place += 2
            span = Span(place, place + len(content))
            place = span.end
            check_length(place, limits)
            pieces.append(content)
            blocks.append(
                Block((span,), "heading", 2) if kind == "heading" else Block((span,), "entry")
            )
    return Extraction("".join(pieces), tuple(blocks))


def _entry(record: Record) -> tuple[str, str]:
    """The heading that a record states, and its text."""
    fields = {name.lower(): value for name, value in record.items() if value}
    title = _first(fields, _TITLES)
    question, answer = _first(fields, _QUESTIONS), _first(fields, _ANSWERS)
    if question and answer:
        return title, f"{question}\n{answer}"
    text = _first(fields, _TEXTS)
    if text and (title or len(fields) == 1):
        return title, text
    return "", "\n".join(f"{name}：{value}" for name, value in record.items() if value)


def _first(fields: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((fields[name] for name in names if name in fields), "")
