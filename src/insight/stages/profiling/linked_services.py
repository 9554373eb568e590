"""What readers see of all linked services side by side: whom each knows by deprivation, place and group."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display import charts
from insight.display.figure import Figure
from insight.display.standard import Note
from insight.display.table import Table
from insight.display.words import from_code
from insight.privacy.loading import Inputs
from insight.sources.contracts.records import SERVICE_NAMES
from insight.stages.profiling.analysis import Results
from insight.stages.profiling.linked_views import NOTHING, SHOWN, _supplied
from insight.stages.profiling.linking import ALL, DEFINITIONS, FIFTH, GROUP, LOCAL, NEIGHBOURHOOD, WARD

BY_DEPRIVATION, BY_PLACE = "deprivation", "place and group"
LEVELS = {BY_DEPRIVATION: (ALL, FIFTH, LOCAL), BY_PLACE: (WARD, NEIGHBOURHOOD, GROUP)}
LISTED, HIGHER = DEFINITIONS[0], "higher"
CHANCE = 0.05
"""Share of 95 % intervals that leave out the truth."""
SOURCE = "Records of the services, linked by weight"


def _rows(frame: pd.DataFrame, levels: tuple[str, ...]) -> pd.DataFrame:
    own = frame[(frame["threshold"] == HIGHER) & (frame["definition"] == LISTED) & frame["level"].isin(levels)]
    own = own.assign(area=own["area"].map(from_code), service=own["service"].replace(SERVICE_NAMES))
    order = own["level"].map(levels.index)
    return own.iloc[order.sort_values(kind="stable").index.map(own.index.get_loc)]


def _even(rows: pd.DataFrame) -> str:
    """Return which service's reach differs most between the first and the last fifth, and by how much."""
    fifths = rows[rows["level"] == LOCAL]
    wide = {
        str(service): (own["share"].iloc[0], own["share"].iloc[-1])
        for service, own in fifths.groupby("service", sort=False)
        if len(own) > 1 and own["share"].iloc[[0, -1]].notna().all()
    }
    if not wide:
        return "Whom each service knows, by deprivation"
    name, (most, least) = max(wide.items(), key=lambda item: abs(item[1][0] - item[1][1]))
    return (
        f"{name}: {most:.0%} of young children are on the list in the most deprived of these areas, {least:.0%} in the "
        "least; no service differs more"
    )


def _places(rows: pd.DataFrame) -> str:
    near = rows[rows["level"] == NEIGHBOURHOOD].dropna(subset=["share"])
    spans = near.groupby("service", sort=False)["share"].agg(["min", "max"])
    if spans.empty:
        return "Whom each service knows, by place and group"
    name = str((spans["max"] - spans["min"]).idxmax())
    least, most = spans.loc[name, ["min", "max"]]
    return (
        f"{name}: from {least:.0%} to {most:.0%} of young children are on the list, by neighbourhood; no service "
        "varies more"
    )


def services_picture(inputs: Inputs, results: Results, *, by: str = BY_DEPRIVATION) -> Figure | Note:
    """Return the share of young children on each service's list, all services in each row.

    Args:
        inputs: the stage's inputs.
        results: its results.
        by: ``deprivation`` (all, the borough's most deprived fifth, fifths of the linked areas) or ``place and group``.
    """
    rows = _rows(results.known, LEVELS[by]) if len(results.known) else results.known
    standing = inputs.standing(*_supplied(inputs))
    if rows.empty:
        return display.note(NOTHING, standing)
    title = _even(rows) if by == BY_DEPRIVATION else _places(rows)
    return Figure(
        charts.dot_interval(
            rows,
            label="area",
            estimate="share",
            lower="lower",
            upper="upper",
            group="service",
            x_label="Share of young children on the service's list",
        ),
        name=f"known-to-each-service-by-{by.split(maxsplit=1)[0]}",
        title=title,
        alt=f"Dots with intervals, a row an area or group, a colour and mark a service. {title}.",
        caption="On the service's list, at the higher threshold of linkage; Wilson's limits. By place, of resident "
        "young children; by group, of the health visitors' list, which is itself all of it. Fifths here are those of "
        "the areas that the linked records come from, by deprivation; other definitions stand in the table.",
        source=SOURCE,
        n=int(results.known["children"].max()),
        data=rows.drop(columns=["threshold", "definition"]),
        standing=standing,
    )


def linked_clients_table(inputs: Inputs, results: Results) -> Table | Note:
    """Return where the children whom each linked service knows live, by fifth of the linked areas."""
    frame = results.linked_clients
    standing = inputs.standing(*_supplied(inputs))
    if frame.empty:
        return display.note(NOTHING, standing)
    told = frame.dropna(subset=["share"])
    apart = told[(told["lower"] > told["share_of_children"]) | (told["upper"] < told["share_of_children"])]
    title = (
        f"In {len(apart)} of {len(told)} pairs of a service and a fifth the limits leave out what even reach would "
        f"give; chance alone gives about {CHANCE * len(told):.0f}"
    )
    return Table(
        frame.assign(service=frame["service"].replace(SERVICE_NAMES)),
        name="clients-of-linked-services",
        title=title,
        caption="Of all young children on a service's list, the share that lives in each fifth of the linked areas, "
        "with Wilson's limits, at the higher threshold of linkage; health visiting, which has no roster of its own "
        "here, stands beside the others. The share of all young children there is what even reach would give.",
        source=SOURCE,
        n=int(frame.drop_duplicates("service")["all_clients"].sum()),
        standing=standing,
        formats={**SHOWN, "share_of_children": "{:.1%}"},
    )
