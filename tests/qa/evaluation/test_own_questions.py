"""``wenju eval`` with the user's own questions: what a row may say, and its figures by hand."""

import json
from math import log2
from pathlib import Path

import pytest

from qa import BadDataset, Library
from qa.evaluation.evaluate import evaluate_own
from qa.evaluation.own_questions import Expected, LeftOut, load_questions
from qa.progress import silent
from tests.qa.builders import document
from tests.qa.commands import parsed, wenju

LEAVE = "工作满一年的员工每年有五天带薪年假。"
OVERTIME = "加班须事先经\n部门主管同意。"
SCHOOL = "新生凭通知书报到。"
HANDBOOK = document(LEAVE, OVERTIME, title="手册")
RULES = document(SCHOOL, LEAVE, title="规章")


@pytest.fixture
def filled(library: Library) -> Library:
    library.add_documents([("handbook.md", HANDBOOK), ("school/rules.md", RULES)])
    return library


def write(folder: Path, *rows: object) -> Path:
    path = folder / "questions.jsonl"
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def wanted(path: Path, library: Library) -> dict[str, tuple[str, ...]]:
    own = load_questions(path, library)
    assert own.left_out == ()
    return dict(own.wanted)


def test_a_passage_is_an_id_or_words_that_stand_in_it(tmp_path: Path, filled: Library) -> None:
    path = write(
        tmp_path,
        {"question": "年假", "passage": f"{HANDBOOK.id}:0"},
        "",
        {"question": "加班", "passage": " 经部门主管 同意\n"},
        {"question": "年假", "passage": "五天带薪年假"},
        {"question": "年假", "passage": "五天带薪年假", "source": "school/rules.md"},
    )
    assert wanted(path, filled) == {
        "1": (f"{HANDBOOK.id}:0",),
        "3": (f"{HANDBOOK.id}:1",),
        "4": (f"{HANDBOOK.id}:0", f"{RULES.id}:1"),
        "5": (f"{RULES.id}:1",),
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_spreadsheets_csv_is_read(tmp_path: Path, filled: Library, encoding: str) -> None:
    text = (
        "Question, passage ,answers,备注\r\n"
        '"年假，\r\n有几天,请问",五天带薪年假,五天|5 天,不读这一列\r\n'
        ",,,\r\n"
        "加班要谁同意,加班须事先经部门主管同意\r\n"
    )
    path = tmp_path / "questions.CSV"
    path.write_bytes(text.encode(encoding))
    own = load_questions(path, filled)
    assert own.dataset.name == "questions.CSV"
    assert [(query.id, query.text, query.answers) for query in own.dataset.queries] == [
        ("2", "年假，\r\n有几天,请问", ("五天", "5 天")),
        ("5", "加班要谁同意", ()),
    ]
    assert [passage.text for passage in own.dataset.passages] == [LEAVE, OVERTIME, SCHOOL, LEAVE]
    assert own.dataset.qrels == {"2": {f"{HANDBOOK.id}:0": 1}, "5": {f"{HANDBOOK.id}:1": 1}}
    assert own.left_out == ()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"question": "年假", "passage": "六天"}, "no passage of the library has the id '六天'"),
        ({"question": "年假", "passage": "长" * 50}, f"'{'长' * 40}…'"),
        ({"question": "年假", "passage": LEAVE + SCHOOL}, "holds these words"),
        ({"question": "年假", "passage": " "}, "it states no passage"),
        ({"question": "年假"}, "it states no passage"),
        ({"passage": LEAVE}, "The question is empty"),
        ({"question": "年" * 9000, "passage": LEAVE}, "at most 8,000"),
        (
            {"question": "加班", "passage": "部门主管", "source": "school/rules.md"},
            "source: '部门主管' is in 'handbook.md', not in 'school/rules.md'",
        ),
        ({"question": "年假", "answer": "六天"}, "answer: no passage of the library has '六天'"),
        ({"question": "年假", "answer": [["五天", "六天"]]}, "has '五天 … 六天'; 'none' marks a"),
        (
            {"question": "加班", "answer": "同意", "source": "school/rules.md"},
            "answer: no passage of this source has '同意'",
        ),
        ({"question": "加班", "answer": "同意", "source": "a.md"}, "source: no document of the"),
        ({"question": "年假", "answer": "none", "passage": LEAVE}, "answer: it is 'none', and the"),
        ({"question": "年假", "source": "school/rules.md", "answer": ""}, "states no passage and"),
        ({"question": "年假", "answer": {"is": 5}}, "answer: it takes a string, or a list of"),
        ({"question": "年假", "answers": [True]}, "answers: it takes a string, or a list of"),
        ({"question": "年假", "anwser": "五天"}, "unknown column 'anwser'; do you mean 'answer'?"),
        ({"question": " ", "answer": "none"}, "question: The question is empty"),
        ("[1]", "it is no JSON object"),
        ("{broken", "it is no JSON: "),
        ("[" * 100_000, "it is no JSON: "),
    ],
)
def test_a_row_that_cannot_be_measured_is_left_out(
    tmp_path: Path, filled: Library, row: object, reason: str
) -> None:
    path = write(tmp_path, {"question": "年假", "passage": "年假"}, row)
    own = load_questions(path, filled)
    assert [query.id for query in own.dataset.queries] == ["1"]
    (left_out,) = own.left_out
    assert left_out.line == 2
    assert reason in left_out.reason


