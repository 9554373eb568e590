"""Replication: nothing is claimed without open data; with them, each test can go either way and names its measure."""

import json

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from insight import params, paths
from insight.methods.estimate import Estimate
from insight.published import comparison, findings, ledger, replication
from insight.published.comparison import replicated
from insight.published.intervals import of_printed
from insight.published.replication import children, deprivation
from insight.published.replication.setting import Setting, slug
from insight.sources.open_data import registry, store
from insight.sources.open_data.tables import OpenTables
from insight.stages import base, profiling
from insight.workbook import fingerprint

LOADED = params.load(paths.root() / "params" / "oldham.yml")
BOOK = ledger.load("oldham")
CLAIMS = findings.load_claims("oldham")
HERE, ENGLAND = "E08000004", "E92000001"


@pytest.fixture
def place(tmp_path, monkeypatch):
    folder = tmp_path / "open"
    folder.mkdir()
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(folder))
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    return folder


def put(place, name, frame):
    frame.to_csv(place / f"{name}.csv", index=False)


def one(id_, stage="profiling"):
    found = replication.replicate(BOOK, stage, LOADED.council)
    (row,) = [row for row in comparison.compare(BOOK, stage, found.figures) if row.id == id_]
    return row


def claim(id_, stage="profiling"):
    found = replication.replicate(BOOK, stage, LOADED.council)
    return findings.decide(CLAIMS[id_], found.claims.get(id_))


def test_without_open_data_nothing_is_claimed_and_the_way_is_told():
    for stage in params.STAGES:
        found = replication.replicate(BOOK, stage, LOADED.council)
        assert found.figures == {}
        assert found.claims == {}
        for item in replication.items(BOOK, stage):
            assert f"insight fetch` with your params file and {item.sources[0]}" in found.hints[item.id]


def test_figures_and_findings_say_what_to_fetch(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path))
    rows = {row.id: row for row in base.check_figures(profiling.DECLARATION, LOADED, {})}
    assert "run `insight fetch`" in rows["skills.oldham.no_qualification_pct"].note
    assert rows["skills.oldham.no_qualification_pct"].evidence == "transcribed"
    assert "insight fetch" not in rows["health.oldham.infant_mortality_rate"].note
    decided = {row.id: row for row in base.decide_findings(profiling.DECLARATION, LOADED, {})}
    assert decided["low_qualifications"].outcome == "not testable here"
    assert "census_2011_qualifications" in decided["low_qualifications"].why


def test_every_row_of_the_list_names_sources_that_the_registry_holds():
    known = registry.load(paths.reference(registry.FILE)).sources
    rows = replication.items(BOOK)
    assert len(rows) == len({row.id for row in rows}) > 20
    for row in rows:
        assert row.sources
        assert set(row.sources) <= set(known)
        assert row.kind == ("figure" if row.id in BOOK.figures else "claim")
        if row.kind == "figure":
            assert not BOOK.figures[row.id].formula
            assert not BOOK.figures[row.id].repeat_of


@pytest.mark.parametrize(
    ("value", "limits", "is_comparable", "verdict"),
    [
        (30.2, None, True, "reproduces"),
        (37.0, None, True, "differs"),
        (37.0, (33.0, 40.0), True, "consistent_within_rounding"),
        (46.0, (44.0, 48.0), True, "differs"),
        (30.2, None, False, "not_comparable"),
    ],
)
def test_verdicts_of_replicated_values(value, limits, is_comparable, verdict):
    computed = {
        "skills.oldham.no_qualification_pct": replicated(
            value, records=9, note="x", limits=limits, is_comparable=is_comparable
        )
    }
    row = {row.id: row for row in comparison.compare(BOOK, "profiling", computed)}["skills.oldham.no_qualification_pct"]
    assert (row.evidence, row.verdict, row.computed) == ("replicated", verdict, value)


def test_among_the_five_per_cent_means_at_most_five():
    interval = of_printed("5", "within")
    assert [interval.holds(value) for value in (0.1, 5.0, 5.1)] == [True, True, False]
    assert BOOK.figures["deprivation.coldhurst.england_top_pct"].rounding == "within"


