"""Ties within and beyond ethnic groups: E-I and the share of the own group against what is at hand."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.privacy.loading import Inputs
from insight.stages.social_networks.analysis import Results
from insight.stages.social_networks.pictures.common import (
    HIDDEN,
    LIMITS_OVER,
    PLAIN,
    SHARES,
    SOURCE,
    points,
    shown,
    standing,
)
from insight.stages.social_networks.ties import HEADLINE


def _pooled(results: Results) -> tuple[float, float, float] | None:
    found = results.tests.get("bonding_strong")
    if not found or found[0].lower is None or found[0].upper is None:
        return None
    return found[0].estimate, found[0].lower, found[0].upper


def _ei_title(results: Results) -> str:
    pooled = _pooled(results)
    if pooled is None:
        return "Too few ties to more than one group for an E-I index of all"
    value, lower, upper = pooled
    words = "within" if upper < 0 else "beyond" if lower > 0 else "neither within nor beyond"
    told = f"E-I {value:+.2f} ({lower:+.2f} to {upper:+.2f})"
    text = f"Ties beyond household and kin run mostly {words} ethnic groups: {told}"
    return text.replace("mostly neither", "neither clearly")


def ei_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return E-I by ethnic group with what chance would give."""
    rows = results.mixing
    observed = rows.assign(what="observed", value=rows["e_i"], low=rows["e_i_lower"], high=rows["e_i_upper"])
    chance = rows.assign(what="by chance", value=rows["e_i_by_chance"])
    chance = chance.assign(low=chance["value"], high=chance["value"])
    data = pd.concat([observed, chance])[["group", "what", "value", "low", "high"]]
    title = _ei_title(results)
    return display.Figure(
        display.charts.dot_interval(
            data,
            label="group",
            estimate="value",
            lower="low",
            upper="high",
            group="what",
            reference=0.0,
            x_label="E-I index: -1 all ties within the group, +1 all beyond it",
            percent=False,
        ),
        name="e-i-by-group",
        title=title,
        alt=f"Dots with intervals of E-I for {len(rows)} ethnic groups beside the value by chance. {title}.",
        caption=f"The line at 0 is as many ties beyond as within. {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=standing(inputs, "network_contacts"),
    )


def ei_table(inputs: Inputs, results: Results) -> display.Table:
    """Return E-I of all ties, as a mean of respondents, with bounds for unknown groups, and against chance."""
    frame = results.measures
    return display.Table(
        frame,
        name="e-i-measures",
        title=_ei_title(results),
        caption=f"All ties together and the mean of respondents differ, so both stand here. {LIMITS_OVER}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs, "network_contacts"),
        formats=PLAIN,
    )


def _hand(results: Results) -> str:
    """Return where the shares at hand come from."""
    return "; ".join(f"{scale.name}: {scale.source}" for scale in results.at_hand)


def _excess_title(results: Results) -> str:
    found = results.tests.get("bonding_strong")
    if not found:
        return "Too few ties to compare with the groups at hand"
    part = found[1]
    if part.lower is not None and part.lower > 0:
        return f"Same-group ties exceed the share at hand by {100 * part.estimate:.0f} percentage points"
    return f"Same-group ties do not clearly exceed the share at hand ({points(part.estimate)})"


def availability_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the same-group share of ties beside the share of the own group at hand."""
    rows = results.mixing
    own = rows.assign(what="share of ties", value=rows["same_group"], low=rows["same_lower"], high=rows["same_upper"])
    hands = [
        rows.assign(what=f"at hand, {scale.name}", value=rows[name], low=rows[name], high=rows[name])
        for scale, name in zip(results.at_hand, [n for n in rows if n.startswith("at_hand")], strict=True)
    ]
    data = pd.concat([own, *hands])[["group", "what", "value", "low", "high"]]
    title = _excess_title(results)
    return display.Figure(
        display.charts.dot_interval(
            data,
            label="group",
            estimate="value",
            lower="low",
            upper="high",
            group="what",
            x_label="Share of the own ethnic group",
        ),
        name="same-group-share",
        title=title,
        alt=f"For {len(rows)} ethnic groups, the same-group share of ties beside the share at hand. {title}.",
        caption=f"At hand: the own group among those whom one could know, oneself left out "
        f"({_hand(results)}). {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=standing(inputs, "network_contacts"),
    )


def availability_table(inputs: Inputs, results: Results) -> display.Table:
    """Return ties by ethnic group against what is at hand."""
    percent = [name for name in results.mixing if name.startswith(("same_", "at_hand"))]
    plain = ("coleman", "e_i", "e_i_lower", "e_i_upper", "e_i_by_chance")
    return display.Table(
        results.mixing,
        name="mixing",
        title=_excess_title(results),
        caption=f"Coleman's index: 0 at chance, +1 all ties within the group. {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs, "network_contacts"),
        formats=dict.fromkeys(percent, "{:.0%}") | dict.fromkeys(plain, "{:+.2f}") | {"contacts": "{:,.0f}"},
    )


def _beyond_title(results: Results) -> str:
    rows = shown(results.beyond[results.beyond["kind"] == HEADLINE], "share")
    if rows.empty:
        return "Too few ties to say how many reach beyond"
    words = [f"{row.share:.0%} {row.beyond}" for row in rows.itertuples()]
    return f"Ties that reach beyond, household and kin left out: {', '.join(words)}"


def beyond_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the share of ties beyond area, ethnic group and kind of work, by kind of contact."""
    title = _beyond_title(results)
    data = results.beyond.drop(columns=["status"])
    return display.Figure(
        display.charts.dot_interval(
            data, label="kind", estimate="share", lower="lower", upper="upper", group="beyond", x_label="Share of ties"
        ),
        name="ties-beyond",
        title=title,
        alt=f"Dots with intervals by kind of contact and by what the ties reach beyond. {title}.",
        caption=f"People without work count as one kind of work. {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=standing(inputs, "network_contacts"),
    )


def beyond_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the shares of ties beyond each boundary."""
    return display.Table(
        results.beyond,
        name="ties-beyond-table",
        title=_beyond_title(results),
        caption=f"Contacts of unknown group or work are left out of that share. {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs, "network_contacts"),
        formats={**SHARES, "contacts": "{:,.0f}"},
    )
