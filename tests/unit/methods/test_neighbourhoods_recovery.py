"""What was planted on real shapes comes back, less with more noise, and the kept table is what the method gives."""

import pandas as pd
import pytest

from insight import paths
from insight.calibration.neighbourhoods import FILE, NOISES, SEEDS, planted_study
from insight.methods.neighbourhoods_recovery import NO_BARRIERS, planted, recovery
from insight.methods.neighbourhoods_scores import agreement, ways


@pytest.fixture(scope="module")
def kept():
    return pd.read_csv(paths.reference(FILE))


def test_the_kept_table_is_whole_and_more_noise_brings_back_less(kept):
    assert len(kept) == len(NOISES) * len(SEEDS) * kept["method"].nunique()
    assert set(kept["method"]) == {"SKATER", "Ward", "AZP", "max-p", NO_BARRIERS}
    means = kept.pivot_table(index="method", columns="noise", values="agreement")
    assert (means.diff(axis=1).iloc[:, 1:] < 0).all(axis=None)
    assert means.loc["SKATER", NOISES[0]] > 0.9
    assert (means.loc["SKATER"] >= means.loc[NO_BARRIERS] - 0.02).all(), "a cut at barriers helps, or does no harm"


def test_a_planting_made_anew_gives_the_kept_numbers(kept):
    study, truth = planted_study()
    for noise, seed in ((NOISES[0], SEEDS[0]), (NOISES[-1], SEEDS[-1])):
        features = planted(truth, features=study.features.shape[1], noise=noise, seed=seed)
        for method in ("SKATER", "Ward"):
            row = kept.query("noise == @noise and seed == @seed and method == @method").iloc[0]
            index = agreement(truth, ways(study, None, seed)[method](features))
            assert index == pytest.approx(row["agreement"], abs=1e-4)


def test_a_truth_of_other_areas_is_refused():
    study, truth = planted_study()
    with pytest.raises(ValueError, match="other areas"):
        recovery(study, truth.iloc[::-1], noises=[0.3], seeds=[1])
