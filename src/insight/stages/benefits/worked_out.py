"""Values of the spreadsheet's formulas, worked out from the formulas themselves and kept beside them in the file.

A program that recalculates needs none of this; a preview, or a reader of data that does not, would show empty cells.
It knows the functions that the appraisal's sheets are written with and refuses all others.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl import Workbook

TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d+)?(?:E[+-]?\d+)?)(?![A-Za-z!(])
    |(?P<text>"(?:[^"]|"")*")
    |(?P<ref>(?:(?:'[^']+'|[A-Za-z]\w*)!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(?![A-Za-z(])
    |(?P<name>[A-Z]+)\(
    |(?P<sign><>|>=|<=|[-+*/^<>=(),])
    )""",
    re.VERBOSE,
)
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
SUM = {"+": operator.add, "-": operator.sub}
PRODUCT = {"*": operator.mul, "/": operator.truediv}
Thunk = Callable[[], Any]


class Sheets:
    """The cells of a workbook as values, formulas worked out when they are first asked for."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.known: dict[tuple[str, str], Any] = {}

    def value(self, sheet: str, cell: str) -> Any:
        """Return the value of a cell: a number, a text, or ``None`` where it is empty.

        Raises:
            ValueError: a formula with a function that these sheets do not use.
        """
        if (sheet, cell) not in self.known:
            held = self.book[sheet][cell].value
            is_formula = isinstance(held, str) and held.startswith("=")
            self.known[sheet, cell] = Formula(held[1:], sheet, self).worked_out() if is_formula else held
        return self.known[sheet, cell]

    def cells(self, sheet: str, first: str, last: str) -> list[Any]:
        """Return the values of a range, row by row; past the sheet's last row all is empty."""
        most = self.book[sheet].max_row
        top, bottom = (int(re.sub(r"\D", "", one)) for one in (first, last))
        columns = [re.sub(r"\d", "", one) for one in (first, last)]
        span = self.book[sheet][f"{columns[0]}{top}:{columns[1]}{min(bottom, max(top, most))}"]
        return [self.value(sheet, one.coordinate) for row in span for one in row]

    def formulas(self) -> Iterator[tuple[str, str, Any]]:
        """Yield sheet, cell and value of every formula."""
        for sheet in self.book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and cell.value.startswith("="):
                        yield sheet.title, cell.coordinate, self.value(sheet.title, cell.coordinate)


class Formula:
    """One formula, read from left to right; each part becomes a call, so that ``IF`` leaves one side alone."""

    def __init__(self, text: str, sheet: str, sheets: Sheets) -> None:
        self.text, self.sheet, self.sheets = text, sheet, sheets
        self.tokens = list(self._tokens())
        self.place = 0

    def worked_out(self) -> Any:
        """Return the formula's value.

        Raises:
            ValueError: it does not read as a formula of these sheets.
        """
        made = self._comparison()
        if self.place != len(self.tokens):
            raise self._refused()
        return made()

    def _tokens(self) -> Iterator[tuple[str, str]]:
        place = 0
        while place < len(self.text):
            match = TOKEN.match(self.text, place)
            if match is None:
                raise self._refused()
            kind = str(match.lastgroup)
            yield kind, match[kind]
            place = match.end()

    def _refused(self) -> ValueError:
        return ValueError(f"formula {self.text} is none that these sheets use. Fix: teach it to worked_out.py")

    def _next_is(self, *signs: str) -> str:
        if self.place < len(self.tokens):
            kind, text = self.tokens[self.place]
            if kind == "sign" and text in signs:
                self.place += 1
                return text
        return ""

    def _joined(self, part: Callable[[], Thunk], signs: dict[str, Callable[[Any, Any], Any]]) -> Thunk:
        made = part()
        while sign := self._next_is(*signs):
            made = _applied(signs[sign], made, part(), is_sum=signs is not COMPARE)
        return made

    def _comparison(self) -> Thunk:
        return self._joined(self._sum, COMPARE)

    def _sum(self) -> Thunk:
        return self._joined(self._product, SUM)

    def _product(self) -> Thunk:
        return self._joined(self._power, PRODUCT)

    def _power(self) -> Thunk:
        return self._joined(self._signed, {"^": operator.pow})

    def _signed(self) -> Thunk:
        if self._next_is("-"):
            inner = self._signed()
            return lambda: -_number(inner())
        return self._atom()

    def _atom(self) -> Thunk:
        if self._next_is("("):
            inner = self._comparison()
            if not self._next_is(")"):
                raise self._refused()
            return inner
        if self.place >= len(self.tokens):
            raise self._refused()
        kind, text = self.tokens[self.place]
        self.place += 1
        if kind == "number":
            return lambda: float(text)
        if kind == "text":
            return lambda: text[1:-1].replace('""', '"')
        if kind == "ref":
            return self._reference(text)
        if kind == "name":
            return self._call(text)
        raise self._refused()

    def _reference(self, text: str) -> Thunk:
        sheet, _, cells = text.rpartition("!")
        where = sheet.strip("'") or self.sheet
        first, _, last = cells.replace("$", "").partition(":")
        if last:
            return lambda: self.sheets.cells(where, first, last)
        return lambda: self.sheets.value(where, first)

    def _call(self, name: str) -> Thunk:
        if name not in FUNCTIONS:
            raise self._refused()
        given = [self._comparison()]
        while self._next_is(","):
            given.append(self._comparison())
        if not self._next_is(")"):
            raise self._refused()
        return lambda: FUNCTIONS[name](*given)


