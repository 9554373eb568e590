"""Values modes: sameness is shown by limits, not by a test that found nothing; small cells stay hidden."""

import dataclasses
from functools import cache

import numpy as np
import pandas as pd
import pytest

from insight import params as insight_params
from insight import paths
from insight.demo.values import plant, values_survey
from insight.demo.world import World
from insight.display.standard import Note
from insight.errors import InputError, ParamsError
from insight.methods import pvq21
from insight.privacy.loading import Inputs
from insight.privacy.protected import Protected
from insight.published.findings import decide_part, load_claims
from insight.sources.contracts.values import MODES, PVQ
from insight.sources.reading import read_input
from insight.sources.standing import Standing
from insight.stages import values_modes as stage
from insight.stages.values_modes import analysis, margins, placing, proxy_groups, quality, shares
from insight.stages.values_modes.hiding import hide
from insight.stages.values_modes.placing import overlapping
from insight.stages.values_modes.sample import typology
from insight.stages.values_modes.segments import guidance

FIELDS = insight_params.load(paths.root() / "params" / "oldham.yml").stages["values_modes"]
PARAMS = insight_params.build(stage.Params, FIELDS, file="params/oldham.yml")
CLAIMS = load_claims("oldham")


@cache
def frame(seed=2011, null=False):
    rows = values_survey(World(seed=seed, is_null=null))
    return rows.assign(date=pd.to_datetime(rows["date"]))


def inputs(rows, folder, *, seed=2011, null=False):
    truths = plant(World(seed=seed, is_null=null))
    lines = [(row.finding, str(row.is_true).lower(), row.what) for row in truths]
    pd.DataFrame(lines, columns=["finding", "is_true", "what"]).to_csv(folder / "truth.csv", index=False)
    return Inputs(
        council=insight_params.load(paths.root() / "params" / "oldham.yml"),
        frames={"values_survey": Protected("values_survey", rows)},
        standings={"values_survey": Standing(kind="demonstration", folder=folder)},
        files={"values_survey": folder / "memory"},
    )


