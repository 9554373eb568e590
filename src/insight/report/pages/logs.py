"""The log of data and the log of assumptions, each line with a rating of how far to trust it."""

from __future__ import annotations

import csv

from insight import paths
from insight.catalogue import BY_NAME
from insight.report.page import Rows, Run
from insight.report.parts import table, words
from insight.sources.standing import of_file

RATINGS = {
    "demonstration": ("red", "generated: tests the method, is no evidence"),
    "supplied": ("amber", "the council's own extract: as good as its checks, see the stage's limits"),
    "open": ("green", "open data, with source and licence"),
    "published": ("green", "figures as the publication prints them"),
}
KEY = (
    "<p>Ratings: <strong>green</strong>, sound for the use made of it; <strong>amber</strong>, usable with the caveat "
    "given; <strong>red</strong>, no evidence.</p>"
)


def reference_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV of ``data/reference``."""
    with paths.reference(name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def data_rows(run: Run) -> Rows:
    """Return the input files of a run: standing, rating, whether rows are people, and which stages read them."""
    seen: dict[str, dict[str, object]] = {}
    for stage, known in run.known.stages.items():
        for name, one in known.inputs.items():
            row = seen.setdefault(name, {"name": name, "file": one["file"], "rows": one["rows"], "stages": []})
            row["stages"].append(words(stage))  # type: ignore[attr-defined]
    found = []
    for name, row in seen.items():
        path = run.loaded.input_path(name)
        kind = of_file(path).kind if path is not None and path.exists() else "supplied"
        rating, why = RATINGS[kind]
        found.append(
            {
                "data": BY_NAME[name].title,
                "file": row["file"],
                "rows": row["rows"],
                "standing": kind,
                "is about people": BY_NAME[name].people,
                "rating": rating,
                "why": why,
                "used by": ", ".join(row["stages"]),  # type: ignore[arg-type]
            }
        )
    return found


def _references() -> Rows:
    found = []
    for file in sorted(paths.reference("").glob("*.csv")):
        rows = reference_rows(file.name)
        checked = [row.get("verified", "").lower() in {"yes", "true", ""} for row in rows]
        found.append(
            {
                "data": words(file.stem),
                "file": paths.shown(file),
                "rows": len(rows),
                "source": "; ".join(dict.fromkeys(row["source"] for row in rows[:50])),
                "licence": "; ".join(dict.fromkeys(row["licence"] for row in rows[:50])),
                "rating": "green" if all(checked) else "amber",
                "why": "as its source gives it"
                if all(checked)
                else f"{checked.count(False)} rows not verified against the source",
            }
        )
    return found


def logs_page(run: Run) -> str:
    """Return the body of the page of data and assumptions."""
    assumptions = [
        {key: row[key] for key in ("number", "assumption", "why", "rating", "stage")}
        for row in reference_rows("assumptions.csv")
    ]
    return "\n".join(
        [
            KEY,
            "<h2>Data of this run</h2>",
            table(
                data_rows(run),
                name="data-log",
                title="Input files of this run, and how far to trust each",
                caption="Standing is told by the file itself: demonstration files are known by their content.",
                source="Record of the run",
            ),
            "<h2>Reference data carried with the workbook</h2>",
            table(
                _references(),
                name="reference-log",
                title="Benchmarks, schedules and code lists, with source and licence",
                caption="Rows that nobody has checked against their source say so.",
                source="data/reference",
            ),
            "<h2>Assumptions</h2>",
            table(
                assumptions,
                name="assumption-log",
                title=f"{len(assumptions)} assumptions that results rest on",
                caption="Each stage's page states its own limits as well.",
                source="data/reference/assumptions.csv",
            ),
        ]
    )
