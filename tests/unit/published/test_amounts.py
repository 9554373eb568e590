"""Amounts in readers' words."""

import pytest

from insight.published import ledger
from insight.published.amounts import APART, UNITS, amount, unit_name


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("240000", "gbp", "£240,000"),
        (234500.0, "gbp", "£234,500"),
        (54000.04, "gbp", "£54,000"),
        ("7.3", "percent", "7.3 %"),
        ("80.0", "percent", "80.0 %"),
        (4.504090, "percent", "4.50409 %"),
        ("2010", "year", "2010"),
        ("219800", "count", "219,800"),
        (493.151, "", "493.151"),
        ("0-4", "years_range", "0-4 years"),
        ("A4", "paper_size", "A4"),
        (2, "rank", "rank 2"),
        (None, "gbp", "-"),
    ],
)
def test_an_amount_reads_with_its_unit(value, unit, shown):
    assert amount(value, unit=unit) == shown


@pytest.mark.parametrize(
    ("unit", "shown"), [("gbp_per_year", "£ a year"), ("percent", "%"), ("level_list", "level list")]
)
def test_a_unit_has_a_name(unit, shown):
    assert unit_name(unit) == shown


def test_no_unit_of_the_ledger_shows_its_code():
    book = ledger.load("oldham")
    assert all("_" not in unit_name(one.unit) and "_" not in one.place for one in book)
    assert not set(UNITS) & APART
