"""A project of its own for a test: everything that a root holds, under version control, with nothing uncommitted."""

import json
import shutil
import subprocess

from insight import paths

COPIED = ("params", "notebooks", "pyproject.toml", "requirements.lock", "LICENSE", "LICENSE-DATA.md")
LINKED = ("data", "docs")
WHO = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")


def git(root, *arguments):
    subprocess.run(["git", *WHO, *arguments], cwd=root, check=True, capture_output=True)


def commit(root, message="state"):
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)


def project(folder):
    """Make the root; data and docs are links, the rest may be changed by a test."""
    here = paths.root()
    folder.mkdir(parents=True)
    for name in COPIED:
        source = here / name
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, folder / name)
    for name in LINKED:
        (folder / name).symlink_to(here / name)
    (folder / ".gitignore").write_text("releases/*/*.zip\n")
    git(folder, "init", "-q")
    commit(folder)
    return folder


def as_if_clean(build, council="oldham"):
    """Let a build say that it was made from committed code, whatever the state of the tree that the tests run in."""
    file = build / council / "run.json"
    record = json.loads(file.read_text())
    record["about"] |= {"git_dirty": False, "git_revision": "0" * 40}
    file.write_text(json.dumps(record))
