"""Social networks: printed figures that move with their records, claims, hidden small cells, absent inputs."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import worlds
from insight import paths
from insight.demo import networks as demo
from insight.demo import world as world_module
from insight.errors import InputError, ParamsError
from insight.params import read_yaml
from insight.privacy.disclosure import refuse_people
from insight.privacy.protected import Protected
from insight.stages import social_networks as stage
from insight.stages.social_networks.counted import hide

NAMES = tuple(demo.MAKES)
SECTION = read_yaml(paths.root() / "params" / "oldham.yml")["stages"]["social_networks"]
PARAMS = stage.Params(**SECTION)
UNTESTABLE = {"consistent_with_deprived_low_churn", "interethnic_friendship_low", "roundthorn_mixed_but_white"}
PICTURES = [name for name in stage.__all__ if name.endswith(("_picture", "_table"))]


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """Keep to this stage's part of the world, and to a build folder of the test's own."""
    monkeypatch.setattr(world_module, "PART_MODULES", ("place", "networks"))
    monkeypatch.setattr(worlds, "planted", demo.plant)
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))


def given_world(folder, *, null=False, names=NAMES):
    return worlds.inputs(names, worlds.World(is_null=null), folder)


@pytest.fixture
def given(tmp_path):
    return given_world(tmp_path)


def changed(given, name, frame):
    held = Protected(name, frame) if isinstance(given.frames[name], Protected) else frame
    return dataclasses.replace(given, frames={**given.frames, name: held})


def verdicts(given, params=PARAMS):
    return {row.id: row for row in stage.figures(given, stage.analyse(given, params), params)}


def outcomes(given):
    return {row.id: row for row in stage.findings(given, stage.analyse(given, PARAMS), PARAMS)}


def test_figures_reproduce(given):
    rows = verdicts(given)
    assert len(rows) == 4
    assert rows["sna.roundthorn_salem.surveys_count"].verdict == "reproduces"
    assert rows["sna.roundthorn_salem.surveys_count"].evidence == "recovered"
    assert rows["sna.roundthorn_salem.fieldwork_months"].verdict == "reproduces"
    assert rows["sna.method.time_slots_count"].evidence == "recomputed"
    assert rows["sna.instrument.questions_added_count"].verdict == "not_tested"


def test_one_survey_less_differs(given):
    rows = verdicts(changed(given, "network_egos", given.people("network_egos").iloc[1:]))
    assert rows["sna.roundthorn_salem.surveys_count"].verdict == "differs"


def test_one_date_in_another_month_differs(given):
    egos = given.people("network_egos")
    egos.loc[egos.index[0], "date"] = "2011-08-01"
    assert verdicts(changed(given, "network_egos", egos))["sna.roundthorn_salem.fieldwork_months"].verdict == "differs"


def test_the_null_world_s_figures_differ(tmp_path):
    rows = verdicts(given_world(tmp_path, null=True))
    assert rows["sna.roundthorn_salem.surveys_count"].verdict == "differs"
    assert rows["sna.roundthorn_salem.fieldwork_months"].verdict == "differs"


def test_claims_on_the_planted_world(given):
    found = outcomes(given)
    decided = {name: row.outcome for name, row in found.items()}
    assert {name for name, outcome in decided.items() if outcome == "not testable here"} == UNTESTABLE
    assert set(decided) - UNTESTABLE == set(demo.TRUTHS)
    assert sum(outcome == "detected" for outcome in decided.values()) >= len(demo.TRUTHS) - 3
    assert {row.data for name, row in found.items() if name not in UNTESTABLE} == {"demonstration"}


def test_no_claim_is_detected_in_the_null_world(tmp_path):
    decided = {row.outcome for row in outcomes(given_world(tmp_path, null=True)).values()}
    assert decided <= {"not shown", "refuted", "false alarm", "not testable here"}
    alarms = [name for name, row in outcomes(given_world(tmp_path, null=True)).items() if row.outcome == "false alarm"]
    assert len(alarms) <= 1


def test_e_i_is_that_of_the_rows_counted_one_by_one(given):
    group = given.people("network_egos").set_index("respondent_id")["ethnic_group"].to_dict()
    external = internal = unknown = 0
    for row in given.people("network_contacts").itertuples():
        if row.ethnic_group == "unknown":
            unknown += row.contacts
        elif row.ethnic_group == group[row.respondent_id]:
            internal += row.contacts
        else:
            external += row.contacts
    measures = stage.analyse(given, PARAMS).measures.set_index("measure")["estimate"]
    assert measures["E-I, all ties together"] == pytest.approx((external - internal) / (external + internal))
    low = measures["E-I, if all ties of unknown group were within the group"]
    assert low == pytest.approx((external - internal - unknown) / (external + internal + unknown))


def test_population_shares_replace_the_respondents_own(given):
    shares = {"white": 0.7, "pakistani": 0.15, "bangladeshi": 0.1, "other": 0.05}
    params = stage.Params(**{**SECTION, "population_shares": shares})
    assert set(stage.analyse(given, params).mixing["at_hand"]) == set(shares.values())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"population_shares": {"white": 0.7}}, "add up to 1"),
        ({"least_contacts": 0}, "least_contacts"),
        ({"outgroup_items": ["council"]}, "outgroup_items"),
        ({"neighborhood": "x"}, "neighborhood"),
        ({"majority_group": "White British"}, "majority_group"),
    ],
)
def test_bad_params_are_refused(change, words):
    with pytest.raises(ParamsError, match=words):
        stage.Params.build(**{**SECTION, **change})


def test_an_area_without_respondents_is_refused(given):
    params = stage.Params(**{**SECTION, "neighbourhood": "brick_row"})
    with pytest.raises(InputError, match="some respondents live in brick_row"):
        stage.analyse(given, params)


def test_small_groups_are_hidden_and_a_second_with_them(given):
    egos = given.people("network_egos")
    few = egos[~egos["ethnic_group"].isin(["other"])]
    kept = pd.concat([few, egos[egos["ethnic_group"] == "other"].head(3)])
    results = stage.analyse(changed(given, "network_egos", kept), PARAMS)
    mixing = results.mixing.set_index("group")
    assert mixing.loc["Other", "status"] == "c"
    assert np.isnan(mixing.loc["Other", "e_i"])
    assert (mixing["status"] == "c").sum() == 2
    cells = results.crosstab[results.crosstab["characteristic"] == "Ethnic group"]
    assert cells.loc[cells["value"] == "Other", "share"].isna().tolist() == [True] * 4
    assert (cells.groupby("domain")["status"].agg(lambda part: (part == "c").sum()) >= 2).all()


def test_a_small_rest_is_hidden_like_a_small_count():
    frame = pd.DataFrame({"count": [48, 20, 30], "respondents": [50, 50, 50], "share": [0.96, 0.4, 0.6]})
    assert hide(frame, ["count", "respondents"], threshold=5, also=["share"])["status"].tolist() == ["c", "c", ""]


def test_no_shown_cell_is_small(given):
    results = stage.analyse(given, PARAMS)
    for name in stage.DECLARATION.tables:
        table = getattr(results, name)
        refuse_people(table, what=name)
        for column in {"count", "respondents", "surveys"} & set(table.columns):
            assert not table[column].between(1, 4).any(), name
    for name in ("crosstab", "domains", "places", "slots"):
        table = getattr(results, name)
        assert not (table["respondents"] - table["count"]).between(1, 4).any(), name


def test_saved_tables_are_those_declared(given):
    results = stage.analyse(given, PARAMS)
    stage.save(given, results)
    folder = paths.stage_dir("oldham", "social_networks") / "tables"
    assert {file.stem for file in folder.iterdir()} == set(stage.DECLARATION.tables)
    assert all(pd.read_csv(file).columns.size for file in folder.iterdir())


def html_of(shown):
    bundle = shown._repr_mimebundle_()
    return (bundle[0] if isinstance(bundle, tuple) else bundle)["text/html"]


@pytest.mark.parametrize("name", PICTURES)
def test_outputs_say_what_they_rest_on(given, name):
    assert "Demonstration data" in html_of(getattr(stage, name)(given, stage.analyse(given, PARAMS)))


def test_a_council_with_two_inputs_still_runs(tmp_path):
    given = given_world(tmp_path, names=("network_egos", "network_contacts"))
    results = stage.analyse(given, PARAMS)
    stage.save(given, results)
    for name in PICTURES:
        assert html_of(getattr(stage, name)(given, results))
    found = {row.id: row.outcome for row in stage.findings(given, results, PARAMS)}
    assert found["bonding_strong"] == "detected"
    assert found["flyers_build_trust"] == found["distrust_of_outgroups"] == "not testable here"


def test_not_asked_is_not_the_same_as_none(given):
    resources = given.people("network_resources")
    skills = resources["domain"] == "skills"
    unasked = changed(
        given, "network_resources", resources.assign(access=resources["access"].mask(skills, "not_asked"))
    )
    none = changed(given, "network_resources", resources.assign(access=resources["access"].mask(skills, "none")))
    title = "Skills and resources"
    assert title not in set(stage.analyse(unasked, PARAMS).domains["domain"])
    rows = stage.analyse(none, PARAMS).domains
    assert rows.loc[rows["domain"] == title, "share"].tolist() == [0.0, 0.0, 0.0]
