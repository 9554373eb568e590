"""Confidence in qualitative findings by GRADE-CERQual: four components, a ceiling, and a judgement with its reason.

Source: Lewin and others (2018), GRADE-CERQual. The ceiling is the workbook's own reading of it: no serious concern and
at most one moderate allow high; one serious, or two or three moderate, allow moderate; two serious, or four moderate,
allow low; three or more serious allow very low. The final judgement is a person's, never above the ceiling.
"""

from __future__ import annotations

import pandas as pd

from insight.errors import InputError, Problem

COMPONENTS = ("methods", "coherence", "adequacy", "relevance")
LEVELS = ("very low", "low", "moderate", "high")
QUALITATIVE = ("ethnography", "service_mapping", "synthesis")


def ceiling(concerns: list[str]) -> str:
    """Return the highest confidence that four concerns (minor, moderate, serious or none) allow."""
    serious, moderate = concerns.count("serious"), concerns.count("moderate")
    if serious == 0 and moderate <= 1:
        return "high"
    if serious >= 3:  # noqa: PLR2004 - the documented steps
        return "very low"
    if serious == 2 or moderate == len(COMPONENTS):  # noqa: PLR2004 - the documented steps
        return "low"
    return "moderate"


def judged(given: pd.DataFrame, stages: dict[str, str], claims: dict[str, str], *, file: str) -> pd.DataFrame:
    """Return judgements with their ceiling.

    Args:
        given: columns finding, methods, coherence, adequacy, relevance, final, reason, assessor.
        stages: stage by finding id.
        claims: claim by finding id.
        file: name of the file, for messages.

    Raises:
        InputError: an unknown finding, one of a quantitative strand, or a judgement above its ceiling; all at once.
    """
    problems, rows = [], []
    for place, row in enumerate(given.to_dict("records"), start=2):
        name = str(row["finding"])
        highest = ceiling([str(row[part]) for part in COMPONENTS])
        problem = None
        if name not in stages:
            problem = ("finding", "unknown finding", name, "use an id of findings.csv")
        elif stages[name] not in QUALITATIVE:
            fix = "leave it out: quantitative strands carry intervals and a level of evidence instead"
            problem = ("finding", "a finding of a quantitative strand", name, fix)
        elif LEVELS.index(str(row["final"])) > LEVELS.index(highest):
            fix = f"{highest} at most, or revise the concerns"
            problem = ("final", "confidence above what the concerns allow", str(row["final"]), fix)
        if problem:
            column, rule, found, fix = problem
            problems.append(Problem(file=file, row=place, column=column, rule=rule, found=found, fix=fix))
            continue
        rows.append({"claim": claims[name], "strand": stages[name].replace("_", " "), **row, "ceiling": highest})
    if problems:
        raise InputError(problems)
    columns = ["claim", "strand", *COMPONENTS, "ceiling", "final", "reason", "assessor"]
    return pd.DataFrame(rows, columns=columns)
