"""Profiles of neighbourhoods and wards in long rows: all that a written report of one area needs.

Where an indicator does not reach neighbourhoods, the row of their ward stands in and says so.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from insight.privacy.disclosure import log
from insight.stages.profiling import measures
from insight.stages.profiling.catalogue import Entry

AREAS = ("neighbourhood", "ward")
COLUMNS = [
    *("area", "name", "level", "ward", "theme", "indicator", "label", "definition", "polarity", "period", "unit"),
    *("value", "count", "cases", "lower", "upper", "status", "value_of", "shrunk", "shrunk_lower", "shrunk_upper"),
    *("rest", "borough", "region", "nation", "neighbours", "comparison", "is_clear", "nation_comparison"),
    *("rank", "rank_words", "rank_best", "rank_worst", "direction", "direction_from", "source", "licence", "fetch"),
    "caveat",
]
RESIDENT_FACTS = {
    "residents": "Residents",
    "households": "Households",
    "children_0_4": "Children aged 0 to 4",
}
WARD_CAVEAT = "Value of the ward: the source does not reach neighbourhoods"


def _facts(neighbourhoods: pd.DataFrame, wards: Mapping[str, str]) -> pd.DataFrame:
    """Return residents, households and young children of neighbourhoods as rows."""
    rows = []
    for place in neighbourhoods.to_dict("records"):
        for column, label in RESIDENT_FACTS.items():
            one = {"area": place["neighbourhood"], "name": place["name"], "level": "neighbourhood"}
            one |= {"ward": wards.get(place["neighbourhood"], ""), "theme": "population_families", "indicator": column}
            one |= {"label": label, "definition": "Sum of output areas", "polarity": "none", "unit": "count"}
            one |= {"value": float(place[column]), "count": float(place[column]), "value_of": place["name"]}
            rows.append(one | {"status": "", "source": "Area look-up", "caveat": ""})
    return pd.DataFrame(rows)


def _reached(reach: pd.DataFrame, wards: Mapping[str, str]) -> pd.DataFrame:
    """Return reach of services by neighbourhood and ward as rows."""
    rows = []
    for one in reach[reach["level"].isin(AREAS)].to_dict("records") if len(reach) else []:
        code = "reach_" + "_".join(str(one["service"]).replace("'", "").split())
        row = {"area": one["area"], "name": one["name"], "level": one["level"], "ward": wards.get(one["area"], "")}
        row |= {"theme": "health_care", "indicator": code, "label": f"Known to: {one['service']}", "unit": "share"}
        row |= {"definition": "Children on the register, of resident children under five", "polarity": "higher_better"}
        row |= {"value": one["reach"], "count": one["registered"], "cases": one["children_0_4"]}
        row |= {"lower": one["lower"], "upper": one["upper"], "status": one["status"], "value_of": one["name"]}
        rows.append(row | {"source": "Registers of services", "caveat": "Register and residents differ in date"})
    return pd.DataFrame(rows)


def _assembled(compared: pd.DataFrame, directions: pd.DataFrame, small: pd.DataFrame) -> pd.DataFrame:
    """Return values of neighbourhoods and wards with direction of travel and shrunk share beside them."""
    key = ["area", "indicator"]
    travel = directions.rename(columns={"first_period": "direction_from"})[[*key, "direction", "direction_from"]]
    drawn = small.rename(columns={"lower": "shrunk_lower", "upper": "shrunk_upper"})
    rows = compared[compared["level"].isin(AREAS)].assign(value_of=compared["name"], caveat="")
    return rows.merge(travel, on=key, how="left").merge(
        drawn[[*key, "shrunk", "shrunk_lower", "shrunk_upper"]], on=key, how="left"
    )


def _with_ward_values(rows: pd.DataFrame, near: pd.DataFrame) -> pd.DataFrame:
    """Return the rows, and for each neighbourhood those of its ward where it has none of its own."""
    known = set(zip(rows["area"], rows["indicator"], strict=True))
    parts = [rows]
    for place in near.to_dict("records"):
        lent = rows[(rows["level"] == "ward") & (rows["area"] == place["ward"])]
        lent = lent[[(place["neighbourhood"], indicator) not in known for indicator in lent["indicator"]]]
        names = {"area": place["neighbourhood"], "name": place["neighbourhood_name"], "level": "neighbourhood"}
        parts.append(lent.assign(**names, caveat=WARD_CAVEAT))
    return pd.concat(parts, ignore_index=True)


def profiles(
    compared: pd.DataFrame,
    directions: pd.DataFrame,
    small: pd.DataFrame,
    neighbourhoods: pd.DataFrame,
    reach: pd.DataFrame,
    *,
    entries: Mapping[str, Entry],
    lookup: pd.DataFrame,
) -> pd.DataFrame:
    """Return one row an area (neighbourhood or ward) and indicator, with all that a report says of it.

    Args:
        compared: values, comparisons and ranks.
        directions: directions of travel.
        small: raw and shrunk shares.
        neighbourhoods: residents, households and young children.
        reach: reach of services, after disclosure control.
        entries: the catalogue.
        lookup: which neighbourhood lies in which ward.
    """
    near = lookup.dropna(subset=["neighbourhood"]).drop_duplicates("neighbourhood")
    wards = dict(zip(near["neighbourhood"], near["ward"], strict=True)) | {code: code for code in lookup["ward"]}
    frame = _with_ward_values(_assembled(compared, directions, small), near)
    own = frame["indicator"].map(entries)
    frame = frame.assign(
        ward=frame["area"].map(wards),
        comparison=frame["rest_comparison"],
        definition=own.map(lambda entry: entry.definition),
        source=own.map(lambda entry: entry.source),
        licence=own.map(lambda entry: entry.licence),
        fetch=own.map(lambda entry: entry.fetch),
        caveat=[
            "; ".join(filter(None, (entry.caveat, caveat))) for entry, caveat in zip(own, frame["caveat"], strict=True)
        ],
    )
    parts = [frame, _facts(neighbourhoods, wards), _reached(reach, wards)]
    whole = pd.concat([part for part in parts if len(part)], ignore_index=True)
    made = whole.reindex(columns=COLUMNS).sort_values(["level", "area", "theme", "indicator"], ignore_index=True)
    return log.follow(made, ["value", "count"], of="indicators and reach")


BRIEF = ["neighbourhood", "theme", "indicator", "period", "value", "rest_of_borough", "comparison", "value_of"]


def brief(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what fits on a page about a neighbourhood: one row an indicator, value and limits as text.

    Args:
        rows: from :func:`profiles`; ``value_of`` says where the value of the ward stands in.
    """
    near = rows[rows["level"] == "neighbourhood"]
    own = near["value_of"] == near["name"]
    found = pd.DataFrame(
        {
            "neighbourhood": near["area"],
            "theme": near["theme"].str.replace("_", " ").str.capitalize(),
            "indicator": near["label"],
            "period": near["period"],
            "value": [measures.in_words(row, value="value") for row in near.to_dict("records")],
            "rest_of_borough": [measures.as_unit(row["rest"], row["unit"]) for row in near.to_dict("records")],
            "comparison": near["comparison"],
            "value_of": [
                name if is_own else f"{name} (ward)" for name, is_own in zip(near["value_of"], own, strict=True)
            ],
        }
    )
    return found[BRIEF].reset_index(drop=True)
