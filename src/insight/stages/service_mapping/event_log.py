"""The event log of the mapped families: as CSV and as XES for process-mining tools, restricted; and its calendar map.

XES: IEEE 1849-2016. A trace is a family, an event a contact as one teller gave it.
"""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pandas as pd

from insight import atomic
from insight.stages.service_mapping.declaration import CALENDAR_FILE, XES_FILE

if TYPE_CHECKING:
    import matplotlib.figure

COLUMNS = (
    *("contact_id", "family_id", "service", "agency", "start", "end", "date_precision", "trigger", "need", "stage"),
    *("rule_stage", "source"),
)
NAMESPACE = "http://www.xes-standard.org/"
EXTENSIONS = {
    "Concept": ("concept", "http://www.xes-standard.org/concept.xesext"),
    "Time": ("time", "http://www.xes-standard.org/time.xesext"),
    "Organizational": ("org", "http://www.xes-standard.org/org.xesext"),
}
DPI = 144


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the event log, one row a contact and teller, in order of family and time."""
    frame = rows.sort_values(["family_id", "start", "contact_id"], kind="stable")[list(COLUMNS)]
    for column in ("start", "end"):
        frame[column] = pd.to_datetime(frame[column]).dt.strftime("%Y-%m-%d")
    return frame.reset_index(drop=True)


def _text(parent: ET.Element, key: str, value: object) -> None:
    if not pd.isna(value):
        ET.SubElement(parent, "string", {"key": key, "value": str(value)})


def xes(log: pd.DataFrame) -> str:
    """Return the event log as XES.

    Dates stand at midnight in universal time; how closely each is known is the attribute ``date_precision``, and events
    of a day have no order among them.
    """
    root = ET.Element("log", {"xes.version": "1849-2016", "xes.features": "nested-attributes", "xmlns": NAMESPACE})
    for name, (prefix, uri) in EXTENSIONS.items():
        ET.SubElement(root, "extension", {"name": name, "prefix": prefix, "uri": uri})
    for family, own in log.groupby("family_id", sort=True):
        trace = ET.SubElement(root, "trace")
        _text(trace, "concept:name", family)
        for row in own.to_dict("records"):
            event = ET.SubElement(trace, "event")
            _text(event, "concept:name", row["service"])
            _text(event, "org:group", row["agency"])
            ET.SubElement(event, "date", {"key": "time:timestamp", "value": f"{row['start']}T00:00:00+00:00"})
            if not pd.isna(row["end"]):
                ET.SubElement(event, "date", {"key": "end", "value": f"{row['end']}T00:00:00+00:00"})
            for key in ("contact_id", "date_precision", "trigger", "need", "stage", "rule_stage", "source"):
                _text(event, key, row[key])
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def calendar(dated: pd.DataFrame) -> matplotlib.figure.Figure:
    """Return the map by calendar: a panel a family, a row a service, years to the right.

    Colour tells early from crisis, the filling of a mark who told of the contact, as in the journeys by age.
    """
    from insight.display import time_charts

    return time_charts.journeys(
        dated.sort_values(["family", "service"], kind="stable"),
        panel="family",
        row="service",
        start="from_year",
        end="to_year",
        kind="stage",
        source="told_by",
        x_label="Year",
        kinds=("early", "crisis"),
        step=1,
    )


def write(log: pd.DataFrame, dated: pd.DataFrame, folder: Path, *, label: str) -> None:
    """Write XES and the calendar map into the folder's ``restricted`` part, each whole or not at all.

    Args:
        log: as :func:`table` gives it.
        dated: contacts by family and date, both accounts joined.
        folder: the stage's build folder.
        label: what the data are, written into the picture.
    """
    import matplotlib.pyplot as plt

    atomic.write_text(folder / XES_FILE, xes(log))
    figure = calendar(dated)
    figure.text(0.01, -0.01, f"RESTRICTED: single families by date. {label}", fontsize=7, va="top")
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=DPI, metadata={"Software": None}, bbox_inches="tight")
    plt.close(figure)
    atomic.write_with(folder / CALENDAR_FILE, partial(_bytes, content=picture.getvalue()))


def _bytes(path: Path, *, content: bytes) -> None:
    path.write_bytes(content)
