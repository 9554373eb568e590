"""Field quality: contact log, missing answers, places of interview and of residence, overlap of samples."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd

from insight.methods.intervals import wilson
from insight.methods.intraclass import intraclass_rows
from insight.methods.quotas import COLUMNS as QUOTA_COLUMNS
from insight.methods.quotas import merged_targets
from insight.privacy.disclosure import OF_PEOPLE, Merge, merged_apart, suppress
from insight.privacy.loading import Inputs
from insight.stages.values_modes.declaration import Params
from insight.stages.values_modes.hiding import hide
from insight.stages.values_modes.sample import CLUSTER, ITEM, STRATUM, TRANSLATED, Sample

COUNTS = ["approached", "refused", "ineligible", "completed"]
PLANNED = ["planned", "met"]
SURVEY = "values"
SAID = {"true": "yes", "false": "no"}


def contact_log(inputs: Inputs, names: Mapping[str, str]) -> pd.DataFrame:
    """Return by slot, place, site and single shift who was approached, the share that took part, and the quota met."""
    columns = ["by", "of", "shifts", *COUNTS, "share", "lower", "upper", *PLANNED]
    if not inputs.has("values_sessions"):
        return pd.DataFrame(columns=columns)
    log = inputs.table("values_sessions")
    rows = []
    for column, words in (("slot", "Slot"), ("site_neighbourhood", "Place of interview"), ("site", "Site")):
        for name, own in log.groupby(column, sort=True):
            counts = own[COUNTS].sum()
            eligible = int(counts["refused"] + counts["completed"])
            took = wilson(int(counts["completed"]), eligible) if eligible else None
            rows.append(
                {
                    "by": words,
                    "of": names.get(str(name), str(name).replace("_", " ")),
                    "shifts": len(own),
                    **counts.astype(int).to_dict(),
                    "share": None if took is None else took.estimate,
                    "lower": None if took is None else took.lower,
                    "upper": None if took is None else took.upper,
                    **_against_plan(own),
                }
            )
    return pd.DataFrame(rows + _by_session(log), columns=columns)


def _against_plan(log: pd.DataFrame) -> dict[str, float | None]:
    """Return interviews planned and completed over planned, of shifts whose quota is known."""
    if "planned" not in log or log["planned"].isna().all():
        return dict.fromkeys(PLANNED)
    known = log[log["planned"].notna()]
    planned = float(known["planned"].sum())
    return {"planned": planned, "met": float(known["completed"].sum()) / planned}


def _by_session(log: pd.DataFrame) -> list[dict[str, object]]:
    """Return the spread over shifts: the fewest, the middle and the most completed, and shares that took part."""
    eligible = log["refused"] + log["completed"]
    taking = (log["completed"] / eligible.where(eligible > 0)).astype("float64")
    planned = log["planned"].astype("float64") if "planned" in log else log["completed"] * np.nan
    met = (log["completed"] / planned).astype("float64")
    return [
        {
            "by": "Single shifts",
            "of": words,
            "shifts": len(log),
            **{name: float(log[name].quantile(at)) for name in COUNTS},
            "share": float(taking.quantile(at)),
            "planned": float(planned.quantile(at)),
            "met": float(met.quantile(at)),
        }
        for words, at in (("lowest", 0.0), ("middle", 0.5), ("highest", 1.0))
    ]


def quotas(inputs: Inputs, sample: Sample, names: Mapping[str, str], threshold: int) -> pd.DataFrame:
    """Return interviews planned beside those achieved, by slot, place of interview, translation and who was met."""
    if not inputs.has("survey_quotas"):
        return pd.DataFrame(columns=[*QUOTA_COLUMNS, "status"])
    rows = sample.rows
    counted = {name: rows[name] for name in ("sex", "age_band", "ethnic_group")}
    counted["translated"] = rows[TRANSLATED].map({True: "true", False: "false"})
    if inputs.has("values_sessions"):
        log = inputs.table("values_sessions").set_index("session")
        counted["slot"] = rows["session"].map(log["slot"])
        counted["place_of_interview"] = rows["session"].map(log["site_neighbourhood"])
    planned = inputs.table("survey_quotas")
    own = planned[planned["survey"] == SURVEY]

    def made(variable: str, merge: Merge) -> pd.DataFrame:
        found = merged_targets(own, counted, variable=variable, merged=merge.named)
        said = found.assign(
            variable=found["variable"].str.replace("_", " ").str.capitalize(),
            level=[names.get(str(one), SAID.get(str(one), str(one).replace("_", " "))) for one in found["level"]],
        )
        return suppress(said, "achieved", threshold=threshold, also=("met", "gap", "is_met"), within=("variable",))

    levels = {str(variable): list(rows["level"].astype(str)) for variable, rows in own.groupby("variable", sort=False)}
    if not levels:
        return pd.DataFrame(columns=[*QUOTA_COLUMNS, "status"])
    makers = {variable: partial(made, variable) for variable in levels}
    return merged_apart(makers, hierarchies=OF_PEOPLE, categories=levels)


def within_sessions(sample: Sample, params: Params) -> pd.DataFrame:
    """Return correlations within interviewers' shifts, neighbourhoods taken out, of modes, answers and translation."""
    rows = sample.rows
    measures = {f"group: {name}": rows["group"] == name for name in sorted(set(rows["group"].dropna()))}
    measures[f"mode: {params.lead_mode.replace('_', ' ')}"] = rows["mode"] == params.lead_mode
    measures["interview translated"] = rows[TRANSLATED].astype(bool)
    answers = rows.filter(like=ITEM)
    if answers.shape[1]:
        measures["mean answer to the statements"] = answers.mean(axis=1)
    return intraclass_rows(measures, rows[CLUSTER].to_numpy(str), strata=rows[STRATUM].to_numpy(str))


