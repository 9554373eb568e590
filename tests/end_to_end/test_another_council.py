"""A new council by the how-to alone: its commands in their order, on untidy extracts of another world."""

import json
import re
import shutil

import openpyxl
import pandas as pd
import pytest
import yaml

from commands import insight
from insight import paths
from untidy_files import write_ods

pytestmark = pytest.mark.end_to_end
ROOT = paths.root()
PAGE = ROOT / "docs" / "how-to" / "another-council.md"
PEOPLE = ("roster_childrens_centre", "roster_library", "roster_benefits")


def commands():
    blocks = re.findall(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [line.split()[1:] for block in blocks for line in block.splitlines() if line.startswith("insight ")]


def bare_root(folder):
    """A root as another council clones it: no data but references and the publication, no params but two."""
    for name in ("notebooks", "data/reference", "data/published"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "params").mkdir()
    for name in ("pyproject.toml", "requirements.lock", "params/wigan.yml", "params/oldham.yml"):
        shutil.copy2(ROOT / name, folder / name)
    return folder


def day(text):
    return "/".join(reversed(text.split("-")))


def estart(roster, path, names):
    """A workbook as a children's centre exports it: title, run date, day/month/year, a total and a note."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Registrations"
    sheet.append(["Registrations and contacts, all centres"])
    sheet.append(["Run by: Information team"])
    sheet.append([])
    sheet.append(names)
    for row in roster.itertuples():
        sheet.append([row.child_id, day(row.birth_month), row.oa, day(row.registered), int(row.contacts), "Centre A"])
    sheet.append(["Total", None, None, None, int(roster["contacts"].astype(int).sum())])
    sheet.append([])
    sheet.append(["Source: centre system; contacts of the last twelve months"])
    book.create_sheet("About").append(["Contact the information team with questions"])
    book.save(path)


NAMES = ["Child ID", "Date of Birth", "Output Area", "Registration Date", "Contacts", "Centre"]


def lay_extracts(world, folder):
    """Write untidy extracts of a world's people, and its tidy public files under the council's own borough."""

    def table(name):
        return pd.read_csv(world / f"{name}.csv", dtype=str, keep_default_na=False)

    roster, library, benefits = (table(name).head(400) for name in PEOPLE)
    estart(roster, folder / "estart_2011.xlsx", NAMES)
    estart(roster.iloc[1:], folder / "estart_2012.xlsx", ["Child ID", "DOB", *NAMES[2:]])
    library = library.rename(
        columns={
            "child_id": "Borrower Number",
            "birth_month": "Date of Birth",
            "oa": "Output Area",
            "joined": "Date Joined",
        }
    ).rename(columns={"loans": "Total Issues"})
    library["Branch"] = "Café branch"
    for name in ("Date of Birth", "Date Joined"):
        library[name] = library[name].map(day)
    text = "Members aged 0 to 4,,,,,\n" + library.to_csv(index=False, lineterminator="\n")
    (folder / "library_2011.csv").write_bytes(text.encode("cp1252"))
    rows = [["Households with children under five"], ["Claim Reference", "OA Code", "Children Under 5", "Benefit Type"]]
    words = {"housing": "HB", "council_tax": "Local scheme"}
    rows += [[r.household_id, r.oa, int(r.children_0_4), words[r.benefit]] for r in benefits.itertuples()]
    write_ods(folder / "benefits_2011.ods", rows)
    table("lookup").assign(borough="rochdale").to_csv(folder / "lookup.csv", index=False)
    indicators = table("indicators")
    indicators["area"] = indicators["area"].replace("oldham", "rochdale")
    indicators.to_csv(folder / "indicators.csv", index=False)
    return roster, benefits


def fill_register(file):
    """Take the comments off the services' block, as the file's own head says, and fill it."""
    lines = file.read_text(encoding="utf-8").splitlines()
    start = lines.index("#   services:")
    end = next(at for at in range(start + 1, len(lines)) if re.match(r"#   \w", lines[at]))
    block = [line.removeprefix("# ") for line in ["# sources:", *lines[start:end]]]
    text = "\n".join(block).replace("lawful_basis: ...", "lawful_basis: public_task")
    text = text.replace('retention_until: "..."', 'retention_until: "2099-12-31"').replace('"..."', '"agreed in 2011"')
    file.write_text(text + "\n", encoding="utf-8")


def edit_draft(file):
    """Decide the code that the draft leaves open."""
    text = file.read_text(encoding="utf-8")
    assert "Local scheme: '?'" in text
    file.write_text(text.replace("Local scheme: '?'", "Local scheme: council_tax"), encoding="utf-8")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A root with nothing but the clone, and another world's files."""
    base = tmp_path_factory.mktemp("council")
    made = insight("demo", "--out", base / "world", "--seed", "7", build=base / "build")
    assert made.returncode == 0, made.stderr
    bare_root(base / "root")
    return base


def type_in(place, words, code=0):
    """Type a command of the page; its paths start at the root."""
    root = place / "root"
    given = [str(root / word) if word.startswith(("data/", "params/")) else word for word in words]
    done = insight(*given, build=place / "build", INSIGHT_ROOT=str(root))
    assert done.returncode == code, (words, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout + done.stderr


def take_in(place, lookup, centre, library, draft, edited):
    """Adopt the look-up and three services' extracts, agreeing and deciding what the page says by hand."""
    folder, mappings = place / "root" / "data" / "rochdale", place / "root" / "params" / "rochdale" / "mappings"
    roster, benefits = lay_extracts(place / "world", folder)
    type_in(place, lookup)
    # nothing about people is looked at before something is agreed
    assert "nothing is agreed yet" in type_in(place, centre, code=2)
    fill_register(folder / "sharing.yml")
    said = type_in(place, centre)
    assert f"{len(roster)} records" in said
    assert "total row left out" in said
    assert "column of the export not taken in (Centre)" in said
    assert "read as Windows-1252" in type_in(place, library)
    assert "say what `Local scheme` means" in type_in(place, draft, code=3)
    assert not (mappings / "roster_benefits.yml").exists()
    edit_draft(mappings / "roster_benefits.draft.yml")
    assert f"{len(benefits)} records" in type_in(place, edited)
    return len(roster)


def test_the_how_to_takes_a_council_from_nothing_to_a_run_and_a_second_year(place):
    listed = commands()
    assert [one[0] for one in listed] == ["init", "check", *["adopt"] * 5, "check", "run", "adopt"]
    params = place / "root" / "params" / "rochdale.yml"
    assert "wrote params/rochdale.yml" in type_in(place, listed[0])
    said = type_in(place, listed[1])
    assert "data/rochdale/values_survey.csv: lets values_modes run" in said
    assert "begin with area look-up" in said
    registered = take_in(place, *listed[2:7])
    text = params.read_text(encoding="utf-8")
    assert "roster_benefits: data/rochdale/benefits_2011.ods" in text
    named = text.replace("indicators: not_supplied #", "indicators: data/rochdale/indicators.csv #", 1)
    params.write_text(named, encoding="utf-8")
    said = type_in(place, listed[7])
    assert "5 of" in said
    assert "changed on reading: date read as day/month/year" in said
    assert "can run now: profiling" in said
    type_in(place, listed[8])
    record = json.loads((place / "build" / "rochdale" / "run.json").read_text(encoding="utf-8"))
    inputs = record["stages"]["profiling"]["inputs"]
    assert any("total row left out" in one for one in inputs["roster_childrens_centre"]["changed_on_reading"])
    assert "read as Windows-1252" in inputs["roster_library"]["changed_on_reading"]
    assert inputs["roster_childrens_centre"]["file"] == "data/rochdale/estart_2011.xlsx"
    said = type_in(place, listed[9])
    assert "`Date of Birth` (for birth_month) is gone; proposed in its place: DOB" in said
    assert f"{registered - 1} records" in said
    mapping = yaml.safe_load((params.parent / "rochdale/mappings/roster_childrens_centre.yml").read_text("utf-8"))
    assert mapping["columns"]["birth_month"]["from"] == "DOB"
    assert "roster_childrens_centre changed" in type_in(place, ["why", "params/rochdale.yml", "profiling"])


def test_a_template_that_is_left_as_it_is_is_refused(tmp_path):
    root = bare_root(tmp_path / "root")
    done = insight("init", "Bury", build=tmp_path / "build", INSIGHT_ROOT=str(root))
    assert done.returncode == 0, done.stderr
    params = root / "params" / "bury.yml"
    text = params.read_text(encoding="utf-8")
    params.write_text(
        text.replace("births: not_supplied #", "births: data/bury/templates/births.csv #"), encoding="utf-8"
    )
    done = insight("check", params, "--json", build=tmp_path / "build", INSIGHT_ROOT=str(root))
    assert done.returncode == 4
    (births,) = [one for one in json.loads(done.stdout) if one["name"] == "births"]
    assert [(one["row"], "template" in one["rule"]) for one in births["problems"]] == [(2, True), (3, True)]
    again = insight("init", "Bury", build=tmp_path / "build", INSIGHT_ROOT=str(root))
    assert "wrote 0 templates" in again.stdout
    assert "births: data/bury/templates/births.csv" in params.read_text(encoding="utf-8")


def test_a_council_outside_the_ten_gives_its_code(tmp_path):
    root = bare_root(tmp_path / "root")
    done = insight("init", "Blackburn with Darwen", build=tmp_path / "b", INSIGHT_ROOT=str(root))
    assert done.returncode == 2
    assert "--lad-code" in done.stderr
    done = insight(
        "init", "Blackburn with Darwen", "--lad-code", "E06000008", build=tmp_path / "b", INSIGHT_ROOT=str(root)
    )
    assert done.returncode == 0, done.stderr
    made = yaml.safe_load((root / "params" / "blackburn_with_darwen.yml").read_text(encoding="utf-8"))
    assert made["council"] == {
        "name": "Blackburn with Darwen",
        "slug": "blackburn_with_darwen",
        "lad_code": "E06000008",
    }
