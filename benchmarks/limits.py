"""How far the parts are from what the machine can do.

Run: python -m benchmarks.limits   (a minute)
A search of vectors in a row must read all of their codes, so memory sets its limit; indexing
must cut every passage into tokens once, so the tokenizer sets that one's. Times are of the
processor, so that other work on the machine disturbs them less. How fast indexing is as a whole
is read from what `benchmarks.sizes` measured of the same passages, and left out until it has.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

import embeddings
from benchmarks.corpora import consultations, questions
from benchmarks.machine import kept_result, write_result
from embeddings import VectorIndex, load_encoder
from qa.storage.models import load_models
from qa.storage.records import PassageText

_READ = 1 << 28  # bytes: more than any cache holds
_PASSAGES = 20_000
_ROUNDS = 5


def main() -> None:
    """Measure, print, write."""
    encoder = load_encoder("static")
    texts = [document.text for _, document in consultations()]
    some = texts[:_PASSAGES]
    vectors = encoder.encode_passages(texts)
    index = VectorIndex(encoder.dimension)
    index.add(np.arange(len(vectors)), vectors)
    asked = encoder.encode_queries(questions()[:50])
    memory = np.ones(_READ // 8)
    read = _READ / _seconds(memory.sum)
    scanned = 2 * vectors.size * len(asked) / _seconds(lambda: index.search(asked, 100))
    model = Path(embeddings.__file__).with_name("model") / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(model))
    tokenizing = _seconds(lambda: tokenizer.encode_batch_fast(some, add_special_tokens=False))
    models, passages = load_models(None), [PassageText(text, "") for text in some]
    encoding = _seconds(lambda: models.encode_passages(passages))
    figures = {
        "memory_read_gb_per_second": round(read / 1e9, 1),
        "row_search_gb_per_second": round(scanned / 1e9, 1),
        "tokenizer_passages_per_cpu_second": round(len(some) / tokenizing),
        "encoding_passages_per_cpu_second": round(len(some) / encoding),
    } | _indexed_per_second()
    for name, value in figures.items():
        print(f"{name:36} {value}")
    write_result("limits", figures)


def _indexed_per_second() -> dict[str, int]:
    """As ``benchmarks.sizes`` measured it, on the same passages; nothing if it did not."""
    collections = kept_result("sizes").get("collections", {})
    measured: dict[str, float] = collections.get("64,577 of STARD", {})
    if "index_cpu_seconds" not in measured:
        return {}
    per_second = round(measured["passages"] / measured["index_cpu_seconds"])
    return {"indexing_passages_per_cpu_second": per_second}


def _seconds(act: Callable[[], object]) -> float:
    """The least processor time of some rounds, of all threads."""
    times = []
    for _ in range(_ROUNDS):
        started = time.process_time()
        act()
        times.append(time.process_time() - started)
    return min(times)


if __name__ == "__main__":
    main()
