"""The questions that an elliptical one could mean, given what was asked before.

Rules and topic words, no language model. A follow-up leaves out its topic ("怎么申请？"),
points at it ("它什么时候生效？", "how does it work?"), puts a new word in the place of
an old one ("那流产呢？", "what about the wage?") or takes up a section of what it was
just shown. :func:`readings` undoes each of these; :mod:`qa.conversation.completer` finds out
which reading is right. The topic words come from :mod:`qa.language.topics`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.characters import has_han
from qa.language.question_words import has_question_word
from qa.language.terms import terms
from qa.language.topics import CODE, is_function_word, is_person, topics

_END_MARKS = "？?。.!！ "

# Words that follow-ups begin with, which have no meaning of their own. 那些, 那里 and the like
# refer to something and are kept.
_OPENING = re.compile(
    r"^(?:(?:那[么麼]|那(?![些里裡裏时時天个個位年种種儿兒边邊样樣])|[还還]有|另外|此外|然[后後]"
    r"|以及|[对對]了|其中的?)[，, ]*"
    r"|(?:(?:and|but|so|then|also|ok|okay|well)\b[,. ]*)*(?:(?:what|how) about\b ?(?:the )?)?)",
    re.IGNORECASE,
)
_ENDING = re.compile(r"呢$")

# Words that refer to something said before (其他, 其实 and 此外 do not), and among them
# those that the topic can replace.
_PRONOUN = re.compile(
    r"(?<!其)[它他她](?!人)们?|其(?![他它实實余餘次中])|\b(?:it|they|them|he|him|she)\b",
    re.IGNORECASE,
)
# Of these, those that refer to a thing, and those that refer to a person; "they" does both.
_THING = re.compile(r"(?<!其)它们?|其(?![它他她实實余餘次中])|\bit\b", re.IGNORECASE)
_PERSON = re.compile(
    r"(?<!其)[他她](?!人)们?|其(?![它他她实實余餘次中])|\b(?:they|them|he|him|she)\b", re.IGNORECASE
)
_DO_IT = re.compile(r"\bdo it\b", re.IGNORECASE)  # no topic can replace this "it"
_ITS = re.compile(r"\bits\b", re.IGNORECASE)
_THEIRS = re.compile(r"\b(?:their|his|her)\b", re.IGNORECASE)
_POINTING = re.compile(
    r"其中|[这這][个個些种種项項里裡段样樣]|上述|[前后後]者"
    r"|(?<![应應])[该該](?=公司|单位|單位|[法条條项項类類案]|[职職][工员員]|企[业業]|[产產]品|[厂廠校院店款])"
    rf"|\b(?:this|that|these|those)\b|{_PRONOUN.pattern}|{_ITS.pattern}|{_THEIRS.pattern}",
    re.IGNORECASE,
)

_LONG = 60
_CHARACTERS_PER_WORD = 3  # of Chinese for a word of English

# Terms that a question and a heading may share without meaning the same.
_EMPTY_TERMS = frozenset(terms("怎么办什么多少哪里吗呢的了是会要能可以如果有没有一个几"))

_SAME = 0.5  # the overlap from which on a heading may replace a question

_TOPICS_TRIED = 3  # each adds a reading to be weighed


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a question, before anything is searched.

    Attributes:
        core: the question without opening, ending and final marks.
        fragment: whether it begins or ends as follow-ups do and asks nothing in between.
        points: whether a word refers to something said before.
        length: in Chinese characters, or three for a word of English.
        chinese: whether it is asked in Chinese, as "YX-700呢" is.
    """

    core: str
    fragment: bool
    points: bool
    length: int
    chinese: bool

    @property
    def long(self) -> bool:
        """Whether it is so long that it is complete by itself."""
        return self.length > _LONG


def shape_of(question: str) -> Shape:
    """Return the shape of a question, judged by its characters alone."""
    bare = question.strip().rstrip(_END_MARKS)
    core = _ENDING.sub("", _OPENING.sub("", bare, count=1)) or bare
    return Shape(
        core=core,
        fragment=core != bare and not has_question_word(core),
        points=_POINTING.search(bare) is not None,
        length=len(core) if has_han(core) else _CHARACTERS_PER_WORD * len(core.split()),
        chinese=has_han(bare),
    )


