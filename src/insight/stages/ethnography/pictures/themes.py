"""Pictures of themes: raised, tri-state, statements, together, saturation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight import display
from insight.display.standard import Note
from insight.privacy.disclosure import CONFIDENTIAL, STATUS
from insight.privacy.loading import Inputs
from insight.stages.ethnography.analysis import Results
from insight.stages.ethnography.coding import NOT_COVERED, PROMPTED, RAISED
from insight.stages.ethnography.pictures.shared import CODINGS, COUNTED, MARKED, words

SHOWN_TOGETHER = 8
HALF = 0.5


def themes_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return how many interviews raised each need."""
    frame = results.themes[results.themes["group"] != "topic"]
    first = ", ".join(label.lower() for label in frame["label"].head(3))
    title = f"Raised most often without prompting: {first}"
    return display.Figure(
        display.charts.bars(
            frame, label="label", value=RAISED, group="group", x_label="Interviews that raised it", percent=False
        ),
        name="themes-raised",
        title=title,
        alt=f"Bars of interviews, one row a need, early years and other needs told apart. {title}.",
        caption=f"{COUNTED} {MARKED} Not raised does not mean not there.",
        source=CODINGS,
        n=results.analysed,
        data=frame[["label", "group", RAISED, "of_all", "of_covered", "of_covered_status", "status"]],
        standing=inputs.standing("interviews", "codings"),
    )


def status_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return themes by how they came up, each bar all interviews."""
    wide = results.themes
    frame = wide.melt(id_vars=["label"], value_vars=[RAISED, PROMPTED, NOT_COVERED], var_name="how", value_name="count")
    frame["how"] = frame["how"].map(words)
    frame[STATUS] = np.where(frame["count"].isna(), CONFIDENTIAL, "")
    quiet = wide.loc[wide[NOT_COVERED] > results.analysed / 2]
    title = f"{len(quiet)} of {len(wide)} themes did not come up in most interviews"
    return display.Figure(
        display.charts.stacked(
            frame, label="label", value="count", group="how", total=results.analysed, x_label="Interviews"
        ),
        name="themes-by-status",
        title=title,
        alt=f"Bars of {results.analysed} interviews for each of {len(wide)} themes, parted into raised, prompted and "
        f"not covered. {title}.",
        caption=f"{MARKED} The matrix of single interviews is written at level restricted: a row of it is a person.",
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
        caption="Of all: raised among all interviews. Of covered: raised among those in which the theme came up. "
        f"{COUNTED}",
        source=CODINGS,
        n=results.analysed,
        standing=inputs.standing("interviews", "codings"),
        formats=dict.fromkeys((RAISED, PROMPTED, NOT_COVERED), "{:.0f}")
        | dict.fromkeys(("of_all", "of_covered"), "{:.0%}"),
    )


def statements_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return the shares of interviews that say what the claims say."""
    frame = results.statements
    standing = inputs.standing("interviews", "codings")
    if frame.empty:
        return display.note("No interview speaks of reliance, sources, satisfaction or other places.", standing)
    most = int((frame["share"] > HALF).sum())
    title = f"{most} of {len(frame)} statements are those of most families who speak of them"
    return display.Figure(
        display.charts.bars(frame, label="statement", value="share", x_label="Share of its base"),
        name="statements",
        title=title,
        alt=f"Bars of shares, one row a statement. {title}.",
        caption=f"Each share has its own base, named in the table. {COUNTED} {MARKED}",
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
        formats={"said": "{:.0f}", "of": "{:.0f}", "share": "{:.0%}"},
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
    own = pd.DataFrame({"first": names, "second": names, "jaccard": 1.0, STATUS: ""})
    cells = pd.concat([chosen, mirrored, own], ignore_index=True)[["first", "second", "jaccard", STATUS]]
    order = {name: place for place, name in enumerate(names)}
    cells = cells.sort_values(["first", "second"], key=lambda column: column.map(order), ignore_index=True)
    closest = chosen.loc[chosen["jaccard"].idxmax()]
    title = f"Raised together most often: {closest['first'].lower()} and {closest['second'].lower()}"
    return display.Figure(
        display.charts.heatmap(cells, row="first", column="second", value="jaccard", value_label="Jaccard's index"),
        name="themes-together",
        title=title,
        alt=f"Square grid of {len(names)} needs, shaded by how often two are raised together. {title}.",
        caption="Interviews that raised both, of those that raised either. [c]: one cell of the pair is small, or "
        "fewer interviews than the least support raised both.",
        source=CODINGS,
        n=results.analysed,
        data=cells,
        standing=standing,
    )


def together_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return the pairs of needs that may be shown, closest first."""
    standing = inputs.standing("interviews", "codings")
    if results.together.empty:
        return display.note("No two needs were raised together by enough interviews.", standing)
    frame = results.together.dropna(subset=["jaccard"]).sort_values("jaccard", ascending=False).head(10)
    hidden = int((results.together["status"] != "").sum())
    return display.Table(
        frame.drop(columns="status") if len(frame) else results.together.head(1),
        name="themes-together-table",
        title="Pairs of needs that go together most",
        caption=f"{hidden} of {len(results.together)} pairs with support are blanked for small counts. Lift: both, "
        "over what the two counts alone would give. Description only, no test.",
        source=CODINGS,
        n=results.analysed,
        standing=standing,
        formats={"both": "{:.0f}", "jaccard": "{:.0%}", "lift": "{:.2f}"},
    )


def saturation_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return how many themes a number of interviews brings up."""
    frame = results.saturation
    standing = inputs.standing("interviews", "codings")
    if frame.empty:
        return display.note("Too few interviews for a curve.", standing)
    long = frame.melt(id_vars="interviews", var_name="curve", value_name="themes").replace(
        {"expected": "mean of all orders", "in_order": "in the order held"}
    )
    title = f"{results.enough_interviews} of {results.analysed} interviews would have raised nearly every theme"
    return display.Figure(
        display.charts.lines(
            long,
            x="interviews",
            y="themes",
            group="curve",
            x_label="Interviews",
            y_label="Themes raised",
            percent=False,
        ),
        name="saturation",
        title=title,
        alt=f"Two rising curves of themes raised against interviews, one the mean of all orders. {title}.",
        caption="Themes raised at least once without prompting, out of the fixed list. A flat end says that this list "
        "is exhausted among families like these, not that nothing else could be told.",
        source=CODINGS,
        n=results.analysed,
        data=long,
        standing=standing,
    )
