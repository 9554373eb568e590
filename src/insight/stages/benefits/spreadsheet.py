"""The appraisal as a spreadsheet with live formulas, in the layout that Greater Manchester analysts know.

Sheets run from inputs to results: Guide, Costs, Benefits, Discounting, Flows (one row for each item and agency, one
column a year), Results (one row a scheme). Nothing but inputs is a number; all else is a formula over them.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insight.methods import appraisal
from insight.stages.benefits.declaration import Params
from insight.stages.benefits.money import Model
from insight.stages.benefits.schemes import Tables
from insight.stages.benefits.sheets import (
    FIRST_YEAR_COLUMN,
    POUNDS,
    RATIO,
    Settings,
    new_sheet,
    write_benefits,
    write_costs,
    write_discounting,
)
from insight.stages.benefits.worked_out import Sheets, kept

if TYPE_CHECKING:
    from openpyxl import Workbook

MADE = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
"""Written into the file in place of the day, so that equal results are equal bytes."""
RESULT_HEADS = (
    "scheme",
    "fiscal cost",
    "fiscal benefit",
    "net present budget impact",
    "financial return",
    "cashable return",
    "all benefit",
    "net present public value",
    "public value return",
    "payback, years",
    "payback discounted, years",
)
NO_PAYBACK = "does not pay back"


def settings(params: Params, tables: Tables, *, origins: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of a run; ``origins`` says what each kind of input is."""
    return Settings(
        base_year=params.base_year,
        bands=tuple(tables.bands),
        index=dict(tables.deflator),
        edition=f"{params.schedule}, {params.rate_kind}",
        bias=None if params.optimism_bias == "off" else tables.bias,
        combine=params.bias_combine,
        origins=dict(origins or {}),
    )


def write(file: Path, models: Sequence[Model], chosen: Settings) -> None:
    """Write the spreadsheet, the same bytes for the same results."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    horizon = max((model.horizon for model in models), default=0)
    _guide(book, chosen)
    write_discounting(book, chosen, horizon=horizon)
    cost_rows = write_costs(book, models)
    benefit_rows = write_benefits(book, models, chosen)
    _flows(book, models, cost_rows, benefit_rows, horizon=horizon)
    _results(book, [model.label for model in models if model.costs or model.benefits], horizon=horizon)
    book.properties.creator, book.properties.created, book.properties.modified = "insight", MADE, MADE
    book.save(file)
    _finished(file, _values(book))


def _values(book: Workbook) -> dict[str, dict[str, Any]]:
    """Return the value of each formula by part of the archive, which numbers sheets in their order, and cell."""
    parts = {sheet.title: f"xl/worksheets/sheet{number}.xml" for number, sheet in enumerate(book.worksheets, 1)}
    found: dict[str, dict[str, Any]] = {part: {} for part in parts.values()}
    for sheet, cell, value in Sheets(book).formulas():
        found[parts[sheet]][cell] = value
    return found


def _finished(file: Path, values: Mapping[str, dict[str, Any]]) -> None:
    """Put the value of each formula beside it, and give every part of the archive one date."""
    with zipfile.ZipFile(file) as old:
        parts = [(name, old.read(name)) for name in old.namelist()]
    stamp = MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts:
            if name in values:
                content = kept(content.decode(), values[name]).encode()  # noqa: PLW2901 - the same part, finished
            fixed = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            new.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), fixed)


def _guide(book: Workbook, chosen: Settings) -> None:
    sheet = new_sheet(book, "Guide", ["Cost benefit appraisal", ""])
    corrected = "corrected by grade, table unverified" if chosen.bias else "not corrected: the table is unverified"
    for row in (
        ("Rule", appraisal.NPBI_RULE),
        ("Base year of prices and discounting", chosen.base_year),
        ("Discount rates", chosen.edition),
        ("Optimism", corrected),
        ("Attribution left empty", "all of the benefit is counted: an upper bound"),
        ("Adding schemes", "do not: schemes for the same families may count one benefit twice"),
        ("Price index", "GDP deflator, sheet Discounting; change inputs there, on Costs and on Benefits"),
        *chosen.origins.items(),
    ):
        sheet.append(row)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 42, 100


def _flows(
    book: Workbook,
    models: Sequence[Model],
    cost_rows: Sequence[tuple[int, Any, str]],
    benefit_rows: Sequence[tuple[int, str, str]],
    *,
    horizon: int,
) -> None:
    from openpyxl.utils import get_column_letter as letter

    heads = ["scheme", "item", "agency", "side", "kind", "cashability", *range(horizon + 1), "present value"]
    sheet = new_sheet(book, "Flows", heads)
    ends = {model.label: model.horizon for model in models}

    def add(source: str, row: int, side: str, columns: str, formulas: list[str]) -> None:
        here = sheet.max_row + 1
        scheme, item, agency, kind = (f"={source}!{column}{row}" for column in columns[:4])
        cash = f"={source}!{columns[4]}{row}" if len(columns) > 4 else appraisal.NOT_ASSESSED  # noqa: PLR2004 - costs
        worth = "+".join(
            f"{letter(FIRST_YEAR_COLUMN + year)}{here}*Discounting!$C${year + 2}" for year in range(horizon + 1)
        )
        sheet.append([scheme, item, agency, side, kind, cash, *formulas, f"={worth}"])
        for cell in sheet[here][FIRST_YEAR_COLUMN - 1 :]:
            cell.number_format = POUNDS

    for row, _, label in cost_rows:
        spent = [f"=IF(Costs!$G{row}={year},Costs!$I{row},0)" for year in range(horizon + 1)]
        add("Costs", row, "cost", "ABCD", _within(spent, ends[label]))
    for row, _, label in benefit_rows:
        gained = [
            f"=IF(AND({year}>=Benefits!$P{row},{year}<Benefits!$P{row}+Benefits!$Q{row}),"
            f"Benefits!$U{row}*(1-Benefits!$R{row})^({year}-Benefits!$P{row}),0)"
            for year in range(horizon + 1)
        ]
        add("Benefits", row, "benefit", "ABCEF", _within(gained, ends[label]))


def _within(formulas: list[str], end: int) -> list[str]:
    """Return formulas with nothing past a scheme's own horizon."""
    return [formula if year <= end else "=0" for year, formula in enumerate(formulas)]


