"""Conversations with the demo library."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from qa import BadQuestion, Conversation, Library, NoSuchDocument
from qa.conversation.conversation import TURNS_KEPT

UNANSWERABLE = Path(__file__).resolve().parents[2] / "demo_unanswerable.jsonl"

FIRST = "工伤认定要在多少天内申请？"
FOLLOWUP = "要证明什么？"
QUERY = "工伤，要证明什么？"


@pytest.mark.parametrize(
    ("first", "followup", "query", "contains"),
    [
        (FIRST, FOLLOWUP, QUERY, "举证责任在单位"),
        (
            "劳动合同的试用期最长多久？",
            "这段时间工资最少给多少？",
            "试用期，这段时间工资最少给多少？",
            "约定工资的80%",
        ),
        (
            "申请法律援助要审查收入吗？",
            "那要带什么？",
            "法律援助，到哪里申请，带什么材料？",
            "材料一般有身分證件",
        ),
        (
            "Who is Yang Zhonglin?",
            "What does he say about migrant workers?",
            "What does Yang Zhonglin say about migrant workers?",
            "Yang names wage arrears",
        ),
        (
            "What is paid during probation?",
            "What about overtime?",
            "probation: Overtime rates?",
            "150 per cent",
        ),
    ],
)
def test_a_followup_is_completed(
    conversation: Conversation, first: str, followup: str, query: str, contains: str
) -> None:
    conversation.ask(first)
    answer = conversation.ask(followup)
    assert (answer.question, answer.query) == (followup, query)
    assert answer.answered
    assert contains in answer.hits[0].text


@pytest.mark.parametrize(
    ("first", "followup", "query", "title"),
    [
        # A page in Traditional characters, an asker of Simplified ones, and the other way round.
        (
            "申请法律援助要审查收入吗？",
            "那要带什么？",
            "法律援助，到哪里申请，带什么材料？",
            "法律援助：沒錢請律師怎麼辦",
        ),
        (
            "申請法律援助要審查收入嗎？",
            "那要帶什麼？",
            "法律援助，到哪裡申請，帶什麼材料？",
            "法律援助：沒錢請律師怎麼辦",
        ),
        (
            "工傷認定要在多少天內申請？",
            "要證明什麼？",
            "要證明什麼，多久出結果？",
            "工伤：认定、时限和待遇",
        ),
        # 期限 is the same in both: the question before decides.
        ("工傷認定要在多少天內申請？", "期限？", "工傷認定，期限？", "工伤：认定、时限和待遇"),
    ],
)
def test_a_completion_is_written_as_its_asker_writes(
    conversation: Conversation, first: str, followup: str, query: str, title: str
) -> None:
    conversation.ask(first)
    answer = conversation.ask(followup)
    assert answer.query == query
    assert answer.hits[0].title == title  # as the document has it
    assert all(citation.title == title for citation in answer.citations)


def test_the_answer_is_the_library_s_to_the_query(
    demo: Library, conversation: Conversation
) -> None:
    conversation.ask(FIRST)
    answer = conversation.ask(FOLLOWUP)
    alone = demo.ask(answer.query)
    assert answer.query == QUERY
    assert (answer.hits, answer.citations) == (alone.hits, alone.citations)
    assert (answer.text, answer.confidence) == (alone.text, alone.confidence)


def test_as_is_takes_the_completion_back(demo: Library, conversation: Conversation) -> None:
    conversation.ask(FIRST)
    conversation.ask(FOLLOWUP)
    answer = conversation.ask(FOLLOWUP, as_is=True)
    assert answer == demo.ask(FOLLOWUP)
    questions = [(turn.question, turn.query) for turn in conversation.turns]
    assert questions == [(FIRST,) * 2, (FOLLOWUP,) * 2]
    assert conversation.turns[-1].answer == answer


def test_another_question_as_is_is_a_turn_of_its_own(conversation: Conversation) -> None:
    conversation.ask(FIRST)
    conversation.ask(FOLLOWUP, as_is=True)
    assert [turn.query for turn in conversation.turns] == [FIRST, FOLLOWUP]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("年假跨年还能休吗？", "那退休年龄现在推迟到多少岁？"),
        ("公司里怎么成立工会？", "还有，劳动仲裁要交钱吗？"),
        ("哺乳期每天有多久喂奶时间？", "12351是什么？"),
        ("What is severance pay?", "And who may join a trade union?"),
    ],
)
def test_a_new_topic_stays_as_it_was_typed(
    conversation: Conversation, first: str, then: str
) -> None:
    conversation.ask(first)
    assert conversation.ask(then).query == then


def test_what_no_document_answers_is_left_alone(demo: Library) -> None:
    lines = UNANSWERABLE.read_text(encoding="utf-8").splitlines()
    for question in (json.loads(line)["question"] for line in lines):
        conversation = demo.conversation()
        conversation.ask("工伤认定要多久？")
        assert conversation.ask(question).query == question


@pytest.mark.parametrize(
    ("first", "followup", "query", "contains"),
    [
        (
            "公司不肯去报工伤，我自己能报吗？",
            "耽搁这些天的医药费谁出",
            "工伤，耽搁这些天的医药费谁出？",
            "这期间符合规定的工伤待遇费用要由单位自己掏",
        ),
    ],
)
def test_of_many_passages_the_one_that_is_meant_comes_first_though_it_is_no_sure_answer(
    demo: Library,
    conversation: Conversation,
    first: str,
    followup: str,
    query: str,
    contains: str,
) -> None:
    conversation.ask(first)
    answer = conversation.ask(followup)
    assert (answer.query, answer.answered) == (query, False)
    assert contains in answer.hits[0].text
    assert contains not in demo.ask(followup).hits[0].text


def test_a_topic_lasts_for_several_turns(conversation: Conversation) -> None:
    for question in ("公司要有多少会员才建工会？", "老板不同意怎么办？", "主席干几年？"):
        answer = conversation.ask(question)
    assert "每届任三年或五年" in answer.hits[0].text


def test_the_first_question_is_never_completed(conversation: Conversation) -> None:
    assert conversation.ask(FOLLOWUP).query == FOLLOWUP
    assert len(conversation.turns) == 1


@pytest.mark.parametrize("question", ["", "  ", "字" * 8_001])
def test_a_bad_question_is_no_turn(conversation: Conversation, question: str) -> None:
    with pytest.raises(BadQuestion):
        conversation.ask(question)
    conversation.ask("年假有几天？")
    with pytest.raises(BadQuestion):
        conversation.ask(question)
    assert len(conversation.turns) == 1


@pytest.mark.parametrize("question", ["？", "呢", "那", "...", "it", "👍"])
def test_hardly_a_question(conversation: Conversation, question: str) -> None:
    conversation.ask("年假有几天？")
    assert conversation.ask(question).question == question


def test_after_a_very_long_question(conversation: Conversation) -> None:
    conversation.ask("年假" * 4_000)
    assert len(conversation.ask(FOLLOWUP).query) < 200


def test_documents_are_passed_on(conversation: Conversation) -> None:
    conversation.ask("年假有几天？", ["annual-leave.md"])
    answer = conversation.ask(FOLLOWUP, ["women-workers.md", "annual-leave.md"])
    assert {Path(hit.source).name for hit in answer.hits} == {"women-workers.md", "annual-leave.md"}
    with pytest.raises(NoSuchDocument):
        conversation.ask(FOLLOWUP, ["no-such.md"])
    assert len(conversation.turns) == 2


def test_the_history_is_bounded(conversation: Conversation) -> None:
    for number in range(TURNS_KEPT + 3):
        conversation.ask(f"第{number}条", as_is=True)
    assert len(conversation.turns) == TURNS_KEPT
    assert conversation.turns[0].question == "第3条"


def test_a_document_that_was_removed_is_no_topic_any_more(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        library.add_bytes("a.txt", "灯塔每天上午九点开放。\n\n登塔有一百六十级台阶。".encode())
        library.add_bytes("b.txt", "渡船每天开六班。".encode())
        conversation = library.conversation()
        conversation.ask("灯塔几点开放？")
        library.remove("a.txt")
        assert conversation.ask("它有多少级？").query == "它有多少级？"


def test_an_empty_library(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        conversation = library.conversation()
        for question in ("年假有几天？", "那产假呢？"):
            answer = conversation.ask(question)
            assert (answer.answered, answer.query) == (False, question)


def test_jieba_starts_with_the_first_completion_and_writes_nothing_outside(home: Path) -> None:
    script = """
