"""The last look before a report is built: no quote may be kept of somebody who has withdrawn consent since the run."""

from __future__ import annotations

from insight import paths
from insight.params import LoadedParams
from insight.privacy import consent
from insight.sources.reading import read_input


def refuse_withdrawn_quotes(loaded: LoadedParams) -> None:
    """Fail where a council's quotes hold words of somebody who took consent back.

    A report is built from notebooks that ran before; a withdrawal since then must stop it.

    Raises:
        InputError: every such quote with its row, or what is wrong with either file.
    """
    quotes, register = loaded.input_path("quotes"), loaded.input_path("consent")
    if quotes is None or register is None or not (quotes.exists() and register.exists()):
        return
    held, given = read_input("quotes", quotes), read_input("consent", register)
    consent.refuse_withdrawn(held, given, file=paths.shown(quotes))
