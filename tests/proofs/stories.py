"""Histories as their workbooks tell them: rows by kind, and what people did with them afterwards.

Nothing here knows the application. Identity is kept beside each row (`who`, `of`), so that the count by hand
need not guess it: a person is known by national id; without one, only within one sheet of one association.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

FIRST_DAY = dt.date(2024, 9, 2)
BEFORE, ENTERED, SECOND, THIRD = (
    dt.date(2025, 5, 31),
    dt.date(2025, 6, 2),
    dt.date(2025, 7, 1),
    dt.date(2025, 8, 4),
)
"""The days on which things are recorded: nothing, the workbooks, a first and a second round of decisions."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Human:
    """Someone of flesh and blood. Two records of one human without national ids are two until decided."""

    number: int
    name: str
    card: str | None
    sex: str | None
    birth: dt.date | None
    phone: str | None

    @property
    def can_be_suspected(self) -> bool:
        """Whether two records of this human are noticed as probably one: birth date and phone are there."""
        return self.birth is not None and self.phone is not None


@dataclass(frozen=True, slots=True)
class Club:
    """An association; `region` is None where only the host's place tells it."""

    number: int
    name: str
    receipt: str | None
    province: str | None
    region: str | None


Record = tuple[str, ...]
"""One record of a person: ("card", id) or ("sheet", sheet, association, name)."""


Line = tuple[dt.date, int, Record, tuple[Any, ...]]
"""On the sheet of an activity: (day, minutes, record, association key)."""


@dataclass(slots=True)
class Taught:
    """A session as its rows say, and what became of it."""

    code: str
    cohort: str
    kind: str | None
    sittings: list[tuple[dt.date, str, int, str | None]]
    marks: list[tuple[int, Record, str]] = field(default_factory=list)
    is_whole: bool = True
    fate: str = "left"
    """left, validated (first round), later (second), returned, again (returned, handed in again, validated later)."""


@dataclass(slots=True)
class Given:
    """A transfer activity, and what became of it."""

    code: str
    region: str
    is_late: bool
    lines: list[Line] = field(default_factory=list)
    fate: str = "left"
    """As a session's; also reopened: validated in the first round, in the second reopened and a line taken off."""


@dataclass(slots=True)
class Enrolled:
    """A row of `trainees`."""

    cohort: str
    region: str
    record: Record
    club: tuple[Any, ...]
    on: dt.date
    sex: str | None


@dataclass(slots=True)
class Story:
    """Rows by kind in the order of import, and what the count by hand needs of them."""

    sheets: dict[str, list[Row]] = field(default_factory=dict)
    late_sheets: dict[str, list[Row]] = field(default_factory=dict)
    targets: dict[str, list[tuple[dt.date, Row]]] = field(default_factory=dict)
    modules: dict[str, int] = field(default_factory=dict)
    cohorts: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    clubs: dict[tuple[Any, ...], tuple[str, str | None]] = field(default_factory=dict)
    humans: dict[Record, Human] = field(default_factory=dict)
    enrolled: list[Enrolled] = field(default_factory=list)
    taught: list[Taught] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
