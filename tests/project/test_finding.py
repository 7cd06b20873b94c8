"""The answers of ``docs/contributing.md`` name files and names that exist."""

import ast
import re

import pytest

from tests.project.sources import ROOT

PAGE = (ROOT / "docs" / "contributing.md").read_text("utf-8")
ROWS = [line for line in PAGE.partition("## Ten questions")[2].splitlines() if "`" in line]
# A file, and the names that follow it up to the next file.
FILE_AND_NAMES = re.compile(r"`(?P<file>[\w/]+/\w+\.\w+)`(?P<names>[^;]*)")


def names_in(source: str) -> set[str]:
    """Return the classes, functions, methods (``Class.method``) and strings of a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            methods = (inner for inner in node.body if isinstance(inner, ast.FunctionDef))
            found.update(f"{node.name}.{method.name}" for method in methods)
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


def test_there_are_ten_questions() -> None:
    assert len(ROWS) == 10


@pytest.mark.parametrize("row", ROWS)
def test_each_file_and_name_exists(row: str) -> None:
    answers = list(FILE_AND_NAMES.finditer(row))
    assert answers
    for answer in answers:
        source = (ROOT / answer["file"]).read_text("utf-8")
        names = re.findall(r"`([^`]+)`", answer["names"])
        if names:
            assert [name for name in names if name not in names_in(source)] == []
