"""Headlines rerun over the choices that could have been made, each from the tables that its strand handed on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import difference, log_ratio, newcombe_difference
from insight.published.ledger import Ledger
from insight.sources.contracts.records import ANY_SERVICE, CENTRE, LEAST_NEEDY, LOCAL_FIFTH, NEEDIEST, SERVICE_NAMES

UNIVERSES = ["headline", "choices", "estimate", "lower", "upper", "is_held", "standing"]
SEPARATOR = "; "
RISE, MORE = "outcomes.both_wards.eyfs_increase_pct", "outcomes.both_wards.eyfs_increase_children_count"
BASES = ("eyfs.st_marys.good_level_pct", "eyfs.coldhurst.good_level_pct")
HALF, FIRST = 0.5, 2
MARGINS = (0.05, 0.10, 0.15)
ATTRIBUTIONS = {"a quarter": 0.25, "a half": 0.5, "all": 1.0}
PILOT, OTHERS = "All pilot wards", "All other wards"
UNUSED = "not used"
"""Level of a choice that one way to rerun a headline leaves out and another makes."""
Row = dict[str, object]
Limits = tuple[float, float | None, float | None]
DEMO, PRINT = "as the strand's data", "published"

READING, SUMMARY, THRESHOLD = "reading of 7.3", "summary of deprivation", "threshold of linkage"
REACH, MARGIN, WEIGHTS = "reach", "margin", "weights"
RISEN, REACHED, WARD_REACHED, KNOWN = (
    "The printed rise is beyond chance",
    "The neediest areas are reached less",
    "The most deprived ward is reached less",
    "A service knows fewer than half of young children",
)
DEPRIVED, ALIKE, LEADS = (
    "The two most deprived wards stay the same",
    "Values are alike across groups",
    "Golden Dreamers are the largest mode",
)
BONDED, ROSE, SAVES = (
    "Ties stay within the ethnic group beyond chance",
    "Attainment rose beyond chance",
    "saves money",
)


def _row(headline: str, choices: dict[str, str], values: Limits, held: object) -> Row:
    words = SEPARATOR.join(f"{name}: {value}" for name, value in choices.items())
    return dict(zip(UNIVERSES, (headline, words, *values, bool(held), DEMO), strict=True))


def _values(one: Estimate) -> Limits:
    return one.estimate, one.lower, one.upper


def _table(folder: Path, stage: str, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / stage / "tables" / f"{name}.csv")


def _less(
    need: pd.DataFrame, rest: pd.DataFrame, count: str, choices: dict[str, str], headline: str = REACHED
) -> Iterator[Row]:
    """Yield one universe of reach: the share reached in the needy areas less that in others, if both are there."""
    if need.empty or rest.empty:
        return
    cells = [int(frame[name].sum()) for frame in (need, rest) for name in (count, "children")]
    gap = newcombe_difference(*cells)
    yield _row(headline, choices, _values(gap), gap.upper is not None and gap.upper < 0)


def reach(folder: Path) -> Iterator[Row]:
    """Yield reach of the needy against others: areas by homes on benefits or by their score, wards by a summary."""
    frame = _table(folder, "service_mapping", "reach").dropna(subset=["count", "children"])
    for measure, own in frame.groupby("measure", sort=False):
        need = own["areas_by_need"] == "neediest fifth"
        rivals = {"all others": ~need, "least needy fifth": own["areas_by_need"] == "least needy fifth"}
        for words, rest in rivals.items():
            choices = {"need by": "homes on benefits", REACH: str(measure), "compared with": words}
            yield from _less(own[need], own[rest], "count", choices | {THRESHOLD: UNUSED})
    yield from _linked_reach(folder)


def _linked_reach(folder: Path) -> Iterator[Row]:
    """Yield the same over linked records; nothing where this run linked none."""
    try:
        linked = _table(folder, "profiling", "known").dropna(subset=["known"])
    except FileNotFoundError:
        return
    for (threshold, measure), own in linked[linked["service"] == CENTRE].groupby(
        ["threshold", "definition"], sort=False
    ):
        fifths = own[own["level"] == LOCAL_FIFTH]
        need = fifths["area"].str.startswith(NEEDIEST)
        made = {"need by": "deprivation of linked areas", REACH: str(measure)}
        for words, rest in {
            "all others": ~need,
            "least needy fifth": fifths["area"].str.startswith(LEAST_NEEDY),
        }.items():
            choices = made | {"compared with": words, THRESHOLD: str(threshold)}
            yield from _less(fifths[need], fifths[rest], "known", choices)
        wards = own[own["level"] == "ward"]
        for rule, order in _ranks(folder).items():
            first = wards["area"].map(order).rank(method="min") == 1
            choices = {REACH: str(measure), THRESHOLD: str(threshold), SUMMARY: rule}
            yield from _less(wards[first], wards[~first], "known", choices, WARD_REACHED)


def _ranks(folder: Path) -> dict[str, pd.Series]:
    """Return ranks of wards, 1 the most deprived, by summary; empty where deprivation was not supplied."""
    try:
        frame = _table(folder, "profiling", "deprivation_rules").set_index("ward")
    except FileNotFoundError:
        return {}
    return {name: frame[name] for name in frame.columns if name not in {"area", "best_rank", "worst_rank"}}


def known(folder: Path) -> Iterator[Row]:
    """Yield, by service and definition, whether fewer than half of all young children are known to it."""
    frame = _table(folder, "profiling", "known").dropna(subset=["share", "lower", "upper"])
    for row in frame[(frame["level"] == "all") & (frame["service"] != ANY_SERVICE)].to_dict("records"):
        choices = {
            THRESHOLD: str(row["threshold"]),
            "service": SERVICE_NAMES.get(row["service"], str(row["service"])),
            REACH: str(row["definition"]),
        }
        yield _row(KNOWN, choices, (row["share"], row["lower"], row["upper"]), row["upper"] < HALF)


def deprived(folder: Path) -> Iterator[Row]:
    """Yield whether the two most deprived wards by each summary are those by the workbook's own."""
    frame = _table(folder, "profiling", "deprivation_rules").set_index("ward")
    rules = [name for name in frame.columns if name not in {"area", "best_rank", "worst_rank"}]
    worst = [set(frame.index[frame[rule] <= FIRST]) for rule in rules]
    for rule, wards in zip(rules, worst, strict=True):
        yield _row(DEPRIVED, {SUMMARY: rule}, (float(len(wards & worst[0])), None, None), wards == worst[0])


