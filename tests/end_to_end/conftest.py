"""A build folder that a test may change: a copy of the session's one whole run."""

import shutil

import pytest


@pytest.fixture
def build(run_once, tmp_path):
    """A copy of the first run's build folder."""
    source, done = run_once
    assert done.returncode == 0, done.stderr
    return shutil.copytree(source, tmp_path / "build")
