"""The questions of a user, and what their library should answer.

A CSV or JSONL file, one question a row: with the passage that answers, with words of the answer,
or as one that the documents do not answer. The library is asked as it is: nothing is copied,
nothing is written.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from corpus import DEFAULT_LIMITS, CorpusError, decode
from qa.errors import BadDataset, BadQuestion
from qa.evaluation.datasets import Dataset, EvaluationPassage, EvaluationQuery
from qa.library import Library
from qa.results import PassageId
from qa.retrieval.questions import check

SUFFIXES = (".csv", ".jsonl")
#: Marks a question that the documents do not answer, in the column ``answer``.
UNANSWERABLE = "none"

_COLUMNS = ("question", "passage", "source", "answer", "answers")
_ANSWER_COLUMNS = ("answer", "answers")
_EXPORTED = ("passage_id", "asked_at")  # columns that ``wenju feedback export`` writes besides
_SIMILAR = 0.8  # a column this similar to a known one is a slip of the pen
_SHOWN = 40  # characters of a passage that is not there
_SEPARATOR = "|"  # between the alternatives of one cell
_AND = "&&"  # between the strings of one alternative in a cell of CSV

Alternative = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One question of a file.

    Attributes:
        line: the line on which its row begins, from 1.
        passage: the id of a passage, or words from it.
        source: of the document that holds the passage or the answer; empty for any.
        answers: alternatives, each the strings that must all be quoted.
        unanswerable: whether the row says that the documents do not answer.
    """

    line: int
    question: str
    passage: str
    source: str
    answers: tuple[Alternative, ...]
    unanswerable: bool


@dataclass(frozen=True, slots=True)
class _Held:
    """A passage of the library, and its text as it is searched.

    Attributes:
        words: the text without white space.
        folded: the same with its case folded.
        sources: of its document.
    """

    id: PassageId
    text: str
    words: str
    folded: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that cannot be measured, and the reason."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Expected:
    """The right answer to a question; there is none where both are empty.

    Attributes:
        answers: alternatives, each the strings that must all be quoted, without white space and
            with their case folded.
        passages: ids, of which one must be cited where the row states no answer.
        documents: ids of those that the quotes with the answer must be from; empty for any.
    """

    answers: tuple[Alternative, ...] = ()
    passages: tuple[str, ...] = ()
    documents: frozenset[str] = frozenset()

    @property
    def answerable(self) -> bool:
        """Whether the documents answer the question."""
        return bool(self.answers or self.passages)

    def allows(self, document_id: str) -> bool:
        """Return whether a quote may be from a document."""
        return not self.documents or document_id in self.documents

    def stated_in(self, text: str) -> bool:
        """Return whether a text has all strings of one of the answers."""
        words = _folded(text)
        return any(all(part in words for part in one) for one in self.answers)


@dataclass(frozen=True, slots=True)
class OwnQuestions:
    """The questions of a file, held against a library.

    Attributes:
        dataset: the questions, and the library's passages. A question that names a passage has
            it as its relevant one, under the question's line as its id.
        wanted: the passages that hold what a question expects, by the question's id;
            each is as good as the first, which ``dataset`` names.
        expected: the right answer of each question, by its id.
        left_out: the rows that are not among the questions.
        ignored: columns that are not read, each once with its first line.
    """

    dataset: Dataset
    wanted: Mapping[str, tuple[str, ...]]
    expected: Mapping[str, Expected]
    left_out: tuple[LeftOut, ...]
    ignored: tuple[LeftOut, ...]


def load_questions(path: Path, library: Library) -> OwnQuestions:
    """Read a file of questions, and find the passages that they expect.

    Args:
        path: ``.csv`` with a header, or ``.jsonl``: ``question``; ``passage`` or ``answer`` or
            ``answers``; perhaps ``source``.
        library: holds the passages.

    Raises:
        BadDataset: the file cannot be read, or is no such file.
    """
    held = list(_held(library))
    queries: list[EvaluationQuery] = []
    expected: dict[str, Expected] = {}
    left_out: list[LeftOut] = []
    unread: dict[str, LeftOut] = {}
    for raw in _raw_rows(path):
        row = raw if isinstance(raw, LeftOut) else _row(raw, unread)
        if isinstance(row, LeftOut):
            left_out.append(row)
            continue
        found = _expected(row, held)
        if isinstance(found, LeftOut):
            left_out.append(found)
            continue
        name = str(row.line)
        single = tuple(one for one, *others in row.answers if not others)
        queries.append(EvaluationQuery(name, row.question, single))
        expected[name] = found
    wanted = {name: one.passages for name, one in expected.items() if one.passages}
    dataset = Dataset(
        path.name,
        tuple(EvaluationPassage(passage.id, "", passage.text) for passage in held),
        tuple(queries),
        {name: dict.fromkeys(one.passages[:1], 1) for name, one in expected.items()},
    )
    return OwnQuestions(dataset, wanted, expected, tuple(left_out), tuple(unread.values()))


