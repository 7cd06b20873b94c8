"""Fits by what the conversation tells a follow-up from a new topic.

Run: python -m benchmarks.fit_followups   (some minutes on two cores)
Prints the figures that stand in ``qa/leaning.py``, fitted on the development conversations
of ``followups.jsonl``, over the demo library alone and among foreign passages. A follow-up
counts where its bare words, in the documents of the conversation, mean the right passage;
as new topics count, beside those of the file, the first question of each conversation
after the first turn of another one, and questions of ``offtopic.txt`` that no article answers.
"""

import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.followups import CONVERSATIONS, DEVELOPMENT, crowded_library, found
from benchmarks.machine import HERE
from qa import Library
from qa.completing import Completer
from qa.leaning import WEIGHTS

OFF_TOPIC = HERE / "offtopic.txt"
_PENALTY = 1.0  # scikit-learn's C


def main() -> None:
    """Observe, fit, print."""
    rows: list[list[float]] = []
    labels: list[bool] = []
    for opened in (Library.demo(), crowded_library()):
        with opened as library:
            for observed, label in observations(library):
                rows.append([observed[name] for name in WEIGHTS])
                labels.append(label)
    fitted = LogisticRegression(C=_PENALTY, max_iter=1_000).fit(np.array(rows), np.array(labels))
    print(f"{len(labels)} questions, {sum(labels)} of them follow-ups")
    print(f"INTERCEPT = {fitted.intercept_[0]:.2f}")
    for name, weight in zip(WEIGHTS, fitted.coef_[0], strict=True):
        print(f'    "{name}": {weight:.2f},')


def observations(library: Library) -> Iterator[tuple[Mapping[str, float], bool]]:
    """The features of each last question, and whether it leans on the turns before."""
    for kind, turns in conversations():
        conversation = library.conversation()
        for turn in turns[:-1]:
            conversation.ask(turn["question"])
        question, gold = turns[-1]["question"], turns[-1]["contains"]
        observed = Completer(library).observe(question, conversation.before)
        if observed is None:
            continue
        if kind == "new":
            yield observed.features(), False
            continue
        meant = observed.sense.meant
        right = bool(meant) and gold in passage_text(library, meant)
        if right or found(library.ask(question), gold):
            yield observed.features(), right


def passage_text(library: Library, passage_id: str) -> str:
    """The text of a passage."""
    document = library.show(passage_id.rpartition(":")[0])
    return next(p.text for p in document.passages if p.passage_id == passage_id)


def conversations() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The development conversations, and new topics made of them."""
    chance = random.Random(7)  # noqa: S311 - a draw that repeats, no secret
    lines = CONVERSATIONS.read_text(encoding="utf-8").splitlines()
    cases = [case for case in map(json.loads, lines) if case["part"] in DEVELOPMENT]
    firsts = [case["turns"][0] for case in cases]
    for case in cases:
        yield case["kind"], case["turns"]
    for first in firsts:
        others = [other for other in firsts if other["article"] != first["article"]]
        yield "new", [chance.choice(others), first]
    for question in OFF_TOPIC.read_text(encoding="utf-8").splitlines():
        yield "new", [chance.choice(firsts), {"question": question, "contains": ""}]


if __name__ == "__main__":
    main()
