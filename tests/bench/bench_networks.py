"""Measure the 10,000-permutation mixing test against a plain Python loop in the same run.

Both shuffle the groups of the nodes of one network and count the ties between groups; the loop does a part of the
permutations and is scaled up. Times are of this process, so that other work on the machine stays out. Prints value, aim
and spread; asserts nothing about time. Options: ``--repeat N`` (3).
"""

from __future__ import annotations

import argparse
import random
import time
from statistics import median

import numpy as np

from insight.methods import networks

NODES, TIES, PERMUTATIONS, LOOPED = 289, 965, 10_000, 400
TIMES_AIM = 20.0


def network() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return groups of nodes and ends of ties, the size of the case study's survey."""
    rng = np.random.default_rng(1)
    a = rng.integers(0, NODES, TIES)
    b = (a + rng.integers(1, NODES, TIES)) % NODES
    return rng.choice(4, NODES, p=[0.6, 0.2, 0.14, 0.06]), a, b


def plain(labels: list[int], pairs: list[tuple[int, int]], permutations: int) -> list[float]:
    """Return E-I of shuffled labels, one permutation and one tie at a time."""
    found, own, rng = [], list(labels), random.Random(1)  # noqa: S311 - no secret hangs on it
    for _ in range(permutations):
        rng.shuffle(own)
        external = sum(1 for one, other in pairs if own[one] != own[other])
        found.append(2 * external / len(pairs) - 1)
    return found


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    labels, a, b = network()
    pairs = list(zip(a.tolist(), b.tolist(), strict=True))
    fast, slow, times = [], [], []
    for _ in range(repeat):
        clock = time.process_time()
        found = networks.permutation_test(labels, a, b, permutations=PERMUTATIONS)
        fast.append(time.process_time() - clock)
        clock = time.process_time()
        loop = plain(labels.tolist(), pairs, LOOPED)
        slow.append((time.process_time() - clock) * PERMUTATIONS / LOOPED)
        times.append(slow[-1] / fast[-1])
    assert abs(found.mean - np.mean(loop)) < 0.01, "the two do not compute the same"
    print(f"mixing test, {PERMUTATIONS:,} permutations: {median(fast):.3f}s ({min(fast):.3f} to {max(fast):.3f})")  # noqa: T201
    print(f"plain Python loop, scaled from {LOOPED}: {median(slow):.3f}s ({min(slow):.3f} to {max(slow):.3f})")  # noqa: T201
    print(  # noqa: T201
        f"times faster: {median(times):.1f} (aim at least {TIMES_AIM:g}; from {min(times):.1f} to {max(times):.1f})"
    )


if __name__ == "__main__":
    main()
