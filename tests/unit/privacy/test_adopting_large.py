"""Exports that are no small table: shapes, and files of millions of rows; each in a layout of its own."""

import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import yaml
from shapely.geometry import LineString, Point, box

from insight import params, paths
from insight.errors import InputError, ParamsError
from insight.privacy import adopting
from insight.privacy.at_scale import ProtectedTable
from insight.privacy.checking import check_inputs
from insight.sources import in_place
from insight.sources.contracts import contract
from insight.sources.contracts.segments import MEDIA, RESPONSES, TENURES
from insight.sources.mapping import model
from insight.sources.reading import read_told
from insight.sources.segmentation import open_table
from insight.workbook.adopting import run

PEOPLE = ("households", "address_list")


@pytest.fixture
def council(tmp_path):
    """A council with nothing yet but a register that allows its households and addresses."""
    file = tmp_path / "params" / "own.yml"
    file.parent.mkdir()
    text = (paths.root() / "params" / "wigan.yml").read_text(encoding="utf-8")
    file.write_text(text.replace("slug: wigan", "slug: own"), encoding="utf-8")
    fields = {name: [column.name for column in contract(name).columns] for name in PEOPLE}
    entry = {
        "controller": "Licence holder",
        "purpose": "insight",
        "lawful_basis": "public_task",
        "audience": ["analysts"],
        "retention_until": "2099-12-31",
        "inputs": fields,
    }
    (tmp_path / "sharing.yml").write_text(yaml.safe_dump({"sources": {"segments": entry}}), encoding="utf-8")
    return lambda: params.load(file)


def wards(columns, crs="EPSG:27700"):
    shapes = [box(390_000 + 1_000 * at, 410_000, 391_000 + 1_000 * at, 411_000) for at in range(3)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)


OFFICIAL = {
    "OBJECTID": [1, 2, 3],
    "WD23CD": ["E05000001", "E05000002", "E05000003"],
    "WD23NM": ["North", "Middle", "South"],
    "LAT": [53.6, 53.6, 53.6],
}
OWN = {"Ward_Ref": ["a", "b", "c"], "Title": ["North", "Middle", "South"], "Layer": ["wd"] * 3, "Edn": [2013] * 3}
RULES = {
    "level": {"from": "Layer", "codes": {"wd": "ward"}},
    "code": {"from": "Ward_Ref"},
    "name": {"from": "Title"},
    "vintage": {"from": "Edn"},
}


@pytest.mark.parametrize("name", ["wards.gpkg", "wards.geojson", "wards.shp"])
def test_an_official_layer_is_proposed_whole_in_every_format(council, tmp_path, name):
    path = tmp_path / name
    wards(OFFICIAL).to_crs("EPSG:4326" if name.endswith("geojson") else "EPSG:27700").to_file(path)
    answer = run(council(), "boundaries", path, is_yes=True)
    assert answer.is_adopted, answer.lines
    loaded = council()
    assert loaded.input_path("boundaries") == path
    read = read_told("boundaries", path, mapping=model.of_council(loaded, "boundaries"))
    assert read.frame["code"].tolist() == OFFICIAL["WD23CD"]
    assert read.frame["vintage"].unique().tolist() == [2023]
    assert read.frame.crs.to_epsg() == 27700
    assert read.frame.geometry.area.round(-3).tolist() == [1e6] * 3
    assert any("not taken in" in one.what for one in read.changes)


def test_a_layer_in_the_councils_own_columns_is_read_by_an_edited_mapping(council, tmp_path):
    path = tmp_path / "wards.gpkg"
    wards(OWN).to_file(path)
    answer = run(council(), "boundaries", path, is_yes=True)
    assert not answer.is_adopted
    assert any("to decide: column " in line for line in answer.lines)
    edited = tmp_path / "edited.yml"
    edited.write_text(yaml.safe_dump({"input": "boundaries", "columns": RULES}), encoding="utf-8")
    assert run(council(), "boundaries", path, edited=edited).is_adopted
    (checked,) = [one for one in check_inputs(council()) if one.name == "boundaries"]
    assert (checked.state, checked.rows) == ("ok", 3)
    # next year's layer lacks a column, and says so
    wards({**OWN, "Title": None} | {"Full_Title": OWN["Title"]}).drop(columns="Title").to_file(path)
    with pytest.raises(InputError, match="`Full_Title` is near"):
        read_told("boundaries", path, mapping=model.of_council(council(), "boundaries"))
    found = adopting.proposal(council(), "boundaries", path)
    assert found.is_known
    assert any("`Title` (for name) is gone" in one for one in found.told)


