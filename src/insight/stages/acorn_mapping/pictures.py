"""Pictures, map and tables of the ACORN mapping."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.privacy.loading import Inputs
from insight.sources.standing import PUBLISHED, Standing, weakest
from insight.stages.acorn_mapping.analysis import Results

SEGMENTS = "Segmentation by postcode (households input)"
HOUSEHOLDS = "Households input; country: lifestyle indices"
LICENCE = (
    "Source of LSOA outlines: Office for National Statistics licensed under the Open Government Licence v.3.0. "
    "Contains OS data © Crown copyright and database right."
)
CLUSTERS = "95 % limits take postcodes as clusters, since all households of a postcode share a type."
SHARES = {"share": "{:.1%}", "lower": "{:.1%}", "upper": "{:.1%}"}
SHOWN_TYPES = 12
UK_INDEX = 100


def _standing(inputs: Inputs) -> Standing:
    return inputs.standing("households", "lookup")


def _with_uk(inputs: Inputs) -> Standing:
    return weakest([_standing(inputs), PUBLISHED])


def _habit_standing(inputs: Inputs) -> Standing:
    return inputs.standing(*(name for name in ("households", "lifestyle_indices") if inputs.has(name)))


def _listed(names: pd.Series) -> str:
    return " and ".join(names.str.lower()) or "no category"


def shares_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return shares of the categories with limits, beside the country's."""
    ours = results.shares.assign(place="Borough")
    theirs = ours.assign(place="United Kingdom", share=ours["uk_share"], lower=ours["uk_share"], upper=ours["uk_share"])
    rows = pd.concat([ours, theirs], ignore_index=True)[["category_name", "place", "share", "lower", "upper"]]
    above = ours.loc[ours["against_uk"] == "above", "category_name"]
    title = f"Above the country's share beyond chance and rounding: {_listed(above)}"
    return display.Figure(
        display.charts.dot_interval(
            rows,
            label="category_name",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share of households",
            group="place",
        ),
        name="category-shares",
        title=title,
        alt=f"Dots of the share of households by category, borough beside the country. {title}.",
        caption=f"{CLUSTERS} The country's shares are taken as printed.",
        source=f"{SEGMENTS}; data/reference/acorn_uk_2011.csv",
        n=results.households,
        data=rows,
        standing=_with_uk(inputs),
    )


def shares_table(inputs: Inputs, results: Results) -> display.Table:
    """Return shares with index and design effect."""
    frame = results.shares.drop(columns="category")
    return display.Table(
        frame,
        name="category-index",
        title="Categories against the United Kingdom (index 100)",
        caption=f"{CLUSTERS} Limits of the index take in the rounding of the country's share as well. Design effect: "
        "how many times wider the variance is than if each household were on its own.",
        source=f"{SEGMENTS}; data/reference/acorn_uk_2011.csv",
        n=results.households,
        standing=_with_uk(inputs),
        formats={
            **SHARES,
            "uk_share": "{:.1%}",
            "design_effect": "{:.1f}",
            **dict.fromkeys(("index", "index_lower", "index_upper"), "{:.0f}"),
        },
    )


def areas_map(inputs: Inputs, results: Results) -> display.MapFigure:
    """Return output areas by commonest category, with what it hides, and outlines of wards."""
    outlines = inputs.table("boundaries")
    own = outlines[(outlines["level"] == "oa") & outlines["code"].isin(results.areas["oa"])]
    values = results.areas.rename(columns={"oa": "code"})
    mapped = next(column for column in values.columns if column.endswith("_share") and column != "outside_share")
    total = results.areas["all_households"]
    most = results.areas.groupby("category_name")["all_households"].sum().sort_values(ascending=False)
    outside = (values["outside_share"] * total).sum() / total[values["outside_share"].notna()].sum()
    title = (
        f"{most.index[0]} is commonest in areas with {most.iloc[0] / total.sum():.0%} of households, "
        f"but {outside:.0%} of households are not of their area's commonest category"
    )
    return display.MapFigure(
        own[["code", "name", "geometry"]],
        [
            display.Layer(
                title="Commonest category",
                values=values,
                column="category_name",
                kind="category",
                order=list(results.shares["category_name"]),
            ),
            display.Layer(
                title=f"Share {results.mapped.lower()}", values=values, column=mapped, kind="number", percent=True
            ),
            display.Layer(
                title="Share outside the commonest category",
                values=values,
                column="outside_share",
                kind="number",
                percent=True,
            ),
        ],
        name="areas",
        title=title,
        alt=f"Map of {len(own)} output areas coloured by commonest category; like areas lie side by side. {title}.",
        caption=f"Black lines are wards. Shares that rest on small numbers are not shown. {LICENCE}",
        source=f"{SEGMENTS}; boundaries input",
        n=int(total.sum()),
        standing=inputs.standing("households", "lookup", "boundaries"),
        outlines=outlines[outlines["level"] == "ward"],
    )


