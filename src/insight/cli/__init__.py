"""The command line. Commands parse, call one function each, and print; heavy libraries load inside them.

Exit codes: 0 done, 1 a stage failed, 2 usage or params, 3 a check found something, 4 input missing or broken,
130 interrupted.
"""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import typer

from insight.cli import beginning, evidence, examples, export, open_data, papers, release, running, taking_in
from insight.cli.common import INTERRUPTED, warn
from insight.errors import InsightError

app = typer.Typer(
    help="Customer-insight research for councils: nine notebooks, one report, every printed figure checked.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for group in (running, evidence, beginning, taking_in, papers, export, open_data, release):
    group.add_to(app)
examples.add_examples(app)

STOPPED = "interrupted; results so far stay, the next run goes on from there"
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
NO_RIGHT = {errno.EACCES, errno.EPERM, errno.EROFS}


def _of_the_system(error: OSError) -> str:
    """Return what the system refused, and the fix; errors of other kinds are raised again."""
    from insight import paths

    where = "" if error.filename is None else f"{paths.shown(Path(str(error.filename)))}: "
    if error.errno in NO_SPACE:
        return f"{where}no space left on the disk. Fix: free some and type it again; earlier results stay"
    if error.errno in NO_RIGHT:
        return (
            f"{where}{str(error.strerror).lower()}. Fix: get the right to read and write there, or put the build "
            "folder elsewhere with INSIGHT_BUILD; earlier results stay"
        )
    raise error


def main() -> None:
    """Run the command line, turning known errors into a message and an exit code."""
    try:
        app()
    except InsightError as error:
        warn(str(error))
        sys.exit(error.exit_code)
    except OSError as error:
        warn(_of_the_system(error))
        sys.exit(1)
    except KeyboardInterrupt:
        warn(STOPPED)
        sys.exit(INTERRUPTED)
    except SystemExit as ended:
        # typer ends an interrupted command itself, without a word
        if isinstance(getattr(ended.__context__, "__cause__", None), KeyboardInterrupt):
            warn(STOPPED)
        raise
