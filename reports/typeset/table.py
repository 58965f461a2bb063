"""Tables that fill page after page while their rows come in."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections import deque
from collections.abc import Iterable, Sequence

from reports.definition import Cell, Column, Kind, Row, Section
from reports.typeset import marks
from reports.typeset.cells import Totals, heading, runs_rtl, say, side
from reports.typeset.fitting import BAR_LEAST, GAP, MARK, Fitted, fit, lead
from reports.typeset.sheet import Sheet
from reports.typeset.style import HAIRLINE, INK, Style
from reports.typeset.text import Line, wrap

SAMPLE = 300
PAD = 3.2
BAR_MOST, BAR_GAP, BAR_HEIGHT = 110.0, 6.0, 4.2
# A table of so few rows is not divided over two pages, unless that would leave most of a page empty.
FEW, MOSTLY_EMPTY = 12, 0.5
# The last rows and the totals stay together: a page with one row says little.
TAIL = 3
# Height of a row in which people sign.
BY_HAND = 24.0


def draw(sheet: Sheet, section: Section, total_label: str, nothing: str, over: str = "") -> None:
    """Draw a section from `sheet.y` downwards, its header on every page; a title that only says again what
    stands `over` it is left out.

    The last row holds the totals, where a column asks for one. A section without a row says `nothing`.
    """
    if str(section.title) == over:
        section = dataclasses.replace(section, title="")
    stream = iter(section.rows)
    sample = list(itertools.islice(stream, SAMPLE))
    if not sample:
        sheet.need(_title_height(sheet, section) + 2 * sheet.styles.body.leading)
        _title(sheet, section)
        sheet.paragraph(nothing, sheet.styles.body)
    else:
        table = Table(sheet, section.columns, fit(sheet, section.columns, sample), section.by_hand)
        together = sample if len(sample) <= FEW else sample[:2]
        height = _title_height(sheet, section) + table.start_height(together)
        if len(sample) <= FEW:
            height += table.total_height
        if height > min(sheet.full_page, max(sheet.free, 0)) and sheet.free > sheet.full_page * MOSTLY_EMPTY:
            height = _title_height(sheet, section) + table.start_height(sample[:2])
        sheet.need(height if height <= sheet.full_page else table.start_height(sample[:2]))
        _title(sheet, section)
        table.header()
        table.fill(itertools.chain(sample, stream), total_label, section.totals)
    sheet.y -= 10


def _title(sheet: Sheet, section: Section) -> None:
    if section.title:
        sheet.paragraph(str(section.title), sheet.styles.heading)
        sheet.y -= 2
    if section.note:
        sheet.paragraph(str(section.note), sheet.styles.muted)
        sheet.y -= 3


def _title_height(sheet: Sheet, section: Section) -> float:
    heading, note = sheet.styles.heading, sheet.styles.muted
    titles = sheet.fold(str(section.title), sheet.measure, heading) if section.title else ()
    notes = sheet.fold(str(section.note), sheet.measure, note)
    return len(titles) * heading.leading + len(notes) * note.leading + 5


class Table:
    """One table being drawn."""

    def __init__(
        self, sheet: Sheet, columns: tuple[Column, ...], fitted: Fitted, by_hand: bool = False
    ) -> None:
        self.sheet, self.columns, self.by_hand = sheet, columns, by_hand
        factor = fitted.factor
        self.cell = sheet.styles.cell.scaled(factor)
        self.bold = sheet.styles.cell_bold.scaled(factor)
        self.head = sheet.styles.cell_head.scaled(factor)
        self._longest = fitted.longest
        self.measure = sum(fitted.widths)
        starts = itertools.accumulate(fitted.widths, initial=0.0)
        # (offset, width) of what is inside each column, without the gap between columns.
        leads = [lead(columns, at, sheet.rtl) for at in range(len(columns))]
        self.boxes = [
            (at + GAP / 2 + lead, wide - GAP - lead)
            for at, wide, lead in zip(starts, fitted.widths, leads, strict=False)
        ]
        self._heads = [
            wrap(heading(column), self.head.weight, self._room(at, self.head), sheet.rtl)
            for at, column in enumerate(columns)
        ]

    def _room(self, at: int, style: Style, less: float = 0.0) -> int:
        return max(1, math.floor((self.boxes[at][1] - less + 0.01) / style.size * 1000))

    def fill(self, rows: Iterable[Row], total_label: str, known: Row | None = None) -> None:
        """Every row, then the totals: sums, or the row that is `known`."""
        totals = Totals(self.columns, known)
        tail: deque[Row] = deque()
        began = False
        for row in rows:
            if len(tail) == TAIL:
                self.row(tail.popleft())
                began = True
            totals.add(row)
            tail.append(row)
        heights = [self._height(row) + 2 * PAD for row in tail]
        if began:
            self._make_room(sum(heights) + self.total_height)
        for left, row in enumerate(tail, 1 - len(tail)):
            if left == 0:
                self._make_room(heights[-1] + self.total_height)
            self.row(row)
        if totals.places:
            self._total(totals, total_label)

    @property
    def total_height(self) -> float:
        """Height of the row of totals, where there is one."""
        return self.bold.leading + 2 * PAD if Totals(self.columns).places else 0.0

    def _total(self, totals: Totals, label: str) -> None:
        """The sums, and their label over the columns without one: the first may be too narrow for it."""
        sums, style = totals.row(""), self.bold
        self._make_room(style.leading + 2 * PAD)
        top = self.sheet.y - PAD
        self.row(sums, total=True)
        free = next((at for at in range(len(sums)) if at not in totals.places), None)
        if free is None:
            return
        following = [place for place in totals.places if place > free]
        end = self.boxes[following[0]][0] - GAP if following else self.measure
        start = self.boxes[free][0]
        self.sheet.lines(self.sheet.fold(label, end - start, style)[:1], start, top, end - start, style)

    def start_height(self, rows: Sequence[Row]) -> float:
        """What the header and the first rows take together; of a row as tall as a page, a few lines."""
        most = 6 * self.cell.leading
        return self._head_height() + sum(min(self._height(row), most) + 2 * PAD for row in rows)

    def _height(self, row: Row) -> float:
        cells = (self._lines(at, column, row[at], self.cell) for at, column in enumerate(self.columns))
        height = max(1, *(len(lines) for lines in cells), 1) * self.cell.leading
        return max(height, BY_HAND) if self.by_hand else height

    def _head_height(self) -> float:
        return max(len(head) for head in self._heads) * self.head.leading + 2 * PAD

    def header(self) -> None:
        """Labels over a strong line."""
        lines = max(len(head) for head in self._heads)
        height = self._head_height()
        top = self.sheet.y - PAD
        for (offset, width), column, head in zip(self.boxes, self.columns, self._heads, strict=True):
            start = top - (lines - len(head)) * self.head.leading
            self.sheet.lines(head, offset, start, width, self.head, side(column.kind))
        self.sheet.y -= height
        self.sheet.rule(0, self.sheet.y, self.measure, INK, 0.8)

    def row(self, row: Row, total: bool = False) -> None:
        """One row; a row taller than a page goes on over the next ones."""
        style = self.bold if total else self.cell
        cells = [self._lines(at, column, row[at], style) for at, column in enumerate(self.columns)]
        left = max((len(lines) for lines in cells), default=1) or 1
        least = BY_HAND if self.by_hand and not total else 0.0
        self._make_room(max(left * style.leading, least) + 2 * PAD)
        if total:
            self.sheet.rule(0, self.sheet.y, self.measure, INK, 0.8)
        done = 0
        while left > done:
            fits = max(1, math.floor((self.sheet.free - 2 * PAD + 0.01) / style.leading))
            self._part(row, [lines[done : done + fits] for lines in cells], style, done == 0, least)
            done += fits
            if left > done:
                self._turn()

    def _make_room(self, height: float) -> None:
        """Turn the page for a row that does not fit, unless no page would hold it whole."""
        whole_page = self.sheet.full_page - self._head_height()
        if height > self.sheet.free and (height <= whole_page or self.sheet.free < 5 * self.cell.leading):
            self._turn()

    def _turn(self) -> None:
        self.sheet.new_page()
        self.header()

    def _lines(self, at: int, column: Column, cell: Cell, style: Style) -> tuple[Line, ...]:
        text = "" if cell == "" or (cell is None and self.by_hand) else say(column.kind, cell)
        less = MARK + 3 if column.kind is Kind.STATE else 0.0
        return wrap(
            text, style.weight, self._room(at, style, less), runs_rtl(column.kind, text, self.sheet.rtl)
        )

    def _part(self, row: Row, cells: list[tuple[Line, ...]], style: Style, first: bool, least: float) -> None:
        height = max(max(1, *(len(lines) for lines in cells)) * style.leading, least) + 2 * PAD
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
        self.sheet.rule(0, self.sheet.y, self.measure, HAIRLINE, 0.4)
        if self.by_hand:
            for offset, _width in self.boxes[1:]:
                self.sheet.rectangle(offset - GAP / 2, self.sheet.y, 0.4, height, HAIRLINE)

    def _state(self, cell: Cell, offset: float, top: float, style: Style, first: bool) -> None:
        tone = getattr(cell, "tone", None)
        if first and tone is not None:
            marks.tone(self.sheet, offset, _middle(top, style) - MARK / 2, MARK, str(tone))

    def _bar(self, cell: Cell, at: int, top: float, style: Style, lines: tuple[Line, ...]) -> None:
        """The bar stands left of the figures, on paper, and leaves room for the longest of them."""
        offset, width = self.boxes[at]
        actual, target = cell
        taken = max((line.width for line in lines), default=0) * style.size / 1000
        taken = max(taken, self._longest[at]) + BAR_GAP
        room = min(width - taken, BAR_MOST)
        if room < BAR_LEAST / 3:
            return
        start = offset + (taken if self.sheet.rtl else width - taken - room)
        y, actual = _middle(top, style) - BAR_HEIGHT / 2, actual or 0
        marks.bar(self.sheet, start, y, room, BAR_HEIGHT, actual, target, marks.scale(actual, target))


def _middle(top: float, style: Style) -> float:
    return top - style.leading / 2
