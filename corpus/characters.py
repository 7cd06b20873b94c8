"""Classes of characters that reading a page goes by: Chinese, blank, ending, closing."""

import re

# Everything that takes no room of its own: white space, and the marks that editors
# and web pages leave between characters without a reader ever seeing them.
BLANKS = (
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u2060\ufeff"
)

# Scripts written without spaces between words: Chinese, kana, and their punctuation.
CHINESE = (
    "\u2e80-\u2fff\u3001-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\ufe30-\ufe4f\uff01-\uffef\U00020000-\U0003ffff"
)
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

# What closes a quotation or a bracket belongs to the sentence before it. Like the
# other sets here, written to stand inside the brackets of a regular expression.
_CLOSERS_ONLY = "”’」』）)】〕〗］\\]»›"
CLOSERS = f"{_CLOSERS_ONLY}＂＇\"'"
OPENERS = "“‘「『（(【〔〖［\\[《〈«‹"

# Marks that end a sentence in any script that has its own.
ENDINGS = "。！？｡!?‼⁇⁈⁉؟۔।॥።…"

# Marks no line begins with: a line that does continues the one before.
_CONTINUING = re.compile(f"[，、。；：！？,;:!?.%％·…{_CLOSERS_ONLY}》〉]")
_CLOSING = re.compile(f"[{CLOSERS}]")
_LEAD = re.compile(rf"[：:][{CLOSERS}]*$")

_CHINESE = re.compile(f"[{CHINESE}]")
_NEUTRAL = "“”‘’…—·"
_ENDED = re.compile(rf"(?:[{ENDINGS}：:]|[.．][.．]*)[{CLOSERS}》〉]*$")
_PAIRS = tuple(zip("（(《“「『【[", "）)》”」』】]", strict=True))
_PAUSED = re.compile(r"[，,、､；;—\-‐]$")
_BRACKETED = re.compile(r"^[（(【\[〔].*[）)】\]〕]$")


def is_chinese(character: str) -> bool:
    """Whether ``character`` belongs to a script that puts no spaces between words."""
    return _CHINESE.match(character) is not None


def width(text: str) -> int:
    """Columns that ``text`` takes on a page where Chinese characters take two."""
    return len(text) + len(_CHINESE.findall(text))


def ends_sentence(line: str) -> bool:
    """Whether a line may be the last of its paragraph, by its punctuation."""
    return _ENDED.search(line) is not None or _BRACKETED.match(line) is not None


def pauses(line: str) -> bool:
    """Whether a line ends on a mark after which its sentence must go on."""
    return _PAUSED.search(line) is not None


def begins_closing(line: str) -> bool:
    """Whether a line begins with what closes a quotation or a bracket."""
    return _CLOSING.match(line) is not None


def leaves_open(line: str) -> bool:
    """Whether a bracket or a quotation that a line opens is not closed in it."""
    return any(line.count(opening) > line.count(closing) for opening, closing in _PAIRS)


def is_balanced(line: str) -> bool:
    """Whether a line closes what it opens and opens what it closes."""
    return all(line.count(opening) == line.count(closing) for opening, closing in _PAIRS)


def is_lead(line: str) -> bool:
    """Whether a line announces the next: it ends with a colon."""
    return _LEAD.search(line) is not None


def continues_sentence(line: str) -> bool:
    """Whether a line begins as only the middle of a sentence can."""
    return line[:1].islower() or _CONTINUING.match(line) is not None


def last_letter(text: str) -> str:
    """The last character that belongs to one script, or an empty string."""
    return text.rstrip(_NEUTRAL)[-1:]


def first_letter(text: str) -> str:
    """The first character that belongs to one script, or an empty string."""
    return text.lstrip(_NEUTRAL)[:1]
