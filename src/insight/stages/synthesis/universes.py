"""Specification curve: each headline rerun over the choices that could have been made, from the strands' own tables.

Source: Simonsohn, Simmons and Nelson (2020), specification curve analysis. A headline whose tables this run does not
hold is left out and named. The share of universes is a description of choices, not a probability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pandas as pd

from insight.methods.intervals import newcombe_difference
from insight.published.ledger import Ledger

UNIVERSES = ["headline", "choices", "estimate", "lower", "upper", "is_held", "standing"]
CURVE = ["headline", "universes", "held", "share_held", "turning_choice", "at_its_levels"]
COVERED = ["choice", "headline", "levels", "universes", "remark"]
DECLARED = {
    "reading of 7.3": "points of share or relative; the third reading, a rise of the mean score, needs scores that are "
    "not printed",
    "summary of deprivation": "touches the rank of wards alone",
    "threshold of linkage": "touches what is counted on linked records; reach by need rests on one roster and no link",
    "reach": "registered, seen, sustained",
    "margin": "touches claims of sameness alone",
    "weights": "raked to residents or as sampled; claims of sameness are handed on weighted alone",
}
"""Choices that were declared before the data were seen, each with what it touches."""
ABSENT = "not rerun: this run lacks the tables"
SEPARATOR = "; "
RISE, MORE = "outcomes.both_wards.eyfs_increase_pct", "outcomes.both_wards.eyfs_increase_children_count"
BASES = ("eyfs.st_marys.good_level_pct", "eyfs.coldhurst.good_level_pct")
HALF, FIRST = 0.5, 2
MARGINS = (0.05, 0.10, 0.15)
ATTRIBUTIONS = {"a quarter": 0.25, "a half": 0.5, "all": 1.0}
Row = dict[str, object]
DEMO, PRINT = "as the strand's data", "published"


def _row(headline: str, choices: dict[str, str], values: tuple[float, float | None, float | None], held: object) -> Row:
    words = SEPARATOR.join(f"{name}: {value}" for name, value in choices.items())
    return dict(zip(UNIVERSES, (headline, words, *values, bool(held), DEMO), strict=True))


def _reach(tables: Path) -> Iterator[Row]:
    frame = pd.read_csv(tables / "service_mapping" / "tables" / "reach.csv").dropna(subset=["count", "children"])
    if not {"areas_by_need", "measure"} <= set(frame.columns):
        return
    for measure, own in frame.groupby("measure", sort=False):
        need = own[own["areas_by_need"] == "neediest fifth"]
        rivals = {
            "all others": own[own["areas_by_need"] != "neediest fifth"],
            "least needy fifth": own[own["areas_by_need"] == "least needy fifth"],
        }
        for words, rest in rivals.items():
            if need.empty or rest.empty:
                continue
            gap = newcombe_difference(
                int(need["count"].sum()),
                int(need["children"].sum()),
                int(rest["count"].sum()),
                int(rest["children"].sum()),
            )
            choices = {"reach": str(measure), "compared with": words}
            held = gap.upper is not None and gap.upper < 0
            yield _row("The neediest areas are reached less", choices, (gap.estimate, gap.lower, gap.upper), held)


def _known(tables: Path) -> Iterator[Row]:
    frame = pd.read_csv(tables / "profiling" / "tables" / "known.csv").dropna(subset=["share", "lower", "upper"])
    for row in frame[frame["level"] == "all"].to_dict("records"):
        choices = {
            "threshold of linkage": str(row["threshold"]),
            "service": str(row["service"]).replace("_", " "),
            "reach": str(row["definition"]),
        }
        held = row["upper"] < HALF
        values = (row["share"], row["lower"], row["upper"])
        yield _row("A service knows fewer than half of young children", choices, values, held)


def _deprived(tables: Path) -> Iterator[Row]:
    frame = pd.read_csv(tables / "profiling" / "tables" / "deprivation_rules.csv").set_index("ward")
    rules = [name for name in frame.columns if name not in {"area", "best_rank", "worst_rank"}]
    worst = [set(frame.index[frame[rule] <= FIRST]) for rule in rules]
    for rule, wards in zip(rules, worst, strict=True):
        shared = float(len(wards & worst[0]))
        choices = {"summary of deprivation": rule}
        yield _row("The two most deprived wards stay the same", choices, (shared, None, None), wards == worst[0])


def _values(tables: Path) -> Iterator[Row]:
    frame = pd.read_csv(tables / "values_modes" / "tables" / "equivalence.csv").dropna(subset=["v_upper", "gap_upper"])
    for row, margin in product(frame.to_dict("records"), MARGINS):
        choices = {"groups": row["comparison"], "modes": row["outcome"], "margin": f"{margin:.2f}"}
        held = max(row["v_upper"], row["gap_upper"]) < margin
        yield _row("Values are alike across groups", choices, (row["v"], row["v_lower"], row["v_upper"]), held)


def _modes(tables: Path) -> Iterator[Row]:
    frame = pd.read_csv(tables / "values_modes" / "tables" / "modes.csv").dropna(subset=["share", "unweighted"])
    for words, column in {"weighted to residents": "share", "as sampled": "unweighted"}.items():
        ranked = frame.sort_values(column, ascending=False)
        lead = float(ranked[column].iloc[0] - ranked[column].iloc[1])
        held = str(ranked["mode"].iloc[0]).lower().replace(" ", "_") == "golden_dreamers"
        yield _row("Golden Dreamers are the largest mode", {"weights": words}, (lead, None, None), held)


def _effect(tables: Path) -> Iterator[Row]:
    frame = pd.read_csv(tables / "outcomes" / "tables" / "pilot.csv").set_index("measure")
    ways = {
        ("change", "none"): "change in the pilot wards",
        ("MOVER", "other wards"): "difference of the two changes",
        ("Wald", "other wards"): "the same by Wald limits",
        ("MOVER", "nation"): "difference from the change of the benchmark",
    }
    for (limits, rival), measure in ways.items():
        if measure in frame.index:
            one = frame.loc[measure]
            choices = {"limits": limits, "compared with": rival}
            values = (float(one["estimate"]), float(one["lower"]), float(one["upper"]))
            yield _row("Attainment rose beyond chance", choices, values, values[1] > 0)


def _caf(tables: Path) -> Iterator[Row]:
    folder = tables / "benefits" / "tables"
    schemes = pd.read_csv(folder / "schemes.csv").dropna(subset=["present_value_gbp", "cost_gbp"])
    horizons, bias = pd.read_csv(folder / "horizons.csv"), pd.read_csv(folder / "bias.csv").set_index("scheme")
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
            yield _row(f"{one['scheme']} saves money", choices, (net, None, None), net > 0)


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
        choices = {"reading of 7.3": reading, "share before": book.figures[name].area, "rounding": place}
        held = gap.lower is not None and gap.lower > 0
        row = _row("The printed rise is beyond chance", choices, (points, gap.lower, gap.upper), held)
        rows.append({**row, "standing": PRINT})
    return rows


HEADLINES: dict[str, Callable[[Path], Iterator[Row]]] = {
    "reach": _reach,
    "known to services": _known,
    "deprivation": _deprived,
    "values alike": _values,
    "leading mode": _modes,
    "attainment": _effect,
    "savings": _caf,
}


def universes(folder: Path, book: Ledger | None) -> tuple[pd.DataFrame, list[str]]:
    """Return one row a universe, and the headlines left out because their tables are not in this run.

    Args:
        folder: the council's build folder.
        book: the ledger of printed figures.
    """
    rows, absent = list(reading_of_the_rise(book)), []
    for name, make in HEADLINES.items():
        try:
            rows += list(make(folder))
        except (FileNotFoundError, KeyError):  # the strand did not run, or holds its table in another shape
            absent.append(name)
    return pd.DataFrame(rows, columns=UNIVERSES), absent


def levels(own: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the level of each choice in the universes of one headline."""
    split = own["choices"].str.split(SEPARATOR)
    names = [part.partition(": ")[0] for part in split.iloc[0]]
    return {
        name: split.map(lambda parts, place=place: parts[place].partition(": ")[2]) for place, name in enumerate(names)
    }


