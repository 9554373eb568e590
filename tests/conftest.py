"""Fixtures that every kind of test may use: one whole run of Oldham, shared by all who only read it."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from filelock import FileLock

from accessibility import BROWSER
from commands import insight
from insight.sources.open_data.store import FOLDER_VARIABLE, NOWHERE

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]

os.environ[FOLDER_VARIABLE] = NOWHERE
"""Tests give the same whether or not open data were fetched here; those about them set the variable themselves."""


@pytest.fixture(scope="session")
def run_once(tmp_path_factory, worker_id):
    """The build folder of one first run with its report, and what the command printed.

    Tests on several processes share the run: the first to ask makes it, the others wait for it.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    build, told = shared / "first-run", shared / "first-run.json"
    with FileLock(shared / "first-run.lock"):
        if not told.exists():
            done = insight("run", "params/oldham.yml", "--json", build=build)
            told.write_text(json.dumps([done.returncode, done.stdout, done.stderr]), encoding="utf-8")
    code, out, err = json.loads(told.read_text(encoding="utf-8"))
    return build, subprocess.CompletedProcess(["insight", "run"], code, out, err)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests of a process: a second could not be driven beside it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
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
