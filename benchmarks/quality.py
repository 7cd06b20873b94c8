"""The measured table: every evaluation set, each leg alone, their fusion, and all of it.

Run: python -m benchmarks.quality [SET ...]   (all sets: half an hour on two cores)
"""

import sys

from benchmarks.machine import DATA, write_result
from qa.datasets import load_dataset
from qa.evaluate import evaluate
from qa.search import Legs

LEGS: tuple[Legs, ...] = ("lexical", "dense", "fusion", "full")

# Questions of the one, passages of the other where there is an @.
SETS = (
    "xquad-zh",
    "xquad-en",
    "cmrc2018-dev",
    "drcd-dev",
    "stard",
    "lawbench-consult",
    "xquad-en@xquad-zh",
    "xquad-zh@xquad-en",
    "xquad-es",
    "xquad-de",
    "xquad-ru",
    "xquad-ar",
)


def main() -> None:
    """Measure the sets named, or all, and write the result as it grows."""
    figures: dict[str, dict[str, dict[str, object]]] = {}
    chosen = sys.argv[1:] or SETS
    for name in chosen:
        questions, _, passages = name.partition("@")
        dataset = load_dataset(
            DATA / "eval" / questions, DATA / "eval" / passages if passages else None
        )
        figures[name] = {}
        for legs in LEGS:
            evaluation, _ = evaluate(dataset, legs=legs, progress=_quiet)
            figures[name][legs] = evaluation.to_dict()
            print(
                f"{name:20} {legs:8} nDCG@10 {evaluation.metrics['nDCG@10']:.4f}"
                f"  R@1 {evaluation.metrics['R@1']:.4f}  p50 {evaluation.latency_p50:.1f} ms",
                flush=True,
            )
    if chosen == SETS:
        write_result("quality", figures)


def _quiet(stage: str, done: int, total: int, item: str = "") -> None:
    """The table itself is the progress."""


if __name__ == "__main__":
    main()
