"""Linking: better than exact keys, told by group, two thresholds nested, the same each time, refused when unsound."""

import dataclasses
import pickle

import numpy as np
import pandas as pd
import pytest

import worlds
from insight.errors import InputError
from insight.privacy import linkage
from insight.privacy.linkage import model
from insight.privacy.linkage.groups import clusters, deterministic
from insight.privacy.linkage.nearby import MOST, near_pairs
from insight.privacy.linkage.quality import _raised, linked_pairs, linked_pairs_of
from insight.privacy.linkage.records import prepared, unlinkable

SOURCES = ("childrens_centre", "library", "benefits", "health_visiting")
WEIGHTS = (3.0, 7.0)
SIDES = ("left", "right")


def records(made):
    return {source: made.frame(f"records_{source}") for source in SOURCES}


def persons(made, linked):
    truth = made.frame("linkage_truth").set_index(["source", "record_id"])["person"]
    keys = list(linked.records[["source", "record_id"]].itertuples(index=False, name=None))
    return truth.loc[keys].reset_index(drop=True)


@pytest.fixture(scope="module")
def linked():
    return linkage.link(records(worlds.world()), weights=WEIGHTS)


@pytest.fixture(scope="module")
def quality(linked):
    return linkage.from_truth(linked, persons(worlds.world(), linked)).set_index(["method", "ethnic_group", "measure"])


def test_precision_and_recall_are_the_shares_of_pairs_counted_one_by_one(linked, quality):
    person = persons(worlds.world(), linked).to_numpy()
    label = linked.records["lax"].to_numpy()
    same_person, same_label = person[:, None] == person[None, :], label[:, None] == label[None, :]
    upper = np.triu(np.ones((len(label), len(label)), dtype=bool), 1)
    both = (same_person & same_label & upper).sum()
    assert quality.loc[("lax", "all", "precision"), "estimate"] == pytest.approx(both / (same_label & upper).sum())
    assert quality.loc[("lax", "all", "recall"), "estimate"] == pytest.approx(both / (same_person & upper).sum())


def test_weights_find_more_than_exact_keys_and_thresholds_trade(quality):
    estimate = quality["estimate"].xs("all", level="ethnic_group").unstack("measure")  # noqa: PD010 - an index
    assert estimate.loc["lax", "recall"] > estimate.loc["strict", "recall"] > estimate.loc["deterministic", "recall"]
    assert estimate.loc["strict", "precision"] > estimate.loc["lax", "precision"] > 0.9
    assert estimate.loc["lax", "recall"] > 0.93


def test_error_differs_by_group_where_spelling_varies_and_not_in_the_null_variant(quality):
    missed = quality.xs(("deterministic", "recall"), level=("method", "measure"))
    assert missed.loc["bangladeshi", "upper"] < missed.loc["white_british", "lower"]
    made = worlds.world(null=True)
    every = prepared(records(made))
    truth = made.frame("linkage_truth").set_index(["source", "record_id"])["person"]
    person = truth.loc[list(every[["source", "record_id"]].itertuples(index=False, name=None))].to_numpy()
    pairs = deterministic(every)
    every["deterministic"] = clusters(len(every), pairs["left"].to_numpy(), pairs["right"].to_numpy())
    alone = np.arange(len(every))
    null = linkage.Linkage(
        records=every.assign(strict=alone, lax=alone), pairs=pairs, baseline=pairs, weights=WEIGHTS, untrained=()
    )
    flat = linkage.from_truth(null, pd.Series(person)).set_index(["method", "ethnic_group", "measure"])
    same = flat.xs(("deterministic", "recall"), level=("method", "measure"))
    assert same.loc["bangladeshi", "upper"] > same.loc["white_british", "lower"]


def test_the_strict_clusters_are_parts_of_the_lax_ones(linked):
    frame = linked.records
    assert not frame.drop_duplicates(["strict", "lax"])["strict"].duplicated().any()
    assert frame["strict"].nunique() > frame["lax"].nunique()


