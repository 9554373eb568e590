"""Source notebooks are prose, parameters and calls, and hold nothing that a machine or a person would give away."""

import ast
import json
import re

import pytest

from insight import params, paths
from insight.params import STAGES
from insight.workbook import registry, tidying

NOTEBOOKS = sorted(paths.notebooks().glob("*.ipynb"))
CHECK = "nbval-check-output"


def cells(path, kind="code"):
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


def tagged(path, tag):
    return [cell for cell in cells(path) if tag in cell["metadata"].get("tags", [])]


def code(path):
    return ast.parse("\n".join(source(cell) for cell in cells(path)))


def test_one_notebook_a_stage():
    assert [path.stem[3:] for path in NOTEBOOKS] == list(STAGES)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestNotebook:
    def test_holds_no_definition_loop_or_condition(self, path):
        refused = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try)
        assert not [node for node in ast.walk(code(path)) if isinstance(node, (*refused, ast.comprehension))]

    def test_reads_no_person_and_no_path(self, path):
        text = "\n".join(source(cell) for cell in cells(path))
        assert not re.search(r"\.people\(|\.rows\(|\.frames\b|read_csv|read_parquet|open\(|\.\./|[\"']data/", text)

    def test_imports_only_the_package(self, path):
        for node in ast.walk(code(path)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                name = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
                assert name.split(".")[0] == "insight"

    def test_parameters_are_literals_equal_to_oldhams(self, path):
        (cell,) = tagged(path, "parameters")
        given = {}
        for node in ast.parse(source(cell)).body:
            assert isinstance(node, ast.Assign), "only assignments"
            assert isinstance(node.targets[0], ast.Name), "only names"
            given[node.targets[0].id] = ast.literal_eval(node.value)
        stage = path.stem[3:]
        loaded = params.load(paths.root() / "params" / "oldham.yml", sections=registry.sections())
        assert given == {"council": "oldham", **loaded.stages[stage]}

    def test_builds_its_params_from_every_parameter(self, path):
        (cell,) = tagged(path, "parameters")
        names = {node.targets[0].id for node in ast.parse(source(cell)).body} - {"council"}
        builds = [
            node
            for node in ast.walk(code(path))
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "stage.Params.build"
        ]
        assert len(builds) == 1
        assert {word.arg for word in builds[0].keywords} == names
        assert all(word.arg == ast.unparse(word.value) for word in builds[0].keywords)

    def test_has_check_cells_that_store_printed_text(self, path):
        found = tagged(path, CHECK)
        assert found
        for cell in found:
            printed = [one for one in cell["outputs"] if one["output_type"] == "stream" and one["name"] == "stdout"]
            assert "".join("".join(one["text"]) for one in printed).strip()

    def test_no_other_cell_stores_an_output(self, path):
        for cell in cells(path):
            if CHECK not in cell["metadata"].get("tags", []):
                assert cell["outputs"] == []

    def test_has_one_title_and_ends_in_limits(self, path):
        headings = re.findall(r"^(#+) (.*)$", "\n".join(source(cell) for cell in cells(path, "markdown")), re.MULTILINE)
        assert [level for level, _ in headings].count("#") == 1
        assert headings[-1] == ("##", "Limits")
        assert {"Data used", "Findings", "Printed figures"} <= {text for _, text in headings}

    def test_hands_on_findings_figures_and_tables(self, path):
        text = "\n".join(source(cell) for cell in cells(path))
        for call in ("stage.load(", "stage.analyse(", "stage.findings(", "stage.figures(", "stage.save("):
            assert text.count(call) == 1, call
        assert "_picture(" in text
        assert "_table(" in text

    def test_is_tidy(self, path):
        text = path.read_text(encoding="utf-8")
        assert tidying.tidied(text) == text
