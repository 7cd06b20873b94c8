"""Reads the best passages with the question: which of them answers, and with which words.

The ranking goes by what a passage is about; many passages of a document are about the same. A
reader tells the one that answers from those that merely share its words
(:class:`embeddings.Reader`). It costs as much as ten searches, so it reads the best passages
only, and only for an answer.
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from corpus import Span
from corpus.plugins import first_line
from embeddings import EmbeddingError, Extract, ModelUnusable, Reader, Reading, load_reader
from qa.answering.citations import Finding
from qa.answering.quotes import LONGEST, clause, quotable, with_list, with_next_sentence
from qa.answering.relevance import relevance
from qa.results import Hit, PassageId
from qa.retrieval.search import Candidates

READ = 6  # passages; the seventh and eighth bring nothing
#: How much of a passage's score its reading is worth. Chosen on the development questions of
#: the corpus of practice; see ``benchmarks/README.md``.
WORTH = 0.08
#: The score of a reading from which on its words are marked in the passage, chosen likewise.
FOUND = -6.0
# A clause of so many characters is a short answer, and says more than the figure in it.
_SHORT_CLAUSE = 20
# A reading beyond this says no more than one of this: the reader is sure.
_SURE = 12.0
_OFF = ("0", "no", "off", "false")
_SETTING = "WENJU_READER"

_log = logging.getLogger(__name__)


def reader_of(reader: bool | Reader | None) -> Reader | None:
    """Return a reader by the setting of a library: the bundled one unless it says otherwise.

    Args:
        reader: an object; False for none; True for the bundled one, and None likewise
            unless the environment variable ``WENJU_READER`` is ``off``.
    """
    if reader is None:
        reader = os.environ.get(_SETTING, "").strip().lower() not in _OFF
    if isinstance(reader, bool):
        return _bundled() if reader else None
    return reader


@cache
def _bundled() -> Reader | None:
    """Return the bundled reader, one for all libraries; None, said in the log, without it."""
    try:
        return load_reader()
    except EmbeddingError as error:
        _log.warning("Answers are chosen by the ranking alone: %s", error)
        return None


def read(
    reader: Reader, candidates: Candidates, findings: Sequence[Finding]
) -> tuple[Finding, ...]:
    """Return the findings with the readings of the first of them, best first.

    Args:
        reader: reads each with the question.
        candidates: what a search found.
        findings: made of them, best first.

    Raises:
        ModelUnusable: the reader failed, or returned something else than readings.
    """
    extracts = [extract_of(finding.hit) for finding in findings[:READ]]
    readings = [
        _with_clause(bounded(reading), extract.text) if reading.start < reading.end else reading
        for reading, extract in zip(
            _readings(reader, candidates.query, extracts), extracts, strict=True
        )
    ]
    gains = gains_of([reading.score for reading in readings])
    found = [
        _read(finding, reading, gain, candidates)
        for finding, reading, gain in zip(findings[:READ], readings, gains, strict=True)
    ]
    found.sort(key=lambda one: -one.hit.score)  # stable
    ranked = (*found, *findings[READ:])
    return tuple(
        finding._replace(hit=replace(finding.hit, rank=rank))
        for rank, finding in enumerate(ranked, 1)
    )


def gains_of(scores: Sequence[float], worth: float = WORTH) -> list[float]:
    """Return what their readings add to the scores of passages: nothing to the least likely.

    Args:
        scores: of the readings.
        worth: of a reading.
    """
    least = min(scores, default=0.0)
    return [worth * (score - least) for score in scores]


def _read(finding: Finding, reading: Reading, gain: float, candidates: Candidates) -> Finding:
    """Return a finding with its reading, a higher score, and the words that answer marked."""
    hit, first = finding.hit, candidates.ranked[0]
    highlighted = hit.highlights[0] if hit.highlights else None
    span = marked(hit.text, highlighted, reading, candidates.query)
    hit = replace(
        hit,
        score=hit.score + gain,
        highlights=() if span is None else (span,),
        relevance=relevance(finding.candidate, first, candidates.fingerprint, reading),
    )
    return finding._replace(hit=hit, reading=reading)


def readings_of(findings: Sequence[Finding]) -> dict[PassageId, Reading]:
    """Return the readings of those findings that were read, by passage."""
    return {one.hit.passage_id: one.reading for one in findings if one.reading is not None}


def scores_of(findings: Sequence[Finding]) -> dict[PassageId, float]:
    """Return the scores of those findings that were read, by passage, best passage first."""
    return {passage: reading.score for passage, reading in readings_of(findings).items()}


def marked(
    text: str,
    highlighted: Span | None,
    reading: Reading,
    question: str,
    found: float = FOUND,
) -> Span | None:
    """Return the range of a passage to mark: the sentences with the words that answer.

    Args:
        text: of the passage.
        highlighted: what was marked by the words of the question, if anything.
        reading: of the passage.
        question: as searched.
        found: the score from which on the words of a reading count.

    Returns:
        The range that was marked, if it holds the words that answer or if there are none; both
        together, if they are neighbours; else the sentences of the words that answer.
    """
    if reading.score < found or reading.start >= reading.end:
        return highlighted
    parts = [
        part for part in quotable(text) if part.start < reading.end and part.end > reading.start
    ]
    if not parts:
        return highlighted
    own = with_next_sentence(text, Span(parts[0].start, parts[-1].end))
    if highlighted is None:
        return with_list(text, own, question)
    if highlighted.start <= own.start and own.end <= highlighted.end:
        return highlighted
    both = Span(min(own.start, highlighted.start), max(own.end, highlighted.end))
    between = text[min(own.end, highlighted.end) : max(own.start, highlighted.start)]
    if not between.strip() and both.end - both.start <= LONGEST:
        return both
    return with_list(text, own, question)


def extract_of(hit: Hit) -> Extract:
    """Return what is read of a passage: long ones around the sentence that matches best."""
    focus = hit.highlights[0].start if hit.highlights else 0
    return Extract(" ".join(filter(None, (hit.title, *hit.headings))), hit.text, focus)


def _readings(reader: Reader, question: str, extracts: Sequence[Extract]) -> Sequence[Reading]:
    """Return the reader's readings, after checking them."""
    try:
        readings = reader.read(question, extracts)
        sound = len(readings) == len(extracts) and all(
            0 <= reading.start <= reading.end <= len(extract.text)
            for reading, extract in zip(readings, extracts, strict=True)
        )
    except EmbeddingError:
        raise
    except Exception as error:  # whatever the code of a stranger raises
        raise ModelUnusable(f"the reader {reader.name!r} failed ({first_line(error)})") from error
    if not sound:
        raise ModelUnusable(
            f"the reader {reader.name!r} did not return a reading for each of {len(extracts)} "
            "passages, with words of the passage"
        )
    return readings


def _with_clause(reading: Reading, text: str) -> Reading:
    """Return a reading with its whole clause, if that is short or settles a yes or no."""
    whole = clause(text, Span(reading.start, reading.end))
    if reading.asks_whether > 0 or whole.end - whole.start <= _SHORT_CLAUSE:
        return reading._replace(start=whole.start, end=whole.end)
    return reading


def bounded(reading: Reading) -> Reading:
    """Return a reading whose score says no more than that the reader is sure."""
    return reading._replace(score=min(_SURE, max(-_SURE, reading.score)))
