"""Taking personal networks in: names become counts, or keyed pseudonyms, at the door, and nothing else of them stays.

What leaves here are the files of the survey's contracts: counts of contacts, and where wanted single contacts and the
ties among them under codes. Only columns that a mapping names are read, only values of a fixed vocabulary are kept, and
messages never repeat a cell, since any cell may be a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from insight import atomic, paths
from insight.errors import InputError, ParamsError, Problem
from insight.params import LoadedParams, read_yaml
from insight.privacy.pseudonyms import Pseudonymiser, pseudonymiser
from insight.sources.contracts import contract as contract_of
from insight.sources.networks import PersonalNetworks, read_egor, read_network_canvas
from insight.sources.standing import SUPPLIED

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN = "unknown"
TRUE, FALSE = {"true", "yes", "1"}, {"false", "no", "0"}
EMPTY = {"", "na", "nan"}
FIRST_DATA_ROW, SHOWN = 2, 20
KEYS = ["respondent_id", "kind", "ethnic_group", "lives_in_area", "occupation"]
PURPOSE = "network_contacts"
"""What the pseudonyms are for: those of another purpose never join with them."""
PARTS = ("kind", "ethnic_group", "lives_in_area", "occupation", "is_close", "name")


@dataclass(frozen=True, kw_only=True)
class ContactMapping:
    """Which column of the collected file is what, and how its values read in the survey's codes.

    ``columns`` maps ``kind, ethnic_group, lives_in_area, occupation, is_close`` (and ``name``, for pseudonyms) to
    columns; ``recode`` maps, for each, the file's values to the survey's codes; ``groups`` are the codes of ethnic
    groups. A value that neither maps nor is a code is refused, for kinds, and unknown, for the others.
    """

    columns: Mapping[str, str]
    groups: tuple[str, ...]
    recode: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TakenIn:
    """Counts of contacts, single contacts and ties among them, by the survey's contracts, without a name."""

    counts: pd.DataFrame
    alters: pd.DataFrame
    ties: pd.DataFrame | None


def load_mapping(path: Path) -> ContactMapping:
    """Return a mapping from a YAML file with ``columns``, ``groups`` and, where values need recoding, ``recode``.

    Raises:
        ParamsError: no such file, or no mapping in it.
    """
    given = read_yaml(path)
    wrong = not isinstance(given, dict) or not isinstance(given.get("columns"), dict) or not given.get("groups")
    unknown = set() if wrong else (set(given) - {"columns", "groups", "recode"}) | (set(given["columns"]) - set(PARTS))
    if wrong or unknown:
        words = f"unknown: {', '.join(sorted(unknown))}; " if unknown else ""
        raise ParamsError(
            f"{paths.shown(path)}: {words}a mapping has `columns` (of {', '.join(PARTS)}), `groups` (codes of ethnic "
            "groups) and `recode`. Fix: correct the file"
        )
    told = given.get("recode") or {}
    recode = {what: {str(key): str(code) for key, code in pairs.items()} for what, pairs in told.items()}
    columns = {name: str(column) for name, column in given["columns"].items()}
    return ContactMapping(columns=columns, groups=tuple(map(str, given["groups"])), recode=recode)


def _codes(cells: pd.Series, what: str, mapping: ContactMapping, allowed: tuple[str, ...]) -> pd.Series:
    """Return cells in the survey's codes; missing where a value is outside the vocabulary."""
    given = {key.casefold(): code for key, code in mapping.recode.get(what, {}).items()}
    known = {one.casefold(): one for one in allowed} | given
    return cells.str.strip().str.casefold().map(known)


def _flags(cells: pd.Series, what: str, mapping: ContactMapping) -> pd.Series:
    text = cells.str.strip().str.casefold()
    given = {key.casefold(): code for key, code in mapping.recode.get(what, {}).items()}
    return text.replace(given).map(dict.fromkeys(TRUE, True) | dict.fromkeys(FALSE, False))


def _refuse(networks: PersonalNetworks, bad: pd.Series, column: str, rule: str) -> None:
    rows = list(bad.index[bad])
    if rows:
        fix = "map the value in the mapping file, or correct the cell (its value is not shown: it may be a name)"
        raise InputError(
            [
                Problem(file=networks.file, row=int(one) + FIRST_DATA_ROW, column=column, rule=rule, fix=fix)
                for one in rows[:SHOWN]
            ]
        )


def _cells(networks: PersonalNetworks, mapping: ContactMapping, what: str) -> pd.Series:
    import pandas as pd

    column = mapping.columns.get(what)
    if column is None:
        return pd.Series("", index=networks.alters.index, dtype=object)
    if column not in networks.alters.columns:
        raise InputError(
            [
                Problem(
                    file=networks.file, column=column, rule="the mapped column must be there", fix="correct the mapping"
                )
            ]
        )
    return networks.alters[column].astype(str)


def _alters(networks: PersonalNetworks, mapping: ContactMapping) -> pd.DataFrame:
    import pandas as pd

    agreed = {column.name: column.allowed for column in contract_of("network_alters").columns}
    kind = _codes(_cells(networks, mapping, "kind"), "kind", mapping, agreed["kind"])
    _refuse(networks, kind.isna(), mapping.columns.get("kind", "kind"), f"one of {', '.join(agreed['kind'])}")
    area = _flags(_cells(networks, mapping, "lives_in_area"), "lives_in_area", mapping)
    _refuse(networks, area.isna(), mapping.columns.get("lives_in_area", "lives_in_area"), "true or false")
    group = _codes(_cells(networks, mapping, "ethnic_group"), "ethnic_group", mapping, (*mapping.groups, UNKNOWN))
    work = _codes(_cells(networks, mapping, "occupation"), "occupation", mapping, agreed["occupation"])
    return pd.DataFrame(
        {
            "respondent_id": networks.alters["ego_id"],
            "kind": kind,
            "ethnic_group": group.fillna(UNKNOWN),
            "lives_in_area": area.astype(bool),
            "occupation": work.fillna(UNKNOWN),
            "is_close": _flags(_cells(networks, mapping, "is_close"), "is_close", mapping),
        }
    )


