"""What tests of the stages share."""

import pytest

from insight.display import figure


@pytest.fixture
def undrawn(monkeypatch):
    """Pictures are made with all that a reader needs but not drawn: another test draws those of the same tables."""
    monkeypatch.setattr(figure, "settled", lambda fig: None)
    monkeypatch.setattr(figure, "svg_of", lambda fig, box, **about: "<svg></svg>")
    monkeypatch.setattr(figure, "png_of", lambda fig, box: "")
