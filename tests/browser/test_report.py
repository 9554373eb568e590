"""The report as a reviewer opens it: no request, no error, content there, maps drawn, keyboard and small screens."""

import pytest

from insight.params import STAGES
from insight.sources.standing import LABEL

pytestmark = pytest.mark.browser
PAGES = ("index", *STAGES, "figures", "findings", "provenance")
MAPS = ("acorn_mapping", "profiling")


def open_page(page, report, name):
    page.goto((report / f"{name}.html").as_uri())
    page.wait_for_load_state("load")
    page.wait_for_timeout(300)


@pytest.mark.parametrize("name", PAGES)
def test_page_asks_nothing_of_the_network_and_has_content(page, report, name):
    open_page(page, report, name)
    assert page.outside == []
    assert page.errors == []
    assert page.locator("h1").count() == 1
    assert len(page.locator("main").inner_text()) > 400


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_a_small_screen(page, report, name):
    page.set_viewport_size({"width": 320, "height": 640})
    open_page(page, report, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", ["index", *STAGES])
def test_demonstration_data_are_labelled_at_the_top(page, report, name):
    open_page(page, report, name)
    assert page.locator(".banner").inner_text() == LABEL


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
