"""How far a confidence can be trusted: measured on questions that it was not fitted on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.confidence import Calibration

_BINS = 10


@dataclass(frozen=True, slots=True)
class Observation:
    """What one question looked like, and what the passages held.

    Attributes:
        features: see :func:`qa.confidence.features`.
        answerable: whether a relevant passage was among those searched.
        right: whether a relevant passage came first.
    """

    features: dict[str, float]
    answerable: bool
    right: bool


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far a confidence can be trusted, measured on observations.

    Attributes:
        auroc: the chance that an answerable question has more confidence than another.
        error: the share of questions on the wrong side of the threshold.
        calibration_error: expected calibration error over ten bins (Naeini et al. 2015).
        bins: confidence, share answerable and count of each bin that holds any.
        risk_coverage: for thresholds from high to low, the share of questions that are
            answered, and the share of those whose first passage is not relevant.
    """

    auroc: float
    error: float
    calibration_error: float
    bins: tuple[tuple[float, float, int], ...]
    risk_coverage: tuple[tuple[float, float], ...]

    @property
    def figures(self) -> dict[str, float]:
        """The figures as ``wenju eval`` and ``wenju calibrate`` name them."""
        return {
            "abstention_auroc": self.auroc,
            "abstention_error": self.error,
            "calibration_error": self.calibration_error,
        }


def reliability(calibration: Calibration, observations: Sequence[Observation]) -> Reliability:
    """Measure a calibration on observations of both kinds."""
    from sklearn.metrics import roc_auc_score

    confidence = np.array([calibration.probability(o.features) for o in observations])
    answerable = np.array([o.answerable for o in observations])
    said = confidence >= calibration.threshold
    bins = _bins(confidence, answerable)
    gaps = (abs(mean - share) * count for mean, share, count in bins)
    return Reliability(
        auroc=round(float(roc_auc_score(answerable, confidence)), 5),
        error=round(float((said != answerable).mean()), 5),
        calibration_error=round(sum(gaps) / len(observations), 5),
        bins=bins,
        risk_coverage=_risk_coverage(confidence, np.array([o.right for o in observations])),
    )


def _risk_coverage(
    confidence: NDArray[np.float64], right: NDArray[np.bool_]
) -> tuple[tuple[float, float], ...]:
    """Coverage and risk where the most confident twentieth, two twentieths, ... are answered."""
    wrong = ~right[np.argsort(-confidence, kind="stable")]
    counts = np.linspace(0, len(wrong), 21).astype(int)[1:]
    return tuple(
        (round(count / len(wrong), 5), round(float(wrong[:count].mean()), 5))
        for count in counts.tolist()
    )


def _bins(
    confidence: NDArray[np.float64], answerable: NDArray[np.bool_]
) -> tuple[tuple[float, float, int], ...]:
    number = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    return tuple(
        (
            round(float(confidence[number == i].mean()), 5),
            round(float(answerable[number == i].mean()), 5),
            int((number == i).sum()),
        )
        for i in range(_BINS)
        if (number == i).any()
    )
