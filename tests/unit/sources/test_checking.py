"""Contracts refuse bad input whole: every problem with file, row, column, rule, found and fix."""

import pytest

from insight.catalogue import INPUT_NAMES
from insight.errors import InputError
from insight.sources.contracts import all_contracts
from insight.sources.reading import read_input

HEADER = "line,label,amount_gbp,partner,stage\n"
GOOD = HEADER + "a,First,100,,benefits\nb,Second,50.5,wigan,\n"


def problems(tmp_path, text, name="funding", encoding="utf-8"):
    file = tmp_path / f"{name}.csv"
    file.write_bytes(text.encode(encoding))
    with pytest.raises(InputError) as caught:
        read_input(name, file)
    return caught.value.problems


def test_good_file_is_typed_in_contract_order(tmp_path):
    file = tmp_path / "funding.csv"
    file.write_text("stage,partner,amount_gbp,label,line,extra\nbenefits,,100,First,a,x\n", encoding="utf-8-sig")
    frame = read_input("funding", file)
    assert list(frame.columns) == ["line", "label", "amount_gbp", "partner", "stage"]
    assert frame.loc[0, "amount_gbp"] == 100
    assert frame.loc[0, "partner"] is None


@pytest.mark.parametrize(
    ("text", "row", "column", "words"),
    [
        (GOOD.replace("50.5", "fifty"), 3, "amount_gbp", "number"),
        (GOOD.replace("50.5", "-1"), 3, "amount_gbp", "at least 0"),
        (GOOD.replace("b,Second", "a,Second"), 3, "line", "twice"),
        (GOOD.replace("First", ""), 2, "label", "never empty"),
        (GOOD.replace("amount_gbp", "amount"), None, "amount_gbp", "must be there"),
        ("", None, None, "empty"),
        (HEADER, None, None, "no records"),
        (GOOD.replace("label", "line", 1), None, None, "may stand once"),
    ],
)
def test_each_fault_is_placed(tmp_path, text, row, column, words):
    found = problems(tmp_path, text)
    assert any((p.row, p.column) == (row, column) and words in p.rule for p in found), found
    assert all(p.fix and p.file.endswith("funding.csv") for p in found)


def test_renamed_column_names_the_nearest(tmp_path):
    assert any("`amount`" in p.fix for p in problems(tmp_path, GOOD.replace("amount_gbp", "amount")))


def test_wrong_encoding_names_the_row(tmp_path):
    (problem,) = problems(tmp_path, GOOD.replace("Second", "Café"), encoding="cp1252")
    assert problem.row == 3
    assert "UTF-8" in problem.rule


def test_missing_file_says_what_to_do(tmp_path):
    (tmp_path / "fundings.csv").write_text(GOOD, encoding="utf-8")
    with pytest.raises(InputError, match=r"did you mean fundings\.csv"):
        read_input("funding", tmp_path / "funding.csv")


def test_all_problems_of_a_file_come_at_once(tmp_path):
    found = problems(tmp_path, HEADER + "a,,x,,\na,Second,-1,,\n")
    assert {p.column for p in found} >= {"line", "label", "amount_gbp"}


def test_many_bad_cells_are_counted_not_listed(tmp_path):
    rows = "".join(f"l{n},x,bad,,\n" for n in range(50))
    found = problems(tmp_path, HEADER + rows)
    assert len(found) == 21
    assert found[-1].found == "30 more such cells"


def test_rule_across_columns(tmp_path):
    text = "record,kind,group,reports_to,date,role\nG1,meeting,Board,,,\n"
    (problem,) = problems(tmp_path, text, name="governance")
    assert (problem.row, problem.rule) == (2, "a meeting has a date")


def test_unknown_area_is_refused_with_the_nearest(tmp_path):
    from insight.sources.contracts.base import Column, Contract
    from insight.sources.contracts.checking import check, read_text_table

    agreed = Contract(
        input="births", describes="x", columns=(Column(name="ward", type="text", meaning="ward", area="ward"),)
    )
    file = tmp_path / "births.csv"
    file.write_text("ward\ncoldhurst\ncoldhrst\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        check(agreed, read_text_table(file), file, areas={"ward": {"coldhurst", "st_marys"}})
    (problem,) = caught.value.problems
    assert (problem.row, problem.rule, problem.fix) == (3, "unknown area code", "did you mean coldhurst?")


def test_every_input_of_the_catalogue_has_a_contract():
    contracts = all_contracts()
    assert tuple(contracts) == INPUT_NAMES
    for name, agreed in contracts.items():
        assert agreed.input == name
        assert agreed.describes
        names = [column.name for column in agreed.columns]
        assert len(names) == len(set(names)), name
        assert set(agreed.key) <= set(names), name
        assert all(column.meaning for column in agreed.columns), name
