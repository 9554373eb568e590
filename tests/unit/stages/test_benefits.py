"""Benefits: sums under both readings, appraisal with limits and refusals, claims found and not invented."""

import dataclasses
from functools import cache

import pandas as pd
import pytest
import yaml

import worlds
from insight import paths
from insight.demo import families, journeys
from insight.demo.world import World
from insight.errors import ParamsError
from insight.methods.appraisal import agency_shares, annuity
from insight.privacy.loading import Inputs
from insight.privacy.protected import Protected
from insight.published import ledger
from insight.sources.standing import Standing
from insight.stages import benefits as stage
from insight.stages.benefits import questions, scheme_tables, schemes, sums, voices
from insight.stages.benefits.evidence import attainment

OLDHAM = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))["stages"]["benefits"]
PARAMS = stage.Params.build(**OLDHAM)
BOOK = ledger.load("oldham")
MAKES = {**families.MAKES, "referrals": journeys.MAKES["referrals"]}
DATED = {"caf_assessments": ["started", "closed"], "feedback": ["date"], "referrals": ["date"]}
OWN = {
    "feedback_positive",
    "visits_help_new_parents",
    "centre_unreachable_by_transport",
    "staff_see_value_nursery",
    "staff_development",
    "partnership_stronger",
}


@cache
def frame(name, seed, null):
    made = MAKES[name](World(seed=seed, is_null=null))
    return made.assign(**{column: pd.to_datetime(made[column]) for column in DATED[name]})


def inputs(folder, *, seed=2011, null=False, names=tuple(DATED), ledger_name="oldham"):
    world = World(seed=seed, is_null=null)
    truths = [*families.plant(world), *journeys.plant(world)]
    rows = [(row.finding, str(row.is_true).lower(), row.what) for row in truths]
    pd.DataFrame(rows, columns=["finding", "is_true", "what"]).to_csv(folder / "truth.csv", index=False)
    loaded = worlds.oldham()
    council = loaded.council.model_copy(update={"ledger": ledger_name})
    return Inputs(
        council=dataclasses.replace(loaded, council=council),
        frames={name: Protected(name, frame(name, seed, null)) for name in names},
        standings=dict.fromkeys(names, Standing(kind="demonstration", folder=folder)),
        files=dict.fromkeys(names, folder / "memory"),
    )


@pytest.fixture(autouse=True)
def build(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))


def changed(**scheme):
    """Params with one scheme given directly, as a council without a ledger would."""
    given = {
        "name": "one",
        "label": "One",
        "quantity": [90.0, 100.0, 110.0],
        "unit_value_gbp": [10.0, 10.0, 10.0],
        "horizon_years": 5,
        "price_year": 2012,
        "first_year": 2013,
        "attribution": [1.0, 1.0, 1.0],
        "overlap_group": "a",
    }
    return stage.Params.build(**{**OLDHAM, "schemes": [given | scheme]})


def appraised(params, book=None):
    return schemes.appraise(params, book, schemes.reference_tables(params))


def test_sums_say_why_in_words():
    table = sums.printed_sums(BOOK, "benefits").set_index("measure")
    assert set(table["verdict"]) == {
        "reproduces",
        "consistent within rounding",
        "not comparable",
        "not computable",
    }
    assert table["why"].str.len().min() > 30
    assert table.loc["modelled total saving", "verdict"] == "reproduces"


def test_both_readings_of_a_rounded_part_are_computed():
    table = sums.readings(BOOK, "benefits")
    children = table[table["printed_part"] == "36"].iloc[0]
    assert children["verdict_as_printed"] == "consistent within rounding"
    assert children["verdict_if_the_part_is_exact"] == "inconsistent in source"


def test_present_value_is_quantity_times_unit_times_annuity():
    params = changed()
    (one,) = appraised(params)
    bands = schemes.reference_tables(params).bands
    assert one.value() == pytest.approx(1000 * annuity(bands, years=5), rel=1e-12)
    (row,) = scheme_tables.scheme_table([one]).to_dict("records")
    assert row["lower_gbp"] < row["present_value_gbp"] < row["upper_gbp"]
    assert pd.isna(row["net_present_value_gbp"])
    assert row["break_even_cost_gbp"] == row["present_value_gbp"]


def test_limits_of_the_print_reach_the_money():
    found = {one.scheme.name: one for one in appraised(PARAMS, BOOK)}
    caf = found["family_caf"]
    assert (caf.unit_value.low, caf.unit_value.high) == (700, 800)
    assert found["eyfs_attainment"].unit_value.is_bound
    assert (found["eyfs_attainment"].quantity.low, found["eyfs_attainment"].quantity.high) == (35.5, 36.5)


@pytest.mark.parametrize("lacking", ["horizon_years", "quantity", "unit_value_gbp"])
def test_without_a_part_there_is_no_number(lacking):
    (one,) = appraised(changed(**{lacking: None}))
    (row,) = scheme_tables.scheme_table([one]).to_dict("records")
    assert row["standing"] == "not identifiable"
    assert all(pd.isna(row[column]) for column in row if column.endswith("_gbp") and column != "unit_value_gbp")
    assert lacking.split("_")[0] in row["remark"]


