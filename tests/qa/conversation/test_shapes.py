"""What a question looks like, and how it is completed, by rules alone."""

import pytest

from qa.conversation.rewriting import overlap, readings, shape_of
from qa.language.topics import Counterpart, has_topic, is_covered, names_another, topics


@pytest.mark.parametrize(
    ("question", "core"),
    [
        ("那流产呢？", "流产"),
        ("那么，单位呢", "单位"),
        ("还有，仲裁要交钱吗？", "仲裁要交钱吗"),
        ("那些职工呢？", "那些职工"),
        ("那麼，單位呢", "單位"),
        ("還有，仲裁要交錢嗎？", "仲裁要交錢嗎"),
        ("那裡的員工呢？", "那裡的員工"),
        ("呢？", "呢"),
        ("其中活动方面谁当主角？", "活动方面谁当主角"),
        ("What about the deadline?", "deadline"),
        ("and for part-timers?", "for part-timers"),
        ("And how about couriers?", "couriers"),
        ("OK. And whose approval do we need then?", "whose approval do we need then"),
        ("Andrew who?", "Andrew who"),
    ],
)
def test_core(question: str, core: str) -> None:
    assert shape_of(question).core == core


@pytest.mark.parametrize(
    ("question", "fragment", "points"),
    [
        ("那流产呢？", True, False),
        ("劳保用品谁来买呢？", False, False),
        ("那會不會扣薪呢？", False, False),
        ("它什么时候生效？", False, True),
        ("其他人也可以吗", False, False),
        ("其实年假有几天", False, False),
        ("这种情况算吗", False, True),
        ("该怎么办", False, False),
        ("该打什么电话", False, False),
        ("应该公司出钱吗", False, False),
        ("该公司要赔多少", False, True),
        ("工伤的他人怎么赔", False, False),
        ("what about the deadline?", True, False),
        ("And who may join?", False, False),
        ("How does it work?", False, True),
        ("Is a unit meant?", False, False),
        ("年假有几天", False, False),
    ],
)
def test_fragments_and_pointing(question: str, fragment: bool, points: bool) -> None:
    shape = shape_of(question)
    assert (shape.fragment, shape.points) == (fragment, points)


def test_length() -> None:
    assert shape_of("怎么申请？").length == 4
    assert shape_of("领失业保险金要符合什么条件？").length == 13
    assert shape_of("And for part-time staff?").length == 9
    assert shape_of("申请" * 40).long
    assert shape_of("and so " + "very " * 30 + "long").long


@pytest.mark.parametrize("question", ["", "？？", "呢", "那", "and", "what about"])
def test_hardly_a_question(question: str) -> None:
    shape = shape_of(question)
    assert readings(shape, ["年假有几天"], ["年假"], "") is not None
    assert not shape.long


@pytest.mark.parametrize(
    ("question", "before", "title", "heading", "expected"),
    [
        ("怎么申请？", "失业保险金有多少", "失业保险金", "", "失业保险金，怎么申请？"),
        ("它什么时候生效？", "集体合同是什么", "集体合同", "", "集体合同什么时候生效？"),
        ("那流产呢？", "产假有几天", "产假", "", "流产有几天？"),
        ("会被报复吗", "性骚扰", "性骚扰", "会不会因为投诉被报复？", "会不会因为投诉被报复？"),
        ("主席干几年", "工会", "工会", "任期和专职主席", "工会，主席干几年？（任期和专职主席）"),
        (
            "what about the deadline?",
            "arbitration",
            "Arbitration",
            "",
            "arbitration: what about deadline?",
        ),
        ("How does it work?", "the mechanism", "The mechanism", "", "How does the mechanism work?"),
        # Only the subject of the question before gives its place to another.
        ("那单位呢？", "每个月交多少会费", "会费", "", "每个月交多少会费，单位呢？"),
        ("我全责呢？", "下班被撞了算工伤吗？", "工伤", "", "下班被撞了算工伤吗，我全责呢？"),
        ("那“三倾”呢？", "刘雪莲说的四勤是什么", "刘雪莲", "", "刘雪莲，“三倾”呢？"),
        # What a heading or title has of the question before is its topic, verbs too.
        ("钱会少吗", "怀孕了老板能开除我吗", "怀孕了会不会被辞退", "", "怀孕，钱会少吗？"),
        (
            "how long does it take?",
            "Is labour arbitration expensive?",
            "Arbitration",
            "",
            "How long does the labour arbitration take?",
        ),
        # "They" and "do it" are no thing.
        (
            "and if they never sign?",
            "When must I get a written contract?",
            "Contracts",
            "",
            "written contract: what about if they never sign?",
        ),
        (
            "did they have a right to do it?",
            "What is severance pay?",
            "Severance pay",
            "",
            "severance pay: did they have a right to do it?",
        ),
        # A type or grade takes another's place, and what is asked in Chinese stays Chinese.
        ("YX-700呢", "YX-300多少钱", "价目", "", "YX-700多少钱？"),
        ("那P6呢？", "P5津贴多少", "职级", "", "P6津贴多少？"),
        ("YX-700呢", "交货期多长，YX-300多少钱", "价目", "", "交货期多长，YX-700多少钱？"),
        ("YX-700呢", "YX-300多少钱", "价目", "单价", "YX-300，YX-700呢？（单价）"),
        ("E02呢", "E01是什么意思", "说明书", "", "E01，E02呢？"),
        ("and E02?", "What does E01 mean?", "Manual", "", "What does E02 mean?"),
        # A thing takes no pronoun's place that stands for somebody, nor the reverse.
        ("他们不给呢？", "考勤表在公司手里", "考勤表", "", "考勤表，他们不给呢？"),
        ("跟它配套的活动有哪些", "庄莉说了什么", "庄莉", "", "庄莉，跟它配套的活动有哪些？"),
        ("她说了什么", "庄莉是谁", "庄莉", "", "庄莉说了什么？"),
        (
            "What does he risk?",
            "unpaid wages",
            "Unpaid wages",
            "",
            "unpaid wages: What does he risk?",
        ),
        (
            "Where does its money come from?",
            "What is the ACFTU?",
            "ACFTU",
            "",
            "Where does ACFTU's money come from?",
        ),
        (
            "What about changing jobs?",
            "How much annual leave is there after ten years?",
            "Annual leave",
            "",
            "annual leave: what about changing jobs?",
        ),
    ],
)
def test_readings(question: str, before: str, title: str, heading: str, expected: str) -> None:
    assert expected in readings(shape_of(question), [before], [title], heading)


