"""Outlines of every format and projection come to one frame; what is broken is refused with its areas."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from insight import paths
from insight.errors import InputError
from insight.methods.vintages import joined
from insight.sources.outlines import official, table_vintage_problems, vintage_problems
from insight.sources.reading import area_codes, read_input

WEST, SOUTH = 393_000, 404_000
COLUMNS = ["level", "code", "name", "vintage"]


def squares(*, shift: float = 0.0) -> gpd.GeoDataFrame:
    """Six output areas of 100 m in one ward; every second one is moved by ``shift`` metres."""
    cells = []
    for place in range(6):
        west, south = WEST + 100 * (place % 3) + shift * (place % 2), SOUTH + 100 * (place // 3)
        cells.append(shapely.box(west, south, west + 100, south + 100))
    oas = {"level": "oa", "code": [f"D{place}" for place in range(6)], "name": "area", "vintage": 2011}
    whole = gpd.GeoDataFrame(oas, geometry=cells, crs=27700)
    ward = gpd.GeoDataFrame(
        {"level": ["ward"], "code": ["w"], "name": ["Ward"], "vintage": [2011]},
        geometry=[shapely.box(WEST, SOUTH, WEST + 300, SOUTH + 200)],
        crs=27700,
    )
    return gpd.GeoDataFrame(pd.concat([whole, ward], ignore_index=True), crs=27700)


def saved(frame: gpd.GeoDataFrame, folder: Path, name: str) -> Path:
    path = folder / name
    if path.suffix == ".zip":
        frame.to_file(folder / "inner.shp")
        with zipfile.ZipFile(path, "w") as archive:
            for file in folder.glob("inner.*"):
                archive.write(file, file.name)
        return path
    frame.to_file(path)
    return path


CODES = {"oa": {f"D{place}" for place in range(6)}, "ward": {"w"}}


def told(path: Path, codes: dict[str, set[str]] | None = None, name: str = "boundaries") -> str:
    with pytest.raises(InputError) as caught:
        read_input(name, path, areas=codes)
    text = str(caught.value)
    assert path.name in text
    assert "Fix: " in text
    return text


@pytest.mark.parametrize("name", ["b.geojson", "b.gpkg", "b.shp", "b.zip"])
@pytest.mark.parametrize("crs", [27700, 4326, 3857])
def test_every_format_in_every_projection_comes_out_the_same(tmp_path, name, crs):
    found = read_input("boundaries", saved(squares().to_crs(crs), tmp_path, name), areas=CODES)
    assert found.crs.to_epsg() == 27700
    assert list(found.columns) == [*COLUMNS, "geometry"]
    assert found.geometry.is_valid.all()
    assert found.geometry.area.to_numpy() == pytest.approx([10_000] * 6 + [60_000], rel=2e-3)
    assert bool(shapely.coverage_is_valid(found.geometry.to_numpy()[:6]))


def test_official_layers_are_read_as_they_come_and_other_councils_are_left_out(tmp_path):
    path = tmp_path / "official.gpkg"
    base = squares()
    oas = base[base["level"] == "oa"]
    away = oas.set_geometry(oas.geometry.translate(300, 0)).assign(code=[f"X{place}" for place in range(6)])
    both = pd.concat([oas, away], ignore_index=True)
    layer = gpd.GeoDataFrame(
        {"OA11CD": both["code"], "LAD11CD": ["E1"] * 6 + ["E2"] * 6}, geometry=both.geometry, crs=27700
    )
    layer.to_file(path, layer="oa11")
    ward = base[base["level"] == "ward"]
    gpd.GeoDataFrame({"WD13CD": ["w"], "WD13NM": ["Ward"]}, geometry=list(ward.geometry), crs=27700).to_file(
        path, layer="ward13"
    )
    found = read_input("boundaries", path, areas=CODES)
    assert found["code"].tolist() == [f"D{place}" for place in range(6)] + ["w"]
    assert found.groupby("level")["vintage"].first().to_dict() == {"oa": 2011, "ward": 2013}
    assert found["name"].tolist()[-1] == "Ward"
    assert official(ward) is None


def test_outlines_that_agree_only_to_rounding_are_mended(tmp_path):
    rough = squares(shift=0.004)
    assert not bool(shapely.coverage_is_valid(rough.geometry.to_numpy()[:6]))
    assert len(read_input("boundaries", saved(rough, tmp_path, "b.gpkg"), areas=CODES)) == 7


def test_an_outline_that_crosses_itself_is_made_valid(tmp_path):
    broken = squares().iloc[:1].copy()
    bow = [(WEST, SOUTH), (WEST + 100, SOUTH + 100), (WEST + 100, SOUTH), (WEST, SOUTH + 100)]
    broken["geometry"] = [shapely.Polygon(bow)]
    found = read_input("boundaries", saved(broken, tmp_path, "b.gpkg"))
    assert found.geometry.is_valid.all()
    assert set(found.geometry.geom_type) <= {"Polygon", "MultiPolygon"}


def moved(frame: gpd.GeoDataFrame, row: int, east: float, north: float = 0.0) -> gpd.GeoDataFrame:
    shapes = frame.geometry.copy()
    shapes.iloc[row] = shapely.transform(shapes.iloc[row], lambda xy: xy + np.array([east, north]))
    return frame.set_geometry(shapes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.drop(index=4), ["every oa of the look-up must have an outline (6 are wanted)", "D4"]),
        (lambda frame: moved(frame, 5, -3), ["must meet without overlap or gap", "D4", "D5"]),
        (lambda frame: moved(frame, 5, 5000), ["each area of level oa must border another", "1 of 6: D5"]),
        (
            lambda frame: moved(moved(frame, 2, 5000), 5, 5000),
            ["areas of level oa must hang together", "2 parts; apart: D2, D5"],
        ),
        (
            lambda frame: frame.set_geometry([*frame.geometry[:6], frame.geometry[6].buffer(20)]),
            ["levels of one council must cover the same area", "ward 0.08 km²"],
        ),
        (lambda frame: moved(frame, 3, 0, 3e6), ["must lie in Great Britain", "D3"]),
        (lambda frame: frame.assign(code=[*frame["code"][:6], "z"]), ["every ward of"]),
        (lambda frame: frame.set_geometry(frame.geometry.centroid), ["shapes must be polygons", "Point"]),
        (
            lambda frame: frame.set_geometry([shapely.box(WEST, SOUTH, WEST + 0.3, SOUTH + 0.3), *frame.geometry[1:]]),
            ["a square metre or more", "D0"],
        ),
        (lambda frame: frame.set_geometry([None, *frame.geometry[1:]]), ["each record must have a shape", "D0"]),
    ],
    ids=["absent", "overlap", "isolate", "apart", "larger", "abroad", "codes", "points", "tiny", "blank"],
)
def test_broken_outlines_are_refused_with_the_areas(tmp_path, change, words):
    text = told(saved(change(squares()), tmp_path, "b.gpkg"), CODES)
    for word in words:
        assert word in text


def test_files_that_cannot_be_read_say_how_to_mend_them(tmp_path):
    assert "must be GeoPackage, GeoJSON or shapefile" in told(saved(squares(), tmp_path, "b.fgb"))
    shp = saved(squares(), tmp_path, "b.shp")
    shp.with_suffix(".prj").unlink()
    assert "a shapefile needs b.prj beside it" in told(shp)
    cut = tmp_path / "cut.gpkg"
    cut.write_bytes(saved(squares(), tmp_path, "c.gpkg").read_bytes()[:3000])
    assert "must be readable GeoPackage" in told(cut)
    text = tmp_path / "text.geojson"
    text.write_text("not json", encoding="utf-8")
    assert "must be GeoJSON in UTF-8" in told(text)


def test_metres_labelled_as_degrees_and_degrees_the_wrong_way_round_are_refused(tmp_path):
    metres = tmp_path / "metres.geojson"
    body = json.loads(squares().to_json())
    body.pop("crs", None)
    metres.write_text(json.dumps(body), encoding="utf-8")
    assert "the numbers look like metres" in told(metres)
    turned = squares().to_crs(4326)
    turned = turned.set_geometry(shapely.transform(turned.geometry.to_numpy(), lambda xy: xy[:, ::-1]), crs=4326)
    assert "longitude comes before latitude" in told(saved(turned, tmp_path, "turned.gpkg"))
    unplaced = saved(squares().set_crs(None, allow_override=True), tmp_path, "none.gpkg")
    assert "must say its coordinate reference system" in told(unplaced)


def test_several_layers_without_the_columns_are_refused(tmp_path):
    path = tmp_path / "two.gpkg"
    for layer in ("a", "b"):
        squares().drop(columns=COLUMNS).assign(id=1).to_file(path, layer=layer)
    assert "one layer must hold the columns level, code, name, vintage" in told(path)


def test_lines_and_points_come_on_the_grid_too(tmp_path):
    folder = paths.root() / "data" / "demo" / "oldham"
    for name in ("barriers", "places"):
        shapes = gpd.read_file(folder / f"{name}.geojson")
        path = tmp_path / f"{name}.gpkg"
        shapes.to_file(path)
        found = read_input(name, path)
        assert found.crs.to_epsg() == 27700
        assert len(found) == len(shapes)


def test_the_demonstration_outlines_hold_and_one_missing_area_is_named(tmp_path):
    folder = paths.root() / "data" / "demo" / "oldham"
    codes = area_codes(read_input("lookup", folder / "lookup.csv"))
    found = read_input("boundaries", folder / "boundaries.geojson", areas=codes)
    assert (found["level"] == "oa").sum() == 712
    copy = tmp_path / "boundaries.geojson"
    shutil.copy(folder / "boundaries.geojson", copy)
    kept = [line for line in copy.read_text(encoding="utf-8").splitlines() if '"DEMO-D00300"' not in line]
    copy.write_text("\n".join(kept), encoding="utf-8")
    assert "1 without: DEMO-D00300" in told(copy, codes)


def test_outlines_of_another_census_year_are_refused(tmp_path):
    lookup = pd.DataFrame({"vintage": [2021, 2021]})
    (problem,) = vintage_problems(lookup, squares(), tmp_path / "b.gpkg", tmp_path / "lookup.csv")
    assert "must be of the look-up's vintage (2021)" in problem.text()
    assert "found 2011" in problem.text()
    assert "lookup.csv" in problem.fix
    assert vintage_problems(pd.DataFrame({"vintage": [2011]}), squares(), tmp_path, tmp_path) == []


@pytest.mark.parametrize(("year", "count"), [(2011, 0), (2023, 1), (None, 0)])
def test_ward_outlines_of_another_year_than_the_look_ups_are_refused(tmp_path, year, count):
    lookup = pd.DataFrame({"vintage": [2011], "ward_year": pd.Series([year], dtype="float64")})
    found = vintage_problems(lookup, squares(), tmp_path / "b.gpkg", tmp_path / "lookup.csv")
    assert len(found) == count
    assert all("ward year (2023)" in problem.text() and "found 2011" in problem.text() for problem in found)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"area": ["a"], "vintage": [2011]}, ""),
        ({"area": ["a", "ward"], "vintage": [2011, None]}, ""),
        ({"area": ["a"]}, ""),
        ({"area": ["a", "b"], "vintage": [2011, 2021]}, "must be of the look-up's vintage (2011)"),
    ],
)
def test_tables_of_another_census_year_are_refused(tmp_path, table, words):
    found = table_vintage_problems(pd.DataFrame({"vintage": [2011]}), pd.DataFrame(table), tmp_path / "t.csv")
    assert [words in problem.text() for problem in found] == ([True] if words else [])
    assert all("look-up between the two years" in one.fix and "found 2021" in one.text() for one in found)


def test_columns_that_may_be_absent_are_read_as_missing(tmp_path):
    rows = "D00001,D1,,,w,Ward,b,1,1,0,2011\n"
    head = "oa,lsoa,neighbourhood,neighbourhood_name,ward,ward_name,borough,households,persons,children_0_4,vintage"
    for names, cells, wanted in (("", "", []), (",ward_year", ",2013", [2013])):
        path = tmp_path / "lookup.csv"
        path.write_text(f"{head}{names}\n{rows.strip()}{cells}\n", encoding="utf-8")
        assert read_input("lookup", path)["ward_year"].dropna().tolist() == wanted


HERE = pd.DataFrame({"lsoa": ["a", "b", "c"], "vintage": 2011})


def test_tables_of_one_vintage_join_in_order_and_keep_every_area():
    other = pd.DataFrame({"lsoa": ["c", "a"], "vintage": 2011, "score": [3.0, 1.0]})
    found = joined(HERE, other, on="lsoa")
    assert found["lsoa"].tolist() == ["a", "b", "c"]
    assert found["score"].tolist()[::2] == [1.0, 3.0]
    assert np.isnan(found["score"].iloc[1])


@pytest.mark.parametrize(
    ("other", "between", "words"),
    [
        ({"vintage": 2001}, None, "has areas of 2001, the council's are of 2011"),
        ({}, None, "has no column vintage"),
        ({"vintage": [2001, 2011]}, None, "must be of one vintage, not 2001, 2011"),
        ({"vintage": 2001}, {"here": ["a", "b"], "there": ["old", "old"]}, "areas split or merge .*: old"),
        ({"vintage": 2011, "lsoa": ["a", "a"]}, None, "names areas twice: a"),
    ],
)
def test_joins_across_vintages_are_refused_without_a_look_up(other, between, words):
    table = pd.DataFrame({"lsoa": ["old", "a"], "score": [1.0, 2.0]} | other)
    look_up = None if between is None else pd.DataFrame(between)
    with pytest.raises(ValueError, match=words):
        joined(HERE, table, on="lsoa", between=look_up)


def test_a_look_up_brings_scores_over_to_the_areas_that_did_not_change():
    table = pd.DataFrame({"lsoa": ["old", "a"], "vintage": 2001, "score": [7.0, 2.0]})
    between = pd.DataFrame({"there": ["old", "a"], "here": ["c", "a"]})
    found = joined(HERE, table, on="lsoa", between=between)
    assert found["score"].tolist()[::2] == [2.0, 7.0]
    assert found["vintage"].tolist() == [2011] * 3
