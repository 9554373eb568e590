"""Pictures and tables of the ethnography."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.stages.ethnography.analysis import Results
from insight.stages.ethnography.coding import NOT_COVERED, PROMPTED, RAISED
from insight.stages.ethnography.evidence import PURPOSIVE

INTERVIEWS = "Interview log"
CODINGS = "Codings of the interviews"
SHOWN_TOGETHER = 8
FIRST = 3
HALF = 0.5


def _words(code: object) -> str:
    return str(code).replace("_", " ").capitalize()


def _settings(results: Results) -> pd.DataFrame:
    frame = results.settings
    return frame.assign(borough=frame["borough"].map(_words), setting=frame["setting"].map(_words))


def settings_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return interviews by setting and borough."""
    frame = _settings(results)
    totals = frame.groupby("setting")["interviews"].sum()
    title = f"Most interviews took place in one kind of setting: {totals.idxmax().lower()}"
    if totals.max() <= totals.sum() / 2:
        title = f"No setting holds most interviews; the commonest is {totals.idxmax().lower()}"
    return display.Figure(
        display.charts.bars(
            frame, label="setting", value="interviews", group="borough", x_label="Interviews", percent=False
        ),
        name="interviews-by-setting",
        title=title,
        alt=f"Bars of interviews by setting, boroughs side by side. {title}.",
        caption="[c] marks small counts and a second count blanked to guard them. Setting bears on what is said.",
        source=INTERVIEWS,
        n=results.log.interviews,
        data=frame,
        standing=inputs.standing("interviews"),
    )


def settings_table(inputs: Inputs, results: Results) -> display.Table:
    """Return interviews by borough and setting."""
    return display.Table(
        _settings(results),
        name="interviews-by-setting-table",
        title=f"{results.log.interviews} interviews by borough and setting",
        caption=f"Findings rest on {results.analysed} of the council's own {results.log.own_interviews} interviews; "
        f"{results.without_consent} left out for want of consent to analysis.",
        source=INTERVIEWS,
        n=results.log.interviews,
        standing=inputs.standing("interviews"),
        formats={"interviews": "{:.0f}"},
    )


def themes_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the share of interviews that raised each theme."""
    frame = results.themes[results.themes["group"] != "topic"]
    first = ", ".join(label.lower() for label in frame["label"].head(3))
    title = f"Raised most often without prompting: {first}"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="label",
            estimate="of_all",
            lower="lower",
            upper="upper",
            group="group",
            x_label="Share of interviews that raised it",
        ),
        name="themes-raised",
        title=title,
        alt=f"Dots with intervals, one row a need, early years and other needs told apart. {title}.",
        caption=f"Wilson limits. [c] marks small counts. Not raised does not mean not there. {PURPOSIVE}",
        source=CODINGS,
        n=results.analysed,
        data=frame[["label", "group", "raised", "of_all", "lower", "upper", "status"]],
        standing=inputs.standing("interviews", "codings"),
    )


def status_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the grid of themes by status."""
    wide = results.themes
    frame = wide.melt(
        id_vars=["label"], value_vars=[RAISED, PROMPTED, NOT_COVERED], var_name="status_of_theme", value_name="count"
    )
    frame["status_of_theme"] = frame["status_of_theme"].map(_words)
    quiet = wide.loc[wide[NOT_COVERED] > results.analysed / 2]
    title = f"{len(quiet)} of {len(wide)} themes did not come up in most interviews"
    return display.Figure(
        display.charts.heatmap(
            frame, row="label", column="status_of_theme", value="count", value_label="Interviews", percent=False
        ),
        name="themes-by-status",
        title=title,
        alt=f"Grid of {len(wide)} themes by raised, prompted and not covered, shaded by interviews. {title}.",
        caption="[c] marks small counts and a second count blanked to guard them.",
        source=CODINGS,
        n=results.analysed,
        data=frame,
        standing=inputs.standing("interviews", "codings"),
    )


def themes_table(inputs: Inputs, results: Results) -> display.Table:
    """Return counts and both shares by theme."""
    return display.Table(
        results.themes.drop(columns="theme"),
        name="themes",
        title="Themes by how they came up",
        caption="Of all: raised among all interviews, with Wilson limits. Of covered: raised among those in which the "
        "theme came up.",
        source=CODINGS,
        n=results.analysed,
        standing=inputs.standing("interviews", "codings"),
        formats={"raised": "{:.0f}", "prompted": "{:.0f}", "not_covered": "{:.0f}"}
        | dict.fromkeys(("of_all", "lower", "upper", "of_covered"), "{:.0%}"),
    )


