"""Life expectancy, mortality and their gradient."""

from __future__ import annotations

from insight import display
from insight.privacy.loading import Inputs
from insight.stages.profiling.analysis import Results
from insight.stages.profiling.declaration import Params
from insight.stages.profiling.pictures.common import SOURCE, Shown, nothing, standing
from insight.stages.profiling.tables import named, names_of

NO_LIFE = "no life expectancy among the indicators"


def life_picture(inputs: Inputs, results: Results, params: Params) -> Shown:
    """Return gaps in life expectancy to the nation, focus wards and borough."""
    rows = results.life_expectancy
    frame = rows[rows["area"].isin(params.focus_wards) | (rows["level"] == "borough")].dropna(subset=["gap"])
    if frame.empty:
        return nothing(inputs, f"{NO_LIFE} with limits, of these wards and of {params.nation}", "indicators")
    worst = frame.sort_values("gap").iloc[0]
    nation = named(params.nation, names_of(inputs))
    title = f"Widest gap to {nation}: {worst['name']}, {worst['sex']}, {abs(worst['gap']):.1f} years"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="name",
            estimate="gap",
            lower="gap_lower",
            upper="gap_upper",
            x_label=f"Years of life expectancy, minus {nation}",
            group="sex",
            reference=0.0,
            percent=False,
        ),
        name="life-expectancy",
        title=title,
        alt=f"Dots with 95 % intervals by area and sex; the dashed line is {nation}. {title}.",
        caption="Limits of the difference from the limits of its two parts (MOVER).",
        source=SOURCE,
        n=len(frame),
        data=frame[["name", "sex", "years", "gap", "gap_lower", "gap_upper"]],
        standing=standing(inputs, "indicators"),
    )


def life_table(inputs: Inputs, results: Results) -> Shown:
    """Return life expectancy of all wards by sex."""
    if results.life_expectancy.empty:
        return nothing(inputs, NO_LIFE, "indicators")
    frame = results.life_expectancy.drop(columns=["area", "level"])
    return display.Table(
        frame,
        name="life-expectancy-table",
        title="Life expectancy at birth and gap to the nation",
        caption="Years, with 95 % limits.",
        source=SOURCE,
        n=len(frame),
        standing=standing(inputs, "indicators"),
        formats=dict.fromkeys(["years", "lower", "upper", "gap", "gap_lower", "gap_upper"], "{:.1f}"),
    )


def computed_life_picture(inputs: Inputs, results: Results, params: Params) -> Shown:
    """Return life expectancy as computed from deaths and residents: focus wards, borough, nation."""
    rows = results.life_computed
    frame = rows[(rows["status"] == "") & (rows["area"].isin(params.focus_wards) | (rows["level"] != "ward"))]
    slope = results.inequality.dropna(subset=["slope"])
    if frame.empty:
        return nothing(inputs, "deaths and residents by age and sex were not supplied", "lookup")
    words = ", ".join(
        f"{row.sex} {row.slope:.1f} years ({row.lower:.1f} to {row.upper:.1f})" for row in slope.itertuples()
    )
    title = f"Least deprived minus most deprived end of the borough: {words or 'not computable'}"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="name",
            estimate="years",
            lower="lower",
            upper="upper",
            x_label="Life expectancy at birth, years",
            group="sex",
            percent=False,
        ),
        name="life-expectancy-computed",
        title=title,
        alt=f"Dots with 95 % intervals by area and sex. Slope index of inequality over wards: {words}.",
        caption="Chiang's second method, limits after Silcocks; slope index of inequality over wards by deprivation. "
        "The index's limits leave out the scatter of wards about its line.",
        source="Deaths and residents by age and sex",
        n=int(frame["deaths"].sum()),
        data=frame[["name", "sex", "period", "deaths", "person_years", "years", "lower", "upper"]],
        standing=standing(inputs, "deaths", "population"),
    )


def computed_life_table(inputs: Inputs, results: Results) -> Shown:
    """Return life expectancy of all areas as computed, or why it cannot be, and the value supplied beside it."""
    frame = results.life_computed
    if frame.empty:
        return nothing(inputs, "deaths and residents by age and sex were not supplied", "lookup")
    given = results.life_expectancy[["area", "sex", "years"]].rename(columns={"years": "supplied"})
    frame = frame.merge(given, on=["area", "sex"], how="left")
    both = frame.dropna(subset=["years", "supplied"])
    held = int(both["supplied"].between(both["lower"], both["upper"]).sum())
    return display.Table(
        frame.drop(columns=["area", "level"]),
        name="life-expectancy-computed-table",
        title=f"Computed limits hold the supplied life expectancy in {held} of {len(both)} areas",
        caption="Years. At least 5,000 person-years and a death in the last band are asked for; else the note says why "
        "nothing is computed.",
        source="Deaths and residents by age and sex; indicators",
        n=int(frame["deaths"].sum()),
        standing=standing(inputs, "deaths", "population", "indicators"),
        formats=dict.fromkeys(["years", "lower", "upper", "supplied"], "{:.1f}"),
    )


def mortality_table(inputs: Inputs, results: Results) -> Shown:
    """Return standardised mortality of wards, borough and nation."""
    frame = results.mortality
    if frame.empty:
        return nothing(inputs, "deaths and residents by age and sex were not supplied", "lookup")
    wards = frame[(frame["level"] == "ward") & (frame["status"] == "")]
    young = wards[wards["measure"] != "all ages"].sort_values("rate")
    title = "Mortality by ward, standardised for age"
    if len(young):
        low, high = young.iloc[0], young.iloc[-1]
        span = f"from {low['rate']:.0f} ({low['name']}) to {high['rate']:.0f} ({high['name']})"
        title = f"Mortality {high['measure']}: {span}"
    return display.Table(
        frame.drop(columns=["area", "level"]),
        name="mortality",
        title=title,
        caption="Deaths a hundred thousand person-years, both sexes, directly standardised to the European Standard "
        "Population 2013; Dobson limits. Not computed below ten deaths.",
        source="Deaths and residents by age and sex; European Standard Population 2013 (Eurostat)",
        n=int(frame["deaths"].sum()),
        standing=standing(inputs, "deaths", "population"),
        formats=dict.fromkeys(["rate", "lower", "upper"], "{:.0f}"),
    )
