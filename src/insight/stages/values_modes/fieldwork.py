"""How the survey was taken: where people were met, in which language, by which shift, and what that leaves open."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from insight.methods.estimate import Estimate, exactly
from insight.privacy.disclosure import suppress
from insight.stages.values_modes.declaration import Params
from insight.stages.values_modes.sample import Sample
from insight.stages.values_modes.statements import contrast

PHONE = "phone"


def settings(sample: Sample, params: Params) -> pd.DataFrame:
    """Return, by neighbourhood, respondents, how many were met in public, and whether most were met otherwise."""
    public = sample.rows["mode_of_interview"].isin(params.public_settings)
    rows = []
    for place, own in public.groupby(sample.rows["neighbourhood"]):
        met, n = int(own.sum()), len(own)
        rows.append({"neighbourhood": str(place), "respondents": n, "met": met, "mostly_otherwise": bool(met * 2 < n)})
    return pd.DataFrame(rows)


def shown_settings(found: pd.DataFrame, names: Mapping[str, str], threshold: int) -> pd.DataFrame:
    """Return the settings for readers: names for codes, shares, and small counts on either side hidden."""
    frame = found.assign(
        neighbourhood=[names.get(place, place) for place in found["neighbourhood"]],
        share_in_public=found["met"] / found["respondents"],
        smaller=np.minimum(found["met"], found["respondents"] - found["met"]),
    )[["neighbourhood", "respondents", "smaller", "share_in_public", "mostly_otherwise"]]
    return suppress(frame, "smaller", threshold=threshold, also=("share_in_public",)).drop(columns="smaller")


def in_public(sample: Sample, params: Params, places: pd.DataFrame) -> tuple[Estimate, Estimate]:
    """Return the share met in streets, centres and parks, and in how many neighbourhoods most were met otherwise."""
    share = sample.share(sample.rows["mode_of_interview"].isin(params.public_settings)).interval()
    exceptions = float(places["mostly_otherwise"].sum())
    return share, exactly(exceptions, n=len(places), method="neighbourhoods counted")


def phone(sample: Sample, params: Params, threshold: int) -> tuple[Estimate, ...]:
    """Return how much rarer the young are among those reached by telephone; nothing where hardly anyone was."""
    phone = sample.rows["mode_of_interview"] == PHONE
    known = sample.rows["age_band"].notna()
    if int((phone & known).sum()) < threshold or not (~phone & known).any():
        return ()
    young = sample.rows["age_band"].isin(params.young_age_bands)
    return (contrast(sample, young, known & ~phone, known & phone)[2],)


def months(dates: pd.Series) -> str:
    """Return the month of the interviews, or the first and the last."""
    found = sorted(set(dates.dt.strftime("%Y-%m")))
    return found[0] if len(found) == 1 else f"{found[0]} to {found[-1]}"
