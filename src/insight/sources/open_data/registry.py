"""The registry of open data (``data/reference/open_data_registry.yml``), and what real fetches record in it."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

from insight import atomic, paths
from insight.errors import ParamsError
from insight.params import FIXED

FILE = "open_data_registry.yml"
REGISTRY_VARIABLE = "INSIGHT_OPEN_REGISTRY"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
Names = tuple[str, ...]


class CodesFrom(BaseModel):
    """Where the area codes of a question come from: a column (tidy name) of another source."""

    model_config = FIXED
    source: str
    column: str


class Share(BaseModel):
    """An indicator as a share of cells of a table of counts: ways to add cells up, the first that is there counts.

    Cells are named as the table names them, capitals aside; one that ends in ``*`` is the largest that begins so.
    """

    model_config = FIXED
    part: list[list[str]] = Field(min_length=1)
    whole: list[list[str]] = Field(min_length=1)


class Counted(BaseModel):
    """An indicator that a table of wards gives ready made, with the counts behind each value."""

    model_config = FIXED
    indicator: str
    version: str = Field(pattern=r"^[a-z0-9_-]+$")
    publisher: str


class Source(BaseModel):
    """One source of open data. ``sha256``, ``retrieved`` and ``verified`` stay null until a real fetch records them."""

    model_config = FIXED
    name: str
    title: str
    kind: Literal["arcgis", "nomis", "dfe", "file", "manual"]
    base: str = ""
    path: str = ""
    page: str = ""
    query: dict[str, str] = Field(default_factory=dict)
    codes_from: CodesFrom | None = None
    lot: int = Field(default=50, ge=1)
    order: str = ""
    publication: str = ""
    data_set: str = ""
    file: str = Field(pattern=r"^[a-z0-9_]+\.[a-z]+$")
    also: list[str] = Field(default_factory=list)
    member: str = ""
    sheet: str = ""
    layer: str = ""
    is_large: bool = False
    areas_in_nation: int | None = None
    columns: dict[str, list[str]] = Field(default_factory=dict)
    measures: dict[str, list[str]] = Field(default_factory=dict)
    optional: list[str] = Field(default_factory=list)
    shares: dict[str, Share] = Field(default_factory=dict)
    counted: Counted | None = None
    vintage: str = Field(pattern=r"^\d{4}$")
    edition: str
    licence: str
    attribution: str
    known_by: Literal["code", "docs"]
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    retrieved: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    verified: bool | None = None

    @model_validator(mode="after")
    def _whole(self) -> Source:
        if (self.sha256 is None) != (self.retrieved is None) or (self.retrieved is None) != (self.verified is None):
            raise ValueError("sha256, retrieved and verified are recorded together, by a real fetch")
        needed = {"arcgis": self.order, "dfe": self.publication and self.data_set, "manual": self.page}
        if not needed.get(self.kind, "not needed"):
            raise ValueError("arcgis needs `order`, dfe `publication` and `data_set`, manual `page`")
        return self

    @property
    def is_per_council(self) -> bool:
        """Whether the answer differs from council to council, so that no one hash fits all."""
        asked = f"{self.path} {' '.join(self.query.values())}"
        return self.codes_from is not None or "{" in asked


class Content(BaseModel):
    """The registry file."""

    model_config = FIXED
    bases: dict[str, str]
    licences: dict[str, str]
    attributions: dict[str, str]
    sources: dict[str, Source]


@dataclass(frozen=True, kw_only=True)
class Registry:
    """The registry as read, and where it was read from."""

    file: Path
    content: Content

    @property
    def sources(self) -> Mapping[str, Source]:
        """Every source by name, in the file's order."""
        return self.content.sources

    def url(self, source: Source) -> str:
        """Return the address of a source, placeholders still in it."""
        return f"{self.content.bases[source.base]}/{source.path}".rstrip("/") if source.base else source.page

    def chosen(self, names: Sequence[str]) -> list[Source]:
        """Return the named sources with those they need, needed ones first; without names, all that are not large.

        Raises:
            ParamsError: a name that the registry does not hold; with the nearest.
        """
        unknown = [name for name in names if name not in self.sources]
        if unknown:
            raise ParamsError("\n".join(self._unknown(name) for name in unknown))
        wanted = list(names) or [one.name for one in self.sources.values() if not one.is_large and one.kind != "manual"]
        found: dict[str, Source] = {}
        for name in wanted:
            source = self.sources[name]
            if source.codes_from is not None:
                found.setdefault(source.codes_from.source, self.sources[source.codes_from.source])
            found.setdefault(name, source)
        return list(found.values())

    def _unknown(self, name: str) -> str:
        near = difflib.get_close_matches(name, list(self.sources), n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else f"one of {', '.join(self.sources)}"
        return f"{paths.shown(self.file)}: no source `{name}`. Fix: {hint}"


def _check(content: Content, file: str) -> None:
    problems = []
    for name, base in content.bases.items():
        parts = urlsplit(base)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            problems.append(f"{file}: base `{name}` is {base}. Fix: use https")
    for name, source in content.sources.items():
        places = {"base": content.bases, "licence": content.licences, "attribution": content.attributions}
        problems += [
            f"{file}: source `{name}`: {key} `{getattr(source, key)}` is unknown. Fix: one of {', '.join(known)}"
            for key, known in places.items()
            if getattr(source, key) not in known and not (key == "base" and source.kind == "manual")
        ]
        asked = source.codes_from
        if asked is not None and asked.column not in getattr(content.sources.get(asked.source), "columns", {}):
            problems.append(f"{file}: source `{name}`: codes_from names no column of a source. Fix: correct it")
    if problems:
        raise ParamsError("\n".join(problems))


def location() -> Path:
    """Return the registry file: the one that ``INSIGHT_OPEN_REGISTRY`` names, else the committed one."""
    named = os.environ.get(REGISTRY_VARIABLE)
    return Path(named).resolve() if named else paths.reference(FILE)


def load(file: Path | None = None) -> Registry:
    """Read and validate the registry.

    Args:
        file: another registry than the one of :func:`location`.

    Raises:
        ParamsError: every problem found, one a line, each with the source and the fix.
    """
    file = file or location()
    if not file.exists():
        raise ParamsError(f"{paths.shown(file)}: no such registry. Fix: restore it, or unset {REGISTRY_VARIABLE}")
    raw: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    named = {name: {"name": name, **about} for name, about in raw.get("sources", {}).items()}
    try:
        content = Content.model_validate({**raw, "sources": named})
    except ValidationError as error:
        lines = [f"{paths.shown(file)}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise ParamsError("\n".join(lines) + "\nFix: correct these entries of the registry") from None
    _check(content, paths.shown(file))
    return Registry(file=file, content=content)


def record(registry: Registry, name: str, *, sha256: str, retrieved: str) -> None:
    """Write into the registry file that a source was really fetched: hash of the bytes seen, date, verified.

    Only the three lines of that entry change; comments and order stay.

    Raises:
        ParamsError: the entry does not hold the three keys on lines of their own.
    """
    text = registry.file.read_text(encoding="utf-8")
    start = re.search(rf"^  {re.escape(name)}:\n", text, flags=re.MULTILINE)
    if start is None:
        raise ParamsError(f"{paths.shown(registry.file)}: no entry `{name}`. Fix: keep two spaces before its name")
    following = re.compile(r"^  [a-z0-9_]+:\n", flags=re.MULTILINE).search(text, start.end())
    end = following.start() if following else len(text)
    block = text[start.end() : end]
    for key, value in (("sha256", sha256), ("retrieved", f'"{retrieved}"'), ("verified", "true")):
        block, changed = re.subn(rf"^    {key}: .*$", f"    {key}: {value}", block, flags=re.MULTILINE)
        if changed != 1:
            raise ParamsError(f"{paths.shown(registry.file)}: entry `{name}` has no line `{key}:`. Fix: add it")
    atomic.write_text(registry.file, text[: start.end()] + block + text[end:])
