"""Pictures and tables of the synthesis."""

from __future__ import annotations

from insight import display
from insight.params import STAGES
from insight.privacy.loading import Inputs
from insight.sources.standing import PUBLISHED, Standing, weakest
from insight.stages.synthesis.analysis import Results
from insight.stages.synthesis.coding import RULE

ALONE = "No other stage of this run has handed on findings, so there are no strands to set side by side."
SYMBOLS = {"agreement": "A", "partial": "P", "dissonance": "D", "silence": "-"}


def _standing(inputs: Inputs, results: Results) -> Standing:
    if results.convergence["is_demonstration"].any():
        return inputs.standing()
    return weakest([PUBLISHED, inputs.standing()])


def _title(stage: str) -> str:
    return stage.replace("_", " ").capitalize()


def convergence_picture(inputs: Inputs, results: Results) -> display.Figure | display.Note:
    """Return the matrix of topics by strand, or a note where no strand speaks."""
    if results.outcomes_by_strand.empty:
        return display.note(ALONE, PUBLISHED)
    cells = results.convergence.assign(strand=results.convergence["strand"].map(_title))
    order = [_title(stage) for stage in STAGES if _title(stage) in set(cells["strand"])]
    cells = cells.assign(place=cells["strand"].map(order.index)).sort_values("place", kind="stable")
    clear = results.agreement[(results.agreement["agreement_share"] == 1) & (results.agreement["strands_speaking"] > 1)]
    torn = int(results.agreement["has_dissonance"].sum())
    title = f"More than one strand speaks, and all agree, on {len(clear)} of {len(results.agreement)} topics"
    return display.Figure(
        display.charts.matrix(cells, row="label", column="strand", value="cell", symbols=SYMBOLS),
        name="convergence",
        title=title,
        alt=f"Matrix of {len(results.agreement)} topics by strand. {title}; dissonance marks {torn}.",
        caption="A agreement: every finding of the strand on the topic that could be tested is shown (meaning and "
        "prominence). P partial: some are shown, others not, or only in part (meaning alone). D dissonance: one is "
        "refuted. - silence: none is shown, or none could be tested; silence is not disagreement. Empty: the strand "
        "has no finding on the topic.",
        source="Findings of the eight other stages of this run",
        n=int(results.outcomes_by_strand["findings"].sum()),
        data=cells[["label", "strand", "cell", "shown", "tested", "findings"]],
        standing=_standing(inputs, results),
    )


def agreement_table(inputs: Inputs, results: Results) -> display.Table:
    """Return agreement by topic."""
    return display.Table(
        results.agreement.drop(columns=["topic", "is_demonstration"]),
        name="agreement",
        title="Agreement among the strands that speak to a topic",
        caption="Partial counts a half. A topic with dissonance is discussed, not averaged.",
        source="Findings of the eight other stages of this run",
        n=len(results.agreement),
        standing=_standing(inputs, results),
        formats={"agreement_share": "{:.0%}"},
    )


def coding_table(inputs: Inputs, results: Results) -> display.Table | display.Note:
    """Return agreement of coders with each other and with the rule, or a note where only the rule coded."""
    frame = results.coding
    if frame.empty:
        return display.note(
            "Coded by the rule alone. For agreement between coders supply convergence_codings: two people's own codes "
            "of the same cells.",
            PUBLISHED,
        )
    between = frame[frame["second"] != RULE]
    words = ", ".join(f"{one:.0%}" for one in between["share_same"].dropna()) or "no"
    return display.Table(
        frame,
        name="coding",
        title=f"Coders gave the same code in {words} of cells; each cell on which they differ is named",
        caption="alpha: Krippendorff's, nominal; limits draw whole topics. Empty where every code is the same. Codes "
        "of people do not replace the rule: where they differ from it the finding is talked through.",
        source="Codes of two people; findings of the eight other stages of this run",
        n=int(frame["cells"].max()),
        standing=inputs.standing("convergence_codings"),
        formats={"share_same": "{:.0%}", **dict.fromkeys(("alpha", "lower", "upper"), "{:.2f}")},
    )


def outcomes_table(inputs: Inputs, results: Results) -> display.Table | display.Note:
    """Return counts of findings by strand and kind of outcome, or a note where no strand speaks."""
    if results.outcomes_by_strand.empty:
        return display.note(ALONE, PUBLISHED)
    return display.Table(
        results.outcomes_by_strand.assign(strand=results.outcomes_by_strand["strand"].map(_title)),
        name="outcomes-by-strand",
        title="What each strand could decide",
        caption="The first four counts rest on published, open or supplied data; those on demonstration data test the "
        "method only.",
        source="Findings of the eight other stages of this run",
        n=int(results.outcomes_by_strand["findings"].sum()),
        standing=_standing(inputs, results),
    )


