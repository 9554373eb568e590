"""Pictures and tables of service mapping; a journey is shown only where the families agreed."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.privacy.loading import Inputs
from insight.sources.standing import Standing
from insight.stages.service_mapping.analysis import ALL, Results
from insight.stages.service_mapping.reach import NEEDED
from insight.stages.service_mapping.rules import in_words

SOURCE = "Interviews of mapped families; records of the services they named"
LIMITS = {"share": "{:.0%}", "lower": "{:.0%}", "upper": "{:.0%}"}
AGE = "Age of the child in months, rounded; below zero is before birth"
PRIVACY = "Labels in an order of their own, ages rounded, no dates; shown because the families agreed."
HALF = 0.5


def _standing(inputs: Inputs) -> Standing:
    return inputs.standing("service_contacts")


def _small(frame: pd.DataFrame) -> str:
    return " Cells of few families are not shown." if "status" in frame.columns else ""


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
        standing=_standing(inputs),
    )


def ages_table(inputs: Inputs, results: Results) -> display.Table:
    """Return contacts of all families by age and stage."""
    return display.Table(
        results.contacts_by_age,
        name="contacts-by-age",
        title=f"{results.contacts} contacts of {results.families} families by the child's age",
        caption="All families together." + _small(results.contacts_by_age),
        source=SOURCE,
        n=results.contacts,
        standing=_standing(inputs),
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
        standing=_standing(inputs),
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
        standing=_standing(inputs),
        formats=LIMITS,
    )


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
        + _small(results.prominence),
        source=SOURCE,
        n=results.contacts,
        data=results.prominence,
        standing=_standing(inputs),
    )


def prominence_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the numbers behind the picture of prominence."""
    return display.Table(
        results.prominence,
        name="prominence-table",
        title="Groups of services by contacts and by families that met them",
        caption="95 per cent limits of the mean share." + _small(results.prominence),
        source=SOURCE,
        n=results.contacts,
        standing=_standing(inputs),
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
        "families had named, so contacts missed by both cannot be estimated." + _small(results.views),
        source=SOURCE,
        n=results.contacts,
        data=results.views,
        standing=_standing(inputs),
    )


def views_table(inputs: Inputs, results: Results) -> display.Table:
    """Return both accounts in numbers."""
    return display.Table(
        results.views,
        name="both-views-table",
        title="Contacts recorded by agencies, told of too, and told of only by families",
        caption="95 per cent limits." + _small(results.views),
        source=SOURCE,
        n=results.contacts,
        standing=_standing(inputs),
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
        "order of time; it need not be a referral." + _small(frame),
        source=SOURCE,
        n=int(known["handovers"].sum()),
        data=cells[["from_service", "to_service", "handovers"]],
        standing=_standing(inputs),
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
        standing=_standing(inputs),
        formats=dict.fromkeys(("mean", "lower", "upper"), "{:.1f}"),
    )


def referrals_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return what became of referrals in the earlier and the later period."""
    first = results.referrals["outcome"].iloc[0]
    shares = results.referrals.loc[results.referrals["outcome"] == first, "share"].tolist()
    has_both = all(not pd.isna(value) for value in shares)
    title = (
        f"Referrals {first}: {shares[0]:.0%} in the earlier period, {shares[1]:.0%} in the later one"
        if has_both
        else "Too few referrals for a comparison of the two periods"
    )
    return display.Figure(
        display.charts.dot_interval(
            results.referrals,
            label="outcome",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share of referrals",
            group="period",
        ),
        name="referrals",
        title=title,
        alt="Dots with intervals in two periods for referrals acted on, assessed again for what was known, and seen "
        f"jointly. {title}.",
        caption="Wilson's limits on the cases that clustering in families leaves.",
        source="Referral logs",
        n=int(results.referrals.groupby("period")["referrals"].first().sum()),
        data=results.referrals,
        standing=inputs.standing("referrals"),
    )


def referrals_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the numbers behind the picture of referrals."""
    return display.Table(
        results.referrals,
        name="referrals-table",
        title="Referrals by what became of them, in two periods",
        caption="95 per cent limits.",
        source="Referral logs",
        n=int(results.referrals.groupby("period")["referrals"].first().sum()),
        standing=inputs.standing("referrals"),
        formats=LIMITS,
    )


