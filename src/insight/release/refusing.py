"""What stops a release, all at once: each check returns lines that name the thing and the fix."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from insight import paths
from insight.errors import DisclosureError, InsightError
from insight.params import LoadedParams
from insight.privacy import disclosure
from insight.privacy.disclosure.log import ATTRIBUTE
from insight.release.gathering import Item, stages_of
from insight.report import gates
from insight.report.page import Run
from insight.report.site import MARK
from insight.report.standing import of_stage
from insight.sources.standing import LABEL
from insight.workbook import planning, registry, signing
from insight.workbook.record import RunRecord

if TYPE_CHECKING:
    import pandas as pd

REGISTER = "releases"
"""Folder of the register and ledger of releases, which a release itself writes."""


class ReleaseError(InsightError):
    """A release is refused; the message lists every reason."""

    exit_code = 3


def dirty_tree(known: RunRecord) -> list[str]:
    """Return why the code cannot be named: no version control, uncommitted changes now, or when the run was made."""
    try:
        state = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", "status", "--porcelain", "--", ".", f":(exclude){REGISTER}"],  # noqa: S607 - git as the user has it
            cwd=paths.root(),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout.splitlines()
    except (OSError, subprocess.SubprocessError):
        return ["the project is not under git, so nobody could find the code again. Fix: work in a clone"]
    if state:
        first = ", ".join(line[3:] for line in state[:3])
        return [f"{len(state)} uncommitted changes ({first}). Fix: commit or undo them, then run again"]
    if known.about.get("git_dirty"):
        return ["the run was made with uncommitted changes. Fix: insight run PARAMS --force"]
    return []


def out_of_date(loaded: LoadedParams, known: RunRecord) -> list[str]:
    """Return stages whose results are not those of the present inputs, params and code."""
    found = []
    for name in registry.chosen((), among=loaded.stages):
        one = registry.stages()[name]
        plan = planning.plan_stage(one, loaded, known)
        if plan.action in {"run", "absent"}:
            found.append(f"{name}: not up to date ({plan.why}). Fix: insight run {paths.shown(loaded.path)}")
    return found


def unsigned(run: Run) -> list[str]:
    """Return roles that have not signed what is there now."""
    return [
        f"{stage}: still a draft, not signed by {', '.join(roles)}. Fix: insight sign PARAMS {stage} --role ..."
        for stage, roles in signing.open_roles(run.loaded.council.slug, run.known).items()
    ]


def above_publishable(items: Sequence[Item]) -> list[str]:
    """Return files, outputs on pages and tables that may not be published."""
    found, treated = [], _treated(items)
    for item in items:
        if item.level != "publishable":
            found.append(f"{item.path}: level {item.level}. Fix: leave it out, or declare its level after review")
        if item.path.endswith(".html"):
            levels = {one for one in gates.facts_of(item.content.decode()).levels if one != "publishable"}
            found += [f"{item.path}: holds an output of level {level}. Fix: take it off the page" for level in levels]
        if item.path.startswith("tables/") or (item.path.startswith("report/") and item.path.endswith(".csv")):
            try:
                disclosure.release(_frame(item, treated), what=item.path)
            except DisclosureError as error:
                found.append(str(error))
    return found


def _treated(items: Sequence[Item]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what disclosure control did, by stage and table, from the logs among the files."""
    logs = [item for item in items if item.path.startswith("disclosure/")]
    return {
        (item.stage, entry["table"]): entry for item in logs for entry in json.loads(item.content.decode())["tables"]
    }


def _frame(item: Item, treated: Mapping[tuple[str, str], dict[str, Any]]) -> pd.DataFrame:
    """Return a table with what was done to it, so that a count left in a hidden row is seen here too."""
    import pandas as pd

    frame = pd.read_csv(io.BytesIO(item.content))
    name = item.path.rsplit("/", 1)[-1].removeprefix(MARK).removesuffix(".csv")
    if item.path.startswith("tables/") and (item.stage, name) in treated:
        frame.attrs[ATTRIBUTE] = treated[item.stage, name]
    return frame


def synthetic_without_label(run: Run, items: Sequence[Item]) -> list[str]:
    """Return whatever is made from demonstration data and does not say so."""
    made = {name for name in stages_of(run) if of_stage(run, name).is_demonstration}
    found = []
    for item in items:
        if item.path.endswith(".html"):
            text = item.content.decode()
            marked = 'data-standing="demonstration"' in text or item.stage in made
            if marked and LABEL not in text:
                found.append(f"{item.path}: demonstration data without the label. Fix: insight report PARAMS")
        if item.path.startswith("tables/") and item.stage in made:
            name = item.path.rsplit("/", 1)[-1]
            if not name.startswith(MARK) or LABEL not in item.description:
                found.append(f"{item.path}: demonstration data without the label. Fix: name it {MARK}{name}")
    return found


def drafts(items: Sequence[Item]) -> list[str]:
    """Return pages that still say that they are drafts though all roles have signed: built before the signatures."""
    return [
        f"{item.path}: says DRAFT. Fix: insight report PARAMS"
        for item in items
        if item.path.startswith("report/")
        and item.path.endswith(".html")
        and 'class="draft banner"' in item.content.decode()
    ]
