"""Readers of `train/` and `eval/`, which keep the two separate."""

import gzip
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from embeddings.training.settings import data_folder
from embeddings.training.words.normaliser import fold

Record = dict[str, str]
CHINESE_ENGLISH = (
    "docs-zh-en",
    "python-docs-zh-en",
    "ntrex-zho-CN-eng",
    "ntrex-zho-TW-eng",
    "tatoeba-zh-en",
    "mkqa-zh_cn-en",
)
# Language -> its translations into English.
OTHER_LANGUAGES = {
    "ru": ("mkqa-ru-en", "ntrex-rus-eng"),
    "ar": ("mkqa-ar-en", "ntrex-arb-eng"),
    "ja": ("mkqa-ja-en", "ntrex-jpn-eng", "python-docs-ja-en"),
    "ko": ("mkqa-ko-en", "ntrex-kor-eng", "python-docs-ko-en"),
}
# Language -> its questions with their passages.
OTHER_QUESTIONS = {"ja": "jaquad-train-ja"}


def read_lines(path: Path) -> Iterator[Record]:
    """Yield the objects of a gzipped JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def key(text: str) -> str:
    """Return a key that texts share if they differ in case, width and spaces alone."""
    return "".join(fold(text).split())


@cache
def held_out() -> frozenset[str]:
    """Return the keys of every question, passage and sentence of the evaluation sets."""
    folder = data_folder() / "eval"
    texts = {
        key(record["text"])
        for path in folder.glob("*/*.jsonl.gz")
        if path.parent.name != "tatoeba"
        for record in read_lines(path)
    }
    for path in (folder / "tatoeba").glob("*.jsonl.gz"):
        texts.update(key(side) for record in read_lines(path) for side in record.values())
    return frozenset(texts)


def is_held_out(*texts: str) -> bool:
    """Return whether any of the texts is in an evaluation set."""
    return any(key(text) in held_out() for text in texts)


@cache
def parallel(name: str) -> list[Record]:
    """Return the pairs of `train/parallel/NAME.jsonl.gz` that are in no evaluation set."""
    path = data_folder() / "train" / "parallel" / f"{name}.jsonl.gz"
    return [record for record in read_lines(path) if not is_held_out(record["a"], record["b"])]


@cache
def questions(name: str) -> list[Record]:
    """Return the questions of `train/qa/NAME.jsonl.gz` that are in no evaluation set."""
    path = data_folder() / "train" / "qa" / f"{name}.jsonl.gz"
    records = read_lines(path)
    return [r for r in records if not is_held_out(r["question"], r["passage"])]


@cache
def laws() -> list[Record]:
    """Return the distinct articles of the statutes.

    STARD searches the same statutes: two fifths of these articles are passages of it. They
    are kept, without any question, and the model card says so.
    """
    path = data_folder() / "train" / "text" / "laws-zh.jsonl.gz"
    return list({record["text"]: record for record in read_lines(path)}.values())
