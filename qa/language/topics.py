"""What a question is about: its nouns and names, as runs of neighbouring words.

Chinese words and their kinds come from jieba.
"""

import re
from collections.abc import Iterator, Sequence
from statistics import fmean

from corpus.characters import has_han
from qa.language.jieba import jieba_part
from qa.language.terms import fold

# English words that name no topic.
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
# After these, and an auxiliary, stands a verb: "must I report", "who may join".
_SUBJECT = re.compile(r"he|i|it|not|she|they|we|who|you|\w+['’](?:d|ll|t|ve)", re.IGNORECASE)
_AUXILIARY = re.compile(
    r"can|cannot|could|did|do|does|had|has|have|just|may|might|must|never|not|only|shall|should"
    r"|still|will|would",
    re.IGNORECASE,
)
#: A type, grade or version: YX-300, P5, T3.2. jieba takes it to pieces.
CODE = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z])([A-Za-z]*+[-/._]?[0-9][A-Za-z0-9]*+(?:[-/._][A-Za-z0-9]++)*+)"
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")

# jieba's tags of words that can name a topic, beside all that begin with n (nouns and
# names): verbs and adjectives used as nouns, abbreviations, set phrases, foreign words;
# 刘 and other surnames are tagged zg. The last is a tag of our own.
_CODED = "code"
_TOPICAL = frozenset({"vn", "an", "j", "l", "eng", "zg", _CODED})
_LONGEST = 40  # characters of a topic; more is a sentence without function words
_NO_TOPIC = frozenset(
    {"怎么办", "时候", "情况", "问题", "方面", "时", "钱", "办法", "规定", "结果", "原因", "意思"}
    | {"事情", "东西", "地方", "时间", "日子", "长时间", "多长时间", "是不是"}
    | {"小时", "钟头", "号码", "后果", "合法"}
    | {"对方", "别人", "人家"}
)
_ALIKE = 0.4  # mean similarity of a run's tokens to their counterparts, as good as the words

#: A token of a question: where it begins and ends, and how like its best counterpart is, 0 to 1.
Counterpart = tuple[int, int, float]


def is_function_word(word: str) -> bool:
    """Return whether an English word is one that names no topic."""
    return _FUNCTION_WORD.fullmatch(word) is not None


def topics(questions: Sequence[str], titles: Sequence[str]) -> list[str]:
    """What was talked about, likeliest first: words that a title has too, then others.

    Args:
        questions: the latest first.
        titles: of what answered the latest, the article's first.
    """
    confirmed = [
        run for title in titles for question in questions for run in _runs(question, title)
    ]
    others = [run for question in questions for run in _runs(question, None)]
    return list(dict.fromkeys([*confirmed, *others]))


def is_person(topic: str) -> bool:
    """Return whether a topic is somebody's name, by its kind or, in English, by its capitals."""
    if not has_han(topic):
        return topic.istitle()
    return any(tag.startswith("nr") for _, tag in jieba_part("jieba.posseg").cut(topic))


def has_topic(question: str) -> bool:
    """Return whether a question names anything of its own."""
    return next(_runs(question, None), None) is not None


def names_another(question: str, text: str) -> bool:
    """Return whether a Chinese question names somebody whom a text does not."""
    if not has_han(question):
        return False
    names = (run for run in _runs(question, None) if _is_one_word(run) and is_person(run))
    return any(not _stands_in(fold(name), fold(text)) for name in names)


def _is_one_word(run: str) -> bool:
    return len(list(jieba_part("jieba.posseg").cut(run))) == 1


def is_covered(question: str, text: str, counterparts: Sequence[Counterpart] = ()) -> bool:
    """Return whether all that a question names stands in a text, or something like it does.

    Args:
        question: without its ending.
        text: of a passage, with what stands above it.
        counterparts: of the question's tokens in the passage.
    """
    return all(
        _stands_in(fold(run), fold(text)) or _is_matched(question, run, counterparts)
        for run in _runs(question, None)
    )


def _is_matched(question: str, run: str, counterparts: Sequence[Counterpart]) -> bool:
    """Return whether the tokens of a run have counterparts, on average good enough ones."""
    start = question.find(run)
    end = start + len(run)
    alike = [match for first, last, match in counterparts if first < end and last > start]
    return bool(alike) and fmean(alike) >= _ALIKE


def _runs(text: str, title: str | None) -> Iterator[str]:
    """Yield runs of neighbouring words that can name a topic, only those in the title if given.

    Of a run of Chinese words those that the title has, of English ones all up to the last
    that it has: what stands before a noun belongs to it.
    """
    chinese = has_han(text)
    words = _chinese(text, verbs=title is not None) if chinese else _english(text)
    run, end = "", 0
    for word, topical in (*words, ("", False)):
        in_title = topical and (title is None or _stands_in(word, title))
        if in_title or (topical and not chinese) or (run and word.isspace()):
            run += word
            end = len(run) if in_title else end
        else:
            yield from _whole(run[:end])
            run, end = "", 0


def _whole(run: str) -> Iterator[str]:
    """Yield the run, if it is more than a character, which could mean anything, and no sentence."""
    if 1 < len(run) <= _LONGEST:
        yield run


def _stands_in(word: str, title: str) -> bool:
    if has_han(word):
        return word in title
    singular = re.escape(word.removesuffix("s"))
    return re.search(rf"\b{singular}s?\b", title, re.IGNORECASE) is not None


def _chinese(text: str, *, verbs: bool) -> Iterator[tuple[str, bool]]:
    tagger = jieba_part("jieba.posseg")
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
        # What jieba made up to fill a gap names a topic only as a name of someone, or
        # beside a real word, as in 网约车.
        real = frequency.get(word, 0) > 0 or word.isdecimal() or tag.startswith(("nr", _CODED))
        yield word, names[i] and (real or any(names[max(i - 1, 0) : i] + names[i + 1 : i + 2]))


def _english(text: str) -> Iterator[tuple[str, bool]]:
    verb = False  # whether the next word that is no function word is one
    for part in re.split(r"(\s+|\W+(?:\s+|$))", text):
        word = _WORD.fullmatch(part) is not None
        named = word and not is_function_word(part)
        yield part, named and not verb
        if word:
            subject, auxiliary = _SUBJECT.fullmatch(part), _AUXILIARY.fullmatch(part)
            verb = subject is not None or (verb and auxiliary is not None)
