"""Fits the detection of follow-ups, and the choice of their reading.

Run: python -m benchmarks.fit_followups   (some minutes on two cores)
Prints the figures of ``qa/conversation/detection.py``, fitted on the development conversations
of ``followups.jsonl``, over the demo library alone and among foreign passages; then the
shares of follow-ups and of new topics that are taken for follow-ups there, and, under each
least match, in libraries of three articles, where the documents of a conversation are nearly
all there are. A follow-up counts if its bare words, in the documents of the conversation, mean
the right passage. New topics are those of the file, the first question of each conversation
after the first turn of another one, and questions of ``offtopic.txt`` that no article answers.

Then prints the figures of ``qa/conversation/completer.py``: every second development
conversation is completed in every way, and each reading is searched. It counts as good if it
finds the passage that is meant, and is answered.
"""

import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.followups import CONVERSATIONS, DEVELOPMENT, crowded_library, found
from benchmarks.machine import HERE
from qa import Library
from qa.answering.confidence import judge
from qa.conversation import detection
from qa.conversation.completer import (
    READING_WEIGHTS,
    Completer,
    completions,
    reading_features,
)
from qa.storage.locations import demo_articles

OFF_TOPIC = HERE / "offtopic.txt"
_LEAST_MATCHES = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35)
_PENALTY = 0.3  # scikit-learn's C, of features on one scale
_READING_PENALTY = 1.0


def main() -> None:
    """Observe, fit, print."""
    observed = {}
    tried = []
    for name, opened in (("demo", Library.demo()), ("demo among others", crowded_library())):
        with opened as library:
            observed[name] = list(observations(library, conversations()))
            tried += list(tried_readings(library))
    rows = [
        (features, label)
        for several in observed.values()
        for features, label in several
        if detection.is_eligible(features, among_many=True)
    ]
    print("questions that may be follow-ups")
    fitted = fit(rows, detection.WEIGHTS, _PENALTY)
    detection.INTERCEPT = fitted.intercept
    detection.WEIGHTS.update(fitted.weights)
    for name, several in observed.items():
        show(name, several, among_many=True)
    print("readings of follow-ups")
    fit(tried, READING_WEIGHTS, _READING_PENALTY)
    small = list(in_small_libraries())
    for least in _LEAST_MATCHES:
        detection.LEAST_MATCH = least
        show(f"three articles, least match {least}", small, among_many=False)


class Fitted(NamedTuple):
    """A logistic function of some features."""

    intercept: float
    weights: dict[str, float]


def fit(
    rows: Sequence[tuple[Mapping[str, float], bool]], names: Iterable[str], penalty: float
) -> Fitted:
    """Fit, and print the figures."""
    names = list(names)
    values = np.array([[features[name] for name in names] for features, _ in rows])
    labels = np.array([label for _, label in rows])
    scale = values.std(axis=0)
    model = LogisticRegression(C=penalty, max_iter=1_000).fit(values / scale, labels)
    weights = dict(zip(names, (model.coef_[0] / scale).tolist(), strict=True))
    print(f"{len(labels)}, {labels.sum()} of them are")
    print(f"INTERCEPT = {model.intercept_[0]:.2f}")
    for name, weight in weights.items():
        print(f'    "{name}": {weight:.2f},')
    return Fitted(float(model.intercept_[0]), weights)


def tried_readings(library: Library) -> Iterator[tuple[Mapping[str, float], bool]]:
    """The features of each reading of a follow-up, and whether it is good."""
    completer = Completer(library)
    for case in development()[::2]:
        conversation = library.conversation()
        for turn in case["turns"][:-1]:
            conversation.ask(turn["question"], as_is=True)
        before = conversation.before
        observed = completer.observe(library.candidates(case["turns"][-1]["question"]), before)
        if observed is None or not observed.is_followup():
            continue
        meant = observed.sense.meant
        options = completions(observed, before)
        with library.session() as session:
            weighed = list(session.weigh(options, observed.known))
            for reading, found in zip(weighed, session.search(options), strict=True):
                good = found.ranked[0].id == meant and judge(found).answered
                yield reading_features(reading, meant), good


def show(
    name: str, observed: Sequence[tuple[Mapping[str, float], bool]], *, among_many: bool
) -> None:
    """Print the shares of follow-ups and of new topics that are taken for follow-ups."""
    shares = []
    for wanted in (True, False):
        rows = [features for features, label in observed if label is wanted]
        leant = sum(detection.is_probable(one, among_many=among_many) for one in rows)
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
    """The features of each last question, and whether it is a follow-up."""
    for kind, turns in asked:
        conversation = library.conversation()
        for turn in turns[:-1]:
            conversation.ask(turn["question"])
        question, gold = turns[-1]["question"], turns[-1]["contains"]
        observed = Completer(library).observe(library.candidates(question), conversation.before)
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
