"""The concentration curve and index: known values, direction, limits that cover nothing where there is nothing."""

import numpy as np
import pytest

from insight.methods.reach import concentration, concentration_index

NEED = np.array([4.0, 3.0, 2.0, 1.0])
SAME = np.full(4, 100.0)


def test_the_curve_runs_from_the_neediest():
    across, up = concentration(np.array([40.0, 30.0, 20.0, 10.0]), SAME, NEED)
    assert across.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert up.round(9).tolist() == [0, 0.4, 0.7, 0.9, 1]


@pytest.mark.parametrize(
    ("contacts", "index"), [([40, 30, 20, 10], -0.25), ([10, 20, 30, 40], 0.25), ([25, 25, 25, 25], 0.0)]
)
def test_the_index_is_twice_the_area_under_the_diagonal(contacts, index):
    found = concentration_index(np.array(contacts, dtype=float), SAME, NEED)
    assert found.estimate == pytest.approx(index)
    assert found.lower <= index <= found.upper


def test_no_gradient_is_seldom_found_where_there_is_none():
    rng, outside = np.random.default_rng(3), 0
    for _ in range(200):
        children = rng.integers(50, 150, 60).astype(float)
        found = concentration_index(rng.poisson(children * 0.3).astype(float), children, rng.random(60))
        outside += not found.lower <= 0 <= found.upper
    assert outside <= 24


@pytest.mark.parametrize(("contacts", "children"), [([1, 1, 1], [1, 0, 1]), ([0, 0, 0], [1, 1, 1]), ([1, 1], [1, 1])])
def test_what_cannot_be_ranked_is_refused(contacts, children):
    size = len(contacts)
    with pytest.raises(ValueError, match="Fix"):
        concentration_index(np.array(contacts, dtype=float), np.array(children, dtype=float), np.arange(size))
