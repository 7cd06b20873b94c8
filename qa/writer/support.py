"""Whether a sentence is supported by the passages that it names.

Its words must find a counterpart in them by token matching (:mod:`qa.retrieval.matching`), above a
bar that ``benchmarks/writer.py`` measured, each figure that it states must stand there, and
no clause may say the opposite of one there.
"""

from collections.abc import Mapping

import numpy as np

from corpus.characters import has_han
from embeddings import TokenEncoder, Tokens
from embeddings.protocols import FloatArray
from qa.results import Hit
from qa.retrieval.matching import question_of, similarity
from qa.writer.figures import figures, stated_figures
from qa.writer.negation import opposite
from qa.writer.splitting import Draft
from qa.writer.written import Reason, WrittenSentence

# From which share on a sentence counts as supported: measured, see benchmarks/writer.py.
# A translation's words are less similar to their counterparts than a paraphrase's.
BAR = 0.75
BAR_ACROSS_LANGUAGES = 0.3

_WINDOW, _STEP = 40, 10  # tokens
_MISSING_SHOWN = 3
_UNLIKE = 0.5  # below this squared cosine, a word has no counterpart to speak of


class Checker:
    """Checks sentences against passages.

    Args:
        encoder: whose token vectors say which words resemble each other.
    """

    def __init__(self, encoder: TokenEncoder) -> None:
        self._encoder = encoder

    def check(self, draft: Draft, passages: Mapping[int, Hit]) -> WrittenSentence:
        """The sentence with the verdict on it.

        Args:
            draft: the sentence and the numbers that it names.
            passages: those it may name, by number.
        """
        if not draft.numbers:
            return _struck(draft, Reason.NO_PASSAGE, (), 0.0)
        unknown = [str(number) for number in draft.numbers if number not in passages]
        if unknown:
            return _struck(draft, Reason.UNKNOWN_PASSAGE, unknown, 0.0)
        named = "\n".join(_whole(passages[number]) for number in draft.numbers)
        support, without = self.support(draft.text, named)
        stated = figures(named)
        foreign = [
            written for written, value in stated_figures(draft.text).items() if value not in stated
        ]
        if foreign:
            return _struck(draft, Reason.OTHER_FIGURES, foreign, support)
        if support < bar(draft.text, named):
            return _struck(draft, Reason.NOT_SUPPORTED, without, support)
        if clause := opposite(draft.text, named, self._encoder):
            return _struck(draft, Reason.OPPOSITE, (clause,), support)
        return WrittenSentence(draft.text, draft.numbers, True, None, (), support)

    def support(self, sentence: str, passage: str) -> tuple[float, tuple[str, ...]]:
        """How much of a sentence has a counterpart in a passage.

        Returns:
            The mean, over the sentence's tokens by their learnt weight, of the best
            similarity in the passage, averaged with the same in its best window of 40
            tokens: the words of a false claim often stand in a passage, but scattered.
            And the weightiest words without a counterpart, as they are written.
        """
        own, other = self._encoder.tokens([sentence, passage])
        if not len(own.ids) or not len(other.ids):
            return 0.0, (sentence[:20],)
        claim = question_of(self._encoder, own.ids, np.ones(len(own.ids), dtype=np.float32))
        matched = similarity(claim, self._encoder, other.ids)  # (own tokens, other tokens)
        best: FloatArray = matched.max(axis=1)
        starts = range(0, max(len(other.ids) - _WINDOW + _STEP, 1), _STEP)
        window = max(
            float(claim.weights @ matched[:, start : start + _WINDOW].max(axis=1))
            for start in starts
        )
        support = (float(claim.weights @ best) + window) / 2
        return support, _without(sentence, own, claim.weights, best)


def bar(sentence: str, passage: str) -> float:
    """The bar for a sentence, lower where its language is not the passage's."""
    return BAR if has_han(sentence) == has_han(passage) else BAR_ACROSS_LANGUAGES


def _without(
    sentence: str, tokens: Tokens, weights: FloatArray, best: FloatArray
) -> tuple[str, ...]:
    """The weightiest words of a sentence whose best similarity is low."""
    order = sorted(np.flatnonzero(best < _UNLIKE).tolist(), key=lambda i: -float(weights[i]))
    words = [sentence[slice(*tokens.spans[i].tolist())] for i in order]
    return tuple(dict.fromkeys(words))[:_MISSING_SHOWN]


def _whole(hit: Hit) -> str:
    """A passage with what stands above it: a sentence may name its author or section."""
    return "\n".join([hit.title, hit.author or "", *hit.headings, hit.text])


def _struck(
    draft: Draft, reason: Reason, missing: list[str] | tuple[str, ...], support: float
) -> WrittenSentence:
    return WrittenSentence(draft.text, draft.numbers, False, reason, tuple(missing), support)
