"""Codings as qualitative software exchanges them: REFI-QDA projects, codebooks, Taguette highlights, plain tables."""

from insight.sources.qualitative.model import (
    Case,
    Code,
    Coding,
    Note,
    Project,
    Selection,
    TextSource,
    User,
    Variable,
)
from insight.sources.qualitative.qdc import read_codebook, write_codebook
from insight.sources.qualitative.qdpx import read_project, write_project
from insight.sources.qualitative.segments import codings_of, segments_of
from insight.sources.qualitative.tables import read_highlights, read_segments, write_highlights

__all__ = [
    "Case",
    "Code",
    "Coding",
    "Note",
    "Project",
    "Selection",
    "TextSource",
    "User",
    "Variable",
    "codings_of",
    "read_codebook",
    "read_highlights",
    "read_project",
    "read_segments",
    "segments_of",
    "write_codebook",
    "write_highlights",
    "write_project",
]
