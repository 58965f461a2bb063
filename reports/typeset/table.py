"""Tables that fill page after page while their rows come in."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.definition import Cell, Column, Kind, Row
from reports.typeset import marks
from reports.typeset.cells import RIGID, Totals, heading, runs_rtl, say, side
from reports.typeset.sheet import Sheet
from reports.typeset.style import HAIRLINE, INK, Style
from reports.typeset.text import Line, single, wrap

SAMPLE = 300
GAP, PAD = 8.0, 3.2
BAR_LEAST, BAR_HEIGHT = 34.0, 4.2
MARK = 6.0
# Words and states wider than this (thousandths of the size) are broken rather than given room.
WORD_MOST = 9500
SHRINK = (1.0, 0.92, 0.84, 0.76)


@dataclass(slots=True)
class Fitted:
    """Widths of the columns in reading order (their sum is the sheet's measure) and the size of type."""

    widths: list[float]
    factor: float


def draw(sheet: Sheet, columns: tuple[Column, ...], rows: Iterable[Row], total_label: str) -> int:
    """Draw rows from `sheet.y` downwards with the header on every page; answers how many there were.

    Nothing is drawn where there is no row. The last row holds the totals, where a column asks for one.
    """
    stream = iter(rows)
    sample = list(itertools.islice(stream, SAMPLE))
    if not sample:
        return 0
    table = Table(sheet, columns, fit(sheet, columns, sample))
    totals = Totals(columns)
    count = 0
    table.header()
    for row in itertools.chain(sample, stream):
        table.row(row)
        totals.add(row)
        count += 1
    if totals.places:
        table.row(totals.row(total_label), total=True)
    sheet.y -= 10
    return count


def fit(sheet: Sheet, columns: tuple[Column, ...], sample: Sequence[Row]) -> Fitted:
    """Widths after the columns' weights, where figures, codes and dates get what they need to stay whole."""
    for factor in SHRINK:
        needs = [_need(sheet, column, at, sample, factor) for at, column in enumerate(columns)]
        if sum(needs) <= sheet.measure:
            break
    return Fitted(_share(sheet.measure, [max(column.width, 0.1) for column in columns], needs), factor)


def _need(sheet: Sheet, column: Column, at: int, sample: Sequence[Row], factor: float) -> float:
    head = sheet.styles.cell_head.scaled(factor)
    words = heading(column).split() or [""]
    least = max(single(word, head.weight, sheet.rtl).width for word in words) * head.size / 1000
    style = sheet.styles.cell_bold.scaled(factor)
    texts = {say(column.kind, row[at]) for row in sample}
    if column.kind not in RIGID:
        texts = {word for text in texts for word in text.split()} or {""}
    wide = max(single(text, style.weight, runs_rtl(column.kind, text, sheet.rtl)).width for text in texts)
    if column.kind not in RIGID or column.kind is Kind.STATE:
        wide = min(wide, WORD_MOST)
    # A total has more digits than its rows.
    spare = 1.12 if column.total else 1.0
    extra = {Kind.BAR: BAR_LEAST, Kind.STATE: MARK + 3}.get(column.kind, 0.0)
    return max(least, wide * style.size / 1000 * spare + extra) + GAP + 1


def _share(measure: float, weights: list[float], needs: list[float]) -> list[float]:
    """Each column its weight's share, raised to its need; what that costs is taken from the others."""
    if sum(needs) >= measure:
        return [need * measure / sum(needs) for need in needs]
    fixed: dict[int, float] = {}
    while True:
        room = measure - sum(fixed.values())
        weight = sum(value for at, value in enumerate(weights) if at not in fixed)
        short = [
            at
            for at, need in enumerate(needs)
            if at not in fixed and room * weights[at] / weight < need - 1e-6
        ]
        if not short:
            return [fixed.get(at, room * value / weight if weight else 0) for at, value in enumerate(weights)]
        fixed.update({at: needs[at] for at in short})


class Table:
    """One table being drawn."""

    def __init__(self, sheet: Sheet, columns: tuple[Column, ...], fitted: Fitted) -> None:
        self.sheet, self.columns = sheet, columns
        factor = fitted.factor
        self.cell = sheet.styles.cell.scaled(factor)
        self.bold = sheet.styles.cell_bold.scaled(factor)
        self.head = sheet.styles.cell_head.scaled(factor)
        self._widest: dict[int, float] = {}
        starts = itertools.accumulate(fitted.widths, initial=0.0)
        # (offset, width) of what is inside each column, without the gap between columns.
        self.boxes = [(at + GAP / 2, wide - GAP) for at, wide in zip(starts, fitted.widths, strict=False)]
        self._heads = [
            wrap(heading(column), self.head.weight, self._room(at, self.head), sheet.rtl)
            for at, column in enumerate(columns)
        ]

    def _room(self, at: int, style: Style, less: float = 0.0) -> int:
        return max(1, math.floor((self.boxes[at][1] - less + 0.01) / style.size * 1000))

    def header(self) -> None:
        """Labels over a strong line; keeps two rows under it on the page."""
        lines = max(len(head) for head in self._heads)
        height = lines * self.head.leading + 2 * PAD
        self.sheet.need(height + 2 * (self.cell.leading + 2 * PAD))
        top = self.sheet.y - PAD
        for (offset, width), column, head in zip(self.boxes, self.columns, self._heads, strict=True):
            start = top - (lines - len(head)) * self.head.leading
            self.sheet.lines(head, offset, start, width, self.head, side(column.kind))
        self.sheet.y -= height
        self.sheet.rule(0, self.sheet.y, self.sheet.measure, INK, 0.8)

    def row(self, row: Row, total: bool = False) -> None:
        """One row; a row taller than a page goes on over the next ones."""
        style = self.bold if total else self.cell
        cells = [self._lines(at, column, row[at], style) for at, column in enumerate(self.columns)]
        left = max((len(lines) for lines in cells), default=1) or 1
        self._make_room(left * style.leading + 2 * PAD)
        if total:
            self.sheet.rule(0, self.sheet.y, self.sheet.measure, INK, 0.8)
        done = 0
        while left > done:
            fits = max(1, math.floor((self.sheet.free - 2 * PAD + 0.01) / style.leading))
            self._part(row, [lines[done : done + fits] for lines in cells], style, first=done == 0)
            done += fits
            if left > done:
                self._turn()

    def _make_room(self, height: float) -> None:
        if height > self.sheet.free and self.sheet.y < self.sheet.top:
            self._turn()

    def _turn(self) -> None:
        self.sheet.new_page()
        self.header()

    def _lines(self, at: int, column: Column, cell: Cell, style: Style) -> tuple[Line, ...]:
        text = say(column.kind, cell) if cell != "" else ""
        less = MARK + 3 if column.kind is Kind.STATE else 0.0
        return wrap(
            text, style.weight, self._room(at, style, less), runs_rtl(column.kind, text, self.sheet.rtl)
        )

    def _part(self, row: Row, cells: list[tuple[Line, ...]], style: Style, first: bool) -> None:
        height = max(1, *(len(lines) for lines in cells)) * style.leading + 2 * PAD
        top = self.sheet.y - PAD
        for at, (lines, column) in enumerate(zip(cells, self.columns, strict=True)):
            offset, width = self.boxes[at]
            if column.kind is Kind.STATE and lines:
                self._state(row[at], offset, top, style, first)
                offset, width = offset + MARK + 3, width - MARK - 3
            elif column.kind is Kind.BAR and first and isinstance(row[at], tuple | list):
                self._bar(row[at], at, top, style, lines)
            self.sheet.lines(lines, offset, top, width, style, side(column.kind))
        self.sheet.y -= height
        self.sheet.rule(0, self.sheet.y, self.sheet.measure, HAIRLINE, 0.4)

    def _state(self, cell: Cell, offset: float, top: float, style: Style, first: bool) -> None:
        tone = getattr(cell, "tone", None)
        if first and tone is not None:
            marks.tone(self.sheet, offset, _middle(top, style) - MARK / 2, MARK, str(tone))

    def _bar(self, cell: Cell, at: int, top: float, style: Style, lines: tuple[Line, ...]) -> None:
        """The bar takes what the figures leave, on the left of the paper as they stand at its right."""
        offset, width = self.boxes[at]
        actual, target = cell
        taken = max((line.width for line in lines), default=0) * style.size / 1000
        room = min(width - max(taken, self._widest_bar_text(at, taken)) - 6, 90.0)
        if room < 12:
            return
        start = offset + width - room if self.sheet.rtl else offset
        y, actual = _middle(top, style) - BAR_HEIGHT / 2, actual or 0
        marks.bar(self.sheet, start, y, room, BAR_HEIGHT, actual, target, marks.scale(actual, target))

    def _widest_bar_text(self, at: int, taken: float) -> float:
        """Bars of one column start and end together: they leave room for its widest text so far."""
        self._widest[at] = max(self._widest.get(at, 0.0), taken)
        return self._widest[at]


def _middle(top: float, style: Style) -> float:
    return top - style.leading / 2
