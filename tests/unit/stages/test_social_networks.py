"""Social networks: printed figures that move with their records, claims, hidden small cells, absent inputs."""

import dataclasses
from collections import Counter

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
from insight.sources.contracts import contract as contract_of
from insight.stages import social_networks as stage
from insight.stages.social_networks import (
    analysis,
    answers,
    at_hand,
    drivers,
    field_quality,
    friendship,
    logic,
    scores,
    structure,
    ties,
)
from insight.stages.social_networks.counted import hide

NAMES = tuple(name for name in demo.MAKES if "alter" not in name)
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


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The planted world's results, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world_module, "PART_MODULES", ("place", "networks"))
        patch.setattr(worlds, "planted", demo.plant)
        return stage.analyse(given_world(tmp_path_factory.mktemp("results")), PARAMS)


@pytest.fixture(scope="module")
def null(tmp_path_factory):
    """The null world and its results, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world_module, "PART_MODULES", ("place", "networks"))
        patch.setattr(worlds, "planted", demo.plant)
        given = given_world(tmp_path_factory.mktemp("null"), null=True)
        return given, stage.analyse(given, PARAMS)


def connected(given):
    """What each respondent is connected to, as the whole analysis has it."""
    rows = analysis._rows(given, PARAMS)
    return answers.connected(rows.egos, rows.contacts, rows.places, rows.resources, PARAMS), rows


def changed(given, name, frame):
    held = Protected(name, frame) if isinstance(given.frames[name], Protected) else frame
    return dataclasses.replace(given, frames={**given.frames, name: held})


def verdicts(given, results):
    return {row.id: row for row in stage.figures(given, results, PARAMS)}


def outcomes(given, results):
    return {row.id: row for row in stage.findings(given, results, PARAMS)}


def test_figures_reproduce(given, results):
    rows = verdicts(given, results)
    assert len(rows) == 4
    assert rows["sna.roundthorn_salem.surveys_count"].verdict == "reproduces"
    assert rows["sna.roundthorn_salem.surveys_count"].evidence == "recovered"
    assert rows["sna.roundthorn_salem.fieldwork_months"].verdict == "reproduces"
    assert rows["sna.method.time_slots_count"].evidence == "recomputed"
    assert rows["sna.instrument.questions_added_count"].verdict == "not_tested"


def test_one_survey_less_and_one_date_in_another_month_differ(given):
    egos = given.people("network_egos").iloc[1:]
    egos.loc[egos.index[0], "date"] = "2011-08-01"
    other = changed(given, "network_egos", egos)
    rows = verdicts(other, stage.analyse(other, PARAMS))
    assert rows["sna.roundthorn_salem.surveys_count"].verdict == "differs"
    assert rows["sna.roundthorn_salem.fieldwork_months"].verdict == "differs"


def test_the_null_world_s_figures_differ(null):
    rows = verdicts(*null)
    assert rows["sna.roundthorn_salem.surveys_count"].verdict == "differs"
    assert rows["sna.roundthorn_salem.fieldwork_months"].verdict == "differs"


def test_claims_on_the_planted_world(given, results):
    found = outcomes(given, results)
    decided = {name: row.outcome for name, row in found.items()}
    assert {name for name, outcome in decided.items() if outcome == "not testable here"} == UNTESTABLE
    assert set(decided) - UNTESTABLE == set(demo.TRUTHS)
    assert sum(outcome == "detected" for outcome in decided.values()) >= len(demo.TRUTHS) - 3
    assert {row.data for name, row in found.items() if name not in UNTESTABLE} == {"demonstration"}


def test_no_claim_is_detected_in_the_null_world(null):
    found = outcomes(*null)
    decided = {row.outcome for row in found.values()}
    assert decided <= {"not shown", "refuted", "false alarm", "not testable here"}
    alarms = [name for name, row in found.items() if row.outcome == "false alarm"]
    assert len(alarms) <= 1


def counted(given, kinds=None):
    group = given.people("network_egos").set_index("respondent_id")["ethnic_group"].to_dict()
    found = Counter()
    for row in given.people("network_contacts").itertuples():
        if kinds is None or row.kind in kinds:
            own = row.ethnic_group == group[row.respondent_id]
            where = "unknown" if row.ethnic_group == "unknown" else "internal" if own else "external"
            found[where] += row.contacts
    return found["external"], found["internal"], found["unknown"]


@pytest.mark.parametrize(
    ("words", "kinds"), [("all ties", None), ("all but household and kin", {"friends", "neighbours", "work"})]
)
def test_e_i_is_that_of_the_rows_counted_one_by_one(given, results, words, kinds):
    external, internal, unknown = counted(given, kinds)
    measures = results.measures.set_index("measure")["estimate"]
    assert measures[f"E-I, {words}, pooled"] == pytest.approx((external - internal) / (external + internal))
    low = measures[f"E-I, {words}, if all of unknown group were within the group"]
    high = measures[f"E-I, {words}, if all of unknown group were beyond the group"]
    assert low == pytest.approx((external - internal - unknown) / (external + internal + unknown))
    assert high == pytest.approx((external + unknown - internal) / (external + internal + unknown))


def test_the_headline_decides_and_leaves_kin_out(given):
    everything = stage.Params(**{**SECTION, "headline_excludes": []})
    with_kin, without = (
        stage.claim_estimates(given, one)["bonding_strong"][0].estimate for one in (everything, PARAMS)
    )
    external, internal, _ = counted(given)
    assert with_kin == pytest.approx((external - internal) / (external + internal))
    assert with_kin < without


def test_bonding_against_random_mixing_counted_one_by_one(given, results):
    table = given.table("network_composition")
    group = given.people("network_egos").set_index("respondent_id")["ethnic_group"]
    rows = given.people("network_contacts").query("kind == 'friends' and ethnic_group != 'unknown'")
    for scale in ("neighbourhood", "wider"):
        residents = table[table["scale"] == scale].set_index("ethnic_group")["residents"]
        chance = (residents - 1) / (residents.sum() - 1)
        own = rows["respondent_id"].map(group)
        expected = (rows["contacts"] * own.map(chance)).sum()
        same = rows["contacts"][rows["ethnic_group"] == own].sum()
        bonding = results.bonding.set_index(["relation", "strength", "scale"]).loc[("friends", "all", scale)]
        assert bonding["ratio"] == pytest.approx(same / expected)
        assert bonding["ratio_lower"] < bonding["ratio"] < bonding["ratio_upper"]
        gap, ties = (same - expected) / rows["contacts"].sum(), rows["contacts"].sum()
        assert bonding["coleman"] == pytest.approx(gap / (1 - expected / ties))
        assert bonding["drawn_lower"] < expected / ties < bonding["drawn_upper"] < bonding["same_share"]
        assert bonding["p"] < 0.001


def test_strengths_split_the_contacts_and_skip_those_not_asked(given):
    contacts = given.people("network_contacts")
    gone = contacts.index[:200]
    contacts["close_contacts"] = contacts["close_contacts"].astype(float)
    contacts.loc[gone, "close_contacts"] = np.nan
    found = stage.analyse(changed(given, "network_contacts", contacts), PARAMS).bonding
    of = found[(found["relation"] == "all") & (found["scale"] == "neighbourhood")].set_index("strength")["contacts"]
    unasked = contacts.loc[gone]
    assert (
        of["all"] - of["close"] - of["not close"] == unasked.loc[unasked["ethnic_group"] != "unknown", "contacts"].sum()
    )


def test_mixing_matrix_is_square_and_rows_add_up(given, results):
    matrix = results.mixing_matrix
    assert set(matrix["own_group"]) == set(matrix["other_group"])
    whole = matrix.groupby("own_group").filter(lambda rows: rows["share"].notna().all())
    assert whole.groupby("own_group")["share"].sum().to_numpy() == pytest.approx(1)
    hidden = matrix[matrix["status"] == "c"].groupby("own_group").size()
    assert (hidden != 1).all()


def test_shares_in_the_params_serve_where_no_table_is_supplied(tmp_path):
    given = given_world(tmp_path, names=tuple(name for name in NAMES if name != "network_composition"))
    shares = {"white": 0.7, "pakistani": 0.15, "bangladeshi": 0.1, "other": 0.05}
    params = stage.Params(**{**SECTION, "population_shares": shares})
    results = stage.analyse(given, params)
    assert set(results.mixing["at_hand"]) == set(shares.values())
    assert {scale.source for scale in results.at_hand} == {"shares in the params"}
    groups = set(given.people("network_egos")["ethnic_group"])
    assert "no random sample" in at_hand.scales(given, groups, PARAMS)[0].source


def test_a_table_of_residents_without_a_group_is_refused(given):
    table = given.table("network_composition")
    with pytest.raises(InputError, match=r"none for other.*Fix: add the group's row"):
        stage.analyse(changed(given, "network_composition", table[table["ethnic_group"] != "other"]), PARAMS)


def test_counts_alone_give_no_structure(results):
    notes = set(results.structure["note"])
    assert results.structure["mean"].isna().all()
    assert notes == {"not identifiable from these data (counts of contacts hold no ties among the contacts)"}


def test_single_contacts_give_structure(tmp_path):
    given = given_world(tmp_path, names=(*NAMES, "network_alters", "network_alter_ties"))
    rows = analysis._rows(given, PARAMS)
    found = structure.structure(rows.egos, rows.alters, rows.alter_ties, threshold=5).set_index("measure")
    alters, made_ties = given.people("network_alters"), given.people("network_alter_ties")
    size = alters.groupby("respondent_id").size()
    made = made_ties.groupby("respondent_id").size().reindex(size.index, fill_value=0)
    density = (2 * made / (size * (size - 1)))[size > 1]
    assert found.loc["Density of ties among contacts", "mean"] == pytest.approx(density.mean())
    assert found.loc["Effective size (Burt)", "mean"] == pytest.approx((size - 2 * made / size).mean())
    assert 0 < found.loc["Constraint (Burt)", "mean"] < 1


def test_single_contacts_that_do_not_add_up_are_refused(tmp_path):
    given = given_world(tmp_path, names=(*NAMES, "network_alters", "network_alter_ties"))
    fewer = changed(given, "network_alters", given.people("network_alters").iloc[1:])
    with pytest.raises(InputError, match=r"1 counts differ.*insight intake"):
        stage.analyse(fewer, PARAMS)


def test_drivers_stand_adjusted_and_unadjusted_and_keep_those_who_named_no_one(given, results):
    rows = results.drivers.set_index(["outcome", "difference"])
    for outcome, of in (("named anybody", 289), ("any tie beyond the group", 289)):
        assert set(rows.loc[outcome, "n"]) == {of}
    share = rows.loc["share of ties beyond the group"]
    assert share["n"].max() < 289
    assert share["change_estimate"].to_numpy() == pytest.approx(
        (share["adjusted_estimate"] - share["unadjusted_estimate"]).to_numpy()
    )
    egos, contacts = given.people("network_egos"), given.people("network_contacts")
    ties = contacts[(contacts["ethnic_group"] != "unknown") & (contacts["kind"] != "family")].merge(
        egos, on="respondent_id"
    )
    crossing = ties["contacts"] * (ties["ethnic_group_x"] != ties["ethnic_group_y"])
    by_work = crossing.groupby(ties["in_work"]).sum() / ties["contacts"].groupby(ties["in_work"]).sum()
    assert share.loc["in work less not", "unadjusted_estimate"] == pytest.approx(by_work[True] - by_work[False])


def test_a_model_that_cannot_be_had_says_why(given):
    egos = given.people("network_egos").assign(in_work=True)
    here = analysis._rows(changed(given, "network_egos", egos), PARAMS)
    kinds = ties.relations(here.contacts, PARAMS)[ties.HEADLINE]
    rows = drivers.drivers(here.egos, ties.by_respondent(here.egos, here.contacts, kinds))
    notes = rows.loc[rows["difference"] == "in work less not", "note"]
    assert set(notes) == {"no model: everybody is alike in: in work."}
    assert "worklessness_may_drive" not in stage.claim_estimates(changed(given, "network_egos", egos), PARAMS)


def test_scores_count_what_was_asked_alone(given):
    positions = given.people("network_positions")
    one = positions["position"] == "cleaner"
    unasked = positions.assign(access=positions["access"].mask(one, "not_asked"))
    none = positions.assign(access=positions["access"].mask(one, "none"))
    words = "Share of occupations known (extensity)"

    def mean(frame):
        people, rows = connected(changed(given, "network_positions", frame))
        table = scores.scores(people, rows.resources, rows.positions, threshold=5)
        return table[(table["score"] == words) & (table["who"] == "everybody")]["mean"].item()

    rest = unasked[unasked["access"] != "not_asked"]
    by_person = (rest["access"] != "none").groupby(rest["respondent_id"]).mean()
    assert mean(unasked) == pytest.approx(by_person.mean())
    assert mean(none) < mean(unasked)


def test_upper_reach_is_the_highest_status_known(given, results):
    positions = given.people("network_positions").query("access not in ['none', 'not_asked']")
    best = positions.groupby("respondent_id")["status_score"].max()
    scores = results.scores.set_index(["score", "who"])
    row = scores.loc[("Highest status known (upper reach)", "everybody")]
    assert (row["respondents"], row["mean"]) == (len(best), pytest.approx(best.mean()))


def test_the_fewest_places_reach_the_share_of_the_least_connected(given, results):
    contacts = given.people("network_contacts").groupby("respondent_id")["contacts"].sum()
    egos = given.people("network_egos")["respondent_id"]
    few = set(egos[egos.map(contacts).fillna(0) < PARAMS.least_contacts])
    places = given.people("network_places")
    reached = results.reached
    met = set(places.loc[places["place"].isin(reached.fewest.places), "respondent_id"]) & few
    assert reached.people == len(few)
    assert len(met) / len(few) == pytest.approx(reached.fewest.share)
    assert reached.fewest.share >= PARAMS.reach_share
    assert reached.held_out <= reached.fewest.share
    assert (results.outreach["added"] >= 5).all()


def test_an_added_question_appears_in_the_diagram(given, monkeypatch):
    from insight.sources.contracts.base import Column

    contract = logic.contract_of("network_places")
    added = dataclasses.replace(
        contract, columns=(*contract.columns, Column(name="how_often", type="text", meaning="how often"))
    )
    monkeypatch.setattr(logic, "contract_of", lambda name: added if name == "network_places" else contract_of(name))
    rows = logic.logic(given)
    assert "how often" in rows.loc[rows["start"] == "Places mentioned", "start_detail"].item()


def test_the_diagram_says_what_was_not_supplied(tmp_path, results):
    given = given_world(tmp_path, names=("network_egos", "network_contacts"))
    shown = stage.logic_picture(given, dataclasses.replace(results, logic=logic.logic(given)))
    assert "not supplied: occupations known, places mentioned, skills and resources" in shown.about.title


def test_values_are_crossed_and_missing_ones_left_out(given):
    egos = given.people("network_egos")
    egos.loc[egos.index[:100], "values_group"] = None
    cells = answers.crosstab(connected(changed(given, "network_egos", egos))[0], threshold=5)
    values = cells[(cells["characteristic"] == "Values") & (cells["domain"] == "Social contacts")]
    assert values["respondents"].sum() == 189


def test_limits_take_households_and_sessions_together(given, results):
    egos = given.people("network_egos")
    assert results.clusters < egos["household_id"].nunique()
    door = egos["recruited_at"] == "door"
    site = egos["street"].where(door, egos["recruited_at"])
    session = egos["date"].astype(str) + egos["slot"] + site
    assert results.clusters <= session.nunique()


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


def test_no_shown_cell_is_small(results):
    for name in stage.DECLARATION.tables:
        table = getattr(results, name)
        refuse_people(table, what=name)
        for column in {"count", "respondents", "surveys"} & set(table.columns):
            assert not table[column].between(1, 4).any(), name
    for name in ("crosstab", "domains", "places", "place_groups", "slots"):
        table = getattr(results, name)
        assert not (table["respondents"] - table["count"]).between(1, 4).any(), name


def test_saved_tables_are_those_declared(given, results):
    stage.save(given, results)
    folder = paths.stage_dir("oldham", "social_networks") / "tables"
    assert {file.stem for file in folder.iterdir()} == set(stage.DECLARATION.tables)
    assert all(pd.read_csv(file).columns.size for file in folder.iterdir())


def html_of(shown):
    bundle = shown._repr_mimebundle_()
    return (bundle[0] if isinstance(bundle, tuple) else bundle)["text/html"]


@pytest.mark.parametrize("name", PICTURES)
def test_outputs_say_what_they_rest_on(given, results, name):
    assert "Demonstration data" in html_of(getattr(stage, name)(given, results))


@pytest.mark.usefixtures("undrawn")
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
    assert title not in set(answers.domains(connected(unasked)[0], threshold=5)["domain"])
    rows = answers.domains(connected(none)[0], threshold=5)
    assert rows.loc[rows["domain"] == title, "share"].tolist() == [0.0, 0.0, 0.0]


def test_quotas_log_and_likeness_within_sessions(given, results):
    plan = pd.DataFrame(
        [("networks", "sex", "female", 140), ("networks", "sex", "male", 160), ("values", "sex", "female", 1)],
        columns=["survey", "variable", "level", "target"],
    )
    held = dataclasses.replace(given, frames={**given.frames, "survey_quotas": plan})
    egos, log = given.people("network_egos"), given.table("fieldwork_log")
    table = field_quality.quotas(held, egos, threshold=5).set_index("level")
    assert table["target"].tolist() == [140, 160]
    assert table.loc["female", "achieved"] == (egos["sex"] == "female").sum()
    assert results.quotas.empty
    doors = results.contact_log.set_index("slot")
    assert doors[["completed", "refused", "no_answer"]].sum(axis=1).tolist() == doors["doors"].tolist()
    assert doors["doors"].sum() == log["doors"].sum()
    likeness = results.intraclass.set_index("what")
    assert {"women", "contacts named", "share of ties beyond the group"} <= set(likeness.index)
    assert (likeness["lower"] <= likeness["upper"]).all()
    assert likeness.loc["women", "sessions"] == len(set(field_quality.sessions(egos)))


def test_friends_stand_beside_national_figures_that_decide_nothing(given, results):
    table = results.friendship
    own = table[table["evidence"] == friendship.OWN]
    contacts = given.people("network_contacts")
    friends = contacts[(contacts["kind"] == "friends") & (contacts["ethnic_group"] != "unknown")]
    group = given.people("network_egos").set_index("respondent_id")["ethnic_group"]
    friends = friends.assign(same=friends["ethnic_group"] == friends["respondent_id"].map(group))
    each = friends.groupby("respondent_id").apply(lambda rows: rows.loc[~rows["same"], "contacts"].sum() == 0)
    everybody = own[own["who"] == friendship.EVERYBODY].iloc[0]
    assert everybody["share"] == pytest.approx(each.mean())
    assert everybody["respondents"] == len(each)
    national = table[table["evidence"] == friendship.BESIDE]
    assert len(national) == len(friendship.comparators())
    assert national["why_no_test"].str.contains("no rate by ethnic group").all()
    assert national[["lower", "upper"]].isna().all(axis=None)
    assert friendship.comparators()["verified"].eq("no").all()
