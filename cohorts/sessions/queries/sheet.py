"""The attendance sheet of a session: who is expected at which sitting, and the marks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cohorts.enrolment.models import Cohort, Enrolment, EnrolmentState, Seat
from cohorts.people.models import Person, Sex
from cohorts.sessions.models import Attendance, AttendanceStatus, Session, SessionKind, Sitting
from programme.base.extensions import db
from programme.base.language import Bilingual
from regions.associations.models import Association


@dataclass(frozen=True, slots=True)
class Expected:
    """One enrolment as the sheet needs it."""

    enrolment_id: int
    person_id: int
    name: Bilingual
    sex: Sex | None
    name_key: str
    national_id_hash: str | None
    association_id: int
    association: Bilingual
    receipt_no: str | None
    seat_number: int
    cohort_id: int
    enrolled_on: dt.date
    withdrawn_on: dt.date | None
    state: EnrolmentState

    @property
    def is_nominated(self) -> bool:
        """Not confirmed yet: neither expected nor marked."""
        return self.state is EnrolmentState.NOMINATED

    def may_attend(self, day: dt.date) -> bool:
        """Confirmed and enrolled on that day, the day of a withdrawal included."""
        left = self.withdrawn_on is not None and day > self.withdrawn_on
        return not self.is_nominated and self.enrolled_on <= day and not left

    def must_be_marked(self, day: dt.date) -> bool:
        """A mark is owed: the day of a withdrawal itself may stay open, as two persons can share it."""
        return self.may_attend(day) and day != self.withdrawn_on


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark as the sheet needs it."""

    sitting_id: int
    enrolment_id: int
    status: AttendanceStatus


def roster_of(cohort_ids: Iterable[int]) -> list[Expected]:
    """Every enrolment of cohorts, withdrawn ones included, by seat and entry; one statement."""
    chosen = (
        sa.select(
            Enrolment.id,
            Person.id,
            Person.name_ar,
            Person.name_fr,
            Person.sex,
            Person.name_key,
            Person.national_id_hash,
            Association.id,
            Association.name_ar,
            Association.name_fr,
            Association.receipt_no,
            Seat.number,
            Enrolment.cohort_id,
            Enrolment.enrolled_on,
            Enrolment.withdrawn_on,
            Enrolment.state,
        )
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(Association, Association.id == Seat.association_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id.in_(sorted(set(cohort_ids))))
        .order_by(Enrolment.cohort_id, Seat.number, Enrolment.id)
    )
    return [_expected(*row) for row in db.session.execute(chosen)]


def _expected(
    enrolment_id: int,
    person_id: int,
    name_ar: str,
    name_fr: str | None,
    sex: Sex | None,
    name_key: str,
    national_id_hash: str | None,
    association_id: int,
    association_ar: str,
    association_fr: str | None,
    *rest: Any,
) -> Expected:
    name, association = Bilingual(name_ar, name_fr), Bilingual(association_ar, association_fr)
    return Expected(
        enrolment_id, person_id, name, sex, name_key, national_id_hash, association_id, association, *rest
    )


def concerns(session: Session, one: Expected) -> bool:
    """Whether a session is for this enrolment: an accompaniment visit may be for one association only."""
    if one.cohort_id != session.cohort_id:
        return False
    if session.kind is SessionKind.ACCOMPANIMENT and session.association_id is not None:
        return one.association_id == session.association_id
    return True


def expected_of(session: Session) -> list[Expected]:
    """Those who may attend at least one sitting of a session, by seat."""
    days = [sitting.on_date for sitting in session.sittings]
    return [
        one
        for one in roster_of([session.cohort_id])
        if concerns(session, one) and any(one.may_attend(day) for day in days)
    ]


def marks_of(sitting_ids: Iterable[int]) -> list[Mark]:
    """The marks of sittings, as plain tuples; one statement."""
    chosen = (
        sa.select(Attendance.sitting_id, Attendance.enrolment_id, Attendance.status)
        .where(Attendance.sitting_id.in_(sorted(set(sitting_ids))))
        .order_by(Attendance.sitting_id, Attendance.enrolment_id)
    )
    return [Mark(*row) for row in db.session.execute(chosen)]


def attendances_of(sitting_ids: Iterable[int]) -> dict[tuple[int, int], Attendance]:
    """The marks of sittings as records, by (sitting id, enrolment id): what the rules change."""
    chosen = (
        sa.select(Attendance)
        .where(Attendance.sitting_id.in_(sorted(set(sitting_ids))))
        .order_by(Attendance.sitting_id, Attendance.enrolment_id)
    )
    return {(one.sitting_id, one.enrolment_id): one for one in db.session.scalars(chosen)}


def has_seat(cohort: Cohort, association_id: int) -> bool:
    """Whether an association has a seat in a cohort."""
    asked = sa.exists().where(Seat.cohort_id == cohort.id, Seat.association_id == association_id)
    return bool(db.session.scalar(sa.select(asked)))


def sittings_marked(session: Session) -> dict[int, int]:
    """Number of marks by sitting id."""
    counted = (
        sa.select(Attendance.sitting_id, sa.func.count(Attendance.id))
        .join(Sitting, Sitting.id == Attendance.sitting_id)
        .where(Sitting.session_id == session.id)
        .group_by(Attendance.sitting_id)
        .order_by(Attendance.sitting_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}