def checked(own: OwnQuestions) -> OwnQuestions:
    """Return the questions of a file, after checking that there are any.

    Raises:
        BadDataset: no row is left to be asked.
    """
    if not own.dataset.queries:
        raise BadDataset(
            f"No row of {own.dataset.name} can be measured: {len(own.left_out)} left out. A row "
            "needs a question, and a passage of the library (its id, or words of it), words of "
            f"the answer, or the answer {UNANSWERABLE!r}."
        )
    return own


def _held(library: Library) -> Iterator[_Held]:
    for summary in library.documents():
        for passage in library.show(summary.id).passages:
            words = _unspaced(passage.text)
            yield _Held(passage.passage_id, passage.text, words, words.casefold(), summary.sources)


def _expected(row: Row, held: Sequence[_Held]) -> Expected | LeftOut:
    """Return the right answer to the question of a row, or the row as left out."""
    try:
        check(row.question)
    except BadQuestion as error:
        return LeftOut(row.line, f"question: {error}")
    if row.unanswerable:
        return Expected()
    answers = tuple(tuple(map(_folded, one)) for one in row.answers)
    if row.passage:
        found = _passages(row, held)
        return found if isinstance(found, LeftOut) else Expected(answers, found)
    return _answered(row, answers, held)


def _passages(row: Row, held: Sequence[_Held]) -> tuple[str, ...] | LeftOut:
    """Return the ids of the passages that a row names, or the row as left out."""
    words = _unspaced(row.passage)
    places = [passage for passage in held if words == passage.id or words in passage.words]
    if not places:
        return LeftOut(
            row.line,
            f"passage: no passage of the library has the id {_shown(words)} or holds these words; "
            "`wenju show ID --json` lists a document's passages",
        )
    found = [passage for passage in places if not row.source or row.source in passage.sources]
    if not found:
        return LeftOut(
            row.line,
            f"source: {_shown(words)} is in {places[0].sources[0]!r}, not in {row.source!r}",
        )
    return tuple(passage.id for passage in found)


def _answered(
    row: Row, answers: tuple[Alternative, ...], held: Sequence[_Held]
) -> Expected | LeftOut:
    """Return the answers of a row that names no passage, or the row as left out."""
    among = [passage for passage in held if not row.source or row.source in passage.sources]
    if row.source and not among:
        return LeftOut(
            row.line,
            f"source: no document of the library is {row.source!r}; `wenju documents` lists them",
        )
    if not any(
        all(any(part in passage.folded for passage in among) for part in one) for one in answers
    ):
        return LeftOut(
            row.line,
            f"answer: no passage {'of this source' if row.source else 'of the library'} has "
            f"{_shown(' … '.join(row.answers[0]))}; {UNANSWERABLE!r} marks a question that the "
            "documents do not answer",
        )
    documents = frozenset(passage.id.document_id for passage in among) if row.source else ()
    return Expected(answers, documents=frozenset(documents))


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def _unspaced(text: str) -> str:
    """Return a text without white space, so that line breaks make no difference."""
    return "".join(text.split())


def _folded(text: str) -> str:
    """Return a text without white space and with its case folded."""
    return _unspaced(text).casefold()


class _RawRow(NamedTuple):
    """The cells of a row by column, and the line on which it begins."""

    line: int
    cells: dict[str, Any]


def _raw_rows(path: Path) -> Iterator[_RawRow | LeftOut]:
    try:
        text = decode(path.read_bytes(), DEFAULT_LIMITS)  # a spreadsheet may write GB 18030
    except (OSError, CorpusError) as error:
        raise BadDataset(f"{path} cannot be read: {error}") from error
    rows = _csv_rows(path, text) if path.suffix.lower() == ".csv" else _json_rows(text)
    empty = True
    for row in rows:
        empty = False
        yield row
    if empty:
        raise BadDataset(f"{path} has no rows: each is a question with its passage or its answer.")


