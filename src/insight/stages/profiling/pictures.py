"""Pictures and tables of the profiling stage."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.privacy.loading import Inputs
from insight.sources.standing import Standing
from insight.stages.profiling import measures, services
from insight.stages.profiling.analysis import Results, named, names_of
from insight.stages.profiling.declaration import ROSTERS, Params

LICENCE = (
    "Outlines: Office for National Statistics, Open Government Licence v3.0; contains OS data © Crown copyright and "
    "database right. Their division into smaller areas is invented."
)
SOURCE = "Indicators of areas"
UNSHOWN = ("white", measures.POPULATION)


def _label(code: str) -> str:
    text = code.replace("_", " ")
    return (text[:1].upper() + text[1:]).replace("Eyfs", "EYFS")


def _standing(inputs: Inputs, *names: str) -> Standing:
    return inputs.standing(*[name for name in names if inputs.has(name)])


def _wards_named(inputs: Inputs, params: Params) -> list[str]:
    names = names_of(inputs)
    return [named(ward, names) for ward in params.focus_wards]


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
        label=ordered["indicator"].map(_label),
        area_name=ordered["area"].map(lambda code: named(code, names)),
    )


def themes_picture(inputs: Inputs, results: Results, params: Params) -> display.Figure:
    """Return shares of the focus wards beside borough and nation."""
    frame = _compared(inputs, results, params)
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
    wards = _wards_named(inputs, params)
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
        standing=_standing(inputs, "indicators", "eyfs_counts"),
    )


def themes_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the six themes: value and limits by area."""
    frame = results.themes.assign(
        theme=results.themes["theme"].map(_label), indicator=results.themes["indicator"].map(_label)
    )
    return display.Table(
        frame,
        name="six-themes-table",
        title=f"{len(frame)} indicators of six themes, last period of each",
        caption="In brackets 95 % limits. [c] small number; empty where no record exists.",
        source=SOURCE,
        n=int(results.estimates["records"].sum()),
        standing=_standing(inputs, "indicators", "eyfs_counts", "births"),
    )


def population_picture(inputs: Inputs, results: Results) -> display.Figure | display.Table:
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
        standing=_standing(inputs, "indicators"),
    )


def population_table(inputs: Inputs, results: Results) -> display.Table:
    """Return residents and shares of heritage and language by year, borough."""
    rows = results.indicators
    frame = rows[(rows["theme"] == "population_families") & (rows["level"] == "borough")].copy()
    frame["indicator"] = frame["indicator"].map(_label)
    shares = frame["unit"] != "count"
    for column in ("estimate", "lower", "upper"):
        frame[column] = [
            f"{value:.1%}" if is_share else f"{value:,.0f}"
            for value, is_share in zip(frame[column], shares, strict=True)
        ]
    return display.Table(
        frame[["indicator", "period", "estimate", "lower", "upper", "records"]],
        name="population-table",
        title="Residents of the borough, by year",
        caption="Added up from the records of its areas.",
        source=SOURCE,
        n=int(frame["records"].sum()),
        standing=_standing(inputs, "indicators"),
    )


def deprivation_picture(inputs: Inputs, results: Results, params: Params) -> display.Figure:
    """Return wards by deprivation score."""
    frame = results.deprivation
    places = frame.set_index("area")["rank"]
    words = ", ".join(
        f"{name} is number {places[ward]}"
        for ward, name in zip(params.focus_wards, _wards_named(inputs, params), strict=True)
        if ward in places.index
    )
    title = f"Of {len(frame)} wards by deprivation, {words}"
    return display.Figure(
        display.charts.bars(frame, label="ward", value="score", x_label="Mean score", percent=False),
        name="deprivation",
        title=title,
        alt=f"Bars of the mean deprivation score by ward, highest first. {title}.",
        caption="Mean of output areas, weighted by residents; higher is more deprived. A full count has no interval.",
        source=SOURCE,
        n=int(frame["output_areas"].sum()),
        data=frame,
        standing=_standing(inputs, "indicators", "lookup"),
    )


