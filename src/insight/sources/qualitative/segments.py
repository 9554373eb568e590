"""From coded stretches to the codings of the workbook: one row an interview and theme.

A code's first level is the theme; levels below say how it came up (``prompted``), in which tone (``positive``,
``neutral``, ``negative``), or what was said (anything else, a segment). A theme that is coded at least once without
``prompted`` was raised. A document is an interview, named by its code, with or without a file ending.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from insight.sources.contracts.checking import read_text_table
from insight.sources.contracts.interviews import SENTIMENTS
from insight.sources.qualitative.model import Project
from insight.sources.qualitative.qdpx import read_project
from insight.sources.qualitative.tables import is_highlights, read_highlights

if TYPE_CHECKING:
    import pandas as pd

PROMPTED, RAISED = "prompted", "raised"
ENDINGS = {".txt", ".docx", ".doc", ".odt", ".rtf", ".pdf", ".md", ".html"}
COLUMNS = ("document", "code", "text", "coder", "start", "end")


def segments_of(project: Project) -> pd.DataFrame:
    """Return a project's codings as ``document, code, text, coder, start, end``, levels of codes parted by ``/``.

    Codings of whole texts have no text and no positions.
    """
    import pandas as pd

    paths, coders = project.paths(), {user.guid: user.name for user in project.users}
    rows: list[tuple[object, ...]] = []
    for source in project.sources:
        rows += [
            (source.name, "/".join(paths[one.code]), "", coders.get(one.user, ""), None, None) for one in source.codings
        ]
        for mark in source.selections:
            words = source.text[mark.start : mark.end]
            rows += [
                (source.name, "/".join(paths[one.code]), words, coders.get(one.user, ""), mark.start, mark.end)
                for one in mark.codings
            ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"start": "Int64", "end": "Int64"})


def code_of(name: str) -> str:
    """Return a name as the workbook writes codes: small letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def _interview(document: str) -> str:
    path = PurePosixPath(document.strip())
    return path.stem if path.suffix.lower() in ENDINGS else document.strip()


@dataclass
class _Said:
    """What one interview said of one theme, gathered stretch by stretch; ``words`` keeps the order."""

    is_raised: bool = False
    tone: str = ""
    words: dict[str, None] = field(default_factory=dict)

    def add(self, below: list[str]) -> None:
        self.is_raised |= PROMPTED not in below
        self.tone = self.tone or next((level for level in below if level in SENTIMENTS), "")
        self.words |= dict.fromkeys(level for level in below if level not in {*SENTIMENTS, PROMPTED, RAISED, ""})


def codings_of(segments: pd.DataFrame) -> pd.DataFrame:
    """Return the workbook's codings: ``interview_id, theme, status, sentiment, segment`` (texts, empty where unsaid).

    Args:
        segments: ``document, code`` and anything else; in the order in which things were said.
    """
    import pandas as pd

    found: dict[tuple[str, str], _Said] = {}
    for document, code in zip(segments["document"], segments["code"], strict=True):
        theme, *below = [code_of(level) for level in str(code).split("/")]
        found.setdefault((_interview(str(document)), theme), _Said()).add(below)
    rows = [
        (interview, theme, RAISED if said.is_raised else PROMPTED, said.tone, " ".join(said.words))
        for (interview, theme), said in found.items()
    ]
    columns = ["interview_id", "theme", "status", "sentiment", "segment"]
    return pd.DataFrame(rows, columns=columns, dtype="string")


def codings_table(path: Path) -> pd.DataFrame:
    """Return the workbook's codings from whichever form they come in: REFI-QDA, Taguette, or the contract's own table.

    Raises:
        InputError: absent or unfit in its form.
    """
    if path.suffix.lower() == ".qdpx":
        return codings_of(segments_of(read_project(path)))
    if is_highlights(path) or path.suffix.lower() == ".xlsx":
        return codings_of(read_highlights(path))
    return read_text_table(path)
