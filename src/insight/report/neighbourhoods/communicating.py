"""How to communicate with people of a neighbourhood, carried over from the segments and values found among them.

Nobody of the neighbourhood was asked which media they accept. Stage 02 weights what each segment of the borough accepts
by the segments of the homes here: a synthetic estimate, and said to be one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from insight.display.table import Table
from insight.report.neighbourhoods.places import Place, rows_of, stage_table
from insight.report.neighbourhoods.readings import limits, percent
from insight.report.page import Run
from insight.report.rendering import text
from insight.report.standing import of_stage
from insight.sources.standing import weakest

if TYPE_CHECKING:
    import pandas as pd

TITLE = "How to communicate with people here"
SEGMENTS_STAGE, VALUES_STAGE = "acorn_mapping", "values_modes"
ACCEPTS, NO_MARKETING = "Accepts marketing by ", "Accepts no marketing"
LARGEST = 3
DEMONSTRATED = "<p>Made from demonstration data: it shows how the guidance reads, not what would work here.</p>"
NOTHING = "Neither segments of households nor values are known here, so nothing can be said that would fit this place."


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the segments here let one expect: ``media`` and ``digital`` of ``way, share, lower, upper``, by share.

    ``covered`` is the share of homes whose segment is not hidden as a small number.
    """

    media: pd.DataFrame
    digital: pd.DataFrame
    covered: float


def expected(run: Run, place: Place) -> Expected | None:
    """Return what may be expected of the homes here, as stage 02 worked it out; nothing where it could not."""
    here = rows_of(stage_table(run, SEGMENTS_STAGE, "expected"), place)
    if here.empty:
        return None
    media, digital = (here[here["kind"] == kind].reset_index(drop=True) for kind in ("media", "digital"))
    return Expected(media=media, digital=digital, covered=float(here["covered"].iloc[0])) if len(media) else None


def _ends(media: pd.DataFrame) -> tuple[str, str]:
    """Return the most and the least acceptable medium; media whose limits meet are named together."""
    asked = media[media["way"].str.startswith(ACCEPTS)]
    top, low = asked.iloc[0], asked.iloc[-1]
    most = asked[asked["upper"] >= top["lower"]]["way"]
    least = asked[asked["lower"] <= low["upper"]]["way"]
    return tuple(" or ".join(one.removeprefix(ACCEPTS) for one in names) for names in (most, least))  # type: ignore[return-value]


def in_short(found: Expected | None) -> str:
    """Return the least and most acceptable way in a sentence; empty where there is nothing to go by."""
    if found is None:
        return ""
    most, least = _ends(found.media)
    shares = found.media.set_index("way")["share"]
    none = f"; {percent(shares[NO_MARKETING])} accept none at all" if NO_MARKETING in shares.index else ""
    return (
        f"Least acceptable way to reach homes here, as expected from their segments: {least}; "
        f"most acceptable: {most}{none}."
    )


def _media(run: Run, place: Place, found: Expected) -> str:
    import pandas as pd

    rows = pd.concat([found.media, found.digital], ignore_index=True)
    _, least = _ends(found.media)
    shown = pd.DataFrame(
        {
            "way": rows["way"],
            "expected share of homes": rows["share"].map(percent),
            "limits": limits(rows),
        }
    )
    made = Table(
        shown,
        name="expected-media",
        title=f"{least.capitalize()} would be the least acceptable way to reach homes in {place.name}",
        caption="Shares of each segment in the whole borough, weighted by the segments of the homes here: a synthetic "
        "estimate, for nobody here was asked. Limits are those of the segments, weighted the same way. It covers "
        f"{percent(found.covered)} of homes; the others are in segments too small here to be shown.",
        source="ACORN mapping, tables/expected.csv",
        n=len(rows),
        standing=of_stage(run, SEGMENTS_STAGE),
    )
    return made.html()


def _approach(run: Run, place: Place) -> str:
    approach = stage_table(run, SEGMENTS_STAGE, "approach")
    here = rows_of(stage_table(run, SEGMENTS_STAGE, "neighbourhoods"), place)
    if approach is None or here.empty:
        return ""
    own = here.dropna(subset=["share"]).sort_values("share", ascending=False)
    rows = own[["category_name", "share"]].merge(approach, on="category_name")
    if rows.empty:
        return ""
    import pandas as pd

    shown = pd.DataFrame(
        {
            "segment": rows["category_name"],
            "share of homes here": rows["share"].map(percent),
            "answers to": rows["answers_to"],
            "accepts most": rows["most_acceptable"],
            "accepts least": rows["least_acceptable"],
            "online at home": rows["online_share"].map(percent),
            "social media": rows["social_media"],
            "take care": rows["care"],
        }
    )
    made = Table(
        shown,
        name="approach-by-segment",
        title=f"How to approach each segment found in {place.name}, largest first",
        caption="Measured over all homes of the segment in the borough. In the column on social media, "
        "here is the segment and elsewhere the others.",
        source="ACORN mapping, tables/approach.csv",
        n=len(rows),
        standing=of_stage(run, SEGMENTS_STAGE),
    )
    return made.html()


def _values(run: Run, place: Place) -> str:
    here = rows_of(stage_table(run, VALUES_STAGE, "modes_by_neighbourhood"), place)
    guidance = stage_table(run, VALUES_STAGE, "segments")
    if here.empty or guidance is None:
        return "<p>By values: not surveyed here, so no guidance by Values Mode.</p>"
    import pandas as pd

    own = here.dropna(subset=["share"]).nlargest(LARGEST, "share")
    rows = own[["mode", "share", "respondents"]].merge(
        guidance[["mode", "group", "responds_to", "how_to_communicate", "take_care", "source"]], on="mode"
    )
    if rows.empty:
        return ""
    shown = pd.DataFrame(
        {
            "mode": rows["mode"],
            "group": rows["group"].str.capitalize(),
            "share of those asked": rows["share"].map(percent),
            "respondents": rows["respondents"].astype(int),
            "responds to": rows["responds_to"],
            "how to communicate": rows["how_to_communicate"],
            "take care": rows["take_care"],
        }
    )
    made = Table(
        shown,
        name="guidance-by-mode",
        title=f"How to speak with the largest Values Modes among those surveyed in {place.name}",
        caption="Few were asked here, so the order of the modes may be chance: see the limits under values. "
        + " ".join(f"{one}." for one in dict.fromkeys(rows["source"])),
        source="Values modes, tables/segments.csv and modes_by_neighbourhood.csv",
        n=int(rows["respondents"].sum()),
        standing=of_stage(run, VALUES_STAGE),
    )
    return made.html()


def section(run: Run, place: Place, found: Expected | None) -> str:
    """Return the body of the part: media and digital use expected here, approach by segment, guidance by mode."""
    parts = [f"<h2>{TITLE}</h2>"]
    if found is None:
        parts.append("<p>By segments of households: not known here, so no media can be named.</p>")
    else:
        parts += [f"<p>{text(in_short(found))}</p>", _media(run, place, found), _approach(run, place)]
    values = _values(run, place)
    if found is None and "<table" not in values:
        return f"{parts[0]}<p>{NOTHING}</p>"
    if weakest([of_stage(run, one) for one in (SEGMENTS_STAGE, VALUES_STAGE)]).is_demonstration:
        parts.insert(1, DEMONSTRATED)
    return "\n".join([*parts, values])
