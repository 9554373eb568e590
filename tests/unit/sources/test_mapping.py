"""Mappings: proposed with reasons, applied as agreed, and told where they no longer fit."""

import csv

import pytest

from insight.errors import InputError, ParamsError
from insight.sources.contracts import contract
from insight.sources.mapping import model
from insight.sources.mapping.applying import long_table, mapped_table
from insight.sources.mapping.proposing import propose, renewed
from insight.sources.mapping.ready import layouts, layouts_of
from insight.sources.reading import read_told
from insight.sources.untidy.changes import lines
from insight.sources.untidy.tables import read_untidy

AREAS = {"oa": {"D1": "", "D2": ""}, "ward": {"coldhurst": "Coldhurst", "st_marys": "St Mary's"}}


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def proposed(name, path, rows, *, is_ready=True):
    """The proposal for an export, as the command makes it."""
    write(path, rows)
    table = read_untidy(path, rows[0], is_adopted=True)
    ready = next(((key, one) for key, one in layouts_of(name).items() if one.fits(rows[0])), None) if is_ready else None
    if ready and ready[1].unpivot:
        table = long_table(table, ready[1].unpivot)
    return propose(contract(name), table, ready=ready, areas=AREAS, adopted_from=path.name), table


FINGERTIPS = [
    "Indicator ID",
    "Indicator Name",
    "Parent Code",
    "Parent Name",
    "Area Code",
    "Area Name",
    "Area Type",
    "Sex",
    "Age",
    "Category Type",
    "Category",
    "Time period",
    "Value",
    "Lower CI 95.0 limit",
    "Upper CI 95.0 limit",
    "Lower CI 99.8 limit",
    "Upper CI 99.8 limit",
    "Count",
    "Denominator",
    "Value note",
    "Recent Trend",
    "Compared to England value or percentiles",
    "Compared to percentiles",
    "Time period Sortable",
    "New data",
    "Compared to goal",
    "Time period range",
]
SMALL = "Value suppressed for disclosure control due to small count"


def fingertips(*, note="", **cells):
    """A row of the download of all data, in its own order of columns."""
    row = {
        "Indicator ID": "20201",
        "Indicator Name": "Breastfeeding at 6-8 weeks",
        "Parent Name": "England",
        "Area Code": "E05000719",
        "Area Type": "Ward",
        "Sex": "Persons",
        "Age": "6-8 weeks",
        "Time period": "2010/11",
        "Value": "25.0",
        "Count": "50",
        "Denominator": "200",
        "Value note": note,
        "Time period Sortable": "20100000",
        "Time period range": "1y",
    }
    return [{**row, **cells}.get(name, "") for name in FINGERTIPS]


