"""Segment cards: who the people of a mode are, how many, where, what they respond to, how to speak with them."""

from __future__ import annotations

import pandas as pd

from insight import paths
from insight.stages.values_modes.declaration import DECLARATION
from insight.stages.values_modes.shares import standing_out

GUIDANCE = DECLARATION.references[1]
NOWHERE = "spread evenly: no place stands out after adjustment"
NOBODY = "no group stands out after adjustment"


def guidance() -> pd.DataFrame:
    """Return guidance by mode, each row with its source."""
    return pd.read_csv(paths.reference(GUIDANCE))


def _standing_out(frame: pd.DataFrame, by: str, mode: str, otherwise: str) -> str:
    own = frame[(frame["mode"] == mode) & (standing_out(frame) != 0)]
    words = [f"{'more' if row.residual > 0 else 'fewer'} {getattr(row, by)}" for row in own.itertuples()]
    return "; ".join(words) or otherwise


def cards(
    modes: pd.DataFrame, kinds: pd.DataFrame, *, ethnic: pd.DataFrame, places: pd.DataFrame, ages: pd.DataFrame
) -> pd.DataFrame:
    """Return a card a mode, largest first.

    Args:
        modes: shares of the modes.
        kinds: the modes' descriptions.
        ethnic: residuals by ethnic group.
        places: residuals by neighbourhood.
        ages: residuals by age.
    """
    words = guidance().merge(kinds[["mode", "mode_name", "description"]], on="mode").set_index("mode_name")
    rows = []
    for line in modes.sort_values("share", ascending=False).itertuples():
        said = words.loc[line.mode]
        rows.append(
            {
                "mode": line.mode,
                "group": line.group,
                "share": line.share,
                "lower": line.lower,
                "upper": line.upper,
                "motives": said["description"],
                "who": "; ".join(
                    dict.fromkeys(
                        [
                            _standing_out(ethnic, "ethnic_group", line.mode, NOBODY),
                            _standing_out(ages, "age_band", line.mode, NOBODY),
                        ]
                    )
                ),
                "where": _standing_out(places, "neighbourhood", line.mode, NOWHERE),
                "responds_to": said["responds_to"],
                "how_to_communicate": said["how_to_communicate"],
                "take_care": said["take_care"],
                "source": said["source"],
            }
        )
    return pd.DataFrame(rows)
