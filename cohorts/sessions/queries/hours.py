"""Hours that count for the curriculum, and sessions held (RULES C4, D4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cohorts.enrolment.models import Cohort, CohortModule, Enrolment
from cohorts.enrolment.queries import totals_visible
from cohorts.sessions.models import (
    EARNING,
    Attendance,
    AttendanceCorrection,
    Session,
    SessionKind,
    SessionState,
    Sitting,
)
from programme.base import clock
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.measures import Moment


def _validated(moment: Moment) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Session.state == SessionState.VALIDATED,
        Session.kind == SessionKind.SESSION,
        Session.validated_at <= clock.end_of_day(moment.known_on),
        Sitting.on_date <= moment.as_at,
    )


def _counting(moment: Moment, *cohorts: sa.ColumnElement[bool]) -> sa.Subquery:
    """(sitting id, minutes) of the sittings that give hours: validated, of a module of the curriculum."""
    return (
        sa.select(Sitting.id, Sitting.minutes)
        .join(Session, Session.id == Sitting.session_id)
        .join(Cohort, Cohort.id == Session.cohort_id)
        .join(
            CohortModule,
            sa.and_(CohortModule.cohort_id == Session.cohort_id, CohortModule.module_id == Sitting.module_id),
        )
        .where(*_validated(moment), *cohorts)
        .subquery("counting")
    )


def _earned(moment: Moment, what: Any, counting: sa.Subquery) -> Any:
    """`what` over the marks that earn, as they were known: a later correction is read backwards (RULES D4)."""
    known = clock.end_of_day(moment.known_on)
    found = what.select_from(counting).join(Attendance, Attendance.sitting_id == counting.c.id)
    if moment.known_on >= clock.today():
        return found.where(Attendance.status.in_(EARNING))
    first = (
        sa.select(sa.func.min(AttendanceCorrection.id).label("id"), AttendanceCorrection.attendance_id)
        .where(AttendanceCorrection.made_at > known)
        .group_by(AttendanceCorrection.attendance_id)
        .subquery("first_later")
    )
    later = aliased(AttendanceCorrection)
    found = found.outerjoin(first, first.c.attendance_id == Attendance.id).outerjoin(
        later, later.id == first.c.id
    )
    then = sa.case((later.id.is_not(None), later.before), else_=Attendance.status)
    return found.where(then.in_(EARNING), Attendance.recorded_at <= known)


def minutes_by_enrolment(cohort_ids: Iterable[int], moment: Moment) -> dict[int, int]:
    """Attended minutes that count for the curriculum, by enrolment id; one statement (RULES C4).

    Only validated sessions of kind `session` whose sitting carries a module of the cohort's curriculum, on
    or before `as_at`, as recorded by the end of `known_on`. Who has none is missing.
    """
    counting = _counting(moment, Session.cohort_id.in_(sorted(set(cohort_ids))))
    total = sa.func.sum(counting.c.minutes)
    grouped = (
        _earned(moment, sa.select(Attendance.enrolment_id, total), counting)
        .group_by(Attendance.enrolment_id)
        .order_by(Attendance.enrolment_id)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(grouped)}


def days_attended(enrolment_id: int) -> tuple[dt.date, dt.date] | None:
    """First and last day of an enrolment's marks that earn, of sessions in any state but a cancelled one."""
    chosen = (
        sa.select(sa.func.min(Sitting.on_date), sa.func.max(Sitting.on_date))
        .join(Attendance, Attendance.sitting_id == Sitting.id)
        .join(Session, Session.id == Sitting.session_id)
        .where(
            Attendance.enrolment_id == enrolment_id,
            Attendance.status.in_(EARNING),
            Session.state != SessionState.CANCELLED,
        )
    )
    first, last = db.session.execute(chosen).one()
    return (first, last) if first is not None else None


def minutes_attended(scope: Scope, moment: Moment) -> int:
    """Minutes that all trainees in scope attended and that count for their curriculum."""
    counting = _counting(moment, totals_visible(scope))
    return int(db.session.scalar(_earned(moment, sa.select(sa.func.sum(counting.c.minutes)), counting)) or 0)


def sessions_held(scope: Scope, moment: Moment) -> list[int]:
    """Ids of validated training sessions with at least one half-day held by `as_at`."""
    chosen = (
        sa.select(Session.id)
        .join(Cohort, Cohort.id == Session.cohort_id)
        .join(Sitting, Sitting.session_id == Session.id)
        .where(*_validated(moment), totals_visible(scope))
        .distinct()
        .order_by(Session.id)
    )
    return list(db.session.scalars(chosen))


def minutes_by_region(scope: Scope, moment: Moment) -> dict[int, int]:
    """Minutes attended that count for the curriculum, by the cohort's region id; one statement."""
    counting = _counting(moment, totals_visible(scope))
    total = sa.func.sum(counting.c.minutes)
    grouped = (
        _earned(moment, sa.select(Cohort.region_id, total), counting)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .group_by(Cohort.region_id)
        .order_by(Cohort.region_id)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(grouped)}


def sessions_held_by_region(scope: Scope, moment: Moment) -> dict[int, int]:
    """Number of validated training sessions with a half-day held by `as_at`, by the cohort's region id."""
    counted = (
        sa.select(Cohort.region_id, sa.func.count(sa.distinct(Session.id)))
        .join(Cohort, Cohort.id == Session.cohort_id)
        .join(Sitting, Sitting.session_id == Session.id)
        .where(*_validated(moment), totals_visible(scope))
        .group_by(Cohort.region_id)
        .order_by(Cohort.region_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def is_taught(module_id: int | None, cohort_id: int | None) -> bool:
    """Whether a validated session gave hours of this module, or to this cohort."""
    chosen = (
        sa.select(Sitting.id)
        .join(Session, Session.id == Sitting.session_id)
        .where(
            Session.state == SessionState.VALIDATED,
            Session.kind == SessionKind.SESSION,
            Sitting.module_id.is_not(None) if module_id is None else Sitting.module_id == module_id,
        )
        .limit(1)
    )
    if cohort_id is not None:
        chosen = chosen.where(Session.cohort_id == cohort_id)
    return db.session.scalar(chosen) is not None
