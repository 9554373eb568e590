"""Measure the cluster bootstrap of the values cross-tab, all replicates at once, against a plain Python loop.

Prints value, aim and spread; asserts nothing. Options: ``--repeat N`` (3), ``--replicates N`` (2000).
"""

from __future__ import annotations

import argparse
import random
import time
from statistics import median

import numpy as np

from insight.demo.values import values_survey
from insight.demo.world import World
from insight.methods.correspondence import bootstrap_tables

AIM = 20.0


def cells() -> tuple[np.ndarray, np.ndarray]:
    """Return weighted counts by shift, ethnic group and mode of the demonstration survey, and each shift's stratum."""
    frame = values_survey(World())
    sides = [np.unique(frame[name].astype(str), return_inverse=True) for name in ("session", "ethnic_group", "mode")]
    made = np.zeros(tuple(len(names) for names, _ in sides))
    np.add.at(made, tuple(codes for _, codes in sides), frame["weight"].to_numpy(float))
    return made, frame.groupby("session")["neighbourhood"].first().astype(str).to_numpy()


def plain(made: list[list[list[float]]], strata: list[str], *, replicates: int) -> list[list[list[float]]]:
    """Do the same as the vectorised bootstrap with lists and loops alone."""
    rng = random.Random(1)  # noqa: S311 - a bootstrap, no secret
    members: dict[str, list[int]] = {}
    for place, stratum in enumerate(strata):
        members.setdefault(stratum, []).append(place)
    tables = []
    for _ in range(replicates):
        table = [[0.0] * len(made[0][0]) for _ in made[0]]
        for here in members.values():
            scale = len(here) / (len(here) - 1)
            for _ in range(len(here) - 1):
                for i, line in enumerate(made[rng.choice(here)]):
                    row = table[i]
                    for j, value in enumerate(line):
                        row[j] += scale * value
        tables.append(table)
    return tables


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--replicates", type=int, default=2000)
    given = parser.parse_args()
    made, strata = cells()
    lists = made.tolist()
    fast, slow = [], []
    for number in range(given.repeat):
        clock = time.perf_counter()
        one = bootstrap_tables(made, strata, replicates=given.replicates, seed=number)
        fast.append(time.perf_counter() - clock)
        clock = time.perf_counter()
        other = plain(lists, strata.tolist(), replicates=given.replicates)
        slow.append(time.perf_counter() - clock)
    ratios = [b / a for a, b in zip(fast, slow, strict=True)]
    gap = np.abs(one.mean(axis=0) - np.mean(other, axis=0)).max() / made.sum()
    print(  # noqa: T201
        f"{given.replicates:,}-replicate bootstrap of the values cross-tab: {median(fast):.3f} s, plain loop "
        f"{median(slow):.3f} s, {median(ratios):.0f} times faster (aim at least {AIM:g}; from {min(ratios):.0f} to "
        f"{max(ratios):.0f}); means differ by at most {gap:.5f} of the whole"
    )


if __name__ == "__main__":
    main()
