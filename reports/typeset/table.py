"""Tables that fill page after page while their rows come in."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reports.definition import Cell, Column, Kind, Row, Section
from reports.typeset import marks
from reports.typeset.cells import NUMERIC, RIGID, Totals, heading, runs_rtl, say, side
from reports.typeset.sheet import Sheet
from reports.typeset.style import HAIRLINE, INK, Style
from reports.typeset.text import Line, single, wrap

SAMPLE = 300
GAP, PAD, LEAD = 8.0, 3.2, 7.0
BAR_LEAST, BAR_MOST, BAR_GAP, BAR_HEIGHT = 34.0, 110.0, 6.0, 4.2
MARK = 6.0
# Words and states wider than this (thousandths of the size) are broken rather than given room.
WORD_MOST = 9500
SHRINK = (1.0, 0.92, 0.86)
LEAST_FACTOR = 0.7
# A column of long texts is content with this width in points.
TEXT_WISH = 120.0


@dataclass(slots=True)
class Fitted:
    """Widths of the columns in reading order, the size of type, the width of each column's longest text."""

    widths: list[float]
    factor: float
    longest: list[float]


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
        table = Table(sheet, section.columns, fit(sheet, section.columns, sample))
        sheet.need(_title_height(sheet, section) + table.start_height(sample[:2]))
        _title(sheet, section)
        table.header()
        table.fill(itertools.chain(sample, stream), total_label)
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


def fit(sheet: Sheet, columns: tuple[Column, ...], sample: Sequence[Row]) -> Fitted:
    """Widths after the columns' weights, where figures, codes and dates get what they need to stay whole.

    Type is set smaller, in steps, where long texts would otherwise run to more than about three lines.
    """
    for factor in SHRINK:
        asked = [_ask(sheet, columns, at, sample, factor) for at in range(len(columns))]
        if sum(ask.wish for ask in asked) <= sheet.measure:
            break
    while sum(ask.need for ask in asked) > sheet.measure and factor > LEAST_FACTOR:
        factor -= 0.08
        asked = [_ask(sheet, columns, at, sample, factor) for at in range(len(columns))]
    widths = _widths(sheet.measure, [max(column.width, 0.1) for column in columns], asked)
    return Fitted(widths, factor, [ask.longest for ask in asked])


class Ask(NamedTuple):
    """Points a column cannot do without, those it would look well with, and those of its longest text."""

    need: float
    wish: float
    longest: float = 0.0


def _lead(columns: Sequence[Column], at: int, rtl: bool) -> float:
    """Room before a column of words that follows figures: left to right, both would stand at the same edge."""
    after_figures = at > 0 and columns[at - 1].kind in NUMERIC and columns[at].kind not in NUMERIC
    return LEAD if after_figures and not rtl else 0.0


def _ask(sheet: Sheet, columns: Sequence[Column], at: int, sample: Sequence[Row], factor: float) -> Ask:
    column, lead = columns[at], _lead(columns, at, sheet.rtl)
    head = sheet.styles.cell_head.scaled(factor)
    style = sheet.styles.cell_bold.scaled(factor)
    label = heading(column)
    least = max(_wide(word, head, sheet.rtl) for word in label.split() or [""])
    texts = {say(column.kind, row[at]) for row in sample}
    longest = max(_wide(text, style, runs_rtl(column.kind, text, sheet.rtl)) for text in texts)
    # A total has more digits than its rows.
    longest *= 1.12 if column.total else 1.0
    need = longest + {Kind.BAR: BAR_LEAST, Kind.STATE: MARK + 3}.get(column.kind, 0.0)
    wish = max(need, _wide(label, head, sheet.rtl) * 0.55)
    if column.kind not in RIGID:
        words = {word for text in texts for word in text.split()} or {""}
        need = max(_wide(word, style, runs_rtl(column.kind, word, sheet.rtl)) for word in words)
        wish = max(need, min(longest * 0.45, TEXT_WISH * factor))
    if column.kind not in RIGID or column.kind is Kind.STATE:
        need = min(need, WORD_MOST * style.size / 1000)
    need = max(least, need) + GAP + lead + 1
    return Ask(need, max(need, wish + GAP + lead + 1), longest)


def _wide(text: str, style: Style, rtl: bool) -> float:
    return single(text, style.weight, rtl).width * style.size / 1000


def _widths(measure: float, weights: list[float], asked: list[Ask]) -> list[float]:
    """What each column needs, then what it wishes, then a share of the rest by its weight."""
    needs, wishes = [ask.need for ask in asked], [ask.wish for ask in asked]
    if sum(needs) >= measure:
        return [need * measure / sum(needs) for need in needs]
    if sum(wishes) >= measure:
        part = (measure - sum(needs)) / (sum(wishes) - sum(needs))
        return [ask.need + (ask.wish - ask.need) * part for ask in asked]
    return _share(measure, weights, wishes)


def _share(measure: float, weights: list[float], needs: list[float]) -> list[float]:
    """Each column its weight's share, raised to its need; what that costs is taken from the others."""
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
        self._longest = fitted.longest
        starts = itertools.accumulate(fitted.widths, initial=0.0)
        # (offset, width) of what is inside each column, without the gap between columns.
        leads = [_lead(columns, at, sheet.rtl) for at in range(len(columns))]
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

    def fill(self, rows: Iterable[Row], total_label: str) -> None:
        """Every row, then the totals."""
        totals = Totals(self.columns)
        for row in rows:
            self.row(row)
            totals.add(row)
        if totals.places:
            self._total(totals, total_label)

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
        end = self.boxes[following[0]][0] - GAP if following else self.sheet.measure
        start = self.boxes[free][0]
        self.sheet.lines(self.sheet.fold(label, end - start, style)[:1], start, top, end - start, style)

    def start_height(self, rows: Sequence[Row]) -> float:
        """What the header and the first rows take together; of a row as tall as a page, a few lines."""
        most = 6 * self.cell.leading
        return self._head_height() + sum(min(self._height(row), most) + 2 * PAD for row in rows)

    def _height(self, row: Row) -> float:
        cells = (self._lines(at, column, row[at], self.cell) for at, column in enumerate(self.columns))
        return max(1, *(len(lines) for lines in cells), 1) * self.cell.leading

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
        """Turn the page for a row that does not fit, unless no page would hold it whole."""
        whole_page = self.sheet.full_page - self._head_height()
        if height > self.sheet.free and (height <= whole_page or self.sheet.free < 5 * self.cell.leading):
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
