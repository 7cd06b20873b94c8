"""Encoders, rerankers, readers and backends given as objects."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus import Block, Extraction, Limits, Span
from embeddings.protocols import FloatArray
from qa import Backend, Encoder, FileReader, Library, ModelMismatch, Reranker, WenjuError
from qa.storage.local.backend import LocalBackend

LEAVE = "工作满一年的员工每年有五天带薪年假。"
OVERTIME = "加班须事先经部门主管同意。"


class Characters:
    """An encoder without token vectors: counts characters."""

    dimension = 16

    def __init__(self, fingerprint: str = "0123456789abcdef", scale: float = 1.0) -> None:
        self.name = "characters"
        self.fingerprint = fingerprint
        self._scale = scale

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        vectors = np.full((len(texts), self.dimension), 0.1, dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for character in text:
                vector[hashlib.sha256(character.encode()).digest()[0] % self.dimension] += 1
        unit: FloatArray = self._scale * vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


class Reversing:
    """A reranker that prefers what names overtime."""

    name = "reversing"

    def scores(self, query: str, texts: Sequence[str]) -> FloatArray:
        assert query
        return np.array([float("加班" in text) for text in texts], dtype=np.float32)


class Failing(Reversing):
    def scores(self, query: str, texts: Sequence[str]) -> FloatArray:
        raise KeyError(query, len(texts))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "leave.txt").write_text(LEAVE, "utf-8")
    (folder / "overtime.txt").write_text(OVERTIME, "utf-8")
    return folder


def test_the_objects_are_what_the_protocols_ask_for(tmp_path: Path) -> None:
    encoder: Encoder = Characters()
    reranker: Reranker = Reversing()
    reader: FileReader = read_notes
    backend: Backend = LocalBackend(tmp_path)
    assert (encoder.name, reranker.name, callable(reader)) == ("characters", "reversing", True)
    assert backend.location == str(tmp_path)


def test_a_library_of_an_object_needs_the_object(tmp_path: Path, files: Path) -> None:
    path = tmp_path / "library"
    with Library.open(path, model=Characters()) as library:
        library.add(files)
        first = library.search("年假有几天")
        assert first[0].source == "leave.txt"
        assert first[0].highlights  # the bundled model marks them
        assert library.model_name == "characters"
        assert library.ask("年假有几天").hits == library.ask("年假有几天").hits
    with Library.open(path, model=Characters()) as again:
        assert again.search("年假有几天") == first
        copied = tmp_path / "copy"
        copied.mkdir()
        with again.copy(copied) as copy:
            assert copy.search("年假有几天") == first
    with pytest.raises(ModelMismatch, match=r"Library.reindex\(.*, encoder\)"):
        Library.open(path, model=Characters("f" * 16))
    with pytest.raises(ModelMismatch, match="wenju reindex --model bundled"):
        Library.open(path, model="bundled")
    with Library.open(path) as listed:  # what needs no model works without it
        assert len(listed.documents()) == 2
        with pytest.raises(WenjuError, match=r"named 'characters'.*model=encoder") as refused:
            listed.search("年假有几天")
    assert refused.value.code == "model_not_found"


def test_reindexing_does_not_need_the_object_that_was_used(tmp_path: Path, files: Path) -> None:
    path = tmp_path / "library"
    with Library.open(path, model=Characters()) as library:
        library.add(files)
    Library.reindex(path, "bundled").close()
    with Library.open(path) as library:
        assert library.model_name == "bundled"
        assert library.verify().problems == ()
    with Library.reindex(path, Characters()) as changed:
        assert changed.search("年假有几天")[0].source == "leave.txt"


@pytest.mark.parametrize(
    ("encoder", "said"),
    [
        (Characters(scale=2.0), "not of length 1"),
        (type("Long", (Characters,), {"encode_passages": lambda *_: np.zeros((1, 3))})(), "shape"),
        (type("Down", (Characters,), {"encode_passages": lambda *_: 1 / 0})(), "ZeroDivision"),
    ],
)
def test_vectors_are_checked(encoder: Characters, said: str, tmp_path: Path, files: Path) -> None:
    with Library.open(tmp_path / "library", model=encoder) as library:
        with pytest.raises(WenjuError, match=said) as refused:
            library.add(files)
        assert refused.value.code == "model_unusable"
        assert len(library.documents()) == 2  # words and the bundled model answer all the same
        assert library.search("年假")[0].source == "leave.txt"


def test_what_is_no_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WenjuError) as refused:
        Library.open(tmp_path / "library", model=object())  # type: ignore[arg-type]
    assert refused.value.code == "bad_argument"
    assert not (tmp_path / "library").exists()


def test_a_reranker_as_an_object(tmp_path: Path, files: Path) -> None:
    path = tmp_path / "library"
    with Library.open(path, reranker=Reversing()) as library:
        library.add(files)
        assert [hit.source for hit in library.search("年假")] == ["overtime.txt", "leave.txt"]
    with (
        Library.open(path, reranker=Failing()) as library,
        pytest.raises(WenjuError, match="'reversing' failed"),
    ):
        library.search("年假")


def test_a_backend_as_an_object(tmp_path: Path, files: Path) -> None:
    with Library.open(LocalBackend(tmp_path / "library"), model="bundled") as library:
        library.add(files)
    with Library.open(tmp_path / "library") as library:
        assert len(library.documents()) == 2


def read_notes(data: bytes, limits: Limits) -> Extraction:
    text = data.decode()
    assert limits.characters
    return Extraction(text, (Block((Span(0, len(text)),)),))


def read_beyond(data: bytes, _: Limits) -> Extraction:
    return Extraction("年假", (Block((Span(0, len(data)),)),))


def test_a_reader_as_an_object(tmp_path: Path) -> None:
    notes = {"a.note": LEAVE, "b.note": OVERTIME, "c.other": OVERTIME, "d.beyond": OVERTIME}
    for name, text in notes.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "b.note").write_bytes(b"\xff")
    readers: dict[str, FileReader] = {".note": read_notes, ".beyond": read_beyond}
    with Library.open(tmp_path / "library", readers=readers) as library:
        report = library.add(*(tmp_path / name for name in notes))
        assert report.added == ("a.note",)
        failed = {failure.source: failure.code for failure in report.failed}
        assert failed == {
            "b.note": "reader_failed",
            "c.other": "unsupported_format",
            "d.beyond": "reader_failed",
        }
        assert library.add_bytes("x/e.note", LEAVE.encode()).added == ("e.note",)


@pytest.mark.parametrize("suffix", ["log", ".LOG", "", ".tar.gz"])
def test_what_is_no_suffix_is_refused(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(WenjuError, match="not a suffix in lower case"):
        Library.open(tmp_path / "library", readers={suffix: read_notes})
