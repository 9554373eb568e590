"""A whole draft against a run: what each number is, and what must be mended before it goes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from insight import paths
from insight.errors import NotSuppliedError
from insight.params import LoadedParams
from insight.report.proofreader.matching import FLAGGED, Checked, Known, Values, check
from insight.report.proofreader.mentions import mentions
from insight.report.proofreader.reading import read
from insight.stages.base import FIGURES_FILE, FINDINGS_FILE
from insight.workbook import registry, results

AREA_COLUMNS = ("ward", "neighbourhood", "area", "name", "group", "category_name", "scheme", "label")
SUFFIXES = (("_gbp", "gbp"), ("_pct", "percent"), ("_years", "years"), ("share", "percent"), ("_months", "months"))
LIMITS = ("lower", "upper")
SURENESS = (*LIMITS, "lower_gbp", "upper_gbp", "se", "p", "n_eff", "deff", "df")
PERCENT = 100


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _printed(rows: Iterable[dict[str, Any]], earlier: dict[str, float | None]) -> list[Known]:
    return [
        Known(
            id=row["id"],
            words=f"{row['measure']} {row['id'].replace('.', ' ')}",
            area="" if row["area"] in {"all", "oldham"} else row["area"],
            unit=row["unit"],
            published=_number(row["published"]),
            computed=_number(row["computed"]),
            verdict=row["verdict"],
            evidence=row["evidence"],
            note=str(row["note"]),
            earlier=earlier.get(row["id"]),
        )
        for row in rows
        if row["repeat_of"] is None
    ]


def _claims(rows: Iterable[dict[str, Any]]) -> list[Known]:
    """Return estimates and limits of the claims, and how many there are of each kind."""
    found, decided = [], list(rows)
    for row in decided:
        for place, value in enumerate(_flat([row["value"], row["interval"]])):
            found.append(
                Known(
                    id=f"findings.json: {row['id']}, {'estimate' if place == 0 else 'estimate or limit'}",
                    words=f"{row['claim']} {row['statistic']}",
                    area="",
                    unit="count",
                    published=None,
                    computed=value,
                    verdict="in a claim of the run",
                    evidence="demonstration" if row["data"] == "demonstration" else "recomputed",
                )
            )
    on_evidence = sum(row["data"] not in {None, "demonstration"} for row in decided)
    tried = sum(row["data"] == "demonstration" for row in decided)
    for number, words in (
        (len(decided), "all claims decided on published open or supplied data"),
        (on_evidence, "claims are decided on published open or supplied data"),
        (tried, "further claims were tried on generated data to test the method"),
    ):
        found.append(_count_of_run(number, words))
    return found


def _count_of_run(number: int, words: str) -> Known:
    return Known(
        id=f"the run: {words}",
        words=words,
        area="",
        unit="count",
        published=None,
        computed=float(number),
        verdict="counted in the run",
        evidence="recomputed",
    )


def _flat(values: Any) -> Iterator[float]:
    """Yield the numbers of nested lists."""
    if isinstance(values, list):
        for one in values:
            yield from _flat(one)
    elif (number := _number(values)) is not None:
        yield number


def _unit_of(column: str, *, has_share: bool) -> tuple[str, float]:
    """Return the unit of a table's column and what its values are multiplied with; limits are those of the shares."""
    if has_share and column in LIMITS:
        return "percent", PERCENT
    for suffix, unit in SUFFIXES:
        if column.endswith(suffix):
            return unit, PERCENT if suffix == "share" else 1
    return "count", 1


def _cells(council: str, stage: str, table: str, standing: str) -> list[Known]:
    import pandas as pd

    frame = pd.read_csv(paths.stage_dir(council, stage) / "tables" / f"{table}.csv")
    labels = [name for name in frame.columns if frame[name].dtype.kind not in "fiub"]
    found = []
    for row in frame.to_dict("records"):
        area = " ".join(str(row[name]) for name in labels if name in AREA_COLUMNS)
        about = " ".join(str(row[name]) for name in labels if name not in AREA_COLUMNS)
        for column in frame.columns.difference(labels):
            value = _number(row[column])
            if value is None or value != value:  # noqa: PLR0124 - only a missing value differs from itself
                continue
            unit, factor = _unit_of(str(column), has_share=any("share" in str(one) for one in frame.columns))
            found.append(
                Known(
                    id=f"{stage}/{table}.csv: {column}, {area or about}"[:120],
                    words=f"{column} {about} {table}",
                    area=area,
                    unit=unit,
                    published=None,
                    computed=value * factor,
                    verdict="in a table of the run",
                    evidence=standing,
                    is_limit=str(column) in SURENESS,
                )
            )
    return found


def _tables(loaded: LoadedParams) -> list[Known]:
    from insight.sources.standing import of_file, weakest

    found = []
    for name, stage in registry.stages().items():
        files = [loaded.input_path(one) for one in (*stage.inputs, *stage.optional)]
        standing = weakest(of_file(path) for path in files if path is not None and path.exists()).kind
        for table, level in stage.tables.items():
            file = paths.stage_dir(loaded.council.slug, name) / "tables" / f"{table}.csv"
            if level == "publishable" and file.exists():
                found += _cells(loaded.council.slug, name, table, standing)
    return found


def _earlier(folder: Path | None) -> dict[str, float | None]:
    import json

    if folder is None:
        return {}
    file = folder / FIGURES_FILE
    if not file.exists():
        raise NotSuppliedError(f"{paths.shown(folder)} holds no run. Fix: name a folder such as build/oldham")
    return {row["id"]: _number(row["computed"]) for row in json.loads(file.read_text(encoding="utf-8"))}


def audit(paper: Path, loaded: LoadedParams, *, earlier: Path | None = None) -> list[Checked]:
    """Return what a run says of every number of a draft, in the order of the draft.

    Printed figures are asked first, then the claims' estimates and limits; the cells of publishable tables only for
    numbers that neither explains.

    Args:
        paper: a draft as .docx, .pdf, .html, .txt or .md.
        loaded: the council's params; its last run is asked.
        earlier: the build folder of an earlier run, to tell numbers that have changed since.

    Raises:
        InputError: the draft cannot be read.
        NotSuppliedError: the council has not been run, or ``earlier`` holds no run.
    """
    figures = results.of_last_run(loaded, FIGURES_FILE)
    printed, own = Values(_printed(figures, _earlier(earlier))), _claims(results.of_last_run(loaded, FINDINGS_FILE))
    odd = sum(row["verdict"] == "inconsistent_in_source" for row in results.distinct(figures))
    own.append(_count_of_run(odd, "printed figures contradict the figures that they are made of"))
    claims = Values(own)
    cells: Values | None = None
    found = []
    for paragraph in read(paper):
        for mention in mentions(paragraph):
            one = check(mention, printed)
            if one.status != "agrees" and (told := check(mention, claims)).status == "agrees":
                one = told
            if one.status == "unmatched":
                cells = Values(_tables(loaded)) if cells is None else cells
                one = check(mention, cells)
            found.append(one)
    return found


def counts(found: Sequence[Checked]) -> dict[str, int]:
    """Return how many numbers have each status."""
    return dict(Counter(one.status for one in found).most_common())


def flagged(found: Sequence[Checked]) -> list[Checked]:
    """Return the numbers that must be mended or explained, the gravest first."""
    order = {status: place for place, status in enumerate(FLAGGED)}
    return sorted((one for one in found if one.status in order), key=lambda one: (order[one.status], one.place))
