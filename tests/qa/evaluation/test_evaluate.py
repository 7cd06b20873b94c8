"""``wenju eval``: the layouts it reads, what it refuses, and its figures by hand."""

import gzip
import json
from collections.abc import Sequence
from math import log2
from pathlib import Path

import pytest

from qa import BadDataset
from qa.evaluation.datasets import load_dataset
from qa.evaluation.evaluate import evaluate, write_run
from qa.progress import silent
from tests.qa.commands import parsed, wenju

PASSAGES = [
    {"_id": "p1", "title": "Fruit", "text": "a red apple"},
    {"_id": "p2", "title": "", "text": "blue sky and blue sea under a blue sky"},
    {"_id": "p3", "title": "Car", "text": " a blue car in the rain and the mud "},
    {"_id": "p4", "title": "Tree", "text": "green leaves"},
]
QUERIES: list[dict[str, object]] = [
    {"_id": "q1", "text": "red apple", "answers": ["apple"]},
    {"_id": "q2", "text": "blue sky", "answers": ["rain"]},  # p2 comes first, p3 second
    {"_id": "q3", "text": "green"},  # judged, but nothing is relevant
    {"_id": "q4", "text": "not judged"},
    {"_id": "q5", "text": "purple"},  # its passage shares no word with it
]
QRELS = ["q1\tp1\t1", "q2\tp3\t2", "q2\tp2\t0", "q3\tp4\t0", "q5\tp4\t1"]


def lines(values: Sequence[object]) -> bytes:
    return "".join(json.dumps(value) + "\n" for value in values).encode()


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    folder = tmp_path / "plain"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_bytes(lines(PASSAGES))
    (folder / "queries.jsonl").write_bytes(lines(QUERIES))
    header = "query-id\tcorpus-id\tscore"
    (folder / "qrels" / "test.tsv").write_text("\n".join([header, *QRELS, ""]), encoding="utf-8")
    return folder


@pytest.fixture
def gzipped(tmp_path: Path) -> Path:
    folder = tmp_path / "gzipped"
    folder.mkdir()
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(lines(PASSAGES)))
    (folder / "queries.jsonl.gz").write_bytes(gzip.compress(lines(QUERIES)))
    (folder / "qrels.tsv").write_text("\n".join(QRELS), encoding="utf-8")
    return folder


def test_both_layouts_read_the_same(plain: Path, gzipped: Path) -> None:
    first, second = load_dataset(plain), load_dataset(gzipped)
    assert (first.name, second.name) == ("plain", "gzipped")
    assert first.passages == second.passages
    assert first.queries == second.queries
    assert first.qrels == second.qrels == {
        "q1": {"p1": 1}, "q2": {"p3": 2, "p2": 0}, "q3": {"p4": 0}, "q5": {"p4": 1}
    }  # fmt: skip
    assert [passage.title for passage in first.passages] == ["Fruit", "", "Car", "Tree"]
    assert first.queries[0].answers == ("apple",)


def test_the_figures_by_hand(plain: Path, small_model: Path) -> None:
    figures, runs = evaluate(
        load_dataset(plain), model=small_model, legs="lexical", progress=silent
    )
    assert [ranked.passages[:2] for ranked in runs[:2]] == [("p1",), ("p2", "p3")]
    expected = {  # three queries have a relevant passage: at ranks 1 and 2, and nowhere
        "dataset": "plain",
        "passages": 4,
        "queries": 3,
        "legs": "lexical",
        "model": str(small_model),
        "nDCG@10": round((1 + 1 / log2(3)) / 3, 5),
        "R@1": round(1 / 3, 5),
        "R@5": round(2 / 3, 5),
        "R@10": round(2 / 3, 5),
        "R@100": round(2 / 3, 5),
        "RR@10": 0.5,
    }
    found = figures.to_dict()
    assert {name: found[name] for name in expected} == expected
    assert set(found) == {*expected, "latency_p50", "latency_p99"}


def test_titles_count_only_when_asked_for(gzipped: Path, small_model: Path) -> None:
    (gzipped / "queries.jsonl.gz").write_bytes(
        gzip.compress(lines([{"_id": "q1", "text": "fruit"}]))
    )
    (gzipped / "qrels.tsv").write_text("q1\tp1\t1", encoding="utf-8")
    figures = [
        evaluate(
            load_dataset(gzipped), model=small_model, legs="lexical", titles=titles,
            progress=silent,
        )[0].metrics["R@1"]
        for titles in (False, True)
    ]  # fmt: skip
    assert figures == [0.0, 1.0]


