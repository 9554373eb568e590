"""The conversation of adopting, and what init and check lead to."""

import pytest

from insight.errors import ParamsError
from insight.privacy.adopting import Proposal, name_input
from insight.privacy.checking import Checked
from insight.sources.contracts import all_contracts
from insight.sources.contracts.checking import EXAMPLE, TYPES
from insight.sources.mapping import model
from insight.stages.base import Declaration
from insight.workbook import leading, starting
from insight.workbook.adopting import asked

RULES = {
    "area": {"from": "Ward", "codes": {"North": "?"}, "confidence": 0.95},
    "month": {"from": "?", "confidence": 0.0},
    "births": {"from": "Number", "confidence": 0.6},
}


def test_only_what_is_not_sure_is_asked(tmp_path):
    mapping = model.parse({"input": "births", "columns": RULES}, file="m.yml")
    columns = ("Ward", "When", "Number")
    allowed = {"area": {"coldhurst": "Coldhurst", "st_marys": "St Mary's"}}
    found = Proposal(
        mapping=mapping, file=tmp_path / "x.csv", columns=columns, told=(), is_known=False, allowed=allowed
    )
    questions = []
    answers = iter(["", "-", "the north", "st mary's", "Wen", "-", "When", "Number"])

    def ask(question, given):
        questions.append((*question.split("\n"), given))
        return next(answers)

    made = asked(found, ask)
    assert [one[-2].split(":")[0] for one in questions] == ["area"] * 4 + ["month"] * 3 + ["births"]
    assert "what does `North` mean? (coldhurst, st_marys; `leave_out` leaves out its rows)" in questions[0][0]
    assert questions[3][0] == "`the north` is no code of area"
    assert questions[5][0] == "no column `Wen`, did you mean When?"
    assert "`-`" not in questions[4][0]
    assert [one[-1] for one in questions[-2:]] == ["", "Number"]
    assert made.columns["area"].codes == {"North": "st_marys"}
    assert made.columns["month"].source == "When"
    assert not made.open_points()


@pytest.mark.parametrize(
    ("column", "answer", "constant"), [("terminated", "-", ""), ("acorn_edition", "=2011", "2011")]
)
def test_a_column_may_be_left_empty_or_be_the_same_in_every_row(tmp_path, column, answer, constant):
    mapping = model.parse({"input": "segment_directory", "columns": {column: {"from": "?"}}}, file="m.yml")
    found = Proposal(mapping=mapping, file=tmp_path / "x.csv", columns=("Postcode",), told=(), is_known=False)
    assert asked(found, lambda *_: answer).columns[column].constant == constant


@pytest.mark.parametrize(("answers", "outside"), [(["maybe", "yes"], "leave_out"), (["n"], "")])
def test_areas_outside_the_look_up_are_one_question(tmp_path, answers, outside):
    rules = {"area": {"from": "Ward", "codes": {"North": "?"}, "outside": "?", "confidence": 0.95}}
    mapping = model.parse({"input": "births", "columns": rules}, file="m.yml")
    found = Proposal(
        mapping=mapping,
        file=tmp_path / "x.csv",
        columns=("Ward",),
        told=(),
        is_known=False,
        allowed={"area": {"E05000001": ""}},
    )
    questions = iter(["leave_out", *answers])
    made = asked(found, lambda *_: next(questions))
    assert (made.columns["area"].outside, made.columns["area"].codes) == (outside, {"North": "leave_out"})
    assert not made.open_points()


def test_another_column_than_was_proposed_has_codes_of_its_own(tmp_path):
    rules = {"area": {"from": "Ward", "codes": {"North": "?"}, "confidence": 0.6}}
    mapping = model.parse({"input": "births", "columns": rules}, file="m.yml")

    def recoded(name, rule):
        assert (name, rule.codes) == ("area", {})
        return rule.model_copy(update={"codes": {"B": "?"}})

    answers = iter(["Ward name", "coldhurst"])
    found = Proposal(
        mapping=mapping,
        file=tmp_path / "x.csv",
        columns=("Ward", "Ward name"),
        told=(),
        is_known=False,
        allowed={"area": {"coldhurst": ""}},
        recoded=recoded,
    )
    made = asked(found, lambda *_: next(answers))
    assert made.columns["area"].source == "Ward name"
    assert made.columns["area"].codes == {"B": "coldhurst"}


def test_naming_an_input_changes_its_line_alone():
    text = "inputs:\n  # first\n  births: not_supplied # data/x/births.csv\n  deaths: not_supplied\nstages: {}\n"
    made = name_input(text, "births", "data/x/export.xlsx")
    assert made == text.replace("not_supplied # data/x/births.csv", "data/x/export.xlsx")
    with pytest.raises(ParamsError, match="no line `lookup:`"):
        name_input(text, "lookup", "x")


def test_every_input_has_a_template_an_agreement_and_a_place_in_the_readme():
    page, register = starting.readme("Bury", "bury"), starting.sharing()
    for name, agreed in all_contracts().items():
        text = starting.template(agreed)
        assert EXAMPLE in text
        assert TYPES in text or agreed.geometry
        assert all(column.name in text for column in agreed.columns), name
        assert f"| `{agreed.kind.file}` |" in page
        assert agreed.kind.theme in starting.AGREEMENTS
        assert (f"#       {name}: [" in register) == agreed.kind.people
    assert all(line.startswith("#") for line in register.splitlines())


def stage(name, inputs, **more):
    return Declaration(name=name, number=1, title=name, question="?", params=object, inputs=inputs, **more)


def checked(name, state):
    return Checked(name=name, title=name, state=state, file=f"data/x/{name}.csv")


def test_each_missing_file_is_told_by_what_it_unlocks():
    stages = {
        "one": stage("one", ("lookup", "births"), optional=("deaths",)),
        "two": stage("two", ("lookup", "funding", "governance")),
        "three": stage("three", ("lookup",), one_of=(("households",), ("address_list", "segment_directory"))),
    }
    states = dict.fromkeys(("births", "deaths", "funding", "governance", "households", "address_list"), "not_supplied")
    found = [checked("lookup", "ok"), *(checked(name, state) for name, state in states.items())]
    made = {one.name: one for one in leading.unlocks(found, stages)}
    assert made["births"].opens == ("one",)
    assert made["deaths"].adds == ("one",)
    assert made["funding"].helps == made["governance"].helps == ("two",)
    assert made["households"].opens == ("three",)
    assert made["address_list"].helps == ("three",)
    assert "lookup" not in made
    assert next(iter(leading.unlocks(found, stages))).opens


def test_each_stage_that_cannot_run_says_what_it_still_needs():
    stages = {
        "one": stage("one", ("lookup", "births")),
        "two": stage("two", ("births",), one_of=(("households",), ("address_list", "segment_directory"))),
        "three": stage("three", (), one_of=(("households",), ("deaths",))),
        "four": stage("four", ("lookup",)),
    }
    assert leading.wanting(stages, {"lookup", "segment_directory"}) == [
        "  one needs births",
        "  two needs births; and one of: households | address_list",
        "  three needs households | deaths",
    ]
    assert leading.wanting(stages, {"lookup", "births", "households"}) == []
    waiting = leading.wanting(stages, {"lookup", "births"}, {"births"})
    assert waiting[0] == "  one waits until births is mended"


@pytest.mark.parametrize(
    ("title", "said"),
    [("EYFS counts", "EYFS counts"), ("Births by area", "births by area"), ("Family CAF covers", "family CAF covers")],
)
def test_titles_keep_their_abbreviations_inside_a_sentence(title, said):
    assert leading._plainly(title) == said
