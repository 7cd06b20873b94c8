"""A contextual encoder that writes down what it encodes, and a process that reads with it.

    python -m tests.qa.storage.local.reading LIBRARY RECORD [SECONDS]

The process opens a library and encodes what lacks contextual vectors.
"""

import hashlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings import load_encoder
from embeddings.protocols import FloatArray, TokenEncoder
from qa import Library
from qa.storage.local.backend import LocalBackend
from qa.storage.models import Models

NAME = "contextual"


class Recorded:
    """An encoder without token vectors; similar are texts of the same characters.

    Args:
        record: the file that takes a line for each passage that is encoded.
        seconds: that each passage takes.
    """

    name = NAME
    dimension = 24
    fingerprint = "c" * 16

    def __init__(self, record: Path, seconds: float = 0.0) -> None:
        self._record = record
        self._seconds = seconds

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        vectors = np.full((len(texts), self.dimension), 0.1, dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for character in text:
                vector[hashlib.sha256(character.encode()).digest()[0] % self.dimension] += 1
        unit: FloatArray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        passages = [text for text in texts if "\n" in text]  # sentences have their topic before
        time.sleep(self._seconds * len(passages))
        with self._record.open("a", encoding="utf-8") as file:
            file.writelines(f"{text.splitlines()[-1]}\n" for text in passages)
        return self.encode_queries(texts)


def models(record: Path, seconds: float = 0.0, name: str = NAME) -> Models:
    """The models of a library whose contextual vectors are the encoder's."""
    static = load_encoder("static")
    assert isinstance(static, TokenEncoder)
    return Models(Recorded(record, seconds), static, name)


def backend(library: Path, record: Path, seconds: float = 0.0, name: str = NAME) -> LocalBackend:
    """A connected library with these models."""
    opened = LocalBackend(library)
    opened.connect(models(record, seconds, name))
    return opened


if __name__ == "__main__":
    path, written, *slowness = sys.argv[1:]
    with Library(backend(Path(path), Path(written), float(slowness[0]))) as reading:
        print("ready", flush=True)  # noqa: T201
        reading.renew()
