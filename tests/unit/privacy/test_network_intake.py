"""Personal networks at the door: readers, counts against counting by hand, and no name string in any output."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from insight import params, paths
from insight.errors import InputError, ParamsError
from insight.privacy import network_intake as intake
from insight.privacy.pseudonyms import PATTERN
from insight.sources.contracts import contract as contract_of
from insight.sources.networks import read_egor, read_network_canvas
from insight.sources.reading import read_input

NAMES = ("Zebediah Quince", "Ottoline Färber", "Perpetua O'Dowd", "Wulfric Ng", "Quince")
KEY = bytes(range(7, 47)).hex()
EGOS = """egoID;sex
101;f
102;m
"""
ALTERS = """egoID;alterID;alter.name;alter.relation;alter.eth;alter.local;alter.close
101;1;Zebediah Quince;friend;White;yes;yes
101;2;Ottoline Färber;friend;White;yes;no
101;3;Perpetua O'Dowd;kin;Wulfric Ng;no;
102;1;Zebediah Quince;friend;White;yes;yes
102;2;Wulfric Ng;colleague;pakistani;no;no
"""
TIES = """;egoID;Source;Target;weight
1;101;1;2;1
2;101;2;1;1
3;101;2;3;0
4;102;1;2;2
"""
MAPPING = """columns:
  name: alter.name
  kind: alter.relation
  ethnic_group: alter.eth
  lives_in_area: alter.local
  is_close: alter.close
groups: [white, pakistani]
recode:
  kind: {friend: friends, kin: family, colleague: work}
"""


@pytest.fixture
def folder(tmp_path):
    for name, text in (("egos.csv", EGOS), ("alters.csv", ALTERS), ("ties.csv", TIES), ("mapping.yml", MAPPING)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def three(folder):
    return read_egor(folder / "egos.csv", folder / "alters.csv", folder / "ties.csv")


def test_three_files(folder):
    found = three(folder)
    assert found.egos["ego_id"].tolist() == ["101", "102"]
    assert found.alters["alter_id"].tolist() == ["1", "2", "3", "1", "2"]
    # A tie of weight 0 is none; the unnamed column of row numbers is left out.
    assert found.ties.to_numpy().tolist() == [["101", "1", "2"], ["101", "2", "1"], ["102", "1", "2"]]


def test_two_and_one_files_hold_the_same_network(folder):
    (folder / "wide.csv").write_text("egoID;sex;X1.to.2;X1.to.3;X2.to.3\n101;f;1;0;0\n102;m;1;NA;NA\n")
    two = read_egor(folder / "wide.csv", folder / "alters.csv")
    assert two.ties.to_numpy().tolist() == [["101", "1", "2"], ["102", "1", "2"]]
    assert two.alters.equals(three(folder).alters)
    head = "egoID,sex,alter.name.1,alter.relation.1,alter.name.2,alter.relation.2,1.to.2"
    (folder / "one.csv").write_text(f"{head}\n101,f,Wulfric Ng,kin,Quince,friend,1\n102,m,Quince,kin,,,\n")
    one = read_egor(folder / "one.csv")
    assert one.alters[["ego_id", "alter_id", "relation"]].sort_values(["ego_id", "alter_id"]).to_numpy().tolist() == [
        ["101", "1", "kin"],
        ["101", "2", "friend"],
        ["102", "1", "kin"],
    ]
    assert one.ties.to_numpy().tolist() == [["101", "1", "2"]]


CANVAS = {
    "current": ("networkCanvasEgoUUID", "networkCanvasUUID", "networkCanvasSourceUUID", "networkCanvasTargetUUID"),
    "old": ("_egoId", "_uid", "_from", "_to"),
}


def canvas(folder, names):
    ego, node, source, target = names
    out = folder / "export"
    out.mkdir()
    (out / "case1_ego.csv").write_text(f"{ego},networkCanvasCaseID\nuuid-1,case1\nuuid-2,case2\n")
    (out / "case1_attributeList_Person.csv").write_text(
        f"nodeID,{ego},{node},name,rel_friends,rel_family,local,board_x,board_y\n"
        "1,uuid-1,n1,Wulfric Ng,true,false,true,0.1,0.2\n"
        "2,uuid-1,n2,Quince,false,true,true,0.1,0.2\n"
        "3,uuid-2,n3,Perpetua O'Dowd,false,false,false,0.1,0.2\n",
        encoding="utf-8",
    )
    (out / "case1_edgeList_Knows.csv").write_text(f"edgeID,from,to,{ego},{source},{target}\n1,1,2,uuid-1,n1,n2\n")
    return out


@pytest.mark.parametrize("version", CANVAS)
def test_network_canvas_joins_on_uuids(folder, version):
    found = read_network_canvas(canvas(folder, CANVAS[version]), choices=("rel",))
    assert found.alters["rel"].tolist() == ["friends", "family", ""]
    assert not any(name.startswith("board") for name in found.alters)
    assert found.ties.to_numpy().tolist() == [["uuid-1", "n1", "n2"]]


SCHEMA = "http://graphml.graphdrawing.org/xmlns"
KEYS = """
  <key id="label" attr.name="label" attr.type="string" for="all"/>
  <key id="networkCanvasType" attr.name="networkCanvasType" attr.type="string" for="all"/>
  <key id="networkCanvasUUID" attr.name="networkCanvasUUID" attr.type="string" for="all"/>
  <key id="networkCanvasTargetUUID" attr.name="networkCanvasTargetUUID" attr.type="string" for="edge"/>
  <key id="networkCanvasSourceUUID" attr.name="networkCanvasSourceUUID" attr.type="string" for="edge"/>
  <key id="3e1f-ego" attr.name="sex" attr.type="string" for="graph"/>
  <key id="7a2b" attr.name="name" attr.type="string" for="node"/>
  <key id="9c0d_61c9b2b17db77a27841bbeeabff923448b0f6388" attr.name="rel_friends" attr.type="boolean" for="node"/>
  <key id="9c0d_fb0b1e1ef2b6a4a0f9a9f6b1a4f2e4a11e0dd17a" attr.name="rel_family" attr.type="boolean" for="node"/>
  <key id="1f22" attr.name="local" attr.type="boolean" for="node"/>
  <key id="5d_Y" attr.name="board_Y" attr.type="double" for="node"/>
  <key id="5d_X" attr.name="board_X" attr.type="double" for="node"/>
