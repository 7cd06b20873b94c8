"""Clauses of a sentence that deny what its passage affirms, or affirm what it denies.

Token similarity cannot tell 不得辞退 from 可以辞退. So each clause of the sentence is
compared with the clauses of the passage that are nearly the same. If each of these is negated
and the clause is not, or the other way round, the clause says the opposite. This catches
opposites that keep close to the wording, and misses those that are paraphrased.
"""

import re

import numpy as np

from embeddings import TokenEncoder
from qa.retrieval.evidence import compare_texts, question_of

_CLAUSE_ENDS = re.compile(r"[，。；：！？,;:!?\n]+|\.(?=\s|$)")
_NEGATION = re.compile(
    r"[不没無无未非禁]|拒绝|别(?=[再去做让把])"
    r"|\b(?:not|no|never|cannot|without|nor|neither)\b|n['’]t\b",
    re.IGNORECASE,
)
# Negations in form only.
_NO_NEGATION = re.compile(
    r"不仅|不但|不过|不管|不论|不同|不断|不满|不足|不止|不少|不超过|不低于|不得低于|差不多|是不是|能不能"
    r"|会不会|有没有|无论|未来|非常|除非|\bno (?:less|more|later|fewer) than\b|\bnot only\b",
    re.IGNORECASE,
)

# Chosen by hand; ``benchmarks/writer.py`` measures what they catch.
_NEARLY_THE_SAME = 0.75  # the share of a clause that the other matches
_AS_NEAR = 0.1  # a clause that matches so much less than the best one may be meant as well


def opposite(sentence: str, passage: str, encoder: TokenEncoder) -> str | None:
    """Return the first clause of a sentence of which the passage says the opposite, if any.

    Args:
        sentence: of the writer.
        passage: that it names.
        encoder: the model whose token vectors are compared.
    """
    others = _clauses(passage)
    for clause in _clauses(sentence):
        ids = encoder.tokens([clause])[0].ids
        claim = question_of(encoder, ids, np.ones(len(ids), dtype=np.float32))
        near = [evidence.coverage for evidence in compare_texts(claim, encoder, others)]
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
    """Return whether a clause is negated; two negations cancel out."""
    return len(_NEGATION.findall(_NO_NEGATION.sub("", clause))) % 2 == 1
