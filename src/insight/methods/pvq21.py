"""Scores of the 21-item Portrait Values Questionnaire, the human values scale of the European Social Survey.

An open alternative to licensed typologies, never to be pooled with them. Keys only; the wording of items is not ours to
ship. Source of keys, reversal and centring: Schwartz, Computing scores for the 10 human values (ESS EduNet).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

LABEL = "Schwartz proxy, not Values Modes"
LOWEST, HIGHEST = 1, 6
ITEMS: dict[int, str] = {
    1: "ipcrtiv",
    2: "imprich",
    3: "ipeqopt",
    4: "ipshabt",
    5: "impsafe",
    6: "impdiff",
    7: "ipfrule",
    8: "ipudrst",
    9: "ipmodst",
    10: "ipgdtim",
    11: "impfree",
    12: "iphlppl",
    13: "ipsuces",
    14: "ipstrgv",
    15: "ipadvnt",
    16: "ipbhprp",
    17: "iprspot",
    18: "iplylfr",
    19: "impenv",
    20: "imptrad",
    21: "impfun",
}
VALUES: dict[str, tuple[int, ...]] = {
    "self_direction": (1, 11),
    "stimulation": (6, 15),
    "hedonism": (10, 21),
    "achievement": (4, 13),
    "power": (2, 17),
    "security": (5, 14),
    "conformity": (7, 16),
    "tradition": (9, 20),
    "benevolence": (12, 18),
    "universalism": (3, 8, 19),
}
HIGHER: dict[str, tuple[str, ...]] = {
    "openness to change": ("self_direction", "stimulation", "hedonism"),
    "self-enhancement": ("achievement", "power"),
    "conservation": ("security", "conformity", "tradition"),
    "self-transcendence": ("benevolence", "universalism"),
}
"""Schwartz's four wider values; hedonism lies between two and stands with openness here."""
PROXY: dict[str, tuple[str, ...]] = {
    "settler_proxy": ("security", "conformity", "tradition"),
    "prospector_proxy": ("achievement", "power", "hedonism"),
    "pioneer_proxy": ("universalism", "benevolence", "self_direction"),
}
"""Own convention: conservation, self-enhancement with hedonism, self-transcendence with self-direction."""


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Scores by respondent and what was left out.

    ``items``: answers less the person's mean over all of them, by ESS name, 6 most like me before that; ``raw``: mean
    of a value's items, 6 most like me; ``centred``: raw less the person's mean over all items; ``proxy``:
    group of highest centred score, missing for those dropped; ``alpha``: Cronbach's alpha by value, to report and not
    to judge by (two or three items each).
    """

    items: pd.DataFrame
    raw: pd.DataFrame
    centred: pd.DataFrame
    proxy: pd.Series
    alpha: pd.Series
    kept: pd.Series
    dropped_missing: int
    dropped_identical: int
    label: str = LABEL


def columns_of(names: Sequence[str]) -> dict[int, str]:
    """Return the column of each item: ESS names, with or without the ``a`` of round 11.

    Raises:
        ValueError: items that no column holds.
    """
    known = set(names)
    found = {item: next((one for one in (name, f"{name}a") if one in known), "") for item, name in ITEMS.items()}
    missing = [ITEMS[item] for item, name in found.items() if not name]
    if missing:
        raise ValueError(f"no column for {', '.join(missing)}. Fix: use the ESS names of the 21 items")
    return found


def score(frame: pd.DataFrame, *, most_missing: int = 5, most_identical: int = 16) -> Scores:
    """Return scores of the ten values from the 21 items.

    Args:
        frame: a row a respondent, items by ESS name, answers from 1 (very much like me) to 6 (not like me at all).
        most_missing: respondents with more missing answers are dropped.
        most_identical: respondents with more identical answers are dropped.

    Raises:
        ValueError: missing columns, or an answer outside 1 to 6.
    """
    import pandas as pd

    columns = columns_of([str(name) for name in frame.columns])
    given = np.column_stack([frame[columns[item]].to_numpy(dtype=float, na_value=np.nan) for item in ITEMS])
    wrong = np.isfinite(given) & ~np.isin(given, np.arange(LOWEST, HIGHEST + 1))
    if wrong.any():
        places = ", ".join(sorted({columns[item] for item, bad in zip(ITEMS, wrong.any(axis=0), strict=True) if bad}))
        raise ValueError(f"answers outside {LOWEST} to {HIGHEST} in {places}. Fix: code refusals as empty")
    answers = LOWEST + HIGHEST - given
    missing = np.isnan(answers).sum(axis=1)
    identical = np.stack([(given == one).sum(axis=1) for one in range(LOWEST, HIGHEST + 1)]).max(axis=0)
    too_few, too_flat = missing > most_missing, identical > most_identical
    kept = ~too_few & ~too_flat
    answers[~kept] = np.nan
    raw = pd.DataFrame({name: _mean(answers[:, [i - 1 for i in items]]) for name, items in VALUES.items()}, frame.index)
    centred = raw.sub(_mean(answers), axis=0)
    groups = pd.DataFrame({name: centred[list(values)].mean(axis=1) for name, values in PROXY.items()})
    proxy = pd.Series([None] * len(frame), index=frame.index, dtype=object)
    full = groups.notna().all(axis=1)
    proxy[full] = groups[full].idxmax(axis=1)
    alpha = {name: _alpha(answers[:, [i - 1 for i in items]]) for name, items in VALUES.items()}
    return Scores(
        items=pd.DataFrame(answers - _mean(answers)[:, None], frame.index, columns=list(ITEMS.values())),
        raw=raw,
        centred=centred,
        proxy=proxy,
        alpha=pd.Series(alpha, name="alpha"),
        kept=pd.Series(kept, index=frame.index),
        dropped_missing=int(too_few.sum()),
        dropped_identical=int((too_flat & ~too_few).sum()),
    )


def _mean(answers: np.ndarray) -> np.ndarray:
    known = np.isfinite(answers)
    count = known.sum(axis=1)
    sums = np.where(known, answers, 0.0).sum(axis=1)
    return np.divide(sums, count, out=np.full(len(answers), np.nan), where=count > 0)


def _alpha(answers: np.ndarray) -> float:
    known = answers[np.isfinite(answers).all(axis=1)]
    items = known.shape[1]
    if len(known) <= items:
        return float("nan")
    whole = known.sum(axis=1).var(ddof=1)
    return float(items / (items - 1) * (1 - known.var(axis=0, ddof=1).sum() / whole)) if whole > 0 else float("nan")
