# ruff: noqa: PD011 - counts of cells are a field, not a frame's values
"""Small numbers stay small: policies, the second cell, the audit, linked tables, and what no subtraction may tell."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight.errors import DisclosureError, ParamsError
from insight.params import Disclosure, build
from insight.privacy.disclosure import (
    POLICIES,
    Builder,
    audit,
    choose,
    dominates,
    is_dominated,
    is_dominated_by,
    log,
    policy_of,
    release,
    suppress,
    suppress_both_ways,
    top_two,
)
from insight.privacy.disclosure.cells import Cells
from insight.privacy.disclosure.markers import MEANINGS, mark, meaning
from insight.privacy.disclosure.printed import PrintedCell
from insight.published.intervals import Interval


@pytest.fixture(autouse=True)
def no_session():
    token = log._SESSION.set(None)
    yield
    log._SESSION.reset(token)


def grid(values):
    frame = pd.DataFrame(
        [(f"r{i}", f"c{j}", n) for i, row in enumerate(values) for j, n in enumerate(row)], columns=["r", "c", "n"]
    )
    return Builder().table(frame, dimensions=["r", "c"], count="n").build()


def small_of(cells, threshold=5):
    return (cells.values >= 1) & (cells.values < threshold)


def possible(values, hidden, limit):
    """Every table of whole numbers that agrees with what is shown, by trying them all (an oracle without programs)."""
    values, places = np.array(values), np.argwhere(hidden)
    found = []
    for guess in itertools.product(range(limit + 1), repeat=len(places)):
        trial = values.copy()
        for (i, j), n in zip(places, guess, strict=True):
            trial[i, j] = n
        if (trial.sum(0) == values.sum(0)).all() and (trial.sum(1) == values.sum(1)).all():
            found.append(guess)
    return np.array(found)


def test_the_audit_agrees_with_trying_every_table():
    values = [[3, 7, 12], [9, 2, 8], [20, 6, 30]]
    cells = grid(values)
    hidden = np.zeros((3, 3), dtype=bool)
    hidden[:2, :2] = True
    flags = np.array([{"r", "c"} == {n for n, _ in key} and hidden[int(dict(key)["r"][1]), int(dict(key)["c"][1])]
                      for key in cells.keys])  # fmt: skip
    told = audit(cells, flags)
    tried = possible(values, hidden, limit=12)
    for place, (i, j) in enumerate(np.argwhere(hidden)):
        cell = cells.keys.index(frozenset({("r", f"r{i}"), ("c", f"c{j}")}))
        assert (told.lower[cell], told.upper[cell]) == (tried[:, place].min(), tried[:, place].max())


def test_one_hidden_cell_in_a_sum_is_told_exactly_and_the_choice_hides_more():
    cells = grid([[3, 50, 40], [60, 70, 80], [45, 55, 65]])
    alone = small_of(cells)
    assert audit(cells, alone).width[alone].tolist() == [0.0]
    choice = choose(cells, alone, protection=5)
    assert choice.is_safe
    assert choice.hidden.sum() >= 4
    assert choice.audit.width[alone].min() >= 5


def test_two_hidden_cells_a_sum_are_not_enough_when_their_range_is_narrow():
    # Each sum has two hidden cells, so the rule of lines holds, yet none can be more than 2.
    cells = grid([[1, 1, 60, 70], [1, 1, 55, 80], [40, 50, 65, 75]])
    small = small_of(cells)
    assert audit(cells, small).width[small].max() == 2
    choice = choose(cells, small, protection=5)
    assert choice.is_safe
    assert choice.audit.width[small].min() >= 5
    assert choice.rounds > 1


def least_cost(cells, small, protection):
    """The cheapest safe choice, by trying all (an oracle without integer programming)."""
    free, best = np.flatnonzero(~small), np.inf
    for size in range(len(free) + 1):
        for more in itertools.combinations(free, size):
            hidden = small.copy()
            hidden[list(more)] = True
            cost = float((cells.values[hidden] + 1).sum())
            if cost < best and audit(cells, hidden, only=small).width[small].min() >= protection:
                best = cost
    return best


@pytest.mark.parametrize("values", [[[3, 9], [8, 12]], [[2, 2, 30], [11, 9, 14]], [[4, 4, 20], [7, 30, 6]]])
def test_the_choice_costs_no_more_than_the_best_of_all(values):
    cells = grid(values)
    small = small_of(cells)
    choice = choose(cells, small, protection=5)
    assert (cells.values[choice.hidden] + 1).sum() == least_cost(cells, small, 5)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 5), st.integers(2, 5), st.integers(0, 10_000), st.sampled_from([5, 8, 10]))
def test_suppression_never_reveals(rows, columns, seed, threshold):
    values = np.random.default_rng(seed).negative_binomial(1, 0.07, (rows, columns))
    cells = grid(values)
    small = small_of(cells, threshold)
    choice = choose(cells, small, protection=threshold)
    assert (choice.hidden >= small).all()
    assert (choice.audit.lower <= cells.values).all()
    assert (choice.audit.upper >= cells.values).all()
    assert choice.is_safe or choice.hidden.all()
    if choice.is_safe:
        assert (choice.audit.width[small] >= threshold).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=7), st.sampled_from([5, 10]))
def test_a_shown_total_never_gives_a_row_away(counts, threshold):
    frame = pd.DataFrame({"n": counts, "part": "all"})
    shown = suppress(frame, "n", threshold=threshold, within=("part",))
    hidden = shown["n"].isna()
    assert not shown["n"].between(1, threshold - 1).any()
    left = sum(counts) - shown["n"].sum()
    if hidden.any() and not hidden[frame["n"] > 0].all():
        # Zeros are shown, so an attacker knows that each hidden count is at least 1.
        assert hidden.sum() > 1
        assert left - (hidden.sum() - 1) - 1 >= threshold


def test_tables_that_share_a_total_are_treated_together():
    by_service = pd.DataFrame({"ward": ["a", "a", "b", "b"], "service": ["x", "y"] * 2, "n": [3, 40, 30, 50]})
    by_band = pd.DataFrame({"ward": ["a", "a", "b", "b"], "band": [1, 2] * 2, "n": [20, 23, 41, 39]})
    both = Builder().table(by_service, dimensions=["ward", "service"], count="n")
    cells = both.table(by_band, dimensions=["ward", "band"], count="n").build()
    assert len(cells.keys) == len(set(cells.keys)) == 15
    small = small_of(cells)
    choice = choose(cells, small, protection=5)
    ward = cells.keys.index(frozenset({("ward", "a")}))
    # The ward's total stays tied to the second table: hiding it in the first alone would protect nothing.
    assert choice.is_safe
    if choice.hidden[ward]:
        assert (
            choice.hidden[[n for n, key in enumerate(cells.keys) if ("ward", "a") in key and len(key) == 2]].sum() > 2
        )
    with pytest.raises(ValueError, match="two tables give"):
        both.table(by_band.assign(n=1), dimensions=["ward"], count="n")


def test_differencing_a_whole_and_its_part_is_seen():
    # Both wards' table and one ward's table: the other ward is the difference.
    frame = pd.DataFrame({"ward": ["a", "b"], "n": [100, 3]})
    cells = Builder().table(frame, dimensions=["ward"], count="n").build()
    small = small_of(cells)
    assert audit(cells, small).width[small].tolist() == [0]
    assert choose(cells, small, protection=5).hidden.sum() == 2


def test_a_nested_sum_is_one_more_way_to_tell():
    frame = pd.DataFrame({"area": ["n1", "n2", "n3"], "n": [4, 30, 50]})
    wards = pd.DataFrame({"area": ["ward"], "n": [34]})
    tables = Builder().table(frame, dimensions=["area"], count="n")
    tables._put(frozenset({("area", "ward")}), float(wards["n"].iloc[0]))
    cells = tables.line({"area": "ward"}, [{"area": "n1"}, {"area": "n2"}]).build()
    small = small_of(cells)
    choice = choose(cells, small, protection=5)
    assert choice.is_safe
    by_name = {dict(key).get("area"): bool(choice.hidden[n]) for n, key in enumerate(cells.keys)}
    assert by_name["n1"]
    assert by_name["n2"] or by_name["ward"]
    with pytest.raises(KeyError, match="no cell"):
        tables.line({"area": "nowhere"}, [])


def test_printed_cells_stay_and_the_rest_protects_around_them():
    frame = pd.DataFrame({"n": [3, 12, 30, 50], "part": "all", "place": list("abcd")})
    for place, hidden in (("b", ["c", "", "c", ""]), ("a", [""] * 4)):
        log.begin(Disclosure()).printed = (printed(place, frame),)
        assert suppress(frame, "n", threshold=5, within=("part",))["status"].tolist() == hidden
    log.begin(Disclosure())


def printed(place, frame):
    """Return the count of a place as a cell that the publication printed."""
    count = float(frame.loc[frame["place"] == place, "n"].iloc[0])
    return PrintedCell(figure="f", stage="s", column="n", cell={"place": place}, interval=Interval(count, count))


def test_a_row_that_gives_another_table_away_goes_too_and_what_readers_need_goes_last():
    frame = pd.DataFrame({"n": [3, 12, 30, 50], "part": "all", "told": [False, False, False, True], "needed": False})
    log.begin(Disclosure())
    shown = suppress(frame.drop(columns="needed"), "n", threshold=5, within=("part",), forced="told")
    assert shown["status"].tolist() == ["c", "", "", "c"]
    assert "told" not in shown
    entry = shown.attrs[log.ATTRIBUTE]
    assert (entry["small"], entry["secondary"]) == (1, 1), "what is not small itself protects or would tell"
    dear = frame.drop(columns="told").assign(needed=[False, True, False, False])
    assert suppress(dear, "n", threshold=5, within=("part",), dear="needed")["status"].tolist() == ["c", "", "c", ""]
    alone = dear.iloc[:2]
    assert suppress(alone, "n", threshold=5, within=("part",), dear="needed")["status"].tolist() == ["c", "c"]


def test_groups_and_their_kinds_are_one_system():
    """A group's total is a row of its own: hidden, it must not be the sum of kinds that are shown."""
    rows = [("x", "g", "a", 12), ("x", "g", "b", 9), ("x", "h", "c", 3), ("x", "h", "d", 30), ("x", "h", "e", 40)]
    kinds = pd.DataFrame(rows, columns=["at", "group", "kind", "n"]).assign(
        part_of=lambda own: own["group"], whole=None
    )
    groups = kinds.groupby(["at", "group"], as_index=False)["n"].sum()
    groups = groups.assign(kind=groups["group"], part_of=None, whole=groups["at"])
    both = pd.concat([groups, kinds], ignore_index=True)
    shown = suppress_both_ways(both, "n", keys=[["whole"]], threshold=5, nests=("kind", "part_of"))
    hidden = shown.assign(kind=both["kind"])[shown["status"] == "c"]
    assert {"c"} < set(hidden["kind"]) <= {"c", "d", "e"}
    assert shown.attrs[log.ATTRIBUTE]["unprotected"] == 0


