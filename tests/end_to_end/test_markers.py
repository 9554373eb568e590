"""Every empty number has a declared reason for its readers, and `[c]` stands only where the log has an entry."""

import json
import re
from html import unescape

import pandas as pd
import pytest

from insight.display.html import NOTHING, heading
from insight.privacy.disclosure import log
from insight.privacy.disclosure.markers import MEANINGS, STATUS, status_of
from insight.workbook import registry

pytestmark = pytest.mark.end_to_end
HIDDEN = "c"


@pytest.fixture(scope="module")
def build(run_once):
    return run_once[0] / "oldham"


def published(build):
    """Yield every published table of a run: its stage, its name, its rows, and what the stage's log says of it."""
    for declaration in registry.stages().values():
        folder = build / declaration.name
        done = json.loads((folder / log.FILE).read_text(encoding="utf-8"))
        logged = {entry["table"]: entry for entry in done["tables"] if entry["table"]}
        for name, level in declaration.tables.items():
            if level == "publishable":
                frame = pd.read_csv(folder / "tables" / f"{name}.csv", dtype={"period": str})
                yield declaration, name, frame, logged.get(name), done["empty"].get(name, {})


def statuses(frame, column):
    """Return the status of each cell by the table's own columns, empty where they tell none."""
    own = pd.Series("", index=frame.index)
    for name in (STATUS, status_of(column)):
        if name in frame.columns:
            given = frame[name].astype(object).where(frame[name].isin(list(MEANINGS)))
            own = given.where(given.notna(), own)
    return own


def test_each_empty_number_of_each_published_table_has_a_declared_reason(build):
    met, bare = 0, []
    for declaration, name, frame, _, declared in published(build):
        words = {STATUS, *map(status_of, frame.columns)}
        for column in frame.select_dtypes("number").columns.difference(list(words)):
            empty = frame[column].isna()
            is_told = statuses(frame, column)[empty].ne("")
            if not empty.any() or (empty.all() and column not in declared and not is_told.any()):
                continue  # a column of remarks that nobody made reads as numbers
            met += int(empty.sum())
            if column not in declared and not is_told.all():
                bare.append((declaration.name, name, column))
    assert met > 1_000
    assert bare == []


def test_declared_reasons_are_of_tables_and_columns_that_are_there(build):
    for declaration, name, frame, _, declared in published(build):
        assert set(declared) == set(declaration.empty.get(name, {}))
        assert set(declared) <= set(frame.columns), (declaration.name, name)
        assert set(declared.values()) <= {"[x]", "[z]"}


def test_what_is_hidden_stands_in_the_log_with_at_least_as_many_hidden(build):
    met = 0
    for declaration, name, frame, entry, _ in published(build):
        rows = frame[STATUS].eq(HIDDEN) if STATUS in frame.columns else pd.Series(data=False, index=frame.index)
        cells = [
            column for column in frame.columns if str(column).endswith(f"_{STATUS}") and frame[column].eq(HIDDEN).any()
        ]
        if not rows.any() and not cells:
            continue
        met += 1
        place = (declaration.name, name)
        assert entry is not None, place
        hidden = entry["small"] + entry["secondary"] + entry["dominated"] + entry["repeated"]
        assert hidden >= int(rows.sum()), place
        columns = [column for column in entry["columns"] if column in frame.columns]
        assert frame.loc[rows, columns].isna().all(axis=None), place
    assert met > 10


ALONE = {
    # themes of a ward as words, hidden as in the indicators
    ("profiling", "six-themes-table", "Coldhurst", "c"),
    ("profiling", "six-themes-table", "St Mary's", "c"),
    # two places have no supplied value beside the computed one
    ("profiling", "life-expectancy-computed-table", "Supplied", "x"),
    # shares of the areas' table, each under the name of its category
    *(
        ("acorn_mapping", "category-maps", name, "c")
        for name in ("Wealthy achievers", "Urban prosperity", "Comfortably off", "Moderate means", "Hard-pressed")
    ),
    # the three counts of a theme as one column
    ("ethnography", "themes-by-status", "Count", "c"),
    # differences of the issues' shares, hidden with them; any issue of all is no single test
    ("outcomes", "issue-differences", heading("odds_ratio"), "c"),
    ("outcomes", "issue-differences", heading("p_holm"), "z"),
}
"""Marks of outputs whose columns stand in no saved table under their name, each looked at by hand."""
BLOCK = re.compile(r'class="insight-(?:figure|table|map)" data-name="([^"]+)"')
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
HEAD, ROW, CELL = re.compile(r'<th scope="col"[^>]*>(.*?)</th>'), re.compile(r"<tr>(.*?)</tr>", re.DOTALL), re.compile(
    r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL
)  # fmt: skip


def marked(folder):
    """Yield each mark of the tables of an executed notebook: the output's name, the column's heading, the mark."""
    cells = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))["cells"]
    for text in (
        "".join(out.get("data", {}).get("text/html", [])) for cell in cells for out in cell.get("outputs", [])
    ):
        name, table = BLOCK.search(text), TABLE.search(text)
        if not name or not table:
            continue
        heads = HEAD.findall(table[0])
        for row in ROW.findall(table[0])[1:]:
            for head, shown in zip(heads, CELL.findall(row), strict=True):
                if shown == NOTHING or (shown.startswith("[") and shown.strip("[]") in MEANINGS):
                    yield name[1], unescape(head), shown.strip("[]")


def test_marks_of_notebooks_are_those_of_the_tables(build):
    """A mark that readers see is declared of that column in a table of the stage, or stands in its rows' status."""
    told: dict[str, dict[str, set[str]]] = {}
    for declaration, _, frame, _, declared in published(build):
        own = told.setdefault(declaration.name, {})
        for column in frame.columns:
            reasons = set(statuses(frame, column)) | {declared.get(column, "").strip("[]")}
            own.setdefault(heading(column), set()).update(reasons - {""})
    odd = {
        (stage, name, head, mark)
        for stage in told
        for name, head, mark in marked(build / stage)
        if mark in {"x", "z", HIDDEN} and mark not in told[stage].get(head, set())
    }
    assert odd == ALONE
    assert sum(1 for stage in told for _ in marked(build / stage)) > 100
