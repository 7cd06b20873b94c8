"""The graph of the model, without its weights, and the layers that the reader's shares.

All weights are declared as external data: those that are used as they are stored by their
place in the file of weights, and the others are given by `embeddings.encoders.contextual`
when it opens the graph. So the graph has 30 kB, and the package `onnx` is needed
only to write it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from embeddings.encoders.contextual import POSITIONS, WEIGHTS
from embeddings.encoders.four_bit import BLOCK
from embeddings.encoders.graphs import BLOCKS, SCALES
from embeddings.training.contextual.wheel import Sizes

_MICROSOFT = "com.microsoft"
_OPSET = 17
_FORMAT = 8  # of ONNX files; newer ones say nothing that this graph needs


class Place(NamedTuple):
    """The place of an array in the file of weights, in bytes."""

    offset: int
    length: int


def graph(sizes: Sizes, places: Mapping[str, Place]) -> bytes:
    """Return the graph: token ids of one text in, its vector out.

    Args:
        sizes: of the model.
        places: of the weights that are stored as the graph needs them.
    """
    return _Contextual(sizes, places).built()


class Layers:
    """The nodes and the declared weights of a graph of transformer layers.

    Args:
        sizes: of the model.
        places: of the weights that are stored as the graph needs them.
    """

    def __init__(self, sizes: Sizes, places: Mapping[str, Place]) -> None:
        self._sizes = sizes
        self._places = places
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[TensorProto] = []

    def _serialized(
        self, name: str, given: onnx.ValueInfoProto, output: onnx.ValueInfoProto
    ) -> bytes:
        """Return the model of all nodes."""
        model = helper.make_model(
            helper.make_graph(self._nodes, name, [given], [output], self._weights),
            opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)],
            ir_version=_FORMAT,
        )
        return bytes(model.SerializeToString(deterministic=True))

    def _states(self, words: str, text: str) -> str:
        """Add the positions to the vectors of words, and all layers.

        Args:
            words: the vectors, ``(1, tokens, dimension)``.
            text: an input of the graph, ``(1, tokens)`` or more, whose length counts.
        """
        table = self._weight(
            POSITIONS, TensorProto.FLOAT, (self._sizes.positions, self._sizes.dimension)
        )
        length = self._node("Shape", [text], start=1, end=2)
        positions = self._node("Slice", [table, self._constant([0]), length])
        added = self._node("Add", [words, positions])
        states = self._node(
            "LayerNormalization", [added, *self._norm("norm")], epsilon=self._sizes.epsilon, axis=-1
        )
        for layer in range(self._sizes.layers):
            states = self._layer(f"layers.{layer}", states)
        return states

    def _layer(self, name: str, states: str) -> str:
        """Add the attention and the inner product of a layer."""
        dimension, inner = self._sizes.dimension, self._sizes.inner
        qkv = self._linear(f"{name}.qkv", states, dimension, 3 * dimension)
        parts = [f"{name}.query", f"{name}.key", f"{name}.value"]
        sizes = self._constant([dimension] * 3)
        self._nodes.append(helper.make_node("Split", [qkv, sizes], parts, axis=-1))
        attended = self._node(
            "MultiHeadAttention", parts, domain=_MICROSOFT, num_heads=self._sizes.heads
        )
        states = self._added(f"{name}.attention", attended, states, dimension)
        wide = self._linear(f"{name}.up", states, dimension, inner)
        wide = self._node("Gelu", [wide], domain=_MICROSOFT)
        return self._added(f"{name}.down", wide, states, inner)

    def _added(self, name: str, values: str, states: str, columns: int) -> str:
        """Add a linear map to the states, and normalise the sum."""
        rows = self._sizes.dimension
        product = self._linear(name, values, columns, rows, bias=False)
        bias = self._weight(f"{name}.bias", TensorProto.FLOAT, (rows,))
        inputs = [product, states, *self._norm(f"{name}.norm"), bias]
        return self._node(
            "SkipLayerNormalization", inputs, domain=_MICROSOFT, epsilon=self._sizes.epsilon
        )

    def _linear(self, name: str, values: str, columns: int, rows: int, *, bias: bool = True) -> str:
        """Add an int8 product; the values are brought to int8 as they come."""
        smoother = self._weight(f"{name}.smoother", TensorProto.FLOAT, (columns,))
        inputs = [
            self._node("Mul", [values, smoother]),
            self._weight(f"{name}.weight", TensorProto.INT8, (columns, rows)),
            self._weight(f"{name}.scale", TensorProto.FLOAT, (rows,)),
        ]
        if bias:
            inputs += ["", self._weight(f"{name}.bias", TensorProto.FLOAT, (rows,))]
        return self._node("DynamicQuantizeMatMul", inputs, domain=_MICROSOFT)

    def _norm(self, name: str) -> list[str]:
        """Declare the weight and the bias of a normalisation."""
        shape = (self._sizes.dimension,)
        return [
            self._weight(f"{name}.{part}", TensorProto.FLOAT, shape) for part in ("weight", "bias")
        ]

    def _node(
        self,
        operator: str,
        inputs: list[str],
        *,
        domain: str = "",
        **attributes: int | float | list[int],
    ) -> str:
        """Add a node of one output, and return the name of the output."""
        output = f"{operator}.{len(self._nodes)}"
        self._nodes.append(
            helper.make_node(operator, inputs, [output], None, None, domain, None, **attributes)
        )
        return output

    def _constant(self, values: list[int]) -> str:
        name = f"constant.{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.array(values, dtype=np.int64), name))
        return name

    def _weight(self, name: str, kind: int, shape: Sequence[int]) -> str:
        """Declare a weight: of the file, or one that the reader of the graph brings."""
        tensor = TensorProto(
            name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL
        )
        tensor.external_data.add(key="location", value=WEIGHTS)
        if name in self._places:
            offset, length = self._places[name]
            tensor.external_data.add(key="offset", value=str(offset))
            tensor.external_data.add(key="length", value=str(length))
        self._weights.append(tensor)
        return name


class _Contextual(Layers):
    """Token ids to the vector of a text."""

    def built(self) -> bytes:
        """Return the serialized model."""
        states = self._states(self._embedded(), "ids")
        self._centred(self._node("ReduceMean", [states], axes=[1], keepdims=0))
        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "tokens"])
        vector = helper.make_tensor_value_info(
            "vector", TensorProto.FLOAT, [1, self._sizes.dimension]
        )
        return self._serialized("contextual", ids, vector)

    def _embedded(self) -> str:
        """Add the vectors of tokens."""
        rows, dimension = self._sizes.vocabulary, self._sizes.dimension
        blocks = self._weight("words" + BLOCKS, TensorProto.UINT8, (rows, dimension // 2))
        scales = self._weight("words" + SCALES, TensorProto.FLOAT16, (rows, dimension // BLOCK))
        halves = self._node(
            "GatherBlockQuantized",
            [blocks, "ids", scales],
            domain=_MICROSOFT,
            bits=4,
            block_size=BLOCK,
            gather_axis=0,
            quantize_axis=1,
        )
        return self._node("Cast", [halves], to=TensorProto.FLOAT)

    def _centred(self, mean: str) -> None:
        """Take the mean of the languages and their differences out of the unit vector."""
        dimension = self._sizes.dimension
        centre = self._weight("centre.mean", TensorProto.FLOAT, (dimension,))
        rest = self._weight("centre.rest", TensorProto.FLOAT, (dimension, dimension))
        unit = self._node("LpNormalization", [mean], axis=-1, p=2)
        centred = self._node("MatMul", [self._node("Sub", [unit, centre]), rest])
        self._nodes.append(helper.make_node("LpNormalization", [centred], ["vector"], axis=-1, p=2))
