"""The lexical leg's terms as Milvus gets them.

The same characters and pairs as in tantivy (:func:`qa.folding.terms`, English stemmed), each
as six letters and digits: no tokenizer of Milvus knows our terms, and none cuts such a word.
Two terms in two billion share one; Milvus itself keeps 32 bits of each.
"""

import hashlib
from functools import lru_cache

import tantivy

from qa.folding import terms
from qa.milvus.collections import TEXT_BYTES

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_LENGTH = 6
_MOST = (TEXT_BYTES + 1) // (_LENGTH + 1)  # terms that a field holds

_stems = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    .filter(tantivy.Filter.stemmer("english"))
    .build()
)


def encoded_terms(text: str) -> str:
    """The terms of a text in order, each a word of ASCII.

    A field holds some 9,000; what a longer passage has behind them does not count in BM25.
    """
    stems = _stems.analyze(" ".join(terms(text)))
    return " ".join(map(_encoded, stems[:_MOST]))


@lru_cache(maxsize=200_000)
def _encoded(term: str) -> str:
    number = int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest())
    letters = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[digit])
    return "".join(letters)
