"""Ethnography: figures move with records, small counts stay hidden, quotes only with standing public consent."""

import dataclasses
import itertools
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import worlds
from insight import params, paths
from insight.errors import InputError, ParamsError
from insight.privacy import redaction
from insight.privacy.protected import Protected
from insight.stages import ethnography as stage
from insight.stages.ethnography import (
    analysis,
    claims,
    coders,
    coding,
    counts,
    fieldwork,
    framework,
    gap,
    measures,
    quoting,
    saturation,
)

SECTION = dict(params.load(paths.root() / "params" / "oldham.yml").stages["ethnography"])
PARAMS = stage.Params.build(**{**SECTION, "draws": 400})
NAMES = (*stage.DECLARATION.inputs, *stage.DECLARATION.optional)
THRESHOLD = 5


def made(folder, *, null=False):
    inputs = worlds.inputs(NAMES, worlds.world(null=null), folder)
    frames = dict(inputs.frames)
    for name, column in (
        ("interviews", "date"),
        ("consent", "gained_on"),
        ("session_notes", "date"),
        ("quote_reviews", "reviewed_on"),
    ):
        rows = frames[name].rows()
        frames[name] = Protected(name, rows.assign(**{column: pd.to_datetime(rows[column])}))
    return dataclasses.replace(inputs, frames=frames)


