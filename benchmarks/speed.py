"""How fast it is: indexing and searching 64,577 statutes, and a cold `wenju ask`.

Run: python -m benchmarks.speed   (two minutes on two free cores)
A search is all of it: both legs, fusion, matching, near-duplicates folded, ten hits read,
checked against the stored text and marked. A cold ask is the whole process, by its clock.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.machine import DATA, write_result
from qa.evaluation.datasets import documents_of, load_dataset
from qa.library import Library

_QUESTIONS = 1000
_COLD = 10


def main() -> None:
    """Measure, print, write."""
    dataset = load_dataset(DATA / "eval" / "stard")
    documents = documents_of(dataset, titles=False)
    with tempfile.TemporaryDirectory() as folder:
        with Library.open(folder) as library:
            started = time.perf_counter()
            library.add_documents(documents)
            indexing = time.perf_counter() - started
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        started = time.perf_counter()
        with Library.open(folder) as library:
            opening = time.perf_counter() - started
            milliseconds = []
            for query in dataset.queries[:_QUESTIONS]:
                started = time.perf_counter()
                library.search(query.text)
                milliseconds.append(1000 * (time.perf_counter() - started))
    figures = {
        "passages": len(documents),
        "passages_indexed_per_second": round(len(documents) / indexing),
        "bytes_on_disk": size,
        "open_seconds": round(opening, 2),
        "search_p50_ms": round(float(np.percentile(milliseconds, 50)), 1),
        "search_p99_ms": round(float(np.percentile(milliseconds, 99)), 1),
        "cold_ask_seconds": sorted(round(_cold_ask(), 2) for _ in range(_COLD)),
    }
    for name, value in figures.items():
        print(f"{name:28} {value}")
    write_result("speed", figures)


def _cold_ask() -> float:
    """Seconds that a whole ``wenju ask`` takes on the demo library."""
    command = [str(Path(sys.executable).with_name("wenju")), "ask", "年假有几天"]
    started = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
