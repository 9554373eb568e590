"""Demonstration segments: totals to the print, one type a postcode, planted effects of findable size."""

import numpy as np
import pandas as pd
import pytest

from insight.demo import segment_places, segments
from insight.demo.world import World
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
    return (outside >= 0.2).mean() > 0.9


def strong(one):
    counts, wards = segment_places.category_counts(one), one.frame("lookup")["ward"]
    here, found = [], []
    for ward in ("coldhurst", "st_marys"):
        inside = (wards == ward).to_numpy()
        here = [counts[part][:, 3:].sum() / counts[part].sum() for part in (inside, ~inside)]
        found.append(here[0] - here[1] > 0.01 and here[0] / here[1] > 1.1)
    return all(found)


def over(one):
    shares = segment_places.category_counts(one).sum(axis=0) / segment_places.category_counts(one).sum()
    index = shares / np.array(segment_places.UK_SHARES)
    return bool(((index >= 1.1) & (shares - np.array(segment_places.UK_SHARES) >= 0.01)).any())


@pytest.mark.parametrize("decides", [minority, strong, over])
def test_planted_patterns_are_found_in_most_worlds_and_not_without(decides):
    assert 0.6 <= np.mean([decides(world(seed)) for seed in SEEDS]) <= 1.0
    assert np.mean([decides(world(seed, null=True)) for seed in SEEDS]) == 0


def test_households_move_less_than_their_planted_difference():
    uk = segments.ITEMS["online"][1] / 100
    for null, bound in ((False, 1.0), (True, 0.34)):
        found = []
        for seed in (1, 2, 3):
            frame = world(seed, null=null).frame("households")
            posts = Clusters(codes=pd.factorize(frame["postcode"])[0], unit="postcodes")
            found.append(gap(ratio(frame["online"].to_numpy(), np.ones(len(frame))), None, posts, less=uk).upper < 0)
        assert (np.mean(found) == bound) if not null else (np.mean(found) <= bound)


def test_every_claim_planted_is_false_in_the_null_world():
    assert {row.finding for row in segments.plant(world())} == {row.finding for row in segments.plant(world(null=True))}
    assert all(row.is_true for row in segments.plant(world()))
    assert not any(row.is_true for row in segments.plant(world(null=True)))


@pytest.mark.parametrize("null", [False, True])
def test_lists_hold_every_household_and_what_a_council_meets_besides(null):
    one = world(null=null)
    directory, addresses, homes = (one.frame(name) for name in ("segment_directory", "address_list", "households"))
    codes = directory.dropna(subset=["acorn_type"]).set_index("postcode")["acorn_type"].astype(int)
    assert codes.reindex(homes["postcode"]).to_numpy().tolist() == homes["acorn_type"].tolist()
    assert set(directory["coding"]) == {"classified", "not_private", "unclassified"}
    assert directory["terminated"].notna().mean() == pytest.approx(0.03, abs=0.01)
    assert len(addresses) > len(homes)
    assert addresses["oa"].isin(one.frame("lookup")["oa"]).all()


def test_open_classes_keep_the_real_counts_of_each_real_lsoa_unless_null():
    real = pd.read_csv(segments.paths.reference("geography/oac_2011.csv"))
    counts = world().frame("oa_classification").groupby(["lsoa", "supergroup"]).size()
    wanted = real[real["output_areas"] > 0].set_index(["lsoa", "supergroup"])["output_areas"]
    assert (counts.reindex(wanted.index).fillna(0) == wanted).mean() > 0.95
    shuffled = world(null=True).frame("oa_classification").groupby(["lsoa", "supergroup"]).size()
    assert (shuffled.reindex(wanted.index).fillna(0) == wanted).mean() < 0.5
