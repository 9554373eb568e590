"""Pictures and tables of segments: shares against the country, coverage, wards, types."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.privacy.loading import Inputs
from insight.stages.acorn_mapping.analysis import Results
from insight.stages.acorn_mapping.showing import FULL, SHARES, listed, source_of, standing_of, with_country

SHOWN_TYPES = 12


def shares_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return shares of the categories beside the country's, in the unit in which the country's are known."""
    found = results.found
    unit = found.codes.reference_unit if len(found.codes.reference) else "households"
    own = results.shares[(results.shares["unit"] == unit) & (results.shares["category"] != "")]
    ours = own.assign(place="Borough")
    theirs = own.dropna(subset=["reference_share"]).assign(place="United Kingdom", share=own["reference_share"])
    rows = pd.concat([ours, theirs], ignore_index=True)[["category_name", "place", "share"]]
    above = own.loc[own["stands"] == "over", "category_name"]
    title = f"Above the country by more than the margin that counts: {listed(above)}"
    if theirs.empty:
        largest = own.loc[own["share"].idxmax()]
        title = f"The largest category is {largest['category_name'].lower()}, {largest['share']:.0%} of {unit}"
    return display.Figure(
        display.charts.bars(rows, label="category_name", value="share", x_label=f"Share of {unit}", group="place"),
        name="category-shares",
        title=title,
        alt=f"Bars of the share of {unit} by category, borough beside the country. {title}.",
        caption=f"{FULL} Unit: {unit}. The country's shares are taken as published, to their rounding.",
        source=f"{source_of(results)}; data/reference",
        n=int(own["count"].sum()),
        data=rows,
        standing=with_country(inputs, results),
    )


def shares_table(inputs: Inputs, results: Results) -> display.Table:
    """Return shares by unit with index, limits of rounding and the remainder."""
    frame = results.shares.drop(columns="category")
    left = results.shares[results.shares["category"] == ""].iloc[0]
    return display.Table(
        frame,
        name="category-index",
        title=f"Categories against the United Kingdom (index 100), by unit; {left['share']:.1%} of "
        f"{left['unit']} are in none",
        caption=f"{FULL} Limits of the index are those of the country's rounding. A category stands over (or under) "
        "where index and points both pass the margins of the params file. Units differ, so shares are compared with "
        "the country in its own unit only; the remainder is kept and never spread over the categories.",
        source=f"{source_of(results)}; data/reference",
        n=results.found.households,
        standing=with_country(inputs, results),
        formats={
            **dict.fromkeys(("share", "reference_share", "difference"), "{:.1%}"),
            **dict.fromkeys(("index", "index_low", "index_high"), "{:.0f}"),
        },
        inapplicable=("reference_share", "difference", "index", "index_low", "index_high"),
    )


def coverage_table(inputs: Inputs, results: Results) -> object:
    """Return how addresses met the postcode directory, or a note where the two lists were not supplied."""
    standing = standing_of(inputs, results, "address_list", "segment_directory")
    if results.coverage.empty:
        return display.note("No address list with a postcode directory was supplied, so no match rate.", standing)
    rows = results.coverage.set_index("state")
    matched = rows.loc[rows.index.str.startswith("classified"), "address_share"].sum()
    withdrawn = rows.loc["classified, postcode withdrawn", "address_share"]
    return display.Table(
        results.coverage,
        name="coverage",
        title=f"{matched:.1%} of addresses meet a classified postcode, {withdrawn:.1%} a withdrawn one",
        caption="Withdrawn postcodes keep their last type. Addresses without a type stay in the total of every share.",
        source="Address list joined to the segment directory by postcode",
        n=int(results.coverage["addresses"].sum()),
        standing=standing,
        formats=dict.fromkeys(("address_share", "postcode_share"), "{:.2%}"),
    )


