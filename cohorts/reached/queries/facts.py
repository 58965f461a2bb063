"""What was recorded, as plain tuples: the few statements from which everything is counted (RULES C4, D4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort, CohortModule, Enrolment, Seat
from cohorts.reached.counting import Groups, Thresholds, needed_minutes
from cohorts.sessions.models import (
    EARNING,
    Attendance,
    AttendanceCorrection,
    Session,
    SessionKind,
    SessionState,
    Sitting,
)
from cohorts.transfer.models import FormerParticipation, TransferParticipation
from programme.base import clock
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.measures import Moment
from regions.associations.models import Association
from regions.programmes.queries import targets_by_region, targets_of_many

MIN_ATTENDANCE = 80
"""Per cent, where a regional programme has no targets yet."""

Regions = Collection[int] | None
"""Regions that are asked for; None is the whole country."""


class Needed(NamedTuple):
    """What completes a cohort: minutes, which are `percent` of its curriculum (RULES C4)."""

    minutes: int
    region_id: int
    curriculum: int
    percent: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where an association that counts has its seat."""

    region_id: int
    province_id: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sitting that counts, in order of time."""

    cohort_id: int
    on_date: dt.date
    minutes: int


@dataclass(slots=True)
class Attended:
    """An enrolment and the sittings that earned it time."""

    enrolment_id: int
    person_id: int
    association_id: int
    cohort_id: int
    sitting_ids: list[int] = field(default_factory=list)


def regions_of(scope: Scope, region_id: int | None = None) -> Regions:
    """The regions of which this scope may read figures, narrowed to one where it is asked for."""
    if region_id is not None:
        return [region_id] if scope.sees_region(region_id) else []
    return None if scope.regions is None else sorted(scope.regions | scope.territory)


def carried(references: Collection[str]) -> set[int]:
    """Ids of the cohorts that these agreements carry."""
    return set(db.session.scalars(sa.select(Cohort.id).where(Cohort.agreement.in_(references))))


def merged() -> dict[int, int]:
    """The canonical record of each record that was merged, chains followed."""
    rows = db.session.execute(
        sa.select(Association.id, Association.merged_into_id).where(Association.merged_into_id.is_not(None))
    )
    into = {row[0]: row[1] for row in rows}
    return {one: _end(into, one) for one in into}


def _end(into: dict[int, int | None], one: int) -> int:
    seen = {one}
    while (following := into.get(one)) is not None and following not in seen:
        seen.add(following)
        one = following
    return one


def within(regions: Regions) -> sa.ColumnElement[bool]:
    """Clause on Association: seat in these regions, or merged into a record that may be there."""
    if regions is None:
        return sa.true()
    return sa.or_(Association.region_id.in_(regions), Association.merged_into_id.is_not(None))


def places(regions: Regions) -> dict[int, Place]:
    """Seat by id of the records of these regions that can count: canonical, with seats or on sheets."""
    concerned: Any = sa.union(
        sa.select(Seat.association_id),
        sa.select(TransferParticipation.association_id),
        sa.select(FormerParticipation.association_id),
        sa.select(Association.merged_into_id).where(Association.merged_into_id.is_not(None)),
    )
    chosen = sa.select(Association.id, Association.region_id, Association.province_id).where(
        Association.merged_into_id.is_(None), Association.id.in_(concerned)
    )
    if regions is not None:
        chosen = chosen.where(Association.region_id.in_(regions))
    return {row[0]: Place(row[1], row[2]) for row in db.session.execute(chosen)}


def needed_by_cohort(moment: Moment) -> dict[int, Needed]:
    """What completes each cohort that has a curriculum."""
    rows = db.session.execute(
        sa.select(Cohort.id, Cohort.region_id, Cohort.regional_programme_id, sa.func.sum(Module.minutes))
        .join(CohortModule, CohortModule.cohort_id == Cohort.id)
        .join(Module, Module.id == CohortModule.module_id)
        .group_by(Cohort.id, Cohort.region_id, Cohort.regional_programme_id)
    ).all()
    targets = targets_of_many({row[2] for row in rows}, moment.as_at, moment.known_on)
    found = {}
    for cohort_id, region_id, programme_id, minutes in rows:
        percent = targets[programme_id].min_attendance if programme_id in targets else MIN_ATTENDANCE
        found[cohort_id] = Needed(needed_minutes(int(minutes), percent), region_id, int(minutes), percent)
    return found


def sittings(moment: Moment) -> dict[int, Sheet]:
    """Sittings whose time counts: of validated sessions, with a module of the cohort's curriculum."""
    rows = db.session.execute(
        sa.select(Sitting.id, Session.cohort_id, Sitting.on_date, Sitting.minutes).where(
            *_counting(moment), Session.id == Sitting.session_id
        )
    )
    return {row[0]: Sheet(row[1], row[2], row[3]) for row in rows}


