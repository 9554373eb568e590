"""Every page of the report under axe-core: wide and narrow, light and dark, details open, frames included."""

import pytest

import accessibility
from browser_pages import PAGES, open_page
from insight.params import STAGES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(page, report, name):
    open_page(page, report, name)
    assert accessibility.found_in_all_views(page) == {}


def test_axe_would_find_a_picture_without_text(page, report):
    open_page(page, report, STAGES[0])
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")
    accessibility.inject(page)
    assert any(one.startswith("image-alt") for one in accessibility.violations(page))


@pytest.mark.parametrize("name", PAGES)
def test_targets_are_large_enough_for_a_finger(page, report, name):
    page.set_viewport_size({"width": 320, "height": 640})
    open_page(page, report, name)
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, summary, select, input, nav a')].filter((one) => {
            const box = one.getBoundingClientRect();
            return box.width && (box.height < 24 || box.width < 24);
        }).map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert small == []
