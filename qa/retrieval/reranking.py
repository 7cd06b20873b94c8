"""The optional last step of a ranking: a cross-encoder on the best candidates."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from corpus.plugins import first_line
from embeddings import EmbeddingError, ModelUnusable, Reranker, load_reranker
from embeddings.protocols import FloatArray
from qa.retrieval.ranking import order_by_score
from qa.retrieval.search import Candidate, Candidates
from qa.storage.protocols import Passages

RERANKED = 30  # candidates that it scores: each costs as much as the whole search


def reranker_of(reranker: str | Path | Reranker | None) -> Reranker | None:
    """Return a reranker by its name, or the object itself.

    Raises:
        EmbeddingError: there is none of that name, or it cannot be run.
    """
    return load_reranker(reranker) if isinstance(reranker, str | Path) else reranker


def rerank(
    query: str, candidates: Candidates, reranker: Reranker, catalogue: Passages
) -> Candidates:
    """Order the best candidates by the reranker alone; the others follow in their order.

    Args:
        query: the question as searched.
        candidates: what the search found for it.
        reranker: scores each passage, with its title, author and headings before it.
        catalogue: where the passages are read.

    Raises:
        ModelUnusable: the reranker failed, or returned something else than scores.
    """
    passages = catalogue.passages([found.row for found in candidates.ranked[:RERANKED]])
    there = (found for found in candidates.ranked[:RERANKED] if found.row in passages)
    best = sorted(there, key=lambda found: found.id)  # equal scores keep this order
    read = [passages[found.row] for found in best]
    texts = ["\n".join(filter(None, (passage.context, passage.text))) for passage in read]
    scores = _scores(reranker, query, texts)
    first = [best[i]._replace(score=float(scores[i])) for i in order_by_score(scores)]
    rest = _below(float(scores.min(initial=1.0)), candidates.ranked[RERANKED:])
    return replace(candidates, ranked=(*first, *rest))


def _scores(reranker: Reranker, query: str, texts: Sequence[str]) -> FloatArray:
    """Return the reranker's score of each text, after checking them."""
    try:
        scores = np.asarray(reranker.scores(query, texts), dtype=np.float32)
    except EmbeddingError:
        raise
    except Exception as error:  # whatever the code of a stranger raises
        raise ModelUnusable(
            f"the reranker {reranker.name!r} failed ({first_line(error)})"
        ) from error
    if scores.shape != (len(texts),) or not ((scores >= 0) & (scores <= 1)).all():
        raise ModelUnusable(
            f"the reranker {reranker.name!r} did not return {len(texts)} scores from 0 to 1"
        )
    return scores


def _below(lowest: float, others: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates, their scores reduced in proportion so that none exceeds ``lowest``."""
    highest = max((found.score for found in others), default=0.0)
    factor = min(1.0, lowest / max(highest, 1e-9))
    return [found._replace(score=found.score * factor) for found in others]
