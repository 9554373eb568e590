"""Pictures and tables of journeys: by age of the child, early or at a crisis, by rule and by coder."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.privacy.loading import Inputs
from insight.stages.service_mapping.analysis import ALL, Results
from insight.stages.service_mapping.pictures.wording import LIMITS, SOURCE, small_note, standing_of
from insight.stages.service_mapping.rules import in_words

AGE = "Age of the child in months, rounded; below zero is before birth"
PRIVACY = "Labels in an order of their own, ages rounded, no dates; shown because the families agreed."
HALF = 0.5


def journeys_picture(inputs: Inputs, results: Results) -> display.Figure | display.Table:
    """Return the families' journeys as small multiples; counts by age where they may not be shown."""
    if results.journeys.empty:
        return ages_table(inputs, results)
    order = {name: place for place, name in enumerate(results.prominence["service"])}
    frame = results.journeys.sort_values(
        ["service", "journey"], key=lambda one: one.map(order) if one.name == "service" else one, kind="stable"
    )
    panels = sorted(set(frame["journey"]))
    frame = pd.concat([frame[frame["journey"] == name] for name in panels])
    crisis = frame[frame["stage"] == "crisis"]
    most = results.prominence.iloc[0]
    title = (
        f"{most['service']} appears most; {len(crisis)} of {results.contacts} contacts came at a crisis, "
        f"in {in_words(crisis['journey'].nunique(), results.families)}"
    )
    return display.Figure(
        display.time_charts.journeys(
            frame,
            panel="journey",
            row="service",
            order=list(order),
            start="age_months",
            end="until_months",
            kind="stage",
            source="told_by",
            x_label=AGE,
            kinds=("early", "crisis"),
        ),
        name="journeys",
        title=title,
        alt=f"One small panel for each of {results.families} families: rows are groups of services, the child's age "
        f"runs to the right, marks tell early contacts from those at a crisis and who told of them. {title}.",
        caption=f"Colour and shape: early or at a crisis by the coder. Filling: who told of the contact. A line is a "
        f"contact that lasted. {PRIVACY} The map by calendar is written at level restricted only.",
        source=SOURCE,
        n=results.contacts,
        data=frame[["journey", "service", "age_months", "until_months", "stage", "told_by"]],
        standing=standing_of(inputs),
    )


def ages_table(inputs: Inputs, results: Results) -> display.Table:
    """Return contacts of all families by age and stage."""
    return display.Table(
        results.contacts_by_age,
        name="contacts-by-age",
        title=f"{results.contacts} contacts of {results.families} families by the child's age",
        caption="All families together." + small_note(results.contacts_by_age),
        source=SOURCE,
        n=results.contacts,
        standing=standing_of(inputs),
    )


def _early_title(results: Results) -> str:
    whole = results.early.iloc[-1]
    if pd.isna(whole["lower"]):
        return f"{whole['share']:.0%} of a family's contacts came early; too few families for limits"
    return (
        f"{whole['share']:.0%} of a family's contacts came early on average "
        f"({whole['lower']:.0%} to {whole['upper']:.0%})"
    )


def early_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the share of early contacts by journey and over all."""
    title = _early_title(results)
    return display.Figure(
        display.charts.dot_interval(
            results.early,
            label="journey",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share of contacts that came early",
            reference=HALF,
        ),
        name="early-share",
        title=title,
        alt=f"A dot with its interval for each journey and for {ALL.lower()}, against a line at one half. {title}.",
        caption="A journey's interval is Wilson's; the last row is a mean over families with Student's limits, which "
        "are wide because families are few.",
        source=SOURCE,
        n=results.contacts,
        data=results.early,
        standing=standing_of(inputs),
    )


def early_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the numbers behind the picture of early contacts."""
    return display.Table(
        results.early,
        name="early-share-table",
        title=_early_title(results),
        caption="95 per cent limits. A single journey stands for itself alone.",
        source=SOURCE,
        n=results.contacts,
        standing=standing_of(inputs),
        formats=LIMITS,
    )


def rules_table(inputs: Inputs, results: Results) -> display.Table:
    """Return contacts by the written rule against the coder's judgement."""
    return display.Table(
        results.rules,
        name="rules",
        title="The written rule of service and trigger against the coder's judgement",
        caption="Reactive: a professional referred before there was a crisis. The first rule that fits decides; a "
        "contact that none fits is unclassifiable." + small_note(results.rules),
        source=SOURCE,
        n=results.contacts,
        standing=standing_of(inputs),
    )


def coders_table(inputs: Inputs, results: Results) -> display.Table:
    """Return how far coder, rule and second coder agree."""
    known = results.coders.dropna(subset=["kappa"])
    title = "Agreement on early or crisis cannot be computed"
    if len(known):
        last = known.iloc[-1]
        title = f"Agreement on early or crisis, {last['compared']}: kappa {last['kappa']:.2f}"
    return display.Table(
        results.coders,
        name="coders",
        title=title,
        caption="Cohen's kappa; limits from families drawn whole. With few families these limits are rough.",
        source=SOURCE,
        n=results.contacts,
        standing=inputs.standing(*(name for name in ("service_contacts", "stage_codings") if inputs.has(name))),
        formats=dict.fromkeys(("kappa", "lower", "upper"), "{:.2f}")
        | dict.fromkeys(("observed", "agreement_on_early", "agreement_on_crisis"), "{:.0%}"),
    )


def firsts_table(inputs: Inputs, results: Results) -> display.Table | None:
    """Return how families first came to a service; nothing where they did not agree to be shown."""
    if results.firsts.empty:
        return None
    proactive = results.firsts.set_index("measure").loc["first contact of all was proactive", "families"]
    return display.Table(
        results.firsts,
        name="firsts",
        title=f"{in_words(int(proactive), results.families).capitalize()} came first through a proactive contact",
        caption="By the written rule. Counts of families, no inference: they were chosen, not drawn.",
        source=SOURCE,
        n=results.families,
        standing=standing_of(inputs),
        formats={"median_age_months": "{:.0f}"},
        inapplicable=("median_age_months",),
    )
