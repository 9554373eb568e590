"""Costs against benefits: the ledger agrees with the chain, what is unknown stays so, and a spreadsheet agrees to the
penny when another program recalculates it."""

import dataclasses
import shutil
import subprocess

import openpyxl
import pandas as pd
import pytest
import yaml

from insight import paths
from insight.errors import ParamsError
from insight.methods import appraisal
from insight.published import ledger
from insight.stages import benefits as stage
from insight.stages.benefits import cards, contacts, money, scheme_tables, schemes, spreadsheet, turning, worked_out

OLDHAM = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))["stages"]["benefits"]
PARAMS = stage.Params.build(**OLDHAM)
BOOK = ledger.load("oldham")
SPENT = 1234.5
FULL = {
    "name": "one",
    "label": "One",
    "quantity": [90.0, 100.0, 110.0],
    "unit_value_gbp": [9.0, 10.0, 12.0],
    "horizon_years": 7,
    "price_year": 2011,
    "first_year": 2013,
    "success": [0.5, 0.8, 0.9],
    "deadweight": [0.1, 0.2, 0.3],
    "attribution": [0.25, 0.5, 1.0],
    "dropoff": 0.1,
    "split": {"nhs": 0.3, "council": 0.7},
    "cashability": {"nhs": "cashable"},
    "bias_grades": [2, 4],
    "cost_gbp": 1100.0,
    "overlap_group": "a",
}


def params(*changes, **more):
    given = [{**FULL, "name": f"s{place}", "label": f"S{place}", **change} for place, change in enumerate(changes)]
    return stage.Params.build(**{**OLDHAM, "schemes": given or [FULL], **more})


def made(chosen=PARAMS, book=BOOK):
    tables = schemes.reference_tables(chosen, funding_gbp=SPENT)
    found = schemes.appraise(chosen, book, tables)
    return found, money.models(found, chosen, tables), tables


@pytest.mark.parametrize("bias", ["off", "unverified"])
@pytest.mark.parametrize("mode", ["subtract", "multiply"])
def test_ledger_and_chain_agree(bias, mode):
    chosen = params({"deadweight_mode": mode}, optimism_bias=bias)
    (one,), (model,), tables = made(chosen)
    found = appraisal.measures(money.ledger_of(model, chosen, tables))
    assert found.benefit_gbp == pytest.approx(one.value(), rel=1e-12)
    assert found.cashable_benefit_gbp == pytest.approx(0.3 * one.value(), rel=1e-12)
    assert found.net_present_budget_impact_gbp == pytest.approx(1100 - one.value())


def test_published_schemes_have_a_budget_impact_only_where_cost_and_benefit_are_known():
    _, models, tables = made()
    table = money.measures_table(models, PARAMS, tables).set_index("scheme")
    known = table["net_present_budget_impact_gbp"].dropna().index.tolist()
    assert known == ["Family CAF"]
    assert (
        table.loc["Family CAF", "net_present_budget_impact_gbp"] > 0
    )  # on these assumptions it costs more than it saves
    assert "does not pay back" in table.loc["Family CAF", "remark"]
    assert table.loc["The insight project itself", "cost_gbp"] == SPENT
    assert "benefit not known" in table.loc["The insight project itself", "remark"]
    assert table.loc["Unnecessary A&E attendance", ["cost_gbp", "fiscal_benefit_gbp"]].isna().all()


def test_delivery_of_the_family_caf_is_families_times_the_unit_cost_in_base_prices():
    found, models, tables = made()
    model = next(each for each in models if each.name == "family_caf")
    index = appraisal.financial_year_index(tables.deflator)
    quantity = next(each.quantity.central for each in found if each.scheme.name == "family_caf")
    assert model.costs[0].amounts_gbp[0] == pytest.approx(
        quantity * 1515 * tables.deflator[2012] / index[2010], rel=1e-12
    )
    assert "unverified" in model.cost_basis
    checked = dataclasses.replace(tables, unit_costs=tables.unit_costs.assign(verified="yes"))
    assert "unverified" not in money.models(found, PARAMS, checked)[1].cost_basis
    with pytest.raises(ParamsError, match="no unit cost `XX9`"):
        made(params({"cost_gbp": None, "cost_unit_code": "XX9"}))


