"""Running a plan: each seed's world through the stage's own analysis and the one rule that decides claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from insight import params, paths
from insight.calibration.plan import Plan, Variant
from insight.catalogue import BY_NAME
from insight.methods.estimate import Estimate
from insight.privacy.loading import Inputs
from insight.privacy.protected import Protected
from insight.published.findings import Claim, Tested, decide, load_claims
from insight.published.severity import BOTH_WAYS, LETTERS, POWER
from insight.sources.standing import SUPPLIED

if TYPE_CHECKING:
    import pandas as pd

LEDGER = "oldham"
EFFECT_COLUMNS = ["finding", "part", "rule", "smallest", "n", "worlds", "first_seed", "last_seed"]
Step = Callable[[str, int], None]


@cache
def _claims() -> dict[str, Claim]:
    return load_claims(LEDGER)


@cache
def _stage(name: str) -> tuple[Any, Any, Any]:
    """Return a stage, its params and the council's, as the committed params file of the demonstration has them."""
    loaded = params.load(paths.root() / "params" / f"{LEDGER}.yml")
    stage = import_module(f"insight.stages.{name}")
    return stage, params.build(stage.Params, loaded.stages[name], file="params"), loaded


def _inputs(frames: Mapping[str, pd.DataFrame], council: Any) -> Inputs:
    # said to be supplied, so that the rule's plain word comes out: what was planted is known here, not in a file
    held = {name: Protected(name, frame) if BY_NAME[name].people else frame for name, frame in frames.items()}
    return Inputs(
        council=council,
        frames=held,
        standings=dict.fromkeys(frames, SUPPLIED),
        files={name: paths.root() / BY_NAME[name].file for name in frames},
    )


def estimates(stage: str, variant: Variant, seed: int) -> Mapping[str, tuple[Estimate, ...]]:
    """Return the estimates of the variant's claims on one world, as the stage makes them."""
    module, given, council = _stage(stage)
    inputs = _inputs(variant.make(seed), council)
    # a stage whose tables cost more than its tests offers the tests alone
    if hasattr(module, "claim_estimates"):
        found: Mapping[str, tuple[Estimate, ...]] = module.claim_estimates(inputs, given, claims=tuple(variant.effects))
        return found
    made: Mapping[str, tuple[Estimate, ...]] = module.analyse(inputs, given).tests
    return made


def outcomes(stage: str, variant: Variant, seed: int) -> tuple[dict[str, str], dict[str, int]]:
    """Return, by claim of the variant, the letter of the outcome on one world, and the cases behind it."""
    tests = estimates(stage, variant, seed)
    letters, sizes = {}, {}
    for name in variant.effects:
        parts = tests.get(name)
        if not parts:
            letters[name] = ""
            continue
        outcome = decide(_claims()[name], Tested(parts=tuple(parts), standing=SUPPLIED)).outcome
        letters[name], sizes[name] = LETTERS[outcome], max(part.n for part in parts)
    return letters, sizes


