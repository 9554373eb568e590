"""What pictures of this stage say alike: source, formats, what the records are, caution where families are few."""

from __future__ import annotations

import pandas as pd

from insight.privacy.loading import Inputs
from insight.sources.standing import Standing

SOURCE = "Interviews of mapped families; records of the services they named"
LIMITS = {"share": "{:.0%}", "lower": "{:.0%}", "upper": "{:.0%}"}


def standing_of(inputs: Inputs) -> Standing:
    """Return what the records of contacts are."""
    return inputs.standing("service_contacts")


def small_note(frame: pd.DataFrame) -> str:
    """Return the sentence on hidden cells, for a caption; empty where none can be hidden."""
    return " Cells of few families are not shown." if "status" in frame.columns else ""
