"""Trends against the library's own tests."""

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.contingency_tables import Table

from insight.methods.trends import trend_of_rates, trend_of_shares

YEARS = [2006, 2007, 2008, 2009, 2010]
COUNTS, CASES = [62, 55, 51, 44, 38], [310, 305, 320, 300, 298]


def test_shares_against_the_linear_by_linear_association():
    z, p_value = trend_of_shares(YEARS, COUNTS, CASES)
    table = np.array([COUNTS, np.subtract(CASES, COUNTS)]).T
    other = Table(table, shift_zeros=False).test_ordinal_association(
        row_scores=np.array(YEARS), col_scores=np.array([1, 0])
    )
    total = sum(CASES)
    assert z == pytest.approx(other.zscore * np.sqrt(total / (total - 1)), rel=1e-6)
    assert z < 0
    assert p_value == pytest.approx(other.pvalue, abs=2e-3)


def test_rates_against_the_score_test_of_a_poisson_model():
    z, p_value = trend_of_rates(YEARS, COUNTS, CASES)
    model = sm.GLM(COUNTS, np.ones(5), family=sm.families.Poisson(), offset=np.log(CASES)).fit()
    statistic, other, *_ = model.score_test(exog_extra=(np.array(YEARS) - 2008.0)[:, None])
    assert z**2 == pytest.approx(float(np.squeeze(statistic)), rel=1e-6)
    assert p_value == pytest.approx(float(np.squeeze(other)), rel=1e-6)


def test_flat_series_have_no_direction():
    assert trend_of_shares(YEARS, [50] * 5, [300] * 5) == (pytest.approx(0), pytest.approx(1))
    assert trend_of_shares(YEARS, [0] * 5, [300] * 5) == (0.0, 1.0)
    rng = np.random.default_rng(8)
    alarms = [trend_of_shares(YEARS, rng.binomial(300, 0.2, 5), [300] * 5)[1] < 0.05 for _ in range(600)]
    assert 0.02 < np.mean(alarms) < 0.085


@pytest.mark.parametrize(
    "series", [([1, 2], [1, 2], [5, 5]), ([1, 2, 3], [1, 2, 3], [5, 0, 5]), ([1, 2, 3], [9, 2, 3], [5, 5, 5])]
)
def test_no_trend_without_three_periods_of_cases(series):
    with pytest.raises(ValueError, match="Fix"):
        trend_of_shares(*series)
