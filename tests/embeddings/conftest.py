"""Small models, built through sentence-transformers itself: no network, a second each."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from embeddings.protocols import BUNDLED_MODEL

VOCABULARY = (
    "<unk>", "工资", "拖欠", "农民工", "工会", "怎么办", "被", "会", "工", "资", ",", "?",
    "labour", "union", "wage", "s", "abc", "123", "cafe", "fi", "🦄",
)  # fmt: skip


def small_tokenizer() -> Tokenizer:
    """Words of a Unigram model under compatibility folding, as the bundled model has."""
    scores = [(word, -1.0 - index / 10) for index, word in enumerate(VOCABULARY)]
    tokenizer = Tokenizer(models.Unigram(scores, unk_id=0))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKD(),
            normalizers.StripAccents(),
            normalizers.Lowercase(),
            normalizers.NFKC(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


@pytest.fixture(scope="session")
def float_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A static model as sentence-transformers saves one: float rows, unknown row not zero."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    folder = tmp_path_factory.mktemp("float-model")
    rows = np.random.default_rng(1).standard_normal((len(VOCABULARY), 24)).astype(np.float32)
    static = StaticEmbedding(small_tokenizer(), embedding_weights=rows)
    SentenceTransformer(modules=[static, Normalize()], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="session")
def int8_folder(float_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same kind of model stored as the bundled one is: int8 rows, a weight each."""
    folder = tmp_path_factory.mktemp("int8-model")
    for name in ("modules.json", "config_sentence_transformers.json"):
        (folder / name).write_bytes((float_folder / name).read_bytes())
    home = folder / json.loads((folder / "modules.json").read_bytes())[0]["path"]
    home.mkdir(exist_ok=True)
    small_tokenizer().save(str(home / "tokenizer.json"))
    random = np.random.default_rng(2)
    weights = random.random(len(VOCABULARY), dtype=np.float32) / 127
    weights[0] = 0
    tensors: dict[str, NDArray[Any]] = {
        "embeddings": random.integers(-127, 128, (len(VOCABULARY), 24), dtype=np.int8),
        "weights": weights,
    }
    save_file(tensors, home / "model.safetensors")
    return folder


@pytest.fixture(scope="session")
def bundled_folder() -> Path:
    """The model in this repository."""
    if not (BUNDLED_MODEL / "model.safetensors").exists():
        pytest.skip("the bundled model has not been trained yet")
    return BUNDLED_MODEL


@pytest.fixture(scope="session")
def transformer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two thousand weights that puts prompts before questions and passages."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    parts = tmp_path_factory.mktemp("bert")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", ":", "a", "工", "会"]
    (parts / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(parts / "vocab.txt")).save_pretrained(parts)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
    )
    BertModel(config).save_pretrained(parts)
    folder = tmp_path_factory.mktemp("transformer")
    transformer = Transformer(str(parts))
    model = SentenceTransformer(
        modules=[transformer, Pooling(16)],
        prompts={"query": "query: ", "document": "passage: "},
        device="cpu",
    )
    model.save(str(folder))
    return folder
