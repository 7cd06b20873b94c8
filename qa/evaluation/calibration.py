"""Fitting the confidence: questions with and without their passage in the corpus.

Each question of an evaluation set is asked twice, once of all passages and once of all
but those relevant to it and their near-duplicates; the second time, no is the right
answer. Questions asked of another set's passages are more of the unanswerable kind, and so
is small talk. Some questions are made short, as people type them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.characters import is_unspaced
from embeddings import TokenEncoder
from qa.answering.confidence import FEATURES, Calibration, features, own_calibration
from qa.errors import WenjuError
from qa.evaluation.datasets import Dataset, indexed
from qa.library import Library
from qa.progress import Progress
from qa.retrieval.duplicates import alike, shingles
from qa.storage.models import load_models
from qa.storage.permissions import replace_private_file

_BINS = 10


@dataclass(frozen=True, slots=True)
class Observation:
    """The features of one question, and whether the passages answer it.

    Attributes:
        features: see :func:`qa.answering.confidence.features`.
        answerable: whether a relevant passage was among those searched.
        right: whether a relevant passage came first.
    """

    features: dict[str, float]
    answerable: bool
    right: bool


class Bin(NamedTuple):
    """Questions of about the same confidence: their mean, the share answerable, their number."""

    confidence: float
    answerable: float
    questions: int


class RiskAtCoverage(NamedTuple):
    """The share of questions answered, and the share of those whose first passage is wrong."""

    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """The reliability of a confidence, measured on observations.

    Attributes:
        auroc: the chance that an answerable question has more confidence than another.
        error: the share of questions on the wrong side of the threshold.
        calibration_error: expected calibration error over ten bins (Naeini et al. 2015).
        bins: those that hold any question.
        risk_coverage: for thresholds from high to low.
    """

    auroc: float
    error: float
    calibration_error: float
    bins: tuple[Bin, ...]
    risk_coverage: tuple[RiskAtCoverage, ...]

    @property
    def figures(self) -> dict[str, float]:
        """Return the figures under the names of ``wenju eval`` and ``wenju calibrate``."""
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
) -> tuple[RiskAtCoverage, ...]:
    """Return the risk if the most confident twentieth, two twentieths, ... are answered."""
    wrong = ~right[np.argsort(-confidence, kind="stable")]
    counts = np.linspace(0, len(wrong), 21).astype(int)[1:]
    return tuple(
        RiskAtCoverage(round(count / len(wrong), 5), round(float(wrong[:count].mean()), 5))
        for count in counts.tolist()
    )


def _bins(confidence: NDArray[np.float64], answerable: NDArray[np.bool_]) -> tuple[Bin, ...]:
    number = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    return tuple(
        Bin(
            round(float(confidence[number == i].mean()), 5),
            round(float(answerable[number == i].mean()), 5),
            int((number == i).sum()),
        )
        for i in range(_BINS)
        if (number == i).any()
    )


# A question counts as answered if its first passage is more probably right than not.
THRESHOLD = 0.5
_SHORT_STEP = 4  # so many times more whole questions
_FEW = 20  # passages
_WORDS_LEFT = 4  # of a question that is made short, at most


def observe(
    library: Library,
    dataset: Dataset,
    names: Mapping[str, str],
    step: int,
    progress: Progress,
    size: int | None = None,
) -> list[Observation]:
    """Ask every ``step``-th question with and without its passages.

    Args:
        library: holds the set's passages under their ids.
        dataset: the questions and what is relevant to them.
        names: lead from the library's passage ids to the set's.
        step: 1 for all questions.
        progress: called as the work proceeds.
        size: search no more than so many passages, drawn anew for each question: what a
            library of a few pages looks like; None for all.
    """
    random = Random(size)  # noqa: S311 - a sample, not a secret
    texts = {passage.id: passage.text for passage in dataset.passages}
    known = {passage_id: shingles(text) for passage_id, text in texts.items()}
    queries = [query for query in dataset.queries if query.id in dataset.qrels][::step]
    observations = []
    for done, query in enumerate(queries, 1):
        relevant = {passage for passage, grade in dataset.qrels[query.id].items() if grade > 0}
        gold = [known[passage] for passage in relevant if passage in known]
        taken = {
            passage for passage, own in known.items() if any(alike(own, other) for other in gold)
        }
        rest = [name for name in names.values() if name not in taken]
        searched: tuple[Sequence[str] | None, Sequence[str]] = (None, rest)
        if size is not None:
            held = sorted(relevant & known.keys())[:1]
            searched = (held + random.sample(rest, size - 1), random.sample(rest, size))
        for documents, answerable in zip(searched, (True, False), strict=True):
            candidates = library.candidates(query.text.strip(), documents=documents)
            first = names[candidates.ranked[0].id] if candidates.ranked else ""
            observations.append(Observation(features(candidates), answerable, first in relevant))
        progress("search", done, len(queries), query.text)
    return observations


def shortened(dataset: Dataset, encoder: TokenEncoder) -> Dataset:
    """Return the set with one to four words left of each question, the heaviest ones.

    People type "年假?" and "reset password" too, which whole sentences do not represent.
    """
    short = (short_form(query.text, encoder) for query in dataset.queries)
    pairs = zip(dataset.queries, short, strict=True)
    return replace(dataset, queries=tuple(replace(query, text=text) for query, text in pairs))


def short_form(question: str, encoder: TokenEncoder) -> str:
    """Return one to four words of a question, the heaviest ones."""
    (tokens,) = encoder.tokens([question])
    _, norms = encoder.token_vectors(tokens.ids)
    left = 1 + len(question) % _WORDS_LEFT
    spans = tokens.spans[np.sort(np.argsort(-norms, kind="stable")[:left])]
    words = [question[start:end] for start, end in spans.tolist()]
    between = "" if any(map(is_unspaced, question)) else " "
    return between.join(words) or question


def observe_foreign(
    library: Library, dataset: Dataset, step: int, progress: Progress
) -> list[Observation]:
    """Ask every ``step``-th question of a library that holds another set's passages."""
    queries = dataset.queries[::step]
    observations = []
    for done, query in enumerate(queries, 1):
        candidates = library.candidates(query.text.strip())
        observations.append(Observation(features(candidates), answerable=False, right=False))
        progress("search", done, len(queries), query.text)
    return observations


