"""The clerical review: a stratified sample of pairs laid out for reviewers, and their labels read back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.errors import InputError, Problem
from insight.privacy.linkage.linking import Linkage
from insight.privacy.linkage.model import FIELDS
from insight.privacy.linkage.quality import strata
from insight.privacy.linkage.records import KEYS

PER_STRATUM = 40
SEED = 1


def sample(linkage: Linkage, *, per_stratum: int = PER_STRATUM) -> pd.DataFrame:
    """Return pairs to judge, drawn alike from each group and band of match weight; personal data.

    Bands hold pairs that no rule proposed, too, without which missed links could not be counted.

    Returns:
        The sheet: who the two records are, their particulars side by side, and an empty column ``is_match``. Weights
        are left out, so that they do not sway the reviewer; the order is random.
    """
    pairs = strata(linkage)
    rng = np.random.default_rng(SEED)
    drawn = [
        own.sample(n=min(per_stratum, len(own)), random_state=rng)
        for _, own in pairs.groupby(["ethnic_group", "band"], sort=True)
    ]
    chosen = pd.concat(drawn).sample(frac=1, random_state=rng)
    sheet = pd.DataFrame(index=chosen.index)
    for side in ("left", "right"):
        own = linkage.records.iloc[chosen[side]]
        for name in KEYS:
            sheet[f"{side}_{name.removesuffix('_id')}"] = own[name].to_numpy()
    sheet["is_match"] = ""
    for name in FIELDS:
        for side in ("left", "right"):
            sheet[f"{side}_{name}"] = linkage.records[name].to_numpy()[chosen[side]]
    return sheet.reset_index(drop=True)


def labels_of(linkage: Linkage, labels: pd.DataFrame, *, file: str) -> pd.DataFrame:
    """Return returned labels as positions of records.

    Raises:
        InputError: a label names a record that no source holds.
    """
    place = {
        (str(source), str(record)): number
        for number, (source, record) in enumerate(linkage.records[KEYS].itertuples(index=False, name=None))
    }
    sides, problems = {}, []
    for side in ("left", "right"):
        keys = list(zip(labels[f"{side}_source"].astype(str), labels[f"{side}_record"].astype(str), strict=True))
        problems += [
            Problem(
                file=file,
                row=number + 2,
                column=f"{side}_record",
                rule="a label names a record of the sources",
                fix="return the sheet of the same extract, or write a new one with insight link PARAMS --review",
            )
            for number, key in enumerate(keys)
            if key not in place
        ]
        sides[side] = np.array([place.get(key, -1) for key in keys], dtype=int)
    if problems:
        raise InputError(problems)
    return pd.DataFrame(
        {
            "left": np.minimum(sides["left"], sides["right"]),
            "right": np.maximum(sides["left"], sides["right"]),
            "is_match": labels["is_match"].to_numpy(),
        }
    )
