"""The house's arrows, its vocabulary and its quiet start, held by reading the source."""

import ast
import re
import subprocess
import sys
from functools import cache

import pytest

from insight import paths
from insight.params import STAGES

SOURCE = paths.root() / "src" / "insight"
LAYERS = {
    "bottom": {"errors", "paths", "atomic", "params", "catalogue"},
    "methods": set(),
    # Methods know nothing of files, so readers may hold outlines to them (contiguity) without a circle.
    "sources": {"errors", "paths", "atomic", "params", "catalogue", "sources", "methods"},
    "published": {"errors", "paths", "atomic", "params", "catalogue", "sources", "methods", "published"},
    "privacy": {"errors", "paths", "atomic", "params", "catalogue", "sources", "methods", "privacy"},
    "display": {
        "errors",
        "paths",
        "atomic",
        "params",
        "catalogue",
        "sources",
        "methods",
        "published",
        "display",
        "privacy",
    },
    "stages": {
        "errors",
        "paths",
        "atomic",
        "params",
        "catalogue",
        "sources",
        "methods",
        "published",
        "privacy",
        "display",
        "stages",
    },
    "demo": {"errors", "paths", "atomic", "params", "catalogue", "sources", "methods", "published", "demo"},
}
READS_THE_PRINT = "privacy/disclosure/printed.py"
"""What was printed is known to everyone, so this one module of disclosure control reads the ledger."""
READS_ITS_RATES = "methods/appraisal/discounting.py"
"""Discount rates are asked for by schedule and edition, so this one method finds its reference table itself."""
PEOPLE_READERS = {
    "read_input",
    "read_told",
    "read_untidy",
    "read_by_contract",
    "read_grids",
    "mapped_table",
    "read_text_table",
    "read_egor",
    "read_network_canvas",
    "open_table",
    "head_of",
    "head_grid",
    "raw_cells",
    "mapped_rows",
    "of_frame",
}


def modules():
    return sorted(SOURCE.rglob("*.py"))


@cache
def nodes(path):
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imports(path):
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_arrows_run_one_way(path):
    parts = path.relative_to(SOURCE).parts
    layer = parts[0] if len(parts) > 1 else "bottom"
    if layer not in LAYERS or parts[0] in {
        "cli",
        "nbguard.py",
        "__init__.py",
    }:
        return
    allowed = LAYERS[layer] | ({"methods"} if layer == "methods" else set())
    if path.relative_to(SOURCE).as_posix() == READS_ITS_RATES:
        allowed = allowed | {"paths"}
    if path.relative_to(SOURCE).as_posix() == READS_THE_PRINT:
        allowed = allowed | {"published"}
    for name in imports(path):
        if name.startswith("insight."):
            target = name.split(".")[1]
            assert target in allowed or target.startswith("_"), f"{path} imports {name}"


def test_nothing_imports_the_calibration():
    """It stands above stages and demonstration; a run never needs it."""
    for path in modules():
        if path.relative_to(SOURCE).parts[0] != "calibration":
            assert not [name for name in imports(path) if name.startswith("insight.calibration")], path


@pytest.mark.parametrize("stage", STAGES)
def test_no_stage_imports_another(stage):
    for path in (SOURCE / "stages" / stage).rglob("*.py"):
        others = [name for name in imports(path) if re.match(rf"insight\.stages\.(?!{stage}\b|base\b)\w+", name)]
        assert not others, f"{path} imports {others}"


def test_only_privacy_reads_people():
    for path in modules():
        layer = path.relative_to(SOURCE).parts[0]
        if layer in {"privacy", "sources"}:
            continue
        names = {name.rsplit(".", 1)[-1] for name in imports(path)}
        assert not names & PEOPLE_READERS, f"{path} reads inputs past privacy"


@cache
def printed_numbers():
    import csv

    with (paths.published_dir("oldham") / "figures.csv").open(encoding="utf-8", newline="") as stream:
        values = {row["value"] for row in csv.DictReader(stream)}
    return {float(value) for value in values if re.fullmatch(r"[\d.]+", value) and len(value.replace(".", "")) >= 3}


ROUND = {100.0, 1000.0}
"""Units of measure, not figures: per cent and thousand."""


@pytest.mark.parametrize(
    "path",
    [path for path in modules() if path.relative_to(SOURCE).parts[0] != "demo"],
    ids=lambda path: path.relative_to(SOURCE).as_posix(),
)
def test_no_printed_value_is_a_literal(path):
    printed = printed_numbers() - ROUND
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            assert float(node.value) not in printed, f"{path}:{node.lineno} holds the printed value {node.value}"


HEAVY = ("matplotlib", "geopandas", "folium", "statsmodels", "scipy", "papermill", "nbconvert", "libpysal", "networkx")


def test_heavy_libraries_wait_until_used():
    loaded = f"[m for m in {HEAVY!r} if m in sys.modules]"
    names = ["insight.cli", "insight.workbook.registry", *(f"insight.stages.{name}" for name in STAGES)]
    code = "import sys\n" + "\n".join(f"import {name}; print({name!r}, {loaded})" for name in names)
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines() == [f"{name} []" for name in names]


@pytest.mark.parametrize("module", ["insight", "insight.cli"])
def test_the_command_line_starts_without_pandas(module):
    code = f"import sys, {module}; print(*[m for m in ('pandas', 'numpy') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
