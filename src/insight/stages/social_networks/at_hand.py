"""Who is at hand: residents by group in the neighbourhood and in the wider area, from the best source supplied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from insight.errors import InputError, Problem
from insight.methods import networks
from insight.privacy.loading import Inputs
from insight.sources.contracts.networks import SCALES
from insight.stages.social_networks.declaration import Params

NEAR, WIDER = SCALES
OWN_SHARES = "shares of the respondents, who are no random sample"


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Chance, by group, that somebody at hand is of one's own group; ``None`` takes the respondents' own shares."""

    name: str
    chance: Mapping[str, float] | None
    source: str


def _of_table(table: pd.DataFrame, scale: str, params: Params) -> pd.DataFrame:
    rows = table[table["scale"] == scale]
    own = rows[rows["area"] == params.neighbourhood]
    return own if scale == NEAR and len(own) else rows


def _missing(inputs: Inputs, scale: str, groups: list[str]) -> InputError:
    return InputError(
        [
            Problem(
                file=inputs.files["network_composition"].name,
                column="ethnic_group",
                rule=f"residents of every group of the respondents, at scale {scale}",
                found=f"none for {', '.join(groups)}",
                fix="add the group's row, or use the same codes as in network_egos",
            )
        ]
    )


def scales(inputs: Inputs, groups: set[str], params: Params) -> list[Scale]:
    """Return the scales at which random mixing can be told, the neighbourhood first.

    Args:
        inputs: of the stage; the table of residents is optional.
        groups: ethnic groups of the respondents.
        params: of the stage.

    Raises:
        InputError: the table of residents lacks a group of the respondents.
    """
    if not inputs.has("network_composition"):
        given = params.population_shares or None
        return [Scale(name=NEAR, chance=given, source="shares in the params" if given else OWN_SHARES)]
    table, found = inputs.table("network_composition"), []
    for name in SCALES:
        rows = _of_table(table, name, params)
        residents = rows.groupby("ethnic_group")["residents"].sum()
        lacking = sorted(groups - set(residents[residents > 0].index))
        if rows.empty:
            continue
        if lacking:
            raise _missing(inputs, name, lacking)
        people = float(residents.sum())
        chance = {
            str(group): networks.expected_same_group(residents.to_dict(), group, people=people) for group in groups
        }
        found.append(Scale(name=name, chance=chance, source="; ".join(sorted(set(rows["source"])))))
    return found or [Scale(name=NEAR, chance=None, source=OWN_SHARES)]
