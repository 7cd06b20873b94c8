"""The topics of a question: its nouns and names, as runs of neighbouring words.

Chinese words and their parts of speech come from jieba.
"""

import re
from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import NamedTuple

from corpus.characters import has_han
from qa.language.jieba import jieba_module
from qa.language.terms import fold

# English words that are no topics.
_FUNCTION_WORD = re.compile(
    r"a|about|after|against|all|also|am|an|and|any|are|as|at|be|been|before|being|but|by|can"
    r"|cannot|could|did|do|does|during|each|ever|for|from|get|gets|give|go|got|had|happens?|has"
    r"|have|he|hers?|him|his|how|i|if|in|into|is|it|its|just|keep|let|long|make|many|may|me|mean"
    r"|might|more|most|much|must|my|need|never|no|not|of|off|on|once|one|only|or|our|out|over|own"
    r"|says?|shall|she|should|since|so|some|still|such|take|than|that|the|their|them|then|there"
    r"|these|they|this|those|through|to|under|until|up|us|was|we|were|what|when|where|which|while"
    r"|who|whom|whose|why|will|with|without|would|your?"
    r"|\w+n['’]t|\w+['’](?:d|ll|m|re|ve)|(?:he|here|how|it|let|she|that|there|what|when|where|who)['’]s",
    re.IGNORECASE,
)
# A verb follows one of these, and an auxiliary: "must I report", "who may join".
_SUBJECT = re.compile(r"he|i|it|not|she|they|we|who|you|\w+['’](?:d|ll|t|ve)", re.IGNORECASE)
_AUXILIARY = re.compile(
    r"can|cannot|could|did|do|does|had|has|have|just|may|might|must|never|not|only|shall|should"
    r"|still|will|would",
    re.IGNORECASE,
)
#: A type, grade or version: YX-300, P5, T3.2. jieba would split it.
CODE = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z])([A-Za-z]*+[-/._]?[0-9][A-Za-z0-9]*+(?:[-/._][A-Za-z0-9]++)*+)"
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")

# jieba's tags of words that can be topics, besides all tags that begin with n (nouns and
# names): verbs and adjectives used as nouns, abbreviations, set phrases, foreign words.
# 刘 and other surnames are tagged zg. The tag of codes is our own.
_CODED = "code"
_TOPICAL = frozenset({"vn", "an", "j", "l", "eng", "zg", _CODED})
_LONGEST = 40  # characters of a topic; a longer run is a sentence without function words
_NO_TOPIC = frozenset(
    {"怎么办", "时候", "情况", "问题", "方面", "时", "钱", "办法", "规定", "结果", "原因", "意思"}
    | {"事情", "东西", "地方", "时间", "日子", "长时间", "多长时间", "是不是"}
    | {"小时", "钟头", "号码", "后果", "合法"}
    | {"对方", "别人", "人家"}
)
_SIMILAR = 0.4  # mean similarity of a topic's tokens that is as good as the same words


class Counterpart(NamedTuple):
    """A token of a question, with its most similar token in a passage.

    Attributes:
        start: offset of the token in the question.
        end: offset after it.
        similarity: of the two tokens, 0 to 1.
    """

    start: int
    end: int
    similarity: float


class _Word(NamedTuple):
    """A word of a question, or what is between two words.

    Attributes:
        text: as written.
        is_topical: whether it can be part of a topic.
    """

    text: str
    is_topical: bool


def is_function_word(word: str) -> bool:
    """Return whether an English word is a function word, which is no topic."""
    return _FUNCTION_WORD.fullmatch(word) is not None


def topics(questions: Sequence[str], titles: Sequence[str]) -> list[str]:
    """Return the topics of some questions, the likeliest first: those that a title has, too.

    Args:
        questions: the latest first.
        titles: the title and the headings of the passage that answered the latest.
    """
    confirmed = [
        run for title in titles for question in questions for run in _runs(question, title)
    ]
    others = [run for question in questions for run in _runs(question, None)]
    return list(dict.fromkeys([*confirmed, *others]))


def is_person(topic: str) -> bool:
    """Return whether a topic is the name of a person; in English, whether it is capitalised."""
    if not has_han(topic):
        return topic.istitle()
    return any(tag.startswith("nr") for _, tag in jieba_module("jieba.posseg").cut(topic))


