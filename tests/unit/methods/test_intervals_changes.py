"""Difference in differences, funnels, charts over time, paired answers: published oracles, second computations."""

import itertools

import numpy as np
import pytest
from scipy import stats

from insight.methods import intervals

SETS = ((140, 493), (176, 493), (1500, 3000), (1480, 3000))


def test_difference_in_differences_against_a_saturated_model():
    found = intervals.difference_in_differences(*SETS)
    y, treated, after = (
        np.concatenate(part)
        for part in zip(
            *(
                (np.repeat([1.0, 0.0], [x, n - x]), np.full(n, float(group)), np.full(n, float(time)))
                for (x, n), (group, time) in zip(SETS, ((1, 0), (1, 1), (0, 0), (0, 1)), strict=True)
            ),
            strict=True,
        )
    )
    design = np.column_stack([np.ones(len(y)), treated, after, treated * after])
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ y
    scaled = design * (y - design @ beta)[:, None]
    robust = inverse @ (scaled.T @ scaled) @ inverse
    assert found.estimate == pytest.approx(beta[3])
    assert found.se == pytest.approx(robust[3, 3] ** 0.5)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(abs(beta[3]) / robust[3, 3] ** 0.5))
    assert (found.wald.lower, found.wald.upper) == pytest.approx(
        (beta[3] - 1.959964 * found.se, beta[3] + 1.959964 * found.se), abs=1e-7
    )


def test_mover_limits_follow_the_printed_formula():
    found = intervals.difference_in_differences(*SETS)
    treated = intervals.newcombe_difference(*SETS[1], *SETS[0])
    other = intervals.newcombe_difference(*SETS[3], *SETS[2])
    d = treated.estimate - other.estimate
    lower = d - ((treated.estimate - treated.lower) ** 2 + (other.upper - other.estimate) ** 2) ** 0.5
    upper = d + ((treated.upper - treated.estimate) ** 2 + (other.estimate - other.lower) ** 2) ** 0.5
    assert (found.mover.lower, found.mover.upper) == pytest.approx((lower, upper))
    assert found.mover.lower != found.wald.lower


def test_difference_in_differences_without_spread_has_a_p_value():
    same = intervals.difference_in_differences((5, 5), (5, 5), (0, 5), (0, 5))
    assert (same.estimate, same.se, same.p_value) == (0, 0, 1)
    assert same.mover.lower < 0 < same.mover.upper


def test_goodman_against_statsmodels():
    from statsmodels.stats.proportion import multinomial_proportions_confint

    counts = [51, 43, 115, 79, 13, 37, 9]
    ours = intervals.goodman(counts)
    theirs = multinomial_proportions_confint(counts, alpha=0.05, method="goodman")
    assert np.array([[one.lower, one.upper] for one in ours]) == pytest.approx(np.asarray(theirs), abs=1e-9)


@pytest.mark.parametrize(("n", "level", "lower"), [(2, 0.95, 25.885383), (3, 0.95, 35.933491), (3, 0.998, 10.150815)])
def test_funnel_limits_are_the_published_ones(n, level, lower):
    low, high = intervals.funnel_limits(0.80642448, [n], level=level)
    assert 100 * low[0] == pytest.approx(lower, abs=1e-5)
    assert high[0] == 1


@pytest.mark.parametrize(("p", "n"), [(1.2, [5]), (0.5, [0])])
def test_funnels_without_a_share_or_cases_are_refused(p, n):
    with pytest.raises(ValueError, match="Fix:"):
        intervals.funnel_limits(p, n)


def test_xmr_limits_by_hand():
    series = [10, 12, 11, 13, 12, 40, 12, 11, 13, 12, 10, 11, 12]
    found = intervals.xmr(series)
    ranges = np.abs(np.diff(series))
    kept = ranges[ranges < 3.267 * ranges.mean()]
    assert found.ranges_dropped == 2
    assert found.centre == pytest.approx(np.mean(series))
    assert found.upper == pytest.approx(np.mean(series) + 2.66 * kept.mean())
    assert found.points["is_outside"].tolist() == [abs(value - found.centre) > 2.66 * kept.mean() for value in series]
    assert found.points.loc[5, "signal"] == "beyond a limit"
    assert found.can_chart
    assert not intervals.xmr(series[:-1]).can_chart


@pytest.mark.parametrize(
    ("series", "signal", "places"),
    [
        ([5, 5, 5, 9, 9, 9, 9, 9, 9, 9, 5, 5, 5, 5], "is_run", range(3, 10)),
        ([5, 5, 5, 9, 9, 9, 9, 9, 9, 5, 9, 5, 5, 5], "is_run", ()),
        ([5, 5, 1, 2, 3, 4, 5, 6, 7, 5, 5, 5, 5], "is_trend", range(2, 9)),
        ([5, 5, 1, 2, 3, 3, 4, 5, 6, 5, 5, 5, 5], "is_trend", ()),
    ],
)
def test_signals_of_runs_and_trends(series, signal, places):
    found = intervals.xmr(series).points
    assert list(np.flatnonzero(found[signal])) == list(places)


def test_two_of_three_near_one_limit_are_a_signal_and_across_the_centre_are_not():
    calm = [10, 11, 9, 10, 11, 9, 10, 11, 9, 10, 11, 9, 10] * 2
    reach = 2.66 * intervals.xmr(calm).mean_range
    near = 10 + 0.85 * reach
    assert intervals.xmr([*calm, near, 10, near, *calm]).points["is_near"].sum() == 2
    across = intervals.xmr([*calm, near, 10, 20 - near, *calm]).points
    assert not across["is_near"].any()


