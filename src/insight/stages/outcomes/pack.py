"""The 'green book' as one page to print and leave with a parent: local services by need."""

from __future__ import annotations

from html import escape

import pandas as pd

from insight.sources.standing import Standing

STYLE = (
    "body{font:12pt/1.4 Arial,'Liberation Sans',sans-serif;max-width:42em;margin:2em auto;color:#0b0c0c}"
    "section{break-inside:avoid;margin-bottom:1em}h2{border-bottom:2px solid #12436d;font-size:14pt}"
    "li{margin-bottom:.4em}.standing{border:1px solid;padding:.4em}"
    "@media print{body{margin:0}@page{margin:18mm}}"
)
KINDS = {"universal": "open to all", "specialist": "on referral"}


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def page(directory: pd.DataFrame, *, council: str, standing: Standing) -> str:
    """Return the directory as a page of its own: no script and no outside file, a block a need that is never split.

    Args:
        directory: rows in the order of print, as :func:`voices.directory` gives them.
        council: name of the council, for the title.
        standing: what the entries are; its label stands on the page.
    """
    blocks = []
    for need, own in directory.groupby("need", sort=True):
        lines = "".join(
            f"<li><strong>{escape(row.service)}</strong> ({escape(KINDS.get(row.kind, row.kind))}), "
            f"{escape(row.provider)}; {escape(row.area)}; {escape(row.ages)}. {escape(_sentence(row.how_to_reach))}. "
            f"Checked {escape(row.checked)}.</li>"
            for row in own.itertuples()
        )
        blocks.append(f"<section><h2>{escape(str(need).capitalize())}</h2><ul>{lines}</ul></section>")
    body = "".join(blocks) or "<p>No directory of local services was supplied.</p>"
    title = f"Services for families in {escape(council)}"
    return (
        f'<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title>'
        f'<style>{STYLE}</style></head><body><h1>{title}</h1><p class="standing">{escape(standing.label)}</p>'
        f"{body}</body></html>\n"
    )
