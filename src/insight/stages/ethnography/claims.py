"""An estimate for each claim about the interviews; a claim that the interviews cannot speak to is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.methods.estimate import Estimate
from insight.stages.ethnography.coding import PROMPTED, RAISED, Coded
from insight.stages.ethnography.declaration import Params
from insight.stages.ethnography.measures import (
    Statistic,
    difference_of_ratios,
    least_lead,
    ratio,
    swapped,
    tau,
)

RELIANCE, SOURCE, SATISFACTION, LIFE = (
    "services_reliance",
    "services_source",
    "services_satisfaction",
    "quality_of_life",
)
TROUBLE, ELSEWHERE = "crime_asb", "other_areas"
ALL = "all interviews"
Parts = tuple[Estimate, ...]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A share of interviews that say something: how many, of how many, and in which claim it is used."""

    claim: str
    label: str
    said: int
    of: int
    base: str
    raised: int
    """Interviews that raised the theme without prompting: known to readers, so it bears on what the base gives away."""


def statements(coded: Coded, params: Params) -> list[Statement]:
    """Return the shares that claims rest on, those without a single interview left out."""
    found = []

    def add(claim: str, label: str, flags: pd.Series, base: str, theme: str) -> None:
        if len(flags):
            said, raised = int(flags.sum()), int(coded.raised([theme])[theme].sum())
            found.append(Statement(claim=claim, label=label, said=said, of=len(flags), base=base, raised=raised))

    if coded.has(RELIANCE):
        flags = coded.said("heavy", [RELIANCE])[RELIANCE]
        add("rely_on_local_services", "Rely heavily on local services", flags, ALL, RELIANCE)
    if coded.has(SOURCE):
        flags = coded.first_said(SOURCE).isin(params.main_sources)
        label = "Name a main source of information first"
        add("schools_outreach_main_source", label, flags, "those who name a source", SOURCE)
    if coded.has(SATISFACTION):
        tone = coded.tone.loc[coded.covered([SATISFACTION])[SATISFACTION], SATISFACTION]
        label = "Satisfied with services"
        add("mostly_satisfied", label, tone == "positive", "those who speak of it", SATISFACTION)
    if coded.has(TROUBLE):
        flags = coded.said("no_youth_facilities", [TROUBLE])[TROUBLE]
        label = "Tie trouble on the streets to a lack of places to go"
        add("asb_from_lack_of_youth_facilities", label, flags, ALL, TROUBLE)
    if coded.has(ELSEWHERE):
        flags = coded.said("elsewhere_better", [ELSEWHERE])[ELSEWHERE]
        add("compared_with_salford", "Say that it is better elsewhere", flags, ALL, ELSEWHERE)
    if coded.has(LIFE):
        flags = coded.first_said(LIFE) == "conditions"
        label = "Name living conditions first as what shapes their life"
        add("conditions_main_determinant", label, flags, "those who name something", LIFE)
    return found


def _columns(*parts: pd.DataFrame) -> np.ndarray:
    return np.column_stack([part.to_numpy(dtype=float).sum(axis=1) for part in parts])


def _wards(coded: Coded, params: Params) -> Parts:
    raised = coded.raised([TROUBLE])[TROUBLE].to_numpy(bool)
    ward = coded.log["ward"]
    here, there = (ward == params.marked_ward).to_numpy(), (ward.notna() & (ward != params.marked_ward)).to_numpy()
    measures = np.column_stack([raised & here, here, raised & there, there])
    return (swapped(measures, difference_of_ratios, share=params.swap_share, strata=here.astype(int) + 2 * there),)


def _share(one: Statement, n: int, params: Params) -> Estimate:
    """Return the share of a statement; interviews outside its base may be swapped in and out of it as well."""
    said, of = np.zeros(n), np.zeros(n)
    said[: one.said], of[: one.of] = 1, 1
    return swapped(np.column_stack([said, of]), ratio, share=params.swap_share)


def _counted(coded: Coded, params: Params, statistic: Statistic, *parts: pd.DataFrame) -> Estimate:
    if not coded.n:
        raise ValueError("no interviews. Fix: leave the estimate out")
    return swapped(_columns(*parts), statistic, share=params.swap_share)


def _matters(coded: Coded, params: Params) -> Parts:
    themes = list(coded.status.columns)
    matters, raised, prompted = (
        coded.said("matters_most", themes),
        coded.status == RAISED,
        coded.status == PROMPTED,
    )
    # themes in which nobody is asked what matters say nothing about it
    asked = [theme for theme in themes if matters[theme].any()]
    parts = (
        (matters & raised)[asked],
        raised[asked],
        (matters & prompted)[asked],
        prompted[asked],
    )
    return (_counted(coded, params, difference_of_ratios, *parts),)


