"""What one record cost, by the study's own spending lines; nothing is priced that it did not buy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

SPEND = 10.0**3
"""The next spend, in pounds."""


@dataclass(frozen=True, kw_only=True)
class Price:
    """What one record cost, and how many of them the spending line bought."""

    each_gbp: float
    unit: str
    records: int


def by_line(funding: pd.DataFrame, lines: Sequence[Mapping[str, Any]]) -> dict[str, Price]:
    """Return the price of one record by spending line: its amount over the records that it bought."""
    amounts = funding.set_index("line")["amount_gbp"].to_dict()
    return {
        str(line["line"]): Price(
            each_gbp=amounts[line["line"]] / line["records"], unit=str(line["unit"]), records=int(line["records"])
        )
        for line in lines
        if line["line"] in amounts
    }


def by_stage(funding: pd.DataFrame, lines: Sequence[Mapping[str, Any]]) -> dict[str, Price]:
    """Return the price of one record by the stage that rests on such records."""
    prices = by_line(funding, lines)
    return {
        stage: prices[str(line["line"])] for line in lines if str(line["line"]) in prices for stage in line["stages"]
    }
