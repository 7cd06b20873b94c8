"""Matrices of 4-bit values in blocks of 32 that share a scale (`q4_0`).

A value is its number from 0 to 15, less 8, times the scale of its block.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.protocols import FloatArray

BLOCK = 32
_ZERO = 8


class Int8Columns(NamedTuple):
    """An int8 matrix, and the scale of each of its columns."""

    values: NDArray[np.int8]
    scales: FloatArray


class FourBit(NamedTuple):
    """A matrix of 4-bit values.

    Attributes:
        blocks: ``(rows, columns / 2)`` uint8; the low half of a byte is the even column.
        scales: ``(rows, columns / 32)`` float16.
    """

    blocks: NDArray[np.uint8]
    scales: NDArray[np.float16]

    def floats(self) -> FloatArray:
        """Return the values, ``(rows, columns)`` float32."""
        rows, half = self.blocks.shape
        values = np.empty((rows, half, 2), dtype=np.float32)
        values[:, :, 0] = self.blocks & 15
        values[:, :, 1] = self.blocks >> 4
        values -= _ZERO
        values = values.reshape(rows, -1, BLOCK)
        values *= self.scales.astype(np.float32)[:, :, np.newaxis]
        return values.reshape(rows, -1)


def packed(numbers: NDArray[np.uint8], scales: NDArray[np.float16]) -> FourBit:
    """Return the matrix of numbers from 0 to 15, ``(rows, columns)``."""
    return FourBit(np.bitwise_or(numbers[:, 0::2], np.left_shift(numbers[:, 1::2], 4)), scales)


def int8_columns(matrix: FloatArray, largest: int) -> Int8Columns:
    """Return the transposed matrix in int8.

    Args:
        matrix: ``(rows, columns)``; is overwritten.
        largest: magnitude of an int8 value.
    """
    scales = np.maximum(matrix.max(axis=1), -matrix.min(axis=1))
    scales[scales == 0] = 1
    scales /= largest
    matrix /= scales[:, np.newaxis]
    np.rint(matrix, out=matrix)
    return Int8Columns(np.ascontiguousarray(matrix.astype(np.int8).T), scales)
