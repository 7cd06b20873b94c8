"""From a query to ranked passages: the formula by hand, ties, and the legs."""

import numpy as np
import pytest

from qa import Library
from qa.ranking import Ranking, fuse, order_by_score
from qa.search import Legs
from tests.qa.builders import document

DOCUMENTS = {
    "leave": document("职工每年有五天年假", title="假期"),
    "pay": document("加班费按小时计算", title="工资"),
    "pool": document("游泳池夏天开放", title="设施"),
    "holiday": document("年假可以分两次休", title="假期"),
}


@pytest.fixture
def filled(library: Library) -> Library:
    library.add_documents(DOCUMENTS.items())
    return library


def array(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, dtype=np.float32)


def test_the_fusion_by_hand() -> None:
    ranking = Ranking(lexical=0.5, dense=0.5, coverage=0.4)
    bm25, cosine = array(8, 4, 0), array(0.2, 0.9, -0.4)
    assert fuse(bm25, cosine, 1.0, ranking) == pytest.approx([0.6, 0.7, -0.2])
    assert fuse(bm25, cosine, 0.4, ranking) == pytest.approx([0.6, 0.7, -0.2])
    assert fuse(bm25, cosine, 0.1, ranking) == pytest.approx([0.225, 0.5125, -0.2])
    assert fuse(bm25, cosine, 0.0, ranking) == pytest.approx([0.1, 0.45, -0.2])
    ranking = Ranking(lexical=0.3, dense=0.7)
    assert fuse(array(2, 1), array(0, 1), 1.0, ranking) == pytest.approx([0.3, 0.85])


def test_without_a_lexical_match_the_cosine_is_left() -> None:
    fused = fuse(array(0, 0), array(0.5, 1), 0.0, Ranking(dense=0.5))
    assert fused == pytest.approx([0.25, 0.5])
    assert fuse(array(), array(), 0.0, Ranking()).shape == (0,)


def test_equal_scores_go_by_id() -> None:
    assert order_by_score(array(1, 2, 1, 2), ["d", "c", "a", "b"]) == [3, 1, 2, 0]


def test_a_score_is_what_its_parts_say(filled: Library) -> None:
    ranking = Ranking()
    ranked = filled.candidates("年假有几天").ranked
    assert len(ranked) == len(DOCUMENTS)  # each is near enough to be proposed
    best = max(candidate.lexical for candidate in ranked)
    for candidate in ranked:
        assert candidate.score == pytest.approx(
            ranking.lexical * candidate.lexical / best
            + ranking.dense * candidate.dense
            + ranking.match * candidate.match
            + ranking.whole * candidate.whole
            + ranking.phrases * candidate.phrases,
            abs=1e-5,
        )
    scores = [candidate.score for candidate in ranked]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(("legs", "part"), [("lexical", "lexical"), ("dense", "dense")])
def test_one_leg_alone(filled: Library, legs: Legs, part: str) -> None:
    ranked = filled.candidates("年假有几天", legs=legs).ranked
    assert [candidate.score for candidate in ranked] == [
        getattr(candidate, part) for candidate in ranked
    ]
    expected = {"leave", "holiday", "pool"} if legs == "lexical" else set(DOCUMENTS)
    found = {candidate.id for candidate in ranked}
    assert found == {f"{DOCUMENTS[name].id}:0" for name in expected}


def test_the_fusion_leg_leaves_the_matching_out(filled: Library) -> None:
    ranked = filled.candidates("年假有几天", legs="fusion").ranked
    assert {candidate.match for candidate in ranked} == {0.0}
    best = max(candidate.lexical for candidate in ranked)
    first = ranked[0]
    assert first.score == pytest.approx(0.5 * first.lexical / best + 0.6 * first.dense, abs=1e-5)


def test_a_selection_searches_among_its_documents_only(filled: Library) -> None:
    hits = filled.search("年假有几天", documents=["pool", DOCUMENTS["holiday"].id[:8]])
    assert [hit.source for hit in hits] == ["holiday", "pool"]
    assert filled.search("年假有几天", documents=[]) == []


def test_a_question_without_a_known_word_still_gets_hits_in_a_stable_order(
    filled: Library,
) -> None:
    first = [hit.passage_id for hit in filled.search("☃☃☃")]
    assert first == [hit.passage_id for hit in filled.search("☃☃☃")]
    assert len(first) == len(DOCUMENTS)


def test_the_same_question_gets_the_same_hits(filled: Library) -> None:
    first = [hit.to_dict() for hit in filled.search("年假有几天")]
    assert [hit.to_dict() for hit in filled.search("年假有几天")] == first
    assert [hit["rank"] for hit in first] == [1, 2, 3, 4]
