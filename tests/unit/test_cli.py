"""Commands say what they do, and fail with a message, a fix and a code."""

import errno
import json
import subprocess
import sys

import pytest
import typer

from insight import cli, paths
from insight.cli import release
from insight.errors import NotSuppliedError, ParamsError
from insight.params import read_yaml

ROOT = paths.root()


def insight(*arguments, **environment):
    import os

    return subprocess.run(
        [sys.executable, "-c", "from insight.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


COMMANDS = (
    "run",
    "status",
    "why",
    "diff",
    "tidy",
    "figures",
    "findings",
    "check",
    "demo",
    "fetch",
    "report",
    "init",
    "adopt",
)


def test_help_lists_every_command():
    done = insight("--help")
    assert done.returncode == 0
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command):
    done = insight(command, "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout


def test_an_unknown_option_is_usage():
    assert insight("run", "params/oldham.yml", "--nonsense").returncode == 2


def test_a_missing_params_file_names_the_nearest(tmp_path):
    done = insight("status", "params/oldam.yml")
    assert done.returncode == 2
    assert "did you mean oldham.yml" in done.stderr


def test_an_unknown_key_is_refused_with_the_nearest(tmp_path):
    text = (ROOT / "params" / "oldham.yml").read_text(encoding="utf-8").replace("age_band:", "age_bnd:")
    (tmp_path / "p.yml").write_text(text, encoding="utf-8")
    done = insight("run", tmp_path / "p.yml")
    assert done.returncode == 2
    assert "stages.synthesis.age_bnd" in done.stderr
    assert "did you mean `age_band`" in done.stderr
    assert "Traceback" not in done.stderr


def test_figures_and_findings_before_any_run_are_told(tmp_path):
    for command in ("figures", "findings", "report"):
        done = insight(command, "params/oldham.yml", INSIGHT_BUILD=str(tmp_path))
        assert done.returncode == 4
        assert "Fix: insight run params/oldham.yml" in done.stderr


def test_a_council_without_data_cannot_run_and_is_told_what_is_missing(tmp_path):
    done = insight("run", "params/wigan.yml", "--no-report", INSIGHT_BUILD=str(tmp_path))
    assert done.returncode == 4
    assert "profiling: not supplied: indicators" in done.stderr
    found = insight("figures", "params/wigan.yml", "--json", INSIGHT_BUILD=str(tmp_path))
    assert (found.returncode, json.loads(found.stdout)) == (0, [])
    assert "no ledger" in found.stderr
    assert len(json.loads(insight("findings", "params/wigan.yml", "--json", INSIGHT_BUILD=str(tmp_path)).stdout)) == 131


def test_check_of_a_council_without_data_is_quiet_and_hints_at_unnamed_files(tmp_path):
    done = insight("check", "params/wigan.yml", "--json")
    assert done.returncode == 0
    assert {one["state"] for one in json.loads(done.stdout)} == {"not_supplied"}


def test_the_committed_world_is_never_replaced_by_another():
    for arguments in (("--seed", "7"), ("--null",)):
        done = insight("demo", *arguments)
        assert done.returncode == 2
        assert "--out" in done.stderr


def test_dry_run_runs_nothing(tmp_path):
    done = insight("run", "params/oldham.yml", "--dry-run", "--json", INSIGHT_BUILD=str(tmp_path))
    rows = json.loads(done.stdout)
    assert [row["action"] for row in rows] == ["run"] * 9
    assert not any(tmp_path.iterdir())


ENDS = [
    (KeyboardInterrupt(), 130, "interrupted; results so far stay"),
    (OSError(errno.ENOSPC, "No space left on device", "build/x"), 1, "build/x: no space left on the disk. Fix: free"),
    (
        PermissionError(errno.EACCES, "Permission denied", "build/x"),
        1,
        "build/x: permission denied. Fix: get the right",
    ),
    (OSError(errno.EROFS, "Read-only file system"), 1, "read-only file system. Fix: get the right"),
]


@pytest.mark.parametrize(("raised", "code", "said"), ENDS, ids=["interrupt", "full", "forbidden", "read-only"])
def test_what_ends_a_command_from_outside_is_told_in_words(monkeypatch, capsys, raised, code, said):
    app = typer.Typer(pretty_exceptions_enable=False)

    @app.command()
    def work():
        raise raised

    monkeypatch.setattr(cli, "app", app)
    monkeypatch.setattr(sys, "argv", ["insight"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    assert said in capsys.readouterr().err


def test_another_error_of_the_system_keeps_its_traceback(monkeypatch):
    app = typer.Typer(pretty_exceptions_enable=False)

    @app.command()
    def work():
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(cli, "app", app)
    monkeypatch.setattr(sys, "argv", ["insight"])
    with pytest.raises(OSError, match="Input/output"):
        cli.main()


def test_a_folder_in_place_of_a_params_file_lists_the_files_in_it():
    with pytest.raises(ParamsError, match=r"params: a folder\. Fix: name the file in it: bolton\.yml, bury\.yml"):
        read_yaml(ROOT / "params")


def test_a_council_without_results_has_nothing_to_sign(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path))
    with pytest.raises(NotSuppliedError, match=r"Wigan has no results to sign\. Fix: insight run params/wigan\.yml"):
        release.sign(ROOT / "params" / "wigan.yml")
