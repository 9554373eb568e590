"""Printed figures and claims that belong to profiling."""

from __future__ import annotations

import pandas as pd

from insight.privacy.loading import Inputs
from insight.published import ledger
from insight.published.comparison import Comparison, Computed, recovered, transcribed
from insight.published.findings import Decision, Tested, printed
from insight.stages import base
from insight.stages.profiling import measures
from insight.stages.profiling.analysis import Results
from insight.stages.profiling.claims import (
    NOTES,
    PER_CENT,
    PRINTED,
    YEARS_LABEL,
    Claims,
    borough_of,
    on_inputs,
    wards_below_on_print,
)
from insight.stages.profiling.declaration import DECLARATION, Params
from insight.stages.profiling.tables import LIFE, PARK

SHARES = {
    # printed figure: indicator, which period of the params (last when empty), factor
    "population.oldham.base_count": (measures.POPULATION, "population_base", 1.0),
    "population.oldham.projected_count": (measures.POPULATION, "population_projected", 1.0),
    "geography.oldham.urban_population_pct": ("urban_residents", "", PER_CENT),
    "geography.oldham.peak_park_area_pct": (PARK, "", PER_CENT),
    "ethnicity.oldham.white_base_pct": ("white", "ethnicity_base", PER_CENT),
    "ethnicity.oldham.white_projected_pct": ("white", "ethnicity_projected", PER_CENT),
    "ethnicity.oldham.pakistani_projected_pct": ("pakistani_heritage", "ethnicity_projected", PER_CENT),
    "ethnicity.oldham.bangladeshi_projected_pct": ("bangladeshi_heritage", "ethnicity_projected", PER_CENT),
    "language.oldham.english_first_pct": ("english_first_language", "", PER_CENT),
    "health.oldham.infant_mortality_rate": ("infant_deaths", "", 1.0),
    "health.oldham.dental_decay_pct": ("tooth_decay_under_5", "", PER_CENT),
    "health.oldham.camhs_need_count": ("needs_mental_health_service", "", 1.0),
    "health.oldham.obesity_10_11_pct": ("obese_year_6", "", PER_CENT),
    "skills.oldham.degree_pct": ("degree", "", PER_CENT),
    "skills.oldham.no_qualification_pct": ("no_qualification", "", PER_CENT),
    "health.oldham.smoking_pct": ("smokes", "", PER_CENT),
    "eyfs.oldham.good_level_pct": (measures.EYFS, "", PER_CENT),
}
BANDS = {
    # printed band: the indicator whose definition carries it, and whether it is a number
    "health.oldham.dental_age_under_years": ("tooth_decay_under_5", True),
    "health.oldham.breastfeeding_weeks": ("breastfed_6_8_weeks", False),
    "health.oldham.obesity_age_band": ("obese_year_6", False),
}


def _computed(row: pd.Series | None, factor: float = 1.0) -> Computed | None:
    """Return a row as recovered where at least two records make it, else as transcribed."""
    if row is None:
        return None
    value, records = factor * float(row["estimate"]), int(row["records"])
    if records > 1:
        return recovered(value, records=records, note=f"Added up from {records} records of its areas.")
    return transcribed(value)


def _definitions(inputs: Inputs, results: Results, params: Params) -> dict[str, Computed]:
    """Return years and bands that the params or the definitions of indicators state."""
    found: dict[str, Computed] = {
        "population.oldham.base_year": transcribed(float(params.population_base)),
        "population.oldham.projected_year": transcribed(float(params.population_projected)),
        "ethnicity.oldham.base_year": transcribed(float(params.ethnicity_base)),
        "ethnicity.oldham.projected_year": transcribed(float(params.ethnicity_projected)),
        "ethnicity.oldham.young_age_band": transcribed(params.young_age_band),
        "eyfs.all.baseline_year": transcribed(float(params.eyfs_year)),
    }
    for name, (indicator, is_number) in BANDS.items():
        row = measures.row_of(results.estimates, indicator, borough_of(inputs))
        if row is not None and "_" in row["definition_version"]:
            band = row["definition_version"].rsplit("_", 1)[-1]
            found[name] = transcribed(float(band) if is_number else band)
    if inputs.has("eyfs_counts"):
        counts = inputs.table("eyfs_counts")
        points = counts.loc[counts["year"] == params.eyfs_year, "threshold_points"].unique()
        if len(points) == 1:
            found["eyfs.all.points_threshold"] = transcribed(float(points[0]))
    return found


def _of_wards(results: Results, params: Params) -> dict[str, Computed | None]:
    found: dict[str, Computed | None] = {}
    ranks = results.deprivation.set_index("area")
    frame = results.estimates
    for ward in params.focus_wards:
        found[f"eyfs.{ward}.good_level_pct"] = _computed(measures.row_of(frame, measures.EYFS, ward), PER_CENT)
        place = measures.row_of(frame, "deprivation_national_place", ward)
        found[f"deprivation.{ward}.england_top_pct"] = _computed(place, PER_CENT)
        if ward in ranks.index:
            note = "Ranked by mean score of output areas, weighted by residents."
            found[f"deprivation.{ward}.rank_in_oldham"] = recovered(
                float(ranks.loc[ward, "rank"]), records=int(ranks["output_areas"].sum()), note=note
            )
    for area in (*params.focus_wards, params.nation):
        for sex, label in YEARS_LABEL.items():
            found[f"life_expectancy.{area}.{label}"] = _computed(measures.row_of(frame, LIFE + sex, area))
    found[f"eyfs.{params.nation}.good_level_pct"] = _computed(
        measures.row_of(frame, measures.EYFS, params.nation), PER_CENT
    )
    return found


def figures(inputs: Inputs, results: Results, params: Params) -> list[Comparison]:
    """Compare what the indicators, rosters and look-up hold with the print, and write ``figures.json``."""
    borough = borough_of(inputs)
    computed: dict[str, Computed | None] = dict(_definitions(inputs, results, params))
    for name, (indicator, period, factor) in SHARES.items():
        when = getattr(params, period) if period else None
        computed[name] = _computed(measures.row_of(results.estimates, indicator, borough, when), factor)
    computed |= _of_wards(results, params)
    if len(results.neighbourhoods):
        computed["profiling.both_wards.neighbourhoods_count"] = recovered(
            float(len(results.neighbourhoods)),
            records=int(results.neighbourhoods["output_areas"].sum()),
            note="Counted in the look-up of output areas.",
        )
    known = {row.id for row in base.own_figures(DECLARATION, inputs.council) if not (row.formula or row.repeat_of)}
    return base.check_figures(
        DECLARATION,
        inputs.council,
        {name: value for name, value in computed.items() if value is not None and name in known},
    )


def findings(inputs: Inputs, results: Results, params: Params) -> list[Decision]:
    """Decide the stage's claims: on the print where it suffices, else on the inputs."""
    book = ledger.load(inputs.council.ledger)
    tested: dict[str, Tested] = {}
    for name, formulas in PRINTED.items():
        found = printed(book, *formulas, note=NOTES.get(name, ""))
        if found is not None:
            tested[name] = found
    for name, (parts, names) in on_inputs(Claims(inputs, results, params)).items():
        known = [part for part in parts if part is not None]
        if len(known) == len(parts) and all(inputs.has(one) for one in names):
            tested[name] = Tested(parts=tuple(known), standing=inputs.standing(*names))
    on_print = wards_below_on_print(book)
    if on_print is not None and inputs.standing().is_demonstration:
        tested["eyfs_wards_much_lower"] = on_print
    return base.decide_findings(DECLARATION, inputs.council, tested)
