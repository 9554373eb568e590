"""The 'green book': the directory from a need to a local service, and needs raised against what it lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from pathlib import Path

import pandas as pd

from insight import paths
from insight.errors import InputError, Problem
from insight.stages.outcomes.shares import hide

NOTHING = "none"
EVERYWHERE = "all"
GENERIC = frozenset(
    {"health", "child", "children", "family", "parent", "parents", "support", "need", "other", "problem"}
)
"""Words that two codes may share without meaning the same need."""
YEAR_MONTHS = 12
LONG_WORD = 4
SAME_SPELLING = 0.8
SHEETS, CHECKLISTS, DIRECTORY = "caf_needs", "engagement_visits", "service_directory"


def _words(code: object) -> str:
    return str(code).replace("_", " ")


def _themes(visits: pd.DataFrame) -> pd.Series:
    codes = visits["themes"].dropna().str.split().explode()
    return codes[codes != NOTHING]


def raised(visits: pd.DataFrame, sheets: pd.DataFrame | None, needs_as: Mapping[str, str]) -> pd.Series:
    """Return how often each need was raised at visits and on needs sheets, under the directory's codes."""
    own = {code: code if other == NOTHING else other for code, other in needs_as.items()}
    parts = [_themes(visits)] + ([] if sheets is None else [sheets["need"]])
    return pd.concat([part.replace(own) for part in parts]).value_counts()


def like(code: str, listed: Iterable[str]) -> str | None:
    """Return the listed code that this one may stand for: a long word in common, or almost the same spelling."""
    plain = code.strip().casefold().replace(" ", "_").replace("-", "_")
    own = {word for word in plain.split("_") if len(word) >= LONG_WORD} - GENERIC
    for other in sorted(listed):
        if own & set(other.casefold().split("_")) or SequenceMatcher(None, plain, other).ratio() >= SAME_SPELLING:
            return other
    return None


def check_codes(
    visits: pd.DataFrame,
    sheets: pd.DataFrame | None,
    entries: pd.DataFrame | None,
    needs_as: Mapping[str, str],
    *,
    files: Mapping[str, Path],
) -> None:
    """Refuse needs whose code differs from one of the directory though they may well be the same need.

    Such a need would count as a gap while its service stands in the directory under another code.

    Args:
        visits: checklists, with codes of themes.
        sheets: needs sheets.
        entries: the directory.
        needs_as: the directory's code for a need that is named otherwise, or ``none`` where it is another need.
        files: where the inputs came from, by name.

    Raises:
        InputError: every such code with the directory's row, and params that lead to a need without an entry.
    """
    if entries is None:
        return
    listed = set(entries["need"])
    file = paths.shown(files[DIRECTORY])
    problems = [
        Problem(
            file=file,
            column="need",
            rule=f"needs_as in the params leads `{code}` to a need of the directory",
            found=other,
            fix="name a need that the directory lists, or none",
        )
        for code, other in needs_as.items()
        if other not in {*listed, NOTHING}
    ]
    for name, codes in ((CHECKLISTS, _themes(visits)), (SHEETS, None if sheets is None else sheets["need"])):
        for code in () if codes is None else sorted(set(codes) - listed - set(needs_as)):
            other = like(code, listed)
            if other is None:
                continue
            problems.append(
                Problem(
                    file=file,
                    row=int(entries.index[entries["need"] == other][0]) + 2,
                    column="need",
                    rule=f"codes of needs are those of {paths.shown(files[name])}",
                    found=f"{other} here, {code} there",
                    fix=f"use one code in both, or say in the params under needs_as `{code}: {other}` where they are "
                    f"the same need, `{code}: none` where they are not",
                )
            )
    if problems:
        raise InputError(problems)


def age_in_words(months: int) -> str:
    """Return an age as parents say it: birth, months below two years, then years where it is whole years."""
    if months == 0:
        return "birth"
    whole = months % YEAR_MONTHS == 0 and months >= 2 * YEAR_MONTHS
    return f"{months // YEAR_MONTHS} years" if whole else f"{months} month{'s' if months > 1 else ''}"


def listing(entries: pd.DataFrame | None, names: dict[str, str]) -> pd.DataFrame:
    """Return the directory in the order of print: need, then services open to all, then those on referral."""
    columns = ["need", "service", "provider", "kind", "area", "ages", "how_to_reach", "checked"]
    if entries is None:
        return pd.DataFrame(columns=columns)
    ends = entries[["from_months", "to_months"]].map(age_in_words)
    ages = ends["from_months"] + " to " + ends["to_months"]
    frame = entries.assign(
        need=entries["need"].map(_words),
        area=entries["area"].map(lambda one: "all wards" if one == EVERYWHERE else names.get(one, one)),
        ages=ages,
        checked=pd.to_datetime(entries["checked"]).dt.strftime("%Y-%m-%d"),
    )
    return frame.sort_values(["need", "kind", "service", "area"], ascending=[True, False, True, True])[
        columns
    ].reset_index(drop=True)


def coverage(counts: pd.Series, entries: pd.DataFrame | None, *, threshold: int) -> pd.DataFrame:
    """Return needs raised with the number of services that the directory lists for each.

    A need without a service is a gap in the directory or in what there is; only a person can tell which.
    """
    columns = ["need", "raised", "services_open_to_all", "services_on_referral", "is_gap"]
    if entries is None:
        return pd.DataFrame(columns=columns)
    single = entries.drop_duplicates(["need", "service"])
    listed = pd.crosstab(single["need"], single["kind"])
    rows = []
    for need in sorted(set(counts.index) | set(listed.index)):
        found = {kind: int(listed[kind].get(need, 0)) if kind in listed else 0 for kind in ("universal", "specialist")}
        rows.append(
            {
                "need": _words(need),
                "raised": int(counts.get(need, 0)),
                "services_open_to_all": found["universal"],
                "services_on_referral": found["specialist"],
                "is_gap": sum(found.values()) == 0,
            }
        )
    return hide(pd.DataFrame(rows, columns=columns), ["raised"], threshold=threshold)
