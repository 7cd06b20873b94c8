"""Lists with their lead-in: ``如下：`` and the rows below it are one passage.

On its own, the lead-in would be an answer that breaks off at its colon, and the rows could
not be found by the subject of their list.
"""

from collections.abc import Sequence
from dataclasses import replace

from corpus.characters import is_formula, is_lead_in
from corpus.layout.headings import is_caption
from corpus.layout.joins import join_rows
from corpus.layout.parts import Part
from corpus.list_markers import begins_item
from corpus.model import Span, quote

# Characters. A longer list is split at its rows, like one without a lead-in.
_LONGEST = 600
_FEWEST_ITEMS = 2
_LONGEST_FORMULA = 200


def gather_lists(text: str, parts: Sequence[Part]) -> list[Part]:
    """Join each list and the paragraph that introduces it into one passage.

    A list is whatever the format calls one (or a table, or code), and paragraphs with the
    marks of items, if they are short enough together to be read as one passage.

    Args:
        text: the stored text.
        parts: the parts of its layout.

    Returns:
        The parts in their order.
    """
    gathered: list[Part] = []
    taken = 0  # number of parts that are part of a passage already
    for place, part in enumerate(parts):
        if place < taken:
            continue
        rows = _introduced_by(text, parts, place)
        taken = place + 1 + len(rows)
        gathered.append(_joined(text, part, rows) if rows else part)
    return gathered


def _introduced_by(text: str, parts: Sequence[Part], place: int) -> Sequence[Part]:
    """Return the parts of the list that a part introduces; none if it introduces none."""
    lead_in = parts[place]
    if lead_in.role != "text" or lead_in.note:
        return ()
    if _is_caption(text, parts, place):
        return parts[place + 1 : place + 2]
    if not is_lead_in(quote(text, lead_in.spans[-1:])):
        return ()
    if place + 1 < len(parts) and _is_shown(text, parts[place + 1]):
        return parts[place + 1 : place + 2]
    items: list[Part] = []
    length = _length(lead_in.spans)
    for n in range(place + 1, len(parts)):
        part = parts[n]
        if not _is_item(text, part):
            break
        items.append(part)
        length += _length(part.spans)
        if length > _LONGEST:
            return ()
    return items if len(items) >= _FEWEST_ITEMS else ()


def _is_shown(text: str, part: Part) -> bool:
    """Return whether a part is what a lead-in shows: a list, a table, code or a formula."""
    if part.role in ("list", "table", "code"):
        return True
    words = quote(text, part.spans)
    return part.role == "text" and len(words) <= _LONGEST_FORMULA and is_formula(words)


def _is_caption(text: str, parts: Sequence[Part], place: int) -> bool:
    """Return whether a part is the caption of the table below it: ``表二 女职工``."""
    tabled = place + 1 < len(parts) and parts[place + 1].role == "table"
    return tabled and is_caption(quote(text, parts[place].spans))


def _is_item(text: str, part: Part) -> bool:
    plain = part.role == "text" and not part.note
    return plain and begins_item(quote(text, part.spans[:2]))


def _joined(text: str, lead_in: Part, rows: Sequence[Part]) -> Part:
    spans = join_rows(text, [lead_in.spans, *(part.spans for part in rows)])
    return replace(lead_in, role="text" if _length(spans) <= _LONGEST else "list", spans=spans)


def _length(spans: Sequence[Span]) -> int:
    return sum(span.end - span.start for span in spans)
