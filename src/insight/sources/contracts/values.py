"""Contract of the values survey: one row a respondent, the values mode already coded by whoever owns the method."""

from __future__ import annotations

from insight.sources.contracts.base import Column, Contract, FrameRule

MODES = (
    "roots",
    "smooth_sailing",
    "brave_new_world",
    "certainty_first",
    "golden_dreamers",
    "happy_followers",
    "now_people",
    "tomorrow_people",
    "transitionals",
    "concerned_ethicals",
    "flexible_individualists",
    "transcenders",
)
"""The twelve modes; ``data/reference/values_modes.csv`` says to which of the three groups each belongs."""
SETTINGS = ("street", "centre", "park", "event", "door", "phone")
SEXES = ("female", "male", "other")
LOWEST, HIGHEST = 1, 5
ITEMS = {
    "hope": "that what one dreams of can come true",
    "recommendations": "that one goes by what others recommend",
    "events": "that one likes going to events",
    "have_a_go": "that one tries new things",
    "competitive": "that one wants to do better than others",
    "status": "that money and standing matter",
    "work_ethic": "that people should earn their own living",
    "vocal": "that one speaks out when angry",
    "chaotic": "that one's days follow no plan",
    "belonging": "that one wants to be among one's own",
    "security": "that safety comes first",
    "fairness": "that everyone should get the same chances",
    "curiosity": "that one wants to find things out",
}
"""Statements in this workbook's own words. The licensed questionnaire is not shipped, nor is its scoring."""

CONTRACTS = {
    "values_survey": Contract(
        input="values_survey",
        describes="Values survey, one row a respondent: where and how interviewed, who, the values mode, and answers.",
        columns=(
            Column(name="respondent_id", type="text", meaning="code of the respondent", unique=True),
            Column(name="ward", type="text", meaning="ward where the respondent lives", area="ward"),
            Column(name="neighbourhood", type="text", meaning="neighbourhood of the respondent", area="neighbourhood"),
            Column(name="session", type="text", meaning="code of the interviewer's shift: one place, one slot"),
            Column(name="date", type="date", meaning="day of the interview"),
            Column(name="mode_of_interview", type="text", meaning="how people were approached", allowed=SETTINGS),
            Column(name="language", type="text", meaning="language of the interview, in lower case"),
            Column(
                name="is_translated", type="flag", meaning="whether the interviewer translated questions and answers"
            ),
            Column(name="sex", type="text", meaning="sex", allowed=SEXES, optional=True),
            Column(name="age_band", type="text", meaning="ages in years, as in the params", optional=True),
            Column(name="ethnic_group", type="text", meaning="ethnic group, as in the params", optional=True),
            Column(name="mode", type="text", meaning="values mode, as coded by the method's owner", allowed=MODES),
            Column(name="weight", type="number", meaning="weight that adjusts to the residents", minimum=0.01),
            *(
                Column(
                    name=f"item_{name}",
                    type="integer",
                    meaning=f"agreement, from {LOWEST} not at all to {HIGHEST} fully, {words}",
                    minimum=LOWEST,
                    maximum=HIGHEST,
                    optional=True,
                )
                for name, words in ITEMS.items()
            ),
        ),
        rules=(
            FrameRule(
                columns=("session", "neighbourhood"),
                rule="a shift belongs to one neighbourhood",
                fix="give shifts in different neighbourhoods different codes",
                broken=lambda frame: frame.groupby("session")["neighbourhood"].transform("nunique") > 1,
            ),
        ),
        source_hint="the research company that ran the survey",
    ),
}
