"""What the stage computes: shares of modes, likeness across groups and places, and answers of the leading mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight import paths
from insight.errors import InputError, Problem
from insight.methods import equivalence, survey
from insight.methods.association import bonferroni
from insight.methods.estimate import Estimate, exactly
from insight.methods.intervals import difference, holm, index_against
from insight.methods.survey import Design, Proportion
from insight.privacy.disclosure import STATUS, refuse_people, suppress
from insight.privacy.loading import Inputs, load_inputs
from insight.stages import base
from insight.stages.values_modes.declaration import DECLARATION, Params

ITEM = "item_"
GAPS_SHOWN = 5
"""Largest gaps listed for each comparison."""
STATEMENT_COLUMNS = [
    "statement",
    "smallest_cell",
    "leading_mode",
    "other_modes",
    "difference",
    "lower",
    "upper",
    "rank",
    "rank_lower",
    "rank_upper",
    "variance_between_groups",
]
PHONE, TRANSLATED = "phone", "is_translated"


@dataclass(frozen=True, kw_only=True)
class Results:
    """Tables and estimates of the stage; none names a person."""

    respondents: int
    effective: float
    months: str
    large_modes: int
    modes: pd.DataFrame
    groups: pd.DataFrame
    modes_by_ethnic_group: pd.DataFrame
    modes_by_neighbourhood: pd.DataFrame
    equivalence: pd.DataFrame
    largest_gaps: pd.DataFrame
    statements: pd.DataFrame
    settings: pd.DataFrame
    needed_per_neighbourhood: int
    tests: Mapping[str, tuple[Estimate, ...]]
    """Estimates by claim, one a declared part."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The survey's rows with their design, inside the package only."""

    rows: pd.DataFrame
    design: Design

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Sample:
        """Return rows with the design that their columns tell."""
        design = Design(
            weights=rows["weight"].to_numpy(float),
            clusters=rows["session"].to_numpy(str),
            strata=rows["neighbourhood"].to_numpy(str),
        )
        return cls(rows=rows, design=design)

    def only(self, chosen: pd.Series) -> Sample:
        """Return some rows."""
        return Sample.of(self.rows[chosen])

    def share(self, holds: pd.Series, within: pd.Series | None = None) -> Proportion:
        """Return a weighted share, within a domain if one is given."""
        inside = None if within is None else within.to_numpy(bool)
        return survey.proportion(self.design, holds.to_numpy(float), inside)

    def text(self, column: str) -> np.ndarray:
        """Return a column as plain text."""
        return self.rows[column].to_numpy(str)


def load(council: str, params: Params) -> Inputs:  # noqa: ARG001 - every stage loads by the same call
    """Load the stage's inputs."""
    return load_inputs(council, DECLARATION.inputs, optional=DECLARATION.optional)


def typology() -> pd.DataFrame:
    """Return the twelve modes with their groups, descriptions and, where one is known, the group's benchmark."""
    return pd.read_csv(paths.reference(DECLARATION.references[0]))


def _refuse_unknown(rows: pd.DataFrame, params: Params, file: str) -> None:
    """Refuse parameters that name what the survey does not hold: they would silently count nobody."""
    items = [*params.trait_items, *params.leading_items, *params.stronger_items, params.disorder_item]
    asked = {
        "mode": [params.lead_mode],
        "ethnic_group": params.ethnic_groups,
        "age_band": params.young_age_bands,
    }
    problems = [
        Problem(file=file, column=column, rule="the params name what no row holds", found=value, fix="align the two")
        for column, values in asked.items()
        for value in values
        if value not in set(rows[column].dropna())
    ]
    problems += [
        Problem(file=file, column=ITEM + item, rule="the params name a statement not asked", fix="align the two")
        for item in items
        if ITEM + item not in rows
    ]
    if problems:
        raise InputError(problems)


def _asked(rows: pd.DataFrame, lead: str) -> list[str]:
    """Return statements with answers both from the leading mode and from others; a survey need not ask all."""
    answered = rows.filter(like=ITEM).notna()
    both = answered[rows["mode"] == lead].any() & answered[rows["mode"] != lead].any()
    return [str(name).removeprefix(ITEM) for name in both.index[both]]


