"""Fold a text so that all spellings of a word become one, and cut it into search terms.

Traditional and Simplified, full and half width, upper and lower case, accented
and plain letters become one. The lexical index and the near-duplicate test see
nothing but folded text; offsets always refer to the text as it was given.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from operator import add
from types import MappingProxyType
from typing import NamedTuple

from corpus.characters import HAN

# Scripts written without spaces, or (Hangul) with endings attached to words. They are
# indexed by characters and pairs of characters, everything else by words.
_INDEXED_BY_CHARACTER = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1780-\u17ff"  # Thai, Lao, Khmer
    f"\u3006\u3040-\u30ff\u31f0-\u31ff{HAN}"  # 〆 and kana
    "\uac00-\ud7af"  # Hangul
)
_RUN = re.compile(rf"[{_INDEXED_BY_CHARACTER}]+|[^\W_{_INDEXED_BY_CHARACTER}]+")
_BEGINS_BY_CHARACTER = re.compile(rf"[{_INDEXED_BY_CHARACTER}]")


class _FoldTable(dict[int, str]):
    """A table for :meth:`str.translate`, filled in as characters occur."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


@cache
def simplified_characters() -> Mapping[str, str]:
    """Return the Simplified character of each Traditional one that differs from it."""
    table = files("qa.language").joinpath("folding.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t", 1) for line in table.splitlines() if not line.startswith("#"))
    return MappingProxyType(dict(rows))


def _fold_character(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character)
    # Accents of Latin, Greek and Cyrillic only: the voicing mark of kana makes another sound.
    plain = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")
    composed = unicodedata.normalize("NFKC", plain).lower()
    return "".join(simplified_characters().get(c, c) for c in composed)


_TABLE = _FoldTable()


def fold(text: str) -> str:
    """Return the folded form of ``text``; its length may differ."""
    return text.translate(_TABLE)


class Word(NamedTuple):
    """A word of a text, or a character of a script without spaces.

    Attributes:
        folded: its folded form.
        start: the offset where it begins.
        end: the offset after it.
        is_character: whether its script has no spaces.
    """

    folded: str
    start: int
    end: int
    is_character: bool


def words(text: str) -> list[str]:
    """Return the folded words of ``text``; of text without spaces, its characters."""
    found: list[str] = []
    for run in _RUN.findall(fold(text)):
        found.extend(run if _BEGINS_BY_CHARACTER.match(run) else [run])
    return found


def located_words(text: str) -> Iterator[Word]:
    """Yield what :func:`words` returns, with its place in the text as it was given."""
    for run in _RUN.finditer(text):
        start, end = run.span()
        if _BEGINS_BY_CHARACTER.match(run.group()):
            for place, character in enumerate(run.group(), start):
                yield Word(fold(character), place, place + 1, is_character=True)
        else:
            yield Word(fold(run.group()), start, end, is_character=False)


def terms(text: str) -> list[str]:
    """Return the search terms of ``text``, in order, with repetitions.

    A run of Chinese (Japanese, Korean, Thai) gives every character and every pair of
    neighbouring ones, other text its folded words.
    """
    found: list[str] = []
    for run in _RUN.findall(fold(text)):
        if _BEGINS_BY_CHARACTER.match(run):
            found.extend(run)
            found.extend(map(add, run, run[1:]))
        else:
            found.append(run)
    return found
