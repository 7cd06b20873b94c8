"""The questions that the citations are measured on name passages that are there."""

import json
from pathlib import Path

from qa import Library

FILE = Path(__file__).resolve().parents[3] / "benchmarks" / "citations.jsonl"


def test_each_beginning_stands_in_one_passage() -> None:
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    named = [text for row in rows for group in (row["also"], *row["needs"]) for text in group]
    with Library.demo() as library:
        texts = [p.text for d in library.documents() for p in library.show(d.id).passages]
    assert {text: sum(text in passage for passage in texts) for text in named} == dict.fromkeys(
        named, 1
    )
    assert [sum(row["part"] == part for row in rows) for part in ("development", "held out")] == [
        100,
        51,
    ]
    assert len({row["question"] for row in rows}) == 151
    assert all(row["needs"] and all(row["needs"]) for row in rows)
