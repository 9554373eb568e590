"""What is compared between councils: which column of which stage's table, and what makes two values one measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from insight.params import LoadedParams
from insight.privacy.loading import load_inputs

if TYPE_CHECKING:
    import pandas as pd

Label = Callable[[Mapping[str, Any]], str]
Definition = Callable[[LoadedParams, Mapping[str, Any]], str]
Basis = Literal["limits", "full count", "counts"]


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
    basis: Basis = "limits"


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


REMAINDER = "remainder"
LEAST_COST_GBP = 1.0


def _bounded_shares(frame: pd.DataFrame) -> pd.DataFrame:
    """Return segments' shares with the bounds of a full count: whatever could not be classed may belong to each."""
    is_rest = frame["stands"].eq(REMAINDER)
    open_share = frame[is_rest].set_index("unit")["share"].clip(lower=0).fillna(0)
    kept = frame[~is_rest]
    most = (kept["share"] + kept["unit"].map(open_share).fillna(0)).clip(upper=1)
    return kept.assign(least=kept["share"], most=most)


def _per_pound(frame: pd.DataFrame) -> pd.DataFrame:
    """Return schemes whose cost is known, with present value for each pound of it."""
    known = frame[frame["cost_gbp"].ge(LEAST_COST_GBP)]
    ends = {"ratio": "present_value_gbp", "ratio_low": "lower_gbp", "ratio_high": "upper_gbp"}
    return known.assign(**{name: known[column] / known["cost_gbp"] for name, column in ends.items()})


def _scheme(loaded: LoadedParams, row: Mapping[str, Any]) -> str:
    """Return what a scheme's value rests on: horizon, discounting, prices, and how much is attributed to it."""
    own = loaded.stages["benefits"]
    mine: Mapping[str, Any] = next((one for one in own["schemes"] if one.get("label") == row["scheme"]), {})
    low_to_high = " to ".join(f"{share:g}" for share in mine.get("attribution", [row["attribution"]]))
    return (
        f"{row['horizon_years']:g} years, {own['schedule']}, base year {own['base_year']}, "
        f"optimism bias {own['optimism_bias']}, attribution {low_to_high}"
    )


def _interviews(frame: pd.DataFrame) -> pd.DataFrame:
    """Return themes that are shown, with the number of interviews behind their shares."""
    shown = frame[frame["raised"].notna() & frame["of_all"].gt(0)]
    return shown.assign(interviews=(shown["raised"] / shown["of_all"]).round())


def _themes(_: LoadedParams, row: Mapping[str, Any]) -> str:
    return str(row["group"])


def _reached(loaded: LoadedParams, _: Mapping[str, Any]) -> str:
    own = loaded.stages["service_mapping"]
    return (
        f"focus wards, under {own['under_months']} months on {own['reach_on']}, sustained from "
        f"{own['sustained_contacts']} contacts in {own['reach_period_days']} days"
    )


def _by_form(loaded: LoadedParams, row: Mapping[str, Any]) -> str:
    own = loaded.stages["service_mapping"]
    return f"{row['period']}, matched within {own['matching_days']} days"


MEASURES = (
    Measure(
        name="segment-shares",
        title="Segments: shares of households and of output areas",
        stage="acorn_mapping",
        table="shares",
        estimate="share",
        lower="least",
        upper="most",
        n="count",
        label=lambda row: f"{row['category_name']}, {row['unit']}",
        rows=_bounded_shares,
        definition=_same,
        unit="share of all",
        basis="full count",
    ),
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
        name="themes",
        title="What families raised in interviews",
        stage="ethnography",
        table="themes",
        estimate="raised",
        lower="",
        upper="",
        n="interviews",
        label=lambda row: str(row["label"]),
        rows=_interviews,
        definition=_themes,
        unit="interviews",
        is_share=False,
        basis="counts",
    ),
    Measure(
        name="reach-definitions",
        title="Reach of services by what counts as reached",
        stage="service_mapping",
        table="reach_definitions",
        estimate="share",
        lower="lower",
        upper="upper",
        n="children",
        label=lambda row: f"{str(row['service']).replace('_', ' ')}, {row['definition']}, {row['threshold']} threshold",
        rows=_all,
        definition=_reached,
        unit="share of children",
    ),
    Measure(
        name="referrals",
        title="What came of referrals",
        stage="service_mapping",
        table="referrals",
        estimate="share",
        lower="lower",
        upper="upper",
        n="referrals",
        label=lambda row: f"{row['outcome']}, {row['period']}",
        rows=_all,
        definition=_by_form,
        unit="share of referrals",
    ),
    Measure(
        name="engagements",
        title="Contacts a child",
        stage="service_mapping",
        table="engagements",
        estimate="per_child",
        lower="lower",
        upper="upper",
        n="children",
        label=lambda row: str(row["place"]),
        rows=lambda frame: frame[frame["place"].isin(["focus wards", "borough"])],
        definition=_reached,
        unit="contacts a child",
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
        name="benefits",
        title="Benefits: present value for each pound of cost",
        stage="benefits",
        table="schemes",
        estimate="ratio",
        lower="ratio_low",
        upper="ratio_high",
        n="quantity",
        label=lambda row: str(row["scheme"]),
        rows=_per_pound,
        definition=_scheme,
        unit="pounds of present value for each pound of cost, cost taken as certain",
        is_share=False,
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
