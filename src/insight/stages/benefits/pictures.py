"""Pictures and tables of the benefits stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from insight import display
from insight.privacy.loading import Inputs
from insight.sources.standing import PUBLISHED, SUPPLIED, Standing
from insight.stages.benefits import sums
from insight.stages.benefits.analysis import Results
from insight.stages.benefits.schemes import IDENTIFIABLE, NO_SPLIT

if TYPE_CHECKING:
    from insight.display.standard import Note

    Shown = display.Figure | Note
    Listed = display.Table | Note

SYMBOLS = {
    "reproduces": "R",
    "bound satisfied": "B",
    "consistent within rounding": "W",
    "inconsistent in source": "I",
    "not comparable": "C",
    "not computable": "-",
}
POUNDS = "{:,.0f}"
ASSUMED = "Attribution, agency shares and years of prices are assumptions of the params file, not of the print."


def _money_standing(results: Results) -> Standing:
    return PUBLISHED if results.is_from_print else SUPPLIED


def _source(results: Results) -> str:
    return "Ledger of printed figures; params file" if results.is_from_print else "Params file"


def sums_picture(inputs: Inputs, results: Results) -> Shown:  # noqa: ARG001 - one call for all pictures
    """Return the scorecard of the printed sums."""
    if results.sums.empty:
        return display.note("This council has no ledger of printed figures, so no sums to recompute.", PUBLISHED)
    cells = sums.scorecard(results.sums, results.readings)
    counts = results.sums["verdict"].value_counts()
    title = f"{counts.get('reproduces', 0)} of {len(results.sums)} printed sums reproduce as printed"
    words = ", ".join(f"{name} {count}" for name, count in counts.items())
    return display.Figure(
        display.charts.matrix(cells, row="measure", column="reading", value="verdict", symbols=SYMBOLS),
        name="sums-scorecard",
        title=title,
        alt=f"Grid of {len(results.sums)} printed sums by reading. As printed: {words}.",
        caption="R reproduces, B meets its bound, W within rounding, I inconsistent, C counts different things, "
        "- a part is not printed. One part exact: the verdict if the part that suits the sum least were exact.",
        source="Ledger of printed figures",
        n=len(results.sums),
        data=cells,
        standing=PUBLISHED,
    )


def sums_table(inputs: Inputs, results: Results) -> Listed:  # noqa: ARG001 - one call for all tables
    """Return every printed sum with the verdict and why."""
    if results.sums.empty:
        return display.note("This council has no ledger of printed figures, so no sums to recompute.", PUBLISHED)
    return display.Table(
        results.sums,
        name="sums",
        title="Printed sums, what their parts give, and why the verdict",
        caption="Recomputed from other printed figures alone; limits follow from how each figure is rounded.",
        source="Ledger of printed figures",
        n=len(results.sums),
        standing=PUBLISHED,
    )


def readings_table(inputs: Inputs, results: Results) -> Listed:  # noqa: ARG001 - one call for all tables
    """Return the verdict of each sum if one of its parts were exact."""
    if results.readings.empty:
        return display.note("No printed sum has a rounded part to read in two ways.", PUBLISHED)
    turned = results.readings["verdict_as_printed"] != results.readings["verdict_if_the_part_is_exact"]
    return display.Table(
        results.readings,
        name="readings",
        title=f"Reading a part as exact changes {int(turned.sum())} of {len(turned)} verdicts",
        caption="A sum that holds only because a part is rounded says nothing about the exact part.",
        source="Ledger of printed figures",
        n=len(results.readings),
        standing=PUBLISHED,
    )


def value_picture(inputs: Inputs, results: Results) -> Shown:  # noqa: ARG001 - one call for all pictures
    """Return the present value of gross benefit by scheme."""
    known = results.schemes[results.schemes["standing"] == IDENTIFIABLE]
    if known.empty:
        return display.note("No scheme's present value is identifiable: see what is not known of each.", SUPPLIED)
    known = known.sort_values("present_value_gbp", ascending=False, ignore_index=True)
    first = known.iloc[0]
    title = (
        f"{first['scheme']}: the largest gross benefit, {first['present_value_gbp']:,.0f} pounds "
        f"({first['lower_gbp']:,.0f} to {first['upper_gbp']:,.0f}) on the stated assumptions"
    )
    hidden = len(results.schemes) - len(known)
    values = "; ".join(f"{row.scheme} {row.present_value_gbp:,.0f}" for row in known.itertuples())
    return display.Figure(
        display.charts.dot_interval(
            known,
            label="scheme",
            estimate="present_value_gbp",
            lower="lower_gbp",
            upper="upper_gbp",
            x_label="Present value of gross benefit, pounds",
            percent=False,
        ),
        name="present-value",
        title=title,
        alt=f"Dots with intervals of present value by scheme, pounds: {values}. {hidden} not identifiable.",
        caption=f"Gross of cost; 95 per cent of simulated values. {hidden} of {len(results.schemes)} schemes are not "
        f"identifiable and have no dot. {ASSUMED}",
        source=_source(results),
        n=len(known),
        data=known[["scheme", "present_value_gbp", "lower_gbp", "upper_gbp"]],
        standing=_money_standing(results),
    )


def schemes_table(inputs: Inputs, results: Results) -> Listed:  # noqa: ARG001 - one call for all tables
    """Return schemes with what is known, present value, and break-even cost."""
    if results.schemes.empty:
        return display.note("The params file declares no scheme.", SUPPLIED)
    unknown = int((results.schemes["standing"] != IDENTIFIABLE).sum())
    net = int(results.schemes["net_present_value_gbp"].notna().sum())
    return display.Table(
        results.schemes,
        name="schemes",
        title=f"Not identifiable: {unknown} of {len(results.schemes)} schemes; with a net present value: {net}",
        caption=f"Empty where it cannot be known. {ASSUMED}",
        source=_source(results),
        n=len(results.schemes),
        standing=_money_standing(results),
        formats={column: POUNDS for column in results.schemes.columns if column.endswith("_gbp")}
        | {"attribution": "{:.0%}", "quantity": POUNDS, "horizon_years": POUNDS},
    )


def agencies_picture(inputs: Inputs, results: Results) -> Shown:  # noqa: ARG001 - one call for all pictures
    """Return the agencies' parts of each scheme's benefit."""
    if results.agencies.empty:
        return display.note("No scheme's present value is identifiable, so nothing to split.", SUPPLIED)
    frame = results.agencies.assign(bar=results.agencies["agency"] + ": " + results.agencies["scheme"])
    frame = frame.sort_values("present_value_gbp", ascending=False, ignore_index=True)
    split = frame[frame["agency"] != NO_SPLIT]
    unsplit = len(frame) - len(split)
    gains = "; ".join(f"{row.agency} {row.present_value_gbp:,.0f} pounds" for row in split.itertuples())
    title = f"Agencies' parts: {gains or 'none known'}; {unsplit} schemes have no known split"
    return display.Figure(
        display.charts.bars(
            frame,
            label="bar",
            value="present_value_gbp",
            x_label="Present value of gross benefit, pounds",
            percent=False,
            lower="lower_gbp",
            upper="upper_gbp",
        ),
        name="agencies",
        title=title,
        alt=f"Bars of pounds by agency within scheme, largest first: {'; '.join(frame['bar'])}.",
        caption=f"Parts add to the scheme's value, never across schemes. {ASSUMED}",
        source=_source(results),
        n=len(frame),
        data=frame[["scheme", "agency", "share", "present_value_gbp", "lower_gbp", "upper_gbp"]],
        standing=_money_standing(results),
    )


def agencies_table(inputs: Inputs, results: Results) -> Listed:  # noqa: ARG001 - one call for all tables
    """Return the agencies' parts as a table."""
    if results.agencies.empty:
        return display.note("No scheme's present value is identifiable, so nothing to split.", SUPPLIED)
    return display.Table(
        results.agencies,
        name="agencies-table",
        title="Who would gain, scheme by scheme",
        caption=f"Shares of a scheme add to one. {ASSUMED}",
        source=_source(results),
        n=len(results.agencies),
        standing=_money_standing(results),
        formats={"share": "{:.0%}", "present_value_gbp": POUNDS, "lower_gbp": POUNDS, "upper_gbp": POUNDS},
    )


