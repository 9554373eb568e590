"""ACORN mapping: figures move with records, limits respect clusters, claims follow what was planted."""

import dataclasses
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import worlds
from insight import paths
from insight.errors import InputError, ParamsError
from insight.privacy.at_scale import ProtectedTable
from insight.privacy.disclosure import CONFIDENTIAL, suppress_in_rows
from insight.privacy.disclosure.wide import is_small_place
from insight.published import findings, ledger
from insight.sources.segmentation import of_frame
from insight.sources.standing import OPEN, SUPPLIED
from insight.stages import acorn_mapping as stage
from insight.stages.acorn_mapping import claims, segments, tabulate
from insight.stages.acorn_mapping.clusters import Clusters, gap, ratio, share
from insight.stages.acorn_mapping.evidence import _largest

PLACE = ("lookup", "boundaries")
NAMES = ("households", *PLACE, "lifestyle_indices")
LISTS = ("address_list", "segment_directory")
SECTION = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))["stages"][
    "acorn_mapping"
]
FIRST_RANK = "acorn.oldham.subcategory_rank.families_single_parents_some_financial_uncertainty"
PARAMS = stage.Params.build(**{**SECTION, "permutations": 199})
ON_PRINT = {"mm_hp_over_represented": "supported", "mm_hp_highest_only": "supported"}


def made(folder: Path, *, null: bool = False, names: tuple[str, ...] = NAMES):
    return worlds.inputs(names, worlds.world(null=null), folder)


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    return made(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def results(given):
    return stage.analyse(given, PARAMS)


@pytest.fixture(autouse=True)
def build(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))


def with_households(given, change):
    rows = change(worlds.world().frame("households").copy())
    frames = {**given.frames, "households": ProtectedTable("households", of_frame("households", rows))}
    return dataclasses.replace(given, frames=frames)


def with_frame(given, name, change):
    return dataclasses.replace(given, frames={**given.frames, name: change(given.frames[name].copy())})


def verdicts(given, results):
    return {row.id: row for row in stage.figures(given, results, PARAMS)}


def test_shares_and_ranks_are_recovered_from_records(given, results):
    found = verdicts(given, results)
    recovered = [row for row in found.values() if row.evidence == "recovered"]
    assert recovered
    assert {row.verdict for row in recovered} == {"reproduces"}
    assert found["acorn.coldhurst.urban_prosperity_pct"].evidence == "recovered"
    assert found["acorn.uk.hard_pressed_pct"].verdict == "not_tested"
    assert found["communication.oldham.no_marketing_pct"].evidence == "recovered"
    assert not [row for row in found.values() if row.verdict == "not_tested" and row.computed is None]


def test_altered_records_make_figures_differ(given):
    def moved(rows):
        posts = rows.loc[rows["acorn_type"] == 46, "postcode"].unique()[:90]
        rows.loc[rows["postcode"].isin(posts), ["acorn_category", "acorn_type", "acorn_group"]] = [4, 42, "M"]
        return rows

    changed = with_households(given, moved)
    found = verdicts(changed, stage.analyse(changed, PARAMS))
    assert found["acorn.oldham.hard_pressed_pct"].verdict == "differs"
    assert found[FIRST_RANK].verdict == "differs"


def outcomes(given, results):
    return {row.id: row.outcome for row in stage.findings(given, results, PARAMS)}


def test_clumping_rests_on_open_data_until_a_council_supplies_households(given, results):
    (row,) = [one for one in stage.findings(given, results, PARAMS) if one.id == "households_clumped"]
    assert (row.data, row.outcome) == ("open", "supported")
    assert row.interval[0][0] > 1
    assert row.interval[1][0] > 0
    supplied = dataclasses.replace(given, standings=dict.fromkeys(given.standings, SUPPLIED))
    (own,) = [one for one in stage.findings(supplied, results, PARAMS) if one.id == "households_clumped"]
    assert (own.data, own.outcome) == ("supplied", "supported")
    assert own.value != row.value


def test_planted_claims_are_detected_and_the_print_decides_two(given, results):
    found = outcomes(given, results)
    assert found.pop("households_clumped") == "supported"
    assert {name: found.pop(name) for name in ON_PRINT} == ON_PRINT
    assert sum(outcome == "detected" for outcome in found.values()) >= len(found) - 1
    assert "not testable here" not in found.values()


