"""Tables of contents: they repeat the headings, and answer nothing."""

from collections.abc import Sequence

from corpus.layout.headings import could_be_title, is_contents_entry
from corpus.layout.parts import Part
from corpus.layout.surroundings import is_contents_title
from corpus.model import quote

_FEWEST_ENTRIES = 3  # of a table of contents without a title


def without_contents(text: str, parts: Sequence[Part]) -> list[Part]:
    """Return the parts without tables of contents and their titles.

    Args:
        text: the stored text.
        parts: the parts of its layout; all of them are returned if they are nothing else.
    """
    kept: list[Part] = []
    dropped_above = False
    for part in parts:
        rows = quote(text, part.spans).strip().splitlines()
        below_title = bool(kept) and is_contents_title(quote(text, kept[-1].spans).strip())
        listed = part.role in ("text", "list") and _are_entries(
            rows, titled=below_title, continued=dropped_above
        )
        dropped_above = listed
        if listed and below_title:
            kept.pop()
        if not listed:
            kept.append(part)
    return kept or list(parts)


def _are_entries(rows: Sequence[str], *, titled: bool, continued: bool) -> bool:
    """Return whether rows are entries of a table of contents.

    Args:
        rows: of a paragraph or a list.
        titled: whether they are right below the title of one.
        continued: whether they are right below others of its entries.
    """
    if all(map(is_contents_entry, rows)):
        return titled or continued or len(rows) >= _FEWEST_ENTRIES
    entries = (could_be_title(row) or is_contents_entry(row) for row in rows)
    return titled and len(rows) > 1 and all(entries)
