"""A cross-encoder on the best candidates: its own order, and nothing else changed."""

import json
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from qa import Library, WenjuError
from qa.evaluation.datasets import Dataset, EvaluationPassage, EvaluationQuery
from qa.evaluation.evaluate import evaluate
from qa.progress import silent
from qa.retrieval.reranking import RERANKED
from tests.qa.builders import document
from tests.qa.commands import parsed, wenju

QUERY = "年假有几天"
# Each passage has characters of the question, and no two have the same ones.
TEXTS = [
    "".join(character for bit, character in enumerate("年假有几天工资加班") if number >> bit & 1)
    + f"。{number}"
    for number in range(32, 72)
]


@pytest.fixture
def plain(library: Library) -> Library:
    library.add_documents([("notes.md", document(*TEXTS, title="题", author="甲"))])
    return library


@pytest.fixture
def reranking(plain: Library, cross_encoder_folder: Path) -> Iterator[Library]:
    with Library.open(plain.path, reranker=cross_encoder_folder, create=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def brute_force(cross_encoder_folder: Path) -> dict[str, float]:
    """The model's own score of every text, each read alone, under its title and author."""
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(cross_encoder_folder), local_files_only=True)
    return {text: float(model.predict((QUERY, f"题\n甲\n{text}"))) for text in TEXTS}


def test_the_best_come_in_the_models_own_order(
    plain: Library, reranking: Library, brute_force: dict[str, float]
) -> None:
    before = plain.candidates(QUERY, 50).ranked
    assert len(before) == len(TEXTS) > RERANKED
    passages = plain.show("notes.md").passages
    texts: dict[str, str] = {passage.passage_id: passage.text for passage in passages}
    expected = sorted(before[:RERANKED], key=lambda found: -brute_force[texts[found.id]])
    after = reranking.reranked(QUERY, reranking.candidates(QUERY, 50)).ranked
    assert [found.id for found in after] == [found.id for found in (*expected, *before[RERANKED:])]
    assert [found.id for found in after] != [found.id for found in before]
    assert [found.score for found in after[:RERANKED]] == pytest.approx(
        [brute_force[texts[found.id]] for found in expected], abs=1e-6
    )
    assert all(one.score >= other.score for one, other in pairwise(after))


def test_a_search_shows_that_order(plain: Library, reranking: Library) -> None:
    ranked = reranking.reranked(QUERY, reranking.candidates(QUERY, 5)).ranked
    hits = reranking.search(QUERY, 5)
    assert [(hit.passage_id, hit.score) for hit in hits] == [
        (found.id, found.score) for found in ranked[:5]
    ]
    assert reranking.search(QUERY, 5) == hits
    assert plain.reranked(QUERY, found := plain.candidates(QUERY)) is found
    assert reranking.search(QUERY, documents=[]) == []


def test_the_confidence_stays_what_was_calibrated(plain: Library, reranking: Library) -> None:
    one, other = plain.ask(QUERY), reranking.ask(QUERY)
    assert other.confidence == one.confidence
    assert other.answered == one.answered
    assert [hit.passage_id for hit in other.hits] == [
        hit.passage_id for hit in reranking.search(QUERY)
    ]
    assert other.hits != one.hits


def test_the_evaluation_measures_it(small_model: Path, cross_encoder_folder: Path) -> None:
    from sentence_transformers import CrossEncoder

    dataset = Dataset(
        "set",
        tuple(EvaluationPassage(text, "", text) for text in TEXTS[:5]),
        (EvaluationQuery("q", QUERY, ()),),
        {"q": {TEXTS[0]: 1}},
    )
    model = CrossEncoder(str(cross_encoder_folder), local_files_only=True)
    own = {text: float(model.predict((QUERY, text))) for text in TEXTS[:5]}
    _, (ranked,) = evaluate(
        dataset, model=small_model, reranker=cross_encoder_folder, progress=silent
    )
    assert list(ranked.passages) == sorted(own, key=lambda text: -own[text])


def test_a_missing_reranker_makes_no_library(tmp_path: Path, small_model: Path) -> None:
    with pytest.raises(WenjuError, match="Everything works without `--reranker`"):
        Library.open(tmp_path / "new", model=small_model, reranker="no/such")
    assert not (tmp_path / "new").exists()


def test_the_command(reranking: Library, cross_encoder_folder: Path, tmp_path: Path) -> None:
    options = ("--library", reranking.path, "--reranker", cross_encoder_folder, "--json")
    done = wenju("search", QUERY, *options)
    assert [hit["passage_id"] for hit in parsed(done)] == [
        hit.passage_id for hit in reranking.search(QUERY)
    ]
    assert done.stderr == ""
    answer = reranking.ask(QUERY)
    found = parsed(wenju("ask", QUERY, *options), 0 if answer.answered else 1)
    assert found == json.loads(json.dumps(answer.to_dict()))
    questions = tmp_path / "questions.csv"
    first = reranking.search(QUERY)[0].passage_id
    questions.write_text(f"question,passage\n{QUERY},{first}\n", encoding="utf-8")
    assert parsed(wenju("eval", questions, *options))["R@1"] == 1.0
    done = wenju("eval", questions, *options, "--legs", "dense")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--reranker is a part of --legs full" in done.stderr


def test_a_missing_name_is_said_within_seconds(plain: Library) -> None:
    start = time.monotonic()
    done = wenju("search", QUERY, "--library", plain.path, "--reranker", "no/such")
    assert time.monotonic() - start < 60
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("wenju: asked for the model 'no/such': there is no folder of that name")
    assert line.endswith("Everything works without `--reranker`.")
