"""Classes of characters and marks that the layout of a page is read by.

The constants in capitals are character classes, written to go between the brackets of a
regular expression: ``re.compile(f"[{HAN}]+")``.
"""

import re
import unicodedata

# All characters that a reader sees as nothing: white space, and the zero-width marks
# that editors and web pages leave between characters.
BLANKS = (
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u2060\ufeff"
)
LINE_BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"

# Chinese characters, with 々 and 〇, which are used as such.
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

# Writing without spaces between words: Chinese characters, kana, and the full-width
# punctuation that goes with them.
UNSPACED = (
    "\u2e80-\u2fff\u3001-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\ufe30-\ufe4f\uff01-\uffef\U00020000-\U0003ffff"
)

# Closing quotation marks and brackets belong to the sentence before them.
_CLOSERS_ONLY = "”’」』）)】〕〗］\\]»›"
CLOSERS = f"{_CLOSERS_ONLY}＂＇\"'"
OPENERS = "“‘「『（(【〔〖［\\[《〈«‹"

# Marks that end a sentence wherever they are. The full stop of Latin script is not among
# them, because it also follows abbreviations and numbers.
FULL_STOPS = "。！？｡‼⁇⁈⁉؟۔।॥።"
ENDINGS = f"{FULL_STOPS}!?…"

# Marks no line begins with: a line that does continues the one before.
_CONTINUING = re.compile(f"[，、。；：！？,;:!?.%％·…{_CLOSERS_ONLY}》〉]")
_CLOSING = re.compile(f"[{CLOSERS}]")
_LEAD_IN = re.compile(rf"[：:][{CLOSERS}]*$")

_HAN = re.compile(f"[{HAN}]")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_EQUATION = re.compile(rf"[^=≈≤≥，。；{HAN}]{{1,60}}\s?[=≈≤≥]\s?[^。；：]+$")
_SCRIPTLESS = "“”‘’…—·"
_ENDED = re.compile(rf"(?:[{ENDINGS}：:]|[.．][.．]*)[{CLOSERS}》〉]*$")
_PAIRS = tuple(zip("（(《“「『【[", "）)》”」』】]", strict=True))
_PAUSED = re.compile(r"[，,、､；;—\-‐]$")
_BRACKETED = re.compile(r"^[（(【\[〔].*[）)】\]〕]$")


def has_han(text: str) -> bool:
    """Return whether a text has a Chinese character. Punctuation and kana do not count."""
    return _HAN.search(text) is not None


def is_unspaced(character: str) -> bool:
    """Return whether a character belongs to writing without spaces between words.

    Full-width punctuation and kana count beside Chinese characters: no space is written, and
    none is left by a line break, on either side of them.
    """
    return _UNSPACED.match(character) is not None


def width(text: str) -> int:
    """Return the columns of a text on a page where Chinese characters take two."""
    # Not a list of the characters found, which takes a hundred times the memory of the text.
    return 2 * len(text) - len(_UNSPACED.sub("", text))


def ends_sentence(line: str) -> bool:
    """Return whether a line may be the last of its paragraph, by its punctuation."""
    return _ENDED.search(line) is not None or _BRACKETED.match(line) is not None


def ends_with_pause(line: str) -> bool:
    """Return whether a line ends with a mark after which its sentence must go on."""
    return _PAUSED.search(line) is not None


def begins_with_closer(line: str) -> bool:
    """Return whether a line begins with a closing quotation mark or bracket."""
    return _CLOSING.match(line) is not None


def has_open_bracket(line: str) -> bool:
    """Return whether a line opens a bracket or a quotation that it does not close."""
    return any(line.count(opening) > line.count(closing) for opening, closing in _PAIRS)


def is_balanced(line: str) -> bool:
    """Return whether every bracket and quotation mark of a line has its counterpart in it."""
    return all(line.count(opening) == line.count(closing) for opening, closing in _PAIRS)


def is_lead_in(line: str) -> bool:
    """Return whether a line introduces the next one: it ends with a colon."""
    return _LEAD_IN.search(line) is not None


def is_formula(line: str) -> bool:
    """Return whether a line is a formula: an equation without sentences around it."""
    return _EQUATION.match(line) is not None


def continues_sentence(line: str) -> bool:
    """Return whether a line begins as only the middle of a sentence can."""
    return line[:1].islower() or _CONTINUING.match(line) is not None


def last_letter(text: str) -> str:
    """Return the last character, passing over marks of every script; "" if there is none."""
    return text.rstrip(_SCRIPTLESS)[-1:]


def first_letter(text: str) -> str:
    """Return the first character, passing over marks of every script; "" if there is none."""
    return text.lstrip(_SCRIPTLESS)[:1]


def printable(name: str) -> str:
    """Return a name with its control and format characters escaped."""
    return "".join(
        mark if unicodedata.category(mark) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else _escape(mark)
        for mark in name
    )


def _escape(mark: str) -> str:
    return mark.encode("unicode_escape").decode("ascii")
