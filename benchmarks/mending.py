"""How well broken pages are mended: paragraphs broken as columns and hard wraps break them.

Clean paragraphs of public data sets are set as pages, in five ways, and read again.
At each place where the page broke a line there are two answers: the paragraph goes
on, or it ends. *Joins* scores the first answer, *ends* the second, each by precision
and recall; a paragraph taken for a heading or a byline counts as ended on both sides.

    python -m benchmarks.mending [--paragraphs 600]
"""

import argparse
import gzip
import json
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path

import corpus
from benchmarks.breaking import WAYS, Setter
from benchmarks.machine import DATA, write_result
from corpus.characters import ends_sentence

SEED = 20261122
PARAGRAPHS_A_PAGE = 24

SOURCES = {
    "zh": ("eval/cmrc2018-dev/corpus.jsonl.gz", "text"),
    "zh-Hant": ("eval/drcd-dev/corpus.jsonl.gz", "text"),
    "en": ("train/qa/squad-train-en.jsonl.gz", "passage"),
}


@dataclass
class Score:
    """Counts of one answer: right, given wrongly, missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def count(self, given: bool, true: bool) -> None:
        """Count one break."""
        self.right += given and true
        self.wrong += given and not true
        self.missed += true and not given

    @property
    def precision(self) -> float:
        """Share of the answers given that were right."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """Share of the right answers that were given."""
        return self.right / max(self.right + self.missed, 1)

    def figures(self) -> dict[str, float]:
        """Precision, recall, and how many there were to find."""
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "count": self.right + self.missed,
        }


def paragraphs_of(data: Path, language: str, wanted: int) -> list[str]:
    """Distinct paragraphs, whole and of one line."""
    name, field = SOURCES[language]
    found: dict[str, None] = {}
    with gzip.open(data / name, "rt", encoding="utf-8") as lines:
        for line in lines:
            text = " ".join(json.loads(line)[field].split())
            if 60 <= len(text) <= 1500 and ends_sentence(text):
                found[text] = None
            if len(found) == wanted:
                break
    return list(found)


@dataclass
class Mending:
    """What reading made of the breaks of one way of breaking.

    Attributes:
        joins: breaks after which the paragraph goes on.
        ends: breaks after which it ends.
        untraceable: breaks within a paragraph that leave no trace: a blank line where
            a sentence ends, as at the end of a paragraph. They count as missed joins.
    """

    joins: Score = field(default_factory=Score)
    ends: Score = field(default_factory=Score)
    untraceable: int = 0

    def add(self, other: "Mending") -> None:
        """Add the counts of another way."""
        for mine, theirs in ((self.joins, other.joins), (self.ends, other.ends)):
            mine.right += theirs.right
            mine.wrong += theirs.wrong
            mine.missed += theirs.missed
        self.untraceable += other.untraceable

    def figures(self) -> dict[str, object]:
        """All figures of the way."""
        traceable = max(self.joins.right + self.joins.missed - self.untraceable, 1)
        return {
            "joins": self.joins.figures(),
            "ends": self.ends.figures(),
            "untraceable": self.untraceable,
            "recall_of_traceable_joins": round(min(self.joins.right / traceable, 1.0), 4),
        }


def measure(paragraphs: list[str], way: Setter) -> Mending:
    """Break paragraphs one way and score what reading mends."""
    chance = random.Random(SEED)  # noqa: S311 (the same pages on every run)
    mending = Mending()
    for first in range(0, len(paragraphs), PARAGRAPHS_A_PAGE):
        page = way(paragraphs[first : first + PARAGRAPHS_A_PAGE], chance)
        text = "".join(page.pieces)
        document = corpus.read_document(text.encode(), "page.txt")
        owner = [-1] * len(text)
        for passage in document.passages:
            for start, end in passage.spans:
                owner[start:end] = [passage.number] * (end - start)
        for above, below, goes_on in page.breaks:
            last = above - 1 if owner[above - 1] >= 0 else above - 2  # but a hyphen left out
            joined = owner[last] >= 0 and owner[last] == owner[below]
            mending.joins.count(joined, goes_on)
            mending.ends.count(not joined, not goes_on)
            line = text[text.rfind("\n", 0, above) + 1 : above]
            blank = text[above:below].count("\n") > 1
            mending.untraceable += goes_on and not joined and blank and ends_sentence(line)
    return mending


def main() -> None:
    """Measure, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--paragraphs", type=int, default=600, help="of each language")
    wanted = parser.parse_args().paragraphs
    if not DATA.is_dir():
        sys.exit(f"no data sets in {DATA} (name their folder with WENJU_DATA)")
    results: dict[str, dict[str, object]] = {}
    print(f"{'':54}{'joins':14}{'ends':14}traceable joins")
    for language in SOURCES:
        paragraphs = paragraphs_of(DATA, language, wanted)
        results[language] = {"paragraphs": len(paragraphs)}
        total = Mending()
        for name, way in WAYS.items():
            mending = measure(paragraphs, way)
            total.add(mending)
            results[language][name] = report(language, name, mending)
        results[language]["all"] = report(language, "all", total)
    write_result("mending", {"seed": SEED, **results})


def report(language: str, name: str, mending: Mending) -> dict[str, object]:
    """Print one row of the table and return its figures."""
    pairs = [score.figures() for score in (mending.joins, mending.ends)]
    cells = "".join(f"{pair['precision']:.3f} {pair['recall']:.3f}   " for pair in pairs)
    figures = mending.figures()
    print(f"{language:9}{name:45}{cells}{figures['recall_of_traceable_joins']:.3f}")
    return figures


if __name__ == "__main__":
    main()
