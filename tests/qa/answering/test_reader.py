"""A reader in a library: the order, the marks, the short answer, the outcome."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from corpus import Span, quote
from embeddings import Extract, ModelUnusable, Reading
from qa import Library, WenjuError
from qa.answering.reader import WORTH, marked, reader_of

HANDBOOK = """# 员工手册

## 年假

工作满一年的员工每年有五天带薪年假。年假当年休完，确有困难的可以顺延到下一年三月。

## 病假

病假须有医院证明。病假工资按基本工资的百分之八十发放。

## 婚假

婚假为三天，凭结婚证申请。再婚的同样享受。
"""


class WordReader:
    """A reader that finds the words it was given, and nothing else."""

    def __init__(self, *words: str, yes: float = 0.0, asks_whether: float = -1.0) -> None:
        self.words = words
        self.verdict = (yes, asks_whether)
        self.seen: list[Extract] = []

    @property
    def name(self) -> str:
        return "words"

    @property
    def fingerprint(self) -> str:
        return "0123456789abcdef"

    def read(self, question: str, extracts: Sequence[Extract]) -> list[Reading]:  # noqa: ARG002
        self.seen = list(extracts)
        return [self._read(extract.text) for extract in extracts]

    def _read(self, text: str) -> Reading:
        for word in self.words:
            if word in text:
                start = text.index(word)
                return Reading(9.0, start, start + len(word), *self.verdict)
        return Reading(-9.0, 0, 0, *self.verdict)


class Broken(WordReader):
    """A reader that answers with what it was given to answer with."""

    def __init__(self, answer: Callable[[], list[Reading]]) -> None:
        super().__init__()
        self.answer = answer

    def read(self, question: str, extracts: Sequence[Extract]) -> list[Reading]:  # noqa: ARG002
        return self.answer()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("read")
    (folder / "handbook.md").write_text(HANDBOOK, encoding="utf-8")
    with Library.open(folder / "library") as library:
        library.add(folder / "handbook.md")
    return folder / "library"


def test_the_passage_that_answers_comes_first(folder: Path) -> None:
    with Library.open(folder, reader=False) as library:
        before = library.ask("年假工资怎么发")
    reader = WordReader("百分之八十")
    with Library.open(folder, reader=reader) as library:
        after = library.ask("年假工资怎么发")
        found = library.search("年假工资怎么发")
    assert before.hits[0].headings != ("病假",)
    assert after.hits[0].headings == ("病假",)
    assert [hit.rank for hit in after.hits] == [1, 2, 3]
    scores = {hit.passage_id: hit.score for hit in before.hits}
    for hit in after.hits:
        added = WORTH * 18 if hit.headings == ("病假",) else 0.0
        assert hit.score == pytest.approx(scores[hit.passage_id] + added, abs=1e-6)
    # A search is not read.
    assert [hit.passage_id for hit in found] == [hit.passage_id for hit in before.hits]
    assert {extract.head for extract in reader.seen} == {
        "员工手册 年假",
        "员工手册 病假",
        "员工手册 婚假",
    }


def test_the_sentence_with_the_words_is_marked_and_quoted(folder: Path) -> None:
    with Library.open(folder, reader=WordReader("下一年三月")) as library:
        answer = library.ask("年假能不能顺延")
        stored = library.show("handbook.md").text
    assert answer.outcome == "answered"
    assert answer.short is not None
    assert (answer.short.text, answer.short.number, answer.short.verdict) == (
        "确有困难的可以顺延到下一年三月",
        1,
        None,
    )
    assert quote(stored, answer.short.spans) == answer.short.text
    assert "顺延到下一年三月" in answer.citations[0].quote
    assert str(answer).startswith("确有困难的可以顺延到下一年三月 [1]\n")


@pytest.mark.parametrize(
    ("yes", "asks_whether", "verdict"),
    [
        (2.0, 1.0, "yes"),
        (-2.0, 1.0, "no"),
        (2.0, -1.0, None),
        (-2.0, 0.0, None),
        (0.0, 1.0, None),
    ],
)
def test_a_verdict_where_the_question_asks_for_one(
    folder: Path, yes: float, asks_whether: float, verdict: str | None
) -> None:
    reader = WordReader("同样享受", yes=yes, asks_whether=asks_whether)
    with Library.open(folder, reader=reader) as library:
        short = library.ask("再婚有婚假吗").short
    assert short is not None
    assert (short.text, short.verdict) == ("再婚的同样享受", verdict)


def test_no_words_no_short_answer(folder: Path) -> None:
    with Library.open(folder, reader=WordReader("没有这句")) as library:
        assert library.ask("年假有几天").short is None
    with Library.open(folder, reader=False) as library:
        answer = library.ask("年假有几天")
        assert (answer.answered, answer.outcome, answer.short) == (True, "answered", None)


SENTENCES = (
    "第一句说的是会费怎样交以及交给谁。",
    "第二句说的是年假怎样休以及休几天。",
    "第三句说的是病假怎样请以及向谁请。",
)
PASSAGE = "".join(SENTENCES)
FIRST, SECOND, THIRD = Span(0, 17), Span(17, 34), Span(34, 51)


@pytest.mark.parametrize(
    ("highlighted", "words", "expected"),
    [
        (SECOND, Reading(5.0, 23, 25), SECOND),  # within what was marked
        (FIRST, Reading(5.0, 23, 25), Span(0, 34)),  # in its neighbour: both
        (FIRST, Reading(5.0, 40, 42), THIRD),  # further away: the words that answer
        (None, Reading(5.0, 40, 42), THIRD),
        (FIRST, Reading(-7.0, 40, 42), FIRST),  # it does not answer
        (FIRST, Reading(5.0, 0, 0), FIRST),  # no words
        (None, Reading(-7.0, 0, 0), None),
    ],
)
def test_what_is_marked(highlighted: Span | None, words: Reading, expected: Span | None) -> None:
    assert marked(PASSAGE, highlighted, words, "年假") == expected


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (list, "did not return a reading for each of"),
        (lambda: [Reading(1.0, 0, 10_000)] * 3, "did not return a reading for each of"),
        (lambda: [Reading(1.0, 3, 2)] * 3, "did not return a reading for each of"),
        (lambda: 1 / 0, "failed .*division"),
        (lambda: None, "failed"),
    ],
)
def test_a_reader_that_fails_is_named(
    folder: Path, answer: Callable[[], list[Reading]], message: str
) -> None:
    with (
        Library.open(folder, reader=Broken(answer)) as library,
        pytest.raises(WenjuError, match=f"the reader 'words' {message}") as caught,
    ):
        library.ask("年假有几天")
    assert isinstance(caught.value.__cause__, ModelUnusable | None)


def test_the_setting_turns_the_bundled_reader_off(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("off", "0", " No "):
        monkeypatch.setenv("WENJU_READER", value)
        assert reader_of(None) is None
    own = WordReader()
    assert reader_of(own) is own
    assert reader_of(False) is None
    monkeypatch.delenv("WENJU_READER")
    bundled = reader_of(None)
    assert bundled is not None
    assert (bundled.name, bundled) == ("bundled", reader_of(True))
