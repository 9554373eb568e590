"""Profiling: sums of records, ranks, reach, suppression, figures that move with their records, and claims."""

import dataclasses
import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml

import worlds
from insight import paths
from insight.demo.world import World
from insight.errors import InputError, ParamsError
from insight.methods.estimate import Estimate
from insight.privacy.protected import Protected
from insight.sources.standing import SUPPLIED
from insight.stages import profiling as stage
from insight.stages.profiling import analysis, clients, measures, services, spread
from insight.stages.profiling.declaration import RECORDS

SECTION = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))["stages"]["profiling"]
PARAMS = stage.Params.build(**SECTION)
# What services' records say is tested by itself (test_profiling_linking): linking at each analysis takes seconds.
LINKING = (*RECORDS, "service_engagements", "linkage_truth", "linkage_labels")
NAMES = tuple(name for name in (*stage.DECLARATION.inputs, *stage.DECLARATION.optional) if name not in LINKING)
PRINT_ONLY = {
    "population_growing": "supported",
    "white_share_falling": "partly",
    "eyfs_below_nation": "supported",
    "wards_most_deprived": "supported",
    "life_expectancy_lower": "supported",
    "eyfs_wards_much_lower": "supported",
}
UNTESTABLE = {"local_profiles_reusable", "profiles_guide_channels", "link_scope_shrank"}


