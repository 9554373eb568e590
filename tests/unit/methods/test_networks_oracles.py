"""Network measures against known graphs, independent code, and counting by hand."""

import math
from itertools import combinations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import hypergeom

from insight.methods import networks


def karate():
    graph = nx.karate_club_graph()
    return graph, nx.get_node_attributes(graph, "club")


def test_the_karate_club():
    graph, club = karate()
    pairs = list(graph.edges)
    assert networks.ei_index(pairs, groups=club) == pytest.approx(-0.717949, abs=5e-7)
    matrix = networks.mixing_matrix([club[a] for a, _ in pairs], [club[b] for _, b in pairs])
    assert matrix.to_numpy().sum() == 78
    assert matrix.index.equals(matrix.columns.rename("own_group"))
    assert networks.ei_index(matrix) == pytest.approx(-0.717949, abs=5e-7)
    assert networks.assortativity(matrix) == pytest.approx(0.717531, abs=5e-7)
    assert networks.assortativity(matrix) == pytest.approx(nx.attribute_assortativity_coefficient(graph, "club"))


def test_constraint_ignores_weights_unless_asked():
    graph, _ = karate()
    plain = networks.constraint(graph)
    assert isinstance(plain, pd.Series)
    assert plain[0] == pytest.approx(0.155423, abs=5e-7)
    assert plain[33] == pytest.approx(0.156419, abs=5e-7)
    assert plain[9] == pytest.approx(0.5, abs=5e-7)
    assert networks.constraint(graph, weight="weight")[0] == pytest.approx(0.190623, abs=5e-7)


def burt(graph):
    """Constraint and effective size from the definitions, by matrices: another way than the library's."""
    ties = nx.to_numpy_array(graph, weight=None)
    degree = ties.sum(axis=1, keepdims=True)
    share = np.divide(ties, degree, out=np.zeros_like(ties), where=degree > 0)
    total = np.where(ties > 0, (share + share @ share) ** 2, 0).sum(axis=1)
    within = np.array([ties[np.ix_(own > 0, own > 0)].sum() / 2 for own in ties])
    size = degree.ravel() - np.divide(2 * within, degree.ravel(), out=np.zeros(len(ties)), where=degree.ravel() > 0)
    return total, size


def test_structure_from_the_definitions():
    graph, _ = karate()
    graph.add_node(34)
    total, size = burt(graph)
    found = networks.constraint(graph)
    assert found.drop(34).to_numpy() == pytest.approx(total[:-1])
    assert math.isnan(found[34])
    assert found[11] == 1.0
    sizes = networks.effective_size(graph)
    assert sizes.drop(34).to_numpy() == pytest.approx(size[:-1])
    assert math.isnan(sizes[34])


@pytest.mark.parametrize("measure", [networks.constraint, networks.effective_size, networks.density])
@pytest.mark.parametrize("counts", [None, pd.DataFrame({"respondent": ["a"], "contacts": [3]})])
def test_counts_hold_no_structure(measure, counts):
    found = measure(counts)
    assert isinstance(found, networks.NotIdentifiable)
    assert "not identifiable from these data (counts of contacts hold no ties among the contacts)" in str(found)
    assert math.isnan(float(found))


def test_density_of_a_graph():
    assert networks.density(nx.path_graph(4)) == pytest.approx(0.5)


def test_davis_southern_women():
    graph = nx.davis_southern_women_graph()
    edges = pd.DataFrame(sorted((a, b) if a in graph.graph["top"] else (b, a) for a, b in graph.edges))
    assert len(edges) == 89
    assert len(edges) / (18 * 14) == pytest.approx(0.353175, abs=5e-7)
    found = networks.two_mode_centrality(edges.rename(columns={0: "woman", 1: "event"}))
    assert set(found["mode"]) == {"woman", "event"}
    assert found.loc["E8", "degree"] == pytest.approx(0.777778, abs=5e-7)
    assert found.loc["Evelyn Jefferson", "degree"] == pytest.approx(0.571429, abs=5e-7)
    for node, value in (("E8", 0.243819), ("E9", 0.225514), ("Evelyn Jefferson", 0.096585)):
        assert found.loc[node, "betweenness"] == pytest.approx(value, abs=5e-7)
    assert found.loc["E8", "closeness"] == pytest.approx(0.846154, abs=5e-7)
    tied = networks.projected(edges)
    assert tied.number_of_edges() == 139
    assert tied["Evelyn Jefferson"]["Theresa Anderson"]["weight"] == 7


