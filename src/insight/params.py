"""The params file of a council: read once, validated whole, refused with file, key, found, allowed and nearest key.

The bottom layer knows no stage: the classes of the stages' sections are handed in by whoever reads (see
:mod:`insight.workbook.registry`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from insight import paths
from insight.catalogue import INPUT_NAMES
from insight.errors import ParamsError

NOT_SUPPLIED = "not_supplied"

STAGES = (
    "profiling",
    "acorn_mapping",
    "values_modes",
    "social_networks",
    "ethnography",
    "service_mapping",
    "outcomes",
    "benefits",
    "synthesis",
)

STAGE_GROUP = "insight.stages"
"""Entry point group by which a council's own stages, in packages outside this project, are found."""


def own_stage_names() -> tuple[str, ...]:
    """Return the names of installed stages that are not the workbook's nine, in alphabetical order."""
    return tuple(sorted({one.name for one in entry_points(group=STAGE_GROUP)} - set(STAGES)))


STRICT = ConfigDict(extra="forbid", strict=True)
"""What every parameter class is: unknown keys and wrong types refused."""
FIXED = ConfigDict(extra="forbid", strict=True, frozen=True)
"""The same for models, whose values are fixed once built (dataclasses say ``frozen`` themselves)."""


def _iso_date(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("a date as year-month-day, such as 2011-06-30")
    date.fromisoformat(text)
    return text


IsoDate = Annotated[str, AfterValidator(_iso_date)]
Share = Annotated[float, Field(ge=0, le=1)]
"""A share from 0 to 1 (per cent is for print only)."""


class Council(BaseModel):
    """Who the run is for."""

    model_config = FIXED
    name: str = Field(min_length=1)
    slug: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    lad_code: str = Field(pattern=r"^E0[6-9]\d{6}$")
    ledger: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*$")
    """Folder of ``data/published`` to compare with; the slug when absent."""


LEAST_THRESHOLDS = {"ons_srs10": 10, "nhsd_1_7_r5": 8, "suppress5": 5, "survey_base": 5}
"""Threshold of each named policy; params may set a stricter one."""


class Disclosure(BaseModel):
    """How small numbers are treated in everything that is shown."""

    model_config = FIXED
    policy: str = Field(default="suppress5", pattern=r"^(ons_srs10|nhsd_1_7_r5|suppress5|round5|survey_base)$")
    threshold: int = Field(default=5, ge=1, le=100)
    """Counts of people from 1 up to one less than this are not shown."""

    @model_validator(mode="after")
    def _not_laxer(self) -> Disclosure:
        least = LEAST_THRESHOLDS.get(self.policy, 1)
        if self.threshold < least:
            raise ValueError(f"a threshold of at least {least}, as policy {self.policy} says")
        return self


class CouncilParams(BaseModel):
    """One council's params file, validated."""

    model_config = FIXED
    council: Council
    inputs: dict[str, str]
    disclosure: Disclosure
    stages: dict[str, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class LoadedParams:
    """A validated params file and where it was found."""

    path: Path
    council: Council
    inputs: Mapping[str, str]
    disclosure: Disclosure
    stages: Mapping[str, Mapping[str, Any]]

    @property
    def ledger(self) -> str:
        """Name of the publication's folder under ``data/published``."""
        return self.council.ledger or self.council.slug

    def input_path(self, name: str) -> Path | None:
        """Return the absolute path of an input, or ``None`` where the file says ``not_supplied``.

        Relative paths start at the project's root for files in ``params/``, else at the params file's own folder.
        """
        value = self.inputs[name]
        if value == NOT_SUPPLIED:
            return None
        base = paths.root() if self.path.parent == paths.root() / "params" else self.path.parent
        return (base / value).resolve()


class _TextLoader(yaml.SafeLoader):
    """Safe YAML in which dates stay text and a key may stand once only."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key `{key}` stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


_TextLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path) -> Any:
    """Read a YAML file whose dates stay text.

    Raises:
        ParamsError: when the file is absent, not UTF-8, or not YAML; the message gives the line.
    """
    if path.is_dir():
        here = sorted(entry.name for entry in path.glob("*.yml"))
        raise ParamsError(
            f"{paths.shown(path)}: a folder. Fix: name the file in it: {', '.join(here) or 'none is .yml'}"
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        here = sorted(entry.name for entry in path.parent.glob("*.yml")) if path.parent.is_dir() else []
        near = difflib.get_close_matches(path.name, here, n=1)
        hint = f"did you mean {near[0]}?" if near else f"files there: {', '.join(here) or 'none'}"
        raise ParamsError(f"{paths.shown(path)}: no such file. Fix: {hint}") from None
    except UnicodeDecodeError:
        raise ParamsError(f"{paths.shown(path)}: not UTF-8 text. Fix: save it as UTF-8") from None
    try:
        return yaml.load(text, Loader=_TextLoader)  # noqa: S506 - a subclass of SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "cannot be read as YAML"
        raise ParamsError(f"{paths.shown(path)}{line}: {problem}. Fix: mend that line") from None


def _allowed(error: Mapping[str, Any]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    words = {
        "string_type": "text in quotes",
        "int_type": "a whole number",
        "float_type": "a number",
        "bool_type": "true or false",
        "list_type": "a list",
        "dict_type": "a mapping of names to values",
        "missing": "this key must be given",
        "string_pattern_mismatch": f"text of the form {context.get('pattern')}",
    }
    if kind == "value_error":
        return str(context.get("error"))
    return words.get(kind, error["msg"].replace("Input should be ", ""))


def _or_update(file: str) -> str:
    """Return the command that adds what a params file of an earlier release lacks; empty for a file elsewhere."""
    return f", or: insight init {Path(file).stem} --update" if Path(file).parent.name == "params" else ""


def _explain(error: Mapping[str, Any], *, file: str, prefix: tuple[str, ...], known: Mapping[str, list[str]]) -> str:
    place = (*prefix, *(str(part) for part in error["loc"]))
    key = ".".join(place)
    if error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        allowed = known.get(".".join(place[:-1]), [])
        near = difflib.get_close_matches(place[-1], allowed, n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else "remove it"
        return f"{file}: unexpected key `{key}`; allowed here: {', '.join(sorted(allowed)) or 'none'}. Fix: {hint}"
    if error["type"] in {"missing", "missing_argument"}:
        return f"{file}: key `{key}` is missing. Fix: add it{_or_update(file)}"
    return f"{file}: `{key}` is {error['input']!r}; allowed: {_allowed(error)}. Fix: correct the value"


Section = TypeVar("Section")


def build(cls: type[Section], values: Mapping[str, Any], *, file: str, section: str = "") -> Section:
    """Build a parameter class from plain values.

    Args:
        cls: a frozen dataclass or model with pydantic constraints.
        values: keys and values as read from YAML or from a notebook's parameters cell.
        file: what to call the source in messages.
        section: dotted place of these values in that source.

    Raises:
        ParamsError: one line per problem, each with file, key, found, allowed and the nearest key.
    """
    prefix = tuple(section.split(".")) if section else ()
    known = {section: list(getattr(cls, "__dataclass_fields__", getattr(cls, "model_fields", {})))}
    if cls is CouncilParams:
        known |= {"council": list(Council.model_fields), "disclosure": list(Disclosure.model_fields)}
    try:
        return cls(**values)
    except ValidationError as error:
        lines = [_explain(item, file=file, prefix=prefix, known=known) for item in error.errors()]
        raise ParamsError("\n".join(lines)) from None


def _check_names(found: CouncilParams, file: str) -> None:
    problems = []
    for kind, given, allowed in (("inputs", found.inputs, INPUT_NAMES), ("stages", found.stages, STAGES)):
        more = own_stage_names() if kind == "stages" else ()
        for key in given:
            if key not in {*allowed, *more}:
                near = difflib.get_close_matches(key, allowed, n=1, cutoff=0.5)
                hint = f"did you mean `{near[0]}`?" if near else "remove it"
                problems.append(
                    f"{file}: unexpected key `{kind}.{key}`; allowed here: {', '.join(sorted(allowed))}. Fix: {hint}"
                )
        problems += [
            f"{file}: key `{kind}.{key}` is missing. Fix: add it"
            + (f" (a path, or {NOT_SUPPLIED})" if kind == "inputs" else "")
            + _or_update(file)
            for key in allowed
            if key not in given
        ]
    if problems:
        raise ParamsError("\n".join(problems))


def load(path: Path, *, sections: Mapping[str, type] | None = None) -> LoadedParams:
    """Read and validate one council's params file.

    Args:
        path: the YAML file.
        sections: parameter class of each stage; when given, each stage's section is validated too.

    Raises:
        ParamsError: every problem found, one a line.
    """
    file = paths.shown(path)
    raw = read_yaml(path)
    if not isinstance(raw, dict):
        raise ParamsError(f"{file}: holds no keys. Fix: start from params/oldham.yml")
    found = build(CouncilParams, raw, file=file)
    _check_names(found, file)
    problems = []
    for stage, cls in (sections or {}).items():
        if stage not in found.stages:
            continue  # a stage of one council's own, which this one does not run
        try:
            build(cls, found.stages[stage], file=file, section=f"stages.{stage}")
        except ParamsError as error:
            problems.append(str(error))
    if problems:
        raise ParamsError("\n".join(problems))
    return LoadedParams(
        path=path.resolve(),
        council=found.council,
        inputs=found.inputs,
        disclosure=found.disclosure,
        stages=found.stages,
    )


def of_council(council: str) -> LoadedParams:
    """Return the params of a council by its slug, as a notebook knows it.

    Raises:
        ParamsError: when the file that the runner named belongs to another council.
    """
    loaded = load(paths.params_file(council))
    if loaded.council.slug != council:
        raise ParamsError(
            f"{paths.shown(loaded.path)}: holds council `{loaded.council.slug}`, not `{council}`. "
            f"Fix: unset {paths.PARAMS_VARIABLE} or open the notebook of that council"
        )
    return loaded


class StageParams:
    """Base of the stages' parameter classes (frozen pydantic dataclasses with ``STRICT`` configuration)."""

    @classmethod
    def build(cls, **values: Any) -> Any:
        """Build the class from a notebook's parameters cell.

        Raises:
            ParamsError: unknown names, wrong types or values out of range, each with what is allowed.
        """
        return build(cls, values, file="the notebook's parameters cell")
