"""Starting with a council: its params file, a folder of templates, where each file usually comes from, what to agree.

Nothing that is there is overwritten.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from insight import atomic, paths
from insight.catalogue import CATALOGUE, InputKind
from insight.errors import ParamsError
from insight.privacy.register import FILE as SHARING
from insight.sources.contracts import contract as contract_of
from insight.sources.contracts.base import Column, Contract
from insight.sources.contracts.checking import EXAMPLE, TYPES
from insight.workbook.updating import Added, append, differing_columns, update_params

MODEL = "wigan"
"""Council whose params file others begin from: every input not supplied, settings those of the case study."""
DISTRICTS = "greater_manchester_districts.csv"
OPEN_LICENCE = "open data (Open Government Licence): name the source"
AGREEMENTS = {
    "place": OPEN_LICENCE,
    "population": OPEN_LICENCE,
    "segments": "the supplier's licence, which says what may be shown and to whom; the open classification needs none",
    "values": "consent of the respondents, and the survey contractor's terms",
    "networks": "consent of the respondents",
    "network_tables": "consent of the respondents; contacts are named by others, so nothing of a name is kept",
    "interviews": "written consent of each family, kept in consent.csv",
    "records": "a data-sharing agreement with each service, after an impact assessment (DPIA)",
    "services": "a data-sharing agreement with the service; published indicators need none",
    "children": "a data-sharing agreement with children's services",
    "families": "a data-sharing agreement with family support",
    "journeys": "a data-sharing agreement with the agencies that hold the contacts",
    "project": "the council's own records",
}
"""Under which agreement the inputs of a theme usually come."""
CONTROLLERS = {
    "services": "the service named in the file",
    "records": "the service named in the file",
    "segments": "holder of the licence and of the address list",
}


def district(name: str) -> tuple[str, str, str] | None:
    """Return name, slug and code of a Greater Manchester council, by its name or slug; ``None`` for any other."""
    with paths.reference(DISTRICTS).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if name.casefold() in (row["name"].casefold(), slug_of(row["name"])):
                return row["name"], slug_of(row["name"]), row["lad_code"]
    return None


def slug_of(name: str) -> str:
    """Return a council's name as params and folders write it."""
    return "_".join(re.findall(r"[a-z0-9]+", name.casefold()))


def _example(column: Column) -> str:
    if column.allowed:
        return column.allowed[0]
    if column.area:
        return "code_of_the_look_up"
    return {
        "text": "text",
        "integer": f"{column.minimum or 1:g}",
        "number": f"{column.minimum or 1:g}",
        "date": "2024-01-31",
        "flag": "true",
    }[column.type]


def template(agreed: Contract) -> str:
    """Return an empty file of an input: header, a row of types and an example row, both refused if left in."""
    names = [column.name for column in agreed.columns]
    examples = [_example(column) for column in agreed.columns]
    rules = [column.rule() for column in agreed.columns]
    examples[0], rules[0] = f"{EXAMPLE}{examples[0]}", f"{TYPES}{rules[0]}"
    if agreed.geometry:
        shape = {"type": "Feature", "properties": dict(zip(names, examples, strict=True)), "geometry": None}
        return json.dumps({"type": "FeatureCollection", "features": [shape]}, indent=2) + "\n"
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([names, rules, examples])
    return stream.getvalue()


def template_name(kind: InputKind) -> str:
    """Return the file name of an input's template: a CSV for tables, whatever the input's own ending."""
    return kind.file if kind.file.endswith(".geojson") else f"{kind.name}.csv"


def _row(kind: InputKind) -> str:
    return (
        f"| `{kind.file}` | {kind.title} | {contract_of(kind.name).source_hint or 'the council'} | "
        f"{'rows are people: ' if kind.people else ''}{AGREEMENTS[kind.theme]} |"
    )


def readme(name: str, slug: str) -> str:
    """Return the page of a council's data folder: each file, where it comes from, under which agreement."""
    return "\n".join(
        [
            f"# Data of {name}",
            "",
            "This folder is ignored by git. `templates/` has each input's columns; its rows of types and examples are",
            "refused if they are left in. An export in another layout is taken in as it is:",
            f"`insight adopt FILE --as INPUT --params params/{slug}.yml`. People's rows are read only under an",
            f"entry in `{SHARING}`. `insight check params/{slug}.yml` says what is there, what is missing and",
            "what to do next.",
            "",
            "| file | what | where it usually comes from | under which agreement |",
            "|---|---|---|---|",
            *(_row(kind) for kind in CATALOGUE),
            "",
        ]
    )


def sharing() -> str:
    """Return a register of data sharing to fill: one block a theme, each a comment until it is agreed."""
    lines = [
        "# What was agreed, source by source. Take the `# ` off the lines of what is agreed, and fill every `...`.",
        "# Lawful bases: consent, contract, legal_obligation, vital_interests, public_task, legitimate_interests.",
        "# Audience: analysts, council, partners, public. Fields are those that are read; strike what is not agreed.",
        "# sources:",
    ]
    for theme in dict.fromkeys(kind.theme for kind in CATALOGUE if kind.people):
        lines += _block(theme, [kind for kind in CATALOGUE if kind.people and kind.theme == theme])
    return "\n".join(lines) + "\n"


