"""Coded stretches as tables: Taguette's highlights, and the plain lists that other programs export."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from insight import atomic
from insight.sources.contracts.checking import read_text_table
from insight.sources.qualitative.refusing import refused

if TYPE_CHECKING:
    import pandas as pd

HIGHLIGHTS = ("id", "document", "tag", "content")
"""Columns of Taguette's export, one row a highlight and tag."""
SEGMENTS = ("document", "code", "text")
MOST_BYTES = 64 * 1024 * 1024


def _cells(path: Path) -> pd.DataFrame:
    """Return a CSV or the first sheet of a workbook as text cells."""
    if path.suffix.lower() != ".xlsx":
        return read_text_table(path)
    import pandas as pd

    if not path.exists():
        return read_text_table(path)
    if path.stat().st_size > MOST_BYTES:
        raise refused(path, f"a table may have {MOST_BYTES:,} bytes at most", "export the codings alone")
    try:
        frame = pd.read_excel(path, dtype="string", keep_default_na=False, engine="calamine")
    except Exception as error:
        raise refused(
            path, "the file must be an Excel workbook", "export it again", str(error).splitlines()[0]
        ) from None
    frame.columns = [str(name).strip() for name in frame.columns]
    return frame.fillna("")


def _named(frame: pd.DataFrame, path: Path, columns: Mapping[str, str]) -> pd.DataFrame:
    missing = [given for given in columns.values() if given not in frame.columns]
    if missing:
        found = ", ".join(map(str, frame.columns))
        raise refused(path, f"columns {', '.join(missing)} must be there", "export all columns, or name yours", found)
    chosen = frame[list(columns.values())].astype(object)
    chosen.columns = list(columns)
    return chosen.reset_index(drop=True)


def is_highlights(path: Path) -> bool:
    """Whether a CSV is headed as Taguette's highlights are."""
    if path.suffix.lower() != ".csv" or not path.exists():
        return False
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        names = {name.strip().strip('"') for name in stream.readline().split(",")}
    return {"document", "tag", "content"} <= names


def read_highlights(path: Path) -> pd.DataFrame:
    """Return Taguette's highlights (CSV or XLSX) as ``document, code, text``; tags such as ``housing.prompted`` nest.

    Raises:
        InputError: absent, unreadable, or without the columns.
    """
    frame = _named(_cells(path), path, {"document": "document", "code": "tag", "text": "content"})
    frame["code"] = frame["code"].str.replace(".", "/", regex=False)
    return frame[frame["code"] != ""].reset_index(drop=True)


def read_segments(path: Path, *, columns: Mapping[str, str] | None = None) -> pd.DataFrame:
    r"""Return a plain list of coded stretches (CSV or XLSX) as ``document, code, text`` and, where named, ``coder``.

    Args:
        path: one row a coded stretch; levels of a code are parted by ``/``, ``\\`` or ``>``.
        columns: our names to those of the file, where they differ.

    Raises:
        InputError: absent, unreadable, or without the columns.
    """
    frame = _named(_cells(path), path, {**{name: name for name in SEGMENTS}, **(columns or {})})
    frame["code"] = frame["code"].str.replace(r"\s*[\\/>]\s*", "/", regex=True)
    return frame[frame["code"] != ""].reset_index(drop=True)


def write_highlights(segments: pd.DataFrame, path: Path) -> None:
    """Write coded stretches (``document, code, text``) in the form of Taguette's highlights."""
    made = segments.rename(columns={"code": "tag", "text": "content"}).assign(id=range(1, len(segments) + 1))
    made["tag"] = made["tag"].str.replace("/", ".", regex=False)
    atomic.write_with(
        path, lambda temporary: made[list(HIGHLIGHTS)].to_csv(temporary, index=False, lineterminator="\r\n")
    )
