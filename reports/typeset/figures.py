"""Headline figures: value, target and a bar, in a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from programme.base.language import format_mad
from programme.base.language import gettext as _
from reports.definition import Figure, Kind
from reports.typeset import marks
from reports.typeset.bidi import is_rtl
from reports.typeset.cells import number
from reports.typeset.sheet import Sheet
from reports.typeset.style import PRIMARY
from reports.typeset.text import single

GAP, PAD, BAR = 9.0, 8.0, 5.0


@dataclass(frozen=True, slots=True)
class Tile:
    """What every tile of one row shares, in points, so that values stand on one line."""

    width: float
    height: float
    label: float

    @property
    def room(self) -> float:
        """Width inside the frame."""
        return self.width - 2 * PAD


def draw(sheet: Sheet, figures: Sequence[Figure]) -> None:
    """Draw the figures from `sheet.y` downwards, three or four in a row."""
    across = per_row(len(figures))
    width = (sheet.measure - GAP * (across - 1)) / across
    for start in range(0, len(figures), across):
        row = figures[start : start + across]
        tile = _fit(sheet, row, width)
        sheet.need(tile.height + GAP)
        for at, figure in enumerate(row):
            _draw_tile(sheet, figure, at * (width + GAP), tile)
        sheet.y -= tile.height + GAP
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


def _fit(sheet: Sheet, row: Sequence[Figure], width: float) -> Tile:
    styles, room = sheet.styles, width - 2 * PAD
    label = max(len(sheet.fold(str(figure.label), room, styles.muted)) for figure in row)
    under = max(_under(sheet, figure, room) for figure in row)
    labels = label * styles.muted.leading
    return Tile(width, 2 * PAD + labels + styles.figure.leading + under, labels)


def _under(sheet: Sheet, figure: Figure, room: float) -> float:
    """Height of what stands under the value."""
    small = sheet.styles.small
    target = BAR + 5 + small.leading if figure.target is not None else 0.0
    return target + len(sheet.fold(str(figure.note), room, small)) * small.leading


def _draw_tile(sheet: Sheet, figure: Figure, offset: float, tile: Tile) -> None:
    styles, room, inner = sheet.styles, tile.room, offset + PAD
    sheet.frame(offset, sheet.y - tile.height, tile.width, tile.height)
    sheet.rectangle(offset, sheet.y - 1.6, tile.width, 1.6, PRIMARY)
    label = sheet.fold(str(figure.label), room, styles.muted)
    sheet.lines(label, inner, sheet.y - PAD, room, styles.muted)
    top = sheet.y - PAD - tile.label
    text, style = figure_text(figure, figure.value), styles.figure
    value = single(text, style.weight, is_rtl(text))
    taken = value.width * style.size / 1000
    sheet.lines([value], inner, top, room, style.scaled(room / taken) if taken > room else style)
    top -= styles.figure.leading
    if figure.target is not None:
        top = _target(sheet, figure, inner, top, room)
    sheet.lines(sheet.fold(str(figure.note), room, styles.small), inner, top, room, styles.small)


def _target(sheet: Sheet, figure: Figure, offset: float, top: float, room: float) -> float:
    target = figure.target or 0
    foot = top - BAR - 1
    marks.bar(sheet, offset, foot, room, BAR, figure.value, target, marks.scale(figure.value, target))
    words = _("Cible : %(target)s", target=figure_text(figure, target))
    style = sheet.styles.small
    return sheet.lines(sheet.fold(words, room, style), offset, foot - 4, room, style)
