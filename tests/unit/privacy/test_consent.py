"""Consent as code: audiences, withdrawal, and speakers too rare to be shown as they are."""

import pandas as pd
import pytest

from insight import params, paths
from insight.errors import InputError
from insight.privacy import consent, withdrawal

DAY = pd.Timestamp("2011-02-07")


def register(*rows):
    frame = pd.DataFrame(rows, columns=["interview_id", "scope", "withdrawn"])
    return frame.assign(gained_on=DAY)


REGISTER = register(
    ("I1", "analysis", False),
    ("I1", "quote_public", False),
    ("I2", "analysis", False),
    ("I2", "quote_partners", False),
    ("I3", "analysis", False),
    ("I3", "quote_internal", False),
    ("I4", "analysis", False),
    ("I4", "quote_internal", False),
    ("I4", "quote_public", True),
    ("I5", "quote_public", False),
)


@pytest.mark.parametrize(
    ("audience", "codes"), [("internal", {"I1", "I2", "I3"}), ("partners", {"I1", "I2"}), ("public", {"I1"})]
)
def test_a_wider_audience_covers_a_narrower_one_and_analysis_must_stand(audience, codes):
    assert consent.may_hear(REGISTER, audience) == codes


def test_withdrawn_words_fail_with_every_row():
    quotes = pd.DataFrame({"quote_id": ["Q1", "Q2", "Q3"], "interview_id": ["I1", "I4", "I4"]}, index=[7, 8, 9])
    with pytest.raises(InputError) as caught:
        consent.refuse_withdrawn(quotes, REGISTER, file="quotes.csv")
    assert [(one.row, one.found) for one in caught.value.problems] == [(3, "quote Q2"), (4, "quote Q3")]
    assert "take down" in str(caught.value)
    consent.refuse_withdrawn(quotes.iloc[:1], REGISTER, file="quotes.csv")


LADDERS = {
    "relation": [{"mother": "parent", "father": "parent", "grandparent": "relative"}, None],
    "ward": [None],
}


def people(*rows):
    return pd.DataFrame(rows, columns=["relation", "ward"])


def test_attributes_stay_where_no_combination_is_rare():
    frame = people(*[("mother", "north")] * 3, *[("father", "south")] * 4)
    found = consent.coarsened(frame, LADDERS)
    assert found.steps == {"relation": 0, "ward": 0}
    assert found.rarest == 3


def test_attributes_are_coarsened_least_first_and_for_all_alike():
    frame = people(*[("mother", "north")] * 3, ("father", "north"), *[("mother", "south")] * 4)
    found = consent.coarsened(frame, LADDERS)
    assert found.steps == {"relation": 1, "ward": 0}
    assert set(found.frame["relation"]) == {"parent"}
    assert found.frame.value_counts().min() >= 3


def test_nothing_is_shown_of_too_few():
    found = consent.coarsened(people(("mother", "north"), ("mother", "north")), LADDERS)
    assert found.rarest == 0
    assert (found.frame == "").all(axis=None)


def test_a_missing_attribute_is_a_value_of_its_own():
    frame = people(*[("mother", "north")] * 3, ("mother", None))
    assert consent.coarsened(frame, LADDERS).steps == {"relation": 0, "ward": 1}


def test_a_withdrawal_since_the_run_stops_the_report(tmp_path):
    kept = paths.root() / "data" / "demo" / "oldham"
    quotes, register = pd.read_csv(kept / "quotes.csv"), pd.read_csv(kept / "consent.csv")
    text = (paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8")
    assert withdrawal.refuse_withdrawn_quotes(params.load(paths.root() / "params" / "oldham.yml")) is None
    code = quotes["interview_id"].iloc[0]
    register.loc[register["interview_id"] == code, "withdrawn"] = True
    register.assign(withdrawn=register["withdrawn"].map({True: "true", False: "false"})).to_csv(
        tmp_path / "consent.csv", index=False
    )
    changed = tmp_path / "oldham.yml"
    text = text.replace("data/demo/oldham/consent.csv", str(tmp_path / "consent.csv"))
    changed.write_text(text.replace("data/demo/oldham/quotes.csv", str(kept / "quotes.csv")), encoding="utf-8")
    with pytest.raises(InputError, match="withdrawn consent"):
        withdrawal.refuse_withdrawn_quotes(params.load(changed))
