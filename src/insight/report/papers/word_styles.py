"""How a committee paper in Word looks where a council names no template of its own: A4, plain letters, ruled tables.

Made from pandoc's own reference document, so that every style that pandoc uses is there.
"""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from insight import atomic

DOCUMENT, STYLES, TYPES = "word/document.xml", "word/styles.xml", "[Content_Types].xml"
LINKS = "word/_rels/document.xml.rels"
NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
KINDS = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LETTERS = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:eastAsia="Arial"/>'
BODY, SMALL = 22, 18
"""Sizes of letters in half points: of the paper, and of its tables and running lines."""
HEADINGS = {"Title": 40, "Heading1": 30, "Heading2": 26}
RULE = 'w:val="single" w:sz="4" w:space="0" w:color="8A8F94"'
TABLE = f"""<w:tblPr><w:tblBorders><w:top {RULE}/><w:left {RULE}/><w:bottom {RULE}/><w:right {RULE}/><w:insideH {RULE}/>
<w:insideV {RULE}/></w:tblBorders><w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom
w:w="40" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblStylePr w:type="firstRow"><w:rPr>
<w:b/></w:rPr><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="E4EAF0"/><w:vAlign w:val="bottom"/></w:tcPr>
</w:tblStylePr>"""
SHEET = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId90"/><w:footerReference w:type="default" r:id="rId91"/>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1247" w:right="1134" w:bottom="1134" w:left="1134"'
    ' w:header="567"'
    ' w:footer="567" w:gutter="0"/></w:sectPr>'
)


def _paragraph(runs: str, side: str) -> str:
    return f'<w:p><w:pPr><w:spacing w:before="0" w:after="0"/><w:jc w:val="{side}"/></w:pPr>{runs}</w:p>'


def _run(inside: str) -> str:
    return f'<w:r><w:rPr>{LETTERS}<w:sz w:val="{SMALL - 2}"/></w:rPr>{inside}</w:r>'


def _said(words: str) -> str:
    return _run(f'<w:t xml:space="preserve">{escape(words)}</w:t>')


def _field(name: str) -> str:
    edges = [_run(f'<w:fldChar w:fldCharType="{kind}"/>') for kind in ("begin", "separate", "end")]
    return f"{edges[0]}{_run(f'<w:instrText>{name}</w:instrText>')}{edges[1]}{_said('1')}{edges[2]}"


def _styles(xml: str) -> str:
    """Return the styles with the paper's letters, sizes and table."""
    xml = re.sub(r"<w:rFonts\b[^>]*/>", LETTERS, xml)
    xml = re.sub(
        r'(<w:rPrDefault>.*?)<w:sz w:val="\d+" />\s*<w:szCs w:val="\d+" />',
        rf'\1<w:sz w:val="{BODY}"/>',
        xml,
        flags=re.DOTALL,
    )
    for name, size in HEADINGS.items():
        style = re.search(rf'<w:style\b[^>]*w:styleId="{name}">.*?</w:style>', xml, re.DOTALL)
        if style:
            own = re.sub(r'<w:(sz|szCs) w:val="\d+" />', rf'<w:\1 w:val="{size}"/>', style[0])
            xml = xml.replace(style[0], own.replace('<w:jc w:val="center" />', '<w:jc w:val="left"/>'))
    for name, change in {
        "Table": lambda one: re.sub(r"<w:tblPr>.*</w:tblStylePr>", lambda _: TABLE, one, flags=re.DOTALL),
        "Compact": lambda one: one.replace("</w:style>", f'<w:rPr><w:sz w:val="{SMALL}"/></w:rPr></w:style>'),
        "BodyText": lambda one: re.sub(r'w:before="\d+" w:after="\d+"', 'w:before="60" w:after="100"', one),
        "TableCaption": lambda one: one.replace("</w:style>", '<w:rPr><w:b/><w:i w:val="0"/></w:rPr></w:style>'),
    }.items():
        style = re.search(rf'<w:style\b[^>]*w:styleId="{name}">.*?</w:style>', xml, re.DOTALL)
        if style:
            xml = xml.replace(style[0], change(style[0]))
    return xml


def _rewritten(source: Path, parts: dict[str, str], target: Path) -> None:
    """Write a Word file anew with some of its parts changed or added."""
    with zipfile.ZipFile(source) as old:
        held = {one: old.read(one) for one in old.namelist()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in (held | {name: xml.encode() for name, xml in parts.items()}).items():
            new.writestr(name, content)


def reference(target: Path, *, running: str) -> Path:
    """Write the Word file whose styles and running lines a paper takes, and return it.

    Args:
        target: where to write it.
        running: what the head of each page says; empty for nothing.
    """
    import pypandoc

    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    target.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)  # noqa: S603 - pandoc itself
    with zipfile.ZipFile(target) as held:
        parts = {name: held.read(name).decode() for name in (DOCUMENT, STYLES, TYPES, LINKS)}
    parts[STYLES] = _styles(parts[STYLES])
    parts[DOCUMENT] = re.sub(r"<w:sectPr>.*</w:sectPr>", SHEET, parts[DOCUMENT], flags=re.DOTALL)
    for number, (name, kind, body) in enumerate(
        (
            ("header1", "hdr", _paragraph(_said(running), "left")),
            (
                "footer1",
                "ftr",
                _paragraph(_said("Page ") + _field("PAGE") + _said(" of ") + _field("NUMPAGES"), "right"),
            ),
        )
    ):
        part = name.removesuffix("1")
        parts[f"word/{name}.xml"] = f'<?xml version="1.0" encoding="UTF-8"?><w:{kind} {NAMES}>{body}</w:{kind}>'
        parts[TYPES] = parts[TYPES].replace(
            "</Types>", f'<Override PartName="/word/{name}.xml" ContentType="{KINDS}.{part}+xml"/></Types>'
        )
        parts[LINKS] = parts[LINKS].replace(
            "</Relationships>",
            f'<Relationship Type="{RELATED}/{part}" Id="rId{90 + number}" Target="{name}.xml"/></Relationships>',
        )
    _rewritten(target, parts, target)
    return target


def whole_rows(paper: Path) -> None:
    """Keep each row of a paper's tables on one page."""
    with zipfile.ZipFile(paper) as held:
        xml = held.read(DOCUMENT).decode()
    xml = xml.replace("<w:tr><w:tc>", "<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc>")
    xml = xml.replace("<w:trPr><w:tblHeader", "<w:trPr><w:cantSplit/><w:tblHeader")
    atomic.write_with(paper, lambda path: _rewritten(paper, {DOCUMENT: xml}, path))
