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
ALIASES = {mode: mode for mode in MODES} | {
    "root": "roots",
    "golden_dreamer": "golden_dreamers",
    "happy_follower": "happy_followers",
    "now_person": "now_people",
    "tomorrow_person": "tomorrow_people",
    "transitional": "transitionals",
    "concerned_ethical": "concerned_ethicals",
    "flexible_individualist": "flexible_individualists",
    "transcender": "transcenders",
}
"""Spellings of the modes that are read: with capitals, spaces or hyphens, in the singular or the plural."""
SETTINGS = ("street", "centre", "park", "event", "door", "phone")
SEXES = ("female", "male", "other")
SLOTS = ("weekday_day", "weekday_evening", "weekend")
MARGINS = ("sex", "age_band", "ethnic_group")
SURVEYS = ("values", "networks")
QUOTAS = ("slot", "place_of_interview", "translated", *MARGINS)
TOGETHER = ["survey", "variable"]
PVQ = (
    "ipcrtiv",
    "imprich",
    "ipeqopt",
    "ipshabt",
    "impsafe",
    "impdiff",
    "ipfrule",
    "ipudrst",
    "ipmodst",
    "ipgdtim",
    "impfree",
    "iphlppl",
    "ipsuces",
    "ipstrgv",
    "ipadvnt",
    "ipbhprp",
    "iprspot",
    "iplylfr",
    "impenv",
    "imptrad",
    "impfun",
)
"""Items of the open questionnaire by their European Social Survey names, in order; a test holds them to the keys."""
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
            Column(
                name="mode",
                type="text",
                meaning="values mode, as coded by the method's owner",
                allowed=MODES,
                aliases=ALIASES,
            ),
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
    "values_sessions": Contract(
        input="values_sessions",
        describes="Interviewers' shifts of the values survey: where, when, and how many were approached.",
        columns=(
            Column(name="session", type="text", meaning="code of the shift, as in the survey", unique=True),
            Column(name="site", type="text", meaning="street, centre or event where people were met"),
            Column(name="site_neighbourhood", type="text", meaning="neighbourhood of that place", area="neighbourhood"),
            Column(name="slot", type="text", meaning="part of the week", allowed=SLOTS),
            Column(name="approached", type="integer", meaning="people approached", minimum=0),
            Column(name="refused", type="integer", meaning="who would not take part", minimum=0),
            Column(name="ineligible", type="integer", meaning="who live elsewhere, or whose quota was full", minimum=0),
            Column(name="completed", type="integer", meaning="interviews completed", minimum=0),
            Column(
                name="planned",
                type="integer",
                meaning="interviews planned for the shift, its quota",
                minimum=1,
                optional=True,
                may_be_absent=True,
            ),
        ),
        rules=(
            FrameRule(
                columns=("approached", "refused", "ineligible", "completed"),
                rule="those approached are at least those who refused, were ineligible or completed",
                fix="correct the counts of that shift",
                broken=lambda frame: frame["approached"] < frame["refused"] + frame["ineligible"] + frame["completed"],
            ),
        ),
        source_hint="the research company's field records",
    ),
    "survey_quotas": Contract(
        input="survey_quotas",
        describes="Quotas of the values survey and the network survey: how many interviews were planned.",
        columns=(
            Column(name="survey", type="text", meaning="which survey", allowed=SURVEYS),
            Column(name="variable", type="text", meaning="what the quota is of", allowed=QUOTAS),
            Column(name="level", type="text", meaning="category, as the survey writes it; true, false for translated"),
            Column(name="target", type="integer", meaning="interviews planned", minimum=1),
        ),
        key=("survey", "variable", "level"),
        rules=(
            FrameRule(
                columns=("survey", "variable", "target"),
                rule="quotas of one survey add up to the same number of interviews, whatever they are of",
                fix="add the missing categories, or correct the targets",
                broken=lambda frame: (
                    frame.groupby(TOGETHER)["target"].transform("sum")
                    != frame.assign(whole=frame.groupby(TOGETHER)["target"].transform("sum"))
                    .groupby("survey")["whole"]
                    .transform("max")
                ),
            ),
        ),
        source_hint="the fieldwork plan agreed with the research company",
    ),
    "census_margins": Contract(
        input="census_margins",
        describes="Residents of the surveyed wards by sex, age or ethnic group, in the survey's own categories.",
        columns=(
            Column(name="variable", type="text", meaning="column of the survey", allowed=MARGINS),
            Column(name="level", type="text", meaning="category, as the survey writes it"),
            Column(name="persons", type="integer", meaning="residents of survey age", minimum=0),
            Column(name="source", type="text", meaning="table and year"),
        ),
        key=("variable", "level"),
        source_hint="the census by ward, at the survey's ages",
    ),
    "pvq_survey": Contract(
        input="pvq_survey",
        describes="A survey with the 21 items of the Portrait Values Questionnaire: the open path, never pooled.",
        columns=(
            Column(name="respondent_id", type="text", meaning="code of the respondent", unique=True),
            Column(name="ward", type="text", meaning="ward where the respondent lives", area="ward"),
            Column(name="neighbourhood", type="text", meaning="neighbourhood of the respondent", area="neighbourhood"),
            Column(name="session", type="text", meaning="code of the interviewer's shift"),
            Column(
                name="ethnic_group",
                type="text",
                meaning="ethnic group, as in the params",
                optional=True,
                may_be_absent=True,
            ),
            Column(
                name="age_band",
                type="text",
                meaning="ages in years, as in the params",
                optional=True,
                may_be_absent=True,
            ),
            Column(
                name="language",
                type="text",
                meaning="language of the interview, in lower case",
                optional=True,
                may_be_absent=True,
            ),
            Column(name="weight", type="number", meaning="weight that adjusts to the residents", minimum=0.01),
            *(
                Column(
                    name=name,
                    type="integer",
                    meaning=f"item {item}, from 1 very much like me to 6 not like me at all",
                    minimum=1,
                    maximum=6,
                    optional=True,
                )
                for item, name in enumerate(PVQ, start=1)
            ),
        ),
        source_hint="a survey of the council's own; the European Social Survey gives the wording of the items",
    ),
}
