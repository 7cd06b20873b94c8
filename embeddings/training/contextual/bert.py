"""The model in floats, as transformers runs it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertConfig, BertModel

from embeddings.encoders.contextual import POSITIONS
from embeddings.encoders.four_bit import FourBit
from embeddings.encoders.graphs import BLOCKS, SCALES
from embeddings.training.arrays import Floats
from embeddings.training.contextual.wheel import Sizes

# The parts of a layer, by our names and by transformers'.
_LINEAR = {
    "attention": "attention.output.dense",
    "up": "intermediate.dense",
    "down": "output.dense",
}
_NORMS = {"attention.norm": "attention.output.LayerNorm", "down.norm": "output.LayerNorm"}
_SPLIT = ("query", "key", "value")


def bert(sizes: Sizes, arrays: Mapping[str, NDArray[Any]]) -> BertModel:
    """Return the model in float32, ready to be run.

    Args:
        sizes: of the model.
        arrays: as they are stored; see `folder`.
    """
    config = BertConfig(
        vocab_size=sizes.vocabulary,
        hidden_size=sizes.dimension,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.inner,
        max_position_embeddings=sizes.positions,
        layer_norm_eps=sizes.epsilon,
        type_vocab_size=1,
        architectures=["BertModel"],
    )
    model = BertModel(config)
    state = _embeddings(arrays)
    # Nothing uses the pooler, and transformers reports a model without one.
    state["pooler.dense.weight"] = np.zeros((sizes.dimension, sizes.dimension), np.float32)
    state["pooler.dense.bias"] = np.zeros(sizes.dimension, np.float32)
    for number in range(sizes.layers):
        state |= _layer(f"encoder.layer.{number}", f"layers.{number}", arrays)
    model.load_state_dict({name: torch.from_numpy(array) for name, array in state.items()})
    model.train(False)
    return model


def _embeddings(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Floats]:
    """Return the weights before the layers; the positions contain the vector of the type."""
    positions = arrays[POSITIONS].astype(np.float32)
    return {
        "embeddings.word_embeddings.weight": _matrix(arrays, "words"),
        "embeddings.position_embeddings.weight": positions,
        "embeddings.token_type_embeddings.weight": np.zeros((1, positions.shape[1]), np.float32),
        "embeddings.LayerNorm.weight": arrays["norm.weight"],
        "embeddings.LayerNorm.bias": arrays["norm.bias"],
    }


def _layer(theirs: str, ours: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, Floats]:
    """Return the weights of a layer."""
    state = {}
    matrices = np.split(_matrix(arrays, f"{ours}.qkv"), len(_SPLIT))
    biases = np.split(arrays[f"{ours}.qkv.bias"], len(_SPLIT))
    for name, matrix, bias in zip(_SPLIT, matrices, biases, strict=True):
        state[f"{theirs}.attention.self.{name}.weight"] = matrix
        state[f"{theirs}.attention.self.{name}.bias"] = bias
    for our, their in _LINEAR.items():
        state[f"{theirs}.{their}.weight"] = _matrix(arrays, f"{ours}.{our}")
        state[f"{theirs}.{their}.bias"] = arrays[f"{ours}.{our}.bias"]
    for our, their in _NORMS.items():
        for part in ("weight", "bias"):
            state[f"{theirs}.{their}.{part}"] = arrays[f"{ours}.{our}.{part}"]
    return state


def _matrix(arrays: Mapping[str, NDArray[Any]], name: str) -> Floats:
    """Return a 4-bit matrix in floats."""
    return FourBit(arrays[name + BLOCKS], arrays[name + SCALES]).floats()