"""


def node(number, uuid, name, *, friend, local):
    data = {
        "networkCanvasUUID": uuid,
        "networkCanvasType": "Person",
        "label": name,
        "7a2b": name,
        "9c0d_61c9b2b17db77a27841bbeeabff923448b0f6388": str(friend).lower(),
        "9c0d_fb0b1e1ef2b6a4a0f9a9f6b1a4f2e4a11e0dd17a": str(not friend).lower(),
        "1f22": str(local).lower(),
        "5d_X": "0.25",
        "5d_Y": "0.5",
    }
    return f'<node id="{number}">' + "".join(f'<data key="{k}">{v}</data>' for k, v in data.items()) + "</node>"


def graphml(*graphs):
    """A file as the program's exporter lays it out: keys, then a graph an interview with the respondent's own data."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="{SCHEMA}" '
    return f'{head}xmlns:nc="http://schema.networkcanvas.com/xmlns">{KEYS}{"".join(graphs)}</graphml>'


def graph(uuid, case, *inside):
    about = f'nc:caseId="{case}" nc:sessionUUID="session-{uuid}" nc:protocolName="People"'
    return (
        f'<graph edgedefault="undirected" {about}><data key="networkCanvasUUID">{uuid}</data>'
        f'<data key="3e1f-ego">female</data>{"".join(inside)}</graph>'
    )


EDGE = (
    '<edge id="1" source="1" target="2"><data key="networkCanvasUUID">e1</data>'
    '<data key="networkCanvasSourceUUID">n1</data><data key="networkCanvasTargetUUID">n2</data></edge>'
)
FIRST = graph(
    "uuid-1",
    "Quince",
    node(1, "n1", "Wulfric Ng", friend=True, local=True),
    node(2, "n2", "Zebediah Quince", friend=False, local=True),
    EDGE,
)
SECOND = graph("uuid-2", "case2", node(1, "n3", "Perpetua O&apos;Dowd", friend=True, local=False))


