"""Scope: the documents that a question names, and what it asks of them.

"滨河支行2024年收费表里转账怎么收费" names a document and asks something of it. The words of the
name are in the title above every passage there, so they do not say which one answers, and they
outweigh those that do. The passages of such a document are therefore weighed by the rest of the
question as well. Nothing is searched for it: they are passages that the question found.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import log
from pathlib import PurePosixPath
from typing import NamedTuple

from qa.language.terms import Word, located_words, words
from qa.retrieval.search import Candidates, Session
from qa.storage.protocols import Passages
from qa.storage.records import StoredPassage

_EXAMINED = 40  # candidates whose documents may be named

#: What the best passage of the documents gains by the rest of the question. Chosen with
#: ``benchmarks/naming.py`` on training questions of the corpus of practice: more raises the right
#: passage further where a document is named, but where its name is the topic it costs too much.
GAIN = 0.5

# Lengths of names are in characters of Chinese; a word of a script with spaces, and a number,
# counts as so many.
_WORD_LENGTH = 2
_SHORTEST_NAME = 4
_SHORTEST_PART = 3  # of what is taken off the question, once a document is named
# Of the weight of the one that is named most clearly: versions of one, or two that are compared.
_NEARLY = 0.8
# What is left of a question must have two characters besides these to ask anything.
_EMPTY = re.compile(r"[是的了吗呢么什谁哪年月日\d\W_]")
_LEFT = 2
_BETWEEN = "\x1f"  # the words of an identity


class Scope(NamedTuple):
    """The documents that a question names.

    Attributes:
        documents: their ids.
        rest: the question without their names.
    """

    documents: frozenset[str]
    rest: str


class _Named(NamedTuple):
    """A document with the names that a question has of it.

    Attributes:
        weight: the length of the names, each weighed by how few documents it is the name of.
        document: its id.
    """

    weight: float
    document: str


def scoped(
    candidates: Candidates, session: Session, catalogue: Passages, gain: float = GAIN
) -> Candidates:
    """Return the candidates for a question, ordered by its rest as well if it names documents.

    Args:
        candidates: what the question found.
        session: that it was searched in.
        catalogue: where passages are read.
        gain: of the best passage of these documents by the rest of the question.
    """
    rows = [found.row for found in candidates.ranked[:_EXAMINED]]
    read = catalogue.passages(rows)
    scope = scope_of(candidates.query, [read[row] for row in rows if row in read])
    if scope is None:
        return candidates
    known = [one for one in candidates.ranked if one.id.document_id in scope.documents]
    (weighed,) = session.weigh([scope.rest], known)
    return _with_gains(candidates, weighed, gain)


def scope_of(question: str, passages: Sequence[StoredPassage]) -> Scope | None:
    """Return the documents that a question names, or None if it names none.

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
        for document in identities
        if (found := _named(asked, document, identities)).weight > 0
    ]
    if not named:
        return None
    enough = _NEARLY * max(named).weight
    documents = frozenset(one.document for one in named if one.weight >= enough)
    rest = _without_names(question, asked, [identities[document] for document in documents])
    return Scope(documents, rest) if len(_EMPTY.sub("", rest)) >= _LEFT else None


def _with_gains(candidates: Candidates, weighed: Candidates, gain: float) -> Candidates:
    """Return candidates in their order by the whole question and by its rest.

    Args:
        candidates: what the question found.
        weighed: those of the documents that it names, weighed by the rest of the question.
        gain: of the best of these.
    """
    best = max((found.score for found in weighed.ranked), default=0.0)
    if best <= 0:
        return candidates
    gains = {found.id: gain * max(found.score, 0.0) / best for found in weighed.ranked}
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
    weight = 0.0
    for name in _names(asked, identities[document], _SHORTEST_NAME):
        joined = _joined(word.folded for word in name)
        bearers = sum(joined in identity for identity in identities.values())
        weight += _length(name) * log((len(identities) + 1) / bearers)
    return _Named(weight, document)


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
