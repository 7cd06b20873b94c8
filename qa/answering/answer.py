"""Compose the answer to a question, or abstain where the confidence is too low."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from embeddings import Reading
from qa.answering.citations import citations_of, short_answer
from qa.answering.confidence import Judgement
from qa.results import Answer, Hit, PassageId
from qa.storage.protocols import Passages

NO_READINGS: Mapping[PassageId, Reading] = MappingProxyType({})


def compose(
    query: str,
    judgement: Judgement,
    hits: tuple[Hit, ...],
    quoted: Sequence[Hit],
    catalogue: Passages,
    readings: Mapping[PassageId, Reading] = NO_READINGS,
) -> Answer:
    """Return the answer, or "not in these documents" where the confidence is too low.

    Args:
        query: the question as searched.
        judgement: how sure it is that the documents answer.
        hits: the nearest passages, best first.
        quoted: those that an answer quotes, see :mod:`qa.answering.selection`.
        catalogue: where their documents are read.
        readings: of the passages that a reader read.
    """
    citations = citations_of(quoted, catalogue) if judgement.answered else ()
    text = "\n\n".join(f"{citation.quote.strip()} [{citation.number}]" for citation in citations)
    return Answer(
        question=query,
        query=query,
        answered=bool(citations),
        confidence=judgement.probability,
        text=text or None,
        citations=citations,
        hits=hits,
        outcome=judgement.outcome if citations or not judgement.answered else "none",
        short=short_answer(citations, hits, readings, catalogue),
    )
