"""Contracts about children: visits at engagement points, EYFS counts by school, EYFS results with associated issues."""

from __future__ import annotations

from insight.sources.contracts.base import Column, Contract, FrameRule

EARLIEST, LATEST = 2000, 2100
PLACES = ("home", "centre", "clinic", "other")
WORST_GRADE = 4

YEAR = Column(
    name="year", type="integer", meaning="summer in which the children were assessed", minimum=EARLIEST, maximum=LATEST
)
VERSION = Column(
    name="definition_version",
    type="text",
    meaning="version of the profile; years of different versions are never subtracted",
)

CONTRACTS = {
    "engagement_visits": Contract(
        input="engagement_visits",
        describes="Visits at engagement points, one row a visit, with what the checklist recorded.",
        columns=(
            Column(name="visit_id", type="text", meaning="code of the visit", unique=True),
            Column(name="family_id", type="text", meaning="code of the family"),
            Column(name="child_id", type="text", meaning="code of the child, or of the expected child"),
            Column(name="ward", type="text", meaning="ward of the family's home", area="ward"),
            Column(name="date", type="date", meaning="day of the visit"),
            Column(name="point", type="text", meaning="code of the engagement point, as in the params"),
            Column(name="is_pregnant", type="flag", meaning="whether the child was not yet born"),
            Column(
                name="age_days",
                type="integer",
                meaning="age of the child in days; empty before birth",
                minimum=0,
                maximum=2500,
                optional=True,
            ),
            Column(name="place", type="text", meaning="where the visit took place", allowed=PLACES),
            Column(
                name="themes",
                type="text",
                meaning="codes of themes raised, separated by spaces; `none` where none was, empty where not noted",
                optional=True,
            ),
            Column(name="has_child_aspiration", type="flag", meaning="whether hopes for the child were written down"),
            Column(name="has_parent_aspiration", type="flag", meaning="whether the parent's own hopes were"),
            Column(name="attends_centre", type="flag", meaning="whether the family goes to a children's centre"),
            Column(
                name="centre_barrier",
                type="text",
                meaning="what keeps the family from the centre, in one code; empty where nothing does",
                optional=True,
            ),
            Column(name="led_to_caf", type="flag", meaning="whether a CAF followed from the visit"),
        ),
        rules=(
            FrameRule(
                columns=("is_pregnant", "age_days"),
                rule="a born child has an age, an expected child none",
                fix="fill the age, or empty it for an expected child",
                broken=lambda frame: frame["is_pregnant"] == frame["age_days"].notna(),
            ),
        ),
        source_hint="checklists of health visitors and children's centres",
    ),
    "eyfs_counts": Contract(
        input="eyfs_counts",
        describes="Children assessed at five and children who reached the threshold, by school and year; and England.",
        columns=(
            Column(name="area", type="text", meaning="ward of the school, or the code of a benchmark", area="any"),
            Column(name="school", type="text", meaning="code of the school; `all` for a benchmark"),
            YEAR,
            VERSION,
            Column(
                name="threshold_points", type="number", meaning="points that count as the expected level", minimum=0
            ),
            Column(name="achievers", type="integer", meaning="children at or above the threshold", minimum=0),
            Column(name="cohort", type="integer", meaning="children assessed", minimum=1),
        ),
        key=("area", "school", "year", "definition_version"),
        rules=(
            FrameRule(
                columns=("achievers", "cohort"),
                rule="no more achievers than children",
                fix="correct one of the two cells",
                broken=lambda frame: frame["achievers"] > frame["cohort"],
            ),
        ),
        source_hint="the council's EYFS return",
    ),
    "eyfs_children": Contract(
        input="eyfs_children",
        describes="One row a child assessed at five: points, and issues known to services.",
        columns=(
            Column(name="child_id", type="text", meaning="code of the child", unique=True),
            Column(name="ward", type="text", meaning="ward of the school", area="ward"),
            YEAR,
            VERSION,
            Column(name="age_months", type="integer", meaning="age in months when assessed", minimum=36, maximum=96),
            Column(name="points", type="number", meaning="points in all", minimum=0, maximum=500),
            Column(
                name="issues",
                type="text",
                meaning="codes of issues of the child or its care, separated by spaces",
                optional=True,
            ),
            Column(
                name="home_problems",
                type="text",
                meaning="codes of problems of the home, before birth or since, separated by spaces",
                optional=True,
            ),
            Column(
                name="setting_grade",
                type="integer",
                meaning="inspection grade of the early years setting, 1 best",
                minimum=1,
                maximum=WORST_GRADE,
                optional=True,
            ),
        ),
        source_hint="EYFS records linked with health and social care",
    ),
}
