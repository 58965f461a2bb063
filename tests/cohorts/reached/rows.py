"""Rows behind the count, written straight into the tables so that any history can be told."""

from __future__ import annotations

import datetime as dt
from itertools import count

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.people.models import PairDecision, PairState, Person, PersonPair
from cohorts.sessions.models import (
    Attendance,
    AttendanceStatus,
    HalfDay,
    Session,
    SessionKind,
    SessionState,
    Sitting,
)
from cohorts.transfer.models import TransferActivity, TransferParticipation, TransferState
from programme.base import clock
from programme.base.extensions import db
from programme.base.measures import Moment
from regions.associations.models import Association
from tests.factories.transfers import stepped

_numbers = count(1)
DAY = dt.date(2024, 3, 1)
LONG_AGO = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
FAR = dt.date(2099, 1, 1)


def moment(as_at: dt.date = dt.date(2024, 12, 31), known_on: dt.date | None = None) -> Moment:
    return Moment(as_at, known_on or FAR)


def day(number: int) -> dt.date:
    """The day so many days after 1 March 2024."""
    return DAY + dt.timedelta(days=number)


def midday(on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(12), dt.UTC)


def session(
    cohort: Cohort,
    *sittings: tuple[dt.date, int, Module | None],
    kind: SessionKind = SessionKind.SESSION,
    state: SessionState = SessionState.VALIDATED,
    validated_at: dt.datetime | None = LONG_AGO,
) -> Session:
    """A session of morning sittings (day, minutes, module)."""
    made = Session(
        code=f"S-{next(_numbers)}",
        cohort_id=cohort.id,
        kind=kind,
        state=state,
        recorded_at=LONG_AGO,
        validated_at=validated_at if state is SessionState.VALIDATED else None,
    )
    made.sittings = [
        Sitting(on_date=on, half_day=HalfDay.AM, minutes=minutes, module_id=module.id if module else None)
        for on, minutes, module in sittings
    ]
    db.session.add(made)
    db.session.flush()
    return made


def mark(
    enrolment: Enrolment,
    sitting: Sitting,
    status: AttendanceStatus = AttendanceStatus.PRESENT,
    recorded_at: dt.datetime = LONG_AGO,
) -> Attendance:
    made = Attendance(
        sitting_id=sitting.id, enrolment_id=enrolment.id, status=status, recorded_at=recorded_at
    )
    db.session.add(made)
    db.session.flush()
    return made


def activity(
    host: Association,
    *hours: tuple[Association, Person, dt.date, int],
    state: TransferState = TransferState.VALIDATED,
    validated_at: dt.datetime | None = LONG_AGO,
    submitted_at: dt.datetime = LONG_AGO,
    recorded_at: dt.datetime = LONG_AGO,
) -> TransferActivity:
    """A transfer activity with its participations (association, person, day, minutes)."""
    made = TransferActivity(
        code=f"T-{next(_numbers)}",
        host_id=host.id,
        region_id=host.region_id,
        state=state,
        submitted_at=submitted_at,
        validated_at=validated_at if state is TransferState.VALIDATED else None,
        recorded_at=recorded_at,
    )
    made.participations = [
        TransferParticipation(
            association_id=association.id,
            person_id=person.id,
            on_date=on,
            minutes=minutes,
            recorded_at=recorded_at,
        )
        for association, person, on, minutes in hours
    ]
    db.session.add(made)
    db.session.flush()
    return stepped(made)


def pair(one: Person, other: Person, state: PairState = PairState.OPEN) -> PersonPair:
    low, high = sorted((one.id, other.id))
    made = PersonPair(first_id=low, second_id=high)
    db.session.add(made)
    db.session.flush()
    if state is not PairState.OPEN:
        decide(made, state)
    return made


def decide(made: PersonPair, state: PairState, at: dt.datetime = LONG_AGO) -> None:
    made.state, made.decided_at = state, None if state is PairState.OPEN else at
    db.session.add(PairDecision(pair_id=made.id, state=state, decided_at=at))
    db.session.flush()


def merge(association: Association, into: Association) -> None:
    association.merged_into_id = into.id
    db.session.flush()


def today() -> dt.date:
    return clock.today()
