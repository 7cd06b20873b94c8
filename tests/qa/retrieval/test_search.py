"""From a query to ranked passages: the formula by hand, ties, and the legs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qa import Library
from qa.language.scripts import in_other_script, script_balances
from qa.retrieval.ranking import Ranking, bridge, fuse, order_by_score
from qa.retrieval.search import Legs
from qa.storage.local.backend import LocalBackend
from qa.storage.models import Models
from tests.qa.builders import document

DOCUMENTS = {
    "leave": document("职工每年有五天年假", title="假期"),
    "pay": document("加班费按小时计算", title="工资"),
    "pool": document("游泳池夏天开放", title="设施"),
    "holiday": document("年假可以分两次休", title="假期"),
}

BILINGUAL = {
    "leave": document("职工每年享受五天带薪年假，须提前一周申请。", title=""),
    "fire": document("灭火器每月检查一次，压力不足的要马上更换。", title=""),
    "menu": document(
        "How many days in advance is the menu of the canteen known? It is written every week.",
        title="",
    ),
    "parking": document(
        "The parking lot is open to visitors every day of the year. How is the fee paid? It is"
        " paid to the guard.",
        title="",
    ),
}


@pytest.fixture
def filled(library: Library) -> Library:
    library.add_documents(DOCUMENTS.items())
    return library


def array(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, dtype=np.float32)


def test_the_fusion_by_hand() -> None:
    ranking = Ranking(lexical=0.5, dense=0.5, coverage=0.4)
    bm25, cosine, none = array(8, 4, 0), array(0.2, 0.9, -0.4), array(0, 0, 0)
    assert fuse(bm25, cosine, none, 1.0, ranking) == pytest.approx([0.6, 0.7, -0.2])
    assert fuse(bm25, cosine, none, 0.4, ranking) == pytest.approx([0.6, 0.7, -0.2])
    assert fuse(bm25, cosine, none, 0.1, ranking) == pytest.approx([0.225, 0.5125, -0.2])
    assert fuse(bm25, cosine, none, 0.0, ranking) == pytest.approx([0.1, 0.45, -0.2])
    ranking = Ranking(lexical=0.3, dense=0.7)
    fused = fuse(array(2, 1), array(0, 1), array(9, 9), 1.0, ranking)
    assert fused == pytest.approx([0.3, 0.85])
    ranking = Ranking(lexical=0.3, dense=0.7, contextual=2.0)
    fused = fuse(array(2, 1), array(0, 1), array(0.5, -0.1), 1.0, ranking)
    assert fused == pytest.approx([1.3, 0.65])


def test_without_a_lexical_match_the_cosine_is_left() -> None:
    fused = fuse(array(0, 0), array(0.5, 1), array(0, 0), 0.0, Ranking(dense=0.5))
    assert fused == pytest.approx([0.25, 0.5])
    assert fuse(array(), array(), array(), 0.0, Ranking()).shape == (0,)


def test_the_cosine_speaks_for_passages_in_another_script() -> None:
    bm25, cosine = array(8, 4, 0, 3, 0), array(0.2, 0.4, 0.8, 0.4, -0.4)
    foreign = np.array([False, False, True, True, True])
    assert bridge(bm25, cosine, foreign).tolist() == [8, 4, 8, 3, 0]  # 8 × (.4 / .8)² = 2 < 3
    assert bridge(array(8, 0), array(0.8, 0.4), foreign[1:3]).tolist() == [8, 2]
    assert bridge(bm25, cosine, np.zeros(5, dtype=bool)).tolist() == bm25.tolist()
    assert bridge(bm25, -np.abs(cosine), foreign).tolist() == bm25.tolist()
    assert bridge(array(), array(), foreign[:0]).shape == (0,)


def test_what_leans_to_the_other_side_is_foreign(bundled: Models) -> None:
    texts = ["paid on 25 May", "每月发工资，pay", "工资 pay", "2026, 12%", ""]
    encoder = bundled.token_encoder
    ids = [tokens.ids for tokens in encoder.tokens(texts)]
    english, chinese, mixed, figures, empty = passages = script_balances(encoder, ids)
    assert (english, mixed, figures, empty) == (-1, 0, 0, 0)
    assert chinese == pytest.approx(0.5)  # 每月, 发, 工资 and pay
    assert in_other_script(english, passages).tolist() == [False, True, False, False, False]
    assert in_other_script(chinese, passages).tolist() == [True, False, False, False, False]
    assert not in_other_script(mixed, passages).any()
    assert not in_other_script(english, passages[1:2]).any()  # all are: nothing to tell apart
    assert in_other_script(english, script_balances(encoder, [])).shape == (0,)


def test_a_page_in_another_language_is_found_above_words_that_say_nothing(
    tmp_path: Path, bundled: Models
) -> None:
    question = "How many days of annual leave does an employee get every year?"
    backend = LocalBackend(tmp_path)
    backend.connect(bundled)
    with Library(backend) as library:
        library.add_documents(BILINGUAL.items())
        assert [hit.source for hit in library.search(question)] == [
            "leave",
            "menu",
            "parking",
            "fire",
        ]
        ranked = library.candidates(question).ranked
        best, ranking = ranked[0], Ranking()
        assert (best.id, best.lexical) == (f"{BILINGUAL['leave'].id}:0", 0.0)
        assert best.dense == max(candidate.dense for candidate in ranked)
        own = ranking.dense * best.dense + ranking.match * best.match + ranking.whole * best.whole
        lexically = max(ranked, key=lambda candidate: candidate.lexical)
        trust = lexically.exact / ranking.coverage  # a question of no page's words, nearly
        assert trust == pytest.approx(0.756, abs=1e-3)
        assert best.score == pytest.approx(own + ranking.lexical * trust, abs=1e-5)


def test_equal_scores_keep_their_order() -> None:
    assert order_by_score(array(1, 2, 1, 2)) == [1, 3, 0, 2]


def test_passages_that_say_the_same_are_ordered_by_their_ids(filled: Library) -> None:
    ids = [f"{letter}" * 64 for letter in "fa3c0b"]
    twins = [replace(DOCUMENTS["leave"], id=identity) for identity in ids]
    filled.add_documents([(f"{place}.txt", twin) for place, twin in enumerate(twins)])
    ranked = filled.candidates("每年有几天年假").ranked
    of_leave = sorted([*ids, DOCUMENTS["leave"].id])
    assert [found.id for found in ranked[:7]] == [f"{identity}:0" for identity in of_leave]
    assert len({found.score for found in ranked[:7]}) == 1


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


def test_the_lexical_leg_gives_each_passage_its_own_score(filled: Library) -> None:
    for query in ("年假有几天", "夏天游泳池开放吗", "年假分两次休"):
        alone = {
            found.id: found.lexical for found in filled.candidates(query, legs="lexical").ranked
        }
        together = {found.id: found.lexical for found in filled.candidates(query).ranked}
        assert alone == {found: score for found, score in together.items() if score}
        best = filled.candidates(query, legs="lexical").ranked[0]
        assert best.score == best.lexical == max(alone.values())


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


def test_known_passages_are_weighed_without_a_search(filled: Library) -> None:
    """As a search does, but for BM25."""
    question = "工会会费怎么交"
    found = filled.candidates("年假有几天").ranked
    with filled.session() as session:
        (weighed,) = session.weigh([question], found)
        (searched,) = session.search([question])
    assert {one.id for one in weighed.ranked} == {one.id for one in found}
    assert [one.score for one in weighed.ranked] == sorted(
        (one.score for one in weighed.ranked), reverse=True
    )
    matched = {one.id: one for one in searched.ranked if one.evidence is not None}
    for one in weighed.ranked:
        if one.evidence is not None and one.id in matched:
            other = matched[one.id]
            assert (one.dense, one.match) == pytest.approx((other.dense, other.match), abs=1e-5)
            assert (one.exact, one.phrases) == pytest.approx((other.exact, other.phrases))