def clumping_table(inputs: Inputs, results: Results) -> display.Table:
    """Return join counts by category."""
    joins = results.joins
    return display.Table(
        results.clumping,
        name="clumping",
        title=f"Neighbouring areas share a commonest category {joins.ratio:.1f} times as often as by chance",
        caption=f"Joins: pairs of neighbouring output areas with the same commonest category, {joins.joins:,} of "
        f"{joins.pairs:,} pairs. Chance: the same labels shuffled over the areas {joins.permutations} times "
        f"(middle 95 %: {joins.usual_low:,.0f} to {joins.usual_high:,.0f} joins).",
        source=f"{SEGMENTS}; boundaries input",
        n=joins.areas,
        standing=inputs.standing("households", "lookup", "boundaries"),
        formats={"expected": "{:.1f}", "ratio": "{:.2f}", "p": "{:.3f}"},
    )


def wards_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return category shares by ward as a grid."""
    rows = results.wards.assign(ward_name=results.wards["ward_name"].astype(str))
    top = rows.loc[rows["quotient"].idxmax()]
    title = (
        f"{top['category_name']} varies most: in {top['ward_name']} it is {top['quotient']:.1f} times its borough share"
    )
    return display.Figure(
        display.charts.heatmap(
            rows, row="ward_name", column="category_name", value="share", value_label="Share of households"
        ),
        name="wards",
        title=title,
        alt=f"Grid of category shares, a row for each of {rows['ward'].nunique()} wards. {title}.",
        caption="Cells marked [c] rest on small numbers, or would give such a number away by subtraction.",
        source=SEGMENTS,
        n=results.households,
        data=rows[["ward_name", "category_name", "share", "quotient", "status"]],
        standing=_standing(inputs),
    )


def wards_table(inputs: Inputs, results: Results) -> display.Table:
    """Return category shares by ward with limits."""
    return display.Table(
        results.wards.drop(columns=["ward", "category"]),
        name="ward-shares",
        title="Categories by ward, and each share over the borough's",
        caption="95 % limits take output areas as clusters: when wards are compared, neighbours who are alike count "
        "once. Quotient: share in the ward over share in the borough.",
        source=SEGMENTS,
        n=results.households,
        standing=_standing(inputs),
        formats={**SHARES, "quotient": "{:.2f}"},
    )


def types_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the largest types with limits."""
    rows = results.types.head(SHOWN_TYPES).dropna(subset=["share"])
    first = rows.iloc[0]
    title = f"The largest type holds {first['share']:.1%} of households: {first['type_label']}"
    return display.Figure(
        display.charts.dot_interval(
            rows, label="type_label", estimate="share", lower="lower", upper="upper", x_label="Share of households"
        ),
        name="largest-types",
        title=title,
        alt=f"Dots with limits for the {len(rows)} largest types, largest first. {title}.",
        caption=f"{CLUSTERS} Labels are the workbook's own words; unnamed types carry their number.",
        source=SEGMENTS,
        n=results.households,
        data=rows[["rank", "type_label", "category_name", "households", "share", "lower", "upper"]],
        standing=_standing(inputs),
    )


def types_table(inputs: Inputs, results: Results) -> display.Table:
    """Return types by size with the ranks left open."""
    return display.Table(
        results.types.drop(columns="type_key"),
        name="types",
        title=f"{len(results.types)} types by size, and the ranks that each could hold",
        caption="Ranks: limits from all pairwise differences at once (Bonferroni), postcodes as clusters. The order of "
        "the list itself is a full count.",
        source=SEGMENTS,
        n=results.households,
        standing=_standing(inputs),
        formats={**SHARES, "rank_lower": "{:.0f}", "rank_upper": "{:.0f}"},
    )


def habits_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return digital and channel habits in the borough beside the country."""
    ours = results.habits.assign(place="Borough")
    theirs = ours.assign(place="United Kingdom", share=ours["uk_share"], lower=ours["uk_share"], upper=ours["uk_share"])
    rows = pd.concat([ours, theirs.dropna(subset=["uk_share"])], ignore_index=True)
    below = int((ours["difference_upper"] < 0).sum())
    none = ours.set_index("item").loc["no_marketing", "share"]
    title = f"{none:.0%} of households accept no marketing; {below} of {len(ours)} habits are below the country's share"
    shown = rows[["habit", "place", "share", "lower", "upper"]]
    return display.Figure(
        display.charts.dot_interval(
            shown,
            label="habit",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share of households",
            group="place",
        ),
        name="habits",
        title=title,
        alt=f"Dots of the share of households with each digital or channel habit, borough beside country. {title}.",
        caption=f"{CLUSTERS} Without lifestyle indices the country's dots are absent.",
        source=HOUSEHOLDS,
        n=results.households,
        data=shown,
        standing=_habit_standing(inputs),
    )


def habits_table(inputs: Inputs, results: Results) -> display.Table:
    """Return digital and channel habits with the difference from the country."""
    frame = results.habits.drop(columns="item")
    shares = ("uk_share", "difference", "difference_lower", "difference_upper")
    return display.Table(
        frame,
        name="habits-table",
        title="Digital habits and ways to reach households, against the country",
        caption=f"{CLUSTERS} Households: those asked (for payments online, those online).",
        source=HOUSEHOLDS,
        n=results.households,
        standing=_habit_standing(inputs),
        formats={**SHARES, **dict.fromkeys(shares, "{:.1%}"), "design_effect": "{:.1f}"},
    )


def digital_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return digital habits by category."""
    rows = results.digital
    online = rows[rows["habit"] == rows["habit"].iloc[0]]
    low, high = online.loc[online["share"].idxmin()], online.loc[online["share"].idxmax()]
    title = (
        f"Online at home: {low['share']:.0%} of {low['category_name'].lower()}, "
        f"{high['share']:.0%} of {high['category_name'].lower()}"
    )
    return display.Figure(
        display.charts.dot_interval(
            rows,
            label="habit",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share of households",
            group="category_name",
        ),
        name="digital",
        title=title,
        alt=f"Dots of digital habits, five categories side by side for each habit. {title}.",
        caption=CLUSTERS,
        source="Households input",
        n=results.households,
        data=rows,
        standing=_standing(inputs),
    )


