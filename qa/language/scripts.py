"""Which script a passage is written in, told by its tokens: Chinese characters or letters."""

from collections.abc import Sequence

import numpy as np

from embeddings import TokenEncoder
from embeddings.index.flat import Mask
from embeddings.protocols import FloatArray, IntArray


def leanings(encoder: TokenEncoder, texts: Sequence[IntArray]) -> FloatArray:
    """From -1, all of letters, to 1, all of Chinese characters, for the tokens of each text.

    The mean over the tokens that have a side; 0 for a text of figures and signs. ``(n,)``.
    """
    if not texts:
        return np.empty(0, np.float32)
    sides = encoder.token_sides(np.concatenate(texts))
    text = np.repeat(np.arange(len(texts)), [len(ids) for ids in texts])
    sums = np.bincount(text, sides, len(texts))
    counts = np.bincount(text, sides != 0, len(texts))
    return (sums / np.maximum(counts, 1)).astype(np.float32)


def foreign_to(leaning: float, passages: FloatArray) -> Mask:
    """Which of n passages with such leanings are in another script than a text, ``(n,)``.

    Foreign is what leans more than 1 away. None is where all are: there is nothing to tell
    apart.
    """
    foreign: Mask = np.abs(passages - leaning) > 1
    return foreign & ~foreign.all()
