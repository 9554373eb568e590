"""Cost benefit appraisal in the language of the Greater Manchester model.

Sources: HM Treasury, The Green Book (forward-rate discounting by bands); HM Treasury (2014), cost benefit analysis
guidance for local partnerships. Deflators and grades of evidence are handed in: they are data with an edition.
"""

from insight.methods.appraisal.discounting import (
    Band,
    annuity,
    discount_factor,
    discount_factors,
    equivalent_yearly,
    financial_year_index,
    present_value,
    schedule_bands,
    uprate,
)
from insight.methods.appraisal.ledger import (
    NPBI_RULE,
    Measures,
    appraise,
    budget_impact,
    by_agency,
    measures,
    payback_years,
    ratio,
)
from insight.methods.appraisal.model import (
    NOT_ASSESSED,
    Benefit,
    Cashability,
    Combine,
    Cost,
    DeadweightMode,
    Kind,
    agency_shares,
    combined_bias,
    net_impact,
)
from insight.methods.appraisal.overlaps import check_overlaps, may_add, total_without_overlap
from insight.methods.appraisal.sensitivity import (
    NO_VALUE,
    PRINT_LIMIT,
    QUANTILES,
    Uncertain,
    monte_carlo,
    probability_below,
    switching_value,
    switching_values,
    tornado,
)
from insight.methods.appraisal.variance import TOGETHER, group_share, hanging_together, judgement_share, sobol

__all__ = [
    "NOT_ASSESSED",
    "NO_VALUE",
    "NPBI_RULE",
    "PRINT_LIMIT",
    "QUANTILES",
    "TOGETHER",
    "Band",
    "Benefit",
    "Cashability",
    "Combine",
    "Cost",
    "DeadweightMode",
    "Kind",
    "Measures",
    "Uncertain",
    "agency_shares",
    "annuity",
    "appraise",
    "budget_impact",
    "by_agency",
    "check_overlaps",
    "combined_bias",
    "discount_factor",
    "discount_factors",
    "equivalent_yearly",
    "financial_year_index",
    "group_share",
    "hanging_together",
    "judgement_share",
    "may_add",
    "measures",
    "monte_carlo",
    "net_impact",
    "payback_years",
    "present_value",
    "probability_below",
    "ratio",
    "schedule_bands",
    "sobol",
    "switching_value",
    "switching_values",
    "tornado",
    "total_without_overlap",
    "uprate",
]
