"""Likeness against independent oracles: distribution inverted by bisection, coverage by simulation, known tables."""

import numpy as np
import pytest
from scipy import stats

from insight.methods import equivalence, survey
from insight.methods.estimate import Estimate
from insight.methods.survey import Design, Proportion


def simple(n):
    """A sample in which everybody is a cluster of one, of one stratum, weight 1."""
    return Design(weights=np.ones(n), clusters=np.arange(n), strata=np.zeros(n, dtype=int))


def spread_out(table):
    rows = np.repeat(np.arange(len(table)), np.sum(table, axis=1))
    columns = np.concatenate([np.repeat(np.arange(len(line)), line) for line in table])
    return rows, columns


def bisected(statistic, freedom, tail):
    """The noncentrality by halving an interval, with the distribution summed as a Poisson mixture."""

    def cumulative(value):
        terms = np.arange(0, 600)
        return float((stats.poisson.pmf(terms, value / 2) * stats.chi2.cdf(statistic, freedom + 2 * terms)).sum())

    if cumulative(0.0) <= tail:
        return 0.0
    low, high = 0.0, 400.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if cumulative(middle) > tail else (low, middle)
    return low


@pytest.mark.parametrize(("statistic", "freedom"), [(0.5, 2), (5.2, 2), (12.0, 22), (22.0, 22), (60.0, 22), (90.0, 88)])
@pytest.mark.parametrize("tail", [0.05, 0.95])
def test_noncentrality_is_that_of_bisection(statistic, freedom, tail):
    found = equivalence.noncentrality(statistic, freedom, tail=tail)
    assert found == pytest.approx(bisected(statistic, freedom, tail), abs=1e-6)


def test_v_of_a_plain_table_is_pearsons():
    table = np.array([[30, 20, 10], [15, 25, 20]])
    rows, columns = spread_out(table)
    found = equivalence.cramers_v(simple(len(rows)), rows, columns)
    pearson = stats.chi2_contingency(table, correction=False)
    assert found.design_factor == pytest.approx(1.0, abs=0.02)
    assert found.statistic * found.design_factor == pytest.approx(pearson.statistic)
    n = table.sum()
    phi = max(0, pearson.statistic / n - 2 / (n - 1))
    assert equivalence.corrected_v(pearson.statistic, n, 2, 3) == pytest.approx(
        np.sqrt(phi / (2 - 1 / (n - 1) - 1)), rel=1e-9
    )


def test_shifts_in_which_answers_agree_do_not_pass_for_many_answers():
    """Ten copies of each answer within a shift are worth one answer."""
    rng = np.random.default_rng(3)
    rows, columns = np.repeat(rng.integers(0, 3, 120), 10), np.repeat(rng.integers(0, 4, 120), 10)
    shifts = np.repeat(np.arange(120), 10)
    alike = Design(weights=np.ones(1200), clusters=shifts, strata=np.zeros(1200, dtype=int))
    found = equivalence.cramers_v(alike, rows, columns)
    naive = equivalence.cramers_v(simple(1200), rows, columns)
    assert found.design_factor == pytest.approx(10, rel=0.1)
    assert found.statistic == pytest.approx(naive.statistic / 10, rel=0.15)
    assert naive.p_value < 0.001
    assert found.p_value > 0.05
    assert naive.estimate.lower > 0.1
    assert found.estimate.lower == 0


SHARES = np.array([0.5, 0.28, 0.22])