def run(plan: Plan, seeds: Iterable[int], *, step: Step | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run every variant of a plan on every seed.

    Args:
        plan: the stage's plan.
        seeds: seeds, the same for all variants.
        step: called with the variant's name and the seed after each world.

    Returns:
        One row a variant and seed with a letter a claim; and one row a variant and claim with the cases behind it.
    """
    import pandas as pd

    rows, cases = [], []
    chosen = list(seeds)
    for variant in plan.variants:
        sizes: dict[str, list[int]] = {name: [] for name in variant.effects}
        for seed in chosen:
            letters, found = outcomes(plan.stage, variant, seed)
            rows.append({"variant": variant.name, "seed": seed, **letters})
            for name, size in found.items():
                sizes[name].append(size)
            if step is not None:
                step(variant.name, seed)
        cases += [
            {"variant": variant.name, "finding": name, "n": round(sum(found) / len(found)) if found else 0}
            for name, found in sizes.items()
        ]
    return pd.DataFrame(rows).fillna(""), pd.DataFrame(cases)


def summary(plan: Plan, rows: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Return rates with Clopper-Pearson bands, a row a claim and variant."""
    import pandas as pd

    from insight.methods.intervals import clopper_pearson

    found = []
    for variant in plan.variants:
        own = rows[rows["variant"] == variant.name]
        for name, effect in variant.effects.items():
            letters = own[name]
            tested, supported = int((letters != "").sum()), int((letters == LETTERS["supported"]).sum())
            if not tested:
                continue
            rate = clopper_pearson(supported, tested)
            size = cases.loc[(cases["variant"] == variant.name) & (cases["finding"] == name), "n"].iloc[0]
            found.append(
                {
                    "finding": name,
                    "is_true": str(variant.is_true).lower(),
                    "variant": variant.name,
                    "effect": effect,
                    "n": int(size),
                    "worlds": tested,
                    "supported": supported,
                    "rate": round(rate.estimate, 4),
                    "lower": round(float(rate.lower or 0), 4),
                    "upper": round(float(rate.upper or 0), 4),
                    "first_seed": int(own["seed"].min()),
                    "last_seed": int(own["seed"].max()),
                }
            )
    return pd.DataFrame(found).sort_values(["finding", "is_true"], ascending=[True, False], ignore_index=True)


def effects(plan: Plan, seeds: Iterable[int], *, step: Step | None = None) -> pd.DataFrame:
    """Return the smallest effect that each claim's design sees in four worlds of five, from those where it is true.

    For claims of difference every world's estimate and limits are moved together until the rule supports the claim in
    four of five: the distance from the threshold to the worlds' mean estimate is then the smallest effect. For claims
    of sameness it is the smallest margin within which four of five worlds show it. Ranks and exact values have none.

    Args:
        plan: the stage's plan.
        seeds: seeds of the worlds.
        step: called with the variant's name and the seed after each world.

    Returns:
        ``finding, part, rule, smallest, n, worlds, first_seed, last_seed``; ``n`` is the mean number of cases.
    """
    import pandas as pd

    chosen, parts = list(seeds), dict[tuple[str, int], list[Estimate]]()
    for variant in plan.variants:
        if not variant.is_true:
            continue
        for seed in chosen:
            for name, found in estimates(plan.stage, variant, seed).items():
                for part, one in enumerate(found):
                    parts.setdefault((name, part), []).append(one)
            if step is not None:
                step(variant.name, seed)
    rows = []
    for (name, part), worlds in parts.items():
        rule = _claims()[name].rules[part]
        smallest = seen_in_most(rule, worlds)
        if smallest is not None:
            size = round(sum(one.n for one in worlds) / len(worlds))
            rows.append((name, part, rule, round(smallest, 5), size, len(worlds), chosen[0], chosen[-1]))
    return pd.DataFrame(rows, columns=EFFECT_COLUMNS).sort_values(["finding", "part"], ignore_index=True)


def seen_in_most(rule: str, worlds: Sequence[Estimate], *, power: float = POWER) -> float | None:
    """Return the smallest effect that a rule sees in a share ``power`` of the worlds, by moving them all alike.

    Args:
        rule: ``greater``, ``less`` or ``equivalent``; others have no such effect.
        worlds: the estimate of each world, of one and the same true effect.
        power: share of the worlds.
    """
    import numpy as np

    values = np.array([(one.estimate, one.lower, one.upper) for one in worlds], dtype=float)
    mean, lower, upper = values[:, 0].mean(), values[:, 1], values[:, 2]
    needed = {
        "greater": mean - lower,
        "less": upper - mean,
        BOTH_WAYS: np.maximum(np.abs(lower), np.abs(upper)),
    }.get(rule)
    if needed is None or not np.isfinite(needed).all():
        return None
    return float(np.quantile(needed, power, method="higher"))