def decisions_table(inputs: Inputs, results: Results) -> display.Table:
    """Return what to start, stop and change, with the findings behind each."""
    return display.Table(
        results.decisions,
        name="decisions",
        title="What to start, stop and change, and what each rests on",
        caption="An entry on the front has no rival with at least its impact for at most its effort. Evidence is that "
        "of the firmest finding cited; demonstration data lend none.",
        source="Workshop register",
        n=len(results.decisions),
        standing=inputs.standing("workshop_actions"),
        formats={"share_in_first_three": "{:.0%}"},
    )


def priorities_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return votes by priority area."""
    chosen = results.priorities[results.priorities["is_chosen"]]
    title = f"{len(chosen)} priorities took {chosen['share'].sum():.0%} of the votes"
    return display.Figure(
        display.charts.bars(results.priorities, label="text", value="votes", x_label="Votes", percent=False),
        name="priorities",
        title=title,
        alt=f"Bars of votes by priority area, most first: {', '.join(results.priorities['text'])}. {title}.",
        caption="Votes of the budget workshop.",
        source="Workshop register",
        n=int(results.priorities["votes"].sum()),
        data=results.priorities,
        standing=inputs.standing("workshop_actions"),
    )


def staff_picture(inputs: Inputs, results: Results) -> display.Figure | display.Table:
    """Return the ranks that staff expected against those that families' own words gave."""
    frame = results.staff_and_families.dropna(subset=["families_rank"])
    if frame.empty:
        return staff_table(inputs, results)
    top = frame.nsmallest(3, "staff_rank")["theme"].tolist()
    shared = frame.nsmallest(3, "families_rank")["theme"].isin(top).sum()
    title = f"{shared} of the three issues that staff put first are among the families' first three"
    ranked = frame.sort_values("staff_rank", kind="stable")
    long = ranked.melt(id_vars="text", value_vars=["staff_rank", "families_rank"], var_name="of", value_name="place")
    long = long.assign(of=long["of"].map({"staff_rank": "staff expected", "families_rank": "families raised"}))
    return display.Figure(
        display.charts.dot_interval(
            long.assign(same=long["place"]),
            label="text",
            estimate="place",
            lower="same",
            upper="same",
            group="of",
            x_label="Rank (1 is first)",
            percent=False,
        ),
        name="staff-and-families",
        title=title,
        alt=f"Two dots for each of {len(frame)} issues: its rank by staff and by families. {title}.",
        caption="Rank 1 is first. Families' ranks count interviews in which the issue was raised unprompted.",
        source="Practitioner workshop; interviews",
        n=len(frame),
        data=frame,
        standing=inputs.standing("workshop_actions"),
    )


def staff_table(inputs: Inputs, results: Results) -> display.Table:
    """Return staff's and families' ranks as a table."""
    return display.Table(
        results.staff_and_families.drop(columns="theme"),
        name="staff-and-families-table",
        title="Issues by staff's rank and by families' rank",
        caption="Empty where the interviews were not supplied or do not cover the issue.",
        source="Practitioner workshop; interviews",
        n=len(results.staff_and_families),
        standing=inputs.standing("workshop_actions"),
    )


def workshops_table(inputs: Inputs, results: Results) -> display.Table:
    """Return workshops with heads and organisations."""
    return display.Table(
        results.workshops,
        name="workshops",
        title="Workshops and who came",
        caption="Heads as recorded by organisation.",
        source="Attendance sheets",
        n=int(results.workshops["attendees"].sum()),
        standing=inputs.standing("workshops"),
    )


def funding_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return spending by line."""
    ranked = results.funding.sort_values("amount_gbp", ascending=False)
    first = ranked.iloc[0]
    title = f"{first['label']} took the largest part of the money, {first['share']:.0%}"
    return display.Figure(
        display.charts.bars(ranked, label="label", value="amount_gbp", x_label="Pounds", percent=False),
        name="funding",
        title=title,
        alt=f"Bars of pounds by spending line. {title}.",
        caption=f"Total {ranked['amount_gbp'].sum():,.0f} pounds over {len(ranked)} lines; prices as printed.",
        source="Project ledger",
        n=len(ranked),
        data=ranked,
        standing=inputs.standing("funding"),
    )


def governance_table(inputs: Inputs, results: Results) -> display.Table:
    """Return groups and whom they report to."""
    return display.Table(
        results.governance.assign(
            roles=results.governance["group"].map(results.roles.groupby("group")["role"].agg(", ".join))
        ),
        name="governance",
        title=f"Lines of report; the local group met {results.meetings} times and has {len(results.roles)} roles",
        caption="No line is recorded between the regional and the local groups.",
        source="Minutes",
        n=len(results.governance),
        standing=inputs.standing("governance"),
    )


def systems_table(results: Results) -> display.Table:
    """Return what became of each thing that the case study describes."""
    built = int((results.systems["status"] == "built").sum())
    return display.Table(
        results.systems[["what_it_did", "here", "status", "reference", "why"]],
        name="systems",
        title=f"{built} of {len(results.systems)} things that the case study describes are built here",
        caption="Built: runs here. Record only: held as data, not modelled. Out of scope: no work for software. The "
        "reference names the function, notebook section or file.",
        source="The case study, read line by line",
        n=len(results.systems),
        standing=PUBLISHED,
    )
