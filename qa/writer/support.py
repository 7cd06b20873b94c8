"""The check of a writer's sentence against the passages that it names.

Enough of its words must have counterparts there, by the same token similarity as a search
(:mod:`qa.retrieval.evidence`); each figure that it states must occur there; and none of its
clauses may say the opposite of a clause there.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from corpus.characters import has_han
from embeddings import TokenEncoder, Tokens
from qa.results import Hit
from qa.retrieval.evidence import Evidence, compare_texts, question_of
from qa.writer.figures import figures, stated_figures
from qa.writer.negation import opposite
from qa.writer.splitting import Draft
from qa.writer.written import Reason, WrittenSentence

# The share from which on a sentence counts as supported, chosen by ``benchmarks/writer.py`` on
# one half of its sentences. The words of a translation are less similar to their
# counterparts than those of a paraphrase.
BAR = 0.75
BAR_ACROSS_LANGUAGES = 0.3

_WINDOW, _STEP = 40, 10  # tokens
_MISSING_SHOWN = 3
_UNLIKE = 0.5  # a word whose best squared cosine is lower has no real counterpart


class Support(NamedTuple):
    """The support of a sentence by a passage.

    Attributes:
        share: of the sentence that has counterparts in the passage, 0 to 1.
        missing: the most important words without a counterpart, as they are written.
    """

    share: float
    missing: tuple[str, ...]


class Checker:
    """Checks sentences against passages.

    Args:
        encoder: the model whose token vectors are compared.
    """

    def __init__(self, encoder: TokenEncoder) -> None:
        self._encoder = encoder

    def check(self, draft: Draft, passages: Mapping[int, Hit]) -> WrittenSentence:
        """Return the sentence with the verdict on it.

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
        support, missing = self.support(draft.text, named)
        stated = figures(named)
        foreign = [
            written for written, value in stated_figures(draft.text).items() if value not in stated
        ]
        if foreign:
            return _struck(draft, Reason.OTHER_FIGURES, foreign, support)
        if support < bar(draft.text, named):
            return _struck(draft, Reason.NOT_SUPPORTED, missing, support)
        if clause := opposite(draft.text, named, self._encoder):
            return _struck(draft, Reason.OPPOSITE, (clause,), support)
        return WrittenSentence(draft.text, draft.numbers, True, None, (), support)

    def support(self, sentence: str, passage: str) -> Support:
        """Measure how much of a sentence has a counterpart in a passage.

        The share is the mean, over the sentence's tokens by their learnt importance, of the
        best similarity in the passage, averaged with the same in its best window of 40
        tokens: the words of a false claim often occur in a passage, but scattered.
        """
        (own,) = self._encoder.tokens([sentence])
        claim = question_of(self._encoder, own.ids, np.ones(len(own.ids), dtype=np.float32))
        (evidence,) = compare_texts(claim, self._encoder, [passage])
        if not evidence.text.size:
            return Support(0.0, (sentence[:20],))
        share = (evidence.coverage + evidence.best_window(_WINDOW, _STEP)) / 2
        return Support(share, _missing(sentence, own, evidence))


def bar(sentence: str, passage: str) -> float:
    """Return the bar for a sentence, lower if its language is not the passage's."""
    return BAR if has_han(sentence) == has_han(passage) else BAR_ACROSS_LANGUAGES


def _missing(sentence: str, tokens: Tokens, evidence: Evidence) -> tuple[str, ...]:
    """Return the most important words of a sentence that have no counterpart."""
    weights = evidence.question.weights
    unlike = np.flatnonzero(evidence.best < _UNLIKE).tolist()
    order = sorted(unlike, key=lambda token: -float(weights[token]))
    words = [sentence[slice(*tokens.spans[token].tolist())] for token in order]
    return tuple(dict.fromkeys(words))[:_MISSING_SHOWN]


def _whole(hit: Hit) -> str:
    """Return a passage with its context: a sentence may name its author or section."""
    return "\n".join([hit.title, hit.author or "", *hit.headings, hit.text])


def _struck(
    draft: Draft, reason: Reason, missing: Sequence[str], support: float
) -> WrittenSentence:
    return WrittenSentence(draft.text, draft.numbers, False, reason, tuple(missing), support)
