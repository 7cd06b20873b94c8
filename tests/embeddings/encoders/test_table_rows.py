"""Tables as the reader reads them, and the way back to the passage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.encoders.table_rows import written

LIFTS = (
    "电梯维保的对象：\n区域 | 梯号 | 台数 | 维保费\n一期 | 1–12 号 | 12 | 420\n"
    "三期 | 31–44 号 | 14 | 560\n每年核定一次。"
)
PARKING = "业主\t租户\t每小时\n一期地下\t320\t380\t2.5\n地面\t180\t220\t1.5"


def test_each_cell_has_the_head_of_its_column_before_it() -> None:
    assert written(LIFTS).text == (
        "电梯维保的对象：\n"
        "区域：一期 | 梯号：1–12 号 | 台数：12 | 维保费：420\n"
        "区域：三期 | 梯号：31–44 号 | 台数：14 | 维保费：560\n"
        "每年核定一次。"
    )


def test_the_column_of_names_needs_no_head() -> None:
    assert written(PARKING).text == (
        "一期地下 | 业主：320 | 租户：380 | 每小时：2.5\n地面 | 业主：180 | 租户：220 | 每小时：1.5"
    )


@pytest.mark.parametrize(
    "passage",
    [
        "没有表格的一段话。\n第二行。",
        "",
        "项目 | 金额\n病历 | 5 元",  # the first cell names the second
        "区域 | 梯号 | 台数",  # no row
        "1 | 2 | 3\n4 | 5 | 6",  # figures are no names
        "甲 | 乙 | 丙\n一 | 二",  # another number of cells
        "甲 |  | 丙\n一 | 二 | 三",  # a name is missing
        f"{'很长的话' * 7} | 乙 | 丙\n一 | 二 | 三",
    ],
)
def test_what_is_no_table_with_a_head_stays_as_it_is(passage: str) -> None:
    own = written(passage)
    assert own.text == passage
    assert own.span(0, len(passage)) == (0, len(passage))


@pytest.mark.parametrize(
    ("passage", "read", "source"),
    [
        (LIFTS, "560", "560"),
        (LIFTS, "维保费：560", "560"),
        (LIFTS, "三期 | 梯号：31–44 号", "三期 | 31–44 号"),
        (LIFTS, "维保费", "维保费"),
        (LIFTS, "对象：\n区域：一", "对象：\n区域 | 梯号 | 台数 | 维保费\n一"),
        (PARKING, "租户：220", "220"),
        (LIFTS, "每年核定", "每年核定"),
    ],
)
def test_a_range_comes_from_the_passage(passage: str, read: str, source: str) -> None:
    own = written(passage)
    start = own.text.index(read)
    begin, end = own.span(start, start + len(read))
    assert passage[begin:end] == source


def test_between_the_cells_nothing_comes_from_the_passage() -> None:
    own = written(PARKING)
    bar = own.text.index(" | ")
    assert own.span(bar, bar + 3) == (0, 0)


def test_a_code_point_is_found_where_it_is_first_written() -> None:
    own = written(LIFTS)
    assert own.place(LIFTS.index("560")) == own.text.index("560")
    assert own.place(LIFTS.index("维保费\n")) == own.text.index("维保费：420")
    assert own.place(len(LIFTS)) == len(own.text)


CELLS = st.text("甲乙丙一二三 12", min_size=0, max_size=4)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=4).map(" | ".join), max_size=6)


@given(ROWS.map("\n".join), st.data())
def test_what_is_read_is_of_the_passage(passage: str, data: st.DataObject) -> None:
    own = written(passage)
    assert len(own.text) == len(own.source) == len(own.repeated)
    for place, source in enumerate(own.source.tolist()):
        assert source < 0 or passage[source] == own.text[place]
    start = data.draw(st.integers(0, len(own.text)))
    begin, end = own.span(start, data.draw(st.integers(start, len(own.text))))
    assert 0 <= begin <= end <= len(passage)
