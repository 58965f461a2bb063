"""What a cell of each kind says on paper, in which direction, at which side, and what a total is."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

from babel import numbers

from programme.base.language import (
    NO_BREAK,
    Language,
    format_date,
    format_hours,
    format_instant,
    format_number,
    format_percent,
    language,
)
from programme.base.language import gettext as _
from reports.definition import Cell, Column, Kind
from reports.typeset.bidi import is_rtl
from reports.typeset.sheet import Align

NUMERIC = frozenset({Kind.INTEGER, Kind.HOURS, Kind.PERCENT, Kind.MONEY, Kind.BAR})
SUMMED = frozenset({Kind.INTEGER, Kind.HOURS, Kind.MONEY, Kind.BAR})
RIGID = NUMERIC | {Kind.CODE, Kind.PHONE, Kind.DATE, Kind.STATE}
"""Kinds whose cells stay on one line where the page has room."""

NOTHING = "–"


def say(kind: Kind, cell: Cell) -> str:
    """The cell as people read it; a dash where a figure or date is missing."""
    if cell is None:
        return NOTHING
    if kind is Kind.BAR:
        actual, target = cell
        return f"{amount(actual)} / {amount(target)}"
    if kind is Kind.STATE:
        return str(getattr(cell, "label", cell))
    if kind is Kind.DATE:
        return _date(cell)
    return number(kind, cell) if kind in NUMERIC else str(cell)


def number(kind: Kind, value: Any) -> str:
    """A figure by its kind; money is in dirhams with two decimals, without the unit."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return str(value)
    return _number(language(), kind, value)


@functools.lru_cache(20_000)
def _number(reader: Language, kind: Kind, value: Any) -> str:
    """`number` remembered: Babel takes as long over one figure as the page over a cell."""
    if kind is Kind.HOURS:
        return format_hours(int(value))
    if kind is Kind.PERCENT:
        return format_percent(value)
    if kind is Kind.MONEY:
        text = numbers.format_decimal(value / 100, format="#,##0.00", locale=reader.babel)
        return text.replace("\u202f", NO_BREAK)
    return format_number(value, 1)


def amount(value: float | int | None) -> str:
    """A count with at most one decimal, or a dash."""
    return NOTHING if value is None else number(Kind.INTEGER, value)


def runs_rtl(kind: Kind, text: str, page_rtl: bool) -> bool:
    """Direction of the cell's paragraph: figures and codes left to right, names by their own letters."""
    if kind in NUMERIC or kind in (Kind.CODE, Kind.PHONE):
        return False
    return is_rtl(text, page_rtl) if kind is not Kind.DATE else page_rtl and is_rtl(text)


def side(kind: Kind) -> Align:
    """Figures stand at the right of the paper in both languages, so that units are under units."""
    return Align.RIGHT if kind in NUMERIC else Align.START


def heading(column: Column) -> str:
    """The column's label; money names its unit."""
    label = str(column.label)
    return _("%(label)s (MAD)", label=label) if column.kind is Kind.MONEY else label


def _date(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return format_instant(value)
    return format_date(value, "short") if isinstance(value, dt.date) else str(value)


class Totals:
    """Running sums of the columns that ask for one, or the row that is known; a bar sums both of its sides."""

    def __init__(self, columns: tuple[Column, ...], known: Any = None) -> None:
        self.places = [at for at, column in enumerate(columns) if column.total and column.kind in SUMMED]
        self.columns = columns
        self._sums: dict[int, Any] = {}
        self._known = known

    def add(self, row: Any) -> None:
        """Count one row in; empty cells count for nothing."""
        for at in self.places:
            if row[at] is not None:
                self._sums[at] = self._plus(at, row[at])

    def _plus(self, at: int, cell: Any) -> Any:
        if self.columns[at].kind is not Kind.BAR:
            return self._sums.get(at, 0) + cell
        actual, target = self._sums.get(at, (0, None))
        more_actual, more_target = cell
        together = target if more_target is None else (target or 0) + more_target
        return actual + (more_actual or 0), together

    def row(self, label: str) -> tuple[Any, ...]:
        """The last row: sums, the label in the first column that has none, nothing elsewhere."""
        cells: list[Any] = [
            self._sums.get(at, 0) if at in self.places else "" for at in range(len(self.columns))
        ]
        if self._known is not None:
            for at in self.places:
                cells[at] = self._known[at]
        for at in self.places:
            if self.columns[at].kind is Kind.BAR and at not in self._sums and self._known is None:
                cells[at] = (0, None)
        free = next((at for at in range(len(cells)) if at not in self.places), None)
        if free is not None:
            cells[free] = label
        return tuple(cells)
