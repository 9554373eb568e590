"""Pictures and tables of the benefits stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from insight import display
from insight.privacy.loading import Inputs
from insight.sources.standing import PUBLISHED, SUPPLIED, Standing
from insight.stages.benefits.analysis import Results
from insight.stages.benefits.scheme_tables import IDENTIFIABLE
from insight.stages.benefits.schemes import NO_SPLIT

if TYPE_CHECKING:
    from insight.display.standard import Note

    Shown = display.Figure | Note
    Listed = display.Table | Note

POUNDS = "{:,.0f}"
ASSUMED = "Attribution, agency shares and years of prices are assumptions of the params file, not of the print."
NOBODY = "Each amount is a number of families times one value, never a sum of people's own: none makes up most of it."


def _money_standing(results: Results) -> Standing:
    return PUBLISHED if results.is_from_print else SUPPLIED


def _source(results: Results) -> str:
    return "Ledger of printed figures; params file" if results.is_from_print else "Params file"


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
        caption=f"Parts add to the scheme's value, never across schemes. {NOBODY} {ASSUMED}",
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


def overlaps_table(inputs: Inputs, results: Results) -> Listed:  # noqa: ARG001 - one call for all tables
    """Return the overlap of each pair of schemes, or that nobody has stated any."""
    frame = results.overlaps
    if frame.empty:
        return display.note("Fewer than two schemes have a value, so nothing can overlap.", SUPPLIED)
    open_ = int(frame["share_of_the_smaller"].isna().sum())
    title = f"{open_} of {len(frame)} pairs of schemes have no stated overlap" if open_ else "Every overlap is stated"
    return display.Table(
        frame,
        name="overlaps",
        title=title,
        caption="Share of the smaller benefit that both hold, from `overlaps` in the params. Benefits are added only "
        "where every pair has one.",
        source=_source(results),
        n=len(frame),
        standing=_money_standing(results),
        formats={"share_of_the_smaller": "{:.0%}", "taken_off_gbp": POUNDS},
    )
