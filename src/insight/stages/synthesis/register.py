"""The register of things to start, stop and change: what each rests on, links both ways, and how firm its rank is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from insight.errors import InputError, Problem

ORDER = {"low": 1, "medium": 2, "high": 3}
DECISIONS = ("start", "stop", "change")
CONFIDENCE = {"supported": 3, "refuted": 3, "partly": 2, "consistent with": 2}
"""Confidence that a cited finding lends; what is not shown, not testable or on demonstration data lends the least."""
FIRST = 3
SLACK = 1e-12
CALLS = "recommendation"


def _cited(register: pd.DataFrame) -> pd.Series:
    return register["findings"].fillna("").str.split()


def check_links(
    actions: pd.DataFrame, *, known: Iterable[str], calling: Iterable[str], set_aside: Mapping[str, str], file: str
) -> None:
    """Refuse a register with an orphan at either end.

    Args:
        actions: entries with ``action`` and ``findings``.
        known: ids of all findings.
        calling: ids of findings that call for an action: each must be taken up by one entry or set aside.
        set_aside: reason by finding id for what is knowingly left without an action.
        file: the register's file, for the message.

    Raises:
        InputError: an entry that cites no known finding, a finding that calls for action and gets none, or one that is
            set aside though an entry cites it; all at once.
    """
    names, wanted = set(known), set(calling)
    problems, cited = [], set()
    for action, found in zip(actions["action"], _cited(actions), strict=True):
        cited |= set(found)
        if not found:
            rule = f"{action}: rests on no finding"
            problems.append(Problem(file=file, column="findings", rule=rule, found="", fix="cite a finding id"))
        for name in sorted(set(found) - names):
            rule, fix = f"{action}: unknown finding", "use an id of findings.csv"
            problems.append(Problem(file=file, column="findings", rule=rule, found=name, fix=fix))
    for name in sorted(wanted - cited - set(set_aside)):
        rule = "a finding that calls for action is taken up by no entry"
        fix = "cite it in an entry, or give the reason under set_aside in the params"
        problems.append(Problem(file=file, column="findings", rule=rule, found=name, fix=fix))
    for name in sorted(set(set_aside) & cited):
        rule, fix = "a finding is set aside and cited as well", "take it out of set_aside in the params"
        problems.append(Problem(file=file, column="findings", rule=rule, found=name, fix=fix))
    if problems:
        raise InputError(problems)


def on_front(impact: pd.Series, effort: pd.Series) -> list[bool]:
    """Return which entries no other beats: at least their impact for at most their effort, better in one of the two."""
    return [
        not (((impact >= own) & (effort <= cost) & ((impact > own) | (effort < cost))).any())
        for own, cost in zip(impact, effort, strict=True)
    ]


def share_in_first(scores: np.ndarray, *, draws: int, seed: int, first: int = FIRST) -> np.ndarray:
    """Return how often each row ranks among the ``first`` when weights of its columns are drawn at random.

    Args:
        scores: rows by criterion, higher is better, on one scale.
        draws: weights drawn from the flat Dirichlet distribution.
        seed: seed of the draws.
        first: how many places count.

    Rows that tie across the last place share it: each gets the part of a place that is left.
    """
    weights = np.random.default_rng(seed).dirichlet(np.ones(scores.shape[1]), draws)
    totals = weights @ scores.T
    above = (totals[:, None, :] > totals[:, :, None] + SLACK).sum(axis=2)
    equal = (np.abs(totals[:, None, :] - totals[:, :, None]) <= SLACK).sum(axis=2)
    return np.asarray(np.clip((first - above) / equal, 0, 1).mean(axis=0))


def decisions_register(
    actions: pd.DataFrame,
    decided: pd.DataFrame,
    known: set[str],
    *,
    file: str,
    calling: Iterable[str] = (),
    set_aside: Mapping[str, str] | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """Return things to start, stop and change with what they rest on, the front, and the stability of their rank.

    Returns:
        Columns kind, text, priority_area, owner, impact, effort, evidence (low, medium, high), is_on_front (Pareto
        front of impact against effort), share_in_first_three (over random weights of impact, effort and evidence),
        resting_on.

    Raises:
        InputError: an orphan at either end, see :func:`check_links`.
    """
    register = actions[actions["kind"].isin(DECISIONS)].reset_index(drop=True).copy()
    check_links(register, known=known, calling=calling, set_aside=set_aside or {}, file=file)
    cited = _cited(register)
    outcome = decided.set_index("id")["outcome"].to_dict()
    register["resting_on"] = [
        "; ".join(f"{name}: {outcome.get(name, 'not testable here')}" for name in names) for names in cited
    ]
    impact, effort = register["impact"].map(ORDER), register["effort"].map(ORDER)
    trust = pd.Series([max(CONFIDENCE.get(outcome.get(name, ""), 1) for name in names) for names in cited], dtype=int)
    names = {value: name for name, value in ORDER.items()}
    register["evidence"] = trust.map(names)
    register["is_on_front"] = on_front(impact, effort)
    scores = np.column_stack([impact, len(ORDER) + 1 - effort, trust]).astype(float)
    if len(register):
        register["share_in_first_three"] = share_in_first(scores, draws=draws, seed=seed)
    columns = ["kind", "text", "priority_area", "owner", "impact", "effort", "evidence", "is_on_front"]
    return register.reindex(columns=[*columns, "share_in_first_three", "resting_on"])


def actions_by_finding(actions: pd.DataFrame) -> dict[str, list[str]]:
    """Return the entries that rest on each finding: the link the other way."""
    found: dict[str, list[str]] = {}
    register = actions[actions["kind"].isin(DECISIONS)]
    for text, names in zip(register["text"], _cited(register), strict=True):
        for name in names:
            found.setdefault(name, []).append(text)
    return found
