"""Recognise what is said to the library itself: small talk, and questions about its contents.

No passage answers these. Precision comes first: the whole utterance must be small talk, or ask
for the documents or for a summary of one, so that "你好，年假有几天" remains a question. The
phrases of small talk are in ``chat_phrases.tsv``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, cast, get_args

from corpus.characters import HAN
from qa.language.terms import fold

SmallTalk = Literal["acknowledgement", "greeting", "thanks", "farewell", "identity"]
Kind = Literal[SmallTalk, "contents", "summary"]

_LONGEST = 200  # characters of an utterance
_WEIGHTS: tuple[SmallTalk, ...] = get_args(SmallTalk)  # several phrases are of the last kind here
_APOSTROPHES = re.compile("['’`´]")
_SIGNS = re.compile(r"[\W_]+")
_SPACE_BY_HAN = re.compile(rf" (?=[{HAN}])|(?<=[{HAN}]) ")
_WHATS = re.compile(r"\bwhats\b")
_PARTICLES = "[呀啊呢吧哦噢啦嘛哈哟咯喽]*"

_HERE = "(?:你?这[里儿]?[面边头]?|(?:你的?|这个?)?(?:文库|资料库|知识库|文档库|库里))(?:里面?)?"
_WHAT = "(?:些|一些)?(?:什么|啥|哪些|多少[份篇个]?|几[份篇个])"
_FILES = "(?:文档|文件)"
_ADVERBS = "(?:都|一共|总共|现在|目前|到底|究竟|主要|大概|大致)"
_CONTENTS = (
    rf"{_HERE}(?:有|收录了|包含){_WHAT}(?:{_FILES}|资料|文章|内容|东西)?",
    rf"(?:你们?)?有{_WHAT}{_FILES}",
    rf"(?:{_HERE}|这些{_FILES})(?:是?关于|是?讲|说|写)[的是了]*{_WHAT}的?",
    rf"(?:列出|列一下|看看|显示)(?:所有|全部)?的?{_FILES}|{_FILES}(?:列表|目录)",
    rf"我(?:可以|能)问你?{_WHAT}(?:问题)?",
    r"what (?:is|do you have|have you got) {place}",
    r"(?:what|which|how many) {documents} (?:(?:are|is) (?:there|{place})|do you have|have you got)"
    r"(?: {place})?",
    r"(?:list|show|show me)(?: all)?(?: the| your)? {documents}(?: {place})?",
    r"what (?:is|are) (?:the|this|these|your) (?:library|collection|{documents}) about",
    r"what (?:questions )?can i ask(?: you)?(?: about)?|what do you know(?: about)?",
)
_ENGLISH = {
    "place": "(?:here|in here|in there|(?:in|inside) (?:the|this|your) "
    "(?:library|collection|knowledge base))",
    "documents": "(?:documents?|docs|files)",
}
_IDENTITY = (
    r"[你您](?:能够?|会|可以)(?:[帮为]我)?(?:做|干|回答|查|帮我)?(?:些|一些)?"
    r"(?:什么|啥|哪些)(?:事情?|忙|问题|东西)?|[你您](?:能|会|可以)干(?:嘛|啥)",
    r"what (?:can|could) you (?:do|answer|help(?: me)? with)(?: for me)?",
    r"(?:how )?can you help(?: me)?",
)
_SUBJECT = "(?P<subject>.*?)"
_NAMED = "(?P<subject>[^ ].*?| .+? )"
_SUMMARY = (
    rf"(?:请|你|麻烦|帮我|给我|能不能|能否|可以|能)*(?:概括|总结|概述|归纳)(?:一下|下)?{_SUBJECT}"
    r"(?:的?(?:主要|大概)?(?:内容|要点|大意|重点))?吗?",
    rf"{_NAMED}{_ADVERBS}*(?:讲|说|写|谈)(?:的是|的|了)?(?:些|一些)?(?:什么|啥|哪些)(?:内容)?",
    rf"{_NAMED}的?(?:主要|大概)?(?:内容|大意|要点|大纲)(?:是|有)(?:什么|啥|哪些)",
    r"(?:please |can you |could you |give me |write )*(?:an? |the )?(?:short |brief )?"
    rf"(?:summari[sz]e|sum up|outline|summary of|outline of|overview of)(?![a-z]){_SUBJECT}",
    rf"what (?:is|are)(?![a-z]){_NAMED}(?<![a-z])about",
    rf"what do(?:es)?(?![a-z]){_NAMED}(?<![a-z])say",
)
# Around a title, or in the place of one: "这份《员工手册》文件", "the document called Leave".
_AROUND_TITLE = (
    rf"(?: |[这那本]?些?[份篇个部本]?(?:{_FILES}|文章|文库|资料库|内容)|[这那][份篇部本]"
    r"|全文|一文|里面?|中|关于"
    r"|(?:the|this|that|these|your|here|all|of|whole|documents?|files?|article|library|called|titled)"
    r"(?![a-z0-9]))+"
)


@dataclass(frozen=True, slots=True)
class Chat:
    """Something said to the library itself.

    Attributes:
        kind: of it.
        subjects: for a summary, the title that may be meant, normalised, in two spellings; none
            if the library itself is meant.
    """

    kind: Kind
    subjects: tuple[str, ...] = ()


class _Rest(NamedTuple):
    """An utterance after the small talk at its beginning.

    Attributes:
        kind: of the small talk; None if there was none.
        text: what comes after it.
    """

    kind: SmallTalk | None
    text: str


def recognise(question: str) -> Chat | None:
    """Return what is said to the library itself; None for a question to the documents.

    Args:
        question: as typed. A summary may be asked of something that is no title of a
            document; then it is a question to the documents all the same.
    """
    if len(question) > _LONGEST:
        return None
    said = _after_small_talk(normalised(question))
    if not said.text:
        return None if said.kind is None else Chat(said.kind)
    plain = re.sub(_ADVERBS, "", said.text)
    if _patterns().contents.fullmatch(plain):
        return Chat("contents")
    if _patterns().identity.fullmatch(plain):
        return Chat("identity")
    return _summary(said.text)


def normalised(text: str) -> str:
    """Return a text folded, without punctuation, and without spaces beside Chinese characters."""
    plain = _SIGNS.sub(" ", _APOSTROPHES.sub("", fold(text)))
    return _WHATS.sub("what is", _SPACE_BY_HAN.sub("", plain)).strip()


def _after_small_talk(text: str) -> _Rest:
    kinds: set[SmallTalk] = set()
    place = 0
    while found := _patterns().phrase.match(text, place):
        kinds.add(_phrases()[found["phrase"]])
        place = found.end()
    return _Rest(max(kinds, key=_WEIGHTS.index, default=None), text[place:])


def _summary(text: str) -> Chat | None:
    for pattern in _patterns().summary:
        if found := pattern.fullmatch(text):
            subject = found["subject"].strip()
            title = _patterns().around_title.sub("", subject).strip()
            return Chat("summary", tuple(dict.fromkeys((subject, title))) if title else ())
    return None


class _Patterns(NamedTuple):
    """The compiled patterns.

    Attributes:
        phrase: a phrase of small talk, with particles and spaces after it.
        contents: a question about what the library has.
        identity: a question about what it can do.
        summary: requests for a summary of a subject.
        around_title: words before and after a title.
    """

    phrase: re.Pattern[str]
    contents: re.Pattern[str]
    identity: re.Pattern[str]
    summary: tuple[re.Pattern[str], ...]
    around_title: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    longest_first = sorted(map(re.escape, _phrases()), key=len, reverse=True)
    end = rf"(?: ?please| ?thanks| ?thank you|谢谢[你您]?)?{_PARTICLES}"
    contents = "|".join(_CONTENTS)
    for name, words in _ENGLISH.items():
        contents = contents.replace(f"{{{name}}}", words)
    return _Patterns(
        re.compile(rf"(?P<phrase>{'|'.join(longest_first)})(?![a-z0-9]){_PARTICLES} ?"),
        re.compile(f"(?:{contents}){end}"),
        re.compile(f"(?:{'|'.join(_IDENTITY)}){end}"),
        tuple(re.compile(f"(?:{pattern}){end}") for pattern in _SUMMARY),
        re.compile(f"^{_AROUND_TITLE}|(?<![a-z0-9]){_AROUND_TITLE}$"),
    )


@cache
def _phrases() -> Mapping[str, SmallTalk]:
    """Return the kind of each phrase of small talk, by its normalised form."""
    table = files("qa.answering").joinpath("chat_phrases.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {normalised(phrase): cast("SmallTalk", kind) for kind, phrase in rows}
