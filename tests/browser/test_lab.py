"""JupyterLab as an analyst uses it: the map of stages opens, a notebook runs from top to bottom, its map shows."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from insight import paths

pytestmark = pytest.mark.browser
IDLE = """() => {
  const widget = window.jupyterapp?.shell.currentWidget;
  const kernel = widget?.sessionContext?.session?.kernel;
  return Boolean(kernel && kernel.connectionStatus === "connected" && kernel.status === "idle");
}"""
DONE = """() => {
  const cells = [...window.jupyterapp.shell.currentWidget.content.model.cells].filter((one) => one.type === "code");
  return cells.every((one) => one.executionCount);
}"""
ERRORS = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells].filter((one) => one.type === "code")
  .flatMap((one) => one.outputs.toJSON()).filter((one) => one.output_type === "error").map((one) => one.evalue)"""


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture(scope="module")
def lab(run_once, tmp_path_factory):
    """The address of a JupyterLab server on a copy of the notebooks, with the settings of ``nox -s lab``."""
    build, _ = run_once
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(paths.notebooks(), home / "notebooks")
    port = free_port()
    settings = paths.root() / "src" / "insight" / "lab"
    folders = {f"JUPYTER_{one}_DIR": str(home / one.lower()) for one in ("CONFIG", "DATA", "RUNTIME")}
    environment = {
        **os.environ,
        **folders,
        "IPYTHONDIR": str(home / "ipython"),
        "INSIGHT_ROOT": str(paths.root()),
        "INSIGHT_BUILD": str(shutil.copytree(build, home / "build")),
        "INSIGHT_INTERACTIVE": "1",
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--IdentityProvider.token=", f"--LabApp.app_settings_dir={settings}", "--allow-root"]
    with subprocess.Popen(
        command, cwd=home, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api/status", timeout=2).close()  # noqa: S310 - our own server
                break
            except OSError:
                time.sleep(0.5)
        else:
            server.kill()
            pytest.fail("JupyterLab did not start")
        yield address
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture
def page(browser):
    opened = browser.new_page(viewport={"width": 1400, "height": 1000})
    yield opened
    opened.close()


def test_the_map_of_stages_opens_rendered(lab, page):
    page.goto(f"{lab}/lab/tree/notebooks/README.md?reset")
    page.locator(".jp-MarkdownViewer h1").wait_for(timeout=120_000)
    assert "nine stages" in page.locator(".jp-MarkdownViewer h1").inner_text()
    assert page.locator(".jp-MarkdownViewer a", has_text="Profiling").count() == 1


def test_a_notebook_runs_from_top_to_bottom_and_its_map_shows(lab, page):
    page.goto(f"{lab}/lab/tree/notebooks/02_acorn_mapping.ipynb?reset")
    page.wait_for_function(IDLE, timeout=180_000)
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(DONE, timeout=400_000)
    page.wait_for_function(IDLE, timeout=180_000)
    assert page.evaluate(ERRORS) == []
    frame = page.locator(".jp-OutputArea iframe.map-frame").first
    frame.scroll_into_view_if_needed()
    frame.content_frame.locator("path.leaflet-interactive").first.wait_for(timeout=60_000)
    assert frame.content_frame.locator("path.leaflet-interactive").count() >= 9
    heads = page.locator(".insight-table .insight-sort")
    assert heads.count() > 3
    table = page.locator(".insight-table table").nth(1)
    before = table.locator("tbody tr").all_inner_texts()
    table.locator(".insight-sort").first.click()
    table.locator(".insight-sort").first.click()
    assert table.locator("thead th").first.get_attribute("aria-sort") == "descending"
    after = table.locator("tbody tr").all_inner_texts()
    assert sorted(after) == sorted(before)
