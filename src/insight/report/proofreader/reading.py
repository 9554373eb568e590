"""The text of a draft, paragraph by paragraph, from Word, PDF, HTML or plain text."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from itertools import accumulate
from pathlib import Path
from typing import Any

from insight import paths
from insight.errors import InputError, Problem
from insight.sources.standing import LABEL

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LARGEST_MB = 40
BYTES_IN_MB = 1 << 20
BLOCKS = {"p", "li", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "caption", "figcaption", "dd", "dt", "div", "tr"}
HIDDEN = {"script", "style", "svg", "pre", "template"}


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """A piece of text, and where it stands: the line of a text, else the number of the paragraph."""

    place: int
    text: str
    is_labelled: bool = False
    """Whether the part under the same heading says that its data are generated."""
    beside: str = ""
    """Of a cell of a table: the words that begin its row and head its column."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A paragraph, heading or cell as its file holds it."""

    text: str
    is_heading: bool = False
    beside: str = ""


Blocks = list[Block]


def _refuse(path: Path, rule: str, fix: str) -> InputError:
    return InputError([Problem(file=paths.shown(path), row=None, column=None, rule=rule, fix=fix)])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _refuse(path, "the text must be UTF-8", "save it as UTF-8") from None


def _plain(path: Path) -> Blocks:
    return [Block(text=line, is_heading=bool(re.match(r"#{1,6} ", line))) for line in _text(path).splitlines()]


class _Blocks(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks = [Block(text="")]
        self._hidden = 0
        self._heads: list[str] = []
        self._row: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's shape
        self._hidden += tag in HIDDEN
        if tag in BLOCKS:
            self.blocks.append(Block(text="", is_heading=bool(re.fullmatch(r"h[1-6]", tag))))
        if tag == "table":
            self._heads = []
        if tag == "tr":
            self._row = []

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in HIDDEN and self._hidden > 0
        if tag in {"td", "th"}:
            self._cell()
        if tag == "tr" and not self._heads:
            self._heads = self._row
        if tag in BLOCKS:
            self.blocks.append(Block(text=""))

    def _cell(self) -> None:
        last = self.blocks[-1]
        self._row.append(last.text.strip())
        self.blocks[-1] = replace(last, beside=_beside(self._heads, self._row))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            last = self.blocks[-1]
            self.blocks[-1] = replace(last, text=last.text + data)


def _beside(heads: Sequence[str], row: Sequence[str]) -> str:
    """Return the words that head a row's last cell so far: the row's first, and the column's own."""
    at = len(row) - 1
    head = heads[at] if at < len(heads) else ""
    return f"{row[0]} {head}" if at else head


def _html(path: Path) -> Blocks:
    reader = _Blocks()
    reader.feed(_text(path))
    return [replace(block, text=" ".join(block.text.split())) for block in reader.blocks]


def _is_word_heading(paragraph: Any) -> bool:
    style = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
    return style is not None and style.get(f"{WORD}val", "").startswith(("Heading", "Title"))


def _docx(path: Path) -> Blocks:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        with zipfile.ZipFile(path) as archive:
            entry = archive.getinfo("word/document.xml")
            if entry.file_size > LARGEST_MB * BYTES_IN_MB:
                raise _refuse(path, f"the text of a Word file has at most {LARGEST_MB} MB", "split the paper")
            root = fromstring(archive.read(entry))
    except (zipfile.BadZipFile, KeyError, ParseError, DefusedXmlException):
        raise _refuse(path, "must be a Word file (.docx)", "save it from Word as .docx") from None
    beside = {id(one): words for table in root.iter(f"{WORD}tbl") for one, words in _word_cells(table)}
    return [
        Block(text=_words(one), is_heading=_is_word_heading(one), beside=beside.get(id(one), ""))
        for one in root.iter(f"{WORD}p")
    ]


def _words(element: Any) -> str:
    return "".join(run.text or "" for run in element.iter(f"{WORD}t"))


def _word_cells(table: Any) -> Iterator[tuple[Any, str]]:
    """Yield each paragraph of a table with the words that begin its row and head its column."""
    heads: list[str] = []
    for row in table.iter(f"{WORD}tr"):
        cells = list(row.iter(f"{WORD}tc"))
        told = [_words(cell) for cell in cells]
        for at, cell in enumerate(cells):
            for one in cell.iter(f"{WORD}p"):
                yield one, _beside(heads, told[: at + 1])
        heads = heads or told


def _pdf(path: Path) -> Blocks:
    program = shutil.which("pdftotext")
    if program is None:
        raise _refuse(path, "reading PDF needs pdftotext", "install poppler-utils, or give the paper as .docx or .txt")
    done = subprocess.run([program, "-layout", str(path), "-"], capture_output=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise _refuse(path, "must be a PDF that can be read", "save the paper as PDF again")
    text = done.stdout.decode("utf-8", errors="replace")
    return [Block(text=" ".join(block.split())) for block in re.split(r"\n\s*\n|\f", text)]


READERS: dict[str, Callable[[Path], Blocks]] = {
    ".txt": _plain,
    ".md": _plain,
    ".html": _html,
    ".htm": _html,
    ".docx": _docx,
    ".pdf": _pdf,
}


def _labelled_parts(blocks: Blocks) -> tuple[list[int], set[int]]:
    """Return the part that each block belongs to, and the parts under a heading that carry the label."""
    parts = list(accumulate(int(block.is_heading) for block in blocks))
    return parts, {part for part, block in zip(parts, blocks, strict=True) if part and LABEL in block.text}


def read(path: Path) -> list[Paragraph]:
    """Return the paragraphs of a draft that hold text.

    Raises:
        InputError: the file is absent, of another kind, or cannot be read; the message gives the fix.
    """
    if not path.is_file():
        raise _refuse(path, "the draft must be there", "check the path")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise _refuse(path, f"a draft is one of {', '.join(READERS)}", "save it as one of these")
    blocks = reader(path)
    parts, labelled = _labelled_parts(blocks)
    return [
        Paragraph(place=place, text=block.text, is_labelled=part in labelled, beside=block.beside)
        for place, (block, part) in enumerate(zip(blocks, parts, strict=True), 1)
        if block.text.strip()
    ]
