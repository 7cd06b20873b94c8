import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from embeddings import ModelNotFound, ModelUnusable, TokenEncoder, load_encoder
from embeddings.encoders.sentence_transformers import TransformerEncoder


@pytest.fixture(scope="module")
def encoder(transformer_folder: Path) -> TransformerEncoder:
    return TransformerEncoder(str(transformer_folder))


def test_it_encodes_as_sentence_transformers_does_with_prompts(
    encoder: TransformerEncoder, transformer_folder: Path
) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(transformer_folder), local_files_only=True)
    for ours, prompt in (
        (encoder.encode_queries(["工会", "a"]), "query: "),
        (encoder.encode_passages(["工会", "a"]), "passage: "),
    ):
        theirs = model.encode([f"{prompt}工会", f"{prompt}a"], prompt="", normalize_embeddings=True)
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    assert not np.allclose(encoder.encode_queries(["工会"]), encoder.encode_passages(["工会"]))


def test_it_says_what_it_is(encoder: TransformerEncoder, transformer_folder: Path) -> None:
    assert encoder.name == str(transformer_folder)
    assert encoder.dimension == 16
    assert len(bytes.fromhex(encoder.fingerprint)) == 8
    assert not isinstance(encoder, TokenEncoder)
    assert encoder.encode_queries([]).shape == (0, 16)


def test_threads_can_share_it(encoder: TransformerEncoder) -> None:
    texts = ["a " * length for length in range(1, 60)]
    alone = [encoder.encode_queries([text]) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: encoder.encode_queries([text]), texts))
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_the_fingerprint_follows_the_model_and_not_its_place(
    encoder: TransformerEncoder, transformer_folder: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(transformer_folder, tmp_path / "copy"))
    (copy / "README.md").write_text("another card")
    (copy / "onnx").mkdir()
    (copy / "onnx" / "model.json").write_text("{}")
    assert TransformerEncoder(str(copy)).fingerprint == encoder.fingerprint
    weights = copy / "model.safetensors"
    content = weights.read_bytes()
    weights.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert TransformerEncoder(str(copy)).fingerprint != encoder.fingerprint


def test_pickles_are_refused(transformer_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(transformer_folder, tmp_path / "model"))
    (folder / "training_args.bin").write_bytes(b"beside safetensors it is not opened")
    assert TransformerEncoder(str(folder)).dimension == 16
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(ModelUnusable, match=r"2_Dense holds its weights as a pickle only"):
        TransformerEncoder(str(folder))
    shutil.rmtree(folder / "2_Dense")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelUnusable, match="holds no safetensors weights"):
        TransformerEncoder(str(folder))


def test_a_model_that_brings_its_own_code_is_refused(
    transformer_folder: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(transformer_folder, tmp_path / "model"))
    ran = tmp_path / "ran"
    (folder / "own.py").write_text(f"open({str(ran)!r}, 'w')\nclass Module: pass\n")
    (folder / "modules.json").write_text(
        '[{"idx": 0, "name": "0", "path": "", "type": "own.Module"}]'
    )
    with pytest.raises(ModelUnusable, match="cannot be run as a sentence-transformers model"):
        TransformerEncoder(str(folder))
    assert not ran.exists()


def test_damaged_weights_are_refused(transformer_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(transformer_folder, tmp_path / "model"))
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:500])
    with pytest.raises(ModelUnusable, match="cannot be run as a sentence-transformers model"):
        TransformerEncoder(str(folder))


def test_a_model_in_the_hubs_cache_needs_no_hub(
    transformer_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    repository = tmp_path / "models--sentence-transformers--small"
    revision = "0" * 40
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(revision)
    shutil.copytree(transformer_folder, repository / "snapshots" / revision)
    encoder = load_encoder("small")
    assert encoder.name == "small"
    assert encoder.encode_queries(["a"]).shape == (1, 16)
    # A copy without its weights does not do.
    (repository / "snapshots" / revision / "model.safetensors").unlink()
    with pytest.raises((ModelNotFound, ModelUnusable), match="--model bundled"):
        load_encoder("small")
