"""A row far down a long table answers, and a row of an Excel sheet."""

import io
from pathlib import Path

import openpyxl
import pytest

from qa import Library

PLACES = ("杭州仓", "成都仓", "上海仓")
HEAD = ("编号", "名称", "库存", "存放地点")
ROWS = [
    (f"备件{n:03}", f"传感器{chr(0x4E00 + 37 * n)}型", str(13 * n + 20), PLACES[n % 3])
    for n in range(60)
]


def markdown() -> bytes:
    lines = [HEAD, ["---"] * len(HEAD), *ROWS]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines).encode()


def workbook() -> bytes:
    made = openpyxl.Workbook()
    sheet = made.create_sheet("备件清单", 0)
    for row in (HEAD, *ROWS):
        sheet.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("question", "number"),
    [("备件045的库存是多少", 45), ("备件033在哪个仓", 33), ("备件007存放地点", 7)],
)
def test_a_row_answers_wherever_it_stands(tmp_path: Path, question: str, number: int) -> None:
    row = ROWS[number]
    with Library.open(tmp_path / "table") as library:
        library.add_bytes("备件.md", markdown())
        assert library.ask(question).text == f"| {' | '.join(row)} | [1]"
    with Library.open(tmp_path / "sheet") as library:
        library.add_bytes("备件.xlsx", workbook())
        hit = library.ask(question).hits[0]
        assert hit.text == "\n".join(f"{n}：{v}" for n, v in zip(HEAD, row, strict=True))
        assert hit.headings == ("备件清单",)