def exported(folder, kind):
    """The same two interviews in each form the program gives."""
    place = folder / kind
    if kind == "one.graphml":
        place.write_text(graphml(FIRST, SECOND), encoding="utf-8")
    elif kind == "graphml":
        place.mkdir()
        for name, one in (("Quince_session-1", FIRST), ("case2_session-2", SECOND)):
            (place / f"{name}.graphml").write_text(graphml(one), encoding="utf-8")
    else:
        with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
            if kind == "graphml.zip":
                archive.writestr("Quince_session-1.graphml", graphml(FIRST))
                archive.writestr("case2_session-2.graphml", graphml(SECOND))
            else:
                for number, (case, ego) in enumerate((("Quince", "uuid-1"), ("case2", "uuid-2")), start=1):
                    start = f"{case}_session-{number}"
                    head = "networkCanvasEgoUUID,networkCanvasCaseID,networkCanvasSessionID,sex\r\n"
                    archive.writestr(f"{start}_ego.csv", f'{head}{ego},"{case}",session-{number},female\r\n')
                    archive.writestr(f"{start}_attributeList_Person.csv", ROWS[ego])
                archive.writestr(
                    "Quince_session-1_edgeList_Knows.csv",
                    "edgeID,from,to,networkCanvasEgoUUID,networkCanvasUUID,networkCanvasSourceUUID,"
                    "networkCanvasTargetUUID\r\n1,1,2,uuid-1,e1,n1,n2\r\n",
                )
                archive.writestr("Quince_session-1.graphml", "read only where there are no tables")
    return place


NODES = "nodeID,networkCanvasEgoUUID,networkCanvasUUID,name,rel_friends,rel_family,local,board_x,board_y\r\n"
ROWS = {
    "uuid-1": f'{NODES}1,uuid-1,n1,"Wulfric\nNg",true,false,true,0.25,0.5\r\n'
    '2,uuid-1,n2,"Zebediah, Quince",false,true,true,0.25,0.5\r\n',
    "uuid-2": f"{NODES}3,uuid-2,n3,Perpetua O'Dowd,true,false,false,0.25,0.5\r\n",
}
EXPORTS = ("one.graphml", "graphml", "graphml.zip", "tables.zip")


@pytest.mark.parametrize("kind", EXPORTS)
def test_every_form_of_an_export_holds_the_same_networks(folder, kind):
    found = read_network_canvas(exported(folder, kind), choices=("rel",))
    rows = found.alters[["ego_id", "alter_id", "rel", "local"]]
    assert rows.to_numpy().tolist() == [
        ["uuid-1", "n1", "friends", "true"],
        ["uuid-1", "n2", "family", "true"],
        ["uuid-2", "n3", "friends", "false"],
    ]
    assert found.egos[["ego_id", "sex"]].to_numpy().tolist() == [["uuid-1", "female"], ["uuid-2", "female"]]
    assert found.ties.to_numpy().tolist() == [["uuid-1", "n1", "n2"]]
    assert not any(name.startswith("board") for name in found.alters)


def test_graphml_of_the_program_is_graphml_for_others_too(folder):
    networkx = pytest.importorskip("networkx")
    path = exported(folder, "one.graphml")
    other = networkx.parse_graphml(graphml(FIRST), node_type=str)
    assert {data["networkCanvasUUID"] for _, data in other.nodes(data=True)} == {"n1", "n2"}
    assert len(read_network_canvas(path).ties) == other.number_of_edges()


@pytest.mark.parametrize("kind", EXPORTS)
@pytest.mark.parametrize("with_contacts", [False, True])
def test_no_name_survives_an_export(folder, monkeypatch, kind, with_contacts):
    monkeypatch.setenv("INSIGHT_PSEUDONYM_KEY", KEY)
    mapping = intake.ContactMapping(
        columns={"name": "name", "kind": "rel", "lives_in_area": "local"}, groups=("white",), recode={}
    )
    found = intake.run(params.load(paths.root() / "params" / "bolton.yml"), mapping, canvas=exported(folder, kind))
    files = intake.write(found, folder / "out", with_contacts=with_contacts)
    assert len(files) == (3 if with_contacts else 1)
    for path in (folder / "out").rglob("*"):
        assert not shreds(path.read_text(encoding="utf-8") + path.name)
    assert found.counts["contacts"].sum() == 3
    assert all(PATTERN.fullmatch(code) for code in found.alters["alter_id"])


