"""National open data fetched and read once for all councils."""

import json
from dataclasses import asdict

import pandas as pd
import pytest

from insight import paths
from insight.params import Council
from insight.sources.open_data import fetching, kept, registry, store, tables
from insight.sources.open_data.fetching import Options
from insight.sources.standing import file_digest

WIGAN = Council(name="Wigan", slug="wigan", lad_code="E08000010")
ROWS = 6000


@pytest.fixture
def known():
    return registry.load(paths.reference(registry.FILE))


@pytest.fixture
def root(tmp_path, monkeypatch, known):
    """A root with one national file, deprivation of 2015, fetched for Oldham."""
    folder = tmp_path / "root"
    (folder / "data" / "oldham" / "open").mkdir(parents=True)
    (folder / "pyproject.toml").write_text("")
    monkeypatch.setenv("INSIGHT_ROOT", str(folder))
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    monkeypatch.delenv(store.FOLDER_VARIABLE)
    frame = pd.DataFrame(
        {
            "LSOA code (2011)": [f"E{number:08d}" for number in range(ROWS)],
            "Index of Multiple Deprivation (IMD) Score": [
                f"{number / 7:.3f}" if number else "" for number in range(ROWS)
            ],
            "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)": [f"{n:,}" for n in range(ROWS)],
        }
    )
    file = folder / "data" / "oldham" / "open" / "deprivation_2015.csv"
    frame.to_csv(file, index=False)
    about = dict.fromkeys(("title", "url", "vintage", "edition", "licence", "attribution"), "")
    provenance = store.Provenance(
        source="deprivation_2015", retrieved="2026-06-01", sha256=file_digest(file), bytes=1, rows=ROWS, **about
    )
    store.sidecar(file).write_text(json.dumps(asdict(provenance)))
    return folder


def test_a_file_of_the_same_content_is_read_once_wherever_it_lies(root, known, monkeypatch):
    source, first = known.sources["deprivation_2015"], root / "data" / "oldham" / "open"
    second = root / "data" / "wigan" / "open"
    second.mkdir(parents=True)
    (second / source.file).write_bytes((first / source.file).read_bytes())
    plainly = tables._read_tidy(first / source.file, source)
    reads, read = [], tables._safely_read
    monkeypatch.setattr(tables, "_safely_read", lambda *given: reads.append(given) or read(*given))
    one, two = tables.tidy(source, first), tables.tidy(source, second)
    assert len(reads) == 1
    assert [file.name.split("-")[0] for file in (paths.build_root() / ".shared" / "open").glob("*.parquet")] == [
        "deprivation_2015"
    ]
    for frame in (one, two):
        pd.testing.assert_frame_equal(frame[plainly.columns], plainly)
        assert set(frame["edition"]) == {"2015"}
    assert pd.isna(two["score"].iloc[0])
    assert two["rank"].iloc[-1] == ROWS - 1


def test_other_content_or_another_way_of_reading_is_read_anew(root, known):
    source, folder = known.sources["deprivation_2015"], root / "data" / "oldham" / "open"
    path = folder / source.file
    before = kept.place(source, path)
    assert kept.place(source.model_copy(update={"sheet": "Another"}), path) != before
    path.write_text(path.read_text() + "E99999999,1,1\n")
    assert kept.place(source, path) != before
    store.sidecar(path).unlink()
    assert len(tables.tidy(source, folder)) == ROWS + 1


def test_a_small_file_is_not_kept(root, known):
    source, folder = known.sources["deprivation_2015"], root / "data" / "bury" / "open"
    folder.mkdir(parents=True)
    lines = (root / "data" / "oldham" / "open" / source.file).read_text().splitlines(keepends=True)
    (folder / source.file).write_text("".join(lines[:5]))
    assert len(tables.tidy(source, folder)) == 4
    assert not (paths.build_root() / ".shared").exists()


def outcome(known, **options):
    (found,) = fetching.fetch(WIGAN, ["deprivation_2015"], options=Options(**options), registry=known)
    return found


def test_a_national_file_that_one_council_fetched_is_taken_over_by_the_next(root, known):
    found = outcome(known, offline=True)
    assert (found.state, found.why) == ("present", "fetched for oldham, taken over")
    own = root / "data" / "wigan" / "open" / "deprivation_2015.csv"
    assert store.is_whole(own)
    assert store.provenance(own).retrieved == "2026-06-01"
    assert outcome(known, offline=True).why == ""


def test_nothing_is_taken_over_that_was_edited_or_is_each_councils_own(root, known):
    file = root / "data" / "oldham" / "open" / "deprivation_2015.csv"
    assert outcome(known, dry_run=True).state == "would fetch"
    file.write_text("edited")
    assert outcome(known, offline=True).state == "missing"
    own = known.sources["oa_lookup_2011"].file
    file.rename(file.with_name(own))
    store.sidecar(file).rename(store.sidecar(file.with_name(own)))
    (found,) = fetching.fetch(WIGAN, ["oa_lookup_2011"], options=Options(offline=True), registry=known)
    assert found.state == "missing"