def _counting(moment: Moment) -> tuple[sa.ColumnElement[bool], ...]:
    taught = sa.exists().where(
        CohortModule.cohort_id == Session.cohort_id, CohortModule.module_id == Sitting.module_id
    )
    return (
        Session.state == SessionState.VALIDATED,
        Session.kind == SessionKind.SESSION,
        Session.validated_at <= clock.end_of_day(moment.known_on),
        Sitting.on_date <= moment.as_at,
        taught,
    )


def attended(regions: Regions, moment: Moment, least: int) -> list[Attended]:
    """Enrolments with at least `least` minutes, each with the sittings that earned them.

    Of associations or of cohorts of these regions, confirmed by `known_on`. Marks as they were known:
    later corrections are undone.
    """
    later = _later_corrections(moment)
    earned = (
        sa.select(
            Attendance.enrolment_id,
            sa.func.aggregate_strings(sa.cast(Attendance.sitting_id, sa.String), ",").label("sittings"),
        )
        .join(Sitting, Sitting.id == Attendance.sitting_id)
        .join(Session, Session.id == Sitting.session_id)
        .where(
            *_counting(moment),
            Attendance.status.in_(EARNING),
            Attendance.recorded_at <= clock.end_of_day(moment.known_on),
        )
        .group_by(Attendance.enrolment_id)
    )
    if regions is not None:
        earned = earned.where(Attendance.enrolment_id.in_(_enrolments_in(regions)))
    if not later:
        earned = earned.having(sa.func.sum(Sitting.minutes) >= least)
    behind = earned.subquery()
    chosen = (
        sa.select(
            Enrolment.id, Enrolment.person_id, Seat.association_id, Enrolment.cohort_id, behind.c.sittings
        )
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(behind, behind.c.enrolment_id == Enrolment.id, isouter=bool(later))
        .where(Enrolment.confirmed_at <= clock.end_of_day(moment.known_on))
    )
    if regions is not None:
        chosen = chosen.where(Enrolment.id.in_(_enrolments_in(regions)))
    return [_attended(row, later) for row in db.session.execute(chosen)]


def _enrolments_in(regions: Collection[int]) -> sa.Select[int]:
    """Ids of the enrolments of these regions' associations, or in these regions' cohorts."""
    return (
        sa.select(Enrolment.id)
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(Association, Association.id == Seat.association_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(sa.or_(within(regions), Cohort.region_id.in_(regions)))
    )


def _attended(row: sa.Row[int, int, int, int, str | None], later: dict[tuple[int, int], bool]) -> Attended:
    ids = {int(one) for one in row[4].split(",")} if row[4] else set()
    if later:
        ids |= {sitting for (enrolment, sitting), earned in later.items() if enrolment == row[0] and earned}
        ids -= {
            sitting for (enrolment, sitting), earned in later.items() if enrolment == row[0] and not earned
        }
    return Attended(row[0], row[1], row[2], row[3], sorted(ids))


def _later_corrections(moment: Moment) -> dict[tuple[int, int], bool]:
    """By (enrolment, sitting) corrected after `known_on`: whether the mark earned time before (RULES D4)."""
    rows = db.session.execute(
        sa.select(Attendance.enrolment_id, Attendance.sitting_id, AttendanceCorrection.before)
        .join(Attendance, Attendance.id == AttendanceCorrection.attendance_id)
        .where(AttendanceCorrection.made_at > clock.end_of_day(moment.known_on))
        .order_by(AttendanceCorrection.made_at, AttendanceCorrection.id)
    )
    found: dict[tuple[int, int], bool] = {}
    for enrolment_id, sitting_id, before in rows:
        found.setdefault((enrolment_id, sitting_id), before in EARNING)
    return found


def chains() -> Groups:
    """Enrolments that took one another's place, together (RULES C2)."""
    rows = db.session.execute(
        sa.select(Enrolment.id, Enrolment.replaces_id).where(Enrolment.replaces_id.is_not(None))
    )
    return Groups((row[0], row[1]) for row in rows if row[1] is not None)


def transfer_thresholds(moment: Moment) -> dict[int, Thresholds]:
    """What each region asks of a transfer; regions without targets are missing."""
    targets = targets_by_region(Scope.country(), moment.as_at, moment.known_on)
    return {
        region_id: Thresholds(one.transfer_min_persons, one.transfer_min_minutes)
        for region_id, one in targets.items()
    }
