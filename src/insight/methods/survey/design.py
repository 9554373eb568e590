"""A sample survey's design over a pandas frame, and the estimates that respect it.

Weights, strata, clusters of one or two stages and finite populations are named by column. Estimates are linearised
(Taylor), with replacement unless population sizes are given; ``replicates`` switches to jackknife or bootstrap. Rows
outside a domain keep their part in the design. Sources: Kish (1965); Binder (1983); Rao and Scott (1984).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from insight.methods.survey import adapter, checks, linear
from insight.methods.survey.errors import SurveyError

if TYPE_CHECKING:
    import pandas as pd

    from insight.methods.survey.models import Fit
    from insight.methods.survey.tables import Crosstab

Names = str | Sequence[str] | None
Replicates = Literal["jackknife", "bootstrap"]
LARGEST_WEIGHT_EFFECT = 2.0
"""Kish design effect of raked weights beyond which half of the sample is lost to weighting."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What weighting and clustering cost: shown beside every weighted result."""

    n: int
    kish_deff: float
    n_eff: float
    smallest_weight: float
    largest_weight: float
    weight_ratio: float
    strata: int
    clusters: int
    df: int
    lone_strata: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class SurveyDesign:
    """A design: rows, and which columns hold weights, strata, clusters and population sizes.

    Args:
        data: one row a respondent; copied, never changed.
        weights: column of weights, 0 or more; without one all count alike.
        strata: column (or columns together) of strata.
        psu: column of clusters, or two columns for two stages of clusters.
        fpc: column of population sizes (clusters in the stratum), or two columns for two stages.
        nest: whether cluster codes are unique within strata only. Unless set, a code in two strata is refused.

    Raises:
        SurveyError: a column is missing or empty, a weight is negative or missing, a cluster lies in two strata, a
            population is smaller than its sample.
    """

    data: pd.DataFrame
    weights: str | None = None
    strata: Names = None
    psu: Names = None
    fpc: Names = None
    nest: bool = False
    _made: Any = None
    raked_to: tuple[str, ...] = ()
    replicate_kind: str | None = None

    def __post_init__(self) -> None:
        checks.design(
            self.data,
            weights=self.weights,
            strata=checks.names(self.strata),
            psu=checks.names(self.psu),
            fpc=checks.names(self.fpc),
            nest=self.nest,
        )

    @cached_property
    def sample(self) -> Any:
        """The library's sample behind this design; of no use outside this package."""
        if self._made is not None:
            return self._made
        frame, roles = checks.prepared(
            self.data,
            weights=self.weights,
            strata=checks.names(self.strata),
            psu=checks.names(self.psu),
            fpc=checks.names(self.fpc),
        )
        return adapter.sample(frame, roles)

    @cached_property
    def weight_values(self) -> np.ndarray:
        """Weights in force, after raking where there was any; one a row."""
        return adapter.weights_of(self.sample)

    @cached_property
    def arrays(self) -> linear.Design:
        """The same design as plain arrays, for arithmetic that no library offers. Weights of 0 are left out by it."""
        rows = np.arange(len(self.data))
        strata, psu = checks.names(self.strata), checks.names(self.psu)
        return linear.Design(
            weights=np.maximum(self.weight_values, np.finfo(float).tiny),
            clusters=checks.codes(self.data, psu[:1]) if psu else rows,
            strata=checks.codes(self.data, strata) if strata else np.zeros(len(rows), dtype=int),
        )

    @cached_property
    def summary(self) -> Summary:
        """Kish's design effect, effective n, range of weights, strata, clusters, lone strata, and words for them."""
        weights = self.weight_values[self.weight_values > 0]
        n_eff = linear.kish(weights)
        _, stratum = self.arrays.shifts
        lone = checks.lone_strata(self.data, checks.names(self.strata), checks.names(self.psu))
        clusters = len(stratum)
        return Summary(
            n=len(weights),
            kish_deff=len(weights) / n_eff,
            n_eff=n_eff,
            smallest_weight=float(weights.min()),
            largest_weight=float(weights.max()),
            weight_ratio=float(weights.max() / weights.min()),
            strata=len(set(stratum)),
            clusters=clusters,
            df=self.arrays.freedom,
            lone_strata=lone,
            words=self._words(clusters, lone),
        )

    def _words(self, clusters: int, lone: tuple[str, ...]) -> str:
        parts = [
            f"weights `{self.weights}`" if self.weights else "unweighted",
            f"raked to {', '.join(self.raked_to)}" if self.raked_to else "",
            f"{clusters:,} clusters `{', '.join(checks.names(self.psu))}`" if self.psu else "no clusters",
            f"strata `{', '.join(checks.names(self.strata))}`" if self.strata else "no strata",
            "finite population" if self.fpc else "with replacement",
            f"{self.replicate_kind} replicates" if self.replicate_kind else "linearised",
            f"strata of one cluster centred at the grand mean: {', '.join(lone)}" if lone else "",
        ]
        return "; ".join(part for part in parts if part)

    def only(self, rows: np.ndarray) -> SurveyDesign:
        """Return the design of some rows, as if no others had been drawn; for domains use ``by=`` or ``where=``."""
        if self._made is not None:
            raise SurveyError("a raked or replicated design cannot be cut. Fix: pass the rows as where=")
        return replace(self, data=self.data[np.asarray(rows, dtype=bool)].reset_index(drop=True))

    def mean(self, column: str, *, by: Names = None, where: Any = None) -> pd.DataFrame:
        """Return the weighted mean of a column, a row a domain.

        Returns:
            ``estimate, se, lower, upper, df, n, n_eff, deff, unweighted``, domains first; missing values are left out
            of n but keep their part in the design; a domain without cases has n 0 and no estimate.
        """
        from insight.methods.survey import estimates

        return estimates.mean(self, column, by=checks.names(by), where=where)

    def total(self, column: str, *, by: Names = None, where: Any = None) -> pd.DataFrame:
        """Return the weighted total of a column, a row a domain; see :meth:`mean`."""
        from insight.methods.survey import estimates

        return estimates.total(self, column, by=checks.names(by), where=where)

    def proportion(self, column: str, *, by: Names = None, where: Any = None) -> pd.DataFrame:
        """Return the share of every category of a column (0 to 1), a row a domain and category.

        Limits are Wilson's on the effective n; a share of 0 or 1 gets Clopper and Pearson's on Kish's n.
        """
        from insight.methods.survey import estimates

        return estimates.proportion(self, column, by=checks.names(by), where=where)

    def ratio(self, numerator: str, denominator: str, *, by: Names = None, where: Any = None) -> pd.DataFrame:
        """Return the ratio of two weighted totals, a row a domain; see :meth:`mean`."""
        from insight.methods.survey import estimates

        return estimates.ratio(self, numerator, denominator, by=checks.names(by), where=where)

    def quantile(self, column: str, q: float, *, by: Names = None, where: Any = None) -> pd.DataFrame:
        """Return the weighted quantile ``q`` of a column with Woodruff's limits, a row a domain; see :meth:`mean`."""
        from insight.methods.survey import estimates

        return estimates.quantile(self, column, q, by=checks.names(by), where=where)

    def crosstab(self, row: str, column: str, *, where: Any = None) -> Crosstab:
        """Return cell proportions of two columns and the Rao-Scott test of independence."""
        from insight.methods.survey import tables

        return tables.crosstab(self, row, column, where=where)

    def rake(
        self,
        margins: Mapping[str, Mapping[Any, float]],
        max_ratio: float | None = None,
        *,
        max_deff: float = LARGEST_WEIGHT_EFFECT,
    ) -> SurveyDesign:
        """Return a design raked to known margins, whose standard errors know of the raking.

        Args:
            margins: by column, the total (or the share) of every level.
            max_ratio: largest weight allowed, as a multiple of the mean weight; trimmed weight is raked again.
            max_deff: largest Kish design effect allowed.

        Raises:
            SurveyError: a level that only one side knows, missing values, margins that disagree on the total, a cap
                that no weights can meet, or weights that cost more than ``max_deff``.
        """
        from insight.methods.survey import raking

        return raking.rake(self, margins, max_ratio=max_ratio, max_deff=max_deff)

    def replicates(self, kind: Replicates, *, count: int = 500, seed: int = 1) -> SurveyDesign:
        """Return a design whose errors come from replicate weights; raking it rakes every replicate.

        Raises:
            SurveyError: the bootstrap without clusters (name a column that numbers the rows as ``psu``).
        """
        made = adapter.replicated(self.sample, kind, replicates=count, seed=seed)
        return replace(self, _made=made, replicate_kind=kind)

    def glm(self, formula: str, *, family: str = "gaussian", where: Any = None) -> Fit:
        """Return a generalised linear model with design-based errors.

        Args:
            formula: such as ``"in_work ~ age_band + sex"``.
            family: ``gaussian``, ``binomial``, ``poisson`` or ``gamma``.
            where: rows of a domain, as booleans.
        """
        from insight.methods.survey import models

        return models.glm(self, formula, family=family, where=where)

    def multinomial(self, formula: str, *, where: Any = None) -> Fit:
        """Return a multinomial logit (first category is the base) with design-based errors.

        The formula's left side names a column of categories.
        """
        from insight.methods.survey import models

        return models.multinomial(self, formula, where=where)
