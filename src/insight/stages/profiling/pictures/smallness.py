"""Small areas: funnel, raw beside shrunk; and what the data are: quality and catalogue."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.privacy.loading import Inputs
from insight.stages.profiling import measures, quality, small
from insight.stages.profiling.analysis import Results
from insight.stages.profiling.declaration import Params
from insight.stages.profiling.pictures.common import SOURCE, Shown, label, nothing, standing

INPUTS = ("indicators", "eyfs_counts", "lookup", "indicator_catalogue")


EXACT = {small.SHARE: "binomial limits around the common share", small.RATE: "Poisson limits around the common rate"}
POLARITIES = {"higher_better": "higher is better", "lower_better": "lower is better", "none": "neither is better"}
DRAWN = {
    small.SHARE: ("Raw: Wilson. Shrunk: beta-binomial", "cases"),
    small.RATE: ("Raw: Byar. Shrunk: gamma-Poisson", "residents"),
}


def _chosen(results: Results, params: Params, *, rates: bool) -> str:
    """Return the indicator to show: the share that the params name, or the rate that differs most beyond chance."""
    return (small.widest_rate(results.small_areas, "ward") or "") if rates else params.funnel_indicator


def _lacking(inputs: Inputs, indicator: str, level: str) -> display.Note:
    what = f"have a value of {indicator}" if indicator else "have a rate with counts behind it"
    return nothing(inputs, f"too few {level}s {what}", "indicators")


def funnel_picture(
    inputs: Inputs, results: Results, params: Params, *, level: str = "ward", rates: bool = False
) -> Shown:
    """Return the funnel plot of one share over wards or neighbourhoods, or of the rate that differs most."""
    indicator = _chosen(results, params, rates=rates)
    found = small.funnel(results.small_areas, indicator, level)
    if found is None:
        return _lacking(inputs, indicator, level)
    points = found.points
    out = points[points["outside"]]
    words = f"{len(out)} of {len(points)} {level}s lie outside 99.8 % limits"
    if found.phi > 1:
        inside = int(points["is_outside_overdispersed"].astype(bool).sum())
        words += f", {inside} once their spread (φ {found.phi:.1f}) is allowed for"
    title = f"{points['label'].iloc[0]}: {words}"
    return display.Figure(
        display.area_charts.funnel(
            points,
            found.limits,
            cases="cases",
            share="raw",
            label="name",
            outside="outside",
            common=found.common,
            x_label="Cases" if found.unit == small.SHARE else "Residents at risk",
            y_label=points["label"].iloc[0] + ("" if found.unit == small.SHARE else ", a thousand"),
            percent=found.unit == small.SHARE,
        ),
        name=f"funnel-{level}s" + ("-rate" if rates else ""),
        title=title,
        alt=f"Points of {len(points)} {level}s over their number of cases, funnel around "
        f"{measures.as_unit(found.common, found.unit)}. {title}.",
        caption=f"Exact {EXACT[found.unit]}: chance alone leaves one area in twenty, or one in five "
        "hundred, outside. Where areas differ beyond chance, limits widened by the root of the overdispersion φ too.",
        source=SOURCE,
        n=int(points["cases"].sum()),
        data=points[["name", "cases", "raw", *small.FLAGS, "status"]],
        standing=standing(inputs, *INPUTS),
    )


def shrunk_picture(inputs: Inputs, results: Results, params: Params, *, rates: bool = False) -> Shown:
    """Return raw and shrunk values of wards, side by side: of the share shown as a funnel, or of the rate."""
    rows, indicator = results.small_areas, _chosen(results, params, rates=rates)
    frame = rows[(rows["indicator"] == indicator) & (rows["level"] == "ward")].sort_values("shrunk")
    seen = frame[frame["status"] == ""]
    if seen.empty:
        return _lacking(inputs, indicator, "ward")
    unit, factor = str(seen["unit"].iloc[0]), 1 if rates else 100
    raw, drawn = (factor * (seen[column].max() - seen[column].min()) for column in ("raw", "shrunk"))
    prior, (ways, of_what) = float(seen["prior_cases"].iloc[0]), DRAWN[unit]
    span = "a thousand" if rates else "points"
    title = f"{seen['label'].iloc[0]}: wards span {raw:.0f} {span} raw, {drawn:.0f} once drawn together"
    long = pd.concat(
        [
            frame[["name", "raw", "raw_lower", "raw_upper"]].set_axis(["name", "share", "lower", "upper"], axis=1),
            frame[["name", "shrunk", "lower", "upper"]].set_axis(["name", "share", "lower", "upper"], axis=1),
        ],
        keys=["raw", "shrunk"],
        names=["kind"],
    ).reset_index(level="kind")
    return display.Figure(
        display.charts.dot_interval(
            long,
            label="name",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Events a thousand residents" if rates else "Share",
            group="kind",
            percent=not rates,
        ),
        name="raw-and-shrunk" + ("-rate" if rates else ""),
        title=title,
        alt=f"Two dots with 95 % intervals a ward, raw and shrunk, lowest first. {title}.",
        caption=f"{ways}, worth {prior:,.0f} {of_what} of the common distribution; its limits "
        "carry the uncertainty of that distribution.",
        source=SOURCE,
        n=int(seen["cases"].sum()),
        data=long,
        standing=standing(inputs, *INPUTS),
    )


def small_areas_table(inputs: Inputs, results: Results) -> Shown:
    """Return raw and shrunk shares of neighbourhoods."""
    frame = results.small_areas[results.small_areas["level"] == "neighbourhood"].copy()
    if frame.empty:
        return nothing(inputs, "fewer than five neighbourhoods have counts of their own", "indicators", "lookup")
    out = int(frame["is_outside_998"].eq(True).sum())  # noqa: FBT003
    values = ["raw", "raw_lower", "raw_upper", "shrunk", "lower", "upper", "common"]
    for column in values:
        frame[column] = [measures.as_unit(one, unit) for one, unit in zip(frame[column], frame["unit"], strict=True)]
    return display.Table(
        frame.drop(columns=["indicator", "level", "area"]),
        name="small-areas",
        title=f"{out} of {len(frame)} values of neighbourhoods lie outside the 99.8 % funnel",
        caption="Raw shares with Wilson limits and rates a thousand with Byar's, beside those drawn towards the "
        "neighbourhoods' common distribution (beta-binomial, gamma-Poisson). φ: how much neighbourhoods differ beyond "
        "chance. [c] small number.",
        source=SOURCE,
        n=len(frame),
        standing=standing(inputs, *INPUTS),
        formats={"cases": "{:,.0f}", "prior_cases": "{:,.0f}", "phi": "{:.1f}"},
    )


def quality_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the quality of each source of indicators."""
    frame = results.data_quality
    worst = frame[frame["rag"] == quality.RED]
    shares = ("wards_with_value", "suppressed", "counted", "documented")
    return display.Table(
        frame,
        name="data-quality",
        title=f"{len(worst)} of {len(frame)} sources are red on at least one count",
        caption=f"{quality.RULES}. A source's own grade is its worst. Age is counted to the reference day. Insight "
        "fetch: sources of the registry of open data that bring its indicators; empty where no open service has them.",
        source=SOURCE,
        n=int(frame["records"].sum()),
        standing=standing(inputs, *INPUTS),
        formats=dict.fromkeys(shares, "{:.0%}") | {"years_old": "{:.0f}"},
    )


def catalogue_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the catalogue: every indicator that a run can use, with definition, source, licence and where from."""
    used = set(results.entries)
    frame = results.catalogue.assign(
        theme=results.catalogue["theme"].map(label),
        polarity=results.catalogue["polarity"].map(POLARITIES),
        is_used=results.catalogue["indicator"].isin(used),
    )
    missing = sorted(code for code, entry in results.entries.items() if not entry.is_known)
    note = f" Without a row: {', '.join(missing)}." if missing else ""
    columns = [
        "theme",
        "label",
        "definition",
        "polarity",
        "source",
        "period",
        "geography",
        "licence",
        "fetch",
        "registry",
        "breaks",
    ]
    return display.Table(
        frame[[*columns, "caveat", "verified", "is_used"]],
        name="catalogue",
        title=f"{int(frame['is_used'].sum())} of {len(frame)} catalogued indicators have records in this run",
        caption="A row here and rows among the indicators make a new indicator. Registry: what `insight fetch` brings "
        f"it by. Breaks: years on either side are not comparable.{note}",
        source="data/reference/indicator_catalogue.csv and the council's own catalogue",
        n=len(frame),
        standing=standing(inputs, "indicators", "indicator_catalogue"),
    )
