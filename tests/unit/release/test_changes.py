"""What kind of change a difference between releases is: each kind planted alone, and the order among them."""

import zipfile
from dataclasses import replace

import pandas as pd
import pytest

from insight.errors import InputError
from insight.release import changes, opening
from insight.release.opening import Opened

FACTS = {"package": "p", "notebook": "n", "lock": "l", "python": "3.11"}
AREAS = {"a": {"level": "ward", "name": "Alder", "parts": "x"}, "b": {"level": "ward", "name": "Brick", "parts": "y"}}


def table(values, *, half=0.02, **columns):
    frame = pd.DataFrame({"area": ["a", "b"][: len(values)], **columns})
    frame["estimate"] = values
    frame["lower"], frame["upper"] = frame["estimate"] - half, frame["estimate"] + half
    return frame


def release(frame, *, name="1", facts=FACTS, params=None, areas=AREAS, treated=None):
    return Opened(
        name=name,
        tables={("outcomes", "trend"): frame},
        facts={"outcomes": {"facts": facts, "params": {"poor_grade": 3} if params is None else params}},
        areas=areas,
        findings=(),
        is_demonstration=False,
        disclosure={("outcomes", "trend"): treated} if treated else {},
    )


def counts(*numbers):
    """A table without limits: full counts."""
    return pd.DataFrame({"area": ["a", "b"], "missed": numbers})


def kinds(first, second, **more):
    return {one.key: one.kind for one in changes.compare(first, second, **more)}


BASE = table([0.30, 0.50])
MOVED = table([0.45, 0.505])
COUNTED = {"columns": ["missed"], "policy": "suppress5"}
ROUNDED = {"columns": ["missed"], "policy": "round5"}
CASES = [
    ("nothing", release(BASE), release(BASE), {}),
    ("the world", release(BASE), release(MOVED), {"Alder": "real", "Brick": "no change shown"}),
    (
        "other wards of the same name",
        release(BASE),
        release(MOVED, areas={**AREAS, "a": {**AREAS["a"], "parts": "z"}}),
        {"Alder": "re-bounded", "Brick": "no change shown"},
    ),
    (
        "a threshold moved",
        release(BASE),
        release(MOVED, params={"poor_grade": 4}),
        {"Alder": "redefined", "Brick": "redefined"},
    ),
    (
        "only the years moved on",
        release(BASE, params={"after_year": 2012, "poor_grade": 3}),
        release(MOVED, params={"after_year": 2013, "poor_grade": 3}),
        {"Alder": "real", "Brick": "no change shown"},
    ),
    (
        "another definition",
        release(table([0.3, 0.5], definition_version=["old", "old"])),
        release(table([0.45, 0.505], definition_version=["new", "old"])),
        {"Alder": "redefined", "Brick": "no change shown"},
    ),
    (
        "other code",
        release(BASE),
        release(MOVED, facts={**FACTS, "package": "q"}),
        {"Alder": "method changed", "Brick": "method changed"},
    ),
    (
        "the same year again",
        release(table([0.3, 0.5], year=[2011, 2011])),
        release(table([0.31, 0.5], year=[2011, 2011])),
        {"Alder, 2011": "revised"},
    ),
    (
        "a year on",
        release(table([0.3, 0.5], year=[2011, 2011])),
        release(table([0.45, 0.505], year=[2012, 2012])),
        {"Alder, 2011 to 2012": "real", "Brick, 2011 to 2012": "no change shown"},
    ),
    ("a ward that is no more", release(BASE), release(table([0.30]), areas={"a": AREAS["a"]}), {"Brick": "re-bounded"}),
    ("a row that is new", release(table([0.30])), release(BASE), {"Brick": "new"}),
    (
        "boundaries before definition before method",
        release(BASE),
        release(
            MOVED,
            params={"poor_grade": 4},
            facts={**FACTS, "lock": "m"},
            areas={**AREAS, "a": {**AREAS["a"], "parts": "z"}},
        ),
        {"Alder": "re-bounded", "Brick": "redefined"},
    ),
    (
        "other people counted on the same day",
        release(BASE, params={"reference_day": "2011-06-01"}),
        release(MOVED, params={"reference_day": "2011-06-01"}),
        {"Alder": "revised", "Brick": "revised"},
    ),
    (
        "the day of the count moved on",
        release(BASE, params={"reference_day": "2011-06-01"}),
        release(MOVED, params={"reference_day": "2012-06-01"}),
        {"Alder": "real", "Brick": "no change shown"},
    ),
    (
        "full counts: beyond a Poisson count's limits, and within",
        release(counts(100, 100), treated=COUNTED),
        release(counts(180, 110), treated=COUNTED),
        {"Alder": "real", "Brick": "no change shown"},
    ),
    (
        "full counts rounded to 5: what rounding can do is no change",
        release(counts(20, 1000), treated=ROUNDED),
        release(counts(40, 1200), treated=ROUNDED),
        {"Alder": "no change shown", "Brick": "real"},
    ),
    (
        "the same without rounding",
        release(counts(20, 1000), treated=COUNTED),
        release(counts(40, 1200), treated=COUNTED),
        {"Alder": "real", "Brick": "real"},
    ),
    (
        "a value that is no count and has no limits",
        release(BASE[["area", "estimate"]]),
        release(MOVED[["area", "estimate"]]),
        {"Alder": "no limits", "Brick": "no limits"},
    ),
    (
        "a row whose limits are not there",
        release(BASE),
        release(MOVED.assign(lower=[None, 0.4])),
        {"Alder": "no limits", "Brick": "no change shown"},
    ),
    (
        "a hidden value has not changed",
        release(BASE),
        release(MOVED.assign(estimate=[None, 0.5])),
        {"Alder": "gone", "Brick": "no change shown"},
    ),
]