def test_printed_spend_implies_contacts():
    *_, tables = made()
    table = contacts.implied_table(PARAMS, BOOK, tables)
    assert table["implied_contacts"].round().tolist() == [9174, 10526, 15625, 16393]
    assert (table["fewest"] < table["implied_contacts"]).all()


def test_switching_values_bring_the_scheme_to_zero():
    chosen = params({"bias_grades": []})
    (one,), models, tables = made(chosen)
    table = turning.switching_table([one], models, chosen, tables).set_index("assumption")
    value = table.loc[scheme_tables.WORDS["unit_value"], "switching_value"]
    assert one.value(unit_value=value) == pytest.approx(1100)
    share = table.loc[scheme_tables.WORDS["attribution"], "switching_value"]
    assert one.value(attribution=share) == pytest.approx(1100)
    dear = params({"cost_gbp": 1e7})
    (one,), models, tables = made(dear)
    table = turning.switching_table([one], models, dear, tables).set_index("assumption")
    assert table.loc[scheme_tables.WORDS["attribution"], "remark"] == appraisal.NO_VALUE


def test_no_probability_where_judgement_drives_the_result():
    found, models, _ = made()
    table = turning.judgement_table(found, models, PARAMS)
    assert (table["judgement_share"] > 0.5).any()
    driven = table[table["judgement_share"] > 0.5]
    assert driven["probability_of_a_saving"].isna().all()
    assert driven["remark"].str.contains("no probability is printed").all()
    words = driven.set_index("scheme")["remark"]
    assert "See its switching values" in words["Family CAF"]
    assert "it would have to be 27,000 pounds" in words["Entitlement model: children at the expected level"]
    printed = {"attribution": [1.0, 1.0, 1.0], "success": None, "deadweight": None, "quantity": None}
    printed |= {"unit_value_gbp": None, "quantity_figure": "caf.oldham.additional_families_count"}
    printed |= {"unit_value_figure": "caf.annual_saving_gbp_per_year", "cost_gbp": 1.6e6, "horizon_years": 7}
    chosen = params(printed)
    found, models, _ = made(chosen)
    (row,) = turning.judgement_table(found, models, chosen).to_dict("records")
    assert row["judgement_share"] == 0
    assert 0 <= row["probability_of_a_saving"] <= 1


def test_bias_table_shows_both_rules_and_correction_is_off_by_default():
    _, models, tables = made(params({}))
    (row,) = turning.bias_table(models, params({}), tables).to_dict("records")
    assert row["compound_gbp"] == pytest.approx(row["uncorrected_gbp"] * 0.95 * 0.85)
    assert row["worst_grade_alone_gbp"] == pytest.approx(row["uncorrected_gbp"] * 0.85)
    for file in sorted((paths.root() / "params").glob("*.yml")):
        given = yaml.safe_load(file.read_text(encoding="utf-8"))["stages"]["benefits"]
        assert given["optimism_bias"] == "off", file.name


def test_losses_upper_bounds_and_the_mode_of_deadweight_are_said():
    loss = {"success": [0.1, 0.1, 0.1], "deadweight": [0.3, 0.3, 0.3]}
    chosen = params(loss, {"attribution": None, "deadweight_mode": "multiply"}, {"deadweight": None})
    _, models, tables = made(chosen)
    table = money.measures_table(models, chosen, tables)
    first, second, third = table["remark"]
    assert "negative net impact" in first
    assert table["fiscal_benefit_gbp"][0] < 0
    assert "deadweight 20%, mode multiply" in second
    assert "upper bound: attribution = 100 %" in second
    assert "deadweight" not in third


def test_each_scheme_has_a_card_with_the_verdict_of_its_printed_sum():
    found, models, _ = made()
    table = cards.cards(found, models, PARAMS, BOOK).set_index("scheme")
    assert len(table) == len(PARAMS.schemes)
    assert table.loc["Family CAF", "verdict"] == "consistent within rounding"
    assert table.loc["Fuel poverty", "verdict"] == "reproduces"
    assert table.loc["Fuel poverty", "paid_by"] == "not known"
    assert table.loc["Unnecessary A&E attendance", "attribution"].startswith("unstated")
    assert cards.cards(found, models, PARAMS, None)["printed_gbp"].isna().all()


