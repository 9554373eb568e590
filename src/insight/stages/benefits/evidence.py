"""Printed figures and claims that belong to the benefits stage."""

from __future__ import annotations

from itertools import product

from insight.methods.estimate import Estimate
from insight.methods.intervals import newcombe_difference
from insight.privacy.loading import Inputs
from insight.published import ledger as ledgers
from insight.published.comparison import Comparison, Computed, recovered, transcribed
from insight.published.findings import Decision, Tested, printed
from insight.published.intervals import evaluate, names_in
from insight.published.ledger import Ledger
from insight.sources.standing import PUBLISHED
from insight.stages import base
from insight.stages.benefits.analysis import Results
from insight.stages.benefits.declaration import DECLARATION, Params

FAMILIES = "caf.oldham.additional_families_count"
CAF_SAVED = "caf.oldham.cost_saved_gbp"
CAF_EACH = "caf.annual_saving_gbp_per_year"
FUEL_PEOPLE = "fuel_poverty.oldham.people_target_count"
FUEL_EACH = "fuel_poverty.oldham.saving_per_person_gbp"
FUEL_SAVED = "fuel_poverty.oldham.saving_total_gbp"
RISE = "outcomes.both_wards.eyfs_increase_pct"
MORE = "outcomes.both_wards.eyfs_increase_children_count"
BASES = ("eyfs.st_marys.good_level_pct", "eyfs.coldhurst.good_level_pct")
SOURCES = {"partnership_stronger": "referrals"}


def figures(inputs: Inputs, results: Results, params: Params) -> list[Comparison]:
    """Compare families with a CAF and what the params state with the print, and write ``figures.json``."""
    computed: dict[str, Computed] = {
        "outcomes.both_wards.assessed_age_years": transcribed(float(params.assessed_age_years)),
        "benefits.qualification_levels": transcribed(";".join(map(str, params.qualification_levels))),
    }
    if results.families > 1:
        computed[FAMILIES] = recovered(
            float(results.families), records=results.assessments, note="Distinct families with a self-assessment."
        )
    known = {figure.id for figure in base.own_figures(DECLARATION, inputs.council)}
    return base.check_figures(
        DECLARATION, inputs.council, {name: value for name, value in computed.items() if name in known}
    )


def attainment(book: Ledger | None) -> Tested | None:
    """Return what the print alone says of the rise: its limits at the cohort that the two printed rises imply.

    The print gives no cohort and no rates after the pilot. Every cohort and every starting share that the print allows
    is tried, and the widest limits kept. Whether the number of children rose needs the cohorts of both years.
    """
    needed = (RISE, MORE, *BASES)
    if book is None or any(name not in book.figures for name in needed) or not book.figures[MORE].implied:
        return None
    formula = book.figures[MORE].implied
    cohort = evaluate(formula, {name: book.figures[name].interval for name in names_in(formula)})
    bases = [book.figures[name].interval for name in BASES]
    shares = (min(one.lower for one in bases) / 100, max(one.upper for one in bases) / 100)
    rise = book.figures[RISE].interval
    tried = [
        newcombe_difference((share + more / 100) * n, n, share * n, n)
        for n, share, more in product((cohort.lower, cohort.upper), shares, (rise.lower, rise.upper))
    ]
    change = Estimate(
        estimate=float(book.figures[RISE].value) / 100,
        lower=min(one.lower for one in tried if one.lower is not None),
        upper=max(one.upper for one in tried if one.upper is not None),
        n=round(2 * cohort.lower),
        method="Newcombe 10 at the cohort that the print implies, widest limits over what its rounding allows",
        caveats=("the rise is read as percentage points",),
    )
    children = Estimate(
        estimate=float(book.figures[MORE].value),
        lower=None,
        upper=None,
        n=0,
        method="the cohorts of the two years are not printed, so the number has no limits",
    )
    note = "A rise, not an effect: no area without the pilot is printed beside it."
    return Tested(parts=(change, children), standing=PUBLISHED, note=note)


def findings(inputs: Inputs, results: Results, params: Params) -> list[Decision]:  # noqa: ARG001 - one call for all stages
    """Decide the stage's claims: on the print where it holds the parts, else on feedback and referrals."""
    book = ledgers.load(inputs.council.ledger)
    tested: dict[str, Tested] = {
        name: Tested(parts=parts, standing=inputs.standing(SOURCES.get(name, "feedback")))
        for name, parts in results.parts.items()
    }
    on_print = {"attainment_rose": attainment(book)}
    if book is not None and {CAF_SAVED, FUEL_SAVED} <= set(book.figures):
        on_print["caf_saves"] = printed(
            book,
            f"{FAMILIES}*{CAF_EACH}-{CAF_SAVED}",
            note="The arithmetic holds within rounding; the saving is predicted from other places, not measured, and "
            "no cost is set against it.",
        )
        on_print["fuel_saves"] = printed(
            book,
            f"{FUEL_PEOPLE}*{FUEL_EACH}-{FUEL_SAVED}",
            note="The arithmetic holds exactly; a target times a modelled saving is no result.",
        )
    tested |= {name: value for name, value in on_print.items() if value is not None}
    return base.decide_findings(DECLARATION, inputs.council, tested)