def _sum(column: str, row: int, *conditions: tuple[str, str], last: int) -> str:
    pairs = "".join(f',Flows!${one}$2:${one}${last},"{value}"' for one, value in conditions)
    return f"SUMIFS(Flows!{column}$2:{column}${last},Flows!$A$2:$A${last},$A{row}{pairs})"


def _results(book: Workbook, labels: Sequence[str], *, horizon: int) -> None:
    from openpyxl.utils import get_column_letter as letter

    sheet = new_sheet(book, "Results", RESULT_HEADS)
    last = max(2, book["Flows"].max_row)
    worth = f"${letter(FIRST_YEAR_COLUMN + horizon + 1)}"
    fiscal, gains, pays = ("E", "fiscal"), ("D", "benefit"), ("D", "cost")
    plain = _cumulative(book, "Payback", labels, horizon=horizon, last=last, is_discounted=False)
    present = _cumulative(book, "Payback discounted", labels, horizon=horizon, last=last, is_discounted=True)
    for place, label in enumerate(labels):
        row = place + 2
        cost = _sum(worth, row, pays, last=last)
        cash = _sum(worth, row, gains, fiscal, ("F", "cashable"), last=last)
        sheet.append(
            [
                label,
                f"={_sum(worth, row, pays, fiscal, last=last)}",
                f"={_sum(worth, row, gains, fiscal, last=last)}",
                f"=B{row}-C{row}",
                f'=IF(B{row}=0,"",C{row}/B{row})',
                f'=IF(B{row}=0,"",{cash}/B{row})',
                f"={_sum(worth, row, gains, last=last)}",
                f"=G{row}-{cost}",
                f'=IF({cost}=0,"",G{row}/{cost})',
                f"={plain[place]}",
                f"={present[place]}",
            ]
        )
        for cell, form in zip(sheet[row][1:], (POUNDS,) * 3 + (RATIO,) * 2 + (POUNDS,) * 2 + (RATIO,) * 3, strict=True):
            cell.number_format = form


def _cumulative(
    book: Workbook, name: str, labels: Sequence[str], *, horizon: int, last: int, is_discounted: bool
) -> list[str]:
    """Write yearly net, running total and the crossing year by year; return the payback cell of each scheme."""
    from openpyxl.utils import get_column_letter as letter

    sheet, cells = new_sheet(book, name, ["scheme", "line", *range(horizon + 1), "payback"]), []
    for label in labels:
        net, total, crossing = (sheet.max_row + step for step in (1, 2, 3))
        rows: list[list[Any]] = [[label, "net"], [label, "running total"], [label, "crossing"]]
        for year in range(horizon + 1):
            own, before = letter(year + 3), letter(year + 2)
            column = letter(FIRST_YEAR_COLUMN + year)
            fiscal = ("E", "fiscal")
            gain = _sum(column, net, ("D", "benefit"), fiscal, last=last)
            spent = _sum(column, net, ("D", "cost"), fiscal, last=last)
            factor = f"*Discounting!$C${year + 2}" if is_discounted else ""
            rows[0].append(f"=({gain}-{spent}){factor}")
            rows[1].append(f"={before}{total}+{own}{net}" if year else f"={own}{net}")
            crossed = f"{year - 1}+ABS({before}{total})/{own}{net}"
            rows[2].append(
                f'=IF(AND({before}{total}<0,{own}{total}>=0),{crossed},"")' if year else f'=IF({own}{total}>=0,0,"")'
            )
        ends = f"C{crossing}:{letter(horizon + 3)}{crossing}"
        rows[2].append(f'=IF(COUNT({ends})=0,"{NO_PAYBACK}",MIN({ends}))')
        for line in rows:
            sheet.append(line)
        cells.append(f"'{name}'!{letter(horizon + 4)}{crossing}")
    return cells