def wards_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return category shares by ward as a grid."""
    rows = results.wards.assign(ward_name=results.wards["ward_name"].astype(str))
    known = rows.dropna(subset=["quotient"])
    top = known.loc[known["quotient"].idxmax()]
    title = (
        f"{top['category_name']} varies most: in {top['ward_name']} it is {top['quotient']:.1f} times its share of "
        "the rest of the borough"
    )
    return display.Figure(
        display.charts.heatmap(
            rows, row="ward_name", column="category_name", value="share", value_label="Share of households"
        ),
        name="wards",
        title=title,
        alt=f"Grid of category shares, a row for each of {rows['ward'].nunique()} wards. {title}.",
        caption="Cells marked [c] rest on small numbers, or would give such a number away by subtraction.",
        source=source_of(results),
        n=results.found.households,
        data=rows[["ward_name", "category_name", "share", "quotient", "stands", "status"]],
        standing=standing_of(inputs, results),
    )


def wards_table(inputs: Inputs, results: Results) -> display.Table:
    """Return category shares by ward against the rest of the borough."""
    over = results.wards[results.wards["stands"] == "over"]
    return display.Table(
        results.wards.drop(columns=["ward", "category"]),
        name="ward-shares",
        title=f"Categories by ward: {len(over)} of {len(results.wards)} shares stand over the rest of the borough",
        caption=f"{FULL} Unit: households. Quotient: share in the ward over share in the rest of the borough, of which "
        "the ward is no part. Over or under: beyond the margins of the params file, in index and in points.",
        source=source_of(results),
        n=results.found.households,
        standing=standing_of(inputs, results),
        formats={**dict.fromkeys(("share", "rest_share", "difference"), "{:.1%}"), "quotient": "{:.2f}"},
    )


def types_picture(inputs: Inputs, results: Results) -> object:
    """Return the largest types, or a note where the segmentation has none."""
    if results.types.empty:
        return display.note("This classification has no types.", standing_of(inputs, results))
    rows = results.types.head(SHOWN_TYPES).dropna(subset=["share"])
    first = rows.iloc[0]
    title = f"The largest type holds {first['share']:.1%} of households: {first['type_label']}"
    return display.Figure(
        display.charts.bars(rows, label="type_label", value="share", x_label="Share of households"),
        name="largest-types",
        title=title,
        alt=f"Bars for the {len(rows)} largest types, largest first. {title}.",
        caption=f"{FULL} Labels are the licensee's where its code list is supplied; else unnamed types carry their "
        "number.",
        source=source_of(results),
        n=results.found.households,
        data=rows[["rank", "type_label", "category_name", "households", "share", "step_down"]],
        standing=standing_of(inputs, results),
    )


def types_table(inputs: Inputs, results: Results) -> object:
    """Return types by size with the step down to the next, or a note where there are none."""
    if results.types.empty:
        return display.note("This classification has no types.", standing_of(inputs, results))
    return display.Table(
        results.types.drop(columns="type_key"),
        name="types",
        title=f"{len(results.types)} types by size",
        caption=f"{FULL} Types of equal size share a rank. Step down: households fewer in the next type.",
        source=source_of(results),
        n=results.found.households,
        standing=standing_of(inputs, results),
        formats={**SHARES, "step_down": "{:,.0f}"},
        inapplicable=("step_down",),
    )


def groups_table(inputs: Inputs, results: Results) -> object:
    """Return groups by size, between categories and types, or a note where there are none."""
    frame = results.groups
    if frame.empty:
        return display.note("This classification has no groups.", standing_of(inputs, results))
    seen = frame.dropna(subset=["households"])
    first = seen.iloc[0]
    named = first["group_name"] if isinstance(first["group_name"], str) else f"Group {first['acorn_group']}"
    return display.Table(
        frame,
        name="groups",
        title=f"{named} is the largest of {len(frame)} groups, with {first['share']:.0%} of households",
        caption=f"{FULL} Groups lie between the categories and the types; names stand where the licensee's list gives "
        "them. [c]: the total would tell a type that is hidden.",
        source=source_of(results),
        n=results.found.households,
        standing=standing_of(inputs, results),
        formats={**SHARES, "rank": "{:.0f}", "households": "{:,.0f}", "share_of_category": "{:.1%}"},
    )
