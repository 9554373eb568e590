"""How well the survey was taken: quotas, the contact log by slot, and likeness within interviewers' sessions."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from insight.methods.intervals import wilson
from insight.methods.intraclass import intraclass_rows
from insight.methods.quotas import COLUMNS as QUOTA_COLUMNS
from insight.methods.quotas import merged_targets
from insight.privacy.disclosure import OF_PEOPLE, Merge, merged_apart, suppress
from insight.privacy.loading import Inputs
from insight.stages.social_networks.declaration import Params
from insight.stages.social_networks.drivers import NO_QUALIFICATION

SURVEY = "networks"
OUTCOMES = ["completed", "refused", "no_answer"]
LOG_COLUMNS = ["slot", "visits", "doors", *OUTCOMES, "share", "lower", "upper"]


def sessions(egos: pd.DataFrame) -> np.ndarray:
    """Return the interviewer's session of each respondent: day, slot, and the street or the event."""
    at_door = (egos["recruited_at"] == "door").to_numpy()
    site = np.where(at_door, egos["street"].to_numpy(dtype=object), egos["recruited_at"].to_numpy(dtype=object))
    return (egos["date"].astype(str) + "|" + egos["slot"].astype(str) + "|" + pd.Series(site).astype(str)).to_numpy(
        dtype=object
    )


def quotas(inputs: Inputs, egos: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return interviews planned beside those achieved; empty without quotas."""
    if not inputs.has("survey_quotas"):
        return pd.DataFrame(columns=[*QUOTA_COLUMNS, "status"])
    planned = inputs.table("survey_quotas")
    counted = {name: egos[name] for name in ("slot", "sex", "age_band", "ethnic_group")}
    own = planned[planned["survey"] == SURVEY]

    def made(variable: str, merge: Merge) -> pd.DataFrame:
        found = merged_targets(own, counted, variable=variable, merged=merge.named)
        said = found.assign(
            variable=found["variable"].str.replace("_", " ").str.capitalize(),
            level=found["level"].str.replace("_", " "),
        )
        return suppress(said, "achieved", threshold=threshold, also=("met", "gap", "is_met"), within=("variable",))

    levels = {str(variable): list(rows["level"].astype(str)) for variable, rows in own.groupby("variable", sort=False)}
    if not levels:
        return pd.DataFrame(columns=[*QUOTA_COLUMNS, "status"])
    makers = {variable: partial(made, variable) for variable in levels}
    return merged_apart(makers, hierarchies=OF_PEOPLE, categories=levels)


def contact_log(inputs: Inputs) -> pd.DataFrame:
    """Return by slot the doors visited, what came of them, and the share surveyed where somebody spoke."""
    if not inputs.has("fieldwork_log"):
        return pd.DataFrame(columns=LOG_COLUMNS)
    log = inputs.table("fieldwork_log")
    rows = []
    for slot, own in log.groupby("slot", sort=False):
        doors = own.groupby("outcome")["doors"].sum().reindex(OUTCOMES, fill_value=0).astype(int)
        spoke = int(doors["completed"] + doors["refused"])
        took = wilson(int(doors["completed"]), spoke) if spoke else None
        rows.append(
            {
                "slot": str(slot).replace("_", " "),
                "visits": len(own[["street", "visited_on"]].drop_duplicates()),
                "doors": int(doors.sum()),
                **doors.to_dict(),
                "share": None if took is None else took.estimate,
                "lower": None if took is None else took.lower,
                "upper": None if took is None else took.upper,
            }
        )
    return pd.DataFrame(rows, columns=LOG_COLUMNS)


def within_sessions(egos: pd.DataFrame, ties: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Return correlations within interviewers' sessions of who was met, how many contacts were named, and of whom.

    Args:
        egos: the respondents.
        ties: their ties outside household and kin, a row a respondent in the same order.
        params: the stage's parameters.
    """
    known = ties["known"].to_numpy(dtype=float)
    beyond = np.divide(ties["external"].to_numpy(dtype=float), known, out=np.full(len(known), np.nan), where=known > 0)
    measures = {
        "women": egos["sex"] == "female",
        "in work": egos["in_work"].astype(bool),
        "without qualifications": egos["qualification"] == NO_QUALIFICATION,
        params.majority_group.replace("_", " "): egos["ethnic_group"] == params.majority_group,
        "contacts named": known + ties["unknown"].to_numpy(dtype=float),
        "share of ties beyond the group": beyond,
    }
    return intraclass_rows(measures, sessions(egos).astype(str))
