"""Land in open data: how much of the borough is national park, and how dense its two halves are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from insight.methods.estimate import Estimate, exactly
from insight.methods.spatial import snapped
from insight.published.comparison import Computed, replicated
from insight.published.findings import Tested
from insight.published.replication.setting import PER_CENT, Setting
from insight.sources.open_data.tables import joined
from insight.sources.standing import OPEN

if TYPE_CHECKING:
    import geopandas as gpd

HECTARE_M2 = 10_000.0
EAST, WEST = "east", "west"


def _lsoas(setting: Setting) -> gpd.GeoDataFrame:
    """Return the district's LSOAs in the national grid; copies for several districts are cut by the place's name."""
    frame = setting.tables.table("lsoa_outlines_2011")
    here = frame[frame["name"].str.startswith(f"{setting.council.name} ")]
    return snapped(here.reset_index(drop=True))


def _park(setting: Setting, name: str) -> gpd.GeoDataFrame:
    frame = setting.tables.table("national_parks")
    return snapped(frame[frame["park"].str.startswith(name)].reset_index(drop=True))


def park_share(setting: Setting, park: str) -> Computed:
    """Return the share of the borough's land inside a national park, in per cent."""
    lsoas, outline = _lsoas(setting), _park(setting, park).union_all()
    share = PER_CENT * float(lsoas.intersection(outline).area.sum() / lsoas.area.sum())
    note = f"Outlines generalised to 20 m: {lsoas.area.sum() / HECTARE_M2:,.0f} hectares of {len(lsoas)} LSOAs."
    return replicated(share, records=len(lsoas), note=note)


def west_dense_east_rural(setting: Setting, park: str) -> Tested:
    """Return residents a hectare west over east of the borough's middle, and the park's share of the eastern land."""
    lsoas = joined(_lsoas(setting), setting.tables.table("census_2011_persons"), on="lsoa", vintage="2011")
    middle = float(lsoas.union_all().centroid.x)
    lsoas["half"] = [EAST if point.x > middle else WEST for point in lsoas.centroid]
    lsoas["area_m2"] = lsoas.area
    sums = lsoas.groupby("half")[["persons", "area_m2"]].sum()
    density = sums["persons"] / sums["area_m2"]
    words = "residents a hectare, LSOAs west over LSOAs east of the centroid of the borough; census 2011"
    ratio = exactly(float(density[WEST] / density[EAST]), n=len(lsoas), method=words)
    return Tested(parts=(ratio, _in_park(setting, park, lsoas)), standing=OPEN, note="")


def _in_park(setting: Setting, park: str, lsoas: gpd.GeoDataFrame) -> Estimate:
    if not setting.tables.has("national_parks"):
        words = "land in the park is not known: fetch national_parks"
        return Estimate(estimate=math.nan, lower=None, upper=None, n=0, method=words)
    east = lsoas[lsoas["half"] == EAST]
    share = east.intersection(_park(setting, park).union_all()).area.sum() / east.area.sum()
    return exactly(float(share), n=len(east), method="share of the land of the eastern LSOAs inside the park")
