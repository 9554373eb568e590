"""The proposed division into neighbourhoods beside the council's list, and walks with a pram to services."""

from __future__ import annotations

import pandas as pd

from insight import display, paths
from insight.methods.access import BEYOND, UNREACHABLE, WITHIN
from insight.methods.neighbourhoods import SKATER
from insight.methods.neighbourhoods_recovery import NO_BARRIERS
from insight.privacy.loading import Inputs
from insight.sources.standing import Standing
from insight.stages.profiling import access
from insight.stages.profiling.analysis import Results
from insight.stages.profiling.declaration import Params
from insight.stages.profiling.neighbourhoods import DENSITY, by_proposed, numbered
from insight.stages.profiling.pictures.common import Shown, label, licence, nothing, standing
from insight.stages.profiling.pictures.walls import barrier_lines, lined, near_lines

BEHIND = ("boundaries", "lookup", "area_housing", "places", "barriers")
WALKED = ("boundaries", "lookup", "places", "barriers")
SOURCE = "Housing of output areas; outlines; barriers; places"
STATUS = {WITHIN: "Within the limit", BEYOND: "Beyond it", UNREACHABLE: "No way on foot"}


def _agreement(results: Results) -> str:
    index = results.proposal.agreement
    return "" if index is None else f", which agree with the council's list at an adjusted Rand index of {index:.2f}"


QUESTIONED = "The council's list is what the rest of the workbook uses; the proposal is there to question it."
ALONE = "No list of the council's own was supplied; write this one, amended and signed off, into the look-up."


def division_map(inputs: Inputs, results: Results) -> display.MapFigure | display.Note:
    """Return the proposed neighbourhoods and the council's own on one map, to switch between."""
    found = results.proposal
    if found.division is None:
        return nothing(inputs, found.why_not, "lookup")
    frame = numbered(found.areas)
    outlines = inputs.table("boundaries")
    shapes = outlines[outlines["level"] == "oa"].merge(frame[["oa"]], left_on="code", right_on="oa")
    values = frame.rename(columns={"oa": "code"})
    layers = [
        display.Layer(title="Proposed, numbered in its ward", values=values, column="proposed_number", kind="category")
    ]
    if found.has_own:
        layers += [
            display.Layer(title="Council's list, same numbers", values=values, column="own_number", kind="category"),
            display.Layer(title="Where the two differ", values=values, column="same", kind="category"),
        ]
    title = f"The method proposes {frame['proposed'].nunique()} neighbourhoods{_agreement(results)}"
    return display.MapFigure(
        shapes[["code", "name", "geometry"]],
        layers,
        name="neighbourhood-division",
        title=title,
        alt=f"Map of {len(frame)} output areas coloured by proposed neighbourhood, by the council's list, or by "
        "whether the two agree. Colours are numbers within each ward.",
        caption=f"Alike in {_features(results)}. {QUESTIONED if found.has_own else ALONE} "
        f"{lined(inputs)}{licence(inputs)}",
        source=SOURCE,
        n=len(frame),
        standing=standing(inputs, *BEHIND),
        outlines=outlines[(outlines["level"] == "ward") & outlines["code"].isin(frame["ward"])],
        lines=near_lines(barrier_lines(inputs), shapes),
    )


def _features(results: Results) -> str:
    return ", ".join("density" if name == DENSITY else label(name).lower() for name in results.proposal.features)


RECOVERY = "neighbourhood_recovery.csv"


