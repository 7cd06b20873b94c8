"""Evaluation sets on disk: the BEIR layout, plain or gzipped."""

import csv
import gzip
import json
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, NamedTuple

from corpus import Article, Document, Passage, Span
from qa.errors import BadDataset
from qa.library import Library
from qa.progress import Progress, silent
from qa.results import PassageId


@dataclass(frozen=True, slots=True)
class EvaluationPassage:
    """A line of ``corpus.jsonl``: one passage, taken as it is."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class EvaluationQuery:
    """A line of ``queries.jsonl``.

    Attributes:
        answers: strings of which one answers the query, where the set knows any.
    """

    id: str
    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Passages, queries, and which passages are relevant to which query.

    Attributes:
        qrels: grade of each relevant passage id, by query id; above 0 is relevant.
    """

    name: str
    passages: tuple[EvaluationPassage, ...]
    queries: tuple[EvaluationQuery, ...]
    qrels: dict[str, dict[str, int]]


def load_dataset(folder: Path, corpus: Path | None = None) -> Dataset:
    """Read an evaluation set.

    Args:
        folder: holds ``corpus.jsonl``, ``queries.jsonl`` (each maybe ``.gz``) and
            ``qrels.tsv`` or ``qrels/test.tsv``.
        corpus: take the passages of this folder instead, another language's say.

    Raises:
        BadDataset: a file is missing or malformed; the message says which and where.
    """
    passages = tuple(
        EvaluationPassage(_string(line, "_id"), str(line.get("title") or ""), _string(line, "text"))
        for line in _lines(_find(corpus or folder, "corpus.jsonl"))
    )
    queries = tuple(
        EvaluationQuery(
            _string(line, "_id"),
            _string(line, "text"),
            tuple(map(str, _list(line, "answers"))),
        )
        for line in _lines(_find(folder, "queries.jsonl"))
    )
    if not passages or not queries:
        raise BadDataset(f"{folder} holds {len(passages)} passages and {len(queries)} queries.")
    return Dataset(folder.resolve().name, passages, queries, _qrels(folder))


def _find(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise BadDataset(
        f"{folder} has no {name} (nor {name}.gz). An evaluation set is a folder in the BEIR "
        "layout: corpus.jsonl, queries.jsonl, qrels.tsv."
    )


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def _lines(path: Path) -> Iterator[dict[str, object]]:
    number = 0
    try:
        with _open(path) as file:
            for number, line in enumerate(file, 1):
                value = json.loads(line)
                if not isinstance(value, dict):
                    raise BadDataset(
                        f"{path}, line {number}: expected an object, found {line[:40]!r}"
                    )
                yield value
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadDataset(f"{path}, after line {number}: {error}") from error


def _string(line: dict[str, object], key: str) -> str:
    value = line.get(key)
    if not isinstance(value, str):
        raise BadDataset(f"A line has no string {key!r}: {json.dumps(line)[:80]}")
    return value


def _qrels(folder: Path) -> dict[str, dict[str, int]]:
    path = next(
        (p for p in (folder / "qrels.tsv", folder / "qrels" / "test.tsv") if p.is_file()), None
    )
    if path is None:
        raise BadDataset(f"{folder} has neither qrels.tsv nor qrels/test.tsv.")
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadDataset(f"{path}: {error}") from error
    qrels: dict[str, dict[str, int]] = {}
    for number, row in enumerate(rows, 1):
        if not row or (number == 1 and not row[-1].lstrip("-").isdigit()):
            continue  # the header, or a blank line
        try:
            query, passage, grade = row
            qrels.setdefault(query, {})[passage] = int(grade)
        except ValueError as error:
            raise BadDataset(
                f"{path}, line {number}: expected query, passage and grade, found {row}"
            ) from error
    return qrels


def _list(line: dict[str, object], key: str) -> list[object]:
    value = line.get(key)
    return value if isinstance(value, list) else []


class IndexedDataset(NamedTuple):
    """A library of a set's passages, and the set's passage ids by the library's."""

    library: Library
    names: Mapping[str, str]


@contextmanager
def indexed(
    dataset: Dataset,
    *,
    model: str | Path | None = None,
    titles: bool = False,
    reranker: str | Path | None = None,
    progress: Progress = silent,
) -> Iterator[IndexedDataset]:
    """Index a set's passages into a temporary library.

    Args:
        dataset: passages are taken as they are, one line one passage.
        model: the embedding model; the bundled one by default.
        titles: let titles count, as the context of their passage.
        reranker: a cross-encoder for the best candidates; none by default.
        progress: called as the work proceeds.

    Yields:
        The library and the passage ids; the library is deleted at the end of the block.
    """
    with (
        tempfile.TemporaryDirectory(prefix="wenju-eval-", ignore_cleanup_errors=True) as folder,
        Library.open(folder, model=model, reranker=reranker) as library,
    ):
        documents = documents_of(dataset, titles=titles)
        library.add_documents(documents, progress=progress)
        yield IndexedDataset(
            library, {PassageId.of(document.id, 0): source for source, document in documents}
        )


def documents_of(dataset: Dataset, *, titles: bool) -> list[tuple[str, Document]]:
    """Return each passage as a document of its own, with the passage's id as its source."""
    documents = []
    for passage in dataset.passages:
        text = passage.text.strip()
        content = f"{passage.id}\0{passage.title}\0{text}"
        documents.append(
            (
                passage.id,
                Document(
                    id=sha256(content.encode("utf-8", "surrogatepass")).hexdigest(),
                    text=text,
                    articles=(Article(passage.title if titles else ""),),
                    passages=(Passage(0, (Span(0, len(text)),), 0, (), 1),),
                ),
            )
        )
    return documents
