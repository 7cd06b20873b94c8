"""A library in Milvus beside one in a folder: what both find, and what it takes.

Run: python -m benchmarks.milvus [SET[/STEP] ...]   (both sets: ten minutes on two cores)
With a step only every so many-th question is asked.
The server is ``milvus-lite server`` on this machine, a Milvus of one process in Python: what
it finds is what Milvus finds, how fast it is says little of Milvus. What is ours is measured
apart: processor time of this process, requests and bytes for each passage and question.
"""

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import DATA, write_result
from qa import Library
from qa.evaluation.datasets import Dataset, documents_of, indexed, load_dataset
from qa.evaluation.evaluate import Ranked, measured, run
from qa.progress import silent
from qa.storage.milvus.packing import body_rows, document_row, passage_rows
from qa.storage.models import load_models
from qa.storage.records import PassageText, texts_of
from tests.qa.storage.milvus.server import MilvusServer

SETS = ("xquad-zh", "cmrc2018-dev")
_SAMPLE = 500  # documents whose rows are measured
_REPEATED = 100  # questions asked for the processor's time


def main() -> None:
    """Measure the sets named, or both, and write the result."""
    figures = {}
    with tempfile.TemporaryDirectory(prefix="wenju-milvus-") as folder:
        server = MilvusServer(Path(folder))
        try:
            for named in sys.argv[1:] or SETS:
                name, _, step = named.partition("/")
                dataset = load_dataset(DATA / "eval" / name)
                asked = replace(dataset, queries=dataset.queries[:: int(step or 1)])
                figures[name] = _compare(asked, server, Path(folder))
                print(json.dumps({name: figures[name]}, indent=1), flush=True)
        finally:
            server.kill()
    write_result("milvus", figures)


def _compare(dataset: Dataset, server: MilvusServer, folder: Path) -> dict[str, object]:
    """Index and ask one set in both places."""
    with indexed(dataset) as (library, names):
        here = run(library, dataset, names, "full", silent)
        local = measured(_judged(dataset), here, "full", library.model_name)
    documents = documents_of(dataset, titles=False)
    before = _size(folder)
    with Library.open(server.address()) as library:
        started, processor = time.perf_counter(), time.process_time()
        library.add_documents(documents)
        added = time.perf_counter() - started, time.process_time() - processor
        there = run(library, dataset, names, "full", silent)
        milvus = measured(_judged(dataset), there, "full", library.model_name)
        processor = time.process_time()
        for query in dataset.queries[:_REPEATED]:
            library.ask(query.text.strip())
        asked = time.process_time() - processor
    count = len(documents)
    return {
        "passages": count,
        "queries": local.queries,
        "nDCG@10": {"folder": local.metrics["nDCG@10"], "milvus": milvus.metrics["nDCG@10"]},
        "R@1": {"folder": local.metrics["R@1"], "milvus": milvus.metrics["R@1"]},
        "overlap@10": _overlap(here, there),
        "same first passage": round(
            float(np.mean([a.passages[:1] == b.passages[:1] for a, b in _pairs(here, there)])), 4
        ),
        "search p50 ms": {"folder": local.latency_p50, "milvus-lite": milvus.latency_p50},
        "search p99 ms": {"folder": local.latency_p99, "milvus-lite": milvus.latency_p99},
        "ms a passage, added": round(1000 * added[0] / count, 2),
        "our processor ms a passage": round(1000 * added[1] / count, 2),
        "our processor ms a question, asked": round(
            1000 * asked / min(_REPEATED, len(dataset.queries)), 1
        ),
        "bytes a passage": _row_bytes(dataset),
        "bytes a passage on milvus-lite's disk": (_size(folder) - before) // count,
    }


def _judged(dataset: Dataset) -> Dataset:
    """The set with the judgements of the questions that are asked, and no others."""
    asked = {query.id for query in dataset.queries}
    qrels = {query: grades for query, grades in dataset.qrels.items() if query in asked}
    return replace(dataset, qrels=qrels)


def _pairs(one: Sequence[Ranked], other: Sequence[Ranked]) -> list[tuple[Ranked, Ranked]]:
    return list(zip(one, other, strict=True))


def _overlap(here: Sequence[Ranked], there: Sequence[Ranked]) -> float:
    """The share of the ten best passages that both places have in common."""
    shares = [
        len(set(a.passages[:10]) & set(b.passages[:10])) / max(len(a.passages[:10]), 1)
        for a, b in _pairs(here, there)
    ]
    return round(float(np.mean(shares)), 4)


def _row_bytes(dataset: Dataset) -> dict[str, int]:
    """What a passage and its share of a document send to Milvus, field by field."""
    models = load_models(None)
    documents = [document for _, document in documents_of(dataset, titles=False)[:_SAMPLE]]
    sizes: dict[str, list[int]] = {}
    for document in documents:
        texts = [PassageText(text, "") for text, _ in texts_of(document)]
        parts = body_rows(document)
        rows = passage_rows(document, models.encode_passages(texts))
        listed: list[dict[str, Any]] = [*parts, document_row(document, "", len(parts))]
        for kind, held in (("passage", rows), ("document", listed)):
            for row in held:
                for field, value in row.items():
                    sizes.setdefault(f"{kind} {field}", []).append(_bytes(value))
    return {field: round(sum(held) / len(documents)) for field, held in sizes.items()}


def _bytes(value: object) -> int:
    if isinstance(value, str):
        return len(value.encode())
    return 4 * len(value) if isinstance(value, list) else 8


def _size(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
