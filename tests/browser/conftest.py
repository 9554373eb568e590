"""A real Chromium, and the report of one run, for tests that open pages."""

import shutil

import pytest

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
FOUND = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts and FOUND is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: install Debian's package chromium"))


@pytest.fixture(scope="session")
def report(run_once):
    """The folder of a rendered report."""
    build, done = run_once
    assert done.returncode == 0, done.stderr
    return build / "oldham" / "report"


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=FOUND, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def page(browser):
    """A page that refuses and remembers every request that leaves the machine."""
    opened = browser.new_page(viewport={"width": 1200, "height": 900})
    opened.outside, opened.errors = [], []

    def route(handler):
        if handler.request.url.startswith(("file:", "data:", "blob:", "about:")):
            handler.continue_()
        else:
            opened.outside.append(handler.request.url)
            handler.abort()

    opened.route("**/*", route)
    opened.on("pageerror", lambda error: opened.errors.append(str(error)))
    yield opened
    opened.close()
