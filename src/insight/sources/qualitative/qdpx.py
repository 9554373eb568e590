"""REFI-QDA projects (``.qdpx``): an archive of ``project.qde`` and the texts."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from insight import atomic
from insight.sources.qualitative import xml
from insight.sources.qualitative.archive import SAFE_FIX, Archive, opened
from insight.sources.qualitative.model import Case, Coding, Note, Project, Selection, TextSource, User, Variable
from insight.sources.qualitative.offsets import Span, decided
from insight.sources.qualitative.refusing import refused

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PROJECT_FILE = "project.qde"
INTERNAL = "internal://"
FOLDER = "Sources"
BYTE_ORDER_MARK = "\ufeff"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time of every part, so that the same project gives the same bytes."""
MODELLED = {"Users", "CodeBook", "Variables", "Cases", "Sources", "Notes", "Description"}
TYPES = ("Text", "Boolean", "Integer", "Float", "Date", "DateTime")


def _codings(holder: Element) -> tuple[Coding, ...]:
    found = []
    for one in xml.children(holder, "Coding"):
        reference = xml.child(one, "CodeRef")
        code = "" if reference is None else reference.get("targetGUID", "")
        found.append(
            Coding(
                guid=one.get("guid", ""),
                code=code,
                user=one.get("creatingUser", ""),
                created=one.get("creationDateTime", ""),
            )
        )
    return tuple(found)


def _stored(archive: Archive, reference: str, holder: str) -> str:
    """Return the text of a part by its reference, in whichever folder and case the writer put it.

    Raises:
        InputError: the text lies outside the archive, is not there, or is not UTF-8.
    """
    if not reference.lower().startswith(INTERNAL):
        raise refused(
            archive.path,
            "texts must lie inside the project",
            "export the project again with its sources included",
            f"{holder}: {reference}",
        )
    wanted = PurePosixPath(reference[len(INTERNAL) :].replace("\\", "/")).name.lower()
    names = [name for name in archive.names if PurePosixPath(name).name.lower() == wanted]
    if len(names) != 1:
        raise refused(archive.path, "every text must stand once in the archive", SAFE_FIX, f"{holder}: {reference}")
    try:
        return archive.read(names[0]).decode("utf-8").removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        raise refused(archive.path, "texts must be UTF-8", SAFE_FIX, f"{names[0]}, byte {error.start}") from None


def _position(one: Element, name: str, archive: Archive) -> int:
    try:
        return int(one.get(name, ""))
    except ValueError:
        raise refused(
            archive.path, "positions of codes must be whole numbers", SAFE_FIX, f"{name}={one.get(name)!r}"
        ) from None


def _source(one: Element, archive: Archive) -> TextSource:
    name = one.get("name", "") or one.get("guid", "")
    reference = one.get("plainTextPath", "")
    raw = _stored(archive, reference, name) if reference else xml.inner(one, "PlainTextContent")
    marks = list(xml.children(one, "PlainTextSelection"))
    spans = [
        Span(
            start=_position(mark, "startPosition", archive),
            end=_position(mark, "endPosition", archive),
            name=mark.get("name", ""),
        )
        for mark in marks
    ]
    found = decided(raw, spans)
    if found is None:
        raise refused(
            archive.path,
            "positions of codes must fit the text in one way of counting only",
            "save the texts with LF line ends in the coding software, then export again",
            f"{name}: {len(raw)} characters, {raw.count(chr(13))} of them CR",
        )
    text, reading = found
    selections = tuple(
        Selection(
            guid=mark.get("guid", ""),
            start=reading(span.start) or 0,
            end=reading(span.end) or 0,
            name=span.name,
            description=xml.inner(mark, "Description"),
            user=mark.get("creatingUser", ""),
            created=mark.get("creationDateTime", ""),
            codings=_codings(mark),
        )
        for mark, span in zip(marks, spans, strict=True)
    )
    return TextSource(
        guid=one.get("guid", ""),
        name=one.get("name", ""),
        text=text,
        description=xml.inner(one, "Description"),
        user=one.get("creatingUser", ""),
        created=one.get("creationDateTime", ""),
        codings=_codings(one),
        selections=selections,
    )


