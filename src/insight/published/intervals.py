"""Interval arithmetic on printed numbers, and the rules that give a printed number its interval.

Rules (our choice, printed in the notebooks), with u the place of the last significant printed digit:
exact [v, v]; rounded [v-u/2, v+u/2]; below ("nearly") [v-u/2, v]; above ("over") [v, v+u]; open ("at least") [v, inf);
within ("among the v per cent") [0, v].
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from insight.errors import PublishedError

SLACK = 1e-9
ROUNDINGS = ("exact", "rounded", "below", "above", "open", "within", "definition", "text")


@dataclass(frozen=True)
class Interval:
    """A closed interval; ``upper`` may be infinite."""

    lower: float
    upper: float

    def holds(self, value: float) -> bool:
        """Whether a value lies inside, with slack for floating point."""
        slack = SLACK * max(1.0, abs(value))
        return self.lower - slack <= value <= self.upper + slack

    def meets(self, other: Interval) -> bool:
        """Whether two intervals share a point."""
        slack = SLACK * max(1.0, abs(self.lower), abs(other.lower))
        return self.lower <= other.upper + slack and other.lower <= self.upper + slack

    def _with(self, other: Interval, work: Callable[[float, float], float]) -> Interval:
        corners = [work(a, b) for a in (self.lower, self.upper) for b in (other.lower, other.upper)]
        known = [0.0 if math.isnan(corner) else corner for corner in corners]
        return Interval(min(known), max(known))

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.lower + other.lower, self.upper + other.upper)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.lower - other.upper, self.upper - other.lower)

    def __mul__(self, other: Interval) -> Interval:
        return self._with(other, operator.mul)

    def __truediv__(self, other: Interval) -> Interval:
        if other.lower <= 0 <= other.upper:
            raise PublishedError(
                "a formula divides by an interval that holds 0. Fix: correct the formula in the ledger"
            )
        return self._with(other, operator.truediv)


def last_place(printed: str) -> float:
    """Return u, the place of the last significant printed digit: 53000 gives 1000, 7.3 gives 0.1, 36 gives 1."""
    number = Decimal(printed.replace(",", ""))
    if number == 0:
        return float(Decimal(1).scaleb(int(number.as_tuple().exponent)))
    digits, exponent = number.as_tuple().digits, int(number.as_tuple().exponent)
    if exponent == 0:
        exponent += len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return float(Decimal(1).scaleb(exponent))


def of_printed(printed: str, rounding: str) -> Interval:
    """Return the interval of a printed number under its rounding rule.

    Raises:
        PublishedError: unknown rule.
    """
    value, place = float(printed.replace(",", "")), last_place(printed)
    intervals = {
        "exact": Interval(value, value),
        "rounded": Interval(value - place / 2, value + place / 2),
        "below": Interval(value - place / 2, value),
        "above": Interval(value, value + place),
        "open": Interval(value, math.inf),
        "within": Interval(min(0.0, value), value),
        "definition": Interval(value, value),
    }
    if rounding not in intervals:
        raise PublishedError(f"rounding rule `{rounding}` is unknown. Fix: use one of {', '.join(intervals)}")
    return intervals[rounding]


_WORK: dict[type[ast.operator], Callable[[Interval, Interval], Interval]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluate(formula: str, operands: Mapping[str, Interval]) -> Interval:
    """Evaluate a declared formula (names with dots, numbers, + - * / and brackets) on intervals.

    Raises:
        PublishedError: a name without operand, or anything else than arithmetic.
    """

    def name_of(node: ast.expr) -> str:
        if isinstance(node, ast.Attribute):
            return f"{name_of(node.value)}.{node.attr}"
        if isinstance(node, ast.Name):
            return node.id
        raise PublishedError(f"formula `{formula}`: only ids, numbers and + - * / may stand in it. Fix: rewrite it")

    def work(node: ast.expr) -> Interval:
        if isinstance(node, ast.BinOp) and type(node.op) in _WORK:
            return _WORK[type(node.op)](work(node.left), work(node.right))
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return Interval(node.value, node.value)
        name = name_of(node)
        if name not in operands:
            raise PublishedError(f"formula `{formula}`: no figure `{name}`. Fix: correct the id in the ledger")
        return operands[name]

    return work(ast.parse(formula, mode="eval").body)


def names_in(formula: str) -> list[str]:
    """Return the ids that a formula uses, in order of appearance."""
    tree = ast.parse(formula, mode="eval")
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    outer = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner]
    found = [ast.unparse(node) for node in outer]
    return list(dict.fromkeys(found))
