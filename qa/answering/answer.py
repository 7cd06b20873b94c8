"""From ranked passages to hits, and from hits to an answer with verbatim citations.

Everything that leaves here was compared with the stored text: :func:`checked` is the
one place through which every quote passes, on every surface.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from corpus import Span, quote, slice_spans
from qa.answering.highlights import mark
from qa.answering.quotes import with_list
from qa.errors import LibraryDamaged
from qa.results import Answer, Citation, Hit, PassageId
from qa.retrieval.duplicates import collapse
from qa.retrieval.search import Candidate, Candidates
from qa.storage.protocols import Passages
from qa.storage.records import StoredPassage

_TWINS_EXPECTED = 10  # among the best hits


def hits_of(candidates: Candidates, k: int, catalogue: Passages) -> tuple[Hit, ...]:
    """The best ``k`` different passages, with what answers marked in each.

    Args:
        candidates: what the search found.
        k: how many hits are wanted.
        catalogue: where the passages and their documents are read.
    """
    groups = collapse(_read(candidates.ranked, k, catalogue), lambda found: found[1].text, k)
    if not groups:
        return ()
    texts = [passage.text for (_, passage), _ in groups]
    kept = [candidate.tokens for (candidate, _), _ in groups]
    marks = mark(texts, kept, candidates.question, candidates.encoder)
    marks = [
        None if marked is None else with_list(text, marked, candidates.query)
        for text, marked in zip(texts, marks, strict=True)
    ]
    # A document is read once, however many of its passages are among the hits.
    stored = cache(catalogue.text)
    hits: list[Hit] = []
    for ((candidate, passage), twins), marked in zip(groups, marks, strict=True):
        text = stored(passage.document_id)
        if text is None:  # removed since the search: it must not come back
            continue
        hits.append(
            Hit(
                rank=len(hits) + 1,
                score=candidate.score,
                place=passage.place,
                text=checked(text, passage.spans, passage.text, passage.passage_id),
                highlights=() if marked is None else (marked,),
                duplicates=tuple(PassageId(twin.id) for twin, _ in twins),
            )
        )
    return tuple(hits)


def _read(
    ranked: Sequence[Candidate], k: int, catalogue: Passages
) -> Iterator[tuple[Candidate, StoredPassage]]:
    """The best candidates with their passages: ``k`` and the next first, more if need be."""
    for some in filter(None, (ranked[: k + 1], ranked[k + 1 : k + _TWINS_EXPECTED])):
        passages = catalogue.passages([candidate.row for candidate in some])
        yield from ((each, passages[each.row]) for each in some if each.row in passages)


def checked(stored: str, spans: Iterable[Span], expected: str, passage_id: str) -> str:
    """``expected``, after seeing that the stored text reads just so under ``spans``.

    Raises:
        LibraryDamaged: it does not; nothing unverified is ever shown.
    """
    found = quote(stored, spans)
    if found != expected:
        raise LibraryDamaged(
            f"Passage {passage_id} was to be quoted as {expected[:40]!r}, but its document reads "
            f"{found[:40]!r} there. `wenju verify` shows what is damaged."
        )
    return found


def citations_of(quoted: Sequence[Hit], catalogue: Passages) -> tuple[Citation, ...]:
    """A verbatim citation of what is marked in each hit, or of all of it."""
    citations: list[Citation] = []
    for hit in quoted:
        start, end = hit.highlights[0] if hit.highlights else (0, len(hit.text))
        spans = slice_spans(hit.spans, start, end)
        text = catalogue.text(hit.document_id)
        if text is None:
            continue
        citations.append(
            Citation(
                number=len(citations) + 1,
                place=replace(hit.place, spans=spans),
                quote=checked(text, spans, hit.text[start:end], hit.passage_id),
                score=hit.score,
            )
        )
    return tuple(citations)


def compose(
    question: str,
    query: str,
    confidence: float,
    threshold: float,
    hits: tuple[Hit, ...],
    quoted: Sequence[Hit],
    catalogue: Passages,
) -> Answer:
    """The answer, or "not in these documents" where the confidence is under the threshold.

    Args:
        question: as asked.
        query: as searched.
        confidence: that the documents answer.
        threshold: from which on they count as answering.
        hits: the nearest passages, best first.
        quoted: those that an answer quotes, see :mod:`qa.answering.citations`.
        catalogue: where their documents are read.
    """
    citations = citations_of(quoted, catalogue) if confidence >= threshold else ()
    text = "\n\n".join(f"{citation.quote.strip()} [{citation.number}]" for citation in citations)
    return Answer(
        question=question,
        query=query,
        answered=bool(citations),
        confidence=confidence,
        text=text or None,
        citations=citations,
        hits=hits,
    )
