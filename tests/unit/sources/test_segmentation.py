"""Files of households opened where they lie: as strict as a frame would be, in the same words, and never a frame."""

import shutil

import pandas as pd
import pytest

from insight import paths
from insight.errors import DisclosureError, InputError
from insight.privacy.at_scale import ProtectedTable
from insight.sources import in_place, segmentation
from insight.sources.reading import area_codes, read_input
from insight.sources.segmentation import open_table

DEMO = paths.root() / "data" / "demo" / "oldham"


@pytest.fixture(scope="module")
def households():
    return pd.read_parquet(DEMO / "households.parquet").head(400)


@pytest.fixture(scope="module")
def areas():
    return area_codes(read_input("lookup", DEMO / "lookup.csv"))


def written(frame, folder, kind):
    path = folder / f"households.{kind}"
    if kind == "csv":
        cells = frame.copy()
        for name in cells.columns:
            if cells[name].dtype == bool:
                cells[name] = cells[name].map({True: "true", False: "FALSE"})
        cells.to_csv(path, index=False)
    else:
        frame.to_parquet(path)
    return path


def told(reader, path, areas):
    with pytest.raises(InputError) as caught:
        reader("households", path, areas=areas)
    return {(p.row, p.column, p.rule, p.fix, (p.found or "").removesuffix(".0")) for p in caught.value.problems}


def put(column, *pairs):
    def change(frame):
        frame = frame.astype({column: object})
        for row, value in pairs:
            frame.loc[frame.index[row], column] = value
        return frame

    return change


def many(frame):
    return frame.assign(acorn_category=[9] * 30 + frame["acorn_category"].tolist()[30:])


def one_type_a_postcode(frame):
    frame = frame.copy()
    place = frame.index[frame["postcode"].duplicated()][0]
    frame.loc[place, ["acorn_type"]] = 1
    return frame


BREAKS = {
    "category beyond its limits": put("acorn_category", (3, 7), (5, 0)),
    "empty text": put("acorn_group", (0, None), (399, None)),
    "value that is not allowed": put("tenure", (10, "leased"), (12, "")),
    "unknown area": put("oa", (2, "D99999"), (3, "D0001")),
    "id twice": put("household_id", (7, "H000001"), (8, "H000001")),
    "columns that are not there": lambda frame: frame.drop(columns=["online", "acorn_edition"]),
    "column named otherwise": lambda frame: frame.rename(columns={"postcode": "postcodes"}),
    "more bad cells than are listed": many,
    "two types in a postcode": one_type_a_postcode,
    "no marketing yet press": lambda frame: frame.assign(
        no_marketing=[True] * 3 + frame["no_marketing"].tolist()[3:],
        accepts_press=[True] * 3 + frame["accepts_press"].tolist()[3:],
    ),
    "offline yet pays online": lambda frame: frame.assign(online=False, transacts_online=[True] * 25 + [False] * 375),
    "several at once": lambda frame: put("acorn_type", (1, 0))(put("oa", (4, "x"))(frame)).drop(columns="no_marketing"),
}
TEXT_BREAKS = {
    "words for a number": put("acorn_type", (2, "twelve"), (3, "4.5"), (4, "nan"), (5, "1_0")),
    "words for a flag": put("online", (2, "yes"), (3, "1")),
    "number with blanks is a number": put("tenure", (1, "leased")),
}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("name", BREAKS)
def test_sql_tells_what_a_frame_would_tell(households, areas, tmp_path, kind, name):
    path = written(BREAKS[name](households), tmp_path, kind)
    found = told(open_table, path, areas)
    assert found
    assert found == told(read_input, path, areas)


@pytest.mark.parametrize("name", TEXT_BREAKS)
def test_cells_of_another_type_are_told_alike(households, areas, tmp_path, name):
    path = written(TEXT_BREAKS[name](households), tmp_path, "csv")
    assert told(open_table, path, areas) == told(read_input, path, areas)


@pytest.mark.parametrize(
    ("raw", "rule", "row"),
    [
        (b"", "the file is empty", None),
        (b"household_id,household_id\n1,2\n", "each column name may stand once", None),
        (b"household_id,oa\nH1,caf\xe9\n", "text must be UTF-8", 2),
        (b"household_id,oa\n" + b"H1,x\n" * 300_000 + b"\xe9,x\n", "text must be UTF-8", 300_002),
        (b"household_id,oa\nH1,D1,more\n", "rows must have as many cells as the header", None),
        (b"household_id,oa\n", "the file holds no records", None),
    ],
)
def test_broken_text_files_are_refused_with_rule_and_row(tmp_path, raw, rule, row):
    path = tmp_path / "households.csv"
    path.write_bytes(raw)
    with pytest.raises(InputError) as caught:
        open_table("households", path)
    assert [(p.rule, p.row) for p in caught.value.problems][:1] == [(rule, row)]


def test_a_file_that_is_no_parquet_or_not_there_is_refused(tmp_path):
    path = tmp_path / "households.parquet"
    with pytest.raises(InputError, match="the file is not there"):
        open_table("households", path)
    path.write_bytes(b"\xe9 not parquet at all")
    with pytest.raises(InputError, match="the file must be Parquet"):
        open_table("households", path)


def test_csv_and_parquet_give_the_same_sums_as_a_frame(households, tmp_path):
    by, sums = ["oa", "acorn_category"], {"online": "online", "offline": "NOT online", "type": "acorn_type"}
    wanted = (
        households.assign(offline=~households["online"])
        .groupby(by)
        .agg(n=("oa", "size"), online=("online", "sum"), offline=("offline", "sum"), type=("acorn_type", "sum"))
        .reset_index()
    )
    for kind in ("csv", "parquet"):
        opened = ProtectedTable("households", open_table("households", written(households, tmp_path, kind)))
        found = opened.aggregated(by=by, sums=sums)
        assert found.astype({"oa": object}).equals(wanted.astype(found.dtypes.to_dict()).astype({"oa": object}))


@pytest.mark.parametrize("by", [[], ["household_id"], ["oa", "household_id"], ["row"], ["nowhere"]])
def test_no_query_gives_out_single_households(households, by):
    table = ProtectedTable("households", segmentation.of_frame("households", households))
    with pytest.raises(DisclosureError, match="single records"):
        table.aggregated(by=by)
    assert "H000001" not in repr(table) + table._repr_html_()


def test_a_small_memory_limit_and_a_path_with_an_apostrophe_do(households, tmp_path, monkeypatch):
    monkeypatch.setenv(in_place.MEMORY_VARIABLE, "64MB")
    folder = tmp_path / "Dr O'Neil's files"
    folder.mkdir()
    shutil.copy(DEMO / "households.parquet", folder)
    assert open_table("households", folder / "households.parquet").records > len(households)