def channels_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return acceptable media and answers by category as a grid."""
    rows = results.channels
    media = results.habits[results.habits["item"].str.startswith("accepts_")]
    best = media.loc[media["share"].idxmax()]
    title = f"The most acceptable medium, {best['item'].removeprefix('accepts_')}, reaches {best['share']:.0%}"
    return display.Figure(
        display.charts.heatmap(rows, row="habit", column="category_name", value="share", value_label="Share"),
        name="channels",
        title=title,
        alt=f"Grid of media by category with the share that accepts or answers each. {title}.",
        caption="Answers are shares of those who accept the medium; others are shares of all households.",
        source="Households input",
        n=results.households,
        data=rows,
        standing=_standing(inputs),
    )


def channels_table(inputs: Inputs, results: Results) -> display.Table:
    """Return acceptable media and answers by category with limits."""
    return display.Table(
        results.channels,
        name="channels-table",
        title="Ways to reach households, by category",
        caption=f"{CLUSTERS} Asked: households behind each share.",
        source="Households input",
        n=results.households,
        standing=_standing(inputs),
        formats=SHARES,
    )


def tenure_table(inputs: Inputs, results: Results) -> display.Table:
    """Return how homes are held in the named ward and elsewhere."""
    here = results.tenure[results.tenure["place"] == results.tenure["place"].iloc[0]]
    top = here.loc[here["share"].idxmax()]
    return display.Table(
        results.tenure.assign(tenure=results.tenure["tenure"].str.replace("_", " ")),
        name="tenure",
        title=f"The largest tenure in {top['place']} is {top['tenure'].replace('_', ' ')}, {top['share']:.0%}",
        caption=CLUSTERS,
        source="Households input",
        n=results.households,
        standing=_standing(inputs),
        formats=SHARES,
    )


def deprivation_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return mean dimensions of deprivation by category."""
    rows = results.deprivation
    climbs = bool(rows["mean_dimensions"].is_monotonic_increasing)
    title = "Deprivation rises from category to category" if climbs else "Deprivation does not follow the categories"
    return display.Figure(
        display.charts.dot_interval(
            rows,
            label="category_name",
            estimate="mean_dimensions",
            lower="lower",
            upper="upper",
            x_label="Mean dimensions of deprivation, of four",
            percent=False,
        ),
        name="deprivation",
        title=title,
        alt=f"Dots of the mean number of dimensions of deprivation by category, best off first. {title}.",
        caption=f"{CLUSTERS} Dimensions: work, schooling, health, housing.",
        source="Households input",
        n=results.households,
        data=rows,
        standing=_standing(inputs),
    )


def lifestyle_picture(inputs: Inputs, results: Results) -> object:
    """Return the index of each lifestyle item that the mix of types leads one to expect, or a note without indices."""
    if results.lifestyle.empty:
        return display.note("Lifestyle indices were not supplied, so there is no profile to show.", _standing(inputs))
    rows = results.lifestyle.assign(item=results.lifestyle["item"].str.replace("_", " "))
    whole = rows[rows["category_name"] == "All households"]
    top = whole.loc[whole["index"].idxmax()]
    order = [*results.shares["category_name"], "All households"]
    rows = rows.assign(place=rows["category_name"].map(order.index), points=rows["index"] - UK_INDEX)
    rows = rows.sort_values(["place"], kind="stable")
    title = f"By the mix of types, {top['item']} is the most over-represented item (index {top['index']:.0f})"
    return display.Figure(
        display.charts.heatmap(
            rows,
            row="item",
            column="category_name",
            value="points",
            value_label="Index above or below UK",
            percent=False,
        ),
        name="lifestyle",
        title=title,
        alt=f"Grid of index by lifestyle item and category, as points from the country's 100. {title}.",
        caption="Points of index above or below the country's 100: averages of the supplier's indices by type, "
        "weighted by households; no local answers are in them, so they carry no limits here.",
        source="Lifestyle indices; households input for weights",
        n=results.households,
        data=rows.drop(columns="place"),
        standing=_habit_standing(inputs),
    )
