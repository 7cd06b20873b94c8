"""Three documents of one passage each, and hits of them."""

from corpus import Document, Span
from qa import Hit
from qa.storage.records import place_of
from tests.qa.builders import document

FIRST = document("工会每年组织体检。费用由单位承担。", title="体检", author="李明")
SECOND = document("体检在三月进行。", title="安排")
THIRD = document("与此无关。", title="其他")


def hit(found: Document, rank: int, score: float, *highlights: Span) -> Hit:
    """Return a hit of a document's passage."""
    passage = found.passages[0]
    return Hit(
        rank=rank,
        score=score,
        place=place_of(found.id, found.articles[0], passage, str(rank)),
        text=found.quote(passage.spans),
        highlights=highlights,
    )
