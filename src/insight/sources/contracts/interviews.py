"""Contracts about open interviews with families: who was met where, what was said, quotes, and consent.

Segments are short codes of what was said within a theme, separated by spaces, the first said first. The stage gives a
meaning to these: ``heavy`` (services_reliance); any source of information (services_source); ``conditions`` and other
determinants (quality_of_life); ``no_youth_facilities`` (crime_asb); ``elsewhere_better`` (other_areas); and, on any
theme, ``matters_most``, ``bears_on_children``, ``of_family`` or ``of_child``.
"""

from __future__ import annotations

from insight.sources.contracts.base import Column, Contract, FrameRule

SETTINGS = ("home", "centre", "clinic", "leisure", "out_and_about")
STATUSES = ("raised", "prompted", "not_covered")
SENTIMENTS = ("positive", "neutral", "negative")
SCOPES = ("analysis", "quote_internal", "quote_public")

CONTRACTS = {
    "interviews": Contract(
        input="interviews",
        describes="Open interviews with parents, carers and grandparents, one row an interview.",
        columns=(
            Column(name="interview_id", type="text", meaning="code of the interview", unique=True),
            Column(
                name="borough",
                type="text",
                meaning="borough of the fieldwork; a partner council's interviews may stand in the same file",
            ),
            Column(
                name="ward",
                type="text",
                meaning="ward of the interview; empty outside the look-up",
                area="ward",
                optional=True,
            ),
            Column(name="setting", type="text", meaning="where the interview took place", allowed=SETTINGS),
            Column(name="date", type="date", meaning="day of the interview"),
            Column(name="minutes", type="integer", meaning="length in minutes", minimum=1, maximum=600),
            Column(name="interviewers", type="integer", meaning="people who asked", minimum=1, maximum=10),
            Column(name="note_takers", type="integer", meaning="people who wrote down", minimum=0, maximum=10),
            Column(
                name="child_age_months",
                type="integer",
                meaning="age in months of the young child whom the interview is about",
                minimum=0,
                maximum=216,
                optional=True,
            ),
        ),
        source_hint="the interview teams' log",
    ),
    "codings": Contract(
        input="codings",
        describes="What each interview said of each theme; a theme without a row was not covered.",
        columns=(
            Column(name="interview_id", type="text", meaning="code of the interview"),
            Column(name="theme", type="text", meaning="code of the theme, as in the params"),
            Column(
                name="status",
                type="text",
                meaning="raised without prompting, answered when prompted, or not covered",
                allowed=STATUSES,
            ),
            Column(name="sentiment", type="text", meaning="tone of what was said", allowed=SENTIMENTS, optional=True),
            Column(
                name="segment",
                type="text",
                meaning="codes of what was said, separated by spaces, the first said first",
                optional=True,
            ),
        ),
        key=("interview_id", "theme"),
        rules=(
            FrameRule(
                columns=("status", "sentiment", "segment"),
                rule="a theme that was not covered has no tone and no segment",
                fix="empty the two cells, or correct the status",
                broken=lambda frame: (
                    (frame["status"] == "not_covered") & (frame["sentiment"].notna() | frame["segment"].notna())
                ),
            ),
        ),
        source_hint="the coders' agreed table, exported from the coding software",
    ),
    "quotes": Contract(
        input="quotes",
        describes="Words of interviewees, without names; shown only where consent to public quoting stands.",
        columns=(
            Column(name="quote_id", type="text", meaning="code of the quote", unique=True),
            Column(name="interview_id", type="text", meaning="code of the interview"),
            Column(name="theme", type="text", meaning="code of the theme, as in the params"),
            Column(name="text", type="text", meaning="the words, with names and places of persons taken out"),
        ),
        source_hint="the interview notes, redacted",
    ),
    "consent": Contract(
        input="consent",
        describes="What each interviewee agreed to, one row an interview and scope.",
        columns=(
            Column(name="interview_id", type="text", meaning="code of the interview"),
            Column(name="scope", type="text", meaning="what was agreed to", allowed=SCOPES),
            Column(name="gained_on", type="date", meaning="day on which consent was given"),
            Column(name="withdrawn", type="flag", meaning="whether consent was taken back since"),
        ),
        key=("interview_id", "scope"),
        source_hint="the consent forms",
    ),
}