def _value(one: Element) -> str:
    return next((xml.inner(one, f"{kind}Value") for kind in TYPES if xml.child(one, f"{kind}Value") is not None), "")


def _targets(one: Element, name: str) -> tuple[str, ...]:
    return tuple(reference.get("targetGUID", "") for reference in xml.children(one, name))


def _case(one: Element) -> Case:
    values = {}
    for value in xml.children(one, "VariableValue"):
        reference = xml.child(value, "VariableRef")
        if reference is not None:
            values[reference.get("targetGUID", "")] = _value(value)
    return Case(
        guid=one.get("guid", ""),
        name=one.get("name", ""),
        description=xml.inner(one, "Description"),
        values=values,
        codes=_targets(one, "CodeRef"),
        sources=_targets(one, "SourceRef"),
        selections=_targets(one, "SelectionRef"),
    )


def _note(one: Element, archive: Archive) -> Note:
    reference = one.get("plainTextPath", "")
    name = one.get("name", "") or one.get("guid", "")
    raw = _stored(archive, reference, name) if reference else xml.inner(one, "PlainTextContent")
    return Note(
        guid=one.get("guid", ""),
        name=one.get("name", ""),
        text=raw.replace("\r\n", "\n"),
        user=one.get("creatingUser", ""),
        created=one.get("creationDateTime", ""),
    )


def _left_out(root: Element) -> dict[str, int]:
    """Return how many elements the model has no room for, by name."""
    count: Counter[str] = Counter()
    for part in root:
        if xml.local(part) not in MODELLED:
            count[xml.local(part)] += len(part)
    for source in xml.child(root, "Sources") or ():
        if xml.local(source) != "TextSource":
            count[xml.local(source)] += 1
        for part in source.iter():
            if xml.local(part) in {"VariableValue", "NoteRef"}:
                count[f"{xml.local(source)}/{xml.local(part)}"] += 1
    sets = xml.child(xml.child(root, "CodeBook"), "Sets")
    count["CodeBook/Sets"] += 0 if sets is None else len(sets)
    return {name: size for name, size in sorted(count.items()) if size}


def _refuse_unknown(project: Project, path: Path) -> None:
    known = set(project.paths())
    used = {coding.code for source in project.sources for coding in _all_codings(source)}
    if odd := sorted(used - known):
        raise refused(path, "every coding must name a code of the codebook", SAFE_FIX, ", ".join(odd[:5]) or "none")


def _all_codings(source: TextSource) -> tuple[Coding, ...]:
    return (*source.codings, *(coding for selection in source.selections for coding in selection.codings))


def read_project(path: Path) -> Project:
    """Return a project; nothing is unpacked to disk.

    Args:
        path: a ``.qdpx`` file.

    Raises:
        InputError: an archive or XML that cannot be trusted, texts outside it, positions that fit no one way of
            counting, or codings of unknown codes.
    """
    with opened(path) as archive:
        names = [name for name in archive.names if name.lower().endswith(".qde") and "/" not in name]
        if len(names) != 1:
            raise refused(path, f"the archive must hold one {PROJECT_FILE}", SAFE_FIX, f"{len(names)} found")
        root = xml.parsed(archive.read(names[0]), path, roots=("Project",))
        notes = xml.children(xml.child(root, "Notes"), "Note")
        project = Project(
            name=root.get("name", ""),
            origin=root.get("origin", ""),
            created=root.get("creationDateTime", ""),
            description=xml.inner(root, "Description"),
            users=tuple(
                User(guid=one.get("guid", ""), name=one.get("name", ""))
                for one in xml.children(xml.child(root, "Users"), "User")
            ),
            codes=xml.read_codes(xml.child(xml.child(root, "CodeBook"), "Codes"), path),
            variables=tuple(
                Variable(
                    guid=one.get("guid", ""),
                    name=one.get("name", ""),
                    type=one.get("typeOfVariable", "Text"),
                    description=xml.inner(one, "Description"),
                )
                for one in xml.children(xml.child(root, "Variables"), "Variable")
            ),
            cases=tuple(_case(one) for one in xml.children(xml.child(root, "Cases"), "Case")),
            sources=tuple(_source(one, archive) for one in xml.children(xml.child(root, "Sources"), "TextSource")),
            notes=tuple(_note(one, archive) for one in notes),
            left_out=_left_out(root),
        )
    _refuse_unknown(project, path)
    return project


