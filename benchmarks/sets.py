"""The evaluation sets: their own questions and passages, another's, or two languages mixed."""

from dataclasses import replace

from benchmarks.machine import DATA
from qa.evaluation.datasets import Dataset, load_dataset

#: Every second paragraph of XQuAD in Chinese, the others in English.
BOTH = "both languages"


def evaluation_set(questions: str, passages: str = "") -> Dataset:
    """The questions of a set, and its own passages, those of another set, or :data:`BOTH`."""
    if passages != BOTH:
        return load_dataset(
            DATA / "eval" / questions, DATA / "eval" / passages if passages else None
        )
    chinese, english = (load_dataset(DATA / "eval" / name) for name in ("xquad-zh", "xquad-en"))
    paragraphs = zip(chinese.passages, english.passages, strict=True)
    return replace(
        chinese if questions == chinese.name else english,
        passages=tuple(pair[number % 2] for number, pair in enumerate(paragraphs)),
    )
