"""Sessions beside the period of the agreement that carries them."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from cohorts.enrolment.models import Cohort
from cohorts.sessions.models import Session, SessionState, Sitting
from cohorts.sessions.queries.records import visible
from programme.base.access import Scope
from programme.base.extensions import db


def _unexcused(scope: Scope) -> tuple[sa.ColumnElement[bool], ...]:
    return visible(scope), Session.override_reason.is_(None), Session.state != SessionState.CANCELLED


def days_by_agreement(scope: Scope) -> list[tuple[str, dt.date, dt.date]]:
    """(agreement, first day, last day) of what sessions in scope plan under it, overrides left out."""
    found = db.session.execute(
        sa.select(Cohort.agreement, sa.func.min(Sitting.on_date), sa.func.max(Sitting.on_date))
        .join(Session, Session.cohort_id == Cohort.id)
        .join(Sitting, Sitting.session_id == Session.id)
        .where(*_unexcused(scope))
        .group_by(Cohort.agreement)
        .order_by(Cohort.agreement)
    )
    return [(row[0], row[1], row[2]) for row in found]


def outside(
    scope: Scope, periods: dict[str, tuple[dt.date | None, dt.date | None]]
) -> list[tuple[int, str, dt.date]]:
    """(id, code, a day) of sessions with a day outside the period of their agreement; open ends cover nothing."""
    late = [
        sa.and_(
            Cohort.agreement == reference,
            sa.true() if start is None or end is None else ~Sitting.on_date.between(start, end),
        )
        for reference, (start, end) in periods.items()
    ]
    found = db.session.execute(
        sa.select(Session.id, Session.code, sa.func.min(Sitting.on_date))
        .join(Cohort, Cohort.id == Session.cohort_id)
        .join(Sitting, Sitting.session_id == Session.id)
        .where(*_unexcused(scope), sa.or_(sa.false(), *late))
        .group_by(Session.id, Session.code)
        .order_by(sa.func.min(Sitting.on_date), Session.id)
    )
    return [(row[0], row[1], row[2]) for row in found]
