"""Stage 05: open interviews with families, what they raised, and what staff had expected."""

from insight.stages.ethnography import pictures
from insight.stages.ethnography.analysis import Results, analyse, load, save
from insight.stages.ethnography.declaration import DECLARATION, Params
from insight.stages.ethnography.evidence import figures, findings, findings_table
from insight.stages.ethnography.pictures import *  # noqa: F403 - the names that pictures lists

__all__ = [  # noqa: PLE0604 - pictures lists its own names
    "DECLARATION",
    "Params",
    "Results",
    "analyse",
    "figures",
    "findings",
    "findings_table",
    "load",
    "save",
    *pictures.__all__,
]
