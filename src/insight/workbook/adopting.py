"""The conversation of ``insight adopt``: what is proposed, what a person says to it, what is written."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from insight import paths
from insight.errors import InputError, ParamsError
from insight.params import LoadedParams
from insight.privacy import adopting
from insight.privacy.adopting import Proposal
from insight.sources.contracts import contract as contract_of
from insight.sources.mapping import model
from insight.sources.mapping.model import LEAVE_OUT, OPEN, ColumnRule, Mapping
from insight.sources.mapping.proposing import code_of

SURE = 0.8
"""Confidence from which ``--yes`` takes a proposal."""
SHOWN = 12
"""Codes that a question lists; more are counted."""
Ask = Callable[[str, str], str]
"""Asks a question with a default answer."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What ``insight adopt`` came to: lines to print, and whether the mapping is in use."""

    lines: list[str]
    is_adopted: bool


def _rule_line(name: str, rule: ColumnRule) -> str:
    source = f"`{rule.source}`" if rule.source else f"always {rule.constant}"
    sure = "" if rule.confidence is None else f"  ({rule.confidence:.2f}, {rule.why})"
    outside = f"; areas outside the look-up {rule.outside}" if rule.outside else ""
    codes = f"; codes {', '.join(f'{value} = {code}' for value, code in rule.codes.items())}" if rule.codes else ""
    return f"  {name:<22} {source}{codes}{outside}{sure}"


def shown(found: Proposal) -> list[str]:
    """Return a proposal as lines."""
    mapping = found.mapping
    said = "the mapping of an earlier file, used again" if found.is_known else f"layout {mapping.layout}"
    head = f"{paths.shown(found.file)} as {mapping.input}: {said}"
    kept = [f"  keeps rows where {name} is {' or '.join(values)}" for name, values in mapping.keep.items()]
    changed = [f"  no longer fits: {one}" for one in found.told]
    if mapping.crs:
        kept.append(f"  the file states no coordinate reference system; by its numbers it is {mapping.crs}")
    return [head, *(_rule_line(name, rule) for name, rule in mapping.columns.items()), *kept, *changed]


def _ask_column(name: str, rule: ColumnRule, found: Proposal, ask: Ask) -> ColumnRule:
    """Ask for a column until the answer is one; codes are proposed anew where it is another than was proposed."""
    may_be_empty = contract_of(found.mapping.input).column(name).optional
    empty = "`-` leaves it empty, " if may_be_empty else ""
    choice = f"{empty}`=text` is the same in every row; columns: {', '.join(found.columns)}"
    hint = ""
    while True:
        given = "" if rule.source in (None, OPEN) else str(rule.source)
        answer = ask(f"{hint}{name}: which column? ({choice})", given)
        if answer == "-" and may_be_empty:
            return ColumnRule(constant="")
        if answer.startswith("=") and len(answer) > 1:
            return ColumnRule(constant=answer[1:])
        if answer in found.columns:
            said = {"source": answer, "constant": None, "confidence": 1.0, "why": "said"}
            kept = rule.codes if answer == rule.source else {}
            return found.recoded(name, rule.model_copy(update={**said, "codes": kept}))
        near = difflib.get_close_matches(answer, found.columns, n=1)
        hint = f"no column `{answer}`{f', did you mean {near[0]}?' if near else ''}\n"


def _ask_code(name: str, value: str, found: Proposal, ask: Ask) -> str:
    """Ask what a value means until the answer is a code, or the name of one, or `-` where a cell may be empty."""
    allowed = found.allowed.get(name, {})
    may_be_empty = contract_of(found.mapping.input).column(name).optional
    listed = ", ".join(list(allowed)[:SHOWN]) + (f" and {len(allowed) - SHOWN} more" if len(allowed) > SHOWN else "")
    empty = "`-` leaves the cell empty" if may_be_empty else ""
    choice = "; ".join(part for part in (listed, empty, f"`{LEAVE_OUT}` leaves out its rows") if part)
    hint = ""
    while True:
        answer = ask(f"{hint}{name}: what does `{value}` mean? ({choice})", "").strip()
        if answer == "-" and may_be_empty:
            return ""
        if answer == LEAVE_OUT:
            return answer
        code = code_of(answer, allowed) if answer and allowed else answer
        if code:
            return code
        hint = f"`{answer}` is no code of {name}\n" if answer else ""