@pytest.fixture(autouse=True)
def build(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    return worlds.inputs(NAMES, worlds.world(), tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def results(given):
    return stage.analyse(given, PARAMS)


def replaced(given, **frames):
    return dataclasses.replace(given, frames={**given.frames, **frames})


def without(given, *names):
    kept = {name: frame for name, frame in given.frames.items() if name not in names}
    return dataclasses.replace(
        given, frames=kept, standings={name: given.standings[name] for name in kept}, files=given.files
    )


def verdicts(given, results=None):
    found = stage.figures(given, results or stage.analyse(given, PARAMS), PARAMS)
    return {row.id: row for row in found}


def test_params_are_refused_in_words():
    with pytest.raises(ParamsError, match="focus_wards"):
        stage.Params.build(**{**SECTION, "focus_wards": []})
    with pytest.raises(ParamsError, match="reference_day"):
        stage.Params.build(**{**SECTION, "reference_day": "June 2011"})
    with pytest.raises(ParamsError, match="did you mean `nation`"):
        stage.Params.build(**{**SECTION, "nations": "england"})


def test_every_recovered_figure_reproduces(given, results):
    found = verdicts(given, results).values()
    recovered = [row for row in found if row.evidence == "recovered"]
    assert {row.id: row.verdict for row in recovered if row.verdict != "reproduces"} == {}
    assert {row.verdict for row in found if row.evidence == "transcribed"} == {"not_tested", "not_computable"}
    assert len(recovered) == 22
    assert not [row.id for row in found if row.computed is None and row.verdict == "not_tested"]


ALTERED = {
    "population.oldham.base_count": ("population", "2010", "demo_ward_05"),
    "ethnicity.oldham.white_base_pct": ("white", "2012", "demo_ward_14"),
    "health.oldham.infant_mortality_rate": ("infant_deaths", "2008-10", "demo_ward_14"),
    "skills.oldham.degree_pct": ("degree", "2011", "saddleworth"),
}


def test_one_altered_record_of_an_indicator_moves_its_figure(given):
    table = given.table("indicators").copy()
    for indicator, period, area in ALTERED.values():
        place = (table["indicator"] == indicator) & (table["period"] == period) & (table["area"] == area)
        assert place.sum() == 1
        table.loc[place, ["value", "numerator"]] *= 3
        cases = table.loc[place, "denominator"]
        table.loc[place, "numerator"] = np.fmin(table.loc[place, "numerator"], cases.fillna(np.inf))
    found = verdicts(replaced(given, indicators=table))
    assert {figure: found[figure].verdict for figure in ALTERED} == dict.fromkeys(ALTERED, "differs")
    others = [row for row in found.values() if row.evidence == "recovered" and row.id not in ALTERED]
    assert sum(row.verdict == "reproduces" for row in others) >= len(others) - 4


def test_deprivation_rank_follows_the_scores(given):
    table = given.table("indicators").copy()
    wards = given.table("lookup").set_index("oa")["ward"]
    place = (table["indicator"] == services.SCORE) & (table["area"].map(wards) == "demo_ward_10")
    table.loc[place, "value"] = 86.0
    found = verdicts(replaced(given, indicators=table))
    assert found["deprivation.coldhurst.rank_in_oldham"].computed == 2
    assert found["deprivation.coldhurst.rank_in_oldham"].verdict == "differs"


def test_borough_is_no_sum_when_a_ward_is_missing(given):
    table = given.table("indicators")
    part = table[(table["indicator"] != "degree") | (table["area"] != "saddleworth")]
    found = measures.estimates(replaced(given, indicators=part), PARAMS)
    assert measures.row_of(found, "degree", "oldham") is None
    assert measures.row_of(found, "smokes", "oldham") is not None


def test_unknown_area_is_refused(given):
    table = given.table("indicators").copy()
    table.loc[0, "area"] = "atlantis"
    with pytest.raises(InputError, match=r"atlantis.*neighbours"):
        measures.estimates(replaced(given, indicators=table), PARAMS)


def test_claims_on_the_planted_world(given, results):
    found = {row.id: row for row in stage.findings(given, results, PARAMS)}
    assert {name: found[name].outcome for name in PRINT_ONLY} == PRINT_ONLY
    assert {name for name, row in found.items() if row.outcome == "not testable here"} == UNTESTABLE
    rest = [row for name, row in found.items() if name not in {*PRINT_ONLY, *UNTESTABLE}]
    assert len(rest) == 17
    assert {row.data for row in rest} == {"demonstration"}
    assert sum(row.outcome == "detected" for row in rest) >= 14


def test_wards_below_borough_rests_on_the_print_until_counts_are_supplied(given, results):
    (row,) = [one for one in stage.findings(given, results, PARAMS) if one.id == "eyfs_wards_much_lower"]
    assert (row.data, row.outcome) == ("published", "supported")
    assert "Cohorts are not printed" in row.why
    supplied = dataclasses.replace(given, standings=dict.fromkeys(given.standings, SUPPLIED))
    (own,) = [one for one in stage.findings(supplied, results, PARAMS) if one.id == "eyfs_wards_much_lower"]
    assert own.data == "supplied"
    assert own.value != row.value


@pytest.mark.parametrize("seed", [3, 2011])
def test_false_claims_are_seldom_believed(tmp_path, seed):
    given = worlds.inputs(NAMES, World(seed=seed, is_null=True), tmp_path)
    results = stage.analyse(given, PARAMS)
    outcomes = [row.outcome for row in stage.findings(given, results, PARAMS) if row.data == "demonstration"]
    assert len(outcomes) == 17
    assert outcomes.count("false alarm") <= 1
    assert not {"detected", "missed", "supported"} & set(outcomes)
    recovered = [row for row in verdicts(given, results).values() if row.evidence == "recovered"]
    assert {row.id for row in recovered if row.verdict == "reproduces"} == set()


def test_small_counts_are_hidden_with_a_second_cell(given, results):
    threshold = given.council.disclosure.threshold
    shown = results.indicators
    for column in ("numerator",):
        people = shown[shown["unit"].isin(["share", "per_1000", "count"])]
        assert not people[column].between(1, threshold - 1).any()
    deaths = shown[(shown["indicator"] == "infant_deaths") & (shown["level"] == "ward")]
    hidden = deaths[deaths["status"] == "c"]
    assert len(hidden) >= 2
    assert hidden[list(measures.SHOWN)].isna().all().all()


def test_reach_hides_few_reached_and_few_missed():
    reach = pd.DataFrame(
        {
            "service": "s",
            "level": "ward",
            "area": list("abcd"),
            "name": list("abcd"),
            "children_0_4": [100, 100, 60, 50],
            "registered": [2, 40, 57, 20],
            "unreached": [98, 60, 3, 30],
            "reach": [0.02, 0.4, 0.95, 0.4],
            "lower": 0.0,
            "upper": 1.0,
        }
    )
    none = pd.DataFrame(columns=["neighbourhood", "ward"])
    assert services.shown(reach, none, threshold=5)["status"].tolist() == ["c", "", "c", ""]
    undivided = pd.DataFrame({"neighbourhood": [float("nan")] * 2, "ward": ["a", "b"]})
    assert services.shown(reach, undivided, threshold=5)["status"].tolist() == ["c", "", "c", ""]
    alone = services.shown(reach.iloc[[0, 1, 3]], none, threshold=5)
    assert alone["status"].tolist() == ["c", "", "c"]
    assert alone.loc[alone["status"] == "c", list(services.HIDDEN)].isna().all().all()


def test_clients_of_a_service_are_shared_out_over_bands_and_hidden_bands_stay_hidden(results):
    frame = results.clients
    assert set(frame["service"]) == {services.CENTRE, services.LIBRARY, services.EITHER, services.BENEFITS}
    own = frame[frame["service"] == services.CENTRE]
    assert own["clients"].sum() == own["all_clients"].iloc[0]
    assert own["share"].sum() == pytest.approx(1)
    assert own["share_of_children"].sum() == pytest.approx(1)
    assert (own["lower"] < own["share"]).all()
    assert (own["share"] < own["upper"]).all()
    first = own.iloc[0]
    assert first["upper"] < first["share_of_children"], "the demonstration plants fewer clients in the neediest band"
    hidden = results.reach.copy()
    hidden.loc[hidden["level"] == "band", ["registered", "unreached"]] = np.nan
    hidden.loc[hidden["level"] == "band", "status"] = "c"
    shut = clients.by_fifth(hidden)
    assert shut["status"].eq("c").all()
    assert shut[["clients", "share", "lower", "upper"]].isna().all(axis=None)
    hidden.loc[hidden["level"] == "borough", "registered"] = np.nan
    assert clients.by_fifth(hidden).empty


def test_children_who_outgrew_the_centre_do_not_count(given, results):
    roster = given.people("roster_childrens_centre")
    known = services.known_children(given, PARAMS)
    assert 0 < len(roster) - known[services.CENTRE].sum() < 0.05 * len(roster)
    assert known[services.EITHER].sum() < known[services.CENTRE].sum() + known[services.LIBRARY].sum()
    (borough,) = results.reach.query("level == 'borough' and service == @services.CENTRE").to_dict("records")
    assert borough["registered"] == known[services.CENTRE].sum()


def test_a_register_fuller_than_the_area_reaches_all():
    areas = pd.DataFrame({"oa": ["x", "y"], "children_0_4": [10, 20], "ward": "w", "ward_name": "W", "borough": "b"})
    areas = areas.assign(band=1.0)
    found = services.reach_by_area(areas, {"s": pd.Series({"x": 25, "y": 20})})
    assert found["reach"].eq(1.0).all()
    assert found["unreached"].eq(0).all()


def test_stage_runs_on_its_required_inputs_alone(given):
    bare = without(given, *stage.DECLARATION.optional)
    results = stage.analyse(bare, PARAMS)
    assert results.reach.empty
    outcomes = {row.id: row.outcome for row in stage.findings(bare, results, PARAMS)}
    assert outcomes["reach_of_neediest_partial"] == "not testable here"
    found = verdicts(bare, results)
    assert found["eyfs.oldham.good_level_pct"].computed is None
    for shown in (stage.reach_picture, stage.need_picture, stage.neighbourhood_map):
        said = shown(bare, results).html()
        assert "insight-table" in said or "Not shown: no" in said
    stage.save(bare, results)


def test_pictures_and_tables_carry_their_label_and_no_person(given, results):
    made = [
        stage.themes_picture(given, results, PARAMS),
        stage.themes_table(given, results),
        stage.population_picture(given, results),
        stage.population_table(given, results),
        stage.deprivation_picture(given, results, PARAMS),
        stage.deprivation_table(given, results),
        stage.life_picture(given, results, PARAMS),
        stage.life_table(given, results),
        stage.neighbourhood_map(given, results),
        stage.neighbourhood_table(given, results),
        stage.reach_picture(given, results),
        stage.need_picture(given, results),
        stage.reach_table(given, results),
        stage.division_map(given, results),
        stage.proposal_table(given, results),
        stage.division_table(given, results),
        stage.access_map(given, results, PARAMS),
        stage.access_picture(given, results, PARAMS),
        stage.access_table(given, results, PARAMS),
    ]
    assert len({one.about.name for one in made}) == len(made)
    for one in made:
        assert "Demonstration data" in one.html()
    codes = given.people("roster_childrens_centre")["child_id"].head(50)
    assert not any(code in one.html() for one in made for code in codes)


def test_saved_tables_are_the_declared_ones(given, results):
    stage.save(given, results)
    folder = paths.stage_dir("oldham", "profiling") / "tables"
    assert sorted(path.stem for path in folder.iterdir()) == sorted(stage.DECLARATION.tables)
    assert not any("_id" in column for path in folder.iterdir() for column in pd.read_csv(path, nrows=1).columns)


def test_likeness_of_groups():
    groups = np.repeat(list("abcd"), 10)
    alike = np.repeat([0.0, 10.0, 20.0, 30.0], 10) + np.tile([-0.1, 0.1], 20)
    found = spread.likeness(alike, groups)
    assert found.lower > 0.99
    shuffled = spread.likeness(np.random.default_rng(1).normal(size=40), groups)
    assert shuffled.lower < 0 < shuffled.upper
    assert spread.likeness(np.ones(4), np.array(list("aabb"))) is None


def test_yearly_change_against_a_known_slope():
    years = np.arange(2003.0, 2011.0)
    found = spread.yearly_change(years, 100 * 0.95 ** (years - 2003) * np.exp(np.tile([0.01, -0.01], 4)))
    assert math.isclose(found.estimate, -0.05, abs_tol=0.005)
    assert found.lower < -0.05 < found.upper < 0
    assert spread.yearly_change(years[:2], np.array([1.0, 2.0])) is None


def test_overrun_is_nought_where_plans_hold():
    planned = np.array([4.0, 8.0, 10.0, 6.0])
    found = spread.overrun(planned, planned * np.array([0.5, 2.0, 0.5, 2.0]))
    assert math.isclose(found.estimate, 0, abs_tol=1e-12)
    assert found.lower < 0 < found.upper


def test_barrier_gap_compares_within_bands():
    # Behind the barrier lie mostly deprived areas; within each band reach is the same, so no gap may show.
    areas = pd.DataFrame(
        {
            "oa": list("abcd"),
            "children_0_4": [900, 100, 100, 900],
            "band": [1.0, 2.0, 1.0, 2.0],
            "side": [services.BEHIND, services.BEHIND, services.OPEN, services.OPEN],
        }
    )
    found = services.barrier_gap(areas, pd.Series({"a": 360, "b": 60, "c": 40, "d": 540}))
    assert isinstance(found, Estimate)
    assert math.isclose(found.estimate, 0, abs_tol=1e-12)
    assert found.lower < 0 < found.upper


def test_rows_about_people_arrive_protected(given):
    assert isinstance(given.frames["roster_benefits"], Protected)


@pytest.mark.parametrize(
    ("weight", "expected", "method"), [(50.0, 24.0, "mean by residents"), (0.0, 20.0, "as supplied")]
)
def test_a_score_of_the_borough_or_nation_itself_needs_no_residents(weight, expected, method):
    row = SimpleNamespace(unit="score", is_counted=False, weighted=1200.0, weight=weight, value=20.0, records=1)
    found = measures.measured(row)
    assert (found.estimate, found.method) == (expected, f"{method}, no interval")


def test_wards_that_the_look_up_does_not_hold_are_refused_before_anything_is_computed(monkeypatch):
    lookup = pd.DataFrame({"ward": ["coldhurst", "st_marys"], "ward_name": ["Coldhurst", "St Mary's"]})
    monkeypatch.setattr(analysis, "load_inputs", lambda *_, **__: SimpleNamespace(table=lambda _: lookup))
    analysis.load("oldham", PARAMS)
    wrong = stage.Params.build(**{**SECTION, "focus_wards": ["coldhurst", "west_heywood"]})
    said = r"focus_wards: west_heywood not in the area look-up. Fix: .*coldhurst \(Coldhurst\), st_marys"
    with pytest.raises(ParamsError, match=said):
        analysis.load("oldham", wrong)


def test_reach_is_shown_where_the_look_up_divides_no_ward():
    areas = pd.DataFrame(
        {"oa": ["a", "b"], "ward": ["w", "x"], "ward_name": ["W", "X"], "borough": "c", "borough_name": "C"}
    ).assign(neighbourhood=np.nan, neighbourhood_name=np.nan, children_0_4=[100, 80], band=[1, 1])
    reach = services.reach_by_area(areas, {"library": pd.Series({"a": 40, "b": 2})})
    found = services.shown(reach, areas, threshold=5).set_index(["level", "area"])
    assert set(found.index.get_level_values("level")) == {"ward", "band", "borough"}
    assert found.loc[("ward", "x"), "status"] == "c"
    assert found.loc[("borough", "c"), "registered"] == 42
