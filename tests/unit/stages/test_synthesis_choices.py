"""Universes and the next 1,000 pounds: arithmetic by hand, by simulation, and null data that give no support."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from insight.published import ledger
from insight.stages.synthesis import prices, reruns, stakes, thousand, universes
from insight.stages.synthesis.declaration import Stake

BOOK = ledger.load("oldham")


def write(folder, stage, name, frame):
    target = folder / stage / "tables"
    target.mkdir(parents=True, exist_ok=True)
    frame.to_csv(target / f"{name}.csv", index=False)


def reach(counts):
    names = ["neediest fifth", "fifth 2", "least needy fifth"]
    return pd.DataFrame(
        [
            {"areas_by_need": name, "measure": measure, "children": 1000, "count": count}
            for measure, own in counts.items()
            for name, count in zip(names, own, strict=True)
        ]
    )


def test_reach_is_rerun_over_definitions_and_rivals_and_the_turning_choice_named(tmp_path):
    write(tmp_path, "service_mapping", "reach", reach({"registered": (400, 500, 500), "sustained": (300, 300, 300)}))
    made, absent = universes.universes(tmp_path, None)
    assert made["is_held"].tolist() == [True, True, False, False]
    (row,) = universes.curve(made).to_dict("records")
    assert (row["universes"], row["share_held"], row["turning_choice"]) == (4, 0.5, "reach")
    assert row["at_its_levels"] == "registered 100%; sustained 0%"
    assert "savings" in absent


def test_linkage_threshold_and_summary_of_deprivation_are_choices_too(tmp_path):
    known = pd.DataFrame(
        [
            {"threshold": name, "service": "library", "definition": "registered", "level": level}
            | {"share": share, "lower": share - 0.02, "upper": share + 0.02}
            for name, share in (("higher", 0.45), ("lower", 0.52))
            for level in ("all", "neighbourhood")
        ]
    )
    write(tmp_path, "profiling", "known", known)
    ranks = {"area": list("abc"), "ward": list("ABC"), "mean": [1, 2, 3], "worst area": [1, 3, 2]}
    write(tmp_path, "profiling", "deprivation_rules", pd.DataFrame(ranks | {"best_rank": 1, "worst_rank": 3}))
    made, _ = universes.universes(tmp_path, None)
    table = universes.curve(made).set_index("headline")
    assert table["turning_choice"].tolist() == ["threshold of linkage", "summary of deprivation"]
    assert table["share_held"].tolist() == [0.5, 0.5]
    assert made["estimate"].tolist() == [0.45, 0.52, 2.0, 1.0]


def test_where_nothing_differs_no_universe_holds(tmp_path):
    write(tmp_path, "service_mapping", "reach", reach({"registered": (500, 500, 500), "seen": (300, 300, 300)}))
    made, _ = universes.universes(tmp_path, None)
    assert not made["is_held"].any()
    (row,) = universes.curve(made).to_dict("records")
    assert row["turning_choice"] == "none"


def test_the_reading_of_the_printed_rise_is_tried():
    made = pd.DataFrame(reruns.reading_of_the_rise(BOOK))
    assert len(made) == 8
    assert set(made["standing"]) == {reruns.PRINT}
    points = made[made["choices"].str.contains("points")]
    assert points["is_held"].all()
    # Read as relative, 7.3 per cent of a share near a third is about 2.4 points, in a far larger cohort.
    relative = made[~made["choices"].str.contains("points")]
    assert (relative["estimate"] < 0.03).all()
    assert reruns.reading_of_the_rise(None) == []


def test_values_are_alike_only_within_a_margin(tmp_path):
    frame = pd.DataFrame(
        [
            {"comparison": "Wards", "outcome": "groups", "weights": weights, "v": 0.02, "v_lower": 0.0}
            | {"v_upper": 0.07, "gap_upper": gap}
            for weights, gap in (("weighted to residents", 0.09), ("as sampled", 0.11))
        ]
    )
    write(tmp_path, "values_modes", "equivalence", frame)
    made, _ = universes.universes(tmp_path, None)
    assert made["is_held"].tolist() == [False, True, True, False, False, True]
    assert universes.curve(made)["turning_choice"].tolist() == ["margin"]
    only = universes.covered(made).set_index("choice").loc["weights"]
    assert (only["levels"], only["universes"]) == ("weighted to residents; as sampled", 6)


def known_rows(area_counts, *, level, threshold="higher", definition="registered"):
    return [
        {"threshold": threshold, "service": "childrens_centre", "definition": definition, "level": level}
        | {"area": area, "children": 1000, "known": count, "share": count / 1000, "lower": None, "upper": None}
        for area, count in area_counts.items()
    ]


def test_reach_of_the_needy_is_rerun_over_linkage_and_summaries_of_deprivation(tmp_path):
    write(tmp_path, "service_mapping", "reach", reach({"registered": (400, 500, 500)}))
    fifths = {"fifth 1 here (most deprived)": 300, "fifth 2 here": 400, "fifth 5 here (least deprived)": 400}
    rows = [
        row for name in ("higher", "lower") for row in known_rows(fifths, level="fifth by deprivation", threshold=name)
    ]
    rows += known_rows({"A": 300, "B": 400}, level="ward")
    write(tmp_path, "profiling", "known", pd.DataFrame(rows))
    ranks = {"area": list("ab"), "ward": list("AB"), "mean": [1, 2], "worst area": [2, 1]}
    write(tmp_path, "profiling", "deprivation_rules", pd.DataFrame(ranks | {"best_rank": 1, "worst_rank": 2}))
    made, _ = universes.universes(tmp_path, None)
    own = made[made["headline"] == reruns.REACHED]
    assert len(own) == 2 + 2 * 2
    assert own["is_held"].all()
    tried = universes.levels(own.reset_index(drop=True))
    assert tried["threshold of linkage"].tolist() == ["not used"] * 2 + ["higher"] * 2 + ["lower"] * 2
    wards = made[made["headline"] == reruns.WARD_REACHED]
    assert wards["is_held"].tolist() == [True, False]
    row = universes.curve(wards).iloc[0]
    assert (row["turning_choice"], row["at_its_levels"]) == ("summary of deprivation", "mean 100%; worst area 0%")


def test_the_rise_is_rerun_in_points_and_relative_to_the_share_before(tmp_path):
    cells = {"achievers_before": [100, 500], "cohort_before": 1000, "achievers_after": [150, 560], "cohort_after": 1000}
    frame = pd.DataFrame(cells).assign(label=["All pilot wards", "All other wards"], group="together")
    write(tmp_path, "outcomes", "attainment", frame)
    pilot = [
        ("change in the pilot wards", 0.05, 0.02, 0.08),
        ("the same by Wald limits (p = 0.017)", -0.01, -0.06, 0.04),
    ]
    columns = ["measure", "estimate", "lower", "upper"]
    write(tmp_path, "outcomes", "pilot", pd.DataFrame(pilot, columns=columns))
    made, _ = universes.universes(tmp_path, None)
    own = made[made["headline"] == reruns.ROSE]
    # relative: 15.0 over 10.0 per cent, alone; over 56 by 50 beside others. In points the others' rise is the larger.
    assert own["estimate"].tolist() == pytest.approx([0.05, -0.01, 0.5, 1.5 / 1.12 - 1])
    assert own["is_held"].tolist() == [True, False, True, True]
    half = 1.9599640 * np.sqrt(1 / 150 - 1 / 1000 + 1 / 100 - 1 / 1000)
    assert own["lower"].iloc[2] == pytest.approx(1.5 * np.exp(-half) - 1)


def test_ties_within_the_group_are_rerun_over_what_is_counted(tmp_path):
    row = {
        "relation": "all",
        "strength": "close",
        "scale": "wider",
        "ratio": 1.3,
        "ratio_lower": 1.1,
        "ratio_upper": 1.5,
    }
    write(
        tmp_path, "social_networks", "bonding", pd.DataFrame([row | {"ratio_if_within": 1.4, "ratio_if_beyond": 0.9}])
    )
    made, _ = universes.universes(tmp_path, None)
    assert made["is_held"].tolist() == [True, True, False]
    assert universes.curve(made)["turning_choice"].tolist() == ["unknown groups"]


def test_a_declared_choice_that_cannot_touch_a_headline_says_why(tmp_path):
    write(tmp_path, "service_mapping", "reach", reach({"registered": (400, 500, 500)}))
    made, _ = universes.universes(tmp_path, BOOK)
    found = universes.covered(made)
    pairs = set(zip(found["choice"], found["headline"], strict=True))
    assert {(name, headline) for name in universes.DECLARED for headline in set(made["headline"])} <= pairs
    for row in found[found["choice"].isin(list(universes.DECLARED))].to_dict("records"):
        touches = row["headline"] in universes.DECLARED[row["choice"]].touches
        assert bool(row["universes"]) == touches or row["remark"] == universes.ABSENT
        assert row["remark"].startswith(universes.CANNOT) == (not touches and row["remark"] != universes.ABSENT)


def test_savings_hang_on_cost(tmp_path):
    scheme = {"scheme": "S", "present_value_gbp": 100.0, "cost_gbp": 450.0, "attribution": 0.5}
    write(tmp_path, "benefits", "schemes", pd.DataFrame([scheme]))
    horizons = pd.DataFrame({"scheme": "S", "if_it_lasted_years": [1, 2], "present_value_gbp": [100.0, 200.0]})
    write(tmp_path, "benefits", "horizons", horizons)
    bias = {"scheme": "S", "uncorrected_gbp": 100.0, "compound_gbp": 60.0, "worst_grade_alone_gbp": 80.0}
    write(tmp_path, "benefits", "bias", pd.DataFrame([bias]))
    made, _ = universes.universes(tmp_path, None)
    assert len(made) == 2 * 3 * 3 * 2
    (row,) = universes.curve(made).to_dict("records")
    assert row["turning_choice"] == "cost of delivery"
    assert row["held"] == 18  # all without a cost; none reaches 450 with it
    assert made["estimate"].max() == pytest.approx(400)


def test_every_declared_choice_says_what_it_was_rerun_over_or_that_it_was_not(tmp_path):
    write(tmp_path, "service_mapping", "reach", reach({"registered": (400, 500, 500), "sustained": (300, 300, 300)}))
    made, _ = universes.universes(tmp_path, BOOK)
    found = universes.covered(made)
    assert list(dict.fromkeys(found["choice"]))[:2] == ["reading of 7.3", "summary of deprivation"]
    rows = found[found["universes"] > 0].set_index("choice")
    assert rows.loc["reading of 7.3", "levels"] == "points; relative"
    assert rows.loc["reach", "levels"] == "registered; sustained"
    assert rows.loc["compared with", "universes"] == 4
    for name in ("margin", "weights"):
        assert universes.ABSENT in set(found.loc[found["choice"] == name, "remark"])
    assert set(universes.DECLARED) <= set(found["choice"])


def test_records_needed():
    assert thousand.records_needed(distance=0.1, se=0.05, n=100) == np.ceil(100 * (0.05 * 2.8015852 / 0.1) ** 2 - 100)
    assert thousand.records_needed(distance=10.0, se=0.05, n=100) == 0
    assert thousand.records_needed(distance=0.0, se=0.05, n=100) is None


def decided(**changed):
    row = {
        "id": "f",
        "stage": "values_modes",
        "claim": "c",
        "rule": "greater",
        "threshold": "0",
        "value": 0.05,
        "interval": [-0.05, 0.15],
        "outcome": "not shown",
        "data": "supplied",
        "why": "Wilson, n = 200.",
    }
    return pd.DataFrame([row | changed])


PRICES = {"values_modes": prices.Price(each_gbp=10.0, unit="answer", records=300)}


def test_an_undecided_finding_is_priced_at_the_study_s_own_rate():
    (row,) = thousand.findings_table(decided(), PRICES).to_dict("records")
    assert row["bought_by_the_next_spend"] == 100
    assert row["cost_gbp"] == pytest.approx(row["n_more"] * 10)
    assert np.isnan(row["value_of_sample_gbp"])
    assert row["remark"].startswith("no money value hangs on it")
    assert (row["ranked_by"], row["rank"]) == ("cost", 1)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"outcome": "not testable here", "why": "Would be decided by: a cohort.", "value": None}, "another kind"),
        ({"stage": "outcomes"}, "no spending line"),
        ({"why": "Wilson, n = 4000."}, "no spending line"),
        ({"interval": [None, None]}, "no single sampled"),
        ({"rule": "rank"}, "no single sampled"),
        ({"rule": "greater; less", "interval": [[0, 1], [0, 1]]}, "no single sampled"),
        ({"interval": None}, "no single sampled"),
        ({"why": "arithmetic on printed figures, n = 2."}, "no single sampled"),
    ],
)
def test_what_cannot_be_priced_says_why(changed, words):
    (row,) = thousand.findings_table(decided(**changed), PRICES).to_dict("records")
    assert words in row["remark"]
    assert "no money value hangs on it" in row["remark"]
    assert np.isnan(row["rank"]) == np.isnan(row["n_more"])


def test_a_claim_of_several_parts_is_planned_by_its_hardest_undecided_part():
    parts = {
        "rule": "less; less",
        "threshold": "0.1; 0.1",
        "value": [0.05, 0.09],
        "interval": [[0.0, 0.09], [0.0, 0.13]],
        "why": "Parts: supported, not shown. V, n = 1,438; largest gap, n = 1,438.",
    }
    known = {"values_modes": prices.Price(each_gbp=10.0, unit="answer", records=2000)}
    (row,) = thousand.findings_table(decided(**parts), known).to_dict("records")
    assert row["n_now"] == 1438
    se = 0.04 / thousand.Z
    assert row["n_more"] == thousand.records_needed(distance=-0.01, se=se, n=1438)


def test_what_is_decided_is_not_bought_again():
    assert thousand.findings_table(decided(outcome="supported"), PRICES).empty


def test_rates_are_lines_over_records():
    funding = pd.DataFrame({"line": ["a"], "amount_gbp": [600.0]})
    lines = [
        {"line": "a", "stages": ["ethnography"], "records": 60, "unit": "interview"},
        {"line": "absent", "stages": ["outcomes"], "records": 1, "unit": "x"},
    ]
    price = prices.Price(each_gbp=10.0, unit="interview", records=60)
    assert prices.by_stage(funding, lines) == {"ethnography": price}
    assert prices.by_line(funding, lines) == {"a": price}


def test_knowing_an_assumption_agrees_with_simulation_and_is_nothing_where_it_cannot_turn():
    worth = stakes.knowing(slope=400.0, switch=0.75, low=0.25, high=1.0)
    drawn = np.random.default_rng(1).uniform(0.25, 1.0, 400_000)
    net = 400 * (drawn - 0.75)
    assert worth == pytest.approx(np.maximum(net, 0).mean() - max(0, net.mean()), rel=0.02)
    assert stakes.knowing(slope=400.0, switch=2.0, low=0.25, high=1.0) == 0
    assert stakes.knowing(slope=400.0, switch=0.75, low=0.5, high=0.5) == 0


DUE = "Share due to the scheme"
RATE = prices.Price(each_gbp=100.0, unit="interview", records=89)


def money(cost, **changed):
    """Return the tables of one scheme that gives 1,000 pounds for each whole of the share due to it, 500 centrally."""
    row = {"scheme": "S", "assumption": DUE, "basis": "judgement", "low": 0.25, "high": 1.0}
    row |= {"low_gbp": 250.0, "high_gbp": 1000.0, "central_gbp": 500.0} | changed
    turn = {"scheme": "S", "assumption": DUE, "low": 0.25, "central": 0.5, "high": 1.0, "switching_value": np.nan}
    fixed = turn | {"assumption": "Quantity", "low": 9.0, "central": 9.0, "high": 9.0}
    switching = pd.DataFrame([turn, fixed] if cost is not None else [], columns=list(turn))
    return pd.DataFrame([row]), pd.DataFrame([{"scheme": "S", "cost_gbp": cost}]), switching


def test_a_sample_on_an_assumption_is_worth_pounds_where_it_can_turn_the_choice():
    made = stakes.assumptions_table(*money(600.0), prices={("S", DUE): RATE})
    row, fixed = made.to_dict("records")
    assert row["switching_value"] == pytest.approx(0.6)
    assert row["bought_by_the_next_spend"] == 10
    assert 0 < row["value_of_sample_gbp"] < row["value_of_knowing_gbp"]
    assert row["remark"] == stakes.TOO_DEAR
    assert row["cost_planned_gbp"] == row["records_planned"] * 100
    assert fixed["remark"] == stakes.NO_RANGE
    assert fixed["value_of_knowing_gbp"] == 0
    open_ = stakes.assumptions_table(*money(None), prices={("S", DUE): RATE}).iloc[0]
    assert open_["value_of_knowing_gbp"] >= row["value_of_knowing_gbp"]  # nothing beats a choice that hangs in balance
    assert open_["cost"] == stakes.TAKEN
    assert np.isnan(open_["switching_value"])
    far = stakes.assumptions_table(*money(5000.0), prices={("S", DUE): RATE}).iloc[0]
    assert (far["value_of_sample_gbp"], far["remark"]) == (0, stakes.NOTHING)
    other = stakes.assumptions_table(*money(None, assumption="Unit value"), prices={}).iloc[0]
    assert other["remark"] == stakes.CEILING
    assert np.isnan(other["value_of_sample_gbp"])


def test_records_of_a_mean_are_worth_pounds_where_their_spread_is_stated():
    mean = {"assumption": "Unit value", "low": 0.0, "high": 12.0, "low_gbp": 0.0, "high_gbp": 1200.0}
    given = money(None, **mean)
    prices_ = {("S", "Unit value"): RATE}
    ceiling = stakes.assumptions_table(*given, prices=prices_).iloc[0]
    told = stakes.assumptions_table(*given, prices=prices_, spreads={("S", "Unit value"): 4.0}).iloc[0]
    assert np.isnan(ceiling["value_of_sample_gbp"])
    assert 0 < told["value_of_sample_gbp"] < told["value_of_knowing_gbp"]
    # the mean of 0, 5, 12 with its variance 36.33 / 6, ten records of standard deviation 4, slope 100 at the balance
    sd = np.sqrt((25 + 144 - 60) / 18)
    assert told["value_of_knowing_gbp"] == pytest.approx(100 * sd / np.sqrt(2 * np.pi))
    assert told["value_of_sample_gbp"] == pytest.approx(100 * sd / np.sqrt(2 * np.pi) / np.sqrt(1 + 16 / 10 / sd**2))
    unsold = stakes.assumptions_table(*given, prices={}, spreads={("S", "Unit value"): 4.0}).iloc[0]
    assert unsold["remark"] == stakes.NO_LINE
    assert unsold["records_planned"] == told["records_planned"] > 0


@pytest.mark.parametrize(
    "stake", [{"record_sd": 4.0}, {"record_sd": 4.0, "record_sd_source": "x", "assumption": DUE}, {"record_sd": 0.0}]
)
def test_a_spread_of_records_needs_a_source_and_a_mean(stake):
    with pytest.raises(ValidationError):
        Stake(**({"scheme": "S", "assumption": "Unit value"} | stake))
    assert Stake(scheme="S", assumption="Unit value", record_sd=4.0, record_sd_source="judgement").record_sd == 4.0


def test_findings_on_which_money_hangs_come_first_then_cost_then_records():
    three = [{"id": "a"}, {"id": "b", "stage": "outcomes"}, {"id": "c"}, {"id": "d"}]
    rows = pd.concat([decided(**change) for change in three], ignore_index=True)
    made = stakes.assumptions_table(*money(600.0), prices={("S", DUE): RATE})
    lines = [{"finding": "d", "scheme": "S", "assumption": DUE}, {"finding": "c", "scheme": "no", "assumption": DUE}]
    found = thousand.findings_table(rows, PRICES, stakes.by_finding(lines, made))
    assert found["finding"].tolist() == ["d", "a", "b", "c"]
    assert found["ranked_by"].tolist() == ["value in pounds", "cost", "records", ""]
    assert found["rank"].tolist()[:3] == [1, 2, 3]
    assert "gives the assumption no range" in found.iloc[3]["remark"]
    assert found.iloc[0]["value_of_sample_gbp"] == made.iloc[0]["value_of_sample_gbp"]