def recovery_picture() -> display.Figure:
    """Return how much of planted neighbourhoods each way to divide brings back, over noise: kept, not run anew."""
    rows = pd.read_csv(paths.reference(RECOVERY))
    groups = rows.groupby(["noise", "method"], sort=True)["agreement"]
    frame = groups.agg(mean="mean", least="min", most="max").reset_index()
    frame["label"] = [f"noise {noise:g}" for noise in frame["noise"]]
    seeds, means = rows["seed"].nunique(), frame.pivot_table(index="method", columns="noise", values="mean")
    ends = {name: " and ".join(f"{means.loc[name].iloc[at]:.2f}" for at in (0, -1)) for name in (SKATER, NO_BARRIERS)}
    title = (
        f"With little and with much noise SKATER brings back planted neighbourhoods at {ends[SKATER]}; with barriers "
        f"ignored at {ends[NO_BARRIERS]}"
    )
    best = ", ".join(f"{name} at {noise:g}" for noise, name in means.idxmax().items())
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="label",
            estimate="mean",
            lower="least",
            upper="most",
            x_label="Adjusted Rand index with what was planted (1 alike, 0 chance)",
            group="method",
            percent=False,
        ),
        name="neighbourhood-recovery",
        title=title,
        alt=f"Dots by level of noise and method, lines from the worst to the best of {seeds} plantings. {title}.",
        caption="Features planted on the demonstration's focus wards: a level of each neighbourhood (deviation 1) "
        f"and noise of the deviation named. Mean, least and most of {seeds} seeds; lines are ranges, not intervals. "
        f"Best by noise: {best}; AZP needs many starts and differs with its seed. Kept in data/reference/{RECOVERY}; "
        "python -m insight.calibration.neighbourhoods makes it anew.",
        source="Calibration of the method on demonstration areas",
        n=len(rows),
        data=frame[["noise", "method", "mean", "least", "most"]],
        standing=Standing(kind="demonstration"),
    )


def proposal_table(inputs: Inputs, results: Results) -> Shown:
    """Return the proposed neighbourhoods with households, and the council's own that each mostly is."""
    found = results.proposal
    if found.division is None:
        return nothing(inputs, found.why_not, "lookup")
    frame = by_proposed(found.areas)
    title = f"Proposed neighbourhoods hold {frame['households'].min():,} to {frame['households'].max():,} households"
    return display.Table(
        frame,
        name="neighbourhood-proposal",
        title=title,
        caption="Mostly: the neighbourhood of the council's list with the most of its households, and their share. "
        "The list of output areas is saved as neighbourhood_division.csv, to be amended and signed off.",
        source=SOURCE,
        n=len(found.areas),
        standing=standing(inputs, *BEHIND),
        formats={"share": "{:.0%}"},
    )


def division_table(inputs: Inputs, results: Results) -> Shown:
    """Return the measures of the council's list, of the proposal and of other ways to divide."""
    found = results.proposal
    if found.division is None or found.chance is None:
        return nothing(inputs, found.why_not, "lookup")
    frame, chance = results.neighbourhood_methods.drop(columns="is_chosen"), found.chance
    best = frame.set_index("method")
    first = best.index[0]
    above = "more" if best.loc[first, "beats_chance"] else "no more"
    what = "The council's list" if found.has_own else "The proposal"
    title = (
        f"{what} explains {best.loc[first, 'r2']:.0%} of the differences between areas, {above} than a search over "
        "shuffled areas"
    )
    formats = dict.fromkeys(("r2", "compactness", "neighbours_parted", "agreement", "stability"), "{:.2f}")
    formats |= dict.fromkeys(("least_households", "most_households"), "{:,.0f}")
    return display.Table(
        frame,
        name="neighbourhood-methods",
        title=title,
        caption="r2: share of the features' variance between neighbourhoods. Pieces above neighbourhoods: one is not "
        "in one piece. Over barriers: neighbours parted by a barrier that share a neighbourhood. Agreement: adjusted "
        "Rand index with SKATER's proposal; wards and barriers alone make it well above 0. Stability: the same with "
        f"each feature left out in turn. {chance.permutations} searches over shuffled areas, no floor, seed "
        f"{chance.seed}: r2 {chance.mean:.2f} on average, {chance.usual_high:.2f} at most in 95 of 100.",
        source=SOURCE,
        n=len(found.areas),
        standing=standing(inputs, *BEHIND),
        formats=formats,
    )


