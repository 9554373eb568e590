"""How well ways to divide an area find neighbourhoods that are truly there: planted on real shapes, over noise.

A division's features get a level of their own in each planted neighbourhood and noise on top; each way then divides the
same areas again, and the adjusted Rand index says how much of what was planted came back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from insight.methods.barriers import within
from insight.methods.neighbourhoods import Study
from insight.methods.neighbourhoods_scores import agreement, ways

NO_BARRIERS = "SKATER, barriers ignored"
COLUMNS = ["noise", "seed", "method", "agreement"]


def planted(truth: pd.Series, *, features: int, noise: float, seed: int) -> np.ndarray:
    """Return features (areas x features) with a level of each neighbourhood and noise, standardised.

    Args:
        truth: neighbourhood of each area.
        features: how many features.
        noise: standard deviation of the noise, where levels have one of 1.
        seed: seed of both; one seed keeps its levels over all noises.
    """
    codes = pd.factorize(truth)[0]
    levels, scatter = (np.random.default_rng([seed, stream]) for stream in (1, 2))
    level = levels.normal(size=(codes.max() + 1, features))
    values = level[codes] + noise * scatter.normal(size=(len(codes), features))
    return (values - values.mean(axis=0)) / values.std(axis=0)


def recovery(
    study: Study,
    truth: pd.Series,
    *,
    noises: Sequence[float],
    seeds: Sequence[int],
    least_households: float | None = None,
) -> pd.DataFrame:
    """Return the agreement of each way to divide with what was planted, one row a noise, seed and way.

    Args:
        study: prepared areas, barriers and numbers of neighbourhoods; its own features only say how many.
        truth: the planted neighbourhoods, in the order of the areas.
        noises: standard deviations of the noise, where levels have one of 1.
        seeds: one planting each.
        least_households: threshold of max-p; ``None`` leaves it out.

    Raises:
        ValueError: the truth is about other areas.
    """
    rows, count = [], study.features.shape[1]
    whole = replace(study, kept=within(study.whole, study.group))
    for noise in noises:
        for seed in seeds:
            features = planted(truth, features=count, noise=noise, seed=seed)
            tried = ways(study, least_households, seed) | {NO_BARRIERS: ways(whole, None, seed)["SKATER"]}
            for method, solve in tried.items():
                rows.append((noise, seed, method, agreement(truth, solve(features))))
    return pd.DataFrame(rows, columns=COLUMNS)
