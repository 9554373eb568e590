"""Calibrate stages: ``python -m insight.calibration [STAGE ...]``; see ``--help``."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from insight import atomic, paths
from insight.calibration.plan import FIRST_SEED, PLANNED, SEEDS, Plan, plan_of
from insight.calibration.running import effects, run, summary
from insight.published import severity

if TYPE_CHECKING:
    import pandas as pd

CHECKED = 10
EFFECT_SEEDS = 200
"""The first of the fixed seeds, whose estimates give the smallest effect that is seen."""


def spread(count: int, *, seeds: int) -> list[int]:
    """Return ``count`` of the fixed seeds, evenly spread."""
    return [FIRST_SEED + place * seeds // count for place in range(count)]


def check(plan: Plan, *, count: int = CHECKED) -> list[str]:
    """Run some of the fixed seeds again and return what differs from the stored outcomes."""
    stored = severity.seeds(plan.stage)
    if stored is None:
        return [f"{plan.stage}: no stored outcomes. Fix: nox -s calibrate -- {plan.stage}"]
    chosen = spread(count, seeds=int(stored["seed"].nunique()))
    fresh, _ = run(plan, chosen)
    old = stored.set_index(["variant", "seed"])
    problems = []
    for (variant, seed), row in fresh.set_index(["variant", "seed"]).iterrows():
        if (variant, seed) not in old.index:
            problems.append(f"{plan.stage}, {variant}, seed {seed}: not among the stored outcomes")
            continue
        problems += [
            f"{plan.stage}, {variant}, seed {seed}, {name}: stored {old.loc[(variant, seed), name]!r}, now {letter!r}"
            for name, letter in row.items()
            if old.loc[(variant, seed), name] != letter
        ]
    return problems


def _write(plan: Plan, *, count: int) -> None:
    seeds = range(FIRST_SEED, FIRST_SEED + count)
    total = count * len(plan.variants)
    done = 0

    def step(variant: str, seed: int) -> None:
        nonlocal done
        done += 1
        if done % 20 == 0 or done == total:
            print(f"{plan.stage}: {done:,} of {total:,} worlds ({variant}, seed {seed})", flush=True)  # noqa: T201

    rows, cases = run(plan, seeds, step=step)
    _keep(severity.seeds_file(plan.stage), rows)
    _keep(severity.summary_file(plan.stage), summary(plan, rows, cases))
    _write_effects(plan, count=min(count, EFFECT_SEEDS))


def _keep(file: Path, frame: pd.DataFrame) -> None:
    atomic.write_with(file, partial(frame.to_csv, index=False, lineterminator="\n"))
    print(f"wrote {paths.shown(file)}", flush=True)  # noqa: T201


def _write_effects(plan: Plan, *, count: int) -> None:
    _keep(severity.effects_file(plan.stage), effects(plan, range(FIRST_SEED, FIRST_SEED + count)))


def main(arguments: list[str] | None = None) -> int:
    """Calibrate, or check a few seeds against what is stored; return 3 if they differ."""
    parser = argparse.ArgumentParser(
        prog="python -m insight.calibration",
        description="Measure how often findings are detected where true and raised where false, and keep the rates "
        "under data/reference/severity.",
    )
    parser.add_argument("stages", nargs="*", help=f"stages, of {', '.join(PLANNED)}; all without any")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"worlds of each kind ({SEEDS})")
    parser.add_argument(
        "--check", action="store_true", help=f"re-run {CHECKED} seeds, compare with the stored outcomes"
    )
    parser.add_argument(
        "--effects", action="store_true", help=f"only the smallest effects seen, from {EFFECT_SEEDS} of the seeds"
    )
    given = parser.parse_args(arguments)
    if given.seeds < CHECKED:
        parser.error(f"--seeds must be {CHECKED} or more")
    try:
        plans = [plan_of(stage) for stage in given.stages or PLANNED]
    except ValueError as error:
        parser.error(str(error))
    problems = []
    for plan in plans:
        if given.check:
            problems += check(plan)
        elif given.effects:
            _write_effects(plan, count=min(given.seeds, EFFECT_SEEDS))
        else:
            _write(plan, count=given.seeds)
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201
    return 3 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
