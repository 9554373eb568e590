"""Params files: every mistake is told with file, key, found, allowed, nearest key."""

import pytest

from insight import params, paths
from insight.errors import ParamsError

OLDHAM = paths.root() / "params" / "oldham.yml"


def edited(tmp_path, old, new):
    text = OLDHAM.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "params.yml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("lad_code: E08000004", "lad_code: 8000004", ["council.lad_code", "8000004", "text in quotes"]),
        ("lad_code: E08000004", "lad_code: X08000004", ["council.lad_code", "X08000004", "form"]),
        ("threshold: 5", "threshold: five", ["disclosure.threshold", "'five'", "whole number"]),
        ("threshold: 5", "threshold: 0", ["disclosure.threshold", "0", "greater than or equal to 1"]),
        ("threshold: 5", "threshhold: 5", ["disclosure.threshhold", "did you mean `threshold`"]),
        (
            "  indicators:",
            "  indicatrs:",
            ["inputs.indicatrs", "did you mean `indicators`", "inputs.indicators` is missing"],
        ),
        ("  profiling:", "  profilng:", ["stages.profilng", "did you mean `profiling`"]),
        ("  slug: oldham", "  slug: oldham\n  slug: oldham", ["line", "stands twice"]),
        ("council:", "council: [", ["line", "Fix:"]),
    ],
)
def test_mistakes_are_explained(tmp_path, old, new, words):
    with pytest.raises(ParamsError) as caught:
        params.load(edited(tmp_path, old, new))
    for word in (*words, "params.yml"):
        assert word in str(caught.value)


def test_absent_file_names_the_nearest(tmp_path):
    with pytest.raises(ParamsError, match=r"did you mean oldham\.yml"):
        params.load(OLDHAM.with_name("oldam.yml"))


def test_dates_stay_text(tmp_path):
    file = tmp_path / "dates.yml"
    file.write_text("day: 2011-06-30\n", encoding="utf-8")
    assert params.read_yaml(file) == {"day": "2011-06-30"}


def test_relative_paths_start_at_the_project_for_its_own_files_only(tmp_path):
    own = params.load(OLDHAM)
    assert own.input_path("indicators") == paths.root() / "data" / "demo" / "oldham" / "indicators.csv"
    text = OLDHAM.read_text(encoding="utf-8").replace("data/demo/oldham/indicators.csv", "indicators.csv", 1)
    (tmp_path / "params.yml").write_text(text, encoding="utf-8")
    assert params.load(tmp_path / "params.yml").input_path("indicators") == tmp_path / "indicators.csv"


def test_another_councils_file_is_not_taken_silently(monkeypatch):
    monkeypatch.setenv(paths.PARAMS_VARIABLE, str(OLDHAM))
    with pytest.raises(ParamsError, match="holds council `oldham`, not `wigan`"):
        params.of_council("wigan")


CODES = {
    "bolton": "E08000001",
    "bury": "E08000002",
    "manchester": "E08000003",
    "oldham": "E08000004",
    "rochdale": "E08000005",
    "salford": "E08000006",
    "stockport": "E08000007",
    "tameside": "E08000008",
    "trafford": "E08000009",
    "wigan": "E08000010",
}


@pytest.mark.parametrize(("slug", "code"), CODES.items())
def test_all_ten_councils_have_a_file(slug, code):
    loaded = params.load(paths.root() / "params" / f"{slug}.yml")
    assert (loaded.council.slug, loaded.council.lad_code) == (slug, code)
    if slug != "oldham":
        assert set(loaded.inputs.values()) == {params.NOT_SUPPLIED}
