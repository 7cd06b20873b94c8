"""Make hits of ranked passages, and citations of hits, and check that they are verbatim.

The text of every hit and every quote, on every surface, is compared with the stored text of
its document by :func:`checked`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from corpus import Span, quote, slice_spans
from embeddings import Reading
from qa.answering.highlights import mark
from qa.answering.quotes import with_list, with_substance
from qa.answering.relevance import relevance
from qa.errors import LibraryDamaged
from qa.results import Citation, Hit, PassageId, ShortAnswer, Verdict
from qa.retrieval.duplicates import collapse
from qa.retrieval.evidence import Evidence, compare
from qa.retrieval.search import Candidate, Candidates
from qa.storage.protocols import Passages
from qa.storage.records import PassageTokens, StoredPassage, packed

_DUPLICATES_EXPECTED = 10  # among the best candidates


class Finding(NamedTuple):
    """A hit and the evidence that it was found by.

    Attributes:
        hit: with its highlights.
        evidence: with the places of the passage's tokens.
        candidate: that the hit was made of.
        reading: what a reader found in the passage; None if it was not read.
    """

    hit: Hit
    evidence: Evidence
    candidate: Candidate
    reading: Reading | None = None


class _Read(NamedTuple):
    """A candidate and its passage as stored."""

    candidate: Candidate
    passage: StoredPassage


def findings_of(candidates: Candidates, k: int, catalogue: Passages) -> tuple[Finding, ...]:
    """Return hits of the best ``k`` different passages, highlighted, with their evidence.

    Args:
        candidates: what a search found.
        k: how many hits are wanted.
        catalogue: where the passages and their documents are read.
    """
    groups = collapse(_read(candidates.ranked, k, catalogue), lambda read: read.passage.text, k)
    if not groups:
        return ()
    evidence = _evidence_of([group.first for group in groups], candidates)
    marks = mark([group.first.passage.text for group in groups], evidence)
    # A document is read once, however many of its passages are among the hits.
    stored = cache(catalogue.text)
    findings: list[Finding] = []
    for group, own, marked in zip(groups, evidence, marks, strict=True):
        candidate, passage = group.first
        text = stored(passage.document_id)
        if text is None:  # removed since the search: it must not come back
            continue
        hit = Hit(
            rank=len(findings) + 1,
            score=candidate.score,
            place=passage.place,
            text=checked(text, passage.spans, passage.text, passage.passage_id),
            highlights=_highlights(passage.text, marked, candidates.query),
            duplicates=tuple(one.candidate.id for one in group.duplicates),
            relevance=relevance(candidate, candidates.ranked[0], candidates.fingerprint),
        )
        findings.append(Finding(hit, own, candidate))
    return tuple(findings)


def _highlights(text: str, marked: Span | None, question: str) -> tuple[Span, ...]:
    """Return what was marked, with the list that belongs to it and what a label stands for."""
    if marked is None:
        return ()
    return (with_substance(text, with_list(text, marked, question), question),)


def _read(ranked: Sequence[Candidate], k: int, catalogue: Passages) -> Iterator[_Read]:
    """Yield the best candidates with their passages: ``k + 1`` first, more if need be."""
    for some in filter(None, (ranked[: k + 1], ranked[k + 1 : k + _DUPLICATES_EXPECTED])):
        passages = catalogue.passages([candidate.row for candidate in some])
        yield from (_Read(each, passages[each.row]) for each in some if each.row in passages)


def _evidence_of(found: Sequence[_Read], candidates: Candidates) -> list[Evidence]:
    """Return the evidence of each passage, with the places of its tokens.

    The search has it for nearly all. A passage that the search did not match is compared
    with the question now, and one whose tokens were stored without places is cut again.
    """
    known: dict[str, Evidence] = {}
    unknown: list[_Read] = []
    for candidate, passage in found:
        evidence = candidate.evidence
        if evidence is None or evidence.tokens.packed_starts is None:
            unknown.append(_Read(candidate, passage))
        else:
            known[candidate.id] = evidence
    if unknown:
        known.update(_evidence_anew(unknown, candidates))
    return [known[candidate.id] for candidate, _ in found]


def _evidence_anew(found: Sequence[_Read], candidates: Candidates) -> dict[str, Evidence]:
    """Return the evidence of passages that are cut into tokens now, by passage id."""
    encoder = candidates.encoder
    texts = encoder.tokens([passage.text for _, passage in found])
    contexts = encoder.tokens([passage.context for _, passage in found])
    placed: dict[str, Evidence] = {}
    missing: dict[str, PassageTokens] = {}
    for (candidate, _), text, context in zip(found, texts, contexts, strict=True):
        tokens = PassageTokens(text.ids, context.ids, packed(text.spans[:, 0]))
        evidence = candidate.evidence and candidate.evidence.placed(tokens)
        if evidence is None:
            missing[candidate.id] = tokens
        else:
            placed[candidate.id] = evidence
    compared = compare(candidates.question, encoder, [*missing.values()])
    return placed | dict(zip(missing, compared.evidence(), strict=True))


def checked(stored: str, spans: Iterable[Span], expected: str, passage_id: str) -> str:
    """Return ``expected``, after comparing it with the stored text under ``spans``.

    Raises:
        LibraryDamaged: they differ; nothing unverified is ever shown.
    """
    found = quote(stored, spans)
    if found != expected:
        raise LibraryDamaged(
            f"Passage {passage_id} was to be quoted as {expected[:40]!r}, but its document reads "
            f"{found[:40]!r} there. `wenju verify` shows what is damaged."
        )
    return found


def short_answer(
    citations: Sequence[Citation],
    hits: Sequence[Hit],
    readings: Mapping[PassageId, Reading],
    catalogue: Passages,
) -> ShortAnswer | None:
    """Return the words of the first citation that answer by themselves, or None.

    Args:
        citations: of an answer.
        hits: that it was made of.
        readings: of those that a reader read.
        catalogue: where the documents are read.
    """
    if not citations:
        return None
    cited = citations[0]
    reading = readings.get(cited.passage_id)
    if reading is None or reading.start >= reading.end:
        return None
    hit = next(one for one in hits if one.passage_id == cited.passage_id)
    spans = slice_spans(hit.spans, reading.start, reading.end)
    text = catalogue.text(cited.document_id)
    if text is None or not _within(spans, cited.spans):
        return None
    words = checked(text, spans, hit.text[reading.start : reading.end], cited.passage_id)
    return ShortAnswer(words, cited.number, spans, _verdict(reading))


def _within(spans: Iterable[Span], others: Iterable[Span]) -> bool:
    """Return whether each span lies in one of the others."""
    around = tuple(others)
    return all(any(o.start <= s.start and s.end <= o.end for o in around) for s in spans)


def _verdict(reading: Reading) -> Verdict | None:
    """Return what the words say, if the question wants a yes or a no."""
    if reading.asks_whether <= 0 or reading.yes == 0:
        return None
    return "yes" if reading.yes > 0 else "no"


def citations_of(quoted: Sequence[Hit], catalogue: Passages) -> tuple[Citation, ...]:
    """Return a verbatim citation of what is highlighted in each hit, or of all of it."""
    stored = cache(catalogue.text)  # passages of one document are often cited together
    citations: list[Citation] = []
    for hit in quoted:
        start, end = hit.highlights[0] if hit.highlights else (0, len(hit.text))
        spans = slice_spans(hit.spans, start, end)
        text = stored(hit.document_id)
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