def _ask_outside(name: str, ask: Ask) -> str:
    """Ask whether rows of areas outside the look-up are left out; else they are refused, each with its place."""
    question = f"{name}: leave out the rows of areas that the look-up does not hold? (yes; no: they are refused)"
    hint = ""
    while True:
        answer = ask(hint + question, "").strip().casefold()
        if answer in {"yes", "y"}:
            return LEAVE_OUT
        if answer in {"no", "n"}:
            return ""
        hint = f"`{answer}` is neither yes nor no\n"


def asked(found: Proposal, ask: Ask) -> Mapping:
    """Return the mapping after asking about each column that is not sure, and each code that is open."""
    rules = {}
    for name, rule in found.mapping.columns.items():
        made = rule
        if OPEN in (rule.source, rule.constant) or (rule.confidence is not None and rule.confidence < SURE):
            made = _ask_column(name, rule, found, ask)
        codes = {
            value: _ask_code(name, value, found, ask) if code == OPEN else code for value, code in made.codes.items()
        }
        outside = _ask_outside(name, ask) if made.outside == OPEN else made.outside
        rules[name] = made.model_copy(update={"codes": codes, "outside": outside})
    return found.mapping.model_copy(update={"columns": rules})


def _unsure(mapping: Mapping) -> list[str]:
    return mapping.open_points() + [
        f"column {name}: `{rule.source}` is a guess ({rule.confidence:.2f})"
        for name, rule in mapping.columns.items()
        if rule.source not in (None, OPEN) and rule.confidence is not None and rule.confidence < SURE
    ]


def _draft(loaded: LoadedParams, found: Proposal, points: list[str], params: Path) -> Answer:
    """Write the proposal for a person to edit."""
    place = adopting.draft_of(loaded, found.mapping.input)
    model.write(found.mapping, place)
    command = f"insight adopt {paths.shown(found.file)} --as {found.mapping.input} --params {paths.shown(params)}"
    open_lines = [f"  to decide: {point}" for point in points]
    end = f"nothing is adopted yet: edit {paths.shown(place)}, then {command} --mapping {paths.shown(place)}"
    return Answer(lines=[*shown(found), *open_lines, end], is_adopted=False)


def _adopt(loaded: LoadedParams, mapping: Mapping, path: Path, head: list[str]) -> Answer:
    tried, place = adopting.adopt(loaded, mapping, path)
    changed = [f"  changed on reading: {one}" for one in tried.changed]
    end = f"{tried.rows:,} records; mapping in {paths.shown(place)}; named in {paths.shown(loaded.path)}"
    return Answer(lines=[*head, *changed, end], is_adopted=True)


def _adopt_answers(
    loaded: LoadedParams, found: Proposal, mapping: Mapping, path: Path, say: Callable[[str], None]
) -> Answer:
    """Adopt by what a person answered; where the file does not hold, the answers stay as a draft."""
    try:
        return _adopt(loaded, mapping, path, [])
    except InputError:
        say("\n".join(_draft(loaded, replace(found, mapping=mapping), [], loaded.path).lines[-1:]))
        raise


def run(
    loaded: LoadedParams,
    name: str,
    path: Path,
    *,
    is_yes: bool = False,
    edited: Path | None = None,
    sheet: str | None = None,
    ask: Ask | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Answer:
    """Take an export in: by an edited mapping, by answers on a terminal, or as proposed where that is sure.

    Args:
        loaded: the council's params.
        name: the input.
        path: the export.
        is_yes: take what is proposed, if nothing in it is open or a guess.
        edited: a mapping that a person edited.
        sheet: sheet of a workbook.
        ask: asks a person; ``None`` where there is no terminal.
        say: tells that person what is proposed, before anything is asked.

    Raises:
        ParamsError, InputError: nothing is written then.
    """
    if edited is not None:
        mapping = model.read(edited)
        if mapping.input != name:
            raise ParamsError(f"{paths.shown(edited)} is of {mapping.input}, not {name}. Fix: name its own input")
        return _adopt(loaded, mapping, path, [f"{paths.shown(path)} as {name}: by {paths.shown(edited)}"])
    found = adopting.proposal(loaded, name, path, sheet=sheet)
    points = _unsure(found.mapping)
    if ask is not None and not is_yes:
        say("\n".join(shown(found)))
        return _adopt_answers(loaded, found, asked(found, ask), path, say)
    if points or not is_yes:
        return _draft(loaded, found, points, loaded.path)
    return _adopt(loaded, found.mapping, path, shown(found))
