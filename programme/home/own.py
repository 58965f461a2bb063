"""Start pages of those who see their own: trainers, associations' representatives, trainees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import g

from cohorts.enrolment import queries as enrolment
from cohorts.enrolment.models import ACTIVE_STATES, Cohort, Enrolment, Seat
from cohorts.reached.counting import needed_minutes
from programme.base import hours
from programme.home import queries
from programme.home.asked import Asked
from programme.home.boards import FEW, waiting
from programme.home.queries import OwnMark, OwnSitting
from regions.programmes.queries import targets_of_many


@dataclass(frozen=True, slots=True)
class Record:
    """One enrolment with its hours: attended, of the curriculum, and needed to complete (RULES C4)."""

    enrolment: Enrolment
    minutes: int
    whole: int
    needed: int
    marks: Sequence[OwnMark] = ()

    @property
    def is_complete(self) -> bool:
        return bool(self.needed) and self.minutes >= self.needed

    @property
    def missing(self) -> int:
        """Minutes that still lack."""
        return max(self.needed - self.minutes, 0)


def records_of(enrolments: Sequence[Enrolment], asked: Asked, marks: Sequence[OwnMark] = ()) -> list[Record]:
    """Hours of enrolments, in three statements."""
    cohorts = {one.cohort_id: one.cohort for one in enrolments}
    minutes = hours.minutes_by_enrolment(cohorts, asked.moment)
    whole = enrolment.curriculum_minutes(cohorts)
    targets = targets_of_many(
        {one.regional_programme_id for one in cohorts.values()}, asked.as_at, asked.known_on
    )
    own: dict[int, list[OwnMark]] = defaultdict(list)
    for mark in marks:
        own[mark.enrolment_id].append(mark)
    return [
        Record(
            one,
            minutes.get(one.id, 0),
            whole.get(one.cohort_id, 0),
            _needed(cohorts[one.cohort_id], whole, targets),
            own[one.id],
        )
        for one in enrolments
    ]


def _needed(cohort: Cohort, whole: dict[int, int], targets: dict[int, Any]) -> int:
    version = targets.get(cohort.regional_programme_id)
    return needed_minutes(whole.get(cohort.id, 0), version.min_attendance if version else 80)


def trainer_board(asked: Asked) -> tuple[str, dict[str, Any]]:
    """Today's half-days, those that come, and those whose sheet is still open."""
    coming = queries.own_sittings(g.scope, asked.as_at, is_past=False)
    return "trainer", {
        "is_named": bool(g.scope.trainers),
        "today_sittings": [one for one in coming if one.on_date == asked.as_at],
        "coming": [one for one in coming if one.on_date > asked.as_at],
        "open": _by_session(queries.own_sittings(g.scope, asked.as_at, is_past=True)),
        "todos": waiting()[:FEW],
        "todo_total": len(waiting()),
    }


def _by_session(sittings: Sequence[OwnSitting]) -> list[OwnSitting]:
    """One line a session: its last half-day."""
    found: dict[int, OwnSitting] = {}
    for one in sittings:
        found.setdefault(one.session_id, one)
    return list(found.values())


@dataclass(slots=True)
class OwnSeat:
    """A seat of one's association with those who hold its places."""

    seat: Seat
    records: list[Record] = field(default_factory=list)

    @property
    def free(self) -> int:
        taken = sum(1 for one in self.records if one.enrolment.state in ACTIVE_STATES)
        return max(self.seat.cohort.places - taken, 0)


def representative_board(asked: Asked) -> tuple[str, dict[str, Any]]:
    """The association's file, its persons in each cohort, the transfers that it gave."""
    seats = {one.id: OwnSeat(one) for one in queries.own_seats(g.scope)}
    for record in records_of(queries.own_enrolments(g.scope), asked):
        if record.enrolment.seat_id in seats:
            seats[record.enrolment.seat_id].records.append(record)
    return "representative", {
        "associations": queries.own_associations(g.scope),
        "seats": list(seats.values()),
        "transfers": queries.own_transfers(g.scope),
        "todos": waiting()[:FEW],
        "todo_total": len(waiting()),
    }


def trainee_board(asked: Asked) -> tuple[str, dict[str, Any]]:
    """One's own hours and completion, half-day by half-day."""
    marks = queries.own_attendance(g.scope)
    found = records_of(queries.own_enrolments(g.scope), asked, marks)
    return "trainee", {"records": found, "day": asked.as_at, "few": FEW}
