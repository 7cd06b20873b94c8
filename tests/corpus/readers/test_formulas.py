"""Formulas on one line."""

import pytest

from corpus.readers.formulas import fraction, lowered, raised, raised_in_text, root, spaced


@pytest.mark.parametrize(
    ("above", "below", "line"),
    [
        ("P", "ρg", "P/(ρg)"),
        ("a+b", "2", "(a+b)/2"),
        ("v²", "2g", "v²/(2g)"),
        ("1", "x_max", "1/x_max"),
        ("(a+b)c", "1.5", "(a+b)c/1.5"),
        ("a", "(b+c)", "a/(b+c)"),
    ],
)
def test_a_fraction_has_the_brackets_that_it_needs(above: str, below: str, line: str) -> None:
    assert fraction(above, below) == line


def test_scripts() -> None:
    assert raised("2") == "²"
    assert raised("-6") == "⁻⁶"
    assert raised("n+1") == "ⁿ⁺¹"
    assert raised("a+b") == "^(a+b)"
    assert lowered("0") == "₀"
    assert lowered("max") == "ₘₐₓ"
    assert lowered("ij") == "_ij"
    assert raised_in_text("st") == "st"
    assert raised_in_text("[3]") == "[3]"


def test_roots_and_signs() -> None:
    assert root("2") == "√2"
    assert root("x+1", "3") == "³√(x+1)"
    assert spaced("H=P/(ρg)+1.2v²") == "H = P/(ρg) + 1.2v²"
    assert spaced("x=-1") == "x = -1"