@pytest.mark.parametrize(
    ("crs", "wanted"), [("EPSG:27700", "EPSG:27700"), ("EPSG:4326", "EPSG:4326"), (None, "?")], ids=str
)
def test_shapes_without_a_system_get_the_one_their_numbers_fit(council, tmp_path, crs, wanted):
    path = tmp_path / "wards.shp"
    shapes = wards(OFFICIAL)
    shapes = shapes.to_crs(crs) if crs else shapes.set_geometry(shapes.translate(9e6, 9e6))
    shapes.set_crs(None, allow_override=True).to_file(path)
    path.with_suffix(".prj").unlink(missing_ok=True)
    found = adopting.proposal(council(), "boundaries", path)
    assert found.mapping.crs == wanted
    if wanted == "?":
        with pytest.raises(ParamsError, match="say the coordinate reference system"):
            adopting.try_out(council(), found.mapping, path)
        return
    assert adopting.try_out(council(), found.mapping, path).rows == 3
    with pytest.raises(InputError, match="must say its coordinate reference system"):
        adopting.try_out(council(), found.mapping.model_copy(update={"crs": ""}), path)


def test_one_layer_of_several_is_named(council, tmp_path):
    path = tmp_path / "map.gpkg"
    wards(OFFICIAL).to_file(path, layer="wards_2023")
    points = gpd.GeoDataFrame({"Ref": ["p1"], "Centre": ["One"]}, geometry=[Point(390_500, 410_500)], crs="EPSG:27700")
    points.to_file(path, layer="centres")
    with pytest.raises(InputError, match="name one with --sheet: wards_2023, centres"):
        adopting.proposal(council(), "boundaries", path)
    assert run(council(), "boundaries", path, sheet="wards_2023", is_yes=True).is_adopted
    with pytest.raises(InputError, match="the layer other is not there"):
        adopting.proposal(council(), "boundaries", path, sheet="other")
    mapping = model.parse(
        {
            "input": "barriers",
            "sheet": "centres",
            "columns": {
                "feature": {"from": "Ref"},
                "name": {"from": "Centre"},
                "role": {"constant": "crossing"},
                "barrier": {"constant": "b"},
                "kind": {"constant": "road"},
            },
        },
        file="m.yml",
    )
    assert adopting.try_out(council(), mapping, path).rows == 1


def test_rows_may_be_kept_by_a_column_and_shapes_of_another_kind_are_refused(council, tmp_path):
    path = tmp_path / "roads.geojson"
    lines = [LineString([(390_000, 410_000 + at), (391_000, 410_000 + at)]) for at in range(3)]
    roads = {"ref": ["A1", "B2", "A3"], "class": ["A road", "B road", "A road"], "nm": ["One", "Two", "Three"]}
    gpd.GeoDataFrame(roads, geometry=lines, crs="EPSG:27700").to_crs("EPSG:4326").to_file(path)
    columns = {
        "feature": {"from": "ref"},
        "name": {"from": "nm"},
        "barrier": {"from": "ref"},
        "role": {"constant": "barrier"},
        "kind": {"constant": "road"},
    }
    mapping = model.parse({"input": "barriers", "keep": {"class": ["A road"]}, "columns": columns}, file="m.yml")
    read = read_told("barriers", path, mapping=mapping)
    assert read.frame["feature"].tolist() == ["A1", "A3"]
    assert [round(one.bounds[1], 1) for one in read.frame.geometry] == [410_000.0, 410_002.0]
    places = {"place": {"from": "ref"}, "name": {"from": "nm"}, "kind": {"from": "class"}, "oa": {"constant": "x"}}
    with pytest.raises(InputError, match="shapes must be points"):
        adopting.try_out(council(), model.parse({"input": "places", "columns": places}, file="m.yml"), path)


def homes(count=60):
    """Households in the contract's own columns, as text."""
    rng = np.random.default_rng(1)
    number = np.arange(count)
    frame = {
        "household_id": [f"100{one:06d}" for one in number],
        "postcode": [f"OL16 {one // 4 % 9 + 1}A{'ABCDEFGH'[one // 40]}" for one in number],
        "oa": [f"E000{one % 7:05d}" for one in number],
        "acorn_category": "4",
        "acorn_group": "K",
        "acorn_type": "33",
        "acorn_edition": "2011",
        "tenure": [TENURES[one % 3] for one in number],
        "ethnic_group": "white",
        "deprivation_dimensions": (number % 5).astype(str),
        "online": "true",
        "transacts_online": np.where(rng.random(count) < 0.5, "true", "false"),
        "social_network_use": "false",
        "community_group": "false",
        "no_marketing": "false",
        **{f"accepts_{one}": "true" for one in MEDIA},
        **{f"responded_{one}": "false" for one in RESPONSES},
    }
    return pd.DataFrame(frame)


