"""Six themes side by side, and the residents."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.privacy.loading import Inputs
from insight.stages.profiling import measures
from insight.stages.profiling.analysis import Results
from insight.stages.profiling.declaration import Params
from insight.stages.profiling.pictures.common import SOURCE, Shown, label, nothing, standing, wards_named
from insight.stages.profiling.tables import named, names_of

UNSHOWN = ("white", measures.POPULATION)


def _compared(inputs: Inputs, results: Results, params: Params) -> pd.DataFrame:
    """Return shares of the focus wards, the borough and the nation, for indicators that have more than one of them."""
    names = names_of(inputs)
    borough = str(inputs.table("lookup")["borough"].iloc[0])
    wanted = [*params.focus_wards, borough, params.nation]
    rows = measures.latest(results.indicators)
    rows = rows[(rows["unit"] == "share") & rows["area"].isin(wanted) & ~rows["indicator"].isin(UNSHOWN)]
    rows = rows[rows.groupby("indicator")["area"].transform("nunique") == len(wanted)]
    ordered = rows.assign(place=rows["area"].map(wanted.index)).sort_values(["theme", "indicator", "place"])
    return ordered.assign(
        label=[results.entries[one].label if one in results.entries else label(one) for one in ordered["indicator"]],
        area_name=ordered["area"].map(lambda code: named(code, names)),
    )


def themes_picture(inputs: Inputs, results: Results, params: Params) -> Shown:
    """Return shares of the focus wards beside borough and nation."""
    frame = _compared(inputs, results, params)
    if frame.empty:
        what = f"no share is known of the focus wards, the borough and {params.nation} alike"
        return nothing(inputs, what, "indicators")
    wide = frame.pivot_table(index="indicator", columns="area", values=["lower", "upper"])
    apart = [
        int(
            (
                (wide[("lower", ward)] > wide[("upper", params.nation)])
                | (wide[("upper", ward)] < wide[("lower", params.nation)])
            ).sum()
        )
        for ward in params.focus_wards
    ]
    wards = wards_named(inputs, params)
    words = ", ".join(f"{name} on {count}" for name, count in zip(wards, apart, strict=True))
    nation = named(params.nation, names_of(inputs))
    title = f"Clear of {nation}'s limits, among {frame['indicator'].nunique()} shares: {words}"
    return display.Figure(
        display.charts.dot_interval(
            frame, label="label", estimate="estimate", lower="lower", upper="upper", x_label="Share", group="area_name"
        ),
        name="six-themes",
        title=title,
        alt=f"Dots with 95 % intervals for {', '.join(frame['area_name'].unique())}, one row an indicator. {title}.",
        caption="Wilson intervals. Limits that do not overlap are a cautious sign of a difference; many are compared.",
        source=SOURCE,
        n=int(frame["n"].sum()),
        data=frame[["theme", "label", "area_name", "estimate", "lower", "upper", "status"]],
        standing=standing(inputs, "indicators", "eyfs_counts"),
    )


def themes_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the six themes: value and limits by area."""
    frame = results.themes.assign(
        theme=results.themes["theme"].map(label),
        unit=results.themes["unit"].str.replace("_", " "),
        indicator=[
            results.entries[one].label if one in results.entries else label(one) for one in results.themes["indicator"]
        ],
    )
    return display.Table(
        frame,
        name="six-themes-table",
        title=f"{len(frame)} indicators of six themes, last period of each",
        caption="In brackets 95 % limits. [c] small number; empty where no record exists.",
        source=SOURCE,
        n=int(results.estimates["records"].sum()),
        standing=standing(inputs, "indicators", "eyfs_counts", "births"),
    )


def population_picture(inputs: Inputs, results: Results) -> Shown:
    """Return the borough's residents by year."""
    rows = results.indicators
    frame = rows[(rows["indicator"] == measures.POPULATION) & (rows["level"] == "borough")].sort_values("period")
    if frame["period"].nunique() < 2:  # noqa: PLR2004 - a line needs two points
        return population_table(inputs, results)
    frame = frame.assign(year=frame["period"].astype(int))
    first, last = frame.iloc[0], frame.iloc[-1]
    change = last["estimate"] / first["estimate"] - 1
    word = "grow" if change > 0 else "shrink"
    title = f"Residents are projected to {word} by {abs(change):.1%} from {first['period']} to {last['period']}"
    return display.Figure(
        display.charts.lines(frame, x="year", y="estimate", x_label="Year", y_label="Residents", percent=False),
        name="population",
        title=title,
        alt=f"Line of the borough's residents by year. {title}.",
        caption="Sum over wards. A projection has no sampling interval; its error is not stated.",
        source=SOURCE,
        n=int(frame["records"].sum()),
        data=frame[["period", "estimate"]],
        standing=standing(inputs, "indicators"),
    )


def population_table(inputs: Inputs, results: Results) -> Shown:
    """Return residents and shares of heritage and language by year, borough."""
    rows = results.indicators
    frame = rows[(rows["theme"] == "population_families") & (rows["level"] == "borough")].copy()
    if frame.empty:
        return nothing(inputs, "no indicator of residents is known for the whole borough", "indicators")
    frame["indicator"] = [
        results.entries[one].label if one in results.entries else label(one) for one in frame["indicator"]
    ]
    shares = frame["unit"] != "count"
    for column in ("estimate", "lower", "upper"):
        frame[column] = [
            f"{value:.1%}" if is_share else f"{value:,.0f}"
            for value, is_share in zip(frame[column], shares, strict=True)
        ]
    return display.Table(
        frame[["indicator", "period", "estimate", "lower", "upper", "records"]],
        name="population-table",
        title=f"Population and families: {frame['indicator'].nunique()} indicators of the borough, by year",
        caption="Added up from the records of its areas.",
        source=SOURCE,
        n=int(frame["records"].sum()),
        standing=standing(inputs, "indicators"),
    )


def pyramid_picture(inputs: Inputs, results: Results, params: Params) -> Shown:
    """Return the borough's residents by age and sex, the nation as outline."""
    frame = results.population_pyramid
    if frame.empty:
        return nothing(inputs, "residents by age and sex were not supplied for borough and nation", "lookup")
    nation = named(params.nation, names_of(inputs))
    young = frame["age_from"] < params.age_limit_years
    own, other = (float(frame.loc[young, column].sum()) for column in ("share", "nation"))
    title = f"Under fives are {own:.1%} of residents, in {nation} {other:.1%}"
    ordered = frame.assign(sex=frame["sex"].map({"male": "Men", "female": "Women"})).sort_values(
        ["sex", "age_from"], ignore_index=True
    )
    return display.Figure(
        display.area_charts.pyramid(
            ordered,
            age="age",
            side="sex",
            share="share",
            comparator="nation",
            comparator_label=nation,
            x_label="Share of all residents",
        ),
        name="population-pyramid",
        title=title,
        alt=f"Pyramid of residents by age band, men left and women right, {nation} as a line. {title}.",
        caption=f"Estimates of {int(frame['year'].iloc[0])}; a full count has no sampling interval.",
        source="Residents by age and sex",
        n=int(frame["persons"].sum()),
        data=ordered[["age", "sex", "persons", "share", "nation"]],
        standing=standing(inputs, "population"),
    )
