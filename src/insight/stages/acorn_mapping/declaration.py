"""Parameters and declaration of the ACORN mapping stage."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from insight.params import STRICT, Share, StageParams
from insight.stages.base import Declaration

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
CODEBOOK = "acorn_codebook.csv"
BENCHMARK = "acorn_uk_2011.csv"
OPEN_CODEBOOK = "oac_codebook.csv"


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Params(StageParams):
    """What the mapping may vary: which segments and wards the claims name, and how shuffles are drawn."""

    segmentation: Literal["auto", "acorn", "oac"]
    """Which segmentation: ACORN, the open Output Area Classification, or ACORN where it is supplied."""
    focus_categories: Annotated[list[Key], Field(min_length=1)]
    """Categories (keys of the codebook) said to be strong here."""
    claimed_types: Annotated[list[Key], Field(min_length=2)]
    """Types (keys of the codebook) said to be the largest, in the order stated."""
    large_minority: Annotated[float, Field(gt=0, lt=1)]
    """Share of an area's households outside its commonest category from which that minority counts as large."""
    index_margin: Annotated[float, Field(gt=100, le=200)]
    """Index (reference = 100) from which a category counts as over-represented, if the points do so too."""
    points_margin: Annotated[float, Field(ge=0, lt=0.5)]
    """Difference in shares (0 to 1) that counts, if the index does so too."""
    contiguity: Literal["rook", "queen"]
    """Whether neighbours share a border (rook) or a corner is enough (queen)."""
    concentrated_category: Key
    """Category said to live mainly in one ward."""
    concentrated_ward: Annotated[str, Field(min_length=1)]
    """Code of that ward."""
    tenure_ward: Annotated[str, Field(min_length=1)]
    """Code of the ward whose main tenure is in question."""
    main_tenure: Annotated[str, Field(min_length=1)]
    """Tenure said to be the main one there."""
    exception_groups: Annotated[list[str], Field(min_length=1)]
    """Ethnic groups, as the households input writes them, said to break the order of categories."""
    exception_category: Key
    """Category in which these groups are said to live."""
    claimed_no_marketing: Share
    """Share of households said to accept no marketing."""
    permutations: Annotated[int, Field(ge=99, le=9999)]
    """Shuffles behind each statement on clumping or unevenness."""
    seed: Annotated[int, Field(ge=0)]
    """Seed of the shuffles."""


DECLARATION = Declaration(
    name="acorn_mapping",
    number=2,
    title="ACORN mapping",
    question="What kinds of households live where, how do they differ from the country, and how can they be reached?",
    params=Params,
    inputs=("lookup", "boundaries"),
    one_of=(("households",), ("address_list", "segment_directory"), ("oa_classification",)),
    optional=(
        "households",
        "address_list",
        "segment_directory",
        "segment_codes",
        "oa_classification",
        "lifestyle_indices",
    ),
    references=(CODEBOOK, BENCHMARK, OPEN_CODEBOOK, "category_hierarchies.csv", "geography"),
    by_neighbourhood={"neighbourhoods": "Segments of households against the rest of the borough"},
    empty={
        "shares": dict.fromkeys(("reference_share", "difference", "index", "index_low", "index_high"), "z"),
        "types": {"step_down": "z"},
    },
    tables={
        "shares": "publishable",
        "coverage": "publishable",
        "wards": "publishable",
        "neighbourhoods": "publishable",
        "types": "publishable",
        "groups": "publishable",
        "areas": "internal",
        "clumping": "publishable",
        "clumping_beside": "publishable",
        "cards": "publishable",
        "approach": "publishable",
        "habits": "publishable",
        "digital": "publishable",
        "channels": "publishable",
        "expected": "publishable",
        "tenure": "publishable",
        "deprivation": "publishable",
        "lifestyle": "publishable",
    },
)
