"""Pictures and tables of who was due, which cohort can be counted, what the evidence can carry, and tied issues."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.stages.outcomes import due, tied
from insight.stages.outcomes.analysis import Results
from insight.stages.outcomes.declaration import Params
from insight.stages.outcomes.pictures import CHILDREN_SOURCE, PERCENT, SURE, absent
from insight.stages.outcomes.readiness import ABOVE, BELOW
from insight.stages.outcomes.shares import LIMITS

YEAR_DAYS = 365.25
OLDEST_YEARS = 6.0
ASSESSED = {"month": 6, "day": 15}
"""Day at which a summer's assessment is drawn."""
LEVEL_CAPTION = (
    "Scales: Maryland as used by the What Works Centre for Local Economic Growth; Nesta; Early Intervention "
    "Foundation; Magenta Book. Levels follow from what was supplied, not from what was found."
)


def uptake_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return children seen against children due, by engagement point."""
    frame = results.due.uptake
    known = frame.dropna(subset=["estimate"])
    if known.empty:
        return absent(inputs, "births by month of the years in which children fall due")
    most = known.loc[known["estimate"].idxmax()]
    title = f"Of children due {most['label']}, {most['estimate']:.0%} were seen, the most of {len(known)} points"
    return display.Figure(
        display.charts.dot_interval(
            known, label="label", estimate="estimate", lower="lower", upper="upper", x_label="Share of children due"
        ),
        name="uptake",
        title=title,
        alt=f"Dots with 95 % intervals of children seen among those due, {len(known)} points, youngest first. {title}.",
        caption="Due: births of the pilot wards by month, spread over the month, whose age passes the middle of the "
        "point's ages between the first and the last visit; in pregnancy the last half year before birth. Moves in and "
        "out are not counted. Wilson limits.",
        source="Checklists of engagement visits; births by ward and month",
        n=int(known["children_due"].sum()),
        data=frame,
        standing=inputs.standing("engagement_visits", "births"),
    )


def uptake_table(inputs: Inputs, results: Results) -> display.Table:
    """Return children seen and due; no share where births do not cover the point."""
    frame = results.due.uptake
    return display.Table(
        frame,
        name="uptake-table",
        title=f"Children seen and due by point; {int(frame['estimate'].notna().sum())} of {len(frame)} have a share",
        caption="x: births do not cover the months needed, or fewer are due than were seen. Visits and visitors to "
        "centres are counted differently and are never divided by each other.",
        source="Checklists of engagement visits; births by ward and month",
        n=results.visits.total,
        standing=inputs.standing("engagement_visits"),
        formats={**PERCENT, "children_due": "{:,.0f}"},
    )


def _cohort_rows(params: Params) -> pd.DataFrame:
    rows = []
    for words, year in (("before the pilot", params.before_year), ("after it", params.after_year)):
        born, until = due.cohort_births(year)
        rows.append(
            {
                "label": f"assessed in {year}, {words}",
                "born_from": born,
                "born_to": until,
                "assessed": pd.Timestamp(year=year, **ASSESSED),
            }
        )
    return pd.DataFrame(rows)


def _lexis_title(results: Results, params: Params) -> str:
    seen = results.due.counted_after
    hidden = results.due.cohorts
    known = hidden.loc[hidden["assessed_in"] == params.after_year, "children_seen"]
    if seen == 0:
        return f"No visited child belongs to the cohort counted in {params.after_year}"
    if known.isna().any():
        return f"Only a few visited children belong to the cohort counted in {params.after_year}"
    return f"{seen} visited children belong to the cohort counted in {params.after_year}"


def lexis_picture(inputs: Inputs, results: Results, params: Params) -> display.Figure:
    """Return birth cohorts over time with the engagement points and the assessment: who could be counted at all."""
    cohorts = _cohort_rows(params)
    points = pd.DataFrame(
        [
            {"label": point.label, "from_age": due.span(point)[0] / YEAR_DAYS, "to_age": due.span(point)[1] / YEAR_DAYS}
            for point in params.engagement_points
        ]
    )
    observed = (results.due.first, results.due.last)
    title = _lexis_title(results, params)
    return display.Figure(
        display.time_charts.lexis(cohorts, points, observed=observed, oldest=OLDEST_YEARS),
        name="lexis",
        title=title,
        alt=f"Diagonal bands of the children assessed in {params.before_year} and {params.after_year}; dark boxes for "
        f"{len(points)} engagement points between the first and the last visit. {title}.",
        caption="Each child's life runs up a diagonal. A box that a band crosses is a point at which children of that "
        "cohort could be seen; the thick line on a band is its assessment at the end of reception. Boxes that no band "
        "touches cannot have moved that cohort's result.",
        source="Ages of the points and years from the params; dates of visits",
        n=results.visits.total,
        data=results.due.windows,
        standing=inputs.standing("engagement_visits"),
    )


def cohorts_table(inputs: Inputs, results: Results, params: Params) -> display.Table:
    """Return visited children by the summer in which they are assessed."""
    return display.Table(
        results.due.cohorts,
        name="cohorts",
        title=_lexis_title(results, params),
        caption="Children whose recorded age fits their point. Only in these summers could visits move a result.",
        source="Checklists of engagement visits",
        n=results.visits.total,
        standing=inputs.standing("engagement_visits"),
    )


def levels_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the level of the evidence on four scales."""
    found = results.attainment.identified
    return display.Table(
        found.levels,
        name="evidence-levels",
        title=f"The pilot stands at Maryland level {found.levels['level'].iloc[0]}",
        caption=LEVEL_CAPTION,
        source="EYFS counts by school; published scales",
        n=len(found.levels),
        standing=inputs.standing("eyfs_counts"),
    )


