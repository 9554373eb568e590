"""Pictures and tables of how the survey was taken: contact log, missing answers, places, margins, adjustment."""

from __future__ import annotations

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.sources.standing import Standing
from insight.stages.values_modes.analysis import Results
from insight.stages.values_modes.words import HIDDEN, MODEL_BASED, SOURCE, standing

QUOTAS = "Fieldwork plan; values survey and its field records"
PLAN = "Met: completed over planned, of the quotas set for shifts; rows of single shifts take each column by itself."
NO_PLAN = "The records set no quota for single shifts."
NO_LOG = "No field records of shifts were supplied: refusals, slots and places of interview are unknown."
NO_MARGINS = "No census margins were supplied: the sample is not compared with the residents, nor raked to them."


def field_quality_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return the contact log by slot and place."""
    frame = results.field_quality
    if frame.empty:
        return display.note(NO_LOG, standing(inputs))
    slots = frame[frame["by"] == "Slot"].sort_values("share")
    low, high = slots.iloc[0], slots.iloc[-1]
    planned = bool(frame["planned"].notna().any())
    return display.Table(
        frame,
        name="field-quality",
        title=f"From {low['share']:.0%} ({low['of']}) to {high['share']:.0%} ({high['of']}) of the eligible took part",
        caption="Cooperation rate: completed over completed and refused, 95 % Wilson limits that ignore shifts. "
        f"Counts are of people approached, not of respondents' answers. {PLAN if planned else NO_PLAN}",
        source="Field records of the values survey",
        n=int(frame.loc[frame["by"] == "Slot", "approached"].sum()),
        standing=inputs.standing("values_sessions"),
        formats=dict.fromkeys(("share", "lower", "upper", "met"), "{:.0%}") | {"planned": "{:,.0f}"},
        inapplicable=() if planned else ("planned", "met"),
    )


def quotas_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return interviews planned beside those achieved."""
    return display.quotas_picture(
        results.quotas, source=QUOTAS, n=results.respondents, standing=_standing_of_quotas(inputs)
    )


def quotas_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return interviews planned beside those achieved, as a table."""
    return display.quotas_table(
        results.quotas, source=QUOTAS, n=results.respondents, standing=_standing_of_quotas(inputs)
    )


def _standing_of_quotas(inputs: Inputs) -> Standing:
    used = ("values_survey", "values_sessions", "survey_quotas")
    return inputs.standing(*(name for name in used if inputs.has(name)))


def intraclass_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return likeness within interviewers' shifts."""
    return display.intraclass_table(results.intraclass, source=SOURCE, n=results.respondents, standing=standing(inputs))


def missing_table(inputs: Inputs, results: Results) -> display.Table:
    """Return missing answers by approach and translation."""
    frame = results.missing_answers
    return display.Table(
        frame,
        name="missing-answers",
        title=f"At most {float(frame['share_missing'].fillna(0).max()):.1%} of answers are missing",
        caption=f"Unweighted shares of answers to statements, and of sex, age and ethnic group, left empty. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs),
        formats=dict.fromkeys(("share_missing", "attributes_missing"), "{:.1%}"),
    )


def place_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return where people live against where they were met."""
    frame = results.place_of_interview
    if frame.empty:
        return display.note(NO_LOG, standing(inputs))
    shown = frame["respondents"].fillna(0)
    away = float(shown[frame["lives_in"] != frame["met_in"]].sum() / max(1.0, float(shown.sum())))
    title = f"About {away:.0%} were met outside the neighbourhood where they live"
    return display.Figure(
        display.charts.heatmap(
            frame, row="lives_in", column="met_in", value="respondents", value_label="Respondents", percent=False
        ),
        name="place-of-interview",
        title=title,
        alt=f"Grid of respondents by neighbourhood of residence, down, and of interview, across. {title}.",
        caption=f"Unweighted; shares by place are always by residence. The title leaves hidden cells out. {HIDDEN}",
        source="Values survey and its field records",
        n=results.respondents,
        data=frame,
        standing=inputs.standing("values_survey", "values_sessions"),
    )


def margins_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return the sample beside the census."""
    frame = results.margins
    if frame.empty:
        return display.note(NO_MARGINS, standing(inputs))
    worst = frame.loc[frame["gap"].abs().idxmax()]
    side = "more" if worst["gap"] > 0 else "fewer"
    title = f"{abs(worst['gap']) * 100:.0f} points {side} {worst['level']} than among residents is the widest gap"
    long = frame.assign(row=frame["variable"] + ": " + frame["level"]).melt(
        id_vars="row", value_vars=["unweighted", "weighted", "census"], var_name="of", value_name="share"
    )
    return display.Figure(
        display.charts.bars(long, label="row", value="share", x_label="Share", group="of"),
        name="census-margins",
        title=title,
        alt=f"Bars of unweighted, weighted and census shares for {len(frame)} levels. {title}.",
        caption=f"Shares within sex, age and ethnic group; residents of survey age. {HIDDEN}",
        source="Values survey; census margins as supplied",
        n=results.respondents,
        data=frame,
        standing=inputs.standing("values_survey", "census_margins"),
    )


def adjustment_table(inputs: Inputs, results: Results) -> display.Table:
    """Return shares of the groups unweighted, weighted and raked."""
    frame = results.adjustment
    spread = frame.groupby("group")["share"].agg(lambda own: own.max() - own.min()).max()
    return display.Table(
        frame,
        name="adjustment",
        title=f"Weights move no group by more than {spread * 100:.1f} points",
        caption=f"{MODEL_BASED} Errors of raked shares know of the raking; the weight's effect is Kish's; "
        f"least and most weight are in units of the mean weight.",
        source="Values survey; census margins where supplied",
        n=results.respondents,
        standing=standing(inputs),
        formats={
            **dict.fromkeys(("share", "lower", "upper"), "{:.1%}"),
            "se": "{:.3f}",
            **dict.fromkeys(("deff", "kish_deff", "least_weight", "most_weight"), "{:.2f}"),
            "n_eff": "{:,.0f}",
        },
    )


def samples_table(inputs: Inputs, results: Results) -> display.Table:
    """Return both surveys' respondents beside the residents they were drawn from."""
    frame = results.samples
    known = frame["sampled_share"].dropna()
    words = "unknown" if known.empty else f"{known.max():.1%}"
    return display.Table(
        frame,
        name="samples",
        title=f"The largest part of a neighbourhood's residents in the values survey is {words}",
        caption="Values survey and network survey share no key: how many answered both is unknown; the last column is "
        "the most that could have. Residents are of all ages. Intervals take no finite-population correction: for a "
        "quota sample there is none to take, and leaving it out is the careful side.",
        source="Values survey, network survey, area look-up",
        n=results.respondents,
        standing=standing(inputs),
        formats={"sampled_share": "{:.1%}", "residents": "{:,.0f}"},
    )
