"""What is wrong with a design or a request to it, said with the fix."""

from __future__ import annotations


class SurveyError(ValueError):
    """A design, a margin or a model that cannot be computed; the message names the thing and the fix."""
