"""The empty workbook of a kind: header in both languages, lists, one example row, a sheet of explanations."""

from __future__ import annotations

import io
from textwrap import wrap

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from programme.base.language import gettext as _
from programme.base.workbook import writing
from programme.base.workbook.columns import ColumnKind, ImportColumn
from programme.base.workbook.expected import FORMATS
from programme.base.workbook.kinds import ImportKind
from programme.base.workbook.sheet import Cell
from programme.base.workbook.values import value_of

# What one of a kind is made of: hours are read as minutes, dirhams as centimes.
_PARTS = {ColumnKind.INTEGER: 1, ColumnKind.PERCENT: 1, ColumnKind.HOURS: 60, ColumnKind.MONEY: 100}
_WIDEST = 48
_LINE_HEIGHT, _WIDTHS = 15, (28, 28, 28, 14, 34, 40, 60)
LAST_LISTED = 5000
"""Dropdown lists and formats reach down to this row."""

_AS_TEXT = {ColumnKind.CODE, ColumnKind.PHONE, ColumnKind.NATIONAL_ID, ColumnKind.LIST, ColumnKind.EMAIL}


def empty_workbook(kind: ImportKind) -> bytes:
    """The .xlsx that `programme import KIND --template` writes, in the reader's language.

    It can be imported as it is once filled: the example row, if left in, is passed over with a warning.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _sheet_title(kind.title)
    writing.direct(sheet)
    lists = book.create_sheet("lists")
    lists.sheet_state = "hidden"
    for position, column in enumerate(kind.columns, 1):
        _head(sheet, position, column)
        _example(sheet, position, column)
        _offer(sheet, lists, position, column)
    sheet.row_dimensions[1].height = 34
    sheet.freeze_panes = "A2"
    writing.print_on_a4(sheet)
    _explain(book.create_sheet(_sheet_title(_("Explications"))), kind)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _sheet_title(text: str) -> str:
    return "".join(sign for sign in text if sign not in r"[]:*?/\'")[:31] or "1"


def _head(sheet: Worksheet, position: int, column: ImportColumn) -> None:
    cell = writing.put(sheet, 1, position, column.title + (" *" if column.required else ""))
    cell.font, cell.fill = writing.HEADER, writing.HEADER_FILL
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    dimension = sheet.column_dimensions[get_column_letter(position)]
    dimension.width = min(36, max(14, len(column.title) * 0.75 + 2))
    if column.kind in _AS_TEXT:
        dimension.number_format = "@"  # or Excel eats the zero of 0612… and makes a date of 12/2020
    elif column.kind == ColumnKind.DATE:
        dimension.number_format = "dd/mm/yyyy"


def _example(sheet: Worksheet, position: int, column: ImportColumn) -> None:
    value: Cell = column.example or None
    if column.example and column.kind in (ColumnKind.DATE, *_PARTS):
        value = value_of(column.example, column)
        if isinstance(value, int):
            whole, rest = divmod(value, parts := _PARTS[ColumnKind(column.kind)])
            value = value / parts if rest else whole
    elif column.example and column.kind == ColumnKind.CHOICE:
        value = next(
            str(choice) for choice in column.choices if choice.key == value_of(column.example, column)
        )
    cell = writing.put(sheet, 2, position, value)
    cell.font, cell.fill = writing.EXAMPLE, writing.EXAMPLE_FILL
    if column.kind in _AS_TEXT:
        cell.number_format = "@"
    dimension = sheet.column_dimensions[get_column_letter(position)]
    dimension.width = max(dimension.width, min(_WIDEST, len(str(value or "")) + 3))


def _offer(sheet: Worksheet, lists: Worksheet, position: int, column: ImportColumn) -> None:
    words = [str(choice) for choice in column.choices]
    if column.kind == ColumnKind.YES_NO:
        words = [_("oui"), _("non")]
    if not words:
        return
    for row, word in enumerate(words, 1):
        writing.put(lists, row, position, word)
    letter = get_column_letter(position)
    source = f"={lists.title}!${letter}$1:${letter}${len(words)}"
    # A warning and not a stop: the key and the label in the other language are accepted as well.
    offered = DataValidation(type="list", formula1=source, allow_blank=True, errorStyle="warning")
    offered.add(f"{letter}2:{letter}{LAST_LISTED}")
    sheet.add_data_validation(offered)


def _explain(sheet: Worksheet, kind: ImportKind) -> None:
    writing.direct(sheet)
    notes = [
        kind.explanation or kind.title,
        _("Remplissez la première feuille, une ligne par élément. L'ordre des colonnes est libre."),
        _("Les colonnes marquées * sont obligatoires. Une cellule vide ne change rien à ce qui existe."),
        _("La ligne 2 est un exemple : remplacez-la. Laissée telle quelle, elle est ignorée."),
    ]
    for row, note in enumerate(notes, 1):
        cell = writing.put(sheet, row, 1, note)
        cell.font, cell.alignment = writing.BODY, writing.directed()
    start = len(notes) + 2
    heads = [_("Clé"), "العربية", "Français", _("Obligatoire"), _("Format"), _("Valeurs"), _("Aide")]
    for position, head in enumerate(heads, 1):
        cell = writing.put(sheet, start, position, head)
        cell.font, cell.fill = writing.HEADER, writing.HEADER_FILL
    for row, column in enumerate(kind.columns, start + 1):
        texts = _explanation(column)
        for position, text in enumerate(texts, 1):
            cell = writing.put(sheet, row, position, text)
            cell.font, cell.alignment, cell.border = writing.BODY, writing.wrapped(), writing.LINE
        # Excel fits a row to its text when it opens a file; other programmes often do not.
        tall = max(_lines(text, width) for text, width in zip(texts, _WIDTHS, strict=True))
        sheet.row_dimensions[row].height = _LINE_HEIGHT * tall
    for position, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    writing.print_on_a4(sheet)


def _lines(text: str, width: int) -> int:
    return max(1, sum(max(1, len(wrap(line, width))) for line in text.splitlines()))


def _explanation(column: ImportColumn) -> list[str]:
    values = "\n".join(f"{choice.key} = {choice.label_ar} / {choice.label_fr}" for choice in column.choices)
    required = _("oui") if column.required else _("l'une ou l'autre") if column.one_of else ""
    form = str(FORMATS[ColumnKind(column.kind)])
    return [column.key, column.label_ar, column.label_fr, required, form, values, column.help]
