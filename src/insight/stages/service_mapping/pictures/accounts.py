"""Pictures and tables of contacts: prominence of services, both accounts of them, steps between agencies."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.privacy.loading import Inputs
from insight.stages.service_mapping.analysis import Results
from insight.stages.service_mapping.pictures.wording import LIMITS, SOURCE, small_note, standing_of


def prominence_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return groups of services by their mean share of a family's contacts."""
    first = results.prominence.head(2)
    title = f"{first['service'].iloc[0]} and {first['service'].iloc[1]} appear most in the journeys"
    return display.Figure(
        display.charts.dot_interval(
            results.prominence,
            label="service",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Mean share of a family's contacts",
        ),
        name="prominence",
        title=title,
        alt=f"Dots with intervals for {len(results.prominence)} groups of services, most first. {title}.",
        caption="Mean over families with Student's limits. Services looked up are those that families named."
        + small_note(results.prominence),
        source=SOURCE,
        n=results.contacts,
        data=results.prominence,
        standing=standing_of(inputs),
    )


def prominence_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the numbers behind the picture of prominence."""
    return display.Table(
        results.prominence,
        name="prominence-table",
        title="Groups of services by contacts and by families that met them",
        caption="95 per cent limits of the mean share." + small_note(results.prominence),
        source=SOURCE,
        n=results.contacts,
        standing=standing_of(inputs),
        formats=LIMITS,
    )


def views_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return how much of what agencies recorded the families told of, by group of services."""
    known = results.views.dropna(subset=["share"])
    if known.empty:
        title = "Too few families for a comparison of both accounts"
    else:
        least = known.iloc[-1]
        title = f"Families tell least of {least['service']}: {least['share']:.0%} of its recorded contacts"
    return display.Figure(
        display.charts.dot_interval(
            results.views,
            label="service",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share of recorded contacts that the family told of",
        ),
        name="both-views",
        title=title,
        alt=f"Dots with intervals for {len(results.views)} groups of services: the share of contacts in agencies' "
        f"records that families told of too. {title}.",
        caption="Wilson's limits on the cases that clustering in families leaves. Records were drawn for services that "
        "families had named, so contacts missed by both cannot be estimated." + small_note(results.views),
        source=SOURCE,
        n=results.contacts,
        data=results.views,
        standing=standing_of(inputs),
    )


def views_table(inputs: Inputs, results: Results) -> display.Table:
    """Return both accounts in numbers."""
    return display.Table(
        results.views,
        name="both-views-table",
        title="Contacts recorded by agencies, told of too, and told of only by families",
        caption="95 per cent limits." + small_note(results.views),
        source=SOURCE,
        n=results.contacts,
        standing=standing_of(inputs),
        formats=LIMITS,
    )


def handovers_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return steps from one agency to another by groups of services."""
    order = results.prominence["service"].tolist()
    frame = results.handovers.sort_values(
        ["from_service", "to_service"], key=lambda one: one.map({name: place for place, name in enumerate(order)})
    )
    known = frame.dropna(subset=["handovers"])
    if known.empty:
        title = "Too few families for single handovers to be shown"
    else:
        most = known.loc[known["handovers"].astype(float).idxmax()]
        own = most["from_service"] == most["to_service"]
        where = (
            f"between agencies of {most['from_service']}"
            if own
            else "from {from_service} to {to_service}".format(**most)
        )
        title = f"The commonest handover runs {where}"
    grid = pd.MultiIndex.from_product([order, order], names=["from_service", "to_service"]).to_frame(index=False)
    cells = grid.merge(frame, how="left")
    if "status" not in cells.columns:
        cells["handovers"] = cells["handovers"].fillna(0)
    else:
        cells["handovers"] = cells["handovers"].where(cells["status"].notna(), 0)
    return display.Figure(
        display.charts.heatmap(
            cells,
            row="from_service",
            column="to_service",
            value="handovers",
            value_label="Handovers",
            percent=False,
        ),
        name="handovers",
        title=title,
        alt=f"Grid of {len(order)} groups of services by {len(order)}: rows the service left, columns the next one, "
        f"shade and number the handovers. {title}.",
        caption="Rows: the service left; columns: the next. A handover is a step to a contact with another agency, in "
        "order of time; it need not be a referral." + small_note(frame),
        source=SOURCE,
        n=int(known["handovers"].sum()),
        data=cells[["from_service", "to_service", "handovers"]],
        standing=standing_of(inputs),
    )


def measures_table(inputs: Inputs, results: Results) -> display.Table:
    """Return what was counted in each family, as means."""
    return display.Table(
        results.measures,
        name="measures",
        title=f"What {results.families} families met with, on average",
        caption="Means over families with Student's 95 per cent limits.",
        source=SOURCE,
        n=results.families,
        standing=standing_of(inputs),
        formats=dict.fromkeys(("mean", "lower", "upper"), "{:.1f}"),
    )


def accounts_table(inputs: Inputs, results: Results) -> display.Table:
    """Return who told of the contacts, and how far both accounts agree."""
    share = results.accounts["share"].iloc[-1]
    title = "Both accounts of the families' contacts"
    if not pd.isna(share):
        title = f"Positive agreement of families and agencies is {share:.0%}"
    return display.Table(
        results.accounts,
        name="accounts",
        title=title,
        caption="Positive agreement: twice the contacts told by both, over all tellings. Nobody lists contacts that "
        "never were, so there is no negative agreement and no kappa. Limits: families drawn whole.",
        source=SOURCE,
        n=results.contacts,
        standing=standing_of(inputs),
        formats=LIMITS,
        inapplicable=tuple(LIMITS),
    )


def reading_table(inputs: Inputs, results: Results) -> display.Table:
    """Return why these families, and what so few can and cannot tell."""
    return display.Table(
        results.reading,
        name="reading",
        title=f"What {results.families} families can and cannot tell",
        caption="Words in place of percentages: a share of so few families would look firmer than it is.",
        source=SOURCE,
        n=results.families,
        standing=standing_of(inputs),
    )
