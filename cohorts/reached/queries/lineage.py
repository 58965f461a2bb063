"""What stands behind one association: each hour, from the trainee to those whom it reached in turn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort, Enrolment, Seat
from cohorts.enrolment.queries import enrolment_visible, same_persons
from cohorts.people.models import Person
from cohorts.reached.counting import Hours, Thresholds, qualified
from cohorts.reached.queries import facts, transfers
from cohorts.reached.queries.census import Census, Completion, Evidence, census
from cohorts.sessions.models import Session, Sitting
from cohorts.transfer.models import TransferActivity
from cohorts.transfer.queries import visible as sheets_visible
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.measures import Moment
from regions.associations.models import Association

M = TypeVar("M", Association, Cohort, Person, TransferActivity)


@dataclass(frozen=True, slots=True)
class Given:
    """Time on one day: in a sitting of a session, or on the sheet of an activity."""

    on_date: dt.date
    minutes: int
    session: Session | None = None
    module: Module | None = None
    activity: TransferActivity | None = None


@dataclass(slots=True)
class Trained:
    """A person, the minutes that count for them, and the day on which these sufficed."""

    person: Person
    needed: int
    since: dt.date | None = None
    cohort: Cohort | None = None
    asked: facts.Needed | None = None
    given: list[Given] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.given)


@dataclass(frozen=True, slots=True)
class Lineage:
    """The proof of one association; `passed_on` are those reached through it as host.

    Persons are named where the scope holds their enrolment or every sheet that counts for them; of the
    others `unnamed` says how many they are.
    """

    association: Association
    evidence: Evidence | None
    is_pending: bool
    thresholds: Thresholds
    trainees: list[Trained]
    participants: list[Trained]
    passed_on: list[Association]
    unnamed: int = 0


def lineage(scope: Scope, association_id: int, moment: Moment) -> Lineage | None:
    """Everything behind one association of the scope's regions; None outside. A fixed number of statements.

    For a merged record, that of the one it was merged into.
    """
    into = facts.merged()
    canonical_id = into.get(association_id, association_id)
    association = db.session.scalar(
        sa.select(Association)
        .options(joinedload(Association.region), joinedload(Association.province))
        .where(Association.id == canonical_id)
    )
    if association is None or not scope.sees_region(association.region_id):
        return None
    counted = census(scope, moment)
    same = {canonical_id, *(one for one, end in into.items() if end == canonical_id)}
    rule = facts.transfer_thresholds(moment).get(association.region_id, Thresholds())
    trainees, held_back = _trainees(scope, same, [association.region_id], moment, counted.completions)
    participants, withheld = _participants(scope, same, [association.region_id], moment, rule)
    return Lineage(
        association,
        next((one for one in counted.evidence if one.association_id == canonical_id), None),
        canonical_id in counted.pending,
        rule,
        trainees,
        participants,
        _passed_on(counted, canonical_id),
        held_back + withheld,
    )


def _trainees(
    scope: Scope, same: Collection[int], regions: list[int], moment: Moment, done: Iterable[Completion]
) -> tuple[list[Trained], int]:
    """Whom the scope may name, and how many others there are."""
    every = [one for one in facts.attended(regions, moment, 0) if one.association_id in same]
    named = _enrolments_seen(scope, (one.enrolment_id for one in every))
    mine = [one for one in every if one.enrolment_id in named]
    since = {one.enrolment_id: one.completed_on for one in done}
    persons = by_id(Person, (one.person_id for one in mine))
    cohorts = by_id(Cohort, (one.cohort_id for one in mine))
    needed = facts.needed_by_cohort(moment)
    held = _sittings({sitting for one in mine for sitting in one.sitting_ids})
    found = []
    for one in mine:
        asked = needed.get(one.cohort_id)
        line = Trained(
            persons[one.person_id],
            asked.minutes if asked else 0,
            since.get(one.enrolment_id),
            cohorts[one.cohort_id],
            asked,
        )
        for key in one.sitting_ids:
            sitting = held[key]
            line.given.append(Given(sitting.on_date, sitting.minutes, sitting.session, sitting.module))
        line.given.sort(key=lambda given: given.on_date)
        found.append(line)
    others = len({one.person_id for one in every} - {one.person_id for one in mine})
    return sorted(found, key=lambda line: (line.since or dt.date.max, line.person.sort_key)), others


def _enrolments_seen(scope: Scope, ids: Iterable[int]) -> set[int]:
    return set(
        db.session.scalars(
            sa.select(Enrolment.id)
            .join(Seat, Seat.id == Enrolment.seat_id)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .where(Enrolment.id.in_(sorted(set(ids))), enrolment_visible(scope))
        )
    )


def activities_seen(scope: Scope, ids: Iterable[int]) -> set[int]:
    """Those of these activities whose sheets are in the scope."""
    chosen = sa.select(TransferActivity.id).where(TransferActivity.id.in_(sorted(set(ids))))
    return set(db.session.scalars(chosen.where(sheets_visible(scope))))


def _sittings(ids: Collection[int]) -> dict[int, Sitting]:
    rows = db.session.scalars(
        sa.select(Sitting)
        .where(Sitting.id.in_(sorted(ids)))
        .options(joinedload(Sitting.session), joinedload(Sitting.module))
    )
    return {one.id: one for one in rows}


def _participants(
    scope: Scope, same: Collection[int], regions: list[int], moment: Moment, rule: Thresholds
) -> tuple[list[Trained], int]:
    """Whom the scope may name, and how many others there are: one sheet outside it is enough not to."""
    every = [
        hours for association_id, hours in transfers.validated(regions, moment) if association_id in same
    ]
    groups = same_persons(moment)
    seen = activities_seen(scope, (one.activity_id for one in every))
    hidden = {groups.root(one.person_id) for one in every if one.activity_id not in seen}
    mine = [one for one in every if groups.root(one.person_id) not in hidden]
    since = qualified(mine, rule.min_minutes, groups)
    persons = by_id(Person, (groups.root(one.person_id) for one in mine))
    activities = {
        one.id: one
        for one in db.session.scalars(
            sa.select(TransferActivity)
            .where(TransferActivity.id.in_(sorted({one.activity_id for one in mine})))
            .options(
                joinedload(TransferActivity.host),
                joinedload(TransferActivity.trainer),
                joinedload(TransferActivity.module),
            )
        )
    }
    found: dict[int, Trained] = {}
    for hours in sorted(mine, key=lambda one: (one.on_date, one.activity_id)):
        root = groups.root(hours.person_id)
        line = found.setdefault(root, Trained(persons[root], rule.min_minutes, since.get(root)))
        line.given.append(_given(hours, activities[hours.activity_id]))
    named = sorted(found.values(), key=lambda line: (line.since or dt.date.max, line.person.sort_key))
    return named, len(hidden)


def _given(hours: Hours, activity: TransferActivity) -> Given:
    return Given(hours.on_date, hours.minutes, module=activity.module, activity=activity)


def _passed_on(counted: Census, host_id: int) -> list[Association]:
    ids = [
        one.association_id
        for one in counted.evidence
        if any(event and host_id in event.host_ids for event in (one.first, one.also))
    ]
    return sorted(by_id(Association, ids).values(), key=lambda one: (one.sort_key, one.id))


def by_id(kind: type[M], ids: Iterable[int]) -> dict[int, M]:
    """Records by id, in one statement."""
    rows = db.session.scalars(sa.select(kind).where(kind.id.in_(sorted(set(ids)))))
    return {one.id: one for one in rows}
