"""The logistic function by which figures become a probability."""

from collections.abc import Mapping
from math import exp


def log_odds(intercept: float, weights: Mapping[str, float], figures: Mapping[str, float]) -> float:
    """Return the log odds of a fitted logistic function; see :func:`logistic`."""
    return intercept + sum(weight * figures[name] for name, weight in weights.items())


def logistic(intercept: float, weights: Mapping[str, float], figures: Mapping[str, float]) -> float:
    """Return the probability of a fitted logistic function, 0 to 1.

    Args:
        intercept: the log odds where all figures are 0.
        weights: of the figures, by name.
        figures: by name; each that has a weight must be there.
    """
    odds = log_odds(intercept, weights, figures)
    return 1.0 / (1.0 + exp(-odds)) if odds > 0 else exp(odds) / (1.0 + exp(odds))
