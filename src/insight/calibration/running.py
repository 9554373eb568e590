"""Running a plan: each seed's world through the stage's own analysis and the one rule that decides claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from insight import params, paths
from insight.calibration.plan import Plan, Variant
from insight.catalogue import BY_NAME
from insight.privacy.loading import Inputs
from insight.privacy.protected import Protected
from insight.published.findings import Claim, Tested, decide, load_claims
from insight.published.severity import LETTERS
from insight.sources.standing import SUPPLIED

if TYPE_CHECKING:
    import pandas as pd

LEDGER = "oldham"
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


def outcomes(stage: str, variant: Variant, seed: int) -> tuple[dict[str, str], dict[str, int]]:
    """Return, by claim of the variant, the letter of the outcome on one world, and the cases behind it."""
    module, given, council = _stage(stage)
    inputs = _inputs(variant.make(seed), council)
    # a stage whose tables cost more than its tests offers the tests alone
    if hasattr(module, "claim_estimates"):
        tests = module.claim_estimates(inputs, given, claims=tuple(variant.effects))
    else:
        tests = module.analyse(inputs, given).tests
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
