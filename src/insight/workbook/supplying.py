"""Using open data as inputs: making them of what was fetched, and naming them in the council's params file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from insight import atomic, paths
from insight.params import LoadedParams
from insight.privacy.adopting import name_input
from insight.sources.open_data import registry, store
from insight.sources.open_data.supply import Made, makeable, supply
from insight.sources.open_data.tables import OpenTables

Use = Literal["named", "was named", "own file stays", ""]


@dataclass(frozen=True, kw_only=True)
class Used:
    """One input as made, and what the params file says of it now."""

    made: Made
    use: Use


def tables_of(loaded: LoadedParams) -> OpenTables:
    """Return the fetched files of a council."""
    return OpenTables(registry.load(), store.folder(loaded.council.slug))


def could_be_made(loaded: LoadedParams) -> list[str]:
    """Return the inputs marked ``not_supplied`` that the fetched files suffice for; none where nothing was fetched."""
    if not store.folder(loaded.council.slug).is_dir():
        return []
    return [name for name in makeable(tables_of(loaded)) if loaded.input_path(name) is None]


def _use(loaded: LoadedParams, made: Made) -> Use:
    named = loaded.input_path(made.input)
    if made.state not in {"made", "edited"}:
        return ""
    if named is None:
        return "named"
    return "was named" if named == made.file.resolve() else "own file stays"


def _value(loaded: LoadedParams, file: Path) -> str:
    base = paths.root() if loaded.path.parent == paths.root() / "params" else loaded.path.parent
    full = file.resolve()
    return full.relative_to(base).as_posix() if full.is_relative_to(base) else full.as_posix()


def use(loaded: LoadedParams, *, is_replaced: bool = False) -> list[Used]:
    """Make what can be made and name it in the params file where that says ``not_supplied``.

    A file of the council's own that the params file names stays; everything else in the params file stays as it is.

    Raises:
        ParamsError: the params file lacks the line of an input.
    """
    found = supply(loaded.council, tables_of(loaded), is_replaced=is_replaced)
    used = [Used(made=one, use=_use(loaded, one)) for one in found]
    text = before = loaded.path.read_text(encoding="utf-8")
    for one in used:
        if one.use == "named":
            text = name_input(text, one.made.input, _value(loaded, one.made.file))
    if text != before:
        atomic.write_text(loaded.path, text)
    return used


def shown(used: Sequence[Used], loaded: LoadedParams) -> list[str]:
    """Return what became of each input as lines, and what to do next."""
    lines = []
    for one in used:
        made = one.made
        if made.state == "made":
            lines.append(f"{made.input:<18} {made.rows:,} rows of {', '.join(made.sources)}: {paths.shown(made.file)}")
            lines += [f"    {note}" for note in made.notes]
        else:
            lines.append(f"{made.input:<18} {'not made' if made.state != 'edited' else 'stays'}: {made.why}")
        if one.use == "own file stays":
            lines.append(f"    the params file names a file of the council's own for {made.input}, which stays")
    file, named = paths.shown(loaded.path), [one.made.input for one in used if one.use == "named"]
    if named:
        lines.append(f"{file} now names {', '.join(named)}")
    if any(one.use in {"named", "was named"} for one in used):
        lines.append(f"next: set focus_wards and neighbourhoods_by_ward in {file}, then insight check {file}")
    return lines
