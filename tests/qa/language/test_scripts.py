"""Simplified and Traditional Chinese: which a text is written in, and writing it in the other."""

import pytest
from opencc import OpenCC

from corpus.characters import HAN
from embeddings.encoders.spelling import side
from qa.language.scripts import ChineseScript, chinese_script, in_script
from qa.language.terms import simplified_characters


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("到哪里申请，带什么材料？", "simplified"),
        ("到哪裡申請，帶什麼材料？", "traditional"),
        ("后台几点开", "simplified"),
        ("皇后何時登基", "traditional"),
        ("乾坤大挪移怎么练", "simplified"),
        ("台北在公里石何方", None),  # of characters that both scripts have
        ("年假", None),
        ("How long is it?", None),
        ("会社の休暇は何日ですか", None),  # Japanese has characters of both
        ("", None),
    ],
)
def test_the_script_of_a_text(text: str, script: ChineseScript | None) -> None:
    assert chinese_script(text) == script


def test_the_first_text_that_shows_a_script_decides() -> None:
    assert chinese_script("年假", "帶什麼", "带什么") == "traditional"
    assert chinese_script("年假", "工伤") == "simplified"
    assert chinese_script("年假", "12351") is None
    assert chinese_script() is None


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("到哪里申请，带什么材料？", "到哪裡申請，帶什麼材料？"),
        ("头发", "頭髮"),
        ("发展", "發展"),
        ("为什么", "為什麼"),
    ],
)
def test_a_text_is_written_in_the_wanted_script(simplified: str, traditional: str) -> None:
    assert in_script(traditional, "simplified") == simplified
    assert in_script(simplified, "traditional") == traditional
    for script, text in (("simplified", simplified), ("traditional", traditional)):
        assert in_script(text, script) == text  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["年假", "台北", "What is 年假?", "会社の休暇", "", "🦄"])
def test_a_text_without_the_other_script_stays_as_it_is(text: str) -> None:
    assert in_script(text, "simplified") == text
    assert in_script(text, "traditional") == text
    assert in_script(text, None) == text


def test_no_script_leaves_a_text_as_it_is() -> None:
    assert in_script("帶什麼", None) == "帶什麼"


def test_the_table_agrees_with_opencc() -> None:
    to_simplified, to_traditional = OpenCC("t2s"), OpenCC("s2t")
    for traditional, simplified in simplified_characters().items():
        if chinese_script(traditional) == "traditional":
            assert to_simplified.convert(traditional) != traditional
        if chinese_script(simplified) == "simplified":
            assert to_traditional.convert(simplified) != simplified


def test_the_encoder_counts_the_same_characters_as_chinese() -> None:
    assert [side(character) for character in "年〇々㐀𠮷豈"] == [1] * 6
    assert [side(character) for character in "aé한か1。"] == [-1, -1, -1, -1, 0, 0]
    assert HAN