def test_nothing_is_detected_where_nothing_was_planted(tmp_path):
    null = made(tmp_path, null=True)
    results = stage.analyse(null, PARAMS)
    found = outcomes(null, results)
    assert {name: found.pop(name) for name in ON_PRINT} == ON_PRINT
    assert found.pop("households_clumped") == "supported", "open data do not hang on the world"
    assert set(found.values()) <= {"not shown", "refuted"}
    rows = verdicts(null, results).values()
    kept = [row.id for row in rows if row.evidence == "recovered" and row.verdict != "differs"]
    assert all("comfortably_off" in name for name in kept), "printed within a tenth of the country's share"


def test_without_indices_only_what_needs_the_country_is_left_open(tmp_path, results):
    bare = made(tmp_path, names=("households", *PLACE))
    found = stage.analyse(bare, PARAMS)
    left = {name for name, outcome in outcomes(bare, found).items() if outcome == "not testable here"}
    assert left == {
        "community_groups_lower",
        "online_propensity_lower",
        "online_transactions_lower",
        "marketing_rejected",
    }
    pd.testing.assert_frame_equal(found.shares, results.shares)
    assert "not supplied" in repr(stage.lifestyle_picture(bare, found).__dict__)
    assert stage.habits_picture(bare, found).html()


def test_unknown_type_is_refused(given):
    def strange(rows):
        rows.loc[rows.index[0], "acorn_type"] = 99
        return rows

    with pytest.raises(InputError, match="type 99 in category"):
        stage.analyse(with_households(given, strange), PARAMS)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("large_minority", 0.0),
        ("permutations", 5),
        ("focus_categories", []),
        ("index_margin", 90.0),
        ("contiguity", "bishop"),
        ("segmentation", "mosaic"),
    ],
)
def test_bad_params_are_refused(key, value):
    with pytest.raises(ParamsError, match=key):
        stage.Params.build(**{**SECTION, key: value})


def test_a_category_that_the_codebook_lacks_is_refused(given):
    odd = stage.Params.build(**{**SECTION, "exception_category": "hard_pressd"})
    with pytest.raises(ParamsError, match="did you mean `hard_pressed`"):
        stage.analyse(given, odd)


def test_every_household_its_own_cluster_is_simple_sampling():
    top, one = np.repeat([1.0, 0.0], [30, 70]), np.ones(100)
    alone = Clusters(codes=np.arange(100), unit="alone")
    found, effect = share(ratio(top, one), alone)
    assert effect == pytest.approx(1.0, abs=0.02)
    assert (found.lower, found.upper) == pytest.approx((0.2189, 0.3958), abs=2e-3)
    pairs = Clusters(codes=np.repeat(np.arange(50), 2), unit="pairs")
    assert share(ratio(top, one), pairs)[1] == pytest.approx(2.0, abs=0.05)


def test_sums_by_cluster_give_what_single_households_give():
    rng = np.random.default_rng(8)
    top, asked, codes = rng.random(900) < 0.3, rng.random(900) < 0.8, np.sort(rng.integers(0, 60, 900))
    top &= asked
    single = ratio(top.astype(float), asked.astype(float))
    summed = ratio(np.bincount(codes, top), np.bincount(codes, asked))
    by_one = share(single, Clusters(codes=codes, unit="x"))
    by_sum = share(summed, Clusters(codes=np.arange(60), unit="x"))
    assert by_one[1] == pytest.approx(by_sum[1])
    assert (by_one[0].lower, by_one[0].upper) == pytest.approx((by_sum[0].lower, by_sum[0].upper))


