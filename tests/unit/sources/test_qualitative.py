"""Qualitative exchange: other programs' projects read right, the same after a round trip, hostile ones refused."""

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight.errors import InputError
from insight.sources import qualitative as qda
from insight.sources.qualitative import archive, xml
from insight.sources.reading import read_input

DATA = Path(__file__).parents[2] / "data" / "qualitative"
NS = 'xmlns="urn:QDA-XML:project:1.0"'
CODES = (
    '<CodeBook><Codes><Code guid="C1" name="Housing" isCodable="true" color="#ef8256"/>'
    '<Code guid="C2" name="Transport" isCodable="true"><Code guid="C3" name="prompted"/></Code></Codes></CodeBook>'
)


def selection(start, end, code="C1", name=""):
    return (
        f'<PlainTextSelection guid="S{start}-{end}" name={quoteattr(name)} startPosition="{start}" endPosition="{end}">'
        f'<Coding guid="K{start}-{end}"><CodeRef targetGUID="{code}"/></Coding></PlainTextSelection>'
    )


def document(*sources, codes=CODES, root=NS, head=""):
    inside = "".join(sources)
    start = f'<?xml version="1.0" encoding="utf-8"?>{head}<Project {root} name="P">'
    return f"{start}{codes}<Sources>{inside}</Sources></Project>"


def source(*selections, name="I001", path="internal://T1.txt"):
    return f'<TextSource guid="T1" name="{name}" plainTextPath="{path}">{"".join(selections)}</TextSource>'


def packed(folder, parts, name="project.qdpx"):
    target = folder / name
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for part, data in parts.items():
            made.writestr(part, data if isinstance(data, bytes) else data.encode("utf-8"))
    return target


def words(project):
    return [one.text[mark.start : mark.end] for one in project.sources for mark in one.selections]


def refusal(call):
    with pytest.raises(InputError) as caught:
        call()
    assert "Fix: " in str(caught.value)
    return str(caught.value)


def test_a_project_written_by_another_implementation_is_read_whole():
    project = qda.read_project(DATA / "written_by_pyrefiqda.qdpx")
    assert words(project) == [
        "The back bedroom is wet again",
        "the landlord knows",
        "the buses are fine",
        "things go missing",
    ]
    assert [path for path in project.paths().values() if len(path) > 1] == [
        ("Housing", "negative"),
        ("Transport", "prompted"),
    ]
    assert [user.name for user in project.users] == ["Coder A", "Coder B"]
    assert [sorted(dict(case.values).items()) for case in project.cases] == [
        sorted(zip((one.guid for one in project.variables), ("home", "95"), strict=True))
    ]
    assert dict(project.left_out) == {"Links": 1}


def test_what_is_modelled_survives_a_round_trip(tmp_path):
    project = qda.read_project(DATA / "written_by_pyrefiqda.qdpx")
    qda.write_project(project, tmp_path / "again.qdpx")
    assert qda.read_project(tmp_path / "again.qdpx") == project
    first = (tmp_path / "again.qdpx").read_bytes()
    qda.write_project(project, tmp_path / "again.qdpx")
    assert (tmp_path / "again.qdpx").read_bytes() == first


def test_codebooks_of_either_namespace_and_round_trip(tmp_path):
    codes = qda.read_codebook(DATA / "written_by_pyrefiqda.qdc")
    assert [path for top in codes for path, _ in top.walk()] == [("Housing",), ("Housing", "negative"), ("Transport",)]
    qda.write_codebook(codes, tmp_path / "codes.qdc")
    assert qda.read_codebook(tmp_path / "codes.qdc") == codes
    text = (tmp_path / "codes.qdc").read_text(encoding="utf-8")
    assert 'xmlns=""' not in text
    (tmp_path / "other.qdc").write_text(text.replace(xml.CODEBOOK, xml.PROJECT), encoding="utf-8")
    assert qda.read_codebook(tmp_path / "other.qdc") == codes


LETTERS = st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff")
TEXTS = st.text(LETTERS | st.sampled_from("\n\t <&>\"'\U0001f627"), max_size=40)
NAMES = st.text(LETTERS | st.sampled_from('\n\t<&"'), min_size=1, max_size=12)


