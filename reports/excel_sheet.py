"""What every sheet of a workbook shares: its name, its page set-up, its title block and its pens."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from programme.base.formulas import begins_formula
from programme.base.language import Language, format_date, format_instant, language
from programme.base.language import gettext as _
from reports.definition import Document, Kind
from reports.excel_rows import Rows

PRIMARY, LINE, GROUND, MUTED, MARK = "0F5C4D", "D5DCE1", "F1F5F4", "5B6672", "B7791F"
TONES = {"grey": MUTED, "blue": "1D4E89", "green": "2F7D4F", "amber": "B45309", "red": "B42318"}
FORMATS = {
    Kind.INTEGER: "#,##0",
    Kind.HOURS: "#,##0.##",
    Kind.PERCENT: "0.0%",
    Kind.MONEY: "#,##0.00",
    Kind.DATE: "dd/mm/yyyy",
}
INSTANT = "dd/mm/yyyy hh:mm"
WORDS = (Kind.NAME, Kind.TEXT, Kind.STATE)
FONT = "Calibri"
LINE_HEIGHT = 15.0
A4 = 9
MARGIN = 18 / 25.4
# Characters that a page holds at a size easily read, and those of a column without a width of its own.
_PAGE_WIDTH, _USUAL_WIDTH = 132, 8.43
# Letters of a line over a table.
_LINE_MOST = 70
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_UNWRITABLE = re.compile(ILLEGAL_CHARACTERS_RE.pattern + "|[\ud800-\udfff\ufffe\uffff]")
_HAIRLINE = Border(bottom=Side(style="hair", color=LINE))
_RULE = Border(top=Side(style="thin", color=PRIMARY), bottom=Side(style="thin", color=PRIMARY))


def clean(text: object) -> str:
    """Text without what a workbook cannot hold (control characters, lone surrogates), at most 32,767 long."""
    return _UNWRITABLE.sub("", str(text))[:32767]


def sheet_name(wanted: str, taken: Iterable[str]) -> str:
    """A name Excel accepts: at most 31 characters, none of []:*?/\\, unlike the others whatever the case."""
    used = {name.casefold() for name in taken} | {"history"}
    base = _shortened(" ".join(_FORBIDDEN.sub(" ", clean(wanted)).split()).strip("'")) or _("Feuille")
    name, number = base, 1
    while name.casefold() in used:
        number += 1
        ending = f" ({number})"
        name = base[: 31 - len(ending)].rstrip() + ending
    return name


def _shortened(words: str) -> str:
    """At most 31 characters, cut after a whole word where one ends late enough."""
    if len(words) > 31:
        whole = words[:31].rpartition(" ")[0].rstrip(" ,;:·–-")
        words = f"{whole}…" if len(whole) >= 15 else words[:31]
    return words.strip(" '")


def alignment(kind: Kind, header: bool = False) -> Alignment:
    """Start side for text, end side for numbers; codes and phones always read left to right."""
    rtl = language() is Language.AR
    at_end = kind in FORMATS and kind is not Kind.DATE
    side = "left" if rtl is at_end else "right"
    order = 2 if rtl and (header or kind in WORDS) else 1
    return Alignment(
        side, "center" if header else "top", indent=1, readingOrder=order, wrap_text=header or kind in WORDS
    )


Line = list[Cell | None] | tuple[()] | Generator[Cell | None, None, None]


@dataclass(slots=True)
class Leaf:
    """One sheet being written, row after row; `row` is the number of the last row written."""

    sheet: Any
    row: int = 0
    _pens: dict[tuple[Any, ...], Cell] = field(default_factory=dict)

    def pen(
        self,
        kind: Kind = Kind.TEXT,
        look: str = "body",
        number_format: str | None = None,
        tone: str = "",
        quoted: bool = False,
    ) -> Cell:
        """A styled cell made once and used again for each value: writing a style per cell is what is slow."""
        key = (kind, look, number_format, tone, quoted)
        if key not in self._pens:
            self._pens[key] = self._made(*key)
        return self._pens[key]

    def _made(self, kind: Kind, look: str, number_format: str | None, tone: str, quoted: bool) -> Cell:
        cell: Any = WriteOnlyCell(self.sheet)
        cell.number_format = number_format or FORMATS.get(kind, "General")
        cell.alignment = alignment(kind, header=look == "header")
        cell.border = _RULE if look == "total" else _HAIRLINE
        cell.font = Font(FONT, bold=look in ("total", "strong"), color=TONES.get(tone))
        if look == "header":
            cell.font, cell.border = Font(FONT, bold=True, color="FFFFFF"), Border()
            cell.fill = PatternFill("solid", fgColor=PRIMARY)
        elif look == "total":
            cell.fill = PatternFill("solid", fgColor=GROUND)
        elif look.rstrip(WRAPPED) in _LINES:
            size, bold, color = _LINES[look.rstrip(WRAPPED)]
            cell.font, cell.border = Font(FONT, size, bold=bold, color=color), Border()
            cell.alignment = Alignment(
                cell.alignment.horizontal,
                "center",
                readingOrder=cell.alignment.readingOrder,
                wrap_text=look.endswith(WRAPPED),
            )
        cell.quotePrefix = quoted
        return cell  # type: ignore[no-any-return]

    def text(self, value: object, kind: Kind = Kind.TEXT, look: str = "body", tone: str = "") -> Cell:
        """A cell of text that stays text whatever it begins with."""
        words = clean(value)
        quoted = words.startswith("'") or begins_formula(words)
        return written(self.pen(kind, look, "@" if quoted else "General", tone, quoted), words)

    def write(self, cells: Line = (), lines: float = 1) -> None:
        """Append one row, `lines` lines of text high.

        A generator is written cell by cell, so that one pen may serve several columns.
        """
        self.row += 1
        if lines != 1:
            self.sheet.row_dimensions[self.row].height = LINE_HEIGHT * lines
        if self.row == 1:
            self.sheet._get_writer()  # the sheet's views and widths are known by now
            self.sheet._writer.write_row = Rows(self.sheet).write
        self.sheet.append(cells)
        if lines != 1:
            del self.sheet.row_dimensions[self.row]

    def merge(self, first: str, last: str) -> None:
        """One cell from column to column of the row just written: where it mixes scripts, text that runs over
        its column is folded by some programmes."""
        if first != last:
            self.sheet.merged_cells.add(f"{first}{self.row}:{last}{self.row}")


def written(pen: Any, words: str) -> Cell:
    """The pen holding clean text, typed as text: openpyxl's own setter would make a formula of « =… »."""
    pen._value = words
    pen.data_type = "s"
    return pen  # type: ignore[no-any-return]


