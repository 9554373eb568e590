"""Declarations are checked against each other before anything runs."""

from dataclasses import replace

import pytest

from insight import paths
from insight.errors import InsightError, ParamsError
from insight.params import STAGES
from insight.workbook import registry


def test_nine_stages_in_order_each_with_its_notebook():
    stages = registry.stages()
    assert tuple(stages) == STAGES
    assert [one.number for one in stages.values()] == list(range(1, 10))
    assert {one.notebook for one in stages.values()} == {path.name for path in paths.notebooks().glob("*.ipynb")}


def test_every_input_of_the_catalogue_is_used_by_a_stage():
    from insight.catalogue import INPUT_NAMES

    used = {name for one in registry.stages().values() for name in (*one.inputs, *one.optional)}
    assert set(INPUT_NAMES) - used == set()


def test_references_exist():
    for one in registry.stages().values():
        for name in one.references:
            assert paths.reference(name).exists(), f"{one.name}: {name}"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"inputs": ("indicatorz",)}, "did you mean `indicators`"),
        ({"needs": ("synthesis",)}, "does not run before it"),
        ({"tables": {"../out": "publishable"}}, "no relative file name"),
    ],
)
def test_slips_are_told_with_the_fix(change, said):
    broken = replace(registry.stages()["profiling"], **change)
    with pytest.raises(InsightError, match=said):
        registry.checked([broken])


def test_a_stage_declared_twice_is_refused():
    one = registry.stages()["profiling"]
    with pytest.raises(InsightError, match="twice"):
        registry.checked([one, one])


def test_an_unknown_stage_gets_the_nearest_name():
    with pytest.raises(ParamsError, match="did you mean `profiling`"):
        registry.chosen(["profilling"])
    assert registry.chosen(["synthesis", "profiling"]) == ["profiling", "synthesis"]