@st.composite
def projects(draw):
    users = (qda.User(guid="U1", name=draw(NAMES)),)
    code = qda.Code(
        guid="C1", name=draw(NAMES), description=draw(TEXTS), codes=(qda.Code(guid="C2", name="x", is_codable=False),)
    )
    texts = draw(st.lists(TEXTS, max_size=3))
    sources = []
    for number, text in enumerate(texts):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        mark = qda.Selection(
            guid=f"S{number}",
            start=start,
            end=end,
            name=draw(st.sampled_from(["", text[start:end]])),
            codings=(qda.Coding(guid=f"K{number}", code="C2", user="U1", created="2011-02-07T10:00:00Z"),),
        )
        sources.append(qda.TextSource(guid=f"T{number}", name=draw(NAMES), text=text, selections=(mark,)))
    case = qda.Case(guid="A1", name=draw(NAMES), values={"V1": draw(TEXTS)}, sources=tuple(one.guid for one in sources))
    notes = (qda.Note(guid="N1", name=draw(NAMES), text=draw(TEXTS)),)
    variables = (qda.Variable(guid="V1", name=draw(NAMES)),)
    return qda.Project(
        name=draw(NAMES),
        users=users,
        codes=(code,),
        variables=variables,
        cases=(case,),
        sources=tuple(sources),
        notes=notes,
    )


def test_a_label_that_stands_elsewhere_in_a_plain_text_is_no_sign_of_another_counting(tmp_path):
    mark = qda.Selection(guid="S1", start=0, end=3, name="damp")
    source = qda.TextSource(guid="T1", name="t", text="the damp wall", selections=(mark,))
    project = qda.Project(name="p", sources=(source,))
    qda.write_project(project, tmp_path / "p.qdpx")
    assert qda.read_project(tmp_path / "p.qdpx") == project


@settings(max_examples=40, deadline=None)
@given(project=projects())
def test_any_project_is_the_same_when_written_and_read(project, tmp_path_factory):
    path = tmp_path_factory.mktemp("round") / "p.qdpx"
    qda.write_project(project, path)
    assert qda.read_project(path) == project


@pytest.mark.parametrize(
    ("folder", "root"),
    [
        # MAXQDA: capital GUIDs, schema location first, folder in small letters
        (
            "sources",
            (
                f'xsi:schemaLocation="urn:QDA-XML:project:1.0 Project.xsd" {NS} '
                'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" origin="MAXQDA 24"'
            ),
        ),
        # ATLAS.ti and NVivo: folder with a capital
        ("Sources", f'{NS} origin="ATLAS.ti 9"'),
        # QualCoder: a prefix of its own on the schema instance, no folder
        ("", f'{NS} xmlns:xs="http://www.w3.org/2001/XMLSchema-instance" origin="Qualcoder-3.5"'),
    ],
)
def test_layouts_of_other_programs(tmp_path, folder, root):
    part = f"{folder}/T1.txt" if folder else "T1.txt"
    path = packed(tmp_path, {"project.qde": document(source(selection(4, 8)), root=root), part: "\ufeffthe damp wall"})
    assert words(qda.read_project(path)) == ["damp"]


RAW = "first line\r\nsecond line\r\nthe damp wall"
LF = RAW.replace("\r\n", "\n")


@pytest.mark.parametrize("counted", [RAW, LF])
def test_crlf_texts_are_read_by_the_words_that_stand_beside_the_positions(tmp_path, counted):
    start = counted.index("damp")
    marks = source(selection(start, start + 9, name="damp wall"), selection(0, 5, name="comment"))
    project = qda.read_project(packed(tmp_path, {"project.qde": document(marks), "sources/T1.txt": RAW}))
    assert words(project) == ["damp wall", "first"]
    assert project.sources[0].text == LF


def test_crlf_texts_that_could_be_read_two_ways_are_refused(tmp_path):
    marks = source(selection(LF.index("damp"), LF.index("damp") + 4))
    path = packed(tmp_path, {"project.qde": document(marks), "sources/T1.txt": RAW})
    assert "LF line ends" in refusal(lambda: qda.read_project(path))


def test_positions_in_utf_16_units_are_read_by_their_words_and_code_points_without(tmp_path):
    text = "\U0001f627\U0001f627 the damp wall"
    at = text.index("damp")
    for shift, name in ((2, "damp wall"), (0, "damp wall"), (0, "")):
        marks = source(selection(at + shift, at + shift + 9, name=name))
        path = packed(tmp_path, {"project.qde": document(marks), "sources/T1.txt": text})
        assert words(qda.read_project(path)) == ["damp wall"]


