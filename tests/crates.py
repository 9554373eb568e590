"""What a Workflow Run Crate must hold: each MUST of its profiles as one check with a name.

RO-Crate 1.1 (``ro``), Workflow RO-Crate 1.0 (``workflow``), Process Run Crate 0.5 (``process``) and Workflow Run Crate
0.5 (``run``); the list follows the required checks of the profiles' public validator.
"""

import re

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
DESCRIPTOR = "ro-crate-metadata.json"
PROFILES = {"process": "https://w3id.org/ro/wfrun/process/0.5", "run": "https://w3id.org/ro/wfrun/workflow/0.5"}
MAIN_TYPES = {"File", "SoftwareSourceCode", "ComputationalWorkflow"}
TOOLS = {"SoftwareApplication", "SoftwareSourceCode", "ComputationalWorkflow"}


def listed(value):
    return value if isinstance(value, list) else [value]


class Graph:
    """A crate's entities by id."""

    def __init__(self, crate, files):
        self.crate, self.files = crate, files
        self.all = crate["@graph"]
        self.by_id = {one["@id"]: one for one in self.all}
        self.root = self.by_id.get("./", {})
        self.descriptor = self.by_id.get(DESCRIPTOR, {})
        self.main = self.by_id.get(self.root.get("mainEntity", {}).get("@id"), {})

    def of(self, kind):
        return [one for one in self.all if kind in listed(one.get("@type", ()))]

    def ids(self, entity, key):
        return [one.get("@id") for one in listed(entity.get(key, [])) if isinstance(one, dict)]

    def types(self, name):
        return set(listed(self.by_id.get(name, {}).get("@type", ())))

    def parts(self):
        found, waiting = set(), ["./"]
        while waiting:
            for name in self.ids(self.by_id.get(waiting.pop(), {}), "hasPart"):
                if name not in found:
                    found.add(name)
                    waiting.append(name)
        return found

    def data(self):
        return {one["@id"] for one in (*self.of("File"), *self.of("Dataset"))} - {"./"}


def _resolves(graph):
    return all(
        isinstance(name, str) and (name in graph.by_id or re.match(r"https?://|urn:", name))
        for one in graph.all
        for key in one
        if not key.startswith("@")
        for name in graph.ids(one, key)
    )


def _profile(name):
    def told(graph):
        at = PROFILES[name]
        return at in graph.ids(graph.root, "conformsTo") and "CreativeWork" in graph.types(at)

    return told


def _tools_named(graph):
    actions = graph.of("CreateAction")
    return bool(actions) and all(
        names and all(graph.types(name) & TOOLS for name in names)
        for names in (graph.ids(one, "instrument") for one in actions)
    )


def _parameters(graph):
    names = [*graph.ids(graph.main, "input"), *graph.ids(graph.main, "output")]
    return all("FormalParameter" in graph.types(name) for name in names)


def _examples(graph):
    return all(
        names and all(name in graph.data() or "PropertyValue" in graph.types(name) for name in names)
        for names in (graph.ids(one, "workExample") for one in graph.of("FormalParameter"))
    )


MUST = {
    "ro: the context is that of the specification": lambda g: CONTEXT in listed(g.crate.get("@context")),
    "ro: every entity has an id and a type": lambda g: all(one.get("@id") and one.get("@type") for one in g.all),
    "ro: no id stands twice": lambda g: len(g.by_id) == len(g.all),
    "ro: the descriptor is a CreativeWork": lambda g: "CreativeWork" in listed(g.descriptor.get("@type")),
    "ro: the descriptor conforms to the specification": lambda g: SPECIFICATION in g.ids(g.descriptor, "conformsTo"),
    "ro: the descriptor is about the root": lambda g: g.ids(g.descriptor, "about") == ["./"],
    "ro: the root is a Dataset": lambda g: "Dataset" in listed(g.root.get("@type")),
    "ro: the root has name and description": lambda g: bool(g.root.get("name") and g.root.get("description")),
    "ro: the root has a date of publication": lambda g: bool(
        re.fullmatch(r"\d{4}-\d\d-\d\d(T.*)?", str(g.root.get("datePublished")))
    ),
    "ro: the root has a licence": lambda g: bool(g.ids(g.root, "license")),
    "ro: every data entity is part of the root": lambda g: g.data() <= g.parts(),
    "ro: every file is in the payload": lambda g: {one["@id"] for one in g.of("File")} <= g.files,
    "ro: references lead to an entity or an address": _resolves,
    "workflow: the root has a main entity": lambda g: bool(g.main),
    "workflow: the main entity is a file, source code and workflow": lambda g: (
        set(listed(g.main["@type"])) >= MAIN_TYPES
    ),
    "workflow: the main workflow has a language": lambda g: all(
        "ComputerLanguage" in g.types(name) for name in g.ids(g.main, "programmingLanguage") or [""]
    ),
    "process: the root conforms to the profile": _profile("process"),
    "process: every action has the tool that was run": _tools_named,
    "run: the root conforms to the profile": _profile("run"),
    "run: an action ran the main workflow": lambda g: any(
        g.ids(one, "instrument") == [g.main.get("@id")] for one in g.of("CreateAction")
    ),
    "run: what the workflow takes and leaves are formal parameters": _parameters,
    "run: a formal parameter has an additional type": lambda g: all(
        one.get("additionalType") for one in g.of("FormalParameter")
    ),
    "run: a formal parameter has a file or value as example": _examples,
}


def broken(crate, files):
    """The musts that a crate's metadata break; ``files`` are the paths of its payload."""
    graph = Graph(crate, files)
    if not graph.main:
        return [name for name in ("workflow: the root has a main entity",) if not MUST[name](graph)]
    return [name for name, holds in MUST.items() if not holds(graph)]
