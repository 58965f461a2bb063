"""Cohorts at scale: seats, persons, enrolments, sessions of one half-day each and the marks of everyone."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort, Enrolment, EnrolmentState, Seat
from cohorts.people.models import Person
from cohorts.people.rules.identity import HIDDEN, name_key, seal, sort_key
from cohorts.sessions.models import (
    Attendance,
    AttendanceStatus,
    HalfDay,
    Session,
    SessionKind,
    SessionState,
    Sitting,
    Trainer,
)
from programme.base import clock
from programme.base.access import Actor
from programme.base.cleaning import clean_national_id
from programme.base.folding import fold
from programme.demo.inventing import CARD
from programme.demo.national.bulk import Bulk
from programme.demo.national.chain import Chain
from programme.demo.national.scale import DAY, Scale
from regions.associations.models import BureauRole

MINUTES = 180
ROLES = (BureauRole.PRESIDENT, BureauRole.SECRETARY, BureauRole.TREASURER, BureauRole.MEMBER)
DROPPED = 2
"""Associations of a cohort whose persons stop coming after the sixth session."""
STOPPED_AFTER = 6
WAITING = dt.timedelta(days=12)
"""So long before `DAY` sessions are submitted and not validated yet."""
_HALF_PAST_TEN = dt.time(10, 30)
_PERSON = tuple(column.key for column in Person.__table__.columns)
P, L, A, E = (
    AttendanceStatus.PRESENT,
    AttendanceStatus.LATE,
    AttendanceStatus.ABSENT,
    AttendanceStatus.EXCUSED,
)
MARKS = (P,) * 88 + (L,) * 4 + (A,) * 5 + (E,) * 3


def instant(day: dt.date, after: int = 0) -> dt.datetime:
    """Half past ten in Rabat, so many days later."""
    local = dt.datetime.combine(day + dt.timedelta(days=after), _HALF_PAST_TEN, clock.RABAT)
    return local.astimezone(dt.UTC)


@dataclass(slots=True)
class Trained:
    """What later steps need of a cohort: (association, its persons) of those that complete and of those that do not."""

    completed: list[tuple[int, list[int]]] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)


@dataclass(slots=True)
class People:
    """Writes persons, each with a card that is nobody's."""

    bulk: Bulk
    chain: Chain
    actor: Actor
    random: Random
    names: Iterator[tuple[str, str, str]]
    number: int = 0

    def add(self, on: dt.date, card: bool = True) -> int:
        """One person known since a day; answers the id."""
        self.number += 1
        name_ar, name_fr, sex = next(self.names)
        given = {
            "name_ar": name_ar,
            "name_fr": name_fr if self.random.random() < 0.8 else None,
            "sex": sex if self.random.random() < 0.97 else None,
            "birth_date": dt.date(
                self.random.randint(1958, 2004), self.random.randint(1, 12), 1 + self.number % 28
            ),
            "phone": f"+21261{self.number:07d}",
        }
        return self.write(given, on, f"{CARD}{self.number:06d}" if card else None)

    def write(self, given: Mapping[str, object], on: dt.date, card: str | None) -> int:
        """A person with these fields, sealed and keyed as the rules do."""
        made = Person(**given)
        made.id, made.version, made.recorded_at = self.bulk.next_id(Person), 1, instant(on, 1)
        made.sort_key, made.name_key = sort_key(made.name_ar), name_key(made.name_ar)
        made.is_national_id_odd = False
        seal(made, clean_national_id(card))
        self.bulk.add(Person, {name: getattr(made, name) for name in _PERSON})
        hidden = (
            *(name for name in HIDDEN if given.get(name) is not None),
            *(["national_id"] if card else []),
        )
        self.chain.note(
            self.actor, "people:person:add", ("person", made.id), after={"sex": given["sex"]}, hidden=hidden
        )
        return made.id


