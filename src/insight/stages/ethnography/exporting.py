"""The codings as programs of qualitative analysis take them: a REFI-QDA project, a codebook, or Taguette's highlights.

The workbook holds codings and signed-off quotes, never transcripts, so each interview is a short text: a line a theme
that came up, then its quotes. Codes nest as they are read back: theme, then ``prompted``, then tone or segment.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pandas as pd

from insight import paths
from insight.params import LoadedParams, build
from insight.privacy import consent
from insight.privacy.loading import Inputs
from insight.sources import qualitative
from insight.stages.ethnography import quoting
from insight.stages.ethnography.analysis import load
from insight.stages.ethnography.coding import NOT_COVERED, PROMPTED, Coded, coded
from insight.stages.ethnography.declaration import DECLARATION, Params

ATTRIBUTES = ("borough", "ward", "setting")
LEVELS = "/"


def _guid(*parts: str) -> str:
    """Return the same identifier for the same thing whenever it is written."""
    return str(uuid5(NAMESPACE_URL, "/".join(("insight", *parts))))


def _paths_of(theme: str, status: str, tone: str, segments: str) -> list[str]:
    """Return the codes of what one interview said of one theme, as the reader takes them apart again."""
    top = theme if status != PROMPTED else LEVELS.join((theme, PROMPTED))
    return [top, *(LEVELS.join((top, one)) for one in (tone, *segments.split()) if one)]


def _codebook(used: set[str], params: Params) -> tuple[qualitative.Code, ...]:
    """Return the themes of the params with the levels used below them."""

    def under(path: str, name: str, description: str) -> qualitative.Code:
        below = sorted({one[len(path) + 1 :].split(LEVELS)[0] for one in used if one.startswith(path + LEVELS)})
        codes = tuple(under(LEVELS.join((path, one)), one, "") for one in below)
        return qualitative.Code(guid=_guid("code", path), name=name, description=description, codes=codes)

    return tuple(under(theme, theme, words) for theme, words in params.themes.items())


def _text(grid: Coded, interview: str, params: Params, quotes: pd.DataFrame) -> qualitative.TextSource:
    """Return one interview as a text with a stretch a theme, and one a quote."""
    text, stretches = "", []
    for theme, words in params.themes.items():
        cells = [str(frame.loc[interview, theme]) for frame in (grid.status, grid.tone, grid.segments)]
        if cells[0] == NOT_COVERED:
            continue
        said = quotes.loc[(quotes["interview_id"] == interview) & (quotes["theme"] == words), "words"]
        codes = _paths_of(theme, *cells)
        for number, line in enumerate([f"{words}: {', '.join(one for one in cells if one)}", *said]):
            own = codes if number == 0 else codes[:1]
            place = (interview, theme, str(number))
            codings = tuple(
                qualitative.Coding(guid=_guid("coding", *place, one), code=_guid("code", one)) for one in own
            )
            end = len(text) + len(line)
            stretches.append(
                qualitative.Selection(guid=_guid("stretch", *place), start=len(text), end=end, codings=codings)
            )
            text += line + "\n"
    return qualitative.TextSource(guid=_guid("text", interview), name=interview, text=text, selections=tuple(stretches))


def project(inputs: Inputs, params: Params, *, audience: consent.Audience = "internal") -> qualitative.Project:
    """Return the interviews of all boroughs that agreed to analysis, with codes and the quotes an audience may hear.

    Args:
        inputs: as from :func:`insight.stages.ethnography.load`.
        params: the stage's parameters.
        audience: whose quotes; each must be signed off, and consent to be quoted must stand.
    """
    boroughs = sorted(set(inputs.people("interviews")["borough"]))
    grids = [coded(inputs, themes=list(params.themes), borough=name) for name in boroughs]
    allowed = consent.may_hear(inputs.people("consent"), audience) if inputs.has("consent") else set()
    texts, cases = [], []
    variables = tuple(qualitative.Variable(guid=_guid("variable", name), name=name) for name in ATTRIBUTES)
    for grid in grids:
        bank = quoting.bank(inputs, grid, params).rows
        told = bank[(bank["state"] == quoting.SIGNED) & bank["interview_id"].isin(allowed)]
        for row in grid.log.itertuples(index=False):
            code = str(row.interview_id)
            texts.append(_text(grid, code, params, told))
            known = {name: getattr(row, name) for name in ATTRIBUTES}
            values = {_guid("variable", name): str(value) for name, value in known.items() if pd.notna(value)}
            cases.append(
                qualitative.Case(guid=_guid("case", code), name=code, values=values, sources=(_guid("text", code),))
            )
    used = {
        path
        for grid in grids
        for theme in params.themes
        for cells in zip(grid.status[theme], grid.tone[theme], grid.segments[theme], strict=True)
        if cells[0] != NOT_COVERED
        for path in _paths_of(theme, *map(str, cells))
    }
    return qualitative.Project(
        name=f"{inputs.council.council.name}: codings of interviews",
        origin="insight",
        codes=_codebook(used, params),
        variables=variables,
        cases=tuple(cases),
        sources=tuple(texts),
    )


WRITERS: dict[str, Callable[[qualitative.Project, Path], None]] = {
    "qdpx": qualitative.write_project,
    "qdc": lambda made, path: qualitative.write_codebook(made.codes, path),
    "highlights": lambda made, path: qualitative.write_highlights(qualitative.segments_of(made), path),
}
"""Forms of the export; the codebook alone holds nothing of anybody."""
ENDINGS = {"qdpx": ".qdpx", "qdc": ".qdc", "highlights": ".csv"}


def export(
    loaded: LoadedParams, *, form: str, out: Path, audience: consent.Audience = "internal"
) -> qualitative.Project:
    """Write a council's codings in one form, whole or not at all.

    Args:
        loaded: the council's params.
        form: ``qdpx``, ``qdc`` or ``highlights``.
        out: the file.
        audience: whose quotes go with it.

    Raises:
        NotSuppliedError, InputError: interviews or codings are absent or unfit, or quotes of somebody who withdrew.
    """
    section = f"stages.{DECLARATION.name}"
    params = build(Params, loaded.stages[DECLARATION.name], file=paths.shown(loaded.path), section=section)
    made = project(load(loaded.council.slug, params, loaded=loaded), params, audience=audience)
    WRITERS[form](made, out)
    return made