def alike(folder: Path) -> Iterator[Row]:
    """Yield sameness of values by groups compared, modes, weights and margin."""
    frame = _table(folder, "values_modes", "equivalence").dropna(subset=["v_upper", "gap_upper"])
    for row, margin in product(frame.to_dict("records"), MARGINS):
        choices = {
            "groups": row["comparison"],
            "modes": row["outcome"],
            WEIGHTS: row["weights"],
            MARGIN: f"{margin:.2f}",
        }
        held = max(row["v_upper"], row["gap_upper"]) < margin
        yield _row(ALIKE, choices, (row["v"], row["v_lower"], row["v_upper"]), held)


def leads(folder: Path) -> Iterator[Row]:
    """Yield the lead of the largest mode over the second, weighted and as sampled."""
    frame = _table(folder, "values_modes", "modes").dropna(subset=["share", "unweighted"])
    for words, column in {"weighted to residents": "share", "as sampled": "unweighted"}.items():
        ranked = frame.sort_values(column, ascending=False)
        lead = float(ranked[column].iloc[0] - ranked[column].iloc[1])
        held = str(ranked["mode"].iloc[0]).lower().replace(" ", "_") == "golden_dreamers"
        yield _row(LEADS, {WEIGHTS: words}, (lead, None, None), held)


def bonded(folder: Path) -> Iterator[Row]:
    """Yield ties within the ethnic group over those expected, by ties counted, scale and treatment of the unknown."""
    frame = _table(folder, "social_networks", "bonding").dropna(subset=["ratio", "ratio_lower"])
    for row in frame.to_dict("records"):
        made = {"ties": row["relation"], "strength": row["strength"], "expected from": row["scale"]}
        ways: dict[str, Limits] = {"left out": (row["ratio"], row["ratio_lower"], row["ratio_upper"])}
        for words, column in {"all within": "ratio_if_within", "all beyond": "ratio_if_beyond"}.items():
            if not pd.isna(row[column]):
                ways[words] = (row[column], None, None)
        for words, values in ways.items():
            lowest = values[0] if values[1] is None else values[1]
            yield _row(BONDED, made | {"unknown groups": words}, values, lowest > 1)


