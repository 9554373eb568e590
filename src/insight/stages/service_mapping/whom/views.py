"""What readers see of reach: definitions side by side, the unreached, their monitor, contacts against deprivation."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display import charts
from insight.display.figure import Figure
from insight.display.standard import Note
from insight.display.table import Table
from insight.methods.estimate import Estimate
from insight.privacy.loading import Inputs
from insight.sources.standing import Standing
from insight.stages.service_mapping.analysis import Results
from insight.stages.service_mapping.whom.analysis import Whom
from insight.stages.service_mapping.whom.contacts import FOCUS, NEEDED, REST
from insight.stages.service_mapping.whom.monitor import NO_CENTRE
from insight.stages.service_mapping.whom.unreached import ALL, ANY, GROUP

RECORDS = tuple(f"records_{name}" for name in ("childrens_centre", "library", "benefits", "health_visiting"))
BEHIND = (*RECORDS, "service_engagements", "lookup")
LINKED = "Records of the services, linked in stage 01; their contacts"
PERCENT = {"share": "{:.1%}", "lower": "{:.1%}", "upper": "{:.1%}"}
UP_TO = {"children_up_to": "{:.0%}", "contacts_up_to": "{:.0%}"}
NOT_LINKED = "No picture of reach across services: records of two services, their contacts and stage 01 are needed."
NO_CONTACTS = "Contacts by area were not supplied (roster of children's centres with indicators by output area)."
WITHHELD = "A group whose linkage quality is not known is withheld ([x]), as missed links look like unreached children."
SEEN, SUSTAINED, HIGHER = "seen once", "sustained", "higher"


def _standing(inputs: Inputs, names: tuple[str, ...] = BEHIND) -> Standing:
    return inputs.standing(*[name for name in names if inputs.has(name)])


def _words(text: object) -> str:
    return str(text).replace("_", " ")


def definitions_table(inputs: Inputs, results: Results) -> Table | Note:
    """Return reach under the rival definitions, for each service and for any of them, at both thresholds."""
    found = results.whom
    frame = found.definitions
    if frame.empty:
        return display.note(NOT_LINKED, _standing(inputs))
    any_one = frame[(frame["service"] == ANY) & (frame["threshold"] == HIGHER)].set_index("definition")["share"]
    title = "Reach under each definition"
    if {SEEN, SUSTAINED} <= set(any_one.dropna().index):
        title = (
            f"Some service saw {any_one[SEEN]:.0%} of young children in the period, and {any_one[SUSTAINED]:.0%} often "
            "enough to count as sustained"
        )
    return Table(
        frame.assign(service=frame["service"].map(_words)),
        name="reach-by-definition-and-service",
        title=title,
        caption="Distinct resident children; those who moved away are left out. Thresholds are the match weights above "
        "which two records are one child; at the lower one more records join, so that fewer children are known. Missed "
        "links make more children than there are: a count above the residents is not available ([x]).",
        source=LINKED,
        n=int(frame["children"].max()),
        standing=_standing(inputs),
        formats=PERCENT,
    )


def _told(found: Whom) -> str:
    """Return whom centres do not reach, in a sentence; groups of unknown linkage quality are not named."""
    rows = found.unreached
    rows = rows[(rows["threshold"] == HIGHER) & (rows["definition"] == SEEN)].dropna(subset=["share"])
    whole = rows.loc[rows["level"] == ALL, "share"]
    if whole.empty:
        return "Whom children's centres do not reach"
    text = f"Children's centres did not see {whole.iloc[0]:.0%} of young children in the period"
    groups = rows[rows["level"] == GROUP].sort_values("share")
    if len(groups) > 1:
        least, most = groups.iloc[0], groups.iloc[-1]
        apart = most["lower"] > least["upper"]
        text += (
            f": {most['share']:.0%} of {_words(most['area'])} and {least['share']:.0%} of {_words(least['area'])} ones"
            if apart
            else ", and no group stands clearly apart"
        )
    return text


def unreached_table(inputs: Inputs, results: Results) -> Table | Note:
    """Return the unreached by definition, place and group, at both thresholds."""
    found = results.whom
    frame = found.unreached
    if frame.empty:
        return display.note(NOT_LINKED, _standing(inputs))
    return Table(
        frame.assign(area=frame["area"].map(_words)),
        name="unreached",
        title=_told(found),
        caption=f"Share not reached by children's centres, with Wilson's limits. {WITHHELD}",
        source=LINKED,
        n=int(frame["children"].max()),
        standing=_standing(inputs),
        formats=PERCENT,
    )


def unreached_picture(inputs: Inputs, results: Results) -> Figure | Note:
    """Return the unreached by place and group, under each definition."""
    found = results.whom
    frame = found.unreached
    rows = frame[frame["threshold"] == HIGHER] if len(frame) else frame
    if rows.empty:
        return display.note(NOT_LINKED, _standing(inputs))
    rows = rows.assign(area=rows["area"].map(_words))
    return Figure(
        charts.dot_interval(
            rows,
            label="area",
            estimate="share",
            lower="lower",
            upper="upper",
            group="definition",
            x_label="Share of young children not reached",
        ),
        name="unreached-by-place-and-group",
        title=_told(found),
        alt=f"Dots with intervals, a row a place or group, three definitions in each row. {_told(found)}.",
        caption=f"Children's centres, at the higher threshold of linkage; the table has the lower one too. {WITHHELD}",
        source=LINKED,
        n=int(rows["children"].max()),
        data=rows.drop(columns="threshold"),
        standing=_standing(inputs),
    )


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
