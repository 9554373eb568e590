"""The log of data and the log of assumptions, each line with a rating of how far to trust it."""

from __future__ import annotations

import csv

from insight import paths
from insight.catalogue import BY_NAME
from insight.report.page import Rows, Run
from insight.report.parts import table, words
from insight.sources.standing import SUPPLIED, of_file
from insight.sources.untidy.changes import LEFT_OUT, STATUS, of_text

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
        standing = of_file(path) if path is not None and path.exists() else SUPPLIED
        rating, why = RATINGS[standing.kind]
        if standing.mark:
            why = f"{why}; a copy, known by {standing.mark}"
        found.append(
            {
                "data": BY_NAME[name].title,
                "file": row["file"],
                "rows": row["rows"],
                "standing": standing.kind,
                "is about people": BY_NAME[name].people,
                "rating": rating,
                "why": why,
                "used by": ", ".join(row["stages"]),  # type: ignore[arg-type]
            }
        )
    return found


def reading_rows(run: Run) -> Rows:
    """Return what was changed on reading each input, once a change: kind, how often, where first, by which stages."""
    seen: dict[tuple[str, str], dict[str, object]] = {}
    for stage, known in run.known.stages.items():
        for name, one in known.inputs.items():
            for line in one.get("changed_on_reading", ()):
                told = of_text(line)
                row = seen.setdefault(
                    (name, line),
                    {
                        "data": BY_NAME[name].title,
                        "file": one["file"],
                        "kind": told.kind,
                        "change": told.what,
                        "times": told.count,
                        "where first": told.where,
                        "stages": [],
                    },
                )
                row["stages"].append(words(stage))  # type: ignore[attr-defined]
    found = sorted(seen.values(), key=lambda row: (str(row["data"]), str(row["kind"])))
    return [{**row, "stages": ", ".join(row["stages"])} for row in found]  # type: ignore[arg-type]


def readings(run: Run) -> str:
    """Return what was changed on reading as a section; that nothing was, where every file was read as it stands."""
    files = {(name, one["file"]) for known in run.known.stages.values() for name, one in known.inputs.items()}
    rows = reading_rows(run)
    changed = len({(row["data"], row["file"]) for row in rows})
    if not rows:
        said = f"Nothing was changed. Files read as they stand, cell by cell: {len(files)}."
        return f"<h2>What was changed on reading</h2><p>{said}</p>"
    statuses = sum(int(str(row["times"])) for row in rows if row["kind"] == STATUS)
    left = sum(int(str(row["times"])) for row in rows if row["kind"] == LEFT_OUT)
    said = (
        f"Files of which something was read in another way than it stands: {changed} of {len(files)}. Suppressed or "
        f"marked cells that became a status, never nought: {statuses:,}. Rows, columns or cells left out: {left:,}. "
        "No record was corrected: a file with a "
        "cell that may mean two things, or that breaks its contract, is refused whole, so nothing else was dropped."
    )
    shown = table(
        rows,
        name="readings",
        title="What was changed on reading, by file",
        caption="Cells are named as the file's own spreadsheet names them; the files themselves stay as they are.",
        source="Record of the run, run.json",
    )
    return f"<h2>What was changed on reading</h2><p>{said}</p>{shown}"


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
            readings(run),
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
