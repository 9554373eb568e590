"""What is compared between councils: which column of which stage's table, and what makes two values one measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from insight.params import LoadedParams
from insight.privacy.loading import load_inputs

if TYPE_CHECKING:
    import pandas as pd

Label = Callable[[Mapping[str, Any]], str]
Definition = Callable[[LoadedParams, Mapping[str, Any]], str]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measure that a stage's table holds for every council alike.

    ``rows`` picks rows of the table; ``label`` names what each is of (a category, a service); ``definition`` says how
    it was defined for a council, in words: values are compared only where these agree.
    """

    name: str
    title: str
    stage: str
    table: str
    estimate: str
    lower: str
    upper: str
    n: str
    label: Label
    rows: Callable[[pd.DataFrame], pd.DataFrame]
    definition: Definition
    unit: str
    is_share: bool = True


def _same(_: LoadedParams, __: Mapping[str, Any]) -> str:
    return "as the workbook defines it"


def _all(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


def _attainment(loaded: LoadedParams, _: Mapping[str, Any]) -> str:
    """Return which attainment measure the counts hold, and between which years the change runs."""
    own = loaded.stages["outcomes"]
    counts = load_inputs(loaded.council.slug, ("eyfs_counts",), loaded=loaded).table("eyfs_counts")
    held = counts[counts["year"].isin([own["before_year"], own["after_year"]])]
    pairs = held[["definition_version", "threshold_points"]].drop_duplicates().astype(str)
    named = "; ".join(f"{version}, {points} points" for version, points in pairs.itertuples(index=False))
    return f"{named}; {own['before_year']} to {own['after_year']}"


def _point(loaded: LoadedParams, row: Mapping[str, Any]) -> str:
    """Return which ages an engagement point means, since councils draw their pathways differently."""
    for point in loaded.stages["outcomes"]["engagement_points"]:
        if point["code"] == row["point"]:
            ages = f"{point.get('from_days', 0)} to {point.get('to_days', 0)} days"
            return "in pregnancy" if point.get("is_pregnant") else ages
    return "not in the pathway"


def _indicator(_: LoadedParams, row: Mapping[str, Any]) -> str:
    return f"{row['period']}, {row['unit']}"


MEASURES = (
    Measure(
        name="segment-index",
        title="Segments: index against the United Kingdom",
        stage="acorn_mapping",
        table="shares",
        estimate="index",
        lower="index_low",
        upper="index_high",
        n="count",
        label=lambda row: f"{row['category_name']}, {row['unit']}",
        rows=_all,
        definition=_same,
        unit="index, 100 is the reference",
        is_share=False,
    ),
    Measure(
        name="reach",
        title="Reach of services among children under five",
        stage="profiling",
        table="reach",
        estimate="reach",
        lower="lower",
        upper="upper",
        n="children_0_4",
        label=lambda row: str(row["service"]),
        rows=lambda frame: frame[frame["level"].eq("borough")],
        definition=_same,
        unit="share of children under five",
    ),
    Measure(
        name="values-groups",
        title="Values groups among parents",
        stage="values_modes",
        table="groups",
        estimate="share",
        lower="lower",
        upper="upper",
        n="respondents",
        label=lambda row: str(row["group"]),
        rows=_all,
        definition=_same,
        unit="share of respondents",
    ),
    Measure(
        name="mixing",
        title="Mixing between ethnic groups: E-I index",
        stage="social_networks",
        table="mixing",
        estimate="e_i",
        lower="e_i_lower",
        upper="e_i_upper",
        n="respondents",
        label=lambda row: str(row["group"]),
        rows=_all,
        definition=_same,
        unit="E-I index, -1 within the group to 1 beyond it",
        is_share=False,
    ),
    Measure(
        name="pathway",
        title="Visits by point of the pathway",
        stage="outcomes",
        table="visits",
        estimate="estimate",
        lower="lower",
        upper="upper",
        n="total",
        label=lambda row: str(row["label"]),
        rows=_all,
        definition=_point,
        unit="share of visits",
    ),
    Measure(
        name="attainment",
        title="Change in attainment at five",
        stage="outcomes",
        table="attainment",
        estimate="estimate",
        lower="lower",
        upper="upper",
        n="cohort_after",
        label=lambda row: str(row["label"]),
        rows=lambda frame: frame[frame["label"].isin(["All pilot wards", "All other wards"])],
        definition=_attainment,
        unit="difference of shares",
    ),
    Measure(
        name="indicators",
        title="Indicators of the whole borough",
        stage="profiling",
        table="comparisons",
        estimate="value",
        lower="lower",
        upper="upper",
        n="cases",
        label=lambda row: str(row["label"]),
        rows=lambda frame: frame[frame["level"].eq("borough")],
        definition=_indicator,
        unit="the indicator's own",
        is_share=False,
    ),
)