def coverage_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the share of interviews that covered each topic of the framework."""
    frame = results.coverage.assign(topic=results.coverage["topic"].map(_words))
    least = frame.dropna(subset=["share"])
    title = (
        f"{least.iloc[-1]['topic']} was covered least of the framework's topics" if len(least) else "Counts too small"
    )
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="topic",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share of interviews that covered it",
        ),
        name="framework-coverage",
        title=title,
        alt=f"Dots with intervals, one row a topic of the research framework. {title}.",
        caption="A topic counts as covered if any of its themes was raised or prompted. [c] marks small counts.",
        source=CODINGS,
        n=results.analysed,
        data=frame,
        standing=inputs.standing("interviews", "codings"),
    )


def coverage_table(inputs: Inputs, results: Results) -> display.Table:
    """Return coverage by topic of the framework."""
    return display.Table(
        results.coverage.assign(topic=results.coverage["topic"].map(_words)),
        name="framework-coverage-table",
        title="Topics of the research framework and how many interviews covered them",
        caption="Open interviews follow the family, so gaps are to be expected.",
        source=CODINGS,
        n=results.analysed,
        standing=inputs.standing("interviews", "codings"),
        formats={"covered": "{:.0f}"} | dict.fromkeys(("share", "lower", "upper"), "{:.0%}"),
    )


def statements_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return the shares of interviews that say what the claims say."""
    frame = results.statements
    standing = inputs.standing("interviews", "codings")
    if frame.empty:
        return display.note("No interview speaks of reliance, sources, satisfaction or other places.", standing)
    most = int((frame["lower"] > HALF).sum())
    title = f"{most} of {len(frame)} statements are those of most families who speak of them"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="statement",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share",
            reference=HALF,
        ),
        name="statements",
        title=title,
        alt=f"Dots with intervals, one row a statement, a dashed line at one half. {title}.",
        caption=f"Each share has its own base, named in the table. Wilson limits. [c] marks small counts. {PURPOSIVE}",
        source=CODINGS,
        n=results.analysed,
        data=frame,
        standing=standing,
    )


def statements_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return the statements with their bases."""
    standing = inputs.standing("interviews", "codings")
    if results.statements.empty:
        return display.note("No statement to show.", standing)
    return display.Table(
        results.statements,
        name="statements-table",
        title="What families said of services and places",
        caption="Blank where either side of a share is a small count.",
        source=CODINGS,
        n=results.analysed,
        standing=standing,
        formats={"said": "{:.0f}", "of": "{:.0f}"} | dict.fromkeys(("share", "lower", "upper"), "{:.0%}"),
    )


def together_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return how far the needs raised most often go together."""
    pairs = results.together
    standing = inputs.standing("interviews", "codings")
    names = list(dict.fromkeys([*pairs["first"], *pairs["second"]]))[:SHOWN_TOGETHER]
    chosen = pairs[pairs["first"].isin(names) & pairs["second"].isin(names)]
    if chosen["jaccard"].notna().sum() == 0:
        return display.note("Every pair of needs holds a small count; no picture is shown.", standing)
    mirrored = chosen.rename(columns={"first": "second", "second": "first"})
    own = pd.DataFrame({"first": names, "second": names, "jaccard": 1.0})
    cells = pd.concat([chosen, mirrored, own], ignore_index=True)[["first", "second", "jaccard"]]
    order = {name: place for place, name in enumerate(names)}
    cells = cells.sort_values(["first", "second"], key=lambda column: column.map(order), ignore_index=True)
    closest = chosen.loc[chosen["jaccard"].idxmax()]
    title = f"Raised together most often: {closest['first'].lower()} and {closest['second'].lower()}"
    return display.Figure(
        display.charts.heatmap(cells, row="first", column="second", value="jaccard", value_label="Jaccard's index"),
        name="themes-together",
        title=title,
        alt=f"Square grid of {len(names)} needs, shaded by how often two are raised together. {title}.",
        caption="Interviews that raised both, of those that raised either. [c]: one cell of the pair is small.",
        source=CODINGS,
        n=results.analysed,
        data=cells,
        standing=standing,
    )