WRAPPED = "+"
"""Ends the name of a look whose cell spans columns: only there is text that mixes scripts laid out in its width."""
HEIGHTS = {"title": 1.7, "subtitle": 1.2, "demonstration": 1.2}
_LINES = {
    "title": (16, True, PRIMARY),
    "subtitle": (12, True, "17212B"),
    "fact": (10, False, MUTED),
    "address": (10, False, MUTED),
    "demonstration": (11, True, TONES["amber"]),
}


def new_leaf(book: Workbook, title: str, document: Document) -> Leaf:
    """A sheet with its direction and its page: A4 landscape, one page wide, page numbers below."""
    sheet = book.create_sheet(sheet_name(title, book.sheetnames))
    leaf = Leaf(sheet)
    # openpyxl makes a cell of each value; ours are made already and only need their place
    sheet._values_to_row = _placed
    sheet.sheet_view.rightToLeft = language() is Language.AR
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins = PageMargins(MARGIN, MARGIN, MARGIN, MARGIN, 0.3, 0.3)
    sheet.HeaderFooter.oddFooter.left.text = _printed(document.reference)
    sheet.HeaderFooter.oddFooter.right.text = "&P / &N"
    if document.demonstration:
        sheet.HeaderFooter.oddHeader.center.text = _printed(demonstration_label())
    return leaf


def _placed(cells: Iterable[Cell | None], row: int) -> Iterator[Cell]:
    for column, cell in enumerate(cells, 1):
        if cell is not None:
            cell.row, cell.column = row, column
            yield cell


