"""How each table of a stage reads on a neighbourhood's page: plain names, limits in one column, no codes.

A table that has no reading here stands under its stage's title with its own columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from insight.report.parts import words
from insight.sources.contracts.records import SHOWN_NAMES
from insight.sources.contracts.services import THEME_NAMES
from insight.stages.profiling.measures import as_unit
from insight.stages.values_modes.shares import standing_out

if TYPE_CHECKING:
    import pandas as pd

WHO, SEGMENTS, VALUES = "Who lives here and how they fare", "Segments of households", "Values of those surveyed"
NETWORKS, SERVICES = "Who knows whom", "Services"
SECTIONS = (WHO, SEGMENTS, VALUES, NETWORKS, SERVICES)
LIMITS = "95% limits"
HERE, WARD, ROSTERS = "here", "ward", "Known to: "


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How one table reads: where it stands, what it is called, how its rows are shaped, what must be explained."""

    section: str
    title: str
    shape: Callable[[pd.DataFrame], pd.DataFrame]
    caption: str
    missing: str = "Not supplied here: no row of this neighbourhood stands in the stage's table."
    table: str = ""
    """The table to read instead of the one that the stage declares."""
    cases: str = ""
    """Column whose sum is the number of cases behind the table; its rows are counted where none is named."""
    formats: Mapping[str, str] | None = None


def percent(value: Any) -> str:
    """Return a share as per cent; empty where it is missing."""
    return as_unit(float("nan") if value is None else value, "share")


def limits(frame: pd.DataFrame) -> list[str]:
    """Return lower and upper share of each row as one text; empty where there are none."""
    import pandas as pd

    pairs = zip(frame["lower"], frame["upper"], strict=True)
    return ["" if pd.isna(low) or pd.isna(high) else f"{percent(low)} to {percent(high)}" for low, high in pairs]


