"""Evaluation of a model by dense retrieval alone: nDCG@10 and the nearest translation.

XQuAD follows XQuADRetrieval as published in MTEB: texts stripped, each
distinct passage without its title, each distinct question once.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from embeddings.training.arrays import Floats
from embeddings.training.pairs.data import read_lines
from embeddings.training.pairs.ragged import Ragged
from embeddings.training.rows import bags
from embeddings.training.settings import data_folder

# Name of the figure -> folder of the questions, folder of the passages.
RETRIEVAL = {
    "xquad-zh": ("xquad-zh", "xquad-zh"),
    "xquad-en": ("xquad-en", "xquad-en"),
    "en->zh": ("xquad-en", "xquad-zh"),
    "zh->en": ("xquad-zh", "xquad-en"),
    "cmrc2018-dev": ("cmrc2018-dev", "cmrc2018-dev"),
    "drcd-dev": ("drcd-dev", "drcd-dev"),
    "stard": ("stard", "stard"),
    "lawbench-consult": ("lawbench-consult", "lawbench-consult"),
}
OTHER_LANGUAGES = {
    f"xquad-{code}": (f"xquad-{code}", f"xquad-{code}") for code in ("es", "de", "ru", "ar")
}
TATOEBA = ("cmn", "jpn", "kor", "spa", "fra", "deu", "rus", "ara")


@dataclass(frozen=True)
class Retrieval:
    """Questions, passages, and the passages that answer each question."""

    questions: list[str]
    passages: list[str]
    relevant: list[frozenset[int]]


@cache
def load(question_set: str, passage_set: str) -> Retrieval:
    """Return a test set; questions without a relevant passage are left out."""
    folder = data_folder() / "eval"
    passages: dict[str, int] = {}
    place: dict[str, int] = {}
    for record in read_lines(folder / passage_set / "corpus.jsonl.gz"):
        place[record["_id"]] = passages.setdefault(record["text"].strip(), len(passages))
    answers: dict[str, set[int]] = {}
    with (folder / question_set / "qrels.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if row["corpus-id"] in place and int(row["score"]) > 0:
                answers.setdefault(row["query-id"], set()).add(place[row["corpus-id"]])
    questions: dict[str, set[int]] = {}
    for record in read_lines(folder / question_set / "queries.jsonl.gz"):
        if record["_id"] in answers:
            questions.setdefault(record["text"].strip(), set()).update(answers[record["_id"]])
    return Retrieval(list(questions), list(passages), list(map(frozenset, questions.values())))


def ndcg_at_10(ranked: Sequence[int], relevant: frozenset[int]) -> float:
    """Return nDCG@10: the sum of 1/log2(rank + 1) of relevant hits, over the best possible sum."""
    gains = 1 / np.log2(np.arange(2, 12))
    found = sum(gains[rank] for rank, passage in enumerate(ranked[:10]) if passage in relevant)
    return float(found / gains[: min(len(relevant), 10)].sum())


def retrieve(questions: Floats, passages: Floats, relevant: Sequence[frozenset[int]]) -> float:
    """Return the mean nDCG@10 of ranking all passages by cosine."""
    total = 0.0
    for start in range(0, len(questions), 256):
        scores = questions[start : start + 256] @ passages.T
        best = np.argpartition(-scores, min(10, scores.shape[1] - 1), axis=1)[:, :10]
        order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1)
        ranked = np.take_along_axis(best, order, axis=1)
        total += sum(map(ndcg_at_10, ranked.tolist(), relevant[start : start + 256]))
    return total / len(questions)


class Translations(NamedTuple):
    """Sentences of a language, and the English translation of each."""

    sentences: list[str]
    english: list[str]


@cache
def sentences(language: str) -> Translations:
    """Return Tatoeba's sentences of a language and their English translations."""
    records = list(read_lines(data_folder() / "eval" / "tatoeba" / f"{language}-eng.jsonl.gz"))
    return Translations([row["text"] for row in records], [row["en"] for row in records])


def nearest(left: Floats, right: Floats) -> float:
    """Return the share of left texts whose nearest right text is their own."""
    return float(((left @ right.T).argmax(axis=1) == np.arange(len(left))).mean())


class Evaluation:
    """The test sets, tokenized once, to score any rows of one tokenizer."""

    def __init__(self, tokenizer: Tokenizer, rows: int) -> None:
        self._tokenizer = tokenizer
        self._rows = rows
        self._bags: dict[int, csr_matrix] = {}

    def _encode(self, texts: list[str], rows: Floats) -> Floats:
        # The lists come from cached functions, so their identity is stable.
        if id(texts) not in self._bags:
            self._bags[id(texts)] = Ragged.tokenized(self._tokenizer, texts).bags(self._rows)
        return bags.encode(self._bags[id(texts)], rows)

    def score(self, rows: Floats, other_languages: bool = False) -> dict[str, float]:
        """Return every figure by name."""
        figures: dict[str, float] = {}
        for name, sets in {**RETRIEVAL, **(OTHER_LANGUAGES if other_languages else {})}.items():
            task = load(*sets)
            questions, passages = (
                self._encode(task.questions, rows),
                self._encode(task.passages, rows),
            )
            figures[name] = retrieve(questions, passages, task.relevant)
        for language in TATOEBA if other_languages else TATOEBA[:1]:
            left, right = (self._encode(side, rows) for side in sentences(language))
            figures[f"tatoeba {language}->eng"] = nearest(left, right)
            figures[f"tatoeba eng->{language}"] = nearest(right, left)
        return figures