def test_a_table_of_parts_has_one_entry_and_one_that_repeats_another_says_so():
    log.begin(Disclosure())
    parts = [
        suppress(pd.DataFrame({"n": [3, 12, 30], "part": name}), "n", threshold=5, within=("part",)) for name in "ab"
    ]
    whole = log.join(pd.concat(parts, ignore_index=True), parts)
    again = log.follow(whole[whole["part"] == "a"].copy(), ["n"], of="whole")
    told = {
        one["table"]: one
        for one in log.account({"whole": whole, "again": again}, empty={"again": {"m": "z"}})["tables"]
    }
    assert set(told) == {"whole", "again"}
    assert (told["whole"]["cells"], told["whole"]["small"], told["whole"]["secondary"]) == (6, 2, 2)
    assert (told["again"]["repeated"], told["again"]["follows"]) == (2, "whole")
    assert log.account({}, empty={"again": {"m": "z"}})["empty"] == {"again": {"m": "[z]"}}


def test_a_choice_that_open_cells_forbid_says_that_it_is_not_safe():
    cells = Cells(
        values=np.array([3.0, 40.0, 43.0]),
        lines=(((0, 1.0), (1, 1.0), (2, -1.0)),),
        unit=np.arange(3),
        is_open=np.array([False, True, True]),
    )
    assert not choose(cells, np.array([True, False, False]), protection=5).is_safe
    with pytest.raises(DisclosureError, match="printed already"):
        choose(cells, np.array([False, True, False]), protection=5)


