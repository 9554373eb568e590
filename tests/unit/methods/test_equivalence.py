"""Likeness against independent oracles: distribution inverted by bisection, coverage by simulation, known tables."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from insight.methods import equivalence
from insight.methods.survey import SurveyDesign


def spread_out(table):
    rows = np.repeat(np.arange(len(table)), np.sum(table, axis=1))
    columns = np.concatenate([np.repeat(np.arange(len(line)), line) for line in table])
    return rows, columns


def bisected(statistic, freedom, tail):
    """The noncentrality by halving an interval, with the distribution summed as a Poisson mixture."""

    def cumulative(value):
        terms = np.arange(0, 600)
        return float((stats.poisson.pmf(terms, value / 2) * stats.chi2.cdf(statistic, freedom + 2 * terms)).sum())

    if cumulative(0.0) <= tail:
        return 0.0
    low, high = 0.0, 400.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if cumulative(middle) > tail else (low, middle)
    return low


@pytest.mark.parametrize(("statistic", "freedom"), [(0.5, 2), (5.2, 2), (12.0, 22), (22.0, 22), (60.0, 22), (90.0, 88)])
@pytest.mark.parametrize("tail", [0.05, 0.95])
def test_noncentrality_is_that_of_bisection(statistic, freedom, tail):
    found = equivalence.noncentrality(statistic, freedom, tail=tail)
    assert found == pytest.approx(bisected(statistic, freedom, tail), abs=1e-6)


HAIR_EYE = np.array([[68, 20, 15, 5], [119, 84, 54, 29], [26, 17, 14, 14], [7, 94, 10, 16]])
SMOKE = np.array([[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]])


@pytest.mark.parametrize(
    ("table", "chi2", "freedom", "v"), [(HAIR_EYE, 138.2898, 9, 0.27904), (SMOKE, 16.44164, 12, 0.168513)]
)
def test_known_tables(table, chi2, freedom, v):
    found = equivalence.association(table)
    assert (found.chi2, found.freedom) == (pytest.approx(chi2, abs=5e-5), freedom)
    raw = np.sqrt(found.chi2 / found.n / min(table.shape[0] - 1, table.shape[1] - 1))
    assert raw == pytest.approx(v, abs=5e-6)
    assert found.v.estimate < raw


def test_a_design_of_equal_weights_gives_what_the_table_gives():
    rows, columns = spread_out(HAIR_EYE)
    frame = pd.DataFrame({"hair": rows, "eye": columns})
    plain = equivalence.association(HAIR_EYE)
    found = equivalence.association(SurveyDesign(frame), row="hair", column="eye")
    assert found.chi2 == pytest.approx(plain.chi2)
    assert found.delta_bar == pytest.approx(1.0, abs=0.01)
    assert found.v_upper == pytest.approx(plain.v_upper, rel=0.01)
    assert found.largest.estimate == pytest.approx(plain.largest.estimate)
    assert found.gap_upper == pytest.approx(plain.gap_upper, abs=0.01)


def test_v_of_a_plain_table_is_bergsmas():
    table = np.array([[30, 20, 10], [15, 25, 20]])
    pearson = stats.chi2_contingency(table, correction=False)
    n = table.sum()
    phi = max(0, pearson.statistic / n - 2 / (n - 1))
    assert equivalence.association(table).v.estimate == pytest.approx(np.sqrt(phi / (2 - 1 / (n - 1) - 1)), rel=1e-9)


def test_shifts_in_which_answers_agree_do_not_pass_for_many_answers():
    """Ten copies of each answer within a shift are worth one answer."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "row": np.repeat(rng.integers(0, 3, 120), 10),
            "column": np.repeat(rng.integers(0, 4, 120), 10),
            "shift": np.repeat(np.arange(120), 10),
        }
    )
    found = equivalence.association(SurveyDesign(frame, psu="shift"), row="row", column="column")
    naive = equivalence.association(SurveyDesign(frame), row="row", column="column")
    assert found.delta_bar == pytest.approx(10, rel=0.1)
    assert found.statistic == pytest.approx(naive.statistic / 10, rel=0.15)
    assert naive.p < 0.001
    assert found.p > 0.05
    assert naive.v.lower > 0.1
    assert found.v.lower == 0


SHARES = np.array([0.5, 0.28, 0.22])


