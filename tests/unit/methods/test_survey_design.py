"""The survey design against an oracle of its own: linearisation, raking and Rao-Scott written out in numpy."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from insight.methods.survey import SurveyDesign, SurveyError

AGES = {"young": 900.0, "middle": 700.0, "old": 400.0}
SEXES = {"f": 1100.0, "m": 900.0}


def frame(seed=1, n=480, strata=4, clusters=12):
    rng = np.random.default_rng(seed)
    stratum = np.repeat(np.arange(strata), n // strata)
    cluster = stratum * clusters + rng.integers(0, clusters, n)
    shift = rng.normal(0, 0.5, strata * clusters)[cluster]
    return pd.DataFrame(
        {
            "stratum": stratum,
            "cluster": cluster,
            "weight": rng.uniform(0.5, 3, n),
            "y": rng.normal(2, 1, n) + shift,
            "x": rng.uniform(1, 2, n),
            "age": rng.choice(list(AGES), n),
            "sex": rng.choice(list(SEXES), n),
            "kind": rng.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2]),
            "works": rng.random(n) < 1 / (1 + np.exp(-shift)),
        }
    )


def whole(data, **more):
    return SurveyDesign(data, weights="weight", strata="stratum", psu="cluster", **more)


def spread(parts, data, *, sampled=None):
    """Variance of a total of contributions: with replacement of clusters, or from a population of known size."""
    parts = np.asarray(parts, dtype=float)
    total = 0.0
    for one in np.unique(data["stratum"]):
        here = (data["stratum"] == one).to_numpy()
        sums = pd.Series(parts[here]).groupby(data.loc[here, "cluster"].to_numpy()).sum().to_numpy()
        if len(sums) > 1:
            left = 1 - len(sums) / sampled if sampled else 1.0
            total += left * len(sums) / (len(sums) - 1) * ((sums - sums.mean()) ** 2).sum()
    return total


@pytest.fixture(scope="module")
def data():
    return frame()


def ratio_oracle(data, above, below, inside):
    weight = np.where(inside, data["weight"], 0.0)
    value = (weight * above).sum() / (weight * below).sum()
    return value, np.sqrt(spread(weight * (above - value * below) / (weight * below).sum(), data))


def test_mean_of_domains_is_a_ratio_of_totals(data):
    found = whole(data).mean("y", by="kind").set_index("kind")
    for kind in "abc":
        inside = (data["kind"] == kind).to_numpy()
        value, se = ratio_oracle(data, data["y"].to_numpy(), np.ones(len(data)), inside)
        row = found.loc[kind]
        assert (row["estimate"], row["se"]) == pytest.approx((value, se))
        half = stats.t.ppf(0.975, row["df"]) * se
        assert (row["lower"], row["upper"]) == pytest.approx((value - half, value + half))
        assert row["n"] == inside.sum()
        assert row["unweighted"] == pytest.approx(data.loc[inside, "y"].mean())


def test_design_effect_and_effective_n(data):
    row = whole(data).mean("y").iloc[0]
    weight, y = data["weight"].to_numpy(), data["y"].to_numpy()
    n = len(data)
    simple = n / (n - 1) * (weight * (y - row["estimate"]) ** 2).sum() / weight.sum() / n
    assert row["deff"] == pytest.approx(row["se"] ** 2 / simple)
    assert row["n_eff"] == pytest.approx(n / row["deff"])
    assert row["df"] == data["cluster"].nunique() - 4


def test_total_ratio_and_quantile(data):
    design = whole(data)
    weight, y, x = (data[name].to_numpy() for name in ("weight", "y", "x"))
    total = design.total("y").iloc[0]
    assert (total["estimate"], total["se"]) == pytest.approx(((weight * y).sum(), np.sqrt(spread(weight * y, data))))
    ratio = design.ratio("y", "x").iloc[0]
    assert (ratio["estimate"], ratio["se"]) == pytest.approx(ratio_oracle(data, y, x, np.ones(len(data), bool)))
    assert 0 < ratio["deff"] < 20
    median = design.quantile("y", 0.5).iloc[0]
    order = np.argsort(y)
    assert median["estimate"] == pytest.approx(y[order][np.searchsorted(weight[order].cumsum(), weight.sum() / 2)])
    below = design.mean("y", where=y <= median["estimate"])["n"].iloc[0]
    assert median["lower"] < median["estimate"] < median["upper"]
    assert 0.35 < below / len(data) < 0.65


def test_proportion_of_every_category_and_of_one_that_nobody_has(data):
    given = data.assign(kind=pd.Categorical(data["kind"], categories=["a", "b", "c", "none"]))
    found = whole(given).proportion("kind").set_index("kind")
    assert found["estimate"].sum() == pytest.approx(1)
    value, se = ratio_oracle(data, (data["kind"] == "b").to_numpy(float), np.ones(len(data)), np.ones(len(data), bool))
    assert (found.loc["b", "estimate"], found.loc["b", "se"]) == pytest.approx((value, se))
    assert found.loc["none", "estimate"] == 0
    weight = data["weight"].to_numpy()
    size = int(weight.sum() ** 2 / (weight**2).sum())
    assert found.loc["none", "upper"] == pytest.approx(1 - 0.025 ** (1 / size))
    assert (found["lower"] >= 0).all()
    assert (found["upper"] <= 1).all()


def test_finite_population_and_two_stages(data):
    sized = data.assign(clusters_there=30.0, rows_there=40.0, person=np.arange(len(data)))
    y, weight = sized["y"].to_numpy(), sized["weight"].to_numpy()
    one = whole(sized, fpc="clusters_there").mean("y").iloc[0]
    expected = spread(weight * (y - one["estimate"]) / weight.sum(), sized, sampled=30)
    assert one["se"] == pytest.approx(np.sqrt(expected))
    two = SurveyDesign(
        sized, weights="weight", strata="stratum", psu=["cluster", "person"], fpc=["clusters_there", "rows_there"]
    ).mean("y")
    assert one["se"] < two["se"].iloc[0] < whole(sized).mean("y")["se"].iloc[0]


def test_a_simple_sample_is_students(data):
    row = SurveyDesign(data).mean("y").iloc[0]
    assert row["se"] == pytest.approx(stats.sem(data["y"]))
    assert row["deff"] == pytest.approx(1)


def rao_scott(data, row, column):
    """Second-order Rao-Scott from the covariance of the cells, by generalised design effects."""
    rows, columns = pd.Categorical(data[row]), pd.Categorical(data[column])
    r, c = len(rows.categories), len(columns.categories)
    weight = data["weight"].to_numpy() / data["weight"].sum()
    holds = np.zeros((len(data), r * c))
    holds[np.arange(len(data)), rows.codes * c + columns.codes] = 1
    p = weight @ holds
    parts = weight[:, None] * (holds - p)
    covariance = np.zeros((r * c, r * c))
    for one in np.unique(data["stratum"]):
        here = (data["stratum"] == one).to_numpy()
        sums = pd.DataFrame(parts[here]).groupby(data.loc[here, "cluster"].to_numpy()).sum().to_numpy()
        gap = sums - sums.mean(axis=0)
        covariance += len(sums) / (len(sums) - 1) * gap.T @ gap
    joint = p.reshape(r, c)
    expected = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    chi2 = len(data) * ((joint - expected) ** 2 / expected).sum()
    down, across = np.eye(r)[np.repeat(np.arange(r), c)], np.eye(c)[np.tile(np.arange(c), r)]
    main = np.column_stack([np.ones(r * c), down[:, 1:], across[:, 1:]])
    both = np.column_stack([down[:, [i]] * across[:, [j]] for i in range(1, r) for j in range(1, c)])
    clean = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
    inverse = np.diag(1 / p)
    delta = np.linalg.solve(clean.T @ (inverse / len(data)) @ clean, clean.T @ inverse @ covariance @ inverse @ clean)
    return chi2, np.trace(delta), np.trace(delta @ delta)


def test_crosstab_is_rao_scott_second_order(data):
    found = whole(data).crosstab("kind", "age")
    chi2, trace, square = rao_scott(data, "kind", "age")
    clusters = data["cluster"].nunique() - 4
    assert found.chi2 == pytest.approx(chi2)
    assert found.freedom == 4
    assert found.f == pytest.approx(chi2 / trace, rel=1e-3)
    assert found.delta_bar == pytest.approx(trace / 4, rel=1e-3)
    assert found.df1 == pytest.approx(trace**2 / square, rel=1e-3)
    assert found.df2 == pytest.approx(trace**2 / square * clusters, rel=1e-3)
    assert found.p == pytest.approx(stats.f.sf(found.f, found.df1, found.df2))
    assert found.cells["estimate"].sum() == pytest.approx(1)
    assert found.counts.to_numpy().sum() == len(data)


def raked_by_hand(data):
    weight = data["weight"].to_numpy().copy()
    for _ in range(500):
        for column, wanted in (("age", AGES), ("sex", SEXES)):
            for level, size in wanted.items():
                here = (data[column] == level).to_numpy()
                weight[here] *= size / weight[here].sum()
    return weight


def test_raked_weights_are_those_of_the_loop_and_meet_the_margins(data):
    design = whole(data).rake({"age": AGES, "sex": SEXES})
    assert design.weight_values == pytest.approx(raked_by_hand(data), rel=1e-6)
    assert design.total("x", by="age")["n"].sum() == len(data)
    sizes = pd.Series(design.weight_values).groupby(data["age"]).sum()
    assert sizes.to_dict() == pytest.approx(AGES)
    assert "raked to age, sex" in design.summary.words


def test_raked_errors_are_those_of_residuals_from_the_margins(data):
    """Weights taken as fixed give another error: the trap."""
    given = data.assign(y=data["y"] + 8 * (data["age"] == "old"))
    design = whole(given).rake({"age": AGES, "sex": SEXES})
    row = design.mean("y").iloc[0]
    weight, y = raked_by_hand(given), given["y"].to_numpy()
    margins = pd.get_dummies(given[["age", "sex"]], dtype=float).drop(columns="sex_f").to_numpy()
    scores = y - row["estimate"]
    slope = np.linalg.solve((margins * weight[:, None]).T @ margins, (margins * weight[:, None]).T @ scores)
    knowing = np.sqrt(spread(weight * (scores - margins @ slope) / weight.sum(), given))
    fixed = np.sqrt(spread(weight * scores / weight.sum(), given))
    assert row["se"] == pytest.approx(knowing, rel=0.01)
    assert row["se"] < 0.9 * fixed
    naive = whole(given.assign(weight=weight)).mean("y").iloc[0]
    assert naive["se"] == pytest.approx(fixed)


@pytest.mark.parametrize("kind", ["jackknife", "bootstrap"])
def test_replicates_of_a_raked_design_agree_with_its_linearised_errors(data, kind):
    made = whole(data).replicates(kind, count=300, seed=7).rake({"age": AGES, "sex": SEXES})
    linear = whole(data).rake({"age": AGES, "sex": SEXES})
    one, other = made.mean("y").iloc[0], linear.mean("y").iloc[0]
    assert one["estimate"] == pytest.approx(other["estimate"])
    assert one["se"] == pytest.approx(other["se"], rel=0.15)


def test_shares_of_a_population_rake_as_totals_do(data):
    shares = {
        name: {k: v / sum(wanted.values()) for k, v in wanted.items()}
        for name, wanted in (("age", AGES), ("sex", SEXES))
    }
    design = whole(data).rake(shares)
    assert design.weight_values.sum() == pytest.approx(data["weight"].sum())
    assert design.mean("y")["estimate"].iloc[0] == pytest.approx(
        whole(data).rake({"age": AGES, "sex": SEXES}).mean("y")["estimate"].iloc[0]
    )


def test_a_design_without_weights_can_be_raked(data):
    design = SurveyDesign(data, psu="cluster").rake({"sex": SEXES})
    assert pd.Series(design.weight_values).groupby(data["sex"]).sum().to_dict() == pytest.approx(SEXES)
    assert design.proportion("kind")["estimate"].sum() == pytest.approx(1)


def test_a_cap_holds_and_margins_are_met_all_the_same(data):
    loose = whole(data).rake({"age": AGES, "sex": SEXES})
    mean = loose.weight_values.mean()
    capped = whole(data).rake({"age": AGES, "sex": SEXES}, max_ratio=1.8)
    assert loose.weight_values.max() > 1.8 * mean
    assert capped.weight_values.max() <= 1.8 * mean * 1.0001
    assert pd.Series(capped.weight_values).groupby(data["age"]).sum().to_dict() == pytest.approx(AGES, rel=1e-4)


@pytest.mark.parametrize(
    ("margins", "more", "words"),
    [
        ({}, {}, "no margins"),
        ({"height": {"tall": 1.0}}, {}, "no column height"),
        ({"age": {"young": 900, "middle": 700}}, {}, "only in the data: old"),
        ({"age": AGES | {"baby": 3.0}}, {}, "only in the margin: baby"),
        ({"age": AGES | {"old": 0.0}}, {}, "0 or less"),
        ({"age": AGES, "sex": {"f": 10.0, "m": 10.0}}, {}, "disagree"),
        ({"age": AGES}, {"max_ratio": 0.9}, "max_ratio"),
        ({"age": AGES}, {"max_ratio": 1.01}, "TRIM_INFEASIBLE|bounds"),
        ({"age": {"young": 1990.0, "middle": 9.0, "old": 1.0}}, {}, "design effect"),
    ],
)
def test_margins_that_cannot_be_are_refused_by_name(data, margins, more, words):
    with pytest.raises(SurveyError, match=words):
        whole(data).rake(margins, **more)


def test_missing_values_in_a_raking_column_are_refused(data):
    holed = data.assign(age=data["age"].where(np.arange(len(data)) > 3))
    with pytest.raises(SurveyError, match="`age` is missing for 4 rows"):
        whole(holed).rake({"age": AGES})


@pytest.mark.parametrize(
    ("changes", "arguments", "words"),
    [
        ({}, {"weights": "w8"}, "no column w8"),
        ({"weight": -1.0}, {}, "below 0"),
        ({"weight": np.nan}, {}, "missing or below 0"),
        ({"weight": 0.0}, {}, "every weight is 0"),
        ({"cluster": None}, {}, "`cluster` is missing"),
        ({"cluster": 1}, {}, "more than one stratum"),
        ({"size": 3.0}, {"fpc": "size"}, "12 units drawn"),
        ({"size": 0.5}, {"fpc": "size"}, "sizes below 1"),
        ({}, {"psu": ["cluster", "y", "x"]}, "two stages"),
    ],
)
def test_designs_that_cannot_be_are_refused_by_name(data, changes, arguments, words):
    with pytest.raises(SurveyError, match=words):
        SurveyDesign(
            data.assign(**changes), **({"weights": "weight", "strata": "stratum", "psu": "cluster"} | arguments)
        )


def test_clusters_named_within_strata_need_nest(data):
    within = data.assign(cluster=data["cluster"] % 12)
    with pytest.raises(SurveyError, match="nest=True"):
        whole(within)
    assert whole(within, nest=True).mean("y")["se"].iloc[0] == pytest.approx(whole(data).mean("y")["se"].iloc[0])


def test_an_empty_frame_is_refused():
    with pytest.raises(SurveyError, match="no rows"):
        SurveyDesign(pd.DataFrame({"y": []}))


def test_a_lone_cluster_is_centred_at_the_grand_mean_and_named(data):
    lone = data.assign(cluster=np.where(data["stratum"] == 2, 999, data["cluster"]))
    design = whole(lone)
    assert design.summary.lone_strata == ("2",)
    assert "2" in design.summary.words
    row = design.mean("y").iloc[0]
    weight, y = lone["weight"].to_numpy(), lone["y"].to_numpy()
    parts = weight * (y - row["estimate"]) / weight.sum()
    here = (lone["stratum"] == 2).to_numpy()
    expected = (
        spread(
            np.where(here, 0, parts), lone[["stratum", "cluster"]].assign(stratum=np.where(here, 2, lone["stratum"]))
        )
        + parts[here].sum() ** 2
    )
    assert row["se"] == pytest.approx(np.sqrt(expected), rel=0.02)


def test_a_domain_without_cases_says_so(data):
    given = data.assign(kind=pd.Categorical(data["kind"], categories=["a", "b", "c", "none"]))
    row = whole(given).mean("y", by="kind").set_index("kind").loc["none"]
    assert row["n"] == 0
    assert np.isnan(row["estimate"])
    with pytest.raises(SurveyError, match="no cases"):
        whole(data).mean("y", where=np.zeros(len(data), bool))


def test_weights_of_zero_count_for_nothing(data):
    zero = data.assign(weight=np.where(data["kind"] == "c", 0.0, data["weight"]))
    row = whole(zero).mean("y").iloc[0]
    rest = (data["kind"] != "c").to_numpy()
    assert row["estimate"] == pytest.approx(np.average(data.loc[rest, "y"], weights=data.loc[rest, "weight"]))
    assert row["n"] == rest.sum() == whole(zero).summary.n


def test_missing_values_leave_n_but_not_the_design(data):
    holed = data.assign(y=data["y"].where(np.arange(len(data)) % 5 > 0))
    row = whole(holed).mean("y").iloc[0]
    known = holed["y"].notna().to_numpy()
    value, se = ratio_oracle(data, np.where(known, data["y"], 0.0), np.ones(len(data)), known)
    assert (row["estimate"], row["se"], row["n"]) == pytest.approx((value, se, known.sum()))


def test_what_cannot_be_estimated_is_refused(data):
    design = whole(data)
    for call, words in (
        (lambda: design.mean("kind"), "no number"),
        (lambda: design.mean("height"), "no column"),
        (lambda: design.quantile("y", 1.5), "quantile"),
        (lambda: design.crosstab("kind", "one"), "no column"),
        (lambda: design.mean("y", where=[True]), "another length"),
        (lambda: design.replicates("bootstrap").only(np.ones(len(data), bool)), "cannot be cut"),
    ):
        with pytest.raises(SurveyError, match=words):
            call()
    with pytest.raises(SurveyError, match="one category"):
        whole(data.assign(one="a")).crosstab("kind", "one")


def test_summary_shows_what_weighting_costs(data):
    found = whole(data).summary
    weight = data["weight"].to_numpy()
    assert found.kish_deff == pytest.approx(len(weight) * (weight**2).sum() / weight.sum() ** 2)
    assert found.n_eff == pytest.approx(found.n / found.kish_deff)
    assert (found.smallest_weight, found.largest_weight) == (weight.min(), weight.max())
    assert (found.strata, found.df) == (4, data["cluster"].nunique() - 4)


def test_logistic_model_has_the_estimates_of_weighted_likelihood_and_errors_by_cluster(data):
    import statsmodels.api as sm

    found = whole(data).glm("works ~ x + sex", family="binomial")
    x = np.column_stack([np.ones(len(data)), data["x"], data["sex"] == "m"]).astype(float)
    y, weight = data["works"].to_numpy(float), data["weight"].to_numpy()
    fitted = sm.GLM(y, x, family=sm.families.Binomial(), freq_weights=weight).fit()
    assert found.table["estimate"].to_numpy() == pytest.approx(fitted.params, abs=1e-6)
    share = fitted.fittedvalues
    bread = np.linalg.inv((x * (weight * share * (1 - share))[:, None]).T @ x)
    influence = (x * (weight * (y - share))[:, None]) @ bread
    for place, se in enumerate(found.table["se"]):
        assert se == pytest.approx(np.sqrt(spread(influence[:, place], data)), rel=1e-4)
    assert list(found.table["term"]) == ["Intercept", "x", "sex[T.m]"]


def test_gaussian_model_knows_domains(data):
    inside = (data["kind"] == "a").to_numpy()
    found = whole(data).glm("y ~ x", where=inside)
    part = data[inside]
    slope = np.polyfit(part["x"], part["y"], 1, w=np.sqrt(part["weight"]))[0]
    assert found.table["estimate"].iloc[1] == pytest.approx(slope)
    assert found.n == inside.sum()


def test_multinomial_without_weights_is_statsmodels(data):
    import statsmodels.api as sm

    plain = SurveyDesign(data).multinomial("kind ~ x + sex")
    x = np.column_stack([np.ones(len(data)), data["x"], data["sex"] == "m"]).astype(float)
    oracle = sm.MNLogit(pd.Categorical(data["kind"]).codes, x).fit(disp=0)
    assert plain.table["estimate"].to_numpy() == pytest.approx(oracle.params.T.ravel(), abs=1e-5)
    assert plain.margins["estimate"].to_numpy() == pytest.approx(
        data["kind"].value_counts(normalize=True).sort_index().to_numpy()
    )


def test_multinomial_weights_count_and_errors_agree_with_leaving_out_clusters(data):
    """The library of the field ignores weights here (a warning only): the trap."""
    found = whole(data).multinomial("kind ~ x")
    doubled = pd.concat([data, data[data["kind"] == "c"]], ignore_index=True)
    heavy = SurveyDesign(data.assign(w=np.where(data["kind"] == "c", 2.0, 1.0)), weights="w").multinomial("kind ~ x")
    again = SurveyDesign(doubled).multinomial("kind ~ x")
    assert heavy.table["estimate"].to_numpy() == pytest.approx(again.table["estimate"].to_numpy(), abs=1e-6)
    total = np.zeros(len(found.table))
    for one in np.unique(data["stratum"]):
        clusters = data.loc[data["stratum"] == one, "cluster"].unique()
        for cluster in clusters:
            scale = np.where(data["stratum"] == one, len(clusters) / (len(clusters) - 1), 1.0)
            left = data.assign(weight=data["weight"] * scale * (data["cluster"] != cluster))
            gone = whole(left).multinomial("kind ~ x").table["estimate"].to_numpy()
            total += (len(clusters) - 1) / len(clusters) * (gone - found.table["estimate"].to_numpy()) ** 2
    assert found.table["se"].to_numpy() == pytest.approx(np.sqrt(total), rel=0.1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda d: d.glm("works", family="binomial"), "two sides"),
        (lambda d: d.glm("works ~ height", family="binomial"), "height"),
        (lambda d: d.glm("works ~ x + I(2 * x)", family="binomial"), "repeat one another"),
        (lambda d: d.glm("works ~ x", family="cauchy"), "family"),
        (lambda d: d.multinomial("one ~ x"), "one category"),
        (lambda d: d.multinomial("kind ~ is_a"), "never"),
        (lambda d: d.rake({"age": AGES}).multinomial("kind ~ x"), "before raking"),
    ],
)
def test_models_that_cannot_be_are_refused(data, call, words):
    given = whole(data.assign(one="a", is_a=(data["kind"] == "a").astype(float)))
    with pytest.raises(SurveyError, match=words):
        call(given)
