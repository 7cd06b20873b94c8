"""Fits the confidence of the bundled model, and measures how far it can be trusted.

Run: python -m benchmarks.calibrate   (ten minutes on two cores)
Writes qa/answering/confidence.json and results/confidence.json. Fitted on every second
observation of each set, measured on the others.
"""

import json
from dataclasses import asdict
from pathlib import Path

import qa
from benchmarks.machine import write_result
from benchmarks.sets import BOTH, evaluation_set, indexed
from qa.answering.confidence import FEATURES
from qa.evaluation.calibration import (
    Observation,
    fit,
    observe,
    observe_foreign,
    observe_small_talk,
    reliability,
    shortened,
)
from qa.progress import silent
from qa.storage.models import load_models

# Questions, their passages, and every how many-th question: some 600 questions a set.
SETS = (
    ("xquad-zh", "xquad-zh", 2),
    ("xquad-en", "xquad-en", 2),
    ("cmrc2018-dev", "cmrc2018-dev", 5),
    ("drcd-dev", "drcd-dev", 5),
    ("xquad-en", "xquad-zh", 4),
    ("xquad-zh", "xquad-en", 4),
    ("xquad-en", BOTH, 4),
    ("xquad-zh", BOTH, 4),
)
# Questions in lay words, which share few with what answers them. Other passages of the set
# answer as well, so that taking one out leaves nothing to call unanswerable.
LAY = "lawbench-consult"
SMALL = (1, 2, 5, 20)  # passages: what a library of a few pages looks like
# Questions of one set asked of another's passages: in their own language, and not.
FOREIGN = (
    ("xquad-zh", "cmrc2018-dev", 4),
    ("cmrc2018-dev", "xquad-zh", 10),
    ("lawbench-consult", "cmrc2018-dev", 2),
    ("drcd-dev", "lawbench-consult", 12),
)
FOREIGN_LANGUAGE = (
    ("xquad-en", "cmrc2018-dev", 6),
    ("xquad-en", "lawbench-consult", 6),
)


def main() -> None:
    """Observe, fit, measure, write."""
    observed: dict[str, list[Observation]] = {}
    few: list[Observation] = []
    short: list[Observation] = []
    few_short: list[Observation] = []
    talk: list[Observation] = []
    words = load_models(None).token_encoder
    for questions, passages, step in SETS:
        dataset = evaluation_set(questions, passages)
        name = questions if questions == passages else f"{questions}@{passages}"
        brief = shortened(dataset, words)
        with indexed(dataset) as (library, names):
            observed[name] = observe(library, dataset, names, step, silent)
            for size in SMALL:
                few += observe(library, dataset, names, 8 * step, silent, size)
                few_short += observe(library, brief, names, 8 * step, silent, size)
            short += observe(library, brief, names, 2 * step, silent)
            if passages in (questions, BOTH):
                talk += observe_small_talk(library, names)
        print(f"{name}: {len(observed[name])} observations", flush=True)
    foreign, elsewhere = _foreign(FOREIGN), _foreign(FOREIGN_LANGUAGE)
    lay = _lay()

    fitted_on = [o for observations in observed.values() for o in _half(observations, 0)]
    fitted_on += _half(few, 0)
    fitted_on += foreign[::2] + elsewhere[::2] + lay[::4]
    # Half of the weight of whole questions: what is left of a question is a guess at what
    # people type.
    fitted_on += _half(_half(short, 0), 0) + _half(_half(few_short, 0), 0) + talk[::2]
    without_cosine = [name for name in FEATURES if "dense" not in name and name != "score_gap"]
    calibrations = {
        "": fit(fitted_on, without_cosine),
        load_models(None).fingerprint: fit(fitted_on),
    }
    text = json.dumps({name: asdict(c) for name, c in calibrations.items()}, indent=1)
    (Path(qa.__file__).parent / "confidence.json").write_text(text + "\n", encoding="utf-8")

    calibration = calibrations[load_models(None).fingerprint]
    figures = {
        name: asdict(reliability(calibration, _half(observations, 1)))
        for name, observations in observed.items()
    }
    rest = [o for observations in observed.values() for o in _half(observations, 1)]
    answerable = [
        o
        for name, observations in observed.items()
        for o in _half(observations, 1)
        if o.answerable and "@" not in name
    ]
    figures["small libraries"] = asdict(reliability(calibration, _half(few, 1)))
    figures["all"] = asdict(reliability(calibration, rest))
    figures["short questions"] = asdict(reliability(calibration, _half(short, 1)))
    figures["small talk"] = asdict(reliability(calibration, answerable + talk[1::2]))
    figures["foreign corpus"] = asdict(reliability(calibration, answerable + foreign[1::2]))
    figures["foreign language"] = asdict(reliability(calibration, answerable + elsewhere[1::2]))
    figures["lay questions"] = asdict(reliability(calibration, lay[1::2] + foreign[1::2]))
    for name, figure in figures.items():
        print(
            name,
            {key: value for key, value in figure.items() if key not in ("bins", "risk_coverage")},
        )
    write_result("confidence", figures)


def _foreign(sets: tuple[tuple[str, str, int], ...]) -> list[Observation]:
    """Questions that have no answer, since they are asked of another set's passages."""
    observations: list[Observation] = []
    for questions, passages, step in sets:
        dataset = evaluation_set(questions, passages)
        with indexed(dataset) as (library, _):
            observations += observe_foreign(library, dataset, step, silent)
        print(f"{questions}@{passages}: foreign", flush=True)
    return observations


def _lay() -> list[Observation]:
    """Questions in lay words that have an answer."""
    dataset = evaluation_set(LAY)
    with indexed(dataset) as (library, names):
        return [o for o in observe(library, dataset, names, 2, silent) if o.answerable]


def _half(observations: list[Observation], which: int) -> list[Observation]:
    """Every second question's pair of observations."""
    return [o for i, o in enumerate(observations) if i // 2 % 2 == which]


if __name__ == "__main__":
    main()
