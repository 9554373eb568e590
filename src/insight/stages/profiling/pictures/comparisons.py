"""Areas against others: spine charts, tartan rugs, trends."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.area_charts import MARKS
from insight.privacy.loading import Inputs
from insight.stages.profiling import directions, measures
from insight.stages.profiling.analysis import Results
from insight.stages.profiling.catalogue import LOWER_BETTER
from insight.stages.profiling.compare import NOT_COMPARED
from insight.stages.profiling.declaration import Params
from insight.stages.profiling.pictures.common import SOURCE, Shown, label, nothing, standing
from insight.stages.profiling.tables import named, names_of

FORMS = {"share": "{:.1%}", "area_share": "{:.1%}", "place": "{:.0%}", "count": "{:,.0f}"}
QUARTERS = (0.25, 0.75)
INPUTS = ("indicators", "eyfs_counts", "births", "indicator_catalogue")
METHOD = (
    "Limits of differences from those of their two parts (Newcombe, MOVER), at 95 %; of so many comparisons about one "
    "in twenty differs by chance alone. Similar: not shown to differ, which is not shown to be the same."
)


def _told(value: float, unit: str) -> str:
    return FORMS.get(unit, "{:.1f}").format(value)


def _spread(results: Results) -> pd.DataFrame:
    """Return lowest, quarters and highest of the wards whose value is shown, by indicator."""
    wards = results.comparisons[(results.comparisons["level"] == "ward") & (results.comparisons["status"] == "")]
    groups = wards.groupby("indicator")["value"]
    return pd.DataFrame(
        {
            "low": groups.min(),
            "lower_quarter": groups.quantile(QUARTERS[0]),
            "upper_quarter": groups.quantile(QUARTERS[1]),
            "high": groups.max(),
        }
    )


def spine_picture(inputs: Inputs, results: Results, params: Params, *, place: int = 0) -> Shown:
    """Return the spine chart of one focus ward, the nation as its spine; ``place`` counts focus wards from 0."""
    if place >= len(params.focus_wards):
        return nothing(inputs, f"there is no focus ward number {place + 1}", "indicators")
    ward = params.focus_wards[place]
    names = names_of(inputs)
    nation, name = named(params.nation, names), named(ward, names)
    rows = results.comparisons[results.comparisons["area"] == ward]
    frame = rows.merge(_spread(results), left_on="indicator", right_index=True, how="inner")
    centre = results.comparisons.groupby("indicator")["nation"].first()
    frame = frame.assign(centre=frame["indicator"].map(centre)).dropna(subset=["centre"])
    if frame.empty:
        return nothing(inputs, f"no indicator has values of wards and of {nation}", "indicators")
    frame = frame.sort_values(["theme", "label"], ignore_index=True)
    frame = frame.assign(
        category=frame["nation_comparison"].fillna(NOT_COMPARED),
        text=[
            "" if pd.isna(value) else f"{_told(value, unit)} ({_told(middle, unit)})"
            for value, unit, middle in zip(frame["value"], frame["unit"], frame["centre"], strict=True)
        ],
        is_turned=frame["polarity"] == LOWER_BETTER,
    )
    counts = frame["category"].value_counts()
    title = (
        f"{name}: worse than {nation} on {counts.get('Worse', 0)}, better on {counts.get('Better', 0)} of "
        f"{int((frame['polarity'] != 'none').sum())} indicators"
    )
    return display.Figure(
        display.area_charts.spine(
            frame,
            label="label",
            value="value",
            text="text",
            category="category",
            is_lower_better="is_turned",
            centre_label=nation,
            range_label="wards",
        ),
        name=f"spine-{ward.replace('_', '-')}",
        title=title,
        alt=f"Spine chart of {len(frame)} indicators, one row each, {nation} in the middle, worst left. {title}.",
        caption=f"Right of each row: {name} ({nation}). Light bar: all wards whose value is shown; dark bar: the "
        f"middle half. Each row is scaled on its longer side. {METHOD}",
        source=SOURCE,
        n=len(frame),
        data=frame[
            [
                *("theme", "label", "period", "value", "lower", "upper", "centre", "low", "high"),
                *("category", "rank_words", "status"),
            ]
        ],
        standing=standing(inputs, *INPUTS),
    )


def _rug_rows(results: Results, level: str) -> pd.DataFrame:
    """Return cells of the rug: indicators that are compared somewhere, hidden cells without a category."""
    rows = results.comparisons[results.comparisons["level"] == level]
    compared = rows["rest_comparison"].notna() & (rows["rest_comparison"] != NOT_COMPARED)
    kept = rows[rows["indicator"].isin(rows.loc[compared, "indicator"])]
    return kept.sort_values(["theme", "label", "name"]).assign(is_clear=kept["is_clear"].eq(True))  # noqa: FBT003


def rug_picture(inputs: Inputs, results: Results, *, level: str = "ward") -> Shown:
    """Return the tartan rug of wards or neighbourhoods, each against the rest of the borough."""
    frame = _rug_rows(results, level)
    if frame.empty:
        return nothing(inputs, f"no indicator compares a {level} with the rest of the borough", "indicators")
    worse = frame[frame["rest_comparison"] == "Worse"].groupby("name").size().sort_values(ascending=False)
    judged = frame.loc[frame["polarity"] != "none", "indicator"].nunique()
    title = f"No {level} is worse than the rest of the borough on any of {judged} indicators"
    if not judged:
        title = f"{frame['indicator'].nunique()} indicators of {level}s, for none of which one side is better"
    if len(worse):
        tied = int((worse == worse.iloc[0]).sum())
        who = f"{worse.index[0]} is" if tied == 1 else f"{tied} of {frame['name'].nunique()} {level}s are"
        title = f"{who} worse than the rest of the borough on {worse.iloc[0]} of {judged} indicators"
    order = list(worse.index) + sorted(set(frame["name"]) - set(worse.index))
    return display.Figure(
        display.area_charts.tartan_rug(
            frame, row="label", column="name", category="rest_comparison", clear="is_clear", columns=order
        ),
        name=f"rug-{level}s",
        title=title,
        alt=f"Grid of letters, {frame['indicator'].nunique()} indicators down and {len(order)} {level}s across: "
        + ", ".join(f"{mark.letter} {name.lower()}" for name, mark in MARKS.items() if mark.letter != "-")
        + f". {title}.",
        caption=f"Against the rest of the borough; those worse on most come first. Star: also at 99.8 %. {METHOD}",
        source=SOURCE,
        n=len(frame),
        data=frame[["theme", "label", "name", "period", "value", "rest", "rest_comparison", "is_clear", "status"]],
        standing=standing(inputs, *INPUTS),
    )


def _near(results: Results) -> pd.DataFrame:
    """Return the borough's values that can be held against its statistical neighbours."""
    rows = results.comparisons[results.comparisons["level"] == "borough"].dropna(subset=["value", "neighbours"])
    return rows.sort_values(["theme", "label"])


