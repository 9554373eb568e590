"""Residents in open data: how many, of which groups, with which qualifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight.methods.estimate import Estimate, exactly
from insight.published.comparison import Computed, replicated
from insight.published.findings import Tested
from insight.published.replication.setting import PER_CENT, Setting
from insight.sources.standing import OPEN

if TYPE_CHECKING:
    import pandas as pd

ENGLAND = "E92000001"
CENSUS_DAY = "27 March 2011"
COUNT = "full count of the census, so without sampling error"


def _census_residents(setting: Setting) -> tuple[float, int]:
    """Return residents of the district on census day 2011 and the number of LSOAs added up."""
    lsoas = set(setting.of_district("oa_lookup_2011")["lsoa"])
    people = setting.tables.table("census_2011_persons")
    here = people[people["lsoa"].isin(lsoas)]
    return float(here["persons"].sum()), len(here)


def _estimates(setting: Setting) -> pd.Series:
    """Return mid-year estimates of the district by year; derived copies are by small area and are added up."""
    frame = setting.tables.table("population_estimates")
    here = frame[frame["area"] == setting.council.lad_code]
    return here.groupby("year")["value"].sum().sort_index()


def residents(setting: Setting, year_figure: str) -> Computed:
    """Return residents in the printed base year: the estimate as it stands today, else the count of the census."""
    year = int(setting.value(year_figure))
    if setting.tables.has("population_estimates") and year in _estimates(setting).index:
        note = f"Mid-{year} estimate as it stands today, revised after the census of 2011."
        return replicated(float(_estimates(setting)[year]), records=1, note=note)
    count, lsoas = _census_residents(setting)
    printed = setting.value("population.oldham.base_count")
    growth = setting.value("population.oldham.projected_count") - printed
    note = (
        f"Census count on {CENSUS_DAY}, {100 * (count / printed - 1):.1f} % above the estimate printed for mid-{year}: "
        f"{100 * (count - printed) / growth:.0f} % of the growth printed for the years to come was there already. "
        "Another day and another method, so not judged; estimates of earlier years were revised after this census."
    )
    return replicated(count, records=lsoas, note=note, is_comparable=False)


def outturn(setting: Setting, year_figure: str) -> Computed | None:
    """Return what became of the projection: the estimate of the projected year, or of the last year there is."""
    found, year = _estimates(setting), int(setting.value(year_figure))
    last = year if year in found.index else int(found.index.max())
    note = f"Mid-{last} estimate: what became of the projection to {year}. A projection is no claim about what came."
    return replicated(float(found[last]), records=1, note=note, is_comparable=False)


def population_growing(setting: Setting, _: str) -> Tested:
    """Return the latest estimate minus the census count of 2011."""
    count, lsoas = _census_residents(setting)
    found = _estimates(setting)
    later = found[found.index > int(CENSUS_DAY[-4:])]
    change = float(later.iloc[-1]) - count
    words = (
        f"mid-{later.index[-1]} estimate minus the census count of 2011; {COUNT}, the estimate's own error not known"
    )
    note = f"From {count:,.0f} to {later.iloc[-1]:,.0f}, {100 * change / count:.1f} %."
    return Tested(parts=(exactly(change, n=lsoas, method=words),), standing=OPEN, note=note)


def _share(frame: pd.DataFrame, area: str, wanted: str) -> tuple[float, float]:
    """Return the count of a cell, or of the cells that start with it, and of all cells' whole, for one area."""
    here = frame[frame["area"] == area].set_index("cell")["persons"]
    whole = float(here[[name for name in here.index if name.casefold().startswith("all ")]].max())
    exact = [name for name in here.index if name.casefold() == wanted.casefold()]
    begun = [name for name in here.index if name.casefold().startswith(f"{wanted.casefold()}:")]
    return float(here[exact or begun].sum()), whole


def qualification(setting: Setting, cell: str) -> Computed:
    """Return the share of residents aged 16 and over with a qualification, in per cent."""
    count, whole = _share(setting.tables.table("census_2011_qualifications"), setting.council.lad_code, cell)
    is_same = cell.casefold().startswith("no ")
    note = f"Census 2011, residents aged 16 and over: {cell.casefold()}." + (
        "" if is_same else " Level 4 takes in more than degrees, so it is not judged."
    )
    return replicated(PER_CENT * count / whole, records=int(whole), note=note, is_comparable=is_same)


def ethnic_2011(setting: Setting, cell: str) -> Computed:
    """Return the share of a group of residents in 2011, in per cent."""
    count, whole = _share(setting.tables.table("census_2011_ethnicity"), setting.council.lad_code, cell)
    note = "Census 2011, a full count; the print is an estimate for the year after, so it is not judged."
    return replicated(PER_CENT * count / whole, records=int(whole), note=note, is_comparable=False)


def _share_2021(setting: Setting, column: str) -> tuple[float, float]:
    frame = setting.tables.table("census_2021_ethnicity").set_index("area")
    row = frame.loc[setting.council.lad_code]
    return float(row[column]), float(row["persons"])


def ethnic_2021(setting: Setting, column: str) -> Computed:
    """Return the share of a group of residents in 2021, in per cent."""
    count, whole = _share_2021(setting, column)
    note = "Census 2021: what became of the projection to the year after. A projection is no claim about what came."
    return replicated(PER_CENT * count / whole, records=int(whole), note=note, is_comparable=False)


def white_share_falling(setting: Setting, _: str) -> Tested:
    """Return the change of the white share, and of the two heritage groups' share, between two censuses."""
    earlier = setting.tables.table("census_2011_ethnicity")
    white, whole = _share(earlier, setting.council.lad_code, "White")
    heritage = sum(
        _share(earlier, setting.council.lad_code, f"Asian/Asian British: {group}")[0]
        for group in ("Pakistani", "Bangladeshi")
    )
    later_white, later_whole = _share_2021(setting, "white")
    later_heritage = sum(_share_2021(setting, group)[0] for group in ("pakistani", "bangladeshi"))
    words = f"change of the share from census 2011 to census 2021, in points; {COUNT}"
    parts = tuple(
        exactly(PER_CENT * (later / later_whole - before / whole), n=int(whole + later_whole), method=words)
        for before, later in ((white, later_white), (heritage, later_heritage))
    )
    return Tested(parts=parts, standing=OPEN, note="What came, not what was projected.")


def low_qualifications(setting: Setting, _: str) -> Tested:
    """Return the borough's shares minus England's: level 4 and above, and without qualification."""
    frame = setting.tables.table("census_2011_qualifications")
    parts = []
    for cell in ("Level 4 qualifications and above", "No qualifications"):
        (count, whole), (other, rest) = (_share(frame, area, cell) for area in (setting.council.lad_code, ENGLAND))
        parts.append(_exact_gap(count / whole - other / rest, int(whole)))
    return Tested(parts=tuple(parts), standing=OPEN, note="Level 4 and above stands for a degree.")


def _exact_gap(value: float, n: int) -> Estimate:
    return exactly(value, n=n, method=f"borough minus England, residents aged 16 and over; {COUNT}")