def test_series_too_short_or_with_gaps_are_refused():
    for series in ([1.0], [1.0, float("nan"), 2.0]):
        with pytest.raises(ValueError, match="Fix:"):
            intervals.xmr(series)


@pytest.mark.parametrize(("rises", "falls"), [(12, 3), (5, 5), (0, 7), (40, 25), (0, 0)])
def test_sign_test_is_the_exact_binomial_without_ties(rises, falls):
    before = np.full(rises + falls + 4, 3)
    after = before + np.repeat([1, -1, 0], [rises, falls, 4])
    found = intervals.sign_test(before, after)
    assert (found.rises, found.falls, found.ties) == (rises, falls, 4)
    expected = stats.binomtest(rises, rises + falls).pvalue if rises + falls else 1
    assert found.p_value == pytest.approx(expected)


def test_paired_ordinal_counts():
    found = intervals.paired_ordinal([1, 2, 3, 3, 4, 5], [2, 3, 3, 2, 5, 5], points=5)
    assert (found.improved, found.same, found.worse) == (3, 2, 1)
    assert found.net.estimate == pytest.approx(2 / 6)
    assert found.sign.p_value == pytest.approx(0.625)
    assert found.probability_of_improvement.estimate == pytest.approx((3 + 0.5 * 2) / 6)
    assert found.transitions.loc[3, 2] == 1
    assert found.transitions.to_numpy().sum() == 6


def test_signed_ranks_are_exact_under_ties():
    steps = np.array([1, 1, 2, -1, 1, 3, -2, 1, 0, 0])
    found = intervals.paired_ordinal(np.full(10, 4), 4 + steps, points=7)
    moved = steps[steps != 0]
    ranks = stats.rankdata(np.abs(moved))
    observed = abs(ranks[moved > 0].sum() - ranks.sum() / 2)
    signs = np.array(list(itertools.product([0, 1], repeat=len(moved))))
    assert found.p_signed_rank == pytest.approx(np.mean(np.abs(signs @ ranks - ranks.sum() / 2) >= observed - 1e-9))
    plus, minus = ranks[moved > 0].sum(), ranks[moved < 0].sum()
    assert found.rank_biserial == pytest.approx((plus - minus) / (plus + minus))
    assert "exact" in found.signed_rank_method


def test_signed_ranks_without_ties_match_scipy():
    steps = np.array([1, 2, -3, 4, 5, -6, 7, 8, 9])
    found = intervals.paired_ordinal(np.full(9, 10), 10 + steps)
    assert found.p_signed_rank == pytest.approx(stats.wilcoxon(steps, method="exact").pvalue)


def test_hodges_lehmann_and_its_limits_against_a_plain_list():
    steps = np.array([1, 0, 2, -1, 1, 1, 0, 2, 1, -1, 1, 0])
    found = intervals.paired_ordinal(np.full(12, 3), 3 + steps, points=5).hodges_lehmann
    walsh = sorted((steps[i] + steps[j]) / 2 for i in range(12) for j in range(i, 12))
    assert found.estimate == np.median(walsh)
    cut = int(12 * 13 / 4 - 1.959964 * (12 * 13 * 25 / 24) ** 0.5)
    assert (found.lower, found.upper) == (walsh[cut - 1], walsh[-cut])


def test_symmetry_tests_against_statsmodels_without_its_half():
    from statsmodels.stats.contingency_tables import SquareTable

    rng = np.random.default_rng(4)
    before = rng.integers(1, 5, 200)
    after = np.clip(before + rng.choice([-1, 0, 1], 200, p=[0.2, 0.4, 0.4]), 1, 4)
    found = intervals.paired_ordinal(before, after, points=4)
    table = SquareTable(found.transitions.to_numpy(), shift_zeros=False)
    assert found.p_stuart_maxwell == pytest.approx(table.homogeneity().pvalue)
    pairs = [(found.transitions.loc[i, j], found.transitions.loc[j, i]) for i in range(1, 5) for j in range(i + 1, 5)]
    moved = [(up, down) for up, down in pairs if up + down]
    bowker = sum((up - down) ** 2 / (up + down) for up, down in moved)
    assert found.p_bowker == pytest.approx(stats.chi2.sf(bowker, len(moved)))


def test_mcnemar_is_the_binomial_of_those_who_cross():
    before, after = [1, 2, 3, 3, 4, 2, 1], [3, 3, 3, 2, 4, 4, 3]
    assert intervals.mcnemar(before, after, threshold=3) == pytest.approx(stats.binomtest(4, 5).pvalue)


def test_nobody_moved_is_no_error():
    found = intervals.paired_ordinal([2, 3, 4], [2, 3, 4])
    assert (found.sign.p_value, found.p_signed_rank) == (1, 1)
    assert found.rank_biserial is None
    assert found.p_bowker is None
    assert found.hodges_lehmann.estimate == 0


@pytest.mark.parametrize(
    ("before", "after", "points", "says"),
    [([1, 2], [1], 5, "same people"), ([], [], 5, "same people"), ([1, 6], [1, 2], 5, "from 1 to 5")],
)
def test_bad_pairs_are_refused(before, after, points, says):
    with pytest.raises(ValueError, match=says):
        intervals.paired_ordinal(before, after, points=points)


def test_net_share_covers_at_its_level():
    rng = np.random.default_rng(1)
    up, down, n, inside = 0.35, 0.2, 60, 0
    for _ in range(500):
        step = rng.choice([1, 0, -1], size=n, p=[up, 1 - up - down, down])
        found = intervals.paired_ordinal(np.full(n, 3), 3 + step, points=5).net
        inside += found.lower <= up - down <= found.upper
    assert 0.92 < inside / 500 < 0.98