NAMES = {"Coldhurst": 60.0, "St Mary's": 55.0, "Alexandra": 50.0, "Werneth": 45.0}


def england(place, scores, *, wards_elsewhere=396):
    """Write a small England: four wards of five LSOAs here, many wards elsewhere that are less deprived."""
    rows = [(f"E0100{w}{k}", name, score + k / 10) for w, (name, score) in enumerate(scores.items()) for k in range(5)]
    elsewhere = [(f"E019{w:03d}{k}", f"Ward {w}", 40 - w / 20) for w in range(wards_elsewhere) for k in range(5)]
    frame = pd.DataFrame([*rows, *elsewhere], columns=["code", "ward", "score"])
    frame["rank"] = frame["score"].rank(ascending=False, method="first")
    frame["district"] = [HERE if code < "E018" else "E08000099" for code in frame["code"]]
    named = {"code": "LSOA CODE", "score": "IMD SCORE", "rank": "IMD_rank"}
    put(place, "imd2010_lsoa01", frame.rename(columns=named))
    put(place, "lsoa_2001_2011", pd.DataFrame({"LSOA01CD": frame["code"], "LSOA11CD": frame["code"], "CHGIND": "U"}))
    put(
        place,
        "lsoa_ward",
        pd.DataFrame(
            {
                "LSOA11CD": frame["code"],
                "WD17CD": frame["ward"],
                "WD17NM": frame["ward"],
                "LAD17CD": frame["district"],
            }
        ),
    )
    here = frame[frame["district"] == HERE]
    put(place, "census_2011_persons", pd.DataFrame({"GEOGRAPHY_CODE": here["code"], "OBS_VALUE": 1500}))


def national(place, monkeypatch, areas):
    """Point to a registry in which England has so many LSOAs."""
    text = paths.reference(registry.FILE).read_text(encoding="utf-8")
    file = place.parent / "registry.yml"
    file.write_text(text.replace("areas_in_nation: 32482", f"areas_in_nation: {areas}"), encoding="utf-8")
    monkeypatch.setenv(registry.REGISTRY_VARIABLE, str(file))


def test_wards_are_ranked_in_the_country_once_all_of_england_is_there(place, monkeypatch):
    national(place, monkeypatch, 2000)
    england(place, NAMES)
    first, second = (one(f"deprivation.{ward}.england_top_pct") for ward in ("coldhurst", "st_marys"))
    assert (first.computed, first.evidence, first.verdict) == (0.25, "replicated", "reproduces")
    assert (second.computed, second.verdict) == (0.5, "reproduces")
    decided = claim("wards_most_deprived")
    assert (decided.outcome, decided.data) == ("supported", "open")


def test_a_ward_that_is_not_extreme_refutes_the_print(place, monkeypatch):
    national(place, monkeypatch, 2000)
    england(place, NAMES | {"St Mary's": 30.0})
    assert one("deprivation.st_marys.rank_in_oldham").verdict == "differs"
    row = one("deprivation.st_marys.england_top_pct")
    assert row.verdict == "differs"
    assert row.computed > 40
    assert claim("wards_most_deprived").why.startswith("Parts: supported, refuted, supported, refuted.")


def test_changed_lsoas_widen_the_rank(place, monkeypatch):
    national(place, monkeypatch, 2000)
    england(place, NAMES)
    changes = pd.read_csv(place / "lsoa_2001_2011.csv")
    changes.loc[changes["LSOA11CD"].isin(["E010010", "E010011", "E010012", "E010013"]), "CHGIND"] = "S"
    put(place, "lsoa_2001_2011", changes)
    setting = Setting(tables=OpenTables(registry.load(), place), council=LOADED.council, book=BOOK)
    row = deprivation.by_ward(setting).set_index("ward").loc["st_marys"]
    assert (row["lsoas"], row["lsoas_known"]) == (5, 1)
    assert row["rank_lowest"] <= row["rank_score"] < row["rank_highest"]


