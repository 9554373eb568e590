"""Year-groups in open data, and what the printed rise and the printed attainment mean at their sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight.methods.estimate import Estimate
from insight.methods.intervals import newcombe_difference
from insight.published.comparison import Computed, replicated
from insight.published.findings import Tested
from insight.published.replication.setting import PER_CENT, Setting
from insight.sources.open_data.tables import joined
from insight.sources.standing import OPEN

if TYPE_CHECKING:
    import pandas as pd

AGES = 5
"""Years of age from 0 to 4, so that a fifth of them is a year-group."""
RISE, MORE = "outcomes.both_wards.eyfs_increase_pct", "outcomes.both_wards.eyfs_increase_children_count"
UNIT_COST = "benefits.unit_cost_not_achieving_gbp_per_year"
WARDS = ("coldhurst", "st_marys")
LARGEST_TRIED = 2000


def year_groups(setting: Setting) -> pd.DataFrame:
    """Return the mean size of a year-group: one row a year of the data, one column a ward, ``borough`` beside."""
    ages = setting.tables.table("census_2011_ages")
    both = joined(ages, setting.wards(), on="lsoa", vintage="2011")
    wide = both.pivot_table(index="year", columns="ward", values="value", aggfunc="sum") / AGES
    return wide.assign(borough=wide.sum(axis=1))


def _both(setting: Setting) -> pd.Series:
    return setting.once("year groups", year_groups)[list(WARDS)].sum(axis=1)


def _spread(sizes: pd.Series, what: str) -> str:
    years = "; ".join(f"{year} {size:,.0f}" for year, size in sizes.items())
    return f"A year-group of {what} (a fifth of those aged 0 to 4): {years}."


def _implied(setting: Setting) -> str:
    """Return, in words, which reading of the printed rise the year-groups allow."""
    sizes = _both(setting)
    points = PER_CENT * setting.value(MORE) / setting.value(RISE)
    low, high = (float(PER_CENT * end[0] / end[1]) for end in _ends(setting))
    base = [setting.value(f"eyfs.{ward}.good_level_pct") / PER_CENT for ward in WARDS]
    relative = points / (sum(base) / len(base))
    fits = sizes.min() <= high and sizes.max() >= low
    return (
        f"Read as points the two printed numbers imply {points:,.0f} children ({low:,.0f} to {high:,.0f}), which the "
        f"year-groups {'reach' if fits else 'do not reach'}; read as a relative rise they imply about {relative:,.0f}, "
        f"{relative / sizes.max():.1f} times the largest year-group."
    )


def _ends(setting: Setting) -> tuple[tuple[float, float], tuple[float, float]]:
    more, rise = setting.printed(MORE), setting.printed(RISE)
    return (more.lower, rise.upper), (more.upper, rise.lower)


def rise_in_children(setting: Setting, _: str) -> Computed:
    """Return the printed rise in points times a year-group of both wards, in children."""
    sizes, rise = _both(setting), setting.printed(RISE)
    limits = rise.lower * sizes.min() / PER_CENT, rise.upper * sizes.max() / PER_CENT
    note = f"{_spread(sizes, 'both wards')} {_implied(setting)}"
    value = setting.value(RISE) * float(sizes.mean()) / PER_CENT
    return replicated(value, records=len(sizes), note=note, limits=(float(limits[0]), float(limits[1])))


def rise_in_points(setting: Setting, _: str) -> Computed:
    """Return the printed extra children over a year-group of both wards, in points."""
    sizes, more = _both(setting), setting.printed(MORE)
    limits = PER_CENT * more.lower / sizes.max(), PER_CENT * more.upper / sizes.min()
    note = f"{_spread(sizes, 'both wards')} {_implied(setting)}"
    value = PER_CENT * setting.value(MORE) / float(sizes.mean())
    return replicated(value, records=len(sizes), note=note, limits=(float(limits[0]), float(limits[1])))


def roll_out(setting: Setting, _: str) -> Computed:
    """Return printed rise times the borough's year-group times printed unit cost, in pounds a year."""
    sizes = setting.once("year groups", year_groups)["borough"]
    value = setting.value(RISE) / PER_CENT * float(sizes.min()) * setting.value(UNIT_COST)
    note = (
        f"{_spread(sizes, 'the borough')} At the smallest, the same rise everywhere would come to several times the "
        "printed bound: the bound holds, and says little. Whether the wards' rise can be had elsewhere no data tell."
    )
    return replicated(value, records=len(sizes), note=note)


def _gap(setting: Setting, ward: str, size: float, borough: float) -> Estimate:
    """Return the printed share of a ward minus that of the rest of the borough at given year-groups."""
    share, whole = (setting.value(f"eyfs.{area}.good_level_pct") / PER_CENT for area in (ward, setting.book.name))
    return newcombe_difference(share * size, size, whole * borough - share * size, borough - size)


def least_size(setting: Setting, ward: str, borough: float) -> int | None:
    """Return the smallest year-group of a ward from which on its printed share is significantly lower, or ``None``."""
    found = None
    for size in range(min(LARGEST_TRIED, int(borough) - 1), 1, -1):
        upper = _gap(setting, ward, size, borough).upper
        if upper is None or upper >= 0:
            break
        found = size
    return found


def eyfs_wards_much_lower(setting: Setting, wards: str) -> Tested:
    """Return each ward's printed share minus the rest of the borough's at the smallest year-groups of the data."""
    smallest = setting.once("year groups", year_groups).min()
    borough = float(smallest["borough"])
    parts, words = [], []
    for ward in wards.split():
        parts.append(_gap(setting, ward, float(smallest[ward]), borough))
        least = least_size(setting, ward, borough)
        words.append(f"{ward}: a year-group of {smallest[ward]:,.0f}; significantly lower from {least} children on.")
    note = f"Printed shares, year-groups from open data (the smallest of their years). {' '.join(words)}"
    return Tested(parts=tuple(parts), standing=OPEN, note=note)
