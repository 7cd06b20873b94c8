"""Samples of the corpus of practice: people's questions, with the passages that tempt.

A follow-up is always read below the last question before it ("earlier question", newline,
"question"): most cannot be understood alone.
"""

import random
import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.encoders.reader import LONGEST_HEAD
from embeddings.training.practice.corpus import (
    PracticePassage,
    PracticeQuestion,
    Split,
    load,
    passages,
    statutes,
)
from embeddings.training.reader.samples import (
    LexicalRanking,
    Sample,
    Span,
    best,
    terms,
    with_other_figures,
    without_answer,
)

# A passage at least this similar to the one that answers is a version of it. It is a negative
# only if the question names something of the right version that it lacks.
SAME_PARAGRAPH = 0.6
_YEAR = re.compile(r"20[0-9]{2}")


class Asked(NamedTuple):
    """A question of practice with every passage of its organisation or statute.

    Attributes:
        question: the question, its earlier question included.
        kind: as in `PracticeQuestion`.
        passages: samples of the question with each passage; only the named one has an answer.
        named: the index of the passage that answers or, for a near miss, tempts most.
        by_question: cosine of the question and each passage, shape (passages,).
        by_passage: cosine of the named passage and each passage, shape (passages,).
    """

    question: str
    kind: str
    passages: list[Sample]
    named: int
    by_question: NDArray[np.float32]
    by_passage: NDArray[np.float32]


class Rounds(NamedTuple):
    """Samples of the two parts of a run."""

    first: list[Sample]
    second: list[Sample]


def asked(split: Split) -> list[Asked]:
    """Return the questions of one split with the passages of their groups."""
    questions = load(split)
    return with_candidates(questions, [*passages(split), *_articles(questions)])


def with_candidates(
    questions: Iterable[PracticeQuestion], candidates: Iterable[PracticePassage]
) -> list[Asked]:
    """Return each question with the candidates of its group."""
    groups: dict[str, dict[PracticePassage, int]] = {}
    for passage in candidates:
        group = groups.setdefault(passage.group, {})
        group.setdefault(passage, len(group))
    by_group: dict[str, list[PracticeQuestion]] = {}
    for question in questions:
        by_group.setdefault(question.passage.group, []).append(question)
    return [one for name, some in by_group.items() for one in _of_group(some, groups[name])]


def practice_samples(questions: Iterable[Asked], rng: random.Random) -> Rounds:
    """Return the samples of each question, one third of them in the first round."""
    rounds = Rounds([], [])
    for question in questions:
        if question.passages[question.named].answer is None:
            _near_miss(question, rounds, rng)
        else:
            _answerable(question, rounds, rng)
    return rounds


def tempting(question: Asked, count: int) -> list[Sample]:
    """Return the samples most alike the question that lack its answer, best first."""
    return [question.passages[i] for i in _tempting(question, count)]


def head(passage: PracticePassage) -> str:
    """Return the end of the title and headings, at most `LONGEST_HEAD` characters."""
    return " ".join((passage.document, *passage.headings))[-LONGEST_HEAD:]


def _articles(questions: Iterable[PracticeQuestion]) -> list[PracticePassage]:
    """Return every article of the statutes asked about."""
    groups = dict.fromkeys(question.passage.group for question in questions)
    return [
        PracticePassage(group, group, (article,), text)
        for group in groups
        if group in statutes()
        for article, text in statutes()[group].items()
        if article
    ]


def _of_group(questions: list[PracticeQuestion], places: dict[PracticePassage, int]) -> list[Asked]:
    candidates = list(places)
    texts = [f"{head(passage)}\n{passage.text}" for passage in candidates]
    ranking = LexicalRanking(texts)
    joined = ["\n".join((*question.before[-1:], question.text)) for question in questions]
    named = [places[question.passage] for question in questions]
    by_question = ranking.similarities(joined)
    by_passage = ranking.similarities([texts[i] for i in named])
    found: list[Asked] = []
    for i, question in enumerate(questions):
        samples = [Sample(joined[i], head(p), p.text, None) for p in candidates]
        if question.answer is not None:
            samples[named[i]] = samples[named[i]]._replace(answer=Span(*question.answer))
        found.append(
            Asked(joined[i], question.kind, samples, named[i], by_question[i], by_passage[i])
        )
    return found


def _answerable(question: Asked, rounds: Rounds, rng: random.Random) -> None:
    """Add three positives and about four negatives."""
    positive = question.passages[question.named]
    rounds.first.append(positive)
    rounds.second.append(positive)
    changed = with_other_figures(positive, rng) if rng.random() < 0.5 else positive
    rounds.second.append(changed)
    order = _tempting(question, 8)
    chosen = order[:2]
    if len(order) > 2:
        chosen.append(rng.choice(order[2:]))
    alike = [i for i in best(question.by_passage, 4) if i in _lacking(question)]
    chosen += [i for i in alike if i not in chosen][:1]
    _spread([question.passages[i] for i in chosen], rounds, rng)
    removed = without_answer(positive)
    if removed is not None and rng.random() < 0.4:
        _spread([removed], rounds, rng)
    other = _another_year(positive, rng)
    if other is not None and rng.random() < 0.5:
        _spread([other], rounds, rng)


def _near_miss(question: Asked, rounds: Rounds, rng: random.Random) -> None:
    """Add the named passage to both rounds, and six others that tempt."""
    named = question.passages[question.named]
    rounds.first.append(named)
    rounds.second.append(named)
    order = [i for i in best(question.by_question, 8) if i != question.named][:4]
    order += [i for i in best(question.by_passage, 8) if i not in (question.named, *order)][:2]
    _spread([question.passages[i] for i in order], rounds, rng)


def _spread(samples: Iterable[Sample], rounds: Rounds, rng: random.Random) -> None:
    for sample in samples:
        (rounds.first if rng.random() < 1 / 3 else rounds.second).append(sample)


def _tempting(question: Asked, count: int) -> list[int]:
    lacking = _lacking(question)
    order = best(question.by_question, count + 8)
    return [i for i in order if i in lacking][:count]


def _lacking(question: Asked) -> set[int]:
    """Return the passages that are known not to answer."""
    named = question.passages[question.named]
    others = {i for i in range(len(question.passages)) if i != question.named}
    if named.answer is None:
        return others
    answer = named.answered.lower()
    own = set(terms(named.head + " " + named.text)) & set(terms(question.question))
    return {
        i
        for i in others
        if answer not in question.passages[i].text.lower()
        and (question.by_passage[i] < SAME_PARAGRAPH or own - _terms(question.passages[i]))
    }


def _terms(sample: Sample) -> set[str]:
    return set(terms(f"{sample.head} {sample.text}"))


def _another_year(sample: Sample, rng: random.Random) -> Sample | None:
    """Return the sample asked for another year than its title names, or None."""
    named = [year for year in _YEAR.findall(sample.question) if year in sample.head]
    if not named or len(set(_YEAR.findall(sample.head))) > 1:
        return None
    year = str(int(named[0]) + rng.choice((-2, -1, 1, 2)))
    if year in sample.text:
        return None
    return sample._replace(question=sample.question.replace(named[0], year), answer=None)