def test_a_small_rest_and_several_counts_of_a_row_are_hidden_together():
    frame = pd.DataFrame({"known": [98, 50, 40], "all": [100, 100, 100], "share": [0.98, 0.5, 0.4], "part": "p"})
    shown = suppress(frame, "known", threshold=5, also=("share",), within=("part",), base="all")
    assert shown["status"].tolist() == ["c", "c", ""]
    both = frame.assign(other=[30, 3, 60])
    pair = suppress(both, ["known", "other"], threshold=5, within=("part",))
    assert pair[["known", "other"]].isna().sum().tolist() == [2, 2]


@pytest.mark.parametrize(("policy", "hides"), [("ons_srs10", [True, True, False]), ("suppress5", [False] * 3)])
def test_zero_and_full_cells_go_where_the_policy_says_so(policy, hides):
    log.begin(Disclosure(policy=policy, threshold=POLICIES[policy].threshold))
    frame = pd.DataFrame({"known": [0, 40, 25], "all": [40, 40, 60], "share": [0.0, 1.0, 25 / 60]})
    shown = suppress(frame, "known", threshold=POLICIES[policy].threshold, also=("share",), base="all")
    assert shown["share"].isna().tolist() == hides


@pytest.mark.parametrize("policy", ["nhsd_1_7_r5", "round5"])
def test_rounding_policies_round_counts_and_the_shares_that_rest_on_them(policy):
    log.begin(Disclosure(policy=policy, threshold=8))
    frame = pd.DataFrame({"known": [12, 33, 7], "all": [48, 66, 90]}).assign(share=lambda f: f["known"] / f["all"])
    shown = suppress(frame, "known", threshold=8, also=("share",), base="all")
    assert shown["known"].iloc[:2].tolist() == [10, 35]
    assert (shown["share"].iloc[:2] * frame["all"].iloc[:2] % 5).round(9).isin([0, 5]).all()
    assert pd.isna(shown["known"].iloc[2]) == (policy == "nhsd_1_7_r5")


