"""Extracts as a council's systems export them: people of a demonstration world, moved to real output areas, untidy.

Their codes lose the mark of invented data, so that they stand in for a council's own; with it they would be known for
what they are in whatever form (tests/unit/sources/test_marks.py).
"""

import re

import openpyxl
import pandas as pd

from insight.sources.marks import PREFIX
from untidy_files import write_ods

NAMES = ["Child ID", "Date of Birth", "Output Area", "Registration Date", "Contacts", "Centre"]
LIBRARY = {"child_id": "Borrower Number", "birth_month": "Date of Birth", "oa": "Output Area", "joined": "Date Joined"}
SIZES = {"roster_childrens_centre": 3000, "roster_library": 120, "roster_benefits": 400}


def day(text):
    return "/".join(reversed(text.split("-")))


def year_on(text):
    return f"{int(text[:4]) + 1}{text[4:].replace('-02-29', '-02-28')}"


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


def lay_extracts(world, folder, areas):
    """Write the exports of two years into a council's folder.

    Args:
        world: folder of a demonstration world.
        folder: the council's.
        areas: the council's own output areas; the world's are moved onto them in order.

    Returns:
        The rosters that the exports of the first year hold, by input.
    """

    def table(name):
        frame = pd.read_csv(world / f"{name}.csv", dtype=str, keep_default_na=False)
        frame.iloc[:, 0] = frame.iloc[:, 0].str.removeprefix(PREFIX)
        own = sorted(pd.read_csv(world / "lookup.csv", usecols=["oa"])["oa"])
        moved = {code: areas[place % len(areas)] for place, code in enumerate(own)}
        return frame.assign(oa=frame["oa"].map(moved)).head(SIZES[name])

    made = {name: table(name) for name in SIZES}
    roster = made["roster_childrens_centre"]
    estart(roster, folder / "estart_2011.xlsx", NAMES)
    later = roster.iloc[: int(0.6 * len(roster))]
    later = later.assign(birth_month=later["birth_month"].map(year_on), registered=later["registered"].map(year_on))
    estart(later, folder / "estart_2012.xlsx", ["Child ID", "DOB", *NAMES[2:]])
    library = made["roster_library"].rename(columns={**LIBRARY, "loans": "Total Issues"}).assign(Branch="Café branch")
    for name in ("Date of Birth", "Date Joined"):
        library[name] = library[name].map(day)
    text = "Members aged 0 to 4,,,,,\n" + library.to_csv(index=False, lineterminator="\n")
    (folder / "library_2011.csv").write_bytes(text.encode("cp1252"))
    rows = [["Households with children under five"], ["Claim Reference", "OA Code", "Children Under 5", "Benefit Type"]]
    words = {"housing": "HB", "council_tax": "Local scheme"}
    rows += [
        [row.household_id, row.oa, int(row.children_0_4), words[row.benefit]]
        for row in made["roster_benefits"].itertuples()
    ]
    write_ods(folder / "benefits_2011.ods", rows)
    return made


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


def edit_params(file, wanted):
    """Write settings of a page's YAML block over those of a params file, each on its own line, as an editor would."""
    text = file.read_text(encoding="utf-8")
    for line in wanted.splitlines()[2:]:
        name = line.split(":")[0].strip()
        text, count = re.subn(rf"(?m)^    {name}:.*$", lambda _, line=line: line, text, count=1)
        assert count == 1, name
    file.write_text(text, encoding="utf-8")