def _before(coded: Coded, params: Params) -> Parts:
    early = coded.raised(params.early_years).mean(axis=1).to_frame()
    whole = pd.DataFrame(1.0, index=early.index, columns=["interviews"])
    found = []
    for theme in params.before_services:
        lead = coded.raised([theme])[theme].astype(float).to_frame() - early.to_numpy()
        found.append(_counted(coded, params, ratio, lead, whole))
    return tuple(found)


def _children(coded: Coded, params: Params) -> Parts:
    bears = coded.said("bears_on_children", params.needs)
    # a lead over the further factor is not claimed
    ranked = bears.drop(columns=[params.child_factor_further], errors="ignore")
    further = coded.said("bears_on_children", [params.child_factor_further])
    whole = further | True
    lead = least_lead(ranked, params.child_factors, share=params.swap_share)
    return lead, _counted(coded, params, ratio, further, whole)


def _outside(coded: Coded, params: Params) -> Parts:
    return (_counted(coded, params, ratio, coded.raised(params.other_needs), coded.raised(params.needs)),)


def _framing(coded: Coded, params: Params) -> Parts:
    themes = list(coded.status.columns)
    family, child = coded.said("of_family", themes), coded.said("of_child", themes)
    return (_counted(coded, params, ratio, family, family | child),)


def open_topics(coded: Coded, params: Params) -> pd.DataFrame:
    """Return whether each topic of the framework stayed uncovered in each interview."""
    return pd.DataFrame(
        {topic: ~coded.covered(themes).any(axis=1) for topic, themes in params.framework.items()},
        index=coded.status.index,
    )


def _structure(coded: Coded, params: Params) -> Parts:
    left = open_topics(coded, params)
    return (_counted(coded, params, ratio, left, left | True),)


def _prominent(coded: Coded, params: Params) -> Parts:
    return (least_lead(coded.raised(params.needs), params.prominent, share=params.swap_share),)


def staff_issues(actions: pd.DataFrame, themes: Sequence[str]) -> pd.DataFrame:
    """Return the staff's issues that the interviews cover, first rank first."""
    issues = actions.loc[actions["kind"] == "staff_issue", ["theme", "rank"]].dropna()
    return issues[issues["theme"].isin(themes)].sort_values("rank", ignore_index=True)


def _with_staff(coded: Coded, params: Params, issues: pd.DataFrame) -> dict[str, Parts]:
    raised = coded.raised(issues["theme"].tolist())
    order = tau(issues["rank"].tolist())
    agreement = swapped(raised.to_numpy(dtype=float), order, share=params.swap_share)
    first = raised.iloc[:, : params.staff_first]
    mentioned = _counted(coded, params, ratio, first, first | True)
    return {"families_and_staff_disagree": (agreement,), "internal_issues_hardly_mentioned": (mentioned,)}


def consent_lead(shared: pd.Series, at_outset: pd.Series, params: Params) -> Parts:
    """Return the share that may be shared among those asked at the outset, minus that among those asked later."""
    said, early = shared.to_numpy(bool), at_outset.to_numpy(bool)
    measures = np.column_stack([said & early, early, said & ~early, ~early])
    return (swapped(measures, difference_of_ratios, share=params.swap_share, strata=early.astype(int)),)


def estimates(
    coded: Coded, params: Params, *, issues: pd.DataFrame | None, consent: pd.DataFrame | None
) -> dict[str, Parts]:
    """Return the estimates by claim.

    Args:
        coded: the interviews.
        params: the stage's parameters; below ``fewest_for_tests`` interviews nothing is tested.
        issues: the staff's issues with ranks, as from :func:`staff_issues`.
        consent: flags ``shared`` and ``at_outset``, one row an interview.
    """
    if coded.n < params.fewest_for_tests:
        return {}
    found: dict[str, Parts] = {one.claim: (_share(one, coded.n, params),) for one in statements(coded, params)}
    tests: dict[str, Callable[[Coded, Params], Parts]] = {
        "topics_raised_matter": _matters,
        "wider_issues_dominate": _prominent,
        "housing_and_jobs_bear_on_children": _children,
        "needs_not_early_years_services": _outside,
        "transport_limits_families": _before,
        "families_see_whole_family_problem": _framing,
        "structured_interviews_needed": _structure,
    }
    if coded.has(TROUBLE):
        tests["asb_strongest_in_st_marys"] = _wards
    for claim, test in tests.items():
        try:
            found[claim] = test(coded, params)
        except ValueError:
            # a base of nobody: the interviews do not speak to this claim
            continue
    if issues is not None and len(issues) > 1:
        found |= _with_staff(coded, params, issues)
    if consent is not None and 0 < consent["at_outset"].sum() < len(consent):
        found["consent_at_outset"] = consent_lead(consent["shared"], consent["at_outset"], params)
    return found