def together_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the pairs of needs that may be shown, closest first."""
    frame = results.together.dropna(subset=["jaccard"]).sort_values("jaccard", ascending=False).head(10)
    hidden = int((results.together["status"] != "").sum())
    return display.Table(
        frame.drop(columns="status") if len(frame) else results.together.head(1),
        name="themes-together-table",
        title="Pairs of needs that go together most",
        caption=f"{hidden} of {len(results.together)} pairs are blanked for small counts. Description only, no test.",
        source=CODINGS,
        n=results.analysed,
        standing=inputs.standing("interviews", "codings"),
        formats={"both": "{:.0f}", "jaccard": "{:.0%}"},
    )


def staff_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return staff's issues in staff's order with the share of interviews that raised each."""
    frame = results.staff_and_families
    shown = frame.dropna(subset=["families_rank"])
    if shown.empty:
        return display.note("No staff list, or no count that may be shown; nothing to compare.", inputs.standing())
    last = shown["staff_rank"] > frame["staff_rank"].median()
    first = shown.nsmallest(FIRST, "families_rank")
    title = f"{int(last[first.index].sum())} of the {len(first)} issues families raise most are in staff's lower half"
    frame = frame.assign(
        issue=[f"{rank}. {label}" for rank, label in zip(frame["staff_rank"], frame["label"], strict=True)]
    )
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="issue",
            estimate="of_all",
            lower="lower",
            upper="upper",
            x_label="Share of interviews that raised it",
        ),
        name="staff-against-families",
        title=title,
        alt=f"Dots with intervals, {len(frame)} issues in the order in which staff put them, first on top. {title}.",
        caption="Numbers are staff's ranks, 1 first. Wilson limits. [c] marks small counts.",
        source="Practitioner workshop; codings of the interviews",
        n=results.analysed,
        data=frame[["issue", "staff_rank", "families_rank", "of_all", "lower", "upper"]],
        standing=inputs.standing("interviews", "codings", "workshop_actions"),
    )


def staff_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return staff's and families' ranks as a table."""
    if results.staff_and_families.empty:
        return display.note("No list of the staff's issues was supplied.", inputs.standing())
    return display.Table(
        results.staff_and_families.drop(columns="theme"),
        name="staff-against-families-table",
        title="Issues by staff's rank and by families' rank",
        caption="Blank: small count.",
        source="Practitioner workshop; codings of the interviews",
        n=results.analysed,
        standing=inputs.standing("interviews", "codings", "workshop_actions"),
        formats={"families_rank": "{:.0f}", "raised": "{:.0f}"} | dict.fromkeys(("of_all", "lower", "upper"), "{:.0%}"),
    )


def consent_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return the share whose words may be shared, by when consent was asked."""
    frame = results.consent
    if frame["share"].notna().sum() == 0:
        return display.note("No consent register, or counts too small to show.", inputs.standing())
    shares = frame.set_index("asked")["share"]
    words = ", ".join(f"{share:.0%} {asked}" for asked, share in shares.dropna().items())
    title = f"Words may be shared where consent was asked: {words}"
    return display.Figure(
        display.charts.dot_interval(
            frame, label="asked", estimate="share", lower="lower", upper="upper", x_label="Share that may be shared"
        ),
        name="consent-by-time",
        title=title,
        alt=f"Two dots with intervals, consent asked at the outset and later. {title}.",
        caption="Outset: consent to analysis on the day of the interview or before. [c] marks small counts.",
        source="Consent register",
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
        source="Consent register",
        n=results.analysed,
        standing=inputs.standing("interviews", "consent"),
        formats={"interviews": "{:.0f}", "may_be_shared": "{:.0f}"}
        | dict.fromkeys(("share", "lower", "upper"), "{:.0%}"),
    )


def quotes_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return quotes whose public use was agreed to and not withdrawn."""
    if results.quotes.empty:
        return display.note(
            "No quote may be shown: none supplied, or none with consent to public use.", inputs.standing()
        )
    return display.Table(
        results.quotes,
        name="quotes",
        title=f"{len(results.quotes)} quotes with standing consent to public use",
        caption=f"{results.quotes_withheld} withheld: no consent, consent withdrawn, another borough, or words that "
        "look like personal data. No name, ward or role stands beside a quote.",
        source="Quotes and consent register",
        n=len(results.quotes),
        standing=inputs.standing("quotes", "consent"),
    )
