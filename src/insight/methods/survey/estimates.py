"""Means, totals, shares, ratios and quantiles of a design, each a pandas frame of one shape."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from insight.methods.intervals import clopper_pearson
from insight.methods.survey import adapter
from insight.methods.survey.errors import SurveyError
from insight.methods.survey.linear import kish

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from insight.methods.survey.design import SurveyDesign

COLUMNS = ["estimate", "se", "lower", "upper", "df", "n", "n_eff", "deff", "unweighted"]
RENAMED = {"est": "estimate", "lci": "lower", "uci": "upper"}
HELPER, DOMAINS = "_helper", "_domains"


def required(design: SurveyDesign, *columns: str) -> None:
    """Refuse columns that the data do not have."""
    missing = [name for name in columns if name not in design.data]
    if missing:
        raise SurveyError(f"no column {', '.join(missing)} in the data. Fix: name columns of the frame")


def numbers(design: SurveyDesign, column: str) -> np.ndarray:
    """Return a column as numbers, refusing text."""
    if design.data[column].dtype.kind not in "iufb":
        raise SurveyError(f"`{column}` is no number. Fix: use proportion(), or code it as numbers")
    return design.data[column].to_numpy(dtype=float, na_value=np.nan)


def domain(design: SurveyDesign, where: Any, known: np.ndarray) -> np.ndarray:
    """Return the rows of a domain whose values are known; never a filtered frame, which would lose the design."""
    inside = np.ones(len(design.data), dtype=bool) if where is None else np.asarray(where, dtype=bool)
    if len(inside) != len(design.data):
        raise SurveyError("where= has another length than the data. Fix: give one boolean a row")
    if not inside.any():
        raise SurveyError("the domain has no cases. Fix: leave the estimate out, or check the condition")
    return inside & known


def levels(design: SurveyDesign, column: str) -> list[Any]:
    """Return the categories of a column: those declared if it is categorical, else those that occur."""
    values = design.data[column]
    if str(values.dtype) == "category":
        return list(values.cat.categories)
    return sorted(values.dropna().unique().tolist(), key=str)


def codes(design: SurveyDesign, column: str) -> np.ndarray:
    """Return the place of each row's category among :func:`levels`, -1 where it has none."""
    import pandas as pd

    values = design.data[column].astype(object)
    return np.asarray(pd.Categorical(values, categories=levels(design, column)).codes, dtype=int)


def _combinations(design: SurveyDesign, by: list[str]) -> list[tuple[Any, ...]]:
    return list(itertools.product(*(levels(design, name) for name in by)))


def mask(design: SurveyDesign, by: list[str], cell: tuple[Any, ...]) -> np.ndarray:
    """Return the rows of one combination of categories."""
    chosen = np.ones(len(design.data), dtype=bool)
    for name, value in zip(by, cell, strict=True):
        chosen &= codes(design, name) == levels(design, name).index(value)
    return chosen


def _ask(design: SurveyDesign, inside: np.ndarray, columns: dict[str, Any], call: Callable[[Any, Any], Any]) -> Any:
    made = adapter.with_columns(design.sample, {adapter.DOMAIN: inside, **columns})
    return adapter.to_pandas(adapter.asked(lambda: call(made, adapter.inside(adapter.DOMAIN))))


def _shaped(found: pd.DataFrame, n: np.ndarray, unweighted: np.ndarray) -> pd.DataFrame:
    """Return the agreed columns; n_eff is n over the design effect."""
    frame = found.rename(columns=RENAMED)
    deff = frame["deff"].to_numpy(dtype=float) if "deff" in frame else np.full(len(frame), np.nan)
    frame["deff"] = deff
    frame["n"] = n
    with np.errstate(divide="ignore", invalid="ignore"):
        frame["n_eff"] = np.where(np.isfinite(deff) & (deff > 0), n / deff, np.nan)
    frame["unweighted"] = unweighted
    frame.loc[frame["n"] == 0, ["estimate", "se", "lower", "upper", "deff", "n_eff", "unweighted"]] = np.nan
    return frame


