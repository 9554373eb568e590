"""The typology of citizens and segment cards."""

from __future__ import annotations

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.stages.values_modes.analysis import Results
from insight.stages.values_modes.latent_classes import STATEMENT
from insight.stages.values_modes.placing import REPLICATES, overlapping
from insight.stages.values_modes.words import HIDDEN, SOURCE, standing

NO_AXES = (
    "No map is drawn: the params ask for latent classes alone, or there are too few groups of residents or modes for "
    "two axes."
)
NO_CLASSES = (
    "Latent classes are an option: `typology: both` in the params, with the extra typology installed, shows them "
    "beside the map. They need statements answered by enough respondents."
)


def typology_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return residents placed among the modes."""
    frame = results.typology_points
    if frame.empty:
        return display.note(NO_AXES, standing(inputs))
    rings = int((frame["kind"] == "residents").sum())
    held = overlapping(frame)
    first, second, total = (float(frame[name].iloc[0]) for name in ("inertia_x", "inertia_y", "total_inertia"))
    shown = f"{(first + second) / total:.0%} of an inertia of {total:.3f}"
    title = f"The map holds {shown}; {held} of {rings} rings lie over the middle"
    return display.Figure(
        display.biplot(
            frame,
            x_label=f"First axis, {first / total:.0%} of inertia",
            y_label=f"Second axis, {second / total:.0%} of inertia",
        ),
        name="typology-of-citizens",
        title=title,
        alt=f"Map of twelve modes and {rings} groups of residents with ellipses around the origin. {title}.",
        caption=f"Correspondence analysis; ellipses hold 95 % of {REPLICATES:,} resamples of whole shifts. The "
        "axes are drawn to spread groups as far as can be, so that rings keep off the middle more often than chance "
        "would have it: the map shows directions, and the comparisons with margins decide.",
        source=SOURCE,
        n=results.respondents,
        data=frame,
        standing=standing(inputs),
    )


def latent_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return agreement by statement and latent class."""
    frame = results.latent_classes
    if frame.empty:
        return display.note(NO_CLASSES, standing(inputs))
    shown = frame[frame["of"] == STATEMENT]
    sizes = frame.drop_duplicates("class")
    title = f"{len(sizes)} latent classes of answers; the largest holds {sizes['size'].iloc[0]:.0%}"
    return display.Figure(
        display.charts.heatmap(shown, row="name", column="class", value="in_class", value_label="Share that agrees"),
        name="latent-classes",
        title=title,
        alt=f"Grid of {shown['name'].nunique()} statements by {len(sizes)} classes, shaded by agreement. {title}.",
        caption="Classes found in the answers alone: they are not the modes. Their number is that of the lowest BIC "
        f"with no class below 5 %; respondents belong to one with an entropy of {sizes['entropy'].iloc[0]:.2f} "
        "(1: surely). Found again in either half of the shifts and matched, an agreement moves by at most "
        f"{sizes['moved'].max() * 100:.0f} points. {HIDDEN}",
        source=SOURCE,
        n=int(sizes["n"].iloc[0]),
        data=shown,
        standing=standing(inputs),
    )


def latent_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return who the latent classes are."""
    frame = results.latent_classes
    if frame.empty:
        return display.note(NO_CLASSES, standing(inputs))
    return display.Table(
        frame[frame["of"] != STATEMENT].drop(columns=["bic", "entropy"]),
        name="latent-classes-table",
        title="Latent classes by mode group, ethnic group and ward",
        caption="Weighted shares by each respondent's chances of the classes, beside those of all; a description "
        f"without tests. Moved: the most that an agreement moves between halves of the shifts. {HIDDEN}",
        source=SOURCE,
        n=int(frame["n"].iloc[0]),
        standing=standing(inputs),
        formats=dict.fromkeys(("size", "in_class", "of_all", "moved"), "{:.0%}"),
    )


def segments_table(inputs: Inputs, results: Results) -> display.Table:
    """Return a card a mode."""
    frame = results.segments
    even = int(frame["where"].str.startswith("spread evenly").sum())
    return display.Table(
        frame,
        name="segment-cards",
        title=f"Segment cards: {even} of {len(frame)} modes are found everywhere alike",
        caption="Size is weighted with simultaneous limits. Who and where name only cells that stand out after "
        "adjustment for their number. Guidance is data with its source, to be tried and not to be taken as found.",
        source=f"{SOURCE}; data/reference/values_modes_guidance.csv",
        n=results.respondents,
        standing=standing(inputs),
        formats=dict.fromkeys(("share", "lower", "upper"), "{:.1%}"),
    )
