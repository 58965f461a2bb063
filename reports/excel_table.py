"""One section of a report as one sheet: header, rows in a stream, totals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice
from textwrap import wrap
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook

from programme.base.language import gettext as _
from reports.definition import Cell as Raw
from reports.definition import Document, Kind, Row, Section
from reports.excel_sheet import (
    INSTANT,
    WORDS,
    Leaf,
    close_table,
    new_leaf,
    set_widths,
    title_lines,
    write_lines,
    written,
)
from reports.plain import NUMBERS, Strip, plain, strips

SAMPLE = 200
_LONG = 32_000
# Characters of running text in the width of one digit.
_ARABIC_IS_NARROW, _LATIN = 1.3, 1.2
WIDEST = 48.0
_NARROWEST, _HEADER_WRAP = 9.0, 16
# Over so many columns, headers wrap sooner: the sheet is printed one page wide.
_MANY, _HEADER_TIGHT = 10, 10
_ROOM_FOR_TOTAL = 3
_REAL = (int, float)
_ADDED = (Kind.INTEGER, Kind.HOURS, Kind.MONEY)
_FIRST_EXCEL_DAY = dt.date(1900, 3, 1)
Pen = Callable[[Raw], Cell | None]


def write_section(book: Workbook, document: Document, section: Section) -> None:
    """Add the section's sheet; its rows are consumed once and never held."""
    leaf = new_leaf(book, str(section.short or section.title), document)
    flat = strips(section.columns)
    rows = iter(section.rows)
    sample = list(islice(rows, SAMPLE))
    room = _HEADER_WRAP if len(flat) <= _MANY else _HEADER_TIGHT
    widths = [_width(strip, sample, room) for strip in flat]
    set_widths(leaf, widths)
    lines = title_lines(document, str(section.title), str(section.note))
    header = len(lines) + 2
    leaf.sheet.freeze_panes = _frozen(flat, header)
    write_lines(leaf, lines, widths)
    labels = (leaf.text(strip.label, strip.kind, "header") for strip in flat)
    # bold words beside the arrow of the filter
    heights = (
        len(wrap(strip.label, max(int(width) - 4, 4))) for strip, width in zip(flat, widths, strict=True)
    )
    leaf.write(labels, max(heights, default=1) + 0.4)
    sums = _write_rows(leaf, flat, widths, chain(sample, rows))
    last = leaf.row
    if last == header:
        leaf.write([leaf.text(section.empty or _("Aucune ligne."), look="fact")])
    elif any(strip.column.total for strip in flat):
        known = section.totals
        _write_totals(leaf, flat, sums if known is None else [strip.of(known) or 0 for strip in flat])
    close_table(leaf, header, last, widths)


def _frozen(flat: Sequence[Strip], header: int) -> str:
    """Below the header; a first column that names the row stays too where the table is wide."""
    keep = len(flat) > 6 and flat[0].kind in (Kind.NAME, Kind.CODE)
    return f"{'B' if keep else 'A'}{header + 1}"


def _write_rows(
    leaf: Leaf, flat: Sequence[Strip], widths: Sequence[float], rows: Iterable[Row]
) -> list[float]:
    pens = [pen_of(leaf, strip.kind) for strip in flat]
    sums: list[float] = [0] * len(flat)
    added = [n for n, strip in enumerate(flat) if strip.column.total and strip.kind in _ADDED]
    wrapped = [(n, width) for n, width in enumerate(widths) if flat[n].kind in WORDS and width == WIDEST]
    simple = all(strip.side is None for strip in flat)
    for row in rows:
        raw = row if simple else [strip.of(row) for strip in flat]
        for n in added:
            if isinstance(raw[n], _REAL):
                sums[n] += raw[n]
        lines = max((lines_of(str(raw[n]), width) for n, width in wrapped), default=1)
        leaf.write((pen(cell) for pen, cell in zip(pens, raw, strict=True)), lines)
    return sums


def lines_of(text: str, width: float) -> int:
    """Lines that wrapped text takes; Excel fits a row's height itself, other programmes often do not."""
    room = max(1, int((width - 2) * (_ARABIC_IS_NARROW if text[:1] >= "\u0600" else _LATIN)))
    return 1 if len(text) <= room and "\n" not in text else len(wrap(text, room)) + text.count("\n")