def rose(folder: Path) -> Iterator[Row]:
    """Yield the pilot's rise in points and relative to the share before, alone and against two comparators."""
    frame = _table(folder, "outcomes", "pilot")
    ways = {
        ("change", "none"): "change in the pilot wards",
        ("MOVER", "other wards"): "difference of the two changes",
        ("Wald", "other wards"): "the same by Wald limits",
        ("MOVER", "nation"): "difference from the change of the benchmark",
    }
    for (limits, rival), measure in ways.items():
        found = frame[frame["measure"].map(lambda words: str(words).partition(" (p =")[0]) == measure]
        if not found.empty:
            one = found.iloc[0]
            choices = {READING: "points", "limits": limits, "compared with": rival}
            values = (float(one["estimate"]), float(one["lower"]), float(one["upper"]))
            yield _row(ROSE, choices, values, values[1] > 0)
    yield from _rose_relatively(folder)


def _rose_relatively(folder: Path) -> Iterator[Row]:
    try:
        frame = _table(folder, "outcomes", "attainment")
    except FileNotFoundError:
        return
    cells = ["achievers_after", "cohort_after", "achievers_before", "cohort_before"]
    whole = frame[(frame["group"] == "together") & (frame[cells] > 0).all(axis=1)].set_index("label")
    changes = {str(label): log_ratio(*(float(one[name]) for name in cells)) for label, one in whole.iterrows()}
    own = changes.pop(PILOT, None)
    if own is None:
        return
    rivals: dict[str, Estimate | None] = {"none": None}
    rivals |= {{OTHERS: "other wards"}.get(label, "nation"): change for label, change in changes.items()}
    for words, rival in rivals.items():
        found = own if rival is None else difference(own, rival)
        lower, upper = (math.expm1(limit or 0.0) for limit in (found.lower, found.upper))
        choices = {READING: "relative", "limits": "Katz", "compared with": words}
        yield _row(ROSE, choices, (math.expm1(found.estimate), lower, upper), lower > 0)


def saves(folder: Path) -> Iterator[Row]:
    """Yield what schemes of a known cost save, by how long they last, what is due to them, optimism and cost."""
    schemes = _table(folder, "benefits", "schemes").dropna(subset=["present_value_gbp", "cost_gbp"])
    horizons, bias = _table(folder, "benefits", "horizons"), _table(folder, "benefits", "bias").set_index("scheme")
    for one in schemes.to_dict("records"):
        own = bias.loc[one["scheme"]]
        corrections = {
            "off": 1.0,
            "compound": own["compound_gbp"] / own["uncorrected_gbp"],
            "worst grade": own["worst_grade_alone_gbp"] / own["uncorrected_gbp"],
        }
        years = horizons[horizons["scheme"] == one["scheme"]].to_dict("records")
        costs = {"left out, as printed": 0.0, "unit cost": one["cost_gbp"]}
        ways = product(years, ATTRIBUTIONS.items(), corrections.items(), costs.items())
        for lasts, (due, share), (rule, factor), (paid, cost) in ways:
            net = lasts["present_value_gbp"] / one["attribution"] * share * factor - cost
            choices = {
                "lasts": f"{lasts['if_it_lasted_years']} years",
                "due to the scheme": due,
                "optimism": rule,
                "cost of delivery": paid,
            }
            yield _row(f"{one['scheme']} {SAVES}", choices, (net, None, None), net > 0)


def reading_of_the_rise(book: Ledger | None) -> list[Row]:
    """Return the printed rise under its readings: points of share, or relative to the share before.

    The third reading, a rise of the mean score, needs scores and is not computable from the print.
    """
    if book is None or any(name not in book.figures for name in (RISE, MORE, *BASES)):
        return []
    rows = []
    rise, children = book.figures[RISE].interval, book.figures[MORE].interval
    for reading, name, place in product(("points", "relative"), BASES, ("low", "high")):
        base = float(book.figures[name].value) / 100
        size = (rise.lower if place == "low" else rise.upper) / 100
        points = size if reading == "points" else size * base
        cohort = (children.lower if place == "low" else children.upper) / points
        gap = newcombe_difference((base + points) * cohort, cohort, base * cohort, cohort)
        choices = {READING: reading, "share before": book.figures[name].area, "rounding": place}
        row = _row(RISEN, choices, (points, gap.lower, gap.upper), gap.lower is not None and gap.lower > 0)
        rows.append({**row, "standing": PRINT})
    return rows


HEADLINES: dict[str, Callable[[Path], Iterator[Row]]] = {
    "reach": reach,
    "known to services": known,
    "deprivation": deprived,
    "values alike": alike,
    "leading mode": leads,
    "ties within the group": bonded,
    "attainment": rose,
    "savings": saves,
}
