"""Fits the confidence of the bundled model, and measures how far it can be trusted.

Run: python -m benchmarks.calibrate   (ten minutes on two cores, once the libraries are read)
Writes qa/answering/confidence.json and results/confidence.json. It is fitted on the training
split of the corpus of practice and on CMRC, SQuAD and JaQuAD training questions. The
development split of practice and the published sets are measured only.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import qa
from benchmarks.machine import DATA, write_result
from benchmarks.practice import is_right, library_of, organisations_of
from benchmarks.sets import BOTH, evaluation_set, indexed, libraries
from embeddings import TokenEncoder
from qa import Library
from qa.answering.confidence import Calibration, features
from qa.evaluation.calibration import (
    Observation,
    fit,
    observe,
    observe_foreign,
    observe_small_talk,
    reliability,
    short_form,
    shortened,
)
from qa.evaluation.datasets import Dataset, EvaluationPassage, EvaluationQuery
from qa.progress import silent
from qa.results import PassageId
from qa.storage.models import load_models

OPEN_SETS = ("cmrc2018-train-zh", "squad-train-en", "jaquad-train-ja")
OPEN_PASSAGES = 250
SMALL = (2, 10)  # passages: what a library of a few pages looks like
# Measured, never fitted on: questions, their passages, and every how many-th question.
SETS = (
    ("xquad-zh", "xquad-zh", 4),
    ("xquad-en", "xquad-en", 4),
    ("cmrc2018-dev", "cmrc2018-dev", 10),
    ("drcd-dev", "drcd-dev", 10),
    ("xquad-en", "xquad-zh", 4),
    ("xquad-zh", "xquad-en", 4),
    ("xquad-en", BOTH, 4),
    ("xquad-zh", BOTH, 4),
)


def main() -> None:
    """Observe, fit, choose the threshold, measure, write."""
    models = load_models(None)
    words = models.token_encoder
    fitted_on = [
        *_kept("practice", lambda: _practice("training", words)),
        *_kept("open-sets", lambda: _open_sets(words)),
    ]
    print(f"fitted on {len(fitted_on)} observations", flush=True)
    development = _kept("development", lambda: _practice("development", None))
    calibration = fit(fitted_on)
    _write({models.fingerprint: calibration})

    figures = {"practice, development": asdict(reliability(calibration, development))}
    for questions, passages, step in SETS:
        dataset = evaluation_set(questions, passages)
        name = questions if questions == passages else f"{questions}@{passages}"
        with indexed(dataset) as (library, names):
            observed = observe(library, dataset, names, step, silent)
        figures[name] = asdict(reliability(calibration, observed))
    for name, figure in figures.items():
        print(name, {key: value for key, value in figure.items() if isinstance(value, float)})
    write_result("confidence", figures)


def _kept(name: str, observe_all: Callable[[], Iterator[Observation]]) -> list[Observation]:
    """Return observations that an earlier run kept beside the libraries, or make them."""
    path = libraries() / f"{name}-{load_models(None).fingerprint}.jsonl"
    if not path.exists():
        lines = [json.dumps(asdict(one)) for one in observe_all()]
        path.write_text("\n".join(lines), "utf-8")
    return [Observation(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def _practice(split: str, words: TokenEncoder | None) -> Iterator[Observation]:
    """Ask the questions of practice.

    Args:
        split: of the corpus of practice.
        words: makes some questions short, and asks some of one document or of another
            organisation; None for whole questions of their own organisation only.
    """
    all_ = list(organisations_of(split))
    for number, organisation in enumerate(all_):
        with library_of(organisation) as library:
            sources = {source: one.id for one in library.documents() for source in one.sources}
            alone = [asked for asked in organisation["questions"] if not asked.get("before")]
            for place, asked in enumerate(alone):
                yield _observed(library, organisation, asked, asked["q"])
                if words is None:
                    continue
                if place % 4 == 0:
                    yield _observed(library, organisation, asked, short_form(asked["q"], words))
                if place % 2 == 0:
                    number_ = f"{asked['document']} "
                    (own,) = {i for s, i in sources.items() if Path(s).name.startswith(number_)}
                    yield _observed(library, organisation, asked, asked["q"], own)
            if words is not None:
                for asked in all_[number - 1]["questions"][::4]:
                    found = library.candidates(asked["q"])
                    yield Observation(features(found), answerable=False, right=False)
                if number % 8 == 0:
                    names: dict[str, str] = {
                        PassageId.of(one.id, 0): one.id for one in library.documents()
                    }
                    yield from observe_small_talk(library, names)


def _observed(
    library: Library,
    organisation: Mapping[str, Any],
    asked: Mapping[str, Any],
    question: str,
    document: str | None = None,
) -> Observation:
    """Ask one question, of the whole library or of one document."""
    among = None if document is None else [document]
    found = library.candidates(question, documents=among)
    right = False
    if asked["answer"] is not None and found.ranked:
        right = is_right(organisation, asked, library.passage(found.ranked[0].id))
    return Observation(features(found), asked["answer"] is not None, right)


def _open_sets(words: TokenEncoder) -> Iterator[Observation]:
    """Ask questions of the open training sets, with and without their passages."""
    sets = [open_set(name) for name in OPEN_SETS]
    for number, dataset in enumerate(sets):
        with indexed(dataset) as (library, names):
            yield from observe(library, dataset, names, 1, silent)
            yield from observe(library, shortened(dataset, words), names, 4, silent)
            for size in SMALL:
                yield from observe(library, dataset, names, 8, silent, size)
            yield from observe_foreign(library, sets[number - 1], 4, silent)


def open_set(name: str) -> Dataset:
    """A question for each of some passages of an open training set."""
    asked: dict[str, str] = {}
    with gzip.open(DATA / "train" / "qa" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            asked.setdefault(row["passage"], row["question"])
    step = max(1, len(asked) // OPEN_PASSAGES)
    pairs = list(asked.items())[::step][:OPEN_PASSAGES]
    return Dataset(
        name,
        tuple(EvaluationPassage(str(i), "", passage) for i, (passage, _) in enumerate(pairs)),
        tuple(EvaluationQuery(str(i), question, ()) for i, (_, question) in enumerate(pairs)),
        {str(i): {str(i): 1} for i in range(len(pairs))},
    )


def _write(fitted: Mapping[str, Calibration]) -> None:
    """Write the figures of these models; those of others stay."""
    path = Path(qa.__file__).parent / "answering" / "confidence.json"
    stored = json.loads(path.read_text("utf-8"))
    stored.update({name: asdict(calibration) for name, calibration in fitted.items()})
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
