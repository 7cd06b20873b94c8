"""Select the passages that an answer quotes: the first, and those that add to it."""

import re
from collections.abc import Sequence

import numpy as np

from corpus import Span, quote
from corpus.list_markers import is_row
from embeddings import TokenEncoder
from embeddings.protocols import FloatArray
from qa.answering.citations import Finding
from qa.answering.confidence import judge
from qa.answering.quotes import adds_nothing
from qa.language.question_words import asks_twice
from qa.results import Hit
from qa.retrieval.evidence import best_of
from qa.retrieval.search import Candidates

_QUOTED_AT_MOST = 3
_HITS_CONSIDERED = 6

# Chosen with ``benchmarks/citing.py`` on the development questions of
# ``benchmarks/citations.jsonl``.
#: If the passages quoted before it did not exist, the documents would answer with at least
#: this confidence, ...
_CONFIDENT = 0.3
#: ... or with this one, where those passages lack what the second of two questions asks.
_CONFIDENT_OF_SECOND = 0.15
#: Its title and headings match so much more of the question than those of the first, ...
_NEARER = 0.25
#: ... or, where two questions are asked in one, it matches so much that those before do not.
_ADDS = 0.15
# Where a reader read: a passage as relevant as this, and by this share as relevant as the first,
# may be the one that was meant. Of the development questions of the corpus of practice 2.3%
# are then answered that were not, and 6.9% have a needless quote.
_RELEVANT, _RIVAL = 0.3, 0.7
# A sentence that presents the next passage as the answer.
_POINTS_BELOW = re.compile(
    r"下表|如下|[:：]$|\b(?:table below|following table|as follows)\b", re.IGNORECASE
)


def worth_quoting(findings: Sequence[Finding], candidates: Candidates) -> tuple[Hit, ...]:
    """Return the first hit, and up to two more that answer too.

    A needless quote is worse than a missing one. How well a further passage matches says
    little, because the neighbours of an answer all match; its title and headings say more.
    It is quoted if the first announces it. Otherwise it must continue the first's section,
    match better in title and headings, or answer the second of two questions; and it must be
    a good answer by itself. So is one that a reader finds nearly as relevant as the first.

    Args:
        findings: best first, each hit with its highlights.
        candidates: the search that the hits were made from.
    """
    if not findings:
        return ()
    # A label, a heading or a line of contents repeats the question and answers nothing.
    saying = [one for one in findings if not _repeats(one.hit, candidates.query)]
    first, *others = (saying or findings)[:_HITS_CONSIDERED]
    announced = [one for one in others if _announces(first.hit, one.hit)]
    considered = [first, *announced, *(one for one in others if one not in announced)]
    weights = candidates.question.weights
    above = [float(weights @ best) for best in _best_above(considered, candidates.encoder)]
    twice = asks_twice(candidates.query)
    chosen, covered = [first.hit], _best_highlighted(first)
    for one, own_above in zip(considered[1:], above[1:], strict=True):
        own = _best_highlighted(one)
        if one not in announced and not _rivals(first, one):
            added = float(weights @ np.maximum(own - covered, 0.0))
            second = twice and added >= _ADDS
            fits = _continues(first.hit, one.hit) or own_above >= above[0] + _NEARER
            if not (fits or second):
                continue
            left = _places_without(candidates, chosen, one.hit)
            sure = judge(candidates, left).probability
            if sure < (_CONFIDENT_OF_SECOND if second else _CONFIDENT):
                continue
        chosen.append(one.hit)
        covered = np.maximum(covered, own)
        if len(chosen) == _QUOTED_AT_MOST:
            break
    return tuple(chosen)


def _repeats(hit: Hit, question: str) -> bool:
    """Return whether the quote of a hit has no other words than the question."""
    return adds_nothing(quote(hit.text, hit.highlights or (Span(0, len(hit.text)),)), question)


def _rivals(first: Finding, other: Finding) -> bool:
    """Return whether a reader finds a passage nearly as relevant as the first."""
    return other.reading is not None and is_rival(other.hit.relevance, first.hit.relevance)


def is_rival(relevance: float, first: float) -> bool:
    """Return whether a relevance is high, and nearly as high as that of the first passage."""
    return relevance >= _RELEVANT and relevance >= _RIVAL * first


def _announces(first: Hit, hit: Hit) -> bool:
    """Return whether the quote of the first hit announces the list or table that follows it."""
    if hit.passage_id != first.passage_id.following or not is_row(hit.text):
        return False
    return _POINTS_BELOW.search(quote(first.text, first.highlights).rpartition("\n")[2]) is not None


def _continues(first: Hit, hit: Hit) -> bool:
    """Return whether two passages are under one heading."""
    return bool(hit.headings) and (first.document_id, first.title, first.headings) == (
        hit.document_id,
        hit.title,
        hit.headings,
    )


def _best_highlighted(finding: Finding) -> FloatArray:
    """Return the best match of each question token in what is highlighted, ``(q,)``."""
    (marked,) = finding.hit.highlights or (Span(0, 0),)
    return finding.evidence.best_between(marked.start, marked.end)


def _best_above(findings: Sequence[Finding], encoder: TokenEncoder) -> list[FloatArray]:
    """Return the best match of each question token in title and headings, ``(q,)`` each.

    The tokens of the author, which are between those in the context, do not count.
    """
    titles = encoder.tokens([finding.hit.title for finding in findings])
    authors = encoder.tokens([finding.hit.author or "" for finding in findings])
    found: list[FloatArray] = []
    for finding, title, author in zip(findings, titles, authors, strict=True):
        end = len(title.ids)
        context = finding.evidence.context
        counted = np.hstack((context[:, :end], context[:, end + len(author.ids) :]))
        found.append(best_of(counted))
    return found


def _places_without(candidates: Candidates, chosen: Sequence[Hit], hit: Hit) -> list[int]:
    """Return the places of all candidates but the chosen ones, that of ``hit`` first."""
    gone = {name for other in chosen for name in (other.passage_id, *other.duplicates)}
    left = [place for place, one in enumerate(candidates.ranked) if one.id not in gone]
    left.sort(key=lambda place: candidates.ranked[place].id != hit.passage_id)  # stable
    return left
