"""The make commands: what they say, and that the set-up is not done twice."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.project.sources import ROOT


def make(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    program = shutil.which("make")
    if program is None:
        pytest.skip("no make here: apt-get install make")
    # The tests may themselves run under make, which passes options and variables down.
    environment = {name: os.environ[name] for name in ("PATH", "HOME")}
    return subprocess.run(
        [program, *arguments], cwd=cwd, env=environment, capture_output=True, text=True
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the set-up reads, and an environment that it finds complete."""
    for name in ("Makefile", "pyproject.toml", "requirements/constraints.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".installed").touch()
    return tmp_path


def test_help_lists_the_commands() -> None:
    shown = make().stdout
    for command in ("run", "test", "check", "docs", "bench", "help"):
        assert f"  make {command} " in shown


def test_the_set_up_is_done_once(checkout: Path) -> None:
    planned = make("--dry-run", "test", cwd=checkout)
    assert planned.returncode == 0, planned.stderr
    assert planned.stdout.strip() == ".venv/bin/python -m pytest"


@pytest.mark.parametrize("source", ["pyproject.toml", "requirements/constraints.txt"])
def test_the_set_up_is_done_again_when_its_sources_change(checkout: Path, source: str) -> None:
    os.utime(checkout / ".venv" / ".installed", (1, 1))
    os.utime(checkout / "pyproject.toml", (0, 0))
    os.utime(checkout / "requirements" / "constraints.txt", (0, 0))
    assert "pip install" not in make("--dry-run", "test", cwd=checkout).stdout
    os.utime(checkout / source, (2, 2))
    assert "pip install" in make("--dry-run", "test", cwd=checkout).stdout


def test_without_a_python_that_is_new_enough_it_says_so(checkout: Path) -> None:
    shutil.rmtree(checkout / ".venv")
    failed = make("test", "PYTHON=false", cwd=checkout)
    assert failed.returncode != 0
    assert "Wenju needs Python 3.11 or newer, and found none (tried: false)." in failed.stderr
    assert not (checkout / ".venv").exists()
