"""The indicator catalogue: what each indicator means, which way is better, where it comes from, when it changed.

A new indicator is a row here and rows in the indicators; nothing else in the stage names it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insight import paths
from insight.errors import InputError, Problem
from insight.privacy.loading import Inputs

REFERENCE = "indicator_catalogue.csv"
LOWER_BETTER, HIGHER_BETTER = "lower_better", "higher_better"
TEXTS = ("breaks", "caveat", "definition", "licence", "fetch", "registry", "period", "geography", "source")
MISSING = "not in the catalogue"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One indicator, as readers should know it."""

    indicator: str
    theme: str
    label: str
    definition: str
    polarity: str
    source: str
    licence: str
    fetch: str
    registry: tuple[str, ...] = ()
    """Sources of the registry of open data from which ``insight fetch`` brings it; empty where none has it."""
    caveat: str
    breaks: tuple[tuple[int, str], ...]
    is_known: bool

    @property
    def sign(self) -> int:
        """1 where higher is better, -1 where lower is, 0 where neither."""
        return {HIGHER_BETTER: 1, LOWER_BETTER: -1}.get(self.polarity, 0)


def table(inputs: Inputs) -> pd.DataFrame:
    """Return the reference catalogue, its rows replaced and added to by the council's own."""
    rows = pd.read_csv(paths.reference(REFERENCE), dtype=str, keep_default_na=False)
    if inputs.has("indicator_catalogue"):
        own = inputs.table("indicator_catalogue").astype(object).fillna("").reindex(columns=rows.columns, fill_value="")
        rows = pd.concat([rows[~rows["indicator"].isin(own["indicator"])], own], ignore_index=True)
    return rows.sort_values(["theme", "indicator"], ignore_index=True)


def parsed_breaks(text: str, *, indicator: str) -> tuple[tuple[int, str], ...]:
    """Return changes of definition as (year, what changed) from `year: what; year: what`.

    Raises:
        InputError: a part that does not start with a year.
    """
    found = []
    for part in filter(None, (one.strip() for one in text.split(";"))):
        year, _, what = part.partition(":")
        if not year.strip().isdigit() or not what.strip():
            raise InputError(
                [
                    Problem(
                        file=REFERENCE,
                        column="breaks",
                        rule=f"changes of {indicator} as `year: what changed`, parted by semicolons",
                        found=part,
                        fix="write for instance `2013: profile revised`",
                    )
                ]
            )
        found.append((int(year), what.strip()))
    return tuple(sorted(found))


def listed(text: str) -> tuple[str, ...]:
    """Return what a cell holds, parted by semicolons."""
    return tuple(filter(None, (one.strip() for one in text.split(";"))))


def _readable(code: str) -> str:
    text = code.replace("_", " ")
    return text[:1].upper() + text[1:]


def entries(inputs: Inputs, found: pd.DataFrame) -> dict[str, Entry]:
    """Return the entry of every indicator that occurs; one without a row gets its code as name and no polarity."""
    rows = {row["indicator"]: row for row in table(inputs).to_dict("records")}
    made = {}
    for indicator, group in found.groupby("indicator", sort=False):
        code, row = str(indicator), rows.get(str(indicator))
        given = row or {"label": _readable(code), "polarity": "none", **dict.fromkeys(TEXTS, "")}
        made[code] = Entry(
            indicator=code,
            theme=str(group["theme"].iloc[0]),
            label=given["label"],
            definition=given["definition"] or MISSING,
            polarity=given["polarity"],
            source=str(group["source"].iloc[-1]),
            licence=given["licence"] or MISSING,
            fetch=given["fetch"] or MISSING,
            registry=listed(given.get("registry", "")),
            caveat=given["caveat"],
            breaks=parsed_breaks(given["breaks"], indicator=code),
            is_known=row is not None,
        )
    return made
