"""Interval rules of printed numbers."""

import math

import pytest

from insight.errors import PublishedError
from insight.published.intervals import Interval, evaluate, last_place, names_in, of_printed


@pytest.mark.parametrize(
    ("printed", "place"),
    [("53000", 1000), ("240000", 10000), ("7.3", 0.1), ("36", 1), ("9.2", 0.1), ("0", 1), ("700", 100)],
)
def test_last_significant_place(printed, place):
    assert last_place(printed) == pytest.approx(place)


@pytest.mark.parametrize(
    ("printed", "rounding", "lower", "upper"),
    [
        ("65764", "exact", 65764, 65764),
        ("4.5", "rounded", 4.45, 4.55),
        ("53000", "rounded", 52500, 53500),
        ("240000", "below", 235000, 240000),
        ("700", "above", 700, 800),
        ("1500", "open", 1500, math.inf),
    ],
)
def test_rounding_rules(printed, rounding, lower, upper):
    interval = of_printed(printed, rounding)
    assert interval.lower == pytest.approx(lower)
    assert interval.upper == pytest.approx(upper)


def test_float_noise_does_not_break_a_printed_gap():
    assert of_printed("6.7", "rounded").holds(78.3 - 71.6)


def test_formula_on_intervals():
    operands = {"a.b": Interval(1, 2), "c": Interval(3, 4)}
    assert evaluate("2*(c - a.b)/c", operands) == Interval(2 * 1 / 4, 2 * 3 / 3)


@pytest.mark.parametrize("formula", ["__import__('os')", "a**2", "a.b + 1", "max(a)"])
def test_only_arithmetic_on_known_ids_is_evaluated(formula):
    with pytest.raises(PublishedError, match="Fix:"):
        evaluate(formula, {"a": Interval(1, 1)})


def test_division_by_an_interval_that_holds_zero_is_refused():
    with pytest.raises(PublishedError, match="divides"):
        evaluate("a/b", {"a": Interval(1, 1), "b": Interval(-1, 1)})


def test_names_in_order_and_once():
    assert names_in("x.y + 2*(z - x.y)") == ["x.y", "z"]
