"""Parameters and declaration of the synthesis stage."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from insight.params import STRICT, StageParams
from insight.stages.base import Declaration


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Params(StageParams):
    """What the synthesis may vary: whom the project is about, and how levels of judgement are weighed."""

    age_band: Annotated[str, Field(pattern=r"^\d{1,2}-\d{1,2}$")]
    """Ages, in years, of the children whom the project is about."""
    steering_group: Annotated[str, Field(min_length=1)]
    """Name of the local group whose meetings are counted."""
    priorities_chosen: Annotated[int, Field(ge=1, le=20)]
    """How many priorities the budget workshop was to choose."""


DECLARATION = Declaration(
    name="synthesis",
    number=9,
    title="Synthesis",
    question="What do the strands say together, what follows from it, and who saw to it?",
    params=Params,
    inputs=("workshops", "workshop_actions", "funding", "governance"),
    optional=("lookup",),
    needs=(
        "profiling",
        "acorn_mapping",
        "values_modes",
        "social_networks",
        "ethnography",
        "service_mapping",
        "outcomes",
        "benefits",
    ),
    references=("greater_manchester_districts.csv",),
    tables={
        "outcomes_by_strand": "publishable",
        "convergence": "publishable",
        "agreement": "publishable",
        "decisions": "publishable",
        "priorities": "publishable",
        "workshops": "publishable",
        "funding": "publishable",
        "governance": "publishable",
        "systems": "publishable",
        "staff_and_families": "publishable",
    },
)
