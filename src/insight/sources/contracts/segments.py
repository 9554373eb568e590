"""Contracts of the segmentation: households with segment and ways to reach them, and lifestyle indices by segment."""

from __future__ import annotations

from insight.sources.contracts.base import Column, Contract, FrameRule

CATEGORIES = (1, 5)
TYPES = (1, 99)
TENURES = ("owned", "social_rented", "private_rented", "other")
MEDIA = ("press", "leaflet", "post", "email", "text", "telephone")
RESPONSES = ("press", "leaflet")
ITEM_GROUPS = ("money", "work", "health", "community", "digital", "channels")
EARLIEST, LATEST = 1991, 2100
DIMENSIONS = 4


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
            Column(
                name="acorn_category",
                type="integer",
                meaning="ACORN category, 1 the best off to 5 the least",
                minimum=CATEGORIES[0],
                maximum=CATEGORIES[1],
            ),
            Column(name="acorn_group", type="text", meaning="ACORN group, a letter"),
            Column(
                name="acorn_type",
                type="integer",
                meaning="number of the ACORN type",
                minimum=TYPES[0],
                maximum=TYPES[1],
            ),
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
    "lifestyle_indices": Contract(
        input="lifestyle_indices",
        describes="How common an item of lifestyle is in each ACORN type against the United Kingdom (index 100).",
        columns=(
            Column(
                name="acorn_type",
                type="integer",
                meaning="number of the ACORN type",
                minimum=TYPES[0],
                maximum=TYPES[1],
            ),
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
