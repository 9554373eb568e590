"""E-I, mixing against what is at hand, and clustered limits, each against an independent way to the same number."""

import math

import networkx as nx
import numpy as np
import pytest
import statsmodels.api as sm

from insight.methods import networks
from insight.methods.estimate import exactly
from insight.methods.intervals import wilson


def test_e_i_by_hand():
    assert networks.e_i(3, 1) == 0.5
    assert networks.e_i(0, 4) == -1
    assert networks.e_i(4, 0) == 1
    assert math.isnan(networks.e_i(0, 0))
    assert networks.e_i_bounds(2, 4, 2) == (-0.5, 0.0)


def test_e_i_of_a_known_graph():
    graph = nx.karate_club_graph()
    club = nx.get_node_attributes(graph, "club")
    external = sum(club[a] != club[b] for a, b in graph.edges)
    assert (external, graph.number_of_edges() - external) == (11, 67)
    assert networks.e_i(external, graph.number_of_edges() - external) == pytest.approx(-0.717949, abs=1e-6)


def test_pooled_e_i_of_a_small_graph_is_that_of_its_egos():
    graph = nx.Graph([(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (4, 5), (3, 5), (0, 5)])
    group = dict.fromkeys((0, 1, 2), "a") | dict.fromkeys((3, 4, 5), "b")
    external = np.array([sum(group[n] != group[e] for n in graph[e]) for e in graph])
    ties = np.array([graph.degree[e] for e in graph])
    share = networks.clustered_share(external, ties, np.array(list(graph)))
    # By hand: ties 2-3 and 0-5 cross, six do not; each is seen from both of its ends.
    assert networks.as_e_i(share).estimate == pytest.approx((2 - 6) / 8)


def test_e_i_limits_are_those_of_the_share():
    found = networks.as_e_i(wilson(20, 100))
    assert found.estimate == pytest.approx(-0.6)
    assert found.lower == pytest.approx(2 * wilson(20, 100).lower - 1)
    assert networks.shifted(exactly(0.7), 0.5).lower == pytest.approx(0.2)


@pytest.mark.parametrize(("same", "at_hand", "index"), [(0.8, 0.6, 0.5), (0.3, 0.6, -0.5), (0.6, 0.6, 0), (1, 0.2, 1)])
def test_coleman_by_hand(same, at_hand, index):
    assert networks.coleman(same, at_hand) == pytest.approx(index)
    assert math.isnan(networks.coleman(same, 0.0))


def test_mixing_by_hand():
    groups = np.array(["a", "a", "a", "b", "b"])
    internal, external = np.array([4.0, 2, 0, 1, 3]), np.array([0.0, 2, 2, 3, 1])
    found = networks.mixing(groups, internal, external, np.arange(5))
    assert found.available == {"a": pytest.approx(2 / 4), "b": pytest.approx(1 / 4)}
    # 18 ties, 10 within; by chance 10 * 1/2 + 8 * 1/4 = 7 within and 11 beyond.
    assert found.excess.estimate == pytest.approx(10 / 18 - 7 / 18)
    assert found.crossing.estimate == pytest.approx(8 / 11)


def test_mixing_takes_given_shares_and_refuses_groups_without_one():
    groups, ties = np.array(["a", "b", "b"]), np.array([1.0, 1, 1])
    found = networks.mixing(groups, ties, ties, np.arange(3), population={"a": 0.25, "b": 0.75})
    assert found.crossing.estimate == pytest.approx(3 / (2 * 0.75 + 4 * 0.25))
    with pytest.raises(ValueError, match="no population share for b"):
        networks.mixing(groups, ties, ties, np.arange(3), population={"a": 1.0})


def test_mixing_without_ties_is_refused():
    with pytest.raises(ValueError, match="no ties"):
        networks.mixing(np.array(["a", "b"]), np.zeros(2), np.zeros(2), np.arange(2))


def test_jackknife_of_a_mean_is_the_t_interval():
    from scipy.stats import t

    values = np.array([1.0, 4, 2, 2, 5, 3])
    found = networks.clustered_mean(values, np.arange(6))
    half = t.ppf(0.975, 5) * values.std(ddof=1) / math.sqrt(6)
    assert found.estimate == pytest.approx(values.mean())
    assert (found.lower, found.upper) == (pytest.approx(values.mean() - half), pytest.approx(values.mean() + half))


def test_alike_members_of_a_household_add_nothing():
    rng = np.random.default_rng(1)
    one = rng.random(60) < 0.4
    alone = networks.clustered_share(one, np.ones(60), np.arange(60))
    doubled = networks.clustered_share(np.repeat(one, 2), np.ones(120), np.repeat(np.arange(60), 2))
    assert (doubled.lower, doubled.upper) == (pytest.approx(alone.lower), pytest.approx(alone.upper))
    assert alone.lower == pytest.approx(wilson(one.sum(), 60).lower, abs=0.005)


def test_shares_of_none_and_all_keep_a_width():
    found = networks.clustered_share(np.zeros(10), np.full(10, 7), np.arange(10))
    assert (found.estimate, found.lower) == (0.0, 0.0)
    assert found.upper == pytest.approx(wilson(0, 10).upper)


def test_one_cluster_says_nothing_of_spread():
    with pytest.raises(ValueError, match="two clusters"):
        networks.clustered_share(np.ones(3), np.ones(3), np.zeros(3))


def test_clustered_shares_cover():
    rng = np.random.default_rng(4)
    hits = 0
    for _ in range(400):
        tendency = rng.beta(2, 6, 80)
        cases = 1 + rng.poisson(5, 80)
        found = networks.clustered_share(rng.binomial(cases, tendency), cases, np.arange(80))
        hits += found.lower <= 0.25 <= found.upper
    assert 0.92 <= hits / 400 <= 0.98


def test_correlation_is_pearsons():
    rng = np.random.default_rng(2)
    x = rng.normal(size=200)
    y = 0.3 * x + rng.normal(size=200)
    found = networks.clustered_correlation(x, y, np.arange(200))
    assert found.estimate == pytest.approx(np.corrcoef(x, y)[0, 1])
    fisher = 1.96 / math.sqrt(197)
    assert math.atanh(found.upper) - math.atanh(found.estimate) == pytest.approx(fisher, rel=0.15)
    with pytest.raises(ValueError, match="vary"):
        networks.clustered_correlation(x, np.ones(200), np.arange(200))


def test_adjusted_differences_are_those_of_a_weighted_model_with_clustered_errors():
    rng = np.random.default_rng(3)
    n = 150
    homes = rng.integers(0, 90, n)
    design = (rng.random((n, 3)) < 0.5).astype(float)
    cases = rng.integers(0, 12, n)
    successes = rng.binomial(cases, 0.3)
    found = networks.adjusted_differences(successes, cases, design, homes, names=["a", "b", "c"])
    held = cases > 0
    model = sm.WLS(successes[held] / cases[held], sm.add_constant(design[held]), weights=cases[held])
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": homes[held]}, use_t=True)
    assert [found[name].estimate for name in "abc"] == pytest.approx(list(fit.params[1:]))
    limits = fit.conf_int()[1:]
    assert [found[name].lower for name in "abc"] == pytest.approx(list(limits[:, 0]))
    assert [found[name].upper for name in "abc"] == pytest.approx(list(limits[:, 1]))


def test_more_terms_than_respondents_are_refused():
    with pytest.raises(ValueError, match="leave the adjustment out"):
        networks.adjusted_differences(np.ones(3), np.ones(3), np.eye(3), np.arange(3), names=list("abc"))
