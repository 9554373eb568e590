"""Pictures and tables of the social networks stage."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.sources.standing import Standing
from insight.stages.social_networks.analysis import Results
from insight.stages.social_networks.ties import ALL

SOURCE = "Network survey, names of contacts turned into counts"
HIDDEN = "Small counts are not shown ([c])."
HOUSEHOLDS = "Limits are 95 per cent and respect households."
SHARES = {"share": "{:.0%}", "lower": "{:.0%}", "upper": "{:.0%}"}
PLAIN = {"estimate": "{:.2f}", "lower": "{:.2f}", "upper": "{:.2f}"}


def _standing(inputs: Inputs, *names: str) -> Standing:
    return inputs.standing("network_egos", *(name for name in names if inputs.has(name)))


def _absent(inputs: Inputs, what: str) -> Note:
    return display.note(f"{what}: not supplied, so nothing to show here.", inputs.standing())


def _points(share: float) -> str:
    return f"{100 * share:+.0f} percentage points"


def _shown(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame[frame[column].notna()]


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
    return f"Ties run mostly {words} ethnic groups: E-I {value:+.2f} ({lower:+.2f} to {upper:+.2f})".replace(
        "mostly neither", "neither clearly"
    )


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
        caption=f"The line at 0 is as many ties beyond as within. {HOUSEHOLDS} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=_standing(inputs, "network_contacts"),
    )


def ei_table(inputs: Inputs, results: Results) -> display.Table:
    """Return E-I of all ties, as a mean of respondents, with bounds for unknown groups, and against chance."""
    frame = results.measures
    return display.Table(
        frame,
        name="e-i-measures",
        title=_ei_title(results),
        caption=f"All ties together and the mean of respondents differ, so both stand here. {HOUSEHOLDS}",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs, "network_contacts"),
        formats=PLAIN,
    )


def _excess_title(results: Results) -> str:
    found = results.tests.get("bonding_strong")
    if not found:
        return "Too few ties to compare with the groups at hand"
    part = found[1]
    if part.lower is not None and part.lower > 0:
        return f"Same-group ties exceed the share at hand by {100 * part.estimate:.0f} percentage points"
    return f"Same-group ties do not clearly exceed the share at hand ({_points(part.estimate)})"


def availability_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the same-group share of ties beside the share of the own group at hand."""
    rows = results.mixing
    own = rows.assign(what="share of ties", value=rows["same_group"], low=rows["same_lower"], high=rows["same_upper"])
    hand = rows.assign(what="share at hand", value=rows["at_hand"], low=rows["at_hand"], high=rows["at_hand"])
    data = pd.concat([own, hand])[["group", "what", "value", "low", "high"]]
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
        caption=f"At hand: the own group among those whom one could know, oneself left out. {HOUSEHOLDS} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=_standing(inputs, "network_contacts"),
    )


def availability_table(inputs: Inputs, results: Results) -> display.Table:
    """Return ties by ethnic group against what is at hand."""
    percent = ("same_group", "same_lower", "same_upper", "at_hand")
    plain = ("coleman", "e_i", "e_i_lower", "e_i_upper", "e_i_by_chance")
    return display.Table(
        results.mixing,
        name="mixing",
        title=_excess_title(results),
        caption=f"Coleman's index: 0 at chance, +1 all ties within the group. {HOUSEHOLDS} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs, "network_contacts"),
        formats=dict.fromkeys(percent, "{:.0%}") | dict.fromkeys(plain, "{:+.2f}") | {"contacts": "{:,.0f}"},
    )


def _beyond_title(results: Results) -> str:
    rows = _shown(results.beyond[results.beyond["kind"] == ALL], "share")
    if rows.empty:
        return "Too few ties to say how many reach beyond"
    words = [f"{row.share:.0%} {row.beyond}" for row in rows.itertuples()]
    return f"Ties that reach beyond: {', '.join(words)}"


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
        caption=f"People without work count as one kind of work. {HOUSEHOLDS} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=_standing(inputs, "network_contacts"),
    )


def beyond_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the shares of ties beyond each boundary."""
    return display.Table(
        results.beyond,
        name="ties-beyond-table",
        title=_beyond_title(results),
        caption=f"Contacts of unknown group or work are left out of that share. {HOUSEHOLDS} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs, "network_contacts"),
        formats={**SHARES, "contacts": "{:,.0f}"},
    )


def _domains_title(results: Results) -> str:
    rows = _shown(results.domains[results.domains["who"] == "everybody"], "share")
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
        caption=f"Connected: at least as many ties as the params say. {HOUSEHOLDS} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=_standing(inputs, "network_contacts", "network_places", "network_resources"),
    )


def domains_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the share connected in each domain."""
    return display.Table(
        results.domains,
        name="domains-table",
        title=_domains_title(results),
        caption=f"Items not asked do not count as no. {HOUSEHOLDS} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs, "network_contacts", "network_places", "network_resources"),
        formats=SHARES,
    )


