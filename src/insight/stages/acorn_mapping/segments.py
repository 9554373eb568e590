"""Which segmentation a council has, and what it counts: households, postcodes and output areas of each category."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from insight import paths
from insight.errors import InputError, NotSuppliedError, Problem
from insight.methods.composition import margins, predominant
from insight.methods.vintages import joined as joined_areas
from insight.privacy.loading import Inputs
from insight.sources.contracts.segments import plain_postcode
from insight.stages.acorn_mapping.codes import Codes, acorn_codes, open_codes, require_agreement
from insight.stages.acorn_mapping.declaration import Params
from insight.stages.acorn_mapping.homes import Homes, prepared, summed

MATCHED = ("classified", "classified, postcode withdrawn")
STATES = (*MATCHED, "no private homes", "unclassified", "postcode not in the directory")


@dataclass(frozen=True, kw_only=True)
class Segments:
    """Counts of a segmentation in one council.

    ``cells`` has one row an output area and category: ``oa, ward, category, households, postcodes`` (a postcode that
    straddles areas stands in each, so ``postcode_counts`` has them once); ``leading`` the commonest category of each
    area with its margin; ``households`` counts all, the unclassified too, so that shares
    keep their remainder. ``types`` has households by ACORN type. ``coverage`` tells how addresses met the directory.
    ``homes`` is there when a household file is.
    """

    codes: Codes
    cells: pd.DataFrame = field(repr=False)
    leading: pd.DataFrame = field(repr=False)
    types: pd.Series = field(repr=False)
    postcode_counts: pd.Series = field(repr=False)
    households: int
    postcodes: int
    editions: tuple[int, ...]
    coverage: pd.DataFrame = field(repr=False)
    homes: Homes | None
    inputs: tuple[str, ...]

    @property
    def is_acorn(self) -> bool:
        """Whether this is ACORN, on which the claims of the publication rest."""
        return not self.codes.types.empty


def chosen(inputs: Inputs, params: Params) -> str:
    """Return which source is used: ``households``, ``address_list`` or ``oa_classification``.

    Raises:
        NotSuppliedError: what params ask for is not supplied.
    """
    by_directory = inputs.has("address_list") and inputs.has("segment_directory")
    have = {"households": inputs.has("households"), "address_list": by_directory}
    if params.segmentation in ("auto", "acorn"):
        for name, there in have.items():
            if there:
                return name
    if params.segmentation in ("auto", "oac") and inputs.has("oa_classification"):
        return "oa_classification"
    wanted = {
        "acorn": "households, or address_list with segment_directory",
        "oac": "oa_classification",
        "auto": "households, or address_list with segment_directory, or oa_classification",
    }[params.segmentation]
    raise NotSuppliedError(
        f"acorn_mapping: segmentation `{params.segmentation}` needs {wanted}. Fix: supply it, or change "
        "stages.acorn_mapping.segmentation (oac runs on the open classification)"
    )


def segments(inputs: Inputs, params: Params) -> Segments:
    """Return the council's segmentation.

    Raises:
        NotSuppliedError: none is supplied, or not the one that params ask for.
        InputError: codes that the code list lacks, or classes of another vintage than the look-up's areas.
    """
    source = chosen(inputs, params)
    if source == "oa_classification":
        return _open(inputs, params)
    return _of_households(inputs, params) if source == "households" else _of_addresses(inputs, params)


def _leading(cells: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Return the commonest category by area: by households; a tie goes to more postcodes, then to the lower key."""
    found = predominant(cells, area="oa", category="category", count="households", tiebreak="postcodes")
    return margins(found, large=params.large_minority)


def _made(
    inputs: Inputs,
    params: Params,
    codes: Codes,
    posts: pd.DataFrame,
    *,
    households: int,
    postcodes: int,
    homes: Homes | None,
    used: tuple[str, ...],
) -> Segments:
    wards = inputs.table("lookup").set_index("oa")["ward"]
    cells = posts.groupby(["oa", "category"], sort=True).agg(households=("n", "sum"), postcodes=("postcode", "nunique"))
    cells = cells.reset_index()
    cells.insert(1, "ward", cells["oa"].map(wards))
    return Segments(
        codes=codes,
        cells=cells,
        leading=_leading(cells, params),
        types=posts.groupby("acorn_type")["n"].sum(),
        postcode_counts=posts.groupby("category")["postcode"].nunique(),
        households=households,
        postcodes=postcodes,
        editions=tuple(sorted(int(year) for year in posts["acorn_edition"].unique())),
        coverage=coverage(inputs),
        homes=homes,
        inputs=(*used, "lookup"),
    )


def _of_households(inputs: Inputs, params: Params) -> Segments:
    codes, table = acorn_codes(inputs), inputs.large("households")
    rows = summed(table, named=params.exception_groups)
    require_agreement(rows, codes, paths.shown(inputs.files["households"]))
    homes = prepared(rows, inputs.table("lookup"), dict(codes.keys))
    return _made(
        inputs,
        params,
        codes,
        homes.rows,
        households=len(table),
        postcodes=homes.posts.count,
        homes=homes,
        used=("households",),
    )


