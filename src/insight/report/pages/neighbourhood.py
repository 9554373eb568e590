"""A page for each neighbourhood: everything that the stages' tables say of it, in one place, with a small map.

Which tables belong here is declared by the stages; a table that holds no row of a neighbourhood says so there.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from insight import paths
from insight.display import palette
from insight.display.figure import Figure
from insight.display.table import Table
from insight.report.page import Page, Run, plain_page
from insight.report.parts import words
from insight.report.rendering import text
from insight.report.standing import of_stage
from insight.sources.standing import Standing
from insight.stages.base import Declaration

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

GROUP = "Neighbourhoods"
METRES_IN_KM = 1000
KEYS = ("neighbourhood", "neighbourhood_name")
NOT_HERE = "Not surveyed or not supplied here: no row of this neighbourhood stands in the stage's table."
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

    @property
    def page(self) -> str:
        """File name of its page."""
        return f"neighbourhood-{re.sub(r'[^a-z0-9]+', '-', self.code.lower())}.html"


def _lookup(run: Run) -> list[dict[str, str]]:
    path = run.loaded.input_path("lookup")
    if path is None or not path.exists():
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
        )
        for row in _lookup(run)
        if row.get("neighbourhood")
    }
    return sorted(found.values(), key=lambda place: (place.ward, place.name))


def _rows_of(frame: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return a neighbourhood's rows, without the columns that say whose they are.

    Its name or code stands in a column of :data:`KEYS`; or the table is long over kinds of area, with ``level`` and the
    code in ``area``.
    """
    import pandas as pd

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
    return frame[is_own].drop(columns=sorted(about))


def _formats(frame: pd.DataFrame) -> dict[str, str]:
    """Return how shares are printed; limits are those of a share where the table has one."""
    shares = [name for name in frame.columns if "share" in name or name in {"reach", "difference"}]
    limits = [name for name in ("lower", "upper") if shares and name in frame.columns]
    numeric = frame.select_dtypes("number").columns
    return {name: "{:.1%}" for name in (*shares, *limits) if name in numeric}


def _tables(run: Run, stage: Declaration) -> Iterator[tuple[str, str, pd.DataFrame]]:
    import pandas as pd

    folder = paths.stage_dir(run.loaded.council.slug, stage.name) / "tables"
    for name, title in stage.by_neighbourhood.items():
        if stage.tables[name] == "publishable" and (folder / f"{name}.csv").exists():
            yield name, title, pd.read_csv(folder / f"{name}.csv")


def _part(run: Run, stage: Declaration, place: Place) -> str:
    parts = [f'<h2>{text(stage.title)}</h2><p><a href="{stage.name}.html">How this was found</a></p>']
    if not run.has_results(stage.name):
        return "\n".join([parts[0], "<p>Not supplied: the stage did not run.</p>"])
    standing = of_stage(run, stage.name)
    for name, title, frame in _tables(run, stage):
        own = _rows_of(frame, place)
        if own.empty:
            parts.append(f"<p>{text(title)}: {NOT_HERE}</p>")
            continue
        made = Table(
            own.dropna(axis="columns", how="all"),
            name=f"{stage.name.replace('_', '-')}-{name.replace('_', '-')}",
            title=title,
            caption=f"Rows of {place.name} in {stage.title}, table {words(name)}; intervals are 95 % limits.",
            source=f"{stage.title}, tables/{name}.csv",
            n=len(own),
            standing=standing,
            formats=_formats(own),
        )
        parts.append(made.html())
    return "\n".join(parts)


def _shapes(run: Run) -> gpd.GeoDataFrame | None:
    import geopandas as gpd
    import pandas as pd

    path, lookup = run.loaded.input_path("boundaries"), pd.DataFrame(_lookup(run))
    if path is None or not path.exists() or lookup.empty:
        return None
    areas = gpd.read_file(path)
    if "code" not in areas.columns:
        return None
    joined = areas.merge(lookup[["oa", "neighbourhood"]], left_on="code", right_on="oa")
    return joined[joined["neighbourhood"].fillna("") != ""].to_crs(27700).dissolve("neighbourhood")


def _map(shapes: gpd.GeoDataFrame, place: Place, standing: Standing) -> str:
    import matplotlib.pyplot as plt
    import pandas as pd

    fig, axes = plt.subplots(figsize=(4.2, 3.4), layout="constrained")
    colours = [palette.categorical(0) if code == place.code else palette.NO_DATA for code in shapes.index]
    shapes.plot(ax=axes, color=colours, edgecolor=palette.MUTED, linewidth=0.8)
    axes.set_axis_off()
    size = shapes.loc[place.code].geometry.area / METRES_IN_KM**2
    made = Figure(
        fig,
        name="where",
        title=f"{place.name} lies in {place.ward} and covers {size:.2f} square kilometres",
        alt=f"Small map of {len(shapes)} neighbourhoods with {place.name} shaded dark among the others.",
        caption=OUTLINE_LICENCE,
        source="Boundaries and look-up of the council's params file",
        n=len(shapes),
        data=pd.DataFrame({"neighbourhood": [place.name], "ward": [place.ward], "area_km2": [round(size, 3)]}),
        standing=standing,
    )
    return made.html()


def neighbourhood_pages(run: Run) -> list[Page]:
    """Return a page for each neighbourhood, and none where the council's look-up names none."""
    found = places(run)
    stages = [one for one in run.stages.values() if one.by_neighbourhood]
    shapes = _shapes(run) if found else None
    pages = []
    for place in found:
        parts = [
            f"<p>A neighbourhood of {text(place.ward)}. What this run knows of it; each part leads to its stage.</p>"
        ]
        if shapes is not None and place.code in shapes.index:
            parts += ["<h2>Where it lies</h2>", _map(shapes, place, of_stage(run, "profiling"))]
        parts += [_part(run, stage, place) for stage in stages]
        page = plain_page(place.page, "\n".join(parts), title=place.name, short=place.name, group=GROUP)
        pages.append(page)
    return pages
