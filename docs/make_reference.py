"""Write the reference pages that follow from the code, or with ``--check`` say which are out of date.

Pages: ``inputs.md`` from the contracts, ``figures.md`` from the ledger, ``commands.md`` from the commands' own help,
``glossary.md`` and ``assumptions.md`` from the files that the report shows as well.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from insight import atomic
from insight.catalogue import CATALOGUE
from insight.params import STAGES
from insight.published import ledger
from insight.report.pages.logs import reference_rows
from insight.sources.contracts import all_contracts
from insight.sources.contracts.base import Column, Contract

FOLDER = Path(__file__).parent / "reference"
MADE = "<!-- Made by `nox -s docs`; do not edit. -->\n\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _column(column: Column) -> str:
    return f"| `{column.name}` | {_cell(column.meaning)} | {_cell(column.rule())} |"


def _contract(contract: Contract) -> str:
    kind = contract.kind
    facts = [f"File name by default: `{kind.file}`."]
    if contract.geometry:
        facts.append(f"Shapes: {contract.geometry.lower()}, WGS 84 (EPSG:4326).")
    if kind.people:
        facts.append("Rows are people: read through `insight.privacy` only, never shown.")
    if contract.key:
        facts.append(f"Key: {', '.join(f'`{name}`' for name in contract.key)}.")
    if contract.source_hint:
        facts.append(f"Usual source: {contract.source_hint}.")
    rules = "".join(f"- {rule.rule} (columns {', '.join(rule.columns)}).\n" for rule in contract.rules)
    table = "\n".join(["| column | meaning | rule |", "|---|---|---|", *map(_column, contract.columns)])
    parts = [f"## {kind.name}", f"{kind.title}. {contract.describes}", " ".join(facts), table]
    return "\n\n".join([*parts, *([f"Across columns:\n\n{rules.rstrip()}"] if rules else [])])


def inputs_page() -> str:
    """Return the page of all inputs."""
    contracts = all_contracts()
    head = (
        "# Inputs\n\nOne section an input: columns, meaning, rules. CSV files are UTF-8 with a header row; dates are "
        "year-month-day; flags are `true` or `false`. Workbooks, other layouts and untidy files are taken in by "
        "`insight adopt`, see [another council](../how-to/another-council.md). Whatever breaks a rule "
        "is refused with file, row, column, rule and fix, all problems of a file at once."
    )
    return MADE + "\n\n".join([head, *(_contract(contracts[kind.name]) for kind in CATALOGUE)]) + "\n"


def figures_page() -> str:
    """Return the page of all printed figures by stage."""
    book = ledger.load("oldham")
    if book is None:
        raise SystemExit("data/published/oldham/figures.csv is not there")
    head = (
        "# Printed figures\n\nEvery figure of the publication, as printed, with the rule that gives it its interval. "
        "Repeats stand with their first printing."
    )
    parts = [head]
    for stage in STAGES:
        rows = ["| id | measure | area | printed | unit | rule | how it can be had |", "|---|---|---|---|---|---|---|"]
        for figure in book.of_stage(stage):
            if figure.repeat_of:
                continue
            how = figure.formula or (f"not computable: {figure.missing}" if figure.missing else "from inputs")
            cells = (figure.id, figure.measure, figure.area, figure.value, figure.unit, figure.rounding, how)
            rows.append("| " + " | ".join(map(_cell, cells)) + " |")
        parts.append(f"## {stage}\n\n" + "\n".join(rows))
    return MADE + "\n\n".join(parts) + "\n"


def _commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name in sorted(group.commands):
        command = group.commands[name]
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def commands_page() -> str:
    """Return the page of all commands with their own help."""
    from insight.cli import app
    from insight.cli.examples import EXAMPLES

    group = get_command(app)
    context = group.make_context("insight", [], resilient_parsing=True)
    parts = ["# Commands\n\nWhat `insight COMMAND --help` prints, one section a command."]
    for name, command in _commands(group):
        options = []
        for parameter in command.params:
            if parameter.name == "help":
                continue
            names = (
                ", ".join(f"`{option}`" for option in parameter.opts)
                if parameter.param_type_name == "option"
                else f"`{(parameter.name or '').upper()}`"
            )
            options.append(f"| {names} | {_cell(getattr(parameter, 'help', None) or '')} |")
        table = "\n".join(["| argument | meaning |", "|---|---|", *options]) if options else ""
        examples = "\n".join(["```", *EXAMPLES[name], "```"]) if name in EXAMPLES else ""
        shown = (f"## insight {name}", (command.help or "").strip(), table, examples)
        parts.append("\n\n".join(part for part in shown if part))
    del context
    return MADE + "\n\n".join(parts) + "\n"


def glossary_page() -> str:
    """Return the glossary."""
    rows = reference_rows("glossary.csv")
    return MADE + "\n\n".join(["# Glossary", *(f"**{row['term']}**: {row['meaning']}" for row in rows)]) + "\n"


def assumptions_page() -> str:
    """Return the log of assumptions."""
    head = (
        "# Assumptions\n\nRatings: **green** sound for the use made of it; **amber** usable with the caveat given; "
        "**red** not evidence. The report's log of data rates each input file of a run."
    )
    rows = ["| # | stage | assumption | why | rating |", "|---|---|---|---|---|"]
    keys = ("number", "stage", "assumption", "why", "rating")
    rows += [f"| {' | '.join(_cell(row[key]) for key in keys)} |" for row in reference_rows("assumptions.csv")]
    return MADE + head + "\n\n" + "\n".join(rows) + "\n"


PAGES = {
    "glossary.md": glossary_page,
    "assumptions.md": assumptions_page,
    "inputs.md": inputs_page,
    "figures.md": figures_page,
    "commands.md": commands_page,
}


def main(arguments: list[str]) -> int:
    """Write the pages, or check them."""
    stale = []
    for name, page in PAGES.items():
        file, text = FOLDER / name, page()
        if "--check" in arguments:
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            atomic.write_text(file, text)
    if stale:
        print(f"out of date: {', '.join(stale)}. Fix: nox -s docs")  # noqa: T201
    return 3 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
