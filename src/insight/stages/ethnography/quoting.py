"""The quote bank: words that an audience may hear, redacted, signed off, beside a speaker who is never rare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from insight import paths
from insight.privacy import consent, redaction
from insight.privacy.consent import Ladder
from insight.privacy.disclosure import log, suppress
from insight.privacy.loading import Inputs
from insight.published import ledger
from insight.stages.ethnography.coding import Coded, agreed
from insight.stages.ethnography.declaration import Params

LADDERS: Mapping[str, Ladder] = {
    "relation": (
        {"mother": "parent", "father": "parent", "grandparent": "relative or carer", "carer": "relative or carer"},
        None,
    ),
    "ward": (None,),
    "age_band": (
        {"under_20": "under 30", "20_29": "under 30", "30_39": "30 and over", "40_and_over": "30 and over"},
        None,
    ),
}
AGES = {"under_20": "under 20", "20_29": "20 to 29", "30_39": "30 to 39", "40_and_over": "40 and over"}
SIGNED, HELD, STALE, UNSIGNED = "signed off", "held back", "signed for other words", "waits for sign-off"
STATES = (SIGNED, HELD, STALE, UNSIGNED)


@dataclass(frozen=True, kw_only=True)
class Bank:
    """Every quote of the council's interviews as redacted, its state and its speaker; for package use only."""

    rows: pd.DataFrame
    coarsened: consent.Coarsened | None

    def heard_by(self, allowed: set[str]) -> pd.DataFrame:
        """Return theme, words and speaker of the signed quotes of these interviews."""
        chosen = self.rows[self.rows["interview_id"].isin(allowed) & (self.rows["state"] == SIGNED)]
        return chosen[["theme", "words", "speaker"]].sort_values(["theme", "words"], ignore_index=True)

    def queue(self) -> pd.DataFrame:
        """Return what a reviewer must look at: every quote that is not settled, with the doubts and the digest."""
        rows = self.rows[self.rows["state"].isin([STALE, UNSIGNED])]
        return rows[["quote_id", "theme", "words", "taken_out", "doubts", "digest", "state"]].reset_index(drop=True)

    def summary(self) -> pd.DataFrame:
        """Return quotes by state, with how many hold something taken out and how many a doubt."""
        grouped = self.rows.groupby("state", sort=False)
        frame = grouped.agg(
            quotes=("quote_id", "size"),
            redacted=("taken_out", lambda cells: int((cells != "").sum())),
            in_doubt=("doubts", lambda cells: int((cells != "").sum())),
        )
        return frame.reindex([state for state in STATES if state in frame.index]).reset_index()


def _shown(value: str) -> str:
    """Return an attribute as readers see it."""
    if value in AGES:
        return AGES[value]
    return value.replace("_", " ")


def _places(inputs: Inputs) -> dict[str, str]:
    """Return what readers call each area, from the council's publication where it has one."""
    known = ledger.load(inputs.council.ledger) if inputs.council.ledger else None
    return {} if known is None else {figure.area: figure.place for figure in known.figures.values()}


def _speakers(inputs: Inputs, grid: Coded, params: Params) -> tuple[pd.Series, consent.Coarsened | None]:
    """Return the speaker of each interview in words, coarsened over everybody interviewed here."""
    codes = grid.log["interview_id"]
    if not inputs.has("interviewees"):
        return pd.Series("", index=codes), None
    known = inputs.people("interviewees").set_index("interview_id").reindex(codes)
    attributes = known[["relation", "age_band"]].assign(ward=grid.log["ward"].to_numpy(dtype=object))
    names = _places(inputs)
    attributes["ward"] = attributes["ward"].map(
        lambda ward: None if pd.isna(ward) else names.get(str(ward), str(ward).replace("_", " ").title())
    )
    found = consent.coarsened(attributes, LADDERS, fewest=params.fewest_alike)
    words = [", ".join(_shown(one) for one in row if one) for row in found.frame.itertuples(index=False)]
    return pd.Series(words, index=codes, dtype=object), found


def _state(code: str, digest: str, reviews: pd.DataFrame | None) -> str:
    if reviews is None or code not in reviews.index:
        return UNSIGNED
    review = reviews.loc[code]
    if review["digest"] != digest:
        return STALE
    return SIGNED if review["decision"] == "release" else HELD