@pytest.fixture
def given(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    return inputs(frame(), tmp_path)


@pytest.fixture
def null(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    return inputs(frame(null=True), tmp_path, null=True)


@pytest.fixture(scope="module")
def analysed(tmp_path_factory):
    return stage.analyse(inputs(frame(), tmp_path_factory.mktemp("analysed")), PARAMS)


@pytest.fixture(scope="module")
def null_analysed(tmp_path_factory):
    return stage.analyse(inputs(frame(null=True), tmp_path_factory.mktemp("null"), null=True), PARAMS)


def outcomes(given, results):
    return {row.id: row for row in stage.findings(given, results, PARAMS)}


def verdicts(given, results):
    return {row.id: row for row in stage.figures(given, results, PARAMS)}


def of_rows(given, rows):
    return dataclasses.replace(given, frames={"values_survey": Protected("values_survey", rows)})


RECOVERED = ("respondents_count", "fieldwork_month", "subgroups_count")


def test_figures_are_recovered_from_the_rows(given, analysed):
    found = verdicts(given, analysed)
    for name in RECOVERED:
        row = found[f"values_modes.both_wards.{name}"]
        assert (row.evidence, row.verdict) == ("recovered", "reproduces"), name


def test_one_record_moves_the_figures(given):
    fewer = frame().iloc[1:].copy()
    fewer.loc[fewer.index[0], "date"] = pd.Timestamp("2011-07-01")
    other = of_rows(given, fewer)
    found = verdicts(other, stage.analyse(other, PARAMS))
    assert found["values_modes.both_wards.respondents_count"].verdict == "differs"
    assert found["values_modes.both_wards.fieldwork_month"].verdict == "differs"


def test_figures_differ_in_the_null_variant(null, null_analysed):
    found = verdicts(null, null_analysed)
    assert {found[f"values_modes.both_wards.{name}"].verdict for name in RECOVERED} == {"differs"}


UNTESTABLE = {"phone_misses_young", "young_adult_share_high", "gd_usual_in_white_areas", "change_easier"}


def test_planted_claims_are_found_but_one_that_the_survey_is_too_small_for(given, analysed):
    found = outcomes(given, analysed)
    assert {name for name, row in found.items() if row.outcome == "not testable here"} == UNTESTABLE
    missed = {name for name, row in found.items() if row.outcome == "missed"}
    assert missed == {"values_not_neighbourhood_bound"}
    row = found["values_not_neighbourhood_bound"]
    assert "Parts: supported, not shown." in row.why
    assert "respondents a neighbourhood" in row.why


def test_the_null_variant_raises_no_alarm(null, null_analysed):
    found = outcomes(null, null_analysed)
    assert {row.outcome for name, row in found.items() if name not in UNTESTABLE} <= {"refuted", "not shown"}
    assert found["values_shared_over_ethnicity"].outcome != "detected"


def test_every_tested_claim_says_what_was_planted(analysed):
    results = analysed
    assert set(results.tests) == {row.finding for row in plant(World())}
    for name, parts in results.tests.items():
        assert len(parts) == len(CLAIMS[name].rules), name


def test_a_large_gap_of_a_small_group_is_not_called_alike(given):
    """V is blind to it: the trap that the second limit is for."""
    rows = frame().copy()
    small = rows.index[rows["ethnic_group"] == "Bangladeshi"][60:]
    rows.loc[small, "ethnic_group"] = "White"
    few = rows.index[rows["ethnic_group"] == "Bangladeshi"][:12]
    rows.loc[few, "mode"] = "transcenders"
    results = stage.analyse(of_rows(given, rows), PARAMS)
    _, gap = results.tests["values_shared_over_ethnicity"]
    assert gap.upper > PARAMS.gap_margin
    assert decide_part("less", PARAMS.gap_margin, gap) != "supported"
    assert results.equivalence["verdict"].iloc[0] == "equivalent on average only"


def test_telephone_interviews_are_compared_when_there_are_any(given):
    rows = frame().copy()
    old = rows.index[~rows["age_band"].isin(PARAMS.young_age_bands)][:200]
    rows.loc[old, "mode_of_interview"] = "phone"
    results = stage.analyse(of_rows(given, rows), PARAMS)
    (gap,) = results.tests["phone_misses_young"]
    assert gap.lower > 0.3
    alone = rows.assign(mode_of_interview=np.where(rows.index == old[0], "phone", "street"))
    assert stage.claim_estimates(of_rows(given, alone), PARAMS, claims=("phone_misses_young",)) == {}


def test_missing_answers_and_a_lone_ward_are_lived_with(given):
    rows = frame()[frame()["ward"] == "coldhurst"].copy()
    rows["item_hope"] = rows["item_hope"].astype("Int64").where(np.arange(len(rows)) % 7 > 0)
    rows["age_band"] = rows["age_band"].where(np.arange(len(rows)) % 5 > 0)
    results = stage.analyse(of_rows(given, rows), PARAMS)
    assert "wards_homogeneous" not in results.tests
    assert len(results.tests["gd_traits"]) == 4


def test_statements_not_asked_cost_their_claims_only(given):
    rows = frame().assign(item_hope=np.nan, item_vocal=np.nan)
    asked = {"gd_traits", "gd_competitive", "three_clusters", "young_gd_chaotic"}
    tests = stage.claim_estimates(of_rows(given, rows), PARAMS, claims=asked)
    assert set(tests) == {"three_clusters", "young_gd_chaotic"}
    bare = rows.assign(**dict.fromkeys([name for name in rows if name.startswith("item_")], np.nan))
    without = stage.analyse(of_rows(given, bare), PARAMS)
    assert "three_clusters" not in without.tests
    assert "golden_dreamers_lead" in without.tests
    decided = {row.id: row.outcome for row in stage.findings(given, without, PARAMS)}
    assert decided["gd_traits"] == "not testable here"
    for shown in (stage.statements_picture, stage.statements_table):
        assert "no answers to statements" in shown(given, without).text


def test_small_cells_are_hidden_and_cannot_be_had_by_subtraction():
    counts = [[20, 3, 30], [25, 15, 35], [30, 18, 40], [9, 12, 0]]
    cells = pd.DataFrame(
        [(f"r{i}", f"c{j}", n, n / 10) for i, line in enumerate(counts) for j, n in enumerate(line)],
        columns=["place", "mode", "respondents", "share"],
    )
    shown = hide(cells, count="respondents", sums=[["place"], ["mode"]], keep=["place", "mode"], threshold=5)
    hidden = shown[shown["status"] == "c"]
    assert ("r0", "c1") in set(zip(hidden["place"], hidden["mode"], strict=True))
    assert hidden[["respondents", "share"]].isna().all().all()
    assert (hidden.groupby("place").size() > 1).all()
    assert (hidden.groupby("mode").size() > 1).all()
    zero = shown[(shown["place"] == "r3") & (shown["mode"] == "c2")]
    assert zero["respondents"].iloc[0] == 0


def test_no_table_shows_a_small_count(given):
    rows = frame().copy()
    here = rows.index[(rows["neighbourhood"] == "alder_fold") & (rows["mode"] == "roots")]
    rows.loc[here[3:], "mode"] = "smooth_sailing"
    results = stage.analyse(of_rows(given, rows), PARAMS)
    stage.save(given, results)
    threshold = given.council.disclosure.threshold
    for table in (results.modes, results.modes_by_neighbourhood):
        assert not table["respondents"].between(1, threshold - 1).any()
    places = results.modes_by_neighbourhood
    assert (places["status"] == "c").any()
    lone = places[places["status"] == "c"].groupby("mode").size()
    assert (lone > 1).all()
    assert "respondents" not in results.shares_by
    assert {"respondents", "share", "lower", "upper"} & set(results.residuals_by_ethnic_group) == set()
    ethnic = results.shares_by[results.shares_by["dimension"] == "Ethnic group"]
    assert set(ethnic["domain"]) == set(PARAMS.ethnic_groups)
    assert ethnic["unweighted"].isna().all()


def test_a_hidden_cell_of_a_neighbourhood_is_not_the_ward_less_the_rest(given):
    """A ward's shares are shown too, and so are those of the three groups: both sums must stay open."""
    rows = frame().copy()
    here = rows.index[(rows["neighbourhood"] == "alder_fold") & (rows["mode"] == "roots")]
    rows.loc[here[3:], "mode"] = "smooth_sailing"
    kinds, wards = typology(), rows.drop_duplicates("neighbourhood").set_index("neighbourhood")["ward"]
    shown = stage.analyse(of_rows(given, rows), PARAMS).shares_by
    own = shown[(shown["dimension"] == "Neighbourhood") & (shown["outcome"] == "twelve modes")]
    own = own.assign(
        group=own["category"].map(dict(zip(kinds["mode_name"], kinds["group"], strict=True))),
        ward=own["domain"].str.lower().str.replace(" ", "_").map(wards),
    )
    hidden = own[own["status"] == "c"]
    assert len(hidden)
    assert (hidden.groupby(["domain", "group"]).size() > 1).all()
    assert (hidden.groupby(["category", "ward"]).size() > 1).all()


@pytest.mark.parametrize(
    ("field", "value"),
    [("v_margin", 0.0), ("agree_from", 1), ("trait_items", ["hope"]), ("lead_mode", "Golden Dreamers"), ("odd", 1)],
)
def test_bad_params_are_refused(field, value):
    with pytest.raises(ParamsError, match=field):
        insight_params.build(stage.Params, {**FIELDS, field: value}, file="f.yml")


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("lead_mode", "silver_dreamers", "silver_dreamers"),
        ("ethnic_groups", ["White", "Pakistan"], "Pakistan"),
        ("young_age_bands", ["16-25"], "16-25"),
        ("disorder_item", "tidy", "item_tidy"),
    ],
)
def test_params_that_name_nobody_are_refused(given, field, value, found):
    wrong = dataclasses.replace(PARAMS, **{field: value})
    with pytest.raises(InputError, match=found):
        stage.analyse(given, wrong)


