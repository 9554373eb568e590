"""Dissimilarity and isolation by hand, against the formula over all categories, and against random allocation."""

import numpy as np
import pytest

from insight.methods.segregation import dissimilarity, isolation, overall, segregation


def test_by_hand():
    counts = np.array([[30.0, 10], [10, 50]])
    assert dissimilarity(counts) == pytest.approx([abs(30 / 40 - 10 / 60)] * 2)
    assert isolation(counts)[0] == pytest.approx((30 * 30 / 40 + 10 * 10 / 60) / 40)
    assert float(overall(counts)) == pytest.approx(float(dissimilarity(counts)[0]))


@pytest.mark.parametrize(("counts", "value"), [([[5, 5], [50, 50]], 0.0), ([[7, 0], [0, 9]], 1.0)])
def test_the_two_ends(counts, value):
    counts = np.array(counts, dtype=float)
    assert dissimilarity(counts) == pytest.approx([value] * 2)
    assert float(overall(counts)) == pytest.approx(value)


def test_three_categories_at_once_follow_the_definition():
    counts = np.random.default_rng(1).integers(1, 40, (6, 3)).astype(float)
    size, whole = counts.sum(axis=1), counts.sum()
    mix = counts.sum(axis=0) / whole
    by_hand = sum(size[i] * abs(counts[i, k] / size[i] - mix[k]) for i in range(6) for k in range(3)) / (
        2 * whole * sum(p * (1 - p) for p in mix)
    )
    assert float(overall(counts)) == pytest.approx(by_hand)


def units(rng, *, clumped):
    zone = np.repeat(np.arange(40), 6)
    chance = rng.beta(1, 1, 40)[zone] if clumped else np.full(240, 0.4)
    first = rng.binomial(30, np.where(rng.random(240) < chance, 0.9, 0.1))
    return np.column_stack([first, 30 - first]), zone


def test_chance_alone_gives_a_dissimilarity_and_it_is_told():
    rng, above = np.random.default_rng(3), []
    for run in range(60):
        counts, zone = units(rng, clumped=False)
        found = segregation(counts, zone, categories=["a", "b"], seed=run, permutations=199)
        assert found.random > 0.15, "random allocation of whole units is far from even"
        above.append(found.dissimilarity > found.usual_high)
    assert np.mean(above) <= 0.08


def test_planted_clumps_exceed_random_allocation():
    counts, zone = units(np.random.default_rng(4), clumped=True)
    found = segregation(counts, zone, categories=["a", "b"], seed=1, permutations=199)
    assert found.dissimilarity > found.usual_high
    assert found.p == 1 / 200
    assert (found.categories["dissimilarity"] > found.categories["random_dissimilarity"]).all()
    assert (found.categories["isolation"] > found.categories["random_isolation"]).all()
    assert (found.units, found.zones) == (240, 40)


def test_order_of_units_does_not_matter_and_the_seed_does_the_shuffling():
    counts, zone = units(np.random.default_rng(5), clumped=True)
    order = np.random.default_rng(6).permutation(len(zone))
    one = segregation(counts, zone, categories=["a", "b"], seed=1, permutations=99)
    other = segregation(counts[order], zone[order], categories=["a", "b"], seed=1, permutations=99)
    assert one.dissimilarity == pytest.approx(other.dissimilarity)
    assert one.random == pytest.approx(other.random, abs=0.02)
    again = segregation(counts, zone, categories=["a", "b"], seed=1, permutations=99)
    assert (one.random, one.p) == (again.random, again.p)


@pytest.mark.parametrize(
    ("counts", "zones"), [(np.ones((4, 2)), "aaaa"), (np.array([[1, 0]] * 4), "aabb"), (np.ones((3, 2)), "abc")]
)
def test_what_cannot_be_uneven_is_refused(counts, zones):
    with pytest.raises(ValueError, match="cannot be unevenly spread"):
        segregation(counts, list(zones), categories=["x", "y"], seed=1)
