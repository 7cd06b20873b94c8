"""Which sentences are marked: whole ones, those that match, and no more than needed."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from corpus import Span, sentences
from embeddings import TokenEncoder
from qa.answering.highlights import mark
from qa.retrieval.evidence import Question, compare, inverse_document_frequency, question_of
from qa.storage.models import Models
from qa.storage.records import PassageTokens, packed

Ask = Callable[[str], Question]


@pytest.fixture
def ask(bundled: Models) -> Ask:
    """A question whose tokens all count by their learnt norms."""

    def made(text: str) -> Question:
        tokens = bundled.token_encoder.tokens([text])[0]
        ones = inverse_document_frequency(tokens.ids * 0, 100)
        return question_of(bundled.token_encoder, tokens.ids, ones)

    return made


def marked_in(texts: Sequence[str], question: Question, encoder: TokenEncoder) -> list[Span | None]:
    """What is marked in texts that stand under nothing."""
    nothing = np.empty(0, np.int32)
    tokens = [
        PassageTokens(cut.ids, nothing, packed(cut.spans[:, 0])) for cut in encoder.tokens(texts)
    ]
    return mark(texts, compare(question, encoder, tokens).evidence())


def marked(text: str, question: Question, encoder: TokenEncoder) -> Span | None:
    """What is marked in one text."""
    (span,) = marked_in([text], question, encoder)
    return span


TEXT = (
    "食堂每天中午开放。职工工作满一年可以享受五天年休假。图书馆周末闭馆。"
    "停车场只供访客使用。游泳池夏天换水。"
)


def test_the_sentence_that_answers(bundled: Models, ask: Ask) -> None:
    span = marked(TEXT, ask("年休假有几天"), bundled.token_encoder)
    assert span is not None
    assert TEXT[span.start : span.end] == "职工工作满一年可以享受五天年休假。"


@pytest.mark.parametrize("question", ["年休假有几天", "食堂什么时候开放", "游泳池", "访客能停车吗"])
def test_marks_begin_and_end_with_sentences(bundled: Models, ask: Ask, question: str) -> None:
    span = marked(TEXT, ask(question), bundled.token_encoder)
    assert span is not None
    parts = sentences(TEXT)
    assert span.start in {part.start for part in parts}
    assert span.end in {part.end for part in parts}


def test_a_sentence_is_marked_to_its_end(bundled: Models, ask: Ask) -> None:
    text = (
        "食堂每天中午开放，提供两荤两素和一碗热汤。怀孕不满四个月流产的，有十五天假；"
        "满四个月流产的，有四十二天假。停车场只供访客使用，夜间要收费，周末不收。"
    )
    span = marked(text, ask("流产有没有假"), bundled.token_encoder)
    assert span is not None
    assert text[span.start : span.end] == (
        "怀孕不满四个月流产的，有十五天假；满四个月流产的，有四十二天假。"
    )


def test_a_bare_statement_takes_in_what_follows(bundled: Models, ask: Ask) -> None:
    text = (
        "恶意欠薪可能坐牢。有钱就是不给，经政府部门责令后仍不支付的，刑期最高三年。"
        "食堂每天中午开放，提供两荤两素和一碗热汤。停车场只供访客使用，夜间要收费，周末不收。"
    )
    span = marked(text, ask("恶意不发工资会坐牢吗"), bundled.token_encoder)
    assert span is not None
    assert text[span.start : span.end] == text[: text.index("食堂")]


def test_one_sentence_is_marked_whole(bundled: Models, ask: Ask) -> None:
    text = "职工工作满一年可以享受五天年休假。"
    assert marked(text, ask("年休假"), bundled.token_encoder) == Span(0, len(text))


def test_a_sentence_that_leans_on_the_one_before_brings_it(bundled: Models, ask: Ask) -> None:
    text = (
        "图书馆三层有自习室。它从早上八点开放到晚上十点，需要凭工作证进入。"
        "食堂每天中午开放，提供两荤两素和一碗热汤。停车场只供访客使用，夜间要收费。"
    )
    span = marked(text, ask("开放到晚上十点凭什么证进入"), bundled.token_encoder)
    assert span is not None
    assert text[span.start : span.end].startswith("图书馆三层有自习室。它从早上")
    assert "食堂" not in text[span.start : span.end]


@pytest.mark.parametrize("text", ["", "\n", "🦄🦄"])
def test_nothing_to_mark(bundled: Models, ask: Ask, text: str) -> None:
    assert marked(text, ask("年休假"), bundled.token_encoder) is None


def test_a_question_without_words_marks_nothing(bundled: Models, ask: Ask) -> None:
    assert marked(TEXT, ask("🦄🦄"), bundled.token_encoder) is None


@pytest.mark.parametrize(
    ("rule", "example", "question"),
    [
        (
            "会费通常是本人每月基本收入的千分之五。",
            "例如作为计算基数的月收入是6000元，会费就是30元。",
            "月收入6000元会费多少",
        ),
        (
            "Members pay half a per cent of their basic income.",
            "For example, of a basis of 6000 a month the dues are 30.",
            "what are the dues of 6000 a month",
        ),
    ],
)
def test_an_example_brings_the_rule(
    bundled: Models, ask: Ask, rule: str, example: str, question: str
) -> None:
    rest = "食堂每天中午开放，提供两荤两素和一碗热汤。停车场只供访客使用，夜间要收费，周末不收。"
    text = f"图书馆周末闭馆。{rule} {example} {rest * 2}"
    span = marked(text, ask(question), bundled.token_encoder)
    assert span is not None
    assert text[span.start : span.end] == f"{rule} {example}"


def test_many_texts_are_marked_as_each_alone(bundled: Models, ask: Ask) -> None:
    pool = TEXT.split("。")[:-1]
    turned = ["。".join(pool[i:] + pool[:i]) + "。" for i in range(5)]
    texts = ["", "年休假", *turned, "🦄🦄", pool[0]]
    question, encoder = ask("年休假有几天"), bundled.token_encoder
    spans = marked_in(texts, question, encoder)
    assert spans == [marked(text, question, encoder) for text in texts]
    found = [span and text[span.start : span.end] for text, span in zip(texts, spans, strict=True)]
    assert found == [None, "年休假", *["职工工作满一年可以享受五天年休假。"] * 5, None, pool[0]]


def test_tokens_without_places_cannot_be_marked(bundled: Models, ask: Ask) -> None:
    (cut,) = bundled.token_encoder.tokens([TEXT])
    unplaced = PassageTokens(cut.ids, np.empty(0, np.int32))
    evidence = compare(ask("年休假有几天"), bundled.token_encoder, [unplaced]).evidence()
    with pytest.raises(ValueError, match="places"):
        mark([TEXT], evidence)


ALLOWANCES = "职级 | 最低年限 | 月度津贴\nP4 | 无 | 0元\nP5 | 两年 | 800元\nP6 | 四年 | 1500元"
LIMITS = "| 金额 | 审批人 |\n| 五千元以下 | 经理 |\n| 五万元以下 | 副总 |\n| 五万元以上 | 总经理 |"


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        # The head has the words of the question, the row what it asks for.
        (ALLOWANCES, "P6的月度津贴是多少", "P6 | 四年 | 1500元"),
        (ALLOWANCES, "P5的最低年限", "P5 | 两年 | 800元"),
        (LIMITS, "五千元以下的金额审批人是谁", "| 五千元以下 | 经理 |"),
        # Where no row is asked for more than another, the head stands for the table.
        (ALLOWANCES, "月度津贴", "职级 | 最低年限 | 月度津贴"),
        (LIMITS, "三万元的审批人", "| 金额 | 审批人 |"),
    ],
)
def test_a_row_of_a_table_is_read_under_its_head(
    bundled: Models, ask: Ask, text: str, question: str, expected: str
) -> None:
    span = marked(text, ask(question), bundled.token_encoder)
    assert span is not None
    assert text[span.start : span.end] == expected


def test_of_a_table_too_long_to_be_quoted_a_row_is_marked(bundled: Models, ask: Ask) -> None:
    rows = [
        f"{8100 + number} | 第{number}车间值班室 | 每天早上八点到晚上十点" for number in range(20)
    ]
    text = "\n".join(["分机 | 部门 | 时间", *rows, "8190 | 财务部 | 上午", "8191 | 财务部 | 下午"])
    span = marked(text, ask("财务部的分机"), bundled.token_encoder)
    assert span is not None
    assert text[span.start : span.end] == "8190 | 财务部 | 上午"
