"""Contracts of the segmentation: households with segment and ways to reach them, and lifestyle indices by segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight.sources.contracts.base import Column, Contract, FrameRule

if TYPE_CHECKING:
    import pandas as pd

CATEGORIES = (1, 5)
TYPES = (1, 99)
TENURES = ("owned", "social_rented", "private_rented", "other")
MEDIA = ("press", "leaflet", "post", "email", "text", "telephone")
RESPONSES = ("press", "leaflet")
ITEM_GROUPS = ("money", "work", "health", "community", "digital", "channels")
EARLIEST, LATEST = 1991, 2100
DIMENSIONS = 4
CODINGS = ("classified", "not_private", "unclassified")
OPEN_EDITIONS = ("2011", "2021")
SUPERGROUPS = (1, 8)


def _category(*, optional: bool = False) -> Column:
    return Column(
        name="acorn_category",
        type="integer",
        meaning="ACORN category, 1 the best off to 5 the least",
        minimum=CATEGORIES[0],
        maximum=CATEGORIES[1],
        optional=optional,
    )


def _type(*, optional: bool = False, unique: bool = False) -> Column:
    return Column(
        name="acorn_type",
        type="integer",
        meaning="number of the ACORN type",
        minimum=TYPES[0],
        maximum=TYPES[1],
        optional=optional,
        unique=unique,
    )


def plain_postcode(postcodes: pd.Series) -> pd.Series:
    """Return postcodes in capitals without blanks, as two lists of them can be joined."""
    return postcodes.str.upper().str.replace(r"\s+", "", regex=True)


def _coded(frame: pd.DataFrame) -> pd.Series:
    coded = frame[["acorn_category", "acorn_group", "acorn_type"]].notna()
    classified = frame["coding"] == "classified"
    return (classified & ~coded.all(axis=1)) | (~classified & coded.any(axis=1))


def _accepts(medium: str) -> Column:
    return Column(name=f"accepts_{medium}", type="flag", meaning=f"whether marketing by {medium} is acceptable")


def _responded(medium: str) -> Column:
    return Column(
        name=f"responded_{medium}", type="flag", meaning=f"whether someone answered marketing by {medium} in a year"
    )


CONTRACTS = {
    "households": Contract(
        input="households",
        describes="One row for each household: segment of its postcode, tenure, digital use, acceptable media.",
        columns=(
            Column(name="household_id", type="text", meaning="code of the household, without meaning", unique=True),
            Column(name="postcode", type="text", meaning="postcode, to which the supplier assigns the segment"),
            Column(name="oa", type="text", meaning="output area", area="oa"),
            _category(),
            Column(name="acorn_group", type="text", meaning="ACORN group, a letter"),
            _type(),
            Column(
                name="acorn_edition",
                type="integer",
                meaning="year of the segmentation's edition",
                minimum=EARLIEST,
                maximum=LATEST,
            ),
            Column(name="tenure", type="text", meaning="how the home is held", allowed=TENURES),
            Column(
                name="ethnic_group", type="text", meaning="ethnic group of the household, in the council's own list"
            ),
            Column(
                name="deprivation_dimensions",
                type="integer",
                meaning="dimensions in which the household is deprived, of work, schooling, health and housing",
                minimum=0,
                maximum=DIMENSIONS,
            ),
            Column(name="online", type="flag", meaning="whether the household uses the internet at home"),
            Column(name="transacts_online", type="flag", meaning="whether it pays or buys online"),
            Column(name="social_network_use", type="flag", meaning="whether someone uses social network sites"),
            Column(name="community_group", type="flag", meaning="whether someone takes part in a community group"),
            Column(name="no_marketing", type="flag", meaning="whether no form of marketing is acceptable"),
            *(_accepts(medium) for medium in MEDIA),
            *(_responded(medium) for medium in RESPONSES),
        ),
        rules=(
            FrameRule(
                columns=("postcode", "acorn_type"),
                rule="all households of a postcode have its one type",
                fix="join the segmentation by postcode again",
                broken=lambda frame: frame["acorn_type"] != frame.groupby("postcode")["acorn_type"].transform("first"),
                sql="acorn_type <> first_value(acorn_type) OVER (PARTITION BY postcode ORDER BY row)",
                groups="postcode",
            ),
            FrameRule(
                columns=("no_marketing", *(f"accepts_{medium}" for medium in MEDIA)),
                rule="a household that accepts no marketing accepts no single medium",
                fix="correct no_marketing or the media",
                broken=lambda frame: (
                    frame["no_marketing"] & frame[[f"accepts_{medium}" for medium in MEDIA]].any(axis=1)
                ),
                sql=f"no_marketing AND ({' OR '.join(f'accepts_{medium}' for medium in MEDIA)})",
            ),
            FrameRule(
                columns=("online", "transacts_online", "social_network_use"),
                rule="only a household that is online transacts or networks there",
                fix="correct online or what it does there",
                broken=lambda frame: ~frame["online"] & (frame["transacts_online"] | frame["social_network_use"]),
                sql="NOT online AND (transacts_online OR social_network_use)",
            ),
        ),
        source_hint="the licensed segmentation at postcode level, joined to the council's address list",
    ),
    "segment_directory": Contract(
        input="segment_directory",
        describes="One row for each postcode of the area: its ACORN codes, as the supplier delivers the segmentation.",
        columns=(
            Column(name="postcode", type="text", meaning="postcode, with or without its blank", unique=True),
            Column(
                name="coding",
                type="text",
                meaning="whether the postcode has a type; if not: no private homes, or left unclassified",
                allowed=CODINGS,
            ),
            _category(optional=True),
            Column(name="acorn_group", type="text", meaning="ACORN group, a letter", optional=True),
            _type(optional=True),
            Column(
                name="acorn_edition",
                type="integer",
                meaning="year of the segmentation's edition",
                minimum=EARLIEST,
                maximum=LATEST,
            ),
            Column(name="terminated", type="date", meaning="day the postcode was withdrawn, if it was", optional=True),
        ),
        rules=(
            FrameRule(
                columns=("coding", "acorn_category", "acorn_group", "acorn_type"),
                rule="a classified postcode has category, group and type, any other has none of them",
                fix="correct the coding or the codes",
                broken=_coded,
            ),
            FrameRule(
                columns=("postcode",),
                rule="no postcode may stand twice, with or without its blank",
                fix="keep one row a postcode",
                broken=lambda frame: plain_postcode(frame["postcode"]).duplicated(keep=False),
            ),
        ),
        source_hint="the licensed segmentation, one row a postcode",
    ),
    "address_list": Contract(
        input="address_list",
        describes="One row for each home: its postcode and output area, nothing else.",
        columns=(
            Column(name="address_id", type="text", meaning="UPRN or account reference of the home", unique=True),
            Column(name="postcode", type="text", meaning="postcode, with or without its blank"),
            Column(name="oa", type="text", meaning="output area", area="oa"),
        ),
        source_hint="the council's address gazetteer (UPRN) or council-tax list",
    ),
    "segment_codes": Contract(
        input="segment_codes",
        describes="One row for each ACORN type: its category and group, and the names that the licence allows to show.",
        columns=(
            _type(unique=True),
            _category(),
            Column(name="category_name", type="text", meaning="name of the category"),
            Column(name="acorn_group", type="text", meaning="ACORN group, a letter"),
            Column(name="group_name", type="text", meaning="name of the group", optional=True),
            Column(name="type_name", type="text", meaning="name of the type"),
        ),
        rules=(
            FrameRule(
                columns=("acorn_category", "category_name"),
                rule="a category has one name",
                fix="write its name alike in every row",
                broken=lambda frame: (
                    frame["category_name"] != frame.groupby("acorn_category")["category_name"].transform("first")
                ),
            ),
        ),
        source_hint="the code list that comes with the licensed segmentation",
    ),
    "oa_classification": Contract(
        input="oa_classification",
        describes="One row for each output area: its class in the open classification; other districts may stand here "
        "too, to be set beside the council's own.",
        columns=(
            Column(name="oa", type="text", meaning="code of the output area", unique=True),
            Column(name="lsoa", type="text", meaning="code of the lower-layer super output area"),
            Column(name="borough", type="text", meaning="code of the district; the council's own as in the look-up"),
            Column(name="borough_name", type="text", meaning="name of the district"),
            Column(name="edition", type="text", meaning="edition of the classification", allowed=OPEN_EDITIONS),
            Column(
                name="supergroup",
                type="integer",
                meaning="supergroup",
                minimum=SUPERGROUPS[0],
                maximum=SUPERGROUPS[1],
            ),
            Column(name="subgroup", type="text", meaning="subgroup, such as 4B2", optional=True),
            Column(name="postcodes", type="integer", meaning="postcodes in the output area", minimum=0, optional=True),
            Column(
                name="vintage",
                type="integer",
                meaning="census year of the area codes",
                minimum=EARLIEST,
                maximum=LATEST,
            ),
        ),
        rules=(
            FrameRule(
                columns=("edition",),
                rule="all rows are of one edition",
                fix="keep one edition: classes of different editions do not translate into each other",
                broken=lambda frame: frame["edition"] != frame["edition"].iloc[0],
            ),
            FrameRule(
                columns=("supergroup", "subgroup"),
                rule="a subgroup begins with the number of its supergroup",
                fix="correct one of the two",
                broken=lambda frame: (
                    frame["subgroup"].notna()
                    & (frame["subgroup"].str[0] != frame["supergroup"].astype("Int64").astype("string"))
                ),
            ),
        ),
        source_hint="the national statistics office, 2011 or 2021 edition",
    ),
    "lifestyle_indices": Contract(
        input="lifestyle_indices",
        describes="How common an item of lifestyle is in each ACORN type against the United Kingdom (index 100).",
        columns=(
            _type(),
            Column(
                name="acorn_category",
                type="integer",
                meaning="ACORN category of the type",
                minimum=CATEGORIES[0],
                maximum=CATEGORIES[1],
            ),
            Column(
                name="item",
                type="text",
                meaning="what was asked, a code (transacts_online: of those online)",
            ),
            Column(name="item_group", type="text", meaning="theme of the item", allowed=ITEM_GROUPS),
            Column(name="index", type="number", meaning="share of the type with the item, UK share = 100", minimum=0),
            Column(
                name="uk_pct",
                type="number",
                meaning="share of the United Kingdom with the item, per cent; the same in each type",
                minimum=0,
                maximum=100,
            ),
            Column(name="base_n", type="integer", meaning="respondents of the type behind the index", minimum=1),
            Column(name="source", type="text", meaning="survey and edition the index is from"),
        ),
        key=("acorn_type", "item"),
        rules=(
            FrameRule(
                columns=("index", "uk_pct"),
                rule="index and UK share together give a share of at most 100 per cent",
                fix="check the index",
                broken=lambda frame: frame["index"] * frame["uk_pct"] / 100 > 100 + 1e-6,
            ),
        ),
        source_hint="the segmentation supplier's profile tables",
    ),
}
