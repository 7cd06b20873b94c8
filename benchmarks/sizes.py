"""What a library costs as it grows: time, disk, memory, and what the index misses.

Run: python -m benchmarks.sizes [COLLECTION...]   (a million passages take a quarter of an
hour on two free cores, the rest together two minutes; results of other collections are kept)
     python -m benchmarks.sizes --at FOLDER COLLECTION   measures a library that is there, after
     re-indexing it if it was made with another bundled model than today's

Each collection is indexed by one process and asked by another, which is new and whose
files are not in the page cache when it opens the library; at last the searches are made
again with all files in it, as they are where a server has run for a day and has the memory.
The questions are those of STARD, for every collection.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

import numpy as np

from benchmarks.corpora import Source, consultations, questions, recombined, statutes
from benchmarks.machine import kept_result, write_result
from embeddings.index.vector_index import IdArray
from embeddings.loading import BUNDLED
from qa import ModelMismatch
from qa.library import Library
from qa.storage.local.catalogue import Catalogue, vectors_since
from qa.storage.local.store import Store
from qa.storage.local.vector_file import FollowingVectors, static_vectors
from qa.storage.models import load_models

Figures = dict[str, float]

_COLLECTIONS: dict[str, Callable[[], Iterable[Source]]] = {
    "1,000 recombined": lambda: recombined(1_000),
    "10,000 recombined": lambda: recombined(10_000),
    "64,577 of STARD": consultations,
    "152,561 statutes": statutes,
    "1,000,000 recombined": lambda: recombined(1_000_000),
}
_SEARCHES = 500
_ASKS = 300
# Figures whose growth is fitted: figure ~ passages ** exponent.
_CURVES = (
    "index_seconds",
    "bytes_on_disk",
    "open_seconds",
    "resident_mb",
    "search_p50_ms",
    "search_p99_ms",
    "ask_p50_ms",
    "ask_p99_ms",
)


def main(arguments: list[str]) -> None:
    """Measure, print, write."""
    if arguments[:1] == ["--index"]:
        print(json.dumps(index(arguments[1], Path(arguments[2]))))
    elif arguments[:1] == ["--ask"]:
        print(json.dumps(ask(Path(arguments[1]))))
    elif arguments[:1] == ["--at"]:
        bring_up_to_date(Path(arguments[1]))
        keep({arguments[2]: _in_a_process("--ask", arguments[1]) | _sizes(Path(arguments[1]))})
    else:
        for name in arguments or _COLLECTIONS:
            with tempfile.TemporaryDirectory(prefix="wenju-sizes-") as folder:
                figures = _in_a_process("--index", name, folder)
                figures |= _sizes(Path(folder)) | _in_a_process("--ask", folder)
            keep({name: figures})


def bring_up_to_date(folder: Path) -> None:
    """Re-index a library of an earlier bundled model, which today's would refuse to open."""
    try:
        Library.open(folder, create=False).close()
    except ModelMismatch as mismatch:
        print(f"{mismatch} Doing so.", file=sys.stderr)
        Library.reindex(folder, BUNDLED).close()


