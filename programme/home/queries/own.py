"""What belongs to one person or one association: sittings, seats, enrolments, transfers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort, Enrolment, Seat
from cohorts.people.models import Person
from cohorts.sessions.models import (
    Attendance,
    AttendanceStatus,
    HalfDay,
    Session,
    SessionKind,
    SessionState,
    Sitting,
)
from cohorts.transfer.models import TransferActivity, TransferParticipation
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.language import Bilingual
from regions.associations.models import Association


@dataclass(frozen=True, slots=True)
class OwnSitting:
    """A half-day that a trainer gives. `marks` counts those already entered."""

    session_id: int
    code: str
    title: Bilingual
    state: SessionState
    cohort: Bilingual
    on_date: dt.date
    half_day: HalfDay
    minutes: int
    venue: str | None
    module: Bilingual | None
    marks: int


def own_sittings(scope: Scope, day: dt.date, *, is_past: bool, limit: int = 12) -> Sequence[OwnSitting]:
    """Sittings of the scope's trainers: from `day` on, soonest first, or before it, the latest first.

    Those past are only of sessions that still wait for their sheet. Cancelled sessions are left out.
    """
    marked = (
        sa.select(sa.func.count(Attendance.id)).where(Attendance.sitting_id == Sitting.id).scalar_subquery()
    )
    open_states = [SessionState.PLANNED, SessionState.RETURNED]
    chosen = (
        sa.select(Sitting, Session, Cohort, Module, marked)
        .join(Session, Session.id == Sitting.session_id)
        .join(Cohort, Cohort.id == Session.cohort_id)
        .outerjoin(Module, Module.id == Sitting.module_id)
        .where(Sitting.trainer_id.in_(scope.trainers), Session.state != SessionState.CANCELLED)
        .limit(limit)
    )
    if is_past:
        chosen = chosen.where(Sitting.on_date < day, Session.state.in_(open_states))
        chosen = chosen.order_by(Sitting.on_date.desc(), Sitting.half_day.desc(), Sitting.id)
    else:
        chosen = chosen.where(Sitting.on_date >= day)
        chosen = chosen.order_by(Sitting.on_date, Sitting.half_day, Sitting.id)
    return [
        OwnSitting(
            session.id,
            session.code,
            session.title,
            session.state,
            cohort.name,
            sitting.on_date,
            sitting.half_day,
            sitting.minutes,
            sitting.venue,
            module.title if module else None,
            number,
        )
        for sitting, session, cohort, module, number in db.session.execute(chosen)
    ]


def own_associations(scope: Scope) -> Sequence[Association]:
    """The associations that this account represents, by name."""
    return db.session.scalars(
        sa.select(Association)
        .where(Association.id.in_(scope.associations))
        .options(joinedload(Association.province), joinedload(Association.region))
        .order_by(Association.sort_key, Association.id)
    ).all()


def own_seats(scope: Scope) -> Sequence[Seat]:
    """Their seats, the latest cohort first, cohort loaded."""
    return db.session.scalars(
        sa.select(Seat)
        .join(Cohort, Cohort.id == Seat.cohort_id)
        .where(Seat.association_id.in_(scope.associations))
        .options(joinedload(Seat.cohort))
        .order_by(Cohort.starts_on.desc().nulls_first(), Seat.id)
    ).all()


def own_enrolments(scope: Scope) -> Sequence[Enrolment]:
    """Enrolments of one's own person or of one's associations, those withdrawn last; all loaded."""
    return db.session.scalars(
        sa.select(Enrolment)
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(sa.or_(Seat.association_id.in_(scope.associations), Enrolment.person_id.in_(scope.persons)))
        .options(
            joinedload(Enrolment.person),
            joinedload(Enrolment.cohort),
            joinedload(Enrolment.seat).joinedload(Seat.association),
        )
        .order_by(Enrolment.withdrawn_on.is_not(None), Enrolment.seat_id, Enrolment.id)
    ).all()


def own_transfers(scope: Scope, limit: int = 8) -> Sequence[sa.Row[TransferActivity, dt.date | None, int]]:
    """(activity, first day, number of participants) of what one's associations gave, the latest first."""
    day = sa.func.min(TransferParticipation.on_date)
    number = sa.func.count(sa.distinct(TransferParticipation.person_id))
    return db.session.execute(
        sa.select(TransferActivity, day, number)
        .outerjoin(TransferParticipation, TransferParticipation.activity_id == TransferActivity.id)
        .where(TransferActivity.host_id.in_(scope.associations))
        .group_by(TransferActivity.id)
        .order_by(TransferActivity.id.desc())
        .limit(limit)
    ).all()


@dataclass(frozen=True, slots=True)
class OwnMark:
    """One half-day of a trainee: what it was, and the mark where one was entered."""

    enrolment_id: int
    on_date: dt.date
    half_day: HalfDay
    title: Bilingual
    kind: SessionKind
    state: SessionState
    minutes: int
    venue: str | None
    status: AttendanceStatus | None


def own_attendance(scope: Scope, limit: int = 60) -> Sequence[OwnMark]:
    """The half-days of the cohorts in which one's own person is enrolled, the latest first."""
    chosen = (
        sa.select(Enrolment.id, Sitting, Session, Attendance.status)
        .join(Session, Session.cohort_id == Enrolment.cohort_id)
        .join(Sitting, Sitting.session_id == Session.id)
        .join(Seat, Seat.id == Enrolment.seat_id)
        .outerjoin(
            Attendance,
            sa.and_(Attendance.sitting_id == Sitting.id, Attendance.enrolment_id == Enrolment.id),
        )
        .where(
            Enrolment.person_id.in_(scope.persons),
            Session.state != SessionState.CANCELLED,
            sa.or_(Session.association_id.is_(None), Session.association_id == Seat.association_id),
            Sitting.on_date >= Enrolment.enrolled_on,
            sa.or_(Enrolment.withdrawn_on.is_(None), Sitting.on_date <= Enrolment.withdrawn_on),
        )
        .order_by(Sitting.on_date.desc(), Sitting.half_day.desc(), Sitting.id)
        .limit(limit)
    )
    return [
        OwnMark(
            ident,
            sitting.on_date,
            sitting.half_day,
            session.title,
            session.kind,
            session.state,
            sitting.minutes,
            sitting.venue,
            status,
        )
        for ident, sitting, session, status in db.session.execute(chosen)
    ]