def test_the_park_share_is_the_land_inside(place):
    cells = [box(390_000 + 1000 * k, 405_000, 391_000 + 1000 * k, 406_000) for k in range(10)]
    lsoas = gpd.GeoDataFrame(
        {"LSOA11CD": [f"E01{k}" for k in range(10)], "LSOA11NM": [f"Oldham 00{k}A" for k in range(10)]},
        geometry=cells,
        crs=27700,
    )
    lsoas.to_crs(4326).to_file(place / "lsoa_outlines_2011.geojson", driver="GeoJSON")
    park = gpd.GeoDataFrame(
        {"NPARK21NM": ["Peak District", "Exmoor"]},
        geometry=[box(397_400, 404_000, 402_000, 407_000), box(389_000, 404_000, 395_000, 407_000)],
        crs=27700,
    )
    park.to_crs(4326).to_file(place / "national_parks.geojson", driver="GeoJSON")
    row = one("geography.oldham.peak_park_area_pct")
    assert row.computed == pytest.approx(26.0, abs=0.1)
    assert row.verdict == "reproduces"
    put(
        place,
        "census_2011_persons",
        pd.DataFrame({"GEOGRAPHY_CODE": lsoas["LSOA11CD"], "OBS_VALUE": [900] * 5 + [90] * 5}),
    )
    decided = claim("west_dense_east_rural")
    assert decided.outcome == "supported"
    assert decided.value == pytest.approx([10.0, 0.52], abs=0.005)


def census(place, name, **areas):
    rows = [(area, cell, count) for area, cells in areas.items() for cell, count in cells.items()]
    put(place, name, pd.DataFrame(rows, columns=["GEOGRAPHY_CODE", "CELL_NAME", "OBS_VALUE"]))


ALL, NONE, HIGH = "All usual residents aged 16 and over", "No qualifications", "Level 4 qualifications and above"


@pytest.mark.parametrize(("none", "verdict", "outcome"), [(297, "reproduces", "supported"), (200, "differs", "partly")])
def test_qualifications_against_england(place, none, verdict, outcome):
    census(
        place,
        "census_2011_qualifications",
        **{HERE: {ALL: 1000, NONE: none, HIGH: 200}, ENGLAND: {ALL: 100_000, NONE: 22_500, HIGH: 27_400}},
    )
    row = one("skills.oldham.no_qualification_pct")
    assert (row.computed, row.verdict) == (none / 10, verdict)
    assert one("skills.oldham.degree_pct").verdict == "not_comparable"
    assert claim("low_qualifications").outcome == outcome


def test_ethnic_groups_between_two_censuses(place):
    groups = {
        "All usual residents": 1000,
        "White: English/Welsh/Scottish/Northern Irish/British": 750,
        "White: Irish": 25,
        "Asian/Asian British: Pakistani": 100,
        "Asian/Asian British: Bangladeshi": 70,
    }
    census(place, "census_2011_ethnicity", **{HERE: groups})
    assert one("ethnicity.oldham.white_base_pct").computed == pytest.approx(77.5)
    import zipfile

    group = "Ethnic group: Asian, Asian British or Asian Welsh: "
    table = pd.DataFrame(
        {
            "geography code": [HERE],
            "Ethnic group: Total: All usual residents": [1000],
            "Ethnic group: White": [681],
            f"{group}Pakistani": [135],
            f"{group}Bangladeshi": [90],
        }
    )
    with zipfile.ZipFile(place / "census_2021_ethnicity.zip", "w") as archive:
        archive.writestr("census2021-ts021-ltla.csv", table.to_csv(index=False))
    row = one("ethnicity.oldham.pakistani_projected_pct")
    assert (row.computed, row.verdict) == (13.5, "not_comparable")
    decided = claim("white_share_falling")
    assert (decided.outcome, decided.value) == ("supported", [pytest.approx(-9.4), pytest.approx(5.5)])


def test_an_estimate_of_the_printed_year_is_judged(place):
    frame = pd.DataFrame({"GEOGRAPHY_CODE": HERE, "DATE_NAME": [2010, 2022], "OBS_VALUE": [223_000, 243_000]})
    put(place, "population_estimates", frame)
    put(place, "census_2011_persons", pd.DataFrame({"GEOGRAPHY_CODE": ["E011"], "OBS_VALUE": [224_000]}))
    lookup = pd.DataFrame({"OA11CD": ["E001"], "LSOA11CD": ["E011"], "MSOA11CD": ["E021"], "LAD11CD": [HERE]})
    put(place, "oa_lookup_2011", lookup)
    row = one("population.oldham.base_count")
    assert (row.computed, row.evidence, row.verdict) == (223_000, "replicated", "differs")
    assert one("population.oldham.projected_count").verdict == "not_comparable"
    assert claim("population_growing").value == 19_000


