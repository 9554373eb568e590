"""Codings go out and come back the same; nothing goes out that consent, sign-off or redaction hold back."""

import dataclasses

import pandas as pd
import pytest
from typer.testing import CliRunner

import worlds
from insight import params, paths
from insight.cli import app
from insight.privacy.protected import Protected
from insight.sources import qualitative
from insight.sources.qualitative.segments import codings_table
from insight.stages import ethnography as stage
from insight.stages.ethnography import exporting, quoting

LOADED = params.load(paths.root() / "params" / "oldham.yml")
PARAMS = stage.Params.build(**LOADED.stages["ethnography"])
NAMES = (*stage.DECLARATION.inputs, "quotes", "consent", "quote_reviews", "redaction_names")


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    inputs = worlds.inputs(NAMES, worlds.world(null=False), tmp_path_factory.mktemp("given"))
    frames = dict(inputs.frames)
    for name, column in (("interviews", "date"), ("consent", "gained_on"), ("quote_reviews", "reviewed_on")):
        rows = frames[name].rows()
        frames[name] = Protected(name, rows.assign(**{column: pd.to_datetime(rows[column])}))
    return dataclasses.replace(inputs, frames=frames)


@pytest.fixture(scope="module")
def made(given):
    return exporting.project(given, PARAMS)


def plain(frame):
    rows = frame.fillna("").astype(str)
    rows = rows[rows["status"] != "not_covered"]
    return (
        rows.sort_values(["interview_id", "theme"])[["interview_id", "theme", "status", "sentiment", "segment"]]
        .to_numpy()
        .tolist()
    )


def agreed(given):
    register = given.people("consent")
    stands = (register["scope"] == "analysis") & ~register["withdrawn"].astype(bool)
    return set(register.loc[stands, "interview_id"])


@pytest.mark.parametrize("form", ["qdpx", "highlights"])
def test_codings_come_back_as_they_went(given, made, form, tmp_path):
    path = tmp_path / f"codings{exporting.ENDINGS[form]}"
    exporting.WRITERS[form](made, path)
    before = given.people("codings")
    before = before[before["interview_id"].isin(agreed(given))]
    assert plain(codings_table(path)) == plain(before)


def test_the_project_is_the_same_when_read_again(made, tmp_path):
    exporting.WRITERS["qdpx"](made, tmp_path / "a.qdpx")
    again = qualitative.read_project(tmp_path / "a.qdpx")
    assert again.sources == made.sources
    assert again.cases == made.cases
    assert again.codes == made.codes


def test_the_codebook_names_every_theme_and_nobody(made, tmp_path):
    exporting.WRITERS["qdc"](made, tmp_path / "codes.qdc")
    codes = qualitative.read_codebook(tmp_path / "codes.qdc")
    assert {code.name: code.description for code in codes} == dict(PARAMS.themes)
    text = (tmp_path / "codes.qdc").read_text(encoding="utf-8")
    assert not any(one.name in text for one in made.sources)


def test_only_quotes_that_the_audience_may_hear_go_along(given, made):
    def words(project):
        return "\n".join(one.text for one in project.sources)

    public = exporting.project(given, PARAMS, audience="public")
    inner = words(made)
    assert len(inner) > len(words(public))
    for name, project in (("internal", made), ("public", public)):
        banks = [
            quoting.heard(quoting.bank(given, grid, PARAMS), given, name)["words"]
            for grid in (exporting.coded(given, themes=list(PARAMS.themes), borough=one) for one in ("oldham", "wigan"))
        ]
        allowed = set(pd.concat(banks))
        told = {line for one in project.sources for line in one.text.splitlines() if ": " not in line.split(",")[0]}
        assert allowed
        assert all(one in words(project) for one in allowed & set(inner.splitlines()))
        assert not {line for line in told if line.startswith("Invented")} - allowed


def test_interviews_without_consent_to_analysis_stay(given, made):
    everybody = set(given.people("interviews")["interview_id"])
    assert {one.name for one in made.sources} == everybody & agreed(given)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["params/oldham.yml", "ethnography", "--as", "qdc"], 0, "publishable"),
        (["params/oldham.yml", "ethnography", "--as", "qdpx"], 0, "restricted: "),
        (["params/oldham.yml", "ethnography", "--as", "docx"], 2, "qdpx"),
        (["params/oldham.yml", "benefits", "--as", "qdc"], 2, "ethnography"),
        (["params/wigan.yml", "ethnography", "--as", "qdc"], 4, "not supplied: interviews"),
    ],
)
def test_the_command(arguments, code, said, tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    done = CliRunner().invoke(app, ["export", *arguments])
    assert getattr(done.exception, "exit_code", done.exit_code) == code
    assert said in done.output + done.stderr + str(done.exception)
    assert len(list(tmp_path.rglob("codings.*"))) == (code == 0)
