"""The rooms: who may import whom, and how long a file may be."""

import ast
from pathlib import Path

import pytest

from tests.project.sources import PACKAGES, ROOT, imports_of, package_modules

MAY_IMPORT = {
    "app": {"qa"},
    "qa": {"qa", "corpus", "embeddings"},
    "corpus": {"corpus"},
    "embeddings": {"embeddings"},
}
LONGEST_MODULE = 260  # lines: a longer file does more than the one job its name tells


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_point_one_way(room: str) -> None:
    modules = [path for path in package_modules() if room_of(path) == room]
    assert modules
    ours = {"app", *PACKAGES}
    broken = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules
        for name in imports_of(path)
        if name.split(".")[0] in ours - MAY_IMPORT[room]
    ]
    assert broken == []


def test_the_product_does_not_import_the_training_recipe() -> None:
    recipe = ROOT / "embeddings" / "training"
    broken = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in package_modules()
        if not path.is_relative_to(recipe)
        for name in imports_of(path)
        if name.startswith("embeddings.training")
    ]
    assert broken == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in package_modules()
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_no_module_is_too_long() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in package_modules()
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == {}
