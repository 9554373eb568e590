"""Contracts of what the project records about itself: workshops, actions, funding, governance, staff effort."""

from __future__ import annotations

from insight.sources.contracts.base import Column, Contract, FrameRule

WORKSHOP_KINDS = ("practitioner", "brainstorm", "start_stop_change", "community_budget")
ACTION_KINDS = ("staff_issue", "priority", "start", "stop", "change")
LEVELS = ("low", "medium", "high")
CELLS = ("agreement", "partial", "dissonance", "silence")
CONCERNS = ("none", "minor", "moderate", "serious")
CONFIDENCE = ("very low", "low", "moderate", "high")

CONTRACTS = {
    "workshops": Contract(
        input="workshops",
        describes="Workshops held, one row for each organisation that sent people to a workshop.",
        columns=(
            Column(name="workshop", type="text", meaning="code of the workshop"),
            Column(name="kind", type="text", meaning="what the workshop was for", allowed=WORKSHOP_KINDS),
            Column(name="date", type="date", meaning="day of the workshop"),
            Column(name="organisation", type="text", meaning="organisation or team that sent people"),
            Column(name="attendees", type="integer", meaning="number of people it sent", minimum=1, maximum=500),
        ),
        key=("workshop", "organisation"),
        source_hint="attendance sheets",
    ),
    "workshop_actions": Contract(
        input="workshop_actions",
        describes="What workshops said and decided: staff issues, priorities, things to start, stop and change.",
        columns=(
            Column(name="action", type="text", meaning="code of the entry", unique=True),
            Column(name="workshop", type="text", meaning="code of the workshop"),
            Column(name="kind", type="text", meaning="what sort of entry", allowed=ACTION_KINDS),
            Column(name="text", type="text", meaning="the entry in a few words"),
            Column(name="theme", type="text", meaning="theme code, as in the interview codings", optional=True),
            Column(
                name="rank", type="integer", meaning="place in the staff's order, 1 first", minimum=1, optional=True
            ),
            Column(name="votes", type="integer", meaning="votes given", minimum=0, optional=True),
            Column(name="priority_area", type="text", meaning="priority area it serves", optional=True),
            Column(name="owner", type="text", meaning="agency that owns it", optional=True),
            Column(name="impact", type="text", meaning="expected impact", allowed=LEVELS, optional=True),
            Column(name="effort", type="text", meaning="expected effort", allowed=LEVELS, optional=True),
            Column(name="findings", type="text", meaning="finding ids it rests on, separated by spaces", optional=True),
        ),
        rules=(
            FrameRule(
                columns=("kind", "findings"),
                rule="a thing to start, stop or change cites at least one finding",
                fix="write the finding ids into the cell",
                broken=lambda frame: frame["kind"].isin(["start", "stop", "change"]) & frame["findings"].isna(),
            ),
            FrameRule(
                columns=("kind", "rank"),
                rule="a staff issue has a rank",
                fix="write the place in the staff's order",
                broken=lambda frame: (frame["kind"] == "staff_issue") & frame["rank"].isna(),
            ),
        ),
        source_hint="workshop notes",
    ),
    "funding": Contract(
        input="funding",
        describes="What the project's money was spent on.",
        columns=(
            Column(name="line", type="text", meaning="code of the spending line", unique=True),
            Column(name="label", type="text", meaning="what was bought"),
            Column(name="amount_gbp", type="number", meaning="pounds spent", minimum=0),
            Column(name="partner", type="text", meaning="council with which the cost was shared", optional=True),
            Column(name="stage", type="text", meaning="stage that the spending served", optional=True),
        ),
        source_hint="the project's ledger",
    ),
    "governance": Contract(
        input="governance",
        describes="Groups that oversaw the project: one row for each meeting held, and one for each role of a group.",
        columns=(
            Column(name="record", type="text", meaning="code of the record", unique=True),
            Column(
                name="kind",
                type="text",
                meaning="a group, one of its meetings or one of its roles",
                allowed=("group", "meeting", "role"),
            ),
            Column(name="group", type="text", meaning="name of the group"),
            Column(name="reports_to", type="text", meaning="group it reports to", optional=True),
            Column(name="date", type="date", meaning="day of the meeting", optional=True),
            Column(name="role", type="text", meaning="role of a member (never a name)", optional=True),
        ),
        rules=(
            FrameRule(
                columns=("kind", "date"),
                rule="a meeting has a date",
                fix="write the day of the meeting",
                broken=lambda frame: (frame["kind"] == "meeting") & frame["date"].isna(),
            ),
        ),
        source_hint="minutes",
    ),
    "effort_log": Contract(
        input="effort_log",
        describes="Staff hours planned and spent, step by step.",
        columns=(
            Column(name="entry", type="text", meaning="code of the entry", unique=True),
            Column(name="task", type="text", meaning="profiling, linking or another step"),
            Column(name="date", type="date", meaning="day on which the step ended"),
            Column(name="planned_hours", type="number", meaning="hours planned", minimum=0),
            Column(name="actual_hours", type="number", meaning="hours spent", minimum=0),
        ),
        source_hint="timesheets",
    ),
    "confidence_judgements": Contract(
        input="confidence_judgements",
        describes="How far the project trusts each qualitative finding (GRADE-CERQual): concerns, judgement, reason.",
        columns=(
            Column(name="finding", type="text", meaning="finding id", unique=True),
            Column(name="methods", type="text", meaning="concern about methods", allowed=CONCERNS),
            Column(name="coherence", type="text", meaning="concern about fit of finding and data", allowed=CONCERNS),
            Column(name="adequacy", type="text", meaning="concern about richness and quantity", allowed=CONCERNS),
            Column(name="relevance", type="text", meaning="concern about relevance of the setting", allowed=CONCERNS),
            Column(name="final", type="text", meaning="confidence as judged", allowed=CONFIDENCE),
            Column(name="reason", type="text", meaning="why, in a sentence"),
            Column(name="assessor", type="text", meaning="role of the assessor (never a name)"),
        ),
        source_hint="the project's appraisal of its findings",
    ),
    "convergence_codings": Contract(
        input="convergence_codings",
        describes="People's own codes of what each strand says of a topic, one row a coder and cell of the matrix.",
        columns=(
            Column(name="topic", type="text", meaning="code of the topic, as in topics.csv"),
            Column(name="strand", type="text", meaning="the strand, as in topics.csv"),
            Column(name="coder", type="text", meaning="role or letter of the coder (never a name)"),
            Column(name="cell", type="text", meaning="what the strand says of the topic", allowed=CELLS),
        ),
        key=("topic", "strand", "coder"),
        source_hint="two people who read the strands apart from each other",
    ),
}
