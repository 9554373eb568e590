"""Tables of the values stage."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.stages.values_modes.analysis import Results
from insight.stages.values_modes.likeness import AS_SAMPLED, WEIGHTED
from insight.stages.values_modes.sample import typology
from insight.stages.values_modes.words import HIDDEN, MODE_SHARES, MODEL_BASED, NOTHING_ASKED, SOURCE, standing


def typology_table(inputs: Inputs) -> display.Table:
    """Return what the modes are."""
    frame = typology()[["group", "mode_name", "description", "source", "licence", "verified"]]
    return display.Table(
        frame,
        name="typology",
        title="Twelve modes in three groups",
        caption="Descriptions in our own words. The questionnaire and its scoring belong to the method's owner.",
        source="data/reference/values_modes.csv",
        n=len(frame),
        standing=standing(inputs),
    )


def statements_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return agreement by statement."""
    if results.statements.empty:
        return display.note(NOTHING_ASKED, standing(inputs))
    shares = ("leading_mode", "other_modes", "difference", "lower", "upper", "variance_between_groups")
    return display.Table(
        results.statements,
        name="statements-table",
        title="Agreement of the leading mode and of all others",
        caption="Rank among the twelve modes with simultaneous limits. The last column is the part of the answers' "
        f"variance between the three groups. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs),
        formats={**dict.fromkeys(shares, "{:.1%}"), **dict.fromkeys(("rank", "rank_lower", "rank_upper"), "{:.0f}")},
    )


def settings_table(inputs: Inputs, results: Results) -> display.Table:
    """Return where interviews took place by neighbourhood."""
    otherwise = int(results.settings["mostly_otherwise"].sum())
    return display.Table(
        results.settings,
        name="settings",
        title=f"In {otherwise} of {len(results.settings)} neighbourhoods most were not met in streets or centres",
        caption=f"Unweighted counts of interviews. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs),
        formats={"share_in_public": "{:.0%}"},
    )


def modes_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the modes as a table, unweighted beside weighted."""
    design = results.design
    return display.Table(
        results.modes,
        name="modes-table",
        title="Modes by group",
        caption=f"Weights run from {design.smallest_weight:.2f} to {design.largest_weight:.2f}; Kish design effect "
        f"{design.kish_deff:.2f}, effective n {design.n_eff:,.0f} of {design.n:,}. Respondents and the last share are "
        f"unweighted. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs),
        formats=MODE_SHARES,
    )


def groups_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the three groups beside a national benchmark."""
    has_index = "index" in results.groups
    words = (
        "Index 100 is the national share; limits from the logarithm of the ratio. The benchmark is of another year and "
        "quoted at second hand; where its n is unpublished the interval carries this survey's error only, as the last "
        "column says. No benchmark for single modes is known, so none is indexed."
        if has_index
        else "No benchmark is known, so that no index is given."
    )
    return display.Table(
        results.groups,
        name="groups",
        title="The three groups, and what is known of them nationally",
        caption=words,
        source=f"{SOURCE}; {typology()['benchmark_source'].iloc[0]}" if has_index else SOURCE,
        n=results.respondents,
        standing=standing(inputs),
        formats={
            **MODE_SHARES,
            "se": "{:.3f}",
            "deff": "{:.2f}",
            "n_eff": "{:,.0f}",
            "respondents": "{:,.0f}",
            "national_share": "{:.0%}",
            "national_year": "{:.0f}",
            **dict.fromkeys(("index", "index_lower", "index_upper"), "{:.0f}"),
        },
    )


def shares_table(inputs: Inputs, results: Results) -> display.Table:
    """Return shares of groups and modes by ward, neighbourhood, ethnic group, age and language."""
    return display.Table(
        results.shares_by,
        name="shares-by-domain-table",
        title="Groups and modes by ward, neighbourhood, ethnic group, age and language",
        caption=f"Weighted shares with design-based intervals; the last share is unweighted. {MODEL_BASED} {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs),
        formats={**MODE_SHARES, "se": "{:.3f}", "n_eff": "{:,.0f}"},
    )


RESIDUALS = {
    **dict.fromkeys(("share", "lower", "upper"), "{:.1%}"),
    "residual": "{:.1f}",
    "respondents": "{:.0f}",
    "p_adjusted": "{:.3f}",
}


def ethnic_table(inputs: Inputs, results: Results) -> display.Table:
    """Return modes by ethnic group as a table."""
    return display.Table(
        results.residuals_by_ethnic_group,
        name="modes-by-ethnic-group-table",
        title="Modes by ethnic group: adjusted residuals",
        caption="Unweighted, without counts: they would give away the few not compared. P-values are Holm-adjusted "
        f"over the table. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs),
        formats=RESIDUALS,
    )


def neighbourhood_table(inputs: Inputs, results: Results) -> display.Table:
    """Return modes by neighbourhood as a table."""
    return display.Table(
        results.modes_by_neighbourhood,
        name="modes-by-neighbourhood-table",
        title="Modes by neighbourhood",
        caption="Unweighted, with Wilson's 95 % limits on the cases that clustering leaves; p-values are Holm-adjusted "
        f"over the table. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs),
        formats=RESIDUALS,
    )


def equivalence_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the comparisons with limits, adjusted tests and verdicts."""
    return display.Table(
        results.equivalence,
        name="equivalence-table",
        title=_turned_by_weights(results.equivalence),
        caption="On the three groups (which decide) and on the twelve modes; weighted (which decides) and with every "
        "respondent counted alike, clusters and strata kept. Limits are one-sided 95 %; p is of independence "
        "(second-order Rao-Scott), Holm-adjusted within each way of weighting. Gaps between "
        f"neighbourhoods would need about {results.needed_per_neighbourhood:,} respondents in each to be put inside "
        "the margin.",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs),
        formats={
            **dict.fromkeys(("design_factor", "v", "v_lower", "v_upper", "p_adjusted"), "{:.3f}"),
            **dict.fromkeys(("largest_gap", "gap_upper"), "{:.1%}"),
        },
    )


def _turned_by_weights(table: pd.DataFrame) -> str:
    by = table.set_index(["comparison", "outcome", "weights"])["verdict"]
    verdicts = pd.DataFrame({name: by.xs(name, level="weights") for name in (WEIGHTED, AS_SAMPLED)}).dropna()
    turned = int((verdicts[WEIGHTED] != verdicts[AS_SAMPLED]).sum())
    return f"The verdict on {turned} of {len(verdicts)} comparisons changes when respondents are not weighted"


def gaps_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the largest gaps of each comparison."""
    return display.Table(
        results.largest_gaps,
        name="largest-gaps",
        title="The largest gaps, first group less second",
        caption="Limits are for each gap alone at 90 %; correlation within shifts is allowed for. The largest of many "
        "gaps is large by chance too.",
        source=SOURCE,
        n=results.respondents,
        standing=standing(inputs),
        formats=dict.fromkeys(("gap", "lower", "upper"), "{:.1%}"),
    )
