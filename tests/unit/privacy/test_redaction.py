"""Redaction: what is certain goes, what is doubtful is told, nothing hides behind odd characters."""

import itertools

import pytest

from insight.privacy import redaction
from insight.privacy.redaction import is_national_insurance_number, is_nhs_number, redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we live at OL1 3AB now", "we live at [postcode] now"),
        ("it is ol13ab, near the park", "it is [postcode], near the park"),
        ("sent to SW1A-1AA.", "sent to [postcode]."),
        ("ring 0161 496 0000 after six", "ring [telephone] after six"),
        ("my mobile is +44 (0)7700 900123.", "my mobile is [telephone]."),
        ("my mobile is 07700900123", "my mobile is [telephone]"),
        ("write to a.b+c@example.org please", "write to [e-mail] please"),
        ("his number is 943 476 5919 I think", "his number is [NHS number] I think"),
        ("her number is 9434765919.", "her number is [NHS number]."),
        ("it is AB 12 34 56 C on the card", "it is [National Insurance number] on the card"),
        ("it is ab123456c", "it is [National Insurance number]"),
        ("she was born on 3/4/2009 here", "she was born on [date of birth] here"),
        ("DOB 2009-04-03", "DOB [date of birth]"),
        ("her birthday is the 3rd of April", "her birthday is the [date of birth]"),
        ("we moved on 12 May 2010", "we moved on [date]"),
    ],
)
def test_what_is_certain_is_replaced(text, expected):
    found = redact(text)
    assert found.text == expected
    assert redact(found.text).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "\uff10\uff11\uff16\uff11 \uff14\uff19\uff16 \uff10\uff10\uff10\uff10",
        "0161\u00a0496\u00a00000",
        "01\u200b61 496 00\u00ad00",
    ],
)
def test_odd_characters_hide_no_number(text):
    assert redact(f"ring {text}").text == "ring [telephone]"


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("then Zara came by", ["Zara Example"], "then [name] came by"),
        ("then Zara Example's sister", ["Zara Example"], "then [name]'s sister"),
        ("then ZARA shouted", ["Zara"], "then [name] shouted"),
        ("ask Zo\u00eb or Zoe", ["Zoe"], "ask [name] or [name]"),
        ("the Zarathustra book", ["Zara"], "the Zarathustra book"),
        ("O'Neill-Sample rang", ["O'Neill-Sample"], "[name] rang"),
    ],
)
def test_listed_names_go_whole_words_only(text, names, expected):
    assert redact(text, names=names).text == expected


def whys(text, **given):
    return {doubt.why for doubt in redact(text, **given).doubts}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("we asked Petra twice", "may be a name"),
        ("Petra said no", "opens a sentence"),
        ("near OL1 somewhere", "part of a postcode"),
        ("call 4960000", "number of a person"),
        ("it is 943 476 5918", "number of a person"),
        ("it is QQ 12 34 56 C", "National Insurance"),
        ("we met on 3 April", "part of a date"),
        ("born in 1985 or so", "year of birth"),
        ("oh one six one four nine six", "number in words"),
        ("petra at example dot org", "e-mail address in words"),
        ("look for @petra_x", "network"),
        ("we hope so", "small letters"),
        ("\u0645\u06cc\u06ba", "Latin"),
    ],
)
def test_what_is_doubtful_is_left_and_told(text, word):
    found = redact(text, names=["Hope"])
    assert "[" not in found.text
    assert any(word in doubt.why for doubt in found.doubts), found.doubts


def test_ordinary_words_and_known_places_raise_no_doubt():
    text = "We go on Tuesday. I think the GP is fine, and Oldham is home."
    assert whys(text, known=["Oldham"]) == set()
    assert whys(text) == {"capitalised, so may be a name"}


def test_a_mark_is_no_doubt_of_its_own():
    assert redact("ring 0161 496 0000 or write to a@example.org").doubts == ()


def test_check_digit_of_nhs_numbers_is_the_rule_of_modulus_eleven():
    valid = 0
    for tail in range(2000):
        digits = f"{943_000_000 + tail:09d}"
        total = sum(int(digit) * (10 - place) for place, digit in enumerate(digits))
        check = 11 - total % 11
        expected = {10: None, 11: "0"}.get(check, str(check))
        for last in "0123456789":
            assert is_nhs_number(digits + last) == (last == expected)
            valid += last == expected
    assert valid > 1700
    assert not is_nhs_number("943476591")
    assert not is_nhs_number("943/476/5919")


def test_barred_prefixes_are_no_national_insurance_numbers():
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    good = [a + b for a, b in itertools.product(letters, letters) if is_national_insurance_number(f"{a}{b}123456A")]
    assert not set(good) & {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ", "QQ", "DA", "AO"}
    assert len(good) == 20 * 19 - 7 + 0
    assert not is_national_insurance_number("AB123456E")
    assert not is_national_insurance_number("AB123456")


def test_a_sign_off_holds_for_its_words_alone():
    one, other = redact("the swings are broken"), redact("the swings were broken")
    assert one.digest == redaction.digest(one.text)
    assert one.digest != other.digest
