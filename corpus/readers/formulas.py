"""Formulas on one line, so that they say the same: ``P/(ρg) + 1.2v²``.

Word and web pages keep a formula as a tree of fractions, roots and scripts. Their readers walk
it and build the line with these functions.
"""

import re

_RAISED = dict(zip("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_LOWERED = dict(zip("0123456789+-−=()aeoxhklmnpst", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜ", strict=True))
_MARKS = "".join({*_RAISED.values(), *_LOWERED.values()})
_NUMBER = r"\d+(?:[.,]\d+)?"
# A number or a letter, with its scripts: what needs no brackets anywhere.
_SIMPLE = re.compile(rf"(?:{_NUMBER}|[^\W\d_])[{_MARKS}]*(?:[_^](?:\w+|\([^()]*\)))*")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\w+\([^()]*\)")
_SUM = re.compile(r"[-+−±=<>≤≥≈,，;；\s]")
_OPERATORS = re.compile(r"\s*([=≈≠≤≥<>±×·÷→]|(?<=[\w)\]⁰-₟²³¹])[-+−](?=\s*[\w(\[√∑∫]))\s*")
_PLAIN_SCRIPT = re.compile(r"[-+−]?\d+|n")


def raised(text: str) -> str:
    """Return an exponent as it is written after its base: ``²``, ``^(n+1)``."""
    return _script(text, _RAISED, "^")


def lowered(text: str) -> str:
    """Return an index as it is written after its base: ``₁``, ``_max``."""
    return _script(text, _LOWERED, "_")


def raised_in_text(text: str) -> str:
    """Return a superscript of running text: a number as an exponent, anything else as it is."""
    return raised(text) if _PLAIN_SCRIPT.fullmatch(text) else text


def lowered_in_text(text: str) -> str:
    """Return a subscript of running text: a number as an index, anything else as it is."""
    return lowered(text) if _PLAIN_SCRIPT.fullmatch(text) else text


def fraction(numerator: str, denominator: str) -> str:
    """Return a fraction: ``(a + b)/2``, ``P/(ρg)``."""
    above = f"({numerator})" if _SUM.search(_outside_brackets(numerator)) else numerator
    return f"{above}/{_in_brackets(denominator)}"


def root(radicand: str, degree: str = "") -> str:
    """Return a root: ``√2``, ``³√(x + 1)``."""
    return f"{raised(degree) if degree else ''}√{_in_brackets(radicand)}"


def with_limits(sign: str, below: str, above: str) -> str:
    """Return a sum, an integral and the like with its limits: ``∑(i=1..n)``."""
    limits = "..".join(filter(None, (below, above)))
    return f"{sign}({limits})" if limits else sign


def spaced(formula: str) -> str:
    """Return a formula with a space on either side of its signs."""
    return re.sub(r" {2,}", " ", _OPERATORS.sub(r" \1 ", formula)).strip()


def _script(text: str, marks: dict[str, str], sign: str) -> str:
    text = text.strip()
    if text and all(mark in marks for mark in text):
        return "".join(marks[mark] for mark in text)
    return f"{sign}{text if text.isalnum() else f'({text})'}" if text else ""


def _in_brackets(text: str) -> str:
    """Return a text in brackets, unless it is one number or letter, or has brackets already."""
    plain = _SIMPLE.fullmatch(text) or _BRACKETED.fullmatch(text)
    return text if plain else f"({text})"


def _outside_brackets(text: str) -> str:
    """Return a text without what is in brackets."""
    shorter = re.sub(r"\([^()]*\)", "", text)
    return shorter if shorter == text else _outside_brackets(shorter)