def test_no_index_without_a_benchmark(given, analysed, monkeypatch):
    bare = typology().assign(group_benchmark_share=float("nan"))
    monkeypatch.setattr("insight.stages.values_modes.sample.typology", lambda: bare)
    rows, _, _ = analysis._opened(given, PARAMS)
    groups = shares.group_shares(rows, bare)
    assert "index" not in groups
    assert "No benchmark is known" in stage.groups_table(given, dataclasses.replace(analysed, groups=groups)).html()


def test_the_contract_and_the_reference_name_the_same_modes():
    kinds = typology()
    assert tuple(kinds["mode"]) == MODES
    assert kinds.groupby("group").size().tolist() == [4, 4, 4]
    assert kinds[["description", "source", "licence"]].notna().all().all()


SHOWN = [name for name in stage.__all__ if name.endswith(("_picture", "_table"))]
WITH_PARAMS = {"equivalence_picture"}


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.usefixtures("undrawn")
def test_pictures_and_tables_are_labelled(name, given, analysed):
    more = (PARAMS,) if name in WITH_PARAMS else ()
    first = (given,) if name == "typology_table" else (given, analysed)
    assert "Demonstration data" in getattr(stage, name)(*first, *more).html()


OTHERS = ("lookup", "values_sessions", "survey_quotas", "census_margins", "pvq_survey", "network_egos")
OPTIONS = {"latent_picture", "latent_table"}
"""Shown where the params ask for them: tests of their own."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The stage with every optional input."""
    made, folder = World(), tmp_path_factory.mktemp("whole")
    held = inputs(frame(), folder)
    people = {"pvq_survey", "network_egos"}
    more = {name: Protected(name, made.frame(name)) if name in people else made.frame(name) for name in OTHERS}
    return dataclasses.replace(
        held,
        frames={**held.frames, **more},
        standings=dict.fromkeys((*held.frames, *more), Standing(kind="demonstration", folder=folder)),
        files=dict.fromkeys((*held.frames, *more), folder / "memory"),
    )


