"""Samples of the open sets: CMRC 2018, SQuAD 1.1 and JaQuAD, training parts only."""

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from embeddings.training.reader.samples import (
    LexicalRanking,
    Sample,
    Span,
    best,
    without_answer,
)
from embeddings.training.settings import data_folder

# Shares of the questions whose second sample is another passage, and the passage without its
# answering sentences; the rest have only their answer.
ANOTHER_PASSAGE = 0.6
ANSWER_REMOVED = 0.35
_BLOCK = 256


def open_samples(cmrc: int, squad: int, jaquad: int, rng: random.Random) -> list[Sample]:
    """Return the answers of drawn questions of each set, and as many negatives.

    Args:
        cmrc: questions drawn from CMRC 2018.
        squad: questions drawn from SQuAD.
        jaquad: questions drawn from JaQuAD.
        rng: draws the questions and the negatives.

    Raises:
        FileNotFoundError: the data folder lacks a set.
    """
    train = data_folder() / "train"
    chinese = list(_positives(train / "reader" / "cmrc2018-train-zh.jsonl.gz"))
    english = list(_positives(train / "qa" / "squad-train-en.jsonl.gz"))
    japanese = list(_positives(train / "reader" / "jaquad-train-ja.jsonl.gz"))
    samples: list[Sample] = []
    for positives in (
        rng.sample(chinese, cmrc),
        rng.sample(english, squad),
        rng.sample(japanese, jaquad),
    ):
        samples += positives
        samples += negatives(positives, rng)
    return samples


def negatives(positives: list[Sample], rng: random.Random) -> list[Sample]:
    """Return at most one unanswerable sample for each sample with an answer.

    Another passage is one of the four most alike the question that lack the answer.
    """
    passages = list(dict.fromkeys(sample.text for sample in positives))
    lowered = [passage.lower() for passage in passages]
    ranking = LexicalRanking(passages)
    found: list[Sample] = []
    for block in range(0, len(positives), _BLOCK):
        rows = positives[block : block + _BLOCK]
        similarities = ranking.similarities([sample.question for sample in rows])
        for sample, row in zip(rows, similarities, strict=True):
            answer = sample.answered.lower()
            tempting = [i for i in best(row, 12) if answer not in lowered[i]][:4]
            choice = rng.random()
            if choice < ANOTHER_PASSAGE and tempting:
                found.append(sample._replace(text=passages[rng.choice(tempting)], answer=None))
            elif choice < ANOTHER_PASSAGE + ANSWER_REMOVED:
                removed = without_answer(sample)
                if removed is not None:
                    found.append(removed)
    return found


def _positives(path: Path) -> Iterator[Sample]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            answer = _span(row)
            if answer is not None:
                yield Sample(row["question"], "", row["passage"], answer)


def _span(row: dict[str, Any]) -> Span | None:
    answer = row["answer"] if "answer" in row else row["answers"][0]
    start = row.get("start", row["passage"].find(answer))
    return Span(start, start + len(answer)) if start >= 0 and answer else None