def test_two_modes_with_one_name_are_refused():
    with pytest.raises(ValueError, match="x is in both modes"):
        networks.two_mode_centrality(pd.DataFrame({"who": ["x", "y"], "where": ["y2", "x"]}))


def test_e_i_by_group_and_individual():
    groups = {1: "a", 2: "a", 3: "b", 4: "b", 5: "b"}
    pairs = [(1, 2), (1, 3), (3, 4), (4, 5)]
    by_group = networks.ei_index(pairs, groups=groups, by="group")
    assert by_group.to_dict() == {"a": 0.0, "b": pytest.approx(-1 / 3)}
    own = networks.ei_index([*pairs, (9, 1)], groups={**groups, 6: "b"}, by="individual")
    assert own[[1, 2, 3, 4, 5]].tolist() == [0, -1, 0, -1, -1]
    assert math.isnan(own[6])


def test_pooled_and_mean_of_individuals_differ():
    groups = dict(zip("abcdef", "xxxyyy", strict=True))
    pairs = [("a", "d"), ("a", "e"), ("a", "f"), ("b", "c")]
    assert networks.ei_index(pairs, groups=groups) == pytest.approx(0.5)
    assert networks.ei_index(pairs, groups=groups, by="individual").mean() == pytest.approx(1 / 3)


def test_directed_and_symmetrised_assortativity_differ():
    graph = nx.DiGraph([(0, 1), (0, 2), (1, 2), (2, 3), (3, 0), (4, 0), (4, 1), (4, 3)])
    group = {0: "a", 1: "a", 2: "b", 3: "b", 4: "b"}
    nx.set_node_attributes(graph, group, "group")
    matrix = networks.mixing_matrix([group[a] for a, _ in graph.edges], [group[b] for _, b in graph.edges])
    assert networks.assortativity(matrix, is_directed=True) == pytest.approx(
        nx.attribute_assortativity_coefficient(graph, "group")
    )
    assert networks.assortativity(matrix) == pytest.approx(newman_by_hand(matrix.to_numpy()))
    assert networks.assortativity(matrix) != pytest.approx(networks.assortativity(matrix, is_directed=True))


def newman_by_hand(cells):
    ends = [(i, j) for i in range(len(cells)) for j in range(len(cells)) for _ in range(int(cells[i, j]))]
    ends += [(b, a) for a, b in ends]
    x = pd.get_dummies(pd.DataFrame(ends, dtype="category"), dtype=float).to_numpy()
    k = len(cells)
    joint = x[:, :k].T @ x[:, k:] / len(ends)
    chance = joint.sum(axis=0) @ joint.sum(axis=1)
    return (np.trace(joint) - chance) / (1 - chance)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (np.ones((2, 3)), "square"),
        (pd.DataFrame([[1, 2], [3, 4]], index=list("ab"), columns=list("ba")), "different groups"),
        (np.array([[1, -1], [0, 2]]), "negative"),
    ],
)
def test_bad_matrices_are_refused(matrix, words):
    with pytest.raises(ValueError, match=words):
        networks.assortativity(matrix)


def test_unknown_contacts_are_in_no_cell():
    matrix = networks.mixing_matrix(["a", "a", "b"], ["a", "unknown", "c"], [2, 5, 1])
    assert matrix.to_numpy().sum() == 3
    assert list(matrix.columns) == ["a", "b", "c"]
    assert matrix.loc["b", "c"] == 1


