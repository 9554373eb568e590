"""Standardised rates and life expectancy against a national tool's own test values and against second computations."""

import numpy as np
import pytest
from scipy.stats import chi2

from insight.methods.intervals import byar
from insight.methods.life_expectancy import chiang
from insight.methods.rates import directly_standardised

STARTS = np.array([0, 1, *range(5, 95, 5)])
PERSONS = np.array(
    [
        *(7060, 35059, 46974, 48489, 43219, 38561, 46009, 57208, 61435, 55601),
        *(50209, 56416, 46411, 39820, 37978, 37039, 33288, 23306, 11936, 11936),
    ]
)
DEATHS = np.array([17, 9, 4, 8, 20, 15, 24, 33, 50, 71, 100, 163, 263, 304, 536, 872, 1390, 1605, 1936, 1937])


def test_life_expectancy_equals_the_national_tool():
    """Values: test data of the public-health indicator methods package, example with 20 age bands (its z is 1.96)."""
    found = chiang(DEATHS, persons=PERSONS, starts=STARTS)
    assert (found.estimate, found.lower, found.upper) == pytest.approx(
        (80.16960813, 79.88268548, 80.45653078), abs=1e-5
    )
    assert found.n == DEATHS.sum()


def test_limits_cover_a_known_life_expectancy():
    rng = np.random.default_rng(7)
    small = PERSONS / 20
    rates = DEATHS / PERSONS
    truth = chiang(DEATHS, persons=PERSONS, starts=STARTS).estimate
    draws = [chiang(rng.poisson(rates * small), persons=small, starts=STARTS) for _ in range(400)]
    covered = np.mean([one.lower <= truth <= one.upper for one in draws])
    assert 0.925 <= covered <= 0.975


def test_the_last_band_counts_in_the_variance():
    """Chiang's own variance leaves it out; with few persons in it the limits must widen."""
    few = np.where(STARTS == 90, 20, DEATHS)
    persons = np.where(STARTS == 90, 100, PERSONS)
    width = [
        one.upper - one.lower
        for one in (chiang(few, persons=persons, starts=STARTS), chiang(DEATHS, persons=PERSONS, starts=STARTS))
    ]
    assert width[0] > 1.5 * width[1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"deaths": np.where(STARTS == 90, 0, DEATHS)}, "last, open age band"),
        ({"deaths": np.where(STARTS == 10, -1, DEATHS)}, "negative"),
        ({"persons": np.where(STARTS == 10, 0, PERSONS)}, "no persons"),
        ({"persons": np.where(STARTS == 90, 100, PERSONS)}, "more deaths than persons"),
        ({"starts": STARTS[::-1]}, "start at 0"),
        ({"deaths": DEATHS[1:]}, "align"),
        ({"persons": PERSONS / 200, "deaths": DEATHS / 200}, "person-years"),
    ],
)
def test_life_expectancy_is_refused_where_it_means_nothing(change, said):
    given = {"deaths": DEATHS, "persons": PERSONS, "starts": STARTS} | change
    with pytest.raises(ValueError, match=said):
        chiang(given.pop("deaths"), **given)


def test_a_rate_standardised_to_its_own_population_is_the_crude_rate_with_byar_limits():
    found = directly_standardised(DEATHS, persons=PERSONS, standard=PERSONS, per=1000)
    crude = byar(int(DEATHS.sum()), PERSONS.sum() / 1000)
    assert (found.estimate, found.lower, found.upper) == pytest.approx((crude.estimate, crude.lower, crude.upper))


def test_dobson_limits_against_exact_poisson_limits_and_simulation():
    standard = np.array([5, 5, 10, 20])
    events, persons = np.array([2, 3, 9, 30]), np.array([900, 1200, 800, 400])
    found = directly_standardised(events, persons=persons, standard=standard, per=1000)
    weights = standard / standard.sum()
    rate, total = (weights * events / persons).sum(), events.sum()
    spread = np.sqrt((weights**2 * events / persons**2).sum() / total)
    exact = [chi2.ppf(0.025, 2 * total) / 2, chi2.ppf(0.975, 2 * total + 2) / 2]
    by_hand = [1000 * (rate + spread * (limit - total)) for limit in exact]
    assert found.estimate == pytest.approx(1000 * rate)
    assert (found.lower, found.upper) == pytest.approx(by_hand, rel=0.002)
    rng = np.random.default_rng(3)
    drawn = [
        directly_standardised(rng.poisson(events), persons=persons, standard=standard, per=1000) for _ in range(1500)
    ]
    assert 0.935 <= np.mean([one.lower <= found.estimate <= one.upper for one in drawn]) <= 0.975


@pytest.mark.parametrize(
    ("events", "persons", "said"),
    [([3, 4], [100, 100], "too few"), ([30, 4], [100, 0], "no persons"), ([30], [100, 10], "align")],
)
def test_rates_are_refused_where_they_mean_nothing(events, persons, said):
    with pytest.raises(ValueError, match=said):
        directly_standardised(np.array(events), persons=np.array(persons), standard=np.array([1, 1]), per=1000)
