"""Bonding and bridging by relation, strength and scale; the mixing matrix."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.standard import Note
from insight.display.words import from_code
from insight.privacy.loading import Inputs
from insight.stages.social_networks.analysis import Results
from insight.stages.social_networks.pictures.common import (
    HIDDEN,
    LIMITS_OVER,
    SOURCE,
    absent,
    shown,
    standing,
)
from insight.stages.social_networks.ties import ALL, HEADLINE

BONDING_COLUMNS = [
    "relation",
    "strength",
    "scale",
    "respondents",
    "contacts",
    "same_share",
    "expected_share",
    "ratio",
    "ratio_lower",
    "ratio_upper",
    "coleman",
    "e_i",
    "e_i_lower",
    "e_i_upper",
    "e_i_if_within",
    "e_i_if_beyond",
    "drawn_lower",
    "drawn_upper",
    "p",
    "overdispersion",
    "clustering",
    "status",
]


def _bonding_title(results: Results) -> str:
    if results.bonding.empty:
        return "Too few ties to compare with random mixing"
    rows = results.bonding[(results.bonding["relation"] == HEADLINE) & (results.bonding["strength"] == ALL)]
    rows = shown(rows, "ratio")
    if rows.empty:
        return "Too few ties to compare with random mixing"
    parts = [
        f"{row.ratio:.2f} times random mixing ({row.ratio_lower:.2f} to {row.ratio_upper:.2f}) in the {row.scale}"
        for row in rows.replace({"scale": {"wider": "wider area"}}).itertuples()
    ]
    return f"Ties within the ethnic group, household and kin left out: {', '.join(parts)}"


def bonding_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return observed over expected same-group ties by relation and scale, all strengths together."""
    if results.bonding.empty:
        return display.note("Too few ties of known group to compare with random mixing.", inputs.standing())
    title = _bonding_title(results)
    rows = results.bonding[results.bonding["strength"] == ALL]
    data = rows[["relation", "scale", "respondents", "ratio", "ratio_lower", "ratio_upper"]]
    return display.Figure(
        display.charts.dot_interval(
            data,
            label="relation",
            estimate="ratio",
            lower="ratio_lower",
            upper="ratio_upper",
            group="scale",
            reference=1.0,
            x_label="Ties within the group, for each by random mixing",
            percent=False,
        ),
        name="bonding",
        title=title,
        alt=f"Dots with intervals for {rows['relation'].nunique()} relations at {rows['scale'].nunique()} scales, "
        f"beside a line at one, where ties would mix at random. {title}.",
        caption=f"1 is random mixing given who lives there. {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=standing(inputs, "network_contacts", "network_composition"),
    )


def strength_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return E-I of close and other ties by relation."""
    rows = results.bonding
    if not rows.empty:
        rows = rows[(rows["strength"] != ALL) & (rows["scale"] == results.at_hand[0].name)]
    if rows.empty:
        return absent(inputs, "Closeness of contacts")
    data = rows[["relation", "strength", "respondents", "e_i", "e_i_lower", "e_i_upper"]]
    title = _strength_title(rows)
    return display.Figure(
        display.charts.dot_interval(
            data,
            label="relation",
            estimate="e_i",
            lower="e_i_lower",
            upper="e_i_upper",
            group="strength",
            reference=0.0,
            x_label="E-I index: -1 all ties within the group, +1 all beyond it",
            percent=False,
        ),
        name="strength",
        title=title,
        alt=f"Dots with intervals of E-I for close and other ties, {rows['relation'].nunique()} relations. {title}.",
        caption=f"Contacts whose closeness was not asked are in neither. {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=standing(inputs, "network_contacts"),
    )


def _strength_title(rows: pd.DataFrame) -> str:
    head = shown(rows[rows["relation"] == HEADLINE], "e_i").set_index("strength")
    if len(head) < 2:  # noqa: PLR2004 - a comparison has two sides
        return "Too few ties of each strength to compare"
    words = [
        f"{name} ties {row['e_i']:+.2f} ({row['e_i_lower']:+.2f} to {row['e_i_upper']:+.2f})"
        for name, row in head.iterrows()
    ]
    return f"E-I by strength, household and kin left out: {', '.join(words)}"


def bonding_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return ties against random mixing by relation, strength and scale, with bounds for contacts of unknown group."""
    if results.bonding.empty:
        return display.note("Too few ties of known group to compare with random mixing.", inputs.standing())
    frame = results.bonding[[name for name in BONDING_COLUMNS if name in results.bonding]]
    percent = ("same_share", "expected_share", "drawn_lower", "drawn_upper")
    plain = [name for name in frame if name.startswith(("ratio", "coleman", "e_i"))]
    drawn = f"{int(shown(results.bonding, 'p').shape[0])} comparisons"
    return display.Table(
        frame,
        name="bonding-table",
        title=_bonding_title(results),
        caption="Drawn: where 95 per cent of draws of each respondent's contacts from those at hand fall, their own "
        "leaning varying between respondents and going together within households and sessions as in the data "
        f"(overdispersion and clustering, 0 for none); p: as far off as observed, {drawn}, not adjusted for their "
        f"number. If within or beyond: E-I if all contacts of unknown group were so. {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs, "network_contacts", "network_composition"),
        formats=dict.fromkeys(percent, "{:.0%}")
        | dict.fromkeys(plain, "{:.2f}")
        | dict.fromkeys(("overdispersion", "clustering"), "{:.2f}")
        | {"contacts": "{:,.0f}", "p": "{:.3f}"},
    )


def _matrix_title(results: Results) -> str:
    rows = shown(results.mixing_matrix, "share")
    across = rows[rows["own_group"] != rows["other_group"]]
    if across.empty:
        return "Too few ties between groups to show"
    most = across.loc[across["share"].idxmax()]
    own, other = (from_code(most[name]) for name in ("own_group", "other_group"))
    return (
        f"The largest flow between groups: {most['share']:.0%} of ties of {own} respondents are with {other} contacts"
    )


def matrix_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the mixing matrix: of each group's ties, the share with each group."""
    title = _matrix_title(results)
    data = results.mixing_matrix[["own_group", "other_group", "respondents", "share", "status"]].assign(
        **{name: results.mixing_matrix[name].map(from_code) for name in ("own_group", "other_group")}
    )
    return display.Figure(
        display.charts.heatmap(data, row="own_group", column="other_group", value="share", value_label="Share of ties"),
        name="mixing-matrix",
        title=title,
        alt=f"Square grid of shares of ties, rows the respondents' groups, columns their contacts'. {title}.",
        caption=f"Rows add up to all ties of known group, household and kin left out. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=standing(inputs, "network_contacts"),
    )