def test_price_base_scales_and_a_year_without_deflator_is_refused():
    (one,), (other,) = appraised(changed()), appraised(changed(price_year=2011))
    deflator = schemes.reference_tables(PARAMS).deflator
    assert other.value() / one.value() == pytest.approx(deflator[2012] / deflator[2011])
    with pytest.raises(ParamsError, match="2018"):
        appraised(changed(price_year=2018))


def corrected(**more):
    given = changed(bias_grades=[2, 4])
    return dataclasses.replace(given, optimism_bias="unverified", **more)


def test_optimism_and_attribution_lower_the_value_and_unstated_attribution_is_an_upper_bound():
    (whole,), (off,) = appraised(changed()), appraised(changed(bias_grades=[2, 4]))
    assert off.value() == whole.value()
    assert appraised(corrected())[0].value() == pytest.approx(whole.value() * 0.95 * 0.85)
    assert appraised(corrected(bias_combine="max"))[0].value() == pytest.approx(whole.value() * 0.85)
    (half,) = appraised(changed(attribution=[0.25, 0.5, 1.0]))
    assert half.value() == pytest.approx(whole.value() / 2)
    (unstated,) = appraised(changed(attribution=None))
    assert "upper bound" in scheme_tables.scheme_table([unstated])["remark"].iloc[0]


def test_a_supplied_cost_gives_a_net_value():
    (row,) = scheme_tables.scheme_table(appraised(changed(cost_gbp=1000.0)), {"one": 1000.0}).to_dict("records")
    assert row["net_present_value_gbp"] == pytest.approx(row["present_value_gbp"] - 1000)


def test_agencies_add_to_the_scheme():
    found = appraised(PARAMS, BOOK)
    parts = scheme_tables.agency_table(found).groupby("scheme")["present_value_gbp"].sum()
    for row in scheme_tables.scheme_table(found).dropna(subset=["present_value_gbp"]).itertuples():
        assert parts[row.scheme] == pytest.approx(row.present_value_gbp)
    with pytest.raises(ValueError, match="adds to"):
        agency_shares({"a": 0.5, "b": 0.4})


def test_overlapping_benefits_are_not_added_until_somebody_states_the_overlap():
    found = appraised(PARAMS, BOOK)
    whole, safe = questions.totals_table(found, PARAMS).to_dict("records")
    assert pd.isna(whole["present_value_gbp"])
    assert "Refused" in whole["reason"]
    assert "`eyfs_attainment: {family_caf: 0.2}`" in whole["reason"]
    assert "Entitlement model" not in safe["schemes"]
    stated = stage.Params.build(**{**OLDHAM, "overlaps": {"eyfs_attainment": {"family_caf": 0.2}}})
    whole, _ = questions.totals_table(found, stated).to_dict("records")
    values = {one.scheme.name: one.value() for one in found if not one.missing}
    assert whole["present_value_gbp"] == pytest.approx(sum(values.values()) - 0.2 * values["eyfs_attainment"])
    assert whole["lower_gbp"] < whole["present_value_gbp"] < whole["upper_gbp"]
    matrix = questions.overlap_table(found, stated)
    assert matrix["standing"].tolist() == [questions.STATED, questions.APART, questions.APART]
    assert matrix["taken_off_gbp"].sum() == pytest.approx(0.2 * values["eyfs_attainment"])
    assert questions.UNSTATED in set(questions.overlap_table(found, PARAMS)["standing"])
    wrong = stage.Params.build(**{**OLDHAM, "overlaps": {"eyfs_attainment": {"familly_caf": 0.2}}})
    with pytest.raises(ParamsError, match="`familly_caf` is no benefit"):
        questions.totals_table(found, wrong)


def test_the_same_seed_gives_the_same_limits_whatever_the_order():
    turned = stage.Params.build(**{**OLDHAM, "schemes": OLDHAM["schemes"][::-1]})
    one = scheme_tables.scheme_table(appraised(PARAMS, BOOK)).set_index("scheme")["upper_gbp"]
    other = scheme_tables.scheme_table(appraised(turned, BOOK)).set_index("scheme")["upper_gbp"]
    pd.testing.assert_series_equal(one.sort_index(), other.sort_index())


def test_lifetime_values_are_never_reached_discounted():
    tables = schemes.reference_tables(PARAMS)
    table = questions.lifetime_table(appraised(PARAMS, BOOK), PARAMS, BOOK, tables)
    assert not table["is_ever_reached_discounted"].any()
    assert table["years_undiscounted"].round(1).tolist() == [58.6, 85.7]


