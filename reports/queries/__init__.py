"""Reads of reports across rooms; `scope` first. Lists answer plain tuples, totals one row a region."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from cohorts.enrolment import queries as enrolment
from cohorts.enrolment.models import Cohort, Enrolment, Seat
from cohorts.people.models import Person
from cohorts.sessions import queries as sessions
from cohorts.sessions.models import Attendance, AttendanceStatus, Session, Sitting, Trainer
from cohorts.sessions.queries.hours import sessions_held
from partnerships.agreements import queries as agreements
from partnerships.agreements.models import Agreement, Party
from programme.base import clock, heads
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.measures import Moment
from regions.associations.models import Association
from regions.geography.models import Province, Region
from regions.programmes.models import RegionalProgramme


def head() -> heads.Head:
    """The end of the journal as it stands, to be printed with the figures."""
    return heads.present(db.session)


def _in_territory(scope: Scope, column: Any) -> sa.ColumnElement[bool]:
    """Totals may be read of the regions of the scope and of its territory."""
    return sa.true() if scope.regions is None else column.in_(scope.regions | scope.territory)


def enrolled(scope: Scope, moment: Moment) -> list[tuple[int, int, int | None, int, str | None]]:
    """(region id, canonical association id, its province id, person id, sex) of every active enrolment.

    Records decided to be one person are told as that person.
    """
    canonical = sa.func.coalesce(Association.merged_into_id, Association.id)
    chosen = (
        sa.select(Cohort.region_id, canonical, Association.province_id, Enrolment.person_id, Person.sex)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(Association, Association.id == Seat.association_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(enrolment.enrolled_at(moment), _in_territory(scope, Cohort.region_id))
        .order_by(Enrolment.id)
    )
    rows = db.session.execute(chosen).all()
    same = enrolment.same_persons(moment)
    # A person's other records say the sex as well, wherever they are enrolled: a region reads alone as among others.
    stated = {(row[3], row[4]) for row in rows} | enrolment.stated_sexes(moment)
    sexes = enrolment.persons_of(stated, same)
    return [(row[0], row[1], row[2], (one := same.root(row[3])), sexes[one]) for row in rows]


def regions_with_programme(scope: Scope, moment: Moment) -> dict[int, RegionalProgramme]:
    """The latest regional programme of each region that was recorded by then."""
    chosen = (
        sa.select(RegionalProgramme)
        .where(
            _in_territory(scope, RegionalProgramme.region_id),
            RegionalProgramme.recorded_at <= clock.end_of_day(moment.known_on),
        )
        .order_by(RegionalProgramme.starts_on, RegionalProgramme.id)
    )
    return {found.region_id: found for found in db.session.scalars(chosen)}


def regions(scope: Scope) -> dict[int, Region]:
    """Regions whose totals may be read, by id."""
    chosen = sa.select(Region).where(_in_territory(scope, Region.id)).order_by(Region.code)
    return {region.id: region for region in db.session.scalars(chosen)}


def provinces(region_ids: list[int]) -> dict[int, Province]:
    """Provinces of regions, by id, in the order of their codes."""
    chosen = sa.select(Province).where(Province.region_id.in_(region_ids)).order_by(Province.code)
    return {province.id: province for province in db.session.scalars(chosen)}


def session_rows(scope: Scope, region: str | None, until: dt.date) -> Iterator[Any]:
    """One row a session begun by `until`: code, title, kind, state, region, cohort, first and last day, minutes."""
    chosen = (
        sa.select(
            Session.code,
            Session.title_ar,
            Session.title_fr,
            Session.kind,
            Session.state,
            Region.name_ar,
            Region.name_fr,
            Cohort.code,
            sa.func.min(Sitting.on_date),
            sa.func.max(Sitting.on_date),
            sa.func.sum(Sitting.minutes),
            sa.func.count(Sitting.id),
        )
        .join(Cohort, Cohort.id == Session.cohort_id)
        .join(Region, Region.id == Cohort.region_id)
        .join(Sitting, Sitting.session_id == Session.id)
        .where(sessions.visible(scope))
        .group_by(Session.id, Region.id, Cohort.id)
        .having(sa.func.min(Sitting.on_date) <= until)
        .order_by(sa.func.min(Sitting.on_date), Session.code)
    )
    if region:
        chosen = chosen.where(Region.code == region)
    yield from db.session.execute(chosen)


def present_by_session(scope: Scope, region: str | None) -> dict[str, int]:
    """Marks that earn hours, by session code."""
    chosen = (
        sa.select(Session.code, sa.func.count())
        .join(Sitting, Sitting.session_id == Session.id)
        .join(Attendance, Attendance.sitting_id == Sitting.id)
        .join(Cohort, Cohort.id == Session.cohort_id)
        .join(Region, Region.id == Cohort.region_id)
        .where(
            sessions.visible(scope),
            Attendance.status.in_((AttendanceStatus.PRESENT, AttendanceStatus.LATE)),
        )
        .group_by(Session.code)
        .order_by(Session.code)
    )
    if region:
        chosen = chosen.where(Region.code == region)
    return {row[0]: row[1] for row in db.session.execute(chosen)}


def sittings_of(session: Session) -> list[tuple[int, dt.date, Any, int, str | None]]:
    """(id, day, half-day, minutes, trainer) of a session's sittings, in order."""
    chosen = (
        sa.select(Sitting.id, Sitting.on_date, Sitting.half_day, Sitting.minutes, Trainer.name)
        .outerjoin(Trainer, Trainer.id == Sitting.trainer_id)
        .where(Sitting.session_id == session.id)
        .order_by(Sitting.on_date, Sitting.half_day)
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in db.session.execute(chosen)]


