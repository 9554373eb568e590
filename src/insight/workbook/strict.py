"""Running a stage where nothing but its declared inputs exists, so that an undeclared one fails at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from insight import paths
from insight.params import NOT_SUPPLIED, LoadedParams
from insight.privacy import register
from insight.published import ledger
from insight.published.replication import needed_files
from insight.sources.mapping.model import file_of, of_council
from insight.sources.open_data import registry, store
from insight.sources.standing import MANIFEST, TRUTH
from insight.stages.base import Declaration


def _copy_inputs(stage: Declaration, loaded: LoadedParams, root: Path) -> dict[str, str]:
    found = dict.fromkeys(loaded.inputs, NOT_SUPPLIED)
    folders: dict[Path, str] = {}
    for name in {*stage.inputs, *stage.optional, "lookup"}:
        path = loaded.input_path(name)
        if path is None:
            continue
        folder = folders.setdefault(path.parent, f"inputs/{len(folders)}")
        (root / folder).mkdir(parents=True, exist_ok=True)
        for source in (path, *(path.parent / beside for beside in (MANIFEST, TRUTH, register.FILE))):
            if source.exists():
                shutil.copy2(source, root / folder / source.name)
        found[name] = f"{folder}/{path.name}"
    return found


def _copy_open_data(stage: Declaration, loaded: LoadedParams, root: Path) -> None:
    """Copy what was fetched and may replicate the stage's figures, with its provenance and the registry."""
    files = needed_files(ledger.load(loaded.ledger), stage.name, loaded.council)
    target = root / "data" / loaded.council.slug / "open"
    for path in files:
        target.mkdir(parents=True, exist_ok=True)
        for source in (path, store.sidecar(path)):
            if source.exists():
                shutil.copy2(source, target / source.name)
    if files:
        shutil.copy2(registry.location(), root / "data" / "reference" / registry.FILE)


def _copy_register(loaded: LoadedParams, root: Path) -> None:
    """Copy the council's register of data sharing, without which no row about people is read."""
    place = Path("data") / loaded.council.slug / register.FILE
    if (paths.root() / place).exists():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(paths.root() / place, root / place)


def _copy_mappings(stage: Declaration, loaded: LoadedParams, root: Path) -> None:
    """Copy how the stage's inputs were adopted, and the tables that a mapping joins."""
    target = root / "params" / loaded.council.slug / "mappings"
    for name in {*stage.inputs, *stage.optional, "lookup"}:
        mapping = of_council(loaded, name)
        if mapping is None:
            continue
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file_of(loaded, name), target)
        for other in mapping.joined_files():
            if not (paths.root() / other).exists():
                # told where the input is read
                continue
            (root / other).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(paths.root() / other, root / other)


def _copy_references(stage: Declaration, loaded: LoadedParams, root: Path) -> None:
    for name in {loaded.ledger, "oldham"}:
        source = paths.published_dir(name)
        if source.is_dir():
            shutil.copytree(source, root / "data" / "published" / name)
    for name in stage.references:
        source, target = paths.reference(name), root / "data" / "reference" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)


@contextmanager
def bare_root(stage: Declaration, loaded: LoadedParams) -> Iterator[tuple[Path, Path]]:
    """Yield a root with only what the stage declares (and the look-up), and a params file that points into it."""
    with TemporaryDirectory(prefix="insight-strict-") as name:
        root = Path(name)
        inputs = _copy_inputs(stage, loaded, root)
        _copy_references(stage, loaded, root)
        _copy_register(loaded, root)
        (root / "data" / "reference").mkdir(parents=True, exist_ok=True)
        _copy_open_data(stage, loaded, root)
        content = {
            "council": loaded.council.model_dump(),
            "inputs": inputs,
            "disclosure": loaded.disclosure.model_dump(),
            "stages": {stage_name: dict(values) for stage_name, values in loaded.stages.items()},
        }
        file = root / "params" / loaded.path.name
        file.parent.mkdir()
        _copy_mappings(stage, loaded, root)
        file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
        yield root, file
