"""What readers see of the linkage: its quality by group, and whom each service knows under each definition."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display import charts
from insight.display.figure import Figure
from insight.display.standard import Note
from insight.display.table import Table
from insight.display.words import from_code
from insight.privacy.loading import Inputs
from insight.sources.contracts.records import CENTRE, SHOWN_NAMES
from insight.stages.profiling.analysis import Results
from insight.stages.profiling.declaration import RECORDS
from insight.stages.profiling.linking import FIFTH

NOTHING = "Fewer than two services supplied records to link, so no cross-service picture is drawn."
SHOWN = {"share": "{:.1%}", "lower": "{:.1%}", "upper": "{:.1%}", "estimate": "{:.1%}"}


def _supplied(inputs: Inputs) -> list[str]:
    return [name for name in (*RECORDS, "service_engagements", "linkage_truth", "linkage_labels") if inputs.has(name)]


def linkage_table(inputs: Inputs, results: Results) -> Table | Note:
    """Return precision and recall of each way of linking by ethnic group."""
    frame = results.linkage_quality
    standing = inputs.standing(*_supplied(inputs))
    if frame.empty:
        return display.note(NOTHING, standing)
    recall = frame[(frame["measure"] == "recall") & (frame["method"] == "strict") & (frame["ethnic_group"] != "all")]
    known = recall.dropna(subset=["estimate"]).sort_values("estimate")
    title = "How sure the links are, by group"
    if len(known) > 1:
        low, high = known.iloc[0], known.iloc[-1]
        title = (
            f"At the higher threshold {low['estimate']:.0%} of true links are found among "
            f"{from_code(low['ethnic_group'])} children and {high['estimate']:.0%} among "
            f"{from_code(high['ethnic_group'])} children"
        )
    return Table(
        frame.assign(ethnic_group=frame["ethnic_group"].map(from_code)),
        name="linkage-quality",
        title=title,
        caption="Precision: share of linked pairs that are one child. Recall: share of true pairs that are linked. "
        "From a clerical sample recall is over the pairs that the rules propose and those near ones, agreeing in more "
        "particulars than they differ in, that no rule proposes; where the sample holds too few of these it is recall "
        "among proposed pairs, and no group's reach rests on it. "
        "Strict and lax are the two thresholds of match weight; deterministic is the baseline of exact keys. Where "
        "recall differs between groups, so does reach as it is counted.",
        source="Records of the services, linked by weight",
        n=int(frame["pairs"].max()),
        standing=standing,
        formats=SHOWN,
    )


def known_table(inputs: Inputs, results: Results) -> Table | Note:
    """Return whom each service knows, by definition of reach, place and group, at both thresholds."""
    frame = results.known
    standing = inputs.standing(*_supplied(inputs))
    if frame.empty:
        return display.note(NOTHING, standing)
    return Table(
        frame.assign(service=frame["service"].replace(SHOWN_NAMES), area=frame["area"].map(from_code)),
        name="known-to-services",
        title=_finding(results),
        caption="Registered: on the service's list. Seen once: a contact in the period. Sustained: as many contacts as "
        "the params ask. Each child counts once, however many records it has; children who moved away are left out. "
        "By place, children are the resident population; by group, the health visitors' list, as no count of "
        "residents by group is supplied.",
        source="Records and contacts of the services, linked by weight",
        n=int(frame["children"].max()),
        standing=standing,
        formats=SHOWN,
    )


def _whole(results: Results, threshold: str) -> dict[str, float]:
    frame = results.known
    rows = frame[(frame["service"] == CENTRE) & (frame["level"] == "all") & (frame["threshold"] == threshold)]
    return dict(zip(rows["definition"], rows["share"], strict=True))


def _finding(results: Results) -> str:
    shares = _whole(results, "higher")
    if "sustained" not in shares:
        return "Whom each service knows of the young children who live here"
    return (
        f"Children's centres have {shares['registered']:.0%} of young children on their lists, saw "
        f"{shares['seen once']:.0%} in the period and keep up with {shares['sustained']:.0%}"
    )


def known_picture(inputs: Inputs, results: Results) -> Figure | Note:
    """Return reach of children's centres under each definition, over all and in each neighbourhood and group."""
    frame = results.known
    standing = inputs.standing(*_supplied(inputs))
    rows = frame[(frame["service"] == CENTRE) & (frame["threshold"] == "higher")] if len(frame) else frame
    if rows.empty:
        return display.note(NOTHING, standing)
    rows = rows.assign(area=rows["area"].map(from_code))
    fig = charts.dot_interval(
        rows, label="area", estimate="share", lower="lower", upper="upper", group="definition", x_label="Share reached"
    )
    return Figure(
        fig,
        name="reach-by-definition",
        title=_finding(results),
        alt="Dots with intervals, one row a place or group, three definitions of reach in each row; the stricter the "
        "definition, the further left the dot.",
        caption="Reach of children's centres at the higher threshold of linkage; the table has the lower one too.",
        source="Records and contacts of the services, linked by weight",
        n=int(rows["children"].max()),
        data=rows.drop(columns=["threshold", "service"]),
        standing=standing,
    )


def deprived_picture(inputs: Inputs, results: Results) -> Figure | Note:
    """Return the share of the most deprived fifth's young children whom each service knows, by definition."""
    frame = results.known
    standing = inputs.standing(*_supplied(inputs))
    rows = frame[(frame["level"] == FIFTH) & (frame["threshold"] == "higher")] if len(frame) else frame
    if rows.empty:
        return display.note("No linked records come from the most deprived fifth of the borough's areas.", standing)
    rows = rows.assign(service=rows["service"].replace(SHOWN_NAMES))
    title = _deprived_finding(rows)
    return Figure(
        charts.dot_interval(
            rows,
            label="service",
            estimate="share",
            lower="lower",
            upper="upper",
            group="definition",
            x_label="Share of young children in the most deprived fifth",
        ),
        name="most-deprived-known",
        title=title,
        alt=f"Dots with intervals, a row a service, three definitions of reach in each row. {title}.",
        caption="Young children who live in the most deprived fifth of the borough's areas, of those areas that the "
        "linked records come from; Wilson's limits. The higher threshold of linkage; the table has the lower one too.",
        source="Records and contacts of the services, linked by weight",
        n=int(rows["children"].max()),
        data=rows.drop(columns=["threshold", "level", "area"]),
        standing=standing,
    )


def _deprived_finding(rows: pd.DataFrame) -> str:
    listed = rows[rows["definition"] == "registered"].dropna(subset=["share"]).sort_values("share")
    if len(listed) < 2:  # noqa: PLR2004 - a least and a most
        return "Whom of the most deprived fifth each service knows"
    least, most = listed.iloc[0], listed.iloc[-1]
    return (
        f"Of young children in the most deprived fifth {least['service']} lists {least['share']:.0%} and "
        f"{most['service']} {most['share']:.0%}"
    )
