"""Which passages an answer quotes: the first, and those that it would be poorer without."""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from corpus import quote
from corpus.list_markers import is_row
from embeddings.protocols import FloatArray
from qa.answering.confidence import judge
from qa.answering.highlights import matched_tokens
from qa.language.question_words import asks_twice
from qa.results import Hit
from qa.retrieval.search import Candidates

_QUOTED_AT_MOST = 3
_LOOKED_AT = 6  # hits
# Fitted by ``benchmarks/citing.py`` on its development questions.
#: Were those before it not there, the documents would answer with at least this confidence.
_SURE = 0.3
#: ... or with this one, where they lack what the other question asks.
_SURE_OF_HALF = 0.15
#: Its title and headings have so much more of the question than those of the first, ...
_NEARER = 0.25
#: ... or, of two questions asked in one, it has this much that those before it have not.
_ADDS = 0.15
# What stands below is spoken of as the answer.
_BELOW = re.compile(
    r"下表|如下|[:：]$|\b(?:table below|following table|as follows)\b", re.IGNORECASE
)


def worth_quoting(hits: Sequence[Hit], candidates: Candidates, fingerprint: str) -> tuple[Hit, ...]:
    """The first hit, and up to two more that answer too.

    A needless quote is worse than a missing one. How well a further passage matches tells
    little: the neighbours of an answer all match. What it stands under tells more. It goes
    on with the section of the first, or its title and headings ask what was asked and those
    of the first do not; and it must convince by itself, unless it is the table that the first
    speaks of.

    Args:
        hits: best first, each with what is marked in it.
        candidates: what the hits were made of.
        fingerprint: of the models, see :func:`qa.answering.confidence.judge`.
    """
    if not hits:
        return ()
    first, *others = hits[:_LOOKED_AT]
    announced = [hit for hit in others if _is_announced(first, hit)]
    hits = [first, *announced, *(hit for hit in others if hit not in announced)]
    weights = candidates.question.weights
    above = [weights @ found for found in _matched([_above(hit) for hit in hits], candidates)]
    covered = _matched([quote(hit.text, hit.highlights) for hit in hits], candidates)
    twice = asks_twice(candidates.query)
    chosen, so_far = [first], covered[0]
    for hit, stands_under, own in zip(hits[1:], above[1:], covered[1:], strict=True):
        if hit not in announced:
            added = float(weights @ np.maximum(own - so_far, 0.0))
            other_half = twice and added >= _ADDS
            fits = _goes_on(first, hit) or stands_under >= above[0] + _NEARER
            if not (fits or other_half):
                continue
            sure, _ = judge(_without(candidates, chosen, hit), fingerprint)
            if sure < (_SURE_OF_HALF if other_half else _SURE):
                continue
        chosen.append(hit)
        so_far = np.maximum(so_far, own)
        if len(chosen) == _QUOTED_AT_MOST:
            break
    return tuple(chosen)


def _goes_on(first: Hit, hit: Hit) -> bool:
    """Whether two passages stand under one heading."""
    return bool(hit.headings) and (first.document_id, first.title, first.headings) == (
        hit.document_id,
        hit.title,
        hit.headings,
    )


def _is_announced(first: Hit, hit: Hit) -> bool:
    """Whether what is quoted of the first speaks of the list or table in the next passage."""
    if hit.passage_id != first.passage_id.following or not is_row(hit.text):
        return False
    return _BELOW.search(quote(first.text, first.highlights).rpartition("\n")[2]) is not None


def _above(hit: Hit) -> str:
    """Title and headings of a passage."""
    return "\n".join((hit.title, *hit.headings))


def _matched(texts: Sequence[str], candidates: Candidates) -> list[FloatArray]:
    """How well each text matches each token of the question, ``(q,)``."""
    cut = [tokens.ids for tokens in candidates.encoder.tokens(texts)]
    matched = matched_tokens(cut, candidates.question, candidates.encoder)
    ends = np.cumsum([len(ids) for ids in cut])
    return [found.max(axis=1, initial=0.0) for found in np.split(matched, ends[:-1], axis=1)]


def _without(candidates: Candidates, chosen: Sequence[Hit], hit: Hit) -> Candidates:
    """The candidates as they were if the chosen passages were not there, ``hit``'s first."""
    gone = {name for other in chosen for name in (other.passage_id, *other.duplicates)}
    rest = [candidate for candidate in candidates.ranked if candidate.id not in gone]
    rest.sort(key=lambda candidate: candidate.id != hit.passage_id)  # stable: the others stay
    return replace(candidates, ranked=tuple(rest))