def test_random_mixing_of_the_note():
    shares = {"a": 0.55, "b": 0.28, "c": 0.17}
    matrix = pd.DataFrame(np.outer(list(shares.values()), list(shares.values())) * 1000, index=shares, columns=shares)
    assert networks.ei_index(matrix) == pytest.approx(1 - 2 * (0.55**2 + 0.28**2 + 0.17**2))
    assert networks.assortativity(matrix) == pytest.approx(0, abs=1e-12)
    homophily = networks.coleman_homophily(matrix, shares, exclude_self=False)
    assert homophily.to_numpy() == pytest.approx(np.zeros(4), abs=1e-12)


def test_expected_same_group_is_the_hypergeometric_chance():
    sizes = {"a": 12, "b": 5, "c": 3}
    for own, number in sizes.items():
        by_draw = hypergeom(19, number - 1, 1).pmf(1)
        assert networks.expected_same_group(sizes, own, people=20) == pytest.approx(by_draw)
    assert networks.expected_same_group({"a": 0.25, "b": 0.75}, "a") == 0.25
    with pytest.raises(ValueError, match="no share for d"):
        networks.expected_same_group(sizes, "d")


def test_coleman_by_group_and_together():
    matrix = pd.DataFrame([[8, 2], [6, 4]], index=list("ab"), columns=list("ab"))
    found = networks.coleman_homophily(matrix, {"a": 51, "b": 50})
    assert found["a"] == pytest.approx((0.8 - 0.5) / 0.5)
    assert found["b"] == pytest.approx((0.4 - 0.49) / 0.49)
    assert found["all"] == pytest.approx((0.6 - 0.495) / (1 - 0.495))
    with pytest.raises(ValueError, match="no size for b"):
        networks.coleman_homophily(matrix, {"a": 1})


def test_blau_is_the_chance_that_two_differ():
    numbers = [5, 3, 2]
    pool = np.repeat([0, 1, 2], numbers)
    assert networks.blau(numbers) == pytest.approx(np.mean([a != b for a in pool for b in pool]))
    assert networks.iqv({"a": 1, "b": 1}) == 1
    assert networks.iqv([1, 1], groups=4) == pytest.approx(0.5 / 0.75)
    assert math.isnan(networks.blau([0, 0]))


def test_permutations_agree_with_every_labelling_there_is():
    labels, a, b = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 3, 3, 2]), np.array([1, 2, 2, 4, 5, 3])
    every = []
    for ones in combinations(range(6), 3):
        made = np.isin(np.arange(6), ones)
        every.append(2 * (made[a] != made[b]).mean() - 1)
    found = networks.permutation_test(labels, a, b, permutations=4000, seed=3)
    assert found.observed == pytest.approx((1 - 5) / 6)
    assert found.mean == pytest.approx(np.mean(every), abs=0.02)
    exact = np.mean([abs(one - np.mean(every)) >= abs(found.observed - np.mean(every)) - 1e-9 for one in every])
    assert found.p == pytest.approx(exact, abs=0.03)


def test_permutations_leave_loops_out():
    found = networks.permutation_test(np.array([0, 1, 1]), np.array([0, 1, 2]), np.array([1, 2, 2]), permutations=10)
    assert found.observed == 0


def poisson_binomial(chances):
    mass = np.ones(1)
    for one in chances:
        mass = np.convolve(mass, [1 - one, one])
    return mass


def test_draws_without_overdispersion_are_the_poisson_binomial():
    ties, chance = np.array([3, 5, 2, 8]), np.array([0.2, 0.6, 0.5, 0.35])
    mass = poisson_binomial(np.repeat(chance, ties))
    at, expected = np.arange(len(mass)), float((ties * chance).sum())
    found = networks.availability_test(np.array([2, 5, 2, 5]), ties, chance, rho=0)
    assert found.expected == pytest.approx(expected)
    assert found.p == pytest.approx(mass[np.abs(at - expected) >= abs(14 - expected)].sum())
    assert found.lower == at[np.searchsorted(mass.cumsum(), 0.025)]
    assert found.upper == at[np.searchsorted(mass.cumsum(), 0.975)]


