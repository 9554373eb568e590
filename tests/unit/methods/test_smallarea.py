"""Shrinkage and funnels: fit against scipy's own distribution, error and coverage by simulation, exact limits."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import betabinom, binom

from insight.methods.intervals import funnel_limits
from insight.methods.smallarea import fit_beta, overdispersion, shrink


def areas(rng, count=141, a=20.0, b=24.0):
    sizes = rng.integers(15, 71, count)
    truth = rng.beta(a, b, count)
    return truth, rng.binomial(sizes, truth), sizes


def test_fit_equals_a_second_fit_on_the_library_s_distribution():
    _, counts, sizes = areas(np.random.default_rng(1))
    a, b = fit_beta(counts, sizes)
    second = minimize(
        lambda p: -betabinom.logpmf(counts, sizes, np.exp(p[0]), np.exp(p[1])).sum(), [2, 2], method="Nelder-Mead"
    )
    assert -betabinom.logpmf(counts, sizes, a, b).sum() <= second.fun + 1e-4
    assert a / (a + b) == pytest.approx(20 / 44, abs=0.03)


def test_shrinkage_beats_raw_shares_and_its_limits_cover():
    """The published comparison: 141 areas of 15 to 70 children, truth Beta(20, 24); error raw .083, shrunk .057.

    One such simulation has a standard error of .003; the second oracle is the Bayes estimator that knows a and b.
    """
    rng = np.random.default_rng(2)
    raw, shrunk, known, covered = [], [], [], []
    for _ in range(8):
        truth, counts, sizes = areas(rng)
        found = shrink(counts, sizes)
        points = np.array([one.estimate for one in found.estimates])
        limits = np.array([(one.lower, one.upper) for one in found.estimates])
        raw.append(((counts / sizes - truth) ** 2).mean())
        shrunk.append(((points - truth) ** 2).mean())
        known.append((((counts + 20) / (sizes + 44) - truth) ** 2).mean())
        covered.append(((limits[:, 0] <= truth) & (truth <= limits[:, 1])).mean())
    assert np.sqrt(np.mean(raw)) == pytest.approx(0.083, abs=0.003)
    assert np.sqrt(np.mean(shrunk)) == pytest.approx(0.057, abs=0.006)
    assert np.mean(shrunk) < 1.03 * np.mean(known)
    assert 0.935 <= np.mean(covered) <= 0.975


def test_limits_are_wider_than_with_a_and_b_plugged_in():
    from scipy.stats import beta

    _, counts, sizes = areas(np.random.default_rng(4), count=12)
    found = shrink(counts, sizes)
    plugged = beta.ppf(0.975, counts + found.a, sizes - counts + found.b) - beta.ppf(
        0.025, counts + found.a, sizes - counts + found.b
    )
    own = np.array([one.upper - one.lower for one in found.estimates])
    assert own.mean() > 1.02 * plugged.mean()


def test_equal_areas_are_drawn_together_and_stay_inside_0_and_1():
    found = shrink(np.array([0, 1, 0, 2, 1, 0]), np.array([40, 45, 38, 50, 44, 39]))
    points = [one.estimate for one in found.estimates]
    assert max(points) - min(points) < 0.02
    assert all(0 <= one.lower <= one.estimate <= one.upper <= 1 for one in found.estimates)


@pytest.mark.parametrize(
    ("counts", "sizes", "said"),
    [([1, 2], [5, 5], "5 areas"), ([1] * 5, [5, 5, 5, 5, 0], "needs cases"), ([6] * 5, [5] * 5, "no more of them")],
)
def test_shrinkage_is_refused(counts, sizes, said):
    with pytest.raises(ValueError, match=said):
        shrink(np.array(counts), np.array(sizes))


@pytest.mark.parametrize("level", [0.95, 0.998])
def test_exact_funnel_lets_through_what_it_promises(level):
    """An area drawn from the common share falls outside with no more than the promised chance, to one case."""
    sizes = np.array([20, 60, 150, 400])
    lower, upper = funnel_limits(0.3, sizes, level=level, method="exact")
    tail = (1 - level) / 2
    for size, low, high in zip(sizes, lower, upper, strict=True):
        below = binom.cdf(round(low * size) - 1, size, 0.3)
        above = binom.sf(round(high * size), size, 0.3)
        assert below <= tail
        assert above <= tail + 1e-12
        assert binom.cdf(round(low * size), size, 0.3) >= tail
    assert np.all(np.diff(upper - lower) < 0)


def test_overdispersion_is_seen_where_it_is_and_widens_the_funnel():
    rng = np.random.default_rng(6)
    sizes = rng.integers(200, 400, 40)
    pure = overdispersion(rng.binomial(sizes, 0.3), sizes)
    assert (pure.phi, pure.is_present) == (1.0, False)
    spread = overdispersion(rng.binomial(sizes, rng.beta(15, 35, 40)), sizes)
    assert spread.is_present
    assert spread.phi > 2
    narrow, wide = (
        funnel_limits(0.3, np.array([300]), level=0.95, phi=phi, method="exact") for phi in (1.0, spread.phi)
    )
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
    with pytest.raises(ValueError, match="0 or 1"):
        overdispersion(np.zeros(6), np.full(6, 10))
