"""The stages in order, each known by its declaration; checked when read, before anything runs."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from insight.catalogue import INPUT_NAMES
from insight.errors import InsightError, ParamsError
from insight.params import STAGE_GROUP, STAGES, own_stage_names
from insight.stages.base import Declaration


def checked(declarations: Sequence[Declaration]) -> dict[str, Declaration]:
    """Return declarations by name after checking them against each other.

    Raises:
        InsightError: names repeated, inputs unknown, or a need that does not run earlier.
    """
    found: dict[str, Declaration] = {}
    for one in declarations:
        if one.name in found:
            raise InsightError(f"stage {one.name} is declared twice. Fix: rename one")
        for name in (*one.inputs, *one.optional):
            if name not in INPUT_NAMES:
                near = difflib.get_close_matches(name, INPUT_NAMES, n=1)
                hint = f"did you mean `{near[0]}`?" if near else "add it to the catalogue"
                raise InsightError(f"stage {one.name}: unknown input `{name}`. Fix: {hint}")
        for need in one.needs:
            if need not in found:
                raise InsightError(f"stage {one.name} needs `{need}`, which does not run before it. Fix: reorder")
        for path in one.outputs:
            if path.startswith("/") or ".." in path.split("/") or ":" in path or "\\" in path or "." not in path:
                raise InsightError(f"stage {one.name}: output `{path}` is no relative file name. Fix: correct it")
        found[one.name] = one
    return found


@cache
def stages() -> Mapping[str, Declaration]:
    """Return the declaration of every stage by name, in order: the workbook's nine, then a council's own.

    Raises:
        InsightError: a stage of its own that cannot be loaded, or is none.
    """
    own = [_own(one) for one in sorted(entry_points(group=STAGE_GROUP)) if one.name in own_stage_names()]
    return checked([*(import_module(f"insight.stages.{name}").DECLARATION for name in STAGES), *own])


def _own(point: EntryPoint) -> Declaration:
    try:
        found = point.load()
    except Exception as error:
        raise InsightError(
            f"stage {point.name} ({point.value}) cannot be loaded: {error}. Fix: mend or uninstall its package"
        ) from None
    if not isinstance(found, Declaration) or found.name != point.name or found.folder is None:
        raise InsightError(
            f"stage {point.name} ({point.value}) is no declaration of that name with a folder. Fix: see "
            "docs/how-to/add-a-stage.md"
        )
    return found


def sections() -> dict[str, type]:
    """Return the parameter class of each stage's section in a params file."""
    return {name: one.params for name, one in stages().items()}


def chosen(names: Sequence[str], *, among: Collection[str] | None = None) -> list[str]:
    """Return stages to consider, in order: those named, or all; only those of ``among`` where it is given.

    Raises:
        ParamsError: a name that is no stage, with the nearest one.
    """
    for name in names:
        if name not in stages():
            near = difflib.get_close_matches(name, list(stages()), n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"stages: {', '.join(stages())}"
            raise ParamsError(f"no stage `{name}`. Fix: {hint}")
    return [name for name in stages() if (not names or name in names) and (among is None or name in among)]
