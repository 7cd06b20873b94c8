"""The numbers that Word counts and shows but does not store: ``第一条``, ``1.2``, ``(a)``."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from docx.oxml.xmlchemy import BaseOxmlElement

from corpus.numerals import LARGEST, chinese_numeral

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BULLET = "•"

_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)
_CHINESE_FORMS = (
    "chineseCounting",
    "chineseCountingThousand",
    "chineseLegalSimplified",
    "ideographDigital",
    "japaneseCounting",
    "taiwaneseCountingThousand",
)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_DEEPEST = 9


class Label(NamedTuple):
    """The number or the bullet before a paragraph.

    Attributes:
        text: the number or the bullet.
        gap: white space between it and the paragraph.
    """

    text: str
    gap: str


NO_LABEL = Label("", "")


@dataclass(slots=True)
class _Level:
    """The numbering of paragraphs of one depth.

    Attributes:
        start: the first number.
        form: name of the kind of numeral.
        pattern: of the label, with ``%1`` for the number of the outermost level.
        legal: whether all numbers are Arabic, whatever the form of the levels above.
        suffix: name of the gap after the label.
    """

    start: int = 1
    form: str = "decimal"
    pattern: str = ""
    legal: bool = False
    suffix: str = "tab"


@dataclass(slots=True)
class _List:
    """A list of numbered paragraphs; several lists may share its count.

    Attributes:
        levels: from the outermost.
        counts: the last number of each depth.
    """

    levels: list[_Level] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the numbered paragraphs of a document, in their order.

    Args:
        root: of ``numbering.xml``, or None if the document has none.
    """

    def __init__(self, root: BaseOxmlElement | None) -> None:
        self._lists: dict[str, _List] = {}
        self._restarts: dict[str, dict[int, int]] = defaultdict(dict)
        self._of_style: dict[str, tuple[str, int]] = {}
        if root is None:
            return
        abstract = {
            _value(each, "abstractNumId", own=True): _list_of(each)
            for each in root.iterchildren(f"{W}abstractNum")
        }
        for number in root.iterchildren(f"{W}num"):
            name = _value(number, "numId", own=True)
            kept = abstract.get(_value(number, "abstractNumId"))
            if kept is None:
                continue
            self._lists[name] = kept
            for override in number.iterchildren(f"{W}lvlOverride"):
                start = _value(override, "startOverride")
                if start.isdigit():
                    self._restarts[name][_level_of(override)] = int(start)

    def label(self, number: str, level: int) -> Label:
        """Count the next paragraph of a list, and return its label.

        Args:
            number: the list's id.
            level: depth from 0.

        Returns:
            :data:`NO_LABEL` if the list has no such level, or shows nothing there.
        """
        found = self._lists.get(number)
        if found is None or not 0 <= level < len(found.levels):
            return NO_LABEL
        restart = self._restarts[number].pop(level, None)
        start = found.levels[level].start if restart is None else restart
        counted = level in found.counts and restart is None
        found.counts[level] = found.counts[level] + 1 if counted else start
        for deeper in [each for each in found.counts if each > level]:
            del found.counts[deeper]
        return _label(found, level)


def _label(numbered: _List, level: int) -> Label:
    """Return the label of the last paragraph that was counted on a level."""
    own = numbered.levels[level]
    if own.form == "bullet":
        return Label(BULLET, " ")
    text = own.pattern
    for depth in range(min(level + 1, _DEEPEST)):
        above = numbered.levels[depth]
        count = numbered.counts.get(depth, above.start)
        form = "decimal" if own.legal else above.form
        text = text.replace(f"%{depth + 1}", numeral(count, form))
    text = text.strip()
    if not text:
        return NO_LABEL
    close = own.suffix == "nothing" or text[-1] in "、）)．"
    return Label(text, "" if close else " ")


def _list_of(element: BaseOxmlElement) -> _List:
    levels: dict[int, _Level] = {}
    for each in element.iterchildren(f"{W}lvl"):
        start = _value(each, "start")
        levels[_level_of(each)] = _Level(
            start=int(start) if start.isdigit() else 1,
            form=_value(each, "numFmt") or "decimal",
            pattern=_value(each, "lvlText"),
            legal=each.find(f"{W}isLgl") is not None,
            suffix=_value(each, "suff") or "tab",
        )
    return _List([levels.get(depth, _Level()) for depth in range(max(levels, default=-1) + 1)])


def _level_of(element: BaseOxmlElement) -> int:
    level = _value(element, "ilvl", own=True)
    return min(int(level), _DEEPEST - 1) if level.isdigit() else 0


def _value(element: BaseOxmlElement, name: str, *, own: bool = False) -> str:
    """Return an attribute of the element itself, or the value of a child."""
    if own:
        return str(element.get(f"{W}{name}", ""))
    child = element.find(f"{W}{name}")
    return "" if child is None else str(child.get(f"{W}val", ""))


def numeral(count: int, form: str) -> str:
    """Return a number in one of Word's forms; in Arabic figures for the rarer ones."""
    if form == "none":
        return ""
    if not 0 < count <= LARGEST:
        return str(count)
    if form in _CHINESE_FORMS:
        return chinese_numeral(count)
    if form in ("lowerRoman", "upperRoman"):
        roman = _roman(count)
        return roman if form == "lowerRoman" else roman.upper()
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form.startswith("decimalEnclosedCircle") and count <= len(_CIRCLED):
        return _CIRCLED[count - 1]
    return f"{count:02}" if form == "decimalZero" else str(count)


def _roman(count: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        written += letters * (count // value)
        count %= value
    return written
