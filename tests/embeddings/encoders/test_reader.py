"""The bundled reader: which passage answers, and with which words."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from embeddings import Extract, ModelNotFound, ModelUnusable, Reader, load_reader
from embeddings.encoders.reader import BundledReader, reading
from embeddings.protocols import CONTEXTUAL_MODEL, READER_MODEL

FILES = ("config.json", "graph.onnx", "model.safetensors")
GATEWAY = Extract(
    "网关 X2 用户手册 规格", "外形尺寸：120×80×25毫米。重量：420克。供电：直流12伏，最大功耗6瓦。"
)
LEAVE = Extract(
    "Staff handbook Leave", "Employees have five days of paid leave after a year of work."
)
CARE = Extract("员工手册 福利", "员工子女未满三周岁的，夫妻双方每年各享受十天育儿假，工资照发。")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with links to the files of the reader, any of which may be replaced."""
    for file in FILES:
        (tmp_path / file).symlink_to(READER_MODEL / file)
    return tmp_path


def replace(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def words(reader: Reader, question: str, extract: Extract) -> str:
    (found,) = reader.read(question, [extract])
    return extract.text[found.start : found.end]


def test_it_is_a_reader(reader: Reader) -> None:
    assert isinstance(reader, Reader)
    assert reader.name == "bundled"
    assert len(reader.fingerprint) == 16


@pytest.mark.parametrize(
    ("question", "extract", "answer"),
    [
        ("网关的重量是多少", GATEWAY, "420克"),
        ("这个网关用几伏的电", GATEWAY, "直流12伏"),
        ("How many days of leave do I have?", LEAVE, "five days"),
        ("孩子两岁，我一年有几天育儿假", CARE, "十天"),
    ],
)
def test_the_words_that_answer(
    reader: Reader, question: str, extract: Extract, answer: str
) -> None:
    assert answer in words(reader, question, extract)
    (found,) = reader.read(question, [extract])
    assert found.score > -3


def test_a_passage_that_answers_scores_above_those_that_do_not(reader: Reader) -> None:
    weight, leave, care = reader.read("网关的重量是多少", [GATEWAY, LEAVE, CARE])
    assert weight.score > max(leave.score, care.score) + 2


def test_a_reading_does_not_depend_on_the_passages_beside_it(reader: Reader) -> None:
    together = reader.read("带娃的假有几天", [GATEWAY, LEAVE, CARE])
    assert together == [reader.read("带娃的假有几天", [one])[0] for one in (GATEWAY, LEAVE, CARE)]
    assert reader.read("带娃的假有几天", []) == []


def test_threads_share_the_reader(reader: Reader) -> None:
    question = "网关的重量是多少"
    expected = reader.read(question, [GATEWAY, LEAVE])
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(
            lambda _: reader.read("网关的重量是多少", [GATEWAY, LEAVE]), range(8)
        ):
            assert found == expected


@pytest.mark.parametrize("question", ["", "?", "🜁", "网" * 2000, "\ud800", "<script>", "\x00"])
@pytest.mark.parametrize("text", ["", " \n", "🜁", "年假\ud800五天", "x" * 5000])
def test_any_text_has_a_reading_within_it(reader: Reader, question: str, text: str) -> None:
    (found,) = reader.read(question, [Extract("\ud800" * 90, text, focus=len(text))])
    assert 0 <= found.start <= found.end <= len(text)
    assert np.isfinite([found.score, found.yes, found.asks_whether]).all()


def test_a_long_passage_is_read_around_its_focus(reader: Reader) -> None:
    filler = "本条所称工作日不含法定节假日。" * 60
    text = f"{filler}{CARE.text}{filler}"
    question = "带娃的假有几天"
    assert "十天" in words(reader, question, Extract(CARE.head, text, focus=len(filler)))
    assert "十天" not in words(reader, question, Extract(CARE.head, text, focus=0))


def test_the_best_span_by_hand() -> None:
    logits = np.full((7, 3), -9, np.float32)
    logits[0, :2] = (1.0, 0.5)
    logits[1:3, 2] = (2.0, 4.0)  # the question's tokens: it asks whether
    logits[4:7, 0] = (0.0, 2.0, 5.0)
    logits[4:7, 1] = (4.0, 3.0, -1.0)
    spans = np.array([[0, 1], [2, 4], [4, 5]], np.int32)
    # 5 + 4 would end before it starts; 2 + 3 is the best that does not.
    assert reading(logits, 4, 3, spans) == (3.5, 2, 4, 0.0, 3.0)


def test_a_folder_that_is_not_there() -> None:
    with pytest.raises(ModelNotFound, match=r"the reader should be in .*nowhere.*--no-reader"):
        BundledReader(Path("nowhere"))


@pytest.mark.parametrize("file", ["graph.onnx", "model.safetensors"])
def test_a_damaged_file_is_refused(folder: Path, file: str) -> None:
    content = bytearray((folder / file).read_bytes())
    content[len(content) // 2] ^= 1
    replace(folder / file, bytes(content))
    with pytest.raises(ModelUnusable, match=rf"{file} is damaged .*--no-reader"):
        BundledReader(folder)
    (folder / file).unlink()
    with pytest.raises(ModelUnusable, match=rf"{file} cannot be read"):
        BundledReader(folder)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": 2}', b"\xff"])
def test_settings_that_cannot_be_read(folder: Path, content: bytes) -> None:
    replace(folder / "config.json", content)
    with pytest.raises(ModelUnusable, match=r"config\.json (cannot be read|has format)"):
        BundledReader(folder)


def test_another_contextual_model_is_refused(tmp_path: Path) -> None:
    for path in CONTEXTUAL_MODEL.iterdir():
        (tmp_path / path.name).symlink_to(path)
    settings = json.loads((tmp_path / "config.json").read_text("utf-8")) | {"longest": 256}
    replace(tmp_path / "config.json", json.dumps(settings).encode())
    with pytest.raises(ModelUnusable, match=r"config\.json is damaged or another model's"):
        BundledReader(trunk=tmp_path)
