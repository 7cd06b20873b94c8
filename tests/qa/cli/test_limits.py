"""What one file may ask for: by option, by variable, from Python; said with file and figure."""

import io
import zipfile
from pathlib import Path

import pytest

from corpus import DEFAULT_LIMITS, Limits
from qa import Library, WenjuError
from tests.corpus.pdf_writer import Text, pdf
from tests.qa.commands import parsed, wenju

THREE = "一段。\n\n二段。\n\n三段。\n"
PAGES = pdf([[Text(72, 700, f"Page {number} is here.")] for number in "ABC"])


def epub(content: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("OEBPS/one.xhtml", content)
    return data.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "good.txt").write_text("好。", encoding="utf-8")
    (folder / "three.txt").write_text(THREE, encoding="utf-8")
    (folder / "pages.pdf").write_bytes(PAGES)
    (folder / "bomb.epub").write_bytes(epub("0" * 20_000_000))
    return folder


@pytest.mark.parametrize(
    ("limit", "source", "code", "reason"),
    [
        ("passages=2", "three.txt", "too_many_passages", "more than 2 passages"),
        ("characters=12", "three.txt", "too_long", "14 characters, the limit is 12"),
        ("pages=2", "pages.pdf", "too_many_pages", "3 pages, the limit is 2"),
        ("expanded-bytes=1000", "bomb.epub", "unpacks_too_large", "20,000,000 bytes in 1 files"),
        ("expansion=9", "bomb.epub", "zip_bomb", "the limit is 9: it looks like a zip bomb"),
    ],
)
@pytest.mark.parametrize("by", ["option", "variable"])
def test_a_limit_of_the_user(
    folder: Path,
    small_model: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    source: str,
    code: str,
    reason: str,
    by: str,
) -> None:
    name, _, value = limit.partition("=")
    options = [f"--max-{name}", value] if by == "option" else []
    if by == "variable":
        monkeypatch.setenv(f"WENJU_MAX_{name.upper().replace('-', '_')}", value)
    library = folder.parent / "library"
    arguments: list[str | Path] = ["--library", library, "--model", small_model, *options, "--json"]
    report = parsed(wenju("index", folder, *arguments), code=1)
    failed = {failure["source"]: failure for failure in report["failed"]}
    assert failed[source]["code"] == code
    assert failed[source]["reason"].startswith(f"{source}: ")
    assert reason in failed[source]["reason"]
    assert "good.txt" in report["added"]
    assert source not in report["added"]


def test_bytes_are_counted_before_they_are_read(folder: Path, small_model: Path) -> None:
    limits = Limits(file_bytes=20)
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(1 << 40)  # a terabyte that takes no room
    with Library.open(folder.parent / "library", model=small_model, limits=limits) as library:
        report = library.add(folder)
        assert report.added == ("good.txt",)
        failed = {failure.source: failure for failure in report.failed}
        assert failed["huge.txt"].reason == (
            "huge.txt: the file has 1,099,511,627,776 bytes, the limit is 20; "
            "split it, or raise the limit `file_bytes` (wenju index --max-file-bytes N, or "
            "$WENJU_MAX_FILE_BYTES)"
        )
        assert library.add_bytes("upload.txt", b"x" * 21).failed[0].code == "file_too_large"


def test_an_option_goes_before_a_variable(
    folder: Path, small_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_MAX_PASSAGES", "1")
    library = folder.parent / "library"
    command = ("index", folder / "three.txt", "--library", library, "--model", small_model)
    assert parsed(wenju(*command, "--json"), code=2)["added"] == []
    assert parsed(wenju(*command, "--max-passages", "3", "--json"))["added"] == ["three.txt"]


@pytest.mark.parametrize("value", ["0", "-1", "viel", "1.5", "²"])
def test_a_variable_that_is_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("WENJU_MAX_PAGES", value)
    with pytest.raises(WenjuError, match="must be a whole number above zero: WENJU_MAX_PAGES=500"):
        Library.open(tmp_path / "library")
    assert wenju("index", tmp_path, "--max-pages", "0").returncode == 2


def test_the_defaults_stand_where_nothing_is_set(tmp_path: Path, small_model: Path) -> None:
    with Library.open(tmp_path / "library", model=small_model) as library:
        assert library.limits == DEFAULT_LIMITS