def _row(raw: _RawRow, unread: dict[str, LeftOut]) -> Row | LeftOut:
    """Return the question of a row, or the row as left out.

    Args:
        raw: its cells.
        unread: is given the columns that are not read.
    """
    for column in sorted(raw.cells.keys() - {"", *_COLUMNS, *_EXPORTED} - unread.keys()):
        if wrong := _misspelt(column):
            return LeftOut(raw.line, wrong)
        unread[column] = LeftOut(raw.line, f"the column {_shown(column)} is not read")
    question, passage, source = (
        str(raw.cells.get(name) or "").strip() for name in ("question", "passage", "source")
    )
    try:
        answers = _answers(raw.cells)
    except _NoAnswer as error:
        return LeftOut(raw.line, str(error))
    stated_none = [tuple(map(str.casefold, one)) for one in answers] == [(UNANSWERABLE,)]
    left_empty = not (answers or passage or source) and not raw.cells.keys().isdisjoint(
        _ANSWER_COLUMNS
    )
    if stated_none and passage:
        return LeftOut(raw.line, f"answer: it is {UNANSWERABLE!r}, and the row states a passage")
    if not (answers or passage or left_empty):
        return LeftOut(
            raw.line,
            f"it states no passage and no answer; answer {UNANSWERABLE!r} marks a question that "
            "the documents do not answer",
        )
    if stated_none or left_empty:
        return Row(raw.line, question, passage, source, (), unanswerable=True)
    return Row(raw.line, question, passage, source, answers, unanswerable=False)


def _misspelt(column: str) -> str | None:
    """Return what is wrong with the name of a column that resembles one that is read."""
    near = get_close_matches(column, _COLUMNS, 1, _SIMILAR)
    return f"unknown column {column!r}; do you mean {near[0]!r}?" if near else None


def _csv_rows(path: Path, text: str) -> Iterator[_RawRow | LeftOut]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: list[str] = []
    line = 1
    try:
        for cells in reader:
            begun, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = [cell.strip().lower() for cell in cells]
                _check_header(columns, f"{path}, line {begun}")
            elif len(cells) > len(columns):
                yield LeftOut(
                    begun,
                    f"{len(cells)} cells under {len(columns)} columns; text with a comma in it "
                    "needs double quotes around it",
                )
            else:
                yield _RawRow(begun, _csv_cells(columns, cells))
    except csv.Error as error:
        raise BadDataset(f"{path}, line {line}: {error}") from error


def _check_header(columns: Sequence[str], where: str) -> None:
    """Check the columns of a CSV file.

    Raises:
        BadDataset: one is missing or misspelt.
    """
    for column in columns:
        wrong = None if column in (*_COLUMNS, *_EXPORTED) else _misspelt(column)
        if wrong:
            raise BadDataset(f"{where}: {wrong}")
    found = ", ".join(columns)
    if "question" not in columns:
        raise BadDataset(f"{where}: the header names no column question; it has {found}")
    if {"passage", *_ANSWER_COLUMNS}.isdisjoint(columns):
        raise BadDataset(
            f"{where}: the header names no column passage and no column answer; it has {found}"
        )


def _csv_cells(columns: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    """Return the cells of a row by column, those of answers as JSON would have them."""
    row: dict[str, Any] = dict(zip_longest(columns, cells, fillvalue=""))
    if "answer" in row:
        row["answer"] = [row["answer"].split(_AND)]
    if "answers" in row:
        row["answers"] = [one.split(_AND) for one in row["answers"].split(_SEPARATOR)]
    return row


def _json_rows(text: str) -> Iterator[_RawRow | LeftOut]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield LeftOut(number, f"it is no JSON: {error}")
            continue
        if isinstance(row, dict):
            yield _RawRow(number, row)
        else:
            yield LeftOut(number, "it is no JSON object")


class _NoAnswer(Exception):
    """A value that states no answer; the message names the column."""


def _answers(cells: Mapping[str, Any]) -> tuple[Alternative, ...]:
    """Return the alternatives of the columns ``answer`` and ``answers``.

    Raises:
        _NoAnswer: one of them holds something else.
    """
    several = cells.get("answers")
    if isinstance(several, str):
        several = several.split(_SEPARATOR)
    stated = [
        *_alternatives("answer", cells.get("answer")),
        *_alternatives("answers", several),
    ]
    return tuple(filter(None, stated))


def _alternatives(column: str, value: object) -> Iterator[Alternative]:
    """Yield the alternatives that a column states, an empty one for a blank string."""
    alternatives: Iterable[object] = value if isinstance(value, list) else [value]
    for one in alternatives:
        parts = one if isinstance(one, list) else [one]
        if not all(_is_plain(part) for part in parts):
            raise _NoAnswer(
                f"{column}: it takes a string, or a list of strings, each of which may be a list "
                f"of strings that must all be quoted, not {json.dumps(value)[:_SHOWN]}"
            )
        texts = ("" if part is None else str(part).strip() for part in parts)
        yield tuple(filter(None, texts))


def _is_plain(value: object) -> bool:
    """Return whether a value of JSON is a text, a number or nothing."""
    return value is None or (isinstance(value, str | int | float) and not isinstance(value, bool))
