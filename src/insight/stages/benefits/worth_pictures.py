"""Pictures and tables of costs against benefits: budgets, switching values, and what judgement drives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight import display
from insight.methods.appraisal import NPBI_RULE, PRINT_LIMIT
from insight.privacy.loading import Inputs
from insight.sources.standing import PUBLISHED, SUPPLIED, Standing, weakest
from insight.stages.benefits.analysis import Results
from insight.stages.benefits.pictures import NOBODY

if TYPE_CHECKING:
    from insight.display.standard import Note

    Shown = display.Figure | Note
    Listed = display.Table | Note

POUNDS, RATIO, YEARS = "{:,.0f}", "{:.2f}", "{:.1f}"
NOTHING = "No scheme has a cost or a benefit that is known."
ASSUMED = "Attribution, agency shares and years of prices are assumptions of the params file, not of the print."
SOURCE = "Ledger of printed figures; params file; unit costs (unverified)"


def _standing(inputs: Inputs, results: Results) -> Standing:
    money = PUBLISHED if results.is_from_print else SUPPLIED
    return weakest([money, inputs.standing("funding")]) if inputs.has("funding") else money


def cards_table(inputs: Inputs, results: Results) -> Listed:
    """Return the card of every scheme."""
    if results.cards.empty:
        return display.note("The params file declares no scheme.", SUPPLIED)
    printed = int(results.cards["printed_gbp"].notna().sum())
    return display.Table(
        results.cards,
        name="cards",
        title=f"What to know before quoting a number: {len(results.cards)} schemes, {printed} with a printed sum",
        caption="Verdict: whether the printed parts give the printed sum, not whether the saving is real. Grades are "
        "the params file's; line numbers are those of the publication's text.",
        source=SOURCE,
        n=len(results.cards),
        standing=_standing(inputs, results),
        formats=dict.fromkeys(("printed_gbp", "source_line", "present_value_gbp"), POUNDS),
    )


def measures_picture(inputs: Inputs, results: Results) -> Shown:
    """Return cost beside fiscal benefit for the schemes in which both are known."""
    known = results.measures.dropna(subset=["net_present_budget_impact_gbp"])
    if known.empty:
        return display.note("No scheme has both a known cost and a known benefit, so no budget impact.", SUPPLIED)
    bars = known.melt(id_vars="scheme", value_vars=["cost_gbp", "fiscal_benefit_gbp"], value_name="pounds")
    bars = bars.assign(bar=bars["scheme"] + ": " + bars["variable"].map({"cost_gbp": "cost"}).fillna("benefit"))
    saving = known[known["net_present_budget_impact_gbp"] < 0]
    title = f"{len(saving)} of {len(known)} schemes with known cost and benefit would save on the stated assumptions"
    words = "; ".join(f"{row.scheme} {row.net_present_budget_impact_gbp:,.0f} pounds" for row in known.itertuples())
    return display.Figure(
        display.charts.bars(bars, label="bar", value="pounds", x_label="Present value, pounds", percent=False),
        name="budget-impact",
        title=title,
        alt=f"Bars of cost and fiscal benefit. Net present budget impact: {words}.",
        caption=f"{NPBI_RULE}. {len(results.measures) - len(known)} schemes lack a cost or a benefit. {ASSUMED}",
        source=SOURCE,
        n=len(known),
        data=bars[["scheme", "bar", "pounds"]],
        standing=PUBLISHED if results.is_from_print else _standing(inputs, results),
    )


def measures_table(inputs: Inputs, results: Results) -> Listed:
    """Return financial and economic case and payback by scheme."""
    if results.measures.empty:
        return display.note(NOTHING, SUPPLIED)
    known = int(results.measures["net_present_budget_impact_gbp"].notna().sum())
    open_ = int(results.measures["cost_basis"].str.contains("unverified").sum())
    at = f", {open_} at an unverified unit cost" if open_ else ""
    money = [column for column in results.measures.columns if column.endswith("_gbp")]
    return display.Table(
        results.measures,
        name="measures",
        title=f"Net present budget impact is identifiable for {known} of {len(results.measures)} schemes{at}",
        caption=f"{NPBI_RULE}. Ratios are benefit a pound of cost. Payback empty: it does not pay back, or cannot be "
        f"known. {ASSUMED}",
        source=SOURCE,
        n=len(results.measures),
        standing=_standing(inputs, results),
        formats=dict.fromkeys(money, POUNDS)
        | dict.fromkeys(("financial_return", "cashable_return", "public_value_return"), RATIO)
        | dict.fromkeys(("payback_years", "payback_discounted_years"), YEARS),
    )


def budgets_table(inputs: Inputs, results: Results) -> Listed:
    """Return who pays and who gains."""
    if results.budgets.empty:
        return display.note(NOTHING, SUPPLIED)
    cashable = results.budgets["cashable_gbp"].sum() / max(results.budgets["benefit_gbp"].sum(), 1.0)
    return display.Table(
        results.budgets.drop(columns="is_net_known"),
        name="budgets",
        title="Who pays and who gains, scheme by scheme",
        caption=f"Fiscal money, discounted; never added across schemes. Read scheme by scheme, {cashable:.0%} of the "
        "pounds listed were agreed to be cashed. Net is empty where cost or benefit is not known. " + NOBODY,
        source=SOURCE,
        n=len(results.budgets),
        standing=_standing(inputs, results),
        formats=dict.fromkeys(("cost_gbp", "benefit_gbp", "cashable_gbp", "net_gbp"), POUNDS),
    )


def switching_table(inputs: Inputs, results: Results) -> Listed:
    """Return switching values beside plausible ranges."""
    if results.switching.empty:
        return display.note("No scheme has both a known cost and a known benefit, so nothing to switch.", SUPPLIED)
    plausible = int(results.switching["is_plausible"].sum())
    return display.Table(
        results.switching.drop(columns="is_plausible"),
        name="switching-values",
        title=f"{plausible} of {len(results.switching)} assumptions could alone bring the scheme to break even "
        "within their plausible range",
        caption="The value at which benefits just cover the cost, the other assumptions at their central values. "
        f"{ASSUMED}",
        source=SOURCE,
        n=len(results.switching),
        standing=_standing(inputs, results),
        formats=dict.fromkeys(("low", "central", "high", "feasible_low", "feasible_high"), "{:,.2f}")
        | {"switching_value": "{:,.2f}"},
    )


def variance_picture(inputs: Inputs, results: Results) -> Shown:  # noqa: ARG001 - one call for all pictures
    """Return shares of variance by input, judgement marked."""
    if results.variance.empty:
        return display.note("No input of a known scheme is uncertain, so there is no variance to share out.", SUPPLIED)
    marks = results.variance["is_judgement"].map({True: "judgement", False: "sourced"})
    frame = results.variance.assign(
        bar=results.variance["scheme"] + ": " + results.variance["assumption"] + ", " + marks,
        share=results.variance["total"].clip(0, 1),
    ).sort_values("share", ascending=False, ignore_index=True)
    driven = int((results.judgement["judgement_share"] > PRINT_LIMIT).sum())
    title = f"Judgement drives over half of the variance in {driven} of {len(results.judgement)} schemes"
    return display.Figure(
        display.charts.bars(frame, label="bar", value="share", x_label="Share of variance, with interactions"),
        name="variance",
        title=title,
        alt=f"Bars of shares of variance, largest first: {'; '.join(frame['bar'].head(4))}.",
        caption="Total Sobol indices; they can add to more than one, as interactions count for each part. Inputs are "
        "independent but where the params state a correlation: those tied by one cannot be told apart by such indices "
        "and share one.",
        source="Simulation of the scheme's own assumptions",
        n=len(frame),
        data=frame[["scheme", "assumption", "first_order", "total", "is_judgement"]],
        standing=PUBLISHED if results.is_from_print else SUPPLIED,
    )


def judgement_table(inputs: Inputs, results: Results) -> Listed:
    """Return shares of judgement, and probabilities where they may be printed."""
    if results.judgement.empty:
        return display.note("No scheme's value is known.", SUPPLIED)
    printed = int(results.judgement["probability_of_a_saving"].notna().sum())
    return display.Table(
        results.judgement,
        name="judgement",
        title=f"A probability of a saving may be printed for {printed} of {len(results.judgement)} schemes",
        caption="Empty where judgement drives over half of the variance or the cost is not known.",
        source="Simulation of the scheme's own assumptions",
        n=len(results.judgement),
        standing=_standing(inputs, results),
        formats=dict.fromkeys(("judgement_share", "probability_of_a_saving"), "{:.0%}"),
    )


def bias_table(inputs: Inputs, results: Results) -> Listed:  # noqa: ARG001 - one call for all tables
    """Return benefits under both rules of correcting for optimism."""
    if results.bias.empty:
        return display.note("No scheme's value is known.", SUPPLIED)
    return display.Table(
        results.bias,
        name="optimism-bias",
        title="Benefits as used (uncorrected), and what unverified grades of optimism bias would make of them"
        if not results.is_corrected
        else "Benefits corrected for optimism by an unverified table, beside both rules",
        caption="Grades are the params file's; the table that turns them into corrections is unverified (not checked "
        "against its print), so it is off unless the params switch it on. Compound multiplies the corrections of all "
        "grades; the other rule takes the worst grade alone.",
        source="HM Treasury, guidance for local partnerships (table unverified); params file",
        n=len(results.bias),
        standing=PUBLISHED if results.is_from_print else SUPPLIED,
        formats={column: POUNDS for column in results.bias.columns if column.endswith("_gbp")},
    )


def implied_table(inputs: Inputs, results: Results) -> Listed:  # noqa: ARG001 - one call for all tables
    """Return the contacts that a printed spend stands for at each unit cost."""
    if results.implied.empty:
        return display.note("No yearly spend is printed without its number of contacts.", PUBLISHED)
    least, most = results.implied["implied_contacts"].min(), results.implied["implied_contacts"].max()
    return display.Table(
        results.implied,
        name="implied-contacts",
        title=f"The printed spend stands for {least:,.0f} to {most:,.0f} contacts a year, by unit cost"
        + ("" if results.implied["is_verified"].all() else " (unverified)"),
        caption="Not a count of anything: the number that the printed sum would need. Limits by its rounding.",
        source="Ledger of printed figures; unit costs (unverified)",
        n=len(results.implied),
        standing=PUBLISHED,
        formats=dict.fromkeys(("printed_gbp", "unit_cost_gbp", "implied_contacts", "fewest", "most"), POUNDS),
    )
