"""Sessions: run, tests, figures, lab, lint, lock, docs, bench. ``nox -l`` lists them.

nox uses uv where it is installed, virtualenv where not; every session installs from the locks, with hashes.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import nox

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["run"]

ROOT = Path(__file__).parent
CORE_LOCK = "requirements.lock"
DEV_LOCK = "requirements-dev.lock"


def install(session: nox.Session, lock: str) -> None:
    """Install a lock with hashes, then the project without touching it; skipped when both are unchanged."""
    seal = Path(session.virtualenv.location) / "insight-installed.txt"
    facts = hashlib.sha256((ROOT / lock).read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if seal.exists() and seal.read_text() == facts:
        return
    session.log("installing the locked packages: a minute or two the first time")
    session.install("--require-hashes", "-r", lock)
    session.install("--no-deps", "--editable", ".")
    seal.write_text(facts)


def environment(session: nox.Session) -> None:
    """Let Python write bytecode: without it every kernel pays imports three times over."""
    session.env["PYTHONDONTWRITEBYTECODE"] = ""
    session.env["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"


@nox.session
def run(session: nox.Session) -> None:
    """Run the workbook for Oldham on the embedded demonstration data, or for the params files given after ``--``."""
    install(session, CORE_LOCK)
    environment(session)
    session.run("insight", "run", *(session.posargs or ["params/oldham.yml"]))


@nox.session
def tests(session: nox.Session) -> None:
    """Pass all tests: unit, end to end, notebooks with their guard, browser, real data."""
    install(session, DEV_LOCK)
    environment(session)
    if session.posargs:
        session.run("pytest", *session.posargs)
        return
    session.run("python", "tests/everything.py")


@nox.session
def figures(session: nox.Session) -> None:
    """Check with nbval that every notebook reproduces its stored figure lines."""
    install(session, DEV_LOCK)
    environment(session)
    session.run("python", "tests/everything.py", "notebooks")


@nox.session
def lab(session: nox.Session) -> None:
    """Open JupyterLab on the notebooks, with the package installed and its own settings."""
    install(session, DEV_LOCK)
    environment(session)
    session.env["INSIGHT_INTERACTIVE"] = "1"
    settings = ROOT / "src" / "insight" / "lab"
    session.run(
        *("jupyter", "lab", "--notebook-dir", str(ROOT), f"--LabApp.app_settings_dir={settings}"),
        *(session.posargs or ["notebooks/README.md"]),
    )


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, docstrings, paths, security, complexity, types and the notebooks' order."""
    install(session, DEV_LOCK)
    environment(session)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("insight", "tidy", "--check")


@nox.session
def docs(session: nox.Session) -> None:
    """Write the reference pages that are made from the code: inputs, commands, printed figures."""
    install(session, DEV_LOCK)
    environment(session)
    session.run("python", "docs/make_reference.py", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure the runner against its aims; prints value, aim and spread, asserts nothing."""
    install(session, DEV_LOCK)
    environment(session)
    session.run("python", "tests/bench/bench_networks.py", *session.posargs)
    session.run("python", "tests/bench/bench_runner.py", *session.posargs)
    if not session.posargs:
        session.run("python", "tests/bench/bench_households.py")
        session.run("python", "tests/bench/bench_privacy.py")
    session.run("python", "tests/bench/bench_neighbourhoods.py")
    session.run("python", "tests/bench/bench_values.py")
    session.run("python", "tests/bench/bench_report.py", *session.posargs)
    if not session.posargs:
        session.run("python", "tests/bench/bench_councils.py")


@nox.session
def calibrate(session: nox.Session) -> None:
    """Measure detection and false alarms of the findings from fixed seeds; keeps them under data/reference/severity."""
    install(session, DEV_LOCK)
    environment(session)
    session.run("python", "-m", "insight.calibration", *session.posargs)


def _compile(session: nox.Session, lock: str, *arguments: str) -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = [table["project"]["dependencies"], table["project"]["optional-dependencies"], table["dependency-groups"]]
    seal = hashlib.sha256(repr(listed).encode()).hexdigest()
    session.run(
        *("uv", "pip", "compile", "pyproject.toml", "--universal", "--generate-hashes", "--python-version", "3.11"),
        *("--no-header", "--no-annotate", "--no-emit-index-url", "--quiet", "--output-file", lock, *arguments),
        *session.posargs,
    )
    body = (ROOT / lock).read_text(encoding="utf-8")
    head = f"# Made by `nox -s lock` from pyproject.toml; do not edit.\n# dependencies sha256: {seal}\n"
    (ROOT / lock).write_text(head + "\n".join(line for line in body.splitlines() if not line.startswith("#")) + "\n")


@nox.session
def lock(session: nox.Session) -> None:
    """Write both locks and environment.yml from pyproject.toml."""
    session.install("uv")
    for name in (CORE_LOCK, DEV_LOCK):
        if "--upgrade" in session.posargs:
            (ROOT / name).unlink(missing_ok=True)
    _compile(session, CORE_LOCK)
    _compile(session, DEV_LOCK, "--all-extras", "--group", "dev", "--constraint", CORE_LOCK)
    _environment_file().replace(ROOT / "environment.yml")


def _environment_file() -> Path:
    text = (
        "# Made by `nox -s lock`; do not edit. Then: pip install --no-deps -e .\n"
        "name: insight-workbook\n"
        "dependencies:\n"
        "  - python=3.11\n"
        "  - pip\n"
        "  - pip:\n"
        f"      - -r {DEV_LOCK}\n"
    )
    target = ROOT / "environment.yml.new"
    target.write_text(text, encoding="utf-8")
    return target
