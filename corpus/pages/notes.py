"""Footnotes: the small type at the lower end of a column, below its text."""

import re
from typing import NamedTuple

from corpus.pages.columns import Column
from corpus.pages.runs import Placed, Run, group_rows, middle

_SMALL = 0.93  # times the usual type
_HIGHEST = 0.5  # of the page: footnotes are in its lower half
_MARK = re.compile(
    r"[*†‡§¶※①-⑳]|[\[（(〔［]?(?:[0-9]{1,3}|注)[\]）)〕］.:：\s]|[0-9]{1,2}(?=[^\W\d])|"
    r"(?:注|收稿日期|基金项目|作者简介|通[讯信]作者)\s*[:：]"
)


class PartedColumn(NamedTuple):
    """The items of a column, its footnotes apart."""

    text: tuple[Placed, ...]
    notes: tuple[Placed, ...]


def part_notes(column: Column, height: float, size: float) -> PartedColumn:
    """Part the footnotes of a column from its text.

    They are its last rows, in smaller type, and begin with a mark.

    Args:
        column: of a page.
        height: of the page, in points.
        size: of the usual type, in points.
    """
    rows = group_rows(column.items, from_top=False)
    found: list[list[Placed]] = []
    for row in rows:
        small = all(isinstance(item, Run) and item.size < _SMALL * size for item in row)
        if not small or middle(row[0]) > _HIGHEST * height:
            break
        found.append(row)
    while found and not _begins_note(found[-1]):
        found.pop()
    if not found or len(found) == len(rows):
        return PartedColumn(column.items, ())
    notes = {item for row in found for item in row}
    text = tuple(item for item in column.items if item not in notes)
    return PartedColumn(text, tuple(item for item in column.items if item in notes))


def _begins_note(row: list[Placed]) -> bool:
    return _MARK.match(min(row, key=lambda item: item.left).text) is not None
