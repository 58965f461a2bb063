"""Cells that Excel shows as they are: text is never a formula, sheets follow the reader's direction."""

from __future__ import annotations

import datetime as dt
from typing import Any

from openpyxl.cell.cell import Cell as ExcelCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from programme.base.formulas import begins_formula
from programme.base.language import language
from programme.base.workbook.sheet import Cell
from programme.base.workbook.values import FORBIDDEN

GREEN, FAULT, PALE, MUTED = "0F5C4D", "F8D7DA", "F1F5F4", "5B6672"
FONT = "Calibri"
BODY = Font(FONT)
HEADER = Font(FONT, bold=True, color="FFFFFF")
HEADER_FILL = PatternFill("solid", start_color=GREEN, end_color=GREEN)
FAULT_FILL = PatternFill("solid", start_color=FAULT, end_color=FAULT)
EXAMPLE = Font(FONT, color=MUTED)
EXAMPLE_FILL = PatternFill("solid", start_color=PALE, end_color=PALE)
LINE = Border(bottom=Side("thin", color="E3E8EC"))


def direct(sheet: Worksheet) -> None:
    """Lay the sheet out from right to left for who reads Arabic."""
    sheet.sheet_view.rightToLeft = language().direction == "rtl"


def print_on_a4(sheet: Worksheet) -> None:
    """A4 landscape, one page wide."""
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0


def directed() -> Alignment:
    """Text on one line, in the reader's direction."""
    return Alignment(readingOrder=2 if language().direction == "rtl" else 1)


def wrapped() -> Alignment:
    """Wrapped text in the reader's direction, from the top."""
    return Alignment(wrap_text=True, vertical="top", readingOrder=2 if language().direction == "rtl" else 1)


def put(sheet: Worksheet, row: int, column: int, value: Cell) -> ExcelCell:
    """Write one value; text stays text even where it begins with `=`."""
    cell: Any = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = "-"  # sets up the cell; the text itself must not be looked at by openpyxl
        cell._value = FORBIDDEN.sub("\ufffd", value[:32_767])  # XML refuses control signs
        cell.data_type = "s"
        if begins_formula(value):
            cell.quotePrefix = True
    else:
        cell.value = value
        if isinstance(value, dt.date):
            cell.number_format = "dd/mm/yyyy"
    return cell  # type: ignore[no-any-return]
