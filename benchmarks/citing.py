"""Whether an answer cites what it needs, and nothing else.

Run: python -m benchmarks.citing   (seconds)
Reads citations.jsonl and writes results/citing.json. Each line is a question of our own to
the demo library. ``needs`` are the things that an answer must cite, each with the beginnings
of the passages that say it, in any language, of which one is enough; a passage of ``also``
may be cited or not. They were marked before the rules of ``qa/answering/selection.py`` were
changed, and two thirds drawn for ``development``, where the rules and their figures were
chosen; the ``held out`` ones were looked at more than once meanwhile, so they are not quite
blind.

Only answered questions count, and of the passages that an answer cites after the first:
``useful`` says something needed that those before it do not, ``needless`` is in neither list.
``met`` is the share of what the questions that need several things got.
"""

import argparse
import json
from typing import Any

from benchmarks.machine import HERE, write_result
from qa import Answer, Library

QUESTIONS = HERE / "citations.jsonl"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verbose", action="store_true", help="print each needless citation")
    verbose = parser.parse_args().verbose
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    with Library.demo() as library:
        answers = [(row, library.ask(row["question"])) for row in rows]
    figures = {
        part: measure([pair for pair in answers if pair[0]["part"] == part], verbose=verbose)
        for part in ("development", "held out")
    }
    for part, values in figures.items():
        print(f"{part:12}", "  ".join(f"{name} {value}" for name, value in values.items()))
    write_result("citing", figures)


def measure(
    answers: list[tuple[dict[str, Any], Answer]], *, verbose: bool = False
) -> dict[str, float]:
    """The figures of some questions and what was answered."""
    answered = right = useful = needless = further = wanted = met = 0
    for row, answer in answers:
        if not answer.answered:
            continue
        answered += 1
        cited = {hit.passage_id: hit.text for hit in answer.hits}
        open_ = row["needs"]
        for citation in answer.citations:
            text = cited[citation.passage_id]
            left = [need for need in open_ if not _holds(text, need)]
            adds = len(left) < len(open_)
            open_ = left
            if citation.number == 1:
                right += adds
                continue
            further += 1
            useful += adds
            if not adds and not _holds(text, row["also"]):
                needless += 1
                if verbose:
                    print(row["question"], "|", citation.quote)
        if len(row["needs"]) > 1:
            wanted += len(row["needs"])
            met += len(row["needs"]) - len(open_)
    return {
        "questions": len(answers),
        "answered": answered,
        "first right": right,
        "further citations": further,
        "useful": useful,
        "needless": needless,
        "met": round(met / wanted, 3),
    }


def _holds(text: str, beginnings: list[str]) -> bool:
    return any(beginning in text for beginning in beginnings)


if __name__ == "__main__":
    main()