BOMB = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "Quince">]><graphml xmlns="{SCHEMA}"><graph>&a;</graph></graphml>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, "no document type and no entities"),
        ("<graphml>", "well formed"),
        ("<gexf/>", "GraphML with a graph"),
        (graphml('<graph edgedefault="undirected"/>'), "names its session"),
        (graphml(FIRST.replace('target="2"', 'target="Quince"')), "joins two nodes"),
        (graphml(FIRST.replace(">n2<", ">n1<")), "stands once"),
    ],
)
def test_graphml_that_cannot_be_trusted_is_refused_without_a_name(folder, text, words):
    path = folder / "bad.graphml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words) as caught:
        read_network_canvas(path)
    assert not shreds(str(caught.value))


@pytest.mark.parametrize("name", ["../Quince_ego.csv", "/Quince_ego.csv"])
def test_a_zip_that_reaches_out_is_refused_without_a_name(folder, name):
    path = folder / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(InputError, match="stay inside") as caught:
        read_network_canvas(path)
    assert not shreds(str(caught.value))
    path.write_bytes(b"no zip")
    with pytest.raises(InputError, match="zip archive"):
        read_network_canvas(path)


@pytest.mark.parametrize("name", ["export.zip", "one.graphml"])
def test_adopting_an_export_points_to_the_door(folder, name):
    from typer.testing import CliRunner

    from insight.cli import app

    (folder / name).write_bytes(b"x")
    given = ["adopt", str(folder / name), "--as", "network_contacts", "--params", "params/bolton.yml"]
    done = CliRunner().invoke(app, given)
    assert done.exit_code != 0
    assert "insight intake" in str(done.exception) + done.output


def test_a_choice_without_a_flag_is_unanswered_not_the_first(folder):
    found = read_network_canvas(canvas(folder, CANVAS["current"]), choices=("rel",))
    columns = {"kind": "rel", "lives_in_area": "local"}
    with pytest.raises(InputError, match=r"row 4, column rel: one of household"):
        intake.take_in(found, intake.ContactMapping(columns=columns, groups=("white",)))


def taken(folder, monkeypatch):
    monkeypatch.setenv("INSIGHT_PSEUDONYM_KEY", KEY)
    mapping = intake.load_mapping(folder / "mapping.yml")
    loaded = params.load(paths.root() / "params" / "bolton.yml")
    files = {name: folder / f"{name}.csv" for name in ("egos", "alters", "ties")}
    return intake.run(loaded, mapping, **files)


def test_counts_are_those_of_the_rows(folder, monkeypatch):
    counts = taken(folder, monkeypatch).counts
    rows = counts.set_index(["respondent_id", "kind", "ethnic_group", "lives_in_area"])
    assert rows.loc[("101", "friends", "white", True), "contacts"] == 2
    assert rows.loc[("101", "friends", "white", True), "close_contacts"] == 1
    # Closeness not asked stays unknown, and a group outside the codes is unknown too.
    assert (
        rows.loc[("101", "family", "unknown", False), "close_contacts"]
        != rows.loc[("101", "family", "unknown", False), "close_contacts"]
    )
    assert counts["contacts"].sum() == 5


def test_one_person_named_twice_keeps_one_pseudonym(folder, monkeypatch):
    found = taken(folder, monkeypatch)
    assert found.alters["alter_id"].map(lambda code: bool(PATTERN.fullmatch(code))).all()
    assert found.alters["alter_id"].iloc[0] == found.alters["alter_id"].iloc[3]
    assert found.alters["alter_id"].nunique() == 4
    assert len(found.ties) == 2


