"""Cross-tabulation with the second-order Rao-Scott test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from insight.methods.survey import adapter, estimates
from insight.methods.survey.errors import SurveyError

if TYPE_CHECKING:
    import pandas as pd

    from insight.methods.survey.design import SurveyDesign

FEWEST = 2
ROW, COLUMN = "_down", "_across"


@dataclass(frozen=True, kw_only=True)
class Crosstab:
    """Cells of two columns, and the test of their independence.

    ``cells`` holds ``row, column, estimate, se, lower, upper, df, n, count, n_eff, deff`` (shares of the whole);
    ``chi2`` is Pearson's statistic on weighted shares times n; ``delta_bar`` its mean generalised design effect;
    ``f`` with ``df1`` and ``df2`` the second-order corrected statistic, ``p`` its tail.
    """

    cells: pd.DataFrame
    row: str
    column: str
    chi2: float
    freedom: int
    delta_bar: float
    f: float
    df1: float
    df2: float
    p: float
    n: int

    @property
    def shares(self) -> pd.DataFrame:
        """Cell shares of the whole, rows by columns."""
        return self.cells.pivot_table(
            index=self.row, columns=self.column, values="estimate", sort=False, observed=False
        )

    @property
    def counts(self) -> pd.DataFrame:
        """Unweighted counts, rows by columns."""
        return self.cells.pivot_table(index=self.row, columns=self.column, values="count", sort=False, observed=False)


def crosstab(design: SurveyDesign, row: str, column: str, *, where: Any) -> Crosstab:
    """Return cells and test; see :meth:`SurveyDesign.crosstab`.

    Raises:
        SurveyError: a side has fewer than two categories among the cases.
    """
    estimates.required(design, row, column)
    known = (design.data[row].notna() & design.data[column].notna()).to_numpy(dtype=bool)
    inside = estimates.domain(design, where, known)
    inside &= design.weight_values > 0
    sides = [_coded(design, name, inside) for name in (row, column)]
    if min(len(names) for _, names in sides) < FEWEST:
        raise SurveyError(f"`{row}` by `{column}` has a side with one category. Fix: leave the table out")
    made = adapter.with_columns(
        design.sample,
        {adapter.DOMAIN: inside, ROW: estimates.text_codes(sides[0][0]), COLUMN: estimates.text_codes(sides[1][0])},
    )
    table = adapter.asked(
        lambda: made.categorical.tabulate(ROW, COLUMN, where=adapter.inside(adapter.DOMAIN), drop_nulls=True)
    )
    cells, n = _cells(design, adapter.to_pandas(table), sides, inside), int(inside.sum())
    freedom = (len(sides[0][1]) - 1) * (len(sides[1][1]) - 1)
    chi2, f = float(table.stats.chisq.value), float(table.stats.f.value)
    return Crosstab(
        cells=cells.rename(columns={ROW: row, COLUMN: column}),
        row=row,
        column=column,
        chi2=chi2,
        freedom=freedom,
        # where nothing at all is associated the statistic cannot be divided by itself: no correction is known
        delta_bar=chi2 / (f * freedom) if f > 0 else 1.0,
        f=f,
        df1=float(table.stats.f.df_num),
        df2=float(table.stats.f.df_den),
        p=float(table.stats.f.p_value),
        n=n,
    )


def _coded(design: SurveyDesign, name: str, inside: np.ndarray) -> tuple[np.ndarray, dict[int, Any]]:
    """Return codes that sort as the categories do (-1: none), and what the ones that occur stand for."""
    kinds = estimates.levels(design, name)
    codes = estimates.codes(design, name)
    return codes, {code: kinds[code] for code in np.unique(codes[inside]).tolist()}


def _cells(
    design: SurveyDesign, found: pd.DataFrame, sides: list[tuple[np.ndarray, dict[int, Any]]], inside: np.ndarray
) -> pd.DataFrame:
    """Return one row a cell, also for empty ones, in the order of the categories."""
    import pandas as pd

    (rows, row_names), (columns, column_names) = sides
    wide = max(column_names) + 1
    counts = np.bincount(rows[inside] * wide + columns[inside], minlength=(max(row_names) + 1) * wide)
    known = found.rename(columns=estimates.RENAMED).set_index([ROW, COLUMN])
    index = pd.MultiIndex.from_product(
        [estimates.text_codes(np.array(list(names))) for names in (row_names, column_names)]
    )
    frame = known.reindex(index).reset_index(drop=True)
    pairs = [(row, column) for row in row_names for column in column_names]
    n = int(inside.sum())
    share, se = (frame[name].fillna(0.0).to_numpy(dtype=float) for name in ("estimate", "se"))
    simple = share * (1 - share) / max(1, n - 1)
    deff = np.divide(se**2, simple, out=np.full(len(simple), np.nan), where=simple > 0)
    return pd.DataFrame(
        {
            ROW: [row_names[row] for row, _ in pairs],
            COLUMN: [column_names[column] for _, column in pairs],
            "estimate": share,
            "se": se,
            "lower": frame["lower"],
            "upper": frame["upper"],
            "df": design.arrays.freedom,
            "n": n,
            "count": [int(counts[row * wide + column]) for row, column in pairs],
            "n_eff": np.divide(n, deff, out=np.full(len(deff), np.nan), where=deff > 0),
            "deff": deff,
        }
    )
