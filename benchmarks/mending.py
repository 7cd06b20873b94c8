"""How well broken pages are mended: paragraphs broken as columns and hard wraps break them.

Clean paragraphs of public data sets are set as pages, in five ways, and read again.
At each place where the page broke a line there are two answers: the paragraph goes
on, or it ends. *Joins* scores the first answer, *ends* the second, each by precision
and recall; a paragraph taken for a heading or a byline counts as ended on both sides.

    python benchmarks/mending.py [--data DIR] [--paragraphs 600] [--output mending.json]
"""

import argparse
import gzip
import json
import os
import platform
import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import corpus
from corpus.characters import ends_sentence, is_chinese, width

ROOT = Path(__file__).resolve().parent.parent
SEED = 20261122
PARAGRAPHS_A_PAGE = 24

SOURCES = {
    "zh": ("eval/cmrc2018-dev/corpus.jsonl.gz", "text"),
    "zh-Hant": ("eval/drcd-dev/corpus.jsonl.gz", "text"),
    "en": ("train/qa/squad-train-en.jsonl.gz", "passage"),
}

Setter = Callable[[list[str], random.Random], "Page"]

# One broken page: its text, and each break as (end of the piece above, start of the
# piece below, whether the paragraph goes on).
Break = tuple[int, int, bool]


class Page:
    """Collects pieces of paragraphs and the breaks between them."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.breaks: list[Break] = []
        self._length = 0

    def add(self, piece: str, glue: str, goes_on: bool) -> None:
        """Add a piece, parted by ``glue`` from the one before it."""
        piece = piece.rstrip()
        indent = len(piece) - len(piece.lstrip())
        if self.pieces:
            above = self._length
            self._write(glue)
            self.breaks.append((above, self._length + indent, goes_on))
        self._write(piece)

    def _write(self, text: str) -> None:
        self.pieces.append(text)
        self._length += len(text)


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

    def figures(self) -> dict[str, float]:
        """Precision, recall, and how many there were to find."""
        return {
            "precision": round(self.right / max(self.right + self.wrong, 1), 4),
            "recall": round(self.right / max(self.right + self.missed, 1), 4),
            "count": self.right + self.missed,
        }


def columns(paragraphs: list[str], chance: random.Random) -> Page:
    """A newspaper: a paragraph a line, blank lines between, broken at column ends."""
    page = Page()
    left = chance.randint(200, 600)
    for paragraph in paragraphs:
        goes_on = False
        rest = paragraph
        while len(rest) > left:
            piece, rest = cut(rest, left, chance)
            page.add(piece, "\n\n", goes_on)
            goes_on = True
            left = chance.randint(500, 700)
        if rest:
            page.add(rest, "\n\n", goes_on)
            left -= len(rest)
    return page


def wrapped(columns_wide: int, indent: str, between: str, lines_a_page: int) -> Setter:
    """Hard wraps of one measure, with pages or columns of so many lines."""

    def set_page(paragraphs: list[str], chance: random.Random) -> Page:
        page = Page()
        number = 0
        for paragraph in paragraphs:
            for i, line in enumerate(wrap(indent + paragraph, columns_wide, chance)):
                glue = "\n" if i else "\n" + between
                number += 1
                if number % lines_a_page == 0:
                    glue = "\n\n"
                page.add(line, glue, bool(i))
        return page

    return set_page


WAYS: dict[str, Setter] = {
    "newspaper columns": columns,
    "hard wraps, blank lines between paragraphs": wrapped(72, "", "\n", 45),
    "hard wraps, paragraphs indented": wrapped(72, "    ", "", 45),
    "two narrow columns, blank lines": wrapped(36, "", "\n", 50),
    "two narrow columns, indented": wrapped(36, "  ", "", 50),
}


def cut(text: str, place: int, chance: random.Random) -> tuple[str, str]:
    """Cut where a compositor would: no mark begins a line, a word breaks at a hyphen."""
    if is_chinese(text[place - 1]) or is_chinese(text[place]):
        while 0 < place < len(text) and text[place] in "，。、；：！？”’」』）》…,.;:!?)":
            place += 1
        return text[:place], text[place:]
    start = text.rfind(" ", 0, place + 1)
    run = place - 1
    while run > 0 and text[run] != " " and not is_chinese(text[run]):
        run -= 1
    if run > start and text[run + 1] not in ",.;:!?)":
        return text[: run + 1], text[run + 1 :]  # before a word that stands in Chinese
    if start <= 0:
        return text[:place], text[place:]
    word = re.match(r"\S*", text[start + 1 :])
    letters = word.group() if word else ""
    room = place - start - 2  # letters of the word that fit, with their hyphen
    lower = letters.isalpha() and letters.islower()
    if lower and 2 < room < len(letters) - 2 and chance.random() < 0.3:
        return text[: start + 1 + room] + "-", text[start + 1 + room :]
    return text[:start], text[start + 1 :]


def wrap(text: str, measure: int, chance: random.Random) -> Iterator[str]:
    """Lines of at most ``measure`` columns."""
    while width(text) > measure:
        place = measure if not is_chinese(text[measure // 2]) else measure // 2
        while width(text[:place]) < measure and place < len(text):
            place += 1
        while width(text[:place]) > measure:
            place -= 1
        line, text = cut(text, place, chance)
        yield line
    if text:
        yield text


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
    data = Path(os.environ.get("WENJU_DATA") or ROOT.parent / "shared")
    parser.add_argument("--data", type=Path, default=data)
    parser.add_argument("--paragraphs", type=int, default=600)
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".json"))
    options = parser.parse_args()
    if not options.data.is_dir():
        sys.exit(f"no data sets in {options.data} (name their folder with WENJU_DATA)")
    results: dict[str, dict[str, object]] = {}
    print(f"{'':54}{'joins':14}{'ends':14}traceable joins")
    for language in SOURCES:
        paragraphs = paragraphs_of(options.data, language, options.paragraphs)
        results[language] = {"paragraphs": len(paragraphs)}
        total = Mending()
        for name, way in WAYS.items():
            mending = measure(paragraphs, way)
            total.add(mending)
            results[language][name] = report(language, name, mending)
        results[language]["all"] = report(language, "all", total)
    written = {
        "machine": {"cores": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}"},
        "versions": {"python": platform.python_version(), "wenju": version("wenju")},
        "seed": SEED,
        "results": results,
    }
    options.output.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", "utf-8")


def report(language: str, name: str, mending: Mending) -> dict[str, object]:
    """Print one row of the table and return its figures."""
    pairs = [score.figures() for score in (mending.joins, mending.ends)]
    cells = "".join(f"{pair['precision']:.3f} {pair['recall']:.3f}   " for pair in pairs)
    figures = mending.figures()
    print(f"{language:9}{name:45}{cells}{figures['recall_of_traceable_joins']:.3f}")
    return figures


if __name__ == "__main__":
    main()
