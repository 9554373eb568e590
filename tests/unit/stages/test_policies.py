"""Whole stages under stricter policies: what each publishes holds the rule, and each table is protected."""

import dataclasses
import json

import pandas as pd
import pytest

import worlds
from insight import params, paths
from insight.params import Disclosure
from insight.privacy.disclosure import POLICIES, log
from insight.stages import outcomes, service_mapping

COUNCIL = params.load(paths.root() / "params" / "oldham.yml")
STAGES = {"service_mapping": service_mapping, "outcomes": outcomes}


@pytest.fixture(scope="module", params=list(STAGES))
def stage(request):
    return STAGES[request.param]


@pytest.fixture(scope="module", params=["nhsd_1_7_r5", "ons_srs10"])
def saved(request, stage, tmp_path_factory):
    """The tables of a stage of a generated world as it saves them under a policy, and its log."""
    policy = POLICIES[request.param]
    folder = tmp_path_factory.mktemp("policy")
    names = (*stage.DECLARATION.inputs, *stage.DECLARATION.optional)
    kept = tuple(name for name in names if not name.startswith("records_") and name != "service_engagements")
    given = worlds.dated(worlds.inputs(kept, worlds.world(), folder))
    rule = Disclosure(policy=policy.name, threshold=policy.threshold)
    given = dataclasses.replace(given, council=dataclasses.replace(given.council, disclosure=rule))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSIGHT_BUILD", str(folder / "build"))
        log.begin(rule)
        own = stage.Params.build(**COUNCIL.stages[stage.DECLARATION.name])
        stage.save(given, stage.analyse(given, own))
        place = paths.stage_dir("oldham", stage.DECLARATION.name)
    log._SESSION.set(None)
    told = json.loads((place / log.FILE).read_text(encoding="utf-8"))
    return policy, {path.stem: pd.read_csv(path) for path in (place / "tables").glob("*.csv")}, told


def test_policed_columns_hold_no_small_count_and_no_odd_one(saved):
    policy, tables, told = saved
    named = [entry for entry in told["tables"] if entry["table"]]
    assert named
    assert told["policy"]["name"] == policy.name
    for entry in named:
        frame = tables[entry["table"]]
        for column in [one for one in entry["columns"] if one in frame.columns]:
            numbers = frame[column].dropna()
            assert not numbers.between(1, policy.threshold - 1).any() or policy.round_base, (entry["table"], column)
            if policy.round_base:
                assert (numbers % policy.round_base == 0).all(), (entry["table"], column)


def test_every_table_of_the_stage_is_protected(saved):
    policy, _, told = saved
    assert told["tables"]
    assert all(entry["unprotected"] == 0 for entry in told["tables"])
    assert all(entry["threshold"] >= policy.threshold for entry in told["tables"])


def test_hidden_rows_keep_no_number_of_their_own(saved):
    _, tables, told = saved
    for entry in told["tables"]:
        frame = tables.get(entry["table"])
        if frame is not None and "status" in frame.columns:
            hidden = frame["status"] == "c"
            kept = [one for one in entry["columns"] if one in frame.columns]
            assert frame.loc[hidden, kept].isna().all().all(), entry["table"]