@pytest.fixture
def given(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    return made(tmp_path)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What the planted world comes to, computed once."""
    return stage.analyse(made(tmp_path_factory.mktemp("planted")), PARAMS)


def altered(given, name, change):
    return dataclasses.replace(given, frames={**given.frames, name: Protected(name, change(given.frames[name].rows()))})


def without(given, *names):
    return dataclasses.replace(given, frames={name: one for name, one in given.frames.items() if name not in names})


def verdicts(given, results):
    log = counts.log_of(given.people("interviews"), PARAMS.borough)
    known = dataclasses.replace(results, log=log)
    return {row.id: row.verdict for row in stage.figures(given, known, PARAMS)}


def outcomes(given, results):
    return {row.id: row.outcome for row in stage.findings(given, results, PARAMS)}


def test_every_figure_reproduces_on_the_planted_world(given, results):
    assert set(verdicts(given, results).values()) == {"reproduces"}
    assert len(verdicts(given, results)) == 12


@pytest.mark.parametrize(
    ("figure", "change"),
    [
        ("ethnography.oldham_and_wigan.interviews_count", lambda rows: rows.iloc[:-1]),
        ("ethnography.oldham.interviews_count", lambda rows: rows.iloc[1:]),
        (
            "ethnography.oldham_and_wigan.at_home_interviews_count",
            lambda rows: rows.drop(rows.index[rows["setting"] == "home"][0]),
        ),
        ("ethnography.all.interview_min_minutes", lambda rows: rows[rows["minutes"] > rows["minutes"].min()]),
        ("ethnography.all.interview_max_hours", lambda rows: rows[rows["minutes"] < rows["minutes"].max()]),
        ("ethnography.each_borough.fieldwork_days", lambda rows: rows[rows["date"] > rows["date"].min()]),
        ("ethnography.all.note_takers_per_team", lambda rows: rows.assign(note_takers=[2, *rows["note_takers"][1:]])),
        (
            "scope.ethnography.child_age_under_years",
            lambda rows: rows.assign(child_age_months=[48, *rows["child_age_months"][1:]]),
        ),
    ],
)
def test_one_altered_record_moves_its_figure(given, results, figure, change):
    assert verdicts(altered(given, "interviews", change), results)[figure] == "differs"


def test_planted_claims_are_mostly_detected(given, results):
    found = list(outcomes(given, results).values())
    assert len(found) == 17
    assert set(found) <= {"detected", "missed"}
    assert found.count("detected") >= 14


def test_null_world_raises_few_alarms_and_no_figure_of_records_reproduces(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    given = made(tmp_path, null=True)
    results = stage.analyse(given, PARAMS)
    found = list(outcomes(given, results).values())
    assert "detected" not in found
    assert found.count("false alarm") <= 1
    rows = stage.figures(given, results, PARAMS)
    assert {row.verdict for row in rows if row.evidence == "recovered"} == {"differs"}


@pytest.mark.usefixtures("undrawn")
def test_without_optional_inputs_the_stage_runs(given):
    fewer = without(given, *stage.DECLARATION.optional)
    results = stage.analyse(fewer, PARAMS)
    stage.save(fewer, results)
    assert results.quotes.empty
    assert results.analysed == 46
    found = {row.id: row.outcome for row in stage.findings(fewer, results, PARAMS)}
    assert found["consent_at_outset"] == found["families_and_staff_disagree"] == "not testable here"
    for name in (one for one in stage.pictures.__all__ if one.endswith(("_picture", "_table"))):
        assert getattr(stage, name)(fewer, results).html()


def test_few_interviews_give_counts_and_no_tests(given):
    few = altered(given, "interviews", lambda rows: rows.iloc[:15])
    assert analysis.estimates(few, PARAMS) == {}


def drop_consent(rows, scope):
    return rows[rows["scope"] != scope]


def bank(given):
    return quoting.bank(given, coding.coded(given, themes=list(PARAMS.themes), borough=PARAMS.borough), PARAMS)


def heard(given, audience):
    return quoting.heard(bank(given), given, audience)


def test_quotes_need_standing_consent_of_their_audience(given, results):
    sizes = [len(getattr(results, name)) for name in ("quotes", "quotes_partners", "quotes_internal")]
    assert 0 < sizes[0] <= sizes[1] <= sizes[2]
    partners = altered(given, "consent", lambda rows: drop_consent(rows, "quote_public"))
    assert heard(partners, "public").empty
    assert len(heard(partners, "partners")) > 0
    unasked = stage.analyse(without(given, "consent"), PARAMS)
    assert unasked.quotes.empty
    assert unasked.quotes_withheld == len(given.frames["quotes"])


def test_withdrawal_is_a_hard_failure_as_long_as_the_words_are_kept(given):
    code = given.people("quotes")["interview_id"].iloc[0]
    taken_back = altered(
        given, "consent", lambda rows: rows.assign(withdrawn=rows["withdrawn"] | (rows["interview_id"] == code))
    )
    with pytest.raises(InputError, match=r"(?s)row 2.*withdrawn consent.*Fix: delete the quote"):
        stage.analyse(taken_back, PARAMS)
    deleted = altered(taken_back, "quotes", lambda rows: rows[rows["interview_id"] != code])
    assert stage.analyse(deleted, PARAMS).log.interviews == 89


def test_no_quote_is_shown_without_a_persons_sign_off_for_these_words(given, results):
    shown = results
    assert heard(without(given, "quote_reviews"), "internal").empty
    states = dict(zip(shown.quote_states["state"], shown.quote_states["quotes"], strict=True))
    assert states == {quoting.SIGNED: 17, quoting.HELD: 1, quoting.STALE: 1, quoting.UNSIGNED: 1}
    edited = altered(given, "quotes", lambda rows: rows.assign(text=rows["text"] + " Then."))
    assert heard(edited, "internal").empty
    assert set(bank(edited).queue()["state"]) == {quoting.STALE, quoting.UNSIGNED}


def test_demonstration_quotes_hold_something_to_redact_and_it_is_gone(given, results):
    words = " ".join(results.quotes_internal["words"])
    for raw in ("Marisol", "0161", "ZZ99", "March"):
        assert given.people("quotes")["text"].str.contains(raw).any()
        assert raw not in words
    assert "[name]" in words
    assert "[postcode]" in words


def test_no_speaker_is_rarer_than_three(given, results):
    grid = coding.coded(given, themes=list(PARAMS.themes), borough="oldham")
    speakers, found = quoting._speakers(given, grid, PARAMS)
    assert speakers.value_counts().min() >= 3
    assert found.rarest >= 3
    assert set(results.quotes["speaker"]) <= set(speakers)
    assert speakers.str.contains("St Mary's").any(), "places are called as readers call them"
    assert not speakers.str.contains("St Marys").any()


def test_withdrawn_consent_to_analysis_leaves_the_interview_out(given):
    quoted = set(given.people("quotes")["interview_id"])
    log = given.people("interviews")
    code = next(code for code in log.loc[log["borough"] == "oldham", "interview_id"] if code not in quoted)
    taken_back = altered(
        given, "consent", lambda rows: rows.assign(withdrawn=rows["withdrawn"] | (rows["interview_id"] == code))
    )
    results = stage.analyse(taken_back, PARAMS)
    assert (results.analysed, results.without_consent) == (45, 1)


def test_quotes_are_escaped(given, results):
    html = stage.quotes_table(given, results).html()
    rows = html[: html.index("</table>")]
    assert "<b>Tuesday" not in rows
    assert "&lt;b&gt;Tuesday" in rows


def test_no_small_count_of_interviews_is_shown_or_given_away(given, results):
    for frame, count in ((results.settings, "interviews"), (results.together, "both"), (results.coverage, "covered")):
        assert not frame[count].between(1, THRESHOLD - 1).any()
    states = results.themes[["raised", "prompted", "not_covered"]]
    assert not states.isin(range(1, THRESHOLD)).any(axis=None)
    assert not (states.isna().sum(axis=1) == 1).any()
    assert results.themes.loc[states["prompted"].isna(), "of_covered"].isna().all()
    said = results.statements.dropna(subset=["said"])
    assert not (said["of"] - said["said"]).between(1, THRESHOLD - 1).any()
    assert not (results.analysed - said["of"]).between(1, THRESHOLD - 1).any()


@pytest.mark.parametrize(
    ("given_counts", "hidden"),
    [
        ({"raised": 20, "prompted": 3, "not_covered": 23}, {"prompted", "not_covered"}),
        ({"raised": 3, "prompted": 20, "not_covered": 23}, {"raised", "prompted"}),
        ({"raised": 20, "prompted": 26, "not_covered": 0}, set()),
        ({"raised": 43, "prompted": 3, "not_covered": 0}, {"raised", "prompted"}),
        ({"raised": 43, "prompted": 2, "not_covered": 1}, {"raised", "prompted", "not_covered"}),
        # two hidden counts that come to four could be told within three: the third goes too
        ({"raised": 2, "prompted": 2, "not_covered": 42}, {"raised", "prompted", "not_covered"}),
    ],
)
def test_a_small_count_takes_another_with_it(given_counts, hidden):
    states = [name for name, count in given_counts.items() for _ in range(count)]
    grid = SimpleNamespace(status=pd.DataFrame({"food": states}), n=len(states))
    shown = counts._states(grid, SimpleNamespace(themes={"food": "Food"}), threshold=THRESHOLD)
    assert set(shown.loc[shown["interviews"].isna(), "state"]) == hidden


def test_saved_themes_are_what_stage_09_reads(given, results):
    stage.save(given, results)
    folder = paths.stage_dir("oldham", "ethnography") / "tables"
    themes = pd.read_csv(folder / "themes.csv")
    assert {"theme", "raised"} <= set(themes.columns)
    assert themes["theme"].is_unique
    for name, level in stage.DECLARATION.tables.items():
        columns = pd.read_csv(folder / f"{name}.csv").columns
        assert any(column.endswith("_id") for column in columns) == (level == "restricted")


def test_codes_that_fit_nothing_are_told_together(given):
    odd = altered(given, "codings", lambda rows: rows.assign(theme=["weather", *rows["theme"][1:]]))
    odd = altered(odd, "quotes", lambda rows: rows.assign(interview_id=["I999", *rows["interview_id"][1:]]))
    with pytest.raises(InputError, match=r"(?s)weather.*I999"):
        coding.check_codes(odd, list(PARAMS.themes))


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("early_years", ["weather"], "weather"),
        ("early_years", ["housing"], "one of early_years and other_needs"),
        ("staff_first", 0, "staff_first"),
        ("draws", "many", "whole number"),
        ("colour", "blue", "unexpected key"),
        ("framework", {"home": ["weather"]}, "weather"),
    ],
)
def test_wrong_params_are_refused(key, value, words):
    with pytest.raises(ParamsError, match=words):
        stage.Params.build(**{**SECTION, key: value})


def test_tau_is_that_of_scipy():
    from scipy.stats import kendalltau

    order, counts = [1, 2, 3, 4, 5, 6], np.array([9, 3, 3, 7, 1, 0])
    found = measures.tau(order)(counts[None, :].astype(float))[0]
    assert found == pytest.approx(kendalltau([-one for one in order], counts).statistic)


def furthest(measures_of, statistic, swaps):
    """Every way of replacing so many interviews by others held, tried one by one."""
    n, values = len(measures_of), []
    for out in itertools.combinations(range(n), swaps):
        for into in itertools.product(range(n), repeat=swaps):
            kept = np.delete(measures_of, out, axis=0)
            sums = kept.sum(axis=0) + measures_of[list(into)].sum(axis=0)
            values.append(float(statistic(sums[None, :].astype(float))[0]))
    return np.nanmin(values), np.nanmax(values)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_range_is_the_furthest_of_all_swaps(seed):
    rng = np.random.default_rng(seed)
    of = rng.random(9) < 0.8
    values = np.column_stack([of & (rng.random(9) < 0.5), of]).astype(float)
    found = measures.swapped(values, measures.ratio, share=0.2)
    assert (found.lower, found.upper) == pytest.approx(furthest(values, measures.ratio, 2))
    whole = np.column_stack([values[:, 0], np.ones(9)])
    found = measures.swapped(whole, measures.ratio, share=0.2)
    share, n = whole[:, 0].mean(), 9
    assert (found.lower, found.upper) == pytest.approx((max(0, share - 2 / n), min(1, share + 2 / n)))


def test_swaps_stay_within_their_group():
    here = np.array([1, 1, 1, 0, 0, 0], dtype=float)
    said = np.array([1, 1, 0, 0, 0, 0], dtype=float)
    values = np.column_stack([said * here, here, said * (1 - here), 1 - here])
    within = measures.swapped(values, measures.difference_of_ratios, share=0.15, strata=here.astype(int).tolist())
    assert within.estimate == pytest.approx(2 / 3)
    # nobody there said it, so no swap there can lower the lead; one here may
    assert within.lower == pytest.approx(1 / 3)
    assert within.upper == pytest.approx(1)


def test_no_estimate_of_the_interviews_calls_its_range_an_interval(given, results):
    for parts in results.estimates.values():
        for one in parts:
            assert one.method.startswith("counted; range")
            assert "no confidence interval" in one.caveats[0]


def test_least_lead_needs_every_pair():
    flags = pd.DataFrame(
        {"a": [True] * 40 + [False] * 10, "b": [True] * 15 + [False] * 35, "c": [True] * 5 + [False] * 45}
    )
    assert measures.least_lead(flags, ["a"], share=0.1).lower > 0
    assert measures.least_lead(flags, ["a", "c"], share=0.1).lower < 0
    with pytest.raises(ValueError, match="lead"):
        measures.least_lead(flags[["a"]], ["a"], share=0.1)


def test_saturation_is_the_mean_over_all_orders():
    status = pd.DataFrame(
        [["raised", "not_covered"], ["not_covered", "raised"], ["not_covered", "not_covered"], ["raised", "prompted"]],
        columns=["a", "b"],
    )
    log = pd.DataFrame({"interview_id": list("wxyz"), "date": pd.to_datetime(["2011-01-02"] * 4)})
    grid = coding.Coded(log=log, status=status, tone=status, segments=status)
    flags = (status == "raised").to_numpy()
    table = saturation.saturation_table(grid, threshold=1)
    for size, expected in zip(table["interviews"], table["expected"], strict=True):
        orders = [flags[list(order)].any(axis=0).sum() for order in itertools.combinations(range(4), size)]
        assert expected == pytest.approx(np.mean(orders))
    assert table["in_order"].tolist() == [1, 2, 2, 2]
    assert saturation.enough(table, share=0.95) == 4
    assert saturation.saturation_table(grid, threshold=3)["interviews"].tolist() == [3, 4]


def test_a_theme_not_covered_is_not_counted_as_not_raised(given, results):
    table = results.themes.dropna()
    assert ((table["raised"] + table["prompted"] + table["not_covered"]) == 46).all()
    assert (table["of_covered"] >= table["of_all"]).all()
    assert table["of_covered"].to_numpy() == pytest.approx(table["raised"] / (table["raised"] + table["prompted"]))


def test_agreement_falls_when_one_coder_guesses_and_missing_codes_are_left_missing(given):
    twice = given.people("double_codings")
    good = coders.overall(twice, PARAMS)["Krippendorff's alpha, nominal"]
    assert 0.7 < good.lower < good.estimate < good.upper < 1
    rng = np.random.default_rng(1)
    guessed = twice.copy()
    second = guessed["coder"] == "coder_b"
    guessed.loc[second, "status"] = rng.choice(["raised", "prompted", "not_covered"], second.sum())
    assert abs(coders.overall(guessed, PARAMS)["Krippendorff's alpha, nominal"].estimate) < 0.15
    fewer = twice[(twice["coder"] == "coder_a") | (twice["interview_id"] != twice["interview_id"].iloc[0])]
    assert coders.units(fewer)["coder_b"].isna().sum() == 25
    assert coders.overall(fewer, PARAMS)["Krippendorff's alpha, nominal"].n == good.n - 25


def test_a_third_coder_gives_fleiss_and_no_cohen(given):
    twice = given.people("double_codings")
    third = twice[twice["coder"] == "coder_a"].assign(coder="coder_c")
    three = pd.concat([twice, third])
    assert "Fleiss' kappa" in coders.overall(three, PARAMS)
    assert "Cohen's kappa" not in coders.overall(three, PARAMS)
    table = coders.by_theme(three, PARAMS)
    assert table["kappa"].isna().all()
    assert table["alpha"].notna().any()


def test_gap_tells_surprises_from_silences(given, results):
    gaps = results.gaps.set_index("theme")["kind"]
    assert gaps["cohesion"] == gap.SURPRISE
    assert gaps["school_readiness"] == gap.SILENT
    assert gaps["access_to_centres"] == gap.HIDDEN
    turned = altered_table(given, "workshop_actions", lambda rows: rows.assign(rank=11 - rows["rank"]))
    issues = claims.staff_issues(turned.table("workshop_actions"), list(PARAMS.themes))
    assert gap.gap_table(results.themes, issues, PARAMS).set_index("theme")["kind"]["crime_asb"] == gap.EXPECTED


def altered_table(given, name, change):
    return dataclasses.replace(given, frames={**given.frames, name: change(given.table(name).copy())})


def test_framework_stands_beside_the_other_borough_and_names_what_answers_it(given, results):
    asked = results.questions.groupby("question")["borough"].agg(set)
    assert asked["Can the home be kept warm?"] == {"oldham"}
    assert asked["How do they hear of them?"] == {"oldham", "wigan"}
    answers = results.answers.groupby("claim")["question"].agg(set)
    assert answers["mostly_satisfied"] == {"How content are they with them?"}
    assert answers["consent_at_outset"] == {"no question of the framework"}


def test_coverage_gives_no_prompted_count_away(given, results):
    framed = given.table("research_framework")
    hidden = results.themes.loc[results.themes["prompted"].isna(), "theme"]
    alone = framed[framed["themes"].isin(hidden)]["question"]
    own = results.questions[(results.questions["borough"] == "oldham") & results.questions["question"].isin(alone)]
    grid = coding.coded(given, themes=list(PARAMS.themes), borough="oldham")
    assert len(own) > 0
    for one in own.itertuples():
        theme = framed.set_index("question").loc[one.question, "themes"]
        sizes = grid.status[theme].value_counts()
        assert (one.status == "c") == bool(sizes.between(1, THRESHOLD - 1).any())


@pytest.mark.parametrize(
    ("column", "value", "word"),
    [("themes", "weather", "weather"), ("boroughs", "narnia", "narnia"), ("claims", "the_end", "the_end")],
)
def test_a_framework_of_unknown_codes_is_refused(given, column, value, word):
    odd = altered_table(given, "research_framework", lambda rows: rows.assign(**{column: value}))
    with pytest.raises(InputError, match=f"row 2, column {column}.*{word}"):
        framework.check_framework(odd, list(PARAMS.themes))


def test_session_records_that_fit_nothing_are_refused_together(given):
    def spoil(rows):
        rows = rows.copy()
        rows.loc[0, "interview_id"] = "I999"
        rows.loc[1, "date"] = pd.Timestamp("2010-01-01")
        rows.loc[len(rows) - 1, "themes"] = "weather"
        return rows

    with pytest.raises(InputError) as caught:
        fieldwork.check_sessions(altered(given, "session_notes", spoil), list(PARAMS.themes))
    assert {one.column for one in caught.value.problems} == {"interview_id", "date", "themes, contrasts"}


def test_session_table_counts_what_the_method_asks_for(given, results):
    log, notes = given.people("interviews"), given.people("session_notes")
    before = results.sessions.set_index(["borough", "measure"])["count"]
    fewer = fieldwork.sessions_table(notes[notes["record_id"] != "DEMO-R001"], log).set_index(["borough", "measure"])[
        "count"
    ]
    assert fewer["oldham", "with a typed note"] == before["oldham", "with a typed note"] - 1
    no_debriefs = fieldwork.sessions_table(notes[notes["kind"] != "debrief"], log)
    assert no_debriefs.loc[no_debriefs["measure"] == "days with a debrief", "count"].eq(0).all()


def test_pairs_below_the_least_support_are_left_out(given):
    grid = coding.coded(given, themes=list(PARAMS.themes), borough="oldham")
    table = counts.together_table(grid, PARAMS, threshold=1)
    assert (table["both"] >= PARAMS.least_support).all()
    row = table.iloc[0]
    codes = {label: theme for theme, label in PARAMS.themes.items()}
    one, other = (grid.raised([codes[row[name]]]).iloc[:, 0] for name in ("first", "second"))
    assert row["lift"] == pytest.approx((one & other).mean() / (one.mean() * other.mean()))
    assert row["jaccard"] == pytest.approx((one & other).sum() / (one | other).sum())
    more = dataclasses.replace(PARAMS, least_support=30)
    assert len(counts.together_table(grid, more, threshold=1)) < len(table)


def test_digests_of_the_demonstration_are_those_of_the_redactor(given):
    quotes = given.people("quotes").set_index("quote_id")["text"]
    reviews = given.people("quote_reviews").set_index("quote_id")["digest"]
    names = given.people("redaction_names")["name"]
    same = [code for code in reviews.index if redaction.redact(quotes[code], names=names).digest == reviews[code]]
    assert len(same) == len(reviews) - 1


def test_the_page_says_why_no_severity_card_stands_there(given):
    assert "chosen" in stage.severity_note(given).html()


def test_findings_table_names_no_confidence_interval(given, results):
    table = stage.findings_table(given, stage.findings(given, results, PARAMS))
    assert "range" in table.data.columns
    assert not any("interval" in str(column) for column in table.data.columns)


def test_pictures_say_what_was_found(given, results):
    for name in (one for one in stage.pictures.__all__ if one.endswith(("_picture", "_table"))):
        html = getattr(stage, name)(given, results).html()
        assert "Demonstration data" in html
        assert "DEMO-I001" not in html


@pytest.mark.parametrize(
    ("sizes", "wanted"),
    [
        ({"centre": 13, "clinic": 18, "home": 4, "out": 11}, {"centre": 13, "clinic": 18, "other": 15}),
        ({"centre": 13, "clinic": 18, "home": 3, "leisure": 2}, {"centre": 13, "clinic": 18, "other": 5}),
        ({"centre": 9, "clinic": 8}, {"centre": 9, "clinic": 8}),
        ({"centre": 2, "clinic": 1}, {"other": 3}),
        ({"centre": 20, "clinic": 1}, {"other": 21}),
    ],
)
def test_small_settings_are_put_together_until_none_is_told(sizes, wanted):
    frame = pd.DataFrame([("oldham", *pair) for pair in sizes.items()], columns=["borough", "setting", "interviews"])
    found = fieldwork.pooled(frame, "setting", "interviews", within="borough", others="other", threshold=5)
    assert dict(zip(found["setting"], found["interviews"], strict=True)) == wanted
    assert (found["setting"].iloc[-1] == "other") == ("other" in wanted)