def deprivation_table(inputs: Inputs, results: Results) -> display.Table:
    """Return wards by rank of deprivation."""
    return display.Table(
        results.deprivation.drop(columns="area"),
        name="deprivation-table",
        title="Wards by deprivation, 1 the most deprived",
        caption="Mean score of output areas, weighted by residents.",
        source=SOURCE,
        n=int(results.deprivation["output_areas"].sum()),
        standing=_standing(inputs, "indicators", "lookup"),
        formats={"score": "{:.1f}"},
    )


def life_picture(inputs: Inputs, results: Results, params: Params) -> display.Figure:
    """Return gaps in life expectancy to the nation, focus wards and borough."""
    rows = results.life_expectancy
    frame = rows[rows["area"].isin(params.focus_wards) | (rows["level"] == "borough")].dropna(subset=["gap"])
    worst = frame.sort_values("gap").iloc[0]
    nation = named(params.nation, names_of(inputs))
    title = f"Widest gap to {nation}: {worst['name']}, {worst['sex']}, {abs(worst['gap']):.1f} years"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="name",
            estimate="gap",
            lower="gap_lower",
            upper="gap_upper",
            x_label=f"Years of life expectancy, minus {nation}",
            group="sex",
            reference=0.0,
            percent=False,
        ),
        name="life-expectancy",
        title=title,
        alt=f"Dots with 95 % intervals by area and sex; the dashed line is {nation}. {title}.",
        caption="Limits of the difference from the limits of its two parts (MOVER).",
        source=SOURCE,
        n=len(frame),
        data=frame[["name", "sex", "years", "gap", "gap_lower", "gap_upper"]],
        standing=_standing(inputs, "indicators"),
    )


def life_table(inputs: Inputs, results: Results) -> display.Table:
    """Return life expectancy of all wards by sex."""
    frame = results.life_expectancy.drop(columns=["area", "level"])
    return display.Table(
        frame,
        name="life-expectancy-table",
        title="Life expectancy at birth and gap to the nation",
        caption="Years, with 95 % limits.",
        source=SOURCE,
        n=len(frame),
        standing=_standing(inputs, "indicators"),
        formats=dict.fromkeys(["years", "lower", "upper", "gap", "gap_lower", "gap_upper"], "{:.1f}"),
    )


def neighbourhood_map(inputs: Inputs, results: Results) -> display.MapFigure | display.Table:
    """Return the neighbourhoods on a map, with reach of children's centres as a second layer."""
    if not inputs.has("boundaries"):
        return neighbourhood_table(inputs, results)
    outlines = inputs.table("boundaries")
    areas = outlines[outlines["level"] == "neighbourhood"]
    if areas.empty:
        return neighbourhood_table(inputs, results)
    wards = outlines[(outlines["level"] == "ward") & outlines["name"].isin(results.neighbourhoods["ward"])]
    values = results.neighbourhoods.rename(columns={"neighbourhood": "code"})
    layers = []
    reach = _reach(results, "neighbourhood")
    if reach["reach"].notna().any():
        shares = reach.rename(columns={"area": "code"})
        layers.append(
            display.Layer(title="Reach of centres", values=shares, column="reach", kind="number", percent=True)
        )
    layers.append(display.Layer(title="Ward", values=values, column="ward", kind="category"))
    layers.append(display.Layer(title="Children aged 0 to 4", values=values, column="children_0_4", kind="number"))
    title = f"{values['ward'].nunique()} wards are divided into {len(values)} neighbourhoods"
    return display.MapFigure(
        areas[["code", "name", "geometry"]],
        layers,
        name="neighbourhoods",
        title=title,
        alt=f"Map: {title}, shaded by ward, by reach of children's centres, or by number of young children.",
        caption=LICENCE,
        source="Area look-up and outlines",
        n=int(results.neighbourhoods["output_areas"].sum()),
        standing=_standing(inputs, "boundaries", "lookup", "roster_childrens_centre"),
        outlines=wards,
    )


