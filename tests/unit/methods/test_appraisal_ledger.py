"""The ledger of an appraisal: what it must hold whatever is put in, and hand arithmetic."""

import dataclasses

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight.methods import appraisal as ap

BIAS = {1: 0.0, 2: 0.05, 3: 0.1, 4: 0.15, 5: 0.25, 6: 0.4}
INDEX = {2010: 80.0, 2011: 90.0, 2012: 100.0}
KINDS = st.sampled_from(["fiscal", "economic", "social"])
SHARE = st.floats(0, 1)
MONEY = st.floats(0, 1e6)


@st.composite
def splits(draw):
    parts = draw(st.lists(st.integers(1, 50), min_size=1, max_size=4))
    return {f"agency {place}": part / sum(parts) for place, part in enumerate(parts)}


@st.composite
def benefits(draw):
    agencies = draw(splits())
    words = st.sampled_from(["cashable", "cost_avoidance", "non_fiscal", None])
    return ap.Benefit(
        name="benefit",
        population=draw(st.floats(0, 5000)),
        engagement=draw(SHARE),
        impact=draw(SHARE),
        deadweight=draw(SHARE),
        deadweight_mode=draw(st.sampled_from(["subtract", "multiply"])),
        attribution=draw(st.none() | SHARE),
        unit_value=draw(st.floats(0, 5000)),
        price_year=draw(st.sampled_from([2010, 2011, 2012])),
        kind=draw(KINDS),
        agencies=agencies,
        cashability={name: draw(words) for name in agencies},
        grades=tuple(draw(st.lists(st.integers(1, 6), max_size=3))),
        start=draw(st.integers(0, 3)),
        duration=draw(st.integers(1, 6)),
        dropoff=draw(SHARE),
    )


@st.composite
def costs(draw):
    return ap.Cost(
        name="cost",
        agency="agency 0",
        amounts_gbp=tuple(draw(st.lists(MONEY, min_size=1, max_size=4))),
        price_year=draw(st.sampled_from([2010, 2011, 2012])),
        kind=draw(KINDS),
        grade=draw(st.none() | st.integers(1, 6)),
    )


def ledger(cost, benefit, horizon=8, **more):
    return ap.appraise([cost], [benefit], horizon, base_year=2012, **{"index": INDEX, **more})