def with_status(shaped: dict[str, Any], frame: pd.DataFrame, *, hidden: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return columns as a table; in hidden rows the empty texts are missing, so that they show their mark.

    Args:
        shaped: the columns.
        frame: the rows that they come from; a ``status`` marks hidden ones.
        hidden: columns that the status is about; all where none is named.
    """
    import pandas as pd

    made = pd.DataFrame(shaped, index=frame.index)
    if "status" not in frame.columns or not frame["status"].notna().any():
        return made
    is_hidden = frame["status"].notna()
    for name in hidden or tuple(made.columns):
        if made[name].dtype != float:
            column = made[name].astype(object)
            made[name] = column.mask(column.eq("") & is_hidden)
    return made.assign(status=frame["status"])


def _of_the_place(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out what stands under services, and the ward's value where the neighbourhood has its own."""
    is_of_ward = _is_of_ward(frame)
    is_told_twice = is_of_ward & frame["label"].isin(frame.loc[~is_of_ward, "label"])
    return frame[~frame["label"].str.startswith(ROSTERS) & ~is_told_twice].reset_index(drop=True)


def _is_of_ward(frame: pd.DataFrame) -> pd.Series:
    return frame["caveat"].fillna("").str.contains("Value of the ward")


def profile(frame: pd.DataFrame) -> pd.DataFrame:
    """Shape the profile: value, count, limits, borough, England, comparisons and direction of travel."""
    frame = _of_the_place(frame)
    rows = frame.to_dict("records")

    def shown(column: str) -> list[str]:
        return [as_unit(row[column], row["unit"]) for row in rows]

    spans = [
        "" if not low or low == high else f"{low} to {high}"
        for low, high in zip(shown("lower"), shown("upper"), strict=True)
    ]
    shaped = {
        "indicator": frame["label"],
        "theme": [THEME_NAMES.get(code, words(code).capitalize()) for code in frame["theme"]],
        "period": frame["period"].astype(str),
        "value": shown("value"),
        "count": frame["count"].round().astype("Int64"),
        LIMITS: spans,
        "borough": shown("borough"),
        "England": shown("nation"),
        **({"statistical neighbours": shown("neighbours")} if frame["neighbours"].notna().any() else {}),
        "against the rest": frame["comparison"].fillna("Not compared"),
        "against England": frame["nation_comparison"].fillna("Not compared"),
        "direction": frame["direction"].fillna("Not tested"),
        "value of": [WARD if is_ward else HERE for is_ward in _is_of_ward(frame)],
    }
    return with_status(shaped, frame, hidden=("value", "count", LIMITS))


def segments(frame: pd.DataFrame) -> pd.DataFrame:
    """Shape the segments of households against the rest of the borough."""
    told = {"over": "more than elsewhere", "under": "fewer than elsewhere"}
    return with_status(
        {
            "segment": frame["category_name"],
            "households": frame["households"],
            "share here": frame["share"].map(percent),
            "rest of the borough": frame["rest_share"].map(percent),
            "against the rest": [told.get(one, words(one)) for one in frame["stands"]],
        },
        frame,
    )


def modes(frame: pd.DataFrame) -> pd.DataFrame:
    """Shape the Values Modes of those surveyed here, with limits and what stands out after adjustment."""
    told = {1: "more than elsewhere", -1: "fewer than elsewhere", 0: "no clear difference"}
    apart = [told[one] for one in standing_out(frame)]
    return with_status(
        {
            "mode": frame["mode"],
            "respondents": frame["respondents"],
            "share of those asked": frame["share"].map(percent),
            LIMITS: limits(frame),
            "against other neighbourhoods": [
                one if is_shown else "" for one, is_shown in zip(apart, frame["share"].notna(), strict=True)
            ],
        },
        frame,
    )


def met(frame: pd.DataFrame) -> pd.DataFrame:
    """Shape where those surveyed were met."""
    return with_status(
        {
            "respondents": frame["respondents"],
            "met in streets, centres and parks": frame["share_in_public"].map(percent),
            "most were met": ["elsewhere" if one else "in public" for one in frame["mostly_otherwise"]],
        },
        frame,
    )


def networks(frame: pd.DataFrame) -> pd.DataFrame:
    """Shape the measures of personal networks."""
    import pandas as pd

    pairs = zip(frame["lower"], frame["upper"], strict=True)
    spans = ["" if pd.isna(low) else f"{low:.2f} to {high:.2f}" for low, high in pairs]
    return with_status(
        {
            "measure": frame["measure"],
            "estimate": [f"{one:.2f}" for one in frame["estimate"]],
            LIMITS: spans,
            "respondents": frame["respondents"],
        },
        frame,
    )


def reach(frame: pd.DataFrame) -> pd.DataFrame:
    """Shape how many young children each service has on its roster."""
    return with_status(
        {
            "service": frame["service"].str.capitalize(),
            "children 0-4": frame["children_0_4"],
            "on the roster": frame["registered"],
            "not on it": frame["unreached"],
            "share on it": frame["reach"].map(percent),
            LIMITS: limits(frame),
        },
        frame,
    )


def known(frame: pd.DataFrame) -> pd.DataFrame:
    """Shape the linked records: one row a service and definition, at the strict and at the loose rule of linkage."""
    keys = ["service", "definition"]
    strict, loose = (frame[frame["threshold"] == name].reset_index(drop=True) for name in ("higher", "lower"))
    beside = strict[keys].merge(loose[[*keys, "share"]], on=keys, how="left", suffixes=("", "_loose"))
    return with_status(
        {
            "service": [SHOWN_NAMES.get(code, words(code).capitalize()) for code in strict["service"]],
            "known means": strict["definition"],
            "children 0-4": strict["children"],
            "known": strict["known"],
            "share known": strict["share"].map(percent),
            LIMITS: limits(strict),
            "share at the looser rule": beside["share"].map(percent),
        },
        strict,
    )


def walks(frame: pd.DataFrame) -> pd.DataFrame:
    """Shape the walks with a pram."""
    return with_status(
        {
            "service": frame["service"].str.capitalize(),
            "children 0-4": frame["children_0_4"],
            "within the walk": frame["within"],
            "beyond it": frame["beyond"],
            "share within": frame["share"].map(percent),
            "share if nothing barred the way": frame["share_without_barriers"].map(percent),
            "minutes, median": frame["median_minutes"].map(lambda one: as_unit(one, "minutes")),
        },
        frame,
    )


def contact(frame: pd.DataFrame) -> pd.DataFrame:
    """Shape contact with a children's centre."""
    return with_status(
        {
            "children": frame["children"],
            "in touch": frame["in_touch"],
            "share in touch": frame["share"].map(percent),
            LIMITS: limits(frame),
        },
        frame,
    )


NOT_SURVEYED = "Not surveyed here."
READINGS: Mapping[tuple[str, str], Reading] = {
    ("profiling", "neighbourhoods"): Reading(
        section=WHO,
        title="Residents, households and young children",
        shape=lambda frame: frame,
        caption="Sums of the output areas that the look-up puts here.",
    ),
    ("profiling", "neighbourhood_brief"): Reading(
        section=WHO,
        title="Profile: value, limits, borough, England and direction of travel",
        shape=profile,
        caption="Better or Worse where one direction is wanted, else Higher or Lower; Similar where the limits hold "
        "the other value. Where the source does not reach neighbourhoods it is the ward's; the last column says which.",
        table="profiles",
    ),
    ("profiling", "reach"): Reading(
        section=SERVICES,
        title="Young children on the roster of each service",
        shape=reach,
        caption="Limits are Wilson's.",
    ),
    ("profiling", "known"): Reading(
        section=SERVICES,
        title="Young children known to services, by what known means",
        shape=known,
        caption="From linked records: registered, seen at least once, or seen again and again. The looser rule of "
        "linkage accepts pairs of records that the stricter leaves apart; a wide gap means that linkage matters here.",
    ),
    ("profiling", "access"): Reading(
        section=SERVICES,
        title="Walks with a pram to services",
        shape=walks,
        caption="Within the walk that the params set; barriers are roads, railways and water without a crossing.",
    ),
    ("acorn_mapping", "neighbourhoods"): Reading(
        section=SEGMENTS,
        title="Segments of households against the rest of the borough",
        shape=segments,
        cases="households",
        caption="More or fewer where the difference is of a size that matters by the stage's rule.",
    ),
    ("values_modes", "modes_by_neighbourhood"): Reading(
        section=VALUES,
        title="Values Modes of those surveyed here",
        shape=modes,
        cases="respondents",
        caption="Unweighted respondents; Wilson's limits on the cases that clustering leaves. More or fewer only where "
        "the standardised residual is clear after adjustment for all modes and places compared (p below 0.05).",
        missing=NOT_SURVEYED,
    ),
    ("values_modes", "settings"): Reading(
        section=VALUES,
        title="Where those surveyed were met",
        shape=met,
        cases="respondents",
        caption="Who is met in public is not who is at home: where most were met elsewhere, values are not comparable.",
        missing=NOT_SURVEYED,
    ),
    ("social_networks", "neighbourhood_measures"): Reading(
        section=NETWORKS,
        title="Who knows whom: measures of personal networks",
        shape=networks,
        caption="E-I index: ties beyond the own group less ties within it, over all ties; -1 is all within, +1 all "
        "beyond. Assortativity: 1 where ties join only like with like. Blau: chance that two contacts differ in group.",
        missing=NOT_SURVEYED,
    ),
    ("service_mapping", "reach_by_neighbourhood"): Reading(
        section=SERVICES,
        title="Young children in touch with a children's centre",
        shape=contact,
        caption="At least one recorded contact in the period of the records.",
    ),
}