def referrals_to_table(inputs: Inputs, results: Results) -> display.Table:
    """Return referrals by the agency asked."""
    return display.Table(
        results.referrals_to,
        name="referrals-to",
        title="Referrals by the agency asked, with the share acted on",
        caption="95 per cent limits. Small numbers acted on are not shown.",
        source="Referral logs",
        n=int(results.referrals_to["referrals"].sum()),
        standing=inputs.standing("referrals"),
        formats=LIMITS,
    )


def goals_table(inputs: Inputs, results: Results) -> display.Table | None:
    """Return whose goals stand in CAF plans, by form; nothing where no plans were supplied."""
    if results.goals.empty:
        return None
    return display.Table(
        results.goals,
        name="goals",
        title="Goals of CAF plans that are the parent's own, by form",
        caption="95 per cent limits, allowing for several goals in a plan.",
        source="CAF plans",
        n=int(results.goals["goals"].sum()),
        standing=inputs.standing("caf_plans"),
        formats=LIMITS,
    )


def reach_picture(inputs: Inputs, results: Results) -> display.Figure | None:
    """Return reach of children's centres by need of the area; nothing where rosters were not supplied."""
    frame = results.reach
    if frame.empty:
        return None
    first = frame.iloc[0]
    title = (
        f"Children's centres have {first['share']:.0%} of the children of the {first['areas_by_need']} on their rosters"
        if not pd.isna(first["share"])
        else "Too few children for reach in the neediest areas"
    )
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="areas_by_need",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share of children",
            group="measure",
        ),
        name="reach-by-need",
        title=title,
        alt="Dots with intervals for five fifths of areas by need: children registered at a children's centre, and "
        f"those in touch within the year. {title}.",
        caption="Need is the share of an area's young children in homes on a benefit. Wilson's limits on what "
        "clustering in areas leaves.",
        source="Rosters of children's centres and benefits; look-up of areas",
        n=int(frame.groupby("areas_by_need")["children"].first().sum()),
        data=frame,
        standing=inputs.standing(*NEEDED),
    )


def reach_table(inputs: Inputs, results: Results) -> display.Table | None:
    """Return the numbers behind the picture of reach."""
    if results.reach.empty:
        return None
    return display.Table(
        results.reach,
        name="reach-by-need-table",
        title="Children's centres' reach by need of the area",
        caption="95 per cent limits.",
        source="Rosters of children's centres and benefits; look-up of areas",
        n=int(results.reach.groupby("areas_by_need")["children"].first().sum()),
        standing=inputs.standing(*NEEDED),
        formats=LIMITS,
    )


def problems_table(inputs: Inputs, results: Results) -> display.Table | None:
    """Return interviews that raise a problem with early help; nothing where no codings were supplied."""
    if results.problems.empty:
        return None
    return display.Table(
        results.problems,
        name="problems-with-early-help",
        title="Interviews that raise a problem with help that comes early",
        caption="Raised without prompting, in a negative tone. Wilson's 95 per cent limits.",
        source="Codings of the interviews",
        n=int(results.problems["interviews"].iloc[0]),
        standing=inputs.standing("interviews", "codings"),
        formats=LIMITS,
    )


def rules_table(inputs: Inputs, results: Results) -> display.Table:
    """Return contacts by the written rule against the coder's judgement."""
    return display.Table(
        results.rules,
        name="rules",
        title="The written rule of service and trigger against the coder's judgement",
        caption="Reactive: a professional referred before there was a crisis. The first rule that fits decides; a "
        "contact that none fits is unclassifiable." + _small(results.rules),
        source=SOURCE,
        n=results.contacts,
        standing=_standing(inputs),
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
        standing=_standing(inputs),
        formats={"median_age_months": "{:.0f}"},
        inapplicable=("median_age_months",),
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
        standing=_standing(inputs),
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
        standing=_standing(inputs),
    )
