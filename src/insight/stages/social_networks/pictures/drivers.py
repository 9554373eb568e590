"""How contacts hang together, and what ties beyond the group go with."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.stages.social_networks.analysis import Results
from insight.stages.social_networks.pictures.common import (
    LIMITS_OVER,
    SOURCE,
    points,
    shown,
    standing,
)


def structure_table(inputs: Inputs, results: Results) -> display.Table:
    """Return structure around respondents, or why these data cannot give it."""
    known = shown(results.structure, "mean")
    title = "Density, constraint and effective size: not identifiable from these data"
    if len(known):
        parts = [f"{str(row.measure).split(' (')[0].lower()} {row.mean:.2f}" for row in known.itertuples()]
        title = f"Mean over respondents: {', '.join(parts)}"
    return display.Table(
        results.structure,
        name="structure",
        title=title,
        caption="These say how contacts hang together, which who they are does not tell. They need to know which "
        f"contacts know one another. {LIMITS_OVER}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs, "network_contacts", "network_alters", "network_alter_ties"),
        formats=dict.fromkeys(("mean", "lower", "upper"), "{:.2f}"),
    )


def _drivers_title(results: Results) -> str:
    rows = shown(results.drivers[results.drivers["outcome"] == "share of ties beyond the group"], "adjusted_estimate")
    if rows.empty:
        return "Too few ties for a model of what they go with"
    parts = [
        f"{row.difference} {points(row.adjusted_estimate)} adjusted, {100 * row.unadjusted_estimate:+.0f} unadjusted"
        for row in rows.itertuples()
    ]
    return f"Share of ties beyond the group: {'; '.join(parts)}"


def drivers_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return differences by work and qualification, adjusted beside unadjusted, for naming and for ties beyond."""
    rows = shown(results.drivers, "adjusted_estimate")
    if rows.empty:
        return display.note("Too few respondents for a model of what ties go with.", inputs.standing())
    title = _drivers_title(results)
    label = rows["outcome"].str.capitalize() + ": " + rows["difference"]
    data = pd.concat(
        [
            pd.DataFrame(
                {
                    "what": label,
                    "model": kind,
                    "difference": rows[f"{kind}_estimate"],
                    "lower": rows[f"{kind}_lower"],
                    "upper": rows[f"{kind}_upper"],
                    "n": rows["n"],
                }
            )
            for kind in ("unadjusted", "adjusted")
        ]
    )
    return display.Figure(
        display.charts.dot_interval(
            data,
            label="what",
            estimate="difference",
            lower="lower",
            upper="upper",
            group="model",
            reference=0.0,
            x_label="Difference of the share",
        ),
        name="drivers",
        title=title,
        alt=f"Dots with intervals of differences by work and qualification, two models beside each other. {title}.",
        caption="Binomial models; adjusted for each other, age, sex and ethnic group. Associations: what brings what "
        f"about is not shown. Household and kin left out. {LIMITS_OVER}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=standing(inputs, "network_contacts"),
    )


def drivers_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the models with odds ratios, and how far adjustment moves each difference."""
    percent = [name for name in results.drivers if name.endswith(("estimate", "lower", "upper")) and "odds" not in name]
    odds = [name for name in results.drivers if "odds" in name]
    return display.Table(
        results.drivers,
        name="drivers-table",
        title=_drivers_title(results),
        caption="Respondents who named no one are in the first and third outcome: naming is modelled, not conditioned "
        f"away. Change: adjusted less unadjusted; adjusting is not mediation. {LIMITS_OVER}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs, "network_contacts"),
        formats=dict.fromkeys(percent, "{:+.1%}") | dict.fromkeys(odds, "{:.2f}") | {"n": "{:,.0f}"},
    )
