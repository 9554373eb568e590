"""Open tables read once for all councils: kept as Parquet under the digest of the file and of how it is read.

Ten councils hold the same national files, spreadsheets of tens of thousands of rows among them. Whoever reads one first
keeps its tidy table in ``build/.shared/open``; whoever comes to a file of the same content reads that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from insight import atomic, paths
from insight.sources.open_data.registry import Source
from insight.sources.standing import file_digest

if TYPE_CHECKING:
    import pandas as pd

LEAST_BYTES = 100 * 1024
"""Smaller files are read as fast as their Parquet."""
FORMAT = 1
"""To be raised when the way in which files are read changes what comes out."""


def place(source: Source, path: Path) -> Path:
    """Return where the tidy table of a file is kept."""
    how = json.dumps([FORMAT, file_digest(path), source.model_dump(mode="json")], sort_keys=True)
    key = hashlib.sha256(how.encode()).hexdigest()[:24]
    return paths.build_root() / ".shared" / "open" / f"{source.name}-{key}.parquet"


def once(source: Source, path: Path, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Return the tidy table of a file, made by ``make`` only where nobody kept it; text as Python strings.

    Several processes that come to it at the same time wait for the first.
    """
    if path.stat().st_size < LEAST_BYTES:
        return make()
    import pandas as pd
    from filelock import FileLock

    kept = place(source, path)
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(kept.with_suffix(".lock")):
            if not kept.exists():
                made = make()
                atomic.write_with(kept, lambda temporary: made.to_parquet(temporary, index=False))
    found = pd.read_parquet(kept)
    texts = found.select_dtypes(include=["str", "object"]).columns
    return found.astype(dict.fromkeys(texts, object))
