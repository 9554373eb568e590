"""Sensitivity against analytic answers: Ishigami's function, triangles, and roots known by hand."""

import numpy as np
import pytest

from insight.methods import appraisal as ap

PI = np.pi
ISHIGAMI = [ap.Uncertain(name=name, low=-PI, central=0.0, high=PI, shape="uniform", source="s") for name in "abc"]


def ishigami(x):
    return np.sin(x["a"]) + 7 * np.sin(x["b"]) ** 2 + 0.1 * x["c"] ** 4 * np.sin(x["a"])


def test_sobol_indices_are_the_analytic_ones():
    found = ap.sobol(ishigami, ISHIGAMI, n=2**12, seed=1).set_index("input")
    assert found["first_order"].to_numpy() == pytest.approx([0.313905, 0.442411, 0], abs=0.01)
    assert found["total"].to_numpy() == pytest.approx([0.557589, 0.442411, 0.243684], abs=0.01)


def test_share_of_a_group_counts_what_it_does_together():
    assert ap.group_share(ishigami, ISHIGAMI, group={"a", "c"}, n=2**15, seed=1) == pytest.approx(0.5576, abs=0.015)
    assert ap.group_share(ishigami, ISHIGAMI, group=set(), n=64, seed=1) == 0
    assert ap.judgement_share(ishigami, ISHIGAMI, n=64, seed=1) == 0


def test_exact_inputs_take_no_share():
    fixed = ap.Uncertain(name="f", low=2, central=2, high=2)
    found = ap.sobol(lambda x: x["a"] * x["f"], [ISHIGAMI[0], fixed], n=256, seed=1)
    assert found[["input", "first_order", "total"]].to_numpy().tolist() == [["a", 1.0, 1.0]]
    assert ap.sobol(lambda x: x["f"], [fixed], n=256, seed=1).empty


@pytest.mark.parametrize(("low", "central", "high"), [(0, 1, 4), (0, 0, 1), (0, 1, 1)])
def test_triangle_has_its_mean_and_its_variance(low, central, high):
    one = ap.Uncertain(name="a", low=low, central=central, high=high)
    draws = ap.monte_carlo(lambda x: x["a"], [one], draws=200_000, seed=3)
    assert draws.mean() == pytest.approx((low + central + high) / 3, rel=0.01)
    spread = (low**2 + central**2 + high**2 - low * central - low * high - central * high) / 18
    assert draws.var() == pytest.approx(spread, rel=0.02)


def test_stated_correlation_reaches_the_draws():
    inputs = [ap.Uncertain(name=name, low=0, central=0.5, high=1, shape="uniform", source="s") for name in "ab"]

    def both(values):
        return np.array([values["a"], values["b"]])

    alone = ap.monte_carlo(both, inputs, draws=20_000, seed=1)
    tied = ap.monte_carlo(both, inputs, draws=20_000, seed=1, correlations={("a", "b"): 0.8})
    assert abs(np.corrcoef(alone)[0, 1]) < 0.03
    assert np.corrcoef(tied)[0, 1] == pytest.approx(6 / PI * np.arcsin(0.4), abs=0.02)
    with pytest.raises(ValueError, match="unknown input"):
        ap.monte_carlo(both, inputs, draws=10, seed=1, correlations={("a", "z"): 0.5})
    with pytest.raises(ValueError, match="cannot hold together"):
        ap.monte_carlo(both, inputs, draws=10, seed=1, correlations={("a", "b"): 1.5})


def test_switching_values_say_where_they_lie():
    inputs = [
        ap.Uncertain(name="people", low=8, central=10, high=12, feasible=(0, 1000)),
        ap.Uncertain(name="value", low=1, central=5, high=9, feasible=(0, 100)),
        ap.Uncertain(name="share", low=0.2, central=0.5, high=1, feasible=(0, 1)),
    ]
    found = ap.switching_values(lambda x: x["people"] * x["value"] * x["share"] - 40, inputs).set_index("input")
    assert found["switching_value"].to_dict() == pytest.approx({"people": 16, "value": 8, "share": 0.8})
    assert found["is_plausible"].tolist() == [False, True, True]
    none = ap.switching_values(lambda x: x["people"] * x["value"] * x["share"] - 400, inputs).set_index("input")
    assert none.loc["share", "remark"] == ap.NO_VALUE
    assert np.isnan(none.loc["share", "switching_value"])


