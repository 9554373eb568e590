"""What a council's worker process does in tests of losing one; importable in a spawned process."""

import os
import signal

from insight.councils.running import Ran


def run_council(path, options, *, with_report):
    """A council named `lost` ends its own process, as a system short of memory does; others are done."""
    if path.stem == "lost":
        os.kill(os.getpid(), signal.SIGKILL)
    return Ran(council=path.stem, done=9, code=4 if path.stem == "failed" else 0, failed=int(path.stem == "failed"))
