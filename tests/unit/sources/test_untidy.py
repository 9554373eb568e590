"""Files as councils hold them: each case is read right, with what was changed told, or refused with cell and fix."""

from datetime import date, datetime

import openpyxl
import pytest

from insight.errors import InputError
from insight.sources.mapping.model import parse
from insight.sources.reading import read_told
from insight.sources.segmentation import open_table
from insight.sources.standing import SUPPLIED, of_file
from insight.sources.untidy.changes import lines
from insight.sources.untidy.grids import text_of
from untidy_files import write_ods

BIRTHS = ["area", "month", "births"]
ROW = ["coldhurst", "2010-01-01", "20"]
NEXT = ["coldhurst", "2010-02-01", "22"]


def csv_file(tmp_path, rows, *, encoding="utf-8", delimiter=",", name="extract.csv"):
    import csv
    import io

    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    file = tmp_path / name
    file.write_bytes(stream.getvalue().encode(encoding))
    return file


def xlsx_file(tmp_path, sheets, *, merge=(), percent=(), hidden=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name in hidden:
            sheet.sheet_state = "hidden"
    first = book.worksheets[0]
    for place in percent:
        first[place].number_format = "0.0%"
    for place in merge:
        first.merge_cells(place)
    book.save(tmp_path / "extract.xlsx")
    return tmp_path / "extract.xlsx"


def refused(name, file, **options):
    with pytest.raises(InputError) as caught:
        read_told(name, file, **options)
    return caught.value.problems


GOOD = [
    ("plain", [BIRTHS, ROW, NEXT], [20, 22], None),
    ("title rows", [["Births by ward"], ["Produced 3 May 2012"], [], BIRTHS, ROW, NEXT], [20, 22], "header in row 4"),
    ("title in a wide row", [["Births", "", ""], BIRTHS, ROW], [20], "header in row 2"),
    ("blank rows", [BIRTHS, ROW, [], ["", "", ""], NEXT], [20, 22], "blank row left out, 2 times (row 3, row 4)"),
    ("blank rows at the end", [BIRTHS, ROW, [], []], [20], None),
    ("total row", [BIRTHS, ROW, NEXT, ["Total", "", "42"]], [20, 22], "total row left out (row 4)"),
    ("grand total", [BIRTHS, ROW, ["GRAND TOTAL:", "", "20"]], [20], "total row left out (row 3)"),
    ("borough total", [BIRTHS, ROW, ["Borough total", "2010-01-01", "20"]], [20], "total row left out"),
    ("all wards", [BIRTHS, ["All wards", "2010-01-01", "20"], ROW], [20], "total row left out (row 2)"),
    ("source below", [BIRTHS, ROW, [], ["Source: Office for National Statistics"]], [20], "note below the table"),
    ("key below", [BIRTHS, ROW, ["c = suppressed"], ["* fewer than five"]], [20], "left out, 2 times (row 3, row 4)"),
    ("copyright below", [BIRTHS, ROW, ["© Crown copyright 2012"]], [20], "note below the table left out (row 3)"),
    ("rows counted below", [BIRTHS, ROW, ["1,234 rows exported"]], [20], "note below the table"),
    ("header again", [BIRTHS, ROW, BIRTHS, NEXT], [20, 22], "header that stands again left out (row 3)"),
    ("names spelt otherwise", [["Area", " Month ", "BIRTHS"], ROW], [20], "Area as area"),
    ("trailing blank columns", [[*BIRTHS, "", ""], [*ROW, "", ""]], [20], None),
    ("trailing blanks in cells", [BIRTHS, ["coldhurst  ", " 2010-01-01", "20 "]], [20], None),
    ("hard blanks", [BIRTHS, ["coldhurst\xa0", "2010-01-01", "\xa020"]], [20], None),
    ("nameless column", [["Births"], [*BIRTHS, ""], [*ROW, "checked"]], [20], "column without a name left out (D)"),
    ("same column twice", [[*BIRTHS, "births"], [*ROW, "20"]], [20], "second column of the same name and cells"),
    ("thousands", [BIRTHS, ["coldhurst", "2010-01-01", "1,234"]], [1234], "comma of thousands taken out"),
    ("millions", [BIRTHS, ["coldhurst", "2010-01-01", "1,234,567"]], [1234567], "comma of thousands taken out"),
    ("thousands by blank", [BIRTHS, ["coldhurst", "2010-01-01", "1 234"]], [1234], "blank of thousands taken out"),
    ("decimals of nought", [BIRTHS, ["coldhurst", "2010-01-01", "20.0"]], [20], None),
    ("day first", [BIRTHS, ["coldhurst", "01/02/2010", "20"]], [20], "date read as day/month/year"),
    ("dots in a date", [BIRTHS, ["coldhurst", "1.2.2010", "20"]], [20], "date read as day/month/year"),
    ("time of day", [BIRTHS, ["coldhurst", "2010-02-01 00:00:00", "20"]], [20], "time of day taken off"),
    ("date in words", [BIRTHS, ["coldhurst", "1st February 2010", "20"]], [20], "date in words"),
    ("short month name", [BIRTHS, ["coldhurst", "01-Feb-2010", "20"]], [20], "date in words"),
    (
        "all on one day of the month",
        [BIRTHS, *([*ROW[:1], f"01/{1 + at % 2:02d}/2010", "20"] for at in range(2))],
        [20, 20],
        "date read as day/month/year",
    ),
    ("month alone", [BIRTHS, ["coldhurst", "2010-02", "20"]], [20], "month read as its first day"),
    ("month in words", [BIRTHS, ["coldhurst", "Feb 2010", "20"]], [20], "month read as its first day"),
]


@pytest.mark.parametrize(("rows", "births", "said"), [one[1:] for one in GOOD], ids=[one[0] for one in GOOD])
def test_a_text_file_is_read_right(tmp_path, rows, births, said):
    found = read_told("births", csv_file(tmp_path, rows))
    assert found.frame["births"].tolist() == births
    assert set(found.frame["area"]) == {"coldhurst"}
    assert set(found.frame["month"].dt.strftime("%Y-%m-%d")) <= {"2010-01-01", "2010-02-01"}
    told = lines(found.changes)
    assert any(said in one for one in told) if said else not told


EITHER = [["coldhurst", f"{1 + at % 12:02d}/{1 + at // 12:02d}/2010", "20"] for at in range(24)]
"""More dates than can all lie before the 13th of a month, unless the month comes first."""

BAD = [
    ("dash", [BIRTHS, ["coldhurst", "2010-01-01", "-"]], 2, "births", "nought or not known"),
    ("star where a number must be", [BIRTHS, ["coldhurst", "2010-01-01", "*"]], 2, "births", "no place here"),
    ("below five", [BIRTHS, ["coldhurst", "2010-01-01", "<5"]], 2, "births", "no place here"),
    ("not available", [BIRTHS, ["coldhurst", "2010-01-01", ".."]], 2, "births", "no place here"),
    ("decimal comma", [BIRTHS, ["coldhurst", "2010-01-01", "1,23"]], 2, "births", "three digits each"),
    ("words", [BIRTHS, ["coldhurst", "2010-01-01", "twelve"]], 2, "births", "whole number"),
    ("error of a spreadsheet", [BIRTHS, ["coldhurst", "2010-01-01", "#REF!"]], 2, "births", "whole number"),
    ("month first", [BIRTHS, ["coldhurst", "12/31/2010", "20"]], 2, "month", "month first"),
    ("two-digit year", [BIRTHS, ["coldhurst", "01/02/10", "20"]], 2, "month", "four digits"),
    ("number of a day", [BIRTHS, ["coldhurst", "40210", "20"]], 2, "month", "spreadsheet"),
    ("no such day", [BIRTHS, ["coldhurst", "31/02/2010", "20"]], 2, "month", "date as year-month-day"),
    ("half a record", [BIRTHS, ROW, ["st_marys", "", ""]], 3, "area", "note, or a record"),
    ("column twice", [[*BIRTHS, "births"], [*ROW, "21"]], None, None, "may stand once"),
    ("too many cells", [["Births"], BIRTHS, ROW, NEXT, [*ROW, "x"]], 5, None, "as many cells as the header"),
    ("no header", [["ward", "when", "how many"], ["a", "b", "c"]], None, "births", "must be there"),
    ("only a header", [["Births"], BIRTHS], None, None, "no records"),
    ("month or day first", [BIRTHS, *EITHER], 2, "month", "day or month may come first"),
]


@pytest.mark.parametrize(("rows", "row", "column", "rule"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
def test_a_text_file_is_refused_with_the_place_and_a_fix(tmp_path, rows, row, column, rule):
    found = refused("births", csv_file(tmp_path, rows))
    assert any(rule in one.rule and (one.row, one.column) == (row, column) for one in found), found
    assert all(one.fix and one.file.endswith("extract.csv") for one in found)


INDICATORS = ["theme", "indicator", "area", "period", "value", "numerator", "denominator", "unit", "source"]
INDICATORS += ["definition_version", "status"]


def indicator(value="0.5", *, period="2010", numerator="", denominator="", area="a"):
    return ["incomes", "poverty", area, period, value, numerator, denominator, "share", "ONS", "1", ""]


MARKS = [
    ("*", "c"),
    ("c", "c"),
    ("[c]", "c"),
    ("<5", "c"),
    ("< 5", "c"),
    ("fewer than 10", "c"),
    ("Suppressed", "c"),
    ("..", "x"),
    (":", "x"),
    ("[x]", "x"),
    ("n/a", "x"),
    ("not available", "x"),
    ("[z]", "z"),
    ("not applicable", "z"),
]


@pytest.mark.parametrize(("mark", "status"), MARKS)
def test_a_suppressed_value_is_a_status_and_never_nought(tmp_path, mark, status):
    found = read_told(
        "indicators", csv_file(tmp_path, [INDICATORS, indicator(mark, denominator="90"), indicator(area="b")])
    )
    assert found.frame["value"].isna().tolist() == [True, False]
    assert found.frame["status"].tolist() == [status, None]
    assert not (found.frame["value"] == 0).any()
    assert any(f"status {status}" in one for one in lines(found.changes))
    assert (found.frame["denominator"].isna()[0]) == (status == "c")


VALUES = [
    ("12%", 0.12, None, "per cent read as a share"),
    ("12.5 %", 0.125, None, "per cent read as a share"),
    ("0.5 p", 0.5, "p", "mark p"),
    ("0.5 [r]", 0.5, "r", "mark r"),
    ("0.5u", 0.5, "u", "mark u"),
]


@pytest.mark.parametrize(("cell", "value", "status", "said"), VALUES)
def test_a_value_keeps_its_mark_and_its_unit(tmp_path, cell, value, status, said):
    found = read_told("indicators", csv_file(tmp_path, [INDICATORS, indicator(cell)]))
    assert found.frame["value"].tolist() == [pytest.approx(value)]
    assert found.frame["status"].tolist() == [status]
    assert any(said in one for one in lines(found.changes))


def test_a_mark_and_a_status_that_disagree_are_refused(tmp_path):
    rows = [INDICATORS, [*indicator("*")[:-1], "x"]]
    (problem,) = refused("indicators", csv_file(tmp_path, rows))
    assert (problem.row, problem.column) == (2, "status")


PERIODS = [
    ("2010", "2010"),
    ("2009/10", "2009/10"),
    ("2009/2010", "2009/10"),
    ("FY2009/10", "2009/10"),
    ("Apr 2009 - Mar 2010", "2009/10"),
    ("2008-10", "2008-10"),
    ("2008-2010", "2008-10"),
    ("2008 – 10", "2008-10"),
    ("2008 to 2010", "2008-10"),
    ("2011-Q2", "2011-Q2"),
    ("2011 Q2", "2011-Q2"),
    ("Q2 2011", "2011-Q2"),
    ("2010.0", "2010"),
]


@pytest.mark.parametrize(("written", "plain"), PERIODS)
def test_a_period_gets_its_one_spelling(tmp_path, written, plain):
    found = read_told("indicators", csv_file(tmp_path, [INDICATORS, indicator(period=written)]))
    assert found.frame["period"].tolist() == [plain]
    assert bool(found.changes) == (written != plain)


@pytest.mark.parametrize("written", ["2008-10-01", "Oct-08", "01-Oct", "last year"])
def test_a_period_that_a_spreadsheet_has_spoilt_is_refused(tmp_path, written):
    (problem,) = refused("indicators", csv_file(tmp_path, [INDICATORS, indicator(period=written)]))
    assert (problem.row, problem.column, problem.found) == (2, "period", written)


def test_per_cent_stays_per_cent_in_a_column_of_per_cent(tmp_path):
    names = ["acorn_type", "acorn_category", "item", "item_group", "index", "uk_pct", "base_n", "source"]
    rows = [names, ["1", "1", "online", "digital", "100", "12%", "50", "x"]]
    found = read_told("lifestyle_indices", csv_file(tmp_path, rows))
    assert found.frame["uk_pct"].tolist() == [12]


def test_codes_whose_digits_a_spreadsheet_cut_are_refused(tmp_path):
    rows = [["line", "label", "amount_gbp", "partner", "stage"], ["1.00E+11", "First", "£1,200.50", "", "benefits"]]
    (problem,) = refused("funding", csv_file(tmp_path, rows))
    assert (problem.row, problem.column, problem.found) == (2, "line", "1.00E+11")
    rows[1][0] = "a"
    assert read_told("funding", csv_file(tmp_path, rows)).frame["amount_gbp"].tolist() == [1200.5]


@pytest.mark.parametrize("word", ["Yes", "Y", "TRUE", "1"])
def test_yes_is_true(tmp_path, word):
    rows = [["respondent_id", "place", "kind", "is_local"], ["R1", "Park", "park", word], ["R2", "Park", "park", "No"]]
    found = read_told("network_places", csv_file(tmp_path, rows))
    assert found.frame["is_local"].tolist() == [True, False]


ENCODINGS = [
    ("utf-8", True, None),
    ("utf-8-sig", True, None),
    ("utf-16", False, "UTF-16"),
]


@pytest.mark.parametrize(("encoding", "is_quiet", "said"), ENCODINGS)
def test_unicode_is_read_in_each_form(tmp_path, encoding, is_quiet, said):
    rows = [["line", "label", "amount_gbp", "partner", "stage"], ["a", "Café", "1", "", "benefits"]]
    found = read_told("funding", csv_file(tmp_path, rows, encoding=encoding))
    assert found.frame["label"].tolist() == ["Café"]
    assert bool(found.changes) != is_quiet
    assert said is None or said in found.changes[0].what


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_other_delimiters_are_told(tmp_path, delimiter):
    found = read_told("births", csv_file(tmp_path, [BIRTHS, ROW, NEXT], delimiter=delimiter))
    assert found.frame["births"].tolist() == [20, 22]
    assert "cells parted by" in found.changes[0].what


FUNDING = parse(
    {
        "input": "funding",
        "columns": {
            "line": {"from": "Ref"},
            "label": {"from": "Name of line"},
            "amount_gbp": {"from": "Amount (£)"},
            "stage": {"constant": "benefits"},
        },
    },
    file="funding.yml",
)
EXPORT = [["Ref", "Name of line", "Amount (£)"], ["a", "Café", "1,000"]]


def test_windows_text_is_read_once_the_file_is_adopted_and_refused_before(tmp_path):
    file = csv_file(tmp_path, EXPORT, encoding="cp1252")
    (problem,) = refused("funding", file)
    assert "UTF-8" in problem.rule
    assert "adopt" in problem.fix
    found = read_told("funding", file, mapping=FUNDING)
    assert found.frame["label"].tolist() == ["Café"]
    assert "read as Windows-1252" in lines(found.changes)


def test_two_encodings_in_one_file_are_refused_even_then(tmp_path):
    file = tmp_path / "extract.csv"
    file.write_bytes("Ref,Name of line,Amount (£)\n".encode("cp1252") + "a,Café,1\n".encode())
    (problem,) = refused("funding", file, mapping=FUNDING)
    assert "mixes" in problem.rule
    assert problem.row == 2


def test_dates_that_may_be_either_way_round_are_told_once_for_the_column(tmp_path):
    (problem,) = refused("births", csv_file(tmp_path, [BIRTHS, *EITHER]))
    assert problem.fix == "export it as year-month-day, or with the month in words"
    # a few such dates may well be chance
    few = read_told("births", csv_file(tmp_path, [BIRTHS, *EITHER[:12]]))
    assert few.frame["month"].dt.month.unique().tolist() == [1]


def test_cells_that_are_all_unclear_are_told_by_the_first_and_counted(tmp_path):
    rows = [["coldhurst", str(40210 + at), "20"] for at in range(50)]
    found = refused("births", csv_file(tmp_path, [BIRTHS, *rows]))
    assert [one.row for one in found] == [*range(2, 22), None]
    assert found[-1].found == "30 more such cells"


DAMAGED = [
    ("a workbook under another ending", b"PK\x03\x04rest", "a .csv file is text; this is a workbook", None, ".xlsx"),
    ("an old workbook under another ending", b"\xd0\xcf\x11\xe0rest", "this is a workbook", None, "(.xls)"),
    ("empty bytes", b"Title\narea,month,births\ncoldhurst,2010-01-01,\0\0", "no empty bytes", 3, "export it again"),
]


@pytest.mark.parametrize(
    ("content", "rule", "row", "fix"), [one[1:] for one in DAMAGED], ids=[one[0] for one in DAMAGED]
)
def test_what_is_no_text_is_told_apart(tmp_path, content, rule, row, fix):
    file = tmp_path / "extract.csv"
    file.write_bytes(content)
    (problem,) = refused("births", file)
    assert rule in problem.rule
    assert problem.row == row
    assert fix in problem.fix


ROSTER = ["child_id", "oa", "birth_month", "registered", "contacts"]


@pytest.mark.parametrize(
    ("days", "rows"),
    [
        # registered before birth by months: some services do; by years, or mostly: the columns are swapped
        ([("2010-06-01", "2010-03-02"), ("2010-06-01", "2010-08-01"), ("2009-06-01", "2010-08-01")], []),
        ([("2012-06-01", "2010-03-02"), ("2010-06-01", "2010-08-01"), ("2009-06-01", "2010-08-01")], [2]),
        ([("2010-06-01", "2010-03-02"), ("2010-06-01", "2010-04-01"), ("2009-06-01", "2010-08-01")], [2, 3]),
    ],
)
def test_dates_of_children_that_are_swapped_are_refused(tmp_path, days, rows):
    body = [[f"K{at}", "D1", born, registered, "1"] for at, (born, registered) in enumerate(days)]
    file = csv_file(tmp_path, [ROSTER, *body])
    if not rows:
        assert len(read_told("roster_childrens_centre", file).frame) == len(days)
        return
    found = refused("roster_childrens_centre", file)
    assert [one.row for one in found] == rows
    assert "swapped" in found[0].fix


def test_an_open_quote_is_refused_with_its_row(tmp_path):
    file = tmp_path / "extract.csv"
    file.write_text('Title\narea,month,births\ncoldhurst,2010-01-01,20\n"coldhurst,2010-02-01,22\n', encoding="utf-8")
    (problem,) = refused("births", file)
    assert "quotes" in problem.rule


def test_typed_cells_of_a_workbook_come_in_one_spelling():
    given = [None, True, 3.0, 0.25, datetime(2010, 1, 2), datetime(2010, 1, 2, 3, 4), date(2010, 1, 2), " x\xa0"]
    assert [text_of(one) for one in given] == [
        *("", "true", "3", "0.25", "2010-01-02", "2010-01-02 03:04:00", "2010-01-02", "x")
    ]


def test_a_workbook_with_title_sheets_and_typed_cells(tmp_path):
    body = [["Births"], [], BIRTHS, ["coldhurst", datetime(2010, 1, 1), 20], ["Total", None, 20]]
    file = xlsx_file(tmp_path, {"Notes": [["About this file"]], "Data": body, "Old": [BIRTHS]}, hidden={"Old"})
    found = read_told("births", file)
    assert found.frame["births"].tolist() == [20]
    assert lines(found.changes)[0] == "sheet Data read, of 2"


def test_a_broken_cell_of_a_workbook_is_named_with_sheet_and_cell(tmp_path):
    body = [["Births"], [], ["Births", "Month", "Area"], ["lots", datetime(2010, 1, 1), "coldhurst"]]
    (problem,) = refused("births", xlsx_file(tmp_path, {"Data": body}))
    assert (problem.sheet, problem.cell, problem.row, problem.column) == ("Data", "A4", 4, "births")
    assert "extract.xlsx, sheet Data, cell A4, column births: whole number" in problem.text()


def test_two_sheets_that_could_both_hold_the_table_are_refused(tmp_path):
    (problem,) = refused("births", xlsx_file(tmp_path, {"2010": [BIRTHS, ROW], "2011": [BIRTHS, NEXT]}))
    assert "several" in problem.rule
    assert problem.found == "2010, 2011"


def test_cells_merged_over_rows_name_each_row(tmp_path):
    body = [BIRTHS, ["coldhurst", "2010-01-01", 20], [None, "2010-02-01", 22]]
    found = read_told("births", xlsx_file(tmp_path, {"Data": body}, merge=["A2:A3"]))
    assert found.frame["area"].tolist() == ["coldhurst", "coldhurst"]
    assert "merged cells filled down (A2:A3)" in lines(found.changes)


def test_a_number_merged_over_rows_is_refused(tmp_path):
    body = [BIRTHS, ["coldhurst", "2010-01-01", 20], ["st_marys", "2010-01-01", None]]
    found = refused("births", xlsx_file(tmp_path, {"Data": body}, merge=["C2:C3"]))
    assert [(one.cell, "merged over several" in one.rule) for one in found] == [("C3", True)]


def test_a_header_of_two_rows_with_merged_groups(tmp_path):
    names = ["acorn_type", "acorn_category", "item", "item group", "index", "UK", None, "source"]
    under = [None, None, None, None, None, "pct", "base n", None]
    body = [names, under, [1, 1, "online", "digital", 100, 0.12, 50, "x"]]
    file = xlsx_file(tmp_path, {"Data": body}, merge=["F1:G1"], percent=["F3"])
    found = read_told("lifestyle_indices", file)
    assert found.frame[["uk_pct", "base_n"]].values.tolist() == [[12, 50]]
    assert any("header of two rows" in one for one in lines(found.changes))


def test_a_number_formatted_as_per_cent_is_a_share(tmp_path):
    row = indicator()
    row[4] = 0.12
    found = read_told("indicators", xlsx_file(tmp_path, {"Data": [INDICATORS, row]}, percent=["E2"]))
    assert found.frame["value"].tolist() == [0.12]


def test_a_layout_of_ones_own_needs_no_column_of_status(tmp_path):
    rows = [row[:-1] for row in (INDICATORS, indicator("*"), indicator("0.5", area="b"))]
    found = read_told("indicators", xlsx_file(tmp_path, {"Data": [["Poverty by ward"], *rows]}))
    assert found.frame["status"].tolist() == ["c", None]


def test_a_workbook_without_a_wanted_column_is_refused(tmp_path):
    (problem,) = refused("births", xlsx_file(tmp_path, {"Data": [["when", "how many"], ["a", 2]]}))
    assert "names a column that is wanted" in problem.rule
    assert "insight adopt" in problem.fix


def test_a_period_that_excel_made_a_date_is_refused(tmp_path):
    row = indicator()
    row[3] = datetime(2008, 10, 1)
    (problem,) = refused("indicators", xlsx_file(tmp_path, {"Data": [INDICATORS, row]}))
    assert (problem.cell, problem.found) == ("D2", "2008-10-01")


def test_open_document_workbooks(tmp_path):
    rows = [["Births"], BIRTHS, ["coldhurst", "01/01/2010", 20], ["", "01/02/2010", 22]]
    found = read_told("births", write_ods(tmp_path / "extract.ods", rows, spans={(2, 0): 2}))
    assert found.frame["births"].tolist() == [20, 22]
    assert found.frame["area"].tolist() == ["coldhurst", "coldhurst"]


def test_per_cent_of_an_open_document_workbook(tmp_path):
    names = ["acorn_type", "acorn_category", "item", "item_group", "index", "uk_pct", "base_n", "source"]
    rows = [names, [1, 1, "online", "digital", 100, 0.12, 50, "x"]]
    found = read_told("lifestyle_indices", write_ods(tmp_path / "extract.ods", rows, percent={(1, 5)}))
    assert found.frame["uk_pct"].tolist() == [12]


def test_what_is_no_workbook_is_refused(tmp_path):
    file = tmp_path / "extract.xlsx"
    file.write_bytes(b"PK but no workbook")
    (problem,) = refused("births", file)
    assert "readable .xlsx workbook" in problem.rule
    assert "password" in problem.fix


def test_another_kind_of_file_is_refused(tmp_path):
    file = tmp_path / "extract.docx"
    file.write_bytes(b"x")
    (problem,) = refused("births", file)
    assert ".ods" in problem.rule


def test_a_folder_in_place_of_a_file_is_refused(tmp_path):
    for name in ("births", "households", "boundaries"):
        reader = open_table if name == "households" else read_told
        with pytest.raises(InputError, match="this is a folder"):
            reader(name, tmp_path)
    assert of_file(tmp_path) == SUPPLIED
