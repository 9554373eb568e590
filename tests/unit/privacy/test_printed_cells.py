"""What the case study printed stays, and only that: cells of the ledger found in tables, the value deciding."""

import numpy as np
import pandas as pd
import pytest

from insight import paths
from insight.errors import PublishedError
from insight.params import Disclosure
from insight.privacy.disclosure import CONFIDENTIAL, POLICIES, log, printed, suppress, suppress_both_ways
from insight.published import ledger
from insight.published.intervals import Interval


@pytest.fixture(autouse=True)
def no_session():
    token = log._SESSION.set(None)
    yield
    log._SESSION.reset(token)


def served(families):
    return pd.DataFrame({"service": ["Health", "CAF", "Police"], "families": [6, families, 2], "contacts": [50, 9, 3]})


def test_every_printed_cell_names_a_figure_of_its_own_kind():
    book = ledger.load("oldham")
    cells = printed.of_ledger("oldham")
    assert len(cells) > 30
    for cell in cells:
        figure = book.figures[cell.figure]
        assert not figure.repeat_of
        assert figure.unit in {"percent", "count", "per_1000_births"}, cell.figure
        if figure.unit == "percent":
            assert -0.01 <= cell.interval.lower <= cell.interval.upper <= 1.1


def test_a_printed_count_stays_though_it_is_small_and_the_log_says_so():
    log.begin(Disclosure(), ledger="oldham")
    shown = suppress(served(4), "families", threshold=5, also=["contacts"])
    assert shown["families"].tolist()[:2] == [6, 4]
    assert shown["status"].tolist() == ["", "", "c"]
    assert log.account({"prominence": shown})["tables"][0]["published"] == 1


@pytest.mark.parametrize(("families", "named"), [(3, "oldham"), (4, "rochdale"), (4, None)])
def test_another_value_or_another_council_was_never_printed(families, named):
    log.begin(Disclosure(), ledger=named)
    shown = suppress(served(families), "families", threshold=5)
    assert shown["status"].tolist() == ["", "c", "c"]
    assert log.account({"prominence": shown})["tables"][0]["published"] == 0


def test_a_printed_cell_cannot_protect_another():
    log.begin(Disclosure(), ledger="oldham")
    visits = [51, 43, 115, 79, 3, 37, 9]
    frame = pd.DataFrame({"point": [f"ep{n}" for n in range(1, 8)], "visits": visits, "part": "all"})
    shown = suppress(frame, "visits", threshold=5, within=["part"])
    # All but the fifth were printed, so the fifth can be told from the total: nothing could hide it.
    assert shown["visits"].isna().sum() == 1
    assert log.account({"visits": shown})["tables"][0]["unprotected"] == 1


def test_a_printed_share_is_met_within_its_rounding_only():
    cells = {cell.figure: cell for cell in printed.of_ledger("oldham")}
    cell = cells["acorn.coldhurst.wealthy_achievers_pct"]
    frame = pd.DataFrame({"ward": "coldhurst", "category": "wealthy_achievers", "share": [0.0039, 0.0046, np.nan]})
    assert cell.flags(frame).tolist() == [True, False, False]
    assert not cell.flags(frame.drop(columns="share")).any()
    assert not cell.flags(frame.drop(columns="ward")).any()


@pytest.mark.parametrize(
    ("row", "says"),
    [("nothing.such,outcomes,visits,point=ep1", "no figure"), ("engagement.ep1.visits_count,outcomes,visits,ep1", "=")],
)
def test_a_wrong_line_is_named(tmp_path, monkeypatch, row, says):
    for name in ("figures.csv", "lists.csv", "areas.csv"):
        (tmp_path / name).write_bytes((paths.published_dir("oldham") / name).read_bytes())
    (tmp_path / "cells.csv").write_text(f"figure,stage,column,cell\n{row}\n", encoding="utf-8")
    monkeypatch.setattr(paths, "published_dir", lambda _: tmp_path)
    with pytest.raises(PublishedError, match=rf"cells.csv, line 2.*{says}"):
        printed.of_ledger("oldham")


def two_way(**values):
    wards, categories = list("aaabbbccc"), list("xyz") * 3
    frame = pd.DataFrame({"ward": wards, "category": categories, "n": [2, 40, 50, 60, 70, 80, 20, 90, 95]})
    return frame.assign(share=frame["n"] / frame["n"].sum(), **values)


def test_small_cells_of_a_two_way_table_cannot_be_found_by_subtraction():
    shown = suppress_both_ways(two_way(), "n", keys=("ward", "category"), threshold=5, also=("share",))
    hidden = shown["status"].eq(CONFIDENTIAL)
    assert hidden[0]
    assert shown.loc[hidden, ["n", "share"]].isna().all(axis=None)
    for key in ("ward", "category"):
        assert set(hidden.groupby(shown[key]).sum()) <= {0, 2, 3}
    assert log.account({})["tables"] == []


def test_what_another_table_hides_is_hidden_here_and_printed_cells_stay():
    forced = pd.Series([False] * 8 + [True])
    shown = suppress_both_ways(two_way(), "n", keys=("ward", "category"), threshold=5, forced=forced)
    assert shown["status"].iloc[[0, 8]].eq(CONFIDENTIAL).all()
    session = log.begin(Disclosure())
    cell = printed.PrintedCell(
        figure="f", stage="s", column="n", cell={"ward": "a", "category": "x"}, interval=Interval(2, 2)
    )
    session.printed = (cell,)
    open_now = suppress_both_ways(two_way(), "n", keys=("ward", "category"), threshold=5)
    assert not open_now["status"].eq(CONFIDENTIAL).any()
    assert open_now.attrs[log.ATTRIBUTE]["published"] == 1


@pytest.mark.parametrize(("policy", "is_hidden"), [("ons_srs10", True), ("suppress5", False)])
def test_zeros_of_a_two_way_table_follow_the_policy(policy, is_hidden):
    log.begin(Disclosure(policy=policy, threshold=POLICIES[policy].threshold))
    frame = two_way(n=[0, 40, 50, 60, 70, 80, 20, 90, 95])
    shown = suppress_both_ways(frame, "n", keys=("ward", "category"), threshold=POLICIES[policy].threshold)
    assert (shown["status"].iloc[0] == CONFIDENTIAL) == is_hidden