def _largest(results: Results) -> pd.DataFrame:
    frame = results.sensitivity
    return frame if frame.empty else frame[frame["scheme"] == frame.iloc[0]["scheme"]]


def sensitivity_picture(inputs: Inputs, results: Results) -> Shown:  # noqa: ARG001 - one call for all pictures
    """Return the tornado of the scheme with the largest benefit."""
    frame = _largest(results)
    if frame.empty:
        return display.note("No assumption of an identifiable scheme has a range.", SUPPLIED)
    first = frame.iloc[0]
    title = f"{first['assumption']} moves {first['scheme']} most, by {first['swing_gbp']:,.0f} pounds"
    return display.Figure(
        display.charts.tornado(
            frame,
            label="assumption",
            low="low_gbp",
            high="high_gbp",
            centre=float(first["central_gbp"]),
            x_label="Present value of gross benefit, pounds",
        ),
        name="sensitivity",
        title=title,
        alt=f"Bars around {first['central_gbp']:,.0f} pounds, widest first: {'; '.join(frame['assumption'])}.",
        caption=f"One assumption at a time, the others at their central values. {ASSUMED}",
        source=_source(results),
        n=len(frame),
        data=frame[["assumption", "low", "high", "low_gbp", "high_gbp"]],
        standing=_money_standing(results),
    )


def sensitivity_table(inputs: Inputs, results: Results) -> Listed:  # noqa: ARG001 - one call for all tables
    """Return the swings of all schemes."""
    if results.sensitivity.empty:
        return display.note("No assumption of an identifiable scheme has a range.", SUPPLIED)
    return display.Table(
        results.sensitivity.drop(columns="central_gbp"),
        name="sensitivity-table",
        title="What each assumption does to each scheme",
        caption=f"One assumption at a time. {ASSUMED}",
        source=_source(results),
        n=len(results.sensitivity),
        standing=_money_standing(results),
        formats=dict.fromkeys(("low_gbp", "high_gbp", "swing_gbp"), POUNDS),
    )