def test_positions_outside_the_text_are_refused(tmp_path):
    path = packed(tmp_path, {"project.qde": document(source(selection(0, 99))), "sources/T1.txt": "short"})
    assert "positions" in refusal(lambda: qda.read_project(path))
    with pytest.raises(ValueError, match="lies outside"):
        qda.TextSource(guid="T", name="t", text="x", selections=(qda.Selection(guid="S", start=0, end=2),))
    with pytest.raises(ValueError, match="CR line ends"):
        qda.TextSource(guid="T", name="t", text="x\r\ny")


GOOD = {"project.qde": document(source()), "sources/T1.txt": "short"}


@pytest.mark.parametrize(
    ("extra", "rule"),
    [
        ({"../escape.txt": "x"}, "stay inside"),
        ({"/etc/cron.txt": "x"}, "stay inside"),
        ({"sources\\..\\..\\x.txt": "x"}, "stay inside"),
        ({"C:/x.txt": "x"}, "stay inside"),
        ({"SOURCES/t1.TXT": "x"}, "stand twice"),
        ({"other.qde": "<Project/>"}, "one project.qde"),
    ],
)
def test_path_tricks_are_refused(tmp_path, extra, rule):
    assert rule in refusal(lambda: qda.read_project(packed(tmp_path, {**GOOD, **extra})))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["project.qdpx"]


