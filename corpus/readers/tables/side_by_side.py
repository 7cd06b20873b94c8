"""Tables side by side on one sheet, with an empty column between them."""

from itertools import pairwise

from corpus.readers.tables.merged import Cells

_FEWEST_COLUMNS = 2


def tables_of(cells: Cells) -> list[Cells]:
    """Return the tables of a sheet from left to right; all of it as one unless they are several.

    Each has at least two columns, the first row has a name for every column, and none of the
    names is a number. A title over all of them leaves no column empty.
    """
    columns = sorted(set().union(*cells.values()))
    groups = [[column] for column in columns[:1]]
    for before, column in pairwise(columns):
        if column > before + 1:
            groups.append([])
        groups[-1].append(column)
    tables = [_with_columns(cells, set(group)) for group in groups]
    apart = len(groups) > 1 and all(
        len(group) >= _FEWEST_COLUMNS and _has_head(table, len(group))
        for group, table in zip(groups, tables, strict=True)
    )
    if apart:
        return tables
    return [cells] if cells else []


def _with_columns(cells: Cells, columns: set[int]) -> Cells:
    """Return the rows with these columns that are not empty there."""
    kept = {
        number: {column: text for column, text in row.items() if column in columns}
        for number, row in cells.items()
    }
    return {number: row for number, row in kept.items() if row}


def _has_head(table: Cells, columns: int) -> bool:
    first = table[min(table)]
    return len(first) == columns and not any(text[:1].isdecimal() for text in first.values())
