"""Contracts about families' ways through services: contacts of mapped families, and referrals between agencies."""

from __future__ import annotations

from insight.sources.contracts.base import Column, Contract, FrameRule

PRECISIONS = ("day", "month", "year")
TRIGGERS = ("planned", "self_referral", "professional_referral", "statutory", "emergency")
STAGES = ("early", "crisis")
SOURCES = ("family", "agency")

FAMILY = Column(name="family_id", type="text", meaning="code of the family")

CONTRACTS = {
    "service_contacts": Contract(
        input="service_contacts",
        describes="Contacts of the mapped families with services, one row a contact and a teller: what the family told "
        "and what the agency recorded stand as rows of their own.",
        columns=(
            Column(name="contact_id", type="text", meaning="code of the row", unique=True),
            FAMILY,
            Column(name="child_born", type="date", meaning="first of the month in which the youngest child was born"),
            Column(name="service", type="text", meaning="code of the service, as in the params"),
            Column(name="agency", type="text", meaning="code of the agency that runs it"),
            Column(
                name="start", type="date", meaning="day of the contact; first of its month or year if not known closer"
            ),
            Column(name="end", type="date", meaning="last day of a contact that lasted", optional=True),
            Column(name="date_precision", type="text", meaning="how closely the start is known", allowed=PRECISIONS),
            Column(name="trigger", type="text", meaning="how the contact came about", allowed=TRIGGERS),
            Column(
                name="stage",
                type="text",
                meaning="whether it came early or at a crisis, by the coders' rule",
                allowed=STAGES,
            ),
            Column(name="need", type="text", meaning="code of the need that it was about"),
            Column(name="source", type="text", meaning="who told of it", allowed=SOURCES),
        ),
        rules=(
            FrameRule(
                columns=("start", "end"),
                rule="a contact ends on or after the day it starts",
                fix="correct one of the two days, or empty the end",
                broken=lambda frame: frame["end"] < frame["start"],
            ),
            FrameRule(
                columns=("family_id", "child_born"),
                rule="all rows of a family have the same month of birth",
                fix="write the birth month of the youngest child into every row of the family",
                broken=lambda frame: frame.groupby("family_id")["child_born"].transform("nunique") > 1,
            ),
        ),
        source_hint="interviews of the mapped families, and the records of the services they named",
    ),
    "stage_codings": Contract(
        input="stage_codings",
        describes="A second coder's judgement of the same contacts, early or at a crisis: one row a contact and coder.",
        columns=(
            Column(name="contact_id", type="text", meaning="code of the row of service_contacts that was judged"),
            Column(name="coder", type="text", meaning="code of the coder, never a name"),
            Column(name="stage", type="text", meaning="whether it came early or at a crisis", allowed=STAGES),
        ),
        key=("contact_id", "coder"),
        source_hint="double coding of the mapped journeys",
    ),
    "referrals": Contract(
        input="referrals",
        describes="Referrals of families from one agency to another, one row a referral.",
        columns=(
            Column(name="referral_id", type="text", meaning="code of the referral", unique=True),
            FAMILY,
            Column(name="from_agency", type="text", meaning="code of the agency that refers"),
            Column(name="to_agency", type="text", meaning="code of the agency that is asked"),
            Column(name="date", type="date", meaning="day of the referral"),
            Column(name="is_acted_on", type="flag", meaning="whether the agency asked saw the family"),
            Column(
                name="is_repeat_assessment",
                type="flag",
                meaning="whether the family was assessed again for what the referring agency knew",
            ),
            Column(name="is_joint", type="flag", meaning="whether both agencies saw the family together"),
        ),
        rules=(
            FrameRule(
                columns=("from_agency", "to_agency"),
                rule="a referral goes to another agency",
                fix="correct one of the two agencies",
                broken=lambda frame: frame["from_agency"] == frame["to_agency"],
            ),
            FrameRule(
                columns=("is_acted_on", "is_joint"),
                rule="only a referral that was acted on can be joint",
                fix="correct one of the two flags",
                broken=lambda frame: frame["is_joint"] & ~frame["is_acted_on"],
            ),
        ),
        source_hint="referral logs of children's centres and health visiting",
    ),
}