def observe_small_talk(library: Library, names: Mapping[str, str]) -> list[Observation]:
    """Ask what no documents are asked for: greetings, "why", the capital of France.

    Args:
        library: any.
        names: lead from its passage ids to its sources; every second time no more than
            twenty of these are searched.
    """
    random = Random(_FEW)  # noqa: S311 - a sample, not a secret
    sources = sorted(names.values())
    talk = files("qa.evaluation").joinpath("smalltalk.txt").read_text(encoding="utf-8").splitlines()
    observations = []
    for number, said in enumerate(talk):
        some = random.sample(sources, min(_FEW, len(sources))) if number // 2 % 2 else None
        candidates = library.candidates(said, documents=some)
        observations.append(Observation(features(candidates), answerable=False, right=False))
    return observations


def fit(observations: Sequence[Observation], names: Sequence[str] = FEATURES) -> Calibration:
    """Fit the logistic function: the probability that the first passage is a relevant one.

    Args:
        observations: of both kinds.
        names: the features to use.

    Raises:
        WenjuError: the extra ``eval`` is not installed.
    """
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise WenjuError(
            "Calibrating needs scikit-learn: pip install 'wenju[eval]' installs it."
        ) from error
    table = np.array([[o.features[name] for name in names] for o in observations])
    right = np.array([o.right for o in observations])
    model = LogisticRegression(C=10.0, max_iter=10_000)
    model.fit(table, right)
    weights = {
        name: round(float(weight), 5) for name, weight in zip(names, model.coef_[0], strict=True)
    }
    return Calibration(round(float(model.intercept_[0]), 5), weights, THRESHOLD)


class Calibrated(NamedTuple):
    """The reliability of a fitted confidence, and the file that holds its figures."""

    reliability: Reliability
    path: Path


def calibrate(
    datasets: Sequence[Dataset], model: str | Path | None, progress: Progress
) -> Calibrated:
    """Fit the confidence for a model, and keep the figures among the user's data.

    Args:
        datasets: questions with their passages.
        model: as :func:`embeddings.load_encoder` names it.
        progress: called as the work proceeds.

    Returns:
        The reliability on the half of the questions that were not fitted on, and the file.

    Raises:
        WenjuError: the extra ``eval`` is not installed, or the model cannot be had.
    """
    fitted_on: list[Observation] = []
    measured_on: list[Observation] = []
    words = load_models(None).token_encoder
    for dataset in datasets:
        with indexed(dataset, model=model, progress=progress) as (library, names):
            fingerprint = library.fingerprint
            observations = observe(library, dataset, names, 1, progress)
            short = shortened(dataset, words)
            fitted_on += observe(library, short, names, _SHORT_STEP, progress)
            fitted_on += observe_small_talk(library, names)
        for number, observation in enumerate(observations):
            (measured_on if number // 2 % 2 else fitted_on).append(observation)
    calibration = fit(fitted_on)
    path = own_calibration(fingerprint)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_private_file(path, json.dumps(asdict(calibration), indent=1))
    return Calibrated(reliability(calibration, measured_on), path)
