"""Folds text so that spellings of one word meet, and cuts it into search terms.

Traditional and Simplified, full and half width, upper and lower case, accented
and plain letters become one. The lexical index and the near-duplicate test see
nothing but folded text; offsets always refer to the text as it was given.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from operator import add

# Scripts written without spaces, or (Hangul) with endings glued to words. They are
# indexed by characters and pairs of characters; everything else by words.
_UNSPACED = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1780-\u17ff"  # Thai, Lao, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"  # kana, and 々〆〇
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\uac00-\ud7af"  # Hangul
)
_RUN = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_FIRST_UNSPACED = re.compile(rf"[{_UNSPACED}]")


class _FoldTable(dict[int, str]):
    """A table for :meth:`str.translate`, filled as characters turn up."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


@cache
def _simplified() -> dict[str, str]:
    table = files("qa.language").joinpath("folding.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t", 1) for line in table.splitlines() if not line.startswith("#"))
    return dict(rows)


def _fold_character(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character)
    # Latin, Greek and Cyrillic accents only: a kana's voicing mark makes another sound.
    plain = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")
    composed = unicodedata.normalize("NFKC", plain).lower()
    return "".join(_simplified().get(c, c) for c in composed)


_TABLE = _FoldTable()


def fold(text: str) -> str:
    """The folded form of ``text``; its length may differ."""
    return text.translate(_TABLE)


def terms(text: str) -> list[str]:
    """The search terms of ``text``, in order, with repetitions.

    A run of Chinese (Japanese, Korean, Thai) gives each character and each pair of
    neighbours, anything else its folded words.
    """
    found: list[str] = []
    for run in _RUN.findall(fold(text)):
        if _FIRST_UNSPACED.match(run):
            found.extend(run)
            found.extend(map(add, run, run[1:]))
        else:
            found.append(run)
    return found