def tables(true_v, repeats, seed, n=1438, modes=12):
    """Tables of three groups by even modes with a given V, drawn as one sample."""
    rng = np.random.default_rng(seed)
    along = np.tile([1.0, -1.0], modes // 2)
    tilt = true_v * np.sqrt(2) * np.array([1.0, -1.0, -1.0])
    chances = (1 + tilt[:, None] * along) / modes * SHARES[:, None]
    return rng.multinomial(n, (chances / chances.sum()).ravel(), repeats).reshape(repeats, 3, modes), chances


def limit(table):
    n, rows, columns = table.sum(), *table.shape
    statistic = stats.chi2_contingency(table, correction=False).statistic
    found = equivalence.noncentrality(statistic, (rows - 1) * (columns - 1), tail=0.05)
    return np.sqrt(found / (n * min(rows - 1, columns - 1)))


def test_limit_of_v_covers_and_no_difference_is_found_alike():
    made, chances = tables(0.15, 200, seed=5)
    shares = chances / chances.sum()
    margins = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    truth = np.sqrt(((shares - margins) ** 2 / margins).sum() / 2)
    limits = np.array([limit(table) for table in made])
    assert (limits >= truth).mean() == pytest.approx(0.95, abs=0.04)
    assert (limits < 0.10).mean() < 0.03
    same = np.array([limit(table) for table in tables(0.0, 200, seed=6)[0]])
    assert (same < 0.10).mean() > 0.85


def proportions(table):
    return {
        str(i): {
            str(j): Proportion(share=count / line.sum(), n=int(line.sum()), n_effective=float(line.sum()))
            for j, count in enumerate(line)
        }
        for i, line in enumerate(table)
    }


def test_largest_upper_limit_covers_the_largest_gap_without_correction():
    rng = np.random.default_rng(11)
    chances = np.array([[0.3, 0.4, 0.3], [0.3, 0.4, 0.3], [0.4, 0.35, 0.25]])
    covered, lowered = 0, 0
    for _ in range(300):
        table = np.array([rng.multinomial(400, line) for line in chances])
        found = equivalence.largest_gap(proportions(table))
        covered += found.upper >= 0.1 - 1e-12
        lowered += found.lower <= 0.1 + 1e-12
    assert covered / 300 > 0.94
    assert lowered / 300 > 0.94


def test_v_alone_lets_a_large_gap_of_a_small_group_pass():
    table = np.array([[350, 350], [345, 355], [6, 14]])
    assert limit(table) < 0.10
    gap = equivalence.largest_gap(proportions(table))
    assert gap.estimate == pytest.approx(0.2, abs=0.01)
    assert gap.upper > 0.3
    v = Estimate(estimate=0.02, lower=0, upper=limit(table), n=1420, method="m")
    assert equivalence.verdict(v, gap, margin=0.1, gap_margin=0.1, p_value=0.4) == "not shown either way"


@pytest.mark.parametrize(
    ("v_upper", "gap_upper", "p_value", "expected"),
    [
        (0.09, 0.09, 0.001, "equivalent"),
        (0.09, 0.11, 0.001, "different"),
        (0.11, 0.09, 0.2, "not shown either way"),
        (0.11, 0.11, 0.049, "different"),
    ],
)
def test_verdicts(v_upper, gap_upper, p_value, expected):
    v = Estimate(estimate=0.05, lower=0, upper=v_upper, n=9, method="m")
    gap = Estimate(estimate=0.05, lower=0, upper=gap_upper, n=9, method="m")
    assert equivalence.verdict(v, gap, margin=0.1, gap_margin=0.1, p_value=p_value) == expected


def test_needed_respondents_do_put_the_gaps_inside():
    needed = equivalence.needed_per_group(0.18, groups=9, gap_margin=0.1)
    rng = np.random.default_rng(2)
    inside = 0
    for _ in range(150):
        table = np.column_stack([x := rng.binomial(needed, 0.18, 9), needed - x])
        inside += equivalence.largest_gap(proportions(table)).upper < 0.1
    assert 0.7 < inside / 150 <= 0.97
    assert equivalence.needed_per_group(0.18, groups=3, gap_margin=0.1) < needed


def test_one_group_or_one_category_is_refused():
    with pytest.raises(ValueError, match="two groups"):
        equivalence.cramers_v(simple(4), np.zeros(4), np.arange(4))
    with pytest.raises(ValueError, match="two groups"):
        equivalence.largest_gap(proportions(np.array([[3, 4]])))


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
