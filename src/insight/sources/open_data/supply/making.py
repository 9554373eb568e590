"""Which inputs can be made, making them in their order, and keeping each beside its provenance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from insight import atomic, paths
from insight.catalogue import BY_NAME
from insight.errors import InputError
from insight.params import Council
from insight.sources.mapping.applying import slug
from insight.sources.open_data import store
from insight.sources.open_data.supply import areas, barriers, indicators
from insight.sources.open_data.supply.areas import CLASSES, COUNTS, LOOKUP_SOURCES, OUTLINES, Part
from insight.sources.open_data.tables import OpenTables
from insight.sources.reading import read_input
from insight.sources.standing import file_digest

if TYPE_CHECKING:
    import pandas as pd

ORDER = ("lookup", "boundaries", "oa_classification", "area_housing", "indicators", "barriers")
FOLDER = "inputs"
LINES = (barriers.RIVERS, barriers.ROADS)
State = Literal["made", "edited", "lacking", "broken"]


@dataclass(frozen=True, kw_only=True)
class Made:
    """What became of one input: where it is, of which sources it was made, or why it was not."""

    input: str
    state: State
    file: Path
    rows: int = 0
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    why: str = ""


def _lacks(tables: OpenTables, name: str) -> list[str]:
    """Return what is missing before an input can be made, in words."""
    base = [one for one in LOOKUP_SOURCES if not tables.has(one)]
    base += [" or ".join(names) for column, names in COUNTS.items() if areas.count_source(tables, column) is None]
    own = {
        "lookup": base,
        "boundaries": [*base, *([] if tables.has(OUTLINES) else [OUTLINES])],
        "oa_classification": [one for one in ("oa_lookup_2011", CLASSES) if not tables.has(one)],
        "area_housing": [*base, *([] if tables.has("census_2011_oa_tenure") else ["census_2011_oa_tenure"])],
        "indicators": base,
        "barriers": [
            *base,
            *([] if tables.has(OUTLINES) else [OUTLINES]),
            *([] if any(tables.has(one) for one in LINES) else [" or ".join(LINES)]),
        ],
    }
    return own[name]


def makeable(tables: OpenTables) -> list[str]:
    """Return the inputs that the fetched files suffice for."""
    return [name for name in ORDER if not _lacks(tables, name)]


def folder_of(council: str) -> Path:
    """Return where made inputs lie: beside what was fetched."""
    return store.folder(council) / FOLDER


def others_of(council: Council, tables: OpenTables) -> list[OpenTables]:
    """Return the fetched files of the other districts that have look-up and outlines, to be set beside the council."""
    import pandas as pd

    names = pd.read_csv(paths.reference("greater_manchester_districts.csv"), dtype=str)["name"].map(slug)
    places = {store.folder(name) for name in names if name != council.slug} - {tables.place}
    found = [OpenTables(tables.registry, place) for place in sorted(places) if place.is_dir()]
    return [one for one in found if one.has("oa_lookup_2011", OUTLINES)]


def _makers(
    tables: OpenTables, council: Council, others: Sequence[OpenTables]
) -> Mapping[str, Callable[[pd.DataFrame], Part]]:
    return {
        "boundaries": partial(areas.boundaries, tables, council, others=others),
        "oa_classification": lambda _: areas.classes(tables, council, others=others),
        "area_housing": partial(areas.housing, tables),
        "indicators": partial(indicators.indicators, tables, council),
        "barriers": partial(barriers.barriers, tables),
    }


def _write(table: pd.DataFrame, file: Path) -> None:
    text = areas.as_geojson(table) if file.suffix == ".geojson" else table.to_csv(index=False, lineterminator="\n")
    atomic.write_text(file, text)


def _kept(tables: OpenTables, part: Part, name: str, file: Path, council: Council) -> Made:
    """Write an input whole, read it by its contract, and put its provenance beside it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".draft-{file.name}")
    try:
        _write(part.table, draft)
        read_input(name, draft)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    sources = [tables.source(one) for one in part.sources]
    known = [about for one in sources if (path := store.found(one, tables.place)) and (about := store.provenance(path))]
    about = store.Provenance(
        source=", ".join(part.sources),
        title=f"{BY_NAME[name].title} of {council.name}, made of open data",
        url=", ".join(paths.shown(tables.place / one.file) for one in sources),
        retrieved=max((one.retrieved for one in known), default=datetime.now(UTC).date().isoformat()),
        sha256=file_digest(file),
        bytes=file.stat().st_size,
        rows=len(part.table),
        vintage=sources[0].vintage,
        edition=", ".join(dict.fromkeys(one.edition for one in sources)),
        licence=", ".join(dict.fromkeys(tables.registry.content.licences[one.licence] for one in sources)),
        attribution=" ".join(dict.fromkeys(tables.registry.content.attributions[one.attribution] for one in sources)),
    )
    atomic.write_json(store.sidecar(file), asdict(about))
    return Made(input=name, state="made", file=file, rows=len(part.table), sources=part.sources, notes=part.notes)


def supply(council: Council, tables: OpenTables, *, out: Path | None = None, is_replaced: bool = False) -> list[Made]:
    """Make every input that the fetched open data suffice for.

    Args:
        council: whose area it is.
        tables: its fetched files.
        out: folder to write into; ``inputs`` beside the fetched files by default.
        is_replaced: make anew what was edited since it was made.

    Returns:
        One row an input, in :data:`ORDER`; what fails stands with its reason, and leaves an earlier file as it was.
    """
    folder, found = out or folder_of(council.slug), []
    look: pd.DataFrame | None = None
    others = others_of(council, tables)
    for name in ORDER:
        file = folder / BY_NAME[name].file
        if lacking := _lacks(tables, name):
            found.append(Made(input=name, state="lacking", file=file, why=f"fetch {', '.join(lacking)}"))
            continue
        is_edited = file.exists() and not store.is_whole(file) and not is_replaced
        try:
            if look is None and name != "oa_classification":
                part = areas.lookup(tables, council)
                look = part.table
            if is_edited:
                why = "edited since it was made, so it stays; --replace makes it anew"
                found.append(Made(input=name, state="edited", file=file, why=why))
                continue
            if name != "lookup":
                part = _makers(tables, council, others)[name](look)
            found.append(_kept(tables, part, name, file, council))
        except (InputError, ValueError) as error:
            found.append(Made(input=name, state="broken", file=file, why=str(error)))
    return found