def refuse_withdrawn(inputs: Inputs) -> None:
    """Fail where the quotes still hold words of somebody who took consent back.

    Raises:
        InputError: every such quote with its row.
    """
    if inputs.has("quotes") and inputs.has("consent"):
        file = paths.shown(inputs.files["quotes"])
        consent.refuse_withdrawn(inputs.people("quotes"), inputs.people("consent"), file=file)


def bank(inputs: Inputs, grid: Coded, params: Params) -> Bank:
    """Return the council's quotes, each redacted and with the state of its sign-off."""
    columns = ["quote_id", "interview_id", "theme", "words", "taken_out", "doubts", "digest", "state", "speaker"]
    if not inputs.has("quotes"):
        return Bank(rows=pd.DataFrame(columns=columns), coarsened=None)
    quotes = inputs.people("quotes")
    quotes = quotes[quotes["interview_id"].isin(grid.log["interview_id"])]
    names = inputs.people("redaction_names")["name"].tolist() if inputs.has("redaction_names") else []
    reviews = inputs.people("quote_reviews").set_index("quote_id") if inputs.has("quote_reviews") else None
    speakers, coarse = _speakers(inputs, grid, params)
    rows = []
    for one in quotes.itertuples(index=False):
        found = redaction.redact(one.text, names=names, known=params.known_words)
        doubts = "; ".join(f"{doubt.words}: {doubt.why}" for doubt in found.doubts)
        taken = ", ".join(sorted({item.kind for item in found.found}))
        state = _state(one.quote_id, found.digest, reviews)
        label = params.themes.get(one.theme, one.theme)
        speaker = str(speakers.get(one.interview_id, ""))
        rows.append((one.quote_id, one.interview_id, label, found.text, taken, doubts, found.digest, state, speaker))
    return Bank(rows=pd.DataFrame(rows, columns=columns), coarsened=coarse)


def heard(bank_of: Bank, inputs: Inputs, audience: consent.Audience) -> pd.DataFrame:
    """Return the quotes that an audience may hear; none without a consent register."""
    allowed = consent.may_hear(inputs.people("consent"), audience) if inputs.has("consent") else set()
    return bank_of.heard_by(allowed)


def consent_flags(grid: Coded, inputs: Inputs) -> pd.DataFrame | None:
    """Return for each analysed interview whether it was asked on the day, and whether its words may be shared."""
    asked = agreed(inputs, "analysis")
    if asked is None:
        return None
    codes = grid.log["interview_id"]
    return pd.DataFrame(
        {
            "at_outset": asked.reindex(codes).to_numpy() <= grid.log["date"].to_numpy(),
            "shared": codes.isin(consent.may_hear(inputs.people("consent"), "internal")).to_numpy(),
        }
    )


def consent_table(flags: pd.DataFrame | None, *, threshold: int) -> pd.DataFrame:
    """Return interviews by when consent was asked and how many of them may be shared."""
    if flags is None:
        return pd.DataFrame(columns=["asked", "may_be_shared", "interviews", "share", "status"])
    when = flags["at_outset"].map({True: "at the outset", False: "later"})
    frame = flags.groupby(when)["shared"].agg(may_be_shared="sum", interviews="size")
    frame = frame.rename_axis("asked").reset_index()
    frame["share"] = frame["may_be_shared"] / frame["interviews"]
    return suppress(frame, "may_be_shared", threshold=threshold, also=["share"], base="interviews")


def audiences_table(grid: Coded, inputs: Inputs, *, threshold: int) -> pd.DataFrame:
    """Return by audience how many interviews' words it may hear."""
    if not inputs.has("consent"):
        return pd.DataFrame(columns=["audience", "interviews", "of", "status"])
    register, codes = inputs.people("consent"), set(grid.log["interview_id"])
    rows = [(name, len(codes & consent.may_hear(register, name)), grid.n) for name in consent.AUDIENCES]
    frame = pd.DataFrame(rows, columns=["audience", "interviews", "of"])
    # audiences are nested, so the difference of two counts is a count of people too
    steps = [0, *sorted({*frame["interviews"], grid.n})]
    least = log.policy_for(threshold).threshold
    is_told = any(0 < after - before < least for before, after in pairwise(steps))
    return suppress(frame.assign(told=is_told), "interviews", threshold=threshold, base="of", forced="told")
