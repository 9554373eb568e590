"""Pictures of agreement between coders."""

from __future__ import annotations

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.stages.ethnography.analysis import Results

SOURCE = "Codings by several coders, before they agreed"
RELIABLE, TENTATIVE = 0.8, 0.667
"""Krippendorff's customary limits for firm and for tentative conclusions."""


def agreement_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return coefficients over all units with their limits."""
    frame = results.coder_agreement_overall
    if frame.empty:
        return display.note(
            "No interview was coded by two people each on their own: how far the codes rest on one coder's judgement "
            "is not known.",
            inputs.standing("codings"),
        )
    alpha = frame.iloc[0]
    words = "firm" if alpha["lower"] >= RELIABLE else "tentative" if alpha["lower"] >= TENTATIVE else "no"
    title = f"Coders agree with an alpha of {alpha['estimate']:.2f}; its lower limit allows {words} conclusions"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="coefficient",
            estimate="estimate",
            lower="lower",
            upper="upper",
            x_label="Agreement beyond chance",
            reference=RELIABLE,
            percent=False,
        ),
        name="coder-agreement",
        title=title,
        alt=f"Dots with intervals, one row a coefficient, a dashed line at {RELIABLE}. {title}.",
        caption="95% limits from resampling whole interviews: they are about the coding of more such interviews by "
        "these coders, not about families. Units: interview by theme. Dashed: customary limit for firm conclusions.",
        source=SOURCE,
        n=int(frame["units"].max()),
        data=frame,
        standing=inputs.standing("double_codings"),
    )


def agreement_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return coefficients by theme."""
    frame = results.coder_agreement
    if frame.empty:
        return display.note("No interview was coded twice.", inputs.standing("codings"))
    least = frame.dropna(subset=["alpha"])
    title = "No theme has a coefficient: all codes are alike"
    if len(least):
        title = f"Coders agree least on one theme: {least.iloc[-1]['theme'].lower()}"
    return display.Table(
        frame,
        name="coder-agreement-by-theme",
        title=title,
        caption="Observed: same state. Positive and negative: agreement on having raised the theme, and on not. "
        "PABAK, AC1 and kappa differ where a code is rare; alpha allows missing codes. Blank: no value on these units.",
        source=SOURCE,
        n=int(frame["units"].sum()),
        standing=inputs.standing("double_codings"),
        formats=dict.fromkeys(("observed", "positive", "negative"), "{:.0%}")
        | dict.fromkeys(("pabak", "ac1", "kappa", "alpha"), "{:.2f}"),
    )
