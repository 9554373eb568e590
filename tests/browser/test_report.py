"""The report as a reviewer opens it: no request, no error, content there, maps drawn, keyboard and small screens."""

import re

import pytest

from browser_pages import PAGES, neighbourhoods, open_page
from insight.params import STAGES
from insight.sources.standing import LABEL

pytestmark = pytest.mark.browser
MAPS = ("acorn_mapping", "profiling")


@pytest.mark.parametrize("name", PAGES)
def test_page_asks_nothing_of_the_network_and_has_content(page, report, name):
    open_page(page, report, name)
    page.evaluate("document.querySelectorAll('iframe').forEach((one) => one.scrollIntoView())")
    assert page.outside == []
    assert page.errors == []
    assert page.locator("h1").count() == 1
    assert len(page.locator("main").inner_text()) > (40 if name == "search" else 400)


def test_no_page_of_the_report_is_left_out_of_these_tests(report):
    assert {file.stem for file in report.glob("*.html")} == set(PAGES)


def test_index_and_search_know_the_pictures_of_every_stage(report):
    index, search = ((report / f"{name}.html").read_text(encoding="utf-8") for name in ("contents", "search"))
    for stage in STAGES:
        page = (report / f"{stage}.html").read_text(encoding="utf-8")
        anchors = re.findall(r'<figure id="(out-[^"]+)"', page)
        assert anchors, stage
        assert all(f'href="{stage}.html#{anchor}"' in index and f'"{anchor}"' in search for anchor in anchors)


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_a_small_screen(page, report, name):
    page.set_viewport_size({"width": 320, "height": 640})
    open_page(page, report, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", ["index", *STAGES])
def test_demonstration_data_are_labelled_at_the_top(page, report, name):
    open_page(page, report, name)
    assert page.locator(".demonstration.banner").inner_text() == LABEL


@pytest.mark.parametrize("name", STAGES)
def test_each_stage_page_has_a_picture_a_table_and_a_csv(page, report, name):
    open_page(page, report, name)
    assert page.locator("figure.insight-figure").count() >= 1
    assert page.locator(".insight-table table").count() >= 2
    assert page.locator("a[download$='.csv']").count() >= 2


def test_first_tab_stop_is_the_skip_link_and_it_leads_to_the_content(page, report):
    open_page(page, report, "index")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_one_button_opens_and_closes_all_code(page, report):
    open_page(page, report, "profiling")
    code = page.locator("details.code")
    assert code.count() > 3
    assert page.locator("details.code[open]").count() == 0
    page.locator("#toggle-code").click()
    assert page.locator("details.code[open]").count() == code.count()
    page.locator("#toggle-code").click()
    assert page.locator("details.code[open]").count() == 0


@pytest.mark.parametrize("name", MAPS)
def test_maps_draw_their_areas_and_keep_them_out_of_the_tab_order(page, report, name):
    open_page(page, report, name)
    frame_element = page.locator("iframe.map-frame").first
    frame_element.scroll_into_view_if_needed()
    frame = frame_element.content_frame
    frame.locator(".map-legend li").first.wait_for()
    shapes = frame.locator("path.leaflet-interactive")
    assert shapes.count() >= 9
    assert frame.locator("path.leaflet-interactive:not([tabindex='-1'])").count() == 0


def test_legend_follows_the_layer(page, report):
    open_page(page, report, "acorn_mapping")
    frame_element = page.locator("iframe.map-frame").first
    frame_element.scroll_into_view_if_needed()
    frame = frame_element.content_frame
    frame.locator(".leaflet-control-layers input").first.wait_for()
    before = frame.locator(".map-legend").inner_text()
    frame.locator(".leaflet-control-layers input").nth(1).check()
    assert frame.locator(".map-legend").inner_text() != before
    frame.locator(".leaflet-control-layers input").nth(0).check()
    assert frame.locator(".map-legend").inner_text() == before


def test_print_shows_still_maps_and_no_navigation(page, report):
    open_page(page, report, "acorn_mapping")
    page.emulate_media(media="print")
    assert page.locator("iframe.map-frame").first.is_hidden()
    assert page.locator("img.map-print").first.is_visible()
    assert page.locator("header nav").is_hidden()


@pytest.mark.parametrize("name", ["acorn_mapping", "service_mapping", "figures"])
def test_print_cuts_no_table(page, report, name):
    open_page(page, report, name)
    page.set_viewport_size({"width": 680, "height": 900})
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    cut = page.evaluate(
        "() => [...document.querySelectorAll('.scroll')].filter((one) => one.offsetParent "
        "&& one.scrollWidth > document.documentElement.clientWidth).map((one) => one.getAttribute('aria-label'))"
    )
    assert cut == []
    assert page.evaluate("getComputedStyle(document.querySelector('thead th')).overflowWrap") == "normal"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".on-paper, table[style*='pt']").count() == 0