def test_a_count_that_is_near_stands_beside_what_was_recovered(place):
    census(place, "census_2011_ethnicity", **{HERE: {"All usual residents": 1000, "White": 775}})
    name = "ethnicity.oldham.white_base_pct"
    own = comparison.recovered(80.6, records=20, note="Added up.")
    rows = {row.id: row for row in base.check_figures(profiling.DECLARATION, LOADED, {name: own})}
    assert (rows[name].evidence, rows[name].verdict, rows[name].computed) == ("recovered", "reproduces", 80.6)
    assert "Open data give 77.5." in rows[name].note
    rows = {row.id: row for row in base.check_figures(profiling.DECLARATION, LOADED, {})}
    assert (rows[name].evidence, rows[name].verdict, rows[name].computed) == ("replicated", "not_comparable", 77.5)


def test_supplied_data_decide_before_open_data(place):
    census(
        place,
        "census_2011_qualifications",
        **{HERE: {ALL: 1000, NONE: 297, HIGH: 200}, ENGLAND: {ALL: 1000, NONE: 225, HIGH: 274}},
    )
    from insight.published.findings import Tested
    from insight.sources.standing import PUBLISHED, SUPPLIED

    part = Estimate(estimate=0.0, lower=-0.1, upper=0.1, n=9, method="survey")
    for standing, outcome in ((SUPPLIED, "not shown"), (PUBLISHED, "supported")):
        tested = {"low_qualifications": Tested(parts=(part, part), standing=standing)}
        rows = {row.id: row for row in base.decide_findings(profiling.DECLARATION, LOADED, tested)}
        assert rows["low_qualifications"].outcome == outcome


def test_a_stage_runs_again_when_open_data_came(place):
    before = fingerprint.facts_of(profiling.DECLARATION, LOADED, {})
    assert not [key for key in before if key.startswith("open data")]
    census(place, "census_2011_qualifications", **{HERE: {ALL: 10, NONE: 3, HIGH: 2}})
    now = fingerprint.facts_of(profiling.DECLARATION, LOADED, {})
    assert fingerprint.first_difference(now, before) == "open data census_2011_qualifications.csv is new"


def test_a_part_without_data_is_no_number():
    part = Estimate(estimate=float("nan"), lower=None, upper=None, n=0, method="not known")
    known = Estimate(estimate=3.0, lower=3.0, upper=3.0, n=1, method="known")
    decided = findings.decide(
        CLAIMS["west_dense_east_rural"],
        findings.Tested(parts=(known, part), standing=store_open()),
    )
    assert (decided.outcome, decided.value) == ("partly", [3.0, None])
    json.dumps(decided.as_dict(), allow_nan=False)


def store_open():
    from insight.sources.standing import OPEN

    return OPEN


def test_names_of_wards_as_the_ledger_has_them():
    assert [slug(name) for name in ("St Mary's", "St Mary\u2019s", "Coldhurst", "Saddleworth West and Lees")] == [
        "st_marys",
        "st_marys",
        "coldhurst",
        "saddleworth_west_and_lees",
    ]


@pytest.mark.parametrize(("children_0_4", "verdict"), [(493 * 5, "reproduces"), (1730 * 5, "differs")])
def test_a_year_group_of_the_relative_reading_would_refute_the_points(place, children_0_4, verdict):
    put(
        place,
        "lsoa_ward",
        pd.DataFrame(
            {
                "LSOA11CD": ["E011", "E012"],
                "WD17CD": ["a", "b"],
                "WD17NM": ["Coldhurst", "St Mary's"],
                "LAD17CD": HERE,
            }
        ),
    )
    half = children_0_4 / 2
    put(place, "census_2011_ages", pd.DataFrame({"GEOGRAPHY_CODE": ["E011", "E012"], "OBS_VALUE": [half, half]}))
    assert one(children.MORE, "benefits").verdict == verdict
