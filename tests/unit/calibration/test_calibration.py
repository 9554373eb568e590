"""Severity: stored rates follow from stored outcomes, ten seeds come out the same again, false alarms are rare."""

import numpy as np
import pandas as pd
import pytest

from insight.calibration.__main__ import check, main, spread
from insight.calibration.plan import FIRST_SEED, PLANNED, SEEDS, Plan, Variant, plan_of
from insight.calibration.running import run, seen_in_most, summary
from insight.methods.estimate import Estimate
from insight.methods.intervals import clopper_pearson
from insight.published import severity
from insight.published.findings import load_claims

CLAIMS = load_claims("oldham")
ERROR = 0.05


@pytest.mark.parametrize("stage", PLANNED)
def test_ten_seeds_come_out_as_stored(stage):
    assert check(plan_of(stage), count=10) == []


@pytest.mark.parametrize("stage", PLANNED)
def test_rates_follow_from_the_stored_outcomes_of_the_fixed_seeds(stage):
    rows, rates, plan = severity.seeds(stage), severity.rates(stage), plan_of(stage)
    for variant in plan.variants:
        own = rows[rows["variant"] == variant.name]
        assert own["seed"].tolist() == list(range(FIRST_SEED, FIRST_SEED + SEEDS)), variant.name
        for name, effect in variant.effects.items():
            line = rates[(rates["finding"] == name) & (rates["variant"] == variant.name)].iloc[0]
            tested = int((own[name] != "").sum())
            supported = int((own[name] == "s").sum())
            band = clopper_pearson(supported, tested)
            assert (line["worlds"], line["supported"], line["effect"]) == (tested, supported, effect)
            assert (line["lower"], line["upper"]) == pytest.approx((band.lower, band.upper), abs=1e-4)
            assert str(line["is_true"]).lower() == str(variant.is_true).lower()


@pytest.mark.parametrize("stage", PLANNED)
def test_false_alarms_stay_within_the_error_that_the_rules_claim(stage):
    """Each rule allows one error in twenty; at the margin of sameness that is the worst case, not the typical one."""
    rates = severity.rates(stage)
    false = rates[rates["is_true"].astype(str).str.lower() == "false"]
    assert len(false)
    assert (false["lower"] <= ERROR).all(), false[["finding", "variant", "rate", "lower"]]


@pytest.mark.parametrize("stage", PLANNED)
def test_each_calibrated_claim_is_of_the_stage_and_is_tried_both_ways(stage):
    rates = severity.rates(stage)
    for name, own in rates.groupby("finding"):
        assert CLAIMS[name].stage == stage
        assert set(own["is_true"].astype(str).str.lower()) == {"true", "false"}


def estimate(value, lower, upper, level=0.95):
    return Estimate(estimate=value, lower=lower, upper=upper, n=100, method="m", level=level)


def worlds(*, centre, spread, half, count=4000, floor=None):
    """Estimates of one true effect: normal around it, each with limits of one half-width."""
    values = np.random.default_rng(3).normal(centre, spread, count)
    if floor is not None:
        values = np.maximum(values, floor)
    return [estimate(one, one - half, one + half) for one in values]


@pytest.mark.parametrize("rule", ["greater", "less"])
def test_the_smallest_effect_is_that_of_the_power_formula(rule):
    """A standard error of .02: 1.96 of them to be sure, .8416 more for four times in five."""
    found = seen_in_most(rule, worlds(centre=0.4, spread=0.02, half=0.02 * 1.95996))
    assert found == pytest.approx(0.02 * (1.95996 + 0.84162), rel=0.02)


def test_power_at_the_smallest_effect_is_four_in_five():
    """Fresh worlds whose true effect lies that far beyond the threshold are supported four times in five."""
    effect = seen_in_most("greater", worlds(centre=0.1, spread=0.03, half=0.05))
    fresh = np.random.default_rng(9).normal(0.25 + effect, 0.03, 20_000)
    assert (fresh - 0.05 > 0.25).mean() == pytest.approx(0.8, abs=0.02)


def test_sameness_is_seen_within_the_margin_that_most_worlds_stay_below():
    found = seen_in_most("equivalent", worlds(centre=0.0, spread=0.02, half=0.0329))
    assert found == pytest.approx(0.0329 + 0.02 * 1.28155, rel=0.02)


