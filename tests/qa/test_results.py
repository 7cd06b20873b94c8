"""Results: one place a passage, JSON out and back, and what ``print`` shows."""

import json
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Span
from qa import Answer, BadArgument, Citation, Hit, Library, NoSuchDocument, PassageId, Place
from qa.evaluation.evaluate import Evaluation
from qa.evaluation.feedback import Judgement
from qa.results import LocatedPassage, Result, ShortAnswer
from qa.writer import WrittenSentence

PLACE = Place(
    passage_id=PassageId.of("ab" * 32, 7),
    title="员工手册",
    author="人事部",
    headings=("第三章 休假", "年休假"),
    source="handbook.pdf",
    page=12,
    paragraph=4,
    spans=(Span(100, 107), Span(108, 120)),
)
HIT = Hit(1, 0.83, PLACE, "满一年的职工有五天年休假。", (Span(0, 13),), (PassageId("c:1"),))
CITATION = Citation(1, replace(PLACE, spans=(Span(100, 107),)), "五天年休假。", 0.83)
SHORT = ShortAnswer("五天", 1, (Span(100, 102),))
ANSWER = Answer("几天？", "年假几天？", True, 0.9, "五天年休假。 [1]", (CITATION,), (HIT,))

# The keys of the JSON, which scripts rely on; see docs/contracts.md.
KEYS: dict[type[Result], str] = {
    Hit: "rank score passage_id document_id title author headings source page paragraph text "
    "spans highlights duplicates date relevance ocr_score",
    Citation: "number passage_id document_id title author headings source page paragraph quote "
    "spans score date ocr_score",
    LocatedPassage: "passage_id document_id title author headings source page paragraph text "
    "spans date ocr_score",
    Answer: "question query answered confidence text citations hits outcome short unread",
    ShortAnswer: "text number spans verdict",
}


def subclasses(root: type[Result]) -> Iterator[type[Result]]:
    for one in root.__subclasses__():
        yield from subclasses(one)
        if is_dataclass(one) and getattr(sys.modules[one.__module__], one.__name__) is one:
            yield one  # a dataclass with slots replaces the class that it was made of


RESULTS = sorted(set(subclasses(Result)), key=lambda one: one.__name__)

# -- the place ------------------------------------------------------------------


@pytest.mark.parametrize("result", [HIT, CITATION, LocatedPassage(PLACE, "文")])
def test_what_has_a_place_has_its_fields(result: Hit | Citation | LocatedPassage) -> None:
    place = result.place
    for name in (*(field.name for field in fields(Place)), "document_id"):
        assert getattr(result, name) == getattr(place, name)
    assert result.document_id == "ab" * 32


def test_the_id_of_a_passage() -> None:
    passage_id = PassageId.parse("ab" * 32 + ":7")
    assert passage_id == PassageId.of("ab" * 32, 7) == "ab" * 32 + ":7"
    assert (passage_id.document_id, passage_id.number) == ("ab" * 32, 7)
    assert passage_id.following == PassageId.of("ab" * 32, 8)


@pytest.mark.parametrize(
    "text", ["", ":", "7", "ab:7", "AB" * 32 + ":7", "ab" * 32, "ab" * 32 + ":", "ab" * 32 + ":-1"]
)
def test_what_is_no_id_of_a_passage(text: str) -> None:
    with pytest.raises(NoSuchDocument, match="No passage has the id"):
        PassageId.parse(text)


# -- JSON -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", KEYS, ids=lambda kind: kind.__name__)
def test_the_keys_keep_their_order(kind: type[Result]) -> None:
    passage = LocatedPassage(PLACE, "文")
    made: Result = next(one for one in (HIT, CITATION, ANSWER, SHORT, passage) if type(one) is kind)
    assert list(made.to_dict()) == list(kind.json_keys()) == KEYS[kind].split()


def test_the_json_is_plain() -> None:
    value = HIT.to_dict()
    assert type(value["passage_id"]) is type(value["duplicates"][0]) is str
    assert value["spans"] == ((100, 107), (108, 120))
    assert json.loads(json.dumps(ANSWER.to_dict()))["citations"][0]["quote"] == "五天年休假。"