def near(value):
    return pytest.approx(value, rel=1e-9, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(costs(), benefits())
def test_parts_of_agencies_add_to_the_whole_and_measures_are_sums(cost, benefit):
    rows = ledger(cost, benefit)
    found, agencies = ap.measures(rows), ap.by_agency(rows)
    assert agencies["cost_gbp"].sum() == near(found.fiscal_cost_gbp)
    assert agencies["benefit_gbp"].sum() == near(found.fiscal_benefit_gbp)
    assert agencies["cashable_gbp"].sum() == near(found.cashable_benefit_gbp)
    assert -agencies["net_gbp"].sum() == near(found.net_present_budget_impact_gbp)
    whole = ledger(cost, dataclasses.replace(benefit, agencies={"one": 1.0}, cashability={}))
    assert ap.measures(whole).benefit_gbp == near(found.benefit_gbp)


@settings(max_examples=40, deadline=None)
@given(costs(), benefits(), st.floats(0.1, 10))
def test_net_value_is_linear_in_unit_value(cost, benefit, times):
    one = ap.measures(ledger(cost, benefit))
    more = ap.measures(ledger(cost, dataclasses.replace(benefit, unit_value=benefit.unit_value * times)))
    assert more.benefit_gbp == near(one.benefit_gbp * times)
    assert more.cost_gbp == one.cost_gbp


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), st.floats(-10, 10), st.floats(-1e5, 1e5))
def test_discounting_is_linear(flows, times, more):
    bands = ap.schedule_bands()
    alone = ap.present_value(flows, bands)
    moved = ap.present_value([times * flow + more for flow in flows], bands)
    assert moved == pytest.approx(times * alone + ap.present_value([more] * len(flows), bands), rel=1e-9, abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(costs(), benefits(), st.sampled_from(["compound", "max"]), st.floats(0, 1))
def test_more_bias_never_raises_value(cost, benefit, combine, more):
    if benefit.net_impact < 0:  # a loss shrinks towards nothing: bias is for gains
        return
    worse = {grade: value + (1 - value) * more for grade, value in BIAS.items()}
    off, some, most = (ap.measures(ledger(cost, benefit, bias=table, combine=combine)) for table in (None, BIAS, worse))
    assert off.net_present_public_value_gbp >= some.net_present_public_value_gbp - 1e-6
    assert some.net_present_public_value_gbp >= most.net_present_public_value_gbp - 1e-6


@settings(max_examples=40, deadline=None)
@given(costs(), benefits())
def test_compounding_never_corrects_less_than_the_worst_grade(cost, benefit):
    both, worst = (ap.measures(ledger(cost, benefit, bias=BIAS, combine=rule)) for rule in ("compound", "max"))
    assert abs(both.benefit_gbp) <= abs(worst.benefit_gbp) + 1e-6


@settings(max_examples=30, deadline=None)
@given(costs(), benefits())
def test_a_change_of_price_base_scales_every_value_alike(cost, benefit):
    late = ledger(cost, benefit)["present_gbp"]
    early = ap.appraise([cost], [benefit], 8, base_year=2010, index=INDEX)["present_gbp"]
    pd.testing.assert_series_equal(early * 100 / 80, late, rtol=1e-9)


def cost(**changed):
    given_ = {"name": "c", "agency": "council", "amounts_gbp": (100.0,), "price_year": 2012}
    return ap.Cost(**given_ | changed)


def benefit(**changed):
    given_ = {
        "name": "b",
        "population": 10.0,
        "impact": 1.0,
        "unit_value": 6.0,
        "price_year": 2012,
        "agencies": {"nhs": 0.5, "council": 0.5},
        "cashability": {"nhs": "cashable"},
        "attribution": 1.0,
        "start": 1,
        "duration": 2,
    }
    return ap.Benefit(**given_ | changed)


def test_measures_by_hand():
    found = ap.measures(ap.appraise([cost()], [benefit()], 2))
    fiscal = 60 / 1.035 + 60 / 1.035**2
    assert found.net_present_budget_impact_gbp == pytest.approx(100 - fiscal)
    assert found.net_present_budget_impact_gbp < 0  # a saving
    assert found.financial_return == pytest.approx(fiscal / 100)
    assert found.cashable_return == pytest.approx(fiscal / 200)
    assert found.payback_years == pytest.approx(1 + 40 / 60)
    assert found.payback_discounted_years == pytest.approx(1 + (100 - 60 / 1.035) / (60 / 1.035**2))
    assert not found.is_upper_bound


def test_social_value_counts_for_the_public_and_not_for_budgets():
    found = ap.measures(ap.appraise([cost()], [benefit(kind="social")], 2))
    assert found.fiscal_benefit_gbp == 0
    assert found.financial_return == 0
    assert found.payback_years is None
    assert found.public_value_return > 1


def test_without_cost_there_is_no_ratio_and_what_nobody_assessed_is_not_cashable():
    found = ap.measures(ap.appraise([], [benefit(cashability={}, attribution=None)], 2))
    assert found.financial_return is None
    assert found.public_value_return is None
    assert found.cashable_benefit_gbp == 0
    assert found.is_upper_bound


def test_bias_is_off_unless_asked_for_and_raises_costs_by_their_grade():
    graded = benefit(grades=(2, 4))
    assert ap.appraise([cost(grade=6)], [graded], 2)["amount_gbp"].sum() == pytest.approx(100 + 120)
    rows = ap.appraise([cost(grade=6)], [graded], 2, bias=BIAS)
    assert rows.groupby("side")["amount_gbp"].sum().to_dict() == pytest.approx(
        {"cost": 140.0, "benefit": 120 * 0.95 * 0.85}
    )


def test_what_lies_past_the_horizon_is_not_counted():
    assert ap.appraise([], [benefit(duration=30)], 5)["year"].max() == 5


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: benefit(attribution=1.2), "attribution 1.2 is no share"),
        (lambda: benefit(kind="fiscl"), "fiscal, economic, social"),
        (lambda: benefit(cashability={"nhs": "maybe"}), "cashability of nhs"),
        (lambda: benefit(agencies={"nhs": 0.5}), r"adds to 0\.5"),
        (lambda: benefit(start=-1), "start of 0"),
        (lambda: cost(amounts_gbp=(-1.0,)), "a saving is a benefit"),
        (lambda: ap.appraise([], [], -1), "horizon -1"),
        (lambda: ap.appraise([cost()], [benefit(name="c")], 2), "one name"),
        (lambda: ap.appraise([cost(price_year=2011)], [benefit()], 2), "price index"),
        (lambda: ap.appraise([cost()], [benefit()], 2, edition="green_book_1997"), "no discount rates"),
        (lambda: ap.discount_factor(-1), "before the start"),
    ],
)
def test_what_cannot_be_is_refused_with_the_fix(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_health_schedule_and_financial_years():
    assert ap.discount_factor(1, schedule="health") == pytest.approx(1 / 1.015)
    assert ap.financial_year_index(INDEX) == {2010: 82.5, 2011: 92.5}
