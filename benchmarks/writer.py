"""How often the check of the writer's sentences is right, and where its bars come from.

Run: python -m benchmarks.writer   (half a minute on two cores)
Reads written.jsonl and the data sets, writes results/writer.json.

Sentences with a known verdict, each held against one passage:

- ``own``: written for this by hand over the demo library, supported and not.
- ``asked``: a Chinese question of XQuAD or CMRC 2018 with its answer in the place of its
  question word is a statement that the passage supports in other words; XQuAD's, held
  against the English passage, is one across languages. Not supported: the same statement
  held against the passage before (``another passage``), with an answer from elsewhere
  (``another answer``), with another figure (``figure``), and with an answer to another
  question about the same passage (``mixed up``), whose every word stands there.
- ``quoted``: the first sentence of a passage of XQuAD, Chinese and English, and the same
  with a negation added or taken away (``negated``).

One half of each, drawn by a hash of the sentence, chooses the bars of ``qa.writer.support``
(the balanced accuracy over the kinds that a bar can catch); the other half gives the figures.
"""

import gzip
import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from benchmarks.machine import DATA, HERE, write_result
from corpus import sentences
from corpus.characters import has_han
from embeddings import TokenEncoder
from qa import Library
from qa.storage.models import load_models
from qa.writer.figures import figures, stated_figures
from qa.writer.negation import opposite
from qa.writer.support import Checker

SENTENCES = HERE / "written.jsonl"
QUESTIONS = 1_200  # of each data set
SUPPORTED = ("close", "paraphrase", "translation", "asked", "quoted")
CAUGHT_BY_BAR = ("invented", "other", "instruction", "another passage", "another answer")
BARS = [step / 100 for step in range(5, 100, 5)]

