"""What readers see of where each service's clients live."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display import charts
from insight.display.figure import Figure
from insight.display.standard import Note
from insight.display.table import Table
from insight.privacy.loading import Inputs
from insight.stages.profiling import services
from insight.stages.profiling.analysis import Results

PERCENT = dict.fromkeys(("share", "lower", "upper", "share_of_children"), "{:.1%}")
ROSTERS = ("roster_childrens_centre", "roster_library", "roster_benefits")
SOURCE = "Rosters of the services; deprivation scores; look-up of areas"
NOTHING = "No roster was supplied, so it is not known where the services' clients live."
CAPTION = (
    "Of all young children whom a service knows, the share that lives in each fifth of the borough's areas by "
    "deprivation, with Wilson's limits. The share of all young children who live there is what even reach would give."
)


def _finding(frame: pd.DataFrame) -> str:
    first = frame[frame["fifth"].str.contains("most deprived")].dropna(subset=["share"])
    centre = first[first["service"] == services.CENTRE]
    if centre.empty:
        return "Where the clients of each service live"
    one = centre.iloc[0]
    there = one["share_of_children"]
    how = (
        "as many as" if one["lower"] <= there <= one["upper"] else "fewer than" if one["upper"] < there else "more than"
    )
    return (
        f"{one['share']:.0%} of the children whom centres know live in the most deprived band, {how} even reach would "
        f"give ({there:.0%})"
    )


def clients_picture(inputs: Inputs, results: Results) -> Figure | Note:
    """Return the shares of each service's clients by band, with those of all young children."""
    frame, standing = results.clients, inputs.standing(*[name for name in ROSTERS if inputs.has(name)])
    if frame.empty:
        return display.note(NOTHING, standing)
    everyone = frame.drop_duplicates("fifth").assign(service="all young children")
    everyone["share"] = everyone["lower"] = everyone["upper"] = everyone["share_of_children"]
    rows = pd.concat([everyone.assign(status=""), frame], ignore_index=True)
    return Figure(
        charts.dot_interval(
            rows, label="fifth", estimate="share", lower="lower", upper="upper", group="service", x_label="Share"
        ),
        name="clients-by-deprivation",
        title=_finding(frame),
        alt=f"Dots with intervals, a row a band of deprivation, a colour a service. {_finding(frame)}.",
        caption=CAPTION,
        source=SOURCE,
        n=int(frame.drop_duplicates("service")["all_clients"].sum()),
        data=rows.drop(columns="share_of_children"),
        standing=standing,
    )


def clients_table(inputs: Inputs, results: Results) -> Table | Note:
    """Return the numbers behind the picture."""
    frame, standing = results.clients, inputs.standing(*[name for name in ROSTERS if inputs.has(name)])
    if frame.empty:
        return display.note(NOTHING, standing)
    return Table(
        frame,
        name="clients-by-deprivation-table",
        title=_finding(frame),
        caption=CAPTION,
        source=SOURCE,
        n=int(frame.drop_duplicates("service")["all_clients"].sum()),
        standing=standing,
        formats=PERCENT,
    )
