"""The ONNX graph of the reader gives what torch gives."""

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

pytest.importorskip("onnx", reason="the training's packages: pip install -e '.[training]'")

from embeddings.training.reader import export
from embeddings.training.reader.batches import Batch
from embeddings.training.reader.model import Reader


def reader() -> Reader:
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=100,
        hidden_size=64,
        num_hidden_layers=5,
        num_attention_heads=4,
        intermediate_size=128,
    )
    trunk = BertModel(config, add_pooling_layer=False)
    trunk.train(False)
    words = trunk.embeddings.word_embeddings.weight
    blocks = torch.randint(-7, 8, (100, 2, 32))
    blocks[:, :, 0] = -8
    with torch.no_grad():
        words.copy_((blocks * torch.rand(100, 2, 1).half().float()).reshape(100, 64))
    return Reader(trunk)


def batch() -> Batch:
    ids = torch.randint(4, 100, (4, 21))
    mask = torch.ones_like(ids)
    mask[2, 15:] = 0
    allowed = mask.bool()
    allowed[:, 1:8] = False
    zeros = torch.zeros(4, dtype=torch.int64)
    return Batch(ids, mask, allowed, zeros, zeros)


def test_four_bit_rows_are_kept_exactly() -> None:
    rows = reader().trunk.embeddings.word_embeddings.weight.detach().numpy()
    table = export.four_bit_table(rows)
    values = np.stack([table.packed & 15, table.packed >> 4], axis=2).reshape(100, 2, 32)
    copy = (values.astype(np.float32) - 8) * table.scales.astype(np.float32)[:, :, None]
    np.testing.assert_array_equal(copy.reshape(100, 64), rows)
    assert table.packed.shape == (100, 32)


def test_int8_weights_are_near() -> None:
    weight = np.random.default_rng(1).standard_normal((6, 40)).astype(np.float32)
    weights = export.int8_weights(weight)
    assert weights.values.shape == (40, 6)
    error = np.abs(weights.values.T * weights.scales[:, None] - weight)
    assert (error <= weights.scales[:, None] * 0.501).all()


def test_the_graph_agrees_with_torch() -> None:
    exact = reader()
    built = export.build(exact).SerializeToString()
    agreement = export.compare(exact, built, [batch()])
    assert agreement.samples == 4
    assert agreement.decisions == 1
    assert agreement.mean < 0.05
    assert agreement.largest < 0.2
