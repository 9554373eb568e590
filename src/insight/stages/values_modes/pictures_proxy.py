"""Pictures of the open path: ten values, who and where, layout, and whether questions mean the same in translation."""

from __future__ import annotations

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.stages.values_modes.analysis import Results
from insight.stages.values_modes.words import HIDDEN

SOURCE = "Survey with the open questionnaire (PVQ-21)"
PROXY = "Schwartz proxy, not Values Modes"
NO_PVQ = "No survey with the open questionnaire (PVQ-21) was supplied."
NO_GROUPS = "The survey with the open questionnaire names no ethnic group, language or second ward to compare."
NO_CHECK = (
    "Whether the open questionnaire means the same in every language cannot be looked at: the survey does not record "
    "the language of interview, or has fewer than twenty interviews in English or in other languages."
)
SHARE = "share"


def pvq_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return the ten values of the open questionnaire."""
    frame = results.pvq_values
    if frame.empty:
        return display.note(NO_PVQ, inputs.standing("values_survey"))
    means = frame[frame["measure"].str.startswith("mean")].sort_values("estimate", ascending=False)
    title = f"{means['name'].iloc[0]} is valued most, {means['name'].iloc[-1].lower()} least (Schwartz proxy)"
    return display.Figure(
        display.charts.dot_interval(
            means,
            label="name",
            estimate="estimate",
            lower="lower",
            upper="upper",
            x_label="Mean less the person's own mean (points of the scale of 1 to 6)",
            reference=0,
            percent=False,
        ),
        name="pvq-values",
        title=title,
        alt=f"Dots with intervals for ten values around zero, highest first. {title}.",
        caption=f"{frame['label'].iloc[0]}. Design-based 95 % intervals. Another survey and questionnaire: its groups "
        "are never put together with the modes.",
        source=SOURCE,
        n=int(means["n"].max()),
        data=frame,
        standing=inputs.standing("pvq_survey"),
    )


def pvq_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return values and proxy groups of the open questionnaire."""
    frame = results.pvq_values
    if frame.empty:
        return display.note(NO_PVQ, inputs.standing("values_survey"))
    return display.Table(
        frame,
        name="pvq-values-table",
        title=f"Ten values and three proxy groups: {PROXY}",
        caption="Raw means (6 most like me) beside centred ones, since centring is contested; alpha of two or three "
        "items is reported and judges nothing. Groups by the highest centred score.",
        source=SOURCE,
        n=int(frame["n"].max()),
        standing=inputs.standing("pvq_survey"),
        inapplicable=("raw", "alpha"),
        formats={
            **dict.fromkeys(("raw", "estimate", "se", "lower", "upper", "alpha", "deff"), "{:.2f}"),
            "n_eff": "{:,.0f}",
        },
    )


def _missing(inputs: Inputs, words: str) -> Note:
    if not inputs.has("pvq_survey"):
        return display.note(NO_PVQ, inputs.standing("values_survey"))
    return display.note(words, inputs.standing("pvq_survey"))


