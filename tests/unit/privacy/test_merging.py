"""Categories are merged by a declared hierarchy where finer ones would be useless or cannot be protected."""

import csv
from functools import partial

import pandas as pd
import pytest

from insight import paths
from insight.errors import DisclosureError
from insight.methods.quotas import merged_targets
from insight.params import Disclosure
from insight.privacy.disclosure import OF_PEOPLE, Merge, least_merged, log, merged_apart, merging, suppress


@pytest.fixture(autouse=True)
def session():
    token = log._SESSION.set(None)
    yield log.begin(Disclosure())
    log._SESSION.reset(token)


def table(counts):
    """Return how a table of counts by ethnic group is made at a step."""

    def made(merge):
        frame = pd.DataFrame({"group": counts.keys(), "n": counts.values(), "level": "group"})
        by = frame.assign(group=merge.of(frame["group"])).groupby(["level", "group"], as_index=False)["n"].sum()
        return suppress(by, "n", threshold=5, within=["level"])

    return made


CASES = [
    # counts; the groups shown in the end; how many of them are hidden
    ({"white_british": 50, "pakistani": 40, "bangladeshi": 30}, 3, 0),
    ({"white_british": 50, "white_irish": 3, "pakistani": 2, "indian": 30, "african": 2, "caribbean": 9}, 3, 0),
    ({"white_british": 50, "pakistani": 3, "african": 2, "arab": 1}, 2, 0),
]


@pytest.mark.parametrize(("counts", "groups", "hidden"), CASES)
def test_the_finest_useful_step_is_taken(counts, groups, hidden):
    found = least_merged(table(counts), hierarchy="ethnic_group", categories=list(counts))
    assert (len(found), found["n"].isna().sum()) == (groups, hidden)
    assert found["n"].sum() == sum(counts.values())


def test_log_and_caption_say_what_was_merged_and_tried_tables_leave_no_entry(session):
    counts = CASES[1][0]
    found = least_merged(table(counts), hierarchy="ethnic_group", categories=list(counts))
    told = log.account({"who": found})["tables"]
    assert [one["table"] for one in told] == ["who"]
    assert "White (white british, white irish)" in told[0]["merged"]
    assert "Black or Black British (african, caribbean)" in told[0]["merged"]
    assert merging.words(found).startswith(" Merged, because numbers were too small")
    assert len(session.entries) == 1


def test_nothing_is_said_where_nothing_was_merged():
    counts = CASES[0][0]
    found = least_merged(table(counts), hierarchy="ethnic_group", categories=list(counts))
    assert merging.words(found) == ""
    assert log.account({"who": found})["tables"][0]["merged"] == ""


def test_a_table_that_no_step_protects_stops_the_stage_with_the_fix():
    counts = {"wealthy_achievers": 1, "comfortably_off": 1, "moderate_means": 2, "hard_pressed": 1}
    found = least_merged(table(counts), hierarchy="acorn", categories=list(counts))
    assert len(found) == 3
    with pytest.raises(DisclosureError, match=r"small counts of who.*Fix: merge categories"):
        log.refuse_unprotected(log.account({"who": found}), what="stage")


def test_only_the_rows_of_the_hierarchy_decide():
    def made(merge):
        by = table(CASES[0][0])(merge)
        places = pd.DataFrame({"level": "place", "group": list("abcd"), "n": [2, 3, 1, 90]})
        return suppress(pd.concat([by.drop(columns="status"), places]), "n", threshold=5, within=["level"])

    own = least_merged(made, hierarchy="ethnic_group", categories=list(CASES[0][0]), where=("level", "group"))
    assert merging.words(own) == ""
    assert own.loc[own["level"] == "place", "n"].isna().any()


def test_every_hierarchy_gets_coarser_and_names_each_category_once_a_step():
    with paths.reference(merging.FILE).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = {row["hierarchy"] for row in rows}
    assert {"acorn", "ethnic_group", "setting"} <= names
    assert len({(row["hierarchy"], row["step"], row["category"]) for row in rows}) == len(rows)
    for name in names:
        steps = merging.steps(name)
        assert steps[0] == Merge(hierarchy=name)
        sizes = [len({one.to.get(key, key) for key in steps[-1].to}) for one in steps]
        assert sizes == sorted(sizes, reverse=True)
        assert len(set(sizes)) == len(sizes)
    with pytest.raises(KeyError, match="no hierarchy 'none'"):
        merging.steps("none")


AGES = {"16-24": 3, "25-34": 2, "35-44": 3, "45-59": 40, "60+": 30}
BANDS = [
    # the step; what each band becomes
    (0, ["16-24", "25-34", "35-44", "45-59", "60+"]),
    (1, ["16-34", "16-34", "35-59", "35-59", "60+"]),
    (2, ["16-59", "16-59", "16-59", "16-59", "60+"]),
    (3, ["16+"] * 5),
]


@pytest.mark.parametrize(("step", "merged"), BANDS)
def test_neighbouring_age_bands_become_one_whatever_a_council_s_bands_are(step, merged):
    found = merging.steps(merging.AGE_BANDS, list(AGES))
    assert len(found) == len(BANDS)
    assert found[step].named(pd.Series(list(AGES))).tolist() == merged


def test_each_characteristic_is_merged_by_its_own_hierarchy_and_one_entry_tells_all(session):
    counts = {"age_band": AGES, "sex": {"female": 40, "male": 38}}

    def made(name, merge):
        own = pd.Series(counts[name]).rename("n").rename_axis("level").reset_index().assign(variable=name)
        by = own.assign(level=merge.named(own["level"])).groupby(["variable", "level"], as_index=False)["n"].sum()
        return suppress(by, "n", threshold=5, within=["variable"])

    found = merged_apart(
        {name: partial(made, name) for name in counts},
        hierarchies=OF_PEOPLE,
        categories={name: list(own) for name, own in counts.items()},
    )
    assert found["level"].tolist() == ["16-34", "35-59", "60+", "female", "male"]
    assert found["n"].tolist() == [5, 43, 30, 40, 38]
    (entry,) = session.entries
    assert entry.merged == "16-34 (16-24, 25-34); 35-59 (35-44, 45-59)"
    assert merging.words(found).endswith(f"{entry.merged}.")


def test_quotas_of_merged_levels_are_added_up():
    targets = pd.DataFrame({"variable": "age_band", "level": list(AGES), "target": [10, 10, 10, 40, 40]})
    people = pd.Series([one for one, count in AGES.items() for _ in range(count)])
    pairs = merging.steps(merging.AGE_BANDS, list(AGES))[1]
    found = merged_targets(targets, {"age_band": people}, variable="age_band", merged=pairs.named)
    assert found[["level", "target", "achieved"]].to_numpy().tolist() == [
        ["16-34", 20, 5],
        ["35-59", 50, 43],
        ["60+", 40, 30],
    ]