def test_no_scheme_at_all_gives_empty_tables_and_an_empty_spreadsheet(tmp_path):
    bare = stage.Params.build(**{**OLDHAM, "schemes": []})
    found, models, tables = made(bare)
    assert money.ledger_table(models, bare, tables).empty
    assert turning.judgement_table(found, models, bare).empty
    spreadsheet.write(tmp_path / "a.xlsx", models, spreadsheet.settings(bare, tables))
    assert openpyxl.load_workbook(tmp_path / "a.xlsx")["Results"].max_row == 1


def test_stated_correlations_reach_draws_and_shares_of_variance():
    tied = params({}, correlations={"quantity": {"attribution": 0.6}})
    found, models, _ = made(tied)
    one = found[0]
    names = turning.variance_table([one], tied)["assumption"].tolist()
    assert f"{scheme_tables.WORDS['quantity']} with {scheme_tables.WORDS['attribution']}" in names
    (row,) = turning.judgement_table([one], models[:1], tied).to_dict("records")
    assert row["correlations"] == turning.CORRELATED
    free = params({})
    apart, _, _ = made(free)
    assert one.draws.std() > apart[0].draws.std()  # what moves together moves the result further
    (row,) = turning.judgement_table(apart[:1], models[:1], free).to_dict("records")
    assert row["correlations"] == "none stated: independent"


def test_correlation_that_names_no_input_is_refused():
    with pytest.raises(ParamsError, match="unknown input"):
        made(params({}, correlations={"quantity": {"nonsense": 0.5}}))


SOFFICE = shutil.which("soffice")
CASES = {
    "as published": PARAMS,
    "rich": params(
        {},
        {"cost_gbp": 300.0, "price_year": 2012, "deadweight_mode": "multiply", "horizon_years": 30, "dropoff": 0.0},
        {"kind": "social", "attribution": None, "first_year": 2012, "horizon_years": 1},
        {"cost_gbp": None},
        optimism_bias="unverified",
        bias_combine="max",
    ),
}


def same_values(held, again):
    """Every cell that our file shows without recalculating equals what the other program makes of its formulas."""
    assert held.sheetnames == again.sheetnames
    for sheet in held.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                own, other = (value or None for value in (cell.value, again[sheet.title][cell.coordinate].value))
                is_text = isinstance(own, str) or isinstance(other, str)
                told = f"{sheet.title}!{cell.coordinate}"
                assert own == other if is_text else (own or 0) == pytest.approx(other or 0, rel=1e-9, abs=1e-9), told


def recalculated(folder, chosen):
    """Return sheet Results as another program computes it from the formulas alone."""
    _, models, tables = made(chosen)
    file = folder / "appraisal.xlsx"
    spreadsheet.write(file, models, spreadsheet.settings(chosen, tables))
    held = openpyxl.load_workbook(file, data_only=True)
    openpyxl.load_workbook(file).save(file)  # formulas alone, so that nothing can be read back for worked out
    assert openpyxl.load_workbook(file, data_only=True)["Results"]["D2"].value is None
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [SOFFICE, profile, "--headless", "--convert-to", "xlsx", "--outdir", folder / "out", file],
        check=True,
        capture_output=True,
        timeout=240,
    )
    again = openpyxl.load_workbook(folder / "out" / "appraisal.xlsx", data_only=True)
    same_values(held, again)
    heads, *rows = again["Results"].iter_rows(values_only=True)
    return pd.DataFrame(rows, columns=heads).set_index("scheme"), models, tables


