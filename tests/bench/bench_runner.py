"""Measure the runner: its overhead over bare nbclient on the same notebooks, and a run that has nothing to do.

Prints value, aim and spread of each; asserts nothing. Options: ``--repeat N`` (3).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent.parent
PARAMS = "params/oldham.yml"
NOTEBOOKS = """
import sys
from pathlib import Path
import nbformat
from nbclient import NotebookClient
for path in sorted(Path("notebooks").glob("*.ipynb")):
    notebook = nbformat.read(path, as_version=4)
    place = {"metadata": {"path": "notebooks"}}
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources=place).execute()
"""
HELP_AIM, OVERHEAD_AIM, IDLE_AIM, IDLE_SECONDS_AIM = 0.5, 1.3, 0.02, 2.0


def seconds(command: list[str], build: str) -> float:
    """Return how long a command takes, in seconds."""
    environment = {**os.environ, "INSIGHT_BUILD": build, "PYTHONDONTWRITEBYTECODE": ""}
    clock = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return time.perf_counter() - clock


def tell(name: str, values: list[float], aim: float, unit: str = "") -> None:
    """Print the median, the aim and the spread."""
    shown = f"{median(values):.3f}{unit} (aim at most {aim:g}{unit}; from {min(values):.3f} to {max(values):.3f})"
    print(f"{name}: {shown}", flush=True)  # noqa: T201


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    insight = [sys.executable, "-c", "from insight.cli import main; main()"]
    runs: list[float] = []
    bare: list[float] = []
    idle: list[float] = []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as build:
            runs.append(seconds([*insight, "run", PARAMS, "--no-report", "-q"], build))
            seconds([*insight, "report", PARAMS], build)
            idle.append(seconds([*insight, "run", PARAMS, "-q"], build))
        with tempfile.TemporaryDirectory() as build:
            bare.append(seconds([sys.executable, "-c", NOTEBOOKS], build))
    helps = [seconds([*insight, "--help"], "") for _ in range(repeat)]
    tell("full run", runs, float("inf"), " s")
    overhead = [one / other for one, other in zip(runs, bare, strict=True)]
    tell("runner over bare nbclient, same notebooks", overhead, OVERHEAD_AIM)
    tell("no-change run over full run", [one / other for one, other in zip(idle, runs, strict=True)], IDLE_AIM)
    tell("no-change run", idle, IDLE_SECONDS_AIM, " s")
    tell("--help", helps, HELP_AIM, " s")


if __name__ == "__main__":
    main()
