"""Codes are shown as readers write them."""

import pytest

from insight.display.words import from_code


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("white_british", "White British"),
        ("bangladeshi", "Bangladeshi"),
        ("other_asian", "Other Asian"),
        ("all young children", "All young children"),
        ("St Mary's", "St Mary's"),
        ("Alder Fold (demonstration)", "Alder Fold (demonstration)"),
        ("", ""),
    ],
)
def test_codes_become_words_and_names_stay(code, words):
    assert from_code(code) == words
