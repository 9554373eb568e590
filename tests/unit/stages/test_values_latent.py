"""Latent classes as an option of the typology: found where planted, labels that stay put, refused without the extra."""

import dataclasses
import sys

import numpy as np
import pandas as pd
import pytest

from insight import params as insight_params
from insight import paths
from insight.display.standard import Note
from insight.errors import ParamsError
from insight.methods import latent
from insight.stages import values_modes as stage
from insight.stages.values_modes import latent_classes, pictures_typology
from insight.stages.values_modes.sample import Sample

FIELDS = insight_params.load(paths.root() / "params" / "oldham.yml").stages["values_modes"]
BOTH = insight_params.build(stage.Params, FIELDS | {"typology": "both"}, file="params")
ITEMS = ["hope", "status", "competitive", "security", "fairness"]
HIGH, LOW = 0.9, 0.1


def sample(seed=1, count=400):
    """Two classes: three in five want status and to win, the others safety; hope and fairness say nothing."""
    rng = np.random.default_rng(seed)
    first = rng.random(count) < 0.6
    wants, fears = np.where(first, HIGH, LOW), np.where(first, LOW, HIGH)
    chance = {"hope": 0.5, "status": wants, "competitive": wants, "security": fears, "fairness": 0.5}
    answers = {f"item_{name}": np.where(rng.random(count) < share, 5.0, 2.0) for name, share in chance.items()}
    rows = pd.DataFrame(
        {
            "session": np.arange(count) % 20,
            "neighbourhood": "here",
            "weight": 1.0,
            "ward": np.where(np.arange(count) % 2, "east", "west"),
            "group": np.where(first, "prospector", "settler"),
            "ethnic_group": "White",
            **answers,
        }
    )
    return Sample(rows=rows)


@pytest.fixture(scope="module")
def few_starts():
    """Two classes this far apart are found from any start, in few steps; fits are kept, so that tests share them."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"STARTS": 3, "FINALISTS": 1, "LONG": 100}.items():
            patch.setattr(latent, name, value)
        patch.setattr(latent_classes, "MOST", 2)
        kept, fit = {}, latent.classes

        def once(frame, count, *, weights=None, seed=1):
            key = (frame.to_numpy().tobytes(), count)
            if key not in kept:
                kept[key] = fit(frame, count, weights=weights, seed=seed)
            return kept[key]

        patch.setattr(latent, "classes", once)
        yield


@pytest.fixture(scope="module")
def found(few_starts):
    pytest.importorskip("stepmix", reason="the extra typology is not installed")
    return latent_classes.found(sample(), ITEMS, {"east": "East ward"}, BOTH, threshold=5)


def test_planted_classes_are_found_and_named_by_what_tells_them_apart(found):
    sizes = found.drop_duplicates("class").set_index("class")["size"]
    assert len(sizes) == 2
    assert sizes.iloc[0] == pytest.approx(0.6, abs=0.06)
    assert sizes.is_monotonic_decreasing
    first, second = sizes.index
    assert first.startswith("1: ")
    assert {*first.removeprefix("1: ").split(", ")} < {"more status", "more competitive", "less security"}
    assert {*second.removeprefix("2: ").split(", ")} < {"less status", "less competitive", "more security"}
    agrees = found[found["of"] == latent_classes.STATEMENT].set_index(["class", "name"])["in_class"]
    assert agrees[(first, "status")] == pytest.approx(HIGH, abs=0.06)
    assert agrees[(second, "status")] == pytest.approx(LOW, abs=0.06)


def test_classes_are_described_by_shares_that_add_up(found):
    groups = found[found["of"] == "mode group"]
    assert groups.groupby("class")["in_class"].sum().to_numpy() == pytest.approx([1, 1])
    assert groups.set_index(["class", "name"])["in_class"].groupby("class").max().min() > 0.8
    assert "East ward" in set(found["name"])
    assert found["moved"].max() < 0.25


def test_labels_do_not_hang_on_the_order_of_respondents(found):
    rows = sample().rows.sample(frac=1, random_state=3).reset_index(drop=True)
    again = latent_classes.found(Sample(rows=rows), ITEMS, {"east": "East ward"}, BOTH, threshold=5)
    one, other = (frame.set_index(["class", "of", "name"])["in_class"] for frame in (found, again))
    assert other.reindex(one.index).to_numpy() == pytest.approx(one.to_numpy(), abs=0.01)


def test_a_small_cell_of_a_class_is_hidden_with_what_would_give_it_away(found):
    hidden = latent_classes.found(sample(), ITEMS, {}, BOTH, threshold=40)
    rows = hidden[(hidden["of"] == "mode group") & hidden["in_class"].isna()]
    assert len(rows) == 2 * rows["class"].nunique() > 0


def test_nothing_is_looked_for_unasked_or_in_too_few():
    params = dataclasses.replace(BOTH, typology="correspondence")
    assert latent_classes.found(sample(), ITEMS, {}, params, threshold=5).empty
    assert latent_classes.found(sample(count=60), ITEMS, {}, BOTH, threshold=5).empty
    assert latent_classes.found(sample(), ITEMS[:2], {}, BOTH, threshold=5).empty


def test_the_missing_extra_is_refused_before_anything_is_read(monkeypatch):
    monkeypatch.setitem(sys.modules, "stepmix.stepmix", None)
    with pytest.raises(ParamsError, match=r"typology: both: .*pip install .*\[typology\].*typology: correspondence"):
        stage.load("oldham", BOTH)
    latent_classes.refuse_without_extra(dataclasses.replace(BOTH, typology="correspondence"))


class _Inputs:
    def standing(self, *_):
        from insight.sources.standing import Standing

        return Standing(kind="demonstration")


@dataclasses.dataclass
class _Results:
    latent_classes: pd.DataFrame


def test_picture_and_table_show_the_classes_or_say_how_to_get_them(found):
    shown = pictures_typology.latent_picture(_Inputs(), _Results(found))
    assert "2 latent classes" in shown.html()
    assert "more status" in shown.html()
    assert "East ward" in pictures_typology.latent_table(_Inputs(), _Results(found)).html()
    empty = pictures_typology.latent_picture(_Inputs(), _Results(found.iloc[:0]))
    assert isinstance(empty, Note)
    assert "typology: both" in empty.text
