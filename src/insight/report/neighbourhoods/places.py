"""Which neighbourhoods a council has, what the stages' tables hold of each, and where it lies."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from insight.display import palette
from insight.display.figure import Figure
from insight.report.page import Run
from insight.report.saved import saved
from insight.sources.standing import Standing

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

METRES_IN_KM = 1000
KEYS = ("neighbourhood", "neighbourhood_name")
OUTLINE_LICENCE = (
    "Source of LSOA outlines: Office for National Statistics licensed under the Open Government Licence v.3.0. "
    "Contains OS data © Crown copyright and database right."
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A neighbourhood of the council's look-up."""

    code: str
    name: str
    ward: str
    ward_code: str = ""

    @property
    def page(self) -> str:
        """File name of its page."""
        return f"neighbourhood-{re.sub(r'[^a-z0-9]+', '-', self.code.lower())}.html"


def rows_of_input(run: Run, name: str) -> list[dict[str, str]]:
    """Return the rows of an input that holds no people, as text; none where it is not supplied."""
    path = run.loaded.input_path(name)
    if path is None or not path.exists() or path.suffix != ".csv":
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def places(run: Run) -> list[Place]:
    """Return the neighbourhoods of the look-up, by ward and name."""
    found = {
        row["neighbourhood"]: Place(
            code=row["neighbourhood"],
            name=row.get("neighbourhood_name") or row["neighbourhood"],
            ward=row.get("ward_name") or row["ward"],
            ward_code=row["ward"],
        )
        for row in rows_of_input(run, "lookup")
        if row.get("neighbourhood")
    }
    return sorted(found.values(), key=lambda place: (place.ward, place.name))


def stage_table(run: Run, stage: str, name: str) -> pd.DataFrame | None:
    """Return a publishable table of the last run; nothing where the stage left none."""
    return saved(run, stage, name)


def rows_of(frame: pd.DataFrame | None, place: Place) -> pd.DataFrame:
    """Return a neighbourhood's rows, without the columns that say whose they are.

    Its name or code stands in a column of :data:`KEYS`; or the table is long over kinds of area, with ``level`` and the
    code in ``area``.
    """
    import pandas as pd

    if frame is None:
        return pd.DataFrame()
    keys = [name for name in KEYS if name in frame.columns]
    is_long = not keys and "level" in frame.columns
    keys = ["area"] if is_long else keys
    is_own = pd.Series(data=False, index=frame.index)
    for name in keys:
        is_own |= frame[name].isin([place.code, place.name])
    if is_long:
        is_own &= frame["level"] == "neighbourhood"
    spare = [name.removesuffix("_name") for name in frame.columns if name.endswith("_name")]
    about = {name for name in (*keys, *spare, "level", "ward", "ward_name", "name") if name in frame.columns}
    return frame[is_own].drop(columns=sorted(about)).reset_index(drop=True)


def shapes(run: Run) -> gpd.GeoDataFrame | None:
    """Return the outlines of neighbourhoods in metres, by code; nothing without boundaries that match the look-up."""
    import geopandas as gpd
    import pandas as pd

    path, lookup = run.loaded.input_path("boundaries"), pd.DataFrame(rows_of_input(run, "lookup"))
    if path is None or not path.exists() or lookup.empty:
        return None
    areas = gpd.read_file(path)
    if "code" not in areas.columns:
        return None
    joined = areas.merge(lookup[["oa", "neighbourhood"]], left_on="code", right_on="oa")
    return joined[joined["neighbourhood"].fillna("") != ""].to_crs(27700).dissolve("neighbourhood")


def small_map(outlines: gpd.GeoDataFrame, place: Place, standing: Standing) -> str:
    """Return a small map of the neighbourhood among the others, as HTML."""
    import matplotlib.pyplot as plt
    import pandas as pd

    fig, axes = plt.subplots(figsize=(4.2, 3.4), layout="constrained")
    colours = [palette.categorical(0) if code == place.code else palette.NO_DATA for code in outlines.index]
    outlines.plot(ax=axes, color=colours, edgecolor=palette.MUTED, linewidth=0.8)
    axes.set_axis_off()
    size = outlines.loc[place.code].geometry.area / METRES_IN_KM**2
    made = Figure(
        fig,
        name="where",
        title=f"{place.name} lies in {place.ward} and covers {size:.2f} square kilometres",
        alt=f"Small map of {len(outlines)} neighbourhoods with {place.name} shaded dark among the others.",
        caption=OUTLINE_LICENCE,
        source="Boundaries and look-up of the council's params file",
        n=len(outlines),
        data=pd.DataFrame({"neighbourhood": [place.name], "ward": [place.ward], "area_km2": [round(size, 3)]}),
        standing=standing,
    )
    return made.html()