def test_the_model_comes_out_the_same(linked):
    again = linkage.link(records(worlds.world()), weights=WEIGHTS)
    assert again.pairs[["left", "right"]].equals(linked.pairs[["left", "right"]])
    assert again.pairs["match_weight"].equals(linked.pairs["match_weight"])
    assert linked.untrained == ()


def test_labels_of_a_review_estimate_what_the_truth_says(linked, quality):
    labels = linkage.labels_of(linked, worlds.world().frame("linkage_labels"), file="labels.csv")
    found = linkage.from_labels(linked, labels).set_index(["method", "ethnic_group", "measure"])
    pairs, person = linked.pairs, persons(worlds.world(), linked).to_numpy()
    truly = person[pairs["left"]] == person[pairs["right"]]
    strict = pairs["match_weight"].to_numpy() >= WEIGHTS[1]
    row = found.loc[("strict", "all", "precision")]
    assert row["lower"] <= truly[strict].mean() <= row["upper"]
    row = found.loc[("strict", "all", "recall among proposed pairs")]
    assert row["lower"] <= (truly & strict).sum() / truly.sum() <= row["upper"]
    assert ("strict", "all", "recall") not in found.index, "the sheet holds no pairs that no rule proposed"


def judged(linked, sheet):
    """Return a sheet as perfect reviewers hand it back."""
    truth = worlds.world().frame("linkage_truth").set_index(["source", "record_id"])["person"]
    sides = [truth.loc[list(zip(sheet[f"{s}_source"], sheet[f"{s}_record"], strict=True))].to_numpy() for s in SIDES]
    return linkage.labels_of(linked, sheet.assign(is_match=sides[0] == sides[1]), file="labels.csv")


def test_a_whole_review_estimates_recall_over_pairs_that_no_rule_proposed_too(linked, quality):
    labels = judged(linked, linkage.sample(linked))
    found = linkage.from_labels(linked, labels).set_index(["method", "ethnic_group", "measure"])
    assert set(found.index.get_level_values("measure")) == {"precision", "recall"}
    both = found.join(quality["estimate"].rename("truth"))
    inside = both["truth"].between(both["lower"], both["upper"])
    assert inside.mean() >= 0.9
    assert inside.xs("all", level="ethnic_group").all()
    assert found.loc[("strict", "all", "recall"), "estimate"] < found.loc[("lax", "all", "recall"), "estimate"]


def test_near_pairs_hold_true_links_that_no_rule_proposed(linked):
    near = near_pairs(linked)
    proposed = set(zip(linked.pairs["left"], linked.pairs["right"], strict=True))
    assert not proposed & set(zip(near["left"], near["right"], strict=True))
    assert (near["left"] < near["right"]).all()
    assert not near.duplicated(["left", "right"]).any()
    person = persons(worlds.world(), linked).to_numpy()
    truly = person[near["left"]] == person[near["right"]]
    # Reviewing these few finds most links that the rules miss; none of it needs all 32 million pairs.
    assert truly[near["excess"] >= MOST].mean() > 5 * truly[near["excess"] < MOST].mean() / 3
    pairs = linked_pairs_of(pd.factorize(person)[0])
    missed = set(zip(pairs["left"], pairs["right"], strict=True)) - proposed
    assert len(missed & set(zip(near["left"], near["right"], strict=True))) > len(missed) / 2


def test_a_stratum_of_like_labels_still_widens_the_limits():
    rows = [("g", 3, 200, True, 100)] * 40 + [("g", -1, 500, False, 500)] * 40
    own = pd.DataFrame(rows, columns=["ethnic_group", "band", "size", "is_match", "of"])
    near = _raised(own, own["is_match"], own["band"] >= 0)
    alone = _raised(own[own["band"] >= 0], own["is_match"][own["band"] >= 0], own["band"][own["band"] >= 0] >= 0)
    assert near.estimate == alone.estimate == 1.0
    mixed = own.copy()
    mixed.loc[mixed.index[-1], "is_match"] = True
    found = _raised(mixed, mixed["is_match"], mixed["band"] >= 0)
    # By hand: 100 linked of 100 + 500 / 40 true ones.
    assert found.estimate == pytest.approx(100 / 112.5)
    assert found.lower < found.estimate < found.upper


