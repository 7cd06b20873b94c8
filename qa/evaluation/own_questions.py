"""Evaluation with a user's own questions, and the passages of their library that answer.

A CSV or JSONL file, one question a row. The library is searched as it is: nothing is
copied, nothing is written.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from corpus import DEFAULT_LIMITS, CorpusError, decode
from qa.errors import BadDataset, BadQuestion
from qa.evaluation.datasets import Dataset, EvaluationPassage, EvaluationQuery
from qa.evaluation.evaluate import Evaluated, Ranked, measured, run
from qa.library import Library
from qa.progress import Progress
from qa.retrieval.questions import check
from qa.retrieval.search import Legs

SUFFIXES = (".csv", ".jsonl")
_SHOWN = 40  # characters of a passage that is not there
_SEPARATOR = "|"  # between the answers of one cell


@dataclass(frozen=True, slots=True)
class Row:
    """One question of a file.

    Attributes:
        line: the line on which its row begins, from 1.
        passage: the id of a passage, or words from it.
        source: of the document that holds the passage; empty for any.
        answers: strings of which one answers the question, if any is stated.
    """

    line: int
    question: str
    passage: str
    source: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Held:
    """A passage of the library; ``words`` is its text without white space."""

    id: str
    text: str
    words: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that cannot be measured, and the reason."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class OwnQuestions:
    """The questions of a file, held against a library.

    Attributes:
        dataset: the questions, and the library's passages. One passage is relevant to
            each question, under the question's line as its id.
        wanted: the passages that hold what a question expects, by the question's id;
            each is as good as the first, which ``dataset`` names.
        left_out: the rows that are not among the questions.
    """

    dataset: Dataset
    wanted: Mapping[str, tuple[str, ...]]
    left_out: tuple[LeftOut, ...]


def load_questions(path: Path, library: Library) -> OwnQuestions:
    """Read a file of questions, and find the passages that they expect.

    Args:
        path: ``.csv`` with a header, or ``.jsonl``: ``question`` and ``passage``, perhaps
            ``source`` and ``answer`` or ``answers``.
        library: holds the passages.

    Raises:
        BadDataset: the file cannot be read, or is no such file.
    """
    held = list(_held(library))
    queries: list[EvaluationQuery] = []
    wanted: dict[str, tuple[str, ...]] = {}
    left_out: list[LeftOut] = []
    for row in _rows(path):
        if isinstance(row, LeftOut):
            left_out.append(row)
        elif isinstance(found := _find(row, held), LeftOut):
            left_out.append(found)
        else:
            queries.append(EvaluationQuery(str(row.line), row.question, row.answers))
            wanted[str(row.line)] = found
    dataset = Dataset(
        path.name,
        tuple(EvaluationPassage(passage.id, "", passage.text) for passage in held),
        tuple(queries),
        {name: {found[0]: 1} for name, found in wanted.items()},
    )
    return OwnQuestions(dataset, wanted, tuple(left_out))


def evaluate_own(library: Library, own: OwnQuestions, legs: Legs, progress: Progress) -> Evaluated:
    """Ask a library its user's own questions.

    Raises:
        BadDataset: there is no question left to ask.
        WenjuError: the extra ``eval`` is not installed.
    """
    dataset = own.dataset
    if not dataset.queries:
        raise BadDataset(
            f"No row of {dataset.name} can be measured: {len(own.left_out)} left out. A row needs "
            "a question, and a passage of the library: its id, or words that stand in it."
        )
    names = {passage.id: passage.id for passage in dataset.passages}
    runs = [
        _folded(ranked, own.wanted[ranked.query])
        for ranked in run(library, dataset, names, legs, progress)
    ]
    return Evaluated(measured(dataset, runs, legs, library.model_name), runs)


def _folded(ranked: Ranked, wanted: tuple[str, ...]) -> Ranked:
    """Return a ranking in which the best of the wanted passages counts, as the first of them."""
    passages = (wanted[0] if passage in wanted else passage for passage in ranked.passages)
    return replace(ranked, passages=tuple(dict.fromkeys(passages)))


def _held(library: Library) -> Iterator[_Held]:
    for summary in library.documents():
        for passage in library.show(summary.id).passages:
            words = _unspaced(passage.text)
            yield _Held(passage.passage_id, passage.text, words, summary.sources)


def _find(row: Row, held: Sequence[_Held]) -> tuple[str, ...] | LeftOut:
    """Return the ids of the passages that a row expects, or the row as left out."""
    words = _unspaced(row.passage)
    if not words:
        return LeftOut(row.line, "it states no passage")
    try:
        check(row.question, 1)
    except BadQuestion as error:
        return LeftOut(row.line, str(error))
    places = [passage for passage in held if words == passage.id or words in passage.words]
    shown = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
    if not places:
        return LeftOut(
            row.line,
            f"no passage of the library has the id {shown!r} or holds these words; "
            "`wenju show ID --json` lists a document's passages",
        )
    found = [passage for passage in places if not row.source or row.source in passage.sources]
    if not found:
        return LeftOut(
            row.line, f"{shown!r} stands in {places[0].sources[0]!r}, not in {row.source!r}"
        )
    return tuple(passage.id for passage in found)


def _unspaced(text: str) -> str:
    """Return a text without white space, so that line breaks make no difference."""
    return "".join(text.split())


def _rows(path: Path) -> Iterator[Row | LeftOut]:
    try:
        text = decode(path.read_bytes(), DEFAULT_LIMITS)  # a spreadsheet may write GB 18030
    except (OSError, CorpusError) as error:
        raise BadDataset(f"{path} cannot be read: {error}") from error
    rows = _csv_rows(path, text) if path.suffix.lower() == ".csv" else _json_rows(text)
    for row in rows:
        if isinstance(row, LeftOut):
            yield row
            continue
        question, passage, source = (
            str(row.cells.get(name) or "").strip() for name in ("question", "passage", "source")
        )
        yield Row(row.line, question, passage, source, _answers(row.cells))


class _RawRow(NamedTuple):
    """The cells of a row by column, and the line on which it begins."""

    line: int
    cells: dict[str, Any]


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
                if missing := {"question", "passage"} - {*columns}:
                    raise BadDataset(
                        f"{path}, line {begun}: the header names no column "
                        f"{' and no column '.join(sorted(missing))}; it has {', '.join(columns)}"
                    )
            elif len(cells) > len(columns):
                yield LeftOut(
                    begun,
                    f"{len(cells)} cells under {len(columns)} columns; text with a comma in it "
                    "needs double quotes around it",
                )
            else:
                yield _RawRow(begun, dict(zip(columns, cells, strict=False)))
    except csv.Error as error:
        raise BadDataset(f"{path}, line {line}: {error}") from error


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


def _answers(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the column ``answer``, and ``answers``: a list, or a cell with ``|`` between them."""
    several = row.get("answers") or []
    if not isinstance(several, list):
        several = str(several).split(_SEPARATOR)
    stated = (str(answer).strip() for answer in (row.get("answer") or "", *several))
    return tuple(filter(None, stated))
