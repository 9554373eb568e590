"""Indicators of open data in tidy rows: residents, tenure, census cells, deprivation, what comes ready made by ward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight.params import Council
from insight.sources.open_data.supply import cells
from insight.sources.open_data.supply.areas import Part, count_source, tenure_cells, ward_codes
from insight.sources.open_data.tables import OpenTables

if TYPE_CHECKING:
    import pandas as pd

CENSUS_YEAR = "2011"
CENSUS = "Office for National Statistics, census 2011"
ENGLAND = "E92000001"
NATION = "england"
COLUMNS = [
    *("theme", "indicator", "area", "period", "value", "numerator", "denominator", "unit", "source"),
    *("definition_version", "status", "vintage"),
]
PER_CENT = 100.0


def _rows(indicator: str, theme: str, frame: pd.DataFrame, **about: object) -> pd.DataFrame:
    filled = {"numerator": None, "denominator": None, "status": "", "vintage": None}
    made = frame.assign(theme=theme, indicator=indicator, **about)
    return made.assign(**{name: value for name, value in filled.items() if name not in made})[COLUMNS]


def _shares(indicator: str, theme: str, counts: pd.DataFrame, part: str, whole: str, **about: object) -> pd.DataFrame:
    """Return a share of each area from two counts; areas without a case are left out."""
    kept = counts[counts[whole] > 0]
    frame = kept.assign(value=kept[part] / kept[whole], numerator=kept[part], denominator=kept[whole])
    return _rows(indicator, theme, frame, unit="share", **about)


def residents(tables: OpenTables, areas: pd.DataFrame) -> list[tuple[pd.DataFrame, str]]:
    """Return residents of wards, and young children among them, from the counts of the look-up."""
    sums = areas.groupby("ward")[["persons", "children_0_4"]].sum().rename_axis("area").reset_index()
    about = {"period": CENSUS_YEAR, "source": CENSUS, "definition_version": "census_2011"}
    found = [
        (
            _rows("population", "population_families", sums.assign(value=sums["persons"]), unit="count", **about),
            str(count_source(tables, "persons")),
        )
    ]
    name = str(count_source(tables, "children_0_4"))
    if tables.is_of(name, CENSUS_YEAR):
        share = _shares("children_0_4_share", "population_families", sums, "children_0_4", "persons", **about)
        found.append((share, name))
    return found


def tenure(tables: OpenTables, areas: pd.DataFrame) -> list[tuple[pd.DataFrame, str]]:
    """Return shares of households that rent, by output area."""
    name = "census_2011_oa_tenure"
    if not tables.has(name):
        return []
    cells = tenure_cells(tables.table(name)).reindex(areas["oa"]).rename_axis("area").reset_index()
    about = {"period": CENSUS_YEAR, "source": CENSUS, "definition_version": "census_2011"}
    vintage = int(areas["vintage"].iloc[0])
    rented = ("social_rented", "private_rented")
    return [(_shares(one, "housing_amenities", cells, one, "all", vintage=vintage, **about), name) for one in rented]


def of_cells(tables: OpenTables, areas: pd.DataFrame) -> list[tuple[pd.DataFrame, str]]:
    """Return every indicator that the registry makes of cells: output areas of the look-up, and the nation."""
    import pandas as pd

    found, theme, vintage = [], cells.themes(), int(areas["vintage"].iloc[0])
    for name, source in tables.registry.sources.items():
        if not source.shares or not tables.has(name):
            continue
        about = {"period": source.edition, "source": CENSUS, "definition_version": f"census_{source.edition}"}
        for indicator, made in cells.shares(tables, source).items():
            own = made[made["area"].isin(areas["oa"])].assign(vintage=vintage)
            nation = made[made["area"] == ENGLAND].assign(area=NATION)
            parts = pd.concat([own, nation]).astype({"vintage": "Int64"})
            found.append((_rows(indicator, theme[indicator], parts, unit="share", **about), name))
    return found


def deprivation(tables: OpenTables, areas: pd.DataFrame) -> list[tuple[pd.DataFrame, str]]:
    """Return scores of deprivation: each output area has that of its LSOA, of every edition on LSOAs of its vintage.

    Editions are versions of the definition: their scores are never compared.
    """
    found, vintage = [], str(areas["vintage"].iloc[0])
    for name, source in tables.registry.sources.items():
        if not name.startswith("deprivation_") or source.vintage != vintage or not tables.has(name):
            continue
        frame = tables.table(name)
        if "score" not in frame:
            continue
        scores = areas[["oa", "lsoa"]].merge(frame[["lsoa", "score"]], on="lsoa", validate="many_to_one")
        rows = _rows(
            "deprivation_score",
            "incomes",
            scores.rename(columns={"oa": "area", "score": "value"}).dropna(subset=["value"]),
            unit="score",
            period=source.edition,
            source=f"MHCLG, Index of Multiple Deprivation {source.edition}",
            definition_version=f"imd_{source.edition}",
            vintage=int(vintage),
        )
        found.append((rows, name))
    return found


def _start(period: str) -> str:
    """Return a publisher's period as the contract has it: the year it starts in, pooled ones with the last start."""
    years = [part.strip() for part in period.split(" - ")]
    return years[0][:4] if len(years) == 1 else f"{years[0][:4]}-{years[-1].split('/')[0][-2:]}"


def of_wards(tables: OpenTables, council: Council) -> list[tuple[pd.DataFrame, str]]:
    """Return indicators that come ready made with their counts: wards of the look-up's codes, borough and nation."""
    found, theme = [], cells.themes()
    for name, source in tables.registry.sources.items():
        if source.counted is None or not tables.has(name):
            continue
        frame, wards = tables.table(name), ward_codes(tables, council)
        known = dict(zip(wards["ward_gss"], wards["ward"], strict=True))
        known |= {council.lad_code: council.slug, ENGLAND: NATION}
        if "category" in frame:
            # Rows of one part of an area, such as a tenth by deprivation, stand among those of the whole.
            frame = frame[frame["category"].isna()]
        here = frame.assign(area=frame["area"].map(known), period=frame["period"].astype(str).map(_start))
        # The source's own vintage is dropped: it is that of ward codes, and the rows carry the look-up's.
        here = here[["area", "period", "numerator", "denominator"]].dropna().drop_duplicates(["area", "period"])
        one = source.counted
        about = {"source": one.publisher, "definition_version": one.version}
        found.append((_shares(one.indicator, theme[one.indicator], here, "numerator", "denominator", **about), name))
    return found


def indicators(tables: OpenTables, council: Council, areas: pd.DataFrame) -> Part:
    """Return all indicators that the fetched sources give, as the contract has them."""
    import pandas as pd

    found = [
        *residents(tables, areas),
        *tenure(tables, areas),
        *of_cells(tables, areas),
        *deprivation(tables, areas),
        *of_wards(tables, council),
    ]
    table = pd.concat([rows for rows, _ in found if len(rows)], ignore_index=True)
    names = ", ".join(dict.fromkeys(table["indicator"]))
    sources = tuple(dict.fromkeys(name for rows, name in found if len(rows)))
    return Part(table=table.astype({"vintage": "Int64"}), sources=sources, notes=(f"indicators: {names}",))
