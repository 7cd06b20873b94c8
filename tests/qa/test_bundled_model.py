"""The bundled model on the demo library: what words alone do not find, and one final order."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import Library
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("bundled")
    with Library.open(folder / "library", model="bundled") as library:
        library.add(ROOT / "corpus" / "demo")
        yield library


@pytest.mark.parametrize(
    ("question", "source", "heading"),
    [
        ("快递员怎么加入工会", "joining-a-union.md", "入会要走哪几步"),
        ("送外卖的能进工会吗", "joining-a-union.md", "谁可以入会"),
        ("被老板欠薪找谁", "wage-arrears.md", "工地上包工头跑了，找谁要钱"),
        ("生孩子女职工有什么照顾", "women-workers.md", "产假一共多少天"),
        ("How do couriers join a union?", "what-a-union-does.md", "Who may join"),
        ("как вступить в профсоюз", "joining-a-union.md", "入会要走哪几步"),
    ],
)
def test_questions_in_other_words_find_their_passage(
    demo: Library, question: str, source: str, heading: str
) -> None:
    first = demo.ask(question).hits[0]
    assert (first.source, first.headings) == (source, (heading,))


def test_questions_of_something_else_are_refused(demo: Library) -> None:
    for question in ("今天晚饭吃什么", "红烧肉怎么做", "Who won the world cup in 2022?"):
        assert not demo.ask(question).answered


def test_an_answer_needs_all_its_passages_read_or_goes_by_words(tmp_path: Path) -> None:
    question = "送外卖的能进工会吗"
    with Library.open(tmp_path / "library", model="bundled") as library:
        library.add(ROOT / "corpus" / "demo", wait=False)
        renewal = library.renewal()
        assert renewal is not None
        assert (renewal.done, renewal.passages) == (0, 252)
        by_words = library.candidates(question)
        assert {found.contextual for found in by_words.ranked} == {0.0}
        with Library.open(tmp_path / "static", model="static") as static:
            static.add(ROOT / "corpus" / "demo")
            alone = static.candidates(question)
            assert [(found.id, found.score) for found in alone.ranked] == [
                (found.id, found.score) for found in by_words.ranked
            ]
            assert static.ask(question).confidence == library.ask(question).confidence
        library.renew()
        assert library.renewal() is None
        assert library.ask(question).hits[0].headings == ("谁可以入会",)