def covered(found: pd.DataFrame) -> pd.DataFrame:
    """Return, for each choice, the headlines that were rerun over it and at which levels; declared choices first.

    A declared choice that no headline of this run could be rerun over stands there too, and says so.
    """
    rows = []
    for headline, own in found.groupby("headline", sort=False):
        for name, chosen in levels(own).items():
            tried = list(dict.fromkeys(chosen))
            remark = DECLARED.get(name, "")
            rows.append((name, headline, SEPARATOR.join(tried), len(own), remark))
    rows += [(name, "", "", 0, ABSENT) for name in DECLARED if name not in {row[0] for row in rows}]
    order = list(DECLARED)
    frame = pd.DataFrame(rows, columns=COVERED)
    place = frame["choice"].map(lambda name: order.index(name) if name in order else len(order))
    return frame.iloc[place.sort_values(kind="stable").index].reset_index(drop=True)


def curve(found: pd.DataFrame) -> pd.DataFrame:
    """Return, by headline, the share of universes in which it holds and the choice whose levels differ most in that."""
    rows = []
    for headline, own in found.groupby("headline", sort=False):
        best, spread, words = "none", 0.0, ""
        for name, chosen in levels(own).items():
            shares = own.groupby(chosen, sort=False)["is_held"].mean()
            if shares.max() - shares.min() > spread:
                best, spread = name, float(shares.max() - shares.min())
                words = SEPARATOR.join(f"{level} {share:.0%}" for level, share in shares.items())
        held = int(own["is_held"].sum())
        row = (headline, len(own), held, held / len(own), best, words)
        rows.append(dict(zip(CURVE, row, strict=True)))
    return pd.DataFrame(rows, columns=CURVE)
