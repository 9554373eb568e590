"""Correspondence analysis, PVQ-21 scores and latent classes against published oracles."""

import itertools
import sys

import numpy as np
import pandas as pd
import pytest

from insight.methods import latent, pvq21
from insight.methods.correspondence import bootstrap_tables, correspondence, ellipses
from insight.methods.survey import SurveyError

SMOKE = np.array([[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]])


def test_inertias_of_the_smoking_table():
    found = correspondence(SMOKE)
    assert found.inertias == pytest.approx([0.07475911, 0.01001718, 0.00041357], abs=5e-9)
    assert found.total == pytest.approx(0.08518986, abs=5e-9)
    assert found.total == pytest.approx(16.44164 / SMOKE.sum(), abs=5e-8)


def test_coordinates_are_weighted_to_the_inertias_and_turn_to_the_first_row():
    found = correspondence(SMOKE)
    mass = SMOKE.sum(axis=1) / SMOKE.sum()
    assert (mass[:, None] * found.rows**2).sum(axis=0) == pytest.approx(found.inertias)
    assert (found.rows[0] >= 0).all()
    for turned in (SMOKE * 3, SMOKE.astype(float)):
        assert correspondence(turned).rows == pytest.approx(found.rows)
    assert found.project(SMOKE / SMOKE.sum(axis=1, keepdims=True)) == pytest.approx(found.rows)


def test_signs_do_not_hang_on_the_order_of_columns():
    found, other = correspondence(SMOKE), correspondence(SMOKE[:, ::-1])
    assert other.rows == pytest.approx(found.rows)
    assert other.columns[::-1] == pytest.approx(found.columns)


@pytest.mark.parametrize("bad", [[[1, 2]], [[1, -2], [3, 4]], [[0, 0], [3, 4]], [[1, 0], [3, 0]], [1, 2]])
def test_tables_without_axes_are_refused(bad):
    with pytest.raises(ValueError, match="Fix:"):
        correspondence(np.array(bad))


def clusters(seed=3, count=60, size=20):
    rng = np.random.default_rng(seed)
    shares = SMOKE / SMOKE.sum()
    return rng.multinomial(size, shares.ravel(), count).reshape(count, *SMOKE.shape).astype(float)


def test_bootstrap_of_clusters_has_the_linearised_variance():
    cells, strata = clusters(), np.repeat(np.arange(3), 20)
    tables = bootstrap_tables(cells, strata, replicates=4000, seed=1)
    assert tables.mean(axis=0) == pytest.approx(cells.sum(axis=0), rel=0.03, abs=0.5)
    expected = sum(20 / 19 * ((own - own.mean(axis=0)) ** 2).sum(axis=0) for own in np.split(cells, 3))
    assert tables.var(axis=0) == pytest.approx(expected, rel=0.15, abs=0.3)


def test_bootstrap_is_that_of_a_plain_loop():
    cells, strata = clusters(), np.repeat(np.arange(3), 20)
    fast = bootstrap_tables(cells, strata, replicates=5, seed=9)
    rng = np.random.default_rng(9)
    times = np.zeros((5, 60))
    for one in range(3):
        times[:, strata == one] = rng.multinomial(19, np.full(20, 1 / 20), size=5) * 20 / 19
    for replicate in range(5):
        slow = sum(times[replicate, k] * cells[k] for k in range(60))
        assert fast[replicate] == pytest.approx(slow)


def test_ellipses_cover_the_true_place_of_a_row():
    """True coordinates of the population table, on each sample's own axes."""
    covered = 0
    shares = SMOKE / SMOKE.sum(axis=1, keepdims=True)
    for seed in range(60):
        cells = clusters(seed=seed, count=80, size=40)
        found = correspondence(cells.sum(axis=0))
        truth = found.project(shares)[3, :2]
        one = ellipses(found, bootstrap_tables(cells, np.zeros(80), replicates=300, seed=seed))[3]
        angle = np.radians(one.angle)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        along, across = turn @ (truth - (one.x, one.y))
        covered += (along / one.width) ** 2 + (across / one.height) ** 2 <= 1
    assert 0.85 <= covered / 60 <= 1


def answers(count=30, seed=5):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: rng.integers(1, 7, count) for name in pvq21.ITEMS.values()}).astype(float)


