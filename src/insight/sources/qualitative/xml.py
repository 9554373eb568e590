"""Reading and writing the XML of REFI-QDA: elements by local name in, one default namespace out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from insight.sources.qualitative.model import Code
from insight.sources.qualitative.refusing import refused

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
FAMILY = "urn:qda-xml:"
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
DEEPEST = 100
"""Levels of codes: more is no codebook, and would exhaust the reader."""


def parsed(data: bytes, path: Path, *, roots: tuple[str, ...]) -> Element:
    """Return the root of a document without entities or a document type.

    Raises:
        InputError: not XML, entities or a document type declared, nested too deeply, or another root.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    fix = "export it again as REFI-QDA from the coding software"
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        rule = "the XML may declare no document type and no entities"
        raise refused(path, rule, fix, type(error).__name__) from None
    except (ET.ParseError, ValueError, LookupError) as error:
        raise refused(path, "the XML must be well formed", fix, str(error)) from None
    space = root.tag[1:].partition("}")[0] if root.tag.startswith("{") else ""
    if local(root) not in roots or (space and not space.lower().startswith(FAMILY)):
        raise refused(path, f"the root must be {' or '.join(roots)} of REFI-QDA", fix, root.tag)
    return root


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Yield an element's children of these names, whatever their namespace; nothing of nothing."""
    if element is not None:
        yield from (child for child in element if local(child) in names)


def child(element: Element | None, name: str) -> Element | None:
    """Return the first child of a name."""
    return next(children(element, name), None)


def inner(element: Element, name: str) -> str:
    """Return the text of the first child of a name, or nothing."""
    found = child(element, name)
    return "" if found is None else (found.text or "")


def read_codes(holder: Element | None, path: Path, depth: int = 0) -> tuple[Code, ...]:
    """Return the codes under an element.

    Raises:
        InputError: codes nested more deeply than any codebook is.
    """
    if depth > DEEPEST:
        raise refused(path, f"codes may be nested {DEEPEST} deep at most", "flatten the codebook")
    return tuple(
        Code(
            guid=one.get("guid", ""),
            name=one.get("name", ""),
            is_codable=one.get("isCodable", "true").lower() in {"true", "1"},
            color=one.get("color", ""),
            description=inner(one, "Description"),
            codes=read_codes(one, path, depth + 1),
        )
        for one in children(holder, "Code")
    )


def checked(text: str) -> str:
    """Return text that XML can hold.

    Raises:
        ValueError: control characters, which no XML document may hold.
    """
    if found := ILLEGAL.search(text):
        raise ValueError(f"character {ord(found[0]):#06x} cannot stand in XML. Fix: remove it")
    return text


def add(parent: Element, tag: str, *, text: str = "", **attributes: str) -> Element:
    """Append an element, leaving out attributes that are empty."""
    made = ET.SubElement(parent, tag, {name: checked(value) for name, value in attributes.items() if value})
    if text:
        made.text = checked(text)
    return made


def add_codes(parent: Element, codes: tuple[Code, ...]) -> None:
    """Append codes and all under them."""
    for code in codes:
        made = add(
            parent,
            "Code",
            guid=code.guid,
            name=code.name,
            isCodable="true" if code.is_codable else "false",
            color=code.color,
        )
        if code.description:
            add(made, "Description", text=code.description)
        add_codes(made, code.codes)


def root(tag: str, space: str, **attributes: str) -> Element:
    """Return a new root whose children inherit its namespace, since other programs refuse children without one."""
    made = ET.Element(tag, {"xmlns": space})
    for name, value in attributes.items():
        if value:
            made.set(name, checked(value))
    return made


def serialised(element: Element) -> bytes:
    """Return a document as UTF-8 without byte order mark."""
    # a carriage return in text would come back as a line feed
    body = ET.tostring(element, encoding="unicode").replace("\r", "&#13;")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body.encode("utf-8")
