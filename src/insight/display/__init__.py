"""Pictures, tables and maps that cannot be made without what a reader needs: finding, alt text, source, n, data.

Everything shown is self-contained: opening it asks nothing of the network.
"""

from insight.display import area_charts, charts, time_charts
from insight.display.biplot import biplot
from insight.display.field_quality import intraclass_table, quotas_picture, quotas_table
from insight.display.figure import Figure
from insight.display.maps import Layer, MapFigure
from insight.display.severity import severity_table
from insight.display.standard import Note, figures_table, findings_table, inputs_table, note
from insight.display.table import Table

__all__ = [
    "Figure",
    "Layer",
    "MapFigure",
    "Note",
    "Table",
    "area_charts",
    "biplot",
    "charts",
    "figures_table",
    "findings_table",
    "inputs_table",
    "intraclass_table",
    "note",
    "quotas_picture",
    "quotas_table",
    "severity_table",
    "time_charts",
]
