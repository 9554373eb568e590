"""Clumping against another library and against chance: sizes, limits, seeds, and graphs that are none."""

import numpy as np
import pandas as pd
import pytest

from insight.methods.clumping import false_discovery, local_joins, moran
from insight.methods.spatial import join_count

SIDE = 12


def grid(side=SIDE):
    at = np.arange(side * side).reshape(side, side)
    return np.r_[np.c_[at[:, :-1].ravel(), at[:, 1:].ravel()], np.c_[at[:-1].ravel(), at[1:].ravel()]]


def graph(pairs):
    from libpysal.graph import Graph

    return Graph.from_arrays(*_sorted(pairs))


def _sorted(pairs):
    first, second = np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]
    order = np.lexsort((second, first))
    return first[order], second[order], np.ones(len(order))


def test_morans_i_and_its_p_are_those_of_another_library():
    import esda

    rng = np.random.default_rng(1)
    smooth = np.add.outer(np.arange(SIDE), np.arange(SIDE)).ravel() + rng.normal(scale=8, size=SIDE**2)
    np.random.seed(2)  # noqa: NPY002 - the other library knows no other way
    other = esda.Moran(smooth, graph(grid()), transformation="b", permutations=999)
    found = moran(smooth, grid(), seed=3)
    assert found.value == pytest.approx(other.I)
    assert found.expected == pytest.approx(other.EI)
    assert found.p == pytest.approx(other.p_sim, abs=0.01)
    assert (found.usual_low, found.usual_high) == pytest.approx(np.quantile(other.sim, [0.025, 0.975]), abs=0.03)


def test_the_same_seed_gives_the_same_p_and_another_gives_the_same_band():
    values = np.random.default_rng(5).normal(size=SIDE**2)
    assert moran(values, grid(), seed=1) == moran(values, grid(), seed=1)
    assert abs(moran(values, grid(), seed=1).p - moran(values, grid(), seed=2).p) < 0.08


def test_values_without_a_pattern_are_seldom_found():
    rng, pairs = np.random.default_rng(9), grid()
    hits = [moran(rng.normal(size=SIDE**2), pairs, seed=run, permutations=199).p <= 0.05 for run in range(200)]
    assert np.mean(hits) <= 0.1


def test_local_joins_count_like_neighbours_and_find_the_planted_clump():
    labels = np.array(list("ab") * (SIDE**2 // 2), dtype=object).reshape(SIDE, SIDE)
    labels[1::2] = labels[1::2, ::-1]
    labels[:4, :4] = "c"
    found = local_joins(labels.ravel(), grid(), seed=1)
    assert found.loc[0, ["neighbours", "joins"]].tolist() == [2, 2]
    heart = [1, 2, 12, 13, 14, 24, 25, 26]
    assert found.loc[heart, "is_core"].all()
    assert not found.loc[found["category"] != "c", "is_core"].any()


def test_local_joins_agree_with_shuffles_made_label_by_label():
    rng, pairs = np.random.default_rng(3), grid(5)
    labels = rng.choice(list("xyz"), 25)
    found = local_joins(labels, pairs, seed=4, permutations=4999)
    at = 12
    ends = np.r_[pairs, pairs[:, ::-1]]
    near = ends[ends[:, 0] == at, 1]
    others = np.delete(np.arange(25), at)
    drawn = np.array(
        [(np.isin(others, near) & (rng.permutation(labels[others]) == labels[at])).sum() for _ in range(4999)]
    )
    assert found.loc[at, "p"] == pytest.approx((drawn >= found.loc[at, "joins"]).mean(), abs=0.03)


def test_an_area_without_neighbours_has_no_p_and_is_left_out_of_the_rates():
    labels = ["a"] * 25 + ["a"]
    labels[3] = "b"
    found = local_joins(labels, grid(5), seed=1, permutations=99)
    assert np.isnan(found["p"].iloc[-1])
    assert not found["is_core"].iloc[-1]
    p = np.array([0.01, np.nan, 0.02, 0.9])
    assert false_discovery(p).tolist() == [True, False, True, False]


def test_false_discovery_is_that_of_another_library():
    from statsmodels.stats.multitest import multipletests

    p = np.random.default_rng(1).beta(0.4, 2, 300)
    assert (false_discovery(p) == multipletests(p, alpha=0.05, method="fdr_bh")[0]).all()


@pytest.mark.parametrize("measure", [moran, local_joins])
def test_a_graph_without_edges_is_refused(measure):
    with pytest.raises(ValueError, match="no two areas are neighbours"):
        measure([1.0, 2.0, 3.0], np.empty((0, 2), dtype=int), seed=1)
    with pytest.raises(ValueError, match="beyond the areas"):
        measure([1.0, 2.0], np.array([[0, 5]]), seed=1)


@pytest.mark.parametrize(("values", "said"), [([1.0, np.nan, 2.0], "no value"), ([1.0, 1.0, 1.0], "same value")])
def test_values_that_cannot_clump_are_refused(values, said):
    with pytest.raises(ValueError, match=said):
        moran(values, np.array([[0, 1], [1, 2]]), seed=1)


def test_row_order_changes_the_answer_so_it_is_the_callers_to_keep():
    values = np.add.outer(np.arange(SIDE), np.arange(SIDE)).ravel().astype(float)
    right = moran(values, grid(), seed=1).value
    wrong = moran(np.random.default_rng(1).permutation(values), grid(), seed=1).value
    assert right > 0.8
    assert abs(wrong) < 0.2


def test_joins_by_category_agree_with_another_library():
    import esda

    labels = np.random.default_rng(2).choice(list("ab"), SIDE**2, p=[0.3, 0.7])
    found = join_count(labels, grid(), seed=1, permutations=99).categories.set_index("category")
    other = esda.Join_Counts((labels == "a").astype(int), graph(grid()), permutations=99)
    assert found.loc["a", "joins"] == other.bb
    assert isinstance(found, pd.DataFrame)