def test_figures_and_one_family_less(tmp_path):
    given = inputs(tmp_path)
    checks = {row.id: row for row in stage.figures(given, stage.analyse(given, PARAMS), PARAMS)}
    expected = pd.read_csv(paths.root() / "tests" / "expected_verdicts.csv").set_index("id")["verdict"]
    for name, row in checks.items():
        if name in expected:
            assert row.verdict == expected[name], name
    assert checks["caf.oldham.additional_families_count"].evidence == "recovered"
    assert checks["caf.oldham.additional_families_count"].verdict == "reproduces"
    rows = frame("caf_assessments", 2011, False)
    fewer = Protected("caf_assessments", rows[rows["family_id"] != rows["family_id"].iloc[0]])
    given = dataclasses.replace(given, frames={**given.frames, "caf_assessments": fewer})
    checks = {row.id: row for row in stage.figures(given, stage.analyse(given, PARAMS), PARAMS)}
    assert checks["caf.oldham.additional_families_count"].verdict == "differs"


def outcomes(given, params=PARAMS):
    return {row.id: row for row in stage.findings(given, stage.analyse(given, params), params)}


def test_print_decides_what_it_can_and_says_no_more(tmp_path):
    found = outcomes(inputs(tmp_path))
    assert {name: found[name].outcome for name in ("caf_saves", "fuel_saves", "attainment_rose")} == {
        "caf_saves": "consistent with",
        "fuel_saves": "consistent with",
        "attainment_rose": "partly",
    }
    for name in ("rollout_saves", "unit_cost_lower_bound", "attribution_partial", "shift_to_aspirations"):
        assert found[name].outcome == "not testable here"
    assert sum(row.outcome == "detected" for row in found.values()) >= len(OWN) - 1


def test_rise_is_held_to_every_cohort_that_the_print_allows():
    change, children = attainment(BOOK).parts
    assert 0 < change.lower < 0.02
    assert children.lower is None
    assert attainment(None) is None


def test_effects_are_found_in_most_worlds_and_not_in_null_ones(tmp_path):
    counts, voices_only = {}, stage.Params.build(**{**OLDHAM, "schemes": []})  # money is the same in every world
    for null in (False, True):
        for seed in range(1, 16):
            for name, row in outcomes(inputs(tmp_path, seed=seed, null=null), voices_only).items():
                if name in OWN:
                    counts.setdefault((name, null), []).append(row.outcome)
    for name in OWN:
        assert counts[name, False].count("detected") / 15 >= 0.6, name
        assert counts[name, True].count("false alarm") / 15 <= 0.15, name


def test_small_cells_are_blanked_with_the_one_that_gives_them_away():
    rows = [(f"P{n}", "visits", "positive" if n % 2 else "mixed", n < 6, n % 3 > 0) for n in range(40)]
    answers = pd.DataFrame(
        rows, columns=["respondent_id", "topic", "sentiment", "is_first_child", "has_family_support"]
    ).assign(kind="parent", score=3)
    heard = voices.hear(answers, PARAMS, threshold=5)
    first = heard.helped[heard.helped["split"] == "first child"]
    assert first["status"].tolist() == ["c", "c"]
    assert first[["positive", "asked", "share", "lower", "upper"]].isna().all(axis=None)


def test_a_council_with_neither_ledger_nor_feedback_still_runs(tmp_path):
    given = inputs(tmp_path, names=("caf_assessments",), ledger_name="nowhere")
    params = changed()
    results = stage.analyse(given, params)
    assert results.sums.empty
    assert stage.figures(given, results, params) == []
    assert {row.outcome for row in stage.findings(given, results, params)} == {"not testable here"}
    for name in stage.__all__:
        if name.endswith(("_picture", "_table")):
            assert getattr(stage, name)(given, results)._repr_mimebundle_()
    stage.save(given, results)


def test_pictures_and_tables_show_their_standing(tmp_path):
    given = inputs(tmp_path)
    results = stage.analyse(given, PARAMS)
    for name in stage.__all__:
        if name.endswith(("_picture", "_table")):
            shown = getattr(stage, name)(given, results)
            html = shown._repr_mimebundle_()
            html = (html[0] if isinstance(html, tuple) else html)["text/html"]
            from_people = name in {"feedback_picture", "helped_table", "joint_working_table"}
            assert ("Demonstration data" in html) is from_people, name
    stage.save(given, results)


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        ({"attribution": [0.5, 0.25, 1.0]}, "low over central to high"),
        ({"attribution": [0.5, 0.75, 1.5]}, "shares from 0 to 1"),
        ({"split": {"a": 0.5, "b": 0.4}}, "add to 0.9"),
        ({"bias_grades": [7]}, "bias_grades"),
        ({"horizon_years": "5"}, "horizon_years"),
        ({"horizn_years": 5}, "horizn_years"),
    ],
)
def test_bad_schemes_are_refused(scheme, words):
    with pytest.raises(ParamsError, match=words):
        changed(**scheme)


def test_unknown_schedule_and_figure_are_refused():
    with pytest.raises(ParamsError, match="green_book_2022"):
        appraised(stage.Params.build(**{**OLDHAM, "schedule": "green_book_1997"}), BOOK)
    with pytest.raises(ParamsError, match="no number of the ledger"):
        appraised(changed(quantity=None, quantity_figure="nonsense"), BOOK)