def test_tornado_is_widest_first():
    inputs = [
        ap.Uncertain(name="narrow", low=9, central=10, high=11),
        ap.Uncertain(name="wide", low=0, central=10, high=20),
        ap.Uncertain(name="exact", low=1, central=1, high=1),
    ]
    found = ap.tornado(lambda x: x["narrow"] + x["wide"], inputs)
    assert found["input"].tolist() == ["wide", "narrow"]
    assert found["swing"].tolist() == [20, 2]
    assert set(found["central"]) == {20}


def test_no_probability_where_judgement_drives_the_result():
    draws = np.array([-1.0, 1.0, -1.0, -1.0])
    assert ap.probability_below(draws, limit=0, judgement=0.5) == 0.75
    assert ap.probability_below(draws, limit=0, judgement=0.51) is None
    guess = ap.Uncertain(name="g", low=0, central=1, high=2)
    known = ap.Uncertain(name="k", low=0, central=1, high=2, source="register")
    share = ap.judgement_share(lambda x: 3 * x["g"] + x["k"], [guess, known], n=2**14, seed=1)
    assert share == pytest.approx(0.9, abs=0.02)


def test_a_range_out_of_order_is_refused():
    with pytest.raises(ValueError, match="in order"):
        ap.Uncertain(name="a", low=2, central=1, high=3)


def uniform(*names):
    return [ap.Uncertain(name=name, low=0, central=0.5, high=1, shape="uniform", source="s") for name in names]


@pytest.mark.parametrize(
    ("ties", "groups"),
    [
        ({}, [("a",), ("b",), ("c",), ("d",)]),
        ({("a", "c"): 0.5}, [("a", "c"), ("b",), ("d",)]),
        ({("d", "c"): 0.5, ("a", "c"): -0.1}, [("a", "c", "d"), ("b",)]),
        ({("a", "b"): 0.0}, [("a",), ("b",), ("c",), ("d",)]),
        ({("a", "b"): 0.1, ("c", "d"): 0.1, ("b", "c"): 0.1}, [("a", "b", "c", "d")]),
    ],
)
def test_inputs_tied_by_a_chain_of_correlations_make_one_group(ties, groups):
    assert ap.hanging_together(uniform(*"abcd"), ties) == groups


@pytest.mark.parametrize("rho", [0.8, -0.8])
def test_correlated_inputs_share_the_index_that_is_theirs_together(rho):
    inputs = uniform(*"abc")

    def net(x):
        return x["a"] + x["b"] + x["c"]

    found = ap.sobol(net, inputs, n=2**14, seed=1, correlations={("a", "b"): rho}).set_index("input")
    pearson = 6 / PI * np.arcsin(rho / 2)  # of uniform inputs under a Gaussian copula
    own = 2 * (1 + pearson) / (2 * (1 + pearson) + 1)
    assert found.index.tolist() == ["a with b", "c"]
    assert found["total"].to_numpy() == pytest.approx([own, 1 - own], abs=0.02)
    assert found["first_order"].to_numpy() == pytest.approx([own, 1 - own], abs=0.03)
    alone = ap.sobol(net, inputs, n=2**12, seed=1).set_index("input")["total"]
    assert abs(alone["a"] + alone["b"] - own) > 0.08  # what taking them as independent would have said


def test_what_is_correlated_with_judgement_counts_as_judgement():
    guess = ap.Uncertain(name="g", low=0, central=1, high=2)
    known = [ap.Uncertain(name=name, low=0, central=1, high=2, source="register") for name in ("k", "m")]

    def net(x):
        return x["g"] + x["k"] + x["m"]

    apart = ap.judgement_share(net, [guess, *known], n=2**14, seed=1)
    assert apart == pytest.approx(1 / 3, abs=0.02)
    tied = ap.judgement_share(net, [guess, *known], n=2**14, seed=1, correlations={("g", "k"): 0.5})
    assert tied == pytest.approx(3 / 4, abs=0.03)  # 2 + 2 x .5 of 4 parts
    assert ap.judgement_share(net, known, n=64, seed=1, correlations={("k", "m"): 0.5}) == 0
    all_in_one = {("g", "k"): 0.5, ("k", "m"): 0.5}
    found = ap.sobol(net, [guess, *known], n=64, seed=1, correlations=all_in_one)
    assert found.to_numpy().tolist() == [["g with k with m", 1.0, 1.0, True]]
