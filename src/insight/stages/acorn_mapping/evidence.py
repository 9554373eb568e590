"""Printed figures and claims that belong to the ACORN mapping."""

from __future__ import annotations

from insight.methods.estimate import Estimate
from insight.methods.spatial import contiguity, join_count
from insight.privacy.disclosure import CONFIDENTIAL
from insight.privacy.loading import Inputs
from insight.published import ledger
from insight.published.comparison import Comparison, Computed, recovered, transcribed
from insight.published.findings import Decision, Tested, printed
from insight.sources import geography
from insight.stages import base
from insight.stages.acorn_mapping.analysis import Results
from insight.stages.acorn_mapping.claims import clumped
from insight.stages.acorn_mapping.declaration import DECLARATION, Params
from insight.stages.acorn_mapping.homes import PER_CENT, benchmark

FIGURE = "acorn.{area}.{category}_pct"
UK = "uk"
STAND_IN = (
    "The commonest 2011 supergroup of the open output area classification in each LSOA stands in for ACORN, whose "
    "households are not open."
)


def _segments(inputs: Inputs, results: Results) -> dict[str, Computed]:
    own, found = inputs.council.ledger, {}
    for row in results.shares.itertuples():
        name = FIGURE.format(area=own, category=row.category)
        found[name] = recovered(PER_CENT * row.share, records=results.households)
    for row in results.wards.itertuples():
        if row.status != CONFIDENTIAL:
            name = FIGURE.format(area=row.ward, category=row.category)
            found[name] = recovered(PER_CENT * row.share, records=results.households)
    for row in results.types.itertuples():
        name = f"acorn.{own}.subcategory_rank.{row.type_key}"
        found[name] = recovered(float(row.rank), records=results.households)
    return found


def figures(inputs: Inputs, results: Results, params: Params) -> list[Comparison]:  # noqa: ARG001 - one call for all stages
    """Compare shares, ranks of types and refusal of marketing with the print, and write ``figures.json``."""
    computed = _segments(inputs, results)
    for row in benchmark().itertuples():
        note = "The benchmark carries the printed values."
        computed[FIGURE.format(area=UK, category=row.Index)] = transcribed(float(row.printed), note=note)
    if len(results.editions) == 1:
        computed["acorn.source.year"] = transcribed(float(results.editions[0]), note="The edition each record carries.")
    none = results.habits.set_index("item").loc["no_marketing"]
    name = f"communication.{inputs.council.ledger}.no_marketing_pct"
    computed[name] = recovered(PER_CENT * float(none["share"]), records=results.households)
    known = {figure.id for figure in base.own_figures(DECLARATION, inputs.council) if not figure.repeat_of}
    return base.check_figures(
        DECLARATION, inputs.council, {name: value for name, value in computed.items() if name in known}
    )


def _largest(parts: tuple[Estimate, ...]) -> Estimate:
    """Return the largest of printed differences, its limits from the limits of each."""
    return Estimate(
        estimate=max(part.estimate for part in parts),
        lower=max(part.lower for part in parts if part.lower is not None),
        upper=max(part.upper for part in parts if part.upper is not None),
        n=sum(part.n for part in parts),
        method="largest of differences of printed shares, limits from their rounding",
    )


def _on_print(inputs: Inputs, results: Results, params: Params) -> dict[str, Tested]:
    book, area = ledger.load(inputs.council.ledger), inputs.council.ledger
    if book is None:
        return {}

    def minus_uk(category: str) -> str:
        return " - ".join(FIGURE.format(area=one, category=category) for one in (area, UK))

    def held(category: str) -> bool:
        return all(FIGURE.format(area=one, category=category) in book.figures for one in (area, UK))

    strong = [category for category in params.focus_categories if held(category)]
    rest = [name for name in results.shares["category"] if name not in params.focus_categories and held(name)]
    named = printed(book, *map(minus_uk, strong))
    others = printed(book, *map(minus_uk, rest))
    if named is None or others is None or not strong or not rest:
        return {}
    only = "On the print the nearest other category differs by less than its rounding allows to tell."
    return {
        "mm_hp_over_represented": named,
        "mm_hp_highest_only": Tested(
            parts=(*named.parts, _largest(others.parts)),
            standing=named.standing,
            note=only if (_largest(others.parts).upper or 0) > 0 else "",
        ),
    }


def _on_open_data(inputs: Inputs, params: Params) -> dict[str, Tested]:
    """Return clumping of the open output area classification, where the project carries the council's areas.

    A council's own households decide before it does.
    """
    if not inputs.standing("households").is_demonstration:
        return {}
    outlines = geography.lsoa_outlines()
    if not outlines["name"].str.startswith(f"{inputs.council.council.name} ").all():
        return {}
    near = contiguity(outlines, code="lsoa")
    commonest = geography.oac_predominant().set_index("lsoa")["supergroup"].reindex(near.areas)
    found = join_count(commonest.tolist(), near.pairs, seed=params.seed, permutations=params.permutations)
    return {"households_clumped": Tested(parts=clumped(found), standing=geography.STANDING, note=STAND_IN)}


def findings(inputs: Inputs, results: Results, params: Params) -> list[Decision]:
    """Decide the stage's claims on the print, on open data or on households, and write ``findings.json``."""
    tested = _on_print(inputs, results, params)
    for name, parts in results.tests.items():
        tested[name] = Tested(parts=parts, standing=inputs.standing())
    tested |= _on_open_data(inputs, params)
    return base.decide_findings(DECLARATION, inputs.council, tested)