def tables(true_v, repeats, seed, n=1438, modes=12):
    """Tables of three groups by even modes with a given V, drawn as one sample."""
    rng = np.random.default_rng(seed)
    along = np.tile([1.0, -1.0], modes // 2)
    tilt = true_v * np.sqrt(2) * np.array([1.0, -1.0, -1.0])
    chances = (1 + tilt[:, None] * along) / modes * SHARES[:, None]
    return rng.multinomial(n, (chances / chances.sum()).ravel(), repeats).reshape(repeats, 3, modes), chances


def limit(table):
    n, rows, columns = table.sum(), *table.shape
    statistic = stats.chi2_contingency(table, correction=False).statistic
    found = equivalence.noncentrality(statistic, (rows - 1) * (columns - 1), tail=0.05)
    return np.sqrt(found / (n * min(rows - 1, columns - 1)))


def test_limit_of_v_covers_and_no_difference_is_found_alike():
    made, chances = tables(0.15, 200, seed=5)
    shares = chances / chances.sum()
    margins = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    truth = np.sqrt(((shares - margins) ** 2 / margins).sum() / 2)
    limits = np.array([limit(table) for table in made])
    assert (limits >= truth).mean() == pytest.approx(0.95, abs=0.04)
    assert (limits < 0.10).mean() < 0.03
    same = np.array([limit(table) for table in tables(0.0, 200, seed=6)[0]])
    assert (same < 0.10).mean() > 0.85


def test_largest_upper_limit_covers_the_largest_gap_without_correction():
    rng = np.random.default_rng(11)
    chances = np.array([[0.3, 0.4, 0.3], [0.3, 0.4, 0.3], [0.4, 0.35, 0.25]])
    covered, lowered = 0, 0
    for _ in range(300):
        found = equivalence.association(np.array([rng.multinomial(400, line) for line in chances])).largest
        covered += found.upper >= 0.1 - 1e-12
        lowered += found.lower <= 0.1 + 1e-12
    assert covered / 300 > 0.94
    assert lowered / 300 > 0.94


def test_every_pair_lies_below_the_limit_of_the_largest():
    found = equivalence.association(HAIR_EYE)
    assert found.gap_upper == pytest.approx(np.abs(np.array([found.pairs.lower, found.pairs.upper])).max())
    assert found.largest.estimate == pytest.approx(np.abs(found.pairs.gap).max())


SMALL_GAP = np.array([[350, 350], [345, 355], [6, 14]])
ALIKE = np.array([[330, 340, 330], [335, 330, 335]])
FEW = np.array([[14, 12, 14], [12, 15, 13]])
TILTED = np.array([[450, 300, 250], [250, 300, 450]])
FAINT = np.array([[5200, 4800], [4900, 5100]])


@pytest.mark.parametrize(
    ("table", "verdict"),
    [
        (SMALL_GAP, "equivalent on average only"),
        (ALIKE, "equivalent"),
        (FEW, "not shown"),
        (TILTED, "different"),
        (FAINT, "equivalent"),
    ],
)
def test_verdicts(table, verdict):
    assert equivalence.association(table).verdict == verdict


def test_v_alone_lets_a_large_gap_of_a_small_group_pass():
    found = equivalence.association(SMALL_GAP)
    assert found.v_upper < 0.10
    assert found.largest.estimate == pytest.approx(0.2, abs=0.01)
    assert found.gap_upper > 0.3


def test_a_detectable_difference_inside_both_margins_stays_equivalent_and_says_so():
    found = equivalence.association(FAINT)
    assert found.p < 0.001
    assert "detectable" in found.note
    assert equivalence.association(ALIKE).note == ""


def test_the_adjusted_p_decides_between_different_and_not_shown():
    found = equivalence.association(np.array([[60, 40], [45, 55]]))
    assert (found.at(0.04), found.at(0.06)) == ("different", "not shown")


def test_wider_margins_are_params():
    found = equivalence.association(FEW, margin=0.5, gap_margin=0.5)
    assert found.verdict == "equivalent"


def test_needed_respondents_do_put_the_gaps_inside():
    needed = equivalence.needed_per_group(0.18, groups=9, gap_margin=0.1)
    rng = np.random.default_rng(2)
    inside = 0
    for _ in range(150):
        table = np.column_stack([x := rng.binomial(needed, 0.18, 9), needed - x])
        inside += equivalence.association(table).gap_upper < 0.1
    assert 0.7 < inside / 150 <= 0.97
    assert equivalence.needed_per_group(0.18, groups=3, gap_margin=0.1) < needed


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (np.array([[3, 4]]), "two groups"),
        (np.array([[3, 4], [0, 0]]), "two groups"),
        (np.array([[3, -4], [1, 2]]), "counts"),
        (np.array([3, 4]), "counts"),
        (SurveyDesign(pd.DataFrame({"a": [1, 2]})), "row="),
    ],
)
def test_what_cannot_be_compared_is_refused(given, words):
    with pytest.raises(ValueError, match=words):
        equivalence.association(given)
