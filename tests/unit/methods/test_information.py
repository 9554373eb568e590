"""Value of information about a share or a mean: simulation as oracle, and what must hold for any prior."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight.methods.appraisal import information as info

PRIOR = info.prior_of_range(0.25, 0.5, 1.0)


def test_the_prior_has_mean_and_variance_of_its_triangle():
    draws = np.random.default_rng(1).triangular(0.25, 0.5, 1.0, 400_000)
    total = PRIOR.a + PRIOR.b
    assert PRIOR.mean == pytest.approx(draws.mean(), abs=0.001)
    assert PRIOR.a * PRIOR.b / total**2 / (total + 1) == pytest.approx(draws.var(), rel=0.01)


@pytest.mark.parametrize(("slope", "switch"), [(100.0, 0.55), (100.0, 0.8), (-50.0, 0.4), (10.0, 1.4), (10.0, -0.2)])
def test_worth_agrees_with_simulation(slope, switch):
    rng = np.random.default_rng(2)
    share = rng.beta(PRIOR.a, PRIOR.b, 400_000)
    gain = slope * (share - switch)
    now = max(0.0, slope * (PRIOR.mean - switch))
    assert info.perfect_information(PRIOR, slope=slope, switch=switch) == pytest.approx(
        np.maximum(gain, 0).mean() - now, abs=0.1
    )
    yes = rng.binomial(12, share)
    after = (PRIOR.a + yes) / (PRIOR.a + PRIOR.b + 12)
    simulated = np.where(slope * (after - switch) > 0, gain, 0).mean() - now
    found = info.sample_information(PRIOR, slope=slope, switch=switch, records=12)
    assert found == pytest.approx(simulated, abs=0.1)


@settings(max_examples=60, deadline=None)
@given(
    bounds=st.lists(st.floats(0.01, 0.99), min_size=3, max_size=3)
    .map(sorted)
    .filter(lambda one: one[2] - one[0] > 0.02),
    slope=st.floats(-1e6, 1e6).filter(lambda one: abs(one) > 1),
    switch=st.floats(-0.5, 1.5),
    records=st.integers(0, 60),
)
def test_a_sample_is_worth_nothing_or_more_grows_and_never_beats_knowing(bounds, slope, switch, records):
    prior = info.prior_of_range(*bounds)
    less, more = (
        info.sample_information(prior, slope=slope, switch=switch, records=count) for count in (records, records + 7)
    )
    slack = abs(slope) * 1e-9
    assert 0 <= less <= more + slack
    assert more <= info.perfect_information(prior, slope=slope, switch=switch) + slack


def test_records_for_a_part_are_the_fewest_that_give_it():
    found = info.records_for(PRIOR, slope=100.0, switch=0.55, part=0.8, most=1000)
    wanted = 0.8 * info.perfect_information(PRIOR, slope=100.0, switch=0.55)
    assert info.sample_information(PRIOR, slope=100.0, switch=0.55, records=found) >= wanted
    assert info.sample_information(PRIOR, slope=100.0, switch=0.55, records=found - 1) < wanted
    assert info.records_for(PRIOR, slope=100.0, switch=0.55, part=0.8, most=2) is None
    assert info.records_for(PRIOR, slope=0.0, switch=0.55, part=0.8, most=1000) is None


@pytest.mark.parametrize("bounds", [(0.5, 0.5, 0.5), (0.6, 0.5, 0.7), (0.2, 0.5, 1.1)])
def test_no_prior_without_a_range_of_shares(bounds):
    with pytest.raises(ValueError, match="range within 0 and 1"):
        info.prior_of_range(*bounds)
    with pytest.raises(ValueError, match="fewer than none"):
        info.sample_information(PRIOR, slope=1.0, switch=0.5, records=-1)


@pytest.mark.parametrize(("slope", "switch"), [(100.0, 11.0), (-40.0, 9.5), (100.0, 9.0), (5.0, 40.0)])
def test_records_of_a_mean_are_worth_what_simulation_says(slope, switch):
    prior = info.mean_prior_of_range(4.0, 9.0, 17.0, record_sd=6.0)
    assert (prior.mean, prior.sd) == (10.0, pytest.approx(np.sqrt((16 + 81 + 289 - 36 - 68 - 153) / 18)))
    rng = np.random.default_rng(3)
    truth = rng.normal(prior.mean, prior.sd, 400_000)
    seen = truth + rng.normal(0, 6.0 / np.sqrt(20), len(truth))
    weight = prior.sd**2 / (prior.sd**2 + 36 / 20)
    after = prior.mean + weight * (seen - prior.mean)
    without = max(0.0, slope * (prior.mean - switch))
    for signal, value in (
        (truth, info.perfect_information(prior, slope=slope, switch=switch)),
        (after, info.sample_information(prior, slope=slope, switch=switch, records=20)),
    ):
        simulated = np.maximum(0, slope * (signal - switch)).mean() - without
        assert value == pytest.approx(simulated, rel=0.02, abs=0.4)


def test_more_records_of_a_mean_are_worth_more_up_to_knowing_it():
    prior = info.mean_prior_of_range(4.0, 9.0, 17.0, record_sd=6.0)
    worth = [info.sample_information(prior, slope=1, switch=11, records=n) for n in (0, 1, 10, 100, 10**6)]
    assert worth == sorted(worth)
    assert worth[0] == 0
    knowing = info.perfect_information(prior, slope=1, switch=11)
    assert worth[-1] == pytest.approx(knowing, rel=1e-4)
    need = info.records_for(prior, slope=1, switch=11, part=0.8, most=4096)
    near = [info.sample_information(prior, slope=1, switch=11, records=n) for n in (need - 1, need)]
    assert near[0] < 0.8 * knowing <= near[1]
    assert info.perfect_information(prior, slope=0, switch=11) == 0


@pytest.mark.parametrize(("ends", "spread"), [((1, 1, 1), 1), ((3, 2, 4), 1), ((1, 2, 3), 0), ((1, 2, 3), -1)])
def test_a_mean_without_range_or_spread_is_refused(ends, spread):
    with pytest.raises(ValueError, match="Fix"):
        info.mean_prior_of_range(*ends, record_sd=spread)
