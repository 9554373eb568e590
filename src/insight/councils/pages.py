"""Pages of the report that compares councils."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from insight.councils.reading import Compared, clearly_apart, likeness
from insight.display.charts import dot_interval
from insight.display.figure import Figure
from insight.report.page import INDEX, Page, Run, plain_page
from insight.report.parts import table, words
from insight.report.rendering import text
from insight.report.standing import of_stage
from insight.sources.standing import weakest

FOUND, ABOUT = "Comparisons", "About this report"
MOST_DRAWN = 8
LIMITS = {"limits": "95% limits", "full count": "bounds"}
BOUNDS = {
    "limits": "",
    "full count": "A full count, no sample: the bounds are what those that could not be classed might add. ",
}
SOURCE = "Publishable tables of each council's last run"


def measure_page(found: Compared) -> Page:
    """Return the page of one measure: pictures by category, and one table of every value with its limits."""
    measure, frame = found.measure, found.rows
    if measure.basis == "counts":
        return _counts_page(found)
    kinds = frame.groupby(["what", "definition"], sort=False)
    shared = [rows for _, rows in kinds if len(rows) > 1]
    alone = [rows for _, rows in kinds if len(rows) == 1]
    parts = [f"<p>{_finding(found, len(shared))}</p>"]
    if found.absent:
        parts.append(f"<p>Without this measure: {text(', '.join(found.absent))}.</p>")
    if len(shared) <= MOST_DRAWN:
        parts += [_picture(found, number, rows) for number, rows in enumerate(shared, start=1)]
    if alone:
        listed = "".join(f"<li>{_only(rows.iloc[0])}</li>" for rows in alone)
        parts.append(f"<h2>Not compared: defined by one council only</h2><ul>{listed}</ul>")
    parts.append("<h2>All values</h2>")
    parts.append(
        table(
            frame.to_dict("records"),
            name=f"all-{measure.name}",
            title=f"{measure.title}: every council's value with its {LIMITS[measure.basis]}",
            caption=f"Unit: {measure.unit}. {BOUNDS[measure.basis]}Councils stand in the order they were named in. "
            "Possible ranks, from the highest, are those that no comparison rules out; councils of another definition "
            "are not ranked together.",
            source=SOURCE,
            standing=found.standing,
        )
    )
    return plain_page(f"{measure.name}.html", "\n".join(parts), title=measure.title, short=measure.title, group=FOUND)


def _counts_page(found: Compared) -> Page:
    """Return the page of counts from purposive samples: side by side, with no limits, no picture and no rank."""
    measure = found.measure
    kept = found.rows.drop(columns=["lower", "upper", "possible ranks"])
    kept["council"] = [f"{one.council} (of {one.n})" for one in kept.itertuples()]
    wide = kept.pivot_table(index=["what", "definition"], columns="council", values="estimate", sort=False)
    frame = wide.astype("Int64").reset_index().rename(columns={"what": "theme", "definition": "kind"})
    rows = frame.astype(object).where(frame.notna(), "not shown").to_dict("records")
    said = (
        "Families were chosen for what they could tell, not at random. Counts stand beside the number of interviews; "
        "nothing is inferred from one council to another, nor to families who were not asked."
    )
    parts = [f"<p>{said}</p>"]
    if found.absent:
        parts.append(f"<p>Without interviews: {text(', '.join(found.absent))}.</p>")
    parts.append(
        table(
            rows,
            name=f"all-{measure.name}",
            title=f"{measure.title}: counts by council",
            caption="Beside each council's name: how many interviews. A theme raised by too few is not shown. No "
            "limits and no ranks: the samples are purposive.",
            source=SOURCE,
            standing=found.standing,
        )
    )
    return plain_page(f"{measure.name}.html", "\n".join(parts), title=measure.title, short=measure.title, group=FOUND)


def _only(row: Any) -> str:
    return text(f"{row['council']}: {row['what']} ({row['definition']})")


def _finding(found: Compared, shared: int) -> str:
    apart = clearly_apart(found.rows, found.measure.basis)
    said = "no council is clearly apart from another" if apart == 0 else "some council is clearly apart from another"
    count = f"In {apart} of {shared}" if apart else f"In all {shared}"
    basis = "bounds of full counts" if found.measure.basis == "full count" else "95% limits, all pairs together"
    shown = "In the one category" if shared == 1 else f"{count} categories"
    return text(f"{shown} that two or more councils share, {said} ({basis}).")


def _picture(found: Compared, number: int, frame: object) -> str:
    import pandas as pd

    assert isinstance(frame, pd.DataFrame)  # noqa: S101 - pandas' groups are typed as objects
    what, measure = frame["what"].iloc[0], found.measure
    apart = clearly_apart(frame, measure.basis)
    title = f"{what}: {'some councils are clearly apart' if apart else 'no two councils are clearly apart'}"
    lowest, highest = frame["estimate"].min(), frame["estimate"].max()
    made = Figure(
        dot_interval(
            frame,
            label="council",
            estimate="estimate",
            lower="lower",
            upper="upper",
            x_label=measure.unit,
            percent=measure.is_share,
        ),
        name=f"{measure.name}-{number}",
        title=title,
        alt=f"Dots with limits for {len(frame)} councils, from {lowest:.3g} to {highest:.3g}, {measure.unit}.",
        caption=f"{LIMITS[measure.basis].capitalize()}. Definition: {frame['definition'].iloc[0]}. "
        "The order of councils is that of the run.",
        source=SOURCE,
        n=int(frame["n"].sum()),
        data=frame,
        standing=found.standing,
    )
    return f"<h2>{text(what)}</h2>{made.html()}"


def front_page(runs: Sequence[Run], found: Sequence[Compared]) -> Page:
    """Return the front page: what is compared, and which council has which stage."""
    rows = [
        {"stage": words(stage), **{run.council: _state(run, stage) for run in runs}}
        for stage in dict.fromkeys(name for run in runs for name in run.stages)
    ]
    findings = "".join(
        f'<li><a href="{one.measure.name}.html">{text(one.measure.title)}</a>: '
        f"{one.rows['council'].nunique()} councils</li>"
        for one in found
    )
    body = (
        "<p>Councils are shown side by side with the uncertainty of each value. This is no league table: a rank stands "
        "only as the range that the limits leave, and values that councils define differently are not compared.</p>"
        f"<h2>What is compared</h2><ul>{findings or '<li>Nothing: no measure is held by two councils.</li>'}</ul>"
        "<h2>Who has which stage</h2>"
        + table(
            rows,
            name="stages",
            title="Stages with results, by council",
            caption="The standing of the data behind each stage; demonstration data say nothing about a place.",
            source="Record of each council's run",
            standing=weakest(of_stage(run, stage) for run in runs for stage in run.stages if run.has_results(stage)),
        )
    )
    return plain_page(INDEX, body, title="Councils compared", short="Summary", group=FOUND)


def _state(run: Run, stage: str) -> str:
    return of_stage(run, stage).kind if run.has_results(stage) else "no results"


def likeness_page(runs: Sequence[Run], found: Sequence[Compared]) -> Page:
    """Return the page of statistical neighbours: those that each council names, and likeness on what all share."""
    named = [
        {
            "council": run.council,
            "neighbours": ", ".join(words(one) for one in run.loaded.stages["profiling"]["neighbours"]) or "none",
            "model": run.loaded.stages["profiling"]["neighbours_model"],
            "as of": run.loaded.stages["profiling"]["neighbours_as_of"],
        }
        for run in runs
    ]
    frame = likeness(found)
    standing = next((one.standing for one in found if one.measure.name == "indicators"), None)
    body = "<h2>Neighbours that each council names</h2>" + table(
        named,
        name="neighbours",
        title="Statistical neighbours by council, with model and date",
        caption="From each council's params; profiles compare the borough with their mean.",
        source="Params files",
    )
    body += "<h2>Likeness on shared indicators</h2>"
    if frame.empty or standing is None:
        body += "<p>Not computable: it takes three councils with the same indicators of the whole borough.</p>"
    else:
        body += table(
            frame.to_dict("records"),
            name="likeness",
            title="How like each other councils are on the indicators that all of them have",
            caption="Root mean squared distance of standardised values; smaller is more alike. Few indicators and few "
            "councils make it rough; it is no model of need.",
            source=SOURCE,
            standing=standing,
        )
    return plain_page("neighbours.html", body, title="Statistical neighbours", short="Neighbours", group=ABOUT)


def provenance_page(runs: Sequence[Run]) -> Page:
    """Return which run of each council was compared."""
    rows = [
        {
            "council": run.council,
            "params": run.known.params_file,
            "params sha256": run.known.params_sha256,
            "code revision": str(run.known.about.get("git_revision")),
            "uncommitted changes": str(run.known.about.get("git_dirty")),
            "last stage run": max((one.started for one in run.known.stages.values()), default=""),
        }
        for run in runs
    ]
    body = table(
        rows,
        name="runs",
        title="Runs that are compared",
        caption="Each council's own report traces every number to files and hashes.",
        source="Record of each council's run",
    )
    return plain_page("provenance.html", body, title="Provenance", short="Provenance", group=ABOUT)
