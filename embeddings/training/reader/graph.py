"""The graph of the reader: vectors of words in, logits of each token out.

The weights of its first layers are the contextual model's, which
`embeddings.encoders.reader` brings; those of the others are stored beside the graph.
"""

from collections.abc import Mapping

from onnx import TensorProto, helper

from embeddings.encoders.reader import LOGITS, WORDS
from embeddings.training.contextual.graph import Layers, Place
from embeddings.training.contextual.wheel import Sizes


def graph(sizes: Sizes, places: Mapping[str, Place], columns: int) -> bytes:
    """Return the graph.

    Args:
        sizes: of the contextual model.
        places: of the weights that are stored beside it.
        columns: of the logits.
    """
    return _Reader(sizes, places).built(columns)


class _Reader(Layers):
    """Vectors of words to logits."""

    def built(self, columns: int) -> bytes:
        """Return the serialized model."""
        dimension = self._sizes.dimension
        states = self._states(WORDS, WORDS)
        weight = self._weight("head.weight", TensorProto.FLOAT, (dimension, columns))
        bias = self._weight("head.bias", TensorProto.FLOAT, (columns,))
        product = self._node("MatMul", [states, weight])
        self._nodes.append(helper.make_node("Add", [product, bias], [LOGITS]))
        words = helper.make_tensor_value_info(WORDS, TensorProto.FLOAT, [1, "tokens", dimension])
        logits = helper.make_tensor_value_info(LOGITS, TensorProto.FLOAT, [1, "tokens", columns])
        return self._serialized("reader", words, logits)
