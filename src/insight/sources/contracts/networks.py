"""Contracts of the network survey: respondents, counts of contacts, places, resources, positions, trust, fieldwork.

Names of contacts become counts before the council sees them, so nothing here says who knows whom.
"""

from __future__ import annotations

from insight.sources.contracts.base import Column, Contract, FrameRule

SLOTS = ("weekday_day", "weekday_evening", "saturday_day")
LOWEST_SCORE, HIGHEST_SCORE = 1, 5
SCALES = ("neighbourhood", "wider")
MOST = 500
"""Contacts in one cell above which a number must be a slip."""

RESPONDENT = Column(name="respondent_id", type="text", meaning="code of the respondent; no name, no address")
KINDS = ("household", "family", "friends", "neighbours", "work")
ACCESS = Column(
    name="access",
    type="text",
    meaning="closest way to it; `not_asked` is not `none`",
    allowed=("self", "family", "friend", "acquaintance", "none", "not_asked"),
)
STREET = Column(name="street", type="text", meaning="code of the street, never its number and name")
SLOT = Column(name="slot", type="text", meaning="time slot of the fieldwork", allowed=SLOTS)

CONTRACTS = {
    "network_egos": Contract(
        input="network_egos",
        describes="Respondents of the network survey, one row a person; several may share a household.",
        columns=(
            Column(name="respondent_id", type="text", meaning="code of the respondent", unique=True),
            Column(name="household_id", type="text", meaning="code of the household, the same for all its respondents"),
            Column(name="neighbourhood", type="text", meaning="neighbourhood that was surveyed", area="neighbourhood"),
            STREET,
            Column(name="date", type="date", meaning="day of the interview"),
            SLOT,
            Column(
                name="recruited_at",
                type="text",
                meaning="where the respondent was met",
                allowed=("door", "event", "shop", "health_centre"),
            ),
            Column(name="sex", type="text", meaning="sex as stated", allowed=("female", "male")),
            Column(name="age_band", type="text", meaning="age band, such as 25-44"),
            Column(
                name="ethnic_group", type="text", meaning="ethnic group as stated, in the codes used for contacts too"
            ),
            Column(name="in_work", type="flag", meaning="whether in paid work"),
            Column(name="qualification", type="text", meaning="highest qualification; `none` where there is none"),
            Column(
                name="values_group",
                type="text",
                meaning="values group of the respondent, where the same survey has it",
                allowed=("settler", "prospector", "pioneer"),
                optional=True,
            ),
        ),
        source_hint="the research agency's datasheet, after names became counts",
    ),
    "network_contacts": Contract(
        input="network_contacts",
        describes="Counts of contacts by respondent, kind and what the contacts are; a tie is counted once.",
        columns=(
            RESPONDENT,
            Column(
                name="kind",
                type="text",
                meaning="kind of contact; `household` lives with the respondent, `family` elsewhere",
                allowed=KINDS,
            ),
            Column(name="ethnic_group", type="text", meaning="ethnic group of the contacts; `unknown` where not given"),
            Column(name="lives_in_area", type="flag", meaning="whether the contacts live in the surveyed area"),
            Column(
                name="occupation",
                type="text",
                meaning="kind of work against the respondent's; people without work count as one kind",
                allowed=("same", "other", "unknown"),
            ),
            Column(name="contacts", type="integer", meaning="how many contacts", minimum=1, maximum=MOST),
            Column(
                name="close_contacts",
                type="integer",
                meaning="how many of them are close (time spent together, trust); empty where not asked",
                minimum=0,
                maximum=MOST,
                optional=True,
            ),
        ),
        key=("respondent_id", "kind", "ethnic_group", "lives_in_area", "occupation"),
        rules=(
            FrameRule(
                columns=("contacts", "close_contacts"),
                rule="no more close contacts than contacts",
                fix="correct either count; leave close_contacts empty where not asked",
                broken=lambda frame: frame["close_contacts"] > frame["contacts"],
            ),
        ),
        source_hint="the research agency's datasheet, after names became counts",
    ),
    "network_places": Contract(
        input="network_places",
        describes="Places that a respondent goes to, one row a respondent and place.",
        columns=(
            RESPONDENT,
            Column(name="place", type="text", meaning="place as in the survey's list"),
            Column(name="kind", type="text", meaning="kind of place, such as shops or services"),
            Column(name="is_local", type="flag", meaning="whether the place lies in the surveyed area"),
        ),
        key=("respondent_id", "place"),
        source_hint="the survey's list of places, changed to those of the area",
    ),
    "network_resources": Contract(
        input="network_resources",
        describes="Help, skills and resources, and through whom they are within reach.",
        columns=(
            RESPONDENT,
            Column(
                name="domain",
                type="text",
                meaning="part of the questionnaire: help to be found, or skills known",
                allowed=("functional", "skills"),
            ),
            Column(name="item", type="text", meaning="code of the help or skill"),
            ACCESS,
        ),
        key=("respondent_id", "item"),
        source_hint="the survey's questions on functional contacts, skills and resources",
    ),
    "network_positions": Contract(
        input="network_positions",
        describes="Occupations, and through whom a respondent knows somebody in each (position generator).",
        columns=(
            RESPONDENT,
            Column(name="position", type="text", meaning="code of the occupation"),
            Column(
                name="status_score",
                type="number",
                meaning="standing of the occupation on a published scale (ISEI, CAMSIS), the same in all rows",
                minimum=0,
                maximum=100,
            ),
            ACCESS,
        ),
        key=("respondent_id", "position"),
        rules=(
            FrameRule(
                columns=("position", "status_score"),
                rule="an occupation has one status score",
                fix="give every row of the occupation the score of the scale",
                broken=lambda frame: frame.groupby("position")["status_score"].transform("nunique") > 1,
            ),
        ),
        source_hint="the survey's position generator; scores from the scale's own table",
    ),
    "network_composition": Contract(
        input="network_composition",
        describes="Residents by ethnic group, in the surveyed neighbourhood and in a wider area.",
        columns=(
            Column(
                name="scale",
                type="text",
                meaning="how near: the neighbourhood itself, or what lies around it too",
                allowed=SCALES,
            ),
            Column(name="area", type="text", meaning="name or code of the area"),
            Column(name="ethnic_group", type="text", meaning="ethnic group, in the codes of the survey"),
            Column(name="residents", type="integer", meaning="how many residents", minimum=0),
            Column(name="source", type="text", meaning="where the counts come from, with year"),
        ),
        key=("scale", "area", "ethnic_group"),
        source_hint="census counts of ethnic group by output area, added up to the neighbourhood and to wards",
    ),
    "trust_items": Contract(
        input="trust_items",
        describes="Answers on trust and on use of services, own and of peers; no row where not answered.",
        columns=(
            RESPONDENT,
            Column(name="item", type="text", meaning="code of the item, as in the params"),
            Column(
                name="score",
                type="integer",
                meaning="answer; higher is more trust or more use",
                minimum=LOWEST_SCORE,
                maximum=HIGHEST_SCORE,
            ),
        ),
        key=("respondent_id", "item"),
        source_hint="the survey's demographic and attitude questions",
    ),
    "fieldwork_log": Contract(
        input="fieldwork_log",
        describes="Doors visited by street, slot and outcome; counts of doors, not people.",
        columns=(
            STREET,
            SLOT,
            Column(name="visited_on", type="date", meaning="day of the visit"),
            Column(name="flyer_dropped", type="flag", meaning="whether a flyer was dropped beforehand"),
            Column(
                name="outcome",
                type="text",
                meaning="what came of it",
                allowed=("completed", "refused", "no_answer"),
            ),
            Column(name="doors", type="integer", meaning="how many doors", minimum=0),
        ),
        key=("street", "slot", "outcome"),
        source_hint="the interviewers' contact sheets",
    ),
}
