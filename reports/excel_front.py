"""The first sheet of a workbook: headline figures against their targets, then the charts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator
from math import ceil

from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook

from programme.base.language import gettext as _
from reports.definition import Document, Figure, Kind
from reports.excel_chart import write_series
from reports.excel_sheet import (
    HEIGHTS,
    WRAPPED,
    Leaf,
    demonstration_label,
    facts,
    imprint,
    new_leaf,
    set_widths,
)
from reports.excel_table import lines_of, pen_of

_CHARTS_A_PAGE = 3
_WIDTHS = (40, 16, 16, 14, 66)


def write_front(book: Workbook, document: Document) -> None:
    """Add the sheet of headline figures and charts, first of the book."""
    charts = [series for series in document.charts if not series.is_empty]
    leaf = new_leaf(book, _("Chiffres clés"), document)
    set_widths(leaf, _WIDTHS)
    leaf.sheet.page_setup.fitToHeight = ceil(len(charts) / _CHARTS_A_PAGE) or 1
    leaf.write([leaf.text(document.title, look="title")], HEIGHTS["title"])
    if document.demonstration:
        leaf.write([leaf.text(demonstration_label(), look="demonstration")])
    for label, value in facts(document) + imprint(document):
        leaf.write(_fact(leaf, label, value))
        leaf.merge("B", "E")
    leaf.write()
    if document.figures:
        _write_figures(leaf, document)
    for series in charts:
        write_series(leaf, series, anchor="D")
    for note in document.notes:
        leaf.write([leaf.text(note, look="fact")])
    leaf.sheet.print_area = f"A1:E{leaf.row}"


def _fact(leaf: Leaf, label: str, value: str | dt.date) -> Generator[Cell | None, None, None]:
    yield leaf.text(label, look="fact")
    if isinstance(value, dt.date):
        yield pen_of(leaf, Kind.DATE, "fact")(value)
    else:
        # a reference or an address reads from left to right
        yield leaf.text(value, Kind.CODE if value.isascii() else Kind.TEXT, look="fact" + WRAPPED)


def _write_figures(leaf: Leaf, document: Document) -> None:
    numbers = (_("Réalisé"), Kind.INTEGER), (_("Cible"), Kind.INTEGER), (_("Taux"), Kind.PERCENT)
    headings = ((_("Indicateur"), Kind.NAME), *numbers, (_("Précision"), Kind.TEXT))
    leaf.write(leaf.text(label, kind, "header") for label, kind in headings)
    for figure in document.figures:
        lines = max(
            lines_of(str(figure.label), _WIDTHS[0]),
            lines_of(str(figure.note or figure.definition), _WIDTHS[-1]),
        )
        leaf.write(_figure(leaf, figure), lines)
    leaf.write()


def _figure(leaf: Leaf, figure: Figure) -> Generator[Cell | None, None, None]:
    yield leaf.text(figure.label, Kind.NAME, "strong")
    yield pen_of(leaf, figure.kind, "strong")(figure.value)
    yield pen_of(leaf, figure.kind)(figure.target)
    has_rate = bool(figure.target) and figure.kind is not Kind.PERCENT
    yield pen_of(leaf, Kind.PERCENT)(figure.value / figure.target if has_rate and figure.target else None)
    yield leaf.text(figure.note or figure.definition)
