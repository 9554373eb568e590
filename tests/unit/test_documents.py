"""Commands that the guides tell users to type: each is one that the command line takes, with its options and words."""

import ast
import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from insight import cli, paths
from insight.cli.examples import EXAMPLES

GUIDES = sorted((paths.root() / "docs" / "how-to").glob("*.md"))
README = paths.root() / "README.md"


def typed(page):
    """The command lines of a page: whole lines of fenced blocks, and inline code that is a whole command."""
    text = page.read_text(encoding="utf-8")
    fenced = [line.strip() for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    inline = [" ".join(code.split()) for code in re.findall(r"(?<!`)`(insight [^`]+)`(?!`)", text)]
    return [line for line in (*fenced, *inline) if line.startswith("insight ")]


COMMANDS = sorted({(page.name, line) for page in (*GUIDES, README) for line in typed(page)})


def parse(line):
    """Take a command line to the point where its function would be called."""
    command, words = get_command(cli.app), shlex.split(line)[1:]
    while hasattr(command, "commands"):
        name, *words = words
        if name not in command.commands:
            raise WrongCommandError(f"no command {name}")
        command = command.commands[name]
    try:
        return command.make_context(command.name, list(words))
    except Exception as error:
        raise WrongCommandError(str(error)) from error


class WrongCommandError(Exception):
    """A line that the command line would refuse."""


def is_mention(line):
    """A command named in running text without its arguments, as `insight fetch` or `insight new stage`."""
    return re.fullmatch(r"insight [a-z]+( (stage|indicator))?", line) is not None


@pytest.mark.parametrize(("page", "line"), COMMANDS, ids=[f"{page}: {line}" for page, line in COMMANDS])
def test_each_command_of_a_guide_is_taken_by_the_command_line(page, line):
    if is_mention(line):
        command = get_command(cli.app)
        for word in line.split()[1:]:
            command = command.commands[word]
        return
    assert parse(line.replace("<council>", "oldham"))


def run_in(file):
    """The words that a test file types, and its text, if it calls the command line at all."""
    text = file.read_text(encoding="utf-8")
    if not re.search(r"insight\.cli|from commands import|cli\.app", text):
        return set(), ""
    words = (one.value for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Constant))
    return {one for one in words if isinstance(one, str)}, text


def test_each_command_of_a_guide_is_run_by_a_test_with_all_its_options():
    """A test file types the command with its options, or reads the guide and types what stands there."""
    files = [run_in(file) for file in sorted((paths.root() / "tests").rglob("test_*.py")) if file != Path(__file__)]
    never = []
    for page, line in COMMANDS:
        if is_mention(line):
            continue
        words = shlex.split(line)[1:]
        wanted = {words[0], *(word for word in words if word.startswith("--"))}
        if not any(wanted <= typed_words or f'"{page}"' in text for typed_words, text in files):
            never.append(f"{page}: {line}")
    assert never == []


def test_each_command_has_examples_that_the_command_line_takes():
    def names(group, before=""):
        for name, one in group.commands.items():
            yield from names(one, f"{before}{name} ") if hasattr(one, "commands") else [f"{before}{name}"]

    assert set(names(get_command(cli.app))) == set(EXAMPLES)
    for name, lines in EXAMPLES.items():
        assert lines
        for line in lines:
            assert line.startswith(f"insight {name}")
            assert parse(line)


def test_help_ends_with_examples_a_line_each():
    shown = CliRunner().invoke(cli.app, ["adopt", "--help"]).output
    assert "For example:\n    insight adopt data/rochdale/export.xlsx --as roster_library" in shown


def test_the_guides_hold_commands_and_a_wrong_one_would_be_seen():
    assert {"sign-and-release.md", "next-year.md", "ten-councils.md"} <= {page for page, _ in COMMANDS}
    with pytest.raises(WrongCommandError):
        parse("insight release params/oldham.yml --edishun 1")
    with pytest.raises(WrongCommandError):
        parse("insight relese params/oldham.yml")


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_links_of_a_guide_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_guide_stands_in_the_table_of_contents():
    listed = (paths.root() / "docs" / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in GUIDES if f"how-to/{page.name}" not in listed] == []
