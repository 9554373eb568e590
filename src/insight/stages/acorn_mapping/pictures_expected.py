"""What readers see of the media and habits that the segments of a neighbourhood let one expect."""

from __future__ import annotations

from insight import display
from insight.privacy.loading import Inputs
from insight.stages.acorn_mapping.analysis import Results
from insight.stages.acorn_mapping.expected import MEDIA_KIND
from insight.stages.acorn_mapping.showing import ABSENT, SHARES, standing_of

MEDIUM = "Accepts marketing by "


def expected_table(inputs: Inputs, results: Results) -> display.Table | display.Note:
    """Return the expected media and digital habits of each neighbourhood."""
    frame = results.expected
    media = frame[(frame["kind"] == MEDIA_KIND) & frame["way"].str.startswith(MEDIUM)]
    if media.empty:
        return display.note(ABSENT, standing_of(inputs, results, "households"))
    places = media["neighbourhood"].nunique()
    last = media.groupby("neighbourhood")["way"].last().str.removeprefix(MEDIUM).value_counts()
    return display.Table(
        frame.drop(columns="neighbourhood"),
        name="expected-habits",
        title=f"{str(last.index[0]).capitalize()} would be the least acceptable way in {last.iloc[0]} of {places} "
        "neighbourhoods",
        caption="Shares of each segment in the whole borough, weighted by the segments of the homes there: a synthetic "
        "estimate, for nobody there was asked. Limits are those of the segments, weighted the same way: they would "
        "hold were all segments off the same way. Covered: homes whose segment is not hidden as a small number.",
        source="Households input",
        n=results.found.households,
        standing=standing_of(inputs, results, "households"),
        formats={**SHARES, "covered": "{:.0%}"},
    )
