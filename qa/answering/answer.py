"""Compose the answer to a question, or abstain where the confidence is too low."""

from collections.abc import Sequence

from qa.answering.citations import Finding, citations_of, short_answer
from qa.answering.confidence import Judgement
from qa.results import Answer, Hit
from qa.storage.protocols import Passages


def compose(
    query: str,
    judgement: Judgement,
    findings: Sequence[Finding],
    quoted: Sequence[Hit],
    catalogue: Passages,
) -> Answer:
    """Return the answer, or "not in these documents" where the confidence is too low.

    Args:
        query: the question as searched.
        judgement: how sure it is that the documents answer.
        findings: the nearest passages, best first.
        quoted: those that an answer quotes, see :mod:`qa.answering.selection`.
        catalogue: where their documents are read.
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
        hits=tuple(finding.hit for finding in findings),
        outcome=judgement.outcome if citations or not judgement.answered else "none",
        short=short_answer(citations, findings, catalogue),
    )