def readings(
    shape: Shape, before: Sequence[str], titles: Sequence[str], heading: str | None
) -> list[str]:
    """Return the question completed in each way that the turns before allow, likeliest first.

    Args:
        shape: of the question.
        before: the queries of the turns before, the latest first.
        titles: of the article and the section that answered the latest.
        heading: of the passage that is meant, empty if it has none; None if that passage
            lacks what the question names.
    """
    named = topics(before, titles)[:_TOPICS_TRIED]
    missing = [topic for topic in named if topic.lower() not in shape.core.lower()]
    found = [_with_topic(shape, topic) for topic in missing]
    if shape.fragment:  # 呢 itself finds something in a large library
        found += [_about(topic, shape.core, shape.chinese) for topic in missing[:1]]
    latest = before[0].strip().rstrip(_END_MARKS)
    if not shape_of(latest).long:
        if shape.fragment:
            found += _recoded(latest, shape.core)
            found += [_replaced(latest, old, shape) for old in named if old in latest]
        # Both questions in one line find the passage before whatever the second asks, so
        # that the passage must have what the second names.
        if heading is not None and has_han(latest) == shape.chinese:
            found.append(_after(latest, shape))
    heading = heading and heading.rstrip(_END_MARKS)
    if heading and has_han(heading) == shape.chinese:  # else it would read oddly
        # The section's own words are the better question, if they say all that was asked.
        if overlap(shape.core, heading) > _SAME:
            outside = [topic for topic in missing[:1] if topic not in heading]
            found += [_about(topic, heading, shape.chinese) for topic in outside]
            found.append(f"{heading}{_mark(heading)}")
        else:
            found += [_in_section(_with_topic(shape, topic), heading) for topic in missing[:1]]
            found.append(_in_section(f"{_asked(shape)}{_mark(_asked(shape))}", heading))
    if _can_be_replaced(shape.core, _PRONOUN):  # the last resort, as it may read oddly
        found += [_for_pronoun(shape.core, topic, _PRONOUN) for topic in missing[:1]]
    return list(dict.fromkeys(found))


def overlap(core: str, heading: str) -> float:
    """Return the share of a question's words that occur in a heading, 0 to 1."""
    wanted = {term for term in terms(core) if not is_function_word(term)} - _EMPTY_TERMS
    return len(wanted.intersection(terms(heading))) / len(wanted) if wanted else 0.0


def _with_topic(shape: Shape, topic: str) -> str:
    """Return the question with the topic in the place of a pronoun, or else before it."""
    core = shape.core
    pronoun, possessive = (_PERSON, _THEIRS) if is_person(topic) else (_THING, _ITS)
    if _can_be_replaced(core, pronoun):
        return _for_pronoun(core, topic, pronoun)
    if not has_han(core) and possessive.search(core):
        return _sentence(possessive.sub(lambda _: f"{_named(topic)}'s", core, count=1))
    return _about(topic, _asked(shape), shape.chinese)


def _can_be_replaced(core: str, pronoun: re.Pattern[str]) -> bool:
    """Return whether a question has a pronoun that a topic can replace."""
    return pronoun.search(core) is not None and _DO_IT.search(core) is None


def _for_pronoun(core: str, topic: str, pronoun: re.Pattern[str]) -> str:
    if has_han(core):
        return pronoun.sub(lambda _: topic, core, count=1) + "？"
    return _sentence(pronoun.sub(lambda _: _named(topic), core, count=1))


def _named(topic: str) -> str:
    """Return an English topic as it is written within a sentence."""
    return topic if topic[0].isupper() else f"the {topic}"


def _replaced(latest: str, old: str, shape: Shape) -> str:
    """Return the question before with the fragment in the place of an old topic.

    Only at its beginning is that sure to make a question; elsewhere the fragment follows.
    """
    if latest.startswith(old):
        return f"{shape.core}{latest.removeprefix(old)}{_mark(latest)}"
    return _after(latest, shape)


def _recoded(latest: str, core: str) -> list[str]:
    """Return the question before about another grade or type: P5津贴多少, 那P6呢."""
    codes = CODE.findall(latest)
    if len(codes) != 1 or CODE.fullmatch(core) is None:
        return []
    return [f"{latest.replace(codes[0], core)}{_mark(latest)}"]


def _about(topic: str, asked: str, chinese: bool) -> str:
    """Return a question with its topic before it."""
    if chinese:
        return f"{topic}，{asked}？"
    return f"{topic}: {asked}?"


def _after(latest: str, shape: Shape) -> str:
    """Return the question before and this one, in one line."""
    if shape.chinese:
        return f"{latest}，{_asked(shape)}？"
    return f"{latest}? {_sentence(_asked(shape))}"


def _asked(shape: Shape) -> str:
    """Return a fragment as a question can contain it: ``三倾呢``, ``what about holidays``."""
    if not shape.fragment:
        return shape.core
    return f"{shape.core}呢" if shape.chinese else f"what about {shape.core}"


def _in_section(question: str, heading: str) -> str:
    """Return a question with the section in which it is answered."""
    return f"{question}（{heading}）" if has_han(question) else f"{question} ({heading})"


def _sentence(core: str) -> str:
    return f"{core[0].upper()}{core[1:]}?"


def _mark(text: str) -> str:
    return "？" if has_han(text) else "?"
