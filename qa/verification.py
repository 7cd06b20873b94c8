"""Holding everything in a library against everything else."""

import numpy as np

from corpus import quote
from qa.catalogue import Catalogue
from qa.indexes import Indexes
from qa.progress import Progress
from qa.results import Problem, VerifyReport
from qa.store import Store
from qa.token_counts import miscounted_tokens

_REMEDY_STORE = "restore library.sqlite3 from a copy, or index the documents into a new library"
_REMEDY_INDEX = "delete the library's folder `indexes`; it is rebuilt when the library is opened"


def verify(
    store: Store, catalogue: Catalogue, indexes: Indexes, progress: Progress
) -> VerifyReport:
    """Check the database, every passage against its document, and both indexes.

    Returns:
        What was counted, and each thing that is wrong with what mends it.
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
                if quote(text, passage.spans) != passage.text:
                    problems.append(
                        Problem(passage.id, "its text is not what its spans hold", _REMEDY_STORE)
                    )
        vectors = catalogue.vectors()
        miscounted = miscounted_tokens(store.database)
    if miscounted:
        problems.append(
            Problem("library.sqlite3", f"{miscounted} tokens are counted wrongly", _REMEDY_STORE)
        )
    if missing := set(rows) - vectors.keys():
        problems.append(
            Problem("library.sqlite3", f"{len(missing)} passages have no vector", "wenju reindex")
        )
    problems.extend(_index_problems(indexes, vectors))
    return VerifyReport(len(documents), len(rows), len(vectors), tuple(problems))


def _index_problems(
    indexes: Indexes, vectors: dict[int, "np.ndarray[tuple[int], np.dtype[np.float32]]"]
) -> list[Problem]:
    problems = []
    for name, size in (("vectors", len(indexes.vectors)), ("lexical", len(indexes.lexical))):
        if size != len(vectors):
            found = f"it holds {size} passages, the library {len(vectors)}"
            problems.append(Problem(f"indexes/{name}", found, _REMEDY_INDEX))
    known = np.array(sorted(vectors), dtype=np.int64)
    if len(indexes.vectors) == len(known) > 0:
        try:
            held = indexes.vectors.vectors(known)
        except KeyError as error:
            problems.append(Problem("indexes/vectors", str(error), _REMEDY_INDEX))
        else:
            different = int(
                (held != np.stack([vectors[row] for row in known.tolist()])).any(1).sum()
            )
            if different:
                found = f"{different} vectors differ from the library's"
                problems.append(Problem("indexes/vectors", found, _REMEDY_INDEX))
    return problems
