"""Samples of the reader, and the lexical ranking that finds its hard negatives."""

import random
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

_TOKEN = re.compile(r"[0-9]+|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+|[\u3040-\u30ff\u3400-\u9fff]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE = re.compile(r"[^。！？；.!?;\n]+(?:[。！？；!?;\n]|\.(?!\d))*\s*|.", re.DOTALL)
_DIGITS = re.compile(r"[0-9]")


class Span(NamedTuple):
    """A half-open range of code points in the text of a sample."""

    start: int
    end: int


class Sample(NamedTuple):
    """A question and a passage.

    Attributes:
        question: as typed; a follow-up has the question before it in the line above.
        head: the title and headings, at most `LONGEST_HEAD` characters; may be empty.
        text: the passage.
        answer: the span of `text` that answers, or None if nothing in it does.
    """

    question: str
    head: str
    text: str
    answer: Span | None

    @property
    def answered(self) -> str:
        """The words of the answer; empty if there is none."""
        return self.text[slice(*self.answer)] if self.answer else ""


def terms(text: str) -> list[str]:
    """Return the lower-case words and numbers, and the characters and bigrams of CJK runs."""
    found: list[str] = []
    for token in _TOKEN.findall(text.lower()):
        if _CJK.match(token):
            found += [*token, *map("".join, pairwise(token))]
        else:
            found.append(token)
    return found


class LexicalRanking:
    """Tf-idf over a list of texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._vectorizer = TfidfVectorizer(analyzer=terms, sublinear_tf=True, dtype=np.float32)
        self._matrix = self._vectorizer.fit_transform(texts)

    def similarities(self, queries: Sequence[str]) -> NDArray[np.float32]:
        """Return the cosine of each query and each text, shape (queries, texts)."""
        vectors = self._vectorizer.transform(queries)
        similarities: NDArray[np.float32] = (vectors @ self._matrix.T).toarray()
        return similarities


def best(similarities: NDArray[np.float32], count: int) -> list[int]:
    """Return the indices of the `count` highest values, best first, ties in order."""
    return [int(i) for i in np.argsort(-similarities, kind="stable")[:count]]


def without_answer(sample: Sample) -> Sample | None:
    """Return the sample with the sentences that hold its answer removed, or None.

    None means that there is no answer to remove, or that nothing else would remain.
    """
    if sample.answer is None:
        return None
    answer = sample.answered.lower()
    kept = ""
    for match in _SENTENCE.finditer(sample.text):
        inside = match.start() < sample.answer.end and match.end() > sample.answer.start
        if not inside and answer not in match.group().lower():
            kept += match.group()
    kept = kept.strip()
    if not kept or answer in kept.lower():
        return None
    return sample._replace(text=kept, answer=None)


def with_other_figures(sample: Sample, rng: random.Random) -> Sample:
    """Return the sample with other digits in its answer; still an answer, with another value."""
    if sample.answer is None:
        return sample
    start, end = sample.answer

    text = sample.text
    changed = "".join(
        str(rng.randint(1, 9)) if _DIGITS.match(character) else character
        for character in text[start:end]
    )
    return sample._replace(text=text[:start] + changed + text[end:])
