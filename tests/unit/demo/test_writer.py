"""The committed demonstration files are what the generator makes, labelled, and runnable elsewhere."""

import json

import pandas as pd
import pytest

from insight import params, paths
from insight.catalogue import CATALOGUE, INPUT_NAMES
from insight.demo.world import World, makers, planted
from insight.demo.writer import COMMITTED, canonical_digest, check_committed, write_world
from insight.published.findings import load_claims
from insight.sources.reading import area_codes, read_input
from insight.sources.standing import of_file

FOLDER = paths.root() / COMMITTED


def test_committed_files_are_what_the_generator_makes():
    assert check_committed() == []


def test_every_input_has_a_maker():
    assert tuple(makers()) == INPUT_NAMES


@pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.name)
def test_committed_files_keep_their_contracts_and_label(kind):
    areas = area_codes(read_input("lookup", FOLDER / "lookup.csv"))
    frame = read_input(kind.name, FOLDER / kind.file, areas=areas)
    assert len(frame) == json.loads((FOLDER / "manifest.json").read_text())["files"][kind.file]["rows"]
    assert of_file(FOLDER / kind.file).is_demonstration


def test_null_variant_keeps_the_contracts_and_changes_every_truth(tmp_path):
    write_world(tmp_path, seed=5, null=True)
    areas = area_codes(read_input("lookup", tmp_path / "lookup.csv"))
    for kind in CATALOGUE:
        read_input(kind.name, tmp_path / kind.file, areas=areas)
    truths = pd.read_csv(tmp_path / "truth.csv")
    assert not truths["is_true"].any()
    loaded = params.load(tmp_path / "params.yml")
    assert loaded.input_path("funding") == tmp_path / "funding.csv"
    assert loaded.ledger == "oldham"


def test_planted_truths_are_claims_of_the_publication_once_each():
    rows = [row.finding for row in planted(World())]
    assert len(rows) == len(set(rows))
    assert set(rows) <= set(load_claims("oldham"))


def test_one_part_comes_out_the_same_alone_or_with_all(tmp_path):
    world = World(seed=3)
    world.frame("governance")
    assert canonical_digest(world.frame("workshops")) == canonical_digest(World(seed=3).frame("workshops"))
    assert canonical_digest(world.frame("workshops")) != canonical_digest(World(seed=4).frame("workshops"))


def test_canonical_digest_ignores_row_order_and_sees_content():
    frame = pd.DataFrame({"a": ["x", "y"], "b": [1.0, 2.5]})
    assert canonical_digest(frame) == canonical_digest(frame.iloc[::-1])
    assert canonical_digest(frame) != canonical_digest(frame.assign(b=[1.0, 2.6]))
