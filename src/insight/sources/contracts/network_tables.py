"""Contracts of full personal networks: one row a contact and a tie among contacts, with codes in place of names.

Most councils hold counts only. Where single contacts are held, names have become codes at the door
(``insight intake``), so that neither table can hold a name.
"""

from __future__ import annotations

from insight.sources.contracts.base import Column, Contract, FrameRule
from insight.sources.contracts.networks import KINDS, RESPONDENT

CODE = "code of the contact, no name: a number within the respondent, or a keyed pseudonym"

CONTRACTS = {
    "network_alters": Contract(
        input="network_alters",
        describes="Single contacts of the respondents, one row a contact; codes in place of names.",
        columns=(
            RESPONDENT,
            Column(name="alter_id", type="text", meaning=CODE),
            Column(name="kind", type="text", meaning="kind of contact", allowed=KINDS),
            Column(name="ethnic_group", type="text", meaning="ethnic group of the contact; `unknown` where not given"),
            Column(name="lives_in_area", type="flag", meaning="whether the contact lives in the surveyed area"),
            Column(
                name="occupation",
                type="text",
                meaning="kind of work against the respondent's",
                allowed=("same", "other", "unknown"),
            ),
            Column(name="is_close", type="flag", meaning="whether close; empty where not asked", optional=True),
        ),
        key=("respondent_id", "alter_id"),
        source_hint="the survey's datasheet of contacts, after `insight intake` took the names out",
    ),
    "network_alter_ties": Contract(
        input="network_alter_ties",
        describes="Which contacts of a respondent know one another; each pair once.",
        columns=(
            RESPONDENT,
            Column(name="alter_a", type="text", meaning=CODE),
            Column(name="alter_b", type="text", meaning="code of the other contact"),
        ),
        key=("respondent_id", "alter_a", "alter_b"),
        rules=(
            FrameRule(
                columns=("alter_a", "alter_b"),
                rule="a tie joins two different contacts",
                fix="remove the row",
                broken=lambda frame: frame["alter_a"] == frame["alter_b"],
            ),
        ),
        source_hint="the survey's grid of who knows whom, after `insight intake` took the names out",
    ),
}