EXPORTS = {
    "childrens_centre_registrations": (
        [
            ["Child ID", "DOB", "Output Area", "Registration Date", "Contacts"],
            ["K1", "17/09/2007", "D1", "1/6/2008", "4"],
        ],
        {"child_id": "K1", "oa": "D1", "contacts": 4},
    ),
    "childrens_centre_contacts": (
        [["Child ID", "Attendance Date", "Activity"], ["K1", "17/09/2007", "Stay and play"]],
        {"source": "childrens_centre", "record_id": "K1"},
    ),
    "childrens_centre_records": (
        [
            ["Child ID", "Forename", "Surname", "DOB", "Gender", "Postcode", "Ethnicity", "Registration Date"],
            ["7", "Ann", "Lee", "17/09/2007", "Female", "OL16 1AA", "White British", "01/06/2008"],
            ["8", "Bo", "Lee", "17/09/2007", "Not known", "OL16 1AA", "", "01/06/2008"],
        ],
        {"record_id": "7", "sex": "f", "ethnic_group": "white_british", "uprn": None},
    ),
    "library_records": (
        [
            ["Borrower Number", "First Name", "Surname", "DOB", "Sex", "Date Joined"],
            ["9", "A", "B", "1/9/2007", "M", "1/6/2008"],
        ],
        {"record_id": "9", "sex": "m", "postcode": None},
    ),
    "library_members": (
        [
            ["Borrower Number", "DOB", "OA", "Date Joined", "Total Issues"],
            ["L1", "17/09/2007", "D1", "1/6/2008", "1,004"],
        ],
        {"child_id": "L1", "loans": 1004},
    ),
    "benefits_households": (
        [["Claim Reference", "OA Code", "Children Under 5", "Benefit Type"], ["C1", "D1", "2", "HB"]],
        {"household_id": "C1", "children_0_4": 2, "benefit": "housing"},
    ),
    "fingertips": (
        [
            FINGERTIPS,
            fingertips(),
            fingertips(Sex="Male", Value="10"),
            fingertips(**{"Category Type": "Deprivation deciles", "Category": "Most deprived decile", "Value": "9"}),
            fingertips(**{"Area Code": "E05000720", "Value": "", "Count": "", "Denominator": ""}, note=SMALL),
        ],
        {"indicator": "breastfeeding_at_6_8_weeks", "value": 0.25, "period": "2010/11", "unit": "share"},
    ),
    "gm_wards": (
        [
            ["Area Code", "Area Name", "Indicator", "Period", "Measure", "Unit", "Value"],
            ["E05000719", "Healey", "Crime", "2011 Q2", "Recorded offences", "Rate per 1000", "*"],
            ["E05000720", "Norden", "Crime", "2011 Q2", "Recorded offences", "Rate per 1000", "41.5"],
            ["E05000719", "Healey", "Fuel poverty", "2010", "Households", "Percentage", "21.4"],
            ["E05000720", "Norden", "Fuel poverty", "2010", "Households", "%", "8"],
            ["E05000719", "Healey", "Lone parents", "2010", "Households", "Number", "1,204"],
        ],
        {"indicator": "crime", "period": "2011-Q2", "unit": "per_1000", "status": "c"},
    ),
    "lg_inform": (
        [["Area", "Metric", "2009/10", "2010/11"], ["Rochdale", "Claimants", "12", "[x]"]],
        {"indicator": "claimants", "period": "2009/10", "value": 12},
    ),
    "acorn_directory": (
        [["Postcode", "ACORN Category", "ACORN Group", "ACORN Type"], ["ol16 1aa", "5", "N", "50"]],
        {"postcode": "OL161AA", "acorn_type": 50, "acorn_edition": 2011},
    ),
}
DECIDED = {"theme": "economic_activity_qualifications", "unit": "count"}
PERCENT = {"fingertips": "percent"}
"""Layouts whose file states no unit, and what a person says it is."""


def test_every_ready_mapping_has_an_export_here():
    assert set(layouts()) == set(EXPORTS)
    for one in layouts().values():
        columns = {column.name for column in contract(one.input).columns}
        assert set(one.columns) <= columns
        assert one.title
        assert one.source


@pytest.mark.parametrize("layout", EXPORTS)
def test_a_ready_mapping_reads_its_layout(layout, tmp_path):
    rows, expected = EXPORTS[layout]
    name = layouts()[layout].input
    mapping, _ = proposed(name, tmp_path / "export.csv", rows)
    assert mapping.layout == layout
    columns = {
        key: rule.model_copy(update={"constant": PERCENT.get(layout, DECIDED[key])})
        if rule.constant == model.OPEN
        else rule
        for key, rule in mapping.columns.items()
    }
    mapping = mapping.model_copy(update={"columns": columns})
    assert not mapping.open_points()
    frame = read_told(name, tmp_path / "export.csv", mapping=mapping).frame
    assert {key: frame[key].iloc[0] for key in expected} == expected
    if layout in ("childrens_centre_registrations", "library_members"):
        assert frame["birth_month"].dt.strftime("%Y-%m-%d").tolist() == ["2007-09-01"]
    if layout == "fingertips":
        assert frame["status"].tolist() == [None, "c"]
    if layout == "gm_wards":
        assert frame["value"].tolist()[1:] == [41.5, 0.214, 0.08, 1204]
        assert frame["unit"].tolist() == ["per_1000", "per_1000", "share", "share", "count"]
    if layout == "lg_inform":
        assert frame["status"].tolist() == [None, "x"]


