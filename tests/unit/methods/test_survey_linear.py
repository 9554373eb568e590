"""Linearised arithmetic on plain arrays: by hand, and against statsmodels and scipy."""

import numpy as np
import pytest
from scipy import stats

from insight.methods import survey
from insight.methods.estimate import Estimate
from insight.methods.survey import Design
from insight.methods.survey.gaps import gaps, shares


def simple(n):
    """A sample in which everybody is a cluster of one, of one stratum, weight 1."""
    return Design(weights=np.ones(n), clusters=np.arange(n), strata=np.zeros(n, dtype=int))


def test_kish_and_refusals():
    assert survey.kish(np.ones(7)) == pytest.approx(7)
    assert survey.kish(np.array([1.0, 3.0])) == pytest.approx(16 / 10)
    with pytest.raises(ValueError, match="weight"):
        Design(weights=np.array([1.0, 0.0]), clusters=np.arange(2), strata=np.zeros(2))
    with pytest.raises(ValueError, match="length"):
        Design(weights=np.ones(2), clusters=np.arange(3), strata=np.zeros(2))


def test_share_of_a_simple_sample_is_wilsons():
    from statsmodels.stats.proportion import proportion_confint

    holds = np.arange(200) < 60
    found = survey.proportion(simple(200), holds.astype(float))
    # the linearised variance has n - 1 below it, so its n is one less
    lower, upper = proportion_confint(0.3 * 199, 199, method="wilson")
    assert (found.interval().lower, found.interval().upper) == pytest.approx((lower, upper))


def test_domain_share_has_the_variance_of_a_ratio_by_hand():
    weights = np.array([1.0, 2, 1, 3, 1, 2, 2, 1])
    clusters = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    strata = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    holds = np.array([1.0, 0, 1, 1, 0, 1, 0, 0])
    inside = np.array([1, 1, 1, 0, 1, 1, 1, 1], dtype=bool)
    total = 1 + 2 + 1 + 1 + 2 + 2 + 1
    share = (1 + 1 + 2) / total
    parts = np.where(inside, weights * (holds - share), 0) / total
    sums = [parts[clusters == one].sum() for one in range(4)]
    by_hand = 2 * sum((sums[i] - np.mean(sums[:2])) ** 2 for i in (0, 1))
    by_hand += 2 * sum((sums[i] - np.mean(sums[2:])) ** 2 for i in (2, 3))
    design = Design(weights=weights, clusters=clusters, strata=strata)
    assert design.variance(parts) == pytest.approx(by_hand)
    found = survey.proportion(design, holds, inside)
    assert found.share == pytest.approx(share)
    assert found.n == 7
    assert found.n_effective == pytest.approx(min(survey.kish(weights[inside]), share * (1 - share) / by_hand))


def test_mean_of_a_simple_sample_is_students():
    values = np.random.default_rng(1).normal(2, 3, 40)
    found = survey.mean(simple(40), values)
    lower, upper = stats.t.interval(0.95, 39, values.mean(), stats.sem(values))
    assert (found.lower, found.upper) == pytest.approx((lower, upper))


def lead(lower, upper):
    return Estimate(estimate=(lower + upper) / 2, lower=lower, upper=upper, n=5, method="m")


def test_rank_counts_who_is_surely_above_and_not_surely_below():
    found = survey.rank_of([lead(0.1, 0.2), lead(-0.3, -0.1), lead(-0.1, 0.2), lead(0.1, 0.3)], n=5)
    assert (found.estimate, found.lower, found.upper) == (2, 2, 3)


def test_variance_explained_is_that_of_analysis_of_variance():
    rng = np.random.default_rng(4)
    groups = rng.integers(0, 3, 90)
    values = np.column_stack([rng.normal(groups, 1), np.full(90, 2.0)])
    found = survey.variance_explained(values, groups, np.ones(90))
    f = stats.f_oneway(*[values[groups == g, 0] for g in range(3)]).statistic
    assert found[0] == pytest.approx(f * 2 / (f * 2 + 87))
    assert found[1] == 0


def test_jackknife_of_a_mean_is_its_linearised_variance():
    values = np.random.default_rng(7).normal(size=30)
    design = simple(30)
    found = survey.jackknife(design, lambda kept: float(values[kept].mean()), method="mean")
    assert (found.upper - found.lower) / 2 == pytest.approx(1.959964 * stats.sem(values), rel=1e-4)


def test_shares_and_gaps_of_groups_are_those_of_one_share_at_a_time():
    rng = np.random.default_rng(5)
    n = 600
    rows, columns = rng.choice(list("abc"), n), rng.choice(list("xyz"), n)
    design = Design(weights=rng.uniform(0.5, 2, n), clusters=rng.integers(0, 40, n), strata=np.zeros(n, dtype=int))
    found = shares(design, rows, columns)
    for i, group in enumerate(found.groups):
        for j, category in enumerate(found.categories):
            one = survey.proportion(design, (columns == category).astype(float), rows == group)
            assert found.share[i, j] == pytest.approx(one.share)
            assert found.effective[i, j] == pytest.approx(one.n_effective)
            assert found.n[i] == one.n


def test_gaps_of_a_simple_sample_are_newcombes():
    from insight.methods.intervals import newcombe_difference

    rows = np.repeat(["a", "b"], [60, 80])
    columns = np.concatenate([np.repeat(["x", "y"], [21, 39]), np.repeat(["x", "y"], [40, 40])])
    found = gaps(shares(simple(140), rows, columns), level=0.95)
    other = newcombe_difference(21, 60, 40, 80)
    assert found.gap[0, 0] == pytest.approx(other.estimate)
    # the linearised variance has n - 1 of the whole below it, and groups of one sample are hardly correlated
    assert (found.lower[0, 0], found.upper[0, 0]) == pytest.approx((other.lower, other.upper), abs=0.002)


def test_groups_met_in_the_same_clusters_have_narrower_gaps_than_independent_ones():
    """Half of every shift is of each group, and a shift answers as one: what the shift adds cancels in the gap."""
    rng = np.random.default_rng(9)
    shift = np.repeat(np.arange(60), 10)
    rows = np.tile(["a", "b"], 300)
    columns = np.where(rng.random(60)[shift] < 0.5, "x", "y")
    together = Design(weights=np.ones(600), clusters=shift, strata=np.zeros(600, dtype=int))
    apart = Design(weights=np.ones(600), clusters=shift * 2 + (rows == "a"), strata=np.zeros(600, dtype=int))
    wide, narrow = (gaps(shares(design, rows, columns), level=0.9) for design in (apart, together))
    assert (narrow.upper - narrow.lower)[0, 0] < 0.05
    assert (wide.upper - wide.lower)[0, 0] > 0.2
