"""What readers see of reach: definitions side by side, and who is not reached, by service, place and group."""

from __future__ import annotations

import math

import pandas as pd

from insight import display
from insight.display import charts
from insight.display.figure import Figure
from insight.display.standard import Note
from insight.display.table import Table
from insight.display.words import from_code
from insight.methods.intervals import newcombe_difference
from insight.privacy.loading import Inputs
from insight.sources.contracts.records import ANY_SERVICE, CENTRE, LOCAL_FIFTH, NEEDIEST, REACHED, SHOWN_NAMES, SOURCES
from insight.sources.standing import Standing
from insight.stages.service_mapping.analysis import Results
from insight.stages.service_mapping.whom.analysis import Whom
from insight.stages.service_mapping.whom.unreached import ALL, ANY, GROUP

RECORDS = tuple(f"records_{name}" for name in SOURCES)
BEHIND = (*RECORDS, "service_engagements", "lookup")
LINKED = "Records of the services, linked in stage 01; their contacts"
PERCENT = {"share": "{:.1%}", "lower": "{:.1%}", "upper": "{:.1%}"}
NOT_LINKED = "No picture of reach across services: records of two services, their contacts and stage 01 are needed."
WITHHELD = "A group whose linkage quality is not known is withheld ([x]), as missed links look like unreached children."
CHANCE = 0.05
"""Chance, over all pairs together, that a title names two areas or groups which do not differ."""
PLACE, HIGHER = "neighbourhood", "higher"
LISTED, SEEN, SUSTAINED = REACHED


def _standing(inputs: Inputs, names: tuple[str, ...] = BEHIND) -> Standing:
    return inputs.standing(*[name for name in names if inputs.has(name)])


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
        frame.assign(service=frame["service"].replace(SHOWN_NAMES)),
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


def _of_centres(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["service"] == CENTRE]


