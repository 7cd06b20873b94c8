"""Fits by what the conversation tells a follow-up from a new topic.

Run: python -m benchmarks.fit_followups   (some minutes on two cores)
Prints the figures of ``qa/conversation/detection.py``, fitted on the development conversations
of ``followups.jsonl``, over the demo library alone and among foreign passages; then which
share of follow-ups and of new topics leans there, and, under each least match, in libraries
of three articles, where the documents of a conversation are nearly all there are. A
follow-up counts where its bare words, in the documents of the conversation, mean the right
passage; as new topics count, beside those of the file, the first question of each
conversation after the first turn of another one, and questions of ``offtopic.txt`` that no
article answers.
"""

import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.followups import CONVERSATIONS, DEVELOPMENT, crowded_library, found
from benchmarks.machine import HERE
from qa import Library
from qa.conversation import detection
from qa.conversation.completer import Completer
from qa.storage.locations import demo_articles

OFF_TOPIC = HERE / "offtopic.txt"
_LEAST_MATCHES = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35)
_PENALTY = 0.3  # scikit-learn's C, of features on one scale


def main() -> None:
    """Observe, fit, print."""
    observed = {}
    for name, opened in (("demo", Library.demo()), ("demo among others", crowded_library())):
        with opened as library:
            observed[name] = list(observations(library, conversations()))
    rows = [
        (features, label)
        for several in observed.values()
        for features, label in several
        if detection.may_lean(features, among_many=True)
    ]
    values = np.array([[features[name] for name in detection.WEIGHTS] for features, _ in rows])
    labels = np.array([label for _, label in rows])
    scale = values.std(axis=0)
    fitted = LogisticRegression(C=_PENALTY, max_iter=1_000).fit(values / scale, labels)
    weights = dict(zip(detection.WEIGHTS, (fitted.coef_[0] / scale).tolist(), strict=True))
    print(f"{len(labels)} questions that may be follow-ups, {labels.sum()} of them are")
    print(f"INTERCEPT = {fitted.intercept_[0]:.2f}")
    for name, weight in weights.items():
        print(f'    "{name}": {weight:.2f},')
    detection.INTERCEPT = float(fitted.intercept_[0])
    detection.WEIGHTS.update(weights)
    for name, several in observed.items():
        show(name, several, among_many=True)
    small = list(in_small_libraries())
    for least in _LEAST_MATCHES:
        detection.LEAST_MATCH = least
        show(f"three articles, least match {least}", small, among_many=False)


def show(
    name: str, observed: Sequence[tuple[Mapping[str, float], bool]], *, among_many: bool
) -> None:
    """Print which share of follow-ups and of new topics leans."""
    shares = []
    for wanted in (True, False):
        rows = [features for features, label in observed if label is wanted]
        leant = sum(detection.leans(one, among_many=among_many) for one in rows)
        shares.append(100 * leant / len(rows))
    print(f"{name}: {shares[0]:.1f}% of follow-ups, {shares[1]:.1f}% of new topics")


def in_small_libraries() -> Iterator[tuple[Mapping[str, float], bool]]:
    """Those of each article's conversations, in a library of it and two others."""
    chance = random.Random(11)  # noqa: S311 - a draw that repeats, no secret
    off_topic = OFF_TOPIC.read_text(encoding="utf-8").splitlines()
    of_article: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for case in development():
        of_article[case["turns"][0]["article"]].append(case)
    with demo_articles() as folder, tempfile.TemporaryDirectory() as place:
        files = {path.name: path for path in folder.rglob("*.md")}
        for article, cases in sorted(of_article.items()):
            kept = [article, *chance.sample([name for name in files if name != article], 2)]
            firsts = [case["turns"][0] for case in cases]
            asked = [
                (case["kind"], case["turns"])
                for case in cases
                if all(turn["article"] in kept for turn in case["turns"])
            ]
            for other in kept[1:]:
                asked += [("new", [firsts[0], of["turns"][0]]) for of in of_article[other][:3]]
            for question in chance.sample(off_topic, 8):
                asked.append(
                    ("new", [chance.choice(firsts), {"question": question, "contains": ""}])
                )
            with Library.open(Path(place) / article) as library:
                library.add(*(files[name] for name in kept))
                yield from observations(library, asked)


def observations(
    library: Library, asked: Iterable[tuple[str, list[dict[str, Any]]]]
) -> Iterator[tuple[Mapping[str, float], bool]]:
    """The features of each last question, and whether it leans on the turns before."""
    for kind, turns in asked:
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
        right = bool(meant) and gold in library.passage(meant).text
        if right or found(library.ask(question), gold):
            yield observed.features(), right


def development() -> list[dict[str, Any]]:
    """The conversations that the rules may be made with."""
    lines = CONVERSATIONS.read_text(encoding="utf-8").splitlines()
    return [case for case in map(json.loads, lines) if case["part"] in DEVELOPMENT]


def conversations() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The development conversations, and new topics made of them."""
    chance = random.Random(7)  # noqa: S311 - a draw that repeats, no secret
    cases = development()
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