@dataclass(slots=True)
class Teaching:
    """Fills one cohort after the other."""

    bulk: Bulk
    chain: Chain
    scale: Scale
    random: Random
    people: People
    modules: Sequence[Module]
    enterer: Actor
    validator: Actor
    trainers: list[int] = field(default_factory=list)

    def fill(self, cohort: Cohort, number: int, associations: Sequence[int], venue: str) -> Trained:
        """Seats, persons and sessions of the cohort `number` of its region; a running one has some of its sessions."""
        start = self.scale.starts_on(number)
        made, places = Trained(), list[tuple[int, bool]]()
        for seat_number, association in enumerate(associations, 1):
            drops = seat_number > len(associations) - DROPPED
            persons = self._seat(cohort, seat_number, association, start, places, drops)
            if drops:
                made.dropped.append(association)
            else:
                made.completed.append((association, persons))
        trainer = self._trainer()
        for turn in range(self.scale.sessions):
            self._session(cohort, turn, start + dt.timedelta(weeks=turn), trainer, venue, places)
        return made

    def _seat(
        self,
        cohort: Cohort,
        number: int,
        association: int,
        start: dt.date,
        places: list[tuple[int, bool]],
        drops: bool,
    ) -> list[int]:
        granted = start - dt.timedelta(days=20)
        seat = self.bulk.next_id(Seat)
        row = {"cohort_id": cohort.id, "association_id": association, "number": number, "reason": None}
        self.bulk.add(Seat, {"id": seat, **row, "granted_on": granted, "recorded_at": instant(granted, 1)})
        after = {"association_id": association, "number": number, "granted_on": granted}
        self.chain.note(self.enterer, "enrolment:seat:give", ("seat", seat), after=after)
        persons = []
        for place in range(self.scale.places):
            person = self.people.add(granted)
            persons.append(person)
            places.append((self._enrol(cohort, seat, number, person, place, start), drops))
        return persons

    def _enrol(self, cohort: Cohort, seat: int, number: int, person: int, place: int, start: dt.date) -> int:
        ident, on = self.bulk.next_id(Enrolment), start - dt.timedelta(days=7)
        row = {
            "id": ident,
            "seat_id": seat,
            "cohort_id": cohort.id,
            "regional_programme_id": cohort.regional_programme_id,
            "person_id": person,
            "state": EnrolmentState.CONFIRMED,
            "bureau_role": ROLES[place % len(ROLES)],
            "enrolled_on": on,
            "confirmed_at": instant(on, 1),
            "recorded_at": instant(on, 1),
            "version": 1,
        }
        self.bulk.add(Enrolment, row)
        after = {"seat": number, "person_id": person, "enrolled_on": on, "state": EnrolmentState.CONFIRMED}
        self.chain.note(self.enterer, "enrolment:trainee:enrol", ("enrolment", ident), after=after)
        return ident

    def _trainer(self) -> int:
        name_ar, _name_fr, _sex = next(self.people.names)
        ident = self.bulk.next_id(Trainer)
        row = {
            "name": name_ar,
            "name_key": fold(name_ar),
            "email": f"trainer{ident}@example.ma",
            "phone": None,
        }
        self.bulk.add(Trainer, {"id": ident, **row})
        self.trainers.append(ident)
        return ident

    def _session(
        self,
        cohort: Cohort,
        turn: int,
        day: dt.date,
        trainer: int,
        venue: str,
        places: Sequence[tuple[int, bool]],
    ) -> None:
        ident, sitting = self.bulk.next_id(Session), self.bulk.next_id(Sitting)
        state, code = _state(day), f"{cohort.code}-S{turn + 1:02d}"
        row = {"id": ident, "code": code, "cohort_id": cohort.id, **_titles(turn), **self._steps(day, state)}
        self.bulk.add(Session, row)
        plan = {
            "id": sitting,
            "session_id": ident,
            "on_date": day,
            "half_day": HalfDay.AM,
            "minutes": MINUTES,
        }
        place = {"venue": venue, "venue_key": fold(venue)[:200], "trainer_id": trainer}
        self.bulk.add(Sitting, {**plan, **place, "module_id": self.modules[turn % len(self.modules)].id})
        subject = ("session", ident)
        self.chain.note(
            self.enterer, "sessions:session:schedule", subject, after={"code": code, "sittings": 1}
        )
        if state is not SessionState.PLANNED:
            self._mark(subject, sitting, turn, day, places)
            self._move(self.enterer, "submit", subject, SessionState.PLANNED, SessionState.SUBMITTED)
        if state is SessionState.VALIDATED:
            self._move(self.validator, "validate", subject, SessionState.SUBMITTED, state)

    def _steps(self, day: dt.date, state: SessionState) -> dict[str, object]:
        """Who entered, submitted and validated a session of that day, and when."""
        is_held, is_valid = state is not SessionState.PLANNED, state is SessionState.VALIDATED
        return {
            "state": state,
            "entered_by_id": self.enterer.account_id,
            "submitted_by_id": self.enterer.account_id if is_held else None,
            "submitted_at": instant(day, 3) if is_held else None,
            "validated_by_id": self.validator.account_id if is_valid else None,
            "validated_at": instant(day, 8) if is_valid else None,
            "recorded_at": instant(day, -20),
            "version": 3 if is_valid else 1,
        }

    def _move(
        self, actor: Actor, name: str, subject: tuple[str, int], before: SessionState, after: SessionState
    ) -> None:
        self.chain.note(
            actor, f"sessions:session:{name}", subject, before={"state": before}, after={"state": after}
        )

    def _mark(
        self,
        subject: tuple[str, int],
        sitting: int,
        turn: int,
        day: dt.date,
        places: Sequence[tuple[int, bool]],
    ) -> None:
        by = {"recorded_at": instant(day, 1), "recorded_by_id": self.enterer.account_id}
        counts, before, after = Counter[str](), list[str](), list[str]()
        for enrolment, drops in places:
            status = A if drops and turn >= STOPPED_AFTER else self.random.choice(MARKS)
            row = {"sitting_id": sitting, "enrolment_id": enrolment, "status": status}
            self.bulk.add(Attendance, {"id": self.bulk.next_id(Attendance), **row, **by})
            counts[status.value] += 1
            before.append(f"{sitting}:{enrolment}=-")
            after.append(f"{sitting}:{enrolment}={status.value}")
        self.chain.note(
            self.enterer,
            "sessions:attendance:mark",
            subject,
            before={"cells": " ".join(before)},
            after={**counts, "cells": " ".join(after)},
        )


def _state(day: dt.date) -> SessionState:
    if day > DAY:
        return SessionState.PLANNED
    return SessionState.SUBMITTED if day > DAY - WAITING else SessionState.VALIDATED


def _titles(turn: int) -> dict[str, object]:
    return {
        "kind": SessionKind.SESSION,
        "title_ar": f"الدورة التكوينية {turn + 1}",
        "title_fr": f"Session de formation n° {turn + 1}",
    }