def pvq_groups_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return shares of the proxy groups by ward, neighbourhood, ethnic group, age and language."""
    frame = results.pvq_groups
    if frame.empty:
        return _missing(inputs, NO_GROUPS)
    shares = frame[frame["measure"] == SHARE]
    data = shares.assign(row=shares["dimension"] + ": " + shares["domain"])
    alike = int((results.pvq_likeness["verdict"] == "equivalent").sum())
    title = f"{alike} of {len(results.pvq_likeness)} comparisons of proxy groups are shown to be alike"
    return display.Figure(
        display.charts.dot_interval(
            data,
            label="row",
            estimate="estimate",
            lower="lower",
            upper="upper",
            x_label="Share of respondents in the domain",
            group="name",
        ),
        name="pvq-groups",
        title=title,
        alt=f"Dots with intervals for three proxy groups in {data['row'].nunique()} domains. {title}.",
        caption=f"{PROXY}. Weighted; design-based 95 % intervals for single shares, model-based under ignorability. "
        f"{HIDDEN}",
        source=SOURCE,
        n=int(results.pvq_likeness["respondents"].max()),
        data=data,
        standing=inputs.standing("pvq_survey"),
    )


def pvq_groups_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return shares of proxy groups and means of the ten values by where, ethnic group, age and language."""
    frame = results.pvq_groups
    if frame.empty:
        return _missing(inputs, NO_GROUPS)
    return display.Table(
        frame,
        name="pvq-groups-table",
        title=f"Proxy groups and ten values by ward, neighbourhood, ethnic group, age and language: {PROXY}",
        caption=f"Shares run from 0 to 1; means are in points of the scale, less the person's own mean. {HIDDEN}",
        source=SOURCE,
        n=int(results.pvq_likeness["respondents"].max()),
        standing=inputs.standing("pvq_survey"),
        formats={**dict.fromkeys(("estimate", "lower", "upper"), "{:.2f}"), "se": "{:.3f}", "n_eff": "{:,.0f}"},
    )


def pvq_likeness_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return whether proxy groups are alike over wards, neighbourhoods, ethnic groups, ages and languages."""
    frame = results.pvq_likeness
    if frame.empty:
        return _missing(inputs, NO_GROUPS)
    return display.Table(
        frame,
        name="pvq-likeness",
        title=f"Likeness of the three proxy groups by comparison: {PROXY}",
        caption="By the rule that decides on modes: both one-sided 95 % limits inside their margins. With as few "
        "respondents as here, gaps can seldom be put inside the margin even where groups are alike. No claim about "
        "modes rests on this.",
        source=SOURCE,
        n=int(frame["respondents"].max()),
        standing=inputs.standing("pvq_survey"),
        formats={
            **dict.fromkeys(("v", "v_upper", "p_adjusted"), "{:.3f}"),
            **dict.fromkeys(("largest_gap", "gap_upper"), "{:.1%}"),
        },
    )


def pvq_invariance_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return whether the questionnaire seems to mean the same in English and in other languages."""
    frame = results.pvq_invariance
    if frame.empty:
        return _missing(inputs, NO_CHECK)
    odd = frame.loc[frame["verdict"] == "differs", "level"].tolist()
    title = "No level at which meaning differs between languages was found, which does not show that it is the same"
    if odd:
        title = f"Meaning differs between languages in {' and '.join(odd)}: compare across them with care"
    return display.Table(
        frame,
        name="pvq-invariance",
        title=title,
        caption="A plain check after the levels of measurement invariance (configural, metric, scalar), not a factor "
        "analysis in several groups. Interviews in English against all others; shuffled is the 5 % point of the same "
        "statistic with languages shuffled within neighbourhoods (95 % for the latter two). Translators and ethnic "
        "groups go with languages, so a difference need not be one of words.",
        source=SOURCE,
        n=int(frame[["english", "others"]].sum(axis=1).max()),
        standing=inputs.standing("pvq_survey"),
        formats=dict.fromkeys(("observed", "shuffled", "p"), "{:.3f}"),
    )


def pvq_layout_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return the ten values on two axes."""
    frame = results.pvq_layout
    if frame.empty:
        return _missing(inputs, NO_CHECK)
    far = ((frame[["x", "y"]] - frame[["x", "y"]].mean()) ** 2).sum(axis=1)
    title = f"{frame.loc[far.idxmax(), 'name']} stands farthest from the other values (Schwartz proxy)"
    return display.Figure(
        display.biplot(frame, x_label="First axis", y_label="Second axis"),
        name="pvq-layout",
        title=title,
        alt=f"Map of ten values, those of a wider value in one colour and shape. {title}.",
        caption=f"{PROXY}. Classical scaling of one less the correlations of centred scores: values that go together "
        "lie near. By theory the four wider values fill a circle in the order of the legend.",
        source=SOURCE,
        n=int(results.pvq_values["n"].max()),
        data=frame,
        standing=inputs.standing("pvq_survey"),
    )
