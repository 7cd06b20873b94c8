"""The wheel, installed where the checkout cannot be seen, answers a question."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.project.sources import PACKAGES, ROOT

NOT_OURS_TO_PACK = (".venv", ".git", "build", "dist", "*.egg-info", "__pycache__", "*cache")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the ``source`` of a wheel and an ``environment`` that it is installed into.

    The third-party packages are those of the running environment, by a path of
    its own: nothing is downloaded, and the editable project there, which hangs
    on a ``.pth`` file, is not found through a plain path.
    """
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"  # a copy, since setuptools leaves its traces where it builds
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*NOT_OURS_TO_PACK))
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir"]
    subprocess.run([*build, folder, source], check=True, capture_output=True)
    (wheel,) = folder.glob("wenju-*.whl")

    environment = folder / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    (site_packages(folder) / "dependencies.pth").write_text(
        sysconfig.get_path("purelib") + "\n", "utf-8"
    )
    python = str(environment / "bin" / "python")
    # --ignore-installed: the editable project of the running environment stays as it is.
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--ignore-installed", wheel], check=True, capture_output=True)
    return folder


def site_packages(folder: Path) -> Path:
    return next(folder.glob("environment/lib/python*/site-packages"))


def run(command: list[str | Path], cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


@pytest.mark.slow
def test_the_packages_come_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = f"import {', '.join(PACKAGES)}; print({', '.join(f'{p}.__file__' for p in PACKAGES)})"
    done = run([installed / "environment/bin/python", "-c", code], tmp_path)
    assert done.returncode == 0, done.stderr
    places = [Path(place) for place in done.stdout.split()]
    assert all(place.is_relative_to(installed / "environment") for place in places), places


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_product(installed: Path) -> None:
    """Data files are easily forgotten in a wheel, and missed only by whoever installs it."""
    source = installed / "source"
    files = [p.relative_to(source) for name in PACKAGES for p in (source / name).rglob("*.*")]
    product = {p for p in files if not p.is_relative_to("embeddings/training")}
    assert {p for p in product if not (site_packages(installed) / p).exists()} == set()


@pytest.mark.slow
def test_the_installed_command_answers_with_a_verbatim_citation(
    installed: Path, tmp_path: Path
) -> None:
    wenju = installed / "environment" / "bin" / "wenju"
    done = run([wenju, "ask", "年假有几天", "--json"], tmp_path)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["answered"]
    citation = answer["citations"][0]
    shown = run([wenju, "show", citation["document_id"], "--json"], tmp_path)
    assert shown.returncode == 0, shown.stderr
    text = json.loads(shown.stdout)["text"]
    assert "".join(text[start:end] for start, end in citation["spans"]) == citation["quote"]
    assert citation["quote"] in answer["text"]
    assert list(tmp_path.iterdir()) == []  # a question leaves nothing where it is asked
