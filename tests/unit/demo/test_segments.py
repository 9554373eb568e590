"""Demonstration segments: totals to the print, one type a postcode, planted effects of findable size."""

import numpy as np
import pandas as pd
import pytest

from insight.demo import segment_places, segments
from insight.demo.world import World
from insight.methods.intervals import wilson
from insight.stages.acorn_mapping.clusters import Clusters, gap, ratio

SEEDS = range(1, 21)


def world(seed=2011, *, null=False):
    return World(seed=seed, is_null=null)


@pytest.fixture(scope="module", params=[False, True], ids=["planted", "null"])
def made(request):
    one = world(null=request.param)
    return one, one.frame("households")


def test_households_are_those_of_the_look_up(made):
    one, frame = made
    counted = frame.groupby("oa").size()
    wanted = one.frame("lookup").set_index("oa")["households"]
    assert (counted.reindex(wanted.index).fillna(0) == wanted).all()
    assert frame["household_id"].is_unique


def test_a_postcode_has_one_type_and_one_area(made):
    _, frame = made
    assert frame.groupby("postcode")[["acorn_type", "acorn_category", "oa"]].nunique().max().max() == 1


def test_types_are_those_of_their_category_and_group(made):
    _, frame = made
    book = pd.read_csv(segments.paths.reference("acorn_codebook.csv")).set_index("acorn_type")
    assert (frame["acorn_type"].map(book["acorn_category"]) == frame["acorn_category"]).all()
    assert (frame["acorn_type"].map(book["acorn_group"]) == frame["acorn_group"]).all()


def test_totals_are_those_of_the_print_in_every_world():
    for seed in SEEDS:
        one = world(seed)
        counts, wards = segment_places.category_counts(one), one.frame("lookup")["ward"]
        borough = counts.sum(axis=0) / counts.sum()
        assert np.abs(borough - segment_places.BOROUGH_SHARES).max() < 1e-4
        here = counts[(wards == "coldhurst").to_numpy()]
        shares = here.sum(axis=0) / here.sum()
        assert np.abs(shares - segment_places.WARD_SHARES["coldhurst"]).max() < 5e-4


def test_same_seed_same_households():
    again = world().frame("households")
    assert again.equals(world().frame("households"))
    assert not again["online"].equals(world(7).frame("households")["online"])


def test_null_indices_say_that_no_type_differs():
    frame = segments.lifestyle_indices(world(null=True))
    assert set(frame["index"]) == {100.0}
    assert (segments.lifestyle_indices(world())["index"] * segments.lifestyle_indices(world())["uk_pct"] <= 1e4).all()


def minority(one):
    counts = segment_places.category_counts(one)
    outside = 1 - counts.max(axis=1) / counts.sum(axis=1)
    return wilson(int((outside >= 0.2).sum()), len(outside)).lower > 0.9


def strong(one):
    counts, areas = segment_places.category_counts(one), one.frame("lookup")
    area = np.repeat(np.arange(len(counts)), counts.sum(axis=1))
    top = np.concatenate([np.repeat([0, 1], [row[:3].sum(), row[3:].sum()]) for row in counts])
    ward = areas["ward"].to_numpy(dtype=object)[area]
    clusters = Clusters(codes=area, unit="areas")
    inside = ward == "st_marys"
    return gap(ratio(top, inside), ratio(top, ~inside), clusters).lower > 0


@pytest.mark.parametrize("decides", [minority, strong])
def test_planted_patterns_are_found_in_most_worlds_and_not_without(decides):
    assert 0.6 <= np.mean([decides(world(seed)) for seed in SEEDS]) <= 1.0
    assert np.mean([decides(world(seed, null=True)) for seed in SEEDS]) <= 0.15


def test_households_move_less_than_their_planted_difference():
    uk = segments.ITEMS["online"][1] / 100
    for null, bound in ((False, 1.0), (True, 0.34)):
        found = []
        for seed in (1, 2, 3):
            frame = world(seed, null=null).frame("households")
            posts = Clusters(codes=pd.factorize(frame["postcode"])[0], unit="postcodes")
            found.append(gap(ratio(frame["online"].to_numpy()), None, posts, less=uk).upper < 0)
        assert (np.mean(found) == bound) if not null else (np.mean(found) <= bound)


def test_every_claim_planted_is_false_in_the_null_world():
    assert {row.finding for row in segments.plant(world())} == {row.finding for row in segments.plant(world(null=True))}
    assert all(row.is_true for row in segments.plant(world()))
    assert not any(row.is_true for row in segments.plant(world(null=True)))