def suppress_both_ways(frame: pd.DataFrame, *, row: str, column: str, threshold: int) -> pd.DataFrame:
    """Blank small counts (``respondents``), and more cells until no row or column has a single blank one.

    Both margins of such a table are shown elsewhere, so that a lone blank cell could be had by subtraction.
    """
    grid = frame.pivot_table(index=row, columns=column, values="respondents", fill_value=0, aggfunc="sum", sort=False)
    counts = grid.to_numpy()
    hidden = (counts >= 1) & (counts < threshold)
    while True:
        before = hidden.sum()
        for numbers, marks in ((counts, hidden), (counts.T, hidden.T)):
            for line, mark in zip(numbers, marks, strict=True):
                if mark.sum() == 1 and (~mark & (line > 0)).any():
                    mark[np.where(~mark & (line > 0), line, np.inf).argmin()] = True
        if hidden.sum() == before:
            break
    marks = pd.DataFrame(hidden, index=grid.index, columns=grid.columns)
    blank = pd.Series([bool(marks.loc[a, b]) for a, b in zip(frame[row], frame[column], strict=True)], frame.index)
    shown = frame.assign(**{STATUS: blank.map({True: "c", False: ""})})
    numbers = [name for name in frame.columns if name not in {row, column}]
    shown[numbers] = shown[numbers].astype("float64").mask(blank)
    return shown


def _limits(one: Estimate) -> dict[str, float | None]:
    return {"lower": one.lower, "upper": one.upper}


def _modes(sample: Sample, kinds: pd.DataFrame, threshold: int) -> tuple[pd.DataFrame, int]:
    level = bonferroni(0.95, len(kinds))
    rows = []
    for kind in kinds.itertuples():
        found = sample.share(sample.rows["mode"] == kind.mode)
        count = int((sample.rows["mode"] == kind.mode).sum())
        together = found.interval(level)
        rows.append(
            {
                "group": kind.group,
                "mode": kind.mode_name,
                "respondents": count,
                "share": found.share,
                **_limits(together),
                "is_large": together.lower is not None and together.lower > 1 / len(kinds),
            }
        )
    frame = pd.DataFrame(rows)
    large = int(frame["is_large"].sum())
    return suppress(frame, "respondents", threshold=threshold, also=("share", "lower", "upper")), large


def _groups(sample: Sample, kinds: pd.DataFrame) -> pd.DataFrame:
    """Return shares of the three groups, with an index only where a benchmark is known."""
    rows = []
    for group, own in kinds.groupby("group", sort=False):
        found = sample.share(sample.rows["group"] == group).interval()
        benchmark, year = own["group_benchmark_share"].iloc[0], own["benchmark_year"].iloc[0]
        row = {"group": group, "share": found.estimate, **_limits(found)}
        if pd.notna(benchmark):
            index = index_against(found, float(benchmark))
            row |= {
                "national_share": float(benchmark),
                "national_year": int(year),
                "index": index.estimate,
                "index_lower": index.lower,
                "index_upper": index.upper,
            }
        rows.append(row)
    return pd.DataFrame(rows)


def _shares(sample: Sample, by: str, categories: list[str]) -> dict[str, dict[str, Proportion]]:
    return {
        group: {mode: sample.share(sample.rows["mode"] == mode, within=sample.rows[by] == group) for mode in categories}
        for group in dict.fromkeys(sample.rows[by])
    }


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """One comparison: association, largest gap, and the gaps behind it."""

    label: str
    groups: int
    categories: int
    association: equivalence.Association
    largest: Estimate
    gaps: list[equivalence.Gap]

    @property
    def parts(self) -> tuple[Estimate, Estimate]:
        """The two estimates that a claim of sameness is decided by."""
        return self.association.estimate, self.largest


