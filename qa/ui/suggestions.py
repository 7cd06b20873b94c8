"""Suggested questions, made from the library's own headings.

A heading may be a question already; another becomes one with the key term of its article's
title. Each is asked before it is shown: a question is suggested only if the library answers
it from the document whose heading it is.
"""

import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpus.characters import has_han
from corpus.numerals import COUNT, NUMERAL
from qa.errors import WenjuError
from qa.language.jieba import jieba_module
from qa.language.question_words import is_question
from qa.library import Library
from qa.results import DocumentDetail

#: Questions suggested, and documents from which they are made.
SUGGESTED, DOCUMENTS = 4, 24
#: Characters up to which a Chinese heading names a thing; a longer one is a statement.
SHORT = 8
#: Characters that a heading must have to become a question, and may have.
SHORTEST, LONGEST = 2, 28
# Key terms used of a title, and looked at: those without Chinese (YX, 500) are passed over.
_TERMS, _TERMS_CONSIDERED = 4, 8

_NUMBER = re.compile(
    rf"^(?:第{NUMERAL}[章节節条條編编篇]|\d{{1,2}}(?:\.\d{{1,2}})+(?=\s)|\d(?=\s)"
    rf"|[（(]?(?:\d+|{COUNT})[)）.．、:：])\s*"
)


@dataclass(frozen=True, slots=True)
class _Question:
    """A question, and the document that should answer it."""

    text: str
    document_id: str


class Suggestions:
    """The suggestions of one library, made again when its documents change.

    Args:
        library: the library.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._document_ids: tuple[str, ...] = ()
        self._questions: tuple[str, ...] = ()
        self._mutex = threading.Lock()

    def made(self) -> tuple[str, ...]:
        """Return the suggestions that were made last."""
        return self._questions

    def make(self) -> tuple[str, ...]:
        """Return suggestions for the library as it is now, which may take two seconds."""
        with self._mutex:
            summaries = self._library.documents()
            ids = tuple(summary.id for summary in summaries)
            if ids != self._document_ids:
                step = max(1, len(ids) // DOCUMENTS)
                details = [self._library.show(one) for one in ids[::step][:DOCUMENTS]]
                self._questions = suggestions(self._library, details)
                self._document_ids = ids
            return self._questions


def suggestions(library: Library, details: Iterable[DocumentDetail]) -> tuple[str, ...]:
    """Return up to :data:`SUGGESTED` answered questions, one of each article in turn."""
    articles = [questions for detail in details for questions in _questions(detail)]
    suggested: list[str] = []
    while articles and len(suggested) < SUGGESTED:
        for questions in list(articles):
            question = next((one for one in questions if _is_answered(library, one)), None)
            if question is None:
                articles.remove(questions)
            elif question.text not in suggested:
                suggested.append(question.text)
    return tuple(suggested[:SUGGESTED])


def _is_answered(library: Library, question: _Question) -> bool:
    try:
        answer = library.ask(question.text)
    except WenjuError:
        return False
    return bool(answer.citations) and answer.citations[0].document_id == question.document_id


def _questions(detail: DocumentDetail) -> list[Iterator[_Question]]:
    """Return, for each article, the questions made from its headings."""
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
    """Yield the questions of one article, the most natural ones first."""
    terms = _key_terms(title)

    def naturalness(heading: str) -> tuple[bool, bool]:
        """Sort headings that are questions first, then those with a key term."""
        return not is_question(heading), not any(term in heading for term in terms)

    fitting = (one for one in headings if SHORTEST <= len(one) <= LONGEST)
    for heading in sorted(fitting, key=naturalness):
        yield _Question(_question(heading, terms), document_id)


def _question(heading: str, terms: list[str]) -> str:
    """Return the question that a heading answers."""
    chinese = has_han(heading)
    if is_question(heading):
        asked = heading.rstrip("?？")
        return f"{asked}{'？' if chinese else '?'}"
    if not chinese:
        return f"What about “{heading}”?"
    if len(heading) > SHORT:
        return f"怎么理解“{heading}”？"
    subject = "" if not terms or any(term in heading for term in terms) else f"{terms[0]}的"
    return f"{subject}{heading}是怎样的？"


def _key_terms(title: str) -> list[str]:
    """Return the Chinese key terms of a title, by jieba's word frequencies."""
    terms = jieba_module("jieba.analyse").extract_tags(title, topK=_TERMS_CONSIDERED)
    return [str(term) for term in terms if has_han(str(term))][:_TERMS]