def test_the_figures_by_hand(tmp_path: Path, filled: Library) -> None:
    path = write(
        tmp_path,
        {"question": "部门主管", "passage": "部门主管", "answer": "加班"},  # first
        {"question": "部门主管同意报到", "passage": "报到", "answers": ["报到"]},  # second
        {"question": "电脑", "passage": "报到"},  # never
        {"question": "年假", "passage": "年假"},  # in both documents: either counts, once
    )
    own = load_questions(path, filled)
    figures, runs = evaluate_own(filled, own, "lexical", silent)
    assert [ranked.passages for ranked in runs] == [
        (f"{HANDBOOK.id}:1",),
        (f"{HANDBOOK.id}:1", f"{RULES.id}:0"),
        (),
        (f"{HANDBOOK.id}:0",),
    ]
    found = figures.to_dict()
    del found["latency_p50"], found["latency_p99"]  # and no outcomes without the full search
    assert found == {
        "dataset": "questions.jsonl",
        "passages": 4,
        "queries": 4,
        "legs": "lexical",
        "model": filled.model_name,
        "nDCG@10": round((1 + 1 / log2(3) + 1) / 4, 5),
        "R@1": 0.5,
        "R@5": 0.75,
        "R@10": 0.75,
        "R@100": 0.75,
        "RR@10": 0.625,
    }
    figures, _ = evaluate_own(filled, own, "full", silent)
    assert {"answer_sentence_rate", "marked_share"} < {*figures.metrics}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("q.csv", None, "cannot be read"),
        ("q.csv", b"", "cannot be read: the file is empty"),
        ("q.csv", bytes(range(256)) * 9, "cannot be read: "),
        ("q.csv", "问题,passage\n".encode(), "line 1: the header names no column question"),
        ("q.csv", b"a,b\n", "line 1: the header names no column question; it has a, b"),
        ("q.csv", b"question,b\n", "no column passage and no column answer; it has question, b"),
        ("q.csv", b"question,pasage\n", "line 1: unknown column 'pasage'; do you mean 'passage'?"),
        ("q.csv", b"question,answer\n", "has no rows"),
        ("q.jsonl", b"\n \n", "cannot be read: the file is empty|has no rows"),
        ("q.jsonl", bytes(range(256)) * 9, "cannot be read: "),
        ("q.csv", b'question,passage\na,b\n"a"b,c\n', "line 3: "),
        ("q.csv", b'question,passage\n"a,b\n', "line 2: "),
    ],
)
def test_a_file_that_is_none_is_refused(
    tmp_path: Path, filled: Library, name: str, content: bytes | None, reason: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BadDataset, match=reason):
        load_questions(tmp_path / name, filled)


