"""The report of one run, for tests that open its pages; all of them are skipped where there is no browser."""

import pytest

from accessibility import BROWSER, NO_BROWSER


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts and BROWSER is None:
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


@pytest.fixture(scope="session")
def report(run_once):
    """The folder of a rendered report."""
    build, done = run_once
    assert done.returncode == 0, done.stderr
    return build / "oldham" / "report"