_QUESTION_WORD = re.compile(
    "哪(?:一)?(?:位|个人|个人物|年|里|儿|天|个|些|种|座|家|支|所)|谁|什么(?:时候|人|地方|时间|年份)?"
    "|何(?:时|地|人)|几(?:个|年|天|次|种)|多少(?:个|人|年|次|分|天|种)?"
)
_FLIPS = (
    ("不得", "可以"), ("不能", "能"), ("没有", "有"), ("可以", "不可以"), ("应当", "不应当"),
    ("必须", "不必"), ("是", "不是"), (" is not ", " is "), (" was not ", " was "),
    (" is ", " is not "), (" was ", " was not "), (" are ", " are not "), (" were ", " were not "),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, the passage that it names, and what kind it is."""

    source: str
    kind: str
    sentence: str
    passage: str

    @property
    def supported(self) -> bool:
        """Whether the passage says so."""
        return self.kind in SUPPORTED

    @property
    def across(self) -> bool:
        """Whether it is in another language than the passage."""
        return has_han(self.sentence) != has_han(self.passage)

    @property
    def held_out(self) -> bool:
        """Whether it gives the figures, rather than the bars."""
        return hashlib.sha256(self.sentence.encode()).digest()[0] % 2 == 1


@dataclass(frozen=True, slots=True)
class Checked:
    """A case with what the checks find."""

    case: Case
    support: float
    foreign_figures: bool
    opposite: bool

    def passes(self, bar: float) -> bool:
        """Whether it would stand."""
        return self.support >= bar and not self.foreign_figures and not self.opposite


def main() -> None:
    """Choose the bars, measure, print, write."""
    encoder = load_models(None).token_encoder
    checked = [check(case, encoder) for case in cases()]
    result: dict[str, object] = {}
    for name, across in (("same language", False), ("across languages", True)):
        ours = [one for one in checked if one.case.across == across]
        bar = max(BARS, key=lambda bar: balanced_accuracy(ours, bar))
        result[name] = {"bar": bar, **measured([o for o in ours if o.case.held_out], bar)}
    print(json.dumps(result, ensure_ascii=False, indent=1))
    write_result("writer", result)


def check(case: Case, encoder: TokenEncoder) -> Checked:
    """What each check finds, whatever the others say."""
    support = Checker(encoder).support(case.sentence, case.passage).share
    stated = stated_figures(case.sentence).values()
    return Checked(
        case,
        support,
        not set(stated) <= figures(case.passage),
        opposite(case.sentence, case.passage, encoder) is not None,
    )


def balanced_accuracy(checked: list[Checked], bar: float) -> float:
    """The mean share judged rightly of supported and of unsupported cases, half for bars only."""
    chosen = [one for one in checked if not one.case.held_out]
    good = [one.support >= bar for one in chosen if one.case.supported]
    bad = [one.support < bar for one in chosen if one.case.kind in CAUGHT_BY_BAR]
    return (fmean(good) + fmean(bad)) / 2


def measured(checked: list[Checked], bar: float) -> dict[str, object]:
    """The figures of some cases.

    Returns:
        ``precision``: share of the sentences that stand which are supported; ``recall``:
        share of the supported ones that stand; ``by kind``: how many of each there are, and
        the share that stands. ``mixed up`` is left out of the precision: no comparison of
        words can tell it, and how common it is, nobody knows.
    """
    groups = defaultdict(list)
    for one in checked:
        groups[f"{one.case.source}: {one.case.kind}"].append(one)
    counted = [one for one in checked if one.case.kind != "mixed up"]
    standing = [one for one in counted if one.passes(bar)]
    supported = [one for one in counted if one.case.supported]
    return {
        "n": len(counted),
        "precision": round(fmean(one.case.supported for one in standing), 3),
        "recall": round(fmean(one.passes(bar) for one in supported), 3),
        "by kind": {
            kind: {"n": len(ones), "stands": round(fmean(one.passes(bar) for one in ones), 3)}
            for kind, ones in sorted(groups.items())
        },
    }


def cases() -> Iterator[Case]:
    """Every case of every source."""
    yield from own()
    for dataset, passages in (
        ("xquad-zh", "xquad-zh"),
        ("cmrc2018-dev", "cmrc2018-dev"),
        ("xquad-zh", "xquad-en"),
    ):
        yield from asked(dataset, passages)
    for dataset in ("xquad-zh", "xquad-en"):
        yield from quoted(dataset)


def own() -> Iterator[Case]:
    """The sentences written by hand, with the passages of the demo library."""
    with Library.demo() as library:
        texts = [
            passage.text
            for document in library.documents()
            for passage in library.show(document.id).passages
        ]
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        (passage,) = [text for text in texts if row["contains"] in text]
        yield Case("own", row["kind"], row["sentence"], passage)


def asked(dataset: str, passages: str) -> Iterator[Case]:
    """Statements made of questions and their answers, against the passages of a data set."""
    chance = random.Random(0)  # noqa: S311 - a draw that repeats, no secret
    source = f"asked of {dataset}" + ("" if passages == dataset else f", held against {passages}")
    texts = {row["_id"]: row["text"] for row in rows(passages, "corpus")}
    before = dict(zip(list(texts)[1:], texts, strict=False))
    relevant = gold(dataset)
    questions = list(rows(dataset, "queries"))[:QUESTIONS]
    about = defaultdict(list)
    for row in questions:
        about[relevant[row["_id"]]].append(row["answers"][0])
    for row in questions:
        passage_id, answer = relevant[row["_id"]], row["answers"][0]
        statement = stated(row["text"], answer)
        if statement is None:
            continue
        text = texts[passage_id]
        yield Case(source, "asked", statement, text)
        if passage_id in before:
            yield Case(source, "another passage", statement, texts[before[passage_id]])
        elsewhere = chance.choice(questions)["answers"][0]
        if elsewhere not in texts[passage_id]:
            yield Case(source, "another answer", stated(row["text"], elsewhere) or "", text)
        if others := [other for other in about[passage_id] if other != answer]:
            mixed_up = stated(row["text"], chance.choice(others)) or ""
            yield Case(source, "mixed up", mixed_up, text)
        if re.search(r"\d", statement):
            changed = re.sub(r"\d+", lambda found: str(int(found[0]) + 7), statement, count=1)
            yield Case(source, "figure", changed, text)


def stated(question: str, answer: str) -> str | None:
    """The question with an answer in the place of its one question word; None without."""
    words = list(_QUESTION_WORD.finditer(question))
    if len(words) != 1:
        return None
    bare = question.strip().rstrip("？?。")
    return f"{bare[: words[0].start()]}{answer.strip()}{bare[words[0].end() :]}。"


def quoted(dataset: str) -> Iterator[Case]:
    """First sentences of passages, as they are and turned into their opposite."""
    source = f"quoted from {dataset}"
    for row in rows(dataset, "corpus"):
        span = sentences(row["text"])[0]
        sentence = row["text"][span.start : span.end]
        yield Case(source, "quoted", sentence, row["text"])
        for plain, flipped in _FLIPS:
            if sentence.count(plain) == 1:
                yield Case(source, "negated", sentence.replace(plain, flipped), row["text"])
                break


def rows(dataset: str, part: str) -> Iterator[dict[str, Any]]:
    """The lines of a data set's corpus or queries."""
    path = DATA / "eval" / dataset / f"{part}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def gold(dataset: str) -> dict[str, str]:
    """The passage of each question."""
    lines = (DATA / "eval" / dataset / "qrels.tsv").read_text(encoding="utf-8").splitlines()
    return {fields[0]: fields[1] for fields in (line.split("\t") for line in lines[1:])}


if __name__ == "__main__":
    main()
