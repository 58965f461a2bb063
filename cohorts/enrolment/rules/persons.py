"""Enrolling someone who is found or made on the way: one rule for one form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from cohorts.enrolment import queries
from cohorts.enrolment.models import Enrolment, EnrolmentState, Seat
from cohorts.enrolment.rules.seats import enrol, substitute
from cohorts.people.models import Person
from cohorts.people.rules import find_or_make
from programme.base.access import Actor, Scope
from regions.associations.models import BureauRole

Who = Person | Mapping[str, Any]
"""A person who is known, or the data that `people.rules.find_or_make` takes."""


def enrol_someone(
    actor: Actor,
    seat: Seat,
    who: Who,
    *,
    enrolled_on: dt.date,
    bureau_role: BureauRole | None = None,
    state: EnrolmentState = EnrolmentState.CONFIRMED,
    scope: Scope | None = None,
) -> Enrolment:
    """`enrol`, for a person who is known or described; refusals name nobody outside `scope`."""
    person = _person(actor, seat, who, scope)
    values: dict[str, Any] = {"enrolled_on": enrolled_on, "bureau_role": bureau_role, "state": state}
    return enrol(actor, seat, person, scope=scope, **values)


def substitute_someone(
    actor: Actor,
    enrolment: Enrolment,
    who: Who,
    *,
    on: dt.date,
    reason: str,
    bureau_role: BureauRole | None = None,
    scope: Scope | None = None,
) -> Enrolment:
    """`substitute`, for a person who is known or described; refusals name nobody outside `scope`."""
    person = _person(actor, enrolment.seat, who, scope)
    values: dict[str, Any] = {"on": on, "reason": reason, "bureau_role": bureau_role}
    return substitute(actor, enrolment, person, scope=scope, **values)


def _person(actor: Actor, seat: Seat, who: Who, scope: Scope | None) -> Person:
    if isinstance(who, Person):
        return who
    members = [one.person_id for one in queries.enrolled_in_seat(seat.id)]
    return find_or_make(actor, **who, within=members, scope=scope).person
