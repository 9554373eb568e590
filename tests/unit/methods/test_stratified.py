"""Common odds ratios over strata and curves of retention, against another library and printed examples."""

import numpy as np
import pytest

from insight.methods.retention import kaplan_meier
from insight.methods.stratified import mantel_haenszel

# exposed cases, cases, exposed others, others
STRATA = np.array([[12, 40, 30, 160], [7, 25, 22, 140], [15, 38, 25, 90]])
REMISSION = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
IS_RELAPSE = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("cells", [STRATA, STRATA[:2], np.vstack([STRATA, [0, 60, 4, 40]])])
def test_common_odds_agree_with_another_library(cells):
    from statsmodels.stats import contingency_tables as contingency

    tables = [np.array([[a, n - a], [c, m - c]], dtype=float) for a, n, c, m in cells]
    oracle = contingency.StratifiedTable(tables)
    found = mantel_haenszel(cells, level=0.9)
    assert found.estimate.estimate == pytest.approx(oracle.oddsratio_pooled, rel=1e-10)
    lower, upper = oracle.oddsratio_pooled_confint(alpha=0.1)
    assert (found.estimate.lower, found.estimate.upper) == pytest.approx((lower, upper), rel=1e-10)
    assert found.p_value == pytest.approx(oracle.test_null_odds().pvalue, rel=1e-8)
    assert found.p_same == pytest.approx(oracle.test_equal_odds(adjust=True).pvalue, rel=1e-6)
    assert found.estimate.n == cells[:, 1].sum() + cells[:, 3].sum()


def test_one_stratum_is_the_plain_ratio_and_silent_strata_drop_out():
    alone = mantel_haenszel(STRATA[:1])
    assert alone.estimate.estimate == pytest.approx(12 * 130 / (28 * 30))
    assert alone.p_same is None
    silent = np.vstack([STRATA, [0, 9, 0, 20], [3, 3, 5, 5], [0, 0, 4, 9]])
    assert mantel_haenszel(silent) == mantel_haenszel(STRATA)
    assert mantel_haenszel(silent).strata == 3


def test_strata_that_disagree_are_told_and_a_common_ratio_of_one_is_not():
    apart = mantel_haenszel(np.array([[30, 40, 20, 80], [10, 40, 60, 80]]))
    assert apart.p_same < 0.001
    same = mantel_haenszel(np.array([[10, 40, 20, 80], [5, 50, 8, 80]]))
    assert same.estimate.estimate == pytest.approx(1)
    assert same.p_same > 0.99
    assert same.p_value > 0.99


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([[0, 9, 4, 20], [0, 5, 2, 9]], "no common odds ratio"),
        ([[0, 0, 4, 20]], "no common odds ratio"),
        ([[9, 4, 4, 20]], "more exposed"),
    ],
)
def test_no_ratio_where_there_is_none(cells, said):
    with pytest.raises(ValueError, match=said):
        mantel_haenszel(np.array(cells))


def test_retention_agrees_with_the_printed_remission_data():
    """Leukaemia remissions of Freireich and others (1963), as in the textbooks."""
    curve = kaplan_meier(np.array(REMISSION), np.array(IS_RELAPSE)).set_index("days")
    assert curve["estimate"].round(4).tolist() == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert curve["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    # R's survfit with conf.type = "log-log"
    assert curve.loc[6, ["lower", "upper"]].round(4).tolist() == [0.6197, 0.9516]
    assert curve.loc[23, ["lower", "upper"]].round(4).tolist() == [0.1881, 0.6801]


def test_retention_when_all_or_nobody_is_lost():
    whole = kaplan_meier(np.array([1, 2]), np.array([True, True]))
    assert whole["estimate"].tolist() == [0.5, 0.0]
    assert whole["lower"].isna().tolist() == [False, True]
    assert kaplan_meier(np.array([4, 5]), np.array([False, False])).empty
    assert kaplan_meier(np.array([0.0, 5]), np.array([True, False]))["at_risk"].tolist() == [2]
    with pytest.raises(ValueError, match="0 or more"):
        kaplan_meier(np.array([-1]), np.array([True]))


def test_limits_hold_the_truth_about_as_often_as_they_say():
    rng, hits = np.random.default_rng(4), 0
    for _ in range(150):
        lost, closed = rng.exponential(200, 60), rng.uniform(20, 260, 60)
        curve = kaplan_meier(np.minimum(lost, closed), lost <= closed)
        row = curve[curve["days"] <= 100].iloc[-1]
        hits += row["lower"] <= np.exp(-0.5) <= row["upper"]
    assert 0.90 <= hits / 150 <= 0.99
