"""Linking as a council does it: counts, the sheet for reviewers, labels that come back, refusals with their fix."""

import stat

import pandas as pd
import pytest
import yaml

import worlds
from commands import insight
from insight import paths

SOURCES = ("childrens_centre", "library", "benefits", "health_visiting")
PEOPLE = 600


@pytest.fixture(scope="module")
def council(tmp_path_factory):
    """A council of its own with records of some families, an agreement for them, and no truth."""
    folder = tmp_path_factory.mktemp("council")
    truth = worlds.world().frame("linkage_truth").set_index(["source", "record_id"])["person"]
    some = set(truth.drop_duplicates().sort_values().iloc[:PEOPLE])
    fields = {}
    for source in SOURCES:
        frame = worlds.world().frame(f"records_{source}")
        own = frame[[truth[source, one] in some for one in frame["record_id"]]]
        own.to_csv(folder / f"{source}.csv", index=False)
        fields[f"records_{source}"] = list(own.columns)
    fields["linkage_labels"] = ["left_source", "left_record", "right_source", "right_record", "is_match"]
    entry = {
        "controller": "the council",
        "purpose": "linking",
        "lawful_basis": "public_task",
        "audience": ["analysts"],
        "retention_until": "2999-12-31",
        "inputs": fields,
    }
    (folder / "sharing.yml").write_text(yaml.safe_dump({"sources": {"services": entry}}), encoding="utf-8")
    template = yaml.safe_load((paths.root() / "params" / "rochdale.yml").read_text(encoding="utf-8"))
    template["inputs"] |= {f"records_{source}": f"{source}.csv" for source in SOURCES}
    write(folder, template)
    return folder, template, truth


def write(folder, template, **changed):
    made = {**template, "inputs": {**template["inputs"], **changed}}
    (folder / "params.yml").write_text(yaml.safe_dump(made), encoding="utf-8")
    return folder / "params.yml"


def test_a_review_goes_out_and_comes_back(council, tmp_path):
    folder, template, truth = council
    params = write(folder, template)
    first = insight("link", params, "--review", build=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "records of childrens centre" in first.stdout
    assert "not known: no truth keys and no returned labels" in first.stdout
    assert "personal data" in first.stderr
    sheet = tmp_path / "rochdale" / "review" / "linkage_review.csv"
    assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
    rows = pd.read_csv(sheet, dtype=str)
    assert rows["is_match"].isna().all()
    names = set(rows["left_surname"].dropna())
    assert not names & set((first.stdout + first.stderr).lower().split())

    again = insight("link", params, "--review", build=tmp_path)
    assert again.returncode == 1
    assert "a sheet is there already" in again.stderr
    assert pd.read_csv(sheet, dtype=str).equals(rows)

    keys = [list(zip(rows[f"{side}_source"], rows[f"{side}_record"], strict=True)) for side in ("left", "right")]
    same = [truth[one] == truth[other] for one, other in zip(*keys, strict=True)]
    rows.assign(is_match=["true" if one else "false" for one in same]).to_csv(folder / "labels.csv", index=False)
    back = insight("link", write(folder, template, linkage_labels="labels.csv"), build=tmp_path)
    assert back.returncode == 0, back.stderr
    told = dict(line.rsplit("  ", 1) for line in back.stdout.splitlines() if "  " in line)
    recall = next(value for what, value in told.items() if what.strip() == "recall, lax, all")
    assert 80 < float(recall.strip().split("%")[0]) <= 100
    assert "clerical sample" in recall


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (dict.fromkeys([f"records_{one}" for one in SOURCES[1:]], "not_supplied"), "1 services supply records to link"),
        ({"records_library": "absent.csv"}, "absent.csv"),
    ],
)
def test_what_cannot_be_linked_is_refused_with_its_fix(council, tmp_path, change, says):
    folder, template, _ = council
    done = insight("link", write(folder, template, **change), build=tmp_path)
    assert done.returncode == 4, done.stderr
    assert says in done.stderr
    assert "Fix" in done.stderr or "fix" in done.stderr


def test_help_tells_what_the_sheet_is_and_what_comes_back():
    done = insight("link", "--help", build=paths.root() / "build", COLUMNS="100", TERM="dumb")
    words = " ".join(done.stdout.replace("│", " ").split())
    assert done.returncode == 0
    for part in ("--review", "personal data", "linkage_labels", "is_match", "Exit code 4"):
        assert part in words
