"""The cross-service picture: records of services linked, their quality by group, and whom each service knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from insight.methods.intervals import wilson
from insight.methods.reach import bands
from insight.privacy import linkage, linked_file, linking
from insight.privacy.disclosure import Merge, least_merged, suppress
from insight.privacy.loading import Inputs
from insight.sources.contracts.records import ANY_SERVICE, LEAST_NEEDY, LOCAL_FIFTH, NEEDIEST, REACHED, SOURCES
from insight.stages.profiling.declaration import Params

DEFINITIONS = REACHED
THRESHOLDS = {"strict": "higher", "lax": "lower"}
ALL, FIFTH, GROUP = "all", "most deprived fifth", "ethnic group"
WARD, NEIGHBOURHOOD = "ward", "neighbourhood"
LOCAL, FIFTHS = LOCAL_FIFTH, 5
"""Fifths of the areas that the records come from: of the borough's fifths they may touch one alone."""
KNOWN = [
    "threshold",
    "service",
    "definition",
    "level",
    "area",
    "children",
    "known",
    "missed",
    "share",
    "lower",
    "upper",
]
LINKED = ["source", "pseudonym", "cluster_strict", "cluster_lax", "cluster_deterministic", "match_weight"]
LINKED += ["match_probability", "rule"]


@dataclass(frozen=True, kw_only=True)
class Linked:
    """``linked`` has pseudonyms only (restricted); ``quality`` and ``known`` may be published."""

    linked: pd.DataFrame
    quality: pd.DataFrame
    known: pd.DataFrame


def _flags(
    inputs: Inputs, found: linkage.Linkage, people: pd.DataFrame, source: str | None, method: str, params: Params
) -> Iterator[tuple[str, pd.Series]]:
    """Yield each definition of reach with a flag a child; of all services together none by lists.

    Each missed link makes one child more on some list, so that all lists together can hold more children than live
    there; whoever was seen is told better.
    """
    if source is not None:
        yield DEFINITIONS[0], people[source]
    if not inputs.has("service_engagements"):
        return
    since = pd.Timestamp(params.reference_day) - pd.Timedelta(days=params.reach_period_days)
    counts = linkage.reached_by(
        found,
        inputs.people("service_engagements"),
        method=method,
        source=source,
        since=since.date().isoformat(),
        until=params.reference_day,
    ).reindex(people.index, fill_value=0)
    if counts.any():
        yield DEFINITIONS[1], counts >= 1
        yield DEFINITIONS[2], counts >= params.sustained_contacts


