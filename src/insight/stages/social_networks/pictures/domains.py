"""Four domains of connectedness, by who people are; resource and position scores."""

from __future__ import annotations

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.stages.social_networks.analysis import Results
from insight.stages.social_networks.pictures.common import (
    HIDDEN,
    LIMITS_OVER,
    SHARES,
    SOURCE,
    absent,
    shown,
    standing,
)


def _domains_title(results: Results) -> str:
    rows = shown(results.domains[results.domains["who"] == "everybody"], "share")
    if rows.empty:
        return "Too few answers to say who is connected"
    least = rows.loc[rows["share"].idxmin()]
    return f"Of {len(rows)} domains, fewest are connected in {str(least['domain']).lower()}: {least['share']:.0%}"


def domains_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the share connected in each domain: everybody, in work, not in work."""
    title = _domains_title(results)
    data = results.domains.drop(columns=["status"])
    return display.Figure(
        display.charts.dot_interval(
            data,
            label="domain",
            estimate="share",
            lower="lower",
            upper="upper",
            group="who",
            x_label="Share of respondents connected",
        ),
        name="domains",
        title=title,
        alt=f"Dots with intervals for domains of connectedness, by work. {title}.",
        caption=f"Connected: at least as many ties as the params say. {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=standing(inputs, "network_contacts", "network_places", "network_resources"),
    )


def domains_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the share connected in each domain."""
    return display.Table(
        results.domains,
        name="domains-table",
        title=_domains_title(results),
        caption=f"Items not asked do not count as no. {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs, "network_contacts", "network_places", "network_resources"),
        formats=SHARES,
    )


def _crosstab_title(results: Results) -> str:
    rows = shown(results.crosstab, "share")
    if rows.empty:
        return "All cells of the cross-table are too small to show"
    spread = rows.groupby(["domain", "characteristic"])["share"].agg(lambda part: part.max() - part.min())
    domain, characteristic = spread.idxmax()
    words = f"{str(domain).lower()} by {str(characteristic).lower()}"
    return f"Connectedness differs most in {words}: a gap of {100 * spread.max():.0f} percentage points"


def crosstab_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return connectedness by characteristic and domain."""
    title = _crosstab_title(results)
    cells = results.crosstab.assign(who=results.crosstab["characteristic"] + ": " + results.crosstab["value"])
    data = cells[["who", "domain", "share", "status"]]
    return display.Figure(
        display.charts.heatmap(data, row="who", column="domain", value="share", value_label="Share connected"),
        name="crosstab",
        title=title,
        alt=f"Grid of shares connected by characteristic and domain. {title}.",
        caption=f"A description: the largest of many gaps is large partly by chance. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=standing(inputs, "network_contacts", "network_places", "network_resources"),
    )


def crosstab_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the cross-table with its limits."""
    return display.Table(
        results.crosstab,
        name="crosstab-table",
        title=_crosstab_title(results),
        caption=f"{LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs, "network_contacts", "network_places", "network_resources"),
        formats=SHARES,
    )


POSITION_SCORES = ("Highest status known (upper reach)", "Span of status known (range)")


def _scores_title(results: Results) -> str:
    rows = shown(results.scores[results.scores["who"] == "everybody"], "mean")
    rows = rows[~rows["score"].isin(POSITION_SCORES)]
    if rows.empty:
        return "Too few answers for scores"
    parts = [
        f"{row.mean:.0%} of {str(row.score).split(' of ', 1)[1]}"
        for row in rows.itertuples()
        if "through" not in row.score
    ]
    return f"Within reach on average: {', '.join(parts)}"


def scores_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return resource and position scores of everybody and by work."""
    rows = results.scores[results.scores["who"].isin(["everybody"]) | results.scores["who"].str.startswith("Work")]
    rows = rows[~rows["score"].isin(POSITION_SCORES)]
    if rows.empty:
        return absent(inputs, "Resources and occupations")
    title = _scores_title(results)
    data = rows.drop(columns=["status"])
    return display.Figure(
        display.charts.dot_interval(
            data,
            label="score",
            estimate="mean",
            lower="lower",
            upper="upper",
            group="who",
            x_label="Mean share of the items asked",
        ),
        name="scores",
        title=title,
        alt=f"Dots with intervals of {data['score'].nunique()} scores, everybody and by work. {title}.",
        caption=f"Items not asked count neither as yes nor as no. {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=standing(inputs, "network_resources", "network_positions"),
    )


def scores_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return resource and position scores by who people are."""
    if results.scores.empty:
        return absent(inputs, "Resources and occupations")
    return display.Table(
        results.scores,
        name="scores-table",
        title=_scores_title(results),
        caption="Upper reach and range are in points of the status scale, for respondents who know somebody in an "
        f"occupation asked; the others are shares. {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs, "network_resources", "network_positions"),
        formats=dict.fromkeys(("mean", "lower", "upper"), "{:,.2f}"),
    )
