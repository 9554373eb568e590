"""Several councils in one run: one with eight points in its pathway and another attainment measure, one like Oldham."""

import json
import re
import shutil

import pandas as pd
import pytest
import yaml

import accessibility
from accessibility import BROWSER, NO_BROWSER
from commands import events, insight
from insight import paths
from insight.params import NOT_SUPPLIED
from insight.sources.standing import LABEL

pytestmark = pytest.mark.end_to_end
DEMO = paths.root() / "data" / "demo" / "oldham"
TAKEN = ("engagement_visits.csv", "eyfs_counts.csv", "lookup.csv", "manifest.json", "truth.csv", "sharing.yml")


def council(folder, name, lad_code, change):
    """A council with inputs of the outcomes stage alone, made from the demonstration files, and its params."""
    folder.mkdir(parents=True)
    for file in TAKEN:
        shutil.copy2(DEMO / file, folder / file)
    raw = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))
    raw["council"] = {"name": name, "slug": name.lower(), "lad_code": lad_code}
    raw["inputs"] = dict.fromkeys(raw["inputs"], NOT_SUPPLIED)
    for one in TAKEN[:3]:
        raw["inputs"][one.removesuffix(".csv")] = str(folder / one)
    change(raw, folder)
    file = folder / "params.yml"
    file.write_text(yaml.safe_dump(raw, sort_keys=False), encoding="utf-8")
    return file


def eight_points_and_another_measure(raw, folder):
    """An eighth point at five years, and a good level of development of 2013 in place of points of the old profile."""
    points = raw["stages"]["outcomes"]["engagement_points"]
    points.append({"code": "ep8", "label": "at school entry", "stated_age": "60", "from_days": 1780, "to_days": 1890})
    visits = pd.read_csv(folder / "engagement_visits.csv", dtype=str, keep_default_na=False)
    late = visits.index[visits["point"].eq("ep3")][::2]
    visits.loc[late, ["point", "age_days"]] = ["ep8", "1830"]
    visits.to_csv(folder / "engagement_visits.csv", index=False)
    counts = pd.read_csv(folder / "eyfs_counts.csv", dtype=str, keep_default_na=False)
    counts["definition_version"] = "gld_2013"
    counts.to_csv(folder / "eyfs_counts.csv", index=False)


def nothing(raw, folder):
    """Leave the council as it is."""


def broken(raw, folder):
    """Let a count exceed its cohort."""
    counts = pd.read_csv(folder / "eyfs_counts.csv", dtype=str, keep_default_na=False)
    counts.loc[0, "achievers"] = "9999"
    counts.to_csv(folder / "eyfs_counts.csv", index=False)


def downloaded(report, html, name):
    """The rows that a page's download link leads to."""
    return pd.read_csv(report / re.search(rf'href="(data/[^"]*{name}.csv)"', html)[1])


@pytest.fixture(scope="module")
def compared(run_once, tmp_path_factory):
    """Build folder, params of three councils beside Oldham, and what the run over all four said."""
    folder = tmp_path_factory.mktemp("councils")
    build = shutil.copytree(run_once[0], folder / "build")
    files = [
        council(folder / "bury", "Bury", "E08000002", nothing),
        council(folder / "rochdale", "Rochdale", "E08000005", eight_points_and_another_measure),
        council(folder / "wigan", "Wigan", "E08000010", broken),
    ]
    done = insight(
        "run", "params/oldham.yml", *files, "--stage", "outcomes", "--jobs", "2", "--keep-going", "--json", build=build
    )
    return build, files, done


def test_councils_run_in_workers_and_are_compared_without_a_league_table(compared):
    build, files, done = compared
    assert done.returncode == 4, done.stderr
    rows = {one["council"]: one for one in events(done) if "not_supplied" in one}
    assert {name: (row["done"], row["failed"]) for name, row in rows.items()} == {
        "Oldham": (0, 0),
        "Bury": (1, 0),
        "Rochdale": (1, 0),
        "Wigan": (0, 1),
    }
    assert rows["Oldham"]["up_to_date"] == 1
    assert "eyfs_counts" in json.dumps(rows["Wigan"]) or "outcomes failed" in rows["Wigan"]["note"]
    report = build / "agma" / "report"
    pathway, attainment = ((report / f"{name}.html").read_text() for name in ("pathway", "attainment"))
    assert "Rochdale: at school entry (1780 to 1890 days)" in pathway
    assert "Not compared: defined by one council only" in attainment
    assert "Rochdale: All pilot wards (gld_2013" in attainment
    values = downloaded(report, attainment, "all-attainment")
    assert set(values["council"]) == {"Oldham", "Bury", "Rochdale"}
    assert values[["lower", "upper"]].notna().all(axis=None)
    assert (values["possible ranks"] == "too few to rank").all()
    for page in report.glob("*.html"):
        html = page.read_text()
        assert "DRAFT: not signed off" in html
        assert 'data-standing="demonstration"' not in html or LABEL in html
    _each_value_is_the_councils_own(values, build)
    again = insight("councils", "params/oldham.yml", *files[:2], build=build)
    assert again.returncode == 0, again.stderr
    assert again.stdout.strip().endswith("agma/report/index.html")
    assert insight("councils", "params/oldham.yml", build=build).returncode == 4


def _each_value_is_the_councils_own(values, build):
    for name, rows in values.groupby("council"):
        own = pd.read_csv(build / name.lower() / "outcomes" / "tables" / "attainment.csv").set_index("label")
        for row in rows.itertuples():
            assert own.loc[row.what, "estimate"] == pytest.approx(row.estimate, abs=1e-3)


@pytest.mark.browser
@pytest.mark.skipif(BROWSER is None, reason=NO_BROWSER)
def test_axe_finds_nothing_on_the_pages_that_compare(compared, page):
    report = compared[0] / "agma" / "report"
    found = {}
    for file in sorted(report.glob("*.html")):
        page.goto(file.as_uri())
        if file.stem not in {"contents", "search"}:
            found[file.name] = accessibility.found_in_all_views(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), file
    assert {name: bad for name, bad in found.items() if bad} == {}
    assert {"index.html", "pathway.html", "attainment.html", "neighbours.html"} <= set(found)
    assert (page.outside, page.errors) == ([], [])
