"""Parameters and declaration of the outcomes stage."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, model_validator
from pydantic.dataclasses import dataclass

from insight.params import FIXED, STRICT, StageParams
from insight.stages.base import Declaration, StageFile

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Year = Annotated[int, Field(ge=2000, le=2100)]
OLDEST_DAYS = 2500


class EngagementPoint(BaseModel):
    """One point at which a family is to be seen: how forms name it, and which ages in days belong to it."""

    model_config = FIXED
    code: Code
    label: str = Field(min_length=1)
    stated_age: str = Field(min_length=1)
    """Age as the forms state it: a number of months, a span of days, or a stage."""
    is_pregnant: bool = False
    from_days: int = Field(default=0, ge=0, le=OLDEST_DAYS)
    to_days: int = Field(default=0, ge=0, le=OLDEST_DAYS)

    @model_validator(mode="after")
    def _in_order(self) -> EngagementPoint:
        if self.from_days > self.to_days:
            raise ValueError("from_days not above to_days")
        return self


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Params(StageParams):
    """What the outcomes stage may vary."""

    engagement_points: Annotated[list[EngagementPoint], Field(min_length=1)]
    """Points at which families are seen, in order of age."""
    pilot_wards: Annotated[list[Code], Field(min_length=1)]
    """Wards in which the pilot ran."""
    benchmark: Code
    """Area of the counts with which wards are compared."""
    before_year: Year
    """Summer of the last assessment before the pilot."""
    after_year: Year
    """Summer of the first assessment after it."""
    poor_grade: Annotated[int, Field(ge=2, le=4)]
    """Inspection grades from this one on count as a poor setting (1 is best)."""
    young_below_months: Annotated[int, Field(ge=37, le=96)]
    """Children younger than this when assessed are the young group in adjusted comparisons."""
    many_problems: Annotated[int, Field(ge=2, le=10)]
    """Problems of a home from which on they count as wider than one."""
    scale_points: Annotated[int, Field(ge=2, le=10)]
    """Points of the parents' scale of self-assessment; the highest is best."""
    met_point: Annotated[int, Field(ge=2, le=10)]
    """Point of that scale from which on a criterion counts as met (exact McNemar test)."""
    tied_issues: list[Code]
    """Issues said to go with falling below the expected level; their odds ratios hold together."""
    needs_as: dict[str, Code]
    """The directory's code for a need that checklists or needs sheets name otherwise; ``none`` where a like code of
    the directory is another need."""
    parallel_margin: Annotated[float, Field(gt=0, le=0.5)]
    """Share within which earlier paths of pilot and other wards must be shown to run to count as alike."""


PACK = "green_book.html"
"""The printable directory; without an input it says that none was supplied."""

DECLARATION = Declaration(
    name="outcomes",
    number=7,
    title="Outcomes",
    question="What changed for children and families, and how much of it can be laid to the work?",
    params=Params,
    inputs=("engagement_visits", "eyfs_counts"),
    optional=(
        "lookup",
        "births",
        "eyfs_children",
        "caf_assessments",
        "caf_covers",
        "caf_needs",
        "caf_plans",
        "feedback",
        "service_directory",
        "workshops",
    ),
    files={PACK: StageFile(title="Directory from a need to a local service, a page to print for parents")},
    empty={
        "pilot": {"lower": "z", "upper": "z"},
        "forms": {"count": "z"},
        "attrition": {"median_at_start": "z"},
        "retention": {"lower": "z", "upper": "z"},
    },
    tables={
        "visits": "publishable",
        "uptake": "publishable",
        "cohorts": "publishable",
        "windows": "publishable",
        "recorded": "publishable",
        "themes": "publishable",
        "attainment": "publishable",
        "trend": "publishable",
        "pilot": "publishable",
        "placebo": "publishable",
        "evidence_levels": "publishable",
        "issues": "publishable",
        "odds": "publishable",
        "readiness": "publishable",
        "caf": "publishable",
        "answers": "publishable",
        "forms": "publishable",
        "attrition": "publishable",
        "retention": "publishable",
        "cover": "publishable",
        "needs": "publishable",
        "needs_together": "publishable",
        "open_needs": "publishable",
        "owners": "publishable",
        "caf_starts": "publishable",
        "feedback": "publishable",
        "directory": "publishable",
        "coverage": "publishable",
        "unidentified": "publishable",
    },
)
