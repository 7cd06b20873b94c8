"""The tokens of a passage as a library keeps them, so that a question cuts no passage again."""

from dataclasses import dataclass

import numpy as np

from embeddings.encoder import IntArray

_BYTE = 256


@dataclass(frozen=True, slots=True)
class PassageTokens:
    """What the matching and the marking know of a passage.

    Attributes:
        ids: ``(n,)`` of the tokens of its text.
        context: ``(m,)`` of those of its title, author and headings.
        packed_starts: where each token of the text begins, see :func:`packed`; None if
            that is not kept.
    """

    ids: IntArray
    context: IntArray
    packed_starts: bytes | None = None

    @property
    def starts(self) -> IntArray | None:
        """``(n,)`` where each token of the text begins, in code points."""
        return None if self.packed_starts is None else unpacked(self.packed_starts, len(self.ids))


NO_TOKENS = PassageTokens(np.empty(0, np.int32), np.empty(0, np.int32))  # of what is not there


def packed(starts: IntArray) -> bytes:
    """Ascending places as the steps between them: a byte each, or four if one is too long."""
    steps = starts.copy()
    steps[1:] -= starts[:-1]
    return steps.astype("u1" if steps.max(initial=0) < _BYTE else "<i4").tobytes()


def unpacked(stored: bytes, count: int) -> IntArray:
    """So many places that :func:`packed` packed, ``(count,)``."""
    steps = np.frombuffer(stored, dtype="u1" if len(stored) == count else "<i4")
    return np.cumsum(steps, dtype=np.int32)
