"""Reports as Excel workbooks in the reader's language (STACK.md, Excel; LOOK.md, On paper)."""

from __future__ import annotations

import io
import os
from typing import IO

# lxml, where it is installed, is slower here and reads document types: decided before openpyxl is imported
os.environ.setdefault("OPENPYXL_LXML", "False")

from openpyxl.workbook import Workbook

from programme.base.language import gettext as _
from programme.base.language import language
from reports.definition import Document, Kind
from reports.excel_front import write_front
from reports.excel_sheet import (
    clean,
    close_table,
    new_leaf,
    set_widths,
    title_lines,
    write_lines,
)
from reports.excel_table import lines_of, write_section

_TERMS = (38, 100)


def render_xlsx(document: Document) -> bytes:
    """As `write_xlsx`, in memory."""
    out = io.BytesIO()
    write_xlsx(document, out)
    return out.getvalue()


def write_xlsx(document: Document, out: IO[bytes]) -> None:
    """The workbook: headline figures and charts where there are any, a sheet a section, the definitions.

    Sections' rows are consumed once and streamed; sheets, labels and direction follow the reader's language.
    """
    book = Workbook(write_only=True)
    _set_properties(book, document)
    if document.figures or document.charts:
        write_front(book, document)
    for section in document.sections:
        write_section(book, document, section)
    _write_definitions(book, document)
    book.save(out)


def _set_properties(book: Workbook, document: Document) -> None:
    made = document.made_at
    book.properties.title = clean(document.title)
    book.properties.subject = clean(document.reference)
    book.properties.creator = clean(_("Programme de renforcement des capacités des associations"))
    book.properties.language = language().babel.replace("_", "-")
    book.properties.created = made.astimezone(tz=None).replace(tzinfo=None) if made.tzinfo else made


def _write_definitions(book: Workbook, document: Document) -> None:
    terms = document.terms()
    notes = () if document.figures or document.charts else document.notes
    if not terms and not notes and book.sheetnames:
        return
    title = _("Définitions")
    leaf = new_leaf(book, title, document)
    set_widths(leaf, _TERMS)
    lines = title_lines(document, title)
    leaf.sheet.freeze_panes = f"A{len(lines) + 3}"
    write_lines(leaf, lines, _TERMS)
    leaf.write(leaf.text(label, Kind.NAME, "header") for label in (_("Terme"), _("Définition")))
    header = leaf.row
    for term, meaning in terms.items():
        tall = max(lines_of(term, _TERMS[0]), lines_of(meaning, _TERMS[1]))
        cells = (leaf.text(words, Kind.NAME, look) for words, look in ((term, "strong"), (meaning, "body")))
        leaf.write(cells, tall)
    last = leaf.row
    for note in notes:
        leaf.write([leaf.text(_("Note"), look="fact"), leaf.text(note)])
    close_table(leaf, header, last, _TERMS)
