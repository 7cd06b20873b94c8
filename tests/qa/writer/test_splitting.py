"""A writer's text becomes the same sentences however it arrives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.writer.splitting import Draft, Splitter


def split(text: str, sizes: list[int] | None = None) -> list[Draft]:
    drafts: list[Draft] = []
    splitter, at = Splitter(), 0
    for size in sizes or [len(text)]:
        drafts += splitter.feed(text[at : at + size])
        at += size
    return [*drafts, *splitter.feed(text[at:]), *splitter.rest()]


@pytest.mark.parametrize(
    ("text", "drafts"),
    [
        ("产假有98天[1]。流产另算[2]。", [("产假有98天。", (1,)), ("流产另算。", (2,))]),
        ("产假有98天。[1][2] 流产另算。【3】", [("产假有98天。", (1, 2)), ("流产另算。", (3,))]),
        ("满4个月的42天；不满的15天[1]。", [("满4个月的42天；不满的15天。", (1,))]),
        (
            "It is 98 days.[1] More follow. [1, 2]",
            [("It is 98 days.", (1,)), ("More follow.", (1, 2))],
        ),
        ("Pay is 3.5 times, e.g. on Sunday [1].", [("Pay is 3.5 times, e.g. on Sunday.", (1,))]),
        (
            "- **第一**，留证据[1]\n- 第二，投诉[2]\n",
            [("第一，留证据", (1,)), ("第二，投诉", (2,))],
        ),
        ("1. 先投诉[1]。\n2. 再仲裁[1]。", [("先投诉。", (1,)), ("再仲裁。", (1,))]),
        ("[1] 说得对。", [("说得对。", (1,))]),
        ("没有出处。", [("没有出处。", ())]),
        ("他说“可以。”[1]单位同意[2]。", [("他说“可以。”", (1,)), ("单位同意。", (2,))]),
        ("<think>先想[9]。再想。</think>\n\n答案是15天[1]。", [("答案是15天。", (1,))]),
        ("<think>想不完[1]。", []),
        ("a<b 是真的[1]。", [("a<b 是真的。", (1,))]),
        ("断在这", [("断在这", ())]),
        ("", []),
        ("[1]", []),
    ],
)
def test_sentences_with_their_numbers(text: str, drafts: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(draft.text, draft.numbers) for draft in split(text)] == drafts


@given(
    st.text(alphabet="甲乙a1 .。！；\n[]【】,<>think/*“”-", max_size=60),
    st.lists(st.integers(1, 9), min_size=1, max_size=20),
)
def test_the_pieces_it_arrives_in_do_not_matter(text: str, sizes: list[int]) -> None:
    assert split(text, sizes) == split(text)


def test_a_sentence_is_given_when_the_next_begins() -> None:
    splitter = Splitter()
    assert list(splitter.feed("产假有98天。[1")) == []
    assert list(splitter.feed("] ")) == []
    assert list(splitter.feed("流")) == [Draft("产假有98天。", (1,))]


def test_a_sentence_without_an_end_is_cut() -> None:
    drafts = split("字" * 2_500)
    assert [len(draft.text) for draft in drafts] == [1_000, 1_000, 500]
