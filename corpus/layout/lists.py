"""Lists with what announces them: ``如下：`` and the rows below it are one passage.

Apart, the one would be an answer that breaks off at its colon, and the other could not be
found by what it is a list of.
"""

from collections.abc import Sequence
from dataclasses import replace

from corpus.characters import is_lead_in
from corpus.layout.joins import join_rows
from corpus.layout.parts import Part
from corpus.list_markers import begins_item
from corpus.model import Span, quote

# A longer list is cut at its rows, as one that nothing announces.
_LONGEST = 600  # characters
_FEWEST = 2


def gather_lists(text: str, parts: Sequence[Part]) -> list[Part]:
    """The parts, with each list in one passage with the paragraph that announces it.

    A list is what the format calls one (or a table, or code), or paragraphs that are
    numbered as items; of those, only a list that is short enough to be read as one.

    Args:
        text: the stored text.
        parts: what layout made of it.
    """
    gathered: list[Part] = []
    taken = 0  # parts that a list before has
    for place, part in enumerate(parts):
        if place < taken:
            continue
        below = _announced(text, parts, place)
        taken = place + 1 + len(below)
        gathered.append(_together(text, part, below) if below else part)
    return gathered


def _announced(text: str, parts: Sequence[Part], place: int) -> Sequence[Part]:
    """The parts of the list that a part announces; none if it announces none."""
    lead = parts[place]
    if lead.role != "text" or lead.note or not is_lead_in(quote(text, lead.spans[-1:])):
        return ()
    if place + 1 < len(parts) and parts[place + 1].role in ("list", "table", "code"):
        return parts[place + 1 : place + 2]
    items: list[Part] = []
    length = _length(lead.spans)
    for n in range(place + 1, len(parts)):
        part = parts[n]
        if not _is_item(text, part):
            break
        items.append(part)
        length += _length(part.spans)
        if length > _LONGEST:
            return ()
    return items if len(items) >= _FEWEST else ()


def _is_item(text: str, part: Part) -> bool:
    plain = part.role == "text" and not part.note
    return plain and begins_item(quote(text, part.spans[:2]))


def _together(text: str, lead: Part, below: Sequence[Part]) -> Part:
    spans = join_rows(text, [lead.spans, *(part.spans for part in below)])
    return replace(lead, role="text" if _length(spans) <= _LONGEST else "list", spans=spans)


def _length(spans: Sequence[Span]) -> int:
    return sum(span.end - span.start for span in spans)
