"""The one function that decides claims, and the words that each standing of data allows."""

import pytest

from insight.errors import PublishedError
from insight.methods.estimate import Estimate
from insight.published import findings, ledger
from insight.published.findings import Claim, decide, decide_part
from insight.sources.standing import OPEN, SUPPLIED, Standing


def estimate(low, point, high):
    return Estimate(estimate=point, lower=low, upper=high, n=100, method="test")


def claim(kind="comparative", rules=("greater",), thresholds=(0.0,)):
    return Claim(
        id="a",
        line=1,
        stage="profiling",
        claim="c",
        kind=kind,
        statistic="s",
        rules=rules,
        thresholds=thresholds,
        data_needed="d",
    )


@pytest.mark.parametrize(
    ("rule", "limit", "values", "outcome"),
    [
        ("greater", 0, (0.1, 0.2, 0.3), "supported"),
        ("greater", 0, (-0.1, 0.2, 0.3), "not shown"),
        ("greater", 0, (-0.3, -0.2, -0.1), "refuted"),
        ("greater", 0, (0, 0.2, 0.3), "not shown"),
        ("less", 0, (-0.3, -0.2, -0.1), "supported"),
        ("less", 0, (0.1, 0.2, 0.3), "refuted"),
        ("equivalent", 0.1, (-0.05, 0, 0.05), "supported"),
        ("equivalent", 0.1, (-0.05, 0, 0.15), "not shown"),
        ("equivalent", 0.1, (0.15, 0.2, 0.25), "refuted"),
        ("rank", 1, (1, 1, 1), "supported"),
        ("rank", 1, (1, 1, 2), "not shown"),
        ("rank", 1, (2, 2, 3), "refuted"),
        ("exact", 4.5, (4.45, 4.5, 4.55), "supported"),
        ("exact", 4.5, (5.3, 5.4, 5.5), "refuted"),
    ],
)
def test_rules(rule, limit, values, outcome):
    assert decide_part(rule, limit, estimate(*values)) == outcome


def test_no_interval_shows_nothing():
    assert decide_part("greater", 0, Estimate(estimate=5, lower=None, upper=None, n=1, method="none")) == "not shown"


def test_compound_claims_need_all_parts():
    compound = claim(rules=("greater", "less"), thresholds=(0, 0))
    up, down = estimate(1, 2, 3), estimate(-3, -2, -1)
    assert decide(compound, findings.Tested(parts=(up, down), standing=OPEN)).outcome == "supported"
    assert decide(compound, findings.Tested(parts=(up, up), standing=OPEN)).outcome == "partly"
    assert decide(compound, findings.Tested(parts=(down, up), standing=OPEN)).outcome == "refuted"


def test_causal_claims_get_no_more_than_consistent():
    tested = findings.Tested(parts=(estimate(1, 2, 3),), standing=SUPPLIED)
    assert decide(claim(kind="causal"), tested).outcome == "consistent with"


@pytest.mark.parametrize(
    ("is_true", "values", "outcome"),
    [
        ("true", (1, 2, 3), "detected"),
        ("true", (-1, 0, 1), "missed"),
        ("false", (1, 2, 3), "false alarm"),
        ("false", (-1, 0, 1), "not shown"),
        ("false", (-3, -2, -1), "refuted"),
    ],
)
def test_demonstration_data_never_support_a_claim(tmp_path, is_true, values, outcome):
    (tmp_path / "truth.csv").write_text(f"finding,is_true,what\na,{is_true},x\n")
    standing = Standing(kind="demonstration", folder=tmp_path)
    decision = decide(claim(), findings.Tested(parts=(estimate(*values),), standing=standing))
    assert decision.outcome == outcome
    assert "says nothing about the place" in decision.why


def test_demonstration_data_without_their_truth_decide_nothing():
    standing = Standing(kind="demonstration", mark="DEMO-V0001")
    decision = decide(claim(), findings.Tested(parts=(estimate(1, 2, 3),), standing=standing))
    assert (decision.outcome, decision.data) == ("not testable here", "demonstration")
    assert "saved again without their truth file" in decision.why


def test_claim_without_planted_truth_is_refused(tmp_path):
    (tmp_path / "truth.csv").write_text("finding,is_true,what\n")
    standing = Standing(kind="demonstration", folder=tmp_path)
    with pytest.raises(PublishedError, match="truth"):
        decide(claim(), findings.Tested(parts=(estimate(1, 2, 3),), standing=standing))


def test_untested_claims_name_the_data_that_would_decide():
    decision = decide(claim(), None)
    assert decision.outcome == "not testable here"
    assert "d" in decision.why


def test_parts_must_pair_with_rules():
    with pytest.raises(PublishedError, match="estimates for rules"):
        decide(claim(), findings.Tested(parts=(), standing=OPEN))


def test_every_claim_of_the_publication_is_declared():
    claims = findings.load_claims("oldham")
    assert len(claims) == 131
    for item in claims.values():
        assert item.claim
        assert item.rules == ("none",) or (item.statistic and len(item.thresholds) == len(item.rules)), item.id


def test_print_gives_intervals_from_rounding():
    book = ledger.load("oldham")
    tested = findings.printed(book, "eyfs.oldham.good_level_pct - eyfs.england.good_level_pct")
    part = tested.parts[0]
    assert (part.lower, part.estimate, part.upper) == (-11, -10, -9)


def test_print_says_nothing_where_there_is_no_ledger():
    assert findings.printed(None, "a - b") is None
