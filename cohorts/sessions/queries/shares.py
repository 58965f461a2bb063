"""How much of each session each seat attended: the heat map of a cohort (LOOK.md, Cohort board)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from cohorts.enrolment.models import Cohort, Enrolment, Seat
from cohorts.enrolment.queries import enrolment_visible
from cohorts.sessions.models import EARNING, Attendance, Session, SessionKind, SessionState, Sitting
from cohorts.sessions.queries.records import sessions_of_cohort, visible
from programme.base.access import Scope
from programme.base.extensions import db


def shared_sessions(scope: Scope, cohort: Cohort) -> Sequence[Session]:
    """The validated sessions held for the whole cohort, in the order of their first day."""
    found = sessions_of_cohort(scope, cohort, {SessionState.VALIDATED})
    whole = [one for one in found if one.kind is not SessionKind.ACCOMPANIMENT and one.sittings]
    return sorted(whole, key=lambda one: (one.sittings[0].on_date, one.code))


def marks_by_seat(scope: Scope, cohort: Cohort) -> dict[tuple[int, int], tuple[int, int]]:
    """(seat, session) -> (marks present or late, all marks) of its validated sessions; one statement.

    Absences kept from after a withdrawal, or from before the enrolment, are no marks of somebody expected.
    """
    earned = sa.case((Attendance.status.in_(EARNING), 1), else_=0)
    chosen = (
        sa.select(Enrolment.seat_id, Sitting.session_id, sa.func.sum(earned), sa.func.count(Attendance.id))
        .select_from(Attendance)
        .join(Sitting, Sitting.id == Attendance.sitting_id)
        .join(Session, Session.id == Sitting.session_id)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(Cohort, Cohort.id == Session.cohort_id)
        .where(
            Session.cohort_id == cohort.id,
            Session.state == SessionState.VALIDATED,
            Sitting.on_date >= Enrolment.enrolled_on,
            sa.or_(Enrolment.withdrawn_on.is_(None), Sitting.on_date <= Enrolment.withdrawn_on),
            visible(scope),
            enrolment_visible(scope),
        )
        .group_by(Enrolment.seat_id, Sitting.session_id)
    )
    return {
        (seat, session): (int(present), total) for seat, session, present, total in db.session.execute(chosen)
    }
