"""The evaluation sets: their own questions and passages, another's, or two languages mixed.

Their libraries are kept, because the contextual model takes minutes for some and an hour for
the largest: in ``~/.cache/wenju-benchmarks``, or the folder ``WENJU_BENCHMARKS``.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from benchmarks.machine import DATA
from qa import Library
from qa.evaluation.datasets import Dataset, IndexedDataset, documents_of, load_dataset
from qa.results import PassageId
from qa.storage.models import load_models

#: Every second paragraph of XQuAD in Chinese, the others in English.
BOTH = "both languages"


def evaluation_set(questions: str, passages: str = "") -> Dataset:
    """The questions of a set, and its own passages, those of another set, or :data:`BOTH`."""
    if passages != BOTH:
        return load_dataset(
            DATA / "eval" / questions, DATA / "eval" / passages if passages else None
        )
    chinese, english = (load_dataset(DATA / "eval" / name) for name in ("xquad-zh", "xquad-en"))
    paragraphs = zip(chinese.passages, english.passages, strict=True)
    return replace(
        chinese if questions == chinese.name else english,
        passages=tuple(pair[number % 2] for number, pair in enumerate(paragraphs)),
    )


def libraries() -> Path:
    """Return the folder of the kept libraries."""
    named = os.environ.get("WENJU_BENCHMARKS")
    folder = Path(named) if named else Path.home() / ".cache" / "wenju-benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def indexed(dataset: Dataset, *, model: str | Path | None = None) -> Iterator[IndexedDataset]:
    """Open the kept library of a set.

    Args:
        dataset: its passages, one line one passage, without their titles.
        model: the embedding model; the bundled one by default.
    """
    documents = documents_of(dataset, titles=False)
    content = "".join(document.id for _, document in documents)
    with kept_library(content, lambda library: library.add_documents(documents), model) as library:
        names: dict[str, str] = {
            PassageId.of(document.id, 0): source for source, document in documents
        }
        yield IndexedDataset(library, names)


@contextmanager
def kept_library(
    content: str, fill: Callable[[Library], object], model: str | Path | None = None
) -> Iterator[Library]:
    """Open a library that earlier runs may have made; read on where one of them stopped.

    Args:
        content: whatever changes with the documents.
        fill: adds the documents to an empty library.
        model: the embedding model; the bundled one by default.
    """
    key = sha256(f"{load_models(model).fingerprint} {content}".encode()).hexdigest()[:12]
    home = libraries()
    filled = home / f"{key}.filled"
    with Library.open(home / key, model=model) as library:
        if not filled.exists():
            fill(library)
            filled.touch()
        library.renew(_show)
        yield library


def _show(stage: str, done: int, total: int, item: str = "") -> None:  # noqa: ARG001
    end = "\n" if done == total else ""
    print(f"\r{stage} {done:,} of {total:,}", end=end, file=sys.stderr, flush=True)