WORDS = {"owned": "Owner-occupied", "social_rented": "Council or HA", "private_rented": "Private rent"}
RENAMED = {
    "household_id": "Household Ref",
    "postcode": "PCD",
    "tenure": "Tenure",
    "transacts_online": "Buys online?",
    "oa": "Output area code",
}


def own_layout(frame, path, *, title=True, tenures=WORDS):
    """The households as a supplier's export writes them: titles, semicolons, words for codes, Yes and No."""
    made = frame.replace({"true": "Yes", "false": "No"}).rename(columns=RENAMED)
    made["Tenure"] = frame["tenure"].map(tenures)
    made["Campaign score"] = "7"
    made = made[made.columns[::-1]]
    if path.suffix == ".parquet":
        made.assign(acorn_type=made["acorn_type"].astype(int), online=True).to_parquet(path)
        return path
    lines = ["Supplier's household file;;", ";;"] if title else []
    path.write_text("\n".join([*lines, made.to_csv(index=False, sep=";")]), encoding="utf-8")
    return path


COLUMNS = {name: {"from": RENAMED.get(name, name)} for name in homes(1).columns} | {
    "tenure": {"from": "Tenure", "codes": {words: code for code, words in WORDS.items()}}
}


def cells(opened):
    found = opened.connection.execute("SELECT * FROM cells ORDER BY row").df()
    return found.drop(columns="row").astype(str)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_households_in_their_own_layout_read_as_the_tidy_file_would(tmp_path, ending):
    tidy = tmp_path / "tidy.csv"
    homes().to_csv(tidy, index=False)
    path = own_layout(homes(), tmp_path / f"export.{ending}")
    mapping = model.parse({"input": "households", "columns": COLUMNS}, file="m.yml")
    opened, wanted = open_table("households", path, mapping=mapping), open_table("households", tidy)
    pd.testing.assert_frame_equal(cells(opened), cells(wanted))
    told = {one.what: one.count for one in opened.changes}
    assert told["column of the export not taken in"] == 1
    assert told["yes or no read as true or false"] == 60
    assert ("rows above the header left out" in told) == (ending == "csv")
    table = ProtectedTable("households", opened).aggregated(by=["tenure"], sums={"buying": "transacts_online"})
    assert table["n"].tolist() == [20, 20, 20]
    if ending == "csv":
        first = opened.connection.execute("SELECT min(row) FROM cells").fetchone()
        assert first == (4,)


def test_codes_below_the_rows_that_a_proposal_is_judged_by_are_found(council, tmp_path, monkeypatch):
    monkeypatch.setattr(in_place, "HEAD", 12)
    frame = homes()
    frame.loc[50, "tenure"] = "other"
    path = own_layout(frame, tmp_path / "export.csv", tenures={**WORDS, "other": "Tied house"})
    found = adopting.proposal(council(), "households", path)
    assert found.mapping.columns["tenure"].source == "tenure"
    assert set(found.mapping.columns["tenure"].codes) == {*WORDS.values(), "Tied house"}
    mended = {"Owner-occupied": "owned", "Council or HA": "social_rented", "Private rent": "private_rented"}
    rules = dict(found.mapping.columns)
    rules["tenure"] = rules["tenure"].model_copy(update={"codes": {**mended, "Tied house": "other"}})
    sure = {name: {"from": one["from"]} for name, one in COLUMNS.items() if name != "tenure"}
    rules |= model.parse({"input": "households", "columns": sure}, file="m.yml").columns
    edited = tmp_path / "edited.yml"
    model.write(found.mapping.model_copy(update={"columns": rules}), edited)
    assert run(council(), "households", path, edited=edited).is_adopted
    (checked,) = [one for one in check_inputs(council()) if one.name == "households"]
    assert (checked.state, checked.rows, checked.standing) == ("ok", 60, "supplied")


def put(frame, column, row, value):
    frame.loc[row, column] = value
    return frame


