"""What the pictures of the mapping share: sources, licence, formats, and the standing of what they show."""

from __future__ import annotations

import pandas as pd

from insight.privacy.loading import Inputs
from insight.sources.standing import PUBLISHED, Standing, weakest
from insight.stages.acorn_mapping.analysis import Results

LICENCE = (
    "Source of LSOA outlines: Office for National Statistics licensed under the Open Government Licence v.3.0. "
    "Contains OS data © Crown copyright and database right."
)
CLUSTERS = "95 % limits take postcodes as clusters, since all households of a postcode share a type."
FULL = "A full count: no sampling error, so no limits of it."
SHARES = {"share": "{:.1%}", "lower": "{:.1%}", "upper": "{:.1%}"}
ABSENT = "No household file was supplied, so there are no answers of households to show."


def source_of(results: Results) -> str:
    """Return the words for where the segments come from."""
    return {
        "households": "Segmentation by postcode (households input)",
        "address_list": "Segmentation by postcode (directory) joined to the address list",
        "oa_classification": f"{results.found.codes.title}, open",
    }[results.found.inputs[0]]


def standing_of(inputs: Inputs, results: Results, *more: str) -> Standing:
    """Return the standing of the segments with whatever else a picture rests on."""
    return inputs.standing(*(name for name in (*results.found.inputs, *more) if inputs.has(name)))


def with_country(inputs: Inputs, results: Results) -> Standing:
    """Return the standing of segments set against the country."""
    return weakest([standing_of(inputs, results), PUBLISHED])


def listed(names: pd.Series) -> str:
    """Return names in a sentence."""
    return " and ".join(names.str.lower()) or "no category"