def test_draws_with_overdispersion_are_those_of_a_simulation():
    rng = np.random.default_rng(12)
    ties, chance, rho = rng.integers(1, 12, 60), rng.choice([0.6, 0.2], 60), 0.3
    own = rng.beta(chance * (1 - rho) / rho, (1 - chance) * (1 - rho) / rho, (20_000, 60))
    totals = rng.binomial(ties, own).sum(axis=1)
    same = ties * 0.45
    found = networks.availability_test(same, ties, chance, rho=rho)
    assert found.expected == pytest.approx(totals.mean(), rel=0.01)
    assert (found.lower, found.upper) == pytest.approx(np.quantile(totals, [0.025, 0.975]), abs=2)
    far = np.abs(totals - found.expected) >= abs(same.sum() - found.expected)
    assert found.p == pytest.approx(far.mean(), abs=0.015)


def test_overdispersion_is_recovered_and_widens_the_draws():
    rng = np.random.default_rng(5)
    ties, chance = rng.integers(3, 15, 1500), rng.choice([0.6, 0.2], 1500)
    rho = 0.2
    own = rng.beta(chance * (1 - rho) / rho, (1 - chance) * (1 - rho) / rho)
    same = rng.binomial(ties, own)
    assert networks.overdispersion(same, ties, chance) == pytest.approx(rho, abs=0.03)
    assert networks.overdispersion(rng.binomial(ties, chance), ties, chance) == pytest.approx(0, abs=0.02)
    wide, narrow = (networks.availability_test(same[:200], ties[:200], chance[:200], rho=one) for one in (None, 0))
    assert wide.upper - wide.lower > 1.4 * (narrow.upper - narrow.lower)


def test_draws_are_right_five_times_in_a_hundred_when_nothing_is_there():
    rng, alarms = np.random.default_rng(6), 0
    for _ in range(200):
        ties, chance = rng.integers(1, 12, 120), rng.choice([0.6, 0.2], 120)
        own = rng.beta(chance * 4, (1 - chance) * 4)
        alarms += networks.availability_test(rng.binomial(ties, own), ties, chance).p <= 0.05
    assert 2 <= alarms <= 20


def test_joint_clusters_are_chains_of_shared_labels():
    homes, sessions = ["h1", "h1", "h2", "h3", "h4"], ["s1", "s2", "s2", "s3", "s4"]
    found = networks.joint_clusters(homes, sessions)
    assert len(set(found[:3])) == 1
    assert len(set(found)) == 3


def bernoulli(successes, cases, design, homes):
    rows = np.repeat(np.arange(len(cases)), cases)
    hits = np.concatenate([np.arange(n) < k for n, k in zip(cases, successes, strict=True)])
    return hits.astype(float), sm.add_constant(design[rows]), homes[rows]


def test_binomial_effects_are_those_of_single_ties_with_clustered_errors():
    rng = np.random.default_rng(8)
    n = 200
    homes, design = rng.integers(0, 90, n), (rng.random((n, 2)) < 0.5).astype(float)
    cases = rng.integers(0, 9, n)
    successes = rng.binomial(cases, 1 / (1 + np.exp(1 - 0.8 * design[:, 0])))
    found = networks.binomial_effects(successes, cases, design, homes, names=["a", "b"])
    y, x, groups = bernoulli(successes, cases, design, homes)
    fit = sm.GLM(y, x, family=sm.families.Binomial()).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "df_correction": True, "use_correction": False}
    )
    count = len(np.unique(groups))
    se = fit.bse[1] * math.sqrt(count / (count - 1))
    assert math.log(found["a"].odds_ratio.estimate) == pytest.approx(fit.params[1], abs=1e-6)
    width = math.log(found["a"].odds_ratio.upper) - math.log(found["a"].odds_ratio.estimate)
    from scipy.stats import t

    assert width == pytest.approx(t.ppf(0.975, count - 1) * se, rel=1e-4)
    on, off = x.copy(), x.copy()
    on[:, 1], off[:, 1] = 1, 0
    assert found["a"].difference.estimate == pytest.approx((fit.predict(on) - fit.predict(off)).mean(), abs=1e-6)