def _crosstab_title(results: Results) -> str:
    rows = _shown(results.crosstab, "share")
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
    data = cells[["who", "domain", "share"]]
    return display.Figure(
        display.charts.heatmap(data, row="who", column="domain", value="share", value_label="Share connected"),
        name="crosstab",
        title=title,
        alt=f"Grid of shares connected by characteristic and domain. {title}.",
        caption=f"A description: the largest of many gaps is large partly by chance. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=_standing(inputs, "network_contacts", "network_places", "network_resources"),
    )


def crosstab_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the cross-table with its limits."""
    return display.Table(
        results.crosstab,
        name="crosstab-table",
        title=_crosstab_title(results),
        caption=f"{HOUSEHOLDS} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs, "network_contacts", "network_places", "network_resources"),
        formats=SHARES,
    )


def _places_title(results: Results) -> str:
    found = results.tests.get("local_life_self_contained")
    if not found:
        return "Places named by respondents"
    return f"{found[0].estimate:.0%} of the places named lie in the area"


def places_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return the share of respondents who named each place."""
    if results.places.empty:
        return _absent(inputs, "Places")
    title = _places_title(results)
    data = results.places.drop(columns=["status"])
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
        caption=f"Respondents may name several places. {HOUSEHOLDS} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=_standing(inputs, "network_places"),
    )


def places_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return how many respondents named each place."""
    if results.places.empty:
        return _absent(inputs, "Places")
    return display.Table(
        results.places,
        name="places-table",
        title=_places_title(results),
        caption=f"Respondents may name several places. {HOUSEHOLDS} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs, "network_places"),
        formats=SHARES,
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
        return _absent(inputs, "Trust items")
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
        caption=f"Differences are tested on the same respondents, not from these intervals. {HOUSEHOLDS}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=_standing(inputs, "trust_items"),
    )


def trust_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return the mean score of each item."""
    if results.trust.empty:
        return _absent(inputs, "Trust items")
    return display.Table(
        results.trust,
        name="trust-table",
        title=_trust_title(results),
        caption=f"Higher is more trust, or more use. {HOUSEHOLDS} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs, "trust_items"),
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


def _slots_title(results: Results) -> str:
    found = results.tests.get("sample_spread_by_slot")
    if not found:
        return "Who was met in each time slot"
    part = found[0]
    limits = (
        "" if part.lower is None or part.upper is None else f" ({100 * part.lower:+.0f} to {100 * part.upper:+.0f})"
    )
    return f"Share in work among those met in weekday daytime against others: {_points(part.estimate)}{limits}"


def slots_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the composition of respondents by time slot."""
    title = _slots_title(results)
    data = results.slots.drop(columns=["status"])
    return display.Figure(
        display.charts.bars(
            data,
            label="characteristic",
            value="share",
            x_label="Share of the slot's respondents",
            group="slot",
            lower="lower",
            upper="upper",
        ),
        name="slots",
        title=title,
        alt=f"Bars of characteristics of respondents, one colour a time slot. {title}.",
        caption=f"Likeness of slots is not likeness to residents, which needs the census. {HOUSEHOLDS} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=_standing(inputs),
    )


def slots_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the composition of respondents by time slot."""
    return display.Table(
        results.slots,
        name="slots-table",
        title=_slots_title(results),
        caption=f"{HOUSEHOLDS} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs),
        formats=SHARES,
    )


def sample_table(inputs: Inputs, results: Results) -> display.Table:
    """Return who was surveyed and where they were met."""
    return display.Table(
        results.sample,
        name="sample",
        title=f"{results.respondents:,} respondents, {results.months.replace('/', ' to ')}",
        caption=f"Households are the base of the last row, respondents of the others. {HOUSEHOLDS} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs),
        formats=SHARES,
    )


def flyers_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return doors and surveys with and without a flyer beforehand."""
    if results.flyers.empty:
        return _absent(inputs, "Fieldwork log")
    found = results.tests.get("flyers_build_trust")
    title = "Doors with and without a flyer"
    if found:
        title = f"A flyer beforehand goes with {_points(found[0].estimate)} in the share of doors with a survey"
    return display.Table(
        results.flyers,
        name="flyers",
        title=title,
        caption=f"Streets were not drawn by lot, so other things may differ. Limits respect streets. {HIDDEN}",
        source="Contact log of the fieldwork",
        n=int(results.flyers["doors"].sum()),
        standing=inputs.standing("fieldwork_log"),
        formats=SHARES,
    )
