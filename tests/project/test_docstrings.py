"""Docstrings of functions are imperative: "Return whether …", never "Whether …"."""

import ast
import re

from tests.project.sources import ROOT, package_modules

QUESTION = re.compile(r"(What|Whether|Who|How|Which|That)\b")


def is_property(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    names = {ast.unparse(decorator).rpartition(".")[2] for decorator in function.decorator_list}
    return not names.isdisjoint({"property", "cached_property"})


def begins_as_a_question(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    found = QUESTION.match(ast.get_docstring(function) or "")
    return found is not None and not (is_property(function) and found[1] == "Whether")


def test_docstrings_of_functions_do_not_begin_as_questions() -> None:
    broken = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in package_modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and begins_as_a_question(node)
    ]
    assert broken == []