def test_average_differences_cover():
    rng, held, truth = np.random.default_rng(9), 0, 0.18
    for _ in range(150):
        flag = (rng.random(160) < 0.5).astype(float)
        cases = rng.integers(1, 9, 160)
        tendency = rng.beta(3 * (0.3 + truth * flag), 3 * (0.7 - truth * flag))
        found = networks.binomial_effects(
            rng.binomial(cases, tendency), cases, flag[:, None], np.arange(160), names=["flag"]
        )["flag"].difference
        held += found.lower <= truth <= found.upper
    assert 0.9 <= held / 150 <= 0.99


def test_a_group_without_the_outcome_has_no_odds_ratio():
    flag = np.repeat([0.0, 1.0], 20)
    with pytest.raises(ValueError, match="all or none of a group"):
        networks.binomial_effects(np.where(flag == 1, 3, 1), np.full(40, 3), flag[:, None], np.arange(40), names=["f"])


EDGES = pd.DataFrame(
    [
        (1, "park"),
        (2, "park"),
        (3, "park"),
        (4, "shop"),
        (5, "shop"),
        (1, "cafe"),
        (4, "cafe"),
        (2, "cafe"),
        (3, "pub"),
    ],
    columns=["person", "place"],
)


def test_reach_curve_by_hand():
    weights = pd.Series(1.0, index=range(1, 7))
    found = networks.reach_curve(EDGES, weights=weights)
    # Cafe and park reach three each, and the first by name is taken; six goes nowhere and stays in the whole.
    assert found["place"].tolist() == ["cafe", "park", "shop"]
    assert found["reach"].tolist() == pytest.approx([3 / 6, 4 / 6, 5 / 6])
    assert found["gain"].tolist() == pytest.approx([3 / 6, 1 / 6, 1 / 6])
    heavy = networks.reach_curve(EDGES, weights=pd.Series({4: 5.0, 5: 2.0, 3: 1.0}))
    assert heavy["place"].tolist() == ["shop", "park"]
    assert heavy["gain"].tolist() == pytest.approx([7 / 8, 1 / 8])


def test_fewest_places_agree_with_trying_every_set():
    rng = np.random.default_rng(10)
    for _ in range(12):
        met = rng.random((25, 7)) < 0.25
        rows, columns = np.nonzero(met)
        edges = pd.DataFrame({"person": rows, "place": [f"p{one}" for one in columns]})
        weights = pd.Series(1.0, index=range(25))
        found = networks.fewest_places(edges, share=0.7, weights=weights)
        sets = [s for k in range(1, 8) for s in combinations(range(7), k) if met[:, s].any(axis=1).mean() >= 0.7]
        if not sets:
            assert not found.is_possible
            assert found.most == pytest.approx(met.any(axis=1).mean())
            continue
        fewest = min(map(len, sets))
        best = max(met[:, s].any(axis=1).mean() for s in sets if len(s) == fewest)
        assert len(found.places) == fewest
        assert found.share == pytest.approx(best)


def test_held_out_reach_is_not_flattered():
    rng = np.random.default_rng(11)
    edges = pd.DataFrame({"person": np.arange(60), "place": [f"p{one}" for one in rng.integers(0, 30, 60)]})
    clusters = {person: person for person in range(60)}
    flattered = networks.reach_curve(edges, weights=pd.Series(1.0, index=range(60)))["reach"].iloc[4]
    assert networks.held_out_reach(edges, clusters, places=5) < flattered


