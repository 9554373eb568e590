"""Maps of the segments, and what tells whether like areas lie together."""

from __future__ import annotations

from insight import display
from insight.display import panels
from insight.privacy.loading import Inputs
from insight.stages.acorn_mapping.analysis import Results
from insight.stages.acorn_mapping.showing import LICENCE, source_of, standing_of


def _shown_categories(results: Results) -> dict[str, str]:
    """Return key and words of the categories that any household here has."""
    held = set(results.found.cells["category"])
    return {key: name for key, name in results.found.codes.names.items() if key in held}


def areas_map(inputs: Inputs, results: Results) -> display.MapFigure:
    """Return output areas by commonest category, with margin, what it hides, and each category's share."""
    outlines = inputs.table("boundaries")
    own = outlines[(outlines["level"] == "oa") & outlines["code"].isin(results.areas["oa"])]
    values = results.areas.rename(columns={"oa": "code"})
    total, shown = results.areas["all_households"], _shown_categories(results)
    most = results.areas.groupby("category_name")["all_households"].sum().sort_values(ascending=False)
    large = results.areas["is_large_minority"].mean()
    title = (
        f"{most.index[0]} is commonest in areas with {most.iloc[0] / total.sum():.0%} of households; "
        f"{large:.0%} of areas hold a large minority of other categories"
    )
    numbers = {"margin": "Lead over the runner-up", "outside_share": "Share outside the commonest category"}
    if not results.found.is_acorn:
        # Every household of an area has its one class, so shares within areas say nothing.
        numbers, shown = {}, {}
    shares = {f"{key}_share": f"Share {name.lower()}" for key, name in shown.items()}
    layers = [
        display.Layer(title=words, values=values, column=column, kind="number", percent=True)
        for column, words in (numbers | shares).items()
        if values[column].notna().any()
    ]
    tied = int(results.areas["is_tied"].sum())
    first = display.Layer(
        title="Commonest category",
        values=values,
        column="category_name",
        kind="category",
        order=list(_shown_categories(results).values()),
    )
    return display.MapFigure(
        own[["code", "name", "geometry"]],
        [first, *layers],
        name="areas",
        title=title,
        alt=f"Map of {len(own)} output areas coloured by commonest category; like areas lie side by side. {title}.",
        caption=f"Black lines are wards. Equals ({tied} areas) go to the category with more postcodes, then to the "
        f"first by name of its code. Shares that rest on small numbers are not shown. {LICENCE}",
        source=f"{source_of(results)}; boundaries input",
        n=int(total.sum()),
        standing=standing_of(inputs, results, "boundaries"),
        outlines=outlines[outlines["level"] == "ward"] if (outlines["level"] == "ward").any() else None,
    )


def panels_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return one small map a category: its share in every output area, or where its areas are."""
    outlines, names = inputs.table("boundaries"), _shown_categories(results)
    own = outlines[(outlines["level"] == "oa") & outlines["code"].isin(results.areas["oa"])].sort_values("code")
    columns = {f"{key}_share": name for key, name in names.items()}
    of_areas = results.areas.set_index("oa").reindex(own["code"])
    values = of_areas[list(columns)]
    cores = results.clumping.set_index("category")["core_areas"].reindex(names.values()).fillna(0).astype(int)
    title = (
        f"{cores.idxmax()} has the largest clumps: {cores.max()} areas lie among more of their kind than chance gives"
    )
    data = results.areas[["oa", "category_name", *columns, "status"]].rename(columns=columns)
    ward = outlines[outlines["level"] == "ward"]
    return display.Figure(
        panels.map_panels(
            own,
            values.rename(columns=columns),
            outlines=ward if len(ward) else None,
            status=of_areas["status"],
        ),
        name="category-maps",
        title=title,
        alt=f"{len(names)} small maps, one a category, darker where its share is larger. {title}.",
        caption="All panels share one scale. Areas whose share rests on small numbers are left pale. Larger clumps: "
        f"local join counts at a false discovery rate of 5 %. {LICENCE}",
        source=f"{source_of(results)}; boundaries input",
        n=results.found.households,
        data=data,
        standing=standing_of(inputs, results, "boundaries"),
    )


def clumping_table(inputs: Inputs, results: Results) -> display.Table:
    """Return joins, Moran's I, dissimilarity and isolation by category."""
    joins = results.own.joins
    twos = ("ratio", "dissimilarity", "random_dissimilarity", "isolation", "random_isolation", "moran_i")
    return display.Table(
        results.clumping,
        name="clumping",
        title=f"Neighbouring areas share a commonest category {joins.ratio:.1f} times as often as by chance",
        caption=f"Neighbours: {results.own.weights}. Joins: pairs of neighbouring output areas with the same commonest "
        f"category, {joins.joins:,} of {joins.pairs:,}. Chance: labels, shares or whole areas shuffled "
        f"{joins.permutations} times from seed {joins.seed} (middle 95 % of all joins: {joins.usual_low:,.0f} to "
        f"{joins.usual_high:,.0f}). Dissimilarity and isolation: {results.own.spread_unit} over "
        f"{results.own.spread.zones} zones, "
        "beside their values when whole areas are allocated at random. Core areas: local joins, false discovery 5 %.",
        source=f"{source_of(results)}; boundaries input",
        n=joins.areas,
        standing=standing_of(inputs, results, "boundaries"),
        formats={
            "expected": "{:.1f}",
            **dict.fromkeys(twos, "{:.2f}"),
            **dict.fromkeys(("joins_p", "dissimilarity_p", "moran_p"), "{:.3f}"),
            "moran_usual_high": "{:.2f}",
        },
    )


def beside_table(inputs: Inputs, results: Results) -> display.Table:
    """Return clumping here beside the open classification and other districts, where supplied."""
    frame, own = results.clumping_beside, results.own
    above = own.spread.dissimilarity - own.spread.random
    told = "above" if own.spread.dissimilarity > own.spread.usual_high else "not above"
    return display.Table(
        frame,
        name="clumping-beside",
        title=f"Dissimilarity is {told} that of random allocation here ({above:+.2f})",
        caption="Any town rejects complete randomness, so what counts is the size: joins over expected joins, and "
        "dissimilarity over its value when whole areas are allocated at random to zones, here and elsewhere. Different "
        "classifications are not comparable with each other, only towns within one.",
        source=f"{source_of(results)}; open classification where supplied",
        n=int(frame["areas"].sum()),
        standing=standing_of(inputs, results, "boundaries", "oa_classification"),
        formats={
            "expected": "{:.1f}",
            "joins_p": "{:.3f}",
            **dict.fromkeys(("ratio", "dissimilarity", "random", "random_high", "above_random"), "{:.2f}"),
        },
    )
