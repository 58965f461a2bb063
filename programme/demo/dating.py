"""When each fact would have been typed in, had it been entered in its days instead of all at once.

The rules stamp what they write with the moment of loading: every figure "as known on" an earlier day would be
zero. This writes plausible instants over those stamps, and nothing else. The journal is left alone: it says
truly when the demonstration was loaded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from cohorts.enrolment.models import Cohort, Enrolment, Seat
from cohorts.people.models import Consent, Person
from cohorts.sessions.models import Attendance, AttendanceCorrection, Session, Sitting
from cohorts.transfer.models import TransferActivity, TransferParticipation, TransferState, TransferStep
from partnerships.agreements.models import Agreement
from programme.base import clock
from programme.base.extensions import db
from regions.associations.models import Association
from regions.programmes.models import RegionalProgramme, TargetVersion

Days = Mapping[int, dt.date]
_HOUR = dt.time(10, 30)
_OPENED = dt.date(2023, 7, 3)
"""The registry was opened."""
_STEPS = (
    (TransferState.SUBMITTED, 3),
    (TransferState.RETURNED, 6),
    (TransferState.REFUSED, 6),
    (TransferState.VALIDATED, 9),
)
"""Days after the activity on which it took each step."""


def date_everything() -> None:
    """Set the instants of recording, submission and validation of all that was loaded.

    Written below the session's objects, which do not know: commit afterwards, which expires them.
    """
    db.session.flush()
    _stamp(RegionalProgramme, "recorded_at", _days(RegionalProgramme.id, RegionalProgramme.starts_on), -20)
    _stamp(TargetVersion, "recorded_at", _days(TargetVersion.id, TargetVersion.effective_on), -15)
    _stamp(Agreement, "recorded_at", _days(Agreement.id, Agreement.starts_on), -30)
    _stamp(Cohort, "recorded_at", _days(Cohort.id, Cohort.starts_on), -30)
    _stamp(Seat, "recorded_at", _days(Seat.id, Seat.granted_on), 1)
    enrolled = _days(Enrolment.id, Enrolment.enrolled_on)
    _stamp(Enrolment, "recorded_at", enrolled, 1)
    _stamp(Enrolment, "confirmed_at", _only(enrolled, Enrolment.id, Enrolment.confirmed_at), 1)
    _stamp(Enrolment, "withdrawal_recorded_at", _days(Enrolment.id, Enrolment.withdrawn_on), 2)
    _stamp(Consent, "recorded_at", _days(Consent.id, Consent.given_on), 1)
    _date_sessions()
    _date_transfers()
    _date_records()


def _date_sessions() -> None:
    held = _days(Session.id, sa.func.max(Sitting.on_date), Session.sittings)
    _stamp(Session, "recorded_at", held, -20)
    _stamp(Session, "submitted_at", _only(held, Session.id, Session.submitted_at), 3)
    _stamp(Session, "validated_at", _only(held, Session.id, Session.validated_at), 8)
    marked = db.session.execute(
        sa.select(Attendance.id, Sitting.on_date).join(Sitting, Sitting.id == Attendance.sitting_id)
    )
    _stamp(Attendance, "recorded_at", {row[0]: row[1] for row in marked}, 1)
    corrected = db.session.execute(
        sa.select(AttendanceCorrection.id, Sitting.on_date)
        .join(Attendance, Attendance.id == AttendanceCorrection.attendance_id)
        .join(Sitting, Sitting.id == Attendance.sitting_id)
    )
    _stamp(AttendanceCorrection, "made_at", {row[0]: row[1] for row in corrected}, 30)


def _date_transfers() -> None:
    last = sa.func.max(TransferParticipation.on_date)
    given = _days(TransferActivity.id, last, TransferActivity.participations)
    _stamp(TransferActivity, "recorded_at", given, 2)
    _stamp(
        TransferActivity, "submitted_at", _only(given, TransferActivity.id, TransferActivity.submitted_at), 3
    )
    _stamp(
        TransferActivity, "validated_at", _only(given, TransferActivity.id, TransferActivity.validated_at), 9
    )
    for state, after in _STEPS:
        taken = sa.select(TransferStep.id, TransferStep.activity_id).where(TransferStep.state == state)
        _stamp(TransferStep, "at", {row[0]: given[row[1]] for row in db.session.execute(taken)}, after)
    rows = _days(TransferParticipation.id, TransferParticipation.on_date)
    _stamp(TransferParticipation, "recorded_at", rows, 2)


def _date_records() -> None:
    """Persons and associations stand in the registry since the first sheet that names them."""
    first = sa.func.min(TransferParticipation.on_date)
    for table, named, column in (
        (Person, TransferParticipation.person_id, Enrolment.person_id),
        (Association, TransferParticipation.association_id, Seat.association_id),
    ):
        days = {row[0]: row[1] for row in db.session.execute(sa.select(named, first).group_by(named))}
        seated = sa.func.min(Enrolment.enrolled_on)
        rows = db.session.execute(
            sa.select(column, seated).join(Seat, Seat.id == Enrolment.seat_id).group_by(column)
        )
        days |= {row[0]: row[1] for row in rows}
        everyone = dict.fromkeys(db.session.scalars(sa.select(table.id)), _OPENED)
        _stamp(table, "recorded_at", {**everyone, **days}, 2)


def _days(ident: Any, day: Any, through: Any = None) -> dict[int, dt.date]:
    """The day by id, grouped where it is taken over rows of the relationship `through`."""
    chosen = sa.select(ident, day)
    if through is not None:
        chosen = chosen.join(through).group_by(ident)
    return {row[0]: row[1] for row in db.session.execute(chosen) if row[1] is not None}


def _only(days: Days, ident: Any, column: Any) -> dict[int, dt.date]:
    """Those of `days` whose column is filled: what was not submitted has no day of submission."""
    filled: Iterable[int] = db.session.scalars(sa.select(ident).where(column.is_not(None)))
    return {one: days[one] for one in filled if one in days}


def _stamp(table: Any, column: str, days: Days, after: int) -> None:
    """Write `after` days later, at half past ten in Rabat, and never later than now."""
    now = clock.now()
    rows = [
        {"which": ident, "instant": min(_instant(day + dt.timedelta(days=after)), now)}
        for ident, day in days.items()
    ]
    if rows:
        columns = table.__table__.c
        written = sa.update(table.__table__).where(columns.id == sa.bindparam("which"))
        db.session.connection().execute(written.values({column: sa.bindparam("instant")}), rows)


def _instant(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, _HOUR, clock.RABAT).astimezone(dt.UTC)
