"""Measure the report against its aims: share of a full run's time, size of the site and of its map pages.

Prints value, aim and spread of each; asserts nothing. Options: ``--repeat N`` (3).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench_runner import PARAMS, seconds, tell

SHARE_AIM, SITE_AIM_MB, MAP_PAGE_AIM_KB = 0.15, 6.0, 700.0
KB, MB = 1000, 1_000_000


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    insight = [sys.executable, "-c", "from insight.cli import main; main()"]
    with tempfile.TemporaryDirectory() as build:
        whole = seconds([*insight, "run", PARAMS, "--no-report", "-q"], build)
        shares = [seconds([*insight, "report", PARAMS], build) / whole for _ in range(repeat)]
        pages = sorted((Path(build) / "oldham" / "report").glob("*.html"))
        maps = [page.stat().st_size / KB for page in pages if "map-frame" in page.read_text(encoding="utf-8")]
        site = sum(page.stat().st_size for page in pages) / MB
    tell("report over a full run", shares, SHARE_AIM)
    tell("whole site", [site], SITE_AIM_MB, " MB")
    tell("pages with a map", maps, MAP_PAGE_AIM_KB, " kB")


if __name__ == "__main__":
    main()
