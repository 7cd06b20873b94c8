"""The project's own source files, and what they import."""

import ast
import functools
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("corpus", "embeddings", "qa")


def package_modules() -> list[Path]:
    """Every module of the product, the recipe of the bundled model included."""
    inside = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    hidden = [path for path in inside if "/." in path.relative_to(ROOT).as_posix()]  # caches
    return sorted({ROOT / "app.py", *inside} - {*hidden})


def imports_of(path: Path) -> Iterator[str]:
    """Dotted names of the modules that ``path`` imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # "from embeddings import training" names a module on both sides of "import".
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_name(path: Path) -> str:
    """The dotted name of a module of the product; a package's own is the package's."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported_modules(path: Path) -> set[str]:
    """The modules that ``path`` imports, anywhere in it: each name cut down to its module."""
    found = set()
    for name in imports_of(path):
        parts = name.split(".")
        while len(parts) > 1 and not (_is_module(parts) or parts[0] not in PACKAGES):
            parts.pop()
        found.add(".".join(parts))
    return found


def _is_module(parts: list[str]) -> bool:
    place = ROOT.joinpath(*parts)
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


@functools.cache
def project() -> dict[str, Any]:
    """The ``[project]`` table of ``pyproject.toml``."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return table
