"""What each claim rests on: gaps to nation, region and neighbours, parts of the print, counts of places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from insight.methods.association import bonferroni, smallest
from insight.methods.estimate import Estimate, exactly
from insight.methods.intervals import byar, difference, newcombe_difference, wilson
from insight.privacy.loading import Inputs
from insight.published import ledger
from insight.published.findings import Tested
from insight.sources.standing import PUBLISHED
from insight.stages.profiling import directions, measures, services, spread
from insight.stages.profiling.analysis import Results
from insight.stages.profiling.declaration import Params

PER_CENT = 100.0
QUARTER, FIFTH = 1 / 4, 1 / 5
YEARS_LABEL = {"male": "male_years", "female": "female_years"}
"""Label, in the ledger's ids, of life expectancy by sex."""


def borough_of(inputs: Inputs) -> str:
    """Return the code of the council's own area."""
    return str(inputs.table("lookup")["borough"].iloc[0])


Part = Estimate | None
NATION, REGION = "nation", "region"
GAPS = {
    # claim: (indicator, benchmark) a part; each part is the borough's share minus the benchmark's
    "breastfeeding_lower": (("breastfed_6_8_weeks", NATION),),
    "dental_worse": (("tooth_decay_under_5", REGION), ("tooth_decay_under_5", NATION)),
    "low_qualifications": (("degree", NATION), ("no_qualification", NATION)),
    "financial_strain": (
        ("money_problems", NATION),
        ("large_household_debt", NATION),
        ("able_to_repay_debt", NATION),
    ),
    "health_self_report_pattern": (
        ("reports_anxiety_or_depression", NATION),
        ("reports_chest_problems", NATION),
        ("reports_cancer", NATION),
        ("reports_heart_problems", NATION),
    ),
}
ROOM_FOR_RISE = (
    "ethnicity.oldham.pakistani_projected_pct+ethnicity.oldham.bangladeshi_projected_pct"
    "+ethnicity.oldham.white_base_pct-100"
)
PRINTED = {
    "population_growing": ("population.oldham.projected_count-population.oldham.base_count",),
    "white_share_falling": (
        "ethnicity.oldham.white_projected_pct-ethnicity.oldham.white_base_pct",
        ROOM_FOR_RISE,
    ),
    "eyfs_below_nation": ("eyfs.england.good_level_pct-eyfs.oldham.good_level_pct",),
    "wards_most_deprived": (
        "deprivation.coldhurst.rank_in_oldham",
        "deprivation.st_marys.rank_in_oldham",
        "deprivation.coldhurst.england_top_pct",
        "deprivation.st_marys.england_top_pct",
    ),
    "life_expectancy_lower": tuple(
        f"life_expectancy.england.{label}-life_expectancy.{ward}.{label}"
        for ward in ("coldhurst", "st_marys")
        for label in YEARS_LABEL.values()
    ),
}
WARDS_ON_PRINT = ("st_marys", "coldhurst")
NOTES = {
    "white_share_falling": "The two groups' base shares are not printed; at most they were all who were not white.",
    "wards_most_deprived": "Printed ranks, taken as printed; the check on printed figures ranks the wards anew.",
    "life_expectancy_lower": "From the four pairs of printed years; their sampling error is not printed.",
}