@pytest.fixture(scope="module")
def full(whole):
    return stage.analyse(whole, PARAMS)


@pytest.mark.parametrize("name", SHOWN)
def test_every_picture_and_table_with_all_inputs(name, whole, full):
    more = (PARAMS,) if name in WITH_PARAMS else ()
    first = (whole,) if name == "typology_table" else (whole, full)
    shown = getattr(stage, name)(*first, *more)
    assert "Demonstration data" in shown.html()
    assert isinstance(shown, Note) == (name in OPTIONS)


def with_input(whole, name, rows):
    held = Protected(name, rows) if isinstance(whole.frames[name], Protected) else rows
    return dataclasses.replace(whole, frames={**whole.frames, name: held})


def test_raked_shares_meet_the_census_and_know_of_the_raking(whole, full):
    table = full.adjustment.set_index(["weights", "group"])
    assert {"none", "supplied", "raked to the census"} == set(full.adjustment["weights"])
    raked = table.loc["raked to the census"]
    assert raked["share"].sum() == pytest.approx(1)
    assert (raked["kish_deff"] > table.loc["none", "kish_deff"].iloc[0]).all()
    gaps = full.margins.groupby("variable")["census"].sum()
    assert gaps.to_numpy() == pytest.approx(1)
    young = full.margins.set_index("level").loc["16-24"]
    assert young["gap"] == pytest.approx(young["weighted"] - young["census"])


def test_margins_that_do_not_fit_are_said_and_stop_nothing(whole):
    odd = whole.frames["census_margins"].replace({"level": {"Other": "Mixed"}})
    other = with_input(whole, "census_margins", odd)
    found = margins.adjusted(other, analysis._opened(other, PARAMS)[0])
    note = found.loc[found["weights"] == "raked to the census", "note"].iloc[0]
    assert "not raked" in note
    assert "Mixed" in note


def test_place_of_interview_is_not_place_of_residence(whole, full):
    table = full.place_of_interview
    apart = table[table["lives_in"] != table["met_in"]]
    assert apart["respondents"].fillna(0).sum() > 0
    shown = table["respondents"].dropna()
    assert not shown.between(1, whole.council.disclosure.threshold - 1).any()
    homes = full.shares_by[full.shares_by["dimension"] == "Neighbourhood"]["domain"].nunique()
    assert homes == frame()["neighbourhood"].nunique()


def test_the_contact_log_counts_everyone_approached_once_by_slot(whole, full):
    log = whole.frames["values_sessions"]
    slots = full.field_quality[full.field_quality["by"] == "Slot"]
    for name in ("approached", "refused", "ineligible", "completed"):
        assert slots[name].sum() == log[name].sum()
    one = slots.iloc[0]
    assert one["share"] == pytest.approx(one["completed"] / (one["completed"] + one["refused"]))


def test_quotas_are_set_against_what_was_achieved(whole, full):
    table = full.quotas
    assert set(table["variable"]) == {"Slot", "Place of interview", "Translated", "Sex", "Age band", "Ethnic group"}
    sums = table.groupby("variable")[["target", "achieved"]].sum()
    assert (sums["target"] == 1440).all()
    assert (sums["achieved"] == len(frame())).all()
    women = table[(table["variable"] == "Sex") & (table["level"] == "female")].iloc[0]
    assert women["achieved"] == (frame()["sex"] == "female").sum()
    assert women["gap"] == women["achieved"] - women["target"]
    assert "Ethnic group: Other" in stage.quotas_picture(whole, full).html()


def test_likeness_within_shifts_is_near_nothing_where_shifts_were_drawn_apart(full):
    table = full.intraclass.set_index("what")
    assert set(table["respondents"]) == {len(frame())}
    assert (table["sessions"] == 99).all()
    assert table["correlation"].abs().max() < 0.05
    assert ((table["lower"] < table["correlation"]) & (table["correlation"] < table["upper"])).all()


