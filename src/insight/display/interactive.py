"""What an output gains in JupyterLab and never has in the report: headings that sort, and a look of its own.

``nox -s lab`` sets the variable below; the runner clears it, so that executed notebooks and reports stand still.
"""

from __future__ import annotations

import os
from functools import cache
from importlib.resources import files

VARIABLE = "INSIGHT_INTERACTIVE"


@cache
def _snippet() -> str:
    folder = files("insight.display") / "assets"
    script = (folder / "lab.js").read_text(encoding="utf-8")
    style = (folder / "lab.css").read_text(encoding="utf-8")
    return f"<style>{style}</style><script>{script}</script>"


def extras() -> str:
    """Return what follows an output in JupyterLab; nothing elsewhere."""
    return _snippet() if os.environ.get(VARIABLE) else ""