class Claims:
    """The estimates that claims rest on, from one run's results."""

    def __init__(self, inputs: Inputs, results: Results, params: Params) -> None:
        self.inputs, self.results, self.params = inputs, results, params
        self.borough = borough_of(inputs)

    def one(self, indicator: str, area: str | None = None, period: str | None = None) -> Part:
        """Return an estimate with limits, or ``None``."""
        row = measures.row_of(self.results.estimates, indicator, area or self.borough, period)
        return None if row is None or pd.isna(row["lower"]) else measures.as_estimate(row)

    def gap(self, first: Part, second: Part) -> Part:
        """Return first minus second."""
        return None if first is None or second is None else difference(first, second)

    def against(self, indicator: str, benchmark: str) -> Part:
        """Return the borough minus a benchmark."""
        return self.gap(self.one(indicator), self.one(indicator, getattr(self.params, benchmark)))

    def off(self, found: Part, target: float) -> Part:
        """Return an estimate less a stated share, for claims such as `a quarter`."""
        if found is None or found.lower is None or found.upper is None:
            return None
        return replace(found, estimate=found.estimate - target, lower=found.lower - target, upper=found.upper - target)

    def infants(self) -> list[Part]:
        """Return infant mortality against nation, region and the earliest period."""
        rows = self.results.estimates.query("indicator == 'infant_deaths' and area == @self.borough")
        earlier: Part = None
        if len(rows) > 1:
            first, last = (rows.sort_values("period").iloc[place] for place in (0, -1))
            rates = [byar(round(row["numerator"]), row["denominator"] / measures.THOUSAND) for row in (last, first)]
            earlier = difference(*rates)
        return [self.against("infant_deaths", NATION), self.against("infant_deaths", REGION), earlier]

    def obesity(self) -> list[Part]:
        """Return the borough's share less a fifth, and its gap to the neighbour that it is furthest below."""
        rows = measures.latest(self.results.estimates.query("indicator == 'obese_year_6'"))
        own, others = rows[rows["area"] == self.borough], rows[rows["level"] == "neighbour"]
        if own.empty or others.empty:
            return [None, None]
        level = bonferroni(0.95, len(others))
        mine = own.iloc[0]
        gaps = [
            newcombe_difference(
                mine["numerator"], mine["denominator"], row["numerator"], row["denominator"], level=level
            )
            for _, row in others.iterrows()
        ]
        return [self.off(self.one("obese_year_6"), FIFTH), smallest(gaps)]

    def eyfs_wards(self) -> list[Part]:
        """Return each focus ward's share minus that of the rest of the borough, which makes the two independent."""
        frame = self.results.estimates
        whole = measures.row_of(frame, measures.EYFS, self.borough)
        found: list[Part] = []
        for ward in self.params.focus_wards:
            row = measures.row_of(frame, measures.EYFS, ward)
            if row is None or whole is None:
                return [None]
            rest = (whole["numerator"] - row["numerator"], whole["denominator"] - row["denominator"])
            found.append(newcombe_difference(row["numerator"], row["denominator"], *rest))
        return found

    def older(self) -> list[Part]:
        """Return the white share of the oldest, and the change of the heritage share among them."""
        base_year, projected = self.params.ethnicity_base, self.params.ethnicity_projected
        name = "heritage_age_65_over"
        change = self.gap(self.one(name, period=projected), self.one(name, period=base_year))
        return [self.one("white_age_65_over", period=projected), change]

    def manufacturing(self) -> list[Part]:
        """Return the borough's share of jobs minus the nation's, and the yearly change of its jobs."""
        rows = self.results.estimates.query("indicator == 'manufacturing_jobs' and area == @self.borough")
        if rows.empty:
            return [None]
        # A new survey or classification makes jobs before and after it no series.
        rows = directions.last_run(rows, self.results.entries["manufacturing_jobs"].breaks)
        years, counts = rows["period"].astype(int).to_numpy(), rows["numerator"].to_numpy(dtype=float)
        return [self.against("manufacturing_jobs", NATION), spread.yearly_change(years.astype(float), counts)]

    def halves(self) -> list[Part]:
        """Return how many times denser the west is, and the share of the east inside the national park."""
        if self.results.halves is None:
            return [None]
        half = self.results.halves.set_index("half")
        ratio = float(half.loc["west", "residents_per_hectare"] / half.loc["east", "residents_per_hectare"])
        method = "full count, no sampling interval"
        wards = int(self.inputs.table("lookup")["ward"].nunique())
        return [
            exactly(ratio, n=wards, method=method),
            exactly(float(half.loc["east", "park_share"]), n=wards, method=method),
        ]

    def neediest(self) -> list[Part]:
        """Return reach of children's centres in the most deprived band, twice: some are reached, and not all."""
        rows = self.results.reach_counts
        band = rows[(rows["service"] == services.CENTRE) & (rows["level"] == "band")]
        if band.empty:
            return [None]
        first = band.sort_values("area", key=lambda codes: codes.astype(int)).iloc[0]
        found = wilson(min(first["registered"], first["children_0_4"]), first["children_0_4"])
        return [found, found]

    def places(self) -> list[Part]:
        """Return the number of neighbourhoods, and likeness of renting within them."""
        count = len(self.results.neighbourhoods)
        if count == 0:
            return [None]
        areas = int(self.results.neighbourhoods["output_areas"].sum())
        return [exactly(float(count), n=areas, method="count in the look-up"), self.results.likeness]


