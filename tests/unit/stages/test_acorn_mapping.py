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
from insight.privacy.disclosure import CONFIDENTIAL
from insight.privacy.protected import Protected
from insight.published import findings, ledger
from insight.sources.standing import SUPPLIED
from insight.stages import acorn_mapping as stage
from insight.stages.acorn_mapping import claims, tabulate
from insight.stages.acorn_mapping.clusters import Clusters, gap, ratio, share
from insight.stages.acorn_mapping.evidence import _largest

NAMES = ("households", "lookup", "boundaries", "lifestyle_indices")
SECTION = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))["stages"][
    "acorn_mapping"
]
FIRST_RANK = "acorn.oldham.subcategory_rank.families_single_parents_some_financial_uncertainty"
PARAMS = stage.Params.build(**SECTION)
ON_PRINT = {"mm_hp_over_represented": "supported", "mm_hp_highest_only": "partly"}


def made(folder: Path, *, null: bool = False, drop: tuple[str, ...] = ()):
    names = tuple(name for name in NAMES if name not in drop)
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
    rows = change(given.people("households"))
    frames = {**given.frames, "households": Protected("households", rows)}
    return dataclasses.replace(given, frames=frames)


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
        first = rows["acorn_type"].eq(46).to_numpy().nonzero()[0][:1300]
        rows.loc[rows.index[first], ["acorn_category", "acorn_type", "acorn_group"]] = [4, 42, "M"]
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
    assert row.interval[0] > 1
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
    assert not [row.id for row in rows if row.evidence == "recovered" and row.verdict != "differs"]


def test_without_indices_only_what_needs_the_country_is_left_open(tmp_path, results):
    bare = made(tmp_path, drop=("lifestyle_indices",))
    found = stage.analyse(bare, PARAMS)
    left = {name for name, outcome in outcomes(bare, found).items() if outcome == "not testable here"}
    assert left == {
        "community_groups_lower",
        "online_propensity_lower",
        "online_transactions_lower",
        "marketing_rejected",
    }
    assert found.shares.equals(results.shares)
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
    [("large_minority", 0.0), ("permutations", 5), ("focus_categories", []), ("mapped_category", "Hard Pressed")],
)
def test_bad_params_are_refused(key, value):
    with pytest.raises(ParamsError, match=key):
        stage.Params.build(**{**SECTION, key: value})


def test_a_category_that_the_codebook_lacks_is_refused(given):
    odd = stage.Params.build(**{**SECTION, "mapped_category": "hard_pressd"})
    with pytest.raises(ParamsError, match="did you mean `hard_pressed`"):
        stage.analyse(given, odd)


def test_every_household_its_own_cluster_is_simple_sampling():
    top = np.repeat([1.0, 0.0], [30, 70])
    alone = Clusters(codes=np.arange(100), unit="alone")
    found, effect = share(ratio(top), alone)
    assert effect == pytest.approx(1.0, abs=0.02)
    assert (found.lower, found.upper) == pytest.approx((0.2189, 0.3958), abs=2e-3)
    pairs = Clusters(codes=np.repeat(np.arange(50), 2), unit="pairs")
    assert share(ratio(top), pairs)[1] == pytest.approx(2.0, abs=0.05)


def test_a_difference_within_one_frame_knows_its_covariance():
    rng = np.random.default_rng(4)
    first = rng.random(4000) < 0.4
    clusters = Clusters(codes=np.arange(4000) // 4, unit="fours")
    same = gap(ratio(first), ratio(first), clusters)
    assert (same.estimate, same.lower, same.upper) == (0.0, 0.0, 0.0)
    half = rng.random(4000) < 0.5
    apart = gap(ratio(first, half), ratio(first, ~half), Clusters(codes=np.arange(4000), unit="alone"))
    by_hand = math.sqrt(sum(first[m].var() / m.sum() for m in (half, ~half)))
    assert (apart.upper - apart.lower) / 2 == pytest.approx(1.96 * by_hand, rel=1e-3)


def test_cluster_limits_cover_the_truth():
    rng, hits = np.random.default_rng(11), 0
    for _ in range(300):
        rates = rng.beta(2, 3, 150)
        top = rng.random(1500) < np.repeat(rates, 10)
        found, _ = share(ratio(top), Clusters(codes=np.repeat(np.arange(150), 10), unit="tens"))
        hits += found.lower < 0.4 < found.upper
    assert 0.91 <= hits / 300 <= 0.985


def test_ranks_open_up_where_clusters_are_few():
    firm = np.zeros((400, 3))
    firm[:200, 0], firm[200:320, 1], firm[320:, 2] = 10, 10, 10
    assert [part.tolist() for part in tabulate._rank_limits(firm)] == [[1, 2, 3], [1, 2, 3]]
    low, high = tabulate._rank_limits(firm[::40])
    assert (low.tolist(), high.tolist()) == ([1, 1, 1], [3, 3, 3])


def test_small_cells_cannot_be_found_by_subtraction():
    frame = pd.DataFrame(
        {"ward": list("aaabbbccc"), "category": list("xyz") * 3, "n": [2, 40, 50, 60, 70, 80, 20, 90, 95]}
    )
    hidden = tabulate.hidden_both_ways(frame, "n", ("ward", "category"), threshold=5)
    assert hidden[0]
    for key in ("ward", "category"):
        assert set(hidden.groupby(frame[key]).sum()) <= {0, 2, 3}


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


def test_only_two_is_left_open_by_rounding():
    book = ledger.load("oldham")
    tested = findings.printed(
        book,
        "acorn.oldham.comfortably_off_pct - acorn.uk.comfortably_off_pct",
        "acorn.oldham.urban_prosperity_pct - acorn.uk.urban_prosperity_pct",
    )
    largest = _largest(tested.parts)
    assert findings.decide_part("less", 0, largest) == "not shown"
    assert findings.decide_part("less", 0, tested.parts[1]) == "supported"


def test_equal_types_are_no_order(given):
    def levelled(rows):
        rows["acorn_type"] = np.where(np.arange(len(rows)) % 2, 46, 42)
        rows["acorn_category"] = np.where(np.arange(len(rows)) % 2, 5, 4)
        return rows

    from insight.stages.acorn_mapping.homes import prepared

    (step,) = claims.largest_types(prepared(with_households(given, levelled)), PARAMS.claimed_types)
    assert step.estimate <= 0


def test_the_map_shades_every_area_by_category_and_hides_small_shares(given, results):
    drawn = stage.areas_map(given, results)
    assert len(drawn.data) == len(results.areas)
    assert set(drawn.data["Commonest category"]) <= set(results.shares["category_name"])
    assert drawn.data["Share hard-pressed"].eq("no value shown").any()


def test_pictures_carry_their_label(given, results):
    pictures = [name for name in stage.__all__ if name.endswith(("_picture", "_table", "_map"))]
    assert len(pictures) == 16
    for name in pictures:
        if name == "areas_map":
            continue
        assert "Demonstration data" in getattr(stage, name)(given, results).html()
