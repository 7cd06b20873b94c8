import gc
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from embeddings import Encoder, ModelNotFound, ModelUnusable, load_encoder
from embeddings.encoders.contextual import ContextualEncoder, centring
from embeddings.encoders.static import StaticEncoder
from embeddings.protocols import CONTEXTUAL_MODEL, FloatArray

ROOT = Path(__file__).parents[3]
FILES = ("config.json", "graph.onnx", "model.safetensors", "sentencepiece.model")
PASSAGES = [
    "职工累计工作已满一年不满十年的，年休假五天。",
    "Employees have five days of paid leave after a year of work.",
    "Los empleados tienen cinco días de vacaciones pagadas tras un año de trabajo.",
    "Nach einem Jahr Arbeit stehen Angestellten fünf Tage bezahlter Urlaub zu.",
    "После года работы сотрудникам полагается пять дней оплачиваемого отпуска.",
    "يحق للموظفين خمسة أيام إجازة مدفوعة بعد سنة من العمل.",
    "一年間勤務した従業員には五日間の有給休暇があります。",
    "พนักงานมีสิทธิลาพักร้อนห้าวันหลังจากทำงานครบหนึ่งปี",
]
QUESTIONS = ["年假有几天？", "How many days of leave do I have?", "Wie wird das Wetter morgen?"]


