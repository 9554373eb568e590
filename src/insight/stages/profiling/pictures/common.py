"""What the pictures of the stage share: standing of what is shown, names, words."""

from __future__ import annotations

from insight import display
from insight.privacy.loading import Inputs
from insight.sources.standing import Standing
from insight.stages.profiling.declaration import Params
from insight.stages.profiling.tables import named, names_of

LICENCE = (
    "Outlines: Office for National Statistics, Open Government Licence v3.0; contains OS data © Crown copyright and "
    "database right."
)
INVENTED = " Their division into smaller areas is invented."
SOURCE = "Indicators of areas"
Shown = display.Figure | display.Table | display.Note


def licence(inputs: Inputs) -> str:
    """Return whose the outlines are; those of demonstration areas are said to be invented."""
    return LICENCE + (INVENTED if standing(inputs, "boundaries").is_demonstration else "")


def label(code: str) -> str:
    """Return a code as words."""
    text = code.replace("_", " ")
    return (text[:1].upper() + text[1:]).replace("Eyfs", "EYFS")


def standing(inputs: Inputs, *names: str) -> Standing:
    """Return the standing of what is made from those of these inputs that were supplied."""
    return inputs.standing(*[name for name in names if inputs.has(name)])


def wards_named(inputs: Inputs, params: Params) -> list[str]:
    """Return the names of the focus wards."""
    names = names_of(inputs)
    return [named(ward, names) for ward in params.focus_wards]


def nothing(inputs: Inputs, what: str, *names: str) -> display.Note:
    """Return a sentence that says what is missing for an output."""
    return display.note(f"Not shown: {what}.", standing(inputs, *names))
