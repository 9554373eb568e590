"""Parameters and declaration of the synthesis stage."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, model_validator
from pydantic.dataclasses import dataclass

from insight.params import FIXED, STRICT, StageParams
from insight.stages.base import Declaration

SHARE = "Share "
"""What the words of assumptions begin with that are shares of people."""


class Rate(BaseModel):
    """A spending line and the records that it bought."""

    model_config = FIXED
    line: Annotated[str, Field(min_length=1)]
    """Code of the spending line."""
    stages: Annotated[list[str], Field(min_length=1)]
    """Stages that rest on such records."""
    records: Annotated[int, Field(ge=1)]
    unit: Annotated[str, Field(min_length=1)]
    """What one record is."""


class Stake(BaseModel):
    """What hangs in pounds on a finding: an assumption of a scheme, and the line at whose rate records would tell."""

    model_config = FIXED
    finding: str | None = None
    """Id of the finding; without one the assumption alone is priced."""
    scheme: Annotated[str, Field(min_length=1)]
    """Label of the scheme, as in stage benefits."""
    assumption: Annotated[str, Field(min_length=1)]
    """The assumption in the words of stage benefits."""
    line: str = ""
    """Code of the spending line; empty where no line bought such records."""
    record_sd: Annotated[float, Field(gt=0)] | None = None
    """Standard deviation of single records about their mean, of an assumption that is a mean or a rate."""
    record_sd_source: str = ""
    """Where that comes from, or that it is judgement."""

    @model_validator(mode="after")
    def _spread_has_a_source(self) -> Stake:
        if self.record_sd is not None and (not self.record_sd_source or self.assumption.startswith(SHARE)):
            raise ValueError(
                "record_sd is of a mean or a rate, with record_sd_source. Fix: say where it comes from; a share needs "
                "none"
            )
        return self


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Params(StageParams):
    """What the synthesis may vary: whom the project is about, and how levels of judgement are weighed."""

    age_band: Annotated[str, Field(pattern=r"^\d{1,2}-\d{1,2}$")]
    """Ages, in years, of the children whom the project is about."""
    steering_group: Annotated[str, Field(min_length=1)]
    """Name of the local group whose meetings are counted."""
    priorities_chosen: Annotated[int, Field(ge=1, le=20)]
    """How many priorities the budget workshop was to choose."""
    set_aside: dict[str, Annotated[str, Field(min_length=1)]]
    """Reason, by finding id, for what calls for an action and knowingly gets none."""
    weight_draws: Annotated[int, Field(ge=100, le=100_000)]
    """Draws of weights under which the rank of decisions is tried."""
    seed: Annotated[int, Field(ge=0)]
    rates: list[Annotated[Rate, Field(strict=False)]]
    """What one record cost, by spending line."""
    stakes: list[Annotated[Stake, Field(strict=False)]]
    """Which findings money hangs on, and which records would tell."""


DECLARATION = Declaration(
    name="synthesis",
    number=9,
    title="Synthesis",
    question="What do the strands say together, what follows from it, and who saw to it?",
    params=Params,
    inputs=("workshops", "workshop_actions", "funding", "governance"),
    optional=("lookup", "confidence_judgements", "convergence_codings"),
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
    empty={
        "universes": {"lower": "z", "upper": "z"},
        "next_findings": {
            # rows of their own status aside, a finding is priced but worth no pounds, or has records that none sold
            **dict.fromkeys(("n_now", "n_more", "cost_each_gbp", "cost_gbp", "bought_by_the_next_spend"), "x"),
            **dict.fromkeys(("value_of_sample_gbp", "value_of_knowing_gbp", "rank"), "z"),
        },
        "next_assumptions": {
            "switching_value": "z",
            "rank": "z",
            **dict.fromkeys(
                ("cost_each_gbp", "bought_by_the_next_spend", "value_of_sample_gbp", "records_planned"), "x"
            ),
            "cost_planned_gbp": "x",
        },
    },
    tables={
        "outcomes_by_strand": "publishable",
        "convergence": "publishable",
        "agreement": "publishable",
        "coding": "publishable",
        "decisions": "publishable",
        "priorities": "publishable",
        "workshops": "publishable",
        "funding": "publishable",
        "governance": "publishable",
        "systems": "publishable",
        "staff_and_families": "publishable",
        "roles": "publishable",
        "traces": "publishable",
        "confidence": "publishable",
        "lessons": "publishable",
        "universes": "publishable",
        "curve": "publishable",
        "choices": "publishable",
        "next_findings": "publishable",
        "next_assumptions": "publishable",
    },
)
