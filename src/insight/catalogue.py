"""The inputs that the workbook knows: name, what it is, its file name, whether its rows are people.

Only names stand here, so that reading params costs no heavy import; the columns of each input are in
:mod:`insight.sources.contracts`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class InputKind:
    """One kind of input file.

    ``people`` says that a row is about one person or family; such files are read through :mod:`insight.privacy` only.
    ``large`` says that there may be millions of rows, which are then aggregated where they lie and never made a frame.
    """

    name: str
    theme: str
    """Module of :mod:`insight.sources.contracts` that holds its contract."""
    title: str
    file: str
    people: bool = False
    large: bool = False


CATALOGUE = (
    InputKind(name="indicators", theme="services", title="Indicators of areas, six themes", file="indicators.csv"),
    InputKind(
        name="indicator_catalogue",
        theme="population",
        title="The council's own catalogue of indicators",
        file="indicator_catalogue.csv",
    ),
    InputKind(name="population", theme="population", title="Residents by age and sex", file="population.csv"),
    InputKind(name="deaths", theme="population", title="Deaths by age and sex", file="deaths.csv"),
    InputKind(name="boundaries", theme="place", title="Area outlines", file="boundaries.geojson"),
    InputKind(
        name="lookup",
        theme="place",
        title="Area look-up: output area to neighbourhood, ward and borough",
        file="lookup.csv",
    ),
    InputKind(name="barriers", theme="place", title="Geographic barriers and crossings", file="barriers.geojson"),
    InputKind(
        name="places", theme="place", title="Places: children's centres, clinics, shops, parks", file="places.geojson"
    ),
    InputKind(name="area_housing", theme="place", title="Housing and tenure of output areas", file="area_housing.csv"),
    InputKind(
        name="households",
        theme="segments",
        title="Households with ACORN, digital and channel fields",
        file="households.parquet",
        people=True,
        large=True,
    ),
    InputKind(
        name="segment_directory",
        theme="segments",
        title="ACORN by postcode, as the supplier delivers it",
        file="segment_directory.csv",
    ),
    InputKind(
        name="address_list",
        theme="segments",
        title="Addresses by postcode: UPRN or council-tax list",
        file="address_list.parquet",
        people=True,
        large=True,
    ),
    InputKind(
        name="segment_codes", theme="segments", title="The licensee's list of ACORN codes", file="segment_codes.csv"
    ),
    InputKind(
        name="oa_classification",
        theme="segments",
        title="Output Area Classification, open",
        file="oa_classification.csv",
    ),
    InputKind(
        name="lifestyle_indices",
        theme="segments",
        title="Lifestyle indices by ACORN type",
        file="lifestyle_indices.csv",
    ),
    InputKind(name="values_survey", theme="values", title="Values survey", file="values_survey.csv", people=True),
    InputKind(
        name="values_sessions",
        theme="values",
        title="Values survey: interviewers' shifts and contact log",
        file="values_sessions.csv",
    ),
    InputKind(
        name="survey_quotas",
        theme="values",
        title="Quotas of the two surveys: interviews planned",
        file="survey_quotas.csv",
    ),
    InputKind(name="census_margins", theme="values", title="Census margins of the wards", file="census_margins.csv"),
    InputKind(
        name="pvq_survey",
        theme="values",
        title="Values survey with the open questionnaire (PVQ-21)",
        file="pvq_survey.csv",
        people=True,
    ),
    InputKind(
        name="network_egos", theme="networks", title="Network survey: respondents", file="network_egos.csv", people=True
    ),
    InputKind(
        name="network_contacts",
        theme="networks",
        title="Network survey: counts of contacts",
        file="network_contacts.csv",
        people=True,
    ),
    InputKind(
        name="network_places",
        theme="networks",
        title="Network survey: places mentioned",
        file="network_places.csv",
        people=True,
    ),
    InputKind(
        name="network_resources",
        theme="networks",
        title="Network survey: skills and resources",
        file="network_resources.csv",
        people=True,
    ),
    InputKind(
        name="network_positions",
        theme="networks",
        title="Network survey: occupations known",
        file="network_positions.csv",
        people=True,
    ),
    InputKind(
        name="network_alters",
        theme="network_tables",
        title="Network survey: single contacts, without names",
        file="network_alters.csv",
        people=True,
    ),
    InputKind(
        name="network_alter_ties",
        theme="network_tables",
        title="Network survey: ties among contacts",
        file="network_alter_ties.csv",
        people=True,
    ),
    InputKind(
        name="network_composition",
        theme="networks",
        title="Residents by ethnic group at two scales",
        file="network_composition.csv",
    ),
    InputKind(
        name="trust_items",
        theme="networks",
        title="Trust and peer-influence items",
        file="trust_items.csv",
        people=True,
    ),
    InputKind(name="fieldwork_log", theme="networks", title="Fieldwork contact log", file="fieldwork_log.csv"),
    InputKind(
        name="interviews", theme="interviews", title="Ethnographic interviews", file="interviews.csv", people=True
    ),
    InputKind(name="codings", theme="interviews", title="Codings of the interviews", file="codings.csv", people=True),
    InputKind(name="quotes", theme="interviews", title="Quotes", file="quotes.csv", people=True),
    InputKind(name="consent", theme="interviews", title="Consent register", file="consent.csv", people=True),
    InputKind(
        name="research_framework",
        theme="interviews",
        title="Research framework of the interviews",
        file="research_framework.csv",
    ),
    InputKind(
        name="session_notes",
        theme="interviews",
        title="Notes, reflections and debriefs of interview sessions",
        file="session_notes.csv",
        people=True,
    ),
    InputKind(
        name="double_codings",
        theme="interviews",
        title="Codings by several coders, before they agreed",
        file="double_codings.csv",
        people=True,
    ),
    InputKind(
        name="interviewees", theme="interviews", title="Who was interviewed", file="interviewees.csv", people=True
    ),
    InputKind(
        name="quote_reviews", theme="interviews", title="Sign-off of quotes", file="quote_reviews.csv", people=True
    ),
    InputKind(
        name="redaction_names",
        theme="interviews",
        title="Names to take out of quotes",
        file="redaction_names.csv",
        people=True,
    ),
    InputKind(
        name="service_contacts",
        theme="journeys",
        title="Service contacts of mapped families",
        file="service_contacts.csv",
        people=True,
    ),
    InputKind(
        name="roster_childrens_centre",
        theme="services",
        title="Children's centre registrations",
        file="roster_childrens_centre.csv",
        people=True,
    ),
    InputKind(
        name="roster_library",
        theme="services",
        title="Library members aged 0-4",
        file="roster_library.csv",
        people=True,
    ),
    InputKind(
        name="roster_benefits",
        theme="services",
        title="Benefit households with children",
        file="roster_benefits.csv",
        people=True,
    ),
    InputKind(
        name="records_childrens_centre",
        theme="records",
        title="Records to link: children's centre",
        file="records_childrens_centre.csv",
        people=True,
    ),
    InputKind(
        name="records_library",
        theme="records",
        title="Records to link: library",
        file="records_library.csv",
        people=True,
    ),
    InputKind(
        name="records_benefits",
        theme="records",
        title="Records to link: benefits service",
        file="records_benefits.csv",
        people=True,
    ),
    InputKind(
        name="records_health_visiting",
        theme="records",
        title="Records to link: health visitors",
        file="records_health_visiting.csv",
        people=True,
    ),
    InputKind(
        name="service_engagements",
        theme="records",
        title="Contacts with services by record",
        file="service_engagements.csv",
        people=True,
    ),
    InputKind(
        name="linkage_truth",
        theme="records",
        title="Who stands behind each record",
        file="linkage_truth.csv",
        people=True,
    ),
    InputKind(
        name="linkage_labels",
        theme="records",
        title="Labels of the linkage review",
        file="linkage_labels.csv",
        people=True,
    ),
    InputKind(name="births", theme="services", title="Births by area and month", file="births.csv"),
    InputKind(
        name="engagement_visits",
        theme="children",
        title="Engagement-point visits and checklists",
        file="engagement_visits.csv",
        people=True,
    ),
    InputKind(name="eyfs_counts", theme="children", title="EYFS achievers and cohorts", file="eyfs_counts.csv"),
    InputKind(
        name="eyfs_children",
        theme="children",
        title="EYFS results of children with associated issues",
        file="eyfs_children.csv",
        people=True,
    ),
    InputKind(
        name="caf_assessments",
        theme="families",
        title="Family CAF self-assessments, before and after",
        file="caf_assessments.csv",
        people=True,
    ),
    InputKind(
        name="caf_covers",
        theme="families",
        title="Family CAF covers: household, services, trigger",
        file="caf_covers.csv",
        people=True,
    ),
    InputKind(name="caf_needs", theme="families", title="Family CAF needs sheets", file="caf_needs.csv", people=True),
    InputKind(
        name="caf_plans",
        theme="families",
        title="CAF plans: goals and action owners",
        file="caf_plans.csv",
        people=True,
    ),
    InputKind(
        name="stage_codings",
        theme="journeys",
        title="Second coding of contacts: early or crisis",
        file="stage_codings.csv",
        people=True,
    ),
    InputKind(
        name="referrals", theme="journeys", title="Referrals between agencies", file="referrals.csv", people=True
    ),
    InputKind(
        name="feedback", theme="families", title="Feedback of parents and staff", file="feedback.csv", people=True
    ),
    InputKind(
        name="service_directory",
        theme="families",
        title="Directory of local services by need (the 'green book')",
        file="service_directory.csv",
    ),
    InputKind(name="workshops", theme="project", title="Workshop records", file="workshops.csv"),
    InputKind(
        name="workshop_actions",
        theme="project",
        title="Workshop issues, priorities and actions",
        file="workshop_actions.csv",
    ),
    InputKind(name="funding", theme="project", title="Funding lines", file="funding.csv"),
    InputKind(name="governance", theme="project", title="Governance groups and meetings", file="governance.csv"),
    InputKind(
        name="confidence_judgements",
        theme="project",
        title="Confidence in qualitative findings",
        file="confidence_judgements.csv",
    ),
    InputKind(
        name="convergence_codings",
        theme="project",
        title="Codes of what the strands say together",
        file="convergence_codings.csv",
    ),
    InputKind(name="effort_log", theme="project", title="Staff effort log", file="effort_log.csv"),
)

INPUT_NAMES = tuple(kind.name for kind in CATALOGUE)
BY_NAME = {kind.name: kind for kind in CATALOGUE}
