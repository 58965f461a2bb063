"""Trainers, sessions, attendance and accounts for tests, made through the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import count
from typing import Any

from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.sessions import rules
from cohorts.sessions.models import AttendanceStatus, HalfDay, Session, SessionKind, Trainer
from cohorts.sessions.rules import SittingPlan
from programme.base.access import Actor, Role
from programme.base.accounts import Account
from programme.base.extensions import db
from tests.factories.cohorts import module

SYSTEM = Actor.system()
FRIDAY = dt.date(2023, 9, 8)
"""The day on which the first session of Fès-Meknès began."""
PRESENT, LATE = AttendanceStatus.PRESENT, AttendanceStatus.LATE
EXCUSED, ABSENT = AttendanceStatus.EXCUSED, AttendanceStatus.ABSENT
_numbers = count(1)


def officer(role: Role = Role.MINISTRY_OFFICER, name: str = "") -> Actor:
    """An actor with an account of their own."""
    number = next(_numbers)
    account = Account(
        email=f"{role.value}.{number}@example.ma", name=name or f"{role.value} {number}", role=role
    )
    db.session.add(account)
    db.session.flush()
    return Actor.of(account.id, account.name, role)


def trainer(name: str = "") -> Trainer:
    """A trainer, found where the name is known."""
    return rules.find_or_add_trainer(SYSTEM, name or f"حسن المدرب {next(_numbers)}")


def plan(day: dt.date = FRIDAY, half: str = "am", **more: Any) -> SittingPlan:
    """A half-day of three hours of module M1."""
    values = {"minutes": 180, "module": module("M1"), **more}
    return SittingPlan(day, HalfDay(half), **values)


def days(number: int, start: dt.date = FRIDAY, **more: Any) -> list[SittingPlan]:
    """So many half-days in a row, mornings and afternoons."""
    return [plan(start + dt.timedelta(days=i // 2), ("am", "pm")[i % 2], **more) for i in range(number)]


def session_of(cohort: Cohort, *plans: SittingPlan, actor: Actor = SYSTEM, **more: Any) -> Session:
    """A planned session of a cohort; one morning unless plans are given."""
    values = {
        "code": f"S-{next(_numbers)}",
        "kind": SessionKind.SESSION,
        "title_ar": "الحكامة الجيدة",
        "title_fr": "La bonne gouvernance",
        **more,
    }
    return rules.schedule(actor, cohort, sittings=list(plans) or [plan()], **values)


def fill(
    session: Session,
    enrolments: Iterable[Enrolment],
    status: AttendanceStatus = PRESENT,
    actor: Actor = SYSTEM,
) -> None:
    """The same mark for these enrolments at every half-day."""
    marks = {(sitting.id, one.id): status for sitting in session.sittings for one in enrolments}
    rules.mark(actor, session, marks)


def held(
    cohort: Cohort,
    enrolments: Iterable[Enrolment],
    *plans: SittingPlan,
    status: AttendanceStatus = PRESENT,
    **more: Any,
) -> Session:
    """A validated session at which these enrolments all got one mark."""
    session = session_of(cohort, *plans, **more)
    fill(session, enrolments, status)
    rules.submit(SYSTEM, session, accept_missing=True)
    rules.validate(officer(), session)
    return session