def test_survey_bases_hide_and_flag():
    log.begin(Disclosure(policy="survey_base"))
    frame = pd.DataFrame({"agree": [20, 40, 90], "asked": [45, 80, 200]}).assign(
        share=lambda f: f["agree"] / f["asked"]
    )
    shown = suppress(frame, "agree", threshold=5, also=("share",), base="asked")
    assert shown["status"].tolist() == ["c", "u", ""]


@pytest.mark.parametrize("name", list(POLICIES))
def test_every_policy_of_the_params_is_there_and_says_its_rule(name):
    policy = policy_of(Disclosure(policy=name, threshold=max(POLICIES[name].threshold, 5)))
    assert policy.words
    assert policy.source


def test_params_may_be_stricter_than_the_policy_but_not_laxer():
    assert policy_of(Disclosure(policy="suppress5", threshold=12)).threshold == 12
    with pytest.raises(ParamsError, match="at least 10"):
        build(Disclosure, {"policy": "ons_srs10", "threshold": 5}, file="x.yml", section="disclosure")


@pytest.mark.parametrize(
    ("values", "dominated"),
    [
        ([100, 1, 1], True),
        ([50, 45, 4], True),
        ([10] * 12, False),
        ([60, 20, 3, 3], True),
        ([], False),
        ([0, 0], False),
    ],
)
def test_dominance(values, dominated):
    assert is_dominated(np.array(values)) is dominated


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 60), max_size=9))
def test_the_two_largest_and_the_sum_tell_dominance_as_all_values_do(values):
    most = top_two(pd.Series(values, dtype=float), pd.Series("all", index=range(len(values))))
    largest = [] if most.empty else [*most.iloc[0]]
    assert is_dominated_by(largest, float(sum(values))) is is_dominated(np.array(values))


