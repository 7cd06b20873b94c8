"""A quote as the answer shows it: its lines as lines, its rows as a table, its number behind it.

Only the bars between the cells of a table give way to lines; every other character is there.
"""

from collections.abc import Iterator
from itertools import groupby

from qa.results import Citation
from qa.ui.markup import spoken, text

_FEWEST = 2  # rows of a table


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
    *before, (rows, last) = _pieces(citation.quote.strip())
    shown = [_table(rows, "") if rows else f'<p dir="auto">{text(run)}</p>' for rows, run in before]
    if rows:
        shown.append(_table(rows, number))
    else:
        tail = f'<span class="tail">{text(last[-1:])}{number}</span>'
        shown.append(f'<p dir="auto">{text(last[:-1])}{tail}</p>')
    return "".join(shown)


def _pieces(quote: str) -> Iterator[tuple[list[list[str]], str]]:
    """Runs of lines: the cells of the rows if they are a table, and the lines as they are."""
    for width, lines in groupby(quote.split("\n"), lambda line: len(_cells(line))):
        run = list(lines)
        rows = [_cells(line) for line in run]
        yield rows if width and len(run) >= _FEWEST else [], "\n".join(run)


def _cells(line: str) -> list[str]:
    """The cells of a row ``| … | … |``; none of a line that is no row."""
    row = line.strip()
    if len(row) < _FEWEST or not (row.startswith("|") and row.endswith("|")):
        return []
    return [cell.strip() for cell in row[1:-1].split("|")]


def _table(rows: list[list[str]], number: str) -> str:
    cells = [[text(cell) for cell in row] for row in rows]
    cells[-1][-1] += number
    lines = ("".join(f'<td dir="auto">{cell}</td>' for cell in row) for row in cells)
    return f'<table class="rows">{"".join(f"<tr>{line}</tr>" for line in lines)}</table>'
