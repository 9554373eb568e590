"""Bringing what a council started from up to date: new inputs and settings are added, nothing is overwritten.

Params files are edited as text, so that a council's own comments and layout stay; the result is read again and must
hold what was there, unchanged, and what was added, or nothing is written.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from insight import atomic, paths
from insight.errors import ParamsError

STEP = 2
"""Blanks by which a level of a params file is set in."""


@dataclass(kw_only=True)
class Added:
    """What an update added, as lines for a person, and what it found that a person must look at."""

    written: list[Path] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def _key_at(line: str, level: int) -> str | None:
    found = re.match(rf"^ {{{level}}}([\w-]+):", line)
    return found[1] if found else None


def blocks(lines: Sequence[str], level: int) -> dict[str, list[str]]:
    """Return the lines of each key of one level, with the comments that stand directly above it."""
    found: dict[str, list[str]] = {}
    above: list[str] = []
    name: str | None = None
    for line in lines:
        key = _key_at(line, level)
        if key is not None:
            name = key
            found[name] = [*above, line]
            above = []
        elif line.strip() == "" or re.match(rf"^ {{0,{level}}}#", line):
            above = [] if line.strip() == "" else [*above, line]
        elif name is not None:
            found[name] += [*above, line]
            above = []
    return found


def _end_of(lines: Sequence[str], name: str, level: int) -> int:
    """Return the place behind the last line of a key's block."""
    start = next(at for at, line in enumerate(lines) if _key_at(line, level) == name)
    end = start + 1
    for at in range(start + 1, len(lines)):
        line = lines[at]
        if line.strip() and not line.lstrip().startswith("#") and len(line) - len(line.lstrip()) <= level:
            break
        if line.strip() and len(line) - len(line.lstrip()) > level:
            end = at + 1
    return end


def _body(lines: Sequence[str], name: str, level: int) -> list[str]:
    """Return the lines below a key."""
    held = blocks(lines, level).get(name, [])
    start = next((at for at, line in enumerate(held) if _key_at(line, level) == name), len(held))
    return list(held[start + 1 :])


def _with_keys(
    lines: list[str], fresh: Sequence[str], old: Mapping[str, Any], new: Mapping[str, Any], where: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Return lines with the keys that one section lacks put at its end, and their names."""
    level = STEP * len(where)
    body: list[str] = list(fresh)
    for depth, name in enumerate(where):
        body = _body(body, name, STEP * depth)
    missing = [name for name in new if name not in old]
    if not missing:
        return lines, []
    added = [line for name in missing for line in blocks(body, level)[name]]
    end = _end_of(lines, where[-1], level - STEP)
    return [*lines[:end], *added, *lines[end:]], [".".join((*where, name)) for name in missing]


def _merged(old: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a file with what it lacks: sections, their keys, and the settings of stages."""
    made = {**{name: value for name, value in new.items() if name not in old}, **old}
    for section in ("inputs", "disclosure", "stages"):
        made[section] = {**new.get(section, {}), **old.get(section, {})}
    for stage, settings in new.get("stages", {}).items():
        if stage in old.get("stages", {}):
            made["stages"][stage] = {**settings, **old["stages"][stage]}
    return made


def params_with_new(text: str, model: str, *, file: str) -> tuple[str, list[str]]:
    """Return a params file's text with the inputs and settings that it lacks, and their names.

    Args:
        text: the council's params file.
        model: what a new file of this council would hold.
        file: its name, for messages.

    Raises:
        ParamsError: the file is not laid out a key a line, so that nothing can be added safely; the keys are named.
    """
    old, new = yaml.safe_load(text), yaml.safe_load(model)
    lines, fresh, added = text.splitlines(), model.splitlines(), []
    sections: list[tuple[str, ...]] = [(name,) for name in ("inputs", "disclosure", "stages")]
    sections += [("stages", stage) for stage in new["stages"] if stage in (old.get("stages") or {})]
    try:
        for where in sections:
            held, wanted = old, new
            for name in where:
                held, wanted = held[name], wanted[name]
            lines, names = _with_keys(lines, fresh, held, wanted, where)
            added += names
        made = "\n".join(lines) + "\n"
        is_kept = yaml.safe_load(made) == _merged(old, new)
    except (KeyError, TypeError, StopIteration, yaml.YAMLError):
        is_kept = False
    if not is_kept:
        raise ParamsError(
            f"{file}: it is not laid out a key a line, so nothing was added. Fix: add by hand what "
            "`insight check` names, or lay it out as params/wigan.yml"
        )
    return (made, added) if added else (text, [])


def differing_columns(path: Path, text: str) -> str:
    """Return how the header of a template that is there differs from the present one's; empty where it does not."""
    if path.suffix != ".csv":
        return ""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        held = next(csv.reader(stream), [])
    wanted = next(csv.reader(text.splitlines()), [])
    more = [name for name in wanted if name not in held]
    fewer = [name for name in held if name not in wanted]
    parts = [f"{words} {', '.join(names)}" for words, names in (("now also", more), ("no longer", fewer)) if names]
    return "; ".join(parts)


def update_params(path: Path, model: str, added: Added) -> None:
    """Add to a params file what it lacks, and say it."""
    text, names = params_with_new(path.read_text(encoding="utf-8"), model, file=paths.shown(path))
    if names:
        atomic.write_text(path, text)
        added.said += [f"{paths.shown(path)}: {name} added, {_value(model, name)}" for name in names]


def _value(model: str, name: str) -> str:
    found: Any = yaml.safe_load(model)
    for part in name.split("."):
        found = found[part]
    return "not supplied" if found == "not_supplied" else "set as in the case study: review it"


def append(path: Path, head: str, rows: Sequence[str], what: str, added: Added) -> None:
    """Add lines at a text file's end, and say it; nothing where there are none."""
    if not rows:
        return
    text = path.read_text(encoding="utf-8").rstrip("\n")
    atomic.write_text(path, "\n".join([text, "", head, *rows, ""]))
    added.said.append(f"{paths.shown(path)}: {len(rows)} {what} added at its end")
