"""Items of lists, rows of tables, and the ordinals of running text."""

import pytest

from corpus.list_markers import begins_item, begins_ordinal, is_row, is_table_row


@pytest.mark.parametrize(
    "line",
    [
        "- 带身份证",
        "• 带身份证",
        "•带身份证",
        "*带身份证",
        "□ 带身份证",
        "① 带身份证",
        "⑴ 带身份证",
        "1. 带身份证",
        "1.带身份证",
        "1) 带身份证",
        "(1) 带身份证",
        "（一）带身份证",
        "一、带身份证",
        "十一.带身份证",
        "１．带身份证",
        "12．带身份证",
        "100、带身份证",
        "* bring",
        "‣ bring",
        "a) bring it",
        "i. bring",
        "iv) bring",
    ],
)
def test_items(line: str) -> None:
    assert begins_item(line)
    assert is_row(line)


@pytest.mark.parametrize(
    "line",
    [
        "第一，带身份证",
        "一是带身份证",
        "-5 degrees",
        "——张三",
        "□带身份证",
        "*bring",
        "1.5倍工资",
        "2026.3.1 生效",
        "2026、2027两年",
        "一般带身份证",
        "v. Board of Education",
        "it is here",
        "I. Introduction",
        "**bold**",
    ],
)
def test_no_items(line: str) -> None:
    assert not begins_item(line)


@pytest.mark.parametrize(
    "line",
    ["| 号码 | 谁接 |", "|号码|谁接|", "号码 | 谁接", "谁接 |", "号码\t谁接"],
)
def test_rows_of_tables(line: str) -> None:
    assert is_table_row(line)
    assert is_row(line)
    assert not begins_item(line)


@pytest.mark.parametrize("line", ["号码 谁接", "the value of |x| grows", "1. 号码", "a||b"])
def test_no_rows_of_tables(line: str) -> None:
    assert not is_table_row(line)


@pytest.mark.parametrize(
    "sentence", ["一是签合同。", "第二，办工卡。", "再次，开邮箱。", "最後簽字。", "Finally, sign."]
)
def test_an_ordinal_counts_sentences_and_is_no_item(sentence: str) -> None:
    assert begins_ordinal(sentence)
    assert not is_row(sentence)


@pytest.mark.parametrize("line", ["2.1 带身份证", "7.3.2. 带身份证"])
def test_a_section_number_makes_a_row_but_no_item(line: str) -> None:
    assert is_row(line)
    assert not begins_item(line)


def test_numbers_with_a_pause_mark_are_used_for_both() -> None:
    assert begins_ordinal("一、带身份证")
    assert begins_item("一、带身份证")
    assert not begins_ordinal("1、带身份证")
    assert not begins_ordinal("（一）带身份证")
