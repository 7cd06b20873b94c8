"""Numbers as documents write them: 12, １２, 十二, 二〇二六.

``DIGIT``, ``COUNT`` and ``NUMERAL`` are fragments of regular expressions.
"""

import re

DIGIT = "[0-9０-９]"
# Of items and sections, which are counted from one to 99.
COUNT = "[一二三四五六七八九十]{1,3}"
NUMERAL = "[0-9０-９零〇一二两三四五六七八九十百千]+"
#: The number with which an article of law begins, 第三条. "第三条的规定" and "第三条、第四条"
#: mention an article, they do not begin it.
ARTICLE_NUMBER = re.compile(
    rf"第\s*(?P<number>{NUMERAL})\s*[条條](?P<part>之{COUNT})?"
    r"(?=[\s\u3000【]|[^\s\u3000，、；：。）)的所规規和中至及与與或第款项項])"
)

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
DIGIT_VALUES = {digit: value for value, digit in enumerate(_DIGITS)} | {"〇": 0, "两": 2}
UNIT_VALUES = {"十": 10, "百": 100, "千": 1000}
_CIRCLE = {"○": 0}  # a bullet elsewhere, but a zero in years
_VALUES = DIGIT_VALUES | _CIRCLE

#: The largest number that :func:`chinese_numeral` writes.
LARGEST = 9999


def article_number(text: str) -> int | None:
    """Return the number of the article of law that a text begins with, or None."""
    match = ARTICLE_NUMBER.match(text)
    return value_of(match.group("number")) if match else None


def value_of(numeral: str) -> int:
    """Return the value of a Chinese or an Arabic numeral up to the thousands.

    Chinese digits without units are read as in years: 二〇二六 is 2026.
    """
    if numeral[0] not in _VALUES and numeral[0] not in UNIT_VALUES:
        return int(numeral)
    total = digit = 0
    for character in numeral:
        if character in UNIT_VALUES:
            total += (digit or 1) * UNIT_VALUES[character]
            digit = 0
        else:
            digit = digit * 10 + _VALUES.get(character, 0)
    return total + digit


def chinese_numeral(number: int) -> str:
    """Write a number from 1 to :data:`LARGEST` in Chinese: 十二, 一百零三."""
    written = ""
    figures = str(number)
    for place, figure in zip(reversed(range(len(figures))), figures, strict=True):
        if figure != "0":
            written += _DIGITS[int(figure)] + _UNITS[place]
        elif written and not written.endswith("零"):
            written += "零"
    written = written.rstrip("零")
    return written[1:] if written.startswith("一十") else written
