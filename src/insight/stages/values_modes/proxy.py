"""The open path: ten values of the PVQ-21, labelled as what they are and never pooled with the modes."""

from __future__ import annotations

import pandas as pd

from insight.methods import pvq21
from insight.methods.survey import SurveyDesign
from insight.privacy.loading import Inputs
from insight.stages.values_modes.declaration import Params
from insight.stages.values_modes.sample import CLUSTER, STRATUM, WEIGHT

COLUMNS = ["measure", "name", "raw", "estimate", "se", "lower", "upper", "n", "n_eff", "deff", "alpha", "label"]


def values(inputs: Inputs, params: Params) -> pd.DataFrame:
    """Return means of the ten values, raw beside centred, and shares of the proxy groups; empty without the survey."""
    if not inputs.has("pvq_survey"):
        return pd.DataFrame(columns=COLUMNS)
    rows = inputs.people("pvq_survey").reset_index(drop=True)
    found = pvq21.score(rows, most_missing=params.pvq_most_missing, most_identical=params.pvq_most_identical)
    frame = rows[[WEIGHT, STRATUM, CLUSTER]].assign(
        proxy=found.proxy,
        **{f"centred_{name}": found.centred[name] for name in pvq21.VALUES},
        **{f"raw_{name}": found.raw[name] for name in pvq21.VALUES},
    )
    design = SurveyDesign(frame, weights=WEIGHT, strata=STRATUM, psu=CLUSTER)
    made = []
    for name in pvq21.VALUES:
        line = design.mean(f"centred_{name}").iloc[0].to_dict()
        raw = design.mean(f"raw_{name}")["estimate"].iloc[0]
        made.append(
            {
                "measure": "mean, centred on the person",
                "name": _words(name),
                "raw": raw,
                "alpha": found.alpha[name],
                **line,
            }
        )
    shares = design.proportion("proxy")
    made += [{"measure": "share", "name": _words(str(line["proxy"])), **line} for line in shares.to_dict("records")]
    summary = design.summary
    dropped = f"; {found.dropped_missing} dropped for missing and {found.dropped_identical} for flat answers"
    dropped += (
        f"; weights from {summary.smallest_weight:.2f} to {summary.largest_weight:.2f}, Kish design effect "
        f"{summary.kish_deff:.2f}, effective n {summary.n_eff:,.0f} of {summary.n:,}"
    )
    return pd.DataFrame(made).assign(label=pvq21.LABEL + dropped).reindex(columns=COLUMNS)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
