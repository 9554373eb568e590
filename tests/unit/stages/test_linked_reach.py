"""The services' records linked once: what stage 01 keeps of it, and what stage 06 makes of the linked file."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml

import worlds
from insight import paths
from insight.errors import InputError
from insight.privacy import linkage, linked_file
from insight.privacy import linking as judged
from insight.privacy.pseudonyms import PATTERN
from insight.sources.contracts.records import ANY_SERVICE, SERVICE_NAMES, SHOWN_NAMES
from insight.stages import profiling, service_mapping
from insight.stages.profiling import clients, linking, services
from insight.stages.service_mapping import whom
from insight.stages.service_mapping.whom import contacts, missed_views, monitor, unreached

SECTIONS = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))["stages"]
PARAMS = profiling.Params.build(**SECTIONS["profiling"])
MAPPING = service_mapping.Params.build(**SECTIONS["service_mapping"])
RECORDS = tuple(f"records_{source}" for source in linked_file.SOURCES)
NAMES = ("indicators", "lookup", *RECORDS, "service_engagements", "linkage_truth", "linkage_labels")
MORE = ("roster_childrens_centre",)


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    return worlds.inputs((*NAMES, *MORE), worlds.world(), tmp_path_factory.mktemp("linked"))


@pytest.fixture(scope="module")
def across(given):
    return linking.link_services(given, services.banded(given, PARAMS), PARAMS)


def leave(across):
    """Write the tables of stage 01 where stage 06 looks for them."""
    folder = paths.stage_dir("oldham", "profiling") / "tables"
    folder.mkdir(parents=True)
    for name, frame in (("linked", across.linked), ("known", across.known), ("linkage_quality", across.quality)):
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.fixture
def handed(across, tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path))
    return leave(across)


def without(given, *names):
    kept = {name: frame for name, frame in given.frames.items() if name not in names}
    return dataclasses.replace(given, frames=kept, standings={name: given.standings[name] for name in kept})


# Stage 01


def test_the_linked_file_holds_pseudonyms_and_clusters_alone(given, across):
    assert list(across.linked.columns) == linking.LINKED
    assert across.linked["pseudonym"].str.fullmatch(PATTERN.pattern.strip("\\b")).all()
    assert not across.linked["pseudonym"].duplicated().any()
    text = across.linked.to_csv(index=False)
    rows = given.people("records_childrens_centre").head(40)
    assert not any(code in text for code in rows["record_id"])
    assert not any(name in text for name in rows["surname"].dropna())


def test_quality_by_group_is_a_finding_of_stage_01(across):
    frame = across.quality
    assert set(frame["from"]) == {"truth keys"}
    assert (frame["lower"] <= frame["estimate"]).all()
    assert (frame["estimate"] <= frame["upper"]).all()
    strict = frame[(frame["method"] == "strict") & (frame["measure"] == "recall")].set_index("ethnic_group")["estimate"]
    assert strict["bangladeshi"] < strict["white_british"]


def test_each_definition_is_stricter_than_the_one_before(across):
    wide = across.known.pivot_table(
        index=["threshold", "service", "level", "area"], columns="definition", values="known"
    ).dropna()
    assert len(wide) > 20
    assert (wide["registered"] >= wide["seen once"]).all()
    assert (wide["seen once"] >= wide["sustained"]).all()
    assert (wide["registered"] > wide["sustained"]).any()


def test_reach_rests_on_residents_by_place_and_on_the_universal_list_by_group(given, across):
    lookup = given.table("lookup").dropna(subset=["neighbourhood"])
    whole = across.known[across.known["level"] == "all"]
    assert set(whole["children"]) == {lookup["children_0_4"].sum()}
    groups = across.known[(across.known["level"] == "ethnic group") & (across.known["threshold"] == "higher")]
    listed = groups.groupby("area")["children"].first().sum()
    assert listed < lookup["children_0_4"].sum()


def test_what_one_threshold_hides_the_other_hides_too(across):
    hidden = across.known.pivot_table(
        index=["service", "definition", "level", "area"], columns="threshold", values="status", aggfunc="first"
    )
    assert (hidden["higher"] == hidden["lower"]).all()


@pytest.mark.parametrize("kept", [(), ("records_library",)])
def test_one_service_alone_is_linked_with_nothing(given, kept):
    few = without(given, *[name for name in RECORDS if name not in kept])
    found = linking.link_services(few, services.banded(few, PARAMS), PARAMS)
    assert found.linked.empty
    assert list(found.known.columns) == linking.KNOWN


def test_labels_of_reviewers_stand_in_where_there_are_no_truth_keys(given, handed):
    found = linked_file.handed_on(given)
    assert judged.quality(without(given, "linkage_truth", "linkage_labels"), found).empty
    assert not judged.quality(given, found).empty


# The file between the stages


def test_the_linked_file_read_back_gives_the_clusters_of_stage_01(given, across, handed):
    found = linked_file.handed_on(given)
    assert len(found.records) == len(across.linked)
    for method in linkage.METHODS:
        sizes = across.linked[f"cluster_{method}"].value_counts().to_numpy()
        assert np.array_equal(np.sort(found.records[method].value_counts().to_numpy()), np.sort(sizes))


def test_a_linked_file_of_other_records_is_refused(given, handed):
    rows = pd.read_csv(handed / "linked.csv")
    rows.iloc[1:].to_csv(handed / "linked.csv", index=False)
    with pytest.raises(InputError, match=r"run the stage profiling again"):
        linked_file.handed_on(given)


def test_without_stage_01_nothing_is_shown_and_nothing_breaks(given, tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path))
    found = whom.of_inputs(without(given, *MORE, "indicators"), MAPPING)
    assert all(frame.empty for frame in whom.tables(found).values())
    assert (found.index, found.gap) == (None, None)
    assert whom.estimates(found)["engagement_below_oldham_below_uk"][0] is None


# Stage 06


@pytest.fixture(scope="module")
def found(given, across, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSIGHT_BUILD", str(tmp_path_factory.mktemp("handed")))
        leave(across)
        return whom.of_inputs(given, MAPPING)


def test_any_service_reaches_at_least_what_each_reaches_and_a_child_counts_once(found):
    frame = found.definitions[found.definitions["threshold"] == "higher"].set_index(["service", "definition"])["known"]
    for definition in unreached.REACHED:
        own = frame.xs(definition, level="definition")
        most = own.drop(unreached.ANY)
        is_told = not np.isnan(own[unreached.ANY])
        assert is_told == (definition != "registered")
        assert not is_told or most.max() <= own[unreached.ANY] <= most.sum()
    assert set(found.definitions["threshold"]) == {"higher", "lower"}


def test_the_unreached_are_the_rest_of_the_reached(found, across):
    known = across.known.reset_index(drop=True)
    is_told = known["share"].notna()
    assert np.allclose((found.unreached["share"] + known["share"])[is_told], 1)
    assert (found.unreached["missed"] == known["missed"])[is_told].all()
    assert set(found.unreached["service"]) == {*linked_file.SOURCES, ANY_SERVICE}


def test_a_group_of_unknown_linkage_quality_is_withheld(given, handed):
    quality = pd.read_csv(handed / "linkage_quality.csv")
    quality[quality["ethnic_group"] != "pakistani"].to_csv(handed / "linkage_quality.csv", index=False)
    found = whom.of_inputs(given, MAPPING)
    own = found.unreached[found.unreached["area"] == "pakistani"]
    assert set(own["status"]) == {"x"}
    assert own[unreached.NUMBERS].isna().all().all()
    others = found.unreached[(found.unreached["level"] == "ethnic group") & (found.unreached["area"] != "pakistani")]
    assert others["share"].notna().all()
    results = Shown(found)
    assert "pakistani" not in service_mapping.unreached_picture(given, results).about.title
    assert "[x]" in service_mapping.unreached_table(given, results).html()


def test_movers_and_the_outgrown_leave_the_monitor(given, handed):
    linked = linked_file.handed_on(given)
    meetings = given.people("service_engagements")
    before = monitor.monthly(linked, meetings, MAPPING, threshold=5)
    last = before[before["month"] == before["month"].max()].iloc[0]
    stayers = linked.records["source"] == linkage.UNIVERSAL
    some = linked.records.index[stayers & linked.records["moved_out"].isna()][:200]
    linked.records.loc[some, "moved_out"] = "2010-06-15"
    after = monitor.monthly(linked, meetings, MAPPING, threshold=5)
    moved = after[after["month"] == after["month"].max()].iloc[0]
    assert 100 < last["children"] - moved["children"] <= 200


def test_wards_are_the_sums_of_their_neighbourhoods(across):
    own = across.known[across.known["definition"] == "registered"]
    sums = own.pivot_table(index=["threshold", "service"], columns="level", values="children", aggfunc="sum")
    assert (sums["ward"] == sums["neighbourhood"]).all()
    assert across.known.loc[across.known["level"] == "ward", ["lower", "upper"]].notna().all(axis=None)
    assert not {"row", "part_of"} & set(across.known.columns)


def test_months_have_the_whole_look_back(found):
    ends = monitor.ends_of_months(MAPPING)
    assert (ends[-1] - ends[0]).days <= MAPPING.reach_period_days - MAPPING.monitor_days
    assert ends[-1] == pd.Timestamp(MAPPING.reach_on)
    assert found.monthly["month"].nunique() == len(ends)
    assert found.monthly["month"].iloc[-1] == "2011-05"


def test_contacts_follow_the_planted_slope_and_the_wards_lie_below(found):
    assert found.index.lower > 0
    assert found.gap.upper < 0
    curve = found.concentration
    assert (curve["contacts_up_to"] <= curve["children_up_to"] + 1e-9).all()
    assert curve[["children_up_to", "contacts_up_to"]].iloc[-1].tolist() == [1, 1]


def test_a_rate_by_hand_and_too_few_areas():
    frame = pd.DataFrame({"contacts": [10, 20, 30], "children": [10, 10, 20]})
    one = contacts.rate(frame)
    assert one.estimate == pytest.approx(1.5)
    # By hand: residuals -5, 5, 0; error = sqrt(3 / 2 * 50) / 40; Student's t with two degrees of freedom is 4.3027.
    assert one.upper - one.estimate == pytest.approx(4.3027 * np.sqrt(75) / 40, abs=1e-4)
    assert contacts.rate(frame.head(2)) is None


def test_few_in_touch_hide_their_place_and_what_would_give_it(given):
    areas = contacts.by_area(given, MAPPING)
    few = areas.assign(in_touch=np.where(areas["is_focus"], 0, areas["in_touch"]))
    few.loc[few.index[few["is_focus"]][0], "in_touch"] = 3
    shown = contacts.engagements(few, threshold=5).set_index("place")
    assert set(shown["status"]) == {"c", "x"}
    assert shown["in_touch"].isna().all()


def test_contacts_that_two_children_make_up_hide_their_place_and_a_second(given):
    areas = contacts.by_area(given, MAPPING)
    assert (areas["largest"] >= areas["second"]).all()
    scored = areas.dropna(subset=["score"])
    assert (scored["largest"] + scored["second"] <= scored["contacts"]).all()
    worst = scored.nlargest(len(scored) // 10, "score").index
    few = areas.copy()
    few.loc[worst, ["contacts", "largest", "second"]] = 0
    few.loc[worst[0], ["contacts", "largest", "second"]] = [95, 60, 30]
    shown = contacts.curve(few, threshold=5)
    hidden = shown["status"].eq("c")
    assert hidden.iloc[0]
    assert hidden.sum() >= 2, "the borough's total gives a single hidden tenth away"
    assert shown.loc[hidden, ["contacts", "in_touch"]].isna().all(axis=None)
    assert not {"few", "whole"} & set(shown.columns)


@dataclasses.dataclass
class Shown:
    whom: object


HELD = (whom.views, whom.missed_views)
VIEWS = [name for name in service_mapping.__all__ if name[0].islower() and any(hasattr(one, name) for one in HELD)]


@pytest.mark.parametrize("name", VIEWS)
def test_pictures_of_reach_have_label_finding_and_no_person(given, found, name):
    shown = getattr(service_mapping, name)(given, Shown(found))
    html = shown.html()
    assert "Demonstration data" in html
    assert not PATTERN.search(html)
    assert shown.about.title
    assert "nan" not in shown.about.title


def test_the_most_deprived_fifth_is_shown_service_by_service(given, across):
    shown = profiling.deprived_picture(given, SimpleNamespace(known=across.known))
    assert set(shown.data["service"]) == set(SHOWN_NAMES.values())
    assert shown.data[["lower", "upper"]].notna().all(axis=None)
    assert "most deprived fifth" in shown.about.title
    none = profiling.deprived_picture(given, SimpleNamespace(known=across.known[across.known["level"] == "all"]))
    assert "No linked records come from" in none.html()


@pytest.mark.parametrize("by", ["deprivation", "place and group"])
def test_every_linked_service_stands_in_every_row_with_its_limits(given, across, by):
    shown = profiling.services_picture(given, SimpleNamespace(known=across.known), by=by)
    every = set(SERVICE_NAMES.values())
    assert {area: set(own["service"]) for area, own in shown.data.groupby("area")} == dict.fromkeys(
        set(shown.data["area"]), every
    )
    told = shown.data[shown.data["status"] == ""]
    assert (told["lower"] <= told["share"]).all()
    assert (told["share"] <= told["upper"]).all()
    assert any(name.lower() in shown.about.title.lower() for name in every)
    empty = profiling.services_picture(given, SimpleNamespace(known=across.known.iloc[:0]), by=by)
    assert "no cross-service picture" in empty.html()


def test_clients_of_linked_services_are_shared_out_over_fifths(given, across):
    frame = clients.by_local_fifth(across.known)
    assert set(frame["service"]) == set(linked_file.SOURCES)
    for service, own in frame.groupby("service"):
        assert len(own) == linking.FIFTHS, service
        assert own["share"].sum() == pytest.approx(1, abs=0.02), service  # a few live where no score is known
        assert own["share_of_children"].sum() == pytest.approx(1)
    assert (frame["lower"] <= frame["share"]).all()
    shown = profiling.linked_clients_table(given, SimpleNamespace(linked_clients=frame))
    assert "Health visiting" in shown.html()
    hidden = across.known.assign(
        known=across.known["known"].mask(across.known["level"] == linking.LOCAL),
        status=across.known["status"].mask(across.known["level"] == linking.LOCAL, "c"),
    )
    assert clients.by_local_fifth(hidden)[["clients", "share"]].isna().all(axis=None)


def test_the_missed_of_each_service_are_shown_by_fifth(given, found):
    shown = service_mapping.missed_by_service_picture(given, Shown(found))
    assert set(shown.data["service"]) == set(SERVICE_NAMES.values())
    assert shown.data["area"].nunique() == 1 + linking.FIFTHS
    assert "most deprived" in shown.about.title


def test_whom_no_service_saw_is_told_by_place_and_group(given, across, found):
    wide = across.known.pivot_table(
        index=["threshold", "definition", "level", "area"], columns="service", values="known"
    ).dropna(subset=[ANY_SERVICE])
    assert set(wide.index.get_level_values("definition")) == {"seen once", "sustained"}
    single = wide.drop(columns=ANY_SERVICE)
    assert (single.max(axis=1) <= wide[ANY_SERVICE]).all()
    seen = wide.xs("seen once", level="definition")
    assert (seen[ANY_SERVICE] <= seen.drop(columns=ANY_SERVICE).sum(axis=1)).all()
    higher = found.definitions[(found.definitions["threshold"] == "higher")]
    again = higher[(higher["service"] == unreached.ANY) & (higher["definition"] == "seen once")]["known"].item()
    assert wide.loc[("higher", "seen once", "all", "all young children"), ANY_SERVICE] == again
    shown = service_mapping.unseen_picture(given, Shown(found))
    assert {"neighbourhood", "ethnic group", "fifth by deprivation"} <= set(shown.data["level"])
    assert shown.about.title.startswith("No service saw")
    nobody = dataclasses.replace(found, unreached=found.unreached[found.unreached["service"] != ANY_SERVICE])
    assert "No picture of reach" in service_mapping.unseen_picture(given, Shown(nobody)).html()


@pytest.mark.parametrize(("lifted", "least_often", "most_often"), [(0.0, 0, 0.06), (0.12, 0.9, 1)])
def test_a_title_names_two_places_only_where_they_differ_beyond_chance(lifted, least_often, most_often):
    rng = np.random.default_rng(7)
    named = 0
    for _ in range(300):
        shares = np.full(9, 0.12) + lifted * (np.arange(9) == 0)
        rows = pd.DataFrame({"children": 270, "missed": rng.binomial(270, shares)})
        rows["share"] = rows["missed"] / rows["children"]
        named += missed_views._are_apart(rows)
    assert least_often <= named / 300 <= most_often
