"""Words of scripts that a static model can only spell.

The table of a model has the letters of Greek, Hindi, Thai and other scripts, and none of
their words. Letter by letter, every text in such a script resembles every other. So each
of their words counts as one token, similar to itself and to nothing else. In Thai and
other scripts without spaces between words, each pair of neighbouring letters does. A word
of which the table knows more than the letters keeps its pieces. This module knows scripts
and no model.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.protocols import FloatArray, IntArray

# Letters, signs and marks from Greek to Mongolian, Hangul included; hiragana and katakana;
# the later blocks of Greek, Georgian, Coptic, Ethiopic, Hangul and Arabic. Latin and Han are
# in none of these ranges.
_SPELT = re.compile(
    "[\u0370-\u1cff\u1f00-\u1fff\u2c80-\u2ddf\ua640-\ua69f\ua8e0-\ud7ff\ufb13-\ufdff\ufe70-\ufeff]+"
    "|[\u3041-\u309f]+|[\u30a1-\u30ff\u31f0-\u31ff]+"
)
_KANA = re.compile("[\u3041-\u30ff\u31f0-\u31ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
# Thai and Lao, Burmese, Khmer, Tai: written without spaces between words.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf]")
_HAN = re.compile("[\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SHORTEST = 2  # one letter alone is a sign, as the α of alpha rays, and the table may know it
_LETTERS_AND_MARKS = "LM"
# Greek, Cyrillic and Latin accents, Hebrew points, Arabic vowels: written or not, the word
# is the same. The marks of other scripts are vowels, or make one consonant another.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u0652\u0670]")


class SpeltWord(NamedTuple):
    """A word, or a pair of letters where no spaces separate words.

    Attributes:
        start: where it begins in its text, in code points.
        end: where it ends; no two overlap.
        spelling: the characters that identify it.
    """

    start: int
    end: int
    spelling: str


def spelt_words(text: str) -> Iterator[SpeltWord]:
    """Yield the words of such scripts in a text, in order.

    In scripts without spaces, each letter (with its marks) is spelled with the one after it
    and has the range of the first.
    """
    for run in _SPELT.finditer(text):
        pieces = groupby(
            range(*run.span()),
            key=lambda place: unicodedata.category(text[place])[0] in _LETTERS_AND_MARKS,
        )
        for is_word, piece in pieces:
            first, *rest = piece
            if not is_word or len(rest) + 1 < _SHORTEST:
                continue
            end = rest[-1] + 1
            if _UNSPACED.match(text[first]):
                yield from _pairs(text, first, end)
            else:
                yield SpeltWord(first, end, text[first:end])


def side(token: str) -> int:
    """Return 1 for a token of Chinese characters, -1 of other letters, 0 of figures or signs."""
    if _HAN.search(token):
        return 1
    return -1 if any(map(str.isalpha, token)) else 0


def known_in_pieces(word: str, pieces: Sequence[str]) -> bool:
    """Return whether a model that cuts a word into these pieces knows more than its letters.

    Half of the word must be in pieces of several letters: a common ending is no word. A
    syllable of Hangul counts as more than a letter. Kana never count as known, because kana
    between Chinese characters, and loanwords, match better whole.
    """
    if _KANA.match(word):
        return False
    known = sum(len(piece) for piece in pieces if len(piece) > 1 or _HANGUL.match(piece))
    return 2 * known >= len(word)


def _pairs(text: str, start: int, end: int) -> Iterator[SpeltWord]:
    letters = [i for i in range(start + 1, end) if unicodedata.category(text[i])[0] == "L"]
    if not letters:
        yield SpeltWord(start, end, text[start:end])
    bounds = [start, *letters, end]
    for first, second, third in zip(bounds, bounds[1:], bounds[2:], strict=False):
        yield SpeltWord(first, end if third == end else second, text[first:third])


def word_id(word: str, first: int) -> int:
    """Return the token id of a word, the same on every machine, from ``first`` to below 2^31.

    Width, case and accents are folded. Two words share an id about once in 10^9 pairs.
    """
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    folded = _ACCENTS.sub("", decomposed) or decomposed
    digest = hashlib.blake2b(folded.encode("utf-8", "replace"), digest_size=8).digest()
    return first + int.from_bytes(digest, "little") % (2**31 - first)


def word_vectors(ids: IntArray, dimension: int) -> FloatArray:
    """Return unit vectors of such words, nearly orthogonal to each other.

    Every component is plus or minus ``dimension ** -0.5``, by a bit of a hash of the id
    (splitmix64), so the squared cosine of two words is about ``1 / dimension``.

    Args:
        ids: ``(n,)`` of :func:`word_id`.
        dimension: of the vectors.

    Returns:
        ``(n, dimension)`` float32.
    """
    draws = -(-dimension // 64)
    state: NDArray[np.uint64] = ids.astype(np.uint64)[:, np.newaxis] * np.uint64(draws)
    steps: NDArray[np.uint64] = np.arange(1, draws + 1, dtype=np.uint64)
    state = np.multiply(state + steps, np.uint64(0x9E3779B97F4A7C15), dtype=np.uint64)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state = state ^ (state >> np.uint64(31))
    bits = np.unpackbits(state.astype("<u8").view(np.uint8), axis=1)[:, :dimension]
    signs = 2 * bits.astype(np.float32) - 1
    return np.asarray(signs * dimension**-0.5, dtype=np.float32)
