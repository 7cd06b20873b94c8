import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from embeddings import ModelUnusable, load_reranker
from embeddings.errors import EmbeddingError

QUERY = "年假有几天"
TEXTS = ["工资发放", "加班", "年假有五天", "年假有几天 " * 200, ""]
HELP = r"Everything works without `--reranker`\."


@pytest.fixture
def copy(cross_encoder_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(cross_encoder_folder, tmp_path / "copy"))


def edit(path: Path, **values: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_bytes()) | values), encoding="utf-8")


def test_a_score_is_the_models_own_probability(cross_encoder_folder: Path) -> None:
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity

    reranker = load_reranker(cross_encoder_folder)
    assert reranker.name == str(cross_encoder_folder)
    scores = reranker.scores(QUERY, TEXTS)
    model = CrossEncoder(str(cross_encoder_folder), local_files_only=True)
    logits = np.array([model.predict((QUERY, t), activation_fn=Identity()) for t in TEXTS])
    assert scores.dtype == np.float32
    assert scores.shape == (len(TEXTS),)
    np.testing.assert_allclose(scores, 1 / (1 + np.exp(-logits)), atol=1e-6)
    assert len({*scores.round(4).tolist()}) == len(TEXTS)
    assert reranker.scores(QUERY, []).shape == (0,)


def test_bare_logits_come_on_the_same_scale(cross_encoder_folder: Path, copy: Path) -> None:
    edit(copy / "config_sentence_transformers.json", activation_fn="torch.nn.Identity")
    expected = load_reranker(cross_encoder_folder).scores(QUERY, TEXTS)
    np.testing.assert_array_equal(load_reranker(copy).scores(QUERY, TEXTS), expected)


def test_a_folder_as_older_versions_wrote_it(cross_encoder_folder: Path, copy: Path) -> None:
    for name in ("modules.json", "config_sentence_transformers.json", "sentence_bert_config.json"):
        (copy / name).unlink()
    expected = load_reranker(cross_encoder_folder).scores(QUERY, TEXTS)
    np.testing.assert_allclose(load_reranker(copy).scores(QUERY, TEXTS), expected, atol=1e-6)


def test_an_embedding_model_is_no_reranker(transformer_folder: Path, copy: Path) -> None:
    with pytest.raises(ModelUnusable, match=f"is no cross-encoder but SentenceTransformer. {HELP}"):
        load_reranker(transformer_folder)
    (copy / "config_sentence_transformers.json").unlink()
    edit(copy / "config.json", architectures=["BertModel"])
    with pytest.raises(ModelUnusable, match="is no cross-encoder but BertModel"):
        load_reranker(copy)


def test_several_figures_a_pair_are_refused(copy: Path) -> None:
    from transformers import BertConfig, BertForSequenceClassification

    config = BertConfig.from_pretrained(copy)
    config.num_labels = 3
    BertForSequenceClassification(config).save_pretrained(copy)
    with pytest.raises(ModelUnusable, match=f"gives 3 figures for a question.* {HELP}"):
        load_reranker(copy)


def test_what_could_run_code_or_is_damaged_is_refused(copy: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    (copy / "own.py").write_text(f"open({str(ran)!r}, 'w')\nclass Module: pass\n")
    modules = (copy / "modules.json").read_bytes()
    edited = json.loads(modules)
    edited[0]["type"] = "own.Module"
    (copy / "modules.json").write_text(json.dumps(edited))
    with pytest.raises(ModelUnusable, match=f"cannot be run as a cross-encoder .* {HELP}"):
        load_reranker(copy)
    assert not ran.exists()
    (copy / "modules.json").write_bytes(modules)
    weights = copy / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:300])
    with pytest.raises(ModelUnusable, match=f"cannot be run as a cross-encoder .* {HELP}"):
        load_reranker(copy)
    weights.rename(copy / "pytorch_model.bin")
    with pytest.raises(ModelUnusable, match=f"holds no safetensors weights.* {HELP}"):
        load_reranker(copy)
    (copy / "config.json").write_text("{")
    (copy / "model.safetensors").write_bytes(whole)
    with pytest.raises(ModelUnusable, match=rf"config\.json cannot be read .* {HELP}"):
        load_reranker(copy)


@pytest.mark.parametrize("name", ["", "/no/such/folder", "a/b/c", "中文"])
def test_a_name_that_no_hub_can_have_is_not_found(name: str) -> None:
    with pytest.raises(EmbeddingError, match=f"asked for the model {name!r}: there is no.* {HELP}"):
        load_reranker(name)
