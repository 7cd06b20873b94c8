"""The relevance of a hit: the probability that its passage answers.

A score orders the passages of one query and says no more. The relevance is a logistic function
of the figures of one passage, so that a script can set one bar for all queries. It was fitted by
``benchmarks/calibrate_reader.py`` on the corpus of practice; the weights are in
``relevance.json``.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from embeddings import Reading
from qa.answering.confidence import READ_SCALE, fitted_for
from qa.answering.logistic import logistic
from qa.retrieval.search import Candidate

#: Figures of a passage, and what a reader adds.
FIGURES = ("match", "exact", "contextual", "sentence", "behind")
READ_FIGURES = (*FIGURES, "read")


def figures(
    candidate: Candidate, first: Candidate, reading: Reading | None = None
) -> dict[str, float]:
    """Return the figures of a passage that its relevance depends on.

    Args:
        candidate: the passage.
        first: the one that the ranking has first.
        reading: of the passage, if it was read.
    """
    found = {
        "match": candidate.match,
        "exact": candidate.exact,
        "contextual": candidate.contextual,
        "sentence": candidate.sentence,
        "behind": first.score - candidate.score,
    }
    if reading is not None:
        found["read"] = reading.score / READ_SCALE
    return found


def relevance(
    candidate: Candidate,
    first: Candidate,
    fingerprint: str,
    reading: Reading | None = None,
) -> float:
    """Return the probability that a passage answers, 0 to 1.

    Args:
        candidate: the passage.
        first: the one that the ranking has first.
        fingerprint: of the models of the search.
        reading: of the passage, if it was read.
    """
    fitted = fitted_for(_shipped(), fingerprint, has_reader=reading is not None)
    observed = figures(candidate, first, reading)
    return round(logistic(fitted["intercept"], fitted["weights"], observed), 4)


@cache
def _shipped() -> Mapping[str, Any]:
    """Return the intercept and the weights by models, and where a reader read."""
    path = files("qa.answering").joinpath("relevance.json")
    stored: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return stored