def joined(inputs: Inputs) -> pd.DataFrame:
    """Return addresses counted by postcode and output area, with the codes of the directory and ``state``."""
    addresses = inputs.large("address_list").aggregated(by=["postcode", "oa"])
    addresses["postcode"] = plain_postcode(addresses["postcode"].astype("string"))
    addresses = addresses.groupby(["postcode", "oa"], as_index=False)["n"].sum()
    directory = inputs.table("segment_directory")
    directory = directory.assign(postcode=plain_postcode(directory["postcode"].astype("string")))
    found = addresses.merge(directory, on="postcode", how="left", validate="m:1")
    state = found["coding"].map({"classified": STATES[0], "not_private": STATES[2], "unclassified": STATES[3]})
    withdrawn = (found["coding"] == "classified") & found["terminated"].notna()
    return found.assign(state=state.mask(withdrawn, STATES[1]).fillna(STATES[4]))


def coverage(inputs: Inputs) -> pd.DataFrame:
    """Return how addresses met the directory: addresses and postcodes by state with shares; empty without both."""
    columns = ["state", "addresses", "address_share", "postcodes", "postcode_share"]
    if not (inputs.has("address_list") and inputs.has("segment_directory")):
        return pd.DataFrame(columns=columns)
    groups = joined(inputs).groupby("state")
    counts = pd.DataFrame({"addresses": groups["n"].sum(), "postcodes": groups["postcode"].nunique()}).reindex(
        list(STATES), fill_value=0
    )
    shares = counts / counts.sum()
    frame = counts.assign(address_share=shares["addresses"], postcode_share=shares["postcodes"]).reset_index()
    return frame[columns]


def _of_addresses(inputs: Inputs, params: Params) -> Segments:
    codes, rows = acorn_codes(inputs), joined(inputs)
    posts = rows[rows["state"].isin(MATCHED)].astype({"acorn_type": int, "acorn_category": int})
    file = paths.shown(inputs.files["segment_directory"])
    if posts.empty:
        fix = "check that both write the same postcodes"
        raise InputError([Problem(file=file, column="postcode", rule="some address must be classified", fix=fix)])
    require_agreement(posts, codes, file)
    return _made(
        inputs,
        params,
        codes,
        posts.assign(category=posts["acorn_category"].map(codes.keys)),
        households=int(rows["n"].sum()),
        postcodes=rows["postcode"].nunique(),
        homes=None,
        used=("address_list", "segment_directory"),
    )


def own_classes(inputs: Inputs) -> pd.DataFrame:
    """Return the open classes of the council's own output areas, beside the look-up's ward and households.

    Raises:
        InputError: areas of another vintage, or no area of the look-up among them.
    """
    classes, lookup = inputs.table("oa_classification"), inputs.table("lookup")
    file = paths.shown(inputs.files["oa_classification"])
    fix = "take the classification of the same census, or a look-up between the two"
    try:
        found = joined_areas(
            lookup[["oa", "ward", "households", "vintage"]], classes, on="oa", what="oa_classification"
        )
    except ValueError as error:
        odd = ", ".join(map(str, sorted(set(classes["vintage"].dropna()) - set(lookup["vintage"]))))
        rule = "areas must be of the look-up's vintage" if odd else str(error).partition(" Fix: ")[0]
        raise InputError([Problem(file=file, column="vintage", rule=rule, found=odd or None, fix=fix)]) from None
    own = found.dropna(subset=["supergroup"]).astype({"supergroup": int})
    if own.empty:
        rule = "the council's own areas must be among them"
        raise InputError([Problem(file=file, column="oa", rule=rule, fix=fix)])
    return own


def _open(inputs: Inputs, params: Params) -> Segments:
    own = own_classes(inputs)
    codes = open_codes(own["edition"].iloc[0])
    cells = pd.DataFrame(
        {
            "oa": own["oa"],
            "ward": own["ward"],
            "category": own["supergroup"].map(codes.keys),
            "households": own["households"],
            "postcodes": own["postcodes"].fillna(0).astype(int),
        }
    ).sort_values("oa", ignore_index=True)
    return Segments(
        codes=codes,
        cells=cells,
        # An area without households still has its class.
        leading=_leading(cells.assign(households=cells["households"].clip(lower=1)), params),
        types=pd.Series(dtype=int),
        postcode_counts=cells.groupby("category")["postcodes"].sum(),
        households=int(inputs.table("lookup")["households"].sum()),
        postcodes=int(cells["postcodes"].sum()),
        editions=(int(own["edition"].iloc[0]),),
        coverage=coverage(inputs),
        homes=None,
        inputs=("oa_classification", "lookup"),
    )
