"""Reads of cohorts, seats and enrolments; `scope` first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, load_only

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import (
    ACTIVE_STATES,
    Cohort,
    CohortModule,
    Enrolment,
    Seat,
)
from cohorts.enrolment.queries.same import records_of
from cohorts.people.models import Person
from programme.base import journal
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.journal import JournalEntry
from regions.associations.models import Association


def visible(scope: Scope) -> sa.ColumnElement[bool]:
    """Clause on Cohort: its region, its agreement or a seat of one's association is in scope."""
    if scope.regions is None:
        return sa.true()
    clauses: list[sa.ColumnElement[bool]] = [Cohort.region_id.in_(scope.regions)]
    if scope.agreements:
        clauses.append(Cohort.agreement.in_(scope.agreements))
    if scope.associations:
        held = sa.select(Seat.cohort_id).where(Seat.association_id.in_(scope.associations))
        clauses.append(Cohort.id.in_(held))
    return sa.or_(*clauses)


def enrolment_visible(scope: Scope) -> sa.ColumnElement[bool]:
    """Clause on Enrolment joined to Seat and Cohort: a representative meets the persons of their own seats only."""
    if scope.regions is None:
        return sa.true()
    return sa.or_(
        Cohort.region_id.in_(scope.regions),
        Cohort.agreement.in_(scope.agreements),
        Seat.association_id.in_(scope.associations),
        Enrolment.person_id.in_(scope.persons),
    )


def _seat_visible(scope: Scope) -> sa.ColumnElement[bool]:
    """Clause on Seat joined to Cohort."""
    if scope.regions is None:
        return sa.true()
    return sa.or_(
        Cohort.region_id.in_(scope.regions),
        Cohort.agreement.in_(scope.agreements),
        Seat.association_id.in_(scope.associations),
    )


def runs_whole_cohort(scope: Scope, cohort: Cohort) -> bool:
    """Whether the scope holds the cohort itself, and not only a seat of it."""
    return scope.regions is None or cohort.region_id in scope.regions or cohort.agreement in scope.agreements


def get_cohort(scope: Scope, cohort_id: int) -> Cohort | None:
    """One cohort in scope with its region, or None."""
    return db.session.scalar(
        sa.select(Cohort)
        .options(joinedload(Cohort.region), joinedload(Cohort.regional_programme))
        .where(Cohort.id == cohort_id, visible(scope))
    )


def cohort_by_code(scope: Scope, code: str) -> Cohort | None:
    """The cohort with this code, letter case ignored, or None where it is unknown or out of scope."""
    wanted = (code or "").strip().lower()
    return db.session.scalar(sa.select(Cohort).where(sa.func.lower(Cohort.code) == wanted, visible(scope)))


def curriculum_minutes(cohort_ids: Iterable[int]) -> dict[int, int]:
    """Minutes of the curriculum by cohort id: the sum of its modules (RULES C4)."""
    summed = (
        sa.select(CohortModule.cohort_id, sa.func.sum(Module.minutes))
        .join(Module, Module.id == CohortModule.module_id)
        .where(CohortModule.cohort_id.in_(sorted(set(cohort_ids))))
        .group_by(CohortModule.cohort_id)
        .order_by(CohortModule.cohort_id)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(summed)}


def _enrolments() -> sa.Select[Enrolment]:
    return (
        sa.select(Enrolment)
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Person, Person.id == Enrolment.person_id)
        .options(
            joinedload(Enrolment.person),
            joinedload(Enrolment.cohort),
            joinedload(Enrolment.seat).joinedload(Seat.association).joinedload(Association.province),
        )
    )


def roster(scope: Scope, cohort: Cohort) -> Sequence[Enrolment]:
    """Enrolments of a cohort by seat number, then as they were made, withdrawn ones among them.

    Person, seat and association are loaded.
    """
    chosen = _enrolments().where(Enrolment.cohort_id == cohort.id, enrolment_visible(scope))
    return db.session.scalars(chosen.order_by(Seat.number, Enrolment.id)).all()


def seated(scope: Scope, cohort: Cohort) -> Sequence[Enrolment]:
    """Who takes a place of a cohort, by seat number, with what its board shows of them and nothing else.

    Of an enrolment its seat and state, of a person the names, the sex and whether the id is known: the board
    names 120 persons, and 30 columns each would cost more than the rest of the page.
    """
    person = contains_eager(Enrolment.person)
    shown = (Person.name_ar, Person.name_fr, Person.sex, Person.national_id_hash, Person.erased_at)
    chosen = (
        sa.select(Enrolment)
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Person, Person.id == Enrolment.person_id)
        .options(
            load_only(Enrolment.seat_id, Enrolment.state, raiseload=True),
            person.load_only(*shown, raiseload=True),
        )
        .where(
            Enrolment.cohort_id == cohort.id,
            Enrolment.state.in_(ACTIVE_STATES),
            enrolment_visible(scope),
        )
    )
    return db.session.scalars(chosen.order_by(Seat.number, Enrolment.id)).all()


