"""Named policies: what counts as a small number, and what is done about it.

Thresholds look at unweighted counts of people, even where a table shows weighted shares. Parameter names and defaults
follow ACRO (SACRO project), so that reviewers of outputs recognise them.
"""

from __future__ import annotations

from dataclasses import dataclass

from insight.params import Disclosure

SAFE_THRESHOLD = 10
SAFE_NK_N, SAFE_NK_K = 2, 0.9
SAFE_PRATIO_P = 0.1
SAFE_DOF_THRESHOLD = 10
SURVEY_BASE, SURVEY_FLAG = 50, 100
ROUND_BASE = 5


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What one policy hides, rounds and flags.

    Counts from 1 to ``threshold - 1`` are hidden; where ``zeros_are_disclosive`` so are shares of 0 and of 100 per
    cent, which say something of everyone in the row. ``round_base`` rounds what is left. ``least_base`` hides shares on
    fewer cases, ``flag_base`` marks them. ``protection`` is the least width of the range in which a hidden count can be
    told by whoever has everything that is shown.
    """

    name: str
    threshold: int
    protection: int
    zeros_are_disclosive: bool = False
    round_base: int | None = None
    least_base: int = 0
    flag_base: int = 0
    nk_n: int = SAFE_NK_N
    nk_k: float = SAFE_NK_K
    pratio_p: float = SAFE_PRATIO_P
    """Sums of contacts, pounds and the like are hidden where the ``nk_n`` largest cases make up more than ``nk_k`` of
    them, or all but the two largest come to less than ``pratio_p`` of the largest."""
    mark: str = "[c]"
    """The policy's own mark, named under tables that follow it."""
    source: str

    @property
    def words(self) -> str:
        """The rule as readers are told it."""
        parts = []
        if self.threshold > 1:
            parts.append(f"counts from 1 to {self.threshold - 1} are not shown")
        if self.zeros_are_disclosive:
            parts.append("shares of 0 and 100 per cent are not shown")
        if self.round_base:
            parts.append(f"counts are rounded to the nearest {self.round_base}")
        if self.least_base:
            parts.append(f"shares on fewer than {self.least_base} cases are not shown, on fewer than {self.flag_base}")
            parts[-1] += " are flagged"
        parts.append(
            f"sums are not shown in which the {self.nk_n} largest cases are over {self.nk_k:.0%}, or all but "
            f"two come to under {self.pratio_p:.0%} of the largest"
        )
        return "; ".join(parts)


POLICIES = {
    policy.name: policy
    for policy in (
        Policy(
            name="ons_srs10",
            threshold=SAFE_THRESHOLD,
            protection=SAFE_THRESHOLD,
            zeros_are_disclosive=True,
            source="research services of the Office for National Statistics; default of ACRO",
        ),
        Policy(
            name="nhsd_1_7_r5",
            threshold=8,
            protection=8,
            round_base=ROUND_BASE,
            mark="*",
            source="NHS Digital, publications on secondary care",
        ),
        Policy(name="suppress5", threshold=5, protection=5, source="common practice of councils"),
        Policy(name="round5", threshold=1, protection=0, round_base=ROUND_BASE, source="common practice of councils"),
        Policy(
            name="survey_base",
            threshold=5,
            protection=5,
            least_base=SURVEY_BASE,
            flag_base=SURVEY_FLAG,
            source="common practice of survey publishers",
        ),
    )
}


def policy_of(disclosure: Disclosure) -> Policy:
    """Return the policy that a council's params name, with the params' threshold where that is stricter."""
    named = POLICIES[disclosure.policy]
    if named.threshold <= 1 or disclosure.threshold <= named.threshold:
        return named
    from dataclasses import replace

    return replace(named, threshold=disclosure.threshold, protection=disclosure.threshold)
