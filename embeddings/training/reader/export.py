"""`python -m embeddings.training.reader.export`: from the trained weights to the reader's folder.

The layers that were trained become int8, with a scale for each output and divisors for the
inputs, as the contextual model's do at load. The other layers are not stored again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, cast

import numpy as np
import torch
import typer
from numpy.typing import NDArray
from safetensors.numpy import save
from torch import nn

from embeddings.encoders.four_bit import int8_columns
from embeddings.encoders.graphs import CONFIG, LARGEST
from embeddings.encoders.reader import FORMAT, GRAPH, WEIGHTS, BundledReader
from embeddings.protocols import CONTEXTUAL_MODEL, READER_MODEL
from embeddings.training.arrays import Floats
from embeddings.training.contextual.folder import PRODUCTS, placed, read_folder
from embeddings.training.contextual.smoothing import divisors, largest_inputs
from embeddings.training.contextual.wheel import Sizes
from embeddings.training.reader.evaluation import Development
from embeddings.training.reader.graph import graph
from embeddings.training.reader.model import FROZEN_LAYERS, Reader, load_tensors, tokenizer
from embeddings.training.reader.whether import Probe, fitted

# Pairs of question and passage that show how large the inputs become.
_PAIRS = 400
# The parts of each product, by transformers' names.
_LINEAR = {
    "qkv": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "attention": ("attention.output.dense",),
    "up": ("intermediate.dense",),
    "down": ("output.dense",),
}
_NORMS = {"attention.norm": "attention.output.LayerNorm", "down.norm": "output.LayerNorm"}

Arrays = dict[str, NDArray[Any]]


def write_folder(
    folder: Path, reader: Reader, probe: Probe, texts: Sequence[list[int]], sizes: Sizes
) -> None:
    """Write all files of the reader but its card.

    Args:
        folder: is made if there is none.
        reader: as it was trained.
        probe: whether a question wants a yes or a no.
        texts: token ids of questions with passages, which show how large the inputs become.
        sizes: of the contextual model.
    """
    folder.mkdir(parents=True, exist_ok=True)
    arrays = trained_arrays(reader, largest_inputs(reader.trunk, texts))
    weight = np.concatenate([_array(reader.head.weight), probe.weights])
    arrays["head.weight"] = np.ascontiguousarray(weight.T)
    arrays["head.bias"] = np.concatenate([_array(reader.head.bias), probe.biases])
    stored = save(arrays)
    files = {WEIGHTS: stored, GRAPH: graph(sizes, placed(stored), len(weight))}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    trunk = (CONTEXTUAL_MODEL / CONFIG).read_bytes()
    settings = {
        "format": FORMAT,
        "frozen": FROZEN_LAYERS,
        "contextual": hashlib.sha256(trunk).hexdigest(),
        "sha256": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    }
    text = json.dumps(settings, indent=2) + "\n"
    (folder / CONFIG).write_text(text, encoding="utf-8", newline="\n")


def trained_arrays(reader: Reader, inputs: Mapping[str, Floats]) -> Arrays:
    """Return the weights of the trained layers as they are stored, by their names in the graph.

    Args:
        reader: as it was trained.
        inputs: the largest magnitudes of the inputs of each product, by its name.
    """
    found: Arrays = {}
    layers = reader.trunk.encoder.layer
    for number in range(FROZEN_LAYERS, len(layers)):
        part = layers[number].get_submodule
        for product in PRODUCTS:
            name = f"layers.{number}.{product}"
            parts = [cast(nn.Linear, part(theirs)) for theirs in _LINEAR[product]]
            matrix = np.concatenate([_array(linear.weight) for linear in parts])
            smoother = divisors(matrix, inputs[name]).astype(np.float32)
            found[f"{name}.weight"], found[f"{name}.scale"] = int8_columns(
                matrix * smoother, LARGEST
            )
            found[f"{name}.smoother"] = 1 / smoother
            found[f"{name}.bias"] = np.concatenate([_array(linear.bias) for linear in parts])
        for ours, theirs in _NORMS.items():
            norm = cast(nn.LayerNorm, part(theirs))
            found[f"layers.{number}.{ours}.weight"] = _array(norm.weight)
            found[f"layers.{number}.{ours}.bias"] = _array(norm.bias)
    return found


def _array(tensor: torch.Tensor) -> Floats:
    return tensor.detach().to(torch.float32).numpy()


_Weights = Annotated[Path, typer.Option(help="The trained weights (.safetensors).")]
_Output = Annotated[Path, typer.Option(help="The reader's folder.")]


def main(weights: _Weights, output: _Output = READER_MODEL, threads: int = 2) -> None:
    """Write the reader's folder, and compare it with torch on development questions."""
    torch.set_num_threads(threads)
    model = read_folder(CONTEXTUAL_MODEL)
    reader = Reader.on_contextual_model(model)
    reader.take(load_tensors(weights))
    pieces = tokenizer(model.pieces)
    development = Development(pieces, 300)
    probe = fitted(reader, pieces)
    texts = [sample.ids.tolist() for sample in development.encoded[:: _step(development)]]
    write_folder(output, reader, probe, texts, model.sizes)
    typer.echo(probe.report)
    typer.echo(f"torch\n{development.measure(reader).table()}")
    typer.echo(f"int8\n{development.measure_shipped(BundledReader(output)).table()}")


def _step(development: Development) -> int:
    return max(1, len(development.encoded) // _PAIRS)


if __name__ == "__main__":
    typer.run(main)
