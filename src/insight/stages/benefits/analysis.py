"""What the benefits stage computes: printed sums, appraisal of schemes, and voices of parents and staff."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from insight import atomic, paths
from insight.privacy.disclosure import STATUS
from insight.privacy.loading import Inputs, load_inputs
from insight.published import ledger as ledgers
from insight.stages import base
from insight.stages.benefits import (
    cards,
    contacts,
    money,
    questions,
    scheme_tables,
    schemes,
    spreadsheet,
    sums,
    turning,
    voices,
)
from insight.stages.benefits.declaration import DECLARATION, Params


@dataclass(frozen=True, kw_only=True)
class Results:
    """Tables of the stage, small counts blanked, and the estimates behind its claims."""

    sums: pd.DataFrame
    readings: pd.DataFrame
    schemes: pd.DataFrame
    agencies: pd.DataFrame
    sensitivity: pd.DataFrame
    horizons: pd.DataFrame
    lifetimes: pd.DataFrame
    totals: pd.DataFrame
    overlaps: pd.DataFrame
    cards: pd.DataFrame
    ledger: pd.DataFrame
    measures: pd.DataFrame
    budgets: pd.DataFrame
    switching: pd.DataFrame
    variance: pd.DataFrame
    judgement: pd.DataFrame
    bias: pd.DataFrame
    implied: pd.DataFrame
    models: tuple[money.Model, ...]
    workbook: spreadsheet.Settings
    voices: pd.DataFrame
    helped: pd.DataFrame
    joint_working: pd.DataFrame
    families: int
    assessments: int
    is_corrected: bool
    """Whether benefits are corrected for optimism by the table of grades."""
    is_from_print: bool
    """Whether the schemes' numbers come from a ledger of printed figures."""
    parts: voices.Parts = field(default_factory=dict)


def load(council: str, params: Params) -> Inputs:  # noqa: ARG001 - every stage loads by the same call
    """Load the stage's inputs."""
    return load_inputs(council, DECLARATION.inputs, optional=DECLARATION.optional)


def _origins(inputs: Inputs, *, is_from_print: bool) -> dict[str, str]:
    """Return what the spreadsheet's numbers are, as it may be read apart from the report."""
    words = "ledger of printed figures, else the params file" if is_from_print else "params file"
    found = {
        "Quantities and unit values": words,
        "Attribution, splits and years of prices": "assumptions of the params",
    }
    if inputs.has("funding"):
        found["Spending lines"] = inputs.standing("funding").label
    return found


def analyse(inputs: Inputs, params: Params) -> Results:
    """Recompute the printed sums, appraise the schemes, and count feedback and referrals.

    Args:
        inputs: as from :func:`load`; feedback and referrals may be absent.
        params: the stage's parameters.

    Raises:
        ParamsError: a scheme names a figure, year or schedule that does not exist.
    """
    book = ledgers.load(inputs.council.ledger)
    threshold = inputs.council.disclosure.threshold
    spent = float(inputs.table("funding")["amount_gbp"].sum()) if inputs.has("funding") else None
    tables = schemes.reference_tables(params, funding_gbp=spent)
    found = schemes.appraise(params, book, tables)
    made = money.models(found, params, tables)
    costs = {model.name: sum(sum(cost.amounts_gbp) for cost in model.costs) for model in made if model.costs}
    families = inputs.people("caf_assessments")["family_id"]
    parts: voices.Parts = {}
    said, helped = pd.DataFrame(columns=[*voices.VOICES, STATUS]), pd.DataFrame(columns=[*voices.HELPED, STATUS])
    joint = pd.DataFrame(columns=[*voices.JOINT, STATUS])
    if inputs.has("feedback"):
        heard = voices.hear(inputs.people("feedback"), params, threshold=threshold)
        said, helped = heard.voices, heard.helped
        parts |= heard.parts
    if inputs.has("referrals"):
        joint, more = voices.joint_working(inputs.people("referrals"), params, threshold=threshold)
        parts |= more
    is_from_print = book is not None and any(one.quantity_figure or one.unit_value_figure for one in params.schemes)
    results = Results(
        sums=sums.printed_sums(book, DECLARATION.name),
        readings=sums.readings(book, DECLARATION.name),
        schemes=scheme_tables.scheme_table(found, costs),
        agencies=scheme_tables.agency_table(found),
        sensitivity=scheme_tables.sensitivity_table(found, params, tables),
        horizons=questions.horizon_table(found, params, tables),
        lifetimes=questions.lifetime_table(found, params, book, tables),
        totals=questions.totals_table(found, params),
        overlaps=questions.overlap_table(found, params),
        cards=cards.cards(found, made, params, book),
        ledger=money.ledger_table(made, params, tables),
        measures=money.measures_table(made, params, tables),
        budgets=money.budgets_table(made, params, tables),
        switching=turning.switching_table(found, made, params, tables),
        variance=turning.variance_table(found, params),
        judgement=turning.judgement_table(found, made, params),
        bias=turning.bias_table(made, params, tables),
        implied=contacts.implied_table(params, book, tables),
        models=tuple(made),
        workbook=spreadsheet.settings(params, tables, origins=_origins(inputs, is_from_print=is_from_print)),
        voices=said,
        helped=helped,
        joint_working=joint,
        families=int(families.nunique()),
        assessments=len(families),
        is_corrected=params.optimism_bias != "off",
        is_from_print=is_from_print,
        parts=parts,
    )
    base.tell_empty(DECLARATION, vars(results))
    return results


def save(inputs: Inputs, results: Results) -> None:
    """Write the stage's tables, and the appraisal as a spreadsheet with live formulas."""
    tables = {name: getattr(results, name) for name in DECLARATION.tables}
    slug = inputs.council.council.slug
    base.save_tables(DECLARATION, slug, tables)
    for name in DECLARATION.files:
        target = paths.stage_dir(slug, DECLARATION.name) / name
        atomic.write_with(target, lambda file: spreadsheet.write(file, results.models, results.workbook))
