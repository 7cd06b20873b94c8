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


@pytest.fixture(scope="module")
def read(demo: Library) -> Iterator[Library]:
    with Library.open(demo.path, reader=True) as library:
        yield library


@pytest.mark.parametrize(
    ("question", "short", "source"),
    [
        ("产假一共多少天", "生孩子的女职工至少有98天产假", "women-workers.md"),
        ("How long is maternity leave?", "at least 98 days", "contracts-and-overtime.md"),
        ("被欠薪打什么电话", "可以拨打12333", "wage-arrears.md"),
        ("三年工作方案有几个", "这份意见包含的三年工作方案共有10个", "liaoning-outlook.md"),
    ],
)
def test_the_reader_puts_the_words_that_answer_first(
    read: Library, question: str, short: str, source: str
) -> None:
    answer = read.ask(question)
    assert answer.outcome == "answered"
    assert answer.short is not None
    assert answer.short.text == short
    assert answer.citations[0].source == source
    stored = read.show(source).text
    assert "".join(stored[start:end] for start, end in answer.short.spans) == short
    assert short in answer.citations[0].quote


@pytest.mark.parametrize("question", ["董事长的年薪是多少", "今天晚饭吃什么", "红烧肉怎么做"])
def test_what_the_documents_lack_has_no_answer(read: Library, question: str) -> None:
    answer = read.ask(question)
    assert (answer.answered, answer.outcome, answer.short) == (False, "none", None)
    assert max(hit.relevance for hit in answer.hits) < 0.3


def test_a_question_that_may_be_answered_shows_where(read: Library) -> None:
    answer = read.ask("快递员怎么加入工会")
    assert (answer.answered, answer.outcome) == (False, "possible")
    assert answer.hits[0].headings == ("入会要走哪几步",)


@pytest.mark.parametrize(
    "question", ["？", "x", "🙂🙂🙂", "问" * 2000, "<script>alert(1)</script>"]
)
def test_any_question_has_an_outcome(read: Library, question: str) -> None:
    assert read.ask(question).outcome in ("answered", "possible", "none", "chat")
