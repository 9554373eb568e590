"""Measure ten councils against one, the ten in two workers, all from the first run on; prints value and aim.

Each council has Oldham's demonstration inputs under its own name. Options: ``--stage NAME`` (outcomes; ``all`` for a
whole workbook), ``--councils N`` (10).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent.parent
AIM, WORKERS = 5.0, 2


def councils(folder: Path, count: int) -> list[str]:
    """Write params of councils that share Oldham's demonstration inputs."""
    raw = yaml.safe_load((ROOT / "params" / "oldham.yml").read_text(encoding="utf-8"))
    raw["inputs"] = {
        name: value if value == "not_supplied" else str(ROOT / value) for name, value in raw["inputs"].items()
    }
    files = []
    for number in range(count):
        raw["council"] = {"name": f"Council {number}", "slug": f"council_{number}", "lad_code": f"E0800{number:04d}"}
        file = folder / f"council_{number}.yml"
        file.write_text(yaml.safe_dump(raw, sort_keys=False), encoding="utf-8")
        files.append(str(file))
    return files


def seconds(arguments: list[str], build: Path) -> float:
    """Return how long a run takes from nothing, in seconds."""
    environment = {**os.environ, "INSIGHT_BUILD": str(build), "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-c", "from insight.cli import main; main()", "run", *arguments]
    clock = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return time.perf_counter() - clock


def main() -> None:
    """Print the time of one council, of all, and their ratio."""
    given = argparse.ArgumentParser()
    given.add_argument("--stage", default="outcomes")
    given.add_argument("--councils", type=int, default=10)
    options = given.parse_args()
    stage = [] if options.stage == "all" else ["--stage", options.stage]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = councils(folder, options.councils)
        one = seconds([files[0], *stage], folder / "one")
        many = seconds([*files, *stage, "--jobs", str(WORKERS), "--keep-going"], folder / "many")
    print(f"one council, {options.stage}: {one:.1f} s")  # noqa: T201
    ratio = many / one
    print(f"{options.councils} councils in {WORKERS} workers: {many:.1f} s; ratio {ratio:.2f}, aim {AIM:g}")  # noqa: T201


if __name__ == "__main__":
    main()
