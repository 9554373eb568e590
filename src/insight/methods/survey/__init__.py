"""Survey inference: a design over a pandas frame, estimates, tables, raking and models that respect it.

:class:`SurveyDesign` is what analysts use; :mod:`insight.methods.survey.linear` holds the linearised arithmetic on
plain arrays for statistics that no library offers (ranks, shares of variance, gaps of many groups at once).
"""

from insight.methods.survey.design import SurveyDesign
from insight.methods.survey.errors import SurveyError
from insight.methods.survey.linear import (
    Design,
    Proportion,
    jackknife,
    kish,
    mean,
    proportion,
    rank_of,
    variance_explained,
)
from insight.methods.survey.models import Fit
from insight.methods.survey.tables import Crosstab

__all__ = [
    "Crosstab",
    "Design",
    "Fit",
    "Proportion",
    "SurveyDesign",
    "SurveyError",
    "jackknife",
    "kish",
    "mean",
    "proportion",
    "rank_of",
    "variance_explained",
]
