"""What is already booked on given days: trainers, rooms and trainees (RULES C3)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.sessions.models import EARNING, Attendance, HalfDay, Session, SessionState, Sitting
from programme.base.extensions import db

Slot = tuple[dt.date, HalfDay]
Room = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Booking:
    """One sitting as the agenda needs it. A room is a folded venue in a commune, or in a region without one."""

    session_id: int
    code: str
    slot: Slot
    trainer_id: int | None
    room: Room | None


def room_of(venue_key: str | None, commune_id: int | None, region_id: int) -> Room | None:
    """What tells one room from another; None where no venue is named."""
    return (venue_key, commune_id or 0, 0 if commune_id else region_id) if venue_key else None


@dataclass(slots=True)
class Agenda:
    """Bookings by half-day; `add` keeps it true while sittings are planned one after the other."""

    booked: dict[Slot, list[Booking]] = field(default_factory=lambda: defaultdict(list))

    def add(self, booking: Booking) -> None:
        self.booked[booking.slot].append(booking)

    def remove(self, session_id: int, slot: Slot) -> None:
        self.booked[slot] = [one for one in self.booked[slot] if one.session_id != session_id]

    def clash(self, wanted: Booking) -> tuple[str, Booking] | None:
        """("trainer" | "venue", the other booking) of another session on the same half-day, or None."""
        for other in self.booked.get(wanted.slot, ()):
            if other.session_id == wanted.session_id:
                continue
            if wanted.trainer_id is not None and other.trainer_id == wanted.trainer_id:
                return "trainer", other
            if wanted.room is not None and other.room == wanted.room:
                return "venue", other
        return None


def agenda_of(days: Iterable[dt.date]) -> Agenda:
    """Everything booked on these days in the whole country, cancelled sessions left out; one statement."""
    chosen = (
        sa.select(
            Session.id,
            Session.code,
            Sitting.on_date,
            Sitting.half_day,
            Sitting.trainer_id,
            Sitting.venue_key,
            Sitting.commune_id,
            Cohort.region_id,
        )
        .join(Session, Session.id == Sitting.session_id)
        .join(Cohort, Cohort.id == Session.cohort_id)
        .where(Sitting.on_date.in_(sorted(set(days))), Session.state != SessionState.CANCELLED)
        .order_by(Sitting.id)
    )
    agenda = Agenda()
    for ident, code, day, half, trainer_id, venue_key, commune_id, region_id in db.session.execute(chosen):
        room = room_of(venue_key, commune_id, region_id)
        agenda.add(Booking(ident, code, (day, half), trainer_id, room))
    return agenda


def busy_by_half_day(
    person_ids: Collection[int], slots: Collection[Slot]
) -> dict[tuple[int, Slot], set[str]]:
    """Codes of the sessions at which a person attended on a half-day, by (person id, half-day); one statement."""
    days = sorted({day for day, _half in slots})
    if not days or not person_ids:
        return {}
    chosen = (
        sa.select(Enrolment.person_id, Sitting.on_date, Sitting.half_day, Session.code)
        .join(Attendance, Attendance.enrolment_id == Enrolment.id)
        .join(Sitting, Sitting.id == Attendance.sitting_id)
        .join(Session, Session.id == Sitting.session_id)
        .where(
            Sitting.on_date.in_(days),
            Attendance.status.in_(EARNING),
            Session.state != SessionState.CANCELLED,
        )
        .order_by(Attendance.id)
    )
    wanted = set(person_ids)
    found: dict[tuple[int, Slot], set[str]] = {}
    for person_id, day, half, code in db.session.execute(chosen):
        if person_id in wanted and (day, half) in slots:
            found.setdefault((person_id, (day, half)), set()).add(code)
    return found
