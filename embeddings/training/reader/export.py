"""`python -m embeddings.training.reader.export`: the reader as one int8 ONNX graph.

Linear layers have int8 weights with a scale for each output channel; their inputs become 8 bit as
the graph runs. The word table keeps its 4-bit blocks. Inputs are `input_ids` and
`attention_mask`, int64, shape (samples, tokens); outputs are the logits `start` and `end`,
float32, of the same shape.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple, cast

import numpy as np
import onnx
import onnxruntime
import torch
import typer
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from torch import Tensor, nn

from embeddings.training.reader.batches import Batch, padded
from embeddings.training.reader.evaluation import Development, best_span
from embeddings.training.reader.model import FORBIDDEN, Reader, load_tensors, load_trunk

BLOCK = 32
_MICROSOFT = "com.microsoft"
_SHAPE = ["samples", "tokens"]
Floats = NDArray[np.float32]


class Int8Weights(NamedTuple):
    """Weights of a linear layer: `values.T * scales` are near the original.

    Attributes:
        values: int8, shape (inputs, outputs).
        scales: float32, shape (outputs,).
    """

    values: NDArray[np.int8]
    scales: Floats


class FourBitTable(NamedTuple):
    """Rows in blocks of 32 values of 4 bits, with 8 as zero.

    Attributes:
        packed: two values a byte, the earlier in the low half, shape (rows, dimensions / 2).
        scales: float16, shape (rows, dimensions / 32).
    """

    packed: NDArray[np.uint8]
    scales: NDArray[np.float16]


class Agreement(NamedTuple):
    """A comparison of the graph with torch in float32.

    Attributes:
        samples: pairs of question and passage compared.
        decisions: share of them on which "has an answer" is the same.
        spans: share on which the best span is the same, of those that both answer.
        mean: mean absolute difference of the logits.
        largest: largest absolute difference of the score of a sample.
    """

    samples: int
    decisions: float
    spans: float
    mean: float
    largest: float


def int8_weights(weight: Floats) -> Int8Weights:
    """Return a matrix of shape (outputs, inputs) as int8, a scale for each output."""
    scales = np.maximum(np.abs(weight).max(axis=1), 1e-12) / 127
    values = np.clip(np.rint(weight / scales[:, None]), -127, 127).astype(np.int8)
    return Int8Weights(np.ascontiguousarray(values.T), scales.astype(np.float32))


def four_bit_table(rows: Floats) -> FourBitTable:
    """Return rows of shape (n, dimensions) in 4 bits.

    The value furthest from 0 in a block becomes -8, as in the q4_0 format; rows that were made
    from that format are kept exactly.
    """
    blocks = rows.reshape(len(rows), -1, BLOCK)
    furthest = np.abs(blocks).argmax(axis=2)[..., None]
    scales = (np.take_along_axis(blocks, furthest, axis=2)[..., 0] / -8).astype(np.float16)
    divisors = np.where(scales == 0, 1, scales).astype(np.float32)
    values = np.clip(np.rint(blocks / divisors[..., None]) + 8, 0, 15).astype(np.uint8)
    flat = values.reshape(rows.shape)
    return FourBitTable(flat[:, 0::2] | (flat[:, 1::2] << 4), scales)


def build(reader: Reader) -> onnx.ModelProto:
    """Return the graph of `reader`."""
    graph = _Graph()
    hidden = _embedded(graph, reader)
    mask = graph.node("Cast", ["attention_mask"], to=TensorProto.INT32)
    for layer in reader.trunk.encoder.layer:
        hidden = _layer(graph, layer, hidden, mask)
    head = reader.head
    logits = graph.node("MatMul", [hidden, graph.constant(_array(head.weight).T)])
    logits = graph.node("Add", [logits, graph.constant(_array(head.bias))])
    parts = graph.nodes("Split", [logits, graph.constant(np.array([1, 1]))], 2, axis=-1)
    last = graph.constant(np.array([2]))
    for part, name in zip(parts, ("start", "end"), strict=True):
        graph.output("Squeeze", [part, last], name)
    return graph.model()


def compare(reader: Reader, model: bytes, batches: Sequence[Batch]) -> Agreement:
    """Return how well the graph agrees with `reader` on the batches."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    scores: list[tuple[float, float]] = []
    same: list[bool] = []
    differences: list[Floats] = []
    for batch in batches:
        with torch.no_grad():
            exact = reader(batch.ids, batch.mask).numpy()
        fed = {"input_ids": batch.ids.numpy(), "attention_mask": batch.mask.numpy()}
        graph = np.stack(session.run(["start", "end"], fed), axis=2)
        for left, right, allowed in zip(exact, graph, batch.allowed.numpy(), strict=True):
            differences.append(np.abs(left - right)[allowed].ravel())
            text = np.where(allowed[:, None], left, FORBIDDEN)
            copy = np.where(allowed[:, None], right, FORBIDDEN)
            one, other = best_span(text), best_span(copy)
            scores.append((one.score, other.score))
            if one.score > 0 and other.score > 0:
                same.append((one.first, one.last) == (other.first, other.last))
    pairs = np.array(scores)
    return Agreement(
        samples=len(pairs),
        decisions=float(np.mean((pairs[:, 0] > 0) == (pairs[:, 1] > 0))),
        spans=float(np.mean(same)) if same else 1.0,
        mean=float(np.concatenate(differences).mean()),
        largest=float(np.abs(pairs[:, 0] - pairs[:, 1]).max()),
    )