def _cuts(people: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    by_area = areas.set_index("oa")
    band = people["oa"].map(by_area["band"])
    return pd.DataFrame(
        {
            ALL: "all young children",
            FIFTH: band.map(lambda one: "most deprived" if one == 1 else None),
            LOCAL: people["oa"].map(_local(people, areas)),
            WARD: people["oa"].map(by_area["ward_name"]),
            NEIGHBOURHOOD: people["oa"].map(by_area["neighbourhood_name"]),
            GROUP: people["ethnic_group"].astype("string"),
        }
    )


def _local(people: pd.DataFrame, areas: pd.DataFrame) -> pd.Series:
    """Return the fifth, in words, of each area that the records come from, by its place among these areas alone."""
    near = linkage.near(areas, people["oa"]).dropna(subset=["score"]).set_index("oa")
    words = {1: f"{NEEDIEST} here (most deprived)", FIFTHS: f"{LEAST_NEEDY} here (least deprived)"}
    return bands(near["score"], FIFTHS).astype(int).map(lambda one: words.get(one, f"fifth {one} here"))


@dataclass(frozen=True, kw_only=True)
class _Places:
    """People by the cuts of place and group, and who lives there; the same for every service and definition."""

    cuts: pd.DataFrame
    residents: dict[str, pd.Series]
    is_listed: pd.Series

    @classmethod
    def of(cls, people: pd.DataFrame, areas: pd.DataFrame) -> _Places:
        is_listed = people.get(linkage.UNIVERSAL, pd.Series(data=True, index=people.index))
        return cls(cuts=_cuts(people, areas), residents=_residents(people, areas), is_listed=is_listed)

    def rows(self, flag: pd.Series) -> Iterator[tuple[str, str, int, int]]:
        """Yield level, area, children and how many of them a service knows, at most all of them."""
        for level in self.cuts.columns:
            cut, is_group = self.cuts[level], level == GROUP
            hits = (flag & self.is_listed if is_group else flag).groupby(cut).sum()
            children = self.is_listed.groupby(cut).sum() if is_group else self.residents[level]
            for area, count in children.items():
                if count > 0:
                    yield level, str(area), int(count), int(min(hits.get(area, 0), count))


def _residents(people: pd.DataFrame, areas: pd.DataFrame) -> dict[str, pd.Series]:
    """Return resident young children by the cuts of place, over the areas that the records come from."""
    near = linkage.near(areas, people["oa"])
    young = near["children_0_4"]
    return {
        ALL: young.groupby(["all young children"] * len(near)).sum(),
        FIFTH: young[near["band"] == 1].groupby(["most deprived"] * int((near["band"] == 1).sum())).sum(),
        LOCAL: young.groupby(near["oa"].map(_local(people, areas))).sum(),
        WARD: young.groupby(near["ward_name"]).sum(),
        NEIGHBOURHOOD: young.groupby(near["neighbourhood_name"]).sum(),
    }


def known(inputs: Inputs, found: linkage.Linkage, areas: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Return the share of distinct resident young children known to each service, by definition, place and group.

    Children are the resident population, and by group the list of the service that sees every family: never the linked
    file itself, in which a record that found no partner would look like a child whom nobody reaches.
    """
    counted = list(_counted(inputs, found, params))
    near = areas.dropna(subset=["neighbourhood_name"])
    ward_of = near.drop_duplicates("neighbourhood_name").set_index("neighbourhood_name")["ward_name"]

    def made(merge: Merge) -> pd.DataFrame:
        rows, places = [], dict[str, _Places]()
        for threshold, source, definition, people, flag in counted:
            if threshold not in places:
                grouped = people.assign(ethnic_group=merge.of(people["ethnic_group"]))
                places[threshold] = _Places.of(grouped, areas)
            for level, area, children, hits in places[threshold].rows(flag):
                share = wilson(float(hits), float(children))
                values = (share.estimate, share.lower, share.upper)
                rows.append((threshold, source, definition, level, area, children, hits, children - hits, *values))
        # Both thresholds count nearly the same children: they are one system, hidden and shown together.
        # A ward is the sum of its neighbourhoods: they are one system too.
        return suppress(
            _nested(pd.DataFrame(rows, columns=KNOWN), ward_of),
            ["known", "missed"],
            threshold=inputs.council.disclosure.threshold,
            also=("share", "lower", "upper"),
            within=("service", "definition", "level"),
            editions="threshold",
            cell=("area",),
            nests=("row", "part_of"),
        )

    groups = found.records["ethnic_group"].dropna().astype(str).unique()
    return least_merged(made, hierarchy="ethnic_group", categories=sorted(groups), where=("level", GROUP))


def _nested(frame: pd.DataFrame, ward_of: pd.Series) -> pd.DataFrame:
    """Name each row, and the ward's row that a neighbourhood's row is a part of."""
    own = frame["threshold"] + "/" + frame["service"] + "/" + frame["definition"] + "/"
    ward = frame["area"].map(ward_of).where(frame["level"] == NEIGHBOURHOOD)
    return frame.assign(
        row=own + frame["level"] + "/" + frame["area"], part_of=(own + WARD + "/" + ward).astype(object)
    )


def _counted(
    inputs: Inputs, found: linkage.Linkage, params: Params
) -> Iterator[tuple[str, str, str, pd.DataFrame, pd.Series]]:
    """Yield threshold, service, definition, the people, and a flag for each whom the service knows."""
    for method, threshold in THRESHOLDS.items():
        people = linkage.people(found, method=method, day=params.reference_day, months=12 * params.age_limit_years)
        for source in [one for one in SOURCES if one in people.columns]:
            for definition, flag in _flags(inputs, found, people, source, method, params):
                yield threshold, source, definition, people, flag
        for definition, flag in _flags(inputs, found, people, None, method, params):
            yield threshold, ANY_SERVICE, definition, people, flag


def link_services(inputs: Inputs, areas: pd.DataFrame, params: Params) -> Linked:
    """Link the services' records and return what may be kept of it; empty tables where fewer than two supplied any.

    Raises:
        PseudonymKeyError: no key to write pseudonyms with.
        InputError: records that cannot be linked.
    """
    supplied = linked_file.supplied_records(inputs)
    if len(supplied) < linked_file.LEAST_SOURCES:
        empty = {"linked": LINKED, "quality": linking.QUALITY, "known": KNOWN}
        return Linked(**{name: pd.DataFrame(columns=columns) for name, columns in empty.items()})
    found = linkage.link(supplied, weights=(params.linkage_weights[0], params.linkage_weights[1]))
    pseudonyms = linked_file.pseudonyms(inputs, found.records)
    return Linked(
        linked=linkage.linked_rows(found, pseudonyms=pseudonyms, prefix="person"),
        quality=linking.quality(inputs, found),
        known=known(inputs, found, areas, params),
    )
