"""Hours that people attended: a register filled by the room of sessions, asked by the rooms below it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from programme.base.measures import Moment

Finder = Callable[[Iterable[int], Moment], dict[int, int]]
Days = Callable[[int], tuple[dt.date, dt.date] | None]
_finder: list[Finder] = []
_days: list[Days] = []


def provide(finder: Finder, days: Days) -> None:
    """Called once by `cohorts.sessions`, with what answers the two functions below."""
    _finder[:], _days[:] = [finder], [days]


def minutes_by_enrolment(cohort_ids: Iterable[int], moment: Moment) -> dict[int, int]:
    """Attended minutes that count (RULES C4), by enrolment id, in these cohorts; who has none may be missing."""
    wanted = sorted(set(cohort_ids))
    return _finder[0](wanted, moment) if wanted and _finder else {}


def days_attended(enrolment_id: int) -> tuple[dt.date, dt.date] | None:
    """The first and the last day on which an enrolment was marked present or late; None where it never was."""
    return _days[0](enrolment_id) if _days else None
