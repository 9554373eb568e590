"""Dividing wards into neighbourhoods: alike within, in one piece, none across a ward or a barrier, none too small.

Source: regionalisation by SKATER (Assunção et al., 2006) on a contiguity graph from which barriers are cut; on planted
truth it does best and, unlike its rivals, gives the same answer every time. Others run beside it, see
:mod:`insight.methods.neighbourhoods_scores`. A division is a proposal: an analyst's own list overrides it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.methods import neighbourhoods_solvers as solvers
from insight.methods.barriers import Barriers, Cut, cut, within, without
from insight.methods.spatial import Contiguity, connected_parts, contiguity, snapped

if TYPE_CHECKING:
    import geopandas as gpd

FLOOR = 4
"""Least number of output areas in a neighbourhood."""
ONE_GROUP = "area"
OWN, SKATER = "own list", "SKATER"


@dataclass(frozen=True, kw_only=True)
class Study:
    """What is divided, in the order of ``areas``.

    ``features`` (n x p) are standardised over all areas; ``whole`` is contiguity before, ``cut`` after barriers;
    ``kept`` what remains within groups; ``mended`` (m x 2) pairs joined again because a barrier left fewer areas than
    the floor on one side; ``k`` the number of neighbourhoods by group.
    """

    areas: tuple[str, ...]
    outlines: np.ndarray
    features: np.ndarray
    names: tuple[str, ...]
    households: np.ndarray
    group: np.ndarray
    whole: Contiguity
    cut: Cut
    kept: Contiguity
    mended: np.ndarray
    k: Mapping[str, int]
    floor: int

    @property
    def groups(self) -> list[str]:
        """Names of the groups (wards), sorted."""
        return sorted(set(self.group.tolist()))

    def piece(self, group: str, features: np.ndarray | None = None) -> tuple[np.ndarray, solvers.Piece]:
        """Return positions of a group's areas, and its graph; ``features`` may stand in for the study's own."""
        members = np.flatnonzero(self.group == group)
        whole = solvers.Piece(
            features=self.features if features is None else features,
            pairs=self.kept.pairs,
            households=self.households,
            floor=self.floor,
        )
        return members, whole.take(members)


@dataclass(frozen=True, kw_only=True)
class Division:
    """Areas and the neighbourhood of each: ``labels`` (index: area code, in the study's order), and who made it."""

    study: Study
    labels: pd.Series
    method: str
    proposed: pd.Series

    @property
    def count(self) -> int:
        """Number of neighbourhoods."""
        return int(self.labels.nunique())


def standardised(table: pd.DataFrame, features: Sequence[str]) -> np.ndarray:
    """Return features with mean 0 and standard deviation 1.

    Raises:
        ValueError: a column that is absent, has no spread, or lacks values; named.
    """
    absent = [name for name in features if name not in table.columns]
    if absent or not features:
        raise ValueError(f"features not in the table: {', '.join(absent) or 'none given'}. Fix: name its columns")
    values = table[list(features)].to_numpy(dtype=float)
    empty = [name for name, bad in zip(features, (~np.isfinite(values)).any(axis=0), strict=True) if bad]
    if empty:
        raise ValueError(f"values are missing in: {', '.join(empty)}. Fix: fill them from the larger area, and say so")
    spread = values.std(axis=0)
    flat = [name for name, one in zip(features, spread, strict=True) if one == 0]
    if flat:
        raise ValueError(f"all areas are alike in: {', '.join(flat)}. Fix: leave the feature out")
    return (values - values.mean(axis=0)) / spread


def shared_k(k: int | Mapping[str, int], sizes: Mapping[str, float], parts: Mapping[str, int]) -> dict[str, int]:
    """Return the number of neighbourhoods by group: as given, or a total shared out by size (largest remainder).

    Args:
        k: a number by group, or one in all.
        sizes: households (or areas) by group.
        parts: connected parts by group; each needs a neighbourhood of its own.

    Raises:
        ValueError: groups that differ from those of the areas, or fewer neighbourhoods than parts.
    """
    if isinstance(k, Mapping):
        if odd := set(k) ^ set(sizes):
            raise ValueError(f"numbers are given for other groups than there are: {', '.join(sorted(odd))}. Fix: align")
        found = dict(k)
    else:
        exact = {group: k * size / sum(sizes.values()) for group, size in sizes.items()}
        found = dict(parts)
        for _ in range(k - sum(parts.values())):
            found[max(sorted(found), key=lambda group: exact[group] - found[group])] += 1
        if sum(found.values()) > k:
            raise ValueError(f"{k} neighbourhoods are too few for {sum(parts.values())} parts. Fix: ask for more")
    for group, count in found.items():
        if count < parts[group]:
            raise ValueError(
                f"{count} neighbourhoods are wanted in {group}, which barriers divide into {parts[group]} parts. "
                "Fix: ask for more, or add crossings"
            )
    return found


def _mended(kept: Contiguity, before: Contiguity, floor: int) -> tuple[Contiguity, np.ndarray]:
    """Join parts smaller than the floor to that neighbour beyond a barrier with which they share the longest border."""
    joined = np.array([tuple(pair) in set(map(tuple, kept.pairs.tolist())) for pair in before.pairs.tolist()], bool)
    added: list[int] = []
    while True:
        part = connected_parts(len(before.areas), before.pairs[joined])
        sizes = np.bincount(part)
        if sizes.min() >= floor:
            break
        small = part == int(np.argmin(sizes))
        edge = ~joined & (small[before.pairs[:, 0]] != small[before.pairs[:, 1]])
        if not edge.any():
            alone = [area for area, is_small in zip(before.areas, small, strict=True) if is_small]
            raise ValueError(
                f"{len(alone)} areas hang together with no others of their group, below the floor of {floor}: "
                f"{', '.join(map(str, alone[:5]))}. Fix: give them to another group, or lower the floor"
            )
        chosen = int(np.flatnonzero(edge)[np.argmax(before.lengths_m[edge])])
        joined[chosen] = True
        added.append(chosen)
    return without(before, ~joined), before.pairs[added].astype(int).reshape(-1, 2)


def prepared(
    areas: gpd.GeoDataFrame,
    *,
    code: str,
    features: Sequence[str],
    k: int | Mapping[str, int],
    barriers: Barriers | None = None,
    floor: int = FLOOR,
    group: str | None = None,
    households: str | None = None,
    components: int | None = 1,
) -> Study:
    """Check and prepare what is divided; arguments as for :func:`neighbourhoods`."""
    found = contiguity(areas, code=code, components=components)
    groups = np.array([ONE_GROUP] * len(areas) if group is None else areas[group].astype(str).tolist(), dtype=object)
    sizes = np.ones(len(areas)) if households is None else areas[households].to_numpy(dtype=float)
    walls = cut(found, areas, code=code, barriers=barriers)
    kept, mended = _mended(within(walls.kept, groups), within(found, groups), floor)
    by_group = {one: float(sizes[groups == one].sum()) for one in sorted(set(groups.tolist()))}
    parts = {one: len(set(kept.component[groups == one].tolist())) for one in by_group}
    return Study(
        areas=found.areas,
        outlines=snapped(areas).geometry.to_numpy(),
        features=standardised(areas, features),
        names=tuple(features),
        households=sizes,
        group=groups,
        whole=found,
        cut=walls,
        kept=kept,
        mended=mended,
        k=shared_k(k, by_group, parts),
        floor=floor,
    )


def labelled(study: Study, places: np.ndarray) -> pd.Series:
    """Return codes such as ``coldhurst_2``, numbered within each group in the order of the areas."""
    names: dict[tuple[str, int], str] = {}
    counts: dict[str, int] = {}
    found = []
    for group, place in zip(study.group.tolist(), places.tolist(), strict=True):
        if (group, place) not in names:
            counts[group] = counts.get(group, 0) + 1
            names[(group, place)] = f"{group}_{counts[group]}"
        found.append(names[(group, place)])
    return pd.Series(found, index=pd.Index(study.areas, name="area"), dtype=object)


def proposed(study: Study, *, features: np.ndarray | None = None) -> pd.Series:
    """Return SKATER's neighbourhoods of a prepared study.

    Raises:
        ValueError: a group and floor that do not admit so many neighbourhoods; with the group.
    """
    places = np.zeros(len(study.areas), dtype=int)
    for group in study.groups:
        members, piece = study.piece(group, features)
        try:
            places[members] = solvers.skater(piece, study.k[group])
        except ValueError as error:
            raise ValueError(f"{group}: {error}") from None
    return labelled(study, places)


def neighbourhoods(
    areas: gpd.GeoDataFrame,
    barriers: Barriers | None,
    features: Sequence[str],
    k: int | Mapping[str, int],
    *,
    code: str,
    floor: int = FLOOR,
    group: str | None = None,
    households: str | None = None,
    components: int | None = 1,
    own: pd.Series | None = None,
) -> Division:
    """Divide areas into contiguous neighbourhoods that are alike within.

    Args:
        areas: one row an output area: code, features, outline; in any projection.
        barriers: roads, rivers and the like, with crossings; neighbours whose shared border follows one are parted;
            ``None`` without any.
        features: columns that neighbourhoods should be alike in (shares of tenure, minutes to amenities); each is
            standardised, so that it counts the same.
        k: number of neighbourhoods in all (shared out over groups by households), or by group.
        code: column with the areas' codes.
        floor: least number of areas in a neighbourhood.
        group: column, such as the ward, that no neighbourhood may cross.
        households: column with households; areas count alike without it.
        components: connected parts expected of the areas.
        own: an analyst's list (index: area code; value: neighbourhood); it overrides what SKATER proposes.

    Returns:
        The division, with the proposal kept beside an analyst's list.

    Raises:
        ValueError: broken outlines or features, a list that lacks an area, too many neighbourhoods for the floor.
    """
    study = prepared(
        areas,
        code=code,
        features=features,
        k=k,
        barriers=barriers,
        floor=floor,
        group=group,
        households=households,
        components=components,
    )
    first = proposed(study)
    division = Division(study=study, labels=first, method=SKATER, proposed=first)
    return division if own is None else overridden(division, own)


def overridden(division: Division, own: pd.Series) -> Division:
    """Return the division by an analyst's list, the proposal kept beside it.

    Raises:
        ValueError: the list names an area twice, or lacks one; areas beyond those divided are ignored.
    """
    areas = list(division.study.areas)
    if own.index.has_duplicates:
        twice = ", ".join(map(str, own.index[own.index.duplicated()].unique()[:5]))
        raise ValueError(f"the list names an area twice: {twice}. Fix: keep one row an area")
    found = own.reindex(areas)
    if lost := [str(area) for area in found.index[found.isna()]]:
        raise ValueError(f"the list lacks {len(lost)} areas: {', '.join(lost[:5])}. Fix: give each a neighbourhood")
    labels = pd.Series(found.astype(str).tolist(), index=pd.Index(areas, name="area"), dtype=object)
    return replace(division, labels=labels, method=OWN)
