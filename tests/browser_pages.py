"""Which pages a report of Oldham has, and how tests open one."""

import csv

from insight import paths
from insight.params import STAGES


def neighbourhoods():
    """Pages of neighbourhoods, from the demonstration look-up."""
    with (paths.root() / "data" / "demo" / "oldham" / "lookup.csv").open(encoding="utf-8", newline="") as stream:
        codes = {row["neighbourhood"] for row in csv.DictReader(stream)} - {""}
    return tuple(sorted(f"neighbourhood-{code.replace('_', '-')}" for code in codes))


ABOUT = ("contents", "logs", "privacy", "methods", "glossary", "provenance", "search")
PAGES = ("index", "findings", "figures", *STAGES, *neighbourhoods(), *ABOUT)


def open_page(page, report, name, query=""):
    """Open a page of the report; a page that is not there fails here, not as an empty page that passes."""
    file = report / f"{name}.html"
    assert file.exists()
    page.goto(file.as_uri() + query)
    page.wait_for_load_state("load")
    page.wait_for_timeout(200)