def _by_cell(
    design: SurveyDesign, by: list[str], one: Callable[[np.ndarray], pd.DataFrame], known: np.ndarray
) -> pd.DataFrame:
    """Return ``one`` for every combination of the categories of ``by``, domains named in front."""
    import pandas as pd

    rows = []
    for cell in _combinations(design, by):
        own = known & mask(design, by, cell)
        found = one(own) if own.any() else _empty()
        for place, (name, value) in enumerate(zip(by, cell, strict=True)):
            found.insert(place, name, value)
        rows.append(found)
    return pd.concat(rows, ignore_index=True)[[*by, *COLUMNS]]


def _empty() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([dict.fromkeys(COLUMNS, np.nan) | {"n": 0, "df": 0}])


def _counted(design: SurveyDesign, inside: np.ndarray) -> int:
    return int((inside & (design.weight_values > 0)).sum())


def mean(design: SurveyDesign, column: str, *, by: list[str], where: Any) -> pd.DataFrame:
    """Return weighted means; see :meth:`SurveyDesign.mean`."""
    return _simple(design, column, by=by, where=where, method="mean")


def total(design: SurveyDesign, column: str, *, by: list[str], where: Any) -> pd.DataFrame:
    """Return weighted totals; see :meth:`SurveyDesign.total`."""
    return _simple(design, column, by=by, where=where, method="total")


def _simple(design: SurveyDesign, column: str, *, by: list[str], where: Any, method: str) -> pd.DataFrame:
    required(design, column, *by)
    values = numbers(design, column)
    places, cells = _domains(design, by)
    inside = domain(design, where, np.isfinite(values) & (places >= 0)) & (design.weight_values > 0)
    filled = np.where(inside, values, 0.0)
    found = _ask(
        design,
        inside,
        {HELPER: filled, DOMAINS: text_codes(places)},
        lambda made, domain: getattr(made.estimation, method)(HELPER, by=DOMAINS, where=domain, deff="wr"),
    )
    frame = found.set_index(DOMAINS).reindex(text_codes(np.arange(len(cells)))).reset_index(drop=True)
    frame["df"] = frame["df"].fillna(0).astype(int)
    sizes = np.bincount(places[inside], minlength=len(cells))
    sums = np.bincount(places[inside], values[inside], minlength=len(cells))
    means = np.divide(sums, sizes, out=np.full(len(cells), np.nan), where=sizes > 0)
    frame = _shaped(frame, sizes, means if method == "mean" else sums)
    for number, name in enumerate(by):
        frame[name] = [cell[number] for cell in cells]
    return frame[[*by, *COLUMNS]]


def ratio(design: SurveyDesign, numerator: str, denominator: str, *, by: list[str], where: Any) -> pd.DataFrame:
    """Return ratios of totals; the design effect is that of the linearised residuals."""
    required(design, numerator, denominator, *by)
    above, below = numbers(design, numerator), numbers(design, denominator)
    known = domain(design, where, np.isfinite(above) & np.isfinite(below))
    columns = {"_above": np.where(known, above, 0.0), "_below": np.where(known, below, 0.0)}

    def one(inside: np.ndarray) -> pd.DataFrame:
        if not (design.weight_values * columns["_below"])[inside].sum():
            raise SurveyError(f"`{denominator}` sums to 0. Fix: leave the ratio out")
        found = _ask(
            design, inside, columns, lambda made, domain: made.estimation.ratio("_above", "_below", where=domain)
        )
        residual = columns["_above"] - found["est"].iloc[0] * columns["_below"]
        spread = _ask(
            design,
            inside,
            {HELPER: residual},
            lambda made, domain: made.estimation.mean(HELPER, where=domain, deff="wr"),
        )
        plain = above[inside].sum() / below[inside].sum()
        found = found.assign(deff=spread["deff"])
        return _shaped(found, np.array([_counted(design, inside)]), np.array([plain]))

    return _by_cell(design, by, one, known)