def test_a_share_beyond_one_is_refused_with_the_way_to_read_per_cent(tmp_path):
    """A file without a unit, said to hold shares: life expectancy of 81 years is none, nor is 25 per cent."""
    rows = [FINGERTIPS, fingertips(Value="81.2", Count="", Denominator="")]
    mapping, _ = proposed("indicators", tmp_path / "export.csv", rows)
    assert "column unit: say which" in mapping.open_points()[0]
    for unit, reads in (("share", None), ("percent", 0.812), ("years", 81.2)):
        rules = {**mapping.columns, "unit": mapping.columns["unit"].model_copy(update={"constant": unit})}
        chosen = mapping.model_copy(update={"columns": rules})
        if reads is None:
            with pytest.raises(InputError, match="say `unit` as percent"):
                read_told("indicators", tmp_path / "export.csv", mapping=chosen)
        else:
            frame = read_told("indicators", tmp_path / "export.csv", mapping=chosen).frame
            assert frame["value"].tolist() == [reads]


def test_an_unknown_layout_is_proposed_by_names_values_and_types(tmp_path):
    rows = [["Ward", "Month of birth", "Live births", "Comment"], ["Coldhurst", "2010-01-01", "20", "ok"]]
    rows += [["St Mary's", "2010-01-01", "22", "ok"]]
    mapping, _ = proposed("births", tmp_path / "export.csv", rows)
    rules = mapping.columns
    assert (rules["births"].source, rules["month"].source) == ("Live births", "Month of birth")
    assert all(0 < rules[name].confidence <= 1 and rules[name].why for name in ("births", "month"))
    assert rules["births"].confidence < 0.95


def test_names_of_wards_become_their_codes_and_unknown_ones_stay_open(tmp_path):
    rows = [["area", "month", "births"], ["Coldhurst", "2010-01-01", "20"], ["Moorside East", "2010-01-01", "22"]]
    mapping, _ = proposed("births", tmp_path / "export.csv", rows)
    assert mapping.columns["area"].codes == {"Coldhurst": "coldhurst", "Moorside East": "?"}
    assert mapping.open_points() == ["column area: say what `Moorside East` means, or `leave_out`"]


def test_a_column_that_nothing_is_like_stays_open(tmp_path):
    rows = [["area", "births"], ["coldhurst", "20"]]
    mapping, _ = proposed("births", tmp_path / "export.csv", rows)
    assert mapping.columns["month"].source == model.OPEN
    assert any("column month" in point for point in mapping.open_points())


BENEFITS = {
    "household_id": {"from": "Claim Reference"},
    "oa": {"from": "OA Code"},
    "children_0_4": {"from": "Children Under 5"},
    "benefit": {"from": "Benefit Type", "codes": {"HB": "housing"}},
}


def test_next_years_file_says_what_no_longer_fits(tmp_path):
    old = model.parse({"input": "roster_benefits", "columns": BENEFITS}, file="old.yml")
    rows = [["Claim Number", "OA Code", "Children Under 5", "Benefit Type"]]
    rows += [["C1", "D1", "2", "HB"], ["C2", "D1", "1", "CTR"], ["C3", "D2", "1", "Lodger scheme"]]
    fresh, table = proposed("roster_benefits", tmp_path / "export.csv", rows, is_ready=False)
    made, told = renewed(old, fresh, table, contract("roster_benefits"), AREAS)
    assert "`Claim Reference` (for household_id) is gone" in told[0]
    assert made.columns["benefit"].codes == {"HB": "housing", "CTR": "council_tax", "Lodger scheme": "?"}
    assert any("new code of benefit: Lodger scheme" in one for one in told)
    assert made.columns["oa"] == old.columns["oa"]


def test_a_mapping_that_does_not_fit_is_refused_with_each_reason(tmp_path):
    mapping = model.parse({"input": "roster_benefits", "columns": BENEFITS}, file="m.yml")
    rows = [["Claim Ref", "OA Code", "Children Under 5", "Benefit Type"], ["C1", "D1", "2", "HB"]]
    with pytest.raises(InputError) as caught:
        read_told("roster_benefits", write(tmp_path / "export.csv", rows), mapping=mapping)
    (problem,) = caught.value.problems
    assert "Claim Reference" in problem.rule
    assert "`Claim Ref` is near" in problem.fix
    rows = [["Claim Reference", "OA Code", "Children Under 5", "Benefit Type"], ["C1", "D1", "2", "UC"]]
    with pytest.raises(InputError) as caught:
        read_told("roster_benefits", write(tmp_path / "export.csv", rows), mapping=mapping)
    (problem,) = caught.value.problems
    assert (problem.cell, problem.found) == ("D2", "UC")