def _number(value: Any) -> float:
    return 0.0 if value is None else float(value)


def _applied(sign: Callable[[Any, Any], Any], left: Thunk, right: Thunk, *, is_sum: bool) -> Thunk:
    if is_sum:
        return lambda: sign(_number(left()), _number(right()))
    return lambda: sign(*_alike(left(), right()))


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Return both sides of a comparison; an empty cell equals an empty text and zero."""
    is_text = isinstance(left, str) or isinstance(right, str)
    empty: Any = "" if is_text else 0.0
    return (empty if left is None else left), (empty if right is None else right)


def _if(condition: Thunk, yes: Thunk, no: Thunk) -> Any:
    return yes() if condition() else no()


def _numbers(span: Thunk) -> list[float]:
    return [float(one) for one in span() if isinstance(one, int | float)]


def _sumifs(added: Thunk, *conditions: Thunk) -> float:
    spans = [span() for span in conditions[::2]]
    wanted = [one() for one in conditions[1::2]]
    return sum(
        _number(value)
        for place, value in enumerate(added())
        if all(span[place] == one for span, one in zip(spans, wanted, strict=True))
    )


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "IF": _if,
    "AND": lambda *given: all(one() for one in given),
    "ABS": lambda one: abs(_number(one())),
    "COUNT": lambda span: float(len(_numbers(span))),
    "MIN": lambda span: min(_numbers(span)),
    "INDEX": lambda span, place: span()[int(place()) - 1],
    "MATCH": lambda sought, span, _: float(span().index(sought()) + 1),
    "SUMIFS": _sumifs,
}
CELL = re.compile(r'<c r="(?P<cell>[A-Z]+\d+)"(?P<rest>[^>]*)><f>(?P<formula>[^<]*)</f><v\s*/?>(?:</v>)?</c>')


def kept(xml: str, values: dict[str, Any]) -> str:
    """Return a sheet's XML with the value of each formula beside it.

    Args:
        xml: the sheet as the library wrote it, formulas without values.
        values: value by cell.
    """
    from xml.sax.saxutils import escape

    def beside(match: re.Match[str]) -> str:
        value = values[match["cell"]]
        is_text = isinstance(value, str)
        rest = re.sub(r' t="[^"]*"', "", match["rest"]) + ' t="str"' * is_text
        shown = escape(value) if is_text else repr(float(value or 0.0))
        return f'<c r="{match["cell"]}"{rest}><f>{match["formula"]}</f><v>{shown}</v></c>'

    return CELL.sub(beside, xml)
