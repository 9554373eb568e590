"""Printed figures and claims that belong to the ACORN mapping."""

from __future__ import annotations

from insight.methods.estimate import Estimate
from insight.methods.segregation import segregation
from insight.methods.spatial import contiguity, join_count
from insight.privacy.disclosure import CONFIDENTIAL
from insight.privacy.loading import Inputs
from insight.published import ledger
from insight.published.comparison import Comparison, Computed, recovered, transcribed
from insight.published.findings import Decision, Tested, printed
from insight.sources import geography
from insight.stages import base
from insight.stages.acorn_mapping.analysis import Results
from insight.stages.acorn_mapping.clumps import above_random, of_joins, parts_of
from insight.stages.acorn_mapping.codes import PER_CENT, benchmark
from insight.stages.acorn_mapping.declaration import DECLARATION, Params

FIGURE = "acorn.{area}.{category}_pct"
UK = "uk"
STAND_IN = (
    "The open output area classification stands in for ACORN, whose households are not open; the two are not the same "
    "classes."
)


def _segments(inputs: Inputs, results: Results) -> dict[str, Computed]:
    found: dict[str, Computed] = {}
    own, records = inputs.council.ledger, results.found.households
    if not results.found.is_acorn:
        return found
    shares = results.shares
    for row in shares[(shares["unit"] == "households") & (shares["category"] != "")].itertuples():
        name = FIGURE.format(area=own, category=row.category)
        found[name] = recovered(PER_CENT * row.share, records=records)
    for row in results.wards.itertuples():
        if row.status != CONFIDENTIAL:
            name = FIGURE.format(area=row.ward, category=row.category)
            found[name] = recovered(PER_CENT * row.share, records=records)
    for row in results.types.itertuples():
        name = f"acorn.{own}.subcategory_rank.{row.type_key}"
        found[name] = recovered(float(row.rank), records=records)
    return found


def figures(inputs: Inputs, results: Results, params: Params) -> list[Comparison]:  # noqa: ARG001 - one call for all stages
    """Compare shares, ranks of types and refusal of marketing with the print, and write ``figures.json``."""
    computed = _segments(inputs, results)
    for row in benchmark().itertuples():
        note = "The benchmark carries the printed values."
        computed[FIGURE.format(area=UK, category=row.Index)] = transcribed(float(row.printed), note=note)
    found = results.found
    if found.is_acorn and len(found.editions) == 1:
        computed["acorn.source.year"] = transcribed(float(found.editions[0]), note="The edition each record carries.")
    if found.homes is not None:
        none = results.habits.set_index("item").loc["no_marketing"]
        name = f"communication.{inputs.council.ledger}.no_marketing_pct"
        computed[name] = recovered(PER_CENT * float(none["share"]), records=found.households)
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


def _on_print(inputs: Inputs, params: Params) -> dict[str, Tested]:
    book, area = ledger.load(inputs.council.ledger), inputs.council.ledger
    if book is None:
        return {}

    def figure(one: str, category: str) -> str:
        return FIGURE.format(area=one, category=category)

    def minus_uk(category: str) -> str:
        return f"{figure(area, category)} - {figure(UK, category)}"

    def index(category: str) -> str:
        return f"{PER_CENT} * {figure(area, category)} / {figure(UK, category)}"

    def held(category: str) -> bool:
        return all(figure(one, category) in book.figures for one in (area, UK))

    names = benchmark().index
    strong = [category for category in params.focus_categories if held(category)]
    rest = [name for name in names if name not in params.focus_categories and held(name)]
    named = printed(book, *map(minus_uk, strong))
    both = printed(book, *map(minus_uk, strong), *map(index, strong))
    others = printed(book, *map(minus_uk, rest))
    if named is None or both is None or others is None or not strong or not rest:
        return {}
    largest = _largest(others.parts)
    near = "One other category is printed above the country too, by less than the margin that counts."
    return {
        "mm_hp_over_represented": both,
        "mm_hp_highest_only": Tested(
            parts=(*named.parts, largest), standing=named.standing, note=near if (largest.upper or 0) > 0 else ""
        ),
    }


def _on_open_data(inputs: Inputs, results: Results, params: Params) -> dict[str, Tested]:
    """Return clumping of the open classification: the supplied areas of the council, else those that are carried.

    A council's own segmentation decides before either does. Carried: the commonest class of each LSOA, over the
    middle-layer areas that their names give.
    """
    if results.found.is_acorn and not inputs.standing(*results.found.inputs).is_demonstration:
        return {}
    if inputs.has("oa_classification") and not inputs.standing("oa_classification", "boundaries").is_demonstration:
        own = set(inputs.table("lookup")["oa"])
        mine = [one for one in results.others if set(one.near.areas) <= own]
        standing = inputs.standing("oa_classification", "boundaries")
        if mine:
            return {"households_clumped": Tested(parts=parts_of(mine[0]), standing=standing, note=STAND_IN)}
    outlines = geography.lsoa_outlines()
    if not outlines["name"].str.startswith(f"{inputs.council.council.name} ").all():
        return {}
    import pandas as pd

    near = contiguity(outlines, code="lsoa")
    commonest = geography.oac_predominant().set_index("lsoa")["supergroup"].reindex(near.areas)
    found = join_count(commonest.tolist(), near.pairs, seed=params.seed, permutations=params.permutations)
    middle = outlines.set_index("lsoa")["name"].str[:-1].reindex(near.areas)
    classes = pd.get_dummies(commonest).astype(int)
    spread = segregation(
        classes.to_numpy(),
        middle.tolist(),
        categories=list(classes),
        seed=params.seed,
        permutations=params.permutations,
    )
    parts = (of_joins(found), above_random(spread))
    return {"households_clumped": Tested(parts=parts, standing=geography.STANDING, note=STAND_IN)}


def findings(inputs: Inputs, results: Results, params: Params) -> list[Decision]:
    """Decide the stage's claims on the print, on open data or on households, and write ``findings.json``."""
    tested = _on_print(inputs, params)
    used = dict.fromkeys((*results.found.inputs, "lifestyle_indices", "boundaries"))
    standing = inputs.standing(*(name for name in used if inputs.has(name)))
    for name, parts in results.tests.items():
        tested[name] = Tested(parts=parts, standing=standing)
    tested |= _on_open_data(inputs, results, params)
    return base.decide_findings(DECLARATION, inputs.council, tested)
