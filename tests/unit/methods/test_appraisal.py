"""Appraisal against oracles of the Green Book and hand arithmetic."""

import csv

import numpy as np
import pytest

from insight import paths
from insight.methods import appraisal as ap


def schedule(name="green_book_2022", kind="standard"):
    with paths.reference("discount_rates.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["schedule"] == name and row["kind"] == kind]
    return [
        ap.Band(
            first=int(row["first_year"]),
            last=int(row["last_year"]) if row["last_year"] else None,
            rate=float(row["rate"]),
        )
        for row in rows
    ]


@pytest.mark.parametrize("name", ["green_book_2022", "green_book_2026"])
@pytest.mark.parametrize(
    ("year", "factor"),
    [(0, 1), (1, 0.9661835749), (5, 0.8419731669), (10, 0.7089188137), (30, 0.3562784106), (31, 0.3459013695)],
)
def test_discount_factors(name, year, factor):
    assert ap.discount_factors(schedule(name), years=31)[year] == pytest.approx(factor, abs=1e-10)
    assert ap.discount_factor(year, edition=name) == pytest.approx(factor, abs=1e-10)


@pytest.mark.parametrize(("years", "value"), [(5, 4.5150523755), (10, 8.3166053226)])
def test_annuities(years, value):
    assert ap.annuity(schedule(), years=years) == pytest.approx(value, abs=1e-10)


def test_the_last_year_of_a_band_is_inside_it_and_gaps_are_refused():
    bands = [ap.Band(first=1, last=2, rate=0.1), ap.Band(first=3, last=None, rate=0.0)]
    assert ap.discount_factors(bands, years=4)[2:] == pytest.approx([1 / 1.21] * 3)
    with pytest.raises(ValueError, match="complete the schedule"):
        ap.discount_factors([ap.Band(first=1, last=2, rate=0.1)], years=3)


def test_present_value_is_linear_and_the_yearly_equivalent_turns_it_back():
    flows = [-100.0, 60.0, 60.0]
    assert ap.present_value(flows, schedule()) == pytest.approx(-100 + 60 / 1.035 + 60 / 1.035**2)
    assert ap.present_value([3 * f for f in flows], schedule()) == pytest.approx(
        3 * ap.present_value(flows, schedule())
    )
    yearly = ap.equivalent_yearly(1000, schedule(), years=10)
    assert ap.present_value([0, *[yearly] * 10], schedule()) == pytest.approx(1000)


def test_price_base_scales_every_value_alike():
    index = {2010: 80.0, 2012: 100.0}
    assert ap.uprate(4, index=index, from_year=2010, to_year=2012) == 5
    with pytest.raises(ValueError, match="2011"):
        ap.uprate(4, index=index, from_year=2011, to_year=2012)


@pytest.mark.parametrize(("mode", "value"), [("subtract", -0.05), ("multiply", 0.085)])
def test_deadweight_mode_decides_and_negative_impact_is_kept(mode, value):
    assert ap.net_impact(0.1, 0.15, mode=mode) == pytest.approx(value)


def test_bias_factors():
    assert ap.combined_bias([0.1, 0.25], combine="compound") == pytest.approx(0.675)
    assert ap.combined_bias([0.1, 0.25], combine="max") == pytest.approx(0.75)
    assert ap.combined_bias([], combine="max") == ap.combined_bias([], combine="compound") == 1


def test_split_is_normalised_by_its_own_sum_and_steps_are_refused():
    domestic = {"nhs": 1171, "cjs": 581, "police": 415, "children": 193, "housing": 110}
    assert sum(ap.agency_shares(domestic, total=2470).values()) == pytest.approx(1, abs=1e-12)
    truancy = {"education": 706, "nhs": 52, "police": 423.5, "social": 327.83}
    assert ap.agency_shares(truancy, total=1509)["education"] == pytest.approx(706 / 1509.33)
    with pytest.raises(ValueError, match=r"895.*1515"):
        ap.agency_shares({"a": 22, "b": 204, "c": 223, "d": 197, "e": 165, "f": 84}, total=1515)
    with pytest.raises(ValueError, match=r"0\.9"):
        ap.agency_shares({"nhs": 0.5, "council": 0.4})


def benefit(**changed):
    given = {
        "name": "b",
        "population": 200.0,
        "impact": 0.1,
        "unit_value": 50.0,
        "price_year": 2012,
        "agencies": {"council": 1.0},
    }
    return ap.Benefit(**given | changed)


def test_chain_counts_the_whole_where_attribution_is_unstated():
    whole = benefit(duration=3, dropoff=0.5, start=1)
    assert whole.yearly() == [0.0, 1000.0, 500.0, 250.0]
    assert whole.is_upper_bound
    half = benefit(attribution=0.5, engagement=0.8)
    assert half.yearly() == [400.0]
    assert not half.is_upper_bound


@pytest.mark.parametrize(
    ("flows", "years"),
    [([-100, 60, 60], 1 + 40 / 60), ([0, 5], 0.0), ([-100, 20, 20], None), ([-100, 100], 1.0)],
)
def test_payback(flows, years):
    assert ap.payback_years(flows) == (None if years is None else pytest.approx(years))


def test_a_negative_budget_impact_is_a_saving_and_ratios_guard_zero_cost():
    assert ap.budget_impact(100, 160) == -60
    assert "negative value is a saving" in ap.NPBI_RULE
    assert ap.ratio(100, 0) is None
    assert ap.ratio(100, 50) == 2


def test_switching_value_or_none():
    assert ap.switching_value(lambda x: 3 * x - 6, low=0, high=10) == pytest.approx(2)
    assert ap.switching_value(lambda x: x + 1, low=0, high=10) is None


def test_benefits_are_not_added_without_a_stated_overlap():
    values = {"a": 100.0, "b": 40.0}
    assert ap.total_without_overlap(values, overlaps=None) is None
    assert ap.total_without_overlap(values, overlaps={"b": {"a": 0.25}}) == 130
    assert ap.total_without_overlap({**values, "c": 1.0}, overlaps={"a": {"b": 0.0}}) is None
    assert ap.total_without_overlap({"a": 100.0}, overlaps=None) == 100


def test_overlaps_of_three_never_take_off_more_than_is_there():
    values = {"a": 100.0, "b": 90.0, "c": 80.0}
    same = {"a": {"b": 1.0, "c": 1.0}, "b": {"c": 1.0}}
    assert ap.total_without_overlap(values, overlaps=same) == 100  # each is a part of the largest
    apart = {"a": {"b": 0.0, "c": 0.0}, "b": {"c": 0.0}}
    assert ap.total_without_overlap(values, overlaps=apart) == 270
    draws = {name: np.array([value, 2 * value]) for name, value in values.items()}
    some = {"a": {"b": 0.5, "c": 0.0}, "b": {"c": 0.0}}
    assert ap.total_without_overlap(draws, overlaps=some).tolist() == [225, 450]


@pytest.mark.parametrize(
    ("overlaps", "said"),
    [
        ({"a": {"z": 0.1}}, "`z` is no benefit"),
        ({"a": {"a": 0.1}}, "beside itself"),
        ({"a": {"b": 1.1}}, "1.1 is no share"),
        ({"a": {"b": 0.1}, "b": {"a": 0.2}}, "stated twice"),
    ],
)
def test_a_matrix_of_overlaps_that_cannot_be_read_is_refused(overlaps, said):
    with pytest.raises(ValueError, match=said):
        ap.check_overlaps(overlaps, known={"a", "b"})
    ap.check_overlaps({"a": {"b": 0.1}, "b": {"a": 0.1}}, known={"a", "b"})


def test_lifetime_of_a_small_yearly_saving_never_reaches_the_printed_range_when_discounted():
    # 700 pounds a year over a life of 85 years stays far below 41,000 once discounted.
    assert 700 * ap.annuity(schedule(), years=85) < 25_000
