"""Fetching open data from a server that behaves as the services do: pages, cuts, refusals, breaks, changes."""

import io
import json
import zipfile

import pandas as pd
import pytest

from insight import paths
from insight.errors import InputError, ParamsError
from insight.params import Council
from insight.sources import standing
from insight.sources.open_data import fetching, registry, store, tables, web
from insight.sources.open_data.fetching import Options
from open_services import registry_at, serving, square

OLDHAM = Council(name="Oldham", slug="oldham", lad_code="E08000004")
DEPRIVATION = "6872/1871524.xls"
OLD, NEW = b"LSOA CODE,IMD SCORE\n" * 5000, b"LSOA CODE,IMD SCORE,MORE\n" * 5000


@pytest.fixture
def services():
    with serving() as running:
        yield running


@pytest.fixture
def known(services, tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_OPEN_DATA", str(tmp_path / "open"))
    monkeypatch.setenv("INSIGHT_FETCH_BACKOFF", "0.01")
    return registry.load(registry_at(services.base, tmp_path))


@pytest.fixture
def place(known):
    return store.folder("oldham")


def one(known, name, **options):
    return fetching.fetch(OLDHAM, [name], options=Options(**options), registry=known)[-1]


def layer(count, **columns):
    rows = [{name: f"{prefix}{place:06d}" for name, prefix in columns.items()} for place in range(count)]
    return [{"attributes": row, "geometry": square(place)} for place, row in enumerate(rows)]


LOOKUP = {"OA11CD": "E00", "LSOA11CD": "E01", "MSOA11CD": "E02"}


def lookup(count):
    return [
        {"attributes": {**row["attributes"], "LAD11CD": "E08000004"}, "geometry": None}
        for row in layer(count, **LOOKUP)
    ]


SERVICE = "OA11_LSOA11_MSOA11_LAD11_EW_LUv2"


def test_the_committed_registry_holds_no_hash_that_no_fetch_saw():
    content = registry.load(paths.reference(registry.FILE)).content
    assert len(content.sources) > 20
    recorded = [
        name for name, source in content.sources.items() if source.sha256 or source.retrieved or source.verified
    ]
    assert recorded == []
    assert all(base.startswith("https://") for base in content.bases.values())


def test_no_service_is_named_in_the_code():
    folder = paths.root() / "src" / "insight"
    words = ("arcgis.com", "nomisweb", "fingertips.phe", "education.gov.uk", "naptan.api", "api.os.uk", "NM_", "_EW_")
    for path in folder.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not [word for word in words if word in text], path


@pytest.mark.parametrize("number", range(1, 11))
def test_each_of_the_ten_districts_can_ask(known, number):
    district = Council(name="Anywhere", slug="anywhere", lad_code=f"E0800000{number}" if number < 10 else "E08000010")
    for outcome in fetching.fetch(district, options=Options(dry_run=True), registry=known):
        assert outcome.state == "would fetch"
        assert "{" not in outcome.url


def test_pages_of_a_lookup_are_put_together(services, known, place):
    services.layers[SERVICE] = lookup(4500)
    outcome = one(known, "oa_lookup_2011")
    assert (outcome.state, outcome.rows) == ("fetched", 4500)
    frame = tables.tidy(known.sources["oa_lookup_2011"], place)
    assert frame["oa"].is_unique
    assert len(frame) == 4500
    assert list(frame.columns) == ["oa", "lsoa", "msoa", "district", "vintage", "edition"]
    pages = [asked for asked in services.seen if "resultOffset" in asked]
    assert len(pages) == 3
    assert all("orderByFields=OA11CD" in asked for asked in pages)
    assert "LAD11CD%3D%27E08000004%27" in pages[0]


def test_geojson_says_that_more_follows_elsewhere(services, known, place):
    services.layers["National_Parks_Dec_2021_GB_BGC_2022"] = layer(2100, NPARK21NM="park ")
    outcome = one(known, "national_parks")
    assert (outcome.state, outcome.rows) == ("fetched", 2100)
    frame = tables.tidy(known.sources["national_parks"], place)
    assert frame.crs.to_epsg() == 4326
    assert len(frame) == 2100


def test_codes_of_one_source_are_asked_of_another_in_lots(services, known, place):
    services.layers[SERVICE] = lookup(120)
    services.layers["Output_Areas_Dec_2011_Boundaries_EW_BGC_2022"] = layer(300, OA11CD="E00")
    found = fetching.fetch(OLDHAM, ["oa_outlines_2011"], registry=known)
    assert [(row.source, row.state, row.rows) for row in found] == [
        ("oa_lookup_2011", "fetched", 120),
        ("oa_outlines_2011", "fetched", 120),
    ]
    lots = [asked for asked in services.seen if "Boundaries" in asked and "returnCountOnly" in asked]
    assert len(lots) == 3


def test_a_layer_cut_without_a_word_is_refused(services, known, place):
    services.layers[SERVICE] = lookup(60)
    services.cut_layers.add(SERVICE)
    outcome = one(known, "oa_lookup_2011")
    assert outcome.state == "failed"
    assert "10 of 60 rows" in outcome.why
    assert list(place.glob("oa_lookup*")) == []


def test_an_error_with_status_200_names_the_entry(known):
    outcome = one(known, "oa_lookup_2011")
    assert outcome.state == "failed"
    assert "Invalid URL" in outcome.why
    assert "entry `oa_lookup_2011` of" in outcome.why


def test_a_passing_error_inside_an_answer_is_asked_again(services, known):
    services.layers[SERVICE] = lookup(5)
    services.inner_failures[SERVICE] = [429, 503]
    assert one(known, "oa_lookup_2011").state == "fetched"
    services.inner_failures[SERVICE] = [429] * 50
    assert "Try later" in one(known, "oa_lookup_2011", again=True).why


def test_a_login_page_is_not_kept_as_data(services, known, place):
    services.files[DEPRIVATION] = b"\n<!DOCTYPE html><title>Log in</title>"
    outcome = one(known, "deprivation_2010")
    assert outcome.state == "failed"
    assert "web page, not with data" in outcome.why
    assert list(place.glob("deprivation*")) == []


def nomis(count):
    return [{"GEOGRAPHY_CODE": f"E01{row:06d}", "CELL_NAME": "All", "OBS_VALUE": str(row)} for row in range(count)]


def test_nomis_is_read_past_its_25000_rows(services, known, place):
    services.nomis_rows["NM_608_1"] = nomis(30_000)
    outcome = one(known, "census_2011_ethnicity")
    assert (outcome.state, outcome.rows) == ("fetched", 30_000)
    frame = tables.tidy(known.sources["census_2011_ethnicity"], place)
    assert frame["persons"].sum() == sum(range(30_000))


def test_a_key_is_sent_and_never_written(services, known, place, monkeypatch):
    monkeypatch.setenv("NOMIS_UID", "0xsecret")
    services.nomis_rows["NM_608_1"] = nomis(3)
    outcome = one(known, "census_2011_ethnicity")
    assert "uid=0xsecret" in services.seen[-1]
    assert all("0xsecret" not in path.read_text(encoding="utf-8") for path in place.iterdir())
    assert "0xsecret" not in outcome.url
    assert web.shown("https://a.b/c?x=1&uid=0xsecret&y=2") == "https://a.b/c?x=1&uid=...&y=2"


def test_nomis_without_a_count_is_refused(services, known):
    outcome = one(known, "census_2011_ethnicity")
    assert outcome.state == "failed"
    assert "census_2011_ethnicity" in outcome.why


def test_a_nomis_answer_that_stops_short_is_refused(services, known, place):
    services.nomis_rows["NM_608_1"] = nomis(8)
    services.short_tables["NM_608_1"] = 5
    outcome = one(known, "census_2011_ethnicity")
    assert outcome.state == "failed"
    assert "5 of 8 rows" in outcome.why
    assert list(place.glob("census*")) == []


@pytest.mark.parametrize("failures", [[429, 429], [503, 500, 502], [504]])
def test_a_busy_service_is_asked_again(services, known, failures):
    services.files[DEPRIVATION] = OLD
    services.failures[f"/files/{DEPRIVATION}"] = list(failures)
    assert one(known, "deprivation_2010").state == "fetched"
    assert len(services.seen) == len(failures) + 1


def test_a_service_that_stays_busy_fails_and_the_others_go_on(services, known):
    services.files[DEPRIVATION] = OLD
    services.failures[f"/files/{DEPRIVATION}"] = [503] * 50
    services.layers[SERVICE] = lookup(5)
    found = fetching.fetch(OLDHAM, ["deprivation_2010", "oa_lookup_2011"], registry=known)
    assert [row.state for row in found] == ["failed", "fetched"]
    assert "503 after 5 tries" in found[0].why
    assert fetching.exit_code(found) == 1


def test_a_broken_download_goes_on_where_it_stopped(services, known, place):
    services.files[DEPRIVATION] = OLD
    services.cut_files[DEPRIVATION] = 2
    outcome = one(known, "deprivation_2010")
    assert outcome.state == "fetched"
    assert (place / "deprivation_2010.xls").read_bytes() == OLD
    assert services.ranges == ["bytes=32768-", "bytes=65536-"]
    assert sorted(path.name for path in place.iterdir()) == ["deprivation_2010.xls", "deprivation_2010.xls.source.json"]


def test_a_later_run_goes_on_with_what_came(services, known, place):
    services.files[DEPRIVATION] = OLD
    services.cut_files[DEPRIVATION] = 50
    services.ignores_range.add(DEPRIVATION)
    assert one(known, "deprivation_2010").state == "failed"
    assert not (place / "deprivation_2010.xls").exists()
    services.cut_files.clear()
    services.ignores_range.clear()
    assert one(known, "deprivation_2010").state == "fetched"
    assert services.ranges == ["bytes=32768-"]
    assert (place / "deprivation_2010.xls").read_bytes() == OLD


def test_two_versions_are_never_glued_together(services, known, place):
    services.files[DEPRIVATION] = OLD
    services.cut_files[DEPRIVATION] = 50
    services.ignores_range.add(DEPRIVATION)
    assert one(known, "deprivation_2010").state == "failed"
    services.ignores_range.clear()
    services.files[DEPRIVATION], services.cut_files[DEPRIVATION] = NEW, 0
    assert one(known, "deprivation_2010").state == "fetched"
    assert (place / "deprivation_2010.xls").read_bytes() == NEW


def test_a_renamed_file_names_the_registry_entry(known):
    outcome = one(known, "deprivation_2010")
    assert outcome.state == "failed"
    assert "404" in outcome.why
    assert "change the entry `deprivation_2010` of" in outcome.why


def test_nobody_there_is_told_in_words(services, known, tmp_path):
    dead = registry.load(registry_at("http://127.0.0.1:9", tmp_path))
    outcome = one(dead, "deprivation_2010")
    assert outcome.state == "failed"
    assert "cannot be reached" in outcome.why


def test_what_is_there_is_not_asked_for_again(services, known):
    services.files[DEPRIVATION] = OLD
    first, asked = one(known, "deprivation_2010"), len(services.seen)
    second = one(known, "deprivation_2010")
    assert (second.state, second.sha256) == ("present", first.sha256)
    assert len(services.seen) == asked


def test_changed_content_is_told_and_the_old_kept(services, known, place):
    services.files[DEPRIVATION] = OLD
    one(known, "deprivation_2010")
    assert one(known, "deprivation_2010", again=True).state == "fetched"
    services.files[DEPRIVATION] = NEW
    outcome = one(known, "deprivation_2010", again=True)
    assert outcome.state == "changed upstream"
    assert "--replace takes it" in outcome.why
    assert outcome.exit_code == 3
    assert (place / "deprivation_2010.xls").read_bytes() == OLD
    assert store.is_whole(place / "deprivation_2010.xls")
    assert one(known, "deprivation_2010", again=True, replace=True).state == "replaced"
    assert (place / "deprivation_2010.xls").read_bytes() == NEW


def test_a_hash_that_a_fetch_recorded_holds_for_everybody(services, known, place):
    services.files[DEPRIVATION] = OLD
    before = known.file.read_text(encoding="utf-8")
    one(known, "deprivation_2010", record=True)
    after = registry.load(known.file)
    entry = after.sources["deprivation_2010"]
    assert entry.sha256 == standing.file_digest(place / "deprivation_2010.xls")
    assert (entry.verified, len(entry.retrieved)) == (True, 10)
    lines = zip(before.splitlines(), known.file.read_text(encoding="utf-8").splitlines(), strict=True)
    assert sum(old != new for old, new in lines) == 3
    for path in place.iterdir():
        path.unlink()
    services.files[DEPRIVATION] = NEW
    outcome = one(after, "deprivation_2010")
    assert outcome.state == "changed upstream"
    assert "nothing was kept" in outcome.why
    assert not (place / "deprivation_2010.xls").exists()


def test_an_answer_for_one_council_is_never_recorded_for_all(services, known):
    services.layers[SERVICE] = lookup(5)
    before = known.file.read_bytes()
    one(known, "oa_lookup_2011", record=True)
    assert known.file.read_bytes() == before


def test_offline_asks_nobody(services, known, place):
    services.files[DEPRIVATION] = OLD
    assert one(known, "deprivation_2010", offline=True).state == "missing"
    assert services.seen == []
    one(known, "deprivation_2010")
    asked = len(services.seen)
    assert one(known, "deprivation_2010", offline=True).state == "present"
    (place / "deprivation_2010.xls").write_bytes(b"edited")
    altered = one(known, "deprivation_2010", offline=True)
    assert (altered.state, altered.exit_code) == ("altered", 3)
    assert len(services.seen) == asked


def test_an_edited_file_is_neither_read_nor_lost_without_asking(services, known, place):
    services.files[DEPRIVATION] = OLD
    one(known, "deprivation_2010")
    (place / "deprivation_2010.xls").write_bytes(b"edited")
    assert one(known, "deprivation_2010").state == "altered"
    assert (place / "deprivation_2010.xls").read_bytes() == b"edited"
    with pytest.raises(InputError, match="must be those that were fetched"):
        tables.tidy(known.sources["deprivation_2010"], place)
    assert one(known, "deprivation_2010", again=True, replace=True).state == "fetched"
    assert (place / "deprivation_2010.xls").read_bytes() == OLD


def test_provenance_stands_beside_each_file(services, known, place):
    services.files[DEPRIVATION] = OLD
    one(known, "deprivation_2010")
    path = place / "deprivation_2010.xls"
    about = json.loads((place / "deprivation_2010.xls.source.json").read_text(encoding="utf-8"))
    assert about["sha256"] == standing.file_digest(path)
    assert about["url"].endswith(DEPRIVATION)
    assert (about["vintage"], about["edition"], about["bytes"]) == ("2001", "2010", len(OLD))
    assert about["licence"] == "Open Government Licence v3.0"
    assert standing.of_file(path) == standing.OPEN
    path.write_bytes(b"edited")
    assert standing.of_file(path) == standing.SUPPLIED


def test_data_sets_of_the_dfe_are_found_by_title(services, known, place):
    services.publications = {
        "Something else": {"Headline measures by characteristic": b"a\n0\n"},
        "Early years foundation stage profile results": {
            "Other": b"a\n1\n",
            "Headline measures by characteristic": b"a,b\n2,3\n",
        },
    }
    outcome = one(known, "early_years_districts")
    assert (outcome.state, outcome.rows) == ("fetched", 1)
    assert (place / "early_years_districts.csv").read_bytes() == b"a,b\n2,3\n"
    services.publications["Early years foundation stage profile results"].pop("Headline measures by characteristic")
    outcome = one(known, "early_years_districts", again=True)
    assert "there are: Other" in outcome.why
    assert (place / "early_years_districts.csv").exists()


def test_the_census_of_2021_is_read_inside_its_archive(services, known, place):
    table = (
        "date,geography,geography code,Tenure of household: Total: All households,Tenure of household: Owned,"
        "Tenure of household: Shared ownership,Tenure of household: Social rented,Tenure of household: Private rented,"
        'Tenure of household: Lives rent free\n2021,E00000001,E00000001,"1,200",500,10,400,280,10\n'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("census2021-ts054-oa.csv", table)
        archive.writestr("census2021-ts054-lsoa.csv", "x\n")
    services.files["census2021-ts054.zip"] = packed.getvalue()
    one(known, "census_2021_tenure")
    (row,) = tables.tidy(known.sources["census_2021_tenure"], place).to_dict("records")
    assert (row["oa"], row["households"], row["social_rented"], row["vintage"]) == ("E00000001", 1200, 400, "2021")


def test_a_spreadsheet_is_read_below_its_title(known, place):
    place.mkdir()
    cells = pd.DataFrame(
        [
            ["Index of Multiple Deprivation", None, None],
            ["LSOA CODE", "IMD SCORE", "RANK OF IMD SCORE"],
            ["E01", 1.5, 7],
        ]
    )
    cells.to_excel(place / "deprivation_2010.xlsx", sheet_name="IMD 2010", header=False, index=False)
    (place / "deprivation_2010.xlsx").rename(place / "deprivation_2010.xls")
    (row,) = tables.tidy(known.sources["deprivation_2010"], place).to_dict("records")
    assert (row["lsoa"], row["score"], row["rank"], row["vintage"]) == ("E01", 1.5, 7, "2001")


def test_a_column_that_is_gone_is_named_with_the_fix(known, place):
    place.mkdir()
    (place / "lsoa_ward.csv").write_text("LSOA11CD,WARD\nE01,x\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        tables.tidy(known.sources["lsoa_ward"], place)
    assert [problem.column for problem in refused.value.problems] == ["ward_code", "ward", "district"]
    assert "`columns` of lsoa_ward in the registry" in str(refused.value)


def test_a_file_that_is_no_file_of_its_kind_is_refused(known, place):
    place.mkdir()
    (place / "oa_outlines_2011.geojson").write_text("<html>log in</html>", encoding="utf-8")
    with pytest.raises(InputError, match="insight fetch PARAMS oa_outlines_2011"):
        tables.tidy(known.sources["oa_outlines_2011"], place)


def test_codes_of_two_vintages_do_not_meet():
    left = pd.DataFrame({"lsoa": ["a"], "score": [1.0], "vintage": "2001"})
    right = pd.DataFrame({"lsoa": ["a"], "persons": [2.0], "vintage": "2011"})
    with pytest.raises(ValueError, match="go through a look-up"):
        tables.joined(left, right, on="lsoa", vintage="2011")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("https://naptan", "http://naptan", "use https"),
        ("    kind: arcgis", "    kind: arcgiss", "kind"),
        ("    licence: ogl", "    licence: none", "licence `none` is unknown"),
        ("    verified: null", "    verified: true", "recorded together"),
        ("{source: oa_lookup_2011, column: oa}", "{source: oa_lookup_2011, column: oaa}", "codes_from"),
    ],
)
def test_a_broken_registry_is_refused(tmp_path, old, new, words):
    text = paths.reference(registry.FILE).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "r.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ParamsError, match=words):
        registry.load(tmp_path / "r.yml")


def test_an_unknown_source_is_refused_with_the_nearest(known):
    with pytest.raises(ParamsError, match="did you mean `lsoa_ward`"):
        known.chosen(["lsoa_wards"])
