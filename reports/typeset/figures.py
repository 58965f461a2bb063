"""Headline figures: value, target and a bar, in a grid."""

from __future__ import annotations

from collections.abc import Sequence

from programme.base.language import format_mad
from programme.base.language import gettext as _
from reports.definition import Figure, Kind
from reports.typeset import marks
from reports.typeset.bidi import is_rtl
from reports.typeset.cells import number
from reports.typeset.sheet import Sheet
from reports.typeset.style import PRIMARY
from reports.typeset.text import wrap

GAP, PAD, BAR = 9.0, 8.0, 5.0


def draw(sheet: Sheet, figures: Sequence[Figure]) -> None:
    """Draw the figures from `sheet.y` downwards, three or four in a row."""
    across = per_row(len(figures))
    width = (sheet.measure - GAP * (across - 1)) / across
    for start in range(0, len(figures), across):
        row = figures[start : start + across]
        height = max(_height(sheet, figure, width) for figure in row)
        sheet.need(height + GAP)
        for at, figure in enumerate(row):
            _tile(sheet, figure, at * (width + GAP), width, height)
        sheet.y -= height + GAP
    sheet.y -= 4


def per_row(count: int) -> int:
    """Three or four tiles a row, so that no row is left with one if that can be helped."""
    if count <= 4:
        return max(count, 3)
    return 3 if count % 4 in (1, 2) and count % 3 != 1 else 4


def figure_text(figure: Figure, value: float | int) -> str:
    """A figure's number with its unit."""
    if figure.kind is Kind.MONEY:
        return format_mad(int(value))
    text = number(figure.kind, value)
    return _("%(hours)s h", hours=text) if figure.kind is Kind.HOURS else text


def _height(sheet: Sheet, figure: Figure, width: float) -> float:
    styles = sheet.styles
    label = sheet.fold(str(figure.label), width - 2 * PAD, styles.muted)
    height = 2 * PAD + len(label) * styles.muted.leading + styles.figure.leading
    if figure.target is not None:
        height += BAR + 5 + styles.small.leading
    return height + len(sheet.fold(str(figure.note), width - 2 * PAD, styles.small)) * styles.small.leading


def _tile(sheet: Sheet, figure: Figure, offset: float, width: float, height: float) -> None:
    styles = sheet.styles
    sheet.frame(offset, sheet.y - height, width, height)
    sheet.rectangle(offset, sheet.y - 1.6, width, 1.6, PRIMARY)
    inner, room = offset + PAD, width - 2 * PAD
    top = sheet.lines(
        sheet.fold(str(figure.label), room, styles.muted), inner, sheet.y - PAD, room, styles.muted
    )
    style = styles.figure
    text = figure_text(figure, figure.value)
    wide = wrap(text, style.weight, 10**6, is_rtl(text))
    taken = max((line.width for line in wide), default=0) * style.size / 1000
    if taken > room:
        style = style.scaled(room / taken)
    sheet.lines(wide, inner, top, room, style)
    top -= styles.figure.leading
    if figure.target is not None:
        top = _target(sheet, figure, inner, top, room)
    note = sheet.fold(str(figure.note), room, styles.small)
    sheet.lines(note, inner, top, room, styles.small)


def _target(sheet: Sheet, figure: Figure, offset: float, top: float, room: float) -> float:
    target = figure.target or 0
    foot = top - BAR - 1
    marks.bar(sheet, offset, foot, room, BAR, figure.value, target, marks.scale(figure.value, target))
    words = _("Cible : %(target)s", target=figure_text(figure, target))
    style = sheet.styles.small
    return sheet.lines(sheet.fold(words, room, style), offset, foot - 4, room, style)
