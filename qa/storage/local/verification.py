"""Verification of a library in a folder."""

from collections.abc import Iterator

import numpy as np

from corpus import quote
from embeddings.protocols import FloatArray
from qa.progress import Progress
from qa.results import Problem, VerifyReport
from qa.storage.local.catalogue import Catalogue
from qa.storage.local.indexes import Indexes
from qa.storage.local.store import Store, miscounted_tokens

_REMEDY_STORE = "restore library.sqlite3 from a copy, or index the documents into a new library"
_BLOCK = 10_000  # vectors held twice at once
_REMEDY_INDEX = "`wenju reindex` makes it anew from the documents"


def verify(
    store: Store, catalogue: Catalogue, indexes: Indexes, progress: Progress
) -> VerifyReport:
    """Check the database, every passage against its document, and both indexes.

    Returns:
        the counts, and each problem with its remedy.
    """
    problems: list[Problem] = []
    for (line,) in store.database.execute("PRAGMA integrity_check"):
        if line != "ok":
            problems.append(Problem("library.sqlite3", str(line), _REMEDY_STORE))
    for table, row, parent, _ in store.database.execute("PRAGMA foreign_key_check"):
        problems.append(
            Problem("library.sqlite3", f"{table} row {row} points into no {parent}", _REMEDY_STORE)
        )
    with store.database.reading():
        documents = catalogue.summaries()
        rows: list[int] = []
        for done, summary in enumerate(documents, 1):
            progress("verify", done, len(documents), summary.sources[0] if summary.sources else "")
            text = catalogue.text(summary.id) or ""
            for passage in catalogue.passages(catalogue.rows_of([summary.id]).tolist()).values():
                rows.append(passage.row)
                if not 0 <= (passage.place.ocr_score or 0) <= 1:
                    problems.append(
                        Problem(
                            passage.passage_id,
                            "its OCR score is not between 0 and 1",
                            _REMEDY_STORE,
                        )
                    )
                if quote(text, passage.spans) != passage.text:
                    problems.append(
                        Problem(
                            passage.passage_id, "its text is not what its spans hold", _REMEDY_STORE
                        )
                    )
        vectors = catalogue.vectors()
        miscounted = miscounted_tokens(store.database)
        renewing = store.is_renewing()
    if miscounted:
        problems.append(
            Problem("library.sqlite3", f"{miscounted} tokens are counted wrongly", _REMEDY_STORE)
        )
    if not renewing and (missing := set(rows) - vectors.keys()):
        problems.append(
            Problem("library.sqlite3", f"{len(missing)} passages have no vector", "wenju reindex")
        )
    problems.extend(_vector_problems(indexes, vectors))
    with store.database.reading():
        problems.extend(_lexical_problems(indexes, set(rows), catalogue))
    return VerifyReport(len(documents), len(rows), len(vectors), tuple(problems))


def _vector_problems(indexes: Indexes, vectors: dict[int, FloatArray]) -> Iterator[Problem]:
    """Yield the differences between the vector index and the database."""
    subject, size = "indexes/vectors", len(indexes.vectors)
    if size != len(vectors):
        found = f"it holds {size} passages, the library {len(vectors)}"
        yield Problem(subject, found, _REMEDY_INDEX)
        return
    rows = np.array(sorted(vectors), dtype=np.int64)
    different = 0
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        try:
            held = indexes.vectors.vectors(block)
        except KeyError as error:
            yield Problem(subject, str(error), _REMEDY_INDEX)
            return
        stored = np.stack([vectors[row] for row in block.tolist()])
        different += int((held != stored).any(axis=1).sum())
    if different:
        found = f"{different} vectors differ from the library's"
        yield Problem(subject, found, _REMEDY_INDEX)


def _lexical_problems(indexes: Indexes, rows: set[int], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield the differences between the lexical index and the database."""
    subject, held = "indexes/lexical", indexes.lexical.rows()
    if held != rows:
        found = f"it lacks {len(rows - held)} passages, and holds {len(held - rows)} that are gone"
        yield Problem(subject, found, _REMEDY_INDEX)
    elif wrong := indexes.lexical.miscounted(catalogue.added_since(0)):
        found = f"{wrong} terms are not in as many passages as in the library"
        yield Problem(subject, found, _REMEDY_INDEX)