BROKEN = {
    "a code that is new": (
        lambda frame: put(frame, "tenure", 9, "other"),
        ("row 13", "a code of `Tenure` that the mapping does not know (rows with it: 1)", "Lodger"),
    ),
    "a word for a flag": (lambda frame: put(frame, "no_marketing", 5, "perhaps"), ("row 9", "no_marketing", "perhaps")),
    "digits cut off": (lambda frame: put(frame, "household_id", 3, "1.00E+11"), ("row 7", "cut the digits of a code")),
    "a home twice": (lambda frame: put(frame, "household_id", 3, "100000000"), ("row 4", "row 7", "household_id")),
    "beyond a limit": (lambda frame: put(frame, "acorn_category", 3, "9"), ("row 7", "acorn_category")),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_wrong_in_a_large_export_is_told_with_its_own_rows(tmp_path, case):
    change, wanted = BROKEN[case]
    path = own_layout(change(homes()), tmp_path / "export.csv", tenures={**WORDS, "other": "Lodger"})
    mapping = model.parse({"input": "households", "columns": COLUMNS}, file="m.yml")
    with pytest.raises(InputError) as caught:
        open_table("households", path, mapping=mapping)
    for words in wanted:
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"unpivot": {"columns": "x", "names_to": "a", "values_to": "b"}}, ParamsError, "turned into rows"),
        ({"columns": {**COLUMNS, "postcode": {"from": "Post code"}}}, InputError, "`Post code` of the mapping must"),
    ],
)
def test_mappings_that_do_not_fit_a_large_export_are_refused(tmp_path, change, error, words):
    path = own_layout(homes(), tmp_path / "export.csv")
    mapping = model.parse({"input": "households", "columns": COLUMNS} | change, file="m.yml")
    with pytest.raises(error, match=words):
        open_table("households", path, mapping=mapping)


def test_large_inputs_come_as_text_or_parquet_in_utf8(council, tmp_path):
    book, text = tmp_path / "homes.xlsx", tmp_path / "homes.csv"
    homes(3).to_excel(book, index=False)
    with pytest.raises(InputError, match="save the sheet as CSV UTF-8"):
        adopting.proposal(council(), "households", book)
    text.write_bytes(homes(3).to_csv(index=False).replace("white", "caf\u00e9").encode("cp1252"))
    with pytest.raises(InputError, match="save the file as CSV UTF-8"):
        adopting.proposal(council(), "households", text)


def test_addresses_get_their_area_from_a_table_of_postcodes(council, tmp_path):
    shutil.copy(own_addresses(tmp_path), tmp_path / "uprn.csv")
    other = tmp_path / "postcodes.csv"
    other.write_text("pcds,oa11\nOL16 1AA,E00000001\nOL16 1AB,E00000002\n", encoding="utf-8")
    lookup = {"file": str(other), "key": "pcds", "value": "oa11"}
    columns = {
        "address_id": {"from": "UPRN"},
        "postcode": {"from": "Postcode", "as": "postcode"},
        "oa": {"from": "Postcode", "as": "postcode", "lookup": lookup},
    }
    mapping = model.parse({"input": "address_list", "keep": {"Status": ["Approved"]}, "columns": columns}, file="m.yml")
    opened = open_table("address_list", tmp_path / "uprn.csv", mapping=mapping)
    assert cells(opened)["oa"].tolist() == ["E00000001", "E00000002", "E00000001"]
    assert cells(opened)["postcode"].tolist() == ["OL161AA", "OL161AB", "OL161AA"]
    told = {one.what: one.count for one in opened.changes}
    assert told["rows left out whose Status is not Approved"] == 1
    assert adopting.try_out(council(), mapping, tmp_path / "uprn.csv").rows == 3


def own_addresses(folder):
    path = folder / "gazetteer.csv"
    rows = ["UPRN,Postcode,Status", "23001,OL16 1AA,Approved", "23002,ol16 1ab,Approved"]
    rows += ["23003,OL161AA,approved", "23004,OL16 1AB,Historic"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_postcode_directory_reads_alike_whatever_its_size(council, tmp_path, monkeypatch):
    path = tmp_path / "acorn.csv"
    rows = ["ACORN postcode directory;;;", "Postcode;ACORN Category;ACORN Group;ACORN Type;DOTERM"]
    rows += [f"OL16 {at % 9}A{'ABCDEFGH'[at // 9]};4;K;33;{'31/12/2010' if at % 5 == 0 else ''}" for at in range(70)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    answer = run(council(), "segment_directory", path, is_yes=True)
    assert answer.is_adopted, answer.lines
    mapping = model.of_council(council(), "segment_directory")
    small = read_told("segment_directory", path, mapping=mapping)
    monkeypatch.setattr(in_place, "BIG", 0)
    assert adopting.proposal(council(), "segment_directory", path).mapping == mapping
    large = read_told("segment_directory", path, mapping=mapping)
    pd.testing.assert_frame_equal(large.frame, small.frame)
    assert large.frame["terminated"].notna().sum() == 14
    assert large.frame["postcode"].iloc[0] == "OL160AA"
    path.write_text(path.read_text(encoding="utf-8").replace("OL16 3AA;4;", "OL16 3AA;9;"), encoding="utf-8")
    with pytest.raises(InputError, match="row 6") as caught:
        read_told("segment_directory", path, mapping=mapping)
    assert "acorn_category" in str(caught.value)