@pytest.mark.parametrize(("policy", "threshold"), [("suppress5", 5), ("ons_srs10", 10), ("round5", 1)])
def test_a_sum_of_one_or_two_is_hidden_under_every_policy_and_the_log_counts_it(policy, threshold):
    log.begin(Disclosure(policy=policy, threshold=threshold))
    frame = pd.DataFrame({"place": list("abc"), "people": [40, 50, 60], "contacts": [900.0, 800.0, 700.0]})
    most = ([800.0, 60.0], [30.0, 20.0], [30.0, 20.0])
    few = [dominates(two, total, threshold=threshold) for two, total in zip(most, frame["contacts"], strict=True)]
    assert few == [True, False, False]
    shown = suppress(frame.assign(few=few), "people", threshold=threshold, also=["contacts"], dominated="few")
    assert "few" not in shown
    assert shown["contacts"].isna().tolist() == [True, False, False]
    assert log.account({"t": shown})["tables"][0]["dominated"] == 1
    assert "largest" in log.account({})["policy"]["rule"]


def test_the_log_tells_what_was_done_and_no_number():
    log.begin(Disclosure())
    frame = pd.DataFrame({"n": [3, 20, 40], "part": "all"})
    shown = suppress(frame, "n", threshold=5, within=("part",))
    other = suppress(frame.head(1), "n", threshold=5)
    told = log.account({"table": shown})
    assert told["policy"]["rule"].startswith(
        "counts from 1 to 4 are not shown; sums are not shown in which the 2 largest"
    )
    assert [row["table"] for row in told["tables"]] == ["table", ""]
    first = told["tables"][0]
    assert (first["cells"], first["small"], first["secondary"], first["unprotected"]) == (3, 1, 1, 0)
    assert first["narrowest"] >= 5
    assert other["status"].tolist() == ["c"]


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (pd.DataFrame({"child_id": ["K1"]}), "child_id"),
        (pd.DataFrame({"note": ["seen px1_" + "0a" * 16]}), "a pseudonym"),
        (pd.DataFrame({"place": ["OL1 1AA"]}), "a postcode"),
        (pd.DataFrame({"place": ["943 476 5919"]}), "an NHS number"),
    ],
)
def test_the_gate_refuses(frame, says):
    with pytest.raises(DisclosureError, match=says):
        release(frame, what="table")


def test_the_gate_refuses_counts_left_in_hidden_rows():
    shown = suppress(pd.DataFrame({"n": [3, 20]}), "n", threshold=5)
    assert release(shown, what="table") is shown
    refilled = shown.copy()
    refilled["n"] = [3, 20]
    with pytest.raises(DisclosureError, match="still hold n"):
        release(refilled, what="table")


def test_marks_and_their_meanings():
    assert [mark(status) for status in MEANINGS] == ["[c]", "[x]", "[z]", "[low]", "[u]"]
    assert all(meaning(status).startswith(mark(status)) for status in MEANINGS)
    with pytest.raises(KeyError):
        mark("q")


def test_a_policy_stricter_by_its_caller_keeps_its_name():
    log.begin(Disclosure())
    assert log.policy_for(9) == replace(POLICIES["suppress5"], threshold=9, protection=9)


def test_editions_of_a_table_are_hidden_together():
    # At the two thresholds alone different second cells would be cheapest, and each would give the other's away.
    one = pd.DataFrame({"edition": "higher", "area": list("abcd"), "n": [3, 20, 21, 60]})
    two = pd.DataFrame({"edition": "lower", "area": list("abcd"), "n": [3, 22, 19, 60]})
    frame = pd.concat([one, two], ignore_index=True).assign(part="p")
    apart = suppress(frame, "n", threshold=5, within=("edition", "part"))
    hidden = apart["n"].isna().to_numpy().reshape(2, 4)
    assert (hidden[0] != hidden[1]).any()
    joint = suppress(frame, "n", threshold=5, within=("part",), editions="edition", cell=("area",))
    hidden = joint["n"].isna().to_numpy().reshape(2, 4)
    assert (hidden[0] == hidden[1]).all()
    assert hidden[0].sum() == 2
    # A count small in one edition alone is hidden in both.
    frame.loc[0, "n"] = 8
    joint = suppress(frame, "n", threshold=5, within=("part",), editions="edition", cell=("area",))
    assert joint.loc[[0, 4], "n"].isna().all()


