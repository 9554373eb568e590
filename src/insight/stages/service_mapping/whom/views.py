"""What readers see of reach: the monitor of the unreached, and contacts against deprivation."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display import charts
from insight.display.figure import Figure
from insight.display.standard import Note
from insight.display.table import Table
from insight.methods.estimate import Estimate
from insight.privacy.loading import Inputs
from insight.stages.service_mapping.analysis import Results
from insight.stages.service_mapping.whom.contacts import FOCUS, NEEDED, REST
from insight.stages.service_mapping.whom.missed_views import HIGHER, LINKED, NOT_LINKED, PERCENT, _standing
from insight.stages.service_mapping.whom.monitor import NO_CENTRE

UP_TO = {"children_up_to": "{:.0%}", "contacts_up_to": "{:.0%}"}
NO_CONTACTS = "Contacts by area were not supplied (roster of children's centres with indicators by output area)."


def _month_title(rows: pd.DataFrame) -> str:
    shown = rows[rows["measure"] == NO_CENTRE].dropna(subset=["share"])
    if len(shown) < 2:  # noqa: PLR2004 - a first and a last month
        return "Young children without a contact, month by month"
    first, last = shown.iloc[0], shown.iloc[-1]
    verb = "changed little from" if last["lower"] <= first["upper"] and first["lower"] <= last["upper"] else "went from"
    return (
        f"The share of young children whom no children's centre saw {verb} {first['share']:.0%} in {first['month']} to "
        f"{last['share']:.0%} in {last['month']}"
    )


def monitor_picture(inputs: Inputs, results: Results) -> Figure | Note:
    """Return the unreached by month."""
    found = results.whom
    rows = found.monthly[found.monthly["threshold"] == HIGHER]
    if rows["share"].dropna().empty:
        return display.note(NOT_LINKED, _standing(inputs))
    title = _month_title(rows)
    return Figure(
        charts.lines(
            rows,
            x="month",
            y="share",
            x_label="Month",
            y_label="Share without a contact",
            group="measure",
            lower="lower",
            upper="upper",
        ),
        name="unreached-by-month",
        title=title,
        alt=f"Two lines by month with bands: children not seen by a children's centre, and by no service. {title}.",
        caption="No contact in the days up to the month's end that the params set, of children on the health visitors' "
        "list. Records are of children still young on the last day, so earlier months rest on younger ones. Wilson's "
        "limits; the higher threshold of linkage.",
        source=LINKED,
        n=int(rows["children"].max()),
        data=rows.drop(columns="threshold"),
        standing=_standing(inputs),
    )


def monitor_table(inputs: Inputs, results: Results) -> Table | Note:
    """Return the unreached by month, at both thresholds."""
    found = results.whom
    frame = found.monthly
    if frame.empty:
        return display.note(NOT_LINKED, _standing(inputs))
    return Table(
        frame,
        name="unreached-by-month-table",
        title=_month_title(frame[frame["threshold"] == HIGHER]),
        caption="Both thresholds of linkage. Wilson's 95 per cent limits.",
        source=LINKED,
        n=int(frame["children"].max()),
        standing=_standing(inputs),
        formats=PERCENT,
    )


def _curve_title(index: Estimate | None) -> str:
    if index is None or index.lower is None or index.upper is None:
        return "Contacts against deprivation"
    limits = f"index {index.estimate:.3f}, {index.lower:.3f} to {index.upper:.3f}"
    if index.upper < 0:
        return f"Contacts with children's centres favour the most deprived areas ({limits})"
    if index.lower > 0:
        return f"Contacts with children's centres favour the least deprived areas ({limits})"
    return f"Contacts with children's centres follow deprivation neither way that can be told ({limits})"


def concentration_picture(inputs: Inputs, results: Results) -> Figure | Note:
    """Return the concentration curve of contacts against deprivation, with the line of equal contacts."""
    found = results.whom
    frame = found.concentration
    if frame.empty:
        return display.note(NO_CONTACTS, _standing(inputs, ("service_contacts",)))
    title = _curve_title(found.index)
    curve = pd.concat([pd.Series([0.0]), frame["contacts_up_to"]], ignore_index=True)
    across = pd.concat([pd.Series([0.0]), frame["children_up_to"]], ignore_index=True) * 100
    parts = {"contacts": curve, "if contacts were equal": across / 100}
    rows = pd.concat([pd.DataFrame({"across": across, "up_to": y, "line": name}) for name, y in parts.items()])
    return Figure(
        charts.lines(
            rows,
            x="across",
            y="up_to",
            x_label="Children, those of the most deprived areas first (per cent)",
            y_label="Contacts up to there",
            group="line",
        ),
        name="contacts-concentration",
        title=title,
        alt=f"A curve of cumulative contacts over cumulative children beside the diagonal of equal contacts. {title}.",
        caption="A curve above the diagonal favours the most deprived. Index: Kakwani, Wagstaff and van Doorslaer, "
        "over output areas, limits by the jackknife; the curve is drawn at tenths of the areas.",
        source="Roster of children's centres; deprivation scores; look-up of areas",
        n=int(frame["children"].sum()),
        data=frame,
        standing=_standing(inputs, NEEDED),
    )


def concentration_table(inputs: Inputs, results: Results) -> Table | Note:
    """Return the numbers of the concentration curve."""
    found = results.whom
    frame = found.concentration
    if frame.empty:
        return display.note(NO_CONTACTS, _standing(inputs, ("service_contacts",)))
    return Table(
        frame,
        name="contacts-concentration-table",
        title=_curve_title(found.index),
        caption="Tenths of the areas by deprivation, 1 the most deprived; shares up to and with each tenth.",
        source="Roster of children's centres; deprivation scores; look-up of areas",
        n=int(frame["children"].sum()),
        standing=_standing(inputs, NEEDED),
        formats=UP_TO,
    )


def engagements_table(inputs: Inputs, results: Results) -> Table | Note:
    """Return contacts a child in the focus wards, elsewhere and in the borough, with the UK marked as not available."""
    found = results.whom
    frame = found.engagements
    if frame.empty:
        return display.note(NO_CONTACTS, _standing(inputs, ("service_contacts",)))
    rates = frame.set_index("place")["per_child"]
    title = "Contacts with children's centres a young child"
    if rates[[FOCUS, REST]].notna().all():
        gap = found.gap
        sure = gap is not None and gap.lower is not None and gap.upper is not None and (gap.lower > 0 or gap.upper < 0)
        title = (
            f"Centres had {rates[FOCUS]:.2f} contacts a young child in the focus wards and {rates[REST]:.2f} elsewhere"
            + ("" if sure else ": no difference that can be told")
        )
    return Table(
        frame,
        name="engagements-per-child",
        title=title,
        caption="Contacts in the year with children on the roster, a resident child. Limits from the spread between "
        "areas. No rate of the United Kingdom by this definition is supplied.",
        source="Roster of children's centres; look-up of areas",
        n=int(frame["children"].max()),
        standing=_standing(inputs, ("roster_childrens_centre", "lookup")),
        formats={"per_child": "{:.2f}", "lower": "{:.2f}", "upper": "{:.2f}"},
    )
