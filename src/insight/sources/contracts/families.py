"""Contracts about families: CAF self-assessments, needs sheets and plans, and feedback of parents and staff."""

from __future__ import annotations

from insight.sources.contracts.base import Column, Contract, FrameRule

MOST_POINTS = 10
FORMS = ("child", "family")
OWNERS = ("family", "agency", "both")
SETTERS = ("parent", "agency", "both")
SENTIMENTS = ("positive", "mixed", "negative")

FAMILY = Column(name="family_id", type="text", meaning="code of the family")

TRIGGERS = ("engagement_visit", "professional", "family", "school", "police", "other")
MOST_PEOPLE = 20
OLDEST_MONTHS = 240

CONTRACTS = {
    "caf_covers": Contract(
        input="caf_covers",
        describes="Cover page of a family CAF: who lives in the house, services it has, and what set the CAF off.",
        columns=(
            Column(name="family_id", type="text", meaning="code of the family", unique=True),
            Column(name="opened", type="date", meaning="day on which the form was begun"),
            Column(name="trigger", type="text", meaning="what set the CAF off", allowed=TRIGGERS),
            Column(name="adults", type="integer", meaning="adults in the house", minimum=1, maximum=MOST_PEOPLE),
            Column(
                name="children",
                type="integer",
                meaning="children in the house, none where the first is expected",
                minimum=0,
                maximum=MOST_PEOPLE,
            ),
            Column(
                name="services",
                type="text",
                meaning="codes of services that the family has, separated by spaces; `none` where it has none",
            ),
        ),
        source_hint="family CAF forms",
    ),
    "service_directory": Contract(
        input="service_directory",
        describes="The 'green book': local services by the need they meet, one row a service and need.",
        columns=(
            Column(name="need", type="text", meaning="code of the need, as on checklists and needs sheets"),
            Column(name="service", type="text", meaning="name of the service, as parents know it"),
            Column(name="provider", type="text", meaning="who runs it"),
            Column(name="kind", type="text", meaning="open to all or on referral", allowed=("universal", "specialist")),
            Column(name="area", type="text", meaning="ward served, or `all`"),
            Column(
                name="from_months", type="integer", meaning="youngest age of child", minimum=0, maximum=OLDEST_MONTHS
            ),
            Column(name="to_months", type="integer", meaning="oldest age of child", minimum=0, maximum=OLDEST_MONTHS),
            Column(name="how_to_reach", type="text", meaning="where to go or whom to call, for print"),
            Column(name="checked", type="date", meaning="day on which the entry was last checked"),
        ),
        key=("need", "service", "area"),
        rules=(
            FrameRule(
                columns=("from_months", "to_months"),
                rule="the youngest age is not above the oldest",
                fix="swap the two ages",
                broken=lambda frame: frame["from_months"] > frame["to_months"],
            ),
        ),
        source_hint="the directory of family services that visitors leave with parents",
    ),
    "caf_assessments": Contract(
        input="caf_assessments",
        describes="Parents' self-assessment, one row for each family and criterion, at the start and at the close.",
        columns=(
            FAMILY,
            Column(name="criterion", type="text", meaning="code of the parenting criterion"),
            Column(name="started", type="date", meaning="day of the first assessment"),
            Column(name="closed", type="date", meaning="day of the last one; empty while open or lost", optional=True),
            Column(
                name="before",
                type="integer",
                meaning="point of the scale at the start, the highest is best",
                minimum=1,
                maximum=MOST_POINTS,
            ),
            Column(
                name="after",
                type="integer",
                meaning="point of the scale at the close; empty where not asked again",
                minimum=1,
                maximum=MOST_POINTS,
                optional=True,
            ),
            Column(
                name="lost",
                type="date",
                meaning="day on which a family that never came to a close was last met or given up; else empty",
                optional=True,
                may_be_absent=True,
            ),
        ),
        key=("family_id", "criterion"),
        rules=(
            FrameRule(
                columns=("closed", "after"),
                rule="an answer at the close has a day of closing",
                fix="fill the day, or empty the answer",
                broken=lambda frame: frame["after"].notna() & frame["closed"].isna(),
            ),
            FrameRule(
                columns=("started", "closed", "lost"),
                rule="a family is closed or lost, not both, and neither before it started",
                fix="keep one of the two days, on or after the day of the start",
                broken=lambda frame: (
                    (frame["closed"].notna() & frame["lost"].notna())
                    | (frame["closed"] < frame["started"])
                    | (frame["lost"] < frame["started"])
                ),
            ),
        ),
        source_hint="family CAF forms",
    ),
    "caf_needs": Contract(
        input="caf_needs",
        describes="Needs sheets of a family's adults and children, one row a need.",
        columns=(
            Column(name="need_id", type="text", meaning="code of the entry", unique=True),
            FAMILY,
            Column(name="person", type="text", meaning="whose need it is", allowed=("adult", "child")),
            Column(name="need", type="text", meaning="code of the need"),
            Column(name="opened", type="date", meaning="day on which it was recorded"),
            Column(name="is_resolved", type="flag", meaning="whether it was met when the CAF closed"),
        ),
        rules=(),
        source_hint="family CAF forms",
    ),
    "caf_plans": Contract(
        input="caf_plans",
        describes="Goals of CAF plans under the former child form and the family form, one row a goal.",
        columns=(
            Column(name="goal_id", type="text", meaning="code of the goal", unique=True),
            Column(name="plan_id", type="text", meaning="code of the plan"),
            FAMILY,
            Column(name="form", type="text", meaning="form on which the plan was made", allowed=FORMS),
            Column(name="opened", type="date", meaning="day on which the plan was agreed"),
            Column(name="goal_set_by", type="text", meaning="whose wish the goal is", allowed=SETTERS),
            Column(name="action_owner", type="text", meaning="who is to act on it", allowed=OWNERS),
            Column(name="is_done", type="flag", meaning="whether the action was done"),
        ),
        source_hint="CAF plans",
    ),
    "feedback": Contract(
        input="feedback",
        describes="What parents and staff said of visits, booklet and joint working: one row a person and topic.",
        columns=(
            Column(name="feedback_id", type="text", meaning="code of the entry", unique=True),
            Column(name="respondent_id", type="text", meaning="code of the person"),
            Column(name="kind", type="text", meaning="parent or member of staff", allowed=("parent", "staff")),
            Column(name="date", type="date", meaning="day on which it was given"),
            Column(name="topic", type="text", meaning="what it is about, as in the params"),
            Column(
                name="score",
                type="integer",
                meaning="answer on the scale, the highest is best",
                minimum=1,
                maximum=MOST_POINTS,
            ),
            Column(name="sentiment", type="text", meaning="tone of the words", allowed=SENTIMENTS),
            Column(
                name="is_first_child", type="flag", meaning="parents: whether the child is the first", optional=True
            ),
            Column(
                name="has_family_support",
                type="flag",
                meaning="parents: whether relatives help with the child",
                optional=True,
            ),
        ),
        key=("respondent_id", "topic"),
        rules=(
            FrameRule(
                columns=("kind", "is_first_child", "has_family_support"),
                rule="a parent's entry says whether the child is the first and whether relatives help",
                fix="fill both cells",
                broken=lambda frame: (
                    (frame["kind"] == "parent") & (frame["is_first_child"].isna() | frame["has_family_support"].isna())
                ),
            ),
        ),
        source_hint="feedback forms after visits; staff survey",
    ),
}