def _alter_codes(networks: PersonalNetworks, mapping: ContactMapping, pseudonyms: Pseudonymiser | None) -> list[str]:
    """Return a code for each contact: its pseudonym where names and a key are given, else its number in the ego."""
    number = networks.alters.groupby("ego_id", sort=False).cumcount() + 1
    plain = [f"A{one:03d}" for one in number]
    if pseudonyms is None or "name" not in mapping.columns:
        return plain
    names = _cells(networks, mapping, "name").str.strip()
    return [code if name.casefold() in EMPTY else pseudonyms.of(name) for name, code in zip(names, plain, strict=True)]


def _respondents(networks: PersonalNetworks) -> None:
    """Refuse identifiers of respondents that hold no digit: a code has one, a name has not."""
    bad = ~networks.egos["ego_id"].astype(str).str.contains(r"\d", regex=True)
    _refuse(networks, bad, "respondent", "respondents have codes with a digit, not names")


def take_in(networks: PersonalNetworks, mapping: ContactMapping, *, pseudonyms: Pseudonymiser | None = None) -> TakenIn:
    """Return counts, single contacts and ties under codes; nothing of a name is left.

    Args:
        networks: as read.
        mapping: which column is what.
        pseudonyms: gives the contacts' codes from their names, so that one person named by several respondents keeps
            one code; without it contacts are numbered within the respondent.

    Raises:
        InputError: a mapped column is absent, a kind or flag is outside the vocabulary, a respondent's identifier may
            be a name, or one respondent names somebody twice.
    """
    _respondents(networks)
    alters = _alters(networks, mapping)
    codes = _alter_codes(networks, mapping, pseudonyms)
    alters.insert(1, "alter_id", codes)
    _refuse(
        networks,
        alters.duplicated(["respondent_id", "alter_id"]),
        mapping.columns.get("name", "name"),
        "a respondent names a person once",
    )
    asked = alters.assign(close=alters["is_close"].astype(float))
    grouped = asked.groupby(KEYS, sort=True)
    counts = grouped.size().rename("contacts").reset_index()
    # Closeness of a cell is known where it was asked of every contact in it.
    counts["close_contacts"] = grouped["close"].agg(lambda part: part.sum(skipna=False)).to_numpy()
    ties = None
    if networks.ties is not None:
        of = dict(zip(zip(networks.alters["ego_id"], networks.alters["alter_id"], strict=True), codes, strict=True))
        ties = _tie_codes(networks.ties, of)
    return TakenIn(counts=counts, alters=alters, ties=ties)


def _tie_codes(ties: pd.DataFrame, of: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """Return ties under the contacts' codes, each pair once, no contact tied to itself."""
    import pandas as pd

    pairs = {
        (row.ego_id, *sorted((of[row.ego_id, row.a], of[row.ego_id, row.b])))
        for row in ties.itertuples()
        if row.a != row.b
    }
    return pd.DataFrame(sorted(pairs), columns=["respondent_id", "alter_a", "alter_b"])


def run(
    council: LoadedParams,
    mapping: ContactMapping,
    *,
    egos: Path | None = None,
    alters: Path | None = None,
    ties: Path | None = None,
    canvas: Path | None = None,
) -> TakenIn:
    """Read one collection and take it in; with a name column mapped, contacts get keyed pseudonyms.

    Raises:
        InputError: the files, or their values, are not as they must be.
        PseudonymKeyError: a name column is mapped and there is no key.
    """
    choices = tuple(mapping.columns.values())
    networks = read_network_canvas(canvas, choices=choices) if canvas is not None else None
    if networks is None:
        if egos is None:
            raise ValueError("nothing to read. Fix: give respondents or a Network Canvas folder")
        networks = read_egor(egos, alters, ties)
    pseudonyms = None
    if "name" in mapping.columns:
        pseudonyms = pseudonymiser(council, purpose=PURPOSE, standing=SUPPLIED)
    return take_in(networks, mapping, pseudonyms=pseudonyms)


def write(taken: TakenIn, folder: Path, *, with_contacts: bool = False) -> list[Path]:
    """Write the files of the survey's contracts, whole or not at all each.

    Args:
        taken: as from :func:`take_in`.
        folder: the council's data folder.
        with_contacts: write single contacts and ties too; else counts alone, as the case study's council had them.
    """
    frames = {"network_contacts": taken.counts}
    if with_contacts:
        frames["network_alters"] = taken.alters
        if taken.ties is not None:
            frames["network_alter_ties"] = taken.ties
    made = []
    for name, frame in frames.items():
        cells = frame.copy()
        for column in ("lives_in_area", "is_close"):
            if column in cells:
                cells[column] = cells[column].map({True: "true", False: "false"})
        if "close_contacts" in cells:
            cells["close_contacts"] = cells["close_contacts"].astype("Int64")
        path = folder / contract_of(name).kind.file
        atomic.write_text(path, cells.to_csv(index=False, lineterminator="\n"))
        made.append(path)
    return made
