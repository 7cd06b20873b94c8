"""Scope: the documents that a question names, and what it asks of them.

"滨河支行2024年收费表里转账怎么收费" names a document and asks something of it. The words of the
name are in the title above every passage there, so they do not say which one answers, and they
outweigh those that do. The passages of such a document are therefore weighed by the rest of the
question as well. Nothing is searched for it: they are passages that the question found.

A question about an ordinary topic shares words with a title too. Whether a document is meant is
decided by a logistic function of two figures, see :class:`Scope`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import PurePosixPath
from typing import NamedTuple

from qa.language.terms import Word, located_words, words
from qa.retrieval.search import Candidates, Session
from qa.storage.protocols import Passages
from qa.storage.records import StoredPassage

#: The passages of so many candidates say which documents may be meant.
EXAMINED = 40

# Fitted by ``benchmarks/fit_scope.py`` on training questions of the corpus of practice.
INTERCEPT = -2.14
LONGEST, SHARE = 2.74, 2.95
#: What the best passage of the documents gains by the rest of the question.
GAIN = 1.0

# Lengths of names are in characters of Chinese; a word of a script with spaces, and a number,
# counts as so many.
_WORD_LENGTH = 2
_SHORTEST_NAME = 4
_LONGEST_NAME = 12  # beyond which length says no more
_SHORTEST_PART = 3  # of what is taken off the question, once a document is meant
_FIRST = 6  # passages of which the share is taken
_DOCUMENTS = 10  # that may be named, those of the best passages
_NAMED = 3  # at most: versions of one document, or two that are compared
_NEARLY = 0.8  # of the weight of the one that is named most clearly
# What is left of a question must have two characters besides these to ask anything.
_EMPTY = re.compile(r"[是的了吗呢么什谁哪年月日\d\W_]")
_LEFT = 2
_BETWEEN = "\x1f"  # the words of an identity


@dataclass(frozen=True, slots=True)
class Scope:
    """The documents that a question may name.

    Attributes:
        documents: their ids.
        rest: the question without their names.
        longest: the length of the longest name, 0 to 1.
        share: the share of their passages among the best six.
    """

    documents: frozenset[str]
    rest: str
    longest: float
    share: float

    @property
    def is_meant(self) -> bool:
        """Whether the question more likely means these documents than their topic."""
        return INTERCEPT + LONGEST * self.longest + SHARE * self.share > 0


class _Named(NamedTuple):
    """A document with the names that a question has of it.

    Attributes:
        weight: the length of the names, each weighed by how few documents it is the name of.
        longest: the length of the longest.
        document: its id.
    """

    weight: float
    longest: int
    document: str


def scoped(candidates: Candidates, session: Session, catalogue: Passages) -> Candidates:
    """Return the candidates for a question, ordered by its rest as well if it names documents.

    Args:
        candidates: what the question found.
        session: that it was searched in.
        catalogue: where passages are read.
    """
    rows = [found.row for found in candidates.ranked[:EXAMINED]]
    read = catalogue.passages(rows)
    scope = scope_of(candidates.query, [read[row] for row in rows if row in read])
    if scope is None or not scope.is_meant:
        return candidates
    known = [one for one in candidates.ranked if one.id.document_id in scope.documents]
    (weighed,) = session.weigh([scope.rest], known)
    return in_scope(candidates, weighed)


def scope_of(question: str, passages: Sequence[StoredPassage]) -> Scope | None:
    """Return the documents that a question may name, or None if it names none.

    Args:
        question: as searched.
        passages: that it found, best first.
    """
    identities = _identities(passages)
    if len(identities) < 2:
        return None
    asked = list(located_words(question))
    named = [
        found
        for document in list(identities)[:_DOCUMENTS]
        if (found := _named(asked, document, identities)).weight > 0
    ]
    if not named:
        return None
    best = max(named)
    chosen = sorted((one for one in named if one.weight >= _NEARLY * best.weight), reverse=True)
    documents = frozenset(one.document for one in chosen[:_NAMED])
    rest = _without_names(question, asked, [identities[document] for document in documents])
    if len(_EMPTY.sub("", rest)) < _LEFT:
        return None
    first = passages[:_FIRST]
    share = sum(passage.document_id in documents for passage in first) / len(first)
    return Scope(documents, rest, min(best.longest, _LONGEST_NAME) / _LONGEST_NAME, share)


def in_scope(candidates: Candidates, weighed: Candidates) -> Candidates:
    """Return candidates in their order by the whole question and by its rest.

    Args:
        candidates: what the question found.
        weighed: those of the documents that it names, weighed by the rest of the question.
    """
    best = max((found.score for found in weighed.ranked), default=0.0)
    if best <= 0:
        return candidates
    gains = {found.id: GAIN * max(found.score, 0.0) / best for found in weighed.ranked}
    ranked = [
        found._replace(score=found.score + gains.get(found.id, 0.0)) for found in candidates.ranked
    ]
    ranked.sort(key=lambda found: -found.score)  # stable
    return replace(candidates, ranked=tuple(ranked))


def _identities(passages: Iterable[StoredPassage]) -> dict[str, str]:
    """Return the words of title and file name of each document, best document first."""
    texts: dict[str, dict[str, None]] = {}
    for passage in passages:
        name = PurePosixPath(passage.place.source.replace("\\", "/")).stem
        texts.setdefault(passage.document_id, {}).update(dict.fromkeys((name, passage.title)))
    return {
        document: _joined(word for text in own for word in (*words(text), ""))
        for document, own in texts.items()
    }


def _named(asked: Sequence[Word], document: str, identities: Mapping[str, str]) -> _Named:
    """Return a document with the names of it in a question."""
    weight, longest = 0.0, 0
    for name in _names(asked, identities[document], _SHORTEST_NAME):
        joined = _joined(word.folded for word in name)
        bearers = sum(joined in identity for identity in identities.values())
        weight += _length(name) * log((len(identities) + 1) / bearers)
        longest = max(longest, _length(name))
    return _Named(weight, longest, document)


def _names(asked: Sequence[Word], identity: str, shortest: int) -> list[Sequence[Word]]:
    """Return the longest runs of words that an identity has too, from left to right."""
    found: list[Sequence[Word]] = []
    start = 0
    while start < len(asked):
        end = start
        while end < len(asked) and (
            _joined(word.folded for word in asked[start : end + 1]) in identity
        ):
            end += 1
        name = asked[start:end]
        if _length(name) >= shortest:
            found.append(name)
            start = end
        else:
            start += 1
    return found


def _without_names(question: str, asked: Sequence[Word], identities: Iterable[str]) -> str:
    """Return a question without the names, and without what joined them to the rest."""
    kept = list(question)
    for identity in identities:
        for name in _names(asked, identity, _SHORTEST_PART):
            kept[name[0].start : name[-1].end] = [""] * (name[-1].end - name[0].start)
    rest = "".join(kept)
    return re.sub(r"^(?:根据|请问|关于)?的?[，,]?", "", rest).strip("的，, ")


def _joined(parts: Iterable[str]) -> str:
    return f"{_BETWEEN}{_BETWEEN.join(parts)}{_BETWEEN}"


def _length(name: Iterable[Word]) -> int:
    return sum(1 if word.is_character else _WORD_LENGTH for word in name)