import sys, tempfile
from pathlib import Path
from qa import Library
conversation = Library.demo().conversation()
conversation.ask("工伤认定要在多少天内申请？")
conversation.ask("会费交多少？")
print("jieba" in sys.modules)
conversation.ask("工伤认定要在多少天内申请？")
conversation.ask("要证明什么？")
print("jieba" in sys.modules)
print((Path(tempfile.gettempdir()) / "jieba.cache").exists())
"""
    temporary = home / "tmp"
    temporary.mkdir()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env={"HOME": str(home), "TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False", "True", "False"]
    assert done.stderr == ""


def test_a_followup_is_completed_across_small_talk(conversation: Conversation) -> None:
    conversation.ask(FIRST)
    for said in ("谢谢！", "这里面有什么"):
        reply = conversation.ask(said)
        assert (reply.outcome, reply.hits, reply.query) == ("chat", (), said)
    assert conversation.ask(FOLLOWUP).query == QUERY
    assert [turn.answer.outcome for turn in conversation.turns[1:3]] == ["chat", "chat"]


def test_small_talk_as_it_was_typed_is_searched(conversation: Conversation) -> None:
    conversation.ask("谢谢")
    answer = conversation.ask("谢谢", as_is=True)
    assert answer.outcome != "chat"
    assert answer.hits
    assert len(conversation.turns) == 1
