"""Statistical disclosure control: named policies, small and protecting cells, the audit, marks, and the gate.

``suppress`` hides small counts of a tidy frame with what would give them away; ``release`` is the gate that every
output passes; ``Builder``, ``choose`` and ``audit`` treat linked tables of any shape.
"""

from insight.privacy.disclosure.audit import Audit, audit
from insight.privacy.disclosure.cells import Builder, Cells
from insight.privacy.disclosure.frames import dominates, suppress
from insight.privacy.disclosure.gate import PERSON_COLUMNS, refuse_people, release
from insight.privacy.disclosure.magnitude import is_dominated, is_dominated_by, top_two
from insight.privacy.disclosure.markers import CONFIDENTIAL, STATUS, mark, meaning
from insight.privacy.disclosure.merging import OF_PEOPLE, Merge, least_merged, merged_apart
from insight.privacy.disclosure.policies import POLICIES, Policy, policy_of
from insight.privacy.disclosure.secondary import Choice, choose
from insight.privacy.disclosure.two_way import suppress_both_ways
from insight.privacy.disclosure.wide import suppress_in_rows

__all__ = [
    "CONFIDENTIAL",
    "OF_PEOPLE",
    "PERSON_COLUMNS",
    "POLICIES",
    "STATUS",
    "Audit",
    "Builder",
    "Cells",
    "Choice",
    "Merge",
    "Policy",
    "audit",
    "choose",
    "dominates",
    "is_dominated",
    "is_dominated_by",
    "least_merged",
    "mark",
    "meaning",
    "merged_apart",
    "policy_of",
    "refuse_people",
    "release",
    "suppress",
    "suppress_both_ways",
    "suppress_in_rows",
    "top_two",
]
