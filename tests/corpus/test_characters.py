"""Classes of characters: Chinese characters, and writing without spaces."""

import pytest

from corpus.characters import has_han, is_unspaced


@pytest.mark.parametrize("character", ["年", "〇", "々", "㐀", "𠮷", "豈"])
def test_chinese_characters(character: str) -> None:
    assert has_han(character)
    assert is_unspaced(character)


@pytest.mark.parametrize("character", ["。", "，", "か", "ー"])
def test_punctuation_and_kana_are_written_without_spaces_but_are_no_han(character: str) -> None:
    assert is_unspaced(character)
    assert not has_han(character)


@pytest.mark.parametrize("character", ["䷀", "a", "é", "1", ".", " ", "한", "ก"])
def test_other_characters(character: str) -> None:
    assert not has_han(character)
    assert not is_unspaced(character)


def test_one_chinese_character_is_enough() -> None:
    assert has_han("YX-700呢")
    assert not has_han("YX-700?")
    assert not has_han("")
