"""Agreement of coders who coded the same interviews each on their own, before they agreed on one table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from insight.methods import agreement
from insight.methods.estimate import Estimate
from insight.stages.ethnography.coding import NOT_COVERED, PROMPTED, RAISED
from insight.stages.ethnography.declaration import Params

STATES = (NOT_COVERED, PROMPTED, RAISED)
"""From least to most: a theme that was raised came up more than one that was prompted."""
COLUMNS = ("theme", "units", "coders", "observed", "positive", "negative", "pabak", "ac1", "kappa", "alpha")


def units(codings: pd.DataFrame) -> pd.DataFrame:
    """Return units (interview by theme) by coders; a unit that a coder did not code stays missing."""
    wide = codings.pivot_table(
        index=["interview_id", "theme"], columns="coder", values="status", aggfunc="first", sort=False
    )
    return wide.astype(object).where(wide.notna(), None)


def _or_none(call: Callable[[], Estimate]) -> float | None:
    """Return a coefficient, or nothing where these units give it none (all codes alike)."""
    try:
        return call().estimate
    except ValueError:
        return None


def by_theme(codings: pd.DataFrame | None, params: Params) -> pd.DataFrame:
    """Return coefficients by theme; those of one theme rest on as many units as there are interviews coded twice."""
    rows = []
    if codings is not None:
        ratings = units(codings)
        for theme, part in ratings.groupby(level="theme", sort=False):
            row: dict[str, object] = {"theme": params.themes.get(str(theme), str(theme))}
            row |= {"units": int((part.notna().sum(axis=1) > 1).sum()), "coders": part.shape[1]}
            row |= _of_two(part)
            row["ac1"] = _or_none(lambda one=part: agreement.gwet_ac1(one, order=STATES))  # type: ignore[misc]
            row["alpha"] = _or_none(lambda one=part: agreement.krippendorff_alpha(one, order=STATES))  # type: ignore[misc]
            rows.append(row)
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    numbers = list(COLUMNS[3:])
    frame[numbers] = frame[numbers].astype("float64")
    return frame.sort_values("alpha", ascending=False, ignore_index=True)


def _of_two(part: pd.DataFrame) -> dict[str, object]:
    """Return what only two coders have; positive agreement is on having raised the theme."""
    if part.shape[1] != agreement.PAIR or not part.notna().all(axis=1).any():
        return {}
    shares = agreement.pairs(part, positive=RAISED)
    same = part.dropna()
    return {
        "observed": float((same.iloc[:, 0] == same.iloc[:, 1]).mean()),
        "positive": shares.positive,
        "negative": shares.negative,
        "pabak": shares.pabak,
        "kappa": _or_none(lambda: agreement.cohen_kappa(part)),
    }


def overall(codings: pd.DataFrame | None, params: Params) -> dict[str, Estimate]:
    """Return coefficients over all units, with limits from resampling whole interviews."""
    if codings is None:
        return {}
    ratings = units(codings)
    clusters: Sequence[str] = [str(code) for code in ratings.index.get_level_values("interview_id")]
    how = agreement.Bootstrap(clusters=clusters, draws=params.draws, seed=params.seed)
    calls: dict[str, Callable[[], Estimate]] = {
        "Krippendorff's alpha, nominal": lambda: agreement.krippendorff_alpha(ratings, order=STATES, bootstrap=how),
        "Krippendorff's alpha, ordinal": lambda: agreement.krippendorff_alpha(
            ratings, level="ordinal", order=STATES, bootstrap=how
        ),
        "Gwet's AC1": lambda: agreement.gwet_ac1(ratings, order=STATES, bootstrap=how),
    }
    if ratings.shape[1] == agreement.PAIR:
        calls["Cohen's kappa"] = lambda: agreement.cohen_kappa(ratings, bootstrap=how)
    elif ratings.notna().all(axis=None):
        calls["Fleiss' kappa"] = lambda: agreement.fleiss_kappa(ratings, bootstrap=how)
    found = {}
    for name, call in calls.items():
        try:
            found[name] = call()
        except ValueError:
            # every code alike, or nothing coded twice: there is no coefficient to show
            continue
    return found


def overall_table(found: dict[str, Estimate]) -> pd.DataFrame:
    """Return the coefficients over all units as rows."""
    rows = [(name, one.estimate, one.lower, one.upper, one.n) for name, one in found.items()]
    return pd.DataFrame(rows, columns=["coefficient", "estimate", "lower", "upper", "units"])
