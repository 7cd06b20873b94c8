from pathlib import Path

import numpy as np
import pytest

from embeddings.training.pairs.ragged import Ragged
from embeddings.training.rows.bags import encode
from embeddings.training.rows.quantise import quantise, write_folder
from embeddings.training.words.vocabulary import UNKNOWN, build_tokenizer

WORDS = [UNKNOWN, "工会", "欠钱", "owe", "money"]


def made_up_rows() -> np.ndarray:
    rows = np.random.default_rng(1).normal(size=(len(WORDS), 384)).astype(np.float32)
    rows[0] = 0
    return rows * np.array([[0], [1], [0.001], [30], [0.5]], dtype=np.float32)


def test_no_value_is_further_off_than_half_a_step() -> None:
    rows = made_up_rows()
    integers, weights = quantise(rows)
    assert integers.dtype == np.int8
    assert weights.dtype == np.float32
    assert np.abs(integers).max(axis=1).tolist() == [0, 127, 127, 127, 127]
    back = integers * weights[:, None]
    assert (np.abs(back - rows) <= weights[:, None] * 0.5001).all()
    assert (back[0] == 0).all()


@pytest.mark.filterwarnings("default")
def test_sentence_transformers_loads_the_folder_and_agrees(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    rows = made_up_rows()
    tokenizer = build_tokenizer(WORDS, [0.1] * len(WORDS))
    folder = tmp_path / "model"
    write_folder(folder, rows, tokenizer)
    texts = ["工會欠錢 owe", "money 😀", "😀", ""]
    theirs = SentenceTransformer(str(folder), device="cpu").encode(texts)
    ours = encode(Ragged.tokenized(tokenizer, texts).bags(len(WORDS)), rows)
    assert np.abs(theirs - ours).max() < 1e-2
    assert (theirs[2:] == 0).all()


def test_a_folder_is_replaced_file_by_file(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "README.md").write_text("the model card stays", encoding="utf-8")
    write_folder(folder, made_up_rows(), build_tokenizer(WORDS, [0.1] * len(WORDS)))
    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        "README.md",
        "config_sentence_transformers.json",
        "model.safetensors",
        "modules.json",
        "tokenizer.json",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