def test_without_a_name_column_contacts_are_numbered(folder):
    mapping = intake.load_mapping(folder / "mapping.yml")
    columns = {name: column for name, column in mapping.columns.items() if name != "name"}
    plain = intake.ContactMapping(columns=columns, groups=mapping.groups, recode=mapping.recode)
    assert intake.take_in(three(folder), plain).alters["alter_id"].tolist() == ["A001", "A002", "A003", "A001", "A002"]


def shreds(text):
    """Every name, and every word of one, in either case."""
    words = {word for name in NAMES for word in (name, *re.split(r"[ ']", name)) if len(word) > 2}
    return [word for word in words if word.casefold() in text.casefold()]


@pytest.mark.parametrize("with_contacts", [False, True])
def test_no_name_survives_in_any_output(folder, monkeypatch, with_contacts):
    found = taken(folder, monkeypatch)
    out = folder / "out"
    files = intake.write(found, out, with_contacts=with_contacts)
    assert len(files) == (3 if with_contacts else 1)
    assert shreds(ALTERS)
    for path in out.rglob("*"):
        assert not shreds(path.read_text(encoding="utf-8")), path
        assert not shreds(path.name)
    for path in files:
        name = next(one for one in ("network_contacts", "network_alters", "network_alter_ties") if one in path.name)
        assert len(read_input(name, path)) > 0
        assert path.name == contract_of(name).kind.file
    assert not shreds(repr(three(folder)))
    assert not shreds(repr(found.counts))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("alters.csv", "102;2;Wulfric Ng;colleague", "102;2;Wulfric Ng;Wulfric Ng"),
        ("alters.csv", "102;1;Zebediah Quince;friend;White;yes", "102;1;Zebediah Quince;friend;White;Quince"),
        ("alters.csv", "102;1;Zeb", "Quince;1;Zeb"),
        ("egos.csv", "102;m", "102;m\nWulfric Ng;m"),
        ("alters.csv", "101;2;Ottoline Färber", "101;2;Zebediah Quince"),
        ("alters.csv", "101;2;Ottoline", "101;1;Ottoline"),
        ("ties.csv", "4;102;1;2;2", "4;102;1;Wulfric Ng;2"),
    ],
)
def test_what_is_refused_is_refused_without_repeating_a_name(folder, monkeypatch, file, old, new):
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        taken(folder, monkeypatch)
    assert "Fix:" in str(caught.value)
    assert not shreds(str(caught.value))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("columns: {kind: a}\n", "groups"),
        ("columns: {knd: a}\ngroups: [white]\n", "unknown: knd"),
        ("[]", "mapping has"),
    ],
)
def test_bad_mappings_are_refused(folder, text, words):
    (folder / "mapping.yml").write_text(text)
    with pytest.raises(ParamsError, match=words):
        intake.load_mapping(folder / "mapping.yml")


def test_ragged_rows_name_their_row(folder):
    (folder / "alters.csv").write_text("egoID;alterID;x\n101;1;a\n101;2\n")
    with pytest.raises(InputError, match="row 3: rows have as many cells as the header"):
        three(folder)


def test_the_command_writes_counts_and_says_nothing_of_names(folder):
    command = [sys.executable, "-c", "from insight.cli import main; main()", "intake", "params/bolton.yml"]
    options = ["--mapping", folder / "mapping.yml", "--out", folder / "out", "--contacts"]
    files = ["--egos", folder / "egos.csv", "--alters", folder / "alters.csv", "--ties", folder / "ties.csv"]
    environment = {"INSIGHT_PSEUDONYM_KEY": KEY, "PATH": str(Path(sys.executable).parent)}
    done = subprocess.run(
        [*command, *map(str, options + files)],
        cwd=paths.root(),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not shreds(done.stdout + done.stderr)
    assert "network_alter_ties.csv" in done.stdout
    assert pd.read_csv(folder / "out" / "network_contacts.csv")["contacts"].sum() == 5
    del environment["INSIGHT_PSEUDONYM_KEY"]
    refused = subprocess.run(
        [*command, *map(str, options + files)],
        cwd=paths.root(),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode != 0
    assert "INSIGHT_PSEUDONYM_KEY" in refused.stderr