def has_topic(question: str) -> bool:
    """Return whether a question has a topic of its own."""
    return next(_runs(question, None), None) is not None


def names_another(question: str, text: str) -> bool:
    """Return whether a Chinese question names a person whom a text does not name."""
    if not has_han(question):
        return False
    names = (run for run in _runs(question, None) if _is_one_word(run) and is_person(run))
    return any(not _is_in(fold(name), fold(text)) for name in names)


def _is_one_word(run: str) -> bool:
    return len(list(jieba_module("jieba.posseg").cut(run))) == 1


def is_covered(question: str, text: str, counterparts: Sequence[Counterpart] = ()) -> bool:
    """Return whether a text has every topic of a question, or something similar.

    Args:
        question: without its ending.
        text: of a passage, with the headings above it.
        counterparts: of the question's tokens in the passage.
    """
    return all(
        _is_in(fold(run), fold(text)) or _is_matched(question, run, counterparts)
        for run in _runs(question, None)
    )


def _is_matched(question: str, run: str, counterparts: Sequence[Counterpart]) -> bool:
    """Return whether the tokens of a run have counterparts that are similar on average."""
    start = question.find(run)
    end = start + len(run)
    similarities = [
        token.similarity for token in counterparts if token.start < end and token.end > start
    ]
    return bool(similarities) and fmean(similarities) >= _SIMILAR


def _runs(text: str, title: str | None) -> Iterator[str]:
    """Yield runs of neighbouring topical words.

    Args:
        text: of a question.
        title: if given, only words that it has: of a Chinese run just these, of an English one
            all words up to the last of them, because words before a noun belong to it.
    """
    chinese = has_han(text)
    words = _chinese(text, verbs=title is not None) if chinese else _english(text)
    run, end = "", 0
    for word, topical in (*words, _Word("", is_topical=False)):
        in_title = topical and (title is None or _is_in(word, title))
        if in_title or (topical and not chinese) or (run and word.isspace()):
            run += word
            end = len(run) if in_title else end
        else:
            yield from _if_topic(run[:end])
            run, end = "", 0


def _if_topic(run: str) -> Iterator[str]:
    """Yield a run, unless it is a single character, which means little, or a whole sentence."""
    if 1 < len(run) <= _LONGEST:
        yield run


def _is_in(word: str, title: str) -> bool:
    if has_han(word):
        return word in title
    singular = re.escape(word.removesuffix("s"))
    return re.search(rf"\b{singular}s?\b", title, re.IGNORECASE) is not None


def _chinese(text: str, *, verbs: bool) -> Iterator[_Word]:
    """Yield the words of a Chinese text; verbs count as topical if asked for."""
    tagger = jieba_module("jieba.posseg")
    frequency = tagger.dt.tokenizer.FREQ
    words: list[tuple[str, str]] = []
    for place, part in enumerate(CODE.split(text)):
        words += [(part, _CODED)] if place % 2 else tagger.cut(part)
    names = [
        (
            tag.startswith("n")
            or tag in _TOPICAL
            or (tag == "m" and word.isdecimal())
            or (verbs and tag == "v" and len(word) > 1 and "不" not in word)
        )
        and word not in _NO_TOPIC
        for word, tag in words
    ]
    for i, (word, tag) in enumerate(words):
        # A word that jieba does not know is topical only as the name of a person, or beside a
        # known word, as in 网约车.
        known = frequency.get(word, 0) > 0 or word.isdecimal() or tag.startswith(("nr", _CODED))
        beside_topical = any(names[max(i - 1, 0) : i] + names[i + 1 : i + 2])
        yield _Word(word, names[i] and (known or beside_topical))


def _english(text: str) -> Iterator[_Word]:
    verb = False  # whether the next word that is no function word is a verb
    for part in re.split(r"(\s+|\W+(?:\s+|$))", text):
        word = _WORD.fullmatch(part) is not None
        named = word and not is_function_word(part)
        yield _Word(part, named and not verb)
        if word:
            subject, auxiliary = _SUBJECT.fullmatch(part), _AUXILIARY.fullmatch(part)
            verb = subject is not None or (verb and auxiliary is not None)
