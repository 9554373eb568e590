"""Words and sources that the pictures share."""

from __future__ import annotations

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs

INTERVIEWS = "Interview log"
CODINGS = "Codings of the interviews"
COUNTED = "Counts of these interviews alone: they were chosen, not drawn, so no interval stands beside them."
MARKED = "[c] marks small counts and what would give them away."


def words(code: object) -> str:
    """Return a code as words."""
    return str(code).replace("_", " ").capitalize()


def severity_note(inputs: Inputs) -> Note:
    """Return why no severity card stands on this page."""
    return display.note(
        "No severity card stands here. A card gives the rates at which a finding would be detected if true and raised "
        "falsely if not, over repeated draws of the sample. These interviews were chosen for what they could tell, so "
        "there is no draw to repeat: rates of that kind would be invented. What the page gives in their place is how "
        "far each count would move had a few of the interviews been the most contrary ones held, and how well two "
        "coders agree.",
        inputs.standing("interviews", "codings"),
    )