def test_a_difference_within_one_frame_knows_its_covariance():
    rng = np.random.default_rng(4)
    first, one = (rng.random(4000) < 0.4).astype(float), np.ones(4000)
    clusters = Clusters(codes=np.arange(4000) // 4, unit="fours")
    same = gap(ratio(first, one), ratio(first, one), clusters)
    assert (same.estimate, same.lower, same.upper) == (0.0, 0.0, 0.0)
    half = rng.random(4000) < 0.5
    alone = Clusters(codes=np.arange(4000), unit="alone")
    apart = gap(ratio(first, one, half), ratio(first, one, ~half), alone)
    by_hand = math.sqrt(sum(first[m].var() / m.sum() for m in (half, ~half)))
    assert (apart.upper - apart.lower) / 2 == pytest.approx(1.96 * by_hand, rel=1e-3)
    assert apart.n == 4000


def test_cluster_limits_cover_the_truth():
    rng, hits = np.random.default_rng(11), 0
    for _ in range(300):
        rates = rng.beta(2, 3, 150)
        top = np.bincount(np.repeat(np.arange(150), 10), rng.random(1500) < np.repeat(rates, 10))
        found, _ = share(ratio(top, np.full(150, 10.0)), Clusters(codes=np.arange(150), unit="tens"))
        hits += found.lower < 0.4 < found.upper
    assert 0.91 <= hits / 300 <= 0.985


def test_no_saved_table_shows_small_counts_or_households(given, results):
    stage.save(given, results)
    for name in ("wards", "types", "digital", "channels", "tenure"):
        frame = getattr(results, name)
        counts = frame.loc[frame["status"] != CONFIDENTIAL, "households"]
        assert not counts.between(1, 4).any()
        assert frame.loc[frame["status"] == CONFIDENTIAL, "share"].isna().all()
    folder = paths.stage_dir("oldham", "acorn_mapping") / "tables"
    for file in folder.glob("*.csv"):
        assert not {"household_id", "postcode"} & set(pd.read_csv(file, nrows=1).columns)
    assert len(list(folder.glob("*.csv"))) == len(stage.DECLARATION.tables)


def test_one_category_is_printed_above_the_country_but_not_beyond_the_margin():
    book = ledger.load("oldham")
    tested = findings.printed(
        book,
        "acorn.oldham.comfortably_off_pct - acorn.uk.comfortably_off_pct",
        "acorn.oldham.urban_prosperity_pct - acorn.uk.urban_prosperity_pct",
    )
    largest = _largest(tested.parts)
    assert findings.decide_part("less", 0, largest) == "not shown", "without a margin rounding leaves it open"
    assert findings.decide_part("less", 1, largest) == "supported"


def test_thresholds_of_the_claims_are_the_margins_of_the_params():
    over = findings.load_claims("oldham")["mm_hp_over_represented"]
    assert set(over.thresholds) == {PARAMS.index_margin, 100 * PARAMS.points_margin}
    strong = findings.load_claims("oldham")["mm_hp_strong_in_wards"]
    assert strong.thresholds == (PARAMS.points_margin, PARAMS.index_margin)


def test_equal_types_are_no_order(given):
    def levelled(rows):
        turn = pd.factorize(rows["postcode"])[0] % 2
        return rows.assign(acorn_type=np.where(turn, 46, 42), acorn_category=np.where(turn, 5, 4))

    (step,) = claims.largest_types(segments.segments(with_households(given, levelled), PARAMS), PARAMS.claimed_types)
    assert step.estimate <= 0


def test_shares_name_their_unit_and_keep_their_remainder(results):
    shares = results.shares
    assert shares["unit"].unique().tolist() == ["households", "postcodes", "output areas"]
    assert shares.groupby("unit")["share"].sum().tolist() == pytest.approx([1, 1, 1])
    uk = shares[shares["unit"] == "households"]
    printed = uk[uk["category"] != ""]["reference_share"].sum()
    assert uk.loc[uk["category"] == "", "reference_share"].iloc[0] == pytest.approx(1 - printed)
    assert printed < 0.998, "the print's own shares do not add up to one, and are left so"
    assert shares[shares["unit"] != "households"]["reference_share"].isna().all(), "the country is known by household"
    over = set(uk.loc[uk["stands"] == "over", "category"])
    assert over == {"moderate_means", "hard_pressed"}
    comfortable = uk.set_index("category").loc["comfortably_off"]
    assert comfortable["index"] > 100
    assert comfortable["stands"] == "no practical difference"


def test_a_ward_is_set_against_the_rest_of_which_it_is_no_part(results):
    rows = results.wards[results.wards["ward"] == "coldhurst"].set_index("category")
    cells = results.found.cells
    rest = cells[cells["ward"] != "coldhurst"]
    share = rest.loc[rest["category"] == "hard_pressed", "households"].sum() / rest["households"].sum()
    assert rows.loc["hard_pressed", "rest_share"] == pytest.approx(share)
    assert rows.loc["hard_pressed", "quotient"] == pytest.approx(rows.loc["hard_pressed", "share"] / share)
    assert rows.loc["hard_pressed", "stands"] == "over"


def test_null_data_show_no_over_representation_and_no_clumping(tmp_path):
    results = stage.analyse(made(tmp_path, null=True, names=(*NAMES, "oa_classification")), PARAMS)
    assert not (results.shares["stands"] == "over").any()
    assert (results.clumping_beside["ratio"] < 1.1).all()
    beside = results.clumping_beside
    assert (beside["dissimilarity"] <= beside["random_high"]).all()
    assert not results.clumping["core_areas"].sum() > 0.02 * len(results.areas)


def test_clumping_is_no_stronger_than_planted(results):
    planted = results.found.cells.pivot_table(
        index="oa", columns="category", values="households", aggfunc="sum", fill_value=0
    )
    share = planted.div(planted.sum(axis=1), axis=0)
    zones = worlds.world().frame("lookup").set_index("oa")["lsoa"].reindex(planted.index)
    by_zone = planted.groupby(zones.to_numpy()).sum()
    rest = by_zone.sum(axis=1).to_numpy()[:, None] - by_zone
    by_hand = (by_zone / by_zone.sum() - rest / rest.sum()).abs().sum() / 2
    told = results.clumping.set_index("category")
    names = results.found.codes.names
    for key, value in by_hand.items():
        assert told.loc[names[key], "dissimilarity"] == pytest.approx(value)
    assert results.own.joins.ratio < 1 / (share.mean() ** 2).sum(), "no more joins than if every pair were alike"


def test_lists_alone_give_the_segments_and_the_match_rate(tmp_path, results):
    given = made(tmp_path, names=(*LISTS, *PLACE, "lifestyle_indices"))
    found = stage.analyse(given, PARAMS)
    rows = found.coverage.set_index("state")
    addresses = worlds.world().frame("address_list")
    assert rows["addresses"].sum() == len(addresses)
    assert (rows["addresses"] > 0).all(), "each state that a council meets is planted"
    classified = rows.loc[["classified", "classified, postcode withdrawn"], "addresses"].sum()
    shares = found.shares[found.shares["unit"] == "households"]
    assert shares["count"].iloc[:-1].sum() == classified
    assert shares["count"].iloc[-1] == len(addresses) - classified
    assert set(found.approach["basis"]) == {"supplier's indices"}
    assert found.habits.empty
    assert "not testable here" in outcomes(given, found).values()
    theirs = results.shares[results.shares["unit"] == "households"]
    assert shares["share"].iloc[:-1].to_numpy() == pytest.approx(theirs["share"].iloc[:-1].to_numpy(), abs=0.01)


def test_postcodes_join_with_and_without_their_blank(tmp_path):
    given = made(tmp_path, names=(*LISTS, *PLACE))
    written = worlds.world().frame("address_list")["postcode"]
    assert written.str.contains(" ").any()
    assert not written.str.contains(" ").all()
    met = segments.joined(given)
    lost = met.loc[met["state"] == "postcode not in the directory", "postcode"]
    assert set(lost.str[:4]) == {"ZZ98"}


def test_a_council_without_a_licence_runs_on_the_open_classification(tmp_path):
    given = made(tmp_path, names=("oa_classification", *PLACE))
    found = stage.analyse(given, PARAMS)
    assert found.found.codes.title == "Output Area Classification 2011"
    shares = found.shares[found.shares["unit"] == "output areas"].set_index("category")
    counts = worlds.world().frame("oa_classification")["supergroup"].value_counts()
    assert shares.loc["multicultural_metropolitans", "count"] == counts[4]
    assert shares.loc["cosmopolitans", ["count", "index"]].tolist() == [0, 0], "no area is an index of 0, not a blank"
    assert found.types.empty
    assert found.approach.empty
    told = outcomes(given, found)
    assert told["urban_prosperity_in_saddleworth"] == "not testable here", "open classes are never read as ACORN"
    stage.save(given, found)
    for name in [name for name in stage.__all__ if name.endswith(("_picture", "_table", "_map"))]:
        if name != "panels_picture":
            assert getattr(stage, name)(given, found)


def test_open_classes_of_the_council_decide_before_those_that_are_carried(tmp_path):
    given = made(tmp_path, names=(*NAMES, "oa_classification"))
    found = stage.analyse(given, PARAMS)
    opened = dataclasses.replace(given, standings={**given.standings, "oa_classification": OPEN, "boundaries": OPEN})
    (row,) = [one for one in stage.findings(opened, found, PARAMS) if one.id == "households_clumped"]
    assert row.data == "open"
    assert row.value[0] == pytest.approx(found.others[0].joins.ratio, rel=1e-5)


@pytest.mark.parametrize(
    ("names", "asked", "said"),
    [
        (PLACE, "auto", "needs households, or address_list with segment_directory, or oa_classification"),
        (("oa_classification", *PLACE), "acorn", "oac runs on the open classification"),
        (NAMES, "oac", "needs oa_classification"),
        (("address_list", *PLACE), "auto", "address_list with segment_directory"),
    ],
)
def test_a_segmentation_that_is_not_supplied_is_named(tmp_path, names, asked, said):
    from insight.errors import NotSuppliedError

    with pytest.raises(NotSuppliedError, match=said):
        segments.chosen(made(tmp_path, names=names), dataclasses.replace(PARAMS, segmentation=asked))


def test_classes_of_another_vintage_are_refused(tmp_path):
    given = made(tmp_path, names=("oa_classification", *PLACE))
    newer = with_frame(given, "oa_classification", lambda frame: frame.assign(vintage=2021))
    with pytest.raises(InputError, match="must be of the look-up's vintage"):
        stage.analyse(newer, PARAMS)


def test_names_are_the_licensees_where_its_list_is_supplied(tmp_path):
    given = made(tmp_path, names=(*NAMES, "segment_codes"))
    licensed = with_frame(given, "segment_codes", lambda frame: frame.assign(type_name="L" + frame["type_name"]))
    found = segments.segments(licensed, PARAMS)
    assert tabulate.types(found, threshold=5)["type_label"].str.startswith("L").all()
    assert list(found.codes.names) == list(segments.segments(given, PARAMS).codes.names)


def test_the_carried_codes_are_the_edition_of_2011_and_name_little():
    book = pd.read_csv(paths.reference("acorn_codebook.csv"))
    groups, named = book["acorn_group"].nunique(), (~book["type_key"].str.match(r"type_\d")).sum()
    assert (book["acorn_category"].nunique(), groups, len(book), named) == (5, 17, 56, 6)


def test_outlines_that_share_no_border_are_refused(given):
    def apart(outlines):
        import shapely

        is_oa = outlines["level"] == "oa"
        shrunk = shapely.buffer(outlines.geometry.to_numpy(), -1e-5)
        return outlines.set_geometry(np.where(is_oa, shrunk, outlines.geometry.to_numpy()), crs=outlines.crs)

    with pytest.raises(ValueError, match="neighbours"):
        stage.analyse(with_frame(given, "boundaries", apart), PARAMS)


def test_order_of_outlines_does_not_move_the_answer(given, results):
    mixed = with_frame(given, "boundaries", lambda frame: frame.sample(frac=1, random_state=1))
    found = stage.analyse(mixed, PARAMS)
    assert (found.own.joins.joins, found.own.joins.p) == (results.own.joins.joins, results.own.joins.p)


def test_corners_can_be_enough_and_it_is_said(given):
    found = stage.analyse(given, dataclasses.replace(PARAMS, contiguity="queen", permutations=99))
    assert found.clumping_beside["neighbours"].iloc[0] == "queen, binary"


def test_what_is_hidden_in_an_area_hides_enough():
    counts = np.array([[100, 20, 2, 0], [126, 1, 1, 0], [50, 0, 0, 0], [3, 0, 0, 0], [40, 4, 4, 30], [90, 6, 2, 0]])
    frame = pd.DataFrame(counts, columns=list("abcd"))
    shown, hidden = suppress_in_rows(frame, list("abcd"), threshold=5)
    assert hidden.tolist() == [
        [False, True, True, False],
        [True, True, True, False],
        [False] * 4,
        [True, False, False, False],
        # two of four could each be told within six: enough
        [False, True, True, False],
        [False, True, True, False],
    ]
    assert shown[list("abcd")].isna().to_numpy().tolist() == hidden.tolist()
    # a place of three households has no total that is shown, so nothing tells its one kind
    assert shown.attrs["disclosure"]["unprotected"] == 0
    assert is_small_place(counts.sum(axis=1), threshold=5).tolist() == [False, False, False, True, False, False]


def test_ties_go_to_more_postcodes_then_to_the_first_key_and_stay_flagged(given):
    def tied(rows):
        first = rows["oa"] == rows["oa"].iloc[0]
        here = rows[first].iloc[:20].copy()
        here["postcode"] = [f"ZZ1 {number % 2}AA" if number < 10 else "ZZ1 2AA" for number in range(20)]
        here["acorn_type"] = [46] * 10 + [42] * 10
        here["acorn_category"] = [5] * 10 + [4] * 10
        return pd.concat([here, rows[~first]], ignore_index=True)

    found = segments.segments(with_households(given, tied), PARAMS)
    row = found.leading.iloc[0]
    assert (row["category"], row["is_tied"], row["margin"]) == ("hard_pressed", True, 0.0)


def test_the_map_shades_every_area_by_category_works_offline_and_is_small(given, results):
    drawn = stage.areas_map(given, results)
    assert len(drawn.data) == len(results.areas)
    assert set(drawn.data["Commonest category"]) <= set(results.shares["category_name"])
    assert drawn.data["Share hard-pressed"].eq("[c] small number, not shown").any()
    assert len(drawn.page.encode()) < 700_000
    from insight.display import offline_map

    offline_map.refuse_outside(drawn.page)


def test_care_with_a_channel_is_a_column(results):
    ways = results.approach.set_index("category_name")
    assert set(ways["least_acceptable"]) == {"telephone"}
    assert set(ways["answers_to"]) == {"leaflet"}
    assert ways["social_media"].str.contains("would miss more").any()
    assert "fewer are online than elsewhere" in ways.loc["Hard-pressed", "care"]
    assert "not told apart" in ways.loc["Urban prosperity", "care"]


def test_each_segment_has_a_card_with_limits_of_its_index(results):
    cards = results.cards.set_index("segment")
    assert len(cards) == 5
    assert (cards["index_low"] <= cards["index"]).all()
    assert (cards["index"] <= cards["index_high"]).all()
    assert set(cards["index_unit"]) == {"households"}
    assert "Coldhurst" in cards.loc["Hard-pressed", "where_most_live"]


def test_pictures_carry_their_label(given, results):
    pictures = [name for name in stage.__all__ if name.endswith(("_picture", "_table", "_map"))]
    assert len(pictures) == 23
    for name in pictures:
        if name in {"areas_map", "panels_picture"}:
            continue
        assert "Demonstration data" in getattr(stage, name)(given, results).html()


def test_small_maps_show_every_category_on_one_scale(given, results):
    drawn = stage.panels_picture(given, results)
    names = list(results.found.codes.names.values())
    assert list(drawn.data.columns[2:]) == [*names, "status"]
    pale = drawn.data[names].isna().any(axis=1)
    assert drawn.data.loc[pale, "status"].eq(CONFIDENTIAL).all()
    assert "[c] small number" in drawn.svg
    assert len(drawn.svg) < 600_000


def test_a_postcode_that_straddles_areas_is_counted_once(given, results):
    def straddling(rows):
        first = rows["postcode"] == rows["postcode"].iloc[0]
        rows.loc[rows.index[first][0], "oa"] = rows["oa"].iloc[-1]
        return rows

    found = stage.analyse(with_households(given, straddling), PARAMS).shares
    counts = found[found["unit"] == "postcodes"]["count"]
    assert counts.tolist() == results.shares[results.shares["unit"] == "postcodes"]["count"].tolist()


def test_groups_lie_between_categories_and_types(given, results):
    table = results.groups.set_index("acorn_group")
    homes = worlds.world().frame("households")
    own = homes.groupby("acorn_group").size()
    assert (len(table), table["types"].sum()) == (17, 56)
    shown = table.dropna(subset=["households"])
    assert shown["households"].astype(int).to_dict() == own.reindex(shown.index, fill_value=0).to_dict()
    assert shown["share"].to_numpy() == pytest.approx(shown["households"].to_numpy() / len(homes))
    assert "of 17 groups" in stage.groups_table(given, results).about.title


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        # One hidden type in a group: its total goes, and that of the other group that holds a hidden type.
        ({1: 3, 2: 40, 5: 30, 6: 20, 7: 25, 8: 5}, {"A", "B"}),
        # Two hidden types of 30 in one group tell no more than their sum.
        ({1: 3, 2: 27, 5: 30, 6: 20}, set()),
        # Two hidden types of three households: the total would tell that they are few.
        ({1: 1, 2: 2, 3: 60, 5: 30, 6: 20}, {"A", "B"}),
    ],
)
def test_the_total_of_a_group_never_tells_a_hidden_type(results, counts, hidden):
    from insight.stages.acorn_mapping.groups import groups

    shut = {1, 8} if hidden == {"A", "B"} and 8 in counts else {1, 2}
    shut |= {6} if counts.get(3) else set()
    found = dataclasses.replace(results.found, types=pd.Series(counts, dtype=int), households=sum(counts.values()))
    types = pd.DataFrame({"acorn_type": list(counts)})
    types["status"] = np.where(types["acorn_type"].isin(shut), CONFIDENTIAL, "")
    table = groups(found, types, threshold=5).set_index("acorn_group")
    assert set(table.index[table["status"] == CONFIDENTIAL]) == hidden
    assert table.loc[list(hidden), ["households", "share", "rank"]].isna().all(axis=None)
    assert table["households"].notna().sum() == 17 - len(hidden)