@pytest.mark.skipif(SOFFICE is None, reason="soffice (LibreOffice Calc) is not installed: nothing to recalculate with")
@pytest.mark.parametrize("case", CASES)
def test_a_spreadsheet_program_gets_the_same_to_the_penny(tmp_path, case):
    chosen = CASES[case]
    table, models, tables = recalculated(tmp_path, chosen)
    shown = [model for model in models if model.costs or model.benefits]
    assert table.index.tolist() == [model.label for model in shown]
    for model in shown:
        own, row = appraisal.measures(money.ledger_of(model, chosen, tables)), table.loc[model.label]
        assert row["net present budget impact"] == pytest.approx(own.net_present_budget_impact_gbp, abs=0.005)
        assert row["net present public value"] == pytest.approx(own.net_present_public_value_gbp, abs=0.005)
        for head, value in (
            ("financial return", own.financial_return),
            ("cashable return", own.cashable_return),
            ("public value return", own.public_value_return),
            ("payback, years", own.payback_years),
            ("payback discounted, years", own.payback_discounted_years),
        ):
            if value is None:
                assert pd.isna(row[head]) or row[head] in {"", spreadsheet.NO_PAYBACK}, head
            else:
                assert row[head] == pytest.approx(value, abs=1e-9), head


def test_equal_results_are_equal_bytes_and_formulas_stay_live(tmp_path):
    _, models, tables = made()
    for name in ("a.xlsx", "b.xlsx"):
        spreadsheet.write(tmp_path / name, models, spreadsheet.settings(PARAMS, tables))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for name in ("Results", "Flows", "Payback"):
        cells = [
            cell.value for row in book[name].iter_rows(min_row=2, min_col=7) for cell in row if cell.value is not None
        ]
        assert all(str(value).startswith("=") for value in cells), name


def test_a_reader_that_does_not_recalculate_sees_the_results(tmp_path):
    _, models, tables = made()
    spreadsheet.write(tmp_path / "a.xlsx", models, spreadsheet.settings(PARAMS, tables))
    seen = pd.read_excel(tmp_path / "a.xlsx", sheet_name="Results", engine="openpyxl").set_index("scheme")
    for model in models:
        if model.costs or model.benefits:
            own = appraisal.measures(money.ledger_of(model, PARAMS, tables))
            worth = seen.loc[model.label, "net present budget impact"]
            assert worth == pytest.approx(own.net_present_budget_impact_gbp, abs=0.005)
    flows = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)["Flows"]
    assert all(cell.value is not None for row in flows.iter_rows(min_row=2) for cell in row)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("2+3*4", 14),
        ("-2^2", 4),  # spreadsheets put the sign before the power
        ("(1-0.25)^(3-1)", 0.5625),
        ("7-2-1", 4),
        ('IF(A9="",1,A9)', 1),
        ("IF(B1=0,0,A1/B1)", 0),
        ('IF(AND(1>=1,1<2),"in","out")', "in"),
        ('SUMIFS(A$1:A$3,C$1:C$200,"x")', 40),
        ("INDEX($A$1:$A$200,MATCH(30,'two words'!$A$1:$A$200,0))", 20),
        ("COUNT(C1:C3)", 0),
        ("MIN(A1:A3)", 10),
        ("ABS(A1-A2)", 10),
        ('"a ""b"""', 'a "b"'),
    ],
)
def test_formulas_are_worked_out_as_a_spreadsheet_would(formula, value):
    book = openpyxl.Workbook()
    for row in ([10, 0, "x"], [20, 0, "y"], [30, 0, "x"]):
        book.active.append(row)
    other = book.create_sheet("two words")
    for one in (20, 30, 40):
        other.append([one])
    book.active["F1"] = f"={formula}"
    assert worked_out.Sheets(book).value("Sheet", "F1") == value


@pytest.mark.parametrize("formula", ["VLOOKUP(1,A1:B2,2)", "1+", "(1", "1 2", "#REF!", "SUM(A1"])
def test_formulas_of_another_kind_are_refused(formula):
    book = openpyxl.Workbook()
    book.active["F1"] = f"={formula}"
    with pytest.raises(ValueError, match="none that these sheets use"):
        worked_out.Sheets(book).value("Sheet", "F1")


def test_levels_of_the_files():
    assert stage.DECLARATION.outputs["appraisal.xlsx"] == "publishable"