def odds_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return odds ratios of the issues tied to falling below the level."""
    found = results.readiness
    if found is None or found.odds["estimate"].isna().all():
        return absent(inputs, "results of single children")
    frame = found.odds
    above, common = (int((frame[lower] > 1).sum()) for lower in ("lower", "stratified_lower"))
    title = (
        f"{above} of {len(frame)} tied issues have odds above those of other children, {common} within wards and years"
    )
    return display.Figure(
        display.charts.dot_interval(
            tied.both(frame),
            label="issue",
            estimate="estimate",
            lower="lower",
            upper="upper",
            group="ratio",
            reference=1.0,
            percent=False,
            is_log=True,
            x_label="Odds ratio (logarithmic)",
        ),
        name="odds",
        title=title,
        alt=f"Two dots with intervals for each of {len(frame)} issues, the crude odds ratio and the one common to "
        f"wards and years, against a line at 1. {title}.",
        caption=f"Odds of the issue {BELOW} over odds {ABOVE}: crude, and common to wards and years (Mantel-Haenszel). "
        "Limits hold together over all issues (Bonferroni). Association in records, not cause.",
        source=CHILDREN_SOURCE,
        n=found.children,
        data=frame,
        standing=inputs.standing("eyfs_children"),
    )


def odds_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return the numbers behind the odds ratios."""
    found = results.readiness
    if found is None:
        return absent(inputs, "results of single children")
    sure = int((found.odds["p_stratified_holm"] < SURE).sum())
    apart = int((found.odds["p_same_holm"] < SURE).sum())
    told = f"in {apart} wards or years differ" if apart else "no sign that wards or years differ"
    return display.Table(
        found.odds,
        name="odds-table",
        title=f"{sure} of {len(found.odds)} tied issues go with falling below the level within wards and years; {told}",
        caption="Crude: half a child is added to each cell (Gart), so that an empty one gives a finite ratio. "
        "Stratified by ward and year: Mantel-Haenszel with Robins-Breslow-Greenland limits, empty where strata give "
        "none. p_same: whether strata share the ratio (Breslow-Day with Tarone's correction); a large value is no "
        "proof that they do. Holm over the issues for each kind of p-value.",
        source=CHILDREN_SOURCE,
        n=found.children,
        standing=inputs.standing("eyfs_children"),
        formats=dict.fromkeys((*LIMITS, *tied.STRATIFIED), "{:.2f}")
        | dict.fromkeys((*tied.P_VALUES, *tied.P_VALUES.values()), "{:.3f}"),
    )


def feedback_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return how parents and staff spoke of each theme."""
    frame = results.voices.feedback
    if frame.empty:
        return absent(inputs, "feedback of parents and staff")
    good = frame[frame["tone"] == "positive"].assign(label=frame["kind"] + ": " + frame["theme"])
    known = good.dropna(subset=["estimate"])
    title = "Too few answers to tell of any theme"
    if len(known):
        most, least = known.loc[known["estimate"].idxmax()], known.loc[known["estimate"].idxmin()]
        title = (
            f"Most positive on {most['theme']} ({most['kind']}, {most['estimate']:.0%}), "
            f"least on {least['theme']} ({least['kind']}, {least['estimate']:.0%})"
        )
    return display.Figure(
        display.charts.dot_interval(
            good,
            label="label",
            estimate="estimate",
            lower="lower",
            upper="upper",
            group="kind",
            x_label="Share of people positive",
        ),
        name="feedback",
        title=title,
        alt=f"Dots with 95 % intervals of the share positive on {len(good)} themes, parents then staff. {title}.",
        caption="One entry a person and theme; Wilson limits. Those who answer may be those who liked it.",
        source="Feedback forms after visits; staff survey",
        n=results.voices.people,
        data=frame,
        standing=inputs.standing("feedback"),
    )


def directory_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return the 'green book': local services by need, in the order of print."""
    frame = results.voices.directory
    if frame.empty:
        return absent(inputs, "the directory of local services")
    return display.Table(
        frame,
        name="directory",
        title=f"{frame['service'].nunique()} local services for {frame['need'].nunique()} needs",
        caption="The printable pack of the visits: open to all first, then on referral. Not the Treasury's Green Book, "
        "which is about appraisal.",
        source="Directory of family services",
        n=len(frame),
        standing=inputs.standing("service_directory"),
    )


def coverage_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return needs raised against services listed."""
    frame = results.voices.coverage
    if frame.empty:
        return absent(inputs, "the directory of local services")
    gaps = frame.loc[frame["is_gap"], "need"].tolist()
    title = (
        f"{len(gaps)} needs have no service in the directory: {', '.join(gaps)}" if gaps else "Every need has a service"
    )
    return display.Table(
        frame.sort_values(["is_gap", "raised"], ascending=[False, False], ignore_index=True),
        name="coverage",
        title=title,
        caption="raised: times at visits and on needs sheets. A gap is a service that is missing, or one not listed.",
        source="Checklists; needs sheets; directory of family services",
        n=len(frame),
        standing=inputs.standing("engagement_visits", "service_directory"),
    )
