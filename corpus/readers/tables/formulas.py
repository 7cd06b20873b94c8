"""Formulas of a sheet whose values the file does not hold, as one written by a script.

Sums, means, products and references within the sheet are computed; anything else is not
guessed, and the cell shows its formula.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils.cell import range_boundaries

Place = tuple[int, int]  # row and column

_LONGEST = 1_000  # characters of a formula
_BOUNDS = 4  # of a range: its first column and row, its last ones
_DEEPEST = 50  # formulas that refer to each other
_MOST_CELLS = 1_000_000  # that all formulas of a sheet refer to

_FUNCTIONS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "SUM(": math.fsum,
    "PRODUCT(": math.prod,
    "AVERAGE(": lambda values: math.fsum(values) / len(values),
    "MIN(": min,
    "MAX(": max,
    "COUNT(": len,
}
_OPERATORS: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
}
_ORDER = ("+-", "*/")


class NotComputable(Exception):
    """A formula uses what is not computed here."""


@dataclass(slots=True)
class Formulas:
    """The formulas of a sheet without values, with the numbers that they refer to.

    Attributes:
        numbers: of the sheet.
        sources: the formulas, as ``=SUM(B2:B4)``.
    """

    numbers: dict[Place, float]
    sources: Mapping[Place, str]
    _open: set[Place] = field(default_factory=set)
    _read: int = 0  # number of cells that were referred to

    def value(self, place: Place) -> float | None:
        """Return the value of a formula, or None where it cannot be computed."""
        try:
            return self._number(place)
        except (
            NotComputable,
            ArithmeticError,
            ValueError,
            IndexError,
            TypeError,
            RecursionError,
            TokenizerError,
        ):
            return None

    def _number(self, place: Place) -> float | None:
        """Return the number in a cell; None for a cell without one."""
        if place in self.numbers or place not in self.sources:
            return self.numbers.get(place)
        if place in self._open or len(self._open) >= _DEEPEST:
            raise NotComputable
        source = self.sources[place]
        if len(source) > _LONGEST:
            raise NotComputable
        self._open.add(place)
        try:
            tokens = [each for each in Tokenizer(source).items if each.type != Token.WSPACE]
            value = _Expression(tokens, self._range).value()
        finally:
            self._open.discard(place)
        self.numbers[place] = int(value) if value == int(value) else value
        return self.numbers[place]

    def _range(self, reference: str) -> list[float]:
        """Return the numbers in a range of the sheet."""
        if "!" in reference or "[" in reference:
            raise NotComputable
        bounds = [bound for bound in range_boundaries(reference) if bound is not None]
        if len(bounds) < _BOUNDS:  # whole rows or columns
            raise NotComputable
        first_column, first_row, last_column, last_row = bounds
        self._read += (last_row - first_row + 1) * (last_column - first_column + 1)
        if self._read > _MOST_CELLS:
            raise NotComputable
        found = (
            self._number((row, column))
            for row in range(first_row, last_row + 1)
            for column in range(first_column, last_column + 1)
        )
        return [number for number in found if number is not None]


class _Expression:
    """Computes the tokens of a formula from left to right."""

    def __init__(self, tokens: Sequence[Token], numbers: Callable[[str], list[float]]) -> None:
        self._tokens = list(tokens)
        self._numbers = numbers

    def value(self) -> float:
        """Return the value of all tokens."""
        value = self._operation(0)
        if self._tokens:
            raise NotComputable
        return value

    def _operation(self, order: int) -> float:
        if order == len(_ORDER):
            return self._operand()
        value = self._operation(order + 1)
        while self._tokens and self._tokens[0].value in _ORDER[order]:
            operator = self._tokens.pop(0).value
            value = _OPERATORS[operator](value, self._operation(order + 1))
        return value

    def _operand(self) -> float:
        token = self._tokens.pop(0)
        if token.type == Token.OP_PRE:
            return -self._operand() if token.value == "-" else self._operand()
        if token.type == Token.PAREN:
            value = self._operation(0)
            self._tokens.pop(0)
            return value
        if token.type == Token.FUNC and token.value in _FUNCTIONS:
            return float(_FUNCTIONS[token.value](self._arguments()))
        if token.type == Token.OPERAND and token.subtype == Token.NUMBER:
            return float(token.value)
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            numbers = self._numbers(token.value)
            return numbers[0] if ":" not in token.value else _no_value()
        return _no_value()

    def _arguments(self) -> list[float]:
        values: list[float] = []
        while self._tokens[0].value != ")":
            token = self._tokens[0]
            alone = self._tokens[1].value in (",", ")")
            if token.type == Token.SEP:
                self._tokens.pop(0)
            elif token.subtype == Token.RANGE and alone:
                values += self._numbers(self._tokens.pop(0).value)
            else:
                values.append(self._operation(0))
        self._tokens.pop(0)
        return values


def _no_value() -> float:
    raise NotComputable
