"""Trust, peers and the comparisons that decide claims."""

from __future__ import annotations

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.stages.social_networks.analysis import Results
from insight.stages.social_networks.pictures.common import (
    HIDDEN,
    LIMITS_OVER,
    PLAIN,
    SOURCE,
    absent,
    standing,
)


def _trust_title(results: Results) -> str:
    found = results.tests.get("distrust_of_outgroups")
    if not found:
        return "Scores of trust and of use of services"
    return (
        f"Own community scores {found[0].estimate:+.2f} against the council, {found[1].estimate:+.2f} against providers"
    )


def trust_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return the mean score of each item."""
    if results.trust.empty:
        return absent(inputs, "Trust items")
    title = _trust_title(results)
    data = results.trust.drop(columns=["status"])
    return display.Figure(
        display.charts.dot_interval(
            data,
            label="item",
            estimate="mean",
            lower="lower",
            upper="upper",
            x_label="Mean score, 1 to 5",
            percent=False,
        ),
        name="trust",
        title=title,
        alt=f"Dots with intervals of the mean score of {len(data)} items. {title}.",
        caption=f"Differences are tested on the same respondents, not from these intervals. {LIMITS_OVER}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=standing(inputs, "trust_items"),
    )


def trust_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return the mean score of each item."""
    if results.trust.empty:
        return absent(inputs, "Trust items")
    return display.Table(
        results.trust,
        name="trust-table",
        title=_trust_title(results),
        caption=f"Higher is more trust, or more use. {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs, "trust_items"),
        formats=dict.fromkeys(("mean", "lower", "upper"), "{:.2f}"),
    )


def associations_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the differences and the correlation that the claims are decided on."""
    clear = results.associations[(results.associations["lower"] > 0) | (results.associations["upper"] < 0)]
    return display.Table(
        results.associations,
        name="associations",
        title=f"{len(clear)} of {len(results.associations)} comparisons differ from nothing",
        caption="Associations of one survey; none says what brings what about. Limits are 95 per cent each, "
        "not widened for their number.",
        source=SOURCE,
        n=results.respondents,
        standing=inputs.standing(),
        formats=PLAIN,
    )
