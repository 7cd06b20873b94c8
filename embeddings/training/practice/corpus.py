"""Loads the corpus of practice: passages, questions, and the split they belong to.

``organisations/*.json`` contain documents and questions written for this project.
``statutes/*.jsonl`` contain questions over public statutes, whose texts are read from the data
folder.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from embeddings.training.settings import data_folder

HERE = Path(__file__).parent
Split = Literal["training", "development", "test"]
SPLITS: tuple[Split, ...] = ("training", "development", "test")


class Answer(NamedTuple):
    """A half-open range of code points in the text of a passage."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PracticePassage:
    """A passage of practice.

    Attributes:
        group: the organisation or the statute; a split contains it whole.
        document: the title of its document.
        headings: what it is under, outermost first.
        text: the passage.
    """

    group: str
    document: str
    headings: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class PracticeQuestion:
    """A question of practice.

    Attributes:
        text: as a person would type it.
        kind: ``figure``, ``yesno``, ``table``, ``near``, …; see the card.
        passage: the one that answers, or for a near miss the one that tempts most.
        answer: where ``passage`` answers; None for a near miss, which nothing answers.
        verdict: of a yes/no question.
        before: the earlier questions of the conversation, oldest first.
    """

    text: str
    kind: str
    passage: PracticePassage
    answer: Answer | None
    verdict: Literal["yes", "no"] | None
    before: tuple[str, ...]


def load(split: Split) -> list[PracticeQuestion]:
    """Return the questions of one split: those over organisations, then those over statutes.

    Raises:
        FileNotFoundError: the data folder does not contain the statutes.
    """
    groups = frozenset(_splits()[split])
    return [*_of_organisations(groups), *_of_statutes(groups)]


def passages(split: Split) -> list[PracticePassage]:
    """Return every passage of the organisations of one split, asked about or not."""
    groups = frozenset(_splits()[split])
    return [
        passage
        for organisation in organisations()
        if organisation["organisation"] in groups
        for document in _documents(organisation)
        for passage in document
    ]


def organisations() -> Iterator[Mapping[str, Any]]:
    """Yield the content of each organisation's file, in the order of the file names."""
    for path in sorted((HERE / "organisations").glob("*.json")):
        yield json.loads(path.read_text("utf-8"))


def statute_questions() -> Iterator[Mapping[str, Any]]:
    """Yield the questions over statutes as they are stored."""
    for path in sorted((HERE / "statutes").glob("*.jsonl")):
        yield from map(json.loads, path.read_text("utf-8").splitlines())


@cache
def statutes() -> Mapping[str, Mapping[str, str]]:
    """Return the text of each article by statute and number, from the data folder."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    path = data_folder() / "train" / "text" / "laws-zh.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            found[row["law"]].setdefault(row["article"], row["text"])
    return found


@cache
def _splits() -> Mapping[str, list[str]]:
    splits: Mapping[str, list[str]] = json.loads((HERE / "splits.json").read_text("utf-8"))
    return splits


def _documents(organisation: Mapping[str, Any]) -> list[list[PracticePassage]]:
    return [
        [
            PracticePassage(
                organisation["organisation"],
                document["title"],
                tuple(paragraph["headings"]),
                paragraph["text"],
            )
            for paragraph in document["paragraphs"]
        ]
        for document in organisation["documents"]
    ]


def _of_organisations(groups: frozenset[str]) -> Iterator[PracticeQuestion]:
    for organisation in organisations():
        if organisation["organisation"] not in groups:
            continue
        documents = _documents(organisation)
        for asked in organisation["questions"]:
            passage = documents[asked["document"]][asked["paragraph"]]
            yield _question(asked, passage, _located(asked["answer"], passage.text))


def _of_statutes(groups: frozenset[str]) -> Iterator[PracticeQuestion]:
    for asked in statute_questions():
        if asked["statute"] not in groups:
            continue
        text = statutes()[asked["statute"]][asked["article"]]
        passage = PracticePassage(asked["statute"], asked["statute"], (asked["article"],), text)
        answer = asked["answer"]
        yield _question(asked, passage, None if answer is None else Answer(*answer))


def _question(
    asked: Mapping[str, Any], passage: PracticePassage, answer: Answer | None
) -> PracticeQuestion:
    return PracticeQuestion(
        text=asked["q"],
        kind=asked["type"],
        passage=passage,
        answer=answer,
        verdict=asked.get("yesno"),
        before=tuple(asked.get("before") or ()),
    )


def _located(answer: str | None, text: str) -> Answer | None:
    if answer is None:
        return None
    start = text.index(answer)
    return Answer(start, start + len(answer))