@pytest.fixture(scope="module")
def encoder() -> ContextualEncoder:
    return ContextualEncoder(CONTEXTUAL_MODEL, "contextual")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with links to the files of the model, any of which may be replaced."""
    for file in FILES:
        (tmp_path / file).symlink_to(CONTEXTUAL_MODEL / file)
    return tmp_path


def reference() -> dict[str, FloatArray]:
    """The vectors that the same weights give in floats, through sentence-transformers."""
    path = Path(__file__).with_name("contextual_vectors.json")
    stored = json.loads(path.read_text(encoding="utf-8"))
    return {kind: np.array(rows, dtype=np.float32) for kind, rows in stored.items()}


def replace(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def test_it_is_an_encoder(encoder: ContextualEncoder) -> None:
    assert isinstance(encoder, Encoder)
    assert (encoder.name, encoder.dimension) == ("contextual", 384)
    assert ContextualEncoder(CONTEXTUAL_MODEL).name == str(CONTEXTUAL_MODEL)


def test_names_of_the_models_of_the_repository(encoder: ContextualEncoder) -> None:
    found = load_encoder("bundled")
    assert isinstance(found, ContextualEncoder)
    assert (found.name, found.fingerprint) == ("bundled", encoder.fingerprint)
    static = load_encoder("static")
    assert isinstance(static, StaticEncoder)
    assert (static.name, static.dimension) == ("static", 384)


def test_vectors_have_length_one(encoder: ContextualEncoder) -> None:
    for vectors in (encoder.encode_passages(PASSAGES), encoder.encode_queries(QUESTIONS)):
        assert vectors.dtype == np.float32
        assert vectors.shape[1] == 384
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert encoder.encode_passages([]).shape == (0, 384)


def test_vectors_are_those_of_the_floats(encoder: ContextualEncoder) -> None:
    expected = reference()
    passages = np.sum(encoder.encode_passages(PASSAGES) * expected["passages"], axis=1)
    questions = np.sum(encoder.encode_queries(QUESTIONS) * expected["questions"], axis=1)
    assert passages == pytest.approx(1, abs=2e-2)
    assert questions == pytest.approx(1, abs=2e-2)


def test_a_question_is_near_its_answer_in_every_language(encoder: ContextualEncoder) -> None:
    leave, days, weather = encoder.encode_queries(QUESTIONS) @ encoder.encode_passages(PASSAGES).T
    assert leave.min() > weather.max() + 0.1
    assert days.min() > weather.max() + 0.1


def test_a_vector_does_not_depend_on_the_texts_beside_it(encoder: ContextualEncoder) -> None:
    together = encoder.encode_passages([*PASSAGES, "年假。" * 200])
    alone = np.concatenate([encoder.encode_passages([text]) for text in PASSAGES])
    assert np.array_equal(together[:-1], alone)


def test_threads_share_the_model(encoder: ContextualEncoder) -> None:
    expected = encoder.encode_passages(PASSAGES)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(encoder.encode_passages, [PASSAGES] * 8):
            assert np.array_equal(found, expected)


@pytest.mark.parametrize("text", ["", "  \n\t", "\u3000", "\ufffd", "🜁", "🜁 🜂"])
def test_a_text_without_a_known_token_has_the_zero_vector(
    encoder: ContextualEncoder, text: str
) -> None:
    assert not encoder.encode_queries([text]).any()
    assert not encoder.encode_passages([text, "年假"])[0].any()


def test_half_of_a_pair_of_utf_16_is_no_character(encoder: ContextualEncoder) -> None:
    broken, whole = encoder.encode_passages(["年假\ud800五天", "年假\ufffd五天"])
    assert np.array_equal(broken, whole)


def test_what_is_beyond_512_tokens_is_not_read(encoder: ContextualEncoder) -> None:
    longest = "年假五天。" * 600
    cut, more = encoder.encode_passages([longest, longest + "明天下雨。" * 50])
    assert np.array_equal(cut, more)
    assert np.linalg.norm(cut) == pytest.approx(1, abs=1e-5)


def test_weights_are_kept_while_the_model_is(encoder: ContextualEncoder) -> None:
    expected = encoder.encode_passages(PASSAGES[:2])
    other = ContextualEncoder(CONTEXTUAL_MODEL)
    gc.collect()
    _ = [np.zeros(1 << 20, dtype=np.int8) for _ in range(64)]
    assert np.array_equal(other.encode_passages(PASSAGES[:2]), expected)


def test_languages_are_taken_out() -> None:
    means = np.array([[0.5, 0.1, 0, 0], [0.5, -0.1, 0, 0]], dtype=np.float32)
    mean, rest = centring(means)
    assert mean == pytest.approx([0.5, 0, 0, 0])
    assert rest == pytest.approx(np.diag([1, 0, 1, 1]), abs=1e-6)


def test_a_mean_of_zeros_takes_nothing_out() -> None:
    mean, rest = centring(np.zeros((1, 4), dtype=np.float32))
    assert not mean.any()
    assert np.array_equal(rest, np.eye(4))


def test_the_fingerprint_is_that_of_the_files(encoder: ContextualEncoder, folder: Path) -> None:
    assert len(encoder.fingerprint) == 16
    assert int(encoder.fingerprint, 16)
    assert ContextualEncoder(folder).fingerprint == encoder.fingerprint
    config = (folder / "config.json").read_text(encoding="utf-8")
    replace(folder / "config.json", config.replace('"query: "', '"question: "').encode())
    assert ContextualEncoder(folder).fingerprint != encoder.fingerprint


def test_a_folder_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="--model static"):
        ContextualEncoder(tmp_path / "none")


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(ModelUnusable, match=rf"{file} cannot be read.*--model static"):
        ContextualEncoder(folder)


@pytest.mark.parametrize("file", FILES)
def test_a_cut_file_is_refused(folder: Path, file: str) -> None:
    content = (folder / file).read_bytes()
    replace(folder / file, content[: len(content) // 2])
    with pytest.raises(ModelUnusable, match=rf"{file}.*--model static"):
        ContextualEncoder(folder)


@pytest.mark.parametrize("file", FILES[1:])
def test_a_file_with_one_wrong_byte_is_refused(folder: Path, file: str) -> None:
    content = bytearray((folder / file).read_bytes())
    content[len(content) // 2] ^= 1
    replace(folder / file, bytes(content))
    with pytest.raises(ModelUnusable, match=rf"{file} is damaged or another model's"):
        ContextualEncoder(folder)


@pytest.mark.parametrize(
    "config",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"format": 1}',
        b'{"format": 1, "longest": 512, "prompts": {}, "sha256": {"a": "b"}}',
        b'{"format": 1, "longest": 512, "prompts": {}, "sha256": []}',
    ],
)
def test_other_settings_are_refused(folder: Path, config: bytes) -> None:
    replace(folder / "config.json", config)
    with pytest.raises(ModelUnusable, match=r"config.json cannot be read.*--model static"):
        ContextualEncoder(folder)


def test_a_folder_of_a_later_version_is_refused(folder: Path) -> None:
    settings = json.loads((folder / "config.json").read_bytes())
    replace(folder / "config.json", json.dumps({**settings, "format": 2}).encode())
    with pytest.raises(ModelUnusable, match="has format 2, and this version of Wenju reads 1"):
        ContextualEncoder(folder)


def test_the_folder_fits_into_forty_megabytes() -> None:
    assert sum(path.stat().st_size for path in CONTEXTUAL_MODEL.iterdir()) <= 40_000_000


LAZY = """
import sys
import embeddings.encoders.contextual
print(sorted({"onnxruntime", "sentencepiece"} & sys.modules.keys()))
from embeddings import load_encoder
encoder = load_encoder("bundled")
encoder.encode_queries(["年假有几天"])
print(sorted({"torch", "transformers", "sentence_transformers", "onnx", "google"}
             & sys.modules.keys()))
"""


def test_it_is_imported_when_it_is_asked_for_and_needs_no_torch() -> None:
    command = [sys.executable, "-W", "error", "-c", LAZY]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "[]"]
    assert done.stderr == ""