def test_a_broken_cell_is_named_by_its_place_in_the_export(tmp_path):
    mapping = model.parse({"input": "roster_benefits", "columns": BENEFITS}, file="m.yml")
    rows = [["Benefits"], ["Claim Reference", "x", "OA Code", "Children Under 5", "Benefit Type"]]
    rows += [["C1", "", "D1", "many", "HB"]]
    with pytest.raises(InputError) as caught:
        read_told("roster_benefits", write(tmp_path / "export.csv", rows), mapping=mapping)
    (problem,) = caught.value.problems
    assert (problem.cell, problem.row, problem.column) == ("D3", 3, "children_0_4")


def test_a_cell_of_a_turned_table_keeps_its_place(tmp_path):
    rules = {
        "theme": {"constant": "incomes"},
        "indicator": {"constant": "claimants"},
        "area": {"from": "Area"},
        "period": {"from": "Period"},
        "value": {"from": "Value"},
        "unit": {"constant": "count"},
        "source": {"constant": "x"},
        "definition_version": {"constant": "1"},
    }
    turned = {"columns": r"\d{4}", "names_to": "Period", "values_to": "Value"}
    mapping = model.parse({"input": "indicators", "unpivot": turned, "columns": rules}, file="m.yml")
    file = write(tmp_path / "export.csv", [["Area", "2010", "2011"], ["a", "1", "2"], ["b", "3", "-"]])
    with pytest.raises(InputError) as caught:
        read_told("indicators", file, mapping=mapping)
    (problem,) = caught.value.problems
    assert (problem.cell, problem.row) == ("C3", 3)


