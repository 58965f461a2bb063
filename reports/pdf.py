"""A report as PDF, in the reader's language: A4, shaped Arabic, text that can be searched and copied."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import IO, Any

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from programme.base.language import gettext as _
from programme.base.language import language
from reports.definition import Document
from reports.typeset import chart, figures, letterhead, table
from reports.typeset.sheet import Sheet

# Text encoding of binary streams costs a quarter more bytes and, without reportlab's C code, much time.
rl_config.useA85 = 0
# A PDF of thousands of rows takes seconds and tens of megabytes: one at a time in a process.
_ONE_AT_A_TIME = threading.Lock()


def render_pdf(document: Document, emblem: Path | None = None) -> bytes:
    """As `write_pdf`, in memory."""
    out = io.BytesIO()
    write_pdf(document, out, emblem)
    return out.getvalue()


def write_pdf(document: Document, out: IO[bytes], emblem: Path | None = None) -> None:
    """The document as one PDF file in the current language (`language()`).

    `emblem` is a PNG or JPEG for the letterhead. Rows are consumed once, as they come. Raises OSError if the
    emblem cannot be read.
    """
    with _ONE_AT_A_TIME:
        sheet = Sheet(language().direction == "rtl", document.landscape)
        letterhead.letterhead(sheet, emblem)
        letterhead.title_block(sheet, document)
        if document.figures:
            figures.draw(sheet, document.figures)
        for series in document.charts:
            if not series.is_empty:
                chart.draw(sheet, series)
        for section in document.sections:
            nothing = str(section.empty) or _("Aucune ligne à afficher.")
            table.draw(sheet, section.seen(), _("Total"), nothing, str(document.title))
        _notes(sheet, document)
        _definitions(sheet, document)
        _write(sheet, document, out)


def _notes(sheet: Sheet, document: Document) -> None:
    if not document.notes:
        return
    _heading(sheet, _("Notes"))
    style = sheet.styles.body
    for note in document.notes:
        sheet.need(style.leading)
        sheet.label("•", 0, sheet.y - style.leading * 0.68, 10, style)
        sheet.paragraph(str(note), style, 11)
        sheet.y -= 2
    sheet.y -= 8


def _definitions(sheet: Sheet, document: Document) -> None:
    known = document.terms()
    if not known:
        return
    _heading(sheet, _("Définitions"))
    style, strong = sheet.styles.muted, sheet.styles.muted_bold
    terms = sheet.measure * 0.28
    for term, meaning in known.items():
        names = sheet.fold(term, terms - 10, strong)
        lines = sheet.fold(meaning, sheet.measure - terms, style)
        sheet.need(max(len(names), min(len(lines), 8)) * style.leading)
        sheet.lines(names, 0, sheet.y, terms, strong)
        foot = sheet.y - len(names) * style.leading
        page = sheet.page
        sheet.paragraph(meaning, style, terms)
        sheet.y = (min(sheet.y, foot) if sheet.page is page else sheet.y) - 3


def _heading(sheet: Sheet, text: str) -> None:
    styles = sheet.styles
    sheet.need(styles.heading.leading + 3 * styles.body.leading)
    sheet.paragraph(text, styles.heading)
    sheet.y -= 3


def _write(sheet: Sheet, document: Document, target: IO[bytes]) -> None:
    # reportlab opens every page with a font of its own that the PDF would have to name; ours are embedded.
    canvas: Any = Canvas(
        target, pagesize=(sheet.width, sheet.height), pageCompression=1, lang=f"{language().value}-MA"
    )
    canvas._preamble = "1 0 0 1 0 0 cm"
    canvas.setTitle(str(document.title))
    canvas.setSubject(str(document.reference))
    canvas.setAuthor(letterhead.ARABIC[2] if sheet.rtl else letterhead.FRENCH[2])
    canvas.setCreator("programme")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    if sheet.rtl:
        canvas.setViewerPreference("Direction", "R2L")
    sheet.pour(canvas, lambda pages, number, total: letterhead.stamp(pages, document, number, total))
    sheet.scribe.book.embed(canvas._doc)
    canvas.save()
