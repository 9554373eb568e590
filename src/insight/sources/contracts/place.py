"""Contracts of the geography: outlines, area look-up, barriers with crossings, and places that families use."""

from __future__ import annotations

from insight.sources.contracts.base import Column, Contract, FrameRule

BESIDE = "oa_beside"
"""Level of output areas of other districts, which are only set beside the council's own."""
LEVELS = ("oa", "lsoa", "neighbourhood", "ward", "borough", BESIDE)
BARRIER_KINDS = ("road", "rail", "river", "canal", "park", "hill", "bus_route")
ROLES = ("barrier", "crossing")
EARLIEST, LATEST = 1991, 2100
SHAPE_FILES = (
    "GeoPackage, GeoJSON, shapefile, or a shapefile in a zip; in any coordinate reference system that the file states. "
    "All of it is brought to the British National Grid (EPSG:27700)."
)
ACCOMMODATION = ("detached", "semi_detached", "terraced", "flat")
TENURE = ("owned", "social_rented", "private_rented")
HOUSING_WORDS = {
    "semi": "semi_detached",
    "terrace": "terraced",
    "flats": "flat",
    "social_rent": "social_rented",
    "rented_from_social_landlord": "social_rented",
    "private_rent": "private_rented",
    "owner_occupied": "owned",
}

VINTAGE = Column(
    name="vintage",
    type="integer",
    meaning="census year of the area codes (a year of ward codes for wards)",
    minimum=EARLIEST,
    maximum=LATEST,
)

CONTRACTS = {
    "boundaries": Contract(
        input="boundaries",
        describes="Outlines of areas at one or more levels; outlines of one level share their borders exactly. "
        + SHAPE_FILES,
        columns=(
            Column(
                name="level",
                type="text",
                meaning="what kind of area; oa_beside: output areas of other districts, to be set beside the council's",
                allowed=LEVELS,
            ),
            Column(name="code", type="text", meaning="code of the area, as in the look-up"),
            Column(name="name", type="text", meaning="name of the area"),
            VINTAGE,
        ),
        key=("level", "code"),
        source_hint="the national open geography portal, or the council's own map",
        geometry="Polygon",
    ),
    "lookup": Contract(
        input="lookup",
        describes="One row for each output area: which larger areas it belongs to, and how many live there.",
        columns=(
            Column(name="oa", type="text", meaning="code of the output area", unique=True),
            Column(name="lsoa", type="text", meaning="code of the lower-layer super output area"),
            Column(
                name="neighbourhood",
                type="text",
                meaning="code of the neighbourhood, where the ward is divided into some",
                optional=True,
            ),
            Column(name="neighbourhood_name", type="text", meaning="name of the neighbourhood", optional=True),
            Column(name="ward", type="text", meaning="code of the ward"),
            Column(name="ward_name", type="text", meaning="name of the ward"),
            Column(name="borough", type="text", meaning="code of the council's area"),
            Column(name="households", type="integer", meaning="households with residents", minimum=0),
            Column(name="persons", type="integer", meaning="residents", minimum=0),
            Column(name="children_0_4", type="integer", meaning="residents aged 0 to 4", minimum=0),
            VINTAGE,
            Column(
                name="ward_year",
                type="integer",
                meaning="year of the ward codes; ward outlines of another year are then refused",
                minimum=EARLIEST,
                maximum=LATEST,
                optional=True,
                may_be_absent=True,
            ),
        ),
        rules=(
            FrameRule(
                columns=("neighbourhood", "neighbourhood_name"),
                rule="a neighbourhood has both a code and a name",
                fix="fill both cells or neither",
                broken=lambda frame: frame["neighbourhood"].isna() != frame["neighbourhood_name"].isna(),
            ),
            FrameRule(
                columns=("persons", "children_0_4"),
                rule="children cannot outnumber residents",
                fix="check both counts",
                broken=lambda frame: frame["children_0_4"] > frame["persons"],
            ),
        ),
        source_hint="the national open geography portal's look-ups, joined to census counts",
    ),
    "barriers": Contract(
        input="barriers",
        describes="What keeps neighbours apart (lines), and where it can be crossed on foot (points). " + SHAPE_FILES,
        columns=(
            Column(name="feature", type="text", meaning="code of the line or point", unique=True),
            Column(name="role", type="text", meaning="a barrier or a place to cross one", allowed=ROLES),
            Column(name="barrier", type="text", meaning="code of the barrier (for a crossing: the one it crosses)"),
            Column(name="kind", type="text", meaning="what sort of barrier", allowed=BARRIER_KINDS),
            Column(name="name", type="text", meaning="name of the road, river or other barrier"),
        ),
        source_hint="open maps of roads, rail, rivers and green space",
        geometry="Any",
    ),
    "places": Contract(
        input="places",
        describes="Places that families use or might use: centres, clinics, libraries, shops, parks. " + SHAPE_FILES,
        columns=(
            Column(name="place", type="text", meaning="code of the place", unique=True),
            Column(name="name", type="text", meaning="name of the place"),
            Column(name="kind", type="text", meaning="what sort of place, in the council's own words"),
            Column(name="oa", type="text", meaning="output area in which it stands", area="oa"),
        ),
        source_hint="the council's register of premises",
        geometry="Point",
    ),
    "area_housing": Contract(
        input="area_housing",
        describes="Households of each output area by kind of accommodation and by tenure: what makes neighbourhoods "
        "alike. A measure that is given for one area is needed for all that are divided.",
        columns=(
            Column(name="area", type="text", meaning="code of the output area", area="oa"),
            Column(
                name="measure",
                type="text",
                meaning="kind of accommodation or tenure",
                allowed=(*ACCOMMODATION, *TENURE),
                aliases=HOUSING_WORDS,
            ),
            Column(name="count", type="integer", meaning="households of that kind", minimum=0),
            Column(name="denominator", type="integer", meaning="all households that were asked", minimum=1),
            Column(name="period", type="text", meaning="year of the census or register"),
            Column(name="source", type="text", meaning="table or register, as readers should see it"),
            VINTAGE,
        ),
        key=("area", "measure", "period"),
        rules=(
            FrameRule(
                columns=("count", "denominator"),
                rule="a kind cannot outnumber all households",
                fix="check both counts",
                broken=lambda frame: frame["count"] > frame["denominator"],
            ),
        ),
        source_hint="census tables of accommodation type and tenure by output area",
    ),
}