def test_the_contact_log_gives_the_spread_over_single_shifts(whole, full):
    log, spread = whole.frames["values_sessions"], full.field_quality.set_index("by").loc["Single shifts"]
    assert spread["completed"].tolist() == [log["completed"].min(), log["completed"].median(), log["completed"].max()]
    assert spread["met"].tolist() == (log["completed"] / log["planned"]).quantile([0, 0.5, 1]).tolist()


def test_quotas_of_shifts_are_met_by_slot_place_and_site_and_left_empty_where_none_were_set(whole, full):
    log, found = whole.frames["values_sessions"], full.field_quality
    for by in ("Slot", "Place of interview", "Site"):
        own = found[found["by"] == by]
        assert own["planned"].sum() == log["planned"].sum() == 1440
        assert (own["met"] * own["planned"]).sum() == pytest.approx(log["completed"].sum())
    assert "quotas set for shifts" in stage.field_quality_table(whole, full).html()
    assert "the two cannot be told apart here" in stage.intraclass_table(whole, full).html()
    none = with_input(whole, "values_sessions", log.drop(columns="planned"))
    bare = quality.contact_log(none, {})
    assert bare[["planned", "met"]].isna().all(axis=None)
    told = stage.field_quality_table(none, dataclasses.replace(full, field_quality=bare)).html()
    assert "set no quota for single shifts" in told


def test_the_overlap_of_samples_is_a_bound(full):
    row = full.samples.set_index("neighbourhood").loc["Roundthorn Salem"]
    assert row["network_respondents"] == 289
    assert row["overlap_at_most"] == min(289, row["respondents"])
    assert row["sampled_share"] == pytest.approx(row["respondents"] / row["residents"])


def test_missing_answers_are_counted_by_approach(whole):
    rows = frame().copy()
    rows["item_hope"] = rows["item_hope"].astype(float).mask(rows["mode_of_interview"] == "door")
    opened, items, _ = analysis._opened(with_input(whole, "values_survey", rows), PARAMS)
    found = quality.missing_answers(opened, items, threshold=5).set_index("of")
    assert found.loc["door", "share_missing"] == pytest.approx(1 / len([c for c in rows if c.startswith("item_")]))
    assert found.loc["street", "share_missing"] == 0


