"""The workbook given back with its faulty cells coloured and commented (WORKBOOKS.md)."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.comments import Comment

from programme.base.language import gettext as _
from programme.base.workbook import writing
from programme.base.workbook.issues import Issue
from programme.base.workbook.result import SAID, Result
from programme.base.workbook.sheet import DEFAULT_LIMITS, ZIP, Limits, Table, call_child, read_table

Marks = Mapping[tuple[int, int], str]
COMMENT = 1000
"""Signs of one comment."""


def coloured_workbook(data: bytes, filename: str, result: Result, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """An .xlsx with every cell named by `result.errors` coloured and commented, at most 1,000 of them.

    A workbook keeps its sheets, formats and lists where it can be opened within the limits; a CSV, or one
    that cannot, is written anew from its values, each in its former row and column. An error about a
    whole row is put on the row's first cell. Raises `NotAWorkbook` as `read_table` does.
    """
    table = read_table(data, filename, limits)
    marks = _marks(table, result.errors)
    if data.startswith(ZIP):
        order = {
            "sheet": table.sheet,
            "colour": writing.FAULT,
            "author": _("Contrôle de l'import"),
            "marks": [[row, column, text] for (row, column), text in marks.items()],
        }
        told = json.dumps(order).encode()
        made = call_child("colour", len(told).to_bytes(8, "big") + told + data, limits)
        if made.startswith(b"OK"):
            return made[2:]
    return _anew(table, marks)


def _marks(table: Table, errors: Sequence[Issue]) -> Marks:
    marks: dict[tuple[int, int], str] = {}
    for error in errors[:SAID]:
        place = (error.row or table.header.number, error.position or 1)
        said = f"{marks[place]}\n{error.message}" if place in marks else error.message
        marks[place] = said[:COMMENT]
    return marks


def _anew(table: Table, marks: Marks) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = (
        "".join(one for one in table.sheet if one.isprintable() and one not in r"[]:*?/\'")[:31] or "1"
    )
    writing.direct(sheet)
    for line in table.lines:
        for position, value in enumerate(line.cells, 1):
            if value is not None:
                writing.put(sheet, line.number, position, value)
    author = _("Contrôle de l'import")
    for (row, column), text in marks.items():
        cell = sheet.cell(row, column)
        cell.fill = writing.FAULT_FILL
        cell.comment = Comment(text, author, height=90, width=320)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
