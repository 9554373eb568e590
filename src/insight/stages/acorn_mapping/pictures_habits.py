"""Pictures and tables of habits, ways to reach segments, tenure, deprivation and lifestyle."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.privacy.loading import Inputs
from insight.sources.standing import Standing
from insight.stages.acorn_mapping.analysis import Results
from insight.stages.acorn_mapping.habits import WORDS
from insight.stages.acorn_mapping.showing import ABSENT, CLUSTERS, SHARES, standing_of

HOUSEHOLDS = "Households input; country: lifestyle indices"
UK_INDEX = 100


def _standing(inputs: Inputs, results: Results) -> Standing:
    return standing_of(inputs, results)


def _habit_standing(inputs: Inputs, results: Results) -> Standing:
    return standing_of(inputs, results, "lifestyle_indices")


def habits_picture(inputs: Inputs, results: Results) -> object:
    """Return digital and channel habits in the borough beside the country."""
    if results.found.homes is None:
        return display.note(ABSENT, _standing(inputs, results))
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
        n=results.found.households,
        data=shown,
        standing=_habit_standing(inputs, results),
    )


def habits_table(inputs: Inputs, results: Results) -> object:
    """Return digital and channel habits with the difference from the country."""
    if results.found.homes is None:
        return display.note(ABSENT, _standing(inputs, results))
    frame = results.habits.drop(columns="item")
    shares = ("uk_share", "difference", "difference_lower", "difference_upper")
    return display.Table(
        frame,
        name="habits-table",
        title="Digital habits and ways to reach households, against the country",
        caption=f"{CLUSTERS} Households: those asked (for payments online, those online).",
        source=HOUSEHOLDS,
        n=results.found.households,
        standing=_habit_standing(inputs, results),
        formats={**SHARES, **dict.fromkeys(shares, "{:.1%}"), "design_effect": "{:.1f}"},
    )


def digital_picture(inputs: Inputs, results: Results) -> object:
    """Return digital habits by category."""
    if results.found.homes is None:
        return display.note(ABSENT, _standing(inputs, results))
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
        n=results.found.households,
        data=rows,
        standing=_standing(inputs, results),
    )


def channels_picture(inputs: Inputs, results: Results) -> object:
    """Return acceptable media and answers by category as a grid."""
    if results.found.homes is None:
        return display.note(ABSENT, _standing(inputs, results))
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
        n=results.found.households,
        data=rows,
        standing=_standing(inputs, results),
    )


def channels_table(inputs: Inputs, results: Results) -> object:
    """Return acceptable media and answers by category with limits."""
    if results.found.homes is None:
        return display.note(ABSENT, _standing(inputs, results))
    return display.Table(
        results.channels,
        name="channels-table",
        title="Ways to reach households, by category",
        caption=f"{CLUSTERS} Asked: households behind each share.",
        source="Households input",
        n=results.found.households,
        standing=_standing(inputs, results),
        formats=SHARES,
    )


def tenure_table(inputs: Inputs, results: Results) -> object:
    """Return how homes are held in the named ward and elsewhere."""
    if results.found.homes is None:
        return display.note(ABSENT, _standing(inputs, results))
    here = results.tenure[results.tenure["place"] == results.tenure["place"].iloc[0]]
    top = here.loc[here["share"].idxmax()]
    return display.Table(
        results.tenure.assign(tenure=results.tenure["tenure"].str.replace("_", " ")),
        name="tenure",
        title=f"The largest tenure in {top['place']} is {top['tenure'].replace('_', ' ')}, {top['share']:.0%}",
        caption=CLUSTERS,
        source="Households input",
        n=results.found.households,
        standing=_standing(inputs, results),
        formats=SHARES,
    )


def deprivation_picture(inputs: Inputs, results: Results) -> object:
    """Return mean dimensions of deprivation by category."""
    if results.found.homes is None:
        return display.note(ABSENT, _standing(inputs, results))
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
        n=results.found.households,
        data=rows,
        standing=_standing(inputs, results),
    )


def _item(code: str) -> str:
    return WORDS.get(code, code.replace("_", " ").capitalize())


def lifestyle_picture(inputs: Inputs, results: Results) -> object:
    """Return the index of each lifestyle item that the mix of types leads one to expect, or a note without indices."""
    if results.lifestyle.empty:
        return display.note(
            "Lifestyle indices were not supplied, so there is no profile to show.", _standing(inputs, results)
        )
    rows = results.lifestyle.assign(item=[_item(one) for one in results.lifestyle["item"]])
    whole = rows[rows["category_name"] == "All households"]
    top = whole.loc[whole["index"].idxmax()]
    order = [*results.found.codes.names.values(), "All households"]
    rows = rows.assign(place=rows["category_name"].map(order.index), points=rows["index"] - UK_INDEX)
    rows = rows.sort_values(["place"], kind="stable")
    title = f"Most over-represented by the mix of types: {top['item'].lower()} (index {top['index']:.0f})"
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
        n=results.found.households,
        data=rows.drop(columns="place"),
        standing=_habit_standing(inputs, results),
    )


def approach_table(inputs: Inputs, results: Results) -> object:
    """Return how to approach each segment, and the reasons for care."""
    frame = results.approach
    if frame.empty:
        return display.note(
            "Neither households nor supplier's indices say how to approach a segment.", _standing(inputs, results)
        )
    would = frame.loc[frame["social_media"].str.startswith("would reach"), "category_name"]
    named = ", ".join(would.str.lower()) or "no segment"
    return display.Table(
        frame,
        name="approach",
        title=f"Social media would reach more than elsewhere in: {named}",
        caption="Answers to: the medium, of press and leaflets, that most of those who accept it answered. Most and "
        "least acceptable: of six media. Social media: the segment against all others, limits for all segments at "
        "once (from indices: beyond the index margin). Care: what was found against using a channel by itself.",
        source=HOUSEHOLDS,
        n=results.found.households,
        standing=_habit_standing(inputs, results),
        formats={name: "{:.0%}" for name in frame.columns if name.endswith("_share")},
    )


def cards_table(inputs: Inputs, results: Results) -> display.Table:
    """Return a card a segment: who, how many, where, index with its limits, how to approach."""
    frame = results.cards
    largest = frame.loc[frame["share"].idxmax()]
    return display.Table(
        frame,
        name="segment-cards",
        title=f"The largest segment is {largest['segment'].lower()}, {largest['share']:.0%} of households",
        caption="Who: its largest types here. Index: against the country in the unit named, limits from the country's "
        "rounding. Strongest in: the ward furthest over the rest of the borough, if beyond the margins.",
        source="Segments; lifestyle indices or households for the approach",
        n=results.found.households,
        standing=_habit_standing(inputs, results),
        formats={"share": "{:.1%}", **dict.fromkeys(("index", "index_low", "index_high"), "{:.0f}")},
    )