def marks_of(session: Session) -> dict[tuple[int, int], AttendanceStatus]:
    """Status by (sitting id, enrolment id) of a session."""
    chosen = (
        sa.select(Attendance.sitting_id, Attendance.enrolment_id, Attendance.status)
        .join(Sitting, Sitting.id == Attendance.sitting_id)
        .where(Sitting.session_id == session.id)
        .order_by(Attendance.id)
    )
    return {(row[0], row[1]): row[2] for row in db.session.execute(chosen)}


def roster_rows(scope: Scope, cohort: Cohort) -> list[Any]:
    """One row an enrolment of a cohort in scope, withdrawn ones too, by association and name."""
    chosen = (
        sa.select(Enrolment, Person, Association)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(Association, Association.id == Seat.association_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.cohort_id == cohort.id, enrolment.enrolment_visible(scope))
        .order_by(Association.sort_key, Association.id, Person.sort_key, Enrolment.id)
    )
    return list(db.session.execute(chosen))


def sheet_rows(scope: Scope, session: Session, marks: dict[tuple[int, int], AttendanceStatus]) -> list[Any]:
    """As `roster_rows`, those expected at a session and those who have a mark of it."""
    listed = {one.enrolment_id for one in sessions.expected_of(session)}
    listed |= {enrolment_id for _sitting, enrolment_id in marks}
    return [row for row in roster_rows(scope, session.cohort) if row[0].id in listed]


def trainee_rows(
    scope: Scope, moment: Moment, completed: Collection[int], only_completed: bool, region: str | None
) -> Iterator[Any]:
    """Enrolments active at a moment, or those that completed by it, one a person, by association and name.

    Plain rows of enrolment (id, day), person (id, names, sex), association's names and cohort's code. Of records
    decided to be one person the first is shown.
    """
    chosen = (
        sa.select(
            Enrolment.id,
            Enrolment.enrolled_on,
            Enrolment.person_id,
            Person.name_ar,
            Person.name_fr,
            Person.sex,
            Association.name_ar.label("association_ar"),
            Association.name_fr.label("association_fr"),
            Cohort.code.label("cohort"),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(Association, Association.id == Seat.association_id)
        .where(enrolment.visible(scope))
        .order_by(Association.sort_key, Association.id, Person.sort_key, Enrolment.id)
    )
    if not only_completed:
        chosen = chosen.where(enrolment.enrolled_at(moment))
    if region:
        chosen = chosen.join(Region, Region.id == Cohort.region_id).where(Region.code == region)
    seen: set[int] = set()
    same = enrolment.same_persons(moment)
    for row in db.session.execute(chosen):
        # not asked of the database: no engine takes a hundred thousand values in one statement
        if only_completed and row.id not in completed:
            continue
        if (one := same.root(row.person_id)) not in seen:
            seen.add(one)
            yield row


def session_called(scope: Scope, code: str) -> Session | None:
    """The session with this code in scope, or None."""
    return sessions.session_by_code(scope, code)


def held_codes(scope: Scope, moment: Moment) -> list[str]:
    """Codes of the sessions held at a moment: those that the figure counts."""
    ids = sessions_held(scope, moment)
    return [found.code for found in named(Session, set(ids)).values()]


def agreement_rows(scope: Scope, region: str | None) -> list[Any]:
    """(agreement, region, parties, signatures, cash in centimes) of the agreements in scope, by reference."""
    chosen = (
        sa.select(
            Agreement,
            Region,
            sa.func.count(Party.id),
            sa.func.count(Party.signed_on),
            sa.func.coalesce(sa.func.sum(Party.cash_mad), 0),
        )
        .outerjoin(Region, Region.id == Agreement.region_id)
        .outerjoin(Party, Party.agreement_id == Agreement.id)
        .where(agreements.visible(scope))
        .group_by(Agreement.id, Region.id)
        .order_by(Agreement.reference)
    )
    if region:
        chosen = chosen.where(Region.code == region)
    return list(db.session.execute(chosen))


def together(counts: Iterable[sa.Select[Any]]) -> int:
    """The sum of some counts."""
    return sum(db.session.scalar(count) or 0 for count in counts)


def named(model: Any, ids: set[int]) -> dict[int, Any]:
    """Records of one kind by id, a thousand at a time."""
    found: dict[int, Any] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), 1000):
        chosen = sa.select(model).where(model.id.in_(wanted[start : start + 1000])).order_by(model.id)
        found.update((record.id, record) for record in db.session.scalars(chosen))
    return found
