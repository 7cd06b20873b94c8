"""The words that jieba's dictionary is told, and why each is there."""

from importlib.resources import files

import pytest

from qa.language.jieba import jieba_module

LINES = files("qa.language").joinpath("words.txt").read_text(encoding="utf-8").splitlines()
WORDS = [line.split(" ")[0] for line in LINES]


def test_each_is_there_once_and_lacks_in_jieba_s_own_dictionary() -> None:
    assert len(set(WORDS)) == len(WORDS)
    dictionary = files("jieba").joinpath("dict.txt").read_text(encoding="utf-8")
    own = {line.split(" ")[0] for line in dictionary.splitlines()}
    assert [word for word in WORDS if word in own] == []


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("年假里算不算周末", ["年假/n", "里/f", "算不算/v", "周末/t"]),
        ("失业金会停吗", ["失业金/n", "会/v", "停/v", "吗/y"]),
        ("网约车司机能入会吗", ["网约车/n", "司机/n", "能/v", "入会/v", "吗/y"]),
    ],
)
def test_they_are_words_of_their_kind(sentence: str, words: list[str]) -> None:
    cut = jieba_module("jieba.posseg").cut(sentence)
    assert [f"{word}/{kind}" for word, kind in cut] == words