def neighbours_table(inputs: Inputs, results: Results, params: Params) -> Shown:
    """Return the borough beside the mean of its statistical neighbours, with model and date of their choice."""
    frame = _near(results)
    if frame.empty:
        what = f"no indicator has values of the borough and of its {len(params.neighbours)} statistical neighbours"
        return nothing(inputs, what, "indicators")
    units = frame["unit"].tolist()
    worse = int((frame["neighbours_comparison"] == "Worse").sum())
    shown = pd.DataFrame({"theme": frame["theme"].map(label), "indicator": frame["label"], "period": frame["period"]})
    for column in ("value", "lower", "upper", "neighbours"):
        shown[column] = [measures.as_unit(one, unit) for one, unit in zip(frame[column], units, strict=True)]
    shown["comparison"] = frame["neighbours_comparison"]
    names = names_of(inputs)
    return display.Table(
        shown,
        name="neighbours",
        title=f"Against statistical neighbours the borough is worse on {worse} of {len(shown)} indicators",
        caption=f"Mean of {', '.join(named(one, names) for one in params.neighbours)}: {params.neighbours_model}, as "
        f"of {params.neighbours_as_of}; sets of neighbours are revised. Better, worse, higher and lower at 95 %.",
        source=SOURCE,
        n=len(shown),
        standing=standing(inputs, *INPUTS),
    )


