"""The councils' results side by side: one row a council, measure and category, ranks only as the range limits leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from insight import paths
from insight.councils.measures import MEASURES, Basis, Measure
from insight.methods.association import bonferroni
from insight.methods.estimate import Estimate
from insight.methods.intervals import z_value
from insight.methods.ranking import rank_ranges
from insight.report.page import Run
from insight.report.standing import of_stage
from insight.sources.standing import Standing, weakest

if TYPE_CHECKING:
    import pandas as pd

FEWEST_RANKED = 3
Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One measure over the councils that have its stage."""

    measure: Measure
    rows: pd.DataFrame
    standing: Standing
    absent: tuple[str, ...]
    """Councils without the stage, or without an interval for it."""


def _rows(measure: Measure, run: Run) -> Rows:
    import pandas as pd

    file = paths.stage_dir(run.loaded.council.slug, measure.stage) / "tables" / f"{measure.table}.csv"
    known = run.known.stages.get(measure.stage)
    level = known.outputs.get(f"tables/{measure.table}.csv", {}).get("level") if known else None
    if not run.has_results(measure.stage) or level != "publishable" or not file.exists():
        return []
    found = []
    for row in measure.rows(pd.read_csv(file)).to_dict("records"):
        ends = () if measure.basis == "counts" else (measure.lower, measure.upper)
        limits = [row.get(name) for name in (measure.estimate, *ends)]
        if any(pd.isna(value) for value in limits):
            continue  # hidden, or without limits: nothing is compared without an interval
        low, high = limits[1:] or (float("nan"), float("nan"))
        found.append(
            {
                "what": measure.label(row),
                "definition": measure.definition(run.loaded, row),
                "council": run.council,
                "estimate": float(limits[0]),
                "lower": float(low),
                "upper": float(high),
                "n": 0 if pd.isna(row.get(measure.n)) else int(row[measure.n]),
            }
        )
    return found


def _wider(basis: Basis, comparisons: int) -> float:
    """Return by how much limits are widened for several comparisons; bounds of a full count are no matter of chance."""
    return 1.0 if basis == "full count" else z_value(bonferroni(0.95, comparisons)) / z_value(0.95)


def possible_ranks(frame: pd.DataFrame, basis: Basis = "limits") -> list[str]:
    """Return, for councils of one measure, the ranks that their limits leave, from the highest.

    The 95 per cent limits are widened to the level that all comparisons of one council need together (Bonferroni), by
    the ratio of normal quantiles, each side by itself. Counts of a purposive sample are not ranked.
    """
    count = len(frame)
    if basis == "counts":
        return ["not ranked"] * count
    if count < FEWEST_RANKED:
        return ["too few to rank"] * count
    wider = _wider(basis, count - 1)
    estimates = [
        Estimate(
            estimate=row.estimate,
            lower=row.estimate - wider * (row.estimate - row.lower),
            upper=row.estimate + wider * (row.upper - row.estimate),
            n=row.n,
            method="limits widened",
        )
        for row in frame.itertuples()
    ]
    ranks = rank_ranges(estimates)
    return [
        f"{best} of {count}" if best == worst else f"{best} to {worst} of {count}"
        for best, worst in zip(ranks.best, ranks.worst, strict=True)
    ]


def compare(runs: Sequence[Run]) -> list[Compared]:
    """Return every measure that at least two councils have, category by category, councils in the order of the run."""
    import pandas as pd

    found = []
    for measure in MEASURES:
        rows = [row for run in runs for row in _rows(measure, run)]
        frame = pd.DataFrame(rows)
        if frame.empty or frame["council"].nunique() < 2:  # noqa: PLR2004 - two make a comparison
            continue
        frame["possible ranks"] = ""
        for places in frame.groupby(["what", "definition"], sort=False).indices.values():
            frame.iloc[places, frame.columns.get_loc("possible ranks")] = possible_ranks(
                frame.iloc[places], measure.basis
            )
        order = list(dict.fromkeys(frame["what"]))
        frame = frame.sort_values("what", key=lambda names, order=order: names.map(order.index), kind="stable")
        held = set(frame["council"])
        found.append(
            Compared(
                measure=measure,
                rows=frame,
                standing=weakest(of_stage(run, measure.stage) for run in runs if run.council in held),
                absent=tuple(run.council for run in runs if run.council not in held),
            )
        )
    return found


def clearly_apart(frame: pd.DataFrame, basis: Basis = "limits") -> int:
    """Return in how many categories some council is clearly apart from another of the same definition."""
    count = 0
    if basis == "counts":
        return count
    for _, rows in frame.groupby(["what", "definition"], sort=False):
        values = list(rows.itertuples())
        # the difference's limits by MOVER (Zou and Donner 2008), for the number of pairs
        pairs = [(one, two) for at, one in enumerate(values) for two in values[at + 1 :]]
        if not pairs:
            continue
        told = _disjoint if basis == "full count" else partial(_is_apart, wider=_wider(basis, len(pairs)))
        count += any(told(one, two) for one, two in pairs)
    return count


def _disjoint(one: Any, two: Any) -> bool:
    return bool(one.lower > two.upper or two.lower > one.upper)


def _is_apart(one: Any, two: Any, *, wider: float) -> bool:
    high, low = (one, two) if one.estimate >= two.estimate else (two, one)
    reach = ((high.estimate - high.lower) ** 2 + (low.upper - low.estimate) ** 2) ** 0.5
    return bool(high.estimate - low.estimate > wider * reach)


def likeness(found: Sequence[Compared]) -> pd.DataFrame:
    """Return how like each pair of councils is on the borough's indicators that all of them have.

    Root mean squared distance of standardised values (the form of the nearest-neighbours models of CIPFA); only
    indicators of one definition count, and each counts the same.
    """
    import numpy as np
    import pandas as pd

    columns = ["council", "like", "distance", "indicators"]
    held = next((one for one in found if one.measure.name == "indicators"), None)
    if held is None:
        return pd.DataFrame(columns=columns)
    wide = held.rows.pivot_table(index="council", columns=["what", "definition"], values="estimate", sort=False)
    wide = wide.dropna(axis=1)
    spread = wide.std(ddof=0)
    wide = wide.loc[:, spread > 0] if len(spread) else wide
    if len(wide) < FEWEST_RANKED or wide.shape[1] == 0:
        return pd.DataFrame(columns=columns)
    scores = ((wide - wide.mean()) / wide.std(ddof=0)).to_numpy()
    distance = np.sqrt(((scores[:, None, :] - scores[None, :, :]) ** 2).mean(axis=2))
    names = list(wide.index)
    rows = [
        {"council": name, "like": names[other], "distance": float(distance[at, other]), "indicators": wide.shape[1]}
        for at, name in enumerate(names)
        for other in np.argsort(distance[at], kind="stable")
        if other != at
    ]
    return pd.DataFrame(rows, columns=columns)