def compare(sample: Sample, by: str, *, label: str, outcome: str, modes: list[str]) -> Likeness:
    """Compare groups of respondents: V on ``outcome`` (modes, or their three groups), gaps always on the modes.

    V of the two wards is taken on the three groups: with two rows and twelve modes the limit of V lies near the margin
    even under perfect sameness. Gaps on the modes then see what the groups would hide.
    """
    present = [mode for mode in modes if (sample.rows["mode"] == mode).any()]
    shares = _shares(sample, by, present)
    return Likeness(
        label=label,
        groups=sample.rows[by].nunique(),
        categories=sample.rows[outcome].nunique(),
        association=equivalence.cramers_v(sample.design, sample.text(by), sample.text(outcome)),
        largest=equivalence.largest_gap(shares),
        gaps=equivalence.gaps(shares),
    )


def _comparisons(sample: Sample, params: Params, modes: list[str]) -> dict[str, Likeness]:
    """Return comparisons by claim; ones that the survey cannot feed are absent."""
    compared = sample.rows["ethnic_group"].isin(params.ethnic_groups)
    ethnic = sample.only(compared)
    direct = sample.only(compared & ~sample.rows[TRANSLATED].astype(bool))
    wanted = {
        "values_shared_over_ethnicity": (ethnic, "ethnic_group", "Ethnic groups", "mode"),
        "ethnic_groups_untranslated": (direct, "ethnic_group", "Ethnic groups, no translation", "mode"),
        "wards_homogeneous": (sample, "ward", "Wards (V on three groups)", "group"),
        "values_not_neighbourhood_bound": (sample, "neighbourhood", "Neighbourhoods", "mode"),
    }
    return {
        name: compare(rows, by, label=label, outcome=outcome, modes=modes)
        for name, (rows, by, label, outcome) in wanted.items()
        if len(set(rows.rows[by])) > 1 and len(set(rows.rows[outcome])) > 1
    }


def _equivalence_table(compared: Mapping[str, Likeness], params: Params) -> pd.DataFrame:
    adjusted = holm([one.association.p_value for one in compared.values()])
    rows = []
    for one, p_value in zip(compared.values(), adjusted, strict=True):
        v, gap = one.parts
        rows.append(
            {
                "comparison": one.label,
                "groups": one.groups,
                "respondents": v.n,
                "design_factor": one.association.design_factor,
                "v": v.estimate,
                "v_lower": v.lower,
                "v_upper": v.upper,
                "largest_gap": gap.estimate,
                "gap_upper": gap.upper,
                "p_adjusted": p_value,
                "verdict": equivalence.verdict(
                    v, gap, margin=params.v_margin, gap_margin=params.gap_margin, p_value=p_value
                ),
            }
        )
    return pd.DataFrame(rows)


def _gap_table(compared: Mapping[str, Likeness], names: Mapping[str, str]) -> pd.DataFrame:
    rows = []
    for one in compared.values():
        ranked = sorted(one.gaps, key=lambda gap: -abs(gap.estimate.estimate))[:GAPS_SHOWN]
        rows += [
            {
                "comparison": one.label,
                "mode": names.get(gap.category, gap.category),
                "first": names.get(gap.first, gap.first),
                "second": names.get(gap.second, gap.second),
                "gap": gap.estimate.estimate,
                **_limits(gap.estimate),
            }
            for gap in ranked
        ]
    return pd.DataFrame(rows)


