"""Demonstration journeys: printed counts exact, planted effects found in most worlds and in few null ones."""

import numpy as np
import pandas as pd
import pytest

import worlds
from insight import params as council_params
from insight import paths
from insight.demo import journeys
from insight.demo.world import World
from insight.methods.change import change
from insight.published.findings import decide_part, load_claims
from insight.sources.contracts import contract
from insight.sources.contracts.checking import check
from insight.stages import service_mapping as stage
from insight.stages.service_mapping import analysis, claims
from insight.stages.service_mapping import contacts as steps

SECTION = council_params.load(paths.root() / "params" / "oldham.yml").stages["service_mapping"]
PARAMS = stage.Params.build(**SECTION)
WORLDS = 20


def single(world):
    rows = world.frame("service_contacts")
    rows = rows.assign(**{name: pd.to_datetime(rows[name]) for name in ("child_born", "start", "end")})
    return steps.contacts(steps.grouped(rows, PARAMS, file="f.csv"), days=PARAMS.matching_days)


def estimates(world):
    own = single(world)
    found = analysis._estimates(own, analysis.family_shares(own, PARAMS), PARAMS)
    referrals = world.frame("referrals")
    referrals = referrals.assign(date=pd.to_datetime(referrals["date"]))
    found |= claims.referral_estimates(analysis._periods(referrals, PARAMS))
    found |= claims.caf_estimates(own, PARAMS.caf_service)
    said = claims.problem_rows(world.frame("interviews"), world.frame("codings"), None)
    found |= claims.problem_estimates(said, PARAMS.early_help_themes)
    return found | claims.goal_estimates(world.frame("caf_plans"), PARAMS.former_form)


def decisions(*, null):
    book = load_claims("oldham")
    found = []
    for seed in range(1, WORLDS + 1):
        parts = estimates(World(seed=seed, is_null=null))
        found.append(
            {
                name: all(
                    decide_part(rule, limit, one) == "supported"
                    for rule, limit, one in zip(book[name].rules, book[name].thresholds, own, strict=True)
                )
                for name, own in parts.items()
            }
        )
    return pd.DataFrame(found).mean()


def test_planted_claims_are_found_in_most_worlds():
    rates = decisions(null=False)
    assert rates.between(0.6, 1.0).all(), rates
    assert len(rates) == 8


def test_null_worlds_seldom_mislead():
    rates = decisions(null=True)
    assert (rates <= 0.15).all(), rates


def linked_change(world):
    rows = world.frame("referrals")
    ends = np.sort(rows[["from_agency", "to_agency"]].to_numpy(dtype=str), axis=1)
    health = set(journeys.HEALTH)
    linked = np.array([journeys.CENTRE in pair and bool(set(pair) & health) for pair in ends])
    after = (rows["date"] >= journeys.PILOT_DAY).to_numpy()
    counts = [(int(linked[mask].sum()), int(mask.sum())) for mask in (~after, after)]
    return change(*counts).lower > 0


@pytest.mark.parametrize(("null", "least", "most"), [(False, 0.6, 1.0), (True, 0.0, 0.15)])
def test_health_and_centre_refer_more_after_the_pilot(null, least, most):
    rate = worlds.detection_rate(linked_change, worlds=WORLDS, null=null)
    assert least <= rate <= most


@pytest.mark.parametrize("seed", [1, 2, 2011])
def test_printed_counts_are_exact_in_every_world(seed):
    rows = World(seed=seed).frame("service_contacts")
    assert rows["family_id"].nunique() == 6
    assert rows.loc[rows["service"] == "caf", "family_id"].nunique() == 4
    null = World(seed=seed, is_null=True).frame("service_contacts")
    assert null["family_id"].nunique() == 7
    assert null.loc[null["service"] == "caf", "family_id"].nunique() == 3


@pytest.mark.parametrize("null", [False, True])
@pytest.mark.parametrize("name", ["service_contacts", "referrals"])
def test_frames_keep_their_contract(name, null, tmp_path):
    frame = World(seed=4, is_null=null).frame(name)
    text = frame.map(lambda cell: {True: "true", False: "false"}.get(cell, cell) if isinstance(cell, bool) else cell)
    checked = check(contract(name), text.astype("string").fillna(""), tmp_path / f"{name}.csv")
    assert len(checked) == len(frame)


def test_every_truth_is_false_in_the_null_world():
    assert all(row.is_true for row in journeys.plant(World()))
    assert not any(row.is_true for row in journeys.plant(World(is_null=True)))
