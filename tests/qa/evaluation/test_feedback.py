"""What readers say of answers: kept, withdrawn, and measured."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.errors import BadQuestion, NoSuchDocument, WenjuError
from qa.evaluation.feedback import Feedback, Judgement, SessionFeedback, Sessions, StoredFeedback
from qa.evaluation.judged_questions import checked, evaluation_set
from qa.evaluation.own_questions import load_questions
from qa.library import Library
from tests.qa.commands import parsed, wenju

POOL = "# 泳池\n\n泳池每周三下午闭馆换水。\n\n泳池水温保持在二十七度。\n"
CANTEEN = "# 食堂\n\n食堂晚餐供应到七点半。\n"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "test.library") as opened:
        opened.add_bytes("pool.md", POOL.encode())
        opened.add_bytes("canteen.md", CANTEEN.encode())
        yield opened


def ids(library: Library, source: str) -> list[str]:
    return [passage.passage_id for passage in library.show(source).passages]


@pytest.mark.parametrize("kind", ["stored", "session"])
def test_judgements_are_kept_replaced_and_withdrawn(library: Library, kind: str) -> None:
    feedback: Feedback = StoredFeedback(library) if kind == "stored" else SessionFeedback()
    closed, warm = ids(library, "pool.md")
    first = Judgement("泳池呢？", "泳池什么时候闭馆？", "good", closed, asked_at="2026-11-25")
    feedback.record(first)
    feedback.record(Judgement("水温？", "水温？", "bad", closed, asked_at="2026-11-26"))
    feedback.record(Judgement("水温？", "水温？", "bad", closed, warm, "写在第二段", "2026-11-27"))
    assert feedback.judgements() == (
        first,
        Judgement("水温？", "水温？", "bad", closed, asked_at="2026-11-26"),
        Judgement("水温？", "水温？", "bad", closed, warm, "写在第二段", "2026-11-27"),
    )
    feedback.record(Judgement("泳池？", "泳池什么时候闭馆？", "bad", closed, asked_at="2026-11-28"))
    assert [one.verdict for one in feedback.judgements()] == ["bad", "bad", "bad"]
    assert feedback.judgements()[-1].question == "泳池？"
    feedback.withdraw(first)
    assert [one.query for one in feedback.judgements()] == ["水温？", "水温？"]
    feedback.record(Judgement("有健身房吗？", "有健身房吗？", "good"))  # right that nothing answers
    feedback.record(Judgement("有健身房吗？", "有健身房吗？", "bad"))
    assert feedback.judgements()[-1].passage_id is None
    assert len(feedback.judgements()) == 3
    assert feedback.judgements()[-1].asked_at > "2026-11-24T"


def test_what_was_said_stays_when_the_library_is_opened_again(library: Library) -> None:
    StoredFeedback(library).record(Judgement("几点？", "几点？", "bad"))
    with Library.open(library.path) as again:
        assert [one.question for one in StoredFeedback(again).judgements()] == ["几点？"]


def test_each_visitor_speaks_for_themselves() -> None:
    sessions = Sessions()
    sessions.of("anna").record(Judgement("几点？", "几点？", "bad"))
    assert len(sessions.of("anna").judgements()) == 1
    assert sessions.of("bert").judgements() == ()
    sessions.of(None).record(Judgement("几点？", "几点？", "bad"))
    assert sessions.of(None).judgements() == ()
    for number in range(250):
        sessions.of(f"visitor {number}")
    assert sessions.of("anna").judgements() == ()  # memory is bounded


def test_what_comes_from_outside_is_checked(library: Library) -> None:
    (dinner,) = ids(library, "canteen.md")
    right = Judgement("晚餐到几点？", "晚餐到几点？", "good", dinner)
    assert checked(library, right) is right
    for wrong, error in (
        (Judgement(" ", "晚餐？", "good", dinner), BadQuestion),
        (Judgement("晚餐？", "问" * 9_000, "good", dinner), BadQuestion),
        (Judgement("晚餐？", "晚餐？", "great", dinner), WenjuError),  # type: ignore[arg-type]
        (Judgement("晚餐？", "晚餐？", "good", dinner[:-1] + "7"), NoSuchDocument),
        (Judgement("晚餐？", "晚餐？", "bad", dinner, "nothing"), NoSuchDocument),
    ):
        with pytest.raises(error):
            checked(library, wrong)


def test_an_evaluation_set_is_made_and_read(library: Library, tmp_path: Path) -> None:
    (dinner,), (closed, warm) = ids(library, "canteen.md"), ids(library, "pool.md")
    said = (
        Judgement("晚餐到几点？", "晚餐到几点？", "good", dinner, asked_at="2026-11-25"),
        Judgement("几度？", "泳池水温几度？", "bad", closed, warm, asked_at="2026-11-26"),
        Judgement("几度？", "泳池水温几度？", "bad", closed, asked_at="2026-11-26"),
        Judgement("有健身房吗？", "有健身房吗？", "good"),
        Judgement("没了？", "没了？", "good", "0" * 64 + ":0"),
    )
    made = evaluation_set(library, said)
    assert made.left_out == 3
    assert [json.loads(line) for line in made.jsonl.splitlines()] == [
        {
            "question": "晚餐到几点？",
            "passage": "食堂晚餐供应到七点半。",
            "source": "canteen.md",
            "passage_id": dinner,
            "asked_at": "2026-11-25",
        },
        {
            "question": "泳池水温几度？",
            "passage": "泳池水温保持在二十七度。",
            "source": "pool.md",
            "passage_id": warm,
            "asked_at": "2026-11-26",
        },
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text(made.jsonl, encoding="utf-8")
    own = load_questions(file, library)
    assert own.left_out == ()
    assert dict(own.wanted) == {"1": (dinner,), "2": (warm,)}


def test_the_command_line_lists_exports_and_measures(library: Library, tmp_path: Path) -> None:
    named = ("--library", library.path)
    assert "Nobody has said anything" in wenju("feedback", "list", *named).stdout
    (dinner,) = ids(library, "canteen.md")
    feedback, asked = StoredFeedback(library), "晚餐到几点？"
    feedback.record(Judgement(asked, asked, "good", dinner, asked_at="2026-11-25"))
    feedback.record(Judgement("有健身房吗？", "有健身房吗？", "bad", asked_at="2026-11-26"))
    listed = wenju("feedback", "list", *named).stdout
    assert listed == "2026-11-25  good  晚餐到几点？\n2026-11-26  bad   有健身房吗？\n"
    file = tmp_path / "questions.jsonl"
    exported = parsed(wenju("feedback", "export", file, *named, "--json"))
    assert exported == {"questions": 1, "left_out": 1}
    measured = parsed(wenju("eval", file, *named, "--json"))
    assert (measured["queries"], measured["R@1"]) == (1, 1.0)
    assert wenju("feedback", "export", tmp_path / "no" / "x.jsonl", *named).returncode == 2