def quantile(design: SurveyDesign, column: str, q: float, *, by: list[str], where: Any) -> pd.DataFrame:
    """Return quantiles with Woodruff's limits; the design effect is that of the share at or below the quantile."""
    required(design, column, *by)
    if not 0 < q < 1:
        raise SurveyError(f"quantile {q} is not between 0 and 1. Fix: 0.5 is the median")
    values = numbers(design, column)
    known = domain(design, where, np.isfinite(values))
    filled = np.where(known, values, 0.0)

    def one(inside: np.ndarray) -> pd.DataFrame:
        found = _ask(
            design, inside, {HELPER: filled}, lambda made, domain: made.estimation.quantile(HELPER, p=q, where=domain)
        )
        below = (filled <= found["est"].iloc[0]).astype(float)
        spread = _ask(
            design, inside, {HELPER: below}, lambda made, domain: made.estimation.mean(HELPER, where=domain, deff="wr")
        )
        plain = np.quantile(values[inside], q, method="inverted_cdf")
        found = found.assign(deff=spread["deff"])
        return _shaped(found, np.array([_counted(design, inside)]), np.array([plain]))

    return _by_cell(design, by, one, known)


def _domains(design: SurveyDesign, by: list[str]) -> tuple[np.ndarray, list[tuple[Any, ...]]]:
    """Return each row's place among the combinations of categories (-1: none), and the combinations."""
    place = np.zeros(len(design.data), dtype=int)
    unknown = np.zeros(len(design.data), dtype=bool)
    for name in by:
        own = codes(design, name)
        unknown |= own < 0
        place = place * len(levels(design, name)) + np.maximum(own, 0)
    return np.where(unknown, -1, place), _combinations(design, by)


def text_codes(places: np.ndarray) -> np.ndarray:
    """Return codes as text that sorts alike; the library takes categories as text."""
    return np.char.add("c", np.char.zfill(np.maximum(places, 0).astype(str), 4))


def proportion(design: SurveyDesign, column: str, *, by: list[str], where: Any) -> pd.DataFrame:
    """Return shares of categories; see :meth:`SurveyDesign.proportion`."""
    import pandas as pd

    required(design, column, *by)
    kinds, kind = levels(design, column), codes(design, column)
    places, cells = _domains(design, by)
    inside = domain(design, where, (kind >= 0) & (places >= 0)) & (design.weight_values > 0)
    found = _ask(
        design,
        inside,
        {HELPER: text_codes(kind), DOMAINS: text_codes(places)},
        lambda made, domain: made.estimation.prop(HELPER, by=DOMAINS, where=domain, ci_method="wilson", deff="wr"),
    )
    index = pd.MultiIndex.from_product([text_codes(np.arange(len(cells))), text_codes(np.arange(len(kinds)))])
    frame = found.set_index([DOMAINS, HELPER]).reindex(index).reset_index(drop=True)
    wide = np.bincount(places[inside] * len(kinds) + kind[inside], minlength=len(cells) * len(kinds))
    counts = wide.reshape(len(cells), len(kinds))
    sizes = counts.sum(axis=1)
    plain = np.divide(counts, sizes[:, None], out=np.zeros(counts.shape), where=sizes[:, None] > 0)
    df = found.groupby(DOMAINS)["df"].max().reindex(text_codes(np.arange(len(cells)))).fillna(0)
    frame["est"], frame["se"] = frame["est"].fillna(0.0), frame["se"].fillna(0.0)
    frame["df"] = np.repeat(df.to_numpy(dtype=int), len(kinds))
    frame = _shaped(frame, np.repeat(sizes, len(kinds)), plain.ravel())
    _edges(design, frame, np.repeat(np.arange(len(cells)), len(kinds)), np.where(inside, places, -1))
    for number, name in enumerate(by):
        frame[name] = [cell[number] for cell in cells for _ in kinds]
    frame[column] = kinds * len(cells)
    return frame[[*by, column, *COLUMNS]]


def _edges(design: SurveyDesign, frame: pd.DataFrame, cell: np.ndarray, places: np.ndarray) -> None:
    """Give shares of 0 and 1 Clopper-Pearson limits on Kish's n: linearisation knows no error there."""
    for edge in frame.index[(frame["n"] > 0) & ((frame["estimate"] <= 0) | (frame["estimate"] >= 1))]:
        most = kish(design.weight_values[places == cell[edge]])
        size = max(1, int(most))
        limits = clopper_pearson(size if frame.loc[edge, "estimate"] >= 1 else 0, size)
        frame.loc[edge, ["lower", "upper", "n_eff"]] = limits.lower, limits.upper, most
