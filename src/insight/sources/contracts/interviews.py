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
SCOPES = ("analysis", "quote_internal", "quote_partners", "quote_public")
RELATIONS = ("mother", "father", "grandparent", "carer")
AGE_BANDS = ("under_20", "20_29", "30_39", "40_and_over")
RECORDS = ("note", "reflection", "debrief", "compilation")
INFLUENCES = ("at_ease", "others_present", "hurried", "upset", "language", "interrupted")
DECISIONS = ("release", "withhold")
DIGEST = r"[0-9a-f]{16}"

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
        describes="Words of interviewees; shown redacted, signed off, and to those alone whom consent lets hear them.",
        columns=(
            Column(name="quote_id", type="text", meaning="code of the quote", unique=True),
            Column(name="interview_id", type="text", meaning="code of the interview"),
            Column(name="theme", type="text", meaning="code of the theme, as in the params"),
            Column(name="text", type="text", meaning="the words as noted; the redactor takes personal data out"),
        ),
        source_hint="the interview notes",
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
    "research_framework": Contract(
        input="research_framework",
        describes="The research framework: what the interviews were to find out, one row a question.",
        columns=(
            Column(name="question_id", type="text", meaning="code of the question", unique=True),
            Column(name="topic", type="text", meaning="topic that it belongs to"),
            Column(name="question", type="text", meaning="the question, as put to the teams"),
            Column(name="themes", type="text", meaning="codes of the themes that speak to it, separated by spaces"),
            Column(name="boroughs", type="text", meaning="boroughs that took it up, separated by spaces"),
            Column(
                name="claims",
                type="text",
                meaning="ids of the claims that it answers, separated by spaces",
                optional=True,
            ),
        ),
        source_hint="the framework that the councils agreed before fieldwork",
    ),
    "session_notes": Contract(
        input="session_notes",
        describes="Records of the sessions: notes typed up, reflections, the day's debrief, the compilation day.",
        columns=(
            Column(name="record_id", type="text", meaning="code of the record", unique=True),
            Column(name="kind", type="text", meaning="what kind of record", allowed=RECORDS),
            Column(name="borough", type="text", meaning="borough; empty for the compilation day", optional=True),
            Column(name="date", type="date", meaning="day of the record"),
            Column(name="interview_id", type="text", meaning="interview of a note or reflection", optional=True),
            Column(name="interviewer", type="text", meaning="code of who asked; never a name", optional=True),
            Column(name="note_taker", type="text", meaning="code of who wrote; never a name", optional=True),
            Column(name="is_joint", type="flag", meaning="whether the pair wrote the record together", optional=True),
            Column(name="quotes_captured", type="integer", meaning="quotes in a note", minimum=0, optional=True),
            Column(
                name="influence",
                type="text",
                meaning="what the pair felt bore on a talk, in a reflection",
                allowed=INFLUENCES,
                optional=True,
            ),
            Column(
                name="themes", type="text", meaning="themes told in a debrief or as common on the day", optional=True
            ),
            Column(name="contrasts", type="text", meaning="themes told as contrasting on the day", optional=True),
        ),
        rules=(
            FrameRule(
                columns=("kind", "interview_id"),
                rule="a note or reflection names its interview, a debrief or compilation names none",
                fix="fill in or empty the interview's code",
                broken=lambda frame: frame["kind"].isin(["note", "reflection"]) != frame["interview_id"].notna(),
            ),
            FrameRule(
                columns=("interviewer", "note_taker"),
                rule="the one who asks is not the one who writes",
                fix="correct one of the two codes",
                broken=lambda frame: frame["interviewer"].notna() & (frame["interviewer"] == frame["note_taker"]),
            ),
        ),
        source_hint="the pairs' typed notes and the minutes of the debriefs",
    ),
    "double_codings": Contract(
        input="double_codings",
        describes="Interviews that several people coded each on their own, before they agreed: one row a coder.",
        columns=(
            Column(name="interview_id", type="text", meaning="code of the interview"),
            Column(name="theme", type="text", meaning="code of the theme, as in the params"),
            Column(name="coder", type="text", meaning="code of the coder; never a name"),
            Column(name="status", type="text", meaning="what this coder gave, before agreeing", allowed=STATUSES),
        ),
        key=("interview_id", "theme", "coder"),
        source_hint="the coders' own exports, before the codings were agreed",
    ),
    "interviewees": Contract(
        input="interviewees",
        describes="What may be said of who spoke, one row an interview; coarsened before it stands beside words.",
        columns=(
            Column(name="interview_id", type="text", meaning="code of the interview", unique=True),
            Column(name="relation", type="text", meaning="relation to the child", allowed=RELATIONS, optional=True),
            Column(name="age_band", type="text", meaning="age in years", allowed=AGE_BANDS, optional=True),
        ),
        source_hint="the interview teams' log",
    ),
    "quote_reviews": Contract(
        input="quote_reviews",
        describes="A person's decision on each quote, signed by the digest of the redacted words.",
        columns=(
            Column(name="quote_id", type="text", meaning="code of the quote", unique=True),
            Column(name="digest", type="text", meaning="digest of the redacted words, from the stage's review queue"),
            Column(name="reviewer", type="text", meaning="role of who decided; never a name"),
            Column(name="reviewed_on", type="date", meaning="day of the decision"),
            Column(name="decision", type="text", meaning="what was decided", allowed=DECISIONS),
        ),
        rules=(
            FrameRule(
                columns=("digest",),
                rule="a digest has 16 signs, 0 to 9 and a to f",
                fix="copy it from review_queue.csv of the stage's tables",
                broken=lambda frame: ~frame["digest"].astype(str).str.fullmatch(DIGEST),
            ),
        ),
        source_hint="whoever signs words off for release",
    ),
    "redaction_names": Contract(
        input="redaction_names",
        describes="Names of people that must not stand in any quote, one row a name.",
        columns=(Column(name="name", type="text", meaning="a name, whole or in part", unique=True),),
        source_hint="the consent forms and the interview log; keep it with the data owner",
    ),
}
