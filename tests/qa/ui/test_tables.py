"""Rows of a table: where they begin and end, their cells to the character, what is folded."""

import re

import pytest

from corpus import Span
from qa.ui.cards import passage
from qa.ui.tables import pieces, table


def cells(value: str) -> list[list[list[str]] | str]:
    """The pieces of a text: rows of cells, or lines."""
    return [
        [[value[slice(*cell)] for cell in row] for row in piece.rows]
        if piece.rows
        else value[slice(*piece.span)]
        for piece in pieces(value)
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("一行。", ["一行。"]),
        ("", [""]),
        ("| a | b |\n| c |  |", [[["a", "b"], ["c", ""]]]),
        # As tables of Word and HTML are read: an empty cell leaves its bar.
        ("人 | 价\n儿童 |\n| 半价", [[["人", "价"], ["儿童", ""], ["", "半价"]]]),
        # A bar that a backslash keeps from parting cells, and one within a word.
        ("| a\\|b | c |\n| d | e|f |", [[["a\\|b", "c"], ["d", "e", "f"]]]),
        ("a|b | c\nd | e", [[["a|b", "c"], ["d", "e"]]]),
        ("前\n| a | b |\n| c | d |\n后\n再后", ["前", [["a", "b"], ["c", "d"]], "后\n再后"]),
        # One row alone is a line; so are bars that part nothing.
        ("前\n| a | b |\n后", ["前\n| a | b |\n后"]),
        ("|\n|", ["|\n|"]),
        ("a|b\nc|d", ["a|b\nc|d"]),
    ],
)
def test_tables_and_lines(value: str, expected: list[list[list[str]] | str]) -> None:
    assert cells(value) == expected


def test_a_mark_over_cells_and_rows_marks_what_each_cell_has_of_it() -> None:
    value = "哪天 | 多少\n周末 | 两倍<b>\n节日 | 三倍"
    (piece,) = pieces(value)
    start = value.index("末")
    shown = table(value, piece.rows, [Span(start, value.index("日"))])
    assert re.findall("<td[^>]*>(.*?)</td>", shown) == [
        "哪天",
        "多少",
        "周<mark>末</mark>",
        "<mark>两倍&lt;b&gt;</mark>",
        "<mark>节</mark>日",
        "三倍",
    ]


def test_a_long_table_opens_at_its_marked_row_under_its_first() -> None:
    value = "如下：\n" + "\n".join(f"第{number}项 | 值{number}" for number in range(200))
    start = value.index("第150项")
    shown = passage(value, [Span(start, start + 5)])
    opened = re.findall("<tr>(.*?)</tr>", shown)
    assert opened[0] == '<td dir="auto">第0项</td><td dir="auto">值0</td>'
    assert '<td dir="auto"><mark>第150项</mark></td><td dir="auto">值150</td>' in opened
    assert shown.count("<tr") == 200 + 2  # two rows with dots
    assert shown.count('<tr class="rest">') == 200 - len(opened)
    assert 20 < len(opened) < 40
    assert '<span class="rest">如下：</span><span class="dots"' in shown