def neighbourhood_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the neighbourhoods with their households, residents and young children."""
    return display.Table(
        results.neighbourhoods.drop(columns="neighbourhood"),
        name="neighbourhoods-table",
        title=f"The {len(results.neighbourhoods)} neighbourhoods",
        caption="Sums of output areas.",
        source="Area look-up",
        n=int(results.neighbourhoods["output_areas"].sum()),
        standing=_standing(inputs, "lookup"),
    )


def _reach(results: Results, level: str, service: str = services.CENTRE) -> pd.DataFrame:
    rows = results.reach
    return rows[(rows["service"] == service) & (rows["level"] == level)]


def reach_picture(inputs: Inputs, results: Results) -> display.Figure | display.Table:
    """Return reach of children's centres by neighbourhood."""
    frame = _reach(results, "neighbourhood").sort_values("reach")
    seen = frame.dropna(subset=["reach"])
    if seen.empty:
        return reach_table(inputs, results)
    low, high = seen.iloc[0], seen.iloc[-1]
    title = f"Centres know from {low['reach']:.0%} ({low['name']}) to {high['reach']:.0%} ({high['name']}) of children"
    return display.Figure(
        display.charts.bars(
            frame, label="name", value="reach", x_label="Share of children under five", lower="lower", upper="upper"
        ),
        name="reach-by-neighbourhood",
        title=title,
        alt=f"Bars with 95 % intervals by neighbourhood, lowest reach first. {title}.",
        caption="Registered children among resident children; Wilson intervals. [c] small number.",
        source="Children's centre register; area look-up",
        n=int(frame["children_0_4"].sum()),
        data=frame[["name", "children_0_4", "registered", "reach", "lower", "upper", "status"]],
        standing=_standing(inputs, "roster_childrens_centre", "lookup"),
    )


def need_picture(inputs: Inputs, results: Results) -> display.Figure | display.Table:
    """Return reach by deprivation band and service; band 1 is the most deprived."""
    frame = results.reach[(results.reach["level"] == "band") & (results.reach["service"] != services.EITHER)]
    centre = _reach(results, "band").dropna(subset=["reach"])
    if centre.empty:
        return reach_table(inputs, results)
    ordered = centre.sort_values("area", key=lambda codes: codes.astype(int))
    first, last = ordered.iloc[0], ordered.iloc[-1]
    title = (
        f"Centres know {first['reach']:.0%} of young children where deprivation is highest, "
        f"{last['reach']:.0%} where it is lowest"
    )
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="name",
            estimate="reach",
            lower="lower",
            upper="upper",
            x_label="Share of children under five",
            group="service",
        ),
        name="reach-by-deprivation",
        title=title,
        alt=f"Dots with 95 % intervals by deprivation band and service; band 1 is the most deprived. {title}.",
        caption="Bands hold equal numbers of output areas. Benefit households show need beside reach.",
        source="Registers of three services; area look-up; deprivation scores",
        n=int(ordered["children_0_4"].sum()),
        data=frame[["name", "service", "children_0_4", "registered", "reach", "lower", "upper", "status"]],
        standing=_standing(inputs, *ROSTERS, "lookup", "indicators"),
    )


def reach_table(inputs: Inputs, results: Results) -> display.Table:
    """Return reach of every service by every cut but wards, or what is missing for it."""
    frame = results.reach[results.reach["level"] != "ward"].drop(columns="area")
    if frame.empty:
        frame = pd.DataFrame({"service": ["none"], "note": ["no register was supplied"]})
    return display.Table(
        frame,
        name="reach",
        title="Children known to services among resident children under five",
        caption="Wilson intervals. [c] small number, or a second cell that would give one away. Wards: saved table.",
        source="Registers; area look-up",
        n=len(frame),
        standing=_standing(inputs, *ROSTERS, "lookup"),
        formats={"reach": "{:.1%}", "lower": "{:.1%}", "upper": "{:.1%}"},
    )
