"""Slope and concentration indices against regression, simulation and the covariance formula."""

import numpy as np
import pytest
import statsmodels.api as sm

from insight.methods.estimate import Estimate
from insight.methods.inequality import concentration_index, midpoints, slope_index

PERSONS = [13837, 14519, 14940, 14599, 12311, 13196, 13335, 13388, 13685, 11779]
YEARS = [70.56313911, 72.61347473, 75.06710359, 75.20661276, 76.23469045]
YEARS += [75.21801932, 77.09240397, 79.84156222, 80.81329918, 82.73763832]
ERRORS = [1.133868862, 1.020288759, 1.108685178, 1.485618539, 1.311653285]
ERRORS += [1.169033147, 1.306645801, 1.090905616, 0.979426096, 1.319452272]
Z = 1.959963984540054
AREAS = [
    Estimate(estimate=value, lower=value - Z * error, upper=value + Z * error, n=1, method="test")
    for value, error in zip(YEARS, ERRORS, strict=True)
]


def test_slope_equals_weighted_regression_and_limits_equal_simulation():
    found = slope_index(AREAS, persons=PERSONS)
    design = sm.add_constant(midpoints(PERSONS))
    fit = sm.WLS(YEARS, design, weights=PERSONS).fit()
    assert found.estimate == pytest.approx(fit.params[1], rel=1e-9)
    rng = np.random.default_rng(5)
    drawn = rng.normal(YEARS, ERRORS, size=(40_000, len(YEARS)))
    root = np.sqrt(PERSONS)[:, None]
    slopes = np.linalg.lstsq(design * root, drawn.T * root, rcond=None)[0][1]
    assert (found.lower, found.upper) == pytest.approx(np.quantile(slopes, [0.025, 0.975]), abs=0.08)


def test_the_most_deprived_come_first():
    assert slope_index(AREAS, persons=PERSONS).lower > 0
    assert slope_index(AREAS[::-1], persons=PERSONS[::-1]).upper < 0


def test_no_gradient_no_slope():
    flat = [Estimate(estimate=78.0, lower=77.0, upper=79.0, n=1, method="test")] * 10
    found = slope_index(flat, persons=PERSONS)
    assert found.estimate == pytest.approx(0, abs=1e-9)
    assert found.lower < 0 < found.upper


@pytest.mark.parametrize(
    ("areas", "persons", "said"),
    [
        (AREAS[:2], PERSONS[:2], "three areas"),
        (AREAS[:3], [1, 0, 2], "needs persons"),
        ([*AREAS[:2], Estimate(estimate=1, lower=None, upper=None, n=1, method="none")], [1, 2, 3], "limits"),
    ],
)
def test_slope_is_refused(areas, persons, said):
    with pytest.raises(ValueError, match=said):
        slope_index(areas, persons=persons)


def test_concentration_index_is_the_covariance_with_rank():
    values, persons = [9.0, 4.0, 2.0], [10, 10, 20]
    people = np.repeat(values, persons)
    ranks = (np.arange(len(people)) + 0.5) / len(people)
    by_hand = 2 * np.cov(people, ranks, bias=True)[0, 1] / people.mean()
    assert concentration_index(values, persons=persons) == pytest.approx(by_hand, abs=2e-3)
    assert concentration_index([3.0, 3.0], persons=[5, 7]) == pytest.approx(0)
    with pytest.raises(ValueError, match="mean is 0"):
        concentration_index([0.0, 0.0], persons=[5, 7])