def wards_and_parts(parts):
    """Return two wards with their neighbourhoods, each ward the sum of its own."""
    rows = [("neighbourhood", name, n, f"ward {name[0]}") for name, n in parts.items()]
    sums = {ward: sum(n for name, n in parts.items() if name[0] == ward) for ward in "ab"}
    rows += [("ward", f"ward {ward}", n, None) for ward, n in sums.items()]
    return pd.DataFrame(rows, columns=["level", "row", "n", "part_of"])


def test_a_whole_and_its_parts_are_one_system():
    frame = wards_and_parts({"a1": 3, "a2": 40, "a3": 50, "b1": 20, "b2": 60})
    apart = suppress(frame.drop(columns="part_of"), "n", threshold=5, within=["level"])
    # Over both wards the cheapest second cell lies in the other ward, so that ward a's own sum tells the small one.
    assert apart.loc[apart["status"].eq("c"), "row"].tolist() == ["a1", "b1"]
    joint = suppress(frame, "n", threshold=5, within=["level"], nests=("row", "part_of"))
    hidden = joint["status"].eq("c").tolist()
    assert hidden[0]
    assert sum(hidden[:3]) >= 2 or hidden[5]
    assert list(joint.columns) == ["level", "n", "status"]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=4, max_size=8))
def test_no_part_can_be_told_from_its_whole(counts):
    names = [f"{'ab'[n % 2]}{n}" for n in range(len(counts))]
    frame = wards_and_parts(dict(zip(names, counts, strict=True)))
    log.begin(Disclosure())
    shown = suppress(frame, "n", threshold=5, within=["level"], nests=("row", "part_of"))
    if log.account({"t": shown})["tables"][0]["unprotected"] or sum(counts) < 5:
        return  # a whole below the threshold is not shown either, so that the attacker does not have it
    hidden = shown["n"].isna().to_numpy()
    size, values = len(counts), frame["n"].to_numpy(float)
    lines = [(*((n, 1.0) for n in range(size) if names[n][0] == ward), (size + k, -1.0)) for k, ward in enumerate("ab")]
    total = (*((n, 1.0) for n in range(size)), (size + 2, -1.0))
    whole = (*((size + k, 1.0) for k in range(2)), (size + 2, -1.0))
    attacked = Cells(
        values=np.array([*values, sum(counts)]), lines=(*lines, total, whole), unit=np.arange(size + 3),
        is_open=np.zeros(size + 3, dtype=bool),
    )  # fmt: skip
    found = audit(attacked, np.array([*hidden, False]), lowest=1.0)
    small = hidden & (values >= 1) & (values < 5)
    assert (found.width[: size + 2][small] >= 3).all()


def test_a_whole_of_another_day_ties_nothing():
    frame = wards_and_parts({"a1": 3, "a2": 40, "b1": 20, "b2": 60})
    frame.loc[frame["level"] == "ward", "n"] += 1
    shown = suppress(frame, "n", threshold=5, within=["level"], nests=("row", "part_of"))
    assert shown["status"].tolist() == ["c", "", "c", "", "", ""]


def test_a_small_base_goes_with_its_count():
    frame = pd.DataFrame({"known": [1, 30], "all": [3, 60]})
    shown = suppress(frame, "known", threshold=5, base="all")
    assert shown["all"].isna().tolist() == [True, False]


def test_a_stage_whose_table_cannot_be_protected_does_not_go_on():
    log.begin(Disclosure())
    # Four counts that sum to five are all hidden, and yet none can be above two.
    bare = suppress(pd.DataFrame({"n": [2, 1, 1, 1], "part": "p"}), "n", threshold=5, within=("part",))
    done = log.account({"contacts": bare})
    with pytest.raises(DisclosureError, match=r"small counts of contacts.*merge"):
        log.refuse_unprotected(done, what="service_mapping")
    log.begin(Disclosure())
    fine = suppress(pd.DataFrame({"n": [2, 3, 1, 1], "part": "p"}), "n", threshold=5, within=("part",))
    log.refuse_unprotected(log.account({"contacts": fine}), what="service_mapping")
