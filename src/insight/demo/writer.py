"""Writing a demonstration world as the files that councils hold, with manifest, truth file and runnable params."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from insight import atomic, paths
from insight.catalogue import CATALOGUE, InputKind
from insight.demo import sharing
from insight.demo.world import DEFAULT_SEED, World, planted
from insight.sources.likeness import COLUMNS, signatures
from insight.sources.standing import LABEL, MANIFEST, TRUTH, file_digest

if TYPE_CHECKING:
    import geopandas as gpd

COMMITTED = "data/demo/oldham"
SHARING = "sharing.yml"
COORDINATE_DECIMALS = 6
VALUE_DECIMALS = 9


def _cells(frame: pd.DataFrame) -> pd.DataFrame:
    cells = frame.copy()
    for name in cells.columns:
        column = cells[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            cells[name] = column.dt.strftime("%Y-%m-%d")
        elif pd.api.types.is_bool_dtype(column) or set(map(type, column.dropna())) == {bool}:
            cells[name] = column.map({True: "true", False: "false"})
        elif pd.api.types.is_float_dtype(column) and column.notna().any() and (column.dropna() % 1 == 0).all():
            cells[name] = column.astype("Int64")
    return cells


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    _cells(frame).to_csv(path, index=False, lineterminator="\n", encoding="utf-8", float_format=f"%.{VALUE_DECIMALS}g")


def _write_parquet(frame: pd.DataFrame, path: Path, about: dict[str, Any]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    marked = table.replace_schema_metadata({**(table.schema.metadata or {}), b"insight": json.dumps(about).encode()})
    pq.write_table(marked, path, compression="zstd")


def _write_geojson(frame: gpd.GeoDataFrame, path: Path, about: dict[str, Any]) -> None:
    import shapely

    features = []
    for row in (
        _cells(pd.DataFrame(frame.drop(columns=frame.geometry.name)))
        .assign(shape=frame.geometry.to_numpy())
        .to_dict("records")
    ):
        shape = shapely.transform(row.pop("shape"), lambda xy: xy.round(COORDINATE_DECIMALS))
        properties = {key: None if pd.isna(value) else value for key, value in row.items()}
        features.append(
            {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
        )
    collection = {"type": "FeatureCollection", **about, "features": features}
    lines = json.dumps(collection, default=int, separators=(",", ":")).replace(
        '{"type":"Feature",', '\n{"type":"Feature",'
    )
    path.write_text(lines + "\n", encoding="utf-8", newline="\n")


def canonical_digest(frame: pd.DataFrame) -> str:
    """Return a digest of a frame's content that does not hang on row order, file bytes or a library's version.

    Rows are sorted, numbers written to nine significant digits, coordinates to six decimals.
    """
    import shapely

    cells = _cells(pd.DataFrame(frame))
    if "geometry" in frame.columns:
        rounded = shapely.transform(frame["geometry"].to_numpy(), lambda xy: xy.round(COORDINATE_DECIMALS))
        cells["geometry"] = shapely.to_wkt(shapely.normalize(rounded), rounding_precision=COORDINATE_DECIMALS)
    text = cells.to_csv(index=False, lineterminator="\n", float_format=f"%.{VALUE_DECIMALS}g").splitlines()
    return sha256("\n".join([text[0], *sorted(text[1:])]).encode()).hexdigest()


def _write_input(kind: InputKind, world: World, folder: Path, about: dict[str, Any]) -> dict[str, Any]:
    frame, path = world.frame(kind.name), folder / kind.file
    if path.suffix == ".parquet":
        _write_parquet(frame, path, about)
    elif path.suffix == ".geojson":
        _write_geojson(frame, path, about)
    else:
        _write_csv(frame, path)
    told = {"input": kind.name, "rows": len(frame), "sha256": file_digest(path), "canonical": canonical_digest(frame)}
    return {**told, COLUMNS: signatures(_cells(frame))} if kind.people else told


def _params_text(out: Path, world: World) -> str:
    import yaml

    template = (paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8")
    stages = yaml.safe_load(template)["stages"]
    slug = "oldham_null" if world.is_null else f"oldham_seed{world.seed}"
    content = {
        "council": {"name": "Oldham (demonstration)", "slug": slug, "lad_code": "E08000004", "ledger": "oldham"},
        "inputs": {kind.name: kind.file for kind in CATALOGUE},
        "disclosure": yaml.safe_load(template)["disclosure"],
        "stages": stages,
    }
    variant = ", null variant" if world.is_null else ""
    head = f"# {LABEL}. Seed {world.seed}{variant}.\n# Run with: insight run {out.name}/params.yml\n"
    return head + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)


def _write_truth(world: World, folder: Path) -> None:
    rows = sorted(planted(world), key=lambda row: row.finding)
    frame = pd.DataFrame([(row.finding, row.is_true, row.what) for row in rows], columns=["finding", "is_true", "what"])
    _write_csv(frame, folder / TRUTH)


def write_world(out: Path, *, seed: int = DEFAULT_SEED, null: bool = False, only: Iterable[str] = ()) -> list[Path]:
    """Write every demonstration input into a folder, whole or not at all.

    Args:
        out: the folder; files of the same names are replaced.
        seed: seed of the world.
        null: whether each planted claim is made false.
        only: names of single inputs, to make one part alone (no manifest, truth or params are then written).

    Returns:
        The files written.
    """
    world = World(seed=seed, is_null=null)
    about = {"demonstration": True, "label": LABEL, "seed": seed, "variant": "null" if null else "planted"}
    chosen = [kind for kind in CATALOGUE if not only or kind.name in set(only)]
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".making-") as name:
        making = Path(name)
        files = {kind.file: _write_input(kind, world, making, about) for kind in chosen}
        if not only:
            _write_truth(world, making)
            atomic.write_text(making / SHARING, sharing.text())
            atomic.write_json(making / MANIFEST, {**about, "files": files})
            if out != paths.root() / COMMITTED:
                atomic.write_text(making / "params.yml", _params_text(out, world))
        made = sorted(entry for entry in making.iterdir())
        for entry in made:
            shutil.move(entry, out / entry.name)
    return [out / entry.name for entry in made]


def check_committed() -> list[str]:
    """Return what differs between the committed files and what the generator makes now; empty when nothing does."""
    folder = paths.root() / COMMITTED
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    world = World(seed=manifest["seed"], is_null=manifest["variant"] == "null")
    problems = []
    if (folder / SHARING).read_text(encoding="utf-8") != sharing.text():
        problems.append(f"{SHARING}: the generator now makes something else")
    for kind in CATALOGUE:
        entry = manifest["files"].get(kind.file)
        if entry is None or not (folder / kind.file).exists():
            problems.append(f"{kind.file}: not among the committed files")
        elif file_digest(folder / kind.file) != entry["sha256"]:
            problems.append(f"{kind.file}: edited after it was made")
        elif canonical_digest(world.frame(kind.name)) != entry["canonical"]:
            problems.append(f"{kind.file}: the generator now makes something else")
    return problems
