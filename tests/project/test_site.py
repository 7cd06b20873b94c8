"""The documents as a site: it builds without a warning, in both languages, and lists the API."""

import subprocess
import sys
from pathlib import Path

import pytest

import qa
from tests.project.sources import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return folder


@pytest.mark.slow
def test_every_page_is_there_in_both_languages(site: Path) -> None:
    pages = {path.name.removesuffix(".md") for path in (ROOT / "docs").glob("*.md")}
    for page in pages:
        name, _, language = page.partition(".")
        place = site / language if language else site
        folder = place if name == "index" else place / name
        assert (folder / "index.html").is_file(), page
    assert "<html lang=zh" in (site / "zh" / "guide" / "index.html").read_text("utf-8").replace(
        '"', ""
    )


@pytest.mark.slow
def test_the_reference_lists_every_public_name(site: Path) -> None:
    reference = (site / "api" / "index.html").read_text("utf-8")
    assert [name for name in qa.__all__ if f'id="qa.{name}"' not in reference] == []
    assert 'id="qa.Library.ask"' in reference


def test_the_architecture_is_short_enough_to_be_read() -> None:
    assert len((ROOT / "docs" / "architecture.md").read_text("utf-8").split()) <= 2_500
