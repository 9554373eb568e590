"""The demonstration register: every input about people, by the service that would hold it."""

from __future__ import annotations

from typing import Any

import yaml

from insight.catalogue import CATALOGUE
from insight.sources.contracts import contract
from insight.sources.standing import LABEL

HOLDERS = {
    "childrens_centre": ("Children's centres", "roster_childrens_centre records_childrens_centre engagement_visits"),
    "library": ("Library service", "roster_library records_library"),
    "benefits": ("Benefits service", "roster_benefits records_benefits"),
    "health_visiting": ("Health visiting provider", "records_health_visiting"),
    "schools": ("Schools and learning", "eyfs_children"),
    "family_support": (
        "Family support",
        "caf_assessments caf_covers caf_needs caf_plans referrals service_contacts stage_codings",
    ),
    "segmentation": ("Licensed segmentation", "households"),
}
RESEARCH = ("research", "Council research team")
BASES = {"research": "consent"}
PURPOSE = "customer insight on families with young children, to aim early help better"


def text() -> str:
    """Return the demonstration register as YAML; it has no retention end, which only demonstration data may lack."""
    taken = {name: source for source, (_, names) in HOLDERS.items() for name in names.split()}
    entries: dict[str, dict[str, Any]] = {}
    for kind in CATALOGUE:
        if not kind.people:
            continue
        source = taken.get(kind.name, RESEARCH[0])
        controller = HOLDERS[source][0] if source in HOLDERS else RESEARCH[1]
        entry = entries.setdefault(
            source,
            {
                "controller": f"{controller} (demonstration)",
                "purpose": PURPOSE,
                "lawful_basis": BASES.get(source, "public_task"),
                "legal_gateway": "" if source in BASES else "Children Act 2004, section 10",
                "audience": ["analysts"],
                "inputs": {},
            },
        )
        entry["inputs"][kind.name] = [column.name for column in contract(kind.name).columns]
    head = f"# {LABEL}.\n# A council's own register needs `retention_until` (a date) in every entry.\n"
    return head + yaml.safe_dump({"sources": entries}, sort_keys=False, allow_unicode=True, width=110)