def _ends(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the rows of the least and the greatest share."""
    ordered = rows.sort_values("share", kind="stable")
    return ordered.iloc[0], ordered.iloc[-1]


def _are_apart(rows: pd.DataFrame) -> bool:
    """Return whether the greatest share is above the least beyond chance, any two rows having been able to be these."""
    least, most = _ends(rows)
    level = 1 - CHANCE / math.comb(len(rows), 2)
    gap = newcombe_difference(most["missed"], most["children"], least["missed"], least["children"], level=level)
    return gap.lower is not None and gap.lower > 0


def _dots(rows: pd.DataFrame, *, group: str, x_label: str) -> charts.Fig:
    return charts.dot_interval(
        rows, label="area", estimate="share", lower="lower", upper="upper", group=group, x_label=x_label
    )


def _told(found: Whom) -> str:
    """Return whom centres do not reach, in a sentence; groups of unknown linkage quality are not named."""
    rows = _of_centres(found.unreached)
    rows = rows[(rows["threshold"] == HIGHER) & (rows["definition"] == SEEN)].dropna(subset=["share"])
    whole = rows.loc[rows["level"] == ALL, "share"]
    if whole.empty:
        return "Whom children's centres do not reach"
    text = f"Children's centres did not see {whole.iloc[0]:.0%} of young children in the period"
    groups = rows[rows["level"] == GROUP]
    if len(groups) < 2:  # noqa: PLR2004 - a least and a most
        return text
    least, most = _ends(groups)
    if not _are_apart(groups):
        return f"{text}, and no group stands clearly apart"
    first, second = from_code(most["area"]), from_code(least["area"])
    return f"{text}: {most['share']:.0%} of {first} and {least['share']:.0%} of {second} ones"


def unreached_table(inputs: Inputs, results: Results) -> Table | Note:
    """Return the unreached by service, definition, place and group, at both thresholds."""
    found = results.whom
    frame = found.unreached
    if frame.empty:
        return display.note(NOT_LINKED, _standing(inputs))
    return Table(
        frame.assign(area=frame["area"].map(from_code), service=frame["service"].replace(SHOWN_NAMES)),
        name="unreached",
        title=_told(found),
        caption="Share not reached by each linked service, with Wilson's limits; by group, of the health visitors' "
        f"list, which is itself all of it. {WITHHELD}",
        source=LINKED,
        n=int(frame["children"].max()),
        standing=_standing(inputs),
        formats=PERCENT,
    )


def unreached_picture(inputs: Inputs, results: Results) -> Figure | Note:
    """Return the unreached by place and group, under each definition."""
    found = results.whom
    frame = _of_centres(found.unreached)
    rows = frame[frame["threshold"] == HIGHER] if len(frame) else frame
    if rows.empty:
        return display.note(NOT_LINKED, _standing(inputs))
    rows = rows.assign(area=rows["area"].map(from_code))
    return Figure(
        _dots(rows, group="definition", x_label="Share of young children not reached"),
        name="unreached-by-place-and-group",
        title=_told(found),
        alt=f"Dots with intervals, a row a place or group, three definitions in each row. {_told(found)}.",
        caption=f"Children's centres, at the higher threshold of linkage; the table has the lower one too. {WITHHELD}",
        source=LINKED,
        n=int(rows["children"].max()),
        data=rows.drop(columns=["threshold", "service"]),
        standing=_standing(inputs),
    )


def _missed_title(rows: pd.DataFrame) -> str:
    neediest = rows[rows["area"].str.startswith(NEEDIEST)].dropna(subset=["share"]).sort_values("share")
    if len(neediest) < 2:  # noqa: PLR2004 - a least and a most
        return "Whom each service does not know"
    least, most = neediest.iloc[0], neediest.iloc[-1]
    return (
        f"In the most deprived of these areas {most['share']:.0%} of young children are not on the list of "
        f"{most['service']}, {least['share']:.0%} not on that of {least['service']}"
    )


def missed_by_service_picture(inputs: Inputs, results: Results) -> Figure | Note:
    """Return the share of young children not on the list of each service, over all and by fifth of deprivation."""
    frame = results.whom.unreached
    rows = frame[
        (frame["threshold"] == HIGHER) & (frame["definition"] == LISTED) & frame["level"].isin([ALL, LOCAL_FIFTH])
    ]
    if rows.empty:
        return display.note(NOT_LINKED, _standing(inputs))
    rows = rows.assign(service=rows["service"].replace(SHOWN_NAMES))
    title = _missed_title(rows)
    rows = rows.assign(area=rows["area"].map(from_code))
    return Figure(
        _dots(rows, group="service", x_label="Share of young children not on the service's list"),
        name="unreached-by-service",
        title=title,
        alt=f"Dots with intervals, a row a fifth of the areas by deprivation, a colour and mark a service. {title}.",
        caption="All linked services, by fifth of the areas that the linked records come from; Wilson's limits. The "
        "higher threshold of linkage; other definitions, the lower threshold, places and groups stand in the table.",
        source=LINKED,
        n=int(rows["children"].max()),
        data=rows.drop(columns=["threshold", "definition"]),
        standing=_standing(inputs),
    )


def _unseen_title(rows: pd.DataFrame) -> str:
    seen = rows[rows["definition"] == SEEN].dropna(subset=["share"])
    whole, near = seen.loc[seen["level"] == ALL, "share"], seen[seen["level"] == PLACE]
    if whole.empty:
        return "Young children whom no service saw"
    text = f"No service saw {whole.iloc[0]:.0%} of young children in the period"
    if len(near) < 2:  # noqa: PLR2004 - a least and a most
        return text
    least, most = _ends(near)
    if not _are_apart(near):
        return f"{text}; no neighbourhood stands clearly apart"
    return f"{text}: {most['share']:.0%} in {most['area']}, {least['share']:.0%} in {least['area']}"


def unseen_picture(inputs: Inputs, results: Results) -> Figure | Note:
    """Return the share of young children whom none of the services saw, or kept up with, by place and group."""
    frame = results.whom.unreached
    rows = frame[(frame["threshold"] == HIGHER) & (frame["service"] == ANY_SERVICE)]
    if rows.empty:
        return display.note(NOT_LINKED, _standing(inputs))
    rows = rows.assign(area=rows["area"].map(from_code))
    title = _unseen_title(rows)
    return Figure(
        _dots(rows, group="definition", x_label="Share of young children not reached by any of the services"),
        name="unreached-by-any-service",
        title=title,
        alt=f"Dots with intervals, a row a place or group, two definitions in each row. {title}.",
        caption="Not seen once, and not as often as sustained contact asks, by all linked services together; a child "
        "known to several counts once, which only linked records can tell. A missed link counts a child twice: by "
        "place, held against residents, these shares then err downward; by group, held against the health visitors' "
        f"list, upward. Wilson's limits; the higher threshold of linkage. {WITHHELD}",
        source=LINKED,
        n=int(rows["children"].max()),
        data=rows.drop(columns=["threshold", "service"]),
        standing=_standing(inputs),
    )
