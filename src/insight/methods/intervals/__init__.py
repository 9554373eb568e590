"""Intervals of shares, rates, changes, processes and paired answers: what stages print limits with."""

from insight.methods.intervals.changes import Counts, DifferenceInDifferences, difference_in_differences, log_ratio
from insight.methods.intervals.ordinal import (
    SIGNED_RANK,
    PairedOrdinal,
    SignTest,
    mcnemar,
    paired_ordinal,
    sign_test,
    transitions,
)
from insight.methods.intervals.processes import FEWEST_CHARTED, XmR, funnel_limits, xmr
from insight.methods.intervals.shares import (
    byar,
    clopper_pearson,
    difference,
    goodman,
    holm,
    index_design,
    newcombe_difference,
    wilson,
    wilson_effective,
    z_value,
)

__all__ = [
    "FEWEST_CHARTED",
    "SIGNED_RANK",
    "Counts",
    "DifferenceInDifferences",
    "PairedOrdinal",
    "SignTest",
    "XmR",
    "byar",
    "clopper_pearson",
    "difference",
    "difference_in_differences",
    "funnel_limits",
    "goodman",
    "holm",
    "index_design",
    "log_ratio",
    "mcnemar",
    "newcombe_difference",
    "paired_ordinal",
    "sign_test",
    "transitions",
    "wilson",
    "wilson_effective",
    "xmr",
    "z_value",
]
