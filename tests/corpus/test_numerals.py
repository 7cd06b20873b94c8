"""Numbers in Chinese, read and written."""

import pytest

from corpus.numerals import LARGEST, chinese_numeral, value_of


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("7", 7),
        ("１２", 12),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("三十一", 31),
        ("一", 1),
        ("一百零五", 105),
        ("一百一十", 110),
        ("两百零三", 203),
        ("一〇三", 103),
        ("37", 37),
        ("３７", 37),
        ("一千二百六十", 1260),
        ("二〇二六", 2026),
        ("二○二六", 2026),
    ],
)
def test_the_value_of_a_numeral(numeral: str, value: int) -> None:
    assert value_of(numeral) == value


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "一"), (10, "十"), (12, "十二"), (103, "一百零三"), (1010, "一千零一十")],
)
def test_a_number_in_chinese(number: int, written: str) -> None:
    assert chinese_numeral(number) == written


def test_what_is_written_is_read_back() -> None:
    assert all(value_of(chinese_numeral(n)) == n for n in range(1, LARGEST + 1))
