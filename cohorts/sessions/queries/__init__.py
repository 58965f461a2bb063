"""Reads of sessions, sittings, trainers and attendance; `scope` first."""

from __future__ import annotations

from cohorts.sessions.queries.agenda import Agenda, Booking, agenda_of, busy_by_half_day
from cohorts.sessions.queries.listing import Filters, Row, count_by_state, months, page_of
from cohorts.sessions.queries.records import (
    authors_of,
    communes_of_region,
    corrections_of,
    file_of,
    files_of,
    get_session,
    get_sitting,
    history,
    mark_of,
    marked_by,
    next_code,
    session_by_code,
    sessions_named,
    sessions_of_cohort,
    trainers,
    visible,
)
from cohorts.sessions.queries.sheet import Expected, Mark, expected_of, marks_of, roster_of

__all__ = [
    "Agenda",
    "Booking",
    "Expected",
    "Filters",
    "Mark",
    "Row",
    "agenda_of",
    "authors_of",
    "busy_by_half_day",
    "communes_of_region",
    "corrections_of",
    "count_by_state",
    "expected_of",
    "file_of",
    "files_of",
    "get_session",
    "get_sitting",
    "history",
    "mark_of",
    "marked_by",
    "marks_of",
    "months",
    "next_code",
    "page_of",
    "roster_of",
    "session_by_code",
    "sessions_named",
    "sessions_of_cohort",
    "trainers",
    "visible",
]