def test_an_answer_has_alternatives_of_several_strings(tmp_path: Path, filled: Library) -> None:
    path = write(
        tmp_path,
        {"question": "年假", "answer": "每年 有\n五天"},
        {"question": "年假", "answer": ["六天", ["每年", "五天"]]},
        {"question": "年假", "answers": "六天|五天", "source": "school/rules.md"},
        {"question": "年假", "answer": 5, "answers": ["五天"]},
        {"question": "食堂", "answer": "None"},
        {"question": "食堂", "answer": None},
        {"question": "食堂", "answers": []},
        {"question": "加班", "passage": "部门主管", "answer": "主管"},
    )
    own = load_questions(path, filled)
    assert own.left_out == ()
    assert own.expected == {
        "1": Expected((("每年有五天",),)),
        "2": Expected((("六天",), ("每年", "五天"))),
        "3": Expected((("六天",), ("五天",)), documents=frozenset({RULES.id})),
        "4": Expected((("5",), ("五天",))),
        "5": Expected(),
        "6": Expected(),
        "7": Expected(),
        "8": Expected((("主管",),), (f"{HANDBOOK.id}:1",)),
    }
    assert [own.expected[name].answerable for name in "4567"] == [True, False, False, False]
    assert own.wanted == {"8": (f"{HANDBOOK.id}:1",)}
    assert own.dataset.qrels["1"] == {}
    assert [query.answers for query in own.dataset.queries][:2] == [("每年 有\n五天",), ("六天",)]


def test_the_cells_of_a_csv_state_answers_too(tmp_path: Path, filled: Library) -> None:
    path = tmp_path / "questions.csv"
    path.write_text(
        "question,answer,answers,note\n年假,每年&&五天,,甲\n年假,,六天|每年&&五天,乙\n食堂,none,,\n食堂\n",
        encoding="utf-8",
    )
    own = load_questions(path, filled)
    assert own.left_out == ()
    assert [own.expected[name].answers for name in "2345"] == [
        (("每年", "五天"),),
        (("六天",), ("每年", "五天")),
        (),
        (),
    ]
    assert own.ignored == (LeftOut(2, "the column 'note' is not read"),)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("每 年有\nFive Days", True),
        ("五天 EACH", True),
        ("five", False),
        ("五天", False),
        ("", False),
    ],
)
def test_white_space_and_case_make_no_difference(text: str, stated: bool) -> None:
    assert Expected((("fivedays",), ("五天", "each"))).stated_in(text) == stated


def test_a_comma_without_quotes_is_noticed(tmp_path: Path, filled: Library) -> None:
    path = tmp_path / "questions.csv"
    path.write_text("question,passage\n年假,五天,带薪\n", encoding="utf-8")
    own = load_questions(path, filled)
    assert own.left_out[0].reason.startswith("3 cells under 2 columns; ")
    with pytest.raises(BadDataset, match=r"No row of questions\.csv can be measured: 1 left out"):
        evaluate_own(filled, own, "full", silent)


def test_the_command(tmp_path: Path, filled: Library) -> None:
    path = write(
        tmp_path,
        {"question": "年假有几天", "passage": "五天带薪年假", "answer": "五天"},
        {"question": "食堂在哪", "passage": "食堂在\x1b[31m三楼"},
    )
    run = tmp_path / "own.run"
    done = wenju("eval", path, "--library", filled.path, "--run", run, "--json")
    figures = parsed(done)
    assert (figures["queries"], figures["passages"], figures["R@1"]) == (1, 4, 1.0)
    assert figures["answer_sentence_rate"] == 1.0
    (line,) = done.stderr.splitlines()
    assert line.startswith("questions.jsonl, line 2, left out: passage: no passage of the")
    assert run.read_text(encoding="utf-8").startswith(f"1 Q0 {HANDBOOK.id}:0 1 1.000000 wenju-full")


def test_the_command_refuses_what_does_not_fit(tmp_path: Path, filled: Library) -> None:
    path = write(tmp_path, {"question": "食堂在哪", "passage": "食堂在三楼"})
    refused: list[tuple[list[str | Path], str]] = [
        ([path, "--library", filled.path], "No row of questions.jsonl can be measured"),
        ([path, "--library", filled.path, "--titles"], "go with a folder in the BEIR layout"),
        (
            [tmp_path, "--library", filled.path],
            "--library and --no-reader go with a .csv or .jsonl",
        ),
        ([tmp_path / "none.csv", "--library", filled.path], "none.csv cannot be read"),
        ([path, "--library", tmp_path / "nowhere"], "nowhere"),
    ]
    for arguments, reason in refused:
        done = wenju("eval", *arguments)
        assert done.returncode == 2
        assert done.stdout == ""
        assert reason in " ".join(done.stderr.replace("│", " ").split())
