"""Writing scaffolds: whole or not at all, and never over something that is there."""

from __future__ import annotations

import json
import keyword
import re
import shutil
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from tempfile import mkdtemp
from typing import Any

from insight import atomic, paths
from insight.errors import ParamsError
from insight.params import STAGES, LoadedParams, own_stage_names
from insight.stages.base import figure_text
from insight.workbook.tidying import CHECKED, tidied

NAME = re.compile(r"[a-z][a-z0-9_]*")
FIRST_NUMBER = 10
TEMPLATES = {
    "pyproject.toml.tmpl": "pyproject.toml",
    "README.md.tmpl": "README.md",
    "params-section.yml.tmpl": "params-section.yml",
    "init.py.tmpl": "src/{package}/__init__.py",
    "declaration.py.tmpl": "src/{package}/declaration.py",
    "analysis.py.tmpl": "src/{package}/analysis.py",
    "pictures.py.tmpl": "src/{package}/pictures.py",
    "test.py.tmpl": "tests/test_{name}.py",
}
PRINTED = {"name": "stdout", "output_type": "stream", "text": [figure_text([]) + "\n"]}
"""What the check cell prints while the stage is compared with no printed figure, so that nbval passes as it stands."""
CELLS = (
    ("title", "markdown", "# $title\n\nWhich share of each ward's residents is under five?", ()),
    ("imports", "code", "import $package as stage\nfrom insight import display\nfrom insight.stages import base", ()),
    ("parameters", "code", 'council = "oldham"\nleast_children = 20', ("parameters",)),
    ("load", "code", "params = stage.Params.build(least_children=least_children)\ninputs = stage.load(council)", ()),
    ("inputs", "code", "display.inputs_table(inputs)", ()),
    ("analyse", "code", "results = stage.analyse(inputs, params)", ()),
    ("wards-heading", "markdown", "## Wards\n\nOne row a ward, with limits.", ()),
    ("wards-picture", "code", "stage.wards_picture(inputs, results)", ()),
    ("wards-table", "code", "stage.wards_table(inputs, results)", ()),
    ("check", "code", "print(base.figure_text(stage.figures(inputs)))", (CHECKED,)),
    ("findings", "code", "decided = stage.findings(inputs)", ()),
    ("save", "code", "stage.save(inputs, results)", ()),
    ("limits", "markdown", "## Limits\n\n- Say here what the numbers cannot tell.", ()),
)
"""Cells of the notebook: id, kind, source, tags."""


def check_name(name: str, *, what: str) -> None:
    """Refuse a name that cannot be a module, a column or a folder.

    Raises:
        ParamsError: with the form that is wanted.
    """
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ParamsError(f"{what} `{name}`: small letters, digits and _ wanted. Fix: such as housing_moves")


def _notebook(values: Mapping[str, str]) -> str:
    cells = []
    for name, kind, source, tags in CELLS:
        text = Template(source).substitute(values)
        cell: dict[str, Any] = {"cell_type": kind, "id": name, "metadata": {"tags": list(tags)} if tags else {}}
        cell["source"] = text.splitlines(keepends=True)
        if kind == "code":
            printed = [PRINTED] if CHECKED in tags else []
            cell |= {"execution_count": None, "outputs": printed}
        cells.append(cell)
    return tidied(json.dumps({"cells": cells}))


def new_stage(name: str, *, title: str | None = None, folder: Path | None = None) -> Path:
    """Write a package with a stage that runs as it stands.

    Args:
        name: of the stage, its params section and its build folder.
        title: as readers see it; the name in words without.
        folder: where to; beside the project without. It must not be there.

    Returns:
        The folder.

    Raises:
        ParamsError: a name that is taken or no name, or a folder that is there.
    """
    check_name(name, what="stage")
    if name in {*STAGES, *own_stage_names()}:
        raise ParamsError(f"stage `{name}` exists. Fix: give another name")
    dashed, package = name.replace("_", "-"), f"insight_{name}"
    target = (folder or paths.root().parent / f"insight-{dashed}").resolve()
    if target.exists():
        raise ParamsError(f"{paths.shown(target)} is there already. Fix: name another folder with --out")
    values = {
        "name": name,
        "dashed": dashed,
        "package": package,
        "title": title or name.replace("_", " ").capitalize(),
        "number": str(FIRST_NUMBER + len(own_stage_names())),
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        for template, place in TEMPLATES.items():
            text = (files("insight.scaffolds") / "stage" / template).read_text(encoding="utf-8")
            atomic.write_text(scratch / place.format(**values), Template(text).substitute(values))
        notebook = f"src/{package}/{int(values['number']):02d}_{name}.ipynb"
        atomic.write_text(scratch / notebook, _notebook(values))
        scratch.chmod(0o755)
        scratch.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def new_indicator(loaded: LoadedParams, name: str, row: Mapping[str, str]) -> list[Path]:
    """Write an indicator's row into the council's own catalogue, and an empty file for its values.

    Args:
        loaded: the council's params.
        name: code of the indicator.
        row: theme, label, definition, polarity, unit, source and licence.

    Returns:
        The files: catalogue, values.

    Raises:
        ParamsError: a name that is taken, or words that the catalogue's contract refuses.
    """
    import csv
    import io

    from insight.sources.contracts import all_contracts
    from insight.sources.standing import of_file

    check_name(name, what="indicator")
    contracts = all_contracts()
    wanted = {column.name: column for column in contracts["indicator_catalogue"].columns}
    problems = [
        f"{key} `{value}`: one of {', '.join(map(str, wanted[key].allowed or ()))}"
        for key, value in row.items()
        if wanted[key].allowed and value not in (wanted[key].allowed or ())
    ]
    if problems:
        raise ParamsError("\n".join(problems) + "\nFix: take an allowed word")
    folder = paths.root() / "data" / loaded.council.slug
    catalogue = loaded.input_path("indicator_catalogue")
    if catalogue is None or of_file(catalogue).is_demonstration:
        catalogue = folder / "indicator_catalogue.csv"
    rows: list[dict[str, str]] = []
    if catalogue.exists():
        with catalogue.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    values = folder / f"indicator-{name}.csv"
    if any(one["indicator"] == name for one in rows) or values.exists():
        raise ParamsError(f"indicator `{name}` exists. Fix: give another name, or edit {paths.shown(catalogue)}")
    text = io.StringIO()
    names = list(dict.fromkeys([*wanted, *(rows[0] if rows else ())]))
    writer = csv.DictWriter(text, names, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows([*rows, {"indicator": name, "verified": "no", **row}])
    header = ",".join(column.name for column in contracts["indicators"].columns)
    atomic.write_text(values, header + "\n")
    atomic.write_text(catalogue, text.getvalue())
    return [catalogue, values]