def _break_marks(frame: pd.DataFrame, breaks: tuple[tuple[int, str], ...]) -> dict[float, str]:
    """Return where the runs of a series meet, and what changed there."""
    marks = {}
    for _, group in frame.groupby("area", sort=False):
        ordered = group.sort_values("x")
        for before, after in zip(ordered.itertuples(), ordered.iloc[1:].itertuples(), strict=False):
            if before.run == after.run:
                continue
            known = [what for year, what in breaks if before.x < year <= after.x]
            versions = f"{before.definition_version} to {after.definition_version}".replace("_", " ")
            marks[(before.x + after.x) / 2] = known[0] if known else versions
    return marks


def trend_picture(inputs: Inputs, results: Results, params: Params, *, place: int = 0) -> Shown:
    """Return the periods of one of the trend indicators: focus wards, borough, nation; cut where definitions change."""
    if place >= len(params.trend_indicators) or params.trend_indicators[place] not in results.entries:
        return nothing(inputs, f"trend indicator number {place + 1} has no records", "indicators")
    entry, names = results.entries[params.trend_indicators[place]], names_of(inputs)
    borough = str(inputs.table("lookup")["borough"].iloc[0])
    areas = [*params.focus_wards, borough, params.nation]
    frame = directions.series(results.estimates, results.indicators, entry, areas)
    if frame.empty:
        return nothing(inputs, f"no period of {entry.label} may be shown", "indicators")
    frame = frame.assign(name=frame["area"].map(lambda code: named(code, names)), order=frame["area"].map(areas.index))
    frame = frame.sort_values(["order", "x"])
    travel = results.directions[results.directions["indicator"] == entry.indicator].set_index("area")
    marks = _break_marks(frame, entry.breaks)
    words = "one comparable period"
    if borough in travel.index:
        row = travel.loc[borough]
        if row["points"] > 1:
            words = (
                f"{row['direction'].lower()} in {named(borough, names)}, {row['first_period']} to {row['last_period']}"
            )
    title = f"{entry.label}: {words}" + ("; the definition changed before" if marks else "")
    is_share = frame["unit"].iloc[0] == "share"
    return display.Figure(
        display.area_charts.trend(
            frame,
            x="x",
            y="estimate",
            run="run",
            group="name",
            lower="lower",
            upper="upper",
            breaks=marks,
            x_label="Year (middle of pooled years)",
            y_label=entry.label if is_share else f"{entry.label}, {frame['unit'].iloc[0].replace('_', ' ')}",
            percent=is_share,
        ),
        name=f"trend-{entry.indicator.replace('_', '-')}",
        title=title,
        alt=f"Lines with 95 % limits for {', '.join(dict.fromkeys(frame['name']))}; a dotted line marks each change of "
        f"definition, and lines stop there. {title}.",
        caption="Last run of comparable periods, at most five: chi-square for trend, or the difference of two periods. "
        "No clear change is not proof of none.",
        source=entry.source,
        n=int(frame["n"].sum()),
        data=frame[["name", "period", "definition_version", "estimate", "lower", "upper", "numerator", "denominator"]],
        standing=standing(inputs, *INPUTS),
    )


def directions_table(inputs: Inputs, results: Results) -> Shown:
    """Return directions of travel of the borough."""
    frame = results.directions[results.directions["level"] == "borough"]
    if frame.empty:
        return nothing(inputs, "no indicator has more than one period", "indicators")
    tested = frame[frame["direction"] != directions.NOT_TESTED]
    moved = tested[tested["direction"] != directions.NO_CHANGE]
    return display.Table(
        frame.drop(columns=["level", "area", "indicator"]),
        name="directions",
        title=f"Of {len(tested)} series of the borough that can be tested, {len(moved)} move",
        caption="Last run of comparable periods; a change of definition starts a new run. First and last as shares or "
        "rates. Wards: saved table.",
        source=SOURCE,
        n=int(frame["points"].sum()),
        standing=standing(inputs, *INPUTS),
        formats={"first": "{:.3g}", "last": "{:.3g}", "p_value": "{:.3f}"},
        inapplicable=("p_value",),
    )