def test_few_labels_estimate_nothing(linked):
    labels = linkage.labels_of(linked, worlds.world().frame("linkage_labels").head(20), file="labels.csv")
    assert linkage.from_labels(linked, labels)["estimate"].isna().all()


def test_labels_of_another_extract_are_refused(linked):
    labels = worlds.world().frame("linkage_labels").head(3).assign(left_record=["XX1", "XX2", "XX3"])
    with pytest.raises(InputError, match="left_record") as told:
        linkage.labels_of(linked, labels, file="labels.csv")
    assert len(told.value.problems) == 3


def test_the_review_sheet_has_every_stratum_and_no_weight(linked):
    sheet = linkage.sample(linked, per_stratum=5)
    assert not {"match_weight", "band", "match_probability"} & set(sheet.columns)
    assert (sheet["is_match"] == "").all()
    assert len(sheet) == len(sheet.drop_duplicates(["left_source", "left_record", "right_source", "right_record"]))
    labelled = sheet.assign(is_match=True)
    assert len(linkage.labels_of(linked, labelled, file="x")) == len(sheet)


def test_the_linked_file_holds_pseudonyms_and_no_particulars(linked):
    keys = list(linked.records[["source", "record_id"]].itertuples(index=False, name=None))
    names = {key: f"px1_{number:032x}" for number, key in enumerate(keys)}
    rows = linkage.linked_rows(linked, pseudonyms=names, prefix="p")
    assert not {"first_name", "surname", "birth_date", "postcode", "uprn", "record_id"} & set(rows.columns)
    text = rows.to_csv()
    assert not any(name in text for name in ("Khan", "khan", "HV0", "2009-"))
    assert len(rows) == len(linked.records)


def test_the_linked_file_does_not_hang_on_the_order_of_pairs(linked):
    keys = list(linked.records[["source", "record_id"]].itertuples(index=False, name=None))
    names = {key: f"px1_{number:032x}" for number, key in enumerate(keys)}
    turned = dataclasses.replace(linked, pairs=linked.pairs.iloc[::-1].reset_index(drop=True))
    first, second = (linkage.linked_rows(one, pseudonyms=names, prefix="p") for one in (linked, turned))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_linked_records_are_not_shown_or_pickled(linked):
    assert "khan" not in repr(linked).lower()
    with pytest.raises(TypeError, match="not written out"):
        pickle.dumps(linked)


def test_unlinkable_records_are_told_apart():
    frame = worlds.world().frame("records_library").head(2).copy()
    frame.loc[:, ["first_name", "birth_date", "uprn"]] = None
    every = prepared({"library": frame, "benefits": worlds.world().frame("records_benefits").head(3)})
    assert unlinkable(every).tolist() == [False] * 3 + [True] * 2


def test_clusters_follow_chains():
    assert clusters(5, np.array([0, 1]), np.array([1, 3])).tolist() == [0, 0, 1, 0, 2]


def test_a_default_date_that_ties_everyone_is_refused_before_it_runs(monkeypatch):
    monkeypatch.setattr(model, "MOST_PAIRS", 1000)
    frames = {source: frame.assign(birth_date="1900-01-01") for source, frame in records(worlds.world()).items()}
    with pytest.raises(InputError, match="birth_date"):
        linkage.link(frames, weights=WEIGHTS)


@pytest.mark.parametrize(
    ("rows", "weights", "says"), [(5, WEIGHTS, "two sources and 50 records"), (300, (7.0, 3.0), "not below")]
)
def test_too_little_or_the_wrong_way_round_is_refused(rows, weights, says):
    frames = {source: frame.head(rows) for source, frame in records(worlds.world()).items()}
    with pytest.raises((InputError, ValueError), match=says):
        linkage.link(frames, weights=weights)


def test_pairs_of_a_method_are_all_pairs_of_its_clusters(linked):
    pairs = linked_pairs(linked, "strict")
    label = linked.records["strict"].to_numpy()
    assert (label[pairs["left"]] == label[pairs["right"]]).all()
    sizes = linked.records["strict"].value_counts()
    assert len(pairs) == int((sizes * (sizes - 1) // 2).sum())