@pytest.mark.parametrize(("what", "first", "second", "expected"), CASES, ids=[case[0] for case in CASES])
def test_each_kind_of_change_is_named(what, first, second, expected):
    assert kinds(first, second) == expected


def test_a_bridge_sets_the_method_apart():
    later = release(MOVED, facts={**FACTS, "package": "q"})
    same = release(BASE, facts={**FACTS, "package": "q"})
    assert kinds(release(BASE), later, bridge=same) == {"Alder": "real", "Brick": "no change shown"}
    moved = release(table([0.35, 0.5]), facts={**FACTS, "package": "q"})
    assert kinds(release(BASE), later, bridge=moved) == {"Alder": "method changed", "Brick": "no change shown"}


def test_many_pairs_ask_more_of_each_than_one_does():
    names = [f"place {number}" for number in range(40)]

    def many(shift):
        return table([0.5] * 40, area=names).assign(
            estimate=lambda f: 0.5 + shift, lower=0.48 + shift, upper=0.52 + shift
        )

    one = changes.compare(release(BASE), release(table([0.3 + 0.031, 0.5])))
    assert [change.kind for change in one] == ["real"]
    all_of_them = changes.compare(release(many(0)), release(many(0.031)))
    assert {change.kind for change in all_of_them} == {"no change shown"}


def test_the_limits_of_the_difference_are_movers():
    (one,) = changes.compare(release(BASE), release(table([0.45, 0.5])))
    half = (0.02**2 + 0.02**2) ** 0.5
    assert (one.lower, one.upper) == pytest.approx((0.15 - half, 0.15 + half))


def test_lines_tell_tested_changes_singly_and_put_the_others_together():
    params = {"poor_grade": 4}
    told = changes.lines(changes.compare(release(BASE), release(MOVED, params=params)))
    assert told == ["redefined: outcomes, trend: 2 values, such as Alder. params changed: poor_grade"]
    told = changes.lines(changes.compare(release(BASE), release(MOVED)))
    assert [line.split(":")[0] for line in told] == ["real", "no change shown"]
    assert told[0].startswith("real: outcomes, trend, Alder: estimate 0.3 to 0.45. difference 0.15 (")


def test_limits_of_full_counts_are_byars_widened_by_rounding():
    (exact,) = changes.compare(release(counts(100, 1), treated=COUNTED), release(counts(180, 1), treated=COUNTED))
    (wide,) = changes.compare(release(counts(100, 5), treated=ROUNDED), release(counts(180, 5), treated=ROUNDED))
    assert (exact.before, exact.after, exact.value) == (100, 180, "missed")
    # a difference of Poisson counts has about the variance of their sum
    assert exact.lower == pytest.approx(80 - 1.96 * 280**0.5, abs=1)
    assert wide.lower < exact.lower < exact.upper < wide.upper
    assert "full counts as Poisson counts" in exact.why


def test_claims_whose_outcome_differs_are_told():
    row = {"id": "x", "claim": "C", "outcome": "supported"}
    first = replace(release(BASE), findings=(row,))
    second = replace(release(BASE), findings=({**row, "outcome": "not shown"},))
    assert changes.claims(first, second) == [{"claim": "C", "before": "supported", "after": "not shown"}]


def test_what_is_no_release_or_was_changed_is_refused(tmp_path):
    with pytest.raises(InputError, match="must be there"):
        opening.open_release(tmp_path / "absent.zip")
    (tmp_path / "text.zip").write_text("no zip")
    with pytest.raises(InputError, match="a zip that insight release made"):
        opening.open_release(tmp_path / "text.zip")
    with zipfile.ZipFile(tmp_path / "altered.zip", "w") as packed:
        for name in ("provenance/facts.json", "provenance/areas.json", "results/findings.json"):
            packed.writestr(name, "{}")
        packed.writestr("SHA256SUMS", "0" * 64 + "  provenance/facts.json\n")
    with pytest.raises(InputError, match="agree with its checksums"):
        opening.open_release(tmp_path / "altered.zip")
