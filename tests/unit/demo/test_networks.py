"""The demonstration network survey: totals, agreement with the fieldwork log, how often planted effects are found."""

from collections import Counter

import pandas as pd
import pytest

import worlds
from insight import paths
from insight.demo import networks
from insight.demo import world as world_module
from insight.demo.world import World
from insight.params import read_yaml
from insight.published import findings
from insight.sources.contracts import contract as contract_of
from insight.stages import social_networks as stage

NAMES = tuple(networks.MAKES)
SEEDS = range(1, 17)
COUNTS_ONLY = tuple(name for name in NAMES if "alter" not in name)
PARAMS = stage.Params(**read_yaml(paths.root() / "params" / "oldham.yml")["stages"]["social_networks"])


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Keep to this part, so that its tests hang on no other."""
    monkeypatch.setattr(world_module, "PART_MODULES", ("place", "networks"))
    monkeypatch.setattr(worlds, "planted", networks.plant)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("null", [False, True])
def test_frames_keep_their_contracts(name, null):
    contract, frame = contract_of(name), World(is_null=null).frame(name)
    assert list(frame.columns) == [column.name for column in contract.columns]
    contract.schema().validate(frame, lazy=True)


def test_the_print_s_totals_and_months():
    egos = World().frame("network_egos")
    assert len(egos) == networks.SURVEYS
    dates = pd.to_datetime(egos["date"])
    assert sorted(dates.dt.strftime("%Y-%m").unique()) == ["2011-06", "2011-07"]
    assert set(egos["slot"]) == set(networks.SLOTS)


def test_the_null_world_differs_from_the_print():
    egos = World(is_null=True).frame("network_egos")
    assert len(egos) == networks.NULL_SURVEYS
    assert egos["date"].max() > "2011-08"


@pytest.mark.parametrize("seed", [1, 2, 3, 2011])
def test_households_of_the_log_are_those_surveyed_at_doors(seed):
    made = World(seed=seed)
    log, egos = made.frame("fieldwork_log"), made.frame("network_egos")
    done = int(log.loc[log["outcome"] == "completed", "doors"].sum())
    at_door = egos[egos["recruited_at"] == "door"]
    assert at_door["household_id"].nunique() == done
    assert (egos["recruited_at"] != "door").any()
    pairs = egos[["household_id", "ethnic_group"]].drop_duplicates()
    assert len(pairs) == egos["household_id"].nunique()


def test_days_belong_to_their_slots():
    egos = World().frame("network_egos")
    day = pd.to_datetime(egos["date"]).dt.day_of_week
    assert ((day == 5) == (egos["slot"] == "saturday_day")).all()
    assert day.max() == 5


def test_contacts_point_at_respondents_and_work_contacts_at_workers():
    made = World()
    egos, contacts = made.frame("network_egos"), made.frame("network_contacts")
    assert set(contacts["respondent_id"]) <= set(egos["respondent_id"])
    workers = set(egos.loc[egos["in_work"], "respondent_id"])
    assert set(contacts.loc[contacts["kind"] == "work", "respondent_id"]) <= workers


@pytest.mark.parametrize("null", [False, True])
def test_single_contacts_add_up_to_the_counts(null):
    made = World(is_null=null)
    keys = ["respondent_id", "kind", "ethnic_group", "lives_in_area", "occupation"]
    singles = made.frame("network_alters").groupby(keys)["is_close"].agg(["size", "sum"])
    counts = made.frame("network_contacts").set_index(keys)[["contacts", "close_contacts"]].sort_index()
    assert singles.to_numpy().tolist() == counts.to_numpy().tolist()
    ties = made.frame("network_alter_ties")
    known = set(zip(*(made.frame("network_alters")[name] for name in ("respondent_id", "alter_id")), strict=True))
    for end in ("alter_a", "alter_b"):
        assert set(zip(ties["respondent_id"], ties[end], strict=True)) <= known


def test_more_respondents_without_work_name_no_one():
    egos, contacts = World().frame("network_egos"), World().frame("network_contacts")
    nobody = ~egos["respondent_id"].isin(set(contacts["respondent_id"]))
    assert 0 < nobody.sum() < 40
    assert nobody[~egos["in_work"]].mean() > nobody[egos["in_work"]].mean()


def test_a_world_is_the_same_twice_and_another_seed_is_not():
    first, again, other = World(seed=5), World(seed=5), World(seed=6)
    for name in NAMES:
        pd.testing.assert_frame_equal(first.frame(name), again.frame(name))
        # Residents are no sample, so no seed moves them.
        assert (name == "network_composition") == first.frame(name).equals(other.frame(name))


def test_every_truth_is_false_in_the_null_world():
    assert all(row.is_true for row in networks.plant(World()))
    assert not any(row.is_true for row in networks.plant(World(is_null=True)))


def found(folder, params, *, null):
    claims, tally = findings.load_claims("oldham"), Counter()
    for seed in SEEDS:
        given = worlds.inputs(COUNTS_ONLY, World(seed=seed, is_null=null), folder)
        tests = stage.claim_estimates(given, params)
        assert set(tests) == set(networks.TRUTHS)
        for name, parts in tests.items():
            tested = findings.Tested(parts=parts, standing=given.standing())
            tally[name] += findings.decide(claims[name], tested).outcome in {"detected", "false alarm"}
    return {name: tally[name] / len(SEEDS) for name in networks.TRUTHS}


def test_planted_effects_are_found_in_most_worlds(tmp_path):
    rates = found(tmp_path, PARAMS, null=False)
    assert all(rate >= 0.6 for rate in rates.values()), rates


def test_null_worlds_give_few_false_alarms(tmp_path):
    rates = found(tmp_path, PARAMS, null=True)
    assert all(rate <= 0.15 for rate in rates.values()), rates
