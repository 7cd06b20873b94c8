"""Whether a sentence denies what its passage affirms, or the other way round.

Token matching cannot tell 不得辞退 from 可以辞退. Here each clause of the sentence is held
against the clauses of the passage that are nearly the same, and if every one of those has
a negation where it has none, or none where it has one, it says the opposite. It catches
what keeps close to the wording; a negation that is paraphrased too goes through.
"""

import re

import numpy as np

from embeddings import TokenEncoder
from qa.retrieval.matching import question_of, similarity

_CLAUSE_ENDS = re.compile(r"[，。；：！？,;:!?\n]+|\.(?=\s|$)")
_NEGATION = re.compile(
    r"[不没無无未非禁]|拒绝|别(?=[再去做让把])"
    r"|\b(?:not|no|never|cannot|without|nor|neither)\b|n['’]t\b",
    re.IGNORECASE,
)
# Negations in form only.
_NONE = re.compile(
    r"不仅|不但|不过|不管|不论|不同|不断|不满|不足|不止|不少|不超过|不低于|不得低于|差不多|是不是|能不能"
    r"|会不会|有没有|无论|未来|非常|除非|\bno (?:less|more|later|fewer) than\b|\bnot only\b",
    re.IGNORECASE,
)

_NEARLY_THE_SAME = 0.75  # of a clause's weight has its counterpart in the other
_AS_NEAR = 0.1  # below the nearest clause, another may be meant as well


def opposite(sentence: str, passage: str, encoder: TokenEncoder) -> str | None:
    """The first clause of a sentence of which the passage says the opposite, if any.

    Args:
        sentence: of the writer.
        passage: that it names.
        encoder: says which words resemble each other.
    """
    others = _clauses(passage)
    cut = [tokens.ids for tokens in encoder.tokens(others)]
    for clause in _clauses(sentence):
        ids = encoder.tokens([clause])[0].ids
        claim = question_of(encoder, ids, np.ones(len(ids), dtype=np.float32))
        near = [
            float(claim.weights @ similarity(claim, encoder, other).max(axis=1))
            if len(other)
            else 0.0
            for other in cut
        ]
        best = max(near, default=0.0)
        if best < _NEARLY_THE_SAME:
            continue
        meant = [
            other
            for other, share in zip(others, near, strict=True)
            if share >= max(best - _AS_NEAR, _NEARLY_THE_SAME)
        ]
        if all(_is_negated(other) != _is_negated(clause) for other in meant):
            return clause
    return None


def _clauses(text: str) -> list[str]:
    return [clause.strip() for clause in _CLAUSE_ENDS.split(text) if len(clause.strip()) > 1]


def _is_negated(clause: str) -> bool:
    """Whether the clause denies; two negations affirm."""
    return len(_NEGATION.findall(_NONE.sub("", clause))) % 2 == 1
