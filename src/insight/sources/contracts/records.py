"""Contracts of records to be linked: what each service holds of a child, its contacts, and labels of a review."""

from __future__ import annotations

from insight.sources.contracts.base import Column, Contract

SERVICE_NAMES = {
    "childrens_centre": "Children's centre",
    "library": "Library",
    "benefits": "Benefit households",
    "health_visiting": "Health visiting",
}
"""Services whose records are linked, by code, as readers meet them."""
SOURCES = tuple(SERVICE_NAMES)
ANY_SERVICE = "any_service"
SHOWN_NAMES = {**SERVICE_NAMES, ANY_SERVICE: "Any of these services"}
"""Names of the services and of all of them together."""
CENTRE = SOURCES[0]
REACHED = ("registered", "seen once", "sustained")
"""Rival definitions of reach, as the tables of linked records hold them."""
LOCAL_FIFTH, NEEDIEST, LEAST_NEEDY = "fifth by deprivation", "fifth 1", "fifth 5"
"""Level of the fifths of the linked areas in these tables, and how the names of its first and last row begin."""
TITLES = {
    "childrens_centre": "a children's centre",
    "library": "the library",
    "benefits": "the benefits service",
    "health_visiting": "health visitors",
}
RECORD = Column(name="record_id", type="text", meaning="the service's own code of the record", unique=True)


def _records(source: str) -> Contract:
    return Contract(
        input=f"records_{source}",
        describes=f"Young children known to {TITLES[source]}, one row a record, as the service wrote them down.",
        columns=(
            RECORD,
            Column(name="first_name", type="text", meaning="first name", optional=True),
            Column(name="surname", type="text", meaning="surname", optional=True),
            Column(name="birth_date", type="date", meaning="date of birth", optional=True),
            Column(name="sex", type="text", meaning="sex", allowed=("f", "m"), optional=True),
            Column(name="postcode", type="text", meaning="postcode of the home", optional=True),
            Column(name="uprn", type="text", meaning="unique property reference number of the home", optional=True),
            Column(name="ethnic_group", type="text", meaning="code of the ethnic group", optional=True),
            Column(name="oa", type="text", meaning="output area of the home", area="oa", optional=True),
            Column(name="since", type="date", meaning="day since when the service knows the child"),
            Column(name="moved_out", type="date", meaning="day on which the child moved away", optional=True),
        ),
        source_hint=f"the system of {TITLES[source]}",
    )


CONTRACTS = {
    **{f"records_{source}": _records(source) for source in SOURCES},
    "service_engagements": Contract(
        input="service_engagements",
        describes="Contacts of children with services, one row a contact.",
        columns=(
            Column(name="source", type="text", meaning="the service", allowed=SOURCES),
            Column(name="record_id", type="text", meaning="the service's own code of the child's record"),
            Column(name="day", type="date", meaning="day of the contact"),
        ),
        source_hint="attendance, loans and visits in the services' systems",
    ),
    "linkage_truth": Contract(
        input="linkage_truth",
        describes="Who stands behind each record; known for demonstration data and gold-standard files only.",
        columns=(
            Column(name="source", type="text", meaning="the service", allowed=SOURCES),
            Column(name="record_id", type="text", meaning="the service's own code of the record"),
            Column(name="person", type="text", meaning="code of the person"),
        ),
        key=("source", "record_id"),
        source_hint="none; a council uses labels of a clerical review instead",
    ),
    "linkage_labels": Contract(
        input="linkage_labels",
        describes="Pairs of records that reviewers judged, as `insight link PARAMS --review` laid them out.",
        columns=(
            Column(name="left_source", type="text", meaning="service of one record", allowed=SOURCES),
            Column(name="left_record", type="text", meaning="that service's code of it"),
            Column(name="right_source", type="text", meaning="service of the other record", allowed=SOURCES),
            Column(name="right_record", type="text", meaning="that service's code of it"),
            Column(name="is_match", type="flag", meaning="whether both are the same child", optional=True),
        ),
        key=("left_source", "left_record", "right_source", "right_record"),
        source_hint="clerical review of the sample that the command writes",
    ),
}