def test_the_other_edition_of_the_open_classification_runs_on_areas_of_its_census(tmp_path):
    """No classes of 2021 can be had offline: the path runs on areas relabelled as of 2021, and says what it lacks."""
    base = made(tmp_path, names=(*PLACE, "oa_classification"))

    def later(frame):
        return frame.assign(vintage=2021)

    frames = {name: later(base.frames[name]) for name in (*PLACE, "oa_classification")}
    frames["oa_classification"] = frames["oa_classification"].assign(edition="2021", subgroup=None)
    council = dataclasses.replace(base, frames=frames)
    found = stage.analyse(council, stage.Params.build(**{**SECTION, "segmentation": "oac", "permutations": 99}))
    units = found.shares[found.shares["unit"] == "output areas"].set_index("category")
    counts = frames["oa_classification"]["supergroup"].value_counts()
    assert units.loc["baseline_uk", "count"] == counts.get(6, 0)
    assert units["index"].isna().all(), "shares of the country are carried for 2011 only, and no edition stands in"
    assert found.own.classification == "Output Area Classification 2021"
    assert stage.groups_table(council, found).text == "This classification has no groups."


def test_segments_of_neighbourhoods_are_their_own_homes_against_the_rest(given, results):
    table, lookup = results.neighbourhoods, given.table("lookup")
    homes = worlds.world().frame("households").merge(lookup[["oa", "neighbourhood"]], on="oa")
    row = table.dropna(subset=["households"]).sort_values("households").iloc[-1]
    near = lookup.dropna(subset=["neighbourhood"]).set_index("neighbourhood_name")["neighbourhood"]
    here = homes["neighbourhood"] == row["neighbourhood"]
    merged = row["category"] not in results.found.codes.names
    keys = {number for number, key in results.found.codes.keys.items() if key == row["category"]}
    assert set(table["neighbourhood"]) == set(near)
    if not merged:
        own = homes["acorn_category"].isin(keys)
        assert row["households"] == (here & own).sum()
        assert row["share"] == pytest.approx((here & own).sum() / here.sum())
        assert row["rest_share"] == pytest.approx((~here & own).sum() / (~here).sum())
    small = table["households"].between(1, given.council.disclosure.threshold - 1)
    assert not small.any()


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("boundaries", {"vintage": 2021}, "outlines of level oa must be of the look-up's vintage (2011)"),
        ("lookup", {"ward_year": 2018}, "outlines of wards must be of the look-up's ward year (2018)"),
    ],
)
def test_outlines_of_another_year_are_refused_before_they_are_joined(given, name, change, said):
    with pytest.raises(InputError) as refused:
        stage.analyse(with_frame(given, name, lambda frame: frame.assign(**change)), PARAMS)
    assert said in str(refused.value)