def horizons_table(inputs: Inputs, results: Results) -> Listed:  # noqa: ARG001 - one call for all tables
    """Return what each benefit would be worth if it lasted."""
    if results.horizons.empty:
        return display.note("No scheme's present value is identifiable at any horizon.", SUPPLIED)
    return display.Table(
        results.horizons,
        name="horizons",
        title="What the benefit would be worth if it lasted so many years",
        caption="Questions, not results: nobody has stated how long the benefits last.",
        source=_source(results),
        n=len(results.horizons),
        standing=_money_standing(results),
        formats=dict.fromkeys(("present_value_gbp", "lower_gbp", "upper_gbp"), POUNDS),
    )


def lifetimes_table(inputs: Inputs, results: Results) -> Listed:  # noqa: ARG001 - one call for all tables
    """Return yearly against lifetime values."""
    if results.lifetimes.empty:
        return display.note("No lifetime value is printed beside a yearly one.", PUBLISHED)
    reached = int(results.lifetimes["is_ever_reached_discounted"].sum())
    return display.Table(
        results.lifetimes,
        name="lifetimes",
        title=f"Discounted, the yearly value reaches {reached} of {len(results.lifetimes)} printed lifetime values",
        caption="Years needed without discounting, and the sum with it over the longest life in the params file.",
        source="Ledger of printed figures; discount rates",
        n=len(results.lifetimes),
        standing=PUBLISHED,
        formats=dict.fromkeys(("years_undiscounted", "fewest_years", "most_years"), "{:.1f}")
        | dict.fromkeys(("printed_gbp", "discounted_over_the_longest_life_gbp"), POUNDS),
    )


def totals_table(inputs: Inputs, results: Results) -> Listed:  # noqa: ARG001 - one call for all tables
    """Return what may be added, and what is refused."""
    if results.totals.empty:
        return display.note("No scheme's present value is identifiable, so nothing to add.", SUPPLIED)
    refused = bool(results.totals["present_value_gbp"].isna().any())
    return display.Table(
        results.totals,
        name="totals",
        title="A total of all schemes is refused" if refused else "A total of all schemes, overlaps taken off",
        caption=ASSUMED,
        source=_source(results),
        n=len(results.totals),
        standing=_money_standing(results),
        formats=dict.fromkeys(("present_value_gbp", "lower_gbp", "upper_gbp"), POUNDS),
    )


def feedback_picture(inputs: Inputs, results: Results) -> Shown:
    """Return shares of positive feedback by topic."""
    if results.voices.empty:
        return display.note("No feedback was supplied.", SUPPLIED)
    frame = results.voices.assign(
        label=results.voices["kind"].map({"parent": "Parents", "staff": "Staff"})
        + ": "
        + results.voices["topic"].str.replace("_", " ")
    )
    above = int((frame["lower"] > 1 / 2).sum())
    title = f"More than half are positive on {above} of {len(frame)} topics, beyond chance"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="label",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share positive",
            reference=1 / 2,
        ),
        name="feedback",
        title=title,
        alt=f"Dots with intervals of the share positive, against a line at one half: {'; '.join(frame['label'])}.",
        caption="Wilson intervals of 95 per cent; [c] marks small numbers. Not everybody who was visited answered.",
        source="Feedback of parents and staff",
        n=int(frame["asked"].sum()),
        data=frame[["label", "positive", "asked", "share", "lower", "upper", "status"]],
        standing=inputs.standing("feedback"),
    )


def helped_table(inputs: Inputs, results: Results) -> Listed:
    """Return parents helped by their circumstances."""
    if results.helped.empty:
        return display.note("No feedback of parents was supplied.", SUPPLIED)
    return display.Table(
        results.helped,
        name="helped",
        title="Parents positive on every topic about help, by their circumstances",
        caption="Wilson intervals of 95 per cent. The two splits cut the same parents.",
        source="Feedback of parents",
        n=int(results.helped["asked"].sum()),
        standing=inputs.standing("feedback"),
        formats=dict.fromkeys(("share", "lower", "upper"), "{:.0%}"),
    )


def joint_working_table(inputs: Inputs, results: Results) -> Listed:
    """Return the share of referrals between health and children's centres, before and after."""
    if results.joint_working.empty:
        return display.note("No referrals were supplied.", SUPPLIED)
    return display.Table(
        results.joint_working,
        name="joint-working",
        title="Referrals that run between health and children's centres",
        caption="Wilson intervals of 95 per cent. A change after the start is not yet an effect of the pilot.",
        source="Referrals between agencies",
        n=int(results.joint_working["referrals"].sum()),
        standing=inputs.standing("referrals"),
        formats=dict.fromkeys(("share", "lower", "upper"), "{:.0%}"),
    )