def test_links_and_encryption_are_refused(tmp_path):
    path = tmp_path / "p.qdpx"
    with zipfile.ZipFile(path, "w") as made:
        link = zipfile.ZipInfo("sources/link.txt")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    assert "no links" in refusal(lambda: qda.read_project(path))
    data = bytearray(packed(tmp_path, GOOD).read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(bytes(data))
    assert "encrypted" in refusal(lambda: qda.read_project(path))


def test_zip_bombs_are_refused_by_ratio_size_count_and_lying_header(tmp_path, monkeypatch):
    bomb = packed(tmp_path, {**GOOD, "sources/T2.txt": b"\0" * (8 * 1024 * 1024)})
    assert "times its size" in refusal(lambda: qda.read_project(bomb))
    many = packed(tmp_path, {**GOOD, **{f"sources/{n}.txt": "" for n in range(archive.MOST_ENTRIES)}})
    assert "parts at most" in refusal(lambda: qda.read_project(many))
    monkeypatch.setattr(archive, "MOST_BYTES", 10)
    assert "bytes at most" in refusal(lambda: qda.read_project(packed(tmp_path, GOOD)))
    monkeypatch.undo()
    monkeypatch.setattr(archive, "MOST_PART_BYTES", 100)
    assert "bytes unpacked" in refusal(lambda: qda.read_project(packed(tmp_path, GOOD)))


LAUGHS = '<!DOCTYPE Project [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("head", [LAUGHS, OUTSIDE, '<!DOCTYPE Project SYSTEM "http://example.org/p.dtd">'])
def test_entities_and_document_types_are_refused(tmp_path, head):
    path = packed(tmp_path, {**GOOD, "project.qde": document(source(), head=head)})
    assert "entities" in refusal(lambda: qda.read_project(path))
    (tmp_path / "c.qdc").write_text(f"{head}<CodeBook/>", encoding="utf-8")
    assert "entities" in refusal(lambda: qda.read_codebook(tmp_path / "c.qdc"))


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({**GOOD, "project.qde": "<Project"}, "well formed"),
        ({**GOOD, "project.qde": "<Other/>"}, "root must be"),
        ({**GOOD, "project.qde": '<Project xmlns="urn:other"/>'}, "root must be"),
        ({**GOOD, "project.qde": document(source(path="absolute:///home/x.txt"))}, "inside the project"),
        ({**GOOD, "project.qde": document(source(path="internal://gone.txt"))}, "stand once"),
        ({**GOOD, "sources/T1.txt": b"\xff\xfe"}, "UTF-8"),
        ({**GOOD, "project.qde": document(source(selection(0, 2, code="C9")))}, "code of the codebook"),
        ({**GOOD, "project.qde": document(source(selection("a", 2)))}, "whole numbers"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_fix(tmp_path, parts, rule):
    assert rule in refusal(lambda: qda.read_project(packed(tmp_path, parts)))


def test_no_archive_and_no_file_are_told(tmp_path):
    (tmp_path / "p.qdpx").write_bytes(b"no zip")
    assert "zip archive" in refusal(lambda: qda.read_project(tmp_path / "p.qdpx"))
    assert "not there" in refusal(lambda: qda.read_project(tmp_path / "q.qdpx"))
    assert "not there" in refusal(lambda: qda.read_codebook(tmp_path / "q.qdc"))


def test_a_codebook_nested_without_end_is_refused(tmp_path):
    deep = "<Code guid='1' name='x'>" * 150 + "</Code>" * 150
    (tmp_path / "c.qdc").write_text(f"<CodeBook><Codes>{deep}</Codes></CodeBook>", encoding="utf-8")
    assert "nested" in refusal(lambda: qda.read_codebook(tmp_path / "c.qdc"))


def test_writing_refuses_what_xml_cannot_hold(tmp_path):
    with pytest.raises(ValueError, match="cannot stand in XML"):
        qda.write_project(qda.Project(name="a\x01b"), tmp_path / "p.qdpx")
    assert list(tmp_path.iterdir()) == []


def test_codings_of_a_project_are_the_workbooks(tmp_path):
    target = tmp_path / "codings.qdpx"
    target.write_bytes((DATA / "written_by_pyrefiqda.qdpx").read_bytes())
    frame = read_input("codings", target)
    rows = {(one.interview_id, one.theme): (one.status, one.sentiment) for one in frame.itertuples()}
    assert rows == {
        ("I001", "housing"): ("raised", "negative"),
        ("I001", "transport"): ("prompted", None),
        ("I002", "crime_asb"): ("raised", None),
    }


def test_each_coders_codings_stand_apart():
    frame = qda.segments_of(qda.read_project(DATA / "written_by_pyrefiqda.qdpx"))
    assert frame.groupby("coder")["code"].count().to_dict() == {"Coder A": 4, "Coder B": 1}
    assert frame.loc[0, "text"] == "The back bedroom is wet again"


TAGUETTE = (
    'id,document,tag,content\r\n1,I001.docx,housing,"wet, again"\r\n1,I001.docx,housing.negative,"wet, again"\r\n'
    "2,I002,,untagged\r\n3,I002,transport.prompted,buses\r\n"
)


def test_taguette_highlights_as_csv_and_workbook(tmp_path):
    (tmp_path / "codings.csv").write_bytes(TAGUETTE.encode())
    frame = read_input("codings", tmp_path / "codings.csv")
    assert frame[["interview_id", "theme", "status"]].to_numpy().tolist() == [
        ["I001", "housing", "raised"],
        ["I002", "transport", "prompted"],
    ]
    pd.read_csv(io.StringIO(TAGUETTE), keep_default_na=False).to_excel(tmp_path / "codings.xlsx", index=False)
    pd.testing.assert_frame_equal(read_input("codings", tmp_path / "codings.xlsx"), frame)
    qda.write_highlights(qda.read_highlights(tmp_path / "codings.csv"), tmp_path / "again.csv")
    pd.testing.assert_frame_equal(
        qda.read_highlights(tmp_path / "again.csv"), qda.read_highlights(tmp_path / "codings.csv")
    )


def test_plain_tables_of_other_programs(tmp_path):
    path = tmp_path / "coded.csv"
    path.write_text(
        "Document name,Code,Segment,Created by\nI001,Housing > damp,wet wall,A\nI001,,none,A\n", encoding="utf-8"
    )
    columns = {"document": "Document name", "code": "Code", "text": "Segment", "coder": "Created by"}
    frame = qda.read_segments(path, columns=columns)
    assert frame.to_numpy().tolist() == [["I001", "Housing/damp", "wet wall", "A"]]
    assert qda.codings_of(frame)["segment"].tolist() == ["damp"]
    assert "must be there" in refusal(lambda: qda.read_segments(path))
    (tmp_path / "x.xlsx").write_bytes(b"no workbook")
    assert "Excel" in refusal(lambda: qda.read_highlights(tmp_path / "x.xlsx"))
