"""Which services of the council's directory serve a neighbourhood."""

from __future__ import annotations

from insight.report.neighbourhoods.places import Place, rows_of_input
from insight.report.page import Run
from insight.report.parts import table, words
from insight.sources.standing import of_file

NEEDED = {"need", "service", "provider", "kind", "area"}
EVERYWHERE = "all"


def _age(row: dict[str, str]) -> str:
    first, last = row.get("from_months"), row.get("to_months")
    return f"{first} to {last} months" if first and last else ""


def directory(run: Run, place: Place) -> str:
    """Return the services that the directory gives for the ward or for everywhere; a sentence without a directory."""
    rows = rows_of_input(run, "service_directory")
    path = run.loaded.input_path("service_directory")
    if not rows or path is None or not set(rows[0]) >= NEEDED:
        return "<p>No directory of services is supplied, so which services serve this place is not known here.</p>"
    own = [row for row in rows if row["area"] in {EVERYWHERE, place.ward_code, place.code}]
    shown = [
        {
            "need": words(row["need"]).capitalize(),
            "service": row["service"],
            "provider": row["provider"],
            "for": "everyone" if row["kind"] == "universal" else "those referred",
            "child's age": _age(row),
            "serves": "the whole borough" if row["area"] == EVERYWHERE else "this area",
            "checked": row.get("checked", ""),
        }
        for row in own
    ]
    return table(
        shown,
        name="services-here",
        title=f"{len({row['service'] for row in own})} services in the directory serve {place.ward}",
        caption="One row a need that a service meets, as the council's directory of services gives it.",
        source="Directory of local services",
        standing=of_file(path),
    )
