"""Fixtures that every kind of test may use: one whole run of Oldham, shared by all who only read it."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from filelock import FileLock

from commands import insight
from insight.sources.open_data.store import FOLDER_VARIABLE, NOWHERE

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
