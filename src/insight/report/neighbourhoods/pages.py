"""The page of a neighbourhood: in short, where it lies, who lives there, services, and how to communicate there.

Which of a stage's tables belong here is declared by the stage; how they read is in :mod:`.readings`.
"""

from __future__ import annotations

from insight.display.table import Table
from insight.report.neighbourhoods import communicating, readings, services
from insight.report.neighbourhoods.communicating import Expected
from insight.report.neighbourhoods.places import Place, places, rows_of, shapes, small_map, stage_table
from insight.report.neighbourhoods.readings import READINGS, Reading, percent
from insight.report.page import Page, Run, plain_page
from insight.report.rendering import text
from insight.report.standing import of_stage
from insight.stages.base import Declaration

GROUP = "Neighbourhoods"
DID_NOT_RUN = "Not supplied: the stage did not run."


def _reading(stage: Declaration, name: str, title: str) -> Reading:
    return READINGS.get((stage.name, name)) or Reading(
        section=stage.title, title=title, shape=lambda frame: frame, caption="Limits are 95 % limits."
    )


def _table(run: Run, stage: Declaration, name: str, reading: Reading, *, place: Place) -> str:
    if not run.has_results(stage.name):
        return f"<p>{text(reading.title)}: {DID_NOT_RUN}</p>"
    kept = reading.table or name
    own = rows_of(stage_table(run, stage.name, kept), place)
    if own.empty:
        return f"<p>{text(reading.title)}: {text(reading.missing)}</p>"
    shaped = reading.shape(own).dropna(axis="columns", how="all")
    # the shape's rows are new ones: what was merged, and why cells are empty, is said of them too
    shaped.attrs |= own.attrs
    made = Table(
        shaped,
        name=f"{stage.name}-{name}".replace("_", "-"),
        title=reading.title,
        caption=reading.caption,
        source=f"{stage.title}, tables/{kept}.csv, rows of {place.name}",
        n=int(shaped[reading.cases].sum()) if reading.cases in shaped.columns else len(shaped),
        standing=of_stage(run, stage.name),
    )
    return made.html()


def _sections(run: Run, place: Place) -> dict[str, list[str]]:
    """Return the parts of the page by heading, in the order of a report on a place."""
    found: dict[str, list[str]] = {name: [] for name in readings.SECTIONS}
    for stage in run.stages.values():
        for name, title in stage.by_neighbourhood.items():
            reading = _reading(stage, name, title)
            part = found.setdefault(reading.section, [])
            how = f'<p><a href="{stage.name}.html">How {text(stage.title)} was done</a></p>'
            part += [] if how in part else [how]
            part.append(_table(run, stage, name, reading, place=place))
    found[readings.SERVICES].append(services.directory(run, place))
    return {name: parts for name, parts in found.items() if parts}


def _largest_segment(run: Run, place: Place) -> str:
    here = rows_of(stage_table(run, "acorn_mapping", "neighbourhoods"), place)
    if here.empty or not here["share"].notna().any():
        return ""
    first = here.loc[here["share"].idxmax()]
    return (
        f"Largest segment of homes: {first['category_name']}, {percent(first['share'])} "
        f"({percent(first['rest_share'])} in the rest of the borough)."
    )


def _people(run: Run, place: Place) -> str:
    own = rows_of(stage_table(run, "profiling", "neighbourhoods"), place)
    if own.empty:
        return ""
    row = own.iloc[0]
    return (
        f"{row['residents']:,.0f} residents in {row['households']:,.0f} homes; {row['children_0_4']:,.0f} of them are "
        "children under five."
    )


def _compared(run: Run, place: Place) -> str:
    own = rows_of(stage_table(run, "profiling", "profiles"), place)
    counts = own["comparison"].value_counts() if not own.empty else {}
    told = ", ".join(f"{counts.get(one, 0)} {one.lower()}" for one in ("Worse", "Similar", "Better", "Higher", "Lower"))
    if own.empty:
        return ""
    near = readings.profile(own)
    here = int(near["value of"].eq(readings.HERE).sum())
    return (
        f"Against the rest of the borough: {told}. {here} of {len(near)} indicators are measured for the "
        "neighbourhood, the others for its ward."
    )


def _surveyed(run: Run, place: Place) -> str:
    said = []
    for stage, name, what in (
        ("values_modes", "modes_by_neighbourhood", "Values"),
        ("social_networks", "neighbourhood_measures", "Personal networks"),
    ):
        own = rows_of(stage_table(run, stage, name), place)
        said.append(f"{what}: {'not surveyed here' if own.empty else 'surveyed here'}.")
    return " ".join(said)


def _in_short(run: Run, place: Place, found: Expected | None) -> str:
    lines = [
        _people(run, place),
        _compared(run, place),
        _largest_segment(run, place),
        communicating.in_short(found),
        _surveyed(run, place),
    ]
    items = "".join(f"<li>{text(line)}</li>" for line in lines if line)
    return f'<div class="in-short" role="region" aria-label="In short"><p>In short</p><ul>{items}</ul></div>'


def neighbourhood_pages(run: Run) -> list[Page]:
    """Return a page for each neighbourhood, and none where the council's look-up names none."""
    found = places(run)
    outlines = shapes(run) if found else None
    pages = []
    for place in found:
        likely = communicating.expected(run, place)
        parts = [f"<p>A neighbourhood of {text(place.ward)}.</p>", _in_short(run, place, likely)]
        if outlines is not None and place.code in outlines.index:
            parts += ["<h2>Where it lies</h2>", small_map(outlines, place, of_stage(run, "profiling"))]
        for name, own in _sections(run, place).items():
            parts += [f"<h2>{text(name)}</h2>", *own]
        parts.append(communicating.section(run, place, likely))
        pages.append(plain_page(place.page, "\n".join(parts), title=place.name, short=place.name, group=GROUP))
    return pages