@pytest.mark.parametrize(("rule", "lower"), [("rank", 0.0), ("exact", 0.0), ("greater", None)])
def test_no_smallest_effect_where_there_is_no_distance(rule, lower):
    assert seen_in_most(rule, [estimate(0.1, lower, 0.2)]) is None


@pytest.mark.parametrize("stage", PLANNED)
def test_kept_effects_are_of_tested_parts_and_of_the_fixed_seeds(stage):
    kept = severity.effects(stage)
    assert kept["first_seed"].eq(FIRST_SEED).all()
    assert kept["worlds"].le(kept["last_seed"] - kept["first_seed"] + 1).all()
    assert (kept["smallest"] > 0).all()
    for row in kept.itertuples():
        assert CLAIMS[row.finding].stage == stage
        assert CLAIMS[row.finding].rules[row.part] == row.rule


def test_a_planted_effect_far_beyond_the_smallest_is_nearly_always_detected():
    """Ties to the kept rates: where the planted effect is far larger than the smallest seen, detection is near 1."""
    kept, rates = severity.effects("values_modes"), severity.rates("values_modes")
    smallest = kept[kept["finding"] == "young_gd_chaotic"]["smallest"].iloc[0]
    line = rates[(rates["finding"] == "young_gd_chaotic") & (rates["variant"] == "planted")].iloc[0]
    planted = 0.19
    assert (line["rate"] > 0.8) == (planted > smallest)


def test_the_smallest_effect_grows_as_the_root_of_fewer_cases():
    kept = pd.DataFrame({"finding": ["x"], "part": [0], "smallest": [0.1], "n": [400]})
    assert severity.smallest_visible(kept, "x", 0, n=100) == pytest.approx(0.2)
    assert severity.smallest_visible(kept, "x", 1, n=100) is None
    assert severity.smallest_visible(None, "x", 0, n=100) is None


def test_a_card_has_a_row_a_tested_claim_and_says_what_was_never_calibrated(monkeypatch, tmp_path):
    tests = {"street_majority": (estimate(0.7, 0.67, 0.73), estimate(2, 2, 2)), "odd": (estimate(1, 0, 2),)}
    card = severity.card("values_modes", CLAIMS, tests)
    assert card["finding"].tolist() == ["street_majority"]
    assert card["smallest_visible"].iloc[0].endswith("; -")
    assert "met in public" in card["if_true"].iloc[0]
    monkeypatch.setenv("INSIGHT_ROOT", str(tmp_path))
    assert severity.card("values_modes", CLAIMS, tests)["if_false"].tolist() == ["never calibrated"]


def test_a_fake_plan_counts_what_its_stage_decides(monkeypatch):
    """One true world and one false, decided by estimates that follow from the seed."""
    from insight.calibration import running

    class Stage:
        @staticmethod
        def analyse(inputs, params):
            low = float(inputs.table("births")["low"].iloc[0])
            return type("R", (), {"tests": {"young_gd_chaotic": (estimate(low + 0.1, low, low + 0.2),)}})

    monkeypatch.setattr(running, "_stage", lambda name: (Stage, None, None))

    def make(shift):
        return lambda seed: {"births": pd.DataFrame({"low": [shift if seed % 4 else -shift]})}

    plan = Plan(
        stage="values_modes",
        variants=(
            Variant(name="t", is_true=True, effects={"young_gd_chaotic": "so"}, make=make(0.1)),
            Variant(name="f", is_true=False, effects={"young_gd_chaotic": "none"}, make=make(-0.1)),
        ),
    )
    rows, cases = run(plan, range(8))
    found = summary(plan, rows, cases)
    assert found["rate"].tolist() == [0.75, 0.25]
    assert found["is_true"].tolist() == ["true", "false"]
    assert set(rows["young_gd_chaotic"]) == {"s", "n"}


def test_the_command_refuses_what_it_does_not_know(capsys):
    for arguments in (["synthesis"], ["values_modes", "--seeds", "3"]):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 2
    assert "no calibration is planned" in capsys.readouterr().err


def test_checked_seeds_are_among_the_fixed_ones():
    chosen = spread(10, seeds=SEEDS)
    assert len(set(chosen)) == 10
    assert FIRST_SEED <= min(chosen) < max(chosen) < FIRST_SEED + SEEDS
