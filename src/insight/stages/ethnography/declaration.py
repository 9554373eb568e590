"""Parameters and declaration of the ethnography stage."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from insight.params import STRICT, StageParams
from insight.stages.base import Declaration

Codes = Annotated[list[str], Field(min_length=1)]


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Params(StageParams):
    """What the stage may vary: whose interviews, which themes, and how they are grouped."""

    borough: Annotated[str, Field(min_length=1)]
    """Whose interviews the findings are about; those of a partner council stand in the same file."""
    marked_ward: Annotated[str, Field(min_length=1)]
    """Ward that is compared with the others."""
    themes: Annotated[dict[str, str], Field(min_length=1)]
    """Every theme code of the codings, with its words."""
    early_years: Codes
    """Needs that early years services meet."""
    other_needs: Codes
    """Needs that lie outside early years services."""
    prominent: Codes
    """Themes that are said to be raised more than any other need."""
    child_factors: Codes
    """Themes that are said to bear on young children more than any other need."""
    child_factor_further: str
    """One more theme said to bear on young children."""
    before_services: Codes
    """Needs that are said to come before early years services."""
    framework: Annotated[dict[str, list[str]], Field(min_length=1)]
    """Topics of the research framework, each with its themes."""
    setting_groups: Annotated[dict[str, list[str]], Field(min_length=1)]
    """Kinds of setting, each with its settings; where each alone holds too few interviews to be shown."""
    main_sources: Codes
    """Sources of information that are said to be the main ones."""
    staff_first: Annotated[int, Field(ge=1, le=50)]
    """How many of the staff's first issues count as important to the council."""
    often_share: Annotated[float, Field(gt=0, lt=1)]
    """Share of the interviews from which a theme counts as often raised."""
    least_support: Annotated[int, Field(ge=2, le=100)]
    """Interviews that must raise both themes of a pair before it is spoken of."""
    saturation_share: Annotated[float, Field(gt=0, le=1)]
    """Share of the themes raised that counts as enough."""
    fewest_alike: Annotated[int, Field(ge=3, le=100)]
    """Interviewees who must share every combination of attributes that stands beside a quote."""
    known_words: list[str]
    """Words with capitals that name no person: places, services; the redactor raises no doubt about them."""
    fewest_for_tests: Annotated[int, Field(ge=10, le=1000)]
    """Interviews below which counts are shown and nothing is tested."""
    swap_share: Annotated[float, Field(gt=0, le=0.5)]
    """Share of the interviews that, had they been the most contrary ones held, must not turn a claim."""
    draws: Annotated[int, Field(ge=200, le=20_000)]
    """Bootstrap samples of interviews, for agreement between coders alone."""
    seed: Annotated[int, Field(ge=0)]
    """Seed of the bootstrap."""

    @model_validator(mode="after")
    def _known_themes(self) -> Params:
        lists = {
            "early_years": self.early_years,
            "other_needs": self.other_needs,
            "prominent": self.prominent,
            "child_factors": self.child_factors,
            "child_factor_further": [self.child_factor_further],
            "before_services": self.before_services,
            "framework": [code for codes in self.framework.values() for code in codes],
        }
        odd = [f"{name}: {code}" for name, codes in lists.items() for code in codes if code not in self.themes]
        if odd:
            raise ValueError(f"codes of `themes` only (not {', '.join(odd)})")
        if both := sorted(set(self.early_years) & set(self.other_needs)):
            raise ValueError(f"a need in one of early_years and other_needs only (not {', '.join(both)})")
        return self

    @property
    def needs(self) -> list[str]:
        """Themes that are needs, early years first."""
        return [*self.early_years, *self.other_needs]


DECLARATION = Declaration(
    name="ethnography",
    number=5,
    title="Ethnography",
    question="What do families speak of when they lead the talk, and is it what services expected?",
    params=Params,
    inputs=("interviews", "codings"),
    optional=(
        "quotes",
        "consent",
        "workshop_actions",
        "research_framework",
        "session_notes",
        "double_codings",
        "interviewees",
        "quote_reviews",
        "redaction_names",
    ),
    references=("category_hierarchies.csv",),
    empty={
        "gaps": {"staff_rank": "z"},
    },
    tables={
        "settings": "publishable",
        "themes": "publishable",
        "matrix": "restricted",
        "by_setting": "publishable",
        "coverage": "publishable",
        "statements": "publishable",
        "together": "publishable",
        "saturation": "publishable",
        "questions": "publishable",
        "answers": "publishable",
        "sessions": "publishable",
        "influences": "publishable",
        "told": "publishable",
        "coder_agreement": "publishable",
        "coder_agreement_overall": "publishable",
        "staff_and_families": "publishable",
        "gaps": "publishable",
        "consent": "publishable",
        "audiences": "publishable",
        "quotes": "publishable",
        "quotes_partners": "internal",
        "quotes_internal": "internal",
        "quote_states": "publishable",
        "review_queue": "restricted",
    },
)