def index(name: str, folder: Path) -> Figures:
    """Index a collection, and say how long that took."""
    documents = iter(_COLLECTIONS[name]())
    documents = chain([next(documents)], documents)  # what makes them is ready before the clock
    with Library.open(folder) as library:
        before, started = time.process_time(), time.perf_counter()
        library.add_documents(documents)
        seconds = time.perf_counter() - started
    return {
        "index_seconds": round(seconds, 1),
        "index_cpu_seconds": round(time.process_time() - before, 1),
        "index_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def ask(folder: Path) -> Figures:
    """Open a library that nothing has read yet, and ask it."""
    for path in filter(Path.is_file, folder.rglob("*")):
        _forget(path)
    queries = questions()
    started = time.perf_counter()
    library = Library.open(folder, create=False)
    opened = time.perf_counter() - started
    library.ask(queries[-1])
    first = time.perf_counter() - started
    searching = [_milliseconds(library.search, query) for query in queries[:_SEARCHES]]
    asking = [_milliseconds(library.ask, query) for query in queries[-_ASKS:]]
    memory = _memory()
    for path in filter(Path.is_file, folder.rglob("*")):
        _read_through(path)
    again = [_milliseconds(library.search, query) for query in queries[:_SEARCHES]]
    figures = {
        "open_seconds": round(opened, 2),
        "first_answer_seconds": round(first, 2),
        **memory,
    }
    for what, times in (("search", searching), ("ask", asking), ("cached_search", again)):
        wall, processor = np.array(times).T
        for share in (50, 99):
            figures[f"{what}_p{share}_ms"] = round(float(np.percentile(wall, share)), 1)
        figures[f"{what}_p50_cpu_ms"] = round(float(np.percentile(processor, 50)), 1)
    library.close()
    return figures | missed(folder, queries)


def missed(folder: Path, queries: list[str]) -> Figures:
    """Recall of the vector index against looking at every vector of the store."""
    store = Store(folder)
    models = load_models(None)
    kind, catalogue = static_vectors(models.model), Catalogue(store.database)
    indexes = folder / "indexes"
    vectors = FollowingVectors(kind, indexes, store, catalogue, models.model).vectors
    asked = models.encode_queries(queries)
    best = np.full((len(asked), 100), -np.inf, dtype=np.float32)
    rows = np.full((len(asked), 100), -1, dtype=np.int64)
    for block_rows, block in vectors_since(store.database, 0):
        scores = np.concatenate((best, asked @ block.T), axis=1)
        candidates = np.concatenate((rows, np.tile(block_rows, (len(asked), 1))), axis=1)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :100]
        best = np.take_along_axis(scores, order, axis=1)
        rows = np.take_along_axis(candidates, order, axis=1)
    _, found = vectors.search(asked, 100)
    store.close()
    return {
        "passages": len(vectors),
        "recall_at_10": round(_recall(rows[:, :10], found[:, :10]), 4),
        "recall_at_100": round(_recall(rows, found), 4),
    }


def keep(measured: dict[str, Figures]) -> None:
    """Write results beside those of other collections, with the exponents of all."""
    collections = kept_result("sizes").get("collections", {})
    for name, figures in measured.items():
        collections[name] = collections.get(name, {}) | figures
        print(name, json.dumps(collections[name], indent=1))
    ordered = {name: collections[name] for name in _COLLECTIONS if name in collections}
    exponents = {curve: exponent(curve, list(ordered.values())) for curve in _CURVES}
    print("exponents", exponents)
    write_result("sizes", {"collections": ordered, "exponents": exponents})


def exponent(curve: str, collections: list[Figures]) -> float | None:
    """The power of the number of passages with which a figure grows, by least squares."""
    points = [
        (figures["passages"], figures[curve])
        for figures in collections
        if curve in figures and figures[curve] > 0
    ]
    if len(points) < 2:
        return None
    passages, values = np.log(np.array(points)).T
    return round(float(np.polyfit(passages, values, 1)[0]), 2)


def _in_a_process(*arguments: str) -> Figures:
    command = [sys.executable, "-m", "benchmarks.sizes", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _sizes(folder: Path) -> Figures:
    """Bytes of all files, and of each part."""
    parts = {"store": "library.sqlite3*", "vectors": "indexes/vectors*", "lexical": "indexes/lex*"}
    sizes: Figures = {"bytes_on_disk": _bytes(folder.rglob("*"))}
    for name, pattern in parts.items():
        found = [path for top in folder.glob(pattern) for path in (top, *top.rglob("*"))]
        sizes[f"{name}_bytes"] = _bytes(found)
    return sizes


def _bytes(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in set(paths) if path.is_file())


def _forget(path: Path) -> None:
    """Take a file out of the page cache."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _read_through(path: Path) -> None:
    """Read a file into the page cache, as far as there is memory."""
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass


def _milliseconds(act: Callable[[str], object], query: str) -> tuple[float, float]:
    """By the clock, and of the processor."""
    started, before = time.perf_counter(), time.thread_time()
    act(query)
    return 1000 * (time.perf_counter() - started), 1000 * (time.thread_time() - before)


def _memory() -> Figures:
    """Resident memory in MB: all, and the process's own without the pages of files."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    values = dict(line.split()[:2] for line in status if len(line.split()) > 1)
    return {
        "resident_mb": int(values["VmRSS:"]) // 1024,
        "resident_own_mb": int(values["RssAnon:"]) // 1024,
    }


def _recall(wanted: IdArray, found: IdArray) -> float:
    shares = [np.isin(one, other).mean() for one, other in zip(wanted, found, strict=True)]
    return float(np.mean(shares))


if __name__ == "__main__":
    main(sys.argv[1:])
