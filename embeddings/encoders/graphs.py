"""Graphs of onnxruntime, and the files beside them: the checksums, the weights, the tokenizer.

onnxruntime and sentencepiece are imported with the first model, because that takes .15 s.
"""

import hashlib
import json
import os
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from embeddings.encoders.four_bit import FourBit, int8_columns
from embeddings.encoders.model_files import first_line
from embeddings.errors import ModelNotFound, ModelUnusable

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

# Of every model's folder: its settings, with the SHA-256 of its other files under ``sha256``.
CONFIG = "config.json"

Settings = Mapping[str, Any]
Weights = dict[str, NDArray[Any]]


def settings(folder: Path, version: int, files: Collection[str], kind: str, help_: str) -> Settings:
    """Return the settings of a model's folder, after checking its other files by them.

    Args:
        folder: of the model.
        version: of the folder's format that the caller reads.
        files: the names of the other files.
        kind: of the model, for the errors.
        help_: what to do, for the errors.

    Raises:
        ModelNotFound: there is no such folder.
        ModelUnusable: a file is missing, damaged or another model's.
    """
    if not folder.is_dir():
        raise ModelNotFound(f"the {kind} should be in {folder}. {help_}")
    path = folder / CONFIG
    try:
        found: Settings = json.loads(path.read_bytes())
        if found["format"] != version:
            raise ModelUnusable(
                f"{path} has format {found['format']!r}, and this version of Wenju reads"
                f" {version}. {help_}"
            )
        checksums = dict(found["sha256"])
        if checksums.keys() != set(files):
            raise ValueError("it names other files")
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ModelUnusable(
            f"{path} cannot be read as a {kind}'s ({first_line(error)}). {help_}"
        ) from error
    for name, checksum in checksums.items():
        check(folder / name, checksum, CONFIG, help_)
    return found


def check(path: Path, checksum: str, says: str, help_: str) -> None:
    """Refuse a file that is missing, damaged or another model's.

    Args:
        path: of the file.
        checksum: its SHA-256, in hex digits.
        says: the name of the file that states the checksum.
        help_: what to do, for the error.
    """
    try:
        state = path.stat()
        found = _digest(path, state.st_ino, state.st_size, state.st_mtime_ns)
    except OSError as error:
        raise ModelUnusable(f"{path} cannot be read ({first_line(error)}). {help_}") from error
    if found != checksum:
        raise ModelUnusable(
            f"{path} is damaged or another model's: its checksum is {found[:16]}…,"
            f" and {says} beside it says {checksum[:16]}…. {help_}"
        )


@lru_cache
def _digest(path: Path, *state: int) -> str:  # noqa: ARG001
    """Return the SHA-256 of a file, which is computed once for each state that it is in."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
