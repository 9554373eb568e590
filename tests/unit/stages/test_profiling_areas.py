"""Profiling of areas: comparisons, ranks, directions, need, quality, small areas, profiles; the catalogue as data."""

import dataclasses
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.stats import poisson

import worlds
from insight import paths
from insight.errors import InputError
from insight.methods.estimate import Estimate
from insight.methods.intervals import newcombe_difference
from insight.sources.open_data import registry
from insight.stages import profiling as stage
from insight.stages.profiling import catalogue, compare, directions, life, measures, needs, quality, small

SECTION = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))["stages"]["profiling"]
PARAMS = stage.Params.build(**SECTION)
NAMES = (
    *("indicators", "lookup", "indicator_catalogue", "population", "deaths", "eyfs_counts", "births", "boundaries"),
)


@pytest.fixture(autouse=True)
def build(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    return worlds.inputs(NAMES, worlds.world(), tmp_path_factory.mktemp("areas"))


@pytest.fixture(scope="module")
def results(given):
    return stage.analyse(given, PARAMS)


def replaced(given, **frames):
    return dataclasses.replace(given, frames={**given.frames, **frames})


def without(given, *names):
    kept = {name: frame for name, frame in given.frames.items() if name not in names}
    return dataclasses.replace(given, frames=kept, standings={name: given.standings[name] for name in kept})


def cell(results, indicator, area, column):
    rows = results.comparisons
    (value,) = rows.loc[(rows["indicator"] == indicator) & (rows["area"] == area), column]
    return value


# The catalogue


def new_indicator(given, *, polarity="lower_better"):
    """The inputs with one more indicator: rows of data, and one row in the council's own catalogue."""
    wards = sorted(given.table("lookup")["ward"].unique())
    counts = np.array([90 if ward == "coldhurst" else 20 for ward in wards])
    rows = pd.DataFrame(
        {"area": [*wards, "england"], "numerator": [*counts, 20_000.0], "denominator": [*[200.0] * 20, 200_000.0]}
    )
    rows = rows.assign(
        theme="community_safety",
        indicator="quad_bikes_seen",
        period="2012",
        value=rows["numerator"] / rows["denominator"],
        unit="share",
        source="Own survey",
        definition_version="1",
        status=None,
    )
    entry = dict.fromkeys(given.table("indicator_catalogue").columns, "as said")
    entry |= {
        "indicator": "quad_bikes_seen",
        "theme": "community_safety",
        "label": "Quad bikes seen",
        "polarity": polarity,
    }
    entry |= {"unit": "share", "breaks": None, "caveat": "Few asked", "verified": "no", "licence": "the council's own"}
    table = pd.concat([given.table("indicators"), rows[given.table("indicators").columns]], ignore_index=True)
    own = pd.concat([given.table("indicator_catalogue"), pd.DataFrame([entry])], ignore_index=True)
    return replaced(given, indicators=table, indicator_catalogue=own)


KEPT = ("unemployed", "children_low_income", "deprivation_score")


def test_a_new_indicator_is_rows_of_data_and_reaches_every_table_and_picture(given):
    more = new_indicator(few(given, *KEPT))
    results = stage.analyse(more, PARAMS)
    assert cell(results, "quad_bikes_seen", "coldhurst", "rest_comparison") == "Worse"
    assert cell(results, "quad_bikes_seen", "coldhurst", "nation_comparison") == "Worse"
    assert cell(results, "quad_bikes_seen", "coldhurst", "rank_words") == "highest of 20 wards"
    profile = results.profiles[results.profiles["indicator"] == "quad_bikes_seen"]
    near = profile[profile["level"] == "neighbourhood"]
    assert len(near) == 9
    assert set(near.loc[near["ward"] == "coldhurst", "value_of"]) == {"Coldhurst"}
    assert set(near["label"]) == {"Quad bikes seen"}
    assert near["caveat"].str.contains("Few asked").all()
    assert near["caveat"].str.contains("Value of the ward").all()
    for made in (stage.spine_picture(more, results, PARAMS), stage.rug_picture(more, results)):
        assert "Quad bikes seen" in set(made.data["label"])
        assert "Quad bikes seen" in made.html()
    assert "Quad bikes seen" in stage.themes_table(more, results).html()
    shown = stage.catalogue_table(more, results)
    assert shown.data.set_index("label").loc["Quad bikes seen", "is_used"]


def test_without_a_catalogue_row_an_indicator_is_neither_better_nor_worse_and_is_named(given):
    more = new_indicator(few(given, *KEPT))
    bare = replaced(more, indicator_catalogue=given.table("indicator_catalogue"))
    results = stage.analyse(bare, PARAMS)
    assert cell(results, "quad_bikes_seen", "coldhurst", "rest_comparison") == "Higher"
    assert "quad_bikes_seen" in stage.catalogue_table(bare, results).about.caption
    graded = results.data_quality.set_index("source")
    assert graded.loc["Own survey", "documented_rag"] == "Red"


def test_the_council_s_own_row_replaces_that_of_the_reference(given):
    assert catalogue.table(given).set_index("indicator").loc["manufacturing_jobs", "breaks"] == ""
    bare = without(given, "indicator_catalogue")
    assert "2009" in catalogue.table(bare).set_index("indicator").loc["manufacturing_jobs", "breaks"]


def test_every_demonstration_indicator_is_catalogued_and_every_breaks_cell_reads(results):
    assert [code for code, entry in results.entries.items() if not entry.is_known] == []
    for row in results.catalogue.to_dict("records"):
        catalogue.parsed_breaks(row["breaks"], indicator=row["indicator"])
    themes = results.catalogue.groupby("theme")["indicator"].size()
    assert (themes >= 4).all()
    assert len(themes) == 6
    for source in ("out_of_work_benefits", "housing_benefit", "fuel_poverty", "recorded_crime"):
        assert source in set(results.catalogue["indicator"])


def test_a_break_without_a_year_is_refused():
    assert catalogue.parsed_breaks("2013: revised; 2022: again", indicator="x") == ((2013, "revised"), (2022, "again"))
    with pytest.raises(InputError, match="year: what changed"):
        catalogue.parsed_breaks("in 2013 revised", indicator="x")


# Sums, suppression


def test_a_suppressed_ward_is_neither_0_nor_summed_over(given):
    table = given.table("indicators").copy()
    place = (table["indicator"] == "degree") & (table["area"] == "demo_ward_05")
    table.loc[place, ["value", "numerator", "denominator"]] = np.nan
    table.loc[place, "status"] = "c"
    found = measures.estimates(replaced(given, indicators=table), PARAMS)
    (row,) = found[(found["indicator"] == "degree") & (found["area"] == "demo_ward_05")].to_dict("records")
    assert row["status"] == "c"
    assert np.isnan(row["estimate"])
    assert measures.row_of(found, "degree", "oldham") is None
    assert measures.row_of(found, "degree", "demo_ward_05") is None


def test_a_lone_cell_suppressed_by_its_source_gets_a_second_beside_a_published_total(given):
    table = given.table("indicators").copy()
    is_last = (table["indicator"] == "under_18_conceptions") & table["area"].isin(["demo_ward_04", "demo_ward_11"])
    table.loc[is_last, ["value", "numerator", "denominator", "status"]] = [20.0, 12.0, 600.0, ""]
    found = measures.estimates(replaced(given, indicators=table), PARAMS)
    shown = measures.shown(found, threshold=5)
    wards = shown[(shown["indicator"] == "under_18_conceptions") & (shown["level"] == "ward")]
    assert (wards["status"] == "c").sum() == 2
    assert wards.loc[wards["status"] == "c", "estimate"].isna().all()


def test_a_ward_is_no_sum_of_some_of_its_output_areas(given):
    table = given.table("indicators")
    gone = given.table("lookup").query("ward == 'coldhurst'")["oa"].iloc[0]
    part = table[(table["indicator"] != "no_car_households") | (table["area"] != gone)]
    found = measures.estimates(replaced(given, indicators=part), PARAMS)
    assert measures.row_of(found, "no_car_households", "coldhurst") is None
    assert measures.row_of(found, "no_car_households", "st_marys") is not None
    assert measures.row_of(found, "no_car_households", "oldham") is None


def test_own_record_of_a_ward_wins_over_the_sum_of_its_parts(given):
    table = given.table("indicators")
    own = (
        table[table["indicator"] == "no_car_households"]
        .iloc[[0]]
        .assign(area="coldhurst", numerator=500.0, denominator=1000.0, value=0.5)
    )
    found = measures.estimates(replaced(given, indicators=pd.concat([table, own], ignore_index=True)), PARAMS)
    assert measures.row_of(found, "no_car_households", "coldhurst")["denominator"] == 1000


def test_two_versions_of_one_period_are_never_added(given):
    table = given.table("indicators")
    twice = table[table["indicator"] == "smokes"].assign(
        definition_version="2", numerator=lambda rows: rows["numerator"] // 2
    )
    twice = twice.assign(value=twice["numerator"] / twice["denominator"])
    found = measures.estimates(replaced(given, indicators=pd.concat([table, twice], ignore_index=True)), PARAMS)
    rows = found[(found["indicator"] == "smokes") & (found["area"] == "oldham")]
    assert sorted(rows["definition_version"]) == ["1", "2"]
    assert len(set(rows["denominator"])) == 1
    assert set(measures.latest(found).query("indicator == 'smokes'")["definition_version"]) == {"2"}


# Comparisons and ranks


def test_a_ward_is_held_against_the_rest_of_the_borough(given, results):
    found = results.estimates
    own = measures.row_of(found, "unemployed", "coldhurst")
    whole = measures.row_of(found, "unemployed", "oldham")
    rest = (whole["numerator"] - own["numerator"], whole["denominator"] - own["denominator"])
    gap = newcombe_difference(own["numerator"], own["denominator"], *rest)
    assert cell(results, "unemployed", "coldhurst", "rest") == pytest.approx(rest[0] / rest[1])
    assert (gap.lower > 0) == (cell(results, "unemployed", "coldhurst", "rest_comparison") == "Worse")


def estimate(low, value, high):
    return Estimate(estimate=value, lower=low, upper=high, n=10, method="test")


@pytest.mark.parametrize(
    ("own", "other", "sign", "word"),
    [
        (estimate(0.2, 0.3, 0.4), estimate(0.1, 0.15, 0.19), 1, "Better"),
        (estimate(0.2, 0.3, 0.4), estimate(0.1, 0.15, 0.19), -1, "Worse"),
        (estimate(0.2, 0.3, 0.4), estimate(0.1, 0.15, 0.19), 0, "Higher"),
        (estimate(0.0, 0.1, 0.15), Estimate(estimate=0.2, lower=None, upper=None, n=1, method="known"), 0, "Lower"),
        (estimate(0.0, 0.1, 0.25), Estimate(estimate=0.2, lower=None, upper=None, n=1, method="known"), -1, "Similar"),
        (estimate(0.2, 0.3, 0.4), None, 1, "Not compared"),
        (Estimate(estimate=0.3, lower=None, upper=None, n=1, method="score"), estimate(0, 0.1, 0.2), 1, "Not compared"),
    ],
)
def test_words_follow_interval_and_polarity(own, other, sign, word):
    assert compare.category(own, other, sign=sign) == word


def test_hidden_cells_have_no_comparison_rank_or_value(results):
    hidden = results.comparisons[results.comparisons["status"] != ""]
    assert len(hidden) > 10
    for column in ("value", "count", "lower", "rest", "rest_comparison", "nation_comparison", "rank", "rank_words"):
        assert hidden[column].isna().all(), column
    kept = results.small_areas[results.small_areas["status"] != ""]
    assert kept[[*small.HIDDEN, *small.FLAGS]].isna().all().all()
    profile = results.profiles[results.profiles["status"].isin(["c"])]
    assert profile[["value", "count", "shrunk"]].isna().all().all()


def test_neighbours_are_compared_as_their_mean(results):
    values = results.estimates.query("indicator == 'obese_year_6' and level == 'neighbour'")["estimate"]
    assert cell(results, "obese_year_6", "oldham", "neighbours") == pytest.approx(values.mean())
    assert len(values) == 5


def test_nothing_stands_apart_more_often_than_chance_where_nothing_was_planted():
    """One common share in all wards: one in twenty differs from the rest at 95 %, one in five hundred at 99.8 %."""
    rng = np.random.default_rng(4)
    wards = [f"w{number}" for number in range(20)]
    setting = compare.Setting(borough="b", region="r", nation="n", neighbours=(), names={})
    words, clear = [], []
    for number in range(25):
        counts, cases = rng.binomial(300, 0.2, 20), 300.0
        rows = pd.DataFrame({"area": wards, "level": "ward", "numerator": counts.astype(float), "denominator": cases})
        whole = {"area": "b", "level": "borough", "numerator": float(counts.sum()), "denominator": 20 * cases}
        rows = pd.concat([rows, pd.DataFrame([whole])], ignore_index=True)
        rows = rows.assign(
            estimate=rows["numerator"] / rows["denominator"], lower=0.1, upper=0.3, method="Wilson", n=300
        )
        rows = rows.assign(theme="t", indicator=f"i{number}", period="2011", definition_version="1", unit="share")
        entry = catalogue.Entry(
            indicator="i", theme="t", label="l", definition="d", polarity="lower_better", source="s", licence="l",
            fetch="f", caveat="", breaks=(), is_known=True,
        )  # fmt: skip
        found = compare.compared(rows, rows.assign(status=""), {f"i{number}": entry}, setting)
        found = found[found["level"] == "ward"]
        words += list(found["rest_comparison"])
        clear += list(found["is_clear"])
    apart = np.mean([word != "Similar" for word in words])
    assert 0.02 <= apart <= 0.08
    assert np.mean(clear) <= 0.01


# Direction of travel


@pytest.mark.parametrize(
    ("period", "years"), [("2010", (2010, 2010)), ("2008-10", (2008, 2010)), ("1999-01", (1999, 2001)), ("x", (0, 0))]
)
def test_periods_read_as_years(period, years):
    assert directions.years_of(period) == years


def test_a_change_of_definition_starts_a_new_run(given, results):
    fuel = results.estimates.query("indicator == 'fuel_poverty' and area == 'oldham'")
    runs = directions.with_runs(fuel, ())
    assert list(runs["run"]) == [0, 0, 0, 1]
    (row,) = results.directions.query("indicator == 'fuel_poverty' and area == 'oldham'").to_dict("records")
    assert (row["direction"], row["points"], row["break_before"]) == ("Not tested", 1, True)
    same = fuel.assign(definition_version="1")
    assert set(directions.with_runs(same, ())["run"]) == {0}
    assert list(directions.with_runs(same, ((2011, "new"),))["run"]) == [0, 0, 0, 1]


def test_a_pooled_period_astride_a_break_stands_alone():
    keys = [directions.run_key(period, "1", ((2010, "new"),)) for period in ("2006-08", "2008-10", "2010-12")]
    assert len(set(keys)) == 3


def test_planted_directions_are_found_and_polarity_turns_the_word(results):
    found = results.directions.query("area == 'oldham'").set_index("indicator")["direction"]
    assert found["out_of_work_benefits"] == "Worsening"
    assert found["recorded_crime"] == "Improving"
    assert found["white"] == "Decreasing"


def few(given, *names):
    """The inputs with these indicators alone, which keeps a test quick."""
    table = given.table("indicators")
    return replaced(given, indicators=table[table["indicator"].isin(names)])


def test_null_worlds_show_no_direction_and_no_need(tmp_path):
    made = worlds.inputs(("indicators", "lookup", "indicator_catalogue"), worlds.world(null=True), tmp_path)
    results = stage.analyse(few(made, "out_of_work_benefits", "recorded_crime", "children_low_income"), PARAMS)
    flat = results.directions.query("level == 'ward'")["direction"]
    assert len(flat) == 40
    assert (flat == directions.NO_CHANGE).mean() >= 0.85
    low = results.comparisons.query("indicator == 'children_low_income' and level in ['ward', 'neighbourhood']")
    assert (low["rest_comparison"] == "Similar").mean() >= 0.8
    assert low["is_clear"].mean() <= 0.05


# Need, quality


def test_need_ranks_follow_the_values_and_their_uncertainty(results):
    table = results.needs.set_index("area")
    assert set(table.index[:2]) == {"coldhurst", "st_marys"}
    assert (table["mean_rank_lower"] <= table["mean_rank_upper"]).all()
    assert table.loc["coldhurst", "among_first"] > 0.9
    assert table["among_first"].sum() == pytest.approx(2)


def test_wards_that_differ_by_chance_share_the_first_places(results):
    """With one vague indicator and no true difference no ward is surely among the first."""
    rows = results.comparisons.query("level == 'ward' and indicator == 'obese_year_6'").copy()
    rows["value"] = 0.2 + np.linspace(0, 0.001, len(rows))
    rows["lower"], rows["upper"], rows["status"] = rows["value"] - 0.05, rows["value"] + 0.05, ""
    rule = needs.Rule(indicators=("obese_year_6",), first=2, draws=500, seed=1)
    found = needs.ranked(rows, results.entries, rule)
    assert found["among_first"].max() < 0.3


def test_an_indicator_without_polarity_ranks_no_need(results):
    rule = needs.Rule(indicators=("white",), first=2, draws=300, seed=1)
    assert needs.ranked(results.comparisons, results.entries, rule).empty


@pytest.mark.parametrize(("value", "grade"), [(0.96, "Green"), (0.85, "Amber"), (0.5, "Red"), (float("nan"), "Green")])
def test_grades_follow_their_written_rule(value, grade):
    assert quality.GRADES[0].of(value) == grade
    assert quality.GRADES[0].words("{:.0%}") == "wards with a value: green at least 95%, amber at least 80%"


def test_quality_sees_suppression_and_missing_counts(results):
    table = results.data_quality.set_index("source")
    assert table.loc["Demonstration vital statistics", "suppressed"] == pytest.approx(3 / 20)
    assert table.loc["Demonstration vital statistics", "suppressed_rag"] == "Red"
    assert table.loc["Demonstration census", "rag"] == "Green"
    assert table.loc["Demonstration survey", "definition_changes"] == 1


# Life expectancy from deaths


def test_computed_life_expectancy_holds_the_planted_one(given, results):
    both = results.life_computed.merge(
        results.life_expectancy[["area", "sex", "years"]], on=["area", "sex"], suffixes=("", "_true")
    )
    held = both["years_true"].between(both["lower"], both["upper"])
    assert len(both) == 42
    assert held.mean() >= 0.88
    deaths = given.table("deaths")
    wards = set(given.table("lookup")["ward"])
    (borough,) = results.life_computed.query("area == 'oldham' and sex == 'male'")["deaths"]
    assert borough == deaths[deaths["area"].isin(wards) & (deaths["sex"] == "male")]["deaths"].sum()


def test_suppressed_deaths_leave_ward_and_borough_empty_with_the_reason(given):
    deaths = given.table("deaths").copy().astype({"deaths": "float64"})
    deaths.loc[(deaths["area"] == "coldhurst") & (deaths["sex"] == "male") & (deaths["age_from"] == 5), "deaths"] = (
        np.nan
    )
    frame = life.joined(replaced(given, deaths=deaths))
    table = life.expectancies(frame, given.table("lookup"), {}, threshold=5).set_index(["area", "sex"])
    assert table.loc[("coldhurst", "male"), "status"] == "c"
    assert table.loc[("oldham", "male"), "status"] == "c"
    assert np.isnan(table.loc[("coldhurst", "male"), "years"])
    assert table.loc[("coldhurst", "female"), "status"] == ""
    slope = life.slopes(table.reset_index(), pd.DataFrame({"area": ["coldhurst", "st_marys"], "score": [60, 50]}))
    assert slope["note"].str.contains("three areas").all()


def test_few_deaths_of_a_ward_are_not_the_borough_s_less_those_of_the_others(given):
    deaths = given.table("deaths").copy()
    here = (deaths["area"] == "coldhurst") & (deaths["sex"] == "male")
    deaths.loc[here, "deaths"] = (deaths.loc[here, "age_from"] == 0).astype(int) * 3
    lookup = given.table("lookup")
    table = life.expectancies(life.joined(replaced(given, deaths=deaths)), lookup, {}, threshold=5)
    men = table[table["sex"] == "male"].set_index("area")
    assert men.loc["coldhurst", "status"] == "c"
    assert "few" in men.loc["coldhurst", "note"]
    wards = men.loc[sorted(set(lookup["ward"]))]
    assert wards["deaths"].isna().sum() >= 2 or np.isnan(men.loc["oldham", "deaths"])
    assert men.loc[men["status"] == "c", ["deaths", "years", "lower", "upper"]].isna().all(axis=None)
    assert table.loc[table["sex"] == "female", "status"].eq("").all()
    assert table.attrs["disclosure"]["unprotected"] == 0


def test_too_few_person_years_are_told_not_computed(given):
    people = given.table("population").copy()
    people.loc[people["area"] == "st_marys", "persons"] //= 100
    frame = life.joined(replaced(given, population=people))
    table = life.expectancies(frame, given.table("lookup"), {}, threshold=5).set_index(["area", "sex"])
    assert table.loc[("st_marys", "male"), "status"] == "x"
    assert "Fix" in table.loc[("st_marys", "male"), "note"]


def test_residents_of_one_year_missing_leave_the_area_out(given):
    people = given.table("population")
    part = people[(people["area"] != "coldhurst") | (people["year"] != 2008)]
    frame = life.joined(replaced(given, population=part))
    assert "coldhurst" not in set(frame["area"])
    assert "oldham" not in set(frame["area"])


def test_standard_weights_are_gathered_into_the_bands_of_the_file():
    fine = life.standard_weights(np.array([0, 1, *range(5, 95, 5)]))
    coarse = life.standard_weights(np.array([0, 15, 65]))
    assert fine.sum() == coarse.sum() == 100_000
    assert fine[-1] == 1000
    assert coarse[0] == 5000 + 2 * 5500 + 0 * fine[0]


# Small areas and profiles


def test_shrunk_shares_lie_between_raw_and_common(results):
    rows = results.small_areas.dropna(subset=["raw"])
    lower, upper = np.minimum(rows["raw"], rows["common"]), np.maximum(rows["raw"], rows["common"])
    assert (rows["shrunk"].between(lower - 0.03, upper + 0.03)).all()
    wards = rows.query("indicator == 'eyfs_good_level' and level == 'ward'").set_index("area")
    assert bool(wards.loc["st_marys", "is_outside_998"])
    assert wards["shrunk"].max() - wards["shrunk"].min() < wards["raw"].max() - wards["raw"].min()


def test_rules_of_reaggregation_keep_the_exact_sum_first(given, results):
    exact = given.table("lookup").dropna(subset=["neighbourhood"]).groupby("neighbourhood")["persons"].sum()
    table = results.reaggregation.set_index("area")
    assert table["output areas over the list"].to_dict() == pytest.approx(exact.to_dict())
    assert (table["spread"] > 0).any()
    assert results.deprivation_rules.set_index("area").loc["coldhurst", "worst_rank"] == 1


def test_profiles_hold_each_neighbourhood_with_all_that_a_report_says(results):
    rows = results.profiles
    near = rows[rows["level"] == "neighbourhood"]
    assert near["area"].nunique() == 9
    assert not rows.duplicated(["area", "indicator"]).any()
    assert set(near["theme"]) == set(results.catalogue["theme"])
    own = near[(near["indicator"] == "children_low_income") & (near["status"] == "")]
    needed = ["value", "count", "lower", "upper", "borough", "nation", "comparison", "rank_words", "source", "shrunk"]
    assert own[needed].notna().all().all()
    lent = near[near["caveat"].str.contains("Value of the ward")]
    assert set(lent["value_of"]) <= {"Coldhurst", "St Mary's"}
    fuel = near[(near["indicator"] == "out_of_work_benefits")]
    assert fuel["direction"].notna().all()


# Pictures


def test_every_picture_says_what_it_shows_and_its_spine_matches_its_rows(given, results):
    made = [
        *(stage.spine_picture(given, results, PARAMS, place=place) for place in (0, 1)),
        *(stage.rug_picture(given, results, level=level) for level in ("ward", "neighbourhood")),
        *(stage.trend_picture(given, results, PARAMS, place=place) for place in range(4)),
        stage.needs_picture(given, results, PARAMS),
        stage.computed_life_picture(given, results, PARAMS),
        stage.pyramid_picture(given, results, PARAMS),
        stage.funnel_picture(given, results, PARAMS),
        stage.shrunk_picture(given, results, PARAMS),
    ]
    tables = [
        stage.needs_table(given, results),
        stage.deprivation_rules_table(given, results),
        stage.computed_life_table(given, results),
        stage.mortality_table(given, results),
        stage.directions_table(given, results),
        stage.outstanding_table(given, results),
        stage.reaggregation_table(given, results),
        stage.small_areas_table(given, results),
        stage.quality_table(given, results),
        stage.catalogue_table(given, results),
    ]
    assert len({one.about.name for one in (*made, *tables)}) == len(made) + len(tables)
    for one in (*made, *tables):
        assert "Demonstration data" in one.html()
    spine = made[0]
    rows = spine.data.set_index("label")
    assert f"{rows.loc['Unemployed', 'value']:.1%} ({rows.loc['Unemployed', 'centre']:.1%})" in spine.svg
    order = [spine.svg.index(f"{value:.1%} (") for value in rows["value"].dropna() if value < 1]
    assert order == sorted(order)
    assert "low income and high costs" in made[6].svg.replace("\n", " ") or "definition changes" in made[6].svg
    assert not any(
        one.data["status"].eq("c").any() and one.data.loc[one.data["status"] == "c", "value"].notna().any()
        for one in made[:4]
    )


def test_a_council_with_indicators_alone_gets_sentences_in_place_of_pictures(given):
    bare = without(given, "population", "deaths", "indicator_catalogue", "eyfs_counts", "births", "boundaries")
    results = stage.analyse(bare, PARAMS)
    for made in (
        stage.computed_life_picture(bare, results, PARAMS),
        stage.computed_life_table(bare, results),
        stage.mortality_table(bare, results),
        stage.pyramid_picture(bare, results, PARAMS),
        stage.funnel_picture(bare, results, PARAMS),
        stage.trend_picture(bare, results, PARAMS, place=0),
        stage.trend_picture(bare, results, PARAMS, place=9),
        stage.spine_picture(bare, results, PARAMS, place=3),
    ):
        assert "Not shown" in made.html()
    stage.save(bare, results)
    folder = paths.stage_dir("oldham", "profiling") / "tables"
    assert all(path.read_text(encoding="utf-8").strip() for path in folder.iterdir())


# Catalogue and registry, rules, neighbours, rates


def test_every_registry_name_of_the_catalogue_resolves_and_is_shown_with_the_source(given, results):
    known = registry.load().sources
    rows = pd.read_csv(paths.reference("indicator_catalogue.csv"), dtype=str, keep_default_na=False)
    named = {row["indicator"]: catalogue.listed(row["registry"]) for row in rows.to_dict("records")}
    assert {name for names in named.values() for name in names} <= set(known)
    assert named["deprivation_score"] == (
        "deprivation_2010",
        "deprivation_2015",
        "deprivation_2019",
        "deprivation_2025",
    )
    assert sum(bool(names) for names in named.values()) > 10
    quality = results.data_quality.set_index("source")["insight_fetch"]
    assert "census_2011_oa_tenure" in quality["Demonstration register"]
    assert quality["Demonstration crime records"] == ""
    assert "registry" in stage.catalogue_table(given, results).data.columns


def test_the_rule_of_each_indicator_stands_with_the_spread_between_rules(given, results):
    table = results.reaggregation_rules.set_index(["indicator", "level"])
    crime = table.loc[("recorded_crime", "ward")]
    assert (crime["rule"], pd.isna(crime["spread"])) == ("records of its own", True)
    row = table.loc[("no_car_households", "neighbourhood")]
    assert row["rule"] == "sum of its output areas (exact)"
    # The oracle: an LSOA's counts go to a neighbourhood by its homes there.
    lookup, rows = given.table("lookup"), given.table("indicators")
    own = rows[(rows["indicator"] == "no_car_households") & rows["area"].isin(lookup["oa"])].set_index("area")
    areas = lookup.set_index("oa").join(own[["numerator", "denominator"]])
    share = areas["households"] / areas.groupby("lsoa")["households"].transform("sum")
    moved = {
        name: (areas.groupby("lsoa")[name].transform("sum") * share).groupby(areas["neighbourhood"]).sum()
        for name in ("numerator", "denominator")
    }
    exact = areas.groupby("neighbourhood")[["numerator", "denominator"]].sum()
    gap = (exact["numerator"] / exact["denominator"] - moved["numerator"] / moved["denominator"]).abs()
    assert row["spread"] == pytest.approx(gap.max())
    shown = stage.rules_table(given, results).data
    assert len(shown) == len(results.reaggregation_rules)


def test_neighbours_are_told_with_their_model_and_date_and_missed_where_absent(given, results):
    shown = stage.neighbours_table(given, results, PARAMS)
    assert f"as of {PARAMS.neighbours_as_of}" in shown.about.caption
    assert PARAMS.neighbours_model in shown.about.caption
    near = given.table("indicators").query("indicator == 'obese_year_6'").set_index("area")
    parts = near.loc[list(PARAMS.neighbours)]
    mean = (parts["numerator"] / parts["denominator"]).mean()
    assert shown.data["neighbours"].tolist() == [f"{mean:.1%}"]
    none = replace(results, comparisons=results.comparisons.assign(neighbours=np.nan))
    assert "statistical neighbours" in stage.neighbours_table(given, none, PARAMS).text


def test_rates_are_drawn_together_and_held_against_exact_poisson_limits(given, results):
    rows = results.small_areas.query("indicator == 'recorded_crime' and level == 'ward'").set_index("area")
    counts = results.estimates.query("indicator == 'recorded_crime' and level == 'ward'")
    counts = counts[counts["period"] == counts["period"].max()].set_index("area").loc[rows.index]
    common = 1000 * counts["numerator"].sum() / counts["denominator"].sum()
    assert rows["common"].iloc[0] == pytest.approx(common)
    mean = common / 1000 * counts["denominator"]
    outside = (counts["numerator"] < poisson.ppf(0.001, mean)) | (counts["numerator"] > poisson.ppf(0.999, mean))
    assert rows["is_outside_998"].astype(bool).tolist() == outside.tolist()
    low, high = np.minimum(rows["raw"], common), np.maximum(rows["raw"], common)
    assert rows["shrunk"].between(low - 1, high + 1).all()
    assert rows["phi"].iloc[0] > 1, "crime was made to differ between wards"
    drawn = stage.funnel_picture(given, results, PARAMS, rates=True)
    assert "Exact Poisson limits" in drawn.about.caption
    assert "gamma-Poisson" in stage.shrunk_picture(given, results, PARAMS, rates=True).about.caption
    shares = replace(results, small_areas=results.small_areas.query("unit == 'share'"))
    assert "too few wards have a rate" in stage.funnel_picture(given, shares, PARAMS, rates=True).text


def test_the_brief_of_a_neighbourhood_says_whose_value_stands(results):
    table, whole = results.neighbourhood_brief, results.profiles
    near = whole[whole["level"] == "neighbourhood"].reset_index(drop=True)
    assert len(table) == len(near)
    lent = near["value_of"] != near["name"]
    assert table.loc[lent, "value_of"].str.endswith(" (ward)").all()
    assert (table.loc[~lent, "value_of"] == near.loc[~lent, "name"]).all()
    own = near[~lent & (near["unit"] == "share") & near["value"].notna()].iloc[0]
    told = table.loc[own.name, "value"]
    assert told.startswith(f"{own['value']:.1%} (")
    assert table["theme"].str.match(r"[A-Z][a-z ]+$").all()
    assert table.loc[near["status"] == "c", "value"].isin(["[c]"]).all()