class _Graph:
    """Nodes and constants of a graph that grows."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, values: NDArray[np.generic]) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def nodes(
        self,
        kind: str,
        inputs: list[str],
        outputs: int,
        domain: str = "",
        **attributes: float,
    ) -> list[str]:
        names = [f"{kind}_{len(self._nodes)}_{i}" for i in range(outputs)]
        node = helper.make_node(kind, inputs, names, names[0], domain=domain)
        node.attribute.extend(helper.make_attribute(*item) for item in sorted(attributes.items()))
        self._nodes.append(node)
        return names

    def node(self, kind: str, inputs: list[str], domain: str = "", **attributes: float) -> str:
        return self.nodes(kind, inputs, 1, domain, **attributes)[0]

    def output(self, kind: str, inputs: list[str], name: str) -> None:
        self._nodes.append(helper.make_node(kind, inputs, [name], name))

    def linear(self, given: str, layers: Sequence[nn.Linear], *, bias: bool) -> str:
        """Add linear layers that share their input as one; return the name of the result."""
        weights = int8_weights(np.concatenate([_array(layer.weight) for layer in layers]))
        zeros = np.zeros(len(weights.scales), np.int8)
        constants: list[NDArray[np.generic]] = [weights.values, weights.scales, zeros]
        if bias:
            constants.append(np.concatenate([_array(layer.bias) for layer in layers]))
        inputs = [given, *map(self.constant, constants)]
        return self.node("DynamicQuantizeMatMul", inputs, _MICROSOFT)

    def add_and_normalise(
        self, given: str, residual: str, norm: nn.LayerNorm, linear: nn.Linear
    ) -> str:
        """Add the bias of `linear` and the residual, and normalise."""
        constants = map(_array, (norm.weight, cast(Tensor, norm.bias), linear.bias))
        inputs = [given, residual, *map(self.constant, constants)]
        return self.node("SkipLayerNormalization", inputs, _MICROSOFT, epsilon=norm.eps)

    def model(self) -> onnx.ModelProto:
        inputs, outputs = (
            [helper.make_tensor_value_info(name, kind, _SHAPE) for name in names]
            for names, kind in (
                (("input_ids", "attention_mask"), TensorProto.INT64),
                (("start", "end"), TensorProto.FLOAT),
            )
        )
        graph = helper.make_graph(self._nodes, "reader", inputs, outputs, self._constants)
        versions = [helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=8)


def _embedded(graph: _Graph, reader: Reader) -> str:
    embeddings = reader.trunk.embeddings
    table = four_bit_table(_array(embeddings.word_embeddings.weight))
    words = graph.node(
        "GatherBlockQuantized",
        [graph.constant(table.packed), "input_ids", graph.constant(table.scales)],
        _MICROSOFT,
        bits=4,
        block_size=BLOCK,
        gather_axis=0,
        quantize_axis=1,
    )
    words = graph.node("Cast", [words], to=TensorProto.FLOAT)
    positions = _array(embeddings.position_embeddings.weight)
    positions = positions + _array(embeddings.token_type_embeddings.weight)[0]
    zero, one, two = (graph.constant(np.array([i])) for i in range(3))
    length = graph.node("Slice", [graph.node("Shape", ["input_ids"]), one, two])
    places = graph.node("Slice", [graph.constant(positions), zero, length])
    norm = embeddings.LayerNorm
    inputs = [graph.constant(_array(norm.weight)), graph.constant(_array(norm.bias))]
    added = graph.node("Add", [words, places])
    return graph.node("LayerNormalization", [added, *inputs], axis=-1, epsilon=norm.eps)


def _layer(graph: _Graph, layer: nn.Module, hidden: str, mask: str) -> str:
    part = layer.get_submodule
    query, key, value, attended, wide, narrow = (
        cast(nn.Linear, part(name))
        for name in (
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "intermediate.dense",
            "output.dense",
        )
    )
    size = query.out_features
    heads = cast(int, part("attention.self").num_attention_heads)
    joined = graph.linear(hidden, [query, key, value], bias=True)
    thirds = graph.nodes("Split", [joined, graph.constant(np.array([size] * 3))], 3, axis=-1)
    context = graph.node("MultiHeadAttention", [*thirds, "", mask], _MICROSOFT, num_heads=heads)
    norm = cast(nn.LayerNorm, part("attention.output.LayerNorm"))
    hidden = graph.add_and_normalise(
        graph.linear(context, [attended], bias=False), hidden, norm, attended
    )
    inner = graph.node("Gelu", [graph.linear(hidden, [wide], bias=True)], _MICROSOFT)
    norm = cast(nn.LayerNorm, part("output.LayerNorm"))
    return graph.add_and_normalise(graph.linear(inner, [narrow], bias=False), hidden, norm, narrow)


def _array(tensor: Tensor) -> Floats:
    return tensor.detach().to(torch.float32).numpy()


Trunk = Annotated[Path, typer.Option(help="The BertModel folder that was trained from.")]
Weights = Annotated[Path, typer.Option(help="The trained weights (.safetensors).")]
Output = Annotated[Path, typer.Option(help="The graph to write (.onnx).")]
Rows = Annotated[Path | None, typer.Option(help="Rows of the word table to keep (.npy).")]
Vocabulary = Annotated[Path | None, typer.Option(help="The tokenizer.json of these rows.")]


def main(
    trunk: Trunk, weights: Weights, output: Output, rows: Rows = None, tokenizer: Vocabulary = None
) -> None:
    """Write the reader as ONNX, and compare it with torch on development questions."""
    torch.set_num_threads(2)
    reader = Reader(load_trunk(trunk, rows))
    reader.take(load_tensors(weights))
    model = build(reader).SerializeToString()
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(model)
    pieces = Tokenizer.from_file(str(tokenizer or trunk / "tokenizer.json"))
    samples = Development(pieces, 20).encoded[:100]
    batches = [padded(samples[i : i + 5]) for i in range(0, len(samples), 5)]
    agreement = compare(reader, model, batches)
    typer.echo(f"{output}: {len(model) / 1e6:.1f} MB")
    typer.echo(str(agreement))


if __name__ == "__main__":
    typer.run(main)
