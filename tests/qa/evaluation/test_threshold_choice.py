"""Choosing the thresholds of a library on its user's questions, by hand and by the command."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import BadDataset, Library, LibraryBusy, Renewal, Thresholds
from qa.evaluation.outcomes import Asked
from qa.evaluation.own_questions import load_questions
from qa.evaluation.threshold_choice import choose, choose_for
from qa.progress import silent
from tests.qa.commands import parsed, wenju

SHIPPED = Thresholds(0.5, 1.0)
PLACE_OF = {
    "停车": "东门",
    "食堂": "西楼",
    "宿舍": "北院",
    "图书馆": "南区",
    "游泳池": "三层",
    "打印机": "地下",
    "会议室": "后山",
    "健身房": "湖边",
    "班车": "广场",
    "体检": "车站",
}


def right(confidence: float) -> Asked:
    return Asked("", True, "none", confidence, True, True, True, None)


def wrong(confidence: float, *, shown: bool = False) -> Asked:
    return Asked("", True, "none", confidence, True, False, shown, None)


def unanswerable(confidence: float) -> Asked:
    return Asked("", False, "none", confidence, True, False, False, None)


def test_the_most_right_answers_minus_wrong_and_false_ones() -> None:
    asked = [
        *(10 * [right(0.3)]),
        *(5 * [wrong(0.2)]),
        *(5 * [unanswerable(0.25)]),
        *(5 * [unanswerable(0.1)]),
    ]
    choice = choose(asked, SHIPPED)
    assert choice.thresholds == Thresholds(0.3, 0.3)  # of .26 to .30 the nearest to .5
    assert choice.questions == 25
    assert (choice.before.threshold, choice.before.gain, choice.before.refused) == (0.5, 0, 15)
    found = choice.after
    assert (found.right, found.wrong, found.refused) == (10, 0, 5)
    assert (found.declined, found.false, found.possible) == (10, 0, 0)
    assert choice.cross_validated == choice.after
    assert choice.fold_thresholds == 5 * (0.3,)


def test_nothing_changes_without_a_reason() -> None:
    asked = [*(10 * [right(0.9)]), *(10 * [unanswerable(0.1)])]
    choice = choose(asked, SHIPPED)
    assert choice.answered == SHIPPED.answered
    assert choice.before.gain == choice.after.gain == choice.cross_validated.gain == 10


def test_a_possible_answer_is_shown_where_it_is_rather_right() -> None:
    asked = [
        *(8 * [right(0.9)]),
        *(4 * [wrong(0.4, shown=True)]),
        *(3 * [unanswerable(0.4)]),
        *(6 * [unanswerable(0.2)]),
    ]
    choice = choose(asked, SHIPPED)
    assert choice.thresholds == Thresholds(0.5, 0.4)
    assert (choice.after.possible, choice.after.possible_right) == (7, 4)
    assert (choice.after.right, choice.after.wrong, choice.after.false) == (8, 0, 0)


@pytest.mark.parametrize(
    ("declined", "threshold", "right_ones"), [(0.0, 0.5, 20), (0.8, 0.61, 15), (1.0, 0.81, 5)]
)
def test_so_many_unanswerable_questions_are_declined(
    declined: float, threshold: float, right_ones: int
) -> None:
    asked = [
        *(5 * [right(0.9)]),
        *(10 * [right(0.7)]),
        *(5 * [right(0.55)]),
        *(3 * [unanswerable(0.6)]),
        *(1 * [unanswerable(0.8)]),
        *(6 * [unanswerable(0.1)]),
    ]
    choice = choose(asked, SHIPPED, declined=declined)
    assert (choice.answered, choice.after.right) == (threshold, right_ones)
    assert choice.after.declined >= 10 * declined


def test_what_was_not_chosen_on_is_judged_by_other_thresholds() -> None:
    # The threshold has to be above .6 for one question alone, which the fold with it never sees.
    asked = [*(9 * [right(0.9)]), right(0.52), *(9 * [unanswerable(0.1)]), unanswerable(0.6)]
    choice = choose(asked, Thresholds(0.5, 1.0))
    assert choice.answered == 0.5
    asked = [*(10 * [right(0.9)]), *(9 * [unanswerable(0.1)]), unanswerable(0.6)]
    choice = choose(asked, Thresholds(0.5, 1.0))
    assert (choice.answered, choice.after.false) == (0.61, 0)
    assert sorted(choice.fold_thresholds) == [0.5, 0.61, 0.61, 0.61, 0.61]
    assert choice.cross_validated.false == choice.before.false == 1


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Library]:
    lines = (f"{what}设在{place}，由{place}管理处负责。" for what, place in PLACE_OF.items())
    with Library.open(tmp_path / "library") as opened:
        opened.add_bytes("places.txt", "\n\n".join(lines).encode())
        yield opened


def write(folder: Path, answerable: int = 15, unanswerable: int = 10) -> Path:
    rows = [{"question": f"{what}设在哪里", "answer": place} for what, place in PLACE_OF.items()]
    rows += [{"question": f"{what}由谁负责", "answer": place} for what, place in PLACE_OF.items()]
    rows = rows[:answerable] + [
        {"question": f"{what}的收费标准是多少元", "answer": "none"}
        for what in [*PLACE_OF][:unanswerable]
    ]
    path = folder / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_the_command_sets_what_the_library_answers_by(tmp_path: Path, filled: Library) -> None:
    path = write(tmp_path)
    chosen = parsed(wenju("calibrate", path, "--library", filled.path, "--json"))
    before, after, unseen = (chosen[name] for name in ("before", "after", "cross_validated"))
    assert (chosen["library"], chosen["aim"]) == (str(filled.location), "right-wrong")
    assert (chosen["questions"], chosen["answered"], chosen["possible"]) == (25, 0.89, 0.89)
    assert chosen["fold_thresholds"] == [0.89, 0.89, 0.89, 0.89, 0.79]
    assert [one["threshold"] for one in (before, after, unseen)] == [0.33, 0.89, 0.89]
    assert [one["right"] for one in (before, after, unseen)] == [15, 15, 15]
    assert [one["wrong"] + one["refused"] for one in (before, after, unseen)] == [0, 0, 0]
    assert [one["declined"] for one in (before, after, unseen)] == [0, 10, 9]
    assert [one["false"] for one in (before, after, unseen)] == [10, 0, 1]
    assert filled.thresholds() == Thresholds(chosen["answered"], chosen["possible"])
    figures = parsed(wenju("eval", path, "--library", filled.path, "--json"))
    assert figures["outcomes"] == chosen["after"]
    done = wenju("calibrate", "--reset", "--library", filled.path)
    assert (done.returncode, done.stdout) == (
        0,
        f"{filled.location} answers from a confidence of 0.33 again, as Wenju comes.\n",
    )
    assert filled.thresholds() == Thresholds(0.33, 1.0)


def test_the_command_shows_what_changes(tmp_path: Path, filled: Library) -> None:
    done = wenju("calibrate", write(tmp_path), "--library", filled.path, "--aim", "declined=0.9")
    assert done.returncode == 0, done.stderr
    first, _, *table, _, said = done.stdout.splitlines()
    assert first == (
        f"{filled.location} answers from a confidence of 0.89, and shows a possible answer from "
        "0.89: chosen on 25 questions."
    )
    assert [line.split() for line in table] == [
        ["threshold", "right", "wrong", "refused", "declined", "false", "possible"],
        ["before", "0.33", "15", "0", "0", "0", "10", "0"],
        ["after", "0.89", "15", "0", "0", "10", "0", "0"],
        ["unseen", "0.89", "15", "0", "0", "9", "1", "0"],
    ]
    assert "thresholds chosen on the others (0.79 to 0.89)" in said


@pytest.mark.parametrize(
    ("answerable", "unanswerable", "found"),
    [
        (14, 5, "has 19 questions that can be asked, 14 that the documents answer and 5 that"),
        (16, 4, "has 20 questions that can be asked, 16 that the documents answer and 4 that"),
        (4, 10, "has 14 questions that can be asked, 4 that the documents answer and 10 that"),
    ],
)
def test_few_questions_choose_nothing(
    tmp_path: Path, filled: Library, answerable: int, unanswerable: int, found: str
) -> None:
    own = load_questions(write(tmp_path, answerable, unanswerable), filled)
    with pytest.raises(BadDataset, match=f"{found} they do not. Thresholds need 20 or more, 5 or"):
        choose_for(filled, own, silent)


def test_a_library_that_is_still_being_read_is_refused(
    tmp_path: Path, filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Library, "renewal", lambda _: Renewal(3, 10, None))
    with pytest.raises(LibraryBusy, match=r"still being read \(3 of 10 passages\)"):
        choose_for(filled, load_questions(write(tmp_path), filled), silent)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "name a file of questions, or folders"),
        (["q.csv", "--model", "static"], "goes alone, and without --model"),
        (["q.csv", "more.csv"], "goes alone, and without --model"),
        (
            ["set", "--library", "here"],
            "--library, --no-reader and --aim go with a .csv or .jsonl file",
        ),
        (["q.csv", "--reset"], "--reset goes with --library alone"),
        (["q.csv", "--aim", "declined=2"], "--aim takes right-wrong, or declined=0.9"),
    ],
)
def test_options_that_do_not_fit_are_refused(arguments: list[str], reason: str) -> None:
    done = wenju("calibrate", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in " ".join(done.stderr.replace("│", " ").split())