def test_nobody_to_reach_is_refused():
    with pytest.raises(ValueError, match="nobody to reach"):
        networks.reach_curve(EDGES, weights=pd.Series(dtype=float))


def clustered_ties(rng, *, clusters=60, size=4, rho=0.3):
    """Respondents who lean alike within a cluster, none of them more to their own group than is at hand."""
    chance = rng.choice([0.6, 0.2], clusters)
    lean = rng.beta(chance * (1 - rho) / rho, (1 - chance) * (1 - rho) / rho)
    ties = rng.integers(1, 9, clusters * size)
    at_hand, own = np.repeat(chance, size), np.repeat(lean, size)
    return rng.binomial(ties, own), ties, at_hand, np.repeat(np.arange(clusters), size)


def test_clusters_that_lean_together_raise_no_more_alarms_than_one_in_twenty():
    rng, apart, together = np.random.default_rng(17), 0, 0
    for _ in range(200):
        same, ties, chance, clusters = clustered_ties(rng)
        apart += networks.availability_test(same, ties, chance).p < 0.05
        together += networks.availability_test(same, ties, chance, clusters=clusters).p < 0.05
    assert apart / 200 > 0.15
    assert 0.005 <= together / 200 <= 0.10


def test_clustering_is_recovered_and_is_that_of_pairs_counted_one_by_one():
    rng = np.random.default_rng(4)
    same, ties, chance, clusters = clustered_ties(rng, clusters=900)
    assert networks.clustering(same, ties, chance, clusters) == pytest.approx(0.3, abs=0.05)
    few = slice(0, 40)
    share = {one: same[few][chance[few] == one].sum() / ties[few][chance[few] == one].sum() for one in set(chance[few])}
    rest = [s - n * share[c] for s, n, c in zip(same[few], ties[few], chance[few], strict=True)]
    scale = [n * (share[c] * (1 - share[c])) ** 0.5 for n, c in zip(ties[few], chance[few], strict=True)]
    pairs = [(i, j) for i in range(40) for j in range(40) if i != j and clusters[i] == clusters[j]]
    by_hand = sum(rest[i] * rest[j] for i, j in pairs) / sum(scale[i] * scale[j] for i, j in pairs)
    found = networks.clustering(same[few], ties[few], chance[few], clusters[few])
    assert found == pytest.approx(min(max(by_hand, 0), 0.99))


def test_spread_of_the_draws_is_that_of_a_simulation_of_clusters():
    rng = np.random.default_rng(21)
    chance, ties, rho = np.repeat([0.6, 0.2, 0.5], 40), rng.integers(2, 7, 120), 0.25
    clusters = np.repeat(np.arange(30), 4)
    lean = rng.beta(chance[::4] * (1 - rho) / rho, (1 - chance[::4]) * (1 - rho) / rho, (20_000, 30))
    totals = rng.binomial(ties, np.repeat(lean, 4, axis=1)).sum(axis=1)
    alone = (ties * chance * (1 - chance) * (1 + (ties - 1) * rho)).sum()
    scale = ties * np.sqrt(chance * (1 - chance))
    by_cluster = np.bincount(clusters, weights=scale)
    widening = np.sqrt(1 + rho * ((by_cluster**2).sum() - (scale**2).sum()) / alone)
    assert np.sqrt(alone) * widening == pytest.approx(totals.std(), rel=0.03)


def test_lone_respondents_leave_the_draws_as_they_are():
    rng = np.random.default_rng(2)
    ties, chance = rng.integers(1, 6, 50), rng.choice([0.6, 0.2], 50)
    same = rng.binomial(ties, chance)
    plain, alone = (networks.availability_test(same, ties, chance, clusters=one) for one in (None, np.arange(50)))
    assert (plain.p, plain.lower, plain.upper) == (alone.p, alone.lower, alone.upper)
    assert (alone.clustering, alone.widening) == (0.0, 1.0)