def seat_roster(scope: Scope, seat: Seat) -> Sequence[Enrolment]:
    """Enrolments of one seat in scope, withdrawn ones included, oldest first."""
    chosen = _enrolments().where(Enrolment.seat_id == seat.id, enrolment_visible(scope))
    return db.session.scalars(chosen.order_by(Enrolment.id)).all()


def get_enrolment(scope: Scope, enrolment_id: int) -> Enrolment | None:
    """One enrolment in scope with person, seat and cohort, or None."""
    return db.session.scalar(_enrolments().where(Enrolment.id == enrolment_id, enrolment_visible(scope)))


def seats(scope: Scope, cohort: Cohort) -> Sequence[Seat]:
    """The seats of a cohort by number, with association and province; a representative's own only."""
    return db.session.scalars(
        sa.select(Seat)
        .join(Cohort, Cohort.id == Seat.cohort_id)
        .options(joinedload(Seat.association).joinedload(Association.province))
        .where(Seat.cohort_id == cohort.id, _seat_visible(scope))
        .order_by(Seat.number, Seat.id)
    ).all()


def seat_open_to(scope: Scope, seat_id: int) -> Seat | None:
    """A seat whose persons the scope may name: a representative's own, or any of a cohort that is run."""
    return db.session.scalar(
        sa.select(Seat)
        .join(Cohort, Cohort.id == Seat.cohort_id)
        .where(Seat.id == seat_id, _seat_visible(scope))
        .options(joinedload(Seat.cohort), joinedload(Seat.association).joinedload(Association.province))
    )


def seat_of(cohort_id: int, association_id: int) -> Seat | None:
    """The seat of an association in a cohort, or None."""
    return db.session.scalar(
        sa.select(Seat).where(Seat.cohort_id == cohort_id, Seat.association_id == association_id)
    )


def seats_given(cohort_id: int) -> tuple[int, int]:
    """(number of seats, highest seat number) of a cohort."""
    row: Any = db.session.execute(
        sa.select(sa.func.count(Seat.id), sa.func.max(Seat.number)).where(Seat.cohort_id == cohort_id)
    ).one()
    return row[0], row[1] or 0


def places_taken(seat_id: int) -> int:
    """Active enrolments in a seat."""
    return (
        db.session.scalar(
            sa.select(sa.func.count(Enrolment.id)).where(
                Enrolment.seat_id == seat_id, Enrolment.state.in_(ACTIVE_STATES)
            )
        )
        or 0
    )


def active_enrolment(regional_programme_id: int, person_id: int) -> Enrolment | None:
    """The active enrolment of a person in a regional programme (RULES C2), under any of their records."""
    return db.session.scalars(
        _enrolments()
        .where(
            Enrolment.regional_programme_id == regional_programme_id,
            Enrolment.person_id.in_(records_of(person_id)),
            Enrolment.state.in_(ACTIVE_STATES),
        )
        .order_by(Enrolment.id)
    ).first()


def replacement_of(enrolment: Enrolment) -> Enrolment | None:
    """The enrolment that took this one's place, or None."""
    return db.session.scalar(sa.select(Enrolment).where(Enrolment.replaces_id == enrolment.id))


def enrolled_in_seat(seat_id: int) -> Sequence[Enrolment]:
    """Every enrolment of a seat, withdrawn ones included, oldest first, with persons."""
    return db.session.scalars(
        sa.select(Enrolment)
        .options(joinedload(Enrolment.person))
        .where(Enrolment.seat_id == seat_id)
        .order_by(Enrolment.id)
    ).all()


def places_used_by_seat(cohort: Cohort) -> dict[int, int]:
    """Active enrolments by seat id: numbers only, also of seats whose persons are out of scope."""
    counted = (
        sa.select(Enrolment.seat_id, sa.func.count(Enrolment.id))
        .where(Enrolment.cohort_id == cohort.id, Enrolment.state.in_(ACTIVE_STATES))
        .group_by(Enrolment.seat_id)
        .order_by(Enrolment.seat_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def history(cohort: Cohort, limit: int = 100) -> Sequence[JournalEntry]:
    """What happened to a cohort and its seats, newest first."""
    seat_ids = sa.select(Seat.id).where(Seat.cohort_id == cohort.id)
    return journal.history(db.session, "cohort", cohort.id, limit, also=("seat", seat_ids))
