"""Seconds of linkage at 10,000 and 100,000 records and of the audit of a 20 by 20 table, against their aims."""

from __future__ import annotations

import json
import statistics
import sys
import time

import numpy as np
import pandas as pd

AIMS = {"link 10,000 records": 10.0, "link 100,000 records": 60.0, "audit a table of 20 by 20": 5.0}
SOURCES = ("benefits", "childrens_centre", "health_visiting", "library")


def records(size: int) -> dict[str, pd.DataFrame]:
    """Records of invented people, as many as asked for, in four sources."""
    rng = np.random.default_rng(1)
    people = max(size * 10 // 17, 1)
    sounds = ["ba", "de", "ki", "lo", "mu", "na", "pe", "ri", "so", "ta", "vu", "wi"]
    names = np.array(["".join(rng.choice(sounds, 3)) for _ in range(600)])
    weight = 1 / np.arange(1, 601) ** 0.5
    weight /= weight.sum()
    days = pd.Timestamp("2006-06-01") + pd.to_timedelta(rng.integers(0, 1826, people), unit="D")
    frame = pd.DataFrame(
        {
            "first_name": rng.choice(names, people, p=weight),
            "surname": rng.choice(names, people, p=weight),
            "birth_date": days.strftime("%Y-%m-%d"),
            "sex": rng.choice(["f", "m"], people),
            "postcode": [f"ZZ{n % 9} {n // 9 % 9}{chr(65 + n % 26)}{chr(65 + n // 26 % 26)}"
                         for n in rng.integers(0, people // 15 + 1, people)],
            "uprn": [str(10**11 + int(n)) for n in rng.integers(0, people, people)],
            "ethnic_group": "all",
            "oa": "D00001",
            "since": "2010-01-01",
            "moved_out": None,
        }
    )  # fmt: skip
    found = {}
    for source, share in zip(SOURCES, (0.35, 0.45, 0.7, 0.2), strict=True):
        own = frame[rng.random(people) < share].copy()
        typed = rng.random(len(own)) < 0.1
        own.loc[typed, "surname"] = own.loc[typed, "surname"].str[::-1]
        own["birth_date"] = own["birth_date"].mask(rng.random(len(own)) < 0.03)
        own["record_id"] = [f"{source[:2]}{n:07d}" for n in range(len(own))]
        found[source] = own.reset_index(drop=True)
    return found


def clock(work, rounds: int) -> tuple[float, float]:
    """Median and spread of seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times), max(times) - min(times)


def audited() -> None:
    """Choose and audit a table of 20 by 20."""
    from insight.privacy.disclosure import Builder, choose

    values = np.random.default_rng(1).negative_binomial(1, 0.04, (20, 20))
    frame = pd.DataFrame(
        [(f"r{i}", f"c{j}", values[i, j]) for i in range(20) for j in range(20)], columns=["r", "c", "n"]
    )
    cells = Builder().table(frame, dimensions=["r", "c"], count="n").build()
    small = (cells.values >= 1) & (cells.values < 5)  # noqa: PD011 - a field
    assert choose(cells, small, protection=5).is_safe


def main() -> None:
    """Print value, aim and spread, one JSON line each."""
    from insight.privacy.linkage import link

    audited()
    works = [(name, records(int(name.split()[1].replace(",", "")))) for name in AIMS if name.startswith("link")]
    results = [(name, *clock(lambda given=given: link(given, weights=(3.0, 7.0)), 2)) for name, given in works]
    results.append(("audit a table of 20 by 20", *clock(audited, 3)))
    for name, seconds, spread in results:
        told = {"bench": name, "seconds": round(seconds, 2), "aim": AIMS[name], "spread": round(spread, 2)}
        sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
