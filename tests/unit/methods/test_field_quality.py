"""Likeness within sessions against a plain analysis of variance; quotas against targets; meaning across languages."""

import numpy as np
import pandas as pd
import pytest

from insight.methods import invariance, pvq21
from insight.methods.intraclass import design_effect, intraclass, intraclass_rows
from insight.methods.quotas import against_targets


def drawn(rho, *, seed=1, clusters=60, strata=3):
    """Cases in sessions of uneven size: variance 1, of which ``rho`` between sessions; strata 2 apart."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 20, clusters)
    session = np.repeat(np.arange(clusters), sizes)
    stratum = session % strata
    level = rng.normal(0, np.sqrt(rho), clusters)
    y = level[session] + rng.normal(0, np.sqrt(1 - rho), len(session)) + 2.0 * stratum
    return y, session, stratum


def by_hand(y, session, stratum):
    """The same estimator from a nested analysis of variance, written out with group means."""
    frame = pd.DataFrame({"y": y, "s": session, "h": stratum})
    own, wide = frame.groupby("s")["y"].transform("mean"), frame.groupby("h")["y"].transform("mean")
    sizes = frame.groupby("s").size()
    of = frame.drop_duplicates("s").set_index("s")["h"].reindex(sizes.index)
    k, h, n = len(sizes), frame["h"].nunique(), len(frame)
    between, within = ((own - wide) ** 2).sum() / (k - h), ((y - own) ** 2).sum() / (n - k)
    per = sizes.groupby(of).apply(lambda part: (part**2).sum() / part.sum())
    usual = (n - per.sum()) / (k - h)
    return (between - within) / (between + (usual - 1) * within)


@pytest.mark.parametrize("seed", range(4))
def test_the_correlation_is_that_of_a_nested_analysis_of_variance(seed):
    y, session, stratum = drawn(0.2, seed=seed)
    assert intraclass(y, session, strata=stratum).estimate == pytest.approx(by_hand(y, session, stratum))
    one = np.zeros(len(y))
    assert intraclass(y, session).estimate == pytest.approx(by_hand(y, session, one))


def test_differences_between_strata_are_no_likeness_within_sessions():
    y, session, stratum = drawn(0.0, seed=8)
    assert abs(intraclass(y, session, strata=stratum).estimate) < 0.05
    assert intraclass(y, session).estimate > 0.5


@pytest.mark.parametrize("rho", [0.0, 0.1])
def test_limits_cover_the_truth(rho):
    held = 0
    for seed in range(120):
        y, session, stratum = drawn(rho, seed=1000 + seed)
        found = intraclass(y, session, strata=stratum)
        held += found.lower <= rho <= found.upper
    assert held / 120 > 0.88


def test_limits_are_those_of_leaving_out_each_session_in_turn():
    y, session, stratum = drawn(0.3, clusters=9)
    found = intraclass(y, session, strata=stratum)
    without = np.array([by_hand(*(each[session != one] for each in (y, session, stratum))) for one in range(9)])
    spread = np.sqrt(8 / 9 * ((without - without.mean()) ** 2).sum())
    from scipy.stats import t

    assert found.upper - found.estimate == pytest.approx(t.ppf(0.975, 8) * spread)


@pytest.mark.parametrize(
    ("values", "clusters"),
    [([1, 0], ["a", "b"]), ([1, 1, 1, 1], list("aabc")), ([1, 0, 1], list("abc")), ([1, np.nan, 0], list("aab"))],
)
def test_what_has_no_correlation_is_refused(values, clusters):
    with pytest.raises(ValueError, match="three sessions"):
        intraclass(values, clusters)
    assert intraclass_rows({"x": values}, np.array(clusters)).empty


def test_the_design_effect_is_kishs():
    assert design_effect(0.05, [10, 10, 10]) == pytest.approx(1.45)
    assert design_effect(0.05, [1, 19]) == pytest.approx(1 + (362 / 20 - 1) * 0.05)


def test_missing_values_are_left_out_measure_by_measure():
    y, session, _ = drawn(0.2)
    gone = np.where(np.arange(len(y)) % 5 == 0, np.nan, y)
    rows = intraclass_rows({"whole": y, "gaps": gone}, session.astype(str)).set_index("what")
    assert rows.loc["gaps", "respondents"] == np.isfinite(gone).sum()
    assert rows.loc["whole", "sessions"] == 60


def test_quotas_stand_beside_what_was_achieved():
    targets = pd.DataFrame(
        [("sex", "female", 50), ("sex", "male", 50), ("slot", "day", 10), ("age", "80+", 4)],
        columns=["variable", "level", "target"],
    )
    counted = {"sex": pd.Series(["female"] * 54 + ["male"] * 40), "age": pd.Series(["30"])}
    found = against_targets(targets, counted)
    assert found["achieved"].tolist()[:2] == [54, 40]
    assert found["met"].tolist()[:2] == pytest.approx([1.08, 0.8])
    assert found["is_met"].tolist()[:2] == [True, False]
    assert found["gap"].tolist()[1] == -10
    assert found.loc[2, ["achieved", "met", "is_met"]].isna().all()
    assert found.loc[3, "achieved"] == 0


VALUES = {name: [one - 1 for one in own] for name, own in pvq21.VALUES.items()}
SCALES = {name: [place for value in own for place in VALUES[value]] for name, own in pvq21.HIGHER.items()}
ITEMS = list(pvq21.ITEMS.values())


def people(*, seed, shift=0.0, swap=False, count=300):
    """Answers that follow ten values; the second group shifts one item, or swaps the items of two values."""
    rng = np.random.default_rng(seed)
    value = rng.normal(0, 1, (count, len(VALUES)))
    for first, second in (("security", "tradition"), ("power", "achievement"), ("benevolence", "universalism")):
        names = list(VALUES)
        value[:, names.index(second)] = 0.8 * value[:, names.index(first)] + 0.6 * value[:, names.index(second)]
    answers = np.empty((count, len(ITEMS)))
    for place, own in enumerate(VALUES.values()):
        answers[:, own] = value[:, [place]] + rng.normal(0, 0.7, (count, len(own)))
    other = np.arange(count) % 3 == 0
    answers[other, ITEMS.index("ipstrgv")] += shift
    if swap:
        one, two = SCALES["conservation"], SCALES["openness to change"]
        answers[np.ix_(other, one)] = answers[np.ix_(other, one)] * rng.choice([-1, 1], (other.sum(), len(one)))
        answers[np.ix_(other, two)] = rng.normal(0, 1, (other.sum(), len(two)))
    return answers - answers.mean(axis=1, keepdims=True), ~other


def found(**world):
    items, english = people(**world)
    made = invariance.checks(items, english, values=VALUES, scales=SCALES, permutations=99)
    return {one.level: one for one in made}


def test_an_item_put_otherwise_in_one_language_is_found_and_named():
    shifted = found(seed=5, shift=1.0)
    assert shifted["intercepts"].differs
    assert shifted["intercepts"].where == "security"
    assert not shifted["structure"].differs


def test_another_structure_in_one_language_is_found():
    assert found(seed=5, swap=True)["loadings"].differs


def test_alike_groups_are_seldom_told_apart():
    alarms = [one.differs for seed in range(8) for one in found(seed=100 + seed, count=200).values()]
    assert sum(alarms) <= 5  # 24 tests at 5 %: more than five in under one run of a thousand


def test_layouts_are_compared_up_to_turning_mirroring_and_scale():
    rng = np.random.default_rng(2)
    at = rng.normal(size=(10, 2))
    turn = np.array([[0.6, -0.8], [0.8, 0.6]]) @ np.diag([1, -1])
    assert invariance.congruence(at, 3 * at @ turn + 5) == pytest.approx(1)
    assert invariance.congruence(at, rng.normal(size=(10, 2))) < 0.95


def test_too_few_in_a_language_are_not_compared():
    items, english = people(seed=1, count=60)
    english[5:] = True
    with pytest.raises(ValueError, match="20 respondents"):
        invariance.checks(items, english, values=VALUES, scales=SCALES)
