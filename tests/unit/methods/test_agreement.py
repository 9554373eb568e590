"""Agreement between coders: published examples to their digits, second implementations, refusals."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from insight.methods import agreement

KRIPPENDORFF = pd.DataFrame(
    {
        name: [math.nan if mark == "." else float(mark) for mark in marks]
        for name, marks in {
            "a": "123321412...",
            "b": "1233224125.3",
            "c": ".3332342251.",
            "d": "12332441251.",
        }.items()
    }
)


def two_by_two(table):
    rows = [(i, j) for (i, j), count in np.ndenumerate(table) for _ in range(count)]
    return pd.DataFrame(rows, columns=["first", "second"])


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)]
)
def test_alpha_is_that_of_krippendorff_2011(level, alpha):
    assert agreement.krippendorff_alpha(KRIPPENDORFF, level=level).estimate == pytest.approx(alpha, abs=5e-7)


def test_cohen_kappa_with_its_large_sample_limits():
    found = agreement.cohen_kappa(two_by_two(np.array([[20, 5], [10, 15]])))
    assert found.estimate == pytest.approx(0.4)
    assert (found.upper - found.lower) / 2 / 1.959964 == pytest.approx(0.1270, abs=5e-5)
    assert (found.lower, found.upper) == (pytest.approx(0.1511, abs=5e-5), pytest.approx(0.6489, abs=5e-5))


def test_kappas_are_those_of_statsmodels():
    from statsmodels.stats import inter_rater

    rng = np.random.default_rng(3)
    codes = pd.DataFrame(rng.integers(0, 3, (60, 4)))
    codes[1] = codes[0].where(rng.random(60) < 0.7, codes[1])
    table, _ = inter_rater.aggregate_raters(codes.to_numpy())
    assert agreement.fleiss_kappa(codes).estimate == pytest.approx(inter_rater.fleiss_kappa(table))
    theirs = inter_rater.cohens_kappa(pd.crosstab(codes[0], codes[1]).to_numpy())
    ours = agreement.cohen_kappa(codes[[0, 1]])
    assert ours.estimate == pytest.approx(theirs.kappa)
    assert (ours.lower, ours.upper) == (pytest.approx(theirs.kappa_low), pytest.approx(theirs.kappa_upp))


def plain_ac1(ratings, categories):
    """AC1 by loops over units and pairs of coders."""
    agreed, shares = [], dict.fromkeys(categories, 0.0)
    coded = 0
    for _, row in ratings.iterrows():
        codes = [code for code in row if not (isinstance(code, float) and math.isnan(code))]
        if codes:
            coded += 1
            for name in categories:
                shares[name] += codes.count(name) / len(codes)
        if len(codes) > 1:
            ordered = list(itertools.permutations(codes, 2))
            agreed.append(sum(one == other for one, other in ordered) / len(ordered))
    observed = sum(agreed) / len(agreed)
    chance = sum(share / coded * (1 - share / coded) for share in shares.values()) / (len(categories) - 1)
    return (observed - chance) / (1 - chance)


def test_ac1_is_that_of_a_plain_loop_with_codes_missing():
    found = agreement.gwet_ac1(KRIPPENDORFF, order=[1.0, 2.0, 3.0, 4.0, 5.0])
    assert found.estimate == pytest.approx(plain_ac1(KRIPPENDORFF, [1.0, 2.0, 3.0, 4.0, 5.0]))


def test_rare_code_kappa_falls_and_ac1_holds():
    rare = two_by_two(np.array([[118, 5], [2, 0]]))
    assert agreement.cohen_kappa(rare).estimate < 0
    assert agreement.gwet_ac1(rare).estimate > 0.9
    shares = agreement.pairs(rare, positive=1)
    assert shares.pabak == pytest.approx(2 * 118 / 125 - 1)
    assert shares.positive == 0
    assert shares.negative == pytest.approx(2 * 118 / (2 * 118 + 7))


def test_a_missing_code_is_not_a_code():
    codes = pd.DataFrame({"a": ["x", "y", "x", None], "b": ["x", "y", None, "y"]})
    assert agreement.krippendorff_alpha(codes).estimate == pytest.approx(1)
    assert agreement.krippendorff_alpha(codes).n == 2
    assert agreement.cohen_kappa(codes).n == 2


def test_ordinal_words_need_their_order():
    codes = pd.DataFrame({"a": ["low", "mid", "high", "high"], "b": ["low", "high", "high", "mid"]})
    ordered = agreement.krippendorff_alpha(codes, level="ordinal", order=["low", "mid", "high"]).estimate
    numbers = codes.replace({"low": 1, "mid": 2, "high": 3})
    assert ordered == pytest.approx(agreement.krippendorff_alpha(numbers, level="ordinal").estimate)
    with pytest.raises(ValueError, match="high"):
        agreement.krippendorff_alpha(codes, level="ordinal", order=["low", "mid"])


def test_limits_resample_whole_interviews():
    rng = np.random.default_rng(5)
    truth = np.repeat(rng.integers(0, 2, 30), 8)
    other = np.where(rng.random(240) < 0.85, truth, 1 - truth)
    codes = pd.DataFrame({"a": truth, "b": other})
    whole = agreement.Bootstrap(clusters=np.repeat(np.arange(30), 8).tolist(), draws=800, seed=2)
    single = agreement.Bootstrap(clusters=list(range(240)), draws=800, seed=2)
    found = agreement.krippendorff_alpha(codes, bootstrap=whole)
    assert found == agreement.krippendorff_alpha(codes, bootstrap=whole)
    assert found.lower < found.estimate < found.upper
    # by hand: draw interviews, stack their rows, compute again
    drawn = np.random.default_rng(2).multinomial(30, np.full(30, 1 / 30), size=800)
    stacked = codes.loc[np.repeat(np.arange(240), np.repeat(drawn[0], 8))]
    first = agreement.krippendorff_alpha(stacked.reset_index(drop=True)).estimate
    values = []
    for weights in drawn[:40]:
        part = codes.loc[np.repeat(np.arange(240), np.repeat(weights, 8))].reset_index(drop=True)
        values.append(agreement.krippendorff_alpha(part).estimate)
    assert values[0] == first
    assert found.lower < np.median(values) < found.upper
    assert agreement.krippendorff_alpha(codes, bootstrap=single).n == found.n


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: agreement.krippendorff_alpha(pd.DataFrame({"a": [1, 1], "b": [1, 1]})), "same"),
        (lambda: agreement.krippendorff_alpha(pd.DataFrame({"a": [1, None], "b": [None, 2]})), "two codes"),
        (lambda: agreement.cohen_kappa(pd.DataFrame({"a": [1], "b": [1], "c": [1]})), "two are needed"),
        (lambda: agreement.fleiss_kappa(pd.DataFrame({"a": [1, 2], "b": [1, None]})), "unequal"),
        (lambda: agreement.gwet_ac1(pd.DataFrame({"a": [1, 1], "b": [1, 1]})), "one category"),
        (lambda: agreement.pairs(pd.DataFrame({"a": [None], "b": [1]}), positive=1), "coded by both"),
        (
            lambda: agreement.krippendorff_alpha(KRIPPENDORFF, bootstrap=agreement.Bootstrap(clusters=[1, 2])),
            "one label a unit",
        ),
    ],
)
def test_what_has_no_value_is_refused_with_the_reason(call, words):
    with pytest.raises(ValueError, match=words):
        call()
