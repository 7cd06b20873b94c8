"""A quote as the answer shows it: its lines as lines, its rows as a table, its number behind it."""

from corpus import Span
from qa.results import Citation, Hit
from qa.ui.markup import spoken, text
from qa.ui.tables import Piece, pieces, table


def quoted(citation: Citation, hit: Hit | None, anchor: str) -> str:
    """What is quoted, with its number, which stays on the line of the last character.

    A lone row of a table, which its cells say little without, is shown under the head of it.

    Args:
        citation: with its quote.
        hit: the passage it was taken from, if it is at hand.
        anchor: begins the element ids of the turn's cards.
    """
    number = (
        f'<button type="button" class="cite" data-card="{anchor}-source-{citation.number}">'
        f"{spoken('open_source', number=citation.number)}"
        f'<span aria-hidden="true">{citation.number}</span></button>'
    )
    quote = citation.quote.strip()
    if hit is not None and (rows := _under_head(quote, hit.text)):
        return table(hit.text, rows, after=number)
    *before, last = pieces(quote)
    shown = [_shown(quote, piece) for piece in before]
    if last.rows:
        shown.append(table(quote, last.rows, after=number))
    else:
        run = quote[slice(*last.span)]
        tail = f'<span class="tail">{text(run[-1:])}{number}</span>'
        shown.append(f'<p dir="auto">{text(run[:-1])}{tail}</p>')
    return "".join(shown)


def _under_head(quote: str, passage: str) -> list[tuple[Span, ...]]:
    """The cells of the head and of the row that is quoted; none if it is no lone row."""
    if "\n" in quote:
        return []
    for piece in pieces(passage):
        for row in piece.rows[1:]:
            start, end = passage.rfind("\n", 0, row[0].start) + 1, passage.find("\n", row[-1].end)
            if passage[start : len(passage) if end < 0 else end].strip() == quote:
                return [piece.rows[0], row]
    return []


def _shown(quote: str, piece: Piece) -> str:
    if piece.rows:
        return table(quote, piece.rows)
    return f'<p dir="auto">{text(quote[slice(*piece.span)])}</p>'
