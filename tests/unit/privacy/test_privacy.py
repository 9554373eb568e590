"""People's rows stay inside, and small numbers stay small."""

import pickle

import pandas as pd
import pytest

from insight.errors import DisclosureError, NotSuppliedError
from insight.privacy.disclosure import refuse_people, suppress
from insight.privacy.protected import Protected

ROWS = pd.DataFrame({"respondent_id": ["r1", "r2"], "secret": ["alpha", "beta"]})


def test_protected_shows_name_rows_and_columns_only():
    shown = Protected("values_survey", ROWS)
    for text in (repr(shown), shown._repr_html_(), str(shown)):
        assert "values_survey" in text
        assert "2 rows" in text
        assert "secret" in text
        assert "alpha" not in text


def test_protected_rows_cannot_be_pickled_or_altered_from_outside():
    shown = Protected("values_survey", ROWS.copy())
    with pytest.raises(TypeError, match="not written out"):
        pickle.dumps(shown)
    taken = shown.rows()
    taken.loc[0, "secret"] = "changed"
    assert shown.rows().loc[0, "secret"] == "alpha"


def test_small_counts_are_blanked_with_what_rests_on_them():
    frame = pd.DataFrame({"area": list("abcd"), "n": [0, 4, 5, 90], "share": [0.0, 0.04, 0.05, 0.91]})
    shown = suppress(frame, "n", threshold=5, also=("share",))
    assert shown["status"].tolist() == ["", "c", "", ""]
    assert shown["n"].isna().tolist() == [False, True, False, False]
    assert shown["share"].isna().tolist() == [False, True, False, False]


def test_a_single_blank_in_a_group_with_a_total_takes_a_second_with_it():
    frame = pd.DataFrame({"ward": ["w"] * 3, "n": [3, 20, 40]})
    assert suppress(frame, "n", threshold=5, within=("ward",))["status"].tolist() == ["c", "c", ""]


@pytest.mark.parametrize("column", ["respondent_id", "family", "interview", "uprn"])
def test_tables_that_point_at_people_are_refused(column):
    with pytest.raises(DisclosureError, match=column):
        refuse_people(pd.DataFrame({column: [1], "n": [2]}), what="table")


def test_a_stage_without_its_inputs_is_told_which_and_where(monkeypatch):
    from insight.privacy.loading import load_inputs

    with pytest.raises(NotSuppliedError, match=r"data/wigan/lookup\.csv"):
        load_inputs("wigan", ["lookup"])
