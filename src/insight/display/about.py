"""What every picture and table must say of itself, checked before it can exist."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from insight.errors import DisplayError
from insight.privacy.disclosure import release
from insight.sources.standing import Standing

if TYPE_CHECKING:
    import pandas as pd

SHORTEST_ALT = 20
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class About:
    """Name, finding, caption, source, n and standing of one output."""

    name: str
    title: str
    caption: str
    source: str
    n: int
    standing: Standing


def described(about: About, data: pd.DataFrame, *, alt: str | None = None) -> None:
    """Refuse an output that lacks what a reader needs.

    Args:
        about: what it says of itself.
        data: the rows behind it; none of them may point at single people.
        alt: alternative text of a picture; ``None`` for tables, which need none.

    Raises:
        DisplayError: the first thing that is missing, with the fix.
        DisclosureError: the data name people one by one, or hold counts in hidden rows.
    """
    for what in ("title", "caption", "source"):
        if not str(getattr(about, what)).strip():
            raise DisplayError(f"{about.name or 'output'}: no {what}. Fix: give one, the title saying what was found")
    if not NAME.fullmatch(about.name):
        raise DisplayError(f"{about.name!r}: a name has small letters, digits and hyphens. Fix: rename it")
    if about.n < 0:
        raise DisplayError(f"{about.name}: n is {about.n}. Fix: give the number of cases behind it")
    if data.empty or not len(data.columns):
        raise DisplayError(f"{about.name}: no data behind it. Fix: pass the rows that it shows")
    if alt is not None and len(alt.strip()) < SHORTEST_ALT:
        raise DisplayError(f"{about.name}: alternative text too short. Fix: say what is seen and what it means")
    if alt is not None and alt.strip() in {about.caption.strip(), about.title.strip()}:
        raise DisplayError(f"{about.name}: alternative text repeats title or caption. Fix: say what is seen")
    release(data, what=about.name)
