"""Rows of a table answer under its head: "P6 | 1500" has no word of "which allowance".

The head has all of them and is no answer, nor is the row below it, which happens to be the
first. So each row counts with the head's words beside its own. What asks for none of them
more than for another, asks for the table.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus import Span
from embeddings.encoder import FloatArray
from qa.enumerations import LONGEST
from qa.quotable import is_table_row

# A row that matches better than every other by this much, of 1, is the one that is asked for.
_CLEARLY = 0.05


def under_heads(
    texts: Sequence[str],
    parts: Sequence[Sequence[Span]],
    best: FloatArray,
    weights: FloatArray,
    lengths: NDArray[np.int64],
) -> tuple[FloatArray, NDArray[np.int64]]:
    """What the parts of some texts match and how long they are, where a row has its head.

    Args:
        texts: of passages.
        parts: of each, as :func:`qa.quotable.quotable` cuts them.
        best: ``(parts of all, q)`` the best similarity of each question token.
        weights: ``(q,)`` of the question's tokens.
        lengths: ``(parts of all,)`` in tokens.

    Returns:
        ``best`` and ``lengths``, anew where there is a table.
    """
    first = 0
    for text, own in zip(texts, parts, strict=True):
        for head, end in _tables(text, own):
            rows = slice(first + head + 1, first + end)
            best, lengths = best.copy(), lengths.copy()
            best[rows] = np.maximum(best[rows], best[first + head])
            lengths[rows] += lengths[first + head]
            # Of a table too long to be quoted the best row stands for it.
            short = own[end - 1].end - own[head].start <= LONGEST
            if short and not _one_stands_out(best[rows] @ weights):
                best[first + head] = best[rows].max(axis=0)
        first += len(own)
    return best, lengths


def _one_stands_out(matches: FloatArray) -> bool:
    """Whether one row matches clearly better than the others."""
    second, most = np.sort(matches)[-2:].tolist()
    return bool(most >= second + _CLEARLY)


def _tables(text: str, parts: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Each run of rows, a head and two at least, as a half-open range of parts."""
    start = 0
    for place in range(len(parts) + 1):
        if place < len(parts) and is_table_row(text[parts[place].start : parts[place].end]):
            continue
        if place - start > 2:
            yield start, place
        start = place + 1
