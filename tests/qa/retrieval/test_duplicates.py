"""Near-duplicates: folded into the better one, which names them."""

from hypothesis import given
from hypothesis import strategies as st

from qa.retrieval.duplicates import alike, collapse, shingles


def test_shingles_are_runs_of_four_folded_characters() -> None:
    assert shingles("勞動 者權益") == {tuple("劳动者权"), tuple("动者权益")}
    assert shingles("ＡＢ") == {("a", "b")}
    assert shingles("") == {()}


def test_alike_from_four_fifths_on() -> None:
    ten = frozenset("abcdefghij")
    assert alike(ten, frozenset("abcdefgh"))  # 8 of 10
    assert alike(ten, frozenset("abcdefghijkl"))  # 10 of 12
    assert alike(frozenset("abcdefghi"), frozenset("abcdefghj"))  # 8 of 10
    assert not alike(ten, frozenset("abcdefgi"[:7]))  # 7 of 10
    assert not alike(ten, frozenset("abcdefghxy"))  # 8 of 12
    assert not alike(ten, frozenset("klmnopqrst"))


def test_collapse_keeps_the_first_and_names_the_rest() -> None:
    texts = ["工会组织体检活动", "工會組織 體檢活動", "年假五天", "工会组织体检活动", "加班费"]
    assert collapse(texts, str, 2) == [
        ("工会组织体检活动", ["工會組織 體檢活動", "工会组织体检活动"]),
        ("年假五天", []),
    ]


def test_collapse_stops_at_the_first_different_item_beyond_the_limit() -> None:
    assert collapse(["年假五天", "加班费用", "年假五天"], str, 1) == [("年假五天", [])]
    assert collapse([], str, 3) == []


EDITED = st.tuples(st.text("工会甲乙丙 ab", max_size=40), st.text("工x。", max_size=6)).map("".join)


@given(st.lists(EDITED, max_size=8))
def test_what_is_not_compared_could_not_have_been_alike(texts: list[str]) -> None:
    groups = collapse(list(enumerate(texts)), lambda item: item[1], len(texts))
    firsts = [group.first[0] for group in groups]
    for (first, text), duplicates in groups:
        assert all(alike(shingles(text), shingles(other)) for _, other in duplicates)
        others = [texts[i] for i in firsts if i < first]
        assert not any(alike(shingles(text), shingles(other)) for other in others)
