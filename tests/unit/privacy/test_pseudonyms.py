"""Pseudonyms: keyed, per project, in one form; no key short, public, absent or among the params."""

import hmac
import pickle
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from insight import params, paths
from insight.errors import PseudonymKeyError
from insight.privacy import pseudonyms
from insight.privacy.pseudonyms import KEY_FILE_VARIABLE, KEY_VARIABLE, PATTERN, find_key, normalised, pseudonymiser
from insight.sources.standing import SUPPLIED, Standing

DEMO = Standing(kind="demonstration")
DUMMY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
OTHER = "f0" + DUMMY[2:]


@pytest.fixture
def council(monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv(KEY_FILE_VARIABLE, raising=False)
    return params.load(paths.root() / "params" / "wigan.yml")


def test_a_pseudonym_is_the_stated_hmac(council, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, DUMMY)
    text = b"wigan\x1flinkage\x1fpostcode\x1fOL11AA"
    expected = hmac.new(bytes(range(32)), text, sha256).hexdigest()[:32]
    made = pseudonymiser(council, purpose="linkage", standing=SUPPLIED).of("ol1 1aa", kind="postcode")
    assert made == f"px1_{expected}"
    assert PATTERN.fullmatch(made)


@pytest.mark.parametrize(
    "change", [{"project": "bury"}, {"purpose": "interviews"}, {"key": pseudonyms.Key(b"other key" * 4)}]
)
def test_files_of_two_projects_purposes_or_keys_do_not_join(council, monkeypatch, change):
    monkeypatch.setenv(KEY_VARIABLE, DUMMY)
    first = pseudonymiser(council, purpose="linkage", standing=SUPPLIED)
    second = replace(first, **change)
    people = [f"A{number}" for number in range(50)]
    assert not set(first.of_all(people)) & set(second.of_all(people))
    assert first.of_all(people) == first.of_all(people)
    assert len(set(first.of_all(people))) == 50


@pytest.mark.parametrize(
    ("kind", "alike"),
    [
        ("postcode", ["OL1 1AA", "ol11aa", " Ol1  1aa "]),
        ("nhs_number", ["943 476 5919", "943-476-5919", 9434765919]),
        ("uprn", ["000123456789", 123456789]),
        ("date", ["2009-03-02", date(2009, 3, 2), "2009-03-02T00:00:00"]),
        ("id", ["K 00１", "k 001", "K  001"]),
    ],
)
def test_one_form_of_each_identifier(kind, alike):
    assert len({normalised(one, kind=kind) for one in alike}) == 1


@pytest.mark.parametrize("value", ["", "  ", float("nan"), None])
def test_nothing_gets_no_pseudonym(value):
    with pytest.raises(ValueError, match="empty"):
        normalised(value, kind="id")
    with pytest.raises(ValueError, match="no kind"):
        normalised("x", kind="shoe_size")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("short", "5 bytes"),
        ("0f" * 31, "31 bytes"),
        ("ab" * 32, "repeats itself"),
        ("x" * 40, "repeats itself"),
        ("2:tooshort", "8 bytes"),
    ],
)
def test_weak_keys_are_refused_without_being_told(council, monkeypatch, text, says):
    monkeypatch.setenv(KEY_VARIABLE, text)
    with pytest.raises(PseudonymKeyError, match=says) as told:
        find_key(council, standing=SUPPLIED)
    assert text not in str(told.value)
    assert KEY_VARIABLE in str(told.value)


def test_an_absent_key_says_how_to_make_one(council):
    with pytest.raises(PseudonymKeyError, match=r"secrets\.token_hex"):
        find_key(council, standing=SUPPLIED)


def test_key_files_are_read_and_their_version_shows(council, monkeypatch, tmp_path):
    path = tmp_path / "my.key"
    path.write_text(f"3:{DUMMY}\n")
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(path))
    assert pseudonymiser(council, purpose="linkage", standing=SUPPLIED).of("x").startswith("px3_")
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(tmp_path / "none.key"))
    with pytest.raises(PseudonymKeyError, match="no such key file"):
        find_key(council, standing=SUPPLIED)


def test_the_demonstration_key_is_for_demonstration_data_only(council, monkeypatch):
    assert find_key(council, standing=DEMO).is_demonstration
    monkeypatch.setenv(KEY_VARIABLE, (paths.root() / pseudonyms.DEMONSTRATION_KEY).read_text())
    with pytest.raises(PseudonymKeyError, match="everyone can read"):
        find_key(council, standing=SUPPLIED)


@pytest.mark.parametrize("where", ["inputs", "stages"])
def test_a_key_among_the_params_is_refused(council, monkeypatch, where):
    monkeypatch.setenv(KEY_VARIABLE, DUMMY)
    given = {"inputs": {**council.inputs, "lookup": DUMMY}, "stages": {"profiling": {"region": ["a", DUMMY.upper()]}}}
    with pytest.raises(PseudonymKeyError, match="holds the pseudonym key") as told:
        find_key(replace(council, **{where: given[where]}), standing=SUPPLIED)
    assert DUMMY not in str(told.value)


def test_a_key_is_neither_shown_nor_pickled(council, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, DUMMY)
    made = pseudonymiser(council, purpose="linkage", standing=SUPPLIED)
    assert DUMMY not in repr(made)
    assert repr(bytes(range(32)))[2:20] not in repr(made)
    with pytest.raises(TypeError, match="not written out"):
        pickle.dumps(made)


def test_params_do_not_take_a_key(tmp_path):
    from insight.errors import ParamsError

    text = (paths.root() / "params" / "wigan.yml").read_text(encoding="utf-8")
    path = tmp_path / "wigan.yml"
    path.write_text(text + f"\npseudonym_key: {OTHER}\n", encoding="utf-8")
    with pytest.raises(ParamsError, match="pseudonym_key"):
        params.load(path)
