"""The text of a draft, paragraph by paragraph, from Word, PDF, HTML or plain text."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from insight import paths
from insight.errors import InputError, Problem

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


def _refuse(path: Path, rule: str, fix: str) -> InputError:
    return InputError([Problem(file=paths.shown(path), row=None, column=None, rule=rule, fix=fix)])


def _plain(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise _refuse(path, "the text must be UTF-8", "save it as UTF-8") from None


class _Blocks(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks = [""]
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's shape
        self._hidden += tag in HIDDEN
        if tag in BLOCKS:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in HIDDEN and self._hidden > 0
        if tag in BLOCKS:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.blocks[-1] += data


def _html(path: Path) -> list[str]:
    reader = _Blocks()
    reader.feed("\n".join(_plain(path)))
    return [" ".join(block.split()) for block in reader.blocks]


def _docx(path: Path) -> list[str]:
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
    return ["".join(run.text or "" for run in paragraph.iter(f"{WORD}t")) for paragraph in root.iter(f"{WORD}p")]


def _pdf(path: Path) -> list[str]:
    program = shutil.which("pdftotext")
    if program is None:
        raise _refuse(path, "reading PDF needs pdftotext", "install poppler-utils, or give the paper as .docx or .txt")
    done = subprocess.run([program, "-layout", str(path), "-"], capture_output=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise _refuse(path, "must be a PDF that can be read", "save the paper as PDF again")
    text = done.stdout.decode("utf-8", errors="replace")
    return [" ".join(block.split()) for block in re.split(r"\n\s*\n|\f", text)]


READERS: dict[str, Callable[[Path], list[str]]] = {
    ".txt": _plain,
    ".md": _plain,
    ".html": _html,
    ".htm": _html,
    ".docx": _docx,
    ".pdf": _pdf,
}


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
    return [Paragraph(place=place, text=text) for place, text in enumerate(reader(path), 1) if text.strip()]
