"""Run every test of the project and close with one line: N passed, N failed, N skipped.

Two runs of pytest: the tests proper, and the notebooks under nbval with its guard (serial, whole files, own build
folder). ``python tests/everything.py notebooks`` runs one of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOTEBOOKS = (
    "-vv",
    "-p",
    "insight.nbguard",
    "--nbval-lax",
    "--nbval-current-env",
    "--nbval-cell-timeout=300",
    "-p",
    "no:randomly",
    "notebooks",
)


@dataclass(frozen=True)
class Counts:
    """Counts of test outcomes."""

    passed: int
    failed: int
    skipped: int

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


def counts_of(report: Path) -> Counts:
    """Read a JUnit report; a run that left none counts as one failure."""
    if not report.exists():
        return Counts(0, 1, 0)
    suite = ET.parse(report).getroot().find("testsuite")  # noqa: S314 - pytest has just written it
    if suite is None:
        return Counts(0, 1, 0)
    total, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
    failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    return Counts(total - failed - skipped, failed, skipped)


def run(name: str, arguments: tuple[str, ...], scratch: Path) -> tuple[int, Counts]:
    """Run pytest once; its own output goes straight to the screen."""
    report = scratch / f"{name}.xml"
    print(f"== {name}", flush=True)  # noqa: T201
    command = [sys.executable, "-m", "pytest", *arguments, f"--junitxml={report}", "--durations=10"]
    environment = {**os.environ, "INSIGHT_BUILD": str(scratch / "build")} if name == "notebooks" else None
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    return code, counts_of(report)


TWO_PROCESSES = ("-n", "2", "--dist", "loadfile")
RUNS = {"tests": ("tests", *TWO_PROCESSES), "notebooks": NOTEBOOKS}


def main(names: list[str]) -> int:
    """Run what is named, or everything; return 0 only if all passed."""
    with tempfile.TemporaryDirectory() as folder:
        results = [run(name, RUNS[name], Path(folder)) for name in names or RUNS]
    total = sum((counts for _, counts in results), Counts(0, 0, 0))
    bad = [code for code, _ in results if code != 0]
    print(f"{total.passed} passed, {max(total.failed, len(bad))} failed, {total.skipped} skipped", flush=True)  # noqa: T201
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
