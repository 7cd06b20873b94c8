"""A quote as the answer shows it: its lines as lines, its rows as a table, its number behind it."""

from qa.results import Citation
from qa.ui.markup import spoken, text
from qa.ui.tables import Piece, pieces, table


def quoted(citation: Citation, anchor: str) -> str:
    """What is quoted, with its number, which stays on the line of the last character.

    Args:
        citation: with its quote.
        anchor: begins the element ids of the turn's cards.
    """
    number = (
        f'<button type="button" class="cite" data-card="{anchor}-source-{citation.number}">'
        f"{spoken('open_source', number=citation.number)}"
        f'<span aria-hidden="true">{citation.number}</span></button>'
    )
    quote = citation.quote.strip()
    *before, last = pieces(quote)
    shown = [_shown(quote, piece) for piece in before]
    if last.rows:
        shown.append(table(quote, last.rows, after=number))
    else:
        run = quote[slice(*last.span)]
        tail = f'<span class="tail">{text(run[-1:])}{number}</span>'
        shown.append(f'<p dir="auto">{text(run[:-1])}{tail}</p>')
    return "".join(shown)


def _shown(quote: str, piece: Piece) -> str:
    if piece.rows:
        return table(quote, piece.rows)
    return f'<p dir="auto">{text(quote[slice(*piece.span)])}</p>'
