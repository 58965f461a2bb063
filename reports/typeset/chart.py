"""Horizontal bars, actual against a mark at the target; they grow from where reading starts."""

from __future__ import annotations

from programme.base.language import gettext as _
from reports.definition import Series
from reports.typeset import marks
from reports.typeset.cells import amount
from reports.typeset.fonts import BOLD
from reports.typeset.sheet import Align, Sheet, baseline
from reports.typeset.style import PRIMARY, TARGET
from reports.typeset.text import Line, single, wrap_auto

BAR, ROW_PAD, GAP = 7.0, 3.0, 8.0


def draw(sheet: Sheet, series: Series) -> None:
    """Draw one chart from `sheet.y` downwards; it goes on over the page's end, its title repeated."""
    style = sheet.styles.muted
    labels = sheet.measure * 0.3
    values = _values_width(sheet, series)
    room = sheet.measure - labels - values - 2 * GAP
    most = max((*series.actual, *series.target, 0))
    sheet.need(_head_height(sheet, series) + 4 * (style.leading + ROW_PAD))
    _head(sheet, series)
    for at, category in enumerate(series.categories):
        target = series.target[at] if at < len(series.target) else None
        lines = wrap_auto(str(category), style.weight, round(labels / style.size * 1000), sheet.rtl)
        height = max(len(lines), 1) * style.leading + ROW_PAD
        if sheet.need(height):
            _head(sheet, series)
        _row(sheet, lines, series.actual[at], target, (labels, room, values), most)
        sheet.y -= height
    sheet.y -= 12


def _row(
    sheet: Sheet,
    lines: tuple[Line, ...],
    actual: float,
    target: float | None,
    boxes: tuple[float, float, float],
    most: float,
) -> None:
    labels, room, values = boxes
    style = sheet.styles.muted
    sheet.lines(lines, 0, sheet.y, labels, sheet.styles.make(8))
    middle = sheet.y - style.leading / 2
    marks.bar(sheet, labels + GAP, middle - BAR / 2, room, BAR, actual, target, most)
    figure = single(_figure(actual, target), BOLD, False)
    bold = sheet.styles.make(8, BOLD)
    sheet.line(figure, labels + room + 2 * GAP, baseline(sheet.y, style), values, bold, Align.RIGHT)


def _figure(actual: float, target: float | None) -> str:
    return amount(actual) if target is None else f"{amount(actual)} / {amount(target)}"


def _values_width(sheet: Sheet, series: Series) -> float:
    targets = [*series.target, *[None] * (len(series.actual) - len(series.target))]
    texts = [_figure(actual, target) for actual, target in zip(series.actual, targets, strict=False)]
    size = sheet.styles.make(8).size
    return max((single(text, BOLD, False).width for text in texts), default=0) * size / 1000 + 2


def _head_height(sheet: Sheet, series: Series) -> float:
    title = sheet.fold(str(series.title), sheet.measure, sheet.styles.body_bold)
    return len(title) * sheet.styles.body_bold.leading + sheet.styles.small.leading + 6


def _head(sheet: Sheet, series: Series) -> None:
    """Title and, where there is a target, what the bar and the mark stand for."""
    sheet.paragraph(str(series.title), sheet.styles.body_bold)
    if series.target:
        style = sheet.styles.small
        foot = baseline(sheet.y, style)
        actual = str(series.actual_label) or _("Réalisé")
        target = str(series.target_label) or _("Cible")
        sheet.rectangle(0, foot, 12, 5, PRIMARY)
        sheet.label(actual, 16, foot, sheet.measure, style)
        after = 16 + single(actual, style.weight, sheet.rtl).width * style.size / 1000 + 14
        sheet.rectangle(after, foot - 1.5, 1.6, 8, TARGET)
        sheet.label(target, after + 5, foot, sheet.measure, style)
        sheet.y -= style.leading
    sheet.y -= 5