def test_keys_are_schwartzs():
    keys = {value: [pvq21.ITEMS[item] for item in items] for value, items in pvq21.VALUES.items()}
    assert keys["self_direction"] == ["ipcrtiv", "impfree"]
    assert keys["universalism"] == ["ipeqopt", "ipudrst", "impenv"]
    assert keys["power"] == ["imprich", "iprspot"]
    assert keys["tradition"] == ["ipmodst", "imptrad"]
    assert sorted(itertools.chain(*pvq21.VALUES.values())) == list(range(1, 22))


def test_scores_are_reversed_averaged_and_centred():
    frame = answers()
    found = pvq21.score(frame, most_identical=21)
    turned = 7 - frame
    assert found.raw["security"].to_numpy() == pytest.approx(turned[["impsafe", "ipstrgv"]].mean(axis=1).to_numpy())
    mean = turned.mean(axis=1)
    assert found.centred["security"].to_numpy() == pytest.approx((found.raw["security"] - mean).to_numpy())
    weights = {name: len(items) for name, items in pvq21.VALUES.items()}
    assert sum(found.centred[name] * k for name, k in weights.items()).abs().max() < 1e-9
    assert found.label == "Schwartz proxy, not Values Modes"
    assert set(found.proxy) <= set(pvq21.PROXY)


def test_round_11_names_missing_answers_and_flat_answers():
    frame = answers()
    again = pvq21.score(frame.rename(columns=lambda name: f"{name}a"))
    pd.testing.assert_frame_equal(again.raw, pvq21.score(frame).raw)
    frame.iloc[0, :6] = np.nan
    frame.iloc[1, :5] = np.nan
    frame.iloc[2, :] = [3] * 17 + [1] * 4
    frame.iloc[3, :] = [3] * 16 + [1] * 5
    found = pvq21.score(frame)
    assert (found.dropped_missing, found.dropped_identical) == (1, 1)
    assert found.kept.tolist()[:4] == [False, True, False, True]
    assert found.raw.iloc[[0, 2]].isna().all(axis=None)
    assert found.proxy[0] is None


def test_alpha_of_twins_is_one():
    frame = answers()
    frame["ipstrgv"] = frame["impsafe"]
    assert pvq21.score(frame, most_identical=21).alpha["security"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("change", "words"), [({"impsafe": 7}, "outside 1 to 6 in impsafe"), ({"impsafe": 2.5}, "outside")]
)
def test_answers_off_the_scale_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        pvq21.score(answers().assign(**change))
    with pytest.raises(ValueError, match="no column for ipcrtiv"):
        pvq21.score(answers().drop(columns="ipcrtiv"))


COUNTS = [42, 23, 6, 25, 6, 24, 7, 38, 1, 4, 1, 6, 2, 9, 2, 20]


def stouffer_toby():
    patterns = list(itertools.product([1, 2], repeat=4))
    rows = [pattern for pattern, count in zip(patterns, COUNTS, strict=True) for _ in range(count)]
    return pd.DataFrame(rows, columns=list("abcd"))


def test_two_classes_of_stouffer_and_toby():
    pytest.importorskip("stepmix", reason="the extra typology is not installed")
    found = latent.classes(stouffer_toby(), 2)
    assert found.log_likelihood == pytest.approx(-504.46767, abs=5e-4)
    assert found.aic == pytest.approx(1026.9353, abs=1e-3)
    assert found.bic == pytest.approx(1057.3128, abs=1e-3)
    assert found.sizes == pytest.approx([0.7208, 0.2792], abs=2e-3)
    other = latent.classes(stouffer_toby(), 2, seed=7)
    assert other.sizes == pytest.approx(found.sizes, abs=2e-3)
    assert latent.matched(other, found) == [0, 1]
    assert latent.choose(stouffer_toby(), most=3).sizes.min() >= 0.05


def test_without_the_extra_the_fix_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "stepmix.stepmix", None)
    with pytest.raises(SurveyError, match="typology"):
        latent.classes(stouffer_toby(), 2)


def test_gaps_are_refused():
    pytest.importorskip("stepmix", reason="the extra typology is not installed")
    frame = stouffer_toby().astype(float)
    frame.iloc[0, 0] = np.nan
    with pytest.raises(SurveyError, match="gaps"):
        latent.classes(frame, 2)