def test_a_joined_postcode_gives_the_area_and_counts_come_from_another_table(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_ROOT", str(tmp_path))
    write(tmp_path / "postcodes.csv", [["pcds", "oa11"], ["OL16 1AA", "D1"]])
    write(tmp_path / "contacts.csv", [["Child ID", "Day"], ["K1", "x"], ["K1", "y"], ["K2", "z"]])
    rules = {
        "child_id": {"from": "Child ID"},
        "oa": {
            "from": "Postcode",
            "as": "postcode",
            "lookup": {"file": "postcodes.csv", "key": "pcds", "value": "oa11"},
        },
        "birth_month": {"from": "DOB", "as": "month_start"},
        "registered": {"from": "Registered"},
        "contacts": {"from": "Child ID", "lookup": {"file": "contacts.csv", "key": "Child ID"}},
    }
    mapping = model.parse({"input": "roster_childrens_centre", "columns": rules}, file="m.yml")
    file = write(
        tmp_path / "export.csv",
        [["Child ID", "Postcode", "DOB", "Registered"], ["K1", "ol161aa", "17/09/2007", "01/06/2008"]],
    )
    found = read_told("roster_childrens_centre", file, mapping=mapping)
    assert found.frame[["oa", "contacts"]].values.tolist() == [["D1", 2]]
    assert any("rows counted in contacts.csv" in one for one in lines(found.changes))
    assert mapping.joined_files() == ["postcodes.csv", "contacts.csv"]


BROKEN = [
    ({"input": "nothing", "columns": {}}, "no input `nothing`"),
    ({"input": "births", "columns": {"birth": {"from": "x"}}}, "births has no birth"),
    ({"input": "births", "columns": {"births": {"form": "x"}}}, "form"),
    ({"columns": {}}, "input"),
]


@pytest.mark.parametrize(("raw", "words"), BROKEN)
def test_a_broken_mapping_is_told_with_its_place(raw, words):
    with pytest.raises(ParamsError, match=r"m\.yml") as caught:
        model.parse(raw, file="m.yml")
    assert words in str(caught.value)
    assert "Fix:" in str(caught.value)


def test_a_mapping_is_the_same_when_written_and_read(tmp_path):
    mapping, _ = proposed(
        "births", tmp_path / "export.csv", [["area", "month", "births"], ["Coldhurst", "2010-01", "2"]]
    )
    model.write(mapping, tmp_path / "m.yml")
    assert model.read(tmp_path / "m.yml") == mapping
    table, problems = mapped_table(tmp_path / "export.csv", mapping)
    assert not problems
    assert table.frame["area"].tolist() == ["coldhurst"]


REGISTRATIONS = ["Child ID", "DOB", "Output Area", "Registration Date", "Contacts"]
REAL = {"oa": {"E00000001": "", "E00000002": ""}}


def registered(tmp_path, areas, *, born="17/09/2007"):
    rows = [[f"K{at}", born, area, "1/6/2008", "4"] for at, area in enumerate(areas)]
    return write(tmp_path / "export.csv", [REGISTRATIONS, *rows])


def of_registrations(path):
    table = read_untidy(path, REGISTRATIONS, is_adopted=True)
    name = "childrens_centre_registrations"
    ready = (name, layouts_of("roster_childrens_centre")[name])
    made = propose(contract("roster_childrens_centre"), table, ready=ready, areas=REAL, adopted_from=path.name)
    return made, table


def test_homes_outside_the_council_are_one_decision_and_are_counted(tmp_path):
    path = registered(tmp_path, ["E00000001", "E00000009", "E00000002", "W00000003", "E00000009"])
    mapping, _ = of_registrations(path)
    rule = mapping.columns["oa"]
    assert (rule.codes, rule.outside) == ({"W00000003": "?"}, "?")
    assert ["outside: leave_out" in one for one in mapping.open_points()] == [False, True]
    decided = rule.model_copy(update={"outside": "leave_out", "codes": {"W00000003": "leave_out"}})
    agreed = mapping.model_copy(update={"columns": {**mapping.columns, "oa": decided}})
    model.write(agreed, tmp_path / "m.yml")
    areas = {level: set(codes) for level, codes in REAL.items()}
    found = read_told("roster_childrens_centre", path, areas=areas, mapping=model.read(tmp_path / "m.yml"))
    assert found.frame["oa"].tolist() == ["E00000001", "E00000002"]
    told = lines(found.changes)
    assert "rows left out whose oa the look-up does not hold, 2 times" in told
    assert "rows left out whose Output Area is W00000003" in told
    # what was decided is not asked again next year; what was not decided is refused with each place
    later, _ = renewed(agreed, mapping, of_registrations(path)[1], contract("roster_childrens_centre"), REAL)
    assert not later.open_points()
    refused = rule.model_copy(update={"outside": "", "codes": {"W00000003": "leave_out"}})
    undecided = mapping.model_copy(update={"columns": {**mapping.columns, "oa": refused}})
    with pytest.raises(InputError) as caught:
        read_told("roster_childrens_centre", path, areas=areas, mapping=undecided)
    assert [(one.cell, one.rule) for one in caught.value.problems] == [
        ("C3", "unknown area code"),
        ("C6", "unknown area code"),
    ]


def test_one_code_in_a_mapping_leaves_those_of_the_look_up_as_they_are(tmp_path):
    mapping, _ = of_registrations(registered(tmp_path, ["E00000001", "Home", "E00000002"]))
    rule = mapping.columns["oa"].model_copy(update={"codes": {"Home": "E00000002"}})
    mapping = mapping.model_copy(update={"columns": {**mapping.columns, "oa": rule}})
    found, unfit = mapped_table(tmp_path / "export.csv", mapping)
    assert not unfit
    assert found.frame["oa"].tolist() == ["E00000001", "E00000002", "E00000002"]


@pytest.mark.parametrize("born", ["31/02/2009", "12/31/2009"])
def test_a_day_that_is_none_does_not_become_its_month(tmp_path, born):
    path = registered(tmp_path, ["E00000001"], born=born)
    mapping, _ = of_registrations(path)
    with pytest.raises(InputError) as caught:
        read_told("roster_childrens_centre", path, areas={"oa": {"E00000001"}}, mapping=mapping)
    assert [(one.cell, one.found) for one in caught.value.problems] == [("B2", born)]


def test_a_column_of_the_very_name_is_taken_though_its_words_are_years(tmp_path):
    names = ["theme", "indicator", "area", "period", "unit", "source", "definition_version"]
    rows = [names, *(["incomes", "poverty", f"a{at}", "2011", "count", "ONS", "1"] for at in range(3))]
    mapping, _ = proposed("indicators", tmp_path / "export.csv", rows, is_ready=False)
    assert {name: mapping.columns[name].source for name in ("period", "definition_version")} == {
        "period": "period",
        "definition_version": "definition_version",
    }
    assert mapping.columns["period"].confidence == 1
