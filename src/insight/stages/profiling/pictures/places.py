"""Neighbourhoods and whom services reach there."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.privacy.loading import Inputs
from insight.stages.profiling import measures, services
from insight.stages.profiling.analysis import Results
from insight.stages.profiling.declaration import ROSTERS
from insight.stages.profiling.pictures.common import Shown, licence, nothing, standing
from insight.stages.profiling.pictures.walls import barrier_lines, lined, near_lines

NO_LIST = "the look-up names no neighbourhoods"


def neighbourhood_map(inputs: Inputs, results: Results) -> display.MapFigure | display.Table | display.Note:
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
        caption=lined(inputs) + licence(inputs),
        source="Area look-up and outlines",
        n=int(results.neighbourhoods["output_areas"].sum()),
        standing=standing(inputs, "boundaries", "lookup", "roster_childrens_centre"),
        outlines=wards,
        lines=near_lines(barrier_lines(inputs), areas),
    )


def neighbourhood_table(inputs: Inputs, results: Results) -> display.Table | display.Note:
    """Return the neighbourhoods with their households, residents and young children."""
    if results.neighbourhoods.empty:
        return nothing(inputs, NO_LIST, "lookup")
    return display.Table(
        results.neighbourhoods.drop(columns="neighbourhood"),
        name="neighbourhoods-table",
        title=f"The {len(results.neighbourhoods)} neighbourhoods",
        caption="Sums of output areas.",
        source="Area look-up",
        n=int(results.neighbourhoods["output_areas"].sum()),
        standing=standing(inputs, "lookup"),
    )


def _reach(results: Results, level: str, service: str = services.CENTRE) -> pd.DataFrame:
    rows = results.reach
    return rows[(rows["service"] == service) & (rows["level"] == level)]


def reach_picture(inputs: Inputs, results: Results) -> Shown:
    """Return reach of children's centres by neighbourhood."""
    frame = _reach(results, "neighbourhood").sort_values("reach")
    seen = frame.dropna(subset=["reach"])
    if seen.empty:
        return reach_table(inputs, results)
    low, high = seen.iloc[0], seen.iloc[-1]
    title = f"Centres know {low['reach']:.0%} of children in {low['name']} but {high['reach']:.0%} in {high['name']}"
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
        standing=standing(inputs, "roster_childrens_centre", "lookup"),
    )


def need_picture(inputs: Inputs, results: Results) -> Shown:
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
        standing=standing(inputs, *ROSTERS, "lookup", "indicators"),
    )


def reach_table(inputs: Inputs, results: Results) -> display.Table | display.Note:
    """Return reach of every service by every cut but wards, or what is missing for it."""
    frame = results.reach[results.reach["level"] != "ward"].drop(columns="area")
    if frame.empty:
        return nothing(inputs, "no register was supplied", "lookup")
    return display.Table(
        frame,
        name="reach",
        title="Children known to services among resident children under five",
        caption="Wilson intervals. [c] small number, or a second cell that would give one away. Wards: saved table.",
        source="Registers; area look-up",
        n=len(frame),
        standing=standing(inputs, *ROSTERS, "lookup"),
        formats={"reach": "{:.1%}", "lower": "{:.1%}", "upper": "{:.1%}"},
    )


def reaggregation_table(inputs: Inputs, results: Results) -> Shown:
    """Return residents of neighbourhoods by rule of re-aggregation."""
    frame = results.reaggregation
    if frame.empty:
        return nothing(inputs, NO_LIST, "lookup")
    widest = frame.loc[frame["spread"].idxmax()]
    numbers = [name for name in frame.columns if name not in {"area", "name", "spread"}]
    return display.Table(
        frame.drop(columns="area"),
        name="reaggregation",
        title=f"The rule moves residents of a neighbourhood by up to {widest['spread']:.0%} ({widest['name']})",
        caption="The workbook adds output areas over the list, which is exact; the other rules are for where "
        "a source stops at larger areas.",
        source="Area look-up and outlines",
        n=int(frame.iloc[:, 2].sum()),
        standing=standing(inputs, "lookup", "boundaries"),
        formats=dict.fromkeys(numbers, "{:,.0f}") | {"spread": "{:.1%}"},
    )


def rules_table(inputs: Inputs, results: Results) -> Shown:
    """Return, for each indicator, the rule by which it came to wards and neighbourhoods, and the spread of rules."""
    frame = results.reaggregation_rules.copy()
    if frame.empty:
        return nothing(inputs, "no indicator has a value of wards or neighbourhoods", "indicators")
    tried = frame.dropna(subset=["spread"])
    title = "No indicator has counts of every output area, so no second rule can be tried"
    if len(tried):
        widest = tried.loc[tried["spread"].idxmax()] if len(set(tried["unit"])) == 1 else None
        title = f"A second rule can be tried on {len(tried)} of {len(frame)} values by indicator and level"
        if widest is not None:
            change = measures.as_unit(widest["spread"], widest["unit"])
            title = f"The rule moves a value by up to {change} ({widest['label']}, {widest['most_moved']})"
    for column in ("spread", "value", "other_value"):
        frame[column] = [measures.as_unit(one, unit) for one, unit in zip(frame[column], frame["unit"], strict=True)]
    return display.Table(
        frame.drop(columns=["indicator", "unit"]),
        name="reaggregation-rules",
        title=title,
        caption="Rule: how values came to these areas. Spread: the largest difference, in the indicator's unit, had "
        "they come from LSOAs shared out by households; told where every output area has counts. Most moved: where.",
        source="Indicators of areas; area look-up",
        n=len(frame),
        standing=standing(inputs, "indicators", "lookup"),
    )


def _stands_out(rows: pd.DataFrame, words: tuple[str, ...]) -> str:
    return "; ".join(rows.loc[rows["comparison"].isin(words), "label"].sort_values())


def outstanding_table(inputs: Inputs, results: Results) -> Shown:
    """Return, for each neighbourhood, what stands out against the rest of the borough, from its own values alone."""
    rows = results.profiles
    own = rows[(rows["level"] == "neighbourhood") & (rows["value_of"] == rows["name"])]
    if own.empty:
        return nothing(inputs, NO_LIST, "lookup")
    facts = results.neighbourhoods.set_index("neighbourhood")
    found = []
    for area, group in own.groupby("area", sort=True):
        place = facts.loc[area]
        one = {"neighbourhood": place["name"], "ward": place["ward"], "residents": int(place["residents"])}
        one |= {"children_0_4": int(place["children_0_4"]), "worse": _stands_out(group, ("Worse",))}
        one |= {"better": _stands_out(group, ("Better",)), "higher": _stands_out(group, ("Higher",))}
        found.append(one | {"lower": _stands_out(group, ("Lower",))})
    frame = pd.DataFrame(found)
    most = frame["worse"].str.count(";").add((frame["worse"] != "").astype(int))
    title = (
        f"{int((most > 0).sum())} of {len(frame)} neighbourhoods are worse than the rest of the borough on something"
    )
    return display.Table(
        frame,
        name="neighbourhoods-outstanding",
        title=title,
        caption="Against the rest of the borough at 95 %; what is not named is not shown to differ. Values of wards "
        "that stand in for neighbourhoods are left out here and marked in the saved profiles.",
        source="Indicators of output areas; area look-up",
        n=len(own),
        standing=standing(inputs, "indicators", "lookup"),
    )
