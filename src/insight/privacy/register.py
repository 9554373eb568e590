"""The data-sharing register: what may be loaded, why, on what legal basis, by whom and until when.

``data/<council>/sharing.yml`` (or ``sharing.yml`` beside the files) has one entry a source. People's rows are loaded
only where an entry names the input, each of its fields, and a retention date that is still to come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, Field, ValidationError

from insight import paths
from insight.errors import ParamsError, Problem
from insight.params import FIXED, IsoDate, LoadedParams, read_yaml
from insight.sources.standing import Standing

if TYPE_CHECKING:
    import pandas as pd

FILE = "sharing.yml"
DEMONSTRATION = "data/demo/oldham/sharing.yml"
Basis = Literal["consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests"]
"""Lawful bases of article 6 (1) of the UK GDPR."""
Audience = Literal["analysts", "council", "partners", "public"]
Words = Annotated[str, Field(min_length=3)]


class Entry(BaseModel):
    """What was agreed for one source."""

    model_config = FIXED
    controller: Words
    purpose: Words
    lawful_basis: Basis
    legal_gateway: str = ""
    """The law that allows the sharing beside the basis, where there is one."""
    inputs: dict[str, list[str]] = Field(min_length=1)
    """Fields allowed, by input."""
    retention_until: IsoDate | None = None
    """Last day on which the rows may be used; only demonstration data may have none."""
    audience: list[Audience] = Field(min_length=1)
    review_on: IsoDate | None = None


class _Register(BaseModel):
    model_config = FIXED
    sources: dict[str, Entry] = Field(min_length=1)


@dataclass(frozen=True, kw_only=True)
class Register:
    """A register and the file it came from."""

    path: Path
    sources: dict[str, Entry]

    def entry(self, name: str) -> tuple[str, Entry] | None:
        """Return the source and entry that name an input."""
        for source, one in self.sources.items():
            if name in one.inputs:
                return source, one
        return None


def read(path: Path) -> Register:
    """Read a register.

    Raises:
        ParamsError: absent, not YAML, or an entry that lacks something; every problem, with its place.
    """
    raw = read_yaml(path)
    if raw is None:
        raise ParamsError(
            f"{paths.shown(path)}: nothing is agreed yet. Fix: take the # off what is agreed, and fill it"
        )
    try:
        found = _Register.model_validate(raw)
    except ValidationError as error:
        shown = paths.shown(path)
        lines = [
            f"{shown}: `{'.'.join(map(str, one['loc'])) or 'file'}`: {one['msg'].lower()}. Fix: correct the entry"
            for one in error.errors()
        ]
        raise ParamsError("\n".join(lines)) from None
    return Register(path=path, sources=found.sources)


def place_of(council: LoadedParams, file: Path, standing: Standing) -> Path | None:
    """Return where the register of a file lies: beside it, in the council's folder, or the demonstration's own."""
    candidates = [file.parent / FILE, paths.root() / "data" / council.council.slug / FILE]
    if standing.is_generated:
        candidates.append(paths.root() / DEMONSTRATION)
    return next((one for one in candidates if one.exists()), None)


def _problem(file: str, rule: str, fix: str, *, column: str | None = None, found: str | None = None) -> Problem:
    return Problem(file=file, rule=rule, fix=fix, column=column, found=found)


def problems(
    council: LoadedParams,
    name: str,
    *,
    file: Path,
    fields: Sequence[str],
    standing: Standing,
    today: date | None = None,
) -> list[Problem]:
    """Return why an input may not be loaded: no register, no entry, a field not agreed, or past retention.

    Args:
        council: whose run it is.
        name: the input.
        file: where it lies.
        fields: the columns that would be loaded.
        standing: of the file; demonstration data need no retention date.
        today: the day to hold retention against; the present day when absent.
    """
    shown, slug = paths.shown(file), council.council.slug
    place = place_of(council, file, standing)
    if place is None:
        return [
            _problem(
                shown,
                "people's rows need an entry in the data-sharing register",
                f"write data/{slug}/{FILE}, or {FILE} beside the file, with an entry that names `{name}`; start from "
                f"{DEMONSTRATION}",
                found="no register",
            )
        ]
    known = read(place).entry(name)
    where = paths.shown(place)
    if known is None:
        return [
            _problem(shown, f"{where} has no entry that names `{name}`", "agree the sharing and add it to the register")
        ]
    source, entry = known
    return _broken(entry, f"{where}, source {source}", name, shown, fields, standing, today or date.today())


def _broken(
    entry: Entry, where: str, name: str, shown: str, fields: Sequence[str], standing: Standing, today: date
) -> list[Problem]:
    found = [
        _problem(
            shown,
            f"{where} does not allow this field of `{name}`",
            "take the column out of the extract, or agree it and add it to the register",
            column=field,
        )
        for field in fields
        if field not in entry.inputs[name]
    ]
    if entry.retention_until is None and not standing.is_generated:
        fix = "agree the last day of use and add it"
        found.append(_problem(shown, f"{where} has no retention_until, which demonstration data alone may lack", fix))
    if entry.retention_until is not None and date.fromisoformat(entry.retention_until) < today:
        fix = "delete the file, or agree an extension and change the register"
        found.append(
            _problem(shown, f"{where} allowed use until {entry.retention_until}", fix, found=today.isoformat())
        )
    return found


def refusals(council: LoadedParams, name: str, *, file: Path, standing: Standing) -> list[Problem]:
    """Return why an input may not be loaded as its contract reads it; nothing for inputs that are not about people."""
    from insight.catalogue import BY_NAME
    from insight.sources.contracts import contract

    if not BY_NAME[name].people:
        return []
    fields = [column.name for column in contract(name).columns]
    return problems(council, name, file=file, fields=fields, standing=standing)


BASES = {
    "consent": "consent",
    "contract": "contract",
    "legal_obligation": "legal obligation",
    "vital_interests": "vital interests",
    "public_task": "public task",
    "legitimate_interests": "legitimate interests",
}


def annex(registers: Sequence[Register]) -> pd.DataFrame:
    """Return the register as the annex of a sharing protocol: one row a source and input."""
    import pandas as pd

    rows = [
        {
            "source": source.replace("_", " "),
            "controller": entry.controller,
            "purpose": entry.purpose,
            "lawful_basis": BASES[entry.lawful_basis],
            "legal_gateway": entry.legal_gateway,
            "data": name.replace("_", " "),
            "fields": ", ".join(fields),
            "kept_until": entry.retention_until or "no end (demonstration)",
            "audience": ", ".join(entry.audience),
            "review_on": entry.review_on or "",
        }
        for register in registers
        for source, entry in register.sources.items()
        for name, fields in entry.inputs.items()
    ]
    return pd.DataFrame(rows)


def of_council(council: LoadedParams) -> list[Register]:
    """Return the registers under which a council's inputs are loaded, each once."""
    from insight.catalogue import CATALOGUE
    from insight.sources.standing import of_file

    found: dict[Path, Register] = {}
    for kind in CATALOGUE:
        file = council.input_path(kind.name)
        if not kind.people or file is None or not file.exists():
            continue
        place = place_of(council, file, of_file(file))
        if place is not None and place not in found:
            found[place] = read(place)
    return list(found.values())
