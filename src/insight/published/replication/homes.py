"""Homes in open data: which tenure leads in a ward, and whether areas of one class lie together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight.methods.estimate import Estimate
from insight.methods.segregation import segregation
from insight.methods.spatial import contiguity, join_count
from insight.published.findings import Tested
from insight.published.replication.setting import Setting, slug
from insight.sources.standing import OPEN

if TYPE_CHECKING:
    import pandas as pd

SOCIAL = "social_rented"
RIVALS = ("owned", "shared_ownership", "private_rented", "rent_free")
SEED = 1


def social_rent_predominant(setting: Setting, ward: str) -> Tested:
    """Return the share of social renting in a ward minus that of its largest rival, census 2021.

    A code of 2011 that is still a code of 2021 is the same area; those that did not last are not there. The limits
    give each of them the mean size of the others, once all rented socially and once all in the rival tenure.
    """
    areas = setting.of_district("oa_ward")
    here = areas[areas["ward"].map(slug) == ward]
    homes = setting.tables.table("census_2021_tenure").merge(here[["oa"]], on="oa", validate="one_to_one")
    sums = homes[["households", SOCIAL, *RIVALS]].sum()
    rival = sums[list(RIVALS)].idxmax()
    lead = float(sums[SOCIAL] - sums[rival])
    gone = (len(here) - len(homes)) * float(sums["households"]) / len(homes)
    whole = float(sums["households"]) + gone
    estimate = Estimate(
        estimate=lead / float(sums["households"]),
        lower=(lead - gone) / whole,
        upper=(lead + gone) / whole,
        n=int(sums["households"]),
        method="full count of the census of 2021; limits from output areas of 2011 that are not in it",
    )
    note = (
        f"{len(homes)} of {len(here)} output areas of the ward lasted to 2021: "
        f"{100 * sums[SOCIAL] / sums['households']:.1f} % of homes are rented from council or association, "
        f"{100 * sums[rival] / sums['households']:.1f} % are {str(rival).replace('_', ' ')}. "
        "Ten years after the print."
    )
    return Tested(parts=(estimate,), standing=OPEN, note=note)


def _spread(classes: pd.Series, zones: pd.Series) -> Estimate:
    """Return the dissimilarity of classes over zones minus that of whole output areas allocated at random."""
    import pandas as pd

    marks = pd.get_dummies(classes, dtype=float)
    found = segregation(
        marks.to_numpy(), zones.reindex(marks.index).tolist(), categories=list(marks.columns), seed=SEED
    )
    return Estimate(
        estimate=found.dissimilarity - found.random,
        lower=found.dissimilarity - found.usual_high,
        upper=found.dissimilarity - found.usual_low,
        n=found.units,
        method=f"dissimilarity of output areas over {found.zones} LSOAs minus that of areas allocated at random",
    )


def households_clumped(setting: Setting, _: str) -> Tested:
    """Return joins of like neighbours over those of shuffled labels, and dissimilarity above random allocation."""
    lookup = setting.of_district("oa_lookup_2011").drop_duplicates("oa").set_index("oa")
    outlines = setting.tables.table("oa_outlines_2011")
    here = outlines[outlines["oa"].isin(lookup.index)].drop_duplicates("oa")
    near = contiguity(here, code="oa", is_corner_enough=True)
    classes = setting.tables.table("output_area_classes").set_index("oa")["subgroup"].str[0]
    own = classes.reindex(list(near.areas))
    found = join_count(own.tolist(), near.pairs, seed=SEED)
    words = f"joins of like output areas over joins when labels are shuffled ({found.permutations} times, seed {SEED})"
    estimate = Estimate(
        estimate=found.ratio,
        lower=min(found.joins / found.usual_high, found.ratio),
        upper=found.joins / found.usual_low,
        n=found.areas,
        method=words,
    )
    note = (
        "Supergroups of the open Output Area Classification 2011 stand in for the commercial one, with which they have "
        f"no crosswalk: {found.joins:,} of {found.pairs:,} neighbouring pairs are alike, {found.expected:.0f} at "
        f"random (p = {found.p:.3f})."
    )
    return Tested(parts=(estimate, _spread(own, lookup["lsoa"])), standing=OPEN, note=note)
