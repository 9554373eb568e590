"""Sheets of inputs of the appraisal's spreadsheet: discounting, costs and benefits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from insight.methods import appraisal
from insight.stages.benefits.money import Model

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


POUNDS, RATIO, PER_CENT = "#,##0.00", "0.0000", "0.0%"
FIRST_YEAR_COLUMN = 7
"""Column of year 0 on the sheet of flows."""


WIDE = {"scheme": 50, "item": 58, "agency": 28, "basis": 90, "factor": 15, "cashability": 17, "remark": 60}
"""Widths, in characters, of columns whose content is longer than their head."""
NARROWEST = 13
COST_HEADS = (
    "scheme",
    "item",
    "agency",
    "kind",
    "price year",
    "amount",
    "year spent",
    "to base year",
    "in base prices",
    "basis",
)


BENEFIT_HEADS = (
    "scheme",
    "item",
    "agency",
    "agency share",
    "kind",
    "cashability",
    "population",
    "engagement",
    "impact",
    "deadweight",
    "deadweight mode",
    "unit value",
    "price year",
    "optimism bias factor",
    "attribution",
    "first year",
    "years",
    "drop-off a year",
    "to base year",
    "net impact",
    "full year, base prices",
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the formulas rest on beside the schemes: rates, price index and the choice about optimism."""

    base_year: int
    bands: tuple[appraisal.Band, ...]
    index: Mapping[int, float]
    edition: str
    bias: Mapping[int, float] | None
    combine: appraisal.Combine
    origins: Mapping[str, str] = field(default_factory=dict)
    """What each kind of input is, for readers who meet the file alone."""


def new_sheet(book: Workbook, name: str, heads: Iterable[str]) -> Worksheet:
    """Add a sheet with bold heads that stay in sight, columns as wide as they need, one page wide in print."""
    from openpyxl.styles import Font

    sheet = book.create_sheet(name)
    sheet.append(list(heads))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        words = str(cell.value or "")
        sheet.column_dimensions[cell.column_letter].width = WIDE.get(words, max(NARROWEST, len(words) + 3))
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return sheet


def as_pounds(sheet: Worksheet, columns: str) -> None:
    """Show the numbers of columns, named by their letters, as pounds and pence."""
    for letter in columns:
        for cell in sheet[letter][1:]:
            cell.number_format = POUNDS


def write_discounting(book: Workbook, chosen: Settings, *, horizon: int) -> None:
    """Write rates and discount factors by year as formulas, and the price index."""
    sheet = new_sheet(book, "Discounting", ["year", "rate", "factor", "", "price year", "index"])
    for year in range(horizon + 1):
        row = year + 2
        rate = next((b.rate for b in chosen.bands if b.first <= year and (b.last is None or year <= b.last)), 0.0)
        sheet.cell(row, 1, year)
        sheet.cell(row, 2, rate if year else 0.0).number_format = PER_CENT
        sheet.cell(row, 3, f"=C{row - 1}/(1+B{row})" if year else 1.0).number_format = "0.0000000000"
    for place, (year, value) in enumerate(sorted(chosen.index.items())):
        sheet.cell(place + 2, 5, year)
        sheet.cell(place + 2, 6, value)


def _to_base(cell: str) -> str:
    span = "Discounting!$E$2:$E$200,0)"
    own = f"INDEX(Discounting!$F$2:$F$200,MATCH({cell},{span})"
    return f"=INDEX(Discounting!$F$2:$F$200,MATCH(Guide!$B$3,{span})/{own}"


def write_costs(book: Workbook, models: Sequence[Model]) -> list[tuple[int, Any, str]]:
    """Write costs, one row a year spent; return each row's number, cost and scheme."""
    sheet, rows = new_sheet(book, "Costs", COST_HEADS), []
    for model in models:
        for cost in model.costs:
            for year, amount in enumerate(cost.amounts_gbp):
                row = sheet.max_row + 1
                line = [model.label, cost.name, cost.agency, cost.kind, cost.price_year, amount, year]
                sheet.append([*line, _to_base(f"E{row}"), f"=F{row}*H{row}", model.cost_basis])
                rows.append((row, cost, model.label))
    as_pounds(sheet, "FI")
    return rows


def _factor(benefit: appraisal.Benefit, chosen: Settings) -> float:
    if chosen.bias is None:
        return 1.0
    return appraisal.combined_bias([chosen.bias[grade] for grade in benefit.grades], combine=chosen.combine)


def write_benefits(book: Workbook, models: Sequence[Model], chosen: Settings) -> list[tuple[int, str, str]]:
    """Write benefits, one row an agency; return each row's number, agency and scheme."""
    sheet, rows = new_sheet(book, "Benefits", BENEFIT_HEADS), []
    for model in models:
        for benefit in model.benefits:
            for agency, share in appraisal.agency_shares(benefit.agencies).items():
                row = sheet.max_row + 1
                sheet.append(
                    [
                        model.label,
                        benefit.name,
                        agency,
                        share,
                        benefit.kind,
                        benefit.cashability.get(agency) or appraisal.NOT_ASSESSED,
                        benefit.population,
                        benefit.engagement,
                        benefit.impact,
                        benefit.deadweight,
                        benefit.deadweight_mode,
                        benefit.unit_value,
                        benefit.price_year,
                        _factor(benefit, chosen),
                        benefit.attribution,
                        benefit.start,
                        benefit.duration,
                        benefit.dropoff,
                        _to_base(f"M{row}"),
                        f'=IF(K{row}="subtract",I{row}-J{row},I{row}*(1-J{row}))',
                        f'=G{row}*H{row}*T{row}*L{row}*N{row}*IF(O{row}="",1,O{row})*S{row}*D{row}',
                    ]
                )
                rows.append((row, agency, model.label))
    as_pounds(sheet, "LU")
    return rows
