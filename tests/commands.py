"""The command line as tests call it: in a process of its own, with a build folder of its own."""

import json
import os
import subprocess
import sys

from insight import paths

INSIGHT = [sys.executable, "-c", "from insight.cli import main; main()"]


def insight(*arguments, build, **environment):
    return subprocess.run(
        [*INSIGHT, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=paths.root(),
        env={**os.environ, "INSIGHT_BUILD": str(build), "PYTHONDONTWRITEBYTECODE": "", **environment},
    )


def events(done):
    """The events that ``--json`` printed, one a line."""
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
