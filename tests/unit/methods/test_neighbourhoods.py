"""Neighbourhoods: planted ones come back, none crosses a ward or a barrier, traps of the algorithms are fenced in."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from insight.methods import neighbourhoods_solvers as solvers
from insight.methods.barriers import Barriers
from insight.methods.neighbourhoods import neighbourhoods, overridden, prepared, shared_k
from insight.methods.neighbourhoods_scores import against_chance, agreement, compared, explained, score
from methods_towns import FEATURES, town, with_features

NINE = 9


def planted(areas) -> pd.Series:
    return pd.Series(areas["neighbourhood"].to_numpy(), index=pd.Index(areas["code"], name="area"))


def divided(seed: int, noise: float, *, with_barriers: bool = True, is_null: bool = False, **other):
    areas, lines = town(seed)
    made = with_features(areas, noise=noise, seed=seed, is_null=is_null)
    barriers = Barriers(lines=lines, tolerance_m=5) if with_barriers else None
    return neighbourhoods(
        made, code="code", features=FEATURES, k=NINE, barriers=barriers, households="households", **other
    )


@pytest.fixture(scope="module")
def example():
    return divided(1, 0.6, group="ward")


@pytest.mark.parametrize(("noise", "least"), [(0.3, 0.95), (0.6, 0.80), (1.0, 0.60)])
def test_the_planted_nine_come_back_and_better_with_barriers(noise, least):
    with_cut = [agreement(planted(town(seed)[0]), divided(seed, noise).labels) for seed in (1, 3)]
    without = [agreement(planted(town(seed)[0]), divided(seed, noise, with_barriers=False).labels) for seed in (1, 3)]
    assert np.mean(with_cut) >= least
    assert np.mean(with_cut) >= np.mean(without)


def test_where_nothing_was_planted_nothing_comes_back_and_chance_says_so():
    found = divided(2, 1.0, is_null=True, group="ward")
    truth = planted(town(2)[0])
    # Regions of one barrier-cut graph resemble each other a little whatever the features say.
    assert agreement(truth, found.labels) < 0.5
    null = against_chance(found.study, found.labels, seed=1, permutations=9)
    assert null.p > 0.1
    assert null.r2 == pytest.approx(explained(found.study.features, found.labels))


def test_planted_neighbourhoods_beat_chance(example):
    found = against_chance(example.study, example.labels, seed=1, permutations=9)
    assert found.p == 0.1
    assert found.r2 > found.usual_high > found.mean


def test_each_is_in_one_piece_none_over_a_ward_or_a_barrier_none_below_the_floor(example):
    measured = score(example.study, example.labels)
    assert measured["neighbourhoods"] == measured["pieces"] == example.count == NINE
    assert measured["over_barriers"] == measured["over_groups"] == 0
    assert measured["least_areas"] >= example.study.floor
    assert 0 < measured["compactness"] <= 1
    assert sum(example.study.k.values()) == NINE


def test_scores_equal_a_hand_count(example):
    labels = example.labels
    areas = town(1)[0].set_index("code")
    measured = score(example.study, labels)
    by_label = areas["households"].groupby(labels.to_numpy()).sum()
    assert (measured["least_households"], measured["most_households"]) == (by_label.min(), by_label.max())
    shapes = areas.dissolve(labels.to_numpy())
    compact = (4 * np.pi * shapes.area / shapes.length**2).mean()
    assert measured["compactness"] == pytest.approx(compact, rel=1e-3)
    table = pd.DataFrame(example.study.features)
    within = table.groupby(labels.to_numpy()).transform("mean")
    assert measured["r2"] == pytest.approx(1 - ((table - within) ** 2).sum().sum() / (table**2).sum().sum())
    assert agreement(labels, planted(town(1)[0])) == pytest.approx(
        adjusted_rand_score(labels.to_numpy(), town(1)[0]["neighbourhood"])
    )


def test_skater_gives_the_same_answer_every_time_and_with_areas_in_any_order(example):
    areas, lines = town(1)
    made = with_features(areas, noise=0.6, seed=1).sample(frac=1, random_state=9)
    again = neighbourhoods(
        made,
        code="code",
        features=FEATURES,
        k=NINE,
        barriers=Barriers(lines=lines, tolerance_m=5),
        households="households",
        group="ward",
    )
    assert tuple(again.labels.index) == tuple(made["code"])
    assert agreement(example.labels, again.labels.reindex(example.labels.index)) == 1.0


def test_alternatives_stand_beside_and_the_analysts_list_overrides(example):
    truth = planted(town(1)[0])
    chosen = overridden(example, truth.sample(frac=1, random_state=1))
    found = compared(chosen, least_households=900, seed=1)
    table = found.table.set_index("method")
    assert table.index.tolist() == ["own list", "SKATER", "Ward", "AZP", "max-p"]
    assert table["is_chosen"].tolist() == [True, False, False, False, False]
    assert chosen.labels.tolist() == truth.tolist()
    assert chosen.proposed.equals(example.labels)
    assert table.loc["SKATER", "agreement"] == 1.0
    assert table.loc["max-p", "least_households"] >= 900
    assert (table["pieces"] == table["neighbourhoods"]).all()
    assert (table[["over_barriers", "over_groups"]].to_numpy() == 0).all()
    assert (table.loc[["own list", "SKATER", "Ward", "AZP"], "neighbourhoods"] == NINE).all()
    assert 0 < table.loc["SKATER", "stability"] <= 1
    assert table.loc[["own list", "AZP", "max-p"], "stability"].isna().all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda own: own.iloc[:-2], "the list lacks 2 areas: C118, C119"),
        (lambda own: pd.concat([own, own.iloc[:1]]), "names an area twice: C000"),
        (lambda own: own.where(own.index != "C005"), "the list lacks 1 areas: C005"),
    ],
)
def test_a_broken_list_is_refused_with_its_areas(example, change, message):
    with pytest.raises(ValueError, match=message):
        overridden(example, change(planted(town(1)[0])))


@pytest.mark.parametrize(
    ("change", "other", "message"),
    [
        ({}, {"k": 60}, "divide into .* regions of 4 areas or more"),
        ({}, {"k": 3}, "3 neighbourhoods are too few for 4 parts"),
        ({}, {"k": {"east": 1, "west": 8}}, "1 neighbourhoods are wanted in east, which barriers divide into 2 parts"),
        ({}, {"k": {"east": 9}}, "other groups than there are: west"),
        ({}, {"features": ("share_0", "nowhere")}, "features not in the table: nowhere"),
        ({"share_0": 1.0}, {}, "all areas are alike in: share_0"),
        ({"share_1": np.nan}, {}, "values are missing in: share_1"),
    ],
)
def test_what_cannot_be_divided_is_refused(change, other, message):
    areas, lines = town(1)
    made = with_features(areas, noise=0.6, seed=1).assign(**change)
    arguments = {"k": NINE, "features": FEATURES} | other
    with pytest.raises(ValueError, match=message):
        neighbourhoods(made, code="code", group="ward", barriers=Barriers(lines=lines, tolerance_m=5), **arguments)


def test_a_few_areas_that_a_barrier_cuts_off_are_joined_to_their_nearest_neighbour_and_named():
    areas, lines = town(1)
    made = with_features(areas, noise=0.6, seed=1)
    ring = lines.iloc[:1].assign(geometry=[made.geometry.iloc[40].boundary])
    study = prepared(
        made, code="code", features=FEATURES, k=NINE, barriers=Barriers(lines=ring, tolerance_m=5), group="ward"
    )
    assert len(study.mended) == 1
    assert 40 in study.mended[0]
    borders = study.whole.lengths_m[(study.whole.pairs == 40).any(axis=1)]
    same = study.whole.lengths_m[(study.whole.pairs == study.mended[0]).all(axis=1)]
    assert same.item() == pytest.approx(borders.max())
    alone = made.assign(ward=np.where(made["code"].isin(["C003", "C090"]), "alone", made["ward"]))
    with pytest.raises(ValueError, match="below the floor of 4: C003"):
        prepared(alone, code="code", features=FEATURES, k=NINE, group="ward")


def test_numbers_of_neighbourhoods_are_shared_out_by_size_and_parts():
    assert shared_k(9, {"a": 4278, "b": 4275}, {"a": 2, "b": 2}) == {"a": 5, "b": 4}
    assert shared_k(9, {"a": 100, "b": 9000}, {"a": 3, "b": 1}) == {"a": 3, "b": 6}
    assert shared_k({"a": 7, "b": 2}, {"a": 1, "b": 1}, {"a": 1, "b": 1}) == {"a": 7, "b": 2}


def piece(seed: int = 1, *, floor: int = 1) -> solvers.Piece:
    areas, lines = town(seed)
    made = with_features(areas, noise=0.6, seed=seed)
    study = prepared(
        made,
        code="code",
        features=FEATURES,
        k=NINE,
        floor=floor,
        barriers=Barriers(lines=lines, tolerance_m=5),
        households="households",
    )
    return study.piece("area")[1]


def pieces_of(whole: solvers.Piece, labels: np.ndarray) -> int:
    same = labels[whole.pairs[:, 0]] == labels[whole.pairs[:, 1]]
    return int(solvers.connected_parts(whole.size, whole.pairs[same]).max()) + 1


def test_wards_method_alone_would_join_parts_and_here_does_not():
    whole = piece()
    assert len(set(whole.parts().tolist())) == 4
    found = solvers.ward(whole, NINE)
    assert len(set(found.tolist())) == NINE
    assert pieces_of(whole, found) == NINE
    assert sum(solvers.allotted(whole, NINE)) == NINE
    # Left to itself the library joins parts: one region may then lie on both sides of a river.
    _, heights = solvers._tree(whole, 1)
    assert len(heights) == whole.size - 1


def test_azp_hangs_on_its_start_so_the_best_of_several_is_kept():
    found = solvers.azp(piece(), NINE, seed=1, starts=3)
    spread = [solvers.within_squares(piece().features, labels) for labels in found]
    assert spread == sorted(spread)
    assert spread[0] < spread[-1]


def test_algorithms_that_draw_repeat_with_their_seed_and_leave_the_generators_alone():
    whole = piece()
    random.seed(5)
    np.random.seed(5)  # noqa: NPY002
    first = (random.random(), np.random.random())  # noqa: NPY002, S311
    random.seed(5)
    np.random.seed(5)  # noqa: NPY002
    one, other = (solvers.max_p(whole, least_households=800, seed=3) for _ in range(2))
    assert (random.random(), np.random.random()) == first  # noqa: NPY002, S311
    assert one.tolist() == other.tolist()
    assert np.bincount(one, weights=whole.households).min() >= 800
    assert pieces_of(whole, one) == len(set(one.tolist()))


def test_a_part_too_small_for_max_p_stays_one_region():
    whole = piece()
    labels = solvers.max_p(whole, least_households=whole.households.sum(), seed=1)
    assert len(set(labels.tolist())) == 4


def test_neighbours_that_are_exactly_alike_stay_joined():
    # spopt reads a dissimilarity of 0 as "no link": four equal areas in a row would fall into four parts.
    row = solvers.Piece(
        features=np.array([[0.0], [0.0], [0.0], [0.0], [5.0], [5.0]]),
        pairs=np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]]),
        households=np.ones(6),
        floor=1,
    )
    found = solvers.skater(row, 2)
    assert found[:4].tolist() == [found[0]] * 4
    assert found[4] == found[5] != found[0]


def test_agreement_refuses_other_areas():
    one = pd.Series(["a", "b"], index=["x", "y"])
    with pytest.raises(ValueError, match="another order"):
        agreement(one, one.iloc[::-1])