def on_inputs(claims: Claims) -> dict[str, tuple[Sequence[Part], tuple[str, ...]]]:
    """Return, by claim, the estimates of its parts and the inputs behind them."""
    table = ("indicators",)
    found: dict[str, tuple[Sequence[Part], tuple[str, ...]]] = {
        name: ([claims.against(indicator, benchmark) for indicator, benchmark in parts], table)
        for name, parts in GAPS.items()
    }
    young, grown = claims.one("heritage_age_0_15"), claims.one("heritage_age_16_over")
    found |= {
        "infant_mortality_higher": (claims.infants(), table),
        "obesity_year6_below_neighbours": (claims.obesity(), table),
        "children_more_diverse": ([claims.gap(young, grown)], table),
        "older_stays_white": (claims.older(), table),
        "manufacturing_shrinking": (claims.manufacturing(), table),
        "smoking_and_poor_health": (
            [claims.off(claims.one("smokes"), QUARTER), claims.against("poor_or_very_poor_health", NATION)],
            table,
        ),
        "saving_short_term": (
            [
                claims.one("tries_to_save"),
                claims.against("saves_short_term_only", NATION),
                claims.against("second_job", NATION),
            ],
            table,
        ),
        "eyfs_wards_much_lower": (claims.eyfs_wards(), ("eyfs_counts",)),
        "west_dense_east_rural": (claims.halves(), ("indicators", "lookup", "boundaries")),
        "nine_neighbourhoods": (claims.places(), ("lookup", "indicators")),
        "reach_of_neediest_partial": (claims.neediest(), ("roster_childrens_centre", "indicators", "lookup")),
        "geographic_barriers": (
            [claims.results.barrier_gap],
            ("roster_childrens_centre", "barriers", "places", "boundaries", "lookup", "indicators"),
        ),
        "profiles_time_consuming": ([claims.results.overrun], ("effort_log",)),
    }
    return found


def wards_below_on_print(book: ledger.Ledger | None) -> Tested | None:
    """Return each focus ward's printed share minus the borough's, with the cohort that the print implies.

    The print gives no cohort; the rise in points and in children implies one for both wards together. Half of its lower
    limit is taken for each ward; the borough's share is known within its rounding.
    """
    if book is None:
        return None
    rise = book.figures["outcomes.both_wards.eyfs_increase_children_count"]
    points = book.figures["outcomes.both_wards.eyfs_increase_pct"]
    cohort = int(PER_CENT * rise.interval.lower / points.interval.upper / len(WARDS_ON_PRINT))
    whole = book.figures["eyfs.oldham.good_level_pct"]
    borough = Estimate(
        estimate=float(whole.value) / PER_CENT,
        lower=whole.interval.lower / PER_CENT,
        upper=whole.interval.upper / PER_CENT,
        n=cohort,
        method="printed share within its rounding",
    )
    parts = []
    for ward in WARDS_ON_PRINT:
        share = float(book.figures[f"eyfs.{ward}.good_level_pct"].value) / PER_CENT
        parts.append(difference(wilson(share * cohort, cohort), borough))
    note = f"Cohorts are not printed; {cohort} children a ward is half of the least that the print implies for both."
    return Tested(parts=tuple(parts), standing=PUBLISHED, note=note)
