"""The one place that knows the survey library (svy 0.35): builds its sample, calls it, translates its refusals.

Its interface changes between releases, hence the tight pin and this single door. What it computes is held by an
independent numpy oracle in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from insight.methods.survey.errors import SurveyError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

WEIGHT, STRATUM, PSU, SSU, POP, POP_SSU, DOMAIN = "_w", "_stratum", "_psu", "_ssu", "_pop", "_pop_ssu", "_domain"
TOLERANCE, PASSES = 1e-10, 2000
"""The library's own raking tolerance, 1e-4, leaves margins visibly off."""
Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Roles:
    """Which internal columns of the library's frame play a part in the design."""

    stratum: bool
    psu: bool
    ssu: bool
    population: int
    """Stages with a population size: 0, 1 or 2."""


def asked(call: Callable[[], Result]) -> Result:
    """Call the library, and hand its refusals on as :class:`SurveyError` in one line."""
    import svy

    try:
        return call()
    except svy.SvyError as error:
        lines = [line.strip(" ❌-") for line in str(error).splitlines() if line.strip()]
        raise SurveyError(" ".join(lines[:3])) from error


def sample(frame: pd.DataFrame, roles: Roles) -> Any:
    """Return the library's sample over a frame whose design columns carry the internal names."""
    import polars as pl
    import svy

    population: Any = None
    if roles.population:
        population = POP if roles.population == 1 else svy.PopSize(psu=POP, ssu=POP_SSU)
    design = svy.Design(
        stratum=STRATUM if roles.stratum else None,
        psu=PSU if roles.psu else None,
        ssu=SSU if roles.ssu else None,
        wgt=WEIGHT,
        pop_size=population,
        singleton="center" if roles.stratum else None,
    )
    return asked(lambda: svy.Sample(pl.from_pandas(frame), design))


def with_columns(made: Any, columns: dict[str, Any]) -> Any:
    """Return a copy of a sample with more columns, its design untouched."""
    import polars as pl

    copy = made.clone()
    return asked(lambda: copy.wrangling.mutate({name: pl.Series(name, values) for name, values in columns.items()}))


def inside(domain: str | None) -> Any:
    """Return the library's filter for a domain column; the rows outside keep their part in the design."""
    import polars as pl

    return None if domain is None else pl.col(domain)


def to_pandas(found: Any) -> pd.DataFrame:
    """Return an estimate of the library as a pandas frame."""
    import pandas as pd

    return pd.DataFrame(found.to_polars().to_dict(as_series=False))


def weights_of(made: Any) -> np.ndarray:
    """Return the weights in force, as numpy."""
    name = made.design.wgt
    import numpy as np

    return np.ones(made.data.height) if name is None else made.data[name].to_numpy().astype(float)


def rake(made: Any, controls: dict[str, dict[Any, float]], *, highest: float | None) -> Any:
    """Return a sample raked to totals; its design remembers the raking, so that its errors know of it."""
    import svy

    trimming = None if highest is None else svy.TrimConfig(upper=highest, tol=TOLERANCE, max_iter=200)
    return asked(lambda: made.weighting.rake(controls=controls, tol=TOLERANCE, max_iter=PASSES, trimming=trimming))


def replicated(made: Any, kind: str, *, replicates: int, seed: int) -> Any:
    """Return a sample with jackknife or bootstrap replicate weights."""
    if kind == "jackknife":
        return asked(made.weighting.create_jk_wgts)
    return asked(lambda: made.weighting.create_bs_wgts(replicates, rstate=seed))


def glm(made: Any, *, outcome: str, terms: Sequence[str], family: str, domain: str | None) -> Any:
    """Return a fitted generalised linear model on numeric columns (the intercept among them)."""
    return asked(
        lambda: made.glm.fit(y=outcome, x=list(terms), intercept=False, family=family, where=inside(domain)).fitted
    )
