"""Pictures and tables of consent, sign-off and quotes."""

from __future__ import annotations

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.stages.ethnography.analysis import Results
from insight.stages.ethnography.pictures.shared import COUNTED, MARKED
from insight.stages.ethnography.quoting import SIGNED

REGISTER = "Consent register"


def consent_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return the share whose words may be shared, by when consent was asked."""
    frame = results.consent
    if frame["share"].notna().sum() == 0:
        return display.note("No consent register, or counts too small to show.", inputs.standing())
    shares = frame.set_index("asked")["share"]
    words = ", ".join(f"{share:.0%} {asked}" for asked, share in shares.dropna().items())
    title = f"Words may be shared where consent was asked: {words}"
    return display.Figure(
        display.charts.bars(frame, label="asked", value="share", x_label="Share that may be shared"),
        name="consent-by-time",
        title=title,
        alt=f"Bars of shares, consent asked at the outset and later. {title}.",
        caption=f"Outset: consent to analysis on the day of the interview or before. {COUNTED} {MARKED}",
        source=REGISTER,
        n=results.analysed,
        data=frame,
        standing=inputs.standing("interviews", "consent"),
    )


def consent_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return interviews by when consent was asked and whether words may be shared."""
    if results.consent.empty:
        return display.note("No consent register was supplied: no quote is shown.", inputs.standing())
    return display.Table(
        results.consent,
        name="consent",
        title="Consent by when it was asked",
        caption="Consent that was withdrawn counts as none.",
        source=REGISTER,
        n=results.analysed,
        standing=inputs.standing("interviews", "consent"),
        formats={"interviews": "{:.0f}", "may_be_shared": "{:.0f}", "share": "{:.0%}"},
    )


def audiences_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return by audience how many interviews' words it may hear."""
    if results.audiences.empty:
        return display.note("No consent register was supplied: nobody may hear a quote.", inputs.standing())
    return display.Table(
        results.audiences,
        name="audiences",
        title="Interviews whose words each audience may hear",
        caption="Consent to a wider audience covers the narrower ones; whoever took any consent back is in none. "
        "Audiences nest, so all are blanked where two differ by a small count.",
        source=REGISTER,
        n=results.analysed,
        standing=inputs.standing("interviews", "consent"),
        formats={"interviews": "{:.0f}"},
    )


def quote_states_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return quotes by the state of their sign-off."""
    frame = results.quote_states
    if frame.empty:
        return display.note("No quotes were supplied.", inputs.standing())
    signed, total = int(frame.loc[frame["state"] == SIGNED, "quotes"].sum()), int(frame["quotes"].sum())
    title = f"{signed} of {total} quotes are signed off; {len(results.review_queue)} wait for a person"
    return display.Figure(
        display.charts.bars(frame, label="state", value="quotes", x_label="Quotes", percent=False),
        name="quote-states",
        title=title,
        alt=f"Bars of quotes by whether a person has signed off the redacted words. {title}.",
        caption="Quotes are texts, not people. Redacted: personal data taken out by rule. In doubt: something that a "
        "person must look at. The queue itself is written at level restricted.",
        source="Quotes and sign-offs",
        n=total,
        data=frame,
        standing=inputs.standing("quotes"),
    )


def quotes_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return quotes whose public use was agreed to and not withdrawn, and which a person signed off."""
    if results.quotes.empty:
        return display.note(
            "No quote may be shown: none supplied, none with consent to public use, or none signed off.",
            inputs.standing(),
        )
    steps = ", ".join(f"{name.replace('_', ' ')} by {step}" for name, step in results.speaker_steps.items() if step)
    return display.Table(
        results.quotes,
        name="quotes",
        title=f"{len(results.quotes)} quotes with standing consent to public use, signed off",
        caption=f"{results.quotes_withheld} withheld: no consent to this audience, another borough, held back or not "
        "yet signed off. Marks in brackets stand for what was taken out. No speaker is shown whose description fewer "
        f"than three interviewees share; steps of coarsening: {steps or 'none'}.",
        source="Quotes, consent register and sign-offs",
        n=len(results.quotes),
        standing=inputs.standing("quotes", "consent"),
    )
