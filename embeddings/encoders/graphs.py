"""Graphs of onnxruntime, and the files beside them: the checksums, the weights, the tokenizer.

onnxruntime and sentencepiece are imported with the first model, because that takes .15 s.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from embeddings.encoders.four_bit import FourBit, int8_columns
from embeddings.encoders.model_files import first_line
from embeddings.errors import ModelUnusable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from sentencepiece import SentencePieceProcessor

# The stored arrays that a graph is not given as they are, by the ends of their names.
BLOCKS, SCALES, SMOOTHING = ".blocks", ".scales", ".smoothing"
# Processors without VNNI add two products in 16 bits: 2 x 255 x 64 just fits.
LARGEST = 64
_ERRORS_ONLY = 3
_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
THREADS = min(_CORES, 8)

Weights = dict[str, NDArray[Any]]


def check(path: Path, checksum: str, says: str, help_: str) -> None:
    """Refuse a file that is missing, damaged or another model's.

    Args:
        path: of the file.
        checksum: its SHA-256, in hex digits.
        says: the name of the file that states the checksum.
        help_: what to do, for the error.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelUnusable(f"{path} cannot be read ({first_line(error)}). {help_}") from error
    if found != checksum:
        raise ModelUnusable(
            f"{path} is damaged or another model's: its checksum is {found[:16]}…,"
            f" and {says} beside it says {checksum[:16]}…. {help_}"
        )


def sentencepiece(path: Path, help_: str) -> "SentencePieceProcessor":
    """Return the tokenizer in a file."""
    from sentencepiece import SentencePieceProcessor

    try:
        return SentencePieceProcessor(model_file=str(path))
    except (OSError, RuntimeError) as error:
        raise ModelUnusable(
            f"{path} cannot be used as a tokenizer ({first_line(error)}). {help_}"
        ) from error


def session(
    graph: Path, weights: Callable[[], Mapping[str, NDArray[Any]]], kind: str, help_: str
) -> "InferenceSession":
    """Return a graph with its weights, to be run on the caller's thread.

    Args:
        graph: the file; weights that it places in files beside it are read from there.
        weights: makes the others, by name.
        kind: of the model, for the error.
        help_: what to do, for the error.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = _ERRORS_ONLY
    try:
        # onnxruntime copies them while it makes the session.
        given = weights()
        options.add_external_initializers(
            list(given), [onnxruntime.OrtValue.ortvalue_from_numpy(w) for w in given.values()]
        )
        return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises a type of its own for each kind of fault
        raise ModelUnusable(
            f"{graph.parent} cannot be run as a {kind} ({first_line(error)}). {help_}"
        ) from error


def products(path: Path, below: int | None = None) -> Weights:
    """Return the weights of int8 products that are computed from stored 4-bit matrices.

    Args:
        path: the file of weights.
        below: only those of so many first layers.
    """
    weights: Weights = {}
    with safe_open(path, framework="numpy") as file:
        for name in file.keys():  # noqa: SIM118
            product = name.removesuffix(SMOOTHING)
            layer = int(product.split(".")[1]) if product != name else -1
            if product != name and (below is None or layer < below):
                smoothing = file.get_tensor(name).astype(np.float32)
                matrix = FourBit(
                    file.get_tensor(product + BLOCKS), file.get_tensor(product + SCALES)
                )
                int8 = int8_columns(matrix.floats() * smoothing, LARGEST)
                weights[product + ".weight"], weights[product + ".scale"] = int8
                weights[product + ".smoother"] = 1 / smoothing
    return weights


def without_half_pairs(text: str) -> str:
    """Return the text with U+FFFD for halves of UTF-16 pairs, which Python allows in a text."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