def values_of(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401
    """Values of the types that the fields of results have."""
    texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    if hint is str:
        return texts
    if hint is PassageId:
        return st.builds(PassageId.of, texts, st.integers(0, 9))
    if get_origin(hint) is tuple:
        return st.lists(values_of(get_args(hint)[0]), max_size=2).map(tuple)
    if isinstance(hint, type) and is_dataclass(hint):
        types = get_type_hints(hint)
        return st.builds(hint, **{each.name: values_of(types[each.name]) for each in fields(hint)})
    if hint == dict[str, float]:
        names = st.sampled_from(["R@1", "nDCG@10"])
        return st.dictionaries(names, st.floats(0, 1), max_size=2)
    return st.from_type(hint).filter(lambda value: value == value)  # NaN is not itself


@pytest.mark.parametrize("kind", RESULTS, ids=lambda kind: kind.__name__)
@settings(max_examples=40)
@given(data=st.data())
def test_every_result_is_read_back(kind: type[Result], data: st.DataObject) -> None:
    made = data.draw(values_of(kind))
    assert kind.from_dict(made.to_dict()) == made
    text = json.dumps(made.to_dict())
    assert kind.from_json(text) == kind.from_dict(json.loads(text)) == made
    assert kind.from_dict({**made.to_dict(), "new": [None]}) == made


def test_results_of_other_modules_are_among_them() -> None:
    assert {Evaluation, Judgement, WrittenSentence, *KEYS} <= set(RESULTS)


@pytest.mark.parametrize("kind", RESULTS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("value", [None, [], "{}", 3, {"a": {1}}, {1: object()}, {"a": "\ud800"}])
def test_what_is_no_result_is_refused(kind: type[Result], value: Any) -> None:  # noqa: ANN401
    with pytest.raises(BadArgument):
        kind.from_dict(value)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("rank", "1", "rank: .*integer, found '1'"),
        ("rank", True, "rank: .*integer"),
        ("score", None, "score: .*number"),
        ("passage_id", 3, "passage_id: .*string"),
        ("headings", "年休假", "headings: .*"),
        ("headings", [1], "headings.0: .*string"),
        ("spans", [[1]], "spans.0.*"),
        ("spans", [[1, "2"]], "spans.0.*integer"),
        ("document_id", "cd" * 32, "is not a passage of the document"),
    ],
)
def test_a_field_that_does_not_fit_is_named(key: str, value: object, said: str) -> None:
    with pytest.raises(BadArgument, match=f"No Hit: .*{said}"):
        Hit.from_dict({**HIT.to_dict(), key: value})
    answer = json.loads(json.dumps(ANSWER.to_dict()))
    answer["hits"][0][key] = value
    with pytest.raises(BadArgument, match=said):
        Answer.from_dict(answer)


@pytest.mark.parametrize(
    "key", sorted(set(Hit.json_keys()) - {"duplicates", "date", "relevance", "ocr_score"})
)
def test_a_missing_field_is_named(key: str) -> None:
    with pytest.raises(BadArgument, match=f"No Hit: {key}: Field required"):
        Hit.from_dict({name: value for name, value in HIT.to_dict().items() if name != key})


# -- print ----------------------------------------------------------------------


def test_an_answer_shows_its_words_and_its_sources() -> None:
    assert str(ANSWER) == (
        "五天年休假。 [1]\n\n"
        "[1] handbook.pdf, 员工手册 > 第三章 休假 > 年休假, page 12, paragraph 4"
    )


def test_a_short_answer_comes_first() -> None:
    quotes = str(ANSWER)
    assert str(replace(ANSWER, short=SHORT)) == f"五天 [1]\n\n{quotes}"
    decided = replace(SHORT, verdict="no")
    assert str(replace(ANSWER, short=decided)) == f"no: 五天 [1]\n\n{quotes}"


def test_what_may_be_the_answer_and_what_is_said_about_the_library() -> None:
    possible = Answer("几天？", "几天？", False, 0.4, None, (), (HIT,), "possible")
    assert str(possible) == f"The documents may answer this question here:\n{HIT}"
    assert str(Answer("你好", "你好", False, 0.0, "你好。", (), (), "chat")) == "你好。"


def test_an_answer_of_before_there_were_outcomes() -> None:
    value = json.loads(json.dumps(ANSWER.to_dict()))
    del value["outcome"], value["short"], value["hits"][0]["relevance"]
    read = Answer.from_dict(value)
    assert (read.outcome, read.short, read.hits[0].relevance) == ("answered", None, 0.0)
    value |= {"answered": False, "text": None, "citations": []}
    assert Answer.from_dict(value).outcome == "none"


def test_no_answer_names_the_nearest_passages() -> None:
    unanswered = Answer("几天？", "几天？", False, 0.1, None, (), (HIT,) * 5)
    assert str(unanswered).splitlines() == [
        "The documents do not answer this question. The nearest passages:",
        *str(HIT).splitlines() * 3,
    ]
    assert str(replace(unanswered, hits=())) == (
        "The documents do not answer this question: there are no passages to search."
    )


def test_a_hit_and_a_citation_take_two_lines() -> None:
    where = "handbook.pdf, 员工手册 > 第三章 休假 > 年休假, page 12, paragraph 4"
    assert str(HIT) == f"1. {where}\n   满一年的职工有五天年休假。"
    assert str(CITATION) == f"[1] {where}\n    五天年休假。"
    bare = replace(PLACE, title="", headings=(), page=None)
    assert str(bare) == "handbook.pdf, paragraph 4"


def test_what_is_shown_is_bounded() -> None:
    place = replace(PLACE, title="长" * 9_000, source="s" * 9_000)
    text = "字\n" * 9_000
    hit = replace(HIT, place=place, text=text)
    assert len(str(hit)) < 500
    assert str(hit).count("\n") == 1
    citations = tuple(Citation(number, place, text, 1.0) for number in (1, 2, 3))
    answer = Answer("问", "问", True, 1.0, text, citations, (hit,) * 10)
    assert len(str(answer)) < 3_000
    assert len(str(replace(answer, answered=False, citations=()))) < 1_500


def test_a_real_answer(library: Library) -> None:
    library.add_bytes("假期.md", "# 假期\n\n## 年假\n\n满一年的职工有五天年休假。\n".encode())
    answer = library.ask("年休假有几天")
    assert Answer.from_dict(answer.to_dict()) == answer
    assert Answer.from_json(json.dumps(answer.to_dict())) == answer
    assert "假期.md, 假期 > 年假, paragraph 1" in str(answer)
    passage = library.passage(answer.hits[0].passage_id)
    assert passage.place == answer.hits[0].place
    assert passage.text == answer.hits[0].text
    assert LocatedPassage.from_dict(passage.to_dict()) == passage
    assert str(passage).endswith("满一年的职工有五天年休假。")