def test_the_map_places_alike_residents_over_the_origin_and_others_not(whole, full):
    points = full.typology_points
    assert (points["kind"] == "residents").sum() == 6
    assert (points["kind"] == "mode").sum() == 12
    assert overlapping(points) >= 2
    apart = frame().copy()
    here = apart.index[(apart["ethnic_group"] == "White") & (apart["ward"] == "coldhurst")]
    apart.loc[here[: len(here) // 2], "mode"] = "roots"
    opened, _, _ = analysis._opened(with_input(whole, "values_survey", apart), PARAMS)
    moved = placing.points(opened, typology(), {}, PARAMS)
    assert moved["total_inertia"].iloc[0] > 2 * points["total_inertia"].iloc[0]


def test_segment_cards_name_who_stands_out_and_where(whole, full):
    assert len(full.segments) == 12
    assert full.segments["where"].str.startswith("spread evenly").all()
    assert full.segments[["responds_to", "how_to_communicate", "source"]].notna().all(axis=None)
    rows = frame().copy()
    rows.loc[rows.index[rows["neighbourhood"] == "alder_fold"][:90], "mode"] = "roots"
    found = stage.analyse(with_input(whole, "values_survey", rows), PARAMS).segments.set_index("mode")
    assert "more Alder Fold" in found.loc["Roots", "where"]


def test_the_open_path_is_labelled_and_never_pooled(whole, full):
    table = full.pvq_values
    assert table["label"].str.contains("Schwartz proxy, not Values Modes").all()
    assert set(table["name"]) & set(full.modes["mode"]) == set()
    assert full.respondents == len(frame())
    means = table[table["measure"].str.startswith("mean")].set_index("name")
    assert means.loc["Security", "estimate"] > means.loc["Power", "estimate"]
    assert table[table["measure"] == "share"]["estimate"].sum() == pytest.approx(1)


OPEN_PATH = {"Ward", "Neighbourhood", "Ethnic group", "Age", "Language of interview"}


def ward_of(inputs):
    lookup = inputs.table("lookup").dropna(subset=["neighbourhood"]).drop_duplicates("neighbourhood")
    return lookup.set_index("neighbourhood_name")["ward"].to_dict()


def test_the_open_path_is_compared_as_the_modes_are(whole, full):
    rows = whole.people("pvq_survey")
    found = pvq21.score(rows)
    groups = full.pvq_groups
    assert set(groups["dimension"]) == OPEN_PATH
    near = groups[(groups["measure"] == "share") & (groups["dimension"] == "Neighbourhood")]
    assert near["domain"].nunique() == 9
    hidden = near[near["status"] != ""].assign(ward=lambda own: own["domain"].map(ward_of(whole)))
    assert not (near["respondents"].dropna().between(1, whole.council.disclosure.threshold - 1)).any()
    assert not (hidden.groupby(["name", "ward"]).size() == 1).any(), "a ward's total would give a lone cell away"
    for table in (groups, full.pvq_likeness, full.pvq_invariance):
        assert table["label"].str.contains("Schwartz proxy, not Values Modes").all()
    shares = groups[(groups["measure"] == "share") & (groups["dimension"] == "Ward")]
    assert shares.groupby("domain")["estimate"].sum().to_numpy() == pytest.approx(1)
    own = rows["ethnic_group"].eq("White") & found.centred["security"].notna()
    value = (found.centred.loc[own, "security"] * rows.loc[own, "weight"]).sum() / rows.loc[own, "weight"].sum()
    cell = groups[(groups["domain"] == "White") & (groups["name"] == "Security")]["estimate"].iloc[0]
    assert cell == pytest.approx(value)
    assert set(full.pvq_likeness["comparison"]) == OPEN_PATH
    assert not full.pvq_likeness["verdict"].eq("different").any()


def test_meaning_across_languages_is_checked_and_a_shift_is_found(full):
    table = full.pvq_invariance.set_index("level")
    assert list(table.index) == ["structure", "loadings", "intercepts"]
    assert table.loc["intercepts", "verdict"].startswith("no difference found, which does not show")
    odd = dataclasses.replace(full, pvq_invariance=proxy_groups._invariance(*null_open_path()))
    assert "differs" in odd.pvq_invariance.set_index("level").loc["intercepts", "verdict"]
    assert odd.pvq_invariance.set_index("level").loc["intercepts", "worst"] in {"security", "tradition", "conformity"}


def null_open_path():
    rows = World(is_null=True).frame("pvq_survey")
    return rows, pvq21.score(rows)


def test_an_open_survey_without_language_or_group_is_compared_by_ward_alone(whole):
    rows = whole.people("pvq_survey").drop(columns=["ethnic_group", "language", "age_band"]).assign(neighbourhood="one")
    found = proxy_groups.by_group(with_input(whole, "pvq_survey", rows), {}, PARAMS)
    assert set(found.groups["dimension"]) == {"Ward"}
    assert found.invariance.empty


def test_contract_and_method_name_the_same_items():
    assert tuple(pvq21.ITEMS.values()) == PVQ


def test_guidance_names_every_mode_with_its_source():
    table = guidance()
    assert tuple(table["mode"]) == MODES
    assert table[["source", "licence"]].notna().all(axis=None)


def test_figures_and_findings_are_the_same_with_and_without_optional_inputs(analysed, full):
    for name, parts in analysed.tests.items():
        assert full.tests[name] == parts, name


def test_claim_estimates_are_those_of_the_whole_analysis(given, analysed):
    results = analysed
    some = stage.claim_estimates(given, PARAMS, claims=tuple(results.tests))
    assert some == dict(results.tests)


@pytest.mark.parametrize(
    ("written", "read"),
    [("Golden Dreamers", "golden_dreamers"), ("happy follower", "happy_followers"), ("Now-People", "now_people")],
)
def test_other_spellings_of_modes_are_read(written, read, tmp_path):
    file = tmp_path / "values_survey.csv"
    rows = values_survey(World()).head(3).assign(mode=written)
    rows["is_translated"] = rows["is_translated"].map({True: "true", False: "false"})
    rows.to_csv(file, index=False)
    assert set(read_input("values_survey", file)["mode"]) == {read}


def test_a_mode_nobody_knows_is_refused_with_its_row(tmp_path):
    file = tmp_path / "values_survey.csv"
    rows = values_survey(World()).head(3)
    rows["is_translated"] = rows["is_translated"].map({True: "true", False: "false"})
    rows.loc[1, "mode"] = "silver dreamers"
    rows.to_csv(file, index=False)
    with pytest.raises(InputError, match=r"row 3.*mode.*silver dreamers"):
        read_input("values_survey", file)
