"""Ranks as ranges, what is clearly apart, likeness: each against a case worked by hand."""

import re

import numpy as np
import pandas as pd
import pytest

from insight.councils import pages, reading
from insight.councils.measures import MEASURES
from insight.councils.reading import Compared
from insight.sources.standing import OPEN
from insight.workbook import registry


def frame(values, half, what="a", definition="d"):
    return pd.DataFrame(
        {
            "what": what,
            "definition": definition,
            "council": [f"council {number}" for number in range(len(values))],
            "estimate": values,
            "lower": [value - half for value in values],
            "upper": [value + half for value in values],
            "n": 100,
        }
    )


@pytest.mark.parametrize(
    ("values", "half", "ranks"),
    [
        ([0.1, 0.5, 0.9], 0.01, ["3 of 3", "2 of 3", "1 of 3"]),
        ([0.49, 0.50, 0.51], 0.10, ["1 to 3 of 3"] * 3),
        ([0.10, 0.12, 0.90], 0.05, ["2 to 3 of 3", "2 to 3 of 3", "1 of 3"]),
        ([0.1, 0.9], 0.01, ["too few to rank"] * 2),
    ],
)
def test_a_rank_stands_only_as_the_range_that_the_limits_leave(values, half, ranks):
    assert reading.possible_ranks(frame(values, half)) == ranks


def test_a_gap_that_one_pair_would_show_is_not_clear_among_many_pairs():
    gap = 0.1 * np.sqrt(2) * 1.1
    assert reading.clearly_apart(frame([0.0, gap], 0.1)) == 1
    assert reading.clearly_apart(frame([0.0, gap / 2, gap / 2, gap], 0.1)) == 0


def test_values_of_different_definitions_are_never_held_against_each_other():
    both = pd.concat([frame([0.1], 0.01, definition="old"), frame([0.9], 0.01, definition="new")])
    assert reading.clearly_apart(both) == 0


def test_bounds_of_a_full_count_are_not_widened_and_counts_are_never_ranked():
    close = frame([0.10, 0.12, 0.14], 0.009)
    assert reading.possible_ranks(close, "full count") == ["3 of 3", "2 of 3", "1 of 3"]
    assert reading.clearly_apart(close, "full count") == 1
    assert reading.clearly_apart(frame([0.10, 0.12], 0.011), "full count") == 0
    assert reading.possible_ranks(close, "counts") == ["not ranked"] * 3
    assert reading.clearly_apart(close, "counts") == 0


SHARES = pd.DataFrame(
    {
        "unit": ["households"] * 3 + ["output areas"] * 2,
        "category_name": ["A", "B", "rest", "A", "rest"],
        "share": [0.5, 0.4, 0.1, 1.0, 0.0],
        "stands": ["over", "under", "remainder", "over", "remainder"],
    }
)


def measure(name):
    return next(one for one in MEASURES if one.name == name)


def test_shares_of_segments_are_bounded_by_what_could_not_be_classed():
    found = measure("segment-shares").rows(SHARES)
    assert found[["least", "most"]].to_numpy().tolist() == [[0.5, 0.6], [0.4, 0.5], [1.0, 1.0]]


def test_benefits_are_set_to_their_cost_where_it_is_known():
    schemes = pd.DataFrame(
        {
            "scheme": ["with cost", "without"],
            "present_value_gbp": [200.0, 300.0],
            "lower_gbp": [100.0, 200.0],
            "upper_gbp": [400.0, 500.0],
            "cost_gbp": [50.0, None],
        }
    )
    found = measure("benefits").rows(schemes)
    assert found[["scheme", "ratio", "ratio_low", "ratio_high"]].to_numpy().tolist() == [["with cost", 4.0, 2.0, 8.0]]


def test_themes_come_as_counts_of_interviews_and_hidden_ones_not_at_all():
    themes = pd.DataFrame({"label": ["x", "y"], "raised": [39.0, None], "of_all": [39 / 46, None]})
    found = measure("themes").rows(themes)
    assert found[["raised", "interviews"]].to_numpy().tolist() == [[39.0, 46.0]]
    rows = frame([39.0, 12.0], float("nan"), what="Homes")
    compared = Compared(measure=measure("themes"), rows=rows.assign(**{"possible ranks": ""}), standing=OPEN, absent=())
    page = pages.measure_page(compared)
    assert "nothing is inferred" in page.body
    assert "<svg" not in page.body
    shown = page.body.split("<table", 1)[1].split("</table>")[0].casefold()
    assert "council 0 (of 100)" in shown
    assert not re.search(r"rank(?!s: the samples)|lower|upper", shown)


@pytest.mark.parametrize("one", MEASURES, ids=lambda one: one.name)
def test_each_measure_is_of_a_publishable_table_and_says_how_it_was_defined(one):
    assert registry.stages()[one.stage].tables[one.table] == "publishable"
    assert (one.basis == "counts") == (not one.lower) == (not one.upper)


def test_likeness_is_the_root_mean_squared_distance_of_standardised_values():
    measure = next(one for one in MEASURES if one.name == "indicators")
    rows = pd.concat([frame([0.0, 1.0, 5.0], 0.1, what="x"), frame([2.0, 2.0, 8.0], 0.1, what="y")])
    found = reading.likeness([Compared(measure=measure, rows=rows, standing=OPEN, absent=())])
    first = found[found["council"] == "council 0"].iloc[0]
    x, y = np.array([0.0, 1, 5]), np.array([2.0, 2, 8])
    expected = np.sqrt((((x[0] - x[1]) / x.std()) ** 2 + ((y[0] - y[1]) / y.std()) ** 2) / 2)
    assert (first["like"], first["indicators"]) == ("council 1", 2)
    assert first["distance"] == pytest.approx(expected)
    assert reading.likeness([]).empty
