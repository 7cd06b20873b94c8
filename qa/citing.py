"""Which passages an answer quotes: the first, and those that it would be poorer without."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from corpus import quote
from embeddings.encoder import FloatArray
from qa.confidence import judge
from qa.marking import matched_tokens
from qa.results import Hit
from qa.search import Candidates

_QUOTED_AT_MOST = 3
# A needless quote is worse than a missing one, so a further passage must answer more
# likely than not.
_SURE = 0.5
# It speaks of this much of the question that those before it do not, ...
_ADDS = 0.15
# ... or stands in a passage that scores nearly as well as the first.
_NEARLY_AS_WELL = 0.9


def worth_quoting(hits: Sequence[Hit], candidates: Candidates, fingerprint: str) -> tuple[Hit, ...]:
    """The first hit, and up to two more that answer too.

    A further one must convince by itself: were the passages before it not there, the
    documents would still count as answering. And it must add to the answer, or be about
    as good as the first.

    Args:
        hits: best first, each with what is marked in it.
        candidates: what the hits were made of.
        fingerprint: of the models, see :func:`qa.confidence.judge`.
    """
    chosen = list(hits[:1])
    if not chosen:
        return ()
    covered = _covered(hits[:_QUOTED_AT_MOST], candidates)
    so_far = covered[0]
    for hit, own in zip(hits[1:_QUOTED_AT_MOST], covered[1:], strict=True):
        sure, enough = judge(_without(candidates, chosen, hit), fingerprint)
        if sure < max(enough, _SURE):
            break
        added = float(candidates.question.weights @ np.maximum(own - so_far, 0.0))
        if added >= _ADDS or hit.score >= _NEARLY_AS_WELL * hits[0].score:
            chosen.append(hit)
            so_far = np.maximum(so_far, own)
    return tuple(chosen)


def _covered(hits: Sequence[Hit], candidates: Candidates) -> list[FloatArray]:
    """How well what is marked in each hit matches each token of the question, ``(q,)``."""
    quotes = [quote(hit.text, hit.highlights) for hit in hits]
    matched = matched_tokens(quotes, candidates.question, candidates.encoder)
    return [found.max(axis=1, initial=0.0) for _, found in matched]


def _without(candidates: Candidates, chosen: Sequence[Hit], hit: Hit) -> Candidates:
    """The candidates as they were if the chosen passages were not there, ``hit``'s first."""
    gone = {name for other in chosen for name in (other.passage_id, *other.duplicates)}
    rest = [candidate for candidate in candidates.ranked if candidate.id not in gone]
    rest.sort(key=lambda candidate: candidate.id != hit.passage_id)  # stable: the others stay
    return replace(candidates, ranked=tuple(rest))
