"""Measure the report against its aims: share of a full run's time, size of the site and of its map pages.

Prints value, aim and spread of each; asserts nothing. Options: ``--repeat N`` (3).
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

from bench_runner import PARAMS, seconds, tell

SHARE_AIM, SITE_AIM_MB, MAP_PAGE_AIM_KB = 0.15, 6.0, 700.0
KB, MB = 1000, 1_000_000


def with_all_it_loads(page: Path) -> int:
    """Return the bytes of a page with its frames, pictures, style and scripts, and what the frames load."""
    files, waiting = set(), [page]
    while waiting:
        file = waiting.pop()
        files.add(file)
        if file.suffix == ".html":
            named = re.findall(r'(?:src|xlink:href|<link[^>]*href)="([^"#:]+)"', file.read_text(encoding="utf-8"))
            waiting += [found for one in named if (found := (file.parent / one).resolve()) not in files]
    return sum(file.stat().st_size for file in files)


def by_part(folder: Path) -> dict[str, float]:
    """Return megabytes of a site's pages and of each of its folders."""
    found: dict[str, float] = {}
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        own = file.relative_to(folder)
        part = own.parts[0] if len(own.parts) > 1 else "pages"
        found[part] = found.get(part, 0.0) + file.stat().st_size / MB
    return found


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    insight = [sys.executable, "-c", "from insight.cli import main; main()"]
    with tempfile.TemporaryDirectory() as build:
        whole = seconds([*insight, "run", PARAMS, "--no-report", "-q"], build)
        shares = [seconds([*insight, "report", PARAMS], build) / whole for _ in range(repeat)]
        folder = Path(build) / "oldham" / "report"
        maps = [page for page in sorted(folder.glob("*.html")) if "map-frame" in page.read_text(encoding="utf-8")]
        pages = {page.name: (page.stat().st_size / KB, with_all_it_loads(page) / KB) for page in maps}
        parts = by_part(folder)
    tell("report over a full run", shares, SHARE_AIM)
    tell("whole site", [sum(parts.values())], SITE_AIM_MB, " MB")
    for name, (alone, whole_page) in pages.items():
        tell(f"{name}, the page", [alone], MAP_PAGE_AIM_KB, " kB")
        tell(f"{name}, with all that it loads", [whole_page], MAP_PAGE_AIM_KB, " kB")
    for part, size in parts.items():
        tell(f"of the site: {part}", [size], SITE_AIM_MB, " MB")


if __name__ == "__main__":
    main()