def _add_codings(parent: Element, codings: tuple[Coding, ...]) -> None:
    for one in codings:
        made = xml.add(parent, "Coding", guid=one.guid, creatingUser=one.user, creationDateTime=one.created)
        xml.add(made, "CodeRef", targetGUID=one.code)


def _described(parent: Element, text: str) -> None:
    if text:
        xml.add(parent, "Description", text=text)


def _add_source(parent: Element, one: TextSource) -> None:
    made = xml.add(
        parent,
        "TextSource",
        guid=one.guid,
        name=one.name,
        plainTextPath=f"{INTERNAL}{one.guid}.txt",
        creatingUser=one.user,
        creationDateTime=one.created,
    )
    _described(made, one.description)
    for mark in one.selections:
        selection = xml.add(
            made,
            "PlainTextSelection",
            guid=mark.guid,
            name=mark.name,
            startPosition=str(mark.start),
            endPosition=str(mark.end),
            creatingUser=mark.user,
            creationDateTime=mark.created,
        )
        _described(selection, mark.description)
        _add_codings(selection, mark.codings)
    _add_codings(made, one.codings)


def _add_case(parent: Element, one: Case, types: dict[str, str]) -> None:
    made = xml.add(parent, "Case", guid=one.guid, name=one.name)
    _described(made, one.description)
    for target in one.codes:
        xml.add(made, "CodeRef", targetGUID=target)
    for variable, value in one.values.items():
        held = xml.add(made, "VariableValue")
        xml.add(held, "VariableRef", targetGUID=variable)
        xml.add(held, f"{types.get(variable, 'Text')}Value", text=value)
    for name, targets in (("SourceRef", one.sources), ("SelectionRef", one.selections)):
        for target in targets:
            xml.add(made, name, targetGUID=target)


def _add_frame(root: Element, project: Project) -> None:
    """Append users, codes and variables."""
    if project.users:
        holder = xml.add(root, "Users")
        for user in project.users:
            xml.add(holder, "User", guid=user.guid, name=user.name)
    if project.codes:
        xml.add_codes(xml.add(xml.add(root, "CodeBook"), "Codes"), project.codes)
    if project.variables:
        holder = xml.add(root, "Variables")
        for variable in project.variables:
            made = xml.add(holder, "Variable", guid=variable.guid, name=variable.name, typeOfVariable=variable.type)
            _described(made, variable.description)


def _add_note(parent: Element, note: Note) -> None:
    made = xml.add(
        parent, "Note", guid=note.guid, name=note.name, creatingUser=note.user, creationDateTime=note.created
    )
    xml.add(made, "PlainTextContent", text=note.text)


def _document(project: Project) -> bytes:
    root = xml.root("Project", xml.PROJECT, name=project.name, origin=project.origin, creationDateTime=project.created)
    _add_frame(root, project)
    if project.cases:
        holder = xml.add(root, "Cases")
        types = {variable.guid: variable.type for variable in project.variables}
        for case in project.cases:
            _add_case(holder, case, types)
    if project.sources:
        holder = xml.add(root, "Sources")
        for source in project.sources:
            _add_source(holder, source)
    if project.notes:
        holder = xml.add(root, "Notes")
        for note in project.notes:
            _add_note(holder, note)
    _described(root, project.description)
    return xml.serialised(root)


def write_project(project: Project, path: Path) -> None:
    """Write a project, whole or not at all; reading it again gives the same project.

    Raises:
        ValueError: characters that XML cannot hold, or two texts of the same GUID.
    """
    guids = [source.guid for source in project.sources]
    if len(set(guids)) < len(guids) or not all(guids):
        raise ValueError("two texts share a GUID, or one has none. Fix: give every text its own")
    parts = {PROJECT_FILE: _document(project)}
    parts |= {f"{FOLDER}/{one.guid}.txt": one.text.encode("utf-8") for one in project.sources}

    def write(temporary: Path) -> None:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in parts.items():
                archive.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)

    atomic.write_with(path, write)