def _block(theme: str, kinds: Iterable[InputKind]) -> Iterator[str]:
    yield f"#   {theme}:"
    yield f'#     controller: "..." # {CONTROLLERS.get(theme, "who decides on these data")}'
    yield '#     purpose: "..."'
    yield "#     lawful_basis: ..."
    yield '#     legal_gateway: "..." # the law that allows the sharing, if one is needed beside the basis'
    yield '#     retention_until: "..." # last day of use, as 2027-03-31'
    yield "#     audience: [analysts]"
    yield "#     inputs:"
    for kind in kinds:
        fields = ", ".join(column.name for column in contract_of(kind.name).columns)
        yield f"#       {kind.name}: [{fields}]"


def params_text(name: str, slug: str, code: str) -> str:
    """Return a params file in which every input is not supplied, with the expected path in a comment."""
    text = (paths.root() / "params" / f"{MODEL}.yml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^(\s+lad_code:) .*$", rf"\1 {code}", text, count=1)
    return text.replace(MODEL.title(), name).replace(MODEL, slug)


def files(name: str, slug: str, code: str) -> dict[Path, str]:
    """Return every file of a start by its place."""
    folder = paths.root() / "data" / slug
    made = {paths.root() / "params" / f"{slug}.yml": params_text(name, slug, code)}
    made |= {folder / "README.md": readme(name, slug), folder / SHARING: sharing()}
    for kind in CATALOGUE:
        made[folder / "templates" / template_name(kind)] = template(contract_of(kind.name))
    return made


def _known(council: str, code: str | None) -> tuple[str, str, str]:
    """Return name, slug and code of a council.

    Raises:
        ParamsError: its code is not known, or is none.
    """
    known = district(council)
    if known is None and (code is None or not re.fullmatch(r"E0[6-9]\d{6}", code)):
        raise ParamsError(
            f"the code of {council} is not known. Fix: give --lad-code, such as E08000005, of the national register"
        )
    return known or (council, slug_of(council), code or "")


def _write_absent(made: Mapping[Path, str]) -> tuple[list[Path], list[Path]]:
    written, kept = [], []
    for path, text in made.items():
        if path.exists():
            kept.append(path)
            continue
        atomic.write_text(path, text)
        written.append(path)
    return written, kept


def start(council: str, *, code: str | None = None) -> tuple[list[Path], list[Path]]:
    """Write what a council starts from.

    Args:
        council: a name or slug; of the ten Greater Manchester councils the code is known.
        code: the council's code of the national register, for any other.

    Returns:
        Files that were written, and files that were there and stay as they are.

    Raises:
        ParamsError: a council whose code is not known, or a code that is none; one that was laid out before.
    """
    name, slug, found = _known(council, code)
    if (paths.root() / "data" / slug / "templates").exists():
        raise ParamsError(
            f"data/{slug} was laid out before. Fix: `insight init {slug} --update` adds what is new since then and "
            f"overwrites nothing; `insight check params/{slug}.yml` says what to do next"
        )
    return _write_absent(files(name, slug, found))


def update(council: str, *, code: str | None = None) -> Added:
    """Add what is new since a council was laid out: templates, inputs and settings in its params, lines to agree.

    Nothing that is there is overwritten: params keep their text and comments, and a template that is there stays; where
    its columns are no longer today's it is named.

    Raises:
        ParamsError: as :func:`start`, or params that nothing can be added to safely.
    """
    name, slug, found = _known(council, code)
    made, folder = files(name, slug, found), paths.root() / "data" / slug
    params, page, register = paths.root() / "params" / f"{slug}.yml", folder / "README.md", folder / SHARING
    added = Added()
    if params.exists():
        update_params(params, made[params], added)
    added.written, kept = _write_absent(made)
    text = page.read_text(encoding="utf-8")
    append(
        page, "Added since:\n", _rows_of([kind for kind in CATALOGUE if f"`{kind.file}`" not in text]), "lines", added
    )
    text = register.read_text(encoding="utf-8")
    new = [kind for kind in CATALOGUE if kind.people and not re.search(rf"\b{kind.name}\b", text)]
    head = "# Added since: agree each, and move it to its source above."
    lines = [line for theme in dict.fromkeys(one.theme for one in new) for line in _new_of(theme, new)]
    append(register, head, lines, "lines to agree", added)
    for path in kept:
        if path.parent.name == "templates" and (change := differing_columns(path, made[path])):
            said = f"{paths.shown(path)}: {change}. It stays: delete it and update again for the present one"
            added.said.append(said)
    return added


def _rows_of(kinds: Sequence[InputKind]) -> list[str]:
    head = ["| file | what | where it usually comes from | under which agreement |", "|---|---|---|---|"]
    return [*head, *(_row(kind) for kind in kinds)] if kinds else []


def _new_of(theme: str, new: Sequence[InputKind]) -> list[str]:
    return list(_block(theme, [kind for kind in new if kind.theme == theme]))