def missing_answers(sample: Sample, items: list[str], threshold: int) -> pd.DataFrame:
    """Return shares of answers missing by way of approach and by translation: low where fieldwork was alike."""
    names = [ITEM + item for item in items]
    rows = []
    groups = {
        "Approach": sample.rows["mode_of_interview"],
        "Translated": sample.rows[TRANSLATED].astype(bool).map({True: "translated", False: "not translated"}),
    }
    for words, by in groups.items():
        for name, own in sample.rows.groupby(by, sort=True):
            gone = own[names].isna() if names else pd.DataFrame(index=own.index)
            rows.append(
                {
                    "by": words,
                    "of": str(name),
                    "respondents": len(own),
                    "share_missing": float(gone.to_numpy().mean()) if names else None,
                    "attributes_missing": float(own[["sex", "age_band", "ethnic_group"]].isna().to_numpy().mean()),
                }
            )
    frame = pd.DataFrame(rows)
    return suppress(
        frame, "respondents", threshold=threshold, also=("share_missing", "attributes_missing"), within=("by",)
    )


def place_of_interview(inputs: Inputs, sample: Sample, names: Mapping[str, str], threshold: int) -> pd.DataFrame:
    """Return counts of respondents by where they live and where they were met; never taken for one another."""
    columns = ["lives_in", "met_in", "respondents", "status"]
    if not inputs.has("values_sessions"):
        return pd.DataFrame(columns=columns)
    log = inputs.table("values_sessions").set_index("session")["site_neighbourhood"]
    met = sample.rows["session"].map(log)
    known = met.notna()
    table = pd.crosstab(sample.rows.loc[known, "neighbourhood"], met[known])
    rows = [
        {
            "lives_in": names.get(str(a), str(a)),
            "met_in": names.get(str(b), str(b)),
            "respondents": int(table.loc[a, b]),
        }
        for a in table.index
        for b in table.columns
    ]
    return hide(
        pd.DataFrame(rows),
        count="respondents",
        sums=[["lives_in"], ["met_in"]],
        keep=["lives_in", "met_in"],
        threshold=threshold,
    )[columns]


def samples(inputs: Inputs, sample: Sample, names: Mapping[str, str]) -> pd.DataFrame:
    """Return, by neighbourhood, respondents of this survey and of the network survey, and the residents both draw on.

    The two files share no key: how many answered both cannot be known, only the largest number that could have.
    """
    here = sample.rows["neighbourhood"].value_counts()
    people = inputs.people("network_egos")["neighbourhood"].value_counts() if inputs.has("network_egos") else here * 0
    residents = pd.Series(dtype=float)
    if inputs.has("lookup"):
        lookup = inputs.table("lookup")
        residents = lookup[lookup["neighbourhood"].notna()].groupby("neighbourhood")["persons"].sum()
    rows = [
        {
            "neighbourhood": names.get(str(place), str(place)),
            "respondents": int(here.get(place, 0)),
            "network_respondents": int(people.get(place, 0)),
            "residents": float(residents.get(place, np.nan)),
            "sampled_share": here.get(place, 0) / residents.get(place, np.nan),
            "overlap_at_most": int(min(here.get(place, 0), people.get(place, 0))),
        }
        for place in sorted(set(here.index) | set(people.index), key=str)
    ]
    return pd.DataFrame(rows)
