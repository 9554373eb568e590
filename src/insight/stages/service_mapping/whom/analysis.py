"""What the stage makes of stage 01's linkage, and of contacts by area, in tables that may be published."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import difference
from insight.privacy import linked_file
from insight.privacy.loading import Inputs
from insight.stages.service_mapping.declaration import Params
from insight.stages.service_mapping.whom import contacts, monitor, unreached

NO_UK_RATE = Estimate(
    estimate=math.nan,
    lower=None,
    upper=None,
    n=0,
    method="the second part is not testable here: it needs engagements a child under five in the United Kingdom by "
    "this definition, and the print gives no value",
)


@dataclass(frozen=True, kw_only=True)
class Whom:
    """Tables of reach: none with a person's row, each under the council's rule of disclosure.

    ``index`` is the concentration index of contacts against deprivation, ``gap`` the engagements a child of the focus
    wards less those of the rest of the borough; both missing where the data do not give them.
    """

    definitions: pd.DataFrame
    unreached: pd.DataFrame
    monthly: pd.DataFrame
    concentration: pd.DataFrame
    engagements: pd.DataFrame
    index: Estimate | None
    gap: Estimate | None


def of_inputs(inputs: Inputs, params: Params) -> Whom:
    """Return the tables of reach; each is empty where what it needs was not supplied.

    Raises:
        InputError: stage 01 linked other records than those at hand.
    """
    threshold = inputs.council.disclosure.threshold
    known = linked_file.table_of_stage(inputs, "known")
    quality = linked_file.table_of_stage(inputs, "linkage_quality")
    found = linked_file.handed_on(inputs)
    lookup = inputs.table("lookup") if inputs.has("lookup") else None
    monthly = pd.DataFrame(columns=monitor.COLUMNS)
    together = pd.DataFrame(columns=unreached.DEFINITIONS)
    if found is not None and lookup is not None and inputs.has("service_engagements"):
        meetings = inputs.people("service_engagements")
        monthly = monitor.monthly(found, meetings, params, threshold=threshold)
        together = unreached.by_any_service(found, meetings, lookup, params, threshold=threshold)
    areas = contacts.by_area(inputs, params)
    index = contacts.index(areas)
    return Whom(
        definitions=unreached.joined(unreached.definitions(known), together),
        unreached=unreached.unreached(known, quality),
        monthly=monthly,
        concentration=contacts.curve(areas, threshold=threshold),
        engagements=contacts.engagements(areas, threshold=threshold),
        index=index,
        gap=_gap(areas),
    )


def _gap(areas: pd.DataFrame) -> Estimate | None:
    here, rest = (contacts.rate(areas[areas["is_focus"] == flag]) for flag in (True, False))
    return None if here is None or rest is None else difference(here, rest)


def estimates(found: Whom) -> dict[str, tuple[Estimate | None, ...]]:
    """Return the estimates of the claim on engagements: the wards against the rest of the borough, and the UK part."""
    return {"engagement_below_oldham_below_uk": (found.gap, NO_UK_RATE)}


def tables(found: Whom) -> dict[str, pd.DataFrame]:
    """Return the tables by the names under which the stage writes them."""
    return {
        "reach_definitions": found.definitions,
        "unreached": found.unreached,
        "unreached_monthly": found.monthly,
        "contacts_by_deprivation": found.concentration,
        "engagements": found.engagements,
    }
