"""Privacy: the data-sharing register as the protocol's annex, and what disclosure control did to each table."""

from __future__ import annotations

import json

from insight import paths
from insight.privacy import register
from insight.privacy.disclosure.log import FILE
from insight.report.page import Rows, Run
from insight.report.parts import table
from insight.report.rendering import text

SOURCE = "Data-sharing register, sharing.yml"
LOG = "Log of disclosure control, disclosure.json of each stage"


def _treated(run: Run) -> tuple[Rows, dict[str, str]]:
    rows: Rows = []
    policy: dict[str, str] = {}
    for name, declaration in run.stages.items():
        path = paths.stage_dir(run.loaded.council.slug, name) / FILE
        if not path.exists():
            continue
        told = json.loads(path.read_text(encoding="utf-8"))
        policy = told["policy"]
        rows += [
            {
                "stage": declaration.title,
                "table": one["table"].replace("_", " ") or "a part of a table",
                "cells": one["cells"],
                "small numbers hidden": one["small"],
                "sums of one or two hidden": one.get("dominated", 0),
                "hidden to protect them": one["secondary"],
                "hidden as in another table": f"{one['repeated']}: {one['follows'] or 'parts'}"
                if one.get("repeated")
                else "0",
                "narrowest range": "none hidden in a sum" if one["narrowest"] is None else f"{one['narrowest']:.0f}",
                "categories merged": one.get("merged", "") or "none",
                "already published": one["published"],
                "not protected": one["unprotected"],
            }
            for one in told["tables"]
        ]
    return rows, policy


def privacy_page(run: Run) -> str:
    """Return the page that says under what agreements people's rows were used, and how small numbers were kept."""
    agreed = register.annex(register.of_council(run.loaded)).to_dict("records")
    rows, policy = _treated(run)
    parts = [
        "<h2>What was agreed</h2>",
        table(
            agreed,
            name="sharing",
            title="Annex of the sharing protocol: source, purpose, lawful basis, fields, retention, audience",
            caption="Rows about people are loaded only where an entry names the file and each of its fields.",
            source=SOURCE,
        ),
        "<h2>How small numbers were kept</h2>",
    ]
    if policy:
        parts.append(
            f"<p>Policy {text(policy['name'])}: {text(policy['rule'])} (mark {text(policy['mark'])}). Source: "
            f"{text(policy['source'])}.</p>"
        )
    parts.append(
        table(
            rows,
            name="disclosure",
            title="What disclosure control did, table by table",
            caption="The narrowest range is how closely a hidden number can be told by whoever has all that is shown. "
            "No hidden number is given here. Already published: cells that the case study printed with that value; "
            "they stay, and protect nothing.",
            source=LOG,
        )
    )
    return "".join(parts)