def test_search_finds_a_figure_from_any_page_and_leads_to_it(page, report):
    open_page(page, report, "values_modes")
    page.locator("#site-search").fill("life expectancy gap")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    results = page.locator("#search-results li")
    assert results.count() >= 1
    assert "found" in page.locator("#search-count").inner_text()
    assert "life" in results.first.inner_text().lower()
    results.first.locator("a").click()
    page.wait_for_load_state("load")
    anchor = page.evaluate("decodeURIComponent(location.hash.slice(1))")
    assert page.locator(f"[id='{anchor}']").count() == 1
    assert page.errors == []


def test_search_that_finds_nothing_says_so(page, report):
    open_page(page, report, "search", "?q=zzzqqq")
    assert page.locator("#search-count").inner_text() == "0 found."


def test_printed_figures_can_be_filtered_and_the_count_is_said(page, report):
    open_page(page, report, "figures")
    rows = page.locator("#out-all-figures tbody tr")
    assert rows.count() == 204
    page.locator(".filters select").nth(1).select_option("inconsistent in source")
    shown = page.locator("#out-all-figures tbody tr:visible")
    assert 0 < shown.count() < 20
    assert page.locator(".filters output").inner_text() == f"{shown.count()} of 204 shown"
    assert all("inconsistent in source" in text for text in shown.all_inner_texts())


@pytest.mark.parametrize("name", STAGES)
def test_each_output_leads_to_the_files_and_hashes_behind_it(page, report, name):
    open_page(page, report, name)
    trace = page.locator(".trace a")
    assert trace.count() >= page.locator("main > .cell .insight-table").count() > 0
    trace.first.click()
    page.wait_for_load_state("load")
    assert page.evaluate("location.hash") == f"#made-{name.replace('_', '-')}"
    assert page.locator(f"#inputs-{name.replace('_', '-')}, #out-inputs-{name.replace('_', '-')}").count() == 1


@pytest.mark.parametrize("name", neighbourhoods()[:2])
def test_a_neighbourhood_has_its_page_with_map_and_tables(page, report, name):
    open_page(page, report, name)
    assert page.locator("#out-where svg[role=img]").count() == 1
    assert page.locator(".insight-table").count() >= 2


def test_keyboard_walk_of_a_map_goes_map_zoom_layers_and_no_area(page, report):
    open_page(page, report, "acorn_mapping")
    frame_element = page.locator("iframe.map-frame").first
    frame_element.scroll_into_view_if_needed()
    frame = frame_element.content_frame
    frame.locator(".map-legend li").first.wait_for()
    stops = frame.locator("body").evaluate(
        "(body) => [...body.querySelectorAll('a[href], button, input, [tabindex]')]"
        ".filter((one) => one.tabIndex >= 0).map((one) => one.className || one.type || one.tagName)"
    )
    assert len(stops) < 20
    assert any("leaflet-container" in one for one in stops)
    assert any("zoom-in" in one for one in stops)
    frame.locator(".leaflet-container").focus()
    page.keyboard.press("Tab")
    focused = frame.locator(":focus")
    assert "leaflet-control-zoom-in" in (focused.get_attribute("class") or "")
