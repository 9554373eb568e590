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
    found = Proposal(mapping=mapping, file=tmp_path / "x.csv", columns=columns, told=(), is_known=False)
    questions = []
    answers = iter(["coldhurst", "no such column", "When", "Number"])

    def ask(question, given):
        questions.append((question.split(":")[0], given))
        return next(answers)

    made = asked(found, ask)
    assert [one for one, _ in questions] == ["area", "month", "month", "births"]
    assert questions[-1][1] == "Number"
    assert made.columns["area"].codes == {"North": "coldhurst"}
    assert made.columns["month"].source == "When"
    assert not made.open_points()


@pytest.mark.parametrize(("answer", "constant"), [("-", ""), ("=2011-01-01", "2011-01-01")])
def test_a_column_may_be_left_empty_or_be_the_same_in_every_row(tmp_path, answer, constant):
    mapping = model.parse({"input": "births", "columns": {"month": {"from": "?"}}}, file="m.yml")
    found = Proposal(mapping=mapping, file=tmp_path / "x.csv", columns=("Ward",), told=(), is_known=False)
    assert asked(found, lambda *_: answer).columns["month"].constant == constant


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


@pytest.mark.parametrize(
    ("title", "said"),
    [("EYFS counts", "EYFS counts"), ("Births by area", "births by area"), ("Family CAF covers", "family CAF covers")],
)
def test_titles_keep_their_abbreviations_inside_a_sentence(title, said):
    assert leading._plainly(title) == said