def test_a_topic_that_is_named_already_is_not_named_again() -> None:
    assert readings(shape_of("年假怎么算？"), ["年假有几天"], ["年假"], None) == []


def test_both_questions_in_one_line_only_for_a_passage_that_has_what_is_named() -> None:
    shape = shape_of("怎么算？")
    assert "年假有几天，怎么算？" in readings(shape, ["年假有几天？"], ["年假"], "")
    assert "年假有几天，怎么算？" not in readings(shape, ["年假有几天？"], ["年假"], None)


def test_words_that_the_title_has_come_first() -> None:
    assert topics(["单位欠的工资怎么办"], ["工资被拖欠了"])[:2] == ["工资", "单位"]
    assert topics(["Can I go to arbitration?"], ["Unpaid wages", "Arbitration"])[0] == "arbitration"


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Who may join a trade union?", ["trade union"]),
        ("What if I don't take my leave?", ["leave"]),
        ("Where do I report unpaid wages?", ["unpaid wages"]),
        ("we're only eight people", ["eight people"]),
        ("年假里算不算周末", ["年假"]),
        ("月底调岗了，失业金还发吗", ["失业金"]),
    ],
)
def test_topics_are_nouns(question: str, named: list[str]) -> None:
    assert topics([question], []) == named


def test_who_is_named_and_stands_elsewhere() -> None:
    assert names_another("庄莉是哪一年出生的", "刘雪莲讲四勤")
    assert not names_another("庄莉是哪一年出生的", "庄莉的两大精神")
    assert not names_another("What is Australia?", "")


def test_a_code_is_one_topic() -> None:
    assert topics(["YX-300多少钱"], []) == ["YX-300"]
    assert topics(["T3.2版本有什么变化"], [])[0] == "T3.2版本"


def test_a_sentence_is_no_topic() -> None:
    assert topics(["年假" * 50], ["年假"]) == []


def test_has_topic() -> None:
    assert has_topic("工伤认定要多久")
    assert has_topic("E01是什么意思")
    assert not has_topic("怎么申请")
    assert not has_topic("how long does it take")


def test_what_a_question_names_is_covered_by_the_words_or_by_words_as_good() -> None:
    assert is_covered("医药费谁出", "医药费由单位出")
    assert not is_covered("医药费谁出", "治疗的费用由单位出")
    assert is_covered(
        "医药费谁出", "治疗的费用由单位出", [Counterpart(0, 2, 0.5), Counterpart(2, 3, 0.3)]
    )
    assert not is_covered(
        "医药费谁出", "治疗的费用由单位出", [Counterpart(0, 2, 0.5), Counterpart(2, 3, 0.2)]
    )
    assert not is_covered("医药费谁出", "治疗的费用由单位出", [Counterpart(3, 5, 1.0)])
    assert is_covered("有什么办法", "")  # a word that names nothing


def test_overlap_counts_words_that_mean_something() -> None:
    assert overlap("怎么申请", "怎么申请") == 1.0
    assert overlap("怎么申请", "怎么证明") == 0.0
    assert overlap("多少", "每个月多少钱") == 0.0
    assert overlap("when leaving the company", "Leaving the company") == 1.0
