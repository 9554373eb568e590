"""What ``insight check`` leads to: what each missing file would unlock, and the next steps in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from insight import paths
from insight.catalogue import BY_NAME
from insight.errors import ParamsError, Problem
from insight.params import LoadedParams
from insight.privacy.checking import Checked
from insight.privacy.register import FILE as SHARING
from insight.privacy.register import read
from insight.stages.base import Declaration
from insight.workbook.supplying import could_be_made

SHOWN = 3
"""Files that the next steps name; all are in the table of what is missing."""


@dataclass(frozen=True, kw_only=True)
class Unlock:
    """One missing file: stages that could run with it, stages that need others too, stages that would use it."""

    name: str
    file: str
    opens: tuple[str, ...]
    helps: tuple[str, ...]
    adds: tuple[str, ...]

    def text(self) -> str:
        """Return the file and what it is good for as one line."""
        parts = [
            f"lets {', '.join(self.opens)} run" if self.opens else "",
            f"needed with others by {', '.join(self.helps)}" if self.helps else "",
            f"adds to {', '.join(self.adds)}" if self.adds else "",
        ]
        return f"{self.file}: {'; '.join(part for part in parts if part) or 'used by the workbook as a whole'}"


def _needs(stage: Declaration, there: set[str]) -> list[set[str]]:
    """Return the sets of inputs of which one must be added before the stage can run; an empty set where none."""
    required = set(stage.inputs) - there
    choices = [set(names) - there for names in stage.one_of] or [set()]
    return [required | choice for choice in choices]


def wanting(stages: Mapping[str, Declaration], there: set[str], broken: Set[str] = frozenset()) -> list[str]:
    """Return a line for each stage that cannot run: what it still needs, and where there is a choice each choice.

    A stage that reads a broken input, though it could do without, waits until that is mended.
    """
    lines = []
    for name, stage in stages.items():
        if read := [one for one in (*stage.inputs, *stage.optional) if one in broken]:
            lines.append(f"  {name} waits until {', '.join(read)} {'is' if len(read) == 1 else 'are'} mended")
        if read or set() in _needs(stage, there):
            continue
        needed = [one for one in stage.inputs if one not in there]
        choices = [[one for one in names if one not in there] for names in stage.one_of]
        if choices and [] not in choices:
            needed.append("and one of: " * bool(needed) + " | ".join(" + ".join(names) for names in choices))
        lines.append(f"  {name} needs {', '.join(needed)}".replace(", and one of", "; and one of"))
    return lines


def _plainly(title: str) -> str:
    """Return a title inside a sentence: its first letter small unless the word is an abbreviation."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def unlocks(found: Sequence[Checked], stages: Mapping[str, Declaration]) -> list[Unlock]:
    """Return what each input that is not supplied would unlock, the most first."""
    there = {one.name for one in found if one.state != "not_supplied"}
    made = []
    for one in found:
        if one.name in there:
            continue
        opens, helps, adds = [], [], []
        for name, stage in stages.items():
            needs = _needs(stage, there)
            if {one.name} in needs and set() not in needs:
                opens.append(name)
            elif any(one.name in need for need in needs) and set() not in needs:
                helps.append(name)
            elif one.name in stage.optional:
                adds.append(name)
        made.append(Unlock(name=one.name, file=one.file, opens=tuple(opens), helps=tuple(helps), adds=tuple(adds)))
    return sorted(made, key=lambda one: (-len(one.opens), -len(one.helps), -len(one.adds)))


def _is_agreed(file: Path) -> bool:
    """Whether a register of data sharing can be read."""
    try:
        return file.exists() and bool(read(file).sources)
    except ParamsError:
        return False


def _steps(
    loaded: LoadedParams, found: Sequence[Checked], missing: Sequence[Unlock], access: Sequence[Problem]
) -> list[str]:
    shown, slug = paths.shown(loaded.path), loaded.council.slug
    steps = []
    broken = [one.name for one in found if one.state == "problems"]
    if broken:
        steps.append(f"mend {', '.join(broken)}: each problem above says how")
    steps += [f"for people's rows: {one.fix}" for one in access]
    lying = [one for one in found if one.hint]
    steps += [f"name {one.file} in {shown} for {one.name}" for one in lying]
    names = {one.name for one in missing}
    made = could_be_made(loaded)
    if made:
        steps.append(f"make {', '.join(made)} of the open data that are here: insight supply {shown}")
    elif "lookup" in names:
        steps.append(f"let open data give areas, outlines and first indicators: insight fetch {shown}")
    if "lookup" in names and "lookup" not in made:
        place = f"data/{slug}/{BY_NAME['lookup'].file}"
        steps.append(f"begin with the {_plainly(BY_NAME['lookup'].title)}. Put it at {place}")
    folder = paths.root() / "data" / slug
    if not folder.exists():
        steps.append(f"lay out folder and templates: insight init {slug}")
    if folder.exists() and any(BY_NAME[one.name].people for one in missing) and not _is_agreed(folder / SHARING):
        steps.append(f"fill data/{slug}/{SHARING}: people's rows are read only under what was agreed")
    for one in [one for one in missing if one.opens and one.name != "lookup"][:SHOWN]:
        steps.append(f"get {_plainly(BY_NAME[one.name].title)} ({one.file}): {', '.join(one.opens)} can then run")
    steps.append(f"take an export in as it is: insight adopt FILE --as INPUT --params {shown}")
    if not broken and not access and any(one.state == "ok" for one in found):
        steps.append(f"run what is there: insight run {shown}")
    return steps


def lead(
    loaded: LoadedParams,
    found: Sequence[Checked],
    stages: Mapping[str, Declaration],
    *,
    access: Sequence[Problem] = (),
) -> list[str]:
    """Return the lines that follow a check: what can run, what is missing and unlocks what, what to do next.

    Args:
        loaded: the council's params.
        found: what was found about each input; a stage that reads a broken one, though it could do without, cannot run.
        stages: the stages as declared.
        access: what people's rows lack beside the files, such as a key.
    """
    there = {one.name for one in found if one.state == "ok"}
    broken = {one.name for one in found if one.state == "problems"}
    can = [
        name
        for name, stage in stages.items()
        if set() in _needs(stage, there) and not broken & {*stage.inputs, *stage.optional}
    ]
    missing = unlocks(found, stages)
    lines = [f"\ncan run now: {', '.join(can) or 'no stage'}", *wanting(stages, there, broken)]
    if missing:
        lines.append("\nmissing, and what each would unlock:")
        lines += [f"  {one.text()}" for one in missing]
    lines.append("\nwhat to do next:")
    return lines + [f"  {at}. {step}" for at, step in enumerate(_steps(loaded, found, missing, access), start=1)]
