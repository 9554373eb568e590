"""Measure segmentation of households: 90,000, 1.2 million and 10 million, against pandas and a bare Parquet scan.

All three run in one go on files made in a temporary folder: segment counts by postcode and output area as stage 02
takes them (opened, then aggregated where the file lies), the same in pandas, and a bare decode of the same columns.
Prints the median of paired ratios with its spread and the aim beside it; peak memory comes from fresh processes.
Asserts nothing. Options: ``--households N ...`` and ``--pairs N`` (5).
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

SIZES = (90_000, 1_200_000, 10_000_000)
KEYS = ("postcode", "oa", "acorn_type", "acorn_category", "acorn_edition")
CUBE = ("oa", "acorn_category")
LARGE = 5_000_000
"""Households from which on the slow work is done once."""
PANDAS_AIM, SCAN_AIM, MEMORY_AIM_MB = 0.35, 2.0, 300
MAKE = """
COPY (
  SELECT 'H' || i AS household_id, 'ZZ' || post AS postcode, 'D' || lpad((post // 8)::VARCHAR, 6, '0') AS oa,
    1 + type // 12 AS acorn_category, chr((65 + type // 4)::INT) AS acorn_group, 1 + type AS acorn_type,
    2011 AS acorn_edition,
    ['owned', 'social_rented', 'private_rented', 'other'][1 + (h1 % 4)::INT] AS tenure,
    ['pakistani', 'white_british', 'other'][1 + (h2 % 3)::INT] AS ethnic_group,
    (h1 % 5)::BIGINT AS deprivation_dimensions, h1 % 4 > 0 AS online, h1 % 4 > 0 AND h2 % 2 = 0 AS transacts_online,
    h1 % 4 > 0 AND h2 % 3 = 0 AS social_network_use, h2 % 5 = 0 AS community_group, h2 % 5 < 2 AS no_marketing,
    h2 % 5 > 2 AS accepts_press, h2 % 5 = 3 AS accepts_leaflet, h2 % 5 = 4 AS accepts_post,
    h2 % 5 = 3 AS accepts_email, false AS accepts_text, h2 % 5 = 4 AS accepts_telephone,
    h2 % 10 = 3 AS responded_press, h2 % 10 = 8 AS responded_leaflet
  FROM (SELECT i, post, hash(post) % 56 AS type, hash(i) AS h1, hash(i + 1) AS h2
        FROM (SELECT i, i // 15 AS post FROM range({count}) t(i)))
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""
ALONE = """
import sys
from pathlib import Path
sys.path.insert(0, {folder!r})
import bench_households as bench
before = bench.peak_kb()
getattr(bench, {job!r})(Path({path!r}))
print(before, bench.peak_kb())
"""


def peak_kb() -> int:
    """Return the peak of memory of this process in kB; the system's other figure takes in the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)


def make(path: Path, count: int) -> None:
    """Write a file of that many households, as the contract wants them."""
    import duckdb

    duckdb.connect().execute(MAKE.format(count=count, path=path))


def ours(path: Path, keys: tuple[str, ...] = CUBE) -> pd.DataFrame:
    """Count where the file lies, the check of its contract left out; connection and views are made anew each time."""
    from insight.privacy.at_scale import ProtectedTable
    from insight.sources import in_place, segmentation

    made = in_place.connection()
    source, types = in_place.raw_cells(made, path)
    agreed = segmentation.contract_of("households")
    segmentation._view(made, agreed, source, types)
    table = ProtectedTable("households", segmentation.Opened(connection=made, contract=agreed, records=0))
    return table.aggregated(by=keys)


def checked(path: Path) -> None:
    """Hold the whole file to its contract and take all sums of stage 02."""
    from insight.privacy.at_scale import ProtectedTable
    from insight.sources.segmentation import open_table
    from insight.stages.acorn_mapping.homes import summed

    summed(ProtectedTable("households", open_table("households", path)), named=["pakistani"])


def in_pandas(path: Path, keys: tuple[str, ...] = CUBE) -> pd.DataFrame:
    """Count the same in pandas, reading the same columns."""
    import pandas as pd

    rows = pd.read_parquet(path, columns=list(keys))
    return rows.groupby(list(keys)).size().rename("n").reset_index()


def scan(path: Path, keys: tuple[str, ...] = CUBE) -> None:
    """Decode the same columns and do nothing with them."""
    import pyarrow.parquet as pq

    pq.read_table(path, columns=list(keys))


def by_postcode(path: Path) -> pd.DataFrame:
    """Count by postcode, as stage 02 does, for its limits take postcodes as clusters."""
    return ours(path, KEYS)


def by_postcode_in_pandas(path: Path) -> pd.DataFrame:
    """Count by postcode in pandas."""
    return in_pandas(path, KEYS)


def digest(frame: pd.DataFrame, keys: tuple[str, ...]) -> str:
    """Return a digest of counts in the order of their keys."""
    import pandas as pd

    ordered = frame.sort_values(list(keys), ignore_index=True)
    words = [name for name in keys if name in ("postcode", "oa")]
    ordered = ordered.astype({name: object if name in words else "int64" for name in (*keys, "n")})
    return hashlib.sha256(pd.util.hash_pandas_object(ordered, index=False).to_numpy().tobytes()).hexdigest()


def seconds(job: Callable[[Path], object], path: Path) -> float:
    """Return how long a job takes."""
    clock = time.perf_counter()
    job(path)
    return time.perf_counter() - clock


def paired(job: Callable[[Path], object], other: Callable[[Path], object], path: Path, pairs: int) -> list[float]:
    """Return ratios of times, both run in turn, the first of the two changing."""
    ratios = []
    job(path)
    other(path)
    for number in range(pairs):
        order = (job, other) if number % 2 else (other, job)
        took = {one: seconds(one, path) for one in order}
        ratios.append(took[job] / took[other])
    return ratios


def peak_mb(job: str, path: Path) -> tuple[float, float]:
    """Return the growth and the peak of memory of a job in a fresh process, in MB."""
    code = ALONE.format(folder=str(Path(__file__).parent), job=job, path=str(path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, after = (int(one) / 1024 for one in done.stdout.split())
    return after - before, after


def tell(name: str, values: list[float], aim: float) -> None:
    """Print the median, the aim and the spread."""
    shown = f"{median(values):.2f} (aim at most {aim:g}; from {min(values):.2f} to {max(values):.2f})"
    print(f"  {name}: {shown}", flush=True)  # noqa: T201


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--pairs", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for count in given.households:
            path = Path(folder) / "households.parquet"
            make(path, count)
            equal = all(
                digest(one(path), keys) == digest(other(path), keys)
                for one, other, keys in ((ours, in_pandas, CUBE), (by_postcode, by_postcode_in_pandas, KEYS))
            )
            same = "the same counts" if equal else "DIFFERENT COUNTS"
            print(f"{count:,} households, {path.stat().st_size / 1e6:.1f} MB: {same} as pandas", flush=True)  # noqa: T201
            tell("area by category over pandas", paired(ours, in_pandas, path, given.pairs), PANDAS_AIM)
            tell("area by category over bare scan", paired(ours, scan, path, given.pairs), SCAN_AIM)
            posts = paired(by_postcode, by_postcode_in_pandas, path, given.pairs)
            tell("by postcode, area and type over pandas", posts, PANDAS_AIM)
            whole = [seconds(checked, path) for _ in range(3 if count < LARGE else 1)]
            tell("contract checked and all sums, seconds", whole, float("inf"))
            for job in ("ours", "by_postcode", "checked", "in_pandas", "by_postcode_in_pandas", "scan"):
                grown, peak = peak_mb(job, path)
                aim = f" (aim at most {MEMORY_AIM_MB})" if job == "ours" else ""
                print(f"  memory of {job}: grows by {grown:.0f} MB{aim}, peak {peak:.0f} MB", flush=True)  # noqa: T201
            path.unlink()


if __name__ == "__main__":
    main()
