"""Who was reached: sample, slots, flyers."""

from __future__ import annotations

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.sources.standing import Standing
from insight.stages.social_networks.analysis import Results
from insight.stages.social_networks.pictures.common import (
    HIDDEN,
    LIMITS_OVER,
    SHARES,
    SOURCE,
    absent,
    points,
    standing,
)

QUOTAS = "Fieldwork plan and network survey"


def _slots_title(results: Results) -> str:
    found = results.tests.get("sample_spread_by_slot")
    if not found:
        return "Who was met in each time slot"
    part = found[0]
    limits = (
        "" if part.lower is None or part.upper is None else f" ({100 * part.lower:+.0f} to {100 * part.upper:+.0f})"
    )
    return f"Share in work among those met in weekday daytime against others: {points(part.estimate)}{limits}"


def slots_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the composition of respondents by time slot."""
    title = _slots_title(results)
    data = results.slots.drop(columns=["status"])
    data = data.assign(**{name: data[name].str.capitalize() for name in ("characteristic", "slot")})
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
        caption=f"Likeness of slots is not likeness to residents, which needs the census. {LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=data,
        standing=standing(inputs),
    )


def slots_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the composition of respondents by time slot."""
    return display.Table(
        results.slots,
        name="slots-table",
        title=_slots_title(results),
        caption=f"{LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs),
        formats=SHARES,
    )


def sample_table(inputs: Inputs, results: Results) -> display.Table:
    """Return who was surveyed and where they were met."""
    return display.Table(
        results.sample,
        name="sample",
        title=f"{results.respondents:,} respondents, {results.months.replace('/', ' to ')}",
        caption="Households are the base of the last row, respondents of the others. The survey carries no weights. "
        f"{LIMITS_OVER} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs),
        formats=SHARES,
    )


def flyers_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return doors and surveys with and without a flyer beforehand."""
    if results.flyers.empty:
        return absent(inputs, "Fieldwork log")
    found = results.tests.get("flyers_build_trust")
    title = "Doors with and without a flyer"
    if found:
        title = f"A flyer beforehand goes with {points(found[0].estimate)} in the share of doors with a survey"
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


def _quotas_standing(inputs: Inputs) -> Standing:
    return standing(inputs, "survey_quotas")


def quotas_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return interviews planned beside those achieved."""
    return display.quotas_picture(
        results.quotas, source=QUOTAS, n=results.respondents, standing=_quotas_standing(inputs)
    )


def quotas_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return interviews planned beside those achieved, as a table."""
    return display.quotas_table(results.quotas, source=QUOTAS, n=results.respondents, standing=_quotas_standing(inputs))


def intraclass_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return likeness within interviewers' sessions."""
    return display.intraclass_table(results.intraclass, source=SOURCE, n=results.respondents, standing=standing(inputs))


def contact_log_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return doors visited and what came of them, by slot."""
    frame = results.contact_log
    if frame.empty:
        return absent(inputs, "Fieldwork log")
    known = frame.dropna(subset=["share"])
    title = "Doors visited by slot"
    if not known.empty:
        low, high = known.loc[known["share"].idxmin()], known.loc[known["share"].idxmax()]
        title = (
            f"From {low['share']:.0%} ({low['slot']}) to {high['share']:.0%} ({high['slot']}) of those asked took part"
        )
    return display.Table(
        frame,
        name="contact-log",
        title=title,
        caption="Share: surveys among doors where somebody answered, 95 % Wilson limits that ignore sessions. Doors, "
        "not people; those met at events and shops are not in the log.",
        source="Contact log of the fieldwork",
        n=int(frame["doors"].sum()),
        standing=inputs.standing("fieldwork_log"),
        formats=SHARES,
    )
