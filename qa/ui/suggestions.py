"""Questions that a library can answer, made of its own headings.

A heading that asks is a question already; another becomes one with the key term of
its article's title. Each is asked before it is shown: nothing is suggested that the
library does not answer from the very document the question came from.
"""

import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qa.errors import WenjuError
from qa.language.jieba import jieba_part
from qa.library import Library
from qa.results import DocumentDetail

#: So many questions are suggested, and so many documents looked at for them.
SUGGESTED, LOOKED_AT = 4, 24

#: A Chinese heading up to this long names a thing; a longer one says something.
SHORT = 8

#: A shorter heading says too little to ask about, a longer one too much.
SHORTEST, LONGEST = 2, 28

# Pieces of a type's name (YX, 500) are no subject.
_TERMS, _TERMS_LOOKED_AT = 4, 8

_HAN = re.compile("[\u4e00-\u9fff]")
_ASKS = re.compile(
    "什[么麼]|怎[么麼样樣]|如何|为何|為何|[谁誰哪几幾吗嗎]|多少|多久|(.)不\\1|有没有|有沒有|[?？]$"
    r"|^(?:how|what|when|where|which|who|why|can|may|must|do|does|is|are)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"^(?:第[\d一二三四五六七八九十]+[章节節条條编編篇]|\d{1,2}(?:\.\d{1,2})+(?=\s)|\d(?=\s)"
    r"|[（(]?[\d一二三四五六七八九十]+[)）.．、:：])\s*"
)


@dataclass(frozen=True, slots=True)
class _Question:
    text: str
    document_id: str


class Suggestions:
    """The suggestions of one library, made again when its documents change."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._made_of: tuple[str, ...] = ()
        self._questions: tuple[str, ...] = ()
        self._mutex = threading.Lock()

    def at_hand(self) -> tuple[str, ...]:
        """What was made last, at once."""
        return self._questions

    def make(self) -> tuple[str, ...]:
        """Suggestions for the documents that are there now; takes a second or two."""
        with self._mutex:
            summaries = self._library.documents()
            ids = tuple(summary.id for summary in summaries)
            if ids != self._made_of:
                step = max(1, len(ids) // LOOKED_AT)
                details = [self._library.show(one) for one in ids[::step][:LOOKED_AT]]
                self._questions = suggestions(self._library, details)
                self._made_of = ids
            return self._questions


def suggestions(library: Library, details: Iterable[DocumentDetail]) -> tuple[str, ...]:
    """Up to :data:`SUGGESTED` questions, each of another article while there are any."""
    sources = [questions for detail in details for questions in _questions(detail)]
    found: list[str] = []
    while sources and len(found) < SUGGESTED:
        for questions in list(sources):
            question = next((one for one in questions if _is_answered(library, one)), None)
            if question is None:
                sources.remove(questions)
            elif question.text not in found:
                found.append(question.text)
    return tuple(found[:SUGGESTED])


def _is_answered(library: Library, question: _Question) -> bool:
    try:
        answer = library.ask(question.text)
    except WenjuError:
        return False
    return bool(answer.citations) and answer.citations[0].document_id == question.document_id


def _questions(detail: DocumentDetail) -> list[Iterator[_Question]]:
    """For each article the questions it may answer, the most natural ones first."""
    headings: list[dict[str, None]] = [{} for _ in detail.articles]
    for passage in detail.passages:
        if passage.headings:
            headings[passage.article][_NUMBER.sub("", passage.headings[-1]).strip()] = None
    return [
        _of_article(article.title, found, detail.id)
        for article, found in zip(detail.articles, headings, strict=True)
        if found
    ]


def _of_article(title: str, headings: Iterable[str], document_id: str) -> Iterator[_Question]:
    """The questions of one article."""
    terms = _key_terms(title)

    def oddity(heading: str) -> tuple[bool, bool]:
        """A heading that asks comes first, and one that says what it is about."""
        return not _ASKS.search(heading), not any(term in heading for term in terms)

    fitting = (one for one in headings if SHORTEST <= len(one) <= LONGEST)
    for heading in sorted(fitting, key=oddity):
        yield _Question(_question(heading, terms), document_id)


def _question(heading: str, terms: list[str]) -> str:
    """The question that a heading answers."""
    chinese = _HAN.search(heading)
    if _ASKS.search(heading):
        asked = heading.rstrip("?？")
        return f"{asked}{'？' if chinese else '?'}"
    if not chinese:
        return f"What about “{heading}”?"
    if len(heading) > SHORT:
        return f"怎么理解“{heading}”？"
    subject = "" if not terms or any(term in heading for term in terms) else f"{terms[0]}的"
    return f"{subject}{heading}是怎样的？"


def _key_terms(title: str) -> list[str]:
    """The Chinese words that say most in a title, by jieba's word frequencies."""
    terms = jieba_part("jieba.analyse").extract_tags(title, topK=_TERMS_LOOKED_AT)
    return [str(term) for term in terms if _HAN.search(term)][:_TERMS]