def _by_ethnic_group(sample: Sample, params: Params, kinds: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Return shares of modes by ethnic group; counts are left out, for they would give away those not compared."""
    rows = []
    for group in params.ethnic_groups:
        within = sample.rows["ethnic_group"] == group
        for kind in kinds.itertuples():
            is_mode = sample.rows["mode"] == kind.mode
            found = sample.share(is_mode, within=within).interval()
            rows.append(
                {
                    "ethnic_group": group,
                    "mode": kind.mode_name,
                    "respondents": int((is_mode & within).sum()),
                    "share": found.estimate,
                    **_limits(found),
                }
            )
    shown = suppress_both_ways(pd.DataFrame(rows), row="ethnic_group", column="mode", threshold=threshold)
    return shown.drop(columns="respondents")


def _by_neighbourhood(
    sample: Sample, kinds: pd.DataFrame, names: Mapping[str, str], *, factor: float, threshold: int
) -> pd.DataFrame:
    """Return counts, shares and adjusted residuals (divided by the root of the design factor)."""
    counts = pd.crosstab(sample.rows["neighbourhood"], sample.rows["mode"])
    counts = counts.reindex(columns=kinds["mode"], fill_value=0)
    table = counts.to_numpy(float)
    total = table.sum()
    down, across = table.sum(axis=1, keepdims=True) / total, table.sum(axis=0, keepdims=True) / total
    spread = np.sqrt(total * down * across * (1 - down) * (1 - across) * factor)
    residual = np.divide(table - total * down * across, spread, out=np.zeros_like(table), where=spread > 0)
    titles = dict(zip(kinds["mode"], kinds["mode_name"], strict=True))
    rows = [
        {
            "neighbourhood": names.get(place, place),
            "mode": titles[mode],
            "respondents": table[i, j],
            "share": table[i, j] / table[i].sum(),
            "residual": residual[i, j],
        }
        for i, place in enumerate(counts.index)
        for j, mode in enumerate(counts.columns)
    ]
    return suppress_both_ways(pd.DataFrame(rows), row="neighbourhood", column="mode", threshold=threshold)


def _contrast(sample: Sample, holds: pd.Series, first: pd.Series, second: pd.Series) -> tuple[Estimate, ...]:
    """Return shares of two sets of respondents and their difference."""
    one, other = sample.share(holds, within=first).interval(), sample.share(holds, within=second).interval()
    return one, other, difference(one, other)


def _share_rank(sample: Sample, lead: str, others: list[str]) -> Estimate:
    """Return the rank of a mode by size; shares of one sample are correlated, so each difference is taken whole."""
    level = bonferroni(0.95, len(others))
    own = (sample.rows["mode"] == lead).to_numpy(float)
    leads = [
        survey.mean(sample.design, own - (sample.rows["mode"] == other).to_numpy(float), level=level)
        for other in others
    ]
    return survey.rank_of(leads, n=len(sample.rows))


def _answer_rank(sample: Sample, agrees: pd.Series, asked: pd.Series, lead: str, others: list[str]) -> Estimate:
    """Return the rank of a mode by the share that agrees."""
    level = bonferroni(0.95, len(others))
    shares = {
        mode: sample.share(agrees, within=asked & (sample.rows["mode"] == mode)).interval(level)
        for mode in [lead, *others]
        if (asked & (sample.rows["mode"] == mode)).any()
    }
    leads = [difference(shares[lead], shares[other]) for other in others if other in shares]
    return survey.rank_of(leads, n=int(asked.sum()))


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement: agreement of the leading mode against all others, and its rank among the modes."""

    item: str
    own: Estimate
    others: Estimate
    gap: Estimate
    rank: Estimate
    smallest_cell: int


def _statement(sample: Sample, item: str, params: Params, others: list[str]) -> Statement:
    answer = sample.rows[ITEM + item]
    asked, agrees = answer.notna(), answer >= params.agree_from
    leads = sample.rows["mode"] == params.lead_mode
    own, rest, gap = _contrast(sample, agrees, asked & leads, asked & ~leads)
    cells = [int((asked & side & holds).sum()) for side in (leads, ~leads) for holds in (agrees, ~agrees)]
    rank = _answer_rank(sample, agrees, asked, params.lead_mode, others)
    return Statement(item=item, own=own, others=rest, gap=gap, rank=rank, smallest_cell=min(cells))


def _statement_table(found: Mapping[str, Statement], explained: Mapping[str, float], threshold: int) -> pd.DataFrame:
    frame = pd.DataFrame(
        [
            {
                "statement": one.item.replace("_", " "),
                "smallest_cell": one.smallest_cell,
                "leading_mode": one.own.estimate,
                "other_modes": one.others.estimate,
                "difference": one.gap.estimate,
                **_limits(one.gap),
                "rank": one.rank.estimate,
                "rank_lower": one.rank.lower,
                "rank_upper": one.rank.upper,
                "variance_between_groups": explained[one.item],
            }
            for one in found.values()
        ],
        columns=STATEMENT_COLUMNS,
    )
    also = ("leading_mode", "other_modes", "difference", "lower", "upper")
    return suppress(frame, "smallest_cell", threshold=threshold, also=also).drop(columns="smallest_cell")


def _distinctness(sample: Sample, items: list[str]) -> tuple[tuple[Estimate, ...], dict[str, float]]:
    """Return the mean share of the statements' variance that lies between the three groups, and each one's own.

    Only respondents who answered all statements count; without any of two groups there is nothing to say.
    """
    columns = [ITEM + item for item in items]
    answered = sample.rows[columns].notna().all(axis=1)
    if not items or len(set(sample.rows.loc[answered, "group"])) == 1 or not answered.any():
        return (), dict.fromkeys(items, float("nan"))
    full = sample.only(answered)
    values, groups, weights = full.rows[columns].to_numpy(float), full.text("group"), full.design.weights

    def statistic(kept: np.ndarray) -> float:
        return float(survey.variance_explained(values[kept], groups[kept], weights[kept]).mean())

    each = survey.variance_explained(values, groups, weights)
    found = survey.jackknife(full.design, statistic, method=f"mean eta squared of {len(items)} statements")
    return (found,), {item: float(value) for item, value in zip(items, each, strict=True)}


def _settings(sample: Sample, params: Params, names: Mapping[str, str], threshold: int) -> tuple[pd.DataFrame, int]:
    """Return the share met in public by neighbourhood, and in how many neighbourhoods most were met otherwise."""
    public = sample.rows["mode_of_interview"].isin(params.public_settings)
    rows = []
    for place, own in public.groupby(sample.rows["neighbourhood"]):
        met, n = int(own.sum()), len(own)
        rows.append(
            {
                "neighbourhood": names.get(str(place), place),
                "respondents": n,
                "smaller": min(met, n - met),
                "share_in_public": met / n,
                "mostly_otherwise": bool(met * 2 < n),
            }
        )
    frame = pd.DataFrame(rows)
    otherwise = int(frame["mostly_otherwise"].sum())
    shown = suppress(frame, "smaller", threshold=threshold, also=("share_in_public",), within=())
    return shown.drop(columns="smaller"), otherwise


def _phone(sample: Sample, params: Params, threshold: int) -> tuple[Estimate, ...]:
    """Return how much rarer the young are among those reached by telephone; nothing where hardly anyone was."""
    phone = sample.rows["mode_of_interview"] == PHONE
    known = sample.rows["age_band"].notna()
    if int((phone & known).sum()) < threshold or not (~phone & known).any():
        return ()
    young = sample.rows["age_band"].isin(params.young_age_bands)
    return (_contrast(sample, young, known & ~phone, known & phone)[2],)


def _months(dates: pd.Series) -> str:
    found = sorted(set(dates.dt.strftime("%Y-%m")))
    return found[0] if len(found) == 1 else f"{found[0]} to {found[-1]}"


def _claims(
    sample: Sample, params: Params, others: list[str], statements: Mapping[str, Statement]
) -> dict[str, tuple[Estimate, ...]]:
    """Return the estimates of claims about the leading mode."""
    leads = sample.rows["mode"] == params.lead_mode
    answer = sample.rows[ITEM + params.disorder_item]
    young = sample.rows["age_band"].isin(params.young_age_bands)
    known = leads & answer.notna() & sample.rows["age_band"].notna()
    found: dict[str, tuple[Estimate, ...]] = {"golden_dreamers_lead": (_share_rank(sample, params.lead_mode, others),)}
    if set(params.trait_items) <= set(statements):
        found["gd_traits"] = tuple(statements[item].gap for item in params.trait_items)
    if {*params.leading_items, *params.stronger_items} <= set(statements):
        found["gd_competitive"] = (
            *(statements[item].rank for item in params.leading_items),
            *(statements[item].gap for item in params.stronger_items),
        )
    if (known & young).any() and (known & ~young).any():
        disorder = _contrast(sample, answer >= params.agree_from, known & young, known & ~young)
        found["young_gd_chaotic"] = (disorder[2],)
    return found


def analyse(inputs: Inputs, params: Params) -> Results:
    """Describe the modes, and test sameness and the leading mode's answers.

    Args:
        inputs: as from :func:`load`.
        params: the stage's parameters.

    Raises:
        InputError: the params name a mode, ethnic group, age band or statement that the survey does not hold.
    """
    rows = inputs.people("values_survey")
    _refuse_unknown(rows, params, paths.shown(inputs.files["values_survey"]))
    threshold = inputs.council.disclosure.threshold
    kinds = typology()
    names = dict(zip(kinds["mode"], kinds["mode_name"], strict=True)) | _place_names(inputs, rows)
    modes = kinds["mode"].tolist()
    others = [mode for mode in modes if mode != params.lead_mode]
    items = _asked(rows, params.lead_mode)
    # whole numbers with gaps would compare to "unknown" where a flag is wanted
    answers = {ITEM + item: rows[ITEM + item].astype("float64") for item in items}
    group_of = dict(zip(kinds["mode"], kinds["group"], strict=True))
    sample = Sample.of(rows.assign(group=rows["mode"].map(group_of), **answers))
    compared = _comparisons(sample, params, modes)
    distinct, explained = _distinctness(sample, items)
    statements = {item: _statement(sample, item, params, others) for item in items}
    mode_table, large = _modes(sample, kinds, threshold)
    settings, otherwise = _settings(sample, params, names, threshold)
    public = sample.share(sample.rows["mode_of_interview"].isin(params.public_settings)).interval()
    exceptions = exactly(float(otherwise), n=len(settings), method="neighbourhoods counted")
    tests = {
        "street_majority": (public, exceptions),
        "three_clusters": distinct,
        **_claims(sample, params, others, statements),
        **{name: one.parts for name, one in compared.items() if name != "ethnic_groups_untranslated"},
    }
    tests["phone_misses_young"] = _phone(sample, params, threshold)
    places = compared.get("values_not_neighbourhood_bound")
    lead_share = sample.share(sample.rows["mode"] == params.lead_mode).share
    return Results(
        respondents=len(rows),
        effective=survey.kish(sample.design.weights),
        months=_months(rows["date"]),
        large_modes=large,
        modes=mode_table,
        groups=_groups(sample, kinds),
        modes_by_ethnic_group=_by_ethnic_group(sample, params, kinds, threshold),
        modes_by_neighbourhood=_by_neighbourhood(
            sample, kinds, names, factor=places.association.design_factor if places else 1.0, threshold=threshold
        ),
        equivalence=_equivalence_table(compared, params),
        largest_gaps=_gap_table(compared, names),
        statements=_statement_table(statements, explained, threshold),
        settings=settings,
        needed_per_neighbourhood=equivalence.needed_per_group(
            lead_share, groups=max(2, len(settings)), gap_margin=params.gap_margin
        ),
        tests={name: parts for name, parts in tests.items() if parts},
    )


def _place_names(inputs: Inputs, rows: pd.DataFrame) -> dict[str, str]:
    """Return names of wards and neighbourhoods, from the look-up where there is one, else from their codes."""
    codes = set(rows["ward"]) | set(rows["neighbourhood"])
    names = {code: str(code).replace("_", " ").capitalize() for code in codes}
    if not inputs.has("lookup"):
        return names
    lookup = inputs.table("lookup")
    inside = lookup[lookup["neighbourhood"].notna()]
    names |= dict(zip(inside["ward"], inside["ward_name"], strict=True))
    return names | dict(zip(inside["neighbourhood"], inside["neighbourhood_name"], strict=True))


def save(inputs: Inputs, results: Results) -> None:
    """Write the stage's tables, none of which names a person."""
    tables = {name: getattr(results, name) for name in DECLARATION.tables}
    for name, frame in tables.items():
        refuse_people(frame, what=name)
    base.save_tables(DECLARATION, inputs.council.council.slug, tables)