def test_the_passages_of_another_folder(plain: Path, gzipped: Path, small_model: Path) -> None:
    translated = [passage | {"text": "gone"} for passage in PASSAGES]
    translated[3]["text"] = "red apple"
    (gzipped / "corpus.jsonl.gz").write_bytes(gzip.compress(lines(translated)))
    dataset = load_dataset(plain, corpus=gzipped)
    assert dataset.name == "plain"
    _, runs = evaluate(dataset, model=small_model, legs="lexical", progress=silent)
    assert runs[0].passages == ("p4",)


def test_the_run_file(plain: Path, small_model: Path, tmp_path: Path) -> None:
    _, runs = evaluate(load_dataset(plain), model=small_model, legs="lexical", progress=silent)
    path = tmp_path / "run.txt"
    write_run(path, runs, "wenju-lexical")
    assert path.read_text(encoding="utf-8").splitlines()[:3] == [
        "q1 Q0 p1 1 1.000000 wenju-lexical",
        "q2 Q0 p2 1 1.000000 wenju-lexical",
        "q2 Q0 p3 2 0.500000 wenju-lexical",
    ]


def test_the_command(gzipped: Path, small_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "run.txt"
    done = wenju(
        "eval", gzipped, "--legs", "lexical", "--model", small_model, "--run", path, "--json"
    )
    figures = parsed(done)
    assert figures["legs"] == "lexical"
    assert figures["queries"] == 3
    assert figures["R@1"] == pytest.approx(1 / 3, abs=1e-5)
    assert path.read_text(encoding="utf-8").startswith("q1 Q0 p1 1 1.000000 wenju-")
    done = wenju("eval", gzipped, "--legs", "both")
    assert done.returncode == 2
    assert "'both' is not one of 'lexical', 'dense', 'fusion', 'full'" in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("corpus.jsonl", None, "has no corpus.jsonl"),
        ("queries.jsonl", None, "has no queries.jsonl"),
        ("qrels/test.tsv", None, "has neither qrels.tsv nor qrels/test.tsv"),
        ("corpus.jsonl", b"", "holds 0 passages"),
        ("corpus.jsonl", b'{"_id": "p1", "text": "x"}\n{broken', "after line 2"),
        ("corpus.jsonl", b'{"_id": "p1"}', "has no string 'text'"),
        ("corpus.jsonl", b"[1, 2]", "line 1: expected an object"),
        ("queries.jsonl", b'{"_id": 1, "text": "x"}', "has no string '_id'"),
        ("queries.jsonl", b"\xff\xfe", "queries.jsonl, after line 0"),
        ("qrels/test.tsv", b"q1\tp1\t1\nq1\tp1\n", "line 2: expected query, passage and grade"),
        ("qrels/test.tsv", b"q1\tp1\t1\nq1\t0\tp1\t1\n", "line 2: expected query, passage"),
        ("qrels/test.tsv", b"q1\tp1\t1\nq1\tp2\thigh\n", "line 2: expected query, passage"),
        ("qrels/test.tsv", b"\xff\xfe\xff", "qrels"),
    ],
)
def test_a_malformed_set_is_refused(
    plain: Path, name: str, content: bytes | None, reason: str
) -> None:
    if content is None:
        (plain / name).unlink()
    else:
        (plain / name).write_bytes(content)
    with pytest.raises(BadDataset, match=reason):
        load_dataset(plain)


def test_a_damaged_archive_is_refused(gzipped: Path) -> None:
    path = gzipped / "corpus.jsonl.gz"
    content = path.read_bytes()
    for damaged in (content[:-9], content[:30] + b"\0\0\0" + content[33:], b"no gzip"):
        path.write_bytes(damaged)
        with pytest.raises(BadDataset, match=r"corpus\.jsonl\.gz, after line"):
            load_dataset(gzipped)
    with pytest.raises(BadDataset, match=r"has no corpus\.jsonl"):
        load_dataset(gzipped.parent / "nowhere")
