"""Which associations were trained, and by whom they were represented: what a transfer rests on."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from cohorts.enrolment.models import Cohort, Enrolment, Seat
from cohorts.enrolment.queries.records import enrolment_visible
from cohorts.people.models import Person
from programme.base.access import Scope
from programme.base.extensions import db
from regions.associations.models import Association


def is_trained(association_id: int) -> bool:
    """Whether the association has a seat in a cohort, itself or by a record merged into it."""
    same = sa.select(Association.id).where(
        sa.or_(Association.id == association_id, Association.merged_into_id == association_id)
    )
    return bool(db.session.scalar(sa.select(sa.exists().where(Seat.association_id.in_(same)))))


def is_trainee_of(person_id: int, association_id: int) -> bool:
    """Whether a person was ever enrolled in a seat of this association."""
    held = sa.exists().where(
        Enrolment.person_id == person_id,
        Enrolment.seat_id == Seat.id,
        Seat.association_id == association_id,
    )
    return bool(db.session.scalar(sa.select(held)))


def trainees_of(scope: Scope, association_ids: Iterable[int]) -> list[tuple[int, int, str]]:
    """(association id, person id, name) of those in scope who were enrolled for these associations."""
    rows = db.session.execute(
        sa.select(Seat.association_id, Person)
        .distinct()
        .join(Enrolment, Enrolment.seat_id == Seat.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Seat.association_id.in_(sorted(set(association_ids))), enrolment_visible(scope))
        .order_by(Seat.association_id, Person.sort_key, Person.id)
    )
    return [(row[0], row[1].id, str(row[1].name)) for row in rows]
