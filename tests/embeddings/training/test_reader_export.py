"""The exported reader gives what torch gives."""

import random
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("onnx", reason="the training's packages: pip install -e '.[training]'")

from embeddings import Extract
from embeddings.encoders.reader import START, BundledReader
from embeddings.protocols import CONTEXTUAL_MODEL
from embeddings.training.contextual.folder import read_folder
from embeddings.training.reader import export
from embeddings.training.reader.batches import encode, padded
from embeddings.training.reader.model import FROZEN_LAYERS, Reader, tokenizer
from embeddings.training.reader.samples import Sample
from embeddings.training.reader.whether import Probe

SAMPLES = [
    Sample("网关多重", "网关 X2 规格", "外形尺寸：120×80毫米。重量：420克。", None),
    Sample("How many days?", "Leave", "Employees have five days of paid leave.", None),
    Sample("有给休假は何日", "規則", "一年間勤務した従業員には五日間の有給休暇があります。", None),
]


def test_the_folder_agrees_with_torch(tmp_path: Path) -> None:
    model = read_folder(CONTEXTUAL_MODEL)
    torch.manual_seed(3)
    reader = Reader.on_contextual_model(model)
    encoded = encode(SAMPLES, tokenizer(model.pieces), random.Random(1))  # noqa: S311
    probe = Probe(np.full((1, 384), 0.01, np.float32), np.array([0.5], np.float32), "")
    texts = [sample.ids.tolist() for sample in encoded]
    export.write_folder(tmp_path, reader, probe, texts, model.sizes)
    shipped = BundledReader(tmp_path)
    for sample, own in zip(SAMPLES, encoded, strict=True):
        batch = padded([own])
        with torch.no_grad():
            exact = reader(batch.ids, batch.mask).numpy()[0]
        asked = shipped._pieces(f"query: {sample.question}").ids
        window = shipped._window(asked, Extract(sample.head, sample.text))
        assert window.ids == own.ids.tolist()
        assert window.start == own.text.start
        logits = shipped._logits(window.ids)
        assert logits.shape == (len(own.ids), 3)
        assert np.abs(logits[:, : START + 2] - exact).max() < 0.1
        assert np.corrcoef(logits[:, 0], exact[:, 0])[0, 1] > 0.98


def test_only_trained_layers_are_stored() -> None:
    model = read_folder(CONTEXTUAL_MODEL)
    reader = Reader.on_contextual_model(model)
    names = {f"layers.{n}.{p}" for n in range(12) for p in ("qkv", "attention", "up", "down")}
    columns = {name: 1536 if name.endswith("down") else 384 for name in names}
    inputs = {name: np.ones(columns[name], np.float32) for name in names}
    arrays = export.trained_arrays(reader, inputs)
    assert {int(name.split(".")[1]) for name in arrays} == set(range(FROZEN_LAYERS, 12))
    weight = arrays["layers.11.up.weight"] * arrays["layers.11.up.scale"]
    original = reader.trunk.get_parameter("encoder.layer.11.intermediate.dense.weight")
    divided = arrays["layers.11.up.smoother"][:, np.newaxis] * weight
    error = np.abs(divided.T - original.detach().numpy())
    assert error.max() < 0.02
