"""Parameters and declaration of the service mapping stage."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field
from pydantic.dataclasses import dataclass

from insight.params import FIXED, STRICT, IsoDate, StageParams
from insight.stages.base import Declaration, StageFile

Name = Annotated[str, Field(min_length=1)]


class StageRule(BaseModel):
    """One row of the rule table: which stage a contact with a service through a trigger is."""

    model_config = FIXED
    service: Name
    """Code of a service, or ``any``."""
    trigger: Literal["planned", "self_referral", "professional_referral", "statutory", "emergency"]
    stage: Literal["proactive", "reactive", "crisis", "unclassifiable"]


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Params(StageParams):
    """What service mapping may vary: groups of services, what counts as one contact, and what families agreed to."""

    service_groups: Annotated[dict[Name, Name], Field(min_length=2)]
    """Group of each service code, in the words that readers see."""
    prominent: Annotated[list[Name], Field(min_length=1)]
    """Groups that are said to appear most."""
    caf_service: Name
    """Code of the service that stands for a common assessment (CAF)."""
    former_form: Name
    """CAF form whose goals are tested; the other forms are what it is held against."""
    matching_days: Annotated[int, Field(ge=0, le=366)]
    """Days by which a family's and an agency's account of one contact may differ, beyond their stated precision."""
    gap_days: Annotated[int, Field(ge=1, le=1000)]
    """Days without contact that count as a gap."""
    age_step_months: Annotated[int, Field(ge=1, le=12)]
    """Ages of children are rounded to this many months wherever a single journey is shown."""
    compare_from: IsoDate
    """First day of the later period of referrals."""
    early_help_themes: Annotated[list[Name], Field(min_length=1)]
    """Themes of the interview codings that are help which comes early."""
    reach_on: IsoDate
    """Day on which reach of children's centres is counted."""
    under_months: Annotated[int, Field(ge=1, le=120)]
    """Age in months below which a child is the centres' concern."""
    sustained_contacts: Annotated[int, Field(ge=2, le=52)]
    """Contacts in the period from which reach counts as sustained."""
    reach_period_days: Annotated[int, Field(ge=30, le=1830)]
    """Days before the day of reach within which contacts count."""
    monitor_days: Annotated[int, Field(ge=7, le=366)]
    """Days before a month's end without a contact from which a child counts as unreached in the monitor."""
    stage_rules: Annotated[list[StageRule], Field(min_length=1)]
    """Rule table of service and trigger, in order: the first that fits decides; none that fits is unclassifiable."""
    agency_lookup: Literal["family_named", "independent"]
    """Whether agencies' records were drawn for services that families had named, or without asking them."""
    chosen_for: Name
    """Why these families were mapped, in words that end a sentence."""
    journeys_agreed: bool
    """Whether every mapped family agreed that its journey be shown without its name; if not, only counts are."""


RECORDS = ("records_childrens_centre", "records_library", "records_benefits", "records_health_visiting")

XES_FILE, CALENDAR_FILE = "restricted/event_log.xes", "restricted/journeys_calendar.png"
"""The event log for process-mining tools, and the map by calendar: single families by date, never in the report."""

DECLARATION = Declaration(
    name="service_mapping",
    number=6,
    title="Service mapping",
    question="How do families come to services, in what order, early or at a crisis, and do both sides tell the same?",
    params=Params,
    inputs=("service_contacts", "referrals"),
    optional=(
        "stage_codings",
        "workshops",
        "caf_plans",
        "roster_childrens_centre",
        "roster_benefits",
        "lookup",
        "indicators",
        *RECORDS,
        "service_engagements",
        "interviews",
        "codings",
        "consent",
    ),
    needs=("profiling",),
    files={
        XES_FILE: StageFile(title="The event log for process-mining tools", level="restricted"),
        CALENDAR_FILE: StageFile(title="Journeys of single families by calendar", level="restricted"),
    },
    by_neighbourhood={"reach_by_neighbourhood": "Children in touch with a children's centre"},
    empty={
        "accounts": dict.fromkeys(("share", "lower", "upper"), "z"),
        "firsts": {"median_age_months": "z"},
    },
    tables={
        "journeys": "publishable",
        "event_log": "restricted",
        "accounts": "publishable",
        "rules": "publishable",
        "coders": "publishable",
        "firsts": "publishable",
        "reading": "publishable",
        "contacts_by_age": "publishable",
        "early": "publishable",
        "prominence": "publishable",
        "views": "publishable",
        "handovers": "publishable",
        "measures": "publishable",
        "referrals": "publishable",
        "referrals_to": "publishable",
        "goals": "publishable",
        "reach": "publishable",
        "reach_by_neighbourhood": "publishable",
        "problems": "publishable",
        "reach_definitions": "publishable",
        "unreached": "publishable",
        "unreached_monthly": "publishable",
        "contacts_by_deprivation": "publishable",
        "engagements": "publishable",
    },
)