def _write_totals(leaf: Leaf, flat: Sequence[Strip], sums: Sequence[Any]) -> None:
    """Values, not SUM formulas: openpyxl writes no cached result and previewers would show 0."""
    named = next((n for n, strip in enumerate(flat) if not strip.column.total), None)
    leaf.write(
        pen_of(leaf, strip.kind, "total")(sums[n])
        if strip.column.total and strip.kind in _ADDED
        else leaf.text(_("Total") if n == named else "", strip.kind, "total")
        for n, strip in enumerate(flat)
    )


def pen_of(leaf: Leaf, kind: Kind, look: str = "body") -> Pen:
    """How cells of a kind are written; a cell it gives holds its value only until the next call."""
    if kind in NUMBERS:
        return _number_pen(leaf, kind, look)
    if kind is Kind.DATE:
        return _date_pen(leaf, look)
    return _text_pen(leaf, kind, look)


def _text_pen(leaf: Leaf, kind: Kind, look: str) -> Pen:
    ordinary = leaf.pen(kind, look, "General")

    def write(cell: Raw) -> Cell | None:
        if cell is None:
            return written(ordinary, "")
        if kind is Kind.STATE:
            return leaf.text(plain(kind, cell), kind, look, str(getattr(cell, "tone", "")))
        words = str(cell)
        # most cells are plain words: what begins like a formula or must be stripped goes the longer way
        if words[:1].isalnum() and words.isprintable() and len(words) < _LONG:
            return written(ordinary, words)
        return leaf.text(words, kind, look)

    return write


def _number_pen(leaf: Leaf, kind: Kind, look: str) -> Pen:
    # « 0.## » shows 12 as « 12, »: whole hours take a format without the decimal sign
    whole: Any = leaf.pen(kind, look, "#,##0" if kind is Kind.HOURS else None)
    broken: Any = leaf.pen(kind, look, "#,##0.##" if kind is Kind.INTEGER else None)

    def write(cell: Raw) -> Cell | None:
        value = plain(kind, cell)
        if isinstance(value, str):
            return leaf.text(value, kind, look)
        if kind is Kind.PERCENT and isinstance(value, float):
            # csv's four decimals would be rounded a second time by the format: 43,548 % as 43,6 %
            value = round(float(cell), 8)
        pen = broken if isinstance(value, float) else whole
        pen._value = value
        return pen  # type: ignore[no-any-return]

    return write


def _date_pen(leaf: Leaf, look: str) -> Pen:
    day, instant = leaf.pen(Kind.DATE, look), leaf.pen(Kind.DATE, look, INSTANT)

    def write(cell: Raw) -> Cell | None:
        value = plain(Kind.DATE, cell)
        if isinstance(value, str):
            return leaf.text(value, Kind.DATE, look)
        if isinstance(value, dt.datetime):
            pen = instant
        elif isinstance(value, dt.date) and value < _FIRST_EXCEL_DAY:
            return leaf.text(value.isoformat(), Kind.DATE, look)
        else:
            pen = day
        pen.value = value
        return pen

    return write


def _width(strip: Strip, sample: Sequence[Row], room: int) -> float:
    """Characters that the column needs, from its header (which may wrap) and its first rows."""
    longest = max((_shown(strip.kind, strip.of(row)) for row in sample), default=0)
    if strip.column.total:
        longest += _ROOM_FOR_TOTAL
    words = max((len(word) for word in strip.label.split()), default=0)
    header = max(words, min(len(strip.label), room)) + 3.5
    return min(max(_NARROWEST, longest * 1.05 + 3.5, header), WIDEST)


def _shown(kind: Kind, cell: Raw) -> int:
    value = plain(kind, cell)
    if value is None:
        return 0
    if isinstance(value, str):
        return max((len(line) for line in value.splitlines()), default=0)
    if isinstance(value, dt.datetime):
        return 16
    if isinstance(value, dt.date):
        return 10
    return len(f"{value:,.2f}") if kind in (Kind.MONEY, Kind.HOURS) else len(f"{value:,.0f}") + 2
