"""Figures over enrolments and seats, as at a day and as known on a day (RULES D4)."""

from __future__ import annotations

import sqlalchemy as sa

from cohorts.enrolment.models import Cohort, CohortState, Enrolment, EnrolmentState, Seat
from cohorts.enrolment.queries.records import enrolment_visible
from cohorts.enrolment.queries.same import persons_of, same_persons
from cohorts.people.models import Person, Sex
from programme.base import clock
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.measures import Moment
from regions.associations.models import Association


def totals_visible(scope: Scope) -> sa.ColumnElement[bool]:
    """Clause on Cohort: regions whose totals may be read, files or not; without any, the agreements held.

    Never both: a scope narrowed to a region keeps its agreements, which may carry cohorts of another.
    """
    if scope.regions is None:
        return sa.true()
    if not (places := scope.regions | scope.territory) and scope.agreements:
        return Cohort.agreement.in_(scope.agreements)
    return Cohort.region_id.in_(places)


def enrolled_at(moment: Moment) -> sa.ColumnElement[bool]:
    """Confirmed by the day, as recorded by the other, and not withdrawn by then; a proposal is no enrolment."""
    known = clock.end_of_day(moment.known_on)
    still_there = sa.or_(
        Enrolment.withdrawn_on.is_(None),
        Enrolment.withdrawn_on > moment.as_at,
        Enrolment.withdrawal_recorded_at > known,
    )
    return sa.and_(
        Enrolment.confirmed_at <= known,
        Enrolment.enrolled_on <= moment.as_at,
        Enrolment.recorded_at <= known,
        still_there,
    )


def trainees_enrolled(scope: Scope, moment: Moment, sex: Sex | str | None = "any") -> list[int]:
    """Ids of the persons with an enrolment, each once; of one sex, or None for those not stated (RULES C7).

    Records decided to be one person are one, told by the id of the first.
    """
    chosen = (
        sa.select(Enrolment.person_id, Person.sex)
        .distinct()
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(totals_visible(scope), enrolled_at(moment))
        .order_by(Enrolment.person_id)
    )
    rows = [(row[0], row[1]) for row in db.session.execute(chosen)]
    found = persons_of(rows, same_persons(moment))
    return sorted(one for one, stated in found.items() if sex in ("any", stated))


def associations_enrolled(scope: Scope, moment: Moment) -> list[int]:
    """Canonical ids of the associations with at least one trainee enrolled, each once."""
    canonical = sa.func.coalesce(Association.merged_into_id, Association.id)
    chosen = (
        sa.select(canonical)
        .distinct()
        .select_from(Enrolment)
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(Association, Association.id == Seat.association_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(totals_visible(scope), enrolled_at(moment))
        .order_by(canonical)
    )
    return list(db.session.scalars(chosen))


def seats_granted(scope: Scope, moment: Moment) -> list[int]:
    """Seat ids granted by the day, as recorded by the other."""
    chosen = (
        sa.select(Seat.id)
        .join(Cohort, Cohort.id == Seat.cohort_id)
        .where(
            totals_visible(scope),
            Seat.granted_on <= moment.as_at,
            Seat.recorded_at <= clock.end_of_day(moment.known_on),
        )
        .order_by(Seat.id)
    )
    return list(db.session.scalars(chosen))


def waiting(scope: Scope) -> list[tuple[int, str, int, int, int, int]]:
    """(cohort id, code, proposals, persons, without sex, without national id) of open cohorts in scope."""
    nominated = sa.case((Enrolment.state == EnrolmentState.NOMINATED, 1), else_=0)
    no_sex = sa.case((Person.sex.is_(None), 1), else_=0)
    no_id = sa.case((Person.lacks_national_id, 1), else_=0)
    counted = (
        sa.select(
            Cohort.id,
            Cohort.code,
            sa.func.sum(nominated),
            sa.func.count(Enrolment.id),
            sa.func.sum(no_sex),
            sa.func.sum(no_id),
        )
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Cohort.state != CohortState.CLOSED,
            Enrolment.state != EnrolmentState.WITHDRAWN,
            enrolment_visible(scope),
        )
        .group_by(Cohort.id, Cohort.code)
        .order_by(Cohort.code)
    )
    return [(r[0], r[1], int(r[2]), int(r[3]), int(r[4]), int(r[5])) for r in db.session.execute(counted)]


def places_offered(scope: Scope) -> dict[int, tuple[str, int]]:
    """(code, places of the seats given) by id of the open cohort, in scope."""
    held = sa.func.count(Seat.id)
    offered = (
        sa.select(Cohort.id, Cohort.code, held * Cohort.places)
        .join(Seat, Seat.cohort_id == Cohort.id)
        .where(
            Cohort.state != CohortState.CLOSED,
            sa.true()
            if scope.regions is None
            else sa.or_(
                Cohort.region_id.in_(scope.regions),
                Cohort.agreement.in_(scope.agreements),
                Seat.association_id.in_(scope.associations),
            ),
        )
        .group_by(Cohort.id, Cohort.code, Cohort.places)
        .order_by(Cohort.id)
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(offered)}
