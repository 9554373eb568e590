"""GraphML as Network Canvas exports it: a graph a session, the respondent's answers as data of the graph itself.

``<key>`` elements outside the graphs say what each ``data`` is; their ids are codes, their ``attr.name`` the variable
(``<variable>_<option>`` for a choice). Nodes and edges carry numbers as ids and their UUID as data. Metadata of the
session are attributes in the namespace of Network Canvas.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from insight.errors import InputError
from insight.sources.networks.model import problem

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SUFFIX = ".graphml"
UUIDS = ("networkCanvasUUID", "_uid")
SESSION = "sessionUUID"
FIX = "export it again from Network Canvas"


@dataclass(frozen=True, kw_only=True)
class Session:
    """One interview: the respondent's row, a row a contact, and ties as respondent, one end, other end."""

    ego: dict[str, str]
    nodes: list[dict[str, str]]
    edges: list[tuple[str, str, str]]


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if _local(child) == name]


def _attribute(element: Element, name: str) -> str:
    """Return an attribute whatever its namespace and the case of its letters."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2].casefold() == name.casefold():
            return value
    return ""


def _root(text: str, path: Path) -> Element:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(text.encode(), forbid_dtd=True)
    except DefusedXmlException:
        raise InputError([problem(path, "the XML may declare no document type and no entities", FIX)]) from None
    except (ET.ParseError, ValueError):
        raise InputError([problem(path, "the XML must be well formed", FIX)]) from None
    if _local(root) != "graphml" or not _children(root, "graph"):
        raise InputError([problem(path, "the file is GraphML with a graph in it", FIX)])
    return root


def _data(element: Element, names: dict[str, str]) -> dict[str, str]:
    return {
        names.get(one.get("key", ""), one.get("key", "")): (one.text or "").strip()
        for one in _children(element, "data")
    }


def _uuid(data: dict[str, str]) -> str:
    return next((data[name] for name in UUIDS if data.get(name)), "")


def sessions(text: str, path: Path) -> list[Session]:
    """Return the interviews of one file.

    Args:
        text: of the file.
        path: named in messages, which never repeat a value: it may be a name.

    Raises:
        InputError: not GraphML, a graph that names no session, or an edge whose end is no node of its graph.
    """
    root = _root(text, path)
    names = {one.get("id", ""): one.get("attr.name", one.get("id", "")) for one in _children(root, "key")}
    return [_session(graph, names, path) for graph in _children(root, "graph")]


def _session(graph: Element, names: dict[str, str], path: Path) -> Session:
    answers = _data(graph, names)
    ego = _uuid(answers) or _attribute(graph, SESSION)
    if not ego:
        raise InputError([problem(path, "every graph names its session or respondent", FIX, column=f"nc:{SESSION}")])
    nodes, code = [], {}
    for node in _children(graph, "node"):
        data = _data(node, names)
        code[node.get("id", "")] = _uuid(data) or node.get("id", "")
        nodes.append({"ego_id": ego, "alter_id": code[node.get("id", "")], **_without(data)})
    edges = []
    for edge in _children(graph, "edge"):
        ends = [code.get(edge.get(side, "")) for side in ("source", "target")]
        if None in ends:
            raise InputError([problem(path, "every edge joins two nodes of its graph", FIX)])
        edges.append((ego, str(ends[0]), str(ends[1])))
    return Session(ego={"ego_id": ego, **_without(answers)}, nodes=nodes, edges=edges)


def _without(data: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in data.items() if name not in UUIDS}