def access_map(inputs: Inputs, results: Results, params: Params) -> display.MapFigure | display.Note:
    """Return minutes on foot to children's centres and clinics on a map, and what barriers add."""
    walked = results.access_areas
    if walked.empty:
        return nothing(inputs, "walks need outlines of output areas and places", "lookup")
    outlines = inputs.table("boundaries")
    layers = []
    for service, rows in walked.groupby("service", sort=True):
        values = rows.rename(columns={"oa": "code"})
        values["words"] = values["status"].map(STATUS)
        if values["minutes"].notna().any():
            layers.append(
                display.Layer(
                    title=f"Minutes to a {service}",
                    values=values,
                    column="minutes",
                    kind="number",
                    blank=STATUS[UNREACHABLE],
                )
            )
        if (values["status"] == UNREACHABLE).any():
            kinds = list(STATUS.values())
            layers.append(
                display.Layer(
                    title=f"Reach of a {service}", values=values, column="words", kind="category", order=kinds
                )
            )
    return display.MapFigure(
        outlines.loc[outlines["level"] == "oa", ["code", "name", "geometry"]],
        layers,
        name="access-on-foot",
        title=_access_title(results, params),
        alt="Map of output areas shaded by minutes on foot with a pram to the nearest children's centre or clinic; "
        "areas without any way say so.",
        caption=f"At {params.pram_speed_kmh:g} km an hour from the middle of each area, 1.3 times the straight line, "
        f"over barriers only at crossings. Not a street network. {lined(inputs)}{licence(inputs)}",
        source="Outlines; places; barriers and crossings",
        n=len(walked),
        standing=standing(inputs, *WALKED),
        outlines=outlines[outlines["level"] == "ward"],
        lines=near_lines(barrier_lines(inputs), outlines[outlines["level"] == "oa"]),
    )


def _access_title(results: Results, params: Params) -> str:
    whole = results.access[results.access["level"] == "borough"].set_index("service")["share"]
    parts = [f"{share:.0%} to a {service}" for service, share in whole.items()]
    return f"Within {params.walk_minutes:g} minutes with a pram, young children get: {', '.join(parts)}"


def access_picture(inputs: Inputs, results: Results, params: Params) -> Shown:
    """Return the share of young children near a children's centre by neighbourhood, with and without barriers."""
    rows = results.access[(results.access["level"] == "neighbourhood") & (results.access["service"] == access.CENTRES)]
    if rows.empty:
        return nothing(inputs, "walks by neighbourhood need outlines, places and a list of neighbourhoods", "lookup")
    ordered = rows.sort_values("share")
    parts = [
        ordered.assign(ways="with barriers"),
        ordered.assign(ways="were there no barriers", share=ordered["share_without_barriers"]),
    ]
    frame = pd.concat(parts, ignore_index=True)
    worst = rows.sort_values("difference").iloc[0]
    title = f"Barriers keep {-worst['difference']:.0%} of young children of {worst['name']} from a centre near by"
    if worst["difference"] == 0:
        title = "Barriers keep no neighbourhood's young children from a children's centre near by"
    return display.Figure(
        display.charts.bars(
            frame,
            label="name",
            value="share",
            group="ways",
            x_label=f"Share of children under five within {params.walk_minutes:g} minutes",
        ),
        name="access-by-neighbourhood",
        title=title,
        alt=f"Two bars a neighbourhood: share of young children within the walk with barriers and without. {title}.",
        caption="A full count of areas, so that there is no sampling interval; the way is a model of the streets.",
        source="Outlines; places; barriers and crossings; area look-up",
        n=int(rows["children_0_4"].sum()),
        data=rows[["name", "children_0_4", "within", "beyond", "unreachable", "share", "share_without_barriers"]],
        standing=standing(inputs, *WALKED),
    )


def access_table(inputs: Inputs, results: Results, params: Params) -> Shown:
    """Return whom a walk reaches by neighbourhood, ward and borough."""
    frame = results.access.drop(columns="area")
    if frame.empty:
        return nothing(inputs, "walks need outlines of output areas and places", "lookup")
    lost = int(frame.loc[frame["level"] == "borough", "unreachable"].max())
    title = f"{lost:,} young children have no way on foot" if lost else "Every area has a way on foot to both services"
    return display.Table(
        frame,
        name="access",
        title=title,
        caption=f"Children under five by whether the nearest is within {params.walk_minutes:g} minutes with a pram, "
        "beyond, or unreachable because barriers have no crossing. Difference: what barriers take away.",
        source="Outlines; places; barriers and crossings; area look-up",
        n=len(results.access_areas),
        standing=standing(inputs, *WALKED),
        formats=dict.fromkeys(("share", "share_without_barriers", "difference"), "{:.0%}")
        | {"median_minutes": "{:.0f}"},
    )
