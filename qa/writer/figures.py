"""The numbers that a text states, however it writes them: 98, 九十八, ninety-eight."""

import re

from corpus.numerals import DIGIT_VALUES, UNIT_VALUES
from qa.language.terms import fold

_LARGE = {"万": 10_000, "亿": 100_000_000}
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ENGLISH = {word: value for value, word in enumerate(_ONES.split())}
_ENGLISH.update({word: 10 * value for value, word in enumerate(_TENS.split(), 2)})

_DIGIT = "".join(DIGIT_VALUES)
_NUMERAL = f"[{_DIGIT}十百千万亿]+"
_ARABIC = re.compile(r"(?<![\d.])\d+(?:,\d{3})*(?:\.\d+)?(?:\s*[万亿])?")
_CHINESE = re.compile(_NUMERAL)
_WORDS = re.compile(
    rf"\b(?:({_TENS.replace(' ', '|')})(?:[-\s]({_ONES.replace(' ', '|')}))?"
    rf"|({_ONES.replace(' ', '|')}))\b"
)
# Chinese digits are certainly a number only where they count something: not in 一般 or 十分.
_COUNTED = re.compile(
    rf"(?=[{_DIGIT}十]){_NUMERAL}(?=[天日周月年岁倍元人名个条项级次小种类座份])"
    rf"|(?<=百分之)[{_DIGIT}十]+"
)
# 300% and 三倍 are the same number.
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|per ?cent)")
_TIMES = re.compile(rf"({_NUMERAL})倍")


def figures(text: str) -> set[float]:
    """Return every number that a text can be read to state."""
    folded = fold(text)
    found = {_arabic(number) for number in _ARABIC.findall(folded)}
    found.update(_chinese(numeral) for numeral in _CHINESE.findall(folded))
    found.update(
        float(DIGIT_VALUES[character]) for character in folded if character in DIGIT_VALUES
    )
    found.update(_english(*words) for words in _WORDS.findall(folded))
    found.update(float(share) / 100 for share in _PERCENT.findall(folded))
    found.update(100 * _chinese(times) for times in _TIMES.findall(folded))
    return found


def stated_figures(text: str) -> dict[str, float]:
    """Return the numbers that a text certainly states, by the way it writes them.

    A one in words is left out: "one" and 一 are more often an article than a number.
    """
    folded = fold(text)
    found = {number: _arabic(number) for number in _ARABIC.findall(folded)}
    words = {numeral: _chinese(numeral) for numeral in _COUNTED.findall(folded)}
    words.update({match[0]: _english(*match.groups()) for match in _WORDS.finditer(folded)})
    return found | {written: value for written, value in words.items() if value != 1}


def _arabic(number: str) -> float:
    scale = _LARGE.get(number[-1], 1)
    return float(number.rstrip("万亿").strip().replace(",", "")) * scale


def _english(tens: str | None, ones: str | None, alone: str | None) -> float:
    return float(sum(_ENGLISH[word] for word in (tens, ones, alone) if word))


def _chinese(numeral: str) -> float:
    """Return the value of a numeral: 四十二, 两千零五, 一万二千, or digits in a row, 二〇二五."""
    if all(character in DIGIT_VALUES for character in numeral):
        return float("".join(str(DIGIT_VALUES[character]) for character in numeral))
    total, below, digit = 0.0, 0.0, 0.0  # floats: no numeral is too large for these
    for character in numeral:
        if character in DIGIT_VALUES:
            digit = DIGIT_VALUES[character]
        elif character in UNIT_VALUES:
            below += (digit or 1.0) * UNIT_VALUES[character]
            digit = 0.0
        else:
            total = (total + below + digit or 1.0) * _LARGE[character]
            below = digit = 0.0
    return total + below + digit
