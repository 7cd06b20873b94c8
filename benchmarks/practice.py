"""Measures how questions of practice are answered: rightly, wrongly, or not at all.

Run: python -m benchmarks.practice   (five minutes; ``--split development`` for choosing constants)
Reads the corpus of practice (``embeddings/training/practice``) and writes results/practice.json.
Each organisation is a library of its documents as Markdown files; follow-ups are asked after the
questions before them.

``right``: answered, and a quote contains the answer; ``wrong``: answered, and none does;
``refused``: not answered although the documents answer; ``declined``: unanswerable and not
answered. ``first`` and ``among_five``: the passage that answers is the first hit, or one of five.
All is asked twice, first without the reader.
"""

import argparse
import json
import os
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.machine import write_result
from benchmarks.sets import kept_library
from embeddings.training.practice.corpus import HERE as PRACTICE
from embeddings.training.practice.corpus import SPLITS, organisations
from qa import Answer, Hit, Library, LocatedPassage


def main() -> None:
    """Ask, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=SPLITS, default="test")
    split = parser.parse_args().split
    figures: dict[str, dict[str, float]] = {}
    # The reader of a library is the setting's, unless it is opened with one.
    for name, setting in (("without reader", "off"), ("", "on")):
        os.environ["WENJU_READER"] = setting
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        milliseconds: list[float] = []
        for organisation in organisations_of(split):
            for asked, answer, took in _asked(organisation):
                score = Counter(_scores(organisation, asked, answer))
                milliseconds.append(took)
                for group in ("all", organisation["language"], asked["type"]):
                    counts[group] += score
        shares = {group: _shares(count) for group, count in counts.items()}
        shares["all"] |= {
            f"ms_p{share}": round(float(np.percentile(milliseconds, share)), 1)
            for share in (50, 90, 99)
        }
        figures |= {name: shares["all"]} if name else shares
    for group, shares_of_group in figures.items():
        print(f"{group:14}", shares_of_group)
    if split == "test":
        write_result("practice", figures)


def organisations_of(split: str) -> Iterator[Mapping[str, Any]]:
    """Yield the organisations of a split."""
    names = json.loads((PRACTICE / "splits.json").read_text("utf-8"))[split]
    return (one for one in organisations() if one["organisation"] in names)


def library_of(organisation: Mapping[str, Any]) -> AbstractContextManager[Library]:
    """Open the library of an organisation: its documents as Markdown files."""

    def fill(library: Library) -> None:
        with tempfile.TemporaryDirectory() as folder:
            write_documents(organisation, Path(folder))
            library.add(folder)

    return kept_library(json.dumps(organisation["documents"], ensure_ascii=False), fill)


def write_documents(organisation: Mapping[str, Any], folder: Path) -> None:
    """Write the documents of an organisation as Markdown files."""
    for number, document in enumerate(organisation["documents"]):
        path = folder / f"{number} {_safe(document['title'])}.md"
        path.write_text(_markdown(document), "utf-8")


def is_right(
    organisation: Mapping[str, Any], asked: Mapping[str, Any], hit: Hit | LocatedPassage
) -> bool:
    """Return whether a passage is the one that answers a question."""
    document = organisation["documents"][asked["document"]]
    text = _squeezed(document["paragraphs"][asked["paragraph"]]["text"])
    found = _squeezed(hit.text)
    return hit.title == document["title"] and (found in text or text in found)


class _Asked(NamedTuple):
    """A question of practice, its answer, and the milliseconds that it took.

    Those of a follow-up are without the questions before it.
    """

    question: Mapping[str, Any]
    answer: Answer
    milliseconds: float


def _asked(organisation: Mapping[str, Any]) -> Iterator[_Asked]:
    """Yield each question of an organisation with its answer."""
    with library_of(organisation) as library:
        for asked in organisation["questions"]:
            conversation = library.conversation()
            for earlier in asked.get("before") or ():
                conversation.ask(earlier)
            started = time.perf_counter()
            answer = conversation.ask(asked["q"])
            yield _Asked(asked, answer, 1000 * (time.perf_counter() - started))


def _scores(
    organisation: Mapping[str, Any], asked: Mapping[str, Any], answer: Answer
) -> Iterator[str]:
    if asked["answer"] is None:
        yield "unanswerable"
        if not answer.answered:
            yield "declined"
        return
    yield "answerable"
    quoted = "".join(citation.quote for citation in answer.citations)
    if not answer.answered:
        yield "refused"
    else:
        yield "right" if _squeezed(asked["answer"]) in _squeezed(quoted) else "wrong"
    places = [hit.rank for hit in answer.hits if is_right(organisation, asked, hit)]
    if places and places[0] == 1:
        yield "first"
    if places and places[0] <= 5:
        yield "among_five"


def _shares(count: Counter[str]) -> dict[str, float]:
    shares: dict[str, float] = {"questions": count["answerable"] + count["unanswerable"]}
    for name in ("right", "wrong", "refused", "first", "among_five"):
        if count["answerable"]:
            shares[name] = round(count[name] / count["answerable"], 3)
    if count["unanswerable"]:
        shares["declined"] = round(count["declined"] / count["unanswerable"], 3)
    return shares


def _markdown(document: Mapping[str, Any]) -> str:
    """A document as a Markdown file: headings once, rows of tables as a pipe table."""
    lines = [f"# {document['title']}"]
    above: list[str] = []
    for paragraph in document["paragraphs"]:
        if paragraph["headings"] != above:
            above = paragraph["headings"]
            lines += [f"{'#' * (level + 2)} {name}" for level, name in enumerate(above)]
        lines.append(_rows(paragraph["text"]))
    return "\n\n".join(lines) + "\n"


def _rows(text: str) -> str:
    written: list[str] = []
    columns = 0
    for line in text.splitlines():
        cells = line.split(" | ")
        if len(cells) > 1:
            if not columns and written:
                written.append("")
            written.append(f"| {' | '.join(cells)} |")
            if not columns:
                columns = len(cells)
                written.append(f"|{'---|' * columns}")
        else:
            if columns:
                written.append("")
            columns = 0
            written.append(line)
    return "\n".join(written)


def _safe(title: str) -> str:
    return re.sub(r"[^\w]+", " ", title).strip()[:60]


def _squeezed(text: str) -> str:
    return re.sub(r"[\s|]+", "", text).lower()


if __name__ == "__main__":
    main()
