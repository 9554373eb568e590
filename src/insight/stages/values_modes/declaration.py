"""Parameters and declaration of the values stage."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from insight.params import STRICT, StageParams
from insight.stages.base import Declaration

Names = Annotated[list[str], Field(min_length=1)]
FOUR = Annotated[list[str], Field(min_length=4, max_length=4)]
TWO = Annotated[list[str], Field(min_length=2, max_length=2)]
Margin = Annotated[float, Field(gt=0, lt=1)]
CORRESPONDENCE, CLASSES, BOTH = "correspondence", "latent_classes", "both"
"""How a typology of citizens may be made."""


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Params(StageParams):
    """What the stage may vary: the mode that is said to lead, who is compared, and what counts as alike."""

    lead_mode: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    """The mode that the claims are about."""
    ethnic_groups: Annotated[list[str], Field(min_length=2)]
    """Ethnic groups compared, as the survey writes them."""
    young_age_bands: Names
    """Age bands that count as young, as the survey writes them."""
    public_settings: Names
    """Ways of approaching people that count as in the street or in a centre or park."""
    agree_from: Annotated[int, Field(ge=2, le=5)]
    """Lowest answer that counts as agreeing."""
    trait_items: FOUR
    """Statements that the mode is said to agree with more than others."""
    leading_items: TWO
    """Statements on which the mode is said to come first of all modes."""
    stronger_items: TWO
    """Further statements that it is said to agree with more than others."""
    disorder_item: Annotated[str, Field(min_length=1)]
    """Statement that the young of the mode are said to agree with more than its older members."""
    v_margin: Margin
    """Cramer's V below which groups count as alike."""
    gap_margin: Margin
    """Largest gap between two groups of respondents in any group of modes (a share) below which they count as alike."""
    typology: Literal["correspondence", "latent_classes", "both"]
    """How the typology of citizens is made: a map, latent classes of the answers (extra ``typology``), or both."""
    pvq_most_missing: Annotated[int, Field(ge=0, le=20)]
    """Open questionnaire: respondents with more missing answers are dropped."""
    pvq_most_identical: Annotated[int, Field(ge=5, le=21)]
    """Open questionnaire: respondents with more identical answers are dropped."""


DECLARATION = Declaration(
    name="values_modes",
    number=3,
    title="Values modes",
    question="What motivates residents of the two wards, and is it shared across ethnic groups and neighbourhoods?",
    params=Params,
    inputs=("values_survey",),
    optional=("lookup", "values_sessions", "survey_quotas", "census_margins", "pvq_survey", "network_egos"),
    references=(
        "values_modes.csv",
        "values_modes_guidance.csv",
        "severity/values_modes.csv",
        "severity/values_modes.effects.csv",
    ),
    by_neighbourhood={
        "modes_by_neighbourhood": "Values Modes of those surveyed",
        "settings": "Where they were met",
    },
    empty={
        "field_quality": {"lower": "z", "upper": "z"},
        "shares_by": {"unweighted": "z"},
        "typology_points": dict.fromkeys(("width", "height", "angle"), "z"),
        "pvq_values": {"raw": "z", "alpha": "z"},
    },
    tables={
        "modes": "publishable",
        "groups": "publishable",
        "shares_by": "publishable",
        "residuals_by_ethnic_group": "publishable",
        "modes_by_neighbourhood": "publishable",
        "equivalence": "publishable",
        "largest_gaps": "publishable",
        "statements": "publishable",
        "settings": "publishable",
        "field_quality": "publishable",
        "quotas": "publishable",
        "intraclass": "publishable",
        "missing_answers": "publishable",
        "place_of_interview": "publishable",
        "margins": "publishable",
        "adjustment": "publishable",
        "typology_points": "publishable",
        "latent_classes": "publishable",
        "segments": "publishable",
        "pvq_values": "publishable",
        "pvq_groups": "publishable",
        "pvq_likeness": "publishable",
        "pvq_invariance": "publishable",
        "pvq_layout": "publishable",
        "samples": "publishable",
    },
)
