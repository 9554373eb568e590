"""Places: who goes where, and where the least connected can be met."""

from __future__ import annotations

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.stages.social_networks.analysis import Results
from insight.stages.social_networks.answers import CENTRALITY
from insight.stages.social_networks.logic import NOT_SUPPLIED
from insight.stages.social_networks.pictures.common import (
    HIDDEN,
    LIMITS_OVER,
    SHARES,
    SOURCE,
    absent,
    shown,
    standing,
)


def _places_title(results: Results) -> str:
    found = results.tests.get("local_life_self_contained")
    if not found:
        return "Places named by respondents"
    return f"{found[0].estimate:.0%} of the places named lie in the area"


def places_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return the share of respondents who named each place."""
    if results.places.empty:
        return absent(inputs, "Places")
    title = _places_title(results)
    data = results.places.drop(columns=["status", *CENTRALITY])
    return display.Figure(
        display.charts.bars(
            data,
            label="place",
            value="share",
            x_label="Share of respondents who named it",
            group="where",
            lower="lower",
            upper="upper",
        ),
        name="places",
        title=title,
        alt=f"Bars of {len(data)} places by share of respondents who named them. {title}.",
        caption=f"Respondents may name several places. {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=standing(inputs, "network_places"),
    )


def places_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return how many respondents named each place."""
    if results.places.empty:
        return absent(inputs, "Places")
    return display.Table(
        results.places,
        name="places-table",
        title=_places_title(results),
        caption="Degree, betweenness and closeness in the network of people and places, each over the other side. "
        f"Respondents may name several places. {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs, "network_places"),
        formats=SHARES | dict.fromkeys(CENTRALITY, "{:.2f}"),
    )


def _groups_title(results: Results) -> str:
    rows = shown(results.place_groups, "share")
    if rows.empty:
        return "All cells of places by group are too small to show"
    spread = rows.groupby(["place", "who"])["share"].agg(lambda part: part.max() - part.min())
    place, who = spread.idxmax()
    return f"Groups differ most by {str(who).lower()} at {place}: a gap of {100 * spread.max():.0f} percentage points"


def place_groups_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return which places reach whom: the share of each group that goes to each place."""
    if results.place_groups.empty:
        return absent(inputs, "Places")
    title = _groups_title(results)
    rows = results.place_groups
    data = rows.assign(group=rows["who"] + ": " + rows["value"])[["place", "group", "share", "status"]]
    return display.Figure(
        display.charts.heatmap(data, row="place", column="group", value="share", value_label="Share of the group"),
        name="place-groups",
        title=title,
        alt=f"Grid of {data['place'].nunique()} places by {data['group'].nunique()} groups, share that goes there. "
        f"{title}.",
        caption=f"A description: the largest of many gaps is large partly by chance. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=standing(inputs, "network_places"),
    )


def place_groups_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return the share of each group that goes to each place, with limits."""
    if results.place_groups.empty:
        return absent(inputs, "Places")
    return display.Table(
        results.place_groups,
        name="place-groups-table",
        title=_groups_title(results),
        caption=f"{LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs, "network_places"),
        formats=SHARES,
    )


def _outreach_title(results: Results) -> str:
    found = results.reached.fewest
    if found is None:
        return "Too few of the least connected to say where they can be met"
    if not found.is_possible:
        return f"No set of places reaches enough of the least connected: all together reach {found.most:.0%}"
    words = f"{len(found.places)} places reach {found.share:.0%} of the least connected: {', '.join(found.places)}"
    held = results.reached.held_out
    return words if held is None else f"{words} (as many chosen without those reached: {held:.0%})"


def outreach_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return the share of the least connected that places reach together, each adding most to those before."""
    if results.places.empty:
        return absent(inputs, "Places")
    title = _outreach_title(results)
    if results.outreach.empty:
        return display.note(f"{title}.", standing(inputs, "network_places"))
    data = results.outreach.drop(columns=["status"]).assign(
        step=[
            f"{number}. {place}"
            for number, place in zip(results.outreach["places"], results.outreach["place"], strict=True)
        ]
    )
    return display.Figure(
        display.charts.bars(data, label="step", value="reach", x_label="Share of the least connected reached so far"),
        name="outreach",
        title=title,
        alt=f"Bars of the share reached by one place, two places and so on, {len(data)} steps. {title}.",
        caption="Bars: each place is the one that adds most to those before it. Title: a smallest set of places by "
        "exact search, which may be another. Least connected: fewer contacts than the params ask for, nobody named "
        "among them. Steps that add few people are not shown. Chosen for those asked, so the reach flatters; the title "
        "gives it for people held out.",
        source=SOURCE,
        n=results.reached.people,
        data=data,
        standing=standing(inputs, "network_places"),
    )


def outreach_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return the steps of the outreach picture."""
    if results.outreach.empty:
        return absent(inputs, "Places or enough of the least connected")
    return display.Table(
        results.outreach,
        name="outreach-table",
        title=_outreach_title(results),
        caption="Added: least connected people whom a place reaches beyond those before it.",
        source=SOURCE,
        n=results.reached.people,
        standing=standing(inputs, "network_places"),
        formats={"reach": "{:.0%}", "added": "{:,.0f}"},
    )


def logic_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the logic of the survey: parts asked, domains, measures, and who people are."""
    from insight.display.flow import flow

    rows = results.logic
    missing = sorted({row.start for row in rows.itertuples() if row.start_detail == NOT_SUPPLIED})
    parts = rows.loc[rows["start_layer"] == 0, "start"].nunique()
    domains = rows.loc[rows["end_layer"] == 1, "end"].nunique()
    title = f"The survey runs from {parts} parts over {domains} domains to measures"
    if missing:
        title += f"; not supplied: {', '.join(missing).lower()}"
    return display.Figure(
        flow(rows),
        name="logic",
        title=title,
        alt=f"Boxes joined by arrows from left to right: parts of the survey with their questions, domains, "
        f"measures, and the characteristics by which measures are crossed. {title}.",
        caption="Drawn from the contracts of the survey's files, so an added question appears by itself.",
        source="Schema of the survey",
        n=results.respondents,
        data=rows,
        standing=standing(inputs),
    )
