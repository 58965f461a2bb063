"""Horizontal bars, actual against a mark at the target; they grow from where reading starts."""

from __future__ import annotations

from dataclasses import dataclass

from programme.base.language import gettext as _
from reports.definition import Series
from reports.typeset import marks
from reports.typeset.cells import amount
from reports.typeset.fonts import BOLD
from reports.typeset.sheet import Align, Sheet, baseline
from reports.typeset.style import PRIMARY, TARGET
from reports.typeset.text import Line, single, wrap_auto

BAR, ROW_PAD, GAP = 7.0, 3.0, 8.0
# Between two columns of bars, and the narrowest of such columns.
GUTTER, COLUMN_LEAST = 28.0, 300.0


@dataclass(frozen=True, slots=True)
class Setting:
    """How the bars of one chart are set: side by side in columns, each as wide, with a pad under each row."""

    across: int
    width: float
    labels: float
    values: float
    pad: float = ROW_PAD

    @property
    def room(self) -> float:
        """Width of the longest bar."""
        return self.width - self.labels - self.values - 2 * GAP

    def start(self, column: int) -> float:
        """Where a column begins, from the edge where reading starts."""
        return column * (self.width + GUTTER)


def draw(sheet: Sheet, series: Series) -> None:
    """Draw one chart from `sheet.y` downwards, whole on one page.

    Where it is a little too tall its rows close up, then its bars stand in two columns, then the page is
    turned; only a chart taller than a page goes on over its end, its title repeated.
    """
    setting = _setting(sheet, series)
    if setting.across > 1:
        _side_by_side(sheet, series, setting)
    else:
        _under_each_other(sheet, series, setting)
    sheet.y -= 12


def _setting(sheet: Sheet, series: Series) -> Setting:
    """The most generous setting in which the chart fits what is left of the page, or a whole one."""
    half = (sheet.measure - GUTTER) / 2
    tried = [_wide(sheet, series, 1), _wide(sheet, series, 1, ROW_PAD / 6)]
    if half >= COLUMN_LEAST:
        tried.append(_wide(sheet, series, 2))
    for room in (sheet.free, sheet.full_page):
        fitting = next((one for one in tried if _height(sheet, series, one) <= room), None)
        if fitting is not None:
            sheet.need(_height(sheet, series, fitting))
            return fitting
    sheet.need(_head_height(sheet, series) + 4 * (sheet.styles.muted.leading + ROW_PAD))
    return tried[0]


def _wide(sheet: Sheet, series: Series, across: int, pad: float = ROW_PAD) -> Setting:
    width = (sheet.measure - GUTTER * (across - 1)) / across
    return Setting(across, width, width * 0.3, _values_width(sheet, series), pad)


def _columns(series: Series, across: int) -> list[range]:
    """Places of the categories in each column, the first ones filled first."""
    number = len(series.categories)
    each = -(-number // across)
    return [range(start, min(start + each, number)) for start in range(0, number, each or 1)]


def _height(sheet: Sheet, series: Series, setting: Setting) -> float:
    columns = _columns(series, setting.across)
    tallest = max((sum(_row_height(sheet, series, at, setting) for at in one) for one in columns), default=0)
    return _head_height(sheet, series) + tallest


def _names(sheet: Sheet, series: Series, at: int, setting: Setting) -> tuple[Line, ...]:
    style = sheet.styles.muted
    room = round(setting.labels / style.size * 1000)
    return wrap_auto(str(series.categories[at]), style.weight, room, sheet.rtl)


def _row_height(sheet: Sheet, series: Series, at: int, setting: Setting) -> float:
    lines = len(_names(sheet, series, at, setting))
    return max(lines, 1) * sheet.styles.muted.leading + setting.pad


def _under_each_other(sheet: Sheet, series: Series, setting: Setting) -> None:
    _head(sheet, series)
    for at in range(len(series.categories)):
        height = _row_height(sheet, series, at, setting)
        if sheet.need(height):
            _head(sheet, series)
        _row(sheet, series, at, setting, 0)
        sheet.y -= height


def _side_by_side(sheet: Sheet, series: Series, setting: Setting) -> None:
    _head(sheet, series)
    top, feet = sheet.y, []
    for number, column in enumerate(_columns(series, setting.across)):
        sheet.y = top
        for at in column:
            _row(sheet, series, at, setting, setting.start(number))
            sheet.y -= _row_height(sheet, series, at, setting)
        feet.append(sheet.y)
    sheet.y = min(feet, default=top)


def _row(sheet: Sheet, series: Series, at: int, setting: Setting, start: float) -> None:
    style = sheet.styles.muted
    actual = series.actual[at]
    target = series.target[at] if at < len(series.target) else None
    most = max((*series.actual, *series.target, 0))
    sheet.lines(_names(sheet, series, at, setting), start, sheet.y, setting.labels, sheet.styles.make(8))
    middle = sheet.y - style.leading / 2
    bars = start + setting.labels + GAP
    marks.bar(sheet, bars, middle - BAR / 2, setting.room, BAR, actual, target, most)
    figure = single(_figure(actual, target), BOLD, False)
    bold = sheet.styles.make(8, BOLD)
    figures = bars + setting.room + GAP
    sheet.line(figure, figures, baseline(sheet.y, style), setting.values, bold, Align.RIGHT)


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
