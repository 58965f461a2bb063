"""Which exports are made at once and which beside the requests: the one place that says how much is much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from cohorts.enrolment import queries as enrolment
from cohorts.enrolment.models import Cohort, Enrolment, Seat
from cohorts.sessions import queries as sessions
from cohorts.sessions.models import Session
from cohorts.transfer.models import TransferParticipation
from programme.base.access import Scope
from reports import queries
from reports.definition import Choice, Query, Report
from reports.frame import narrowed, parameters
from reports.registers import ASSOCIATIONS, association_count

HEAVY = {"pdf": 1_500, "xlsx": 4_000, "csv": 20_000, "json": 20_000}
"""Rows above which a format takes more than about two seconds of a processor that others need."""
LONGEST = {"pdf": 30_000, "xlsx": 1_000_000}
"""Rows that a format holds: a PDF stands in memory until its last page is known, a sheet of Excel ends there."""
KEPT = frozenset(
    {*(choice.value for choice in Choice), "coverage", "domain", "receipt_kind", "incomplete", "check", "ids"}
)
"""What an address may say that a report heeds; everything else is forgotten with the address."""
_LONG = {"trainees", "enrolled-associations", "reached-associations", "pending-associations", "sessions"}


def rows_at_most(scope: Scope, report: Report, query: Query) -> int:
    """How many rows the report has at most, by one cheap count; 0 for reports that are always short."""
    if report.name == ASSOCIATIONS.name:
        return association_count(scope, query)
    if report.name not in _LONG:
        return 0
    inside = narrowed(scope, query)
    return queries.together(_counts(inside, report.name))


def _counts(scope: Scope, name: str) -> Iterator[sa.Select[Any]]:
    """Counts whose sum no list of this name exceeds."""
    seen = enrolment.visible(scope)
    if name == "sessions":
        yield (
            sa.select(sa.func.count(Session.id))
            .join(Cohort, Cohort.id == Session.cohort_id)
            .where(sessions.visible(scope))
        )
    elif name == "trainees":
        yield sa.select(sa.func.count(Enrolment.id)).join(Cohort).where(seen)
    else:
        yield sa.select(sa.func.count(sa.distinct(Seat.association_id))).join(Cohort).where(seen)
    if name in ("reached-associations", "pending-associations"):
        yield sa.select(sa.func.count(sa.distinct(TransferParticipation.association_id)))


def is_heavy(kind: str, rows: int) -> bool:
    """Whether a file of so many rows is made beside the requests."""
    return rows > HEAVY[kind]


def is_too_long(kind: str, rows: int) -> bool:
    """Whether no file of this format can hold so many rows."""
    return rows > LONGEST.get(kind, rows)


def wish(report: Report, query: Query) -> Mapping[str, str]:
    """What was asked, with its days written out: the same wish tomorrow is made of today's facts."""
    return {key: value for key, value in query.values.items() if key in KEPT} | parameters(report, query)
