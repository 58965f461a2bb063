"""A report is defined once; renderers read these shapes and know nothing of the domain (DESIGN.md section 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from programme.base.heads import Head

Cell = Any
Row = Sequence[Cell]


class Kind(StrEnum):
    """What a column holds; renderers choose alignment, number format and direction by it.

    NAME text in the reader's language; TEXT free text; CODE, PHONE always left to right; INTEGER;
    HOURS (cells are minutes); PERCENT (cells are shares, 0.598); MONEY (cells are centimes); DATE; STATE
    (a cell with `.label` and `.tone`, or text); BAR (a pair actual, target).
    """

    NAME = "name"
    TEXT = "text"
    CODE = "code"
    PHONE = "phone"
    INTEGER = "integer"
    HOURS = "hours"
    PERCENT = "percent"
    MONEY = "money"
    DATE = "date"
    STATE = "state"
    BAR = "bar"


def in_one_line(label: str) -> str:
    """A label without the breaks that a heading has."""
    return " ".join(str(label).splitlines())


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` names it in csv and json, `label` is what people read (lazy text)."""

    key: str
    label: str
    """A line break in it says where it is broken."""
    kind: Kind = Kind.TEXT
    width: float = 1.0
    """Relative width."""
    total: bool = False
    """Sum it in the last row."""
    definition: str = ""
    """What the figure means, for the sheet of definitions and the page's focus help (lazy text)."""
    sides: tuple[str, str] | None = None
    """What actual and target of a bar are called where they stand in two columns (lazy text)."""


@dataclass(frozen=True, slots=True)
class Series:
    """One chart: actual against target per category, categories in reading order."""

    title: str
    categories: tuple[str, ...]
    actual: tuple[float, ...]
    target: tuple[float, ...] = ()
    actual_label: str = ""
    target_label: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw: all of it is zero."""
        return not any(self.actual) and not any(self.target)


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline figure with its target, both optional beyond the value."""

    label: str
    value: float | int
    target: float | int | None = None
    definition: str = ""
    kind: Kind = Kind.INTEGER
    href: str = ""
    note: str = ""
    permission: str = ""
    """What a reader needs to open `href`; others get the plain figure."""


@dataclass(frozen=True, slots=True)
class Door:
    """The list behind one cell, for readers with the permission: as many rows as the cell says."""

    href: str
    permission: str


TOTAL = -1
"""The row of totals, in the doors of a section."""


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a report. `rows` may be consumed once (a generator of tuples)."""

    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    note: str = ""
    empty: str = ""
    """The sentence shown where there is no row."""
    totals: Row | None = None
    """The last row where sums would not say it (rows that share something, or do not count); columns without
    `total` are passed over."""
    doors: Mapping[tuple[int, str], Door] = field(default_factory=dict)
    """By row (or `TOTAL`) and column key, for the page only."""
    silent: frozenset[str] = frozenset()
    """Keys of columns that say one thing in every row: the files keep them, page and paper leave them out."""
    by_hand: bool = False
    """Its rows are filled in by hand on paper: they are tall, and what is missing stays empty."""
    short: str = ""
    """What the section is called where there is no room for its title: the tab of a workbook."""

    def total_door(self, key: str) -> Door | None:
        """The list behind the total of a column."""
        return self.doors.get((TOTAL, key))

    def seen(self) -> Section:
        """The section as page and paper show it, without its silent columns."""
        if not self.silent:
            return self
        kept = [at for at, one in enumerate(self.columns) if one.key not in self.silent]

        def left(row: Row) -> Row:
            return tuple(row[at] for at in kept)

        totals = None if self.totals is None else left(self.totals)
        columns = tuple(self.columns[at] for at in kept)
        return replace(self, columns=columns, rows=map(left, self.rows), totals=totals, silent=frozenset())


@dataclass(frozen=True, slots=True)
class Document:
    """A report's content for one reader, ready for any renderer.

    `reference` is printed and coded in the QR; `facts` are label/value pairs under the title (region, as-at
    date, known-on date); `demonstration` marks every page.
    """

    name: str
    title: str
    reference: str
    as_at: dt.date
    made_at: dt.datetime
    sections: tuple[Section, ...]
    facts: tuple[tuple[str, str], ...] = ()
    figures: tuple[Figure, ...] = ()
    charts: tuple[Series, ...] = ()
    notes: tuple[str, ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()
    demonstration: bool = False
    verify_url: str = ""
    head: Head | None = None
    """The end of the journal when the figures were read: printed, so that no other past can be made up (D3)."""
    landscape: bool = False
    data: dict[str, Any] | None = None
    """What `json` prints when the report has a public shape of its own (WORKBOOKS.md)."""

    def under(self, base_url: str) -> Document:
        """The same, its address for verification under the public one."""
        return replace(self, verify_url=base_url + self.verify_url)

    def terms(self) -> dict[str, str]:
        """What each term means, once: the report's own definitions first, then figures and columns."""
        given = [*self.definitions, *((figure.label, figure.definition) for figure in self.figures)]
        given += [(column.label, column.definition) for each in self.sections for column in each.columns]
        terms: dict[str, str] = {}
        for term, meaning in given:
            if str(meaning):
                terms.setdefault(in_one_line(term), str(meaning))
        return terms


class Choice(StrEnum):
    """Filters a report can take."""

    REGION = "region"
    COHORT = "cohort"
    AS_AT = "as_at"
    KNOWN_ON = "known_on"
    AGREEMENT = "agreement"
    SESSION = "session"
    SEARCH = "q"
    PROVINCE = "province"
    SEX = "sex"
    HELD = "held"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Query:
    """A reader's wish: the filters, already checked."""

    as_at: dt.date
    known_on: dt.date
    region: str | None = None
    cohort: str | None = None
    session: str | None = None
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """One entry of the catalogue. `build` answers the document inside a scope."""

    name: str
    title: str
    summary: str
    permission: str
    filters: tuple[Choice, ...]
    build: Callable[[Any, Query], Document]
