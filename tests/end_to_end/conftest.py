"""One whole run of Oldham for the session, in a build folder of its own; tests that change it take a copy."""

import shutil

import pytest

from commands import insight


@pytest.fixture(scope="session")
def run_once(tmp_path_factory):
    """The build folder of a first run, and what the command printed."""
    build = tmp_path_factory.mktemp("build")
    done = insight("run", "params/oldham.yml", "--json", build=build)
    return build, done


@pytest.fixture
def build(run_once, tmp_path):
    """A copy of the first run's build folder."""
    source, done = run_once
    assert done.returncode == 0, done.stderr
    return shutil.copytree(source, tmp_path / "build")
