"""Ranks: words, ranges, and how often the range holds the truth."""

import numpy as np
import pytest

from insight.methods.association import bonferroni
from insight.methods.estimate import Estimate, exactly
from insight.methods.intervals import wilson
from insight.methods.ranking import rank_in_words, rank_ranges


@pytest.mark.parametrize(
    ("rank", "count", "words"),
    [
        (1, 20, "highest of 20 wards"),
        (2, 20, "2nd highest of 20 wards"),
        (10, 20, "10th highest of 20 wards"),
        (11, 20, "10th lowest of 20 wards"),
        (19, 20, "2nd lowest of 20 wards"),
        (20, 20, "lowest of 20 wards"),
        (12, 40, "12th highest of 40 wards"),
        (1, 1, "the only one of wards"),
    ],
)
def test_ranks_are_told_in_words(rank, count, words):
    assert rank_in_words(rank, count, what="wards") == words


def test_ties_are_told():
    assert rank_in_words(3, 20, what="wards", tied=18) == "joint 3rd highest of 20 wards"


def test_known_values_have_one_rank_and_unknown_ones_any():
    found = rank_ranges([exactly(3.0), exactly(1.0), exactly(2.0)])
    assert (list(found.rank), list(found.best), list(found.worst)) == ([1, 3, 2], [1, 3, 2], [1, 3, 2])
    vague = [Estimate(estimate=value, lower=None, upper=None, n=1, method="none") for value in (3.0, 1.0, 2.0)]
    found = rank_ranges(vague)
    assert (list(found.best), list(found.worst)) == ([1, 1, 1], [3, 3, 3])


def test_the_range_of_an_area_holds_its_true_rank():
    rng = np.random.default_rng(9)
    truth = np.linspace(0.2, 0.35, 12)
    ranks = np.arange(12, 0, -1)
    level = bonferroni(0.95, 11)
    held = []
    for _ in range(150):
        counts = rng.binomial(400, truth)
        found = rank_ranges([wilson(count, 400, level=level) for count in counts])
        held.append((found.best <= ranks) & (ranks <= found.worst))
    assert np.mean(held, axis=0).min() >= 0.95
    assert (found.worst - found.best).max() < 11