def _printed(text: str) -> str:
    return clean(text)[:100].replace("&", "&&")


def demonstration_label() -> str:
    """What marks every page of the demonstration."""
    return _("Démonstration : données fictives")


def facts(document: Document) -> list[tuple[str, str | dt.date]]:
    """What the report is about: its facts, with the as-at date as a date, once, even where given as text."""
    dated = {format_date(document.as_at), format_date(document.as_at, "short"), document.as_at.isoformat()}
    given = [(str(label), str(value)) for label, value in document.facts]
    lines: list[tuple[str, str | dt.date]] = []
    if not any(value in dated for _label, value in given):
        lines.append((_("Situation au"), document.as_at))
    lines += [(label, document.as_at if value in dated else value) for label, value in given]
    return lines


def imprint(document: Document) -> list[tuple[str, str | dt.date]]:
    """Where the document comes from: reference, instant, head of the journal, address where it can be verified."""
    head = str(document.head) if document.head else ""
    lines = (_("Référence"), document.reference), (_("Établi le"), document.made_at), (_("Journal"), head)
    return [(label, value) for label, value in (*lines, (_("Vérification"), document.verify_url)) if value]


def _said(label: str, value: str | dt.date) -> str:
    if isinstance(value, dt.datetime):
        value = format_instant(value)
    elif isinstance(value, dt.date):
        value = format_date(value)
    return _("%(label)s : %(value)s", label=label, value=value)


def _in_lines(pairs: Iterable[tuple[str, str | dt.date]]) -> list[str]:
    """Label and value one after the other, in lines that the page holds."""
    lines: list[str] = []
    for words in (_said(*pair) for pair in pairs):
        if lines and len(lines[-1]) + len(words) < _LINE_MOST:
            lines[-1] += f" · {words}"
        else:
            lines.append(words)
    return lines


def title_lines(document: Document, subtitle: str = "", note: str = "") -> list[tuple[str, str]]:
    """Text and look of the lines over a table: title, subtitle, facts, imprint, note, demonstration."""
    lines = [(str(document.title), "title")]
    if subtitle and subtitle != str(document.title):
        lines.append((subtitle, "subtitle"))
    told = [pair for pair in imprint(document) if pair[1] != document.verify_url]
    lines += [(words, "fact") for words in (*_in_lines(facts(document)), *(_said(*pair) for pair in told))]
    if document.verify_url:
        lines.append((document.verify_url, "address"))
    if note:
        lines.append((note, "fact"))
    if document.demonstration:
        lines.append((demonstration_label(), "demonstration"))
    return lines


def write_lines(leaf: Leaf, lines: Sequence[tuple[str, str]], widths: Sequence[float]) -> None:
    """The title block, then a blank row: the header comes two rows below the last line."""
    for words, look in lines:
        kind = Kind.CODE if look == "address" else Kind.TEXT
        leaf.write([leaf.text(words, kind, look + WRAPPED)], HEIGHTS.get(look, 1))
        leaf.merge("A", _page_end(widths))
    leaf.write()


def _page_end(widths: Sequence[float]) -> str:
    """The last column of the page: of a narrow table, an empty one beside it."""
    beside = max(0, ceil((_PAGE_WIDTH - sum(widths)) / _USUAL_WIDTH))
    return get_column_letter(len(widths) + beside)


def close_table(leaf: Leaf, header: int, last: int, widths: Sequence[float]) -> None:
    """Filter over the table without its totals, header repeated in print, print area to the last row.

    The area of a narrow table takes in empty columns beside it: the lines over the table stay whole, and
    the page is not filled with three enormous columns.
    """
    leaf.sheet.auto_filter.ref = f"A{header}:{get_column_letter(len(widths))}{last}"
    leaf.sheet.print_title_rows = f"{header}:{header}"
    leaf.sheet.print_area = f"A1:{_page_end(widths)}{leaf.row}"


def set_widths(leaf: Leaf, widths: Sequence[float]) -> None:
    """Column widths in characters; to be called before the first row."""
    for number, width in enumerate(widths, 1):
        leaf.sheet.column_dimensions[get_column_letter(number)].width = round(width, 1)
