"""Reads of transfer activities; `scope` first, except where a rule asks whether something exists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from cohorts.enrolment.models import Cohort, Seat
from cohorts.enrolment.queries import is_trained
from cohorts.transfer.models import TransferActivity, TransferParticipation, TransferState
from programme.base import journal
from programme.base.access import Actor, Scope
from programme.base.accounts import Account
from programme.base.extensions import db
from programme.base.folding import fold
from programme.base.journal import JournalEntry
from regions.associations.fields import receipt_number
from regions.associations.models import Association
from regions.associations.queries import canonical, named
from regions.geography.models import Commune, Province

PAGE = 25


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list's address says."""

    q: str = ""
    region_id: int | None = None
    state: TransferState | None = None
    host_id: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An activity as the list shows it."""

    activity: TransferActivity
    persons: int
    associations: int
    minutes: int
    first_on: object
    last_on: object


def visible(scope: Scope) -> sa.ColumnElement[bool]:
    """Clause on TransferActivity: of the regions in scope, or of a host whose sheets are in it.

    A territory gives registry and totals, no sheet: an implementer meets those of the hosts that its
    agreements carry.
    """
    if scope.regions is None:
        return sa.true()
    return sa.or_(TransferActivity.region_id.in_(scope.regions), _served(scope, TransferActivity.host_id))


def _served(scope: Scope, host_id: Any) -> sa.ColumnElement[bool]:
    """Clause on an association's id: served itself, or with a seat in a cohort of an agreement in scope."""
    clauses: list[sa.ColumnElement[bool]] = [host_id.in_(scope.associations)]
    if scope.agreements:
        seated = (
            sa.select(Seat.association_id)
            .join(Cohort, Cohort.id == Seat.cohort_id)
            .where(Cohort.agreement.in_(scope.agreements))
        )
        into = sa.select(Association.merged_into_id).where(
            Association.id.in_(seated), Association.merged_into_id.is_not(None)
        )
        merged = sa.select(Association.id).where(Association.merged_into_id.in_(seated))
        clauses += [host_id.in_(seated), host_id.in_(into), host_id.in_(merged)]
    return sa.or_(*clauses)


def covers(scope: Scope, host: Association) -> bool:
    """Whether the sheets of this host may be seen and written in this scope."""
    if scope.regions is None or host.region_id in scope.regions or host.id in scope.associations:
        return True
    chosen = sa.select(Association.id).where(Association.id == host.id, _served(scope, Association.id))
    return db.session.scalar(chosen) is not None


def _chosen(scope: Scope, filters: Filters) -> list[sa.ColumnElement[bool]]:
    clauses = [visible(scope)]
    if filters.region_id is not None:
        clauses.append(TransferActivity.region_id == filters.region_id)
    if filters.host_id is not None:
        clauses.append(TransferActivity.host_id == filters.host_id)
    if typed := fold(filters.q):
        code = sa.func.lower(TransferActivity.code).contains(filters.q.strip().lower(), autoescape=True)
        words = named(TransferActivity.host_id, typed)
        clauses.append(sa.or_(code, sa.and_(*words)) if words else code)
    return clauses


def activities(
    scope: Scope, filters: Filters = Filters(), *, before_id: int | None = None, limit: int = PAGE + 1
) -> list[Line]:
    """The latest recorded first, from the activity `before_id` on; two statements."""
    clauses = _chosen(scope, filters)
    if filters.state is not None:
        clauses.append(TransferActivity.state == filters.state)
    if before_id is not None:
        clauses.append(TransferActivity.id < before_id)
    found = db.session.scalars(
        sa.select(TransferActivity)
        .options(joinedload(TransferActivity.host), joinedload(TransferActivity.region))
        .where(*clauses)
        .order_by(TransferActivity.id.desc())
        .limit(limit)
    ).all()
    sums = _sums(one.id for one in found)
    nothing = (0, 0, 0, None, None)
    return [Line(one, *sums.get(one.id, nothing)) for one in found]


def _sums(activity_ids: Iterable[int]) -> dict[int, tuple[int, int, int, object, object]]:
    part = TransferParticipation
    rows = db.session.execute(
        sa.select(
            part.activity_id,
            sa.func.count(part.person_id.distinct()),
            sa.func.count(part.association_id.distinct()),
            sa.func.sum(part.minutes),
            sa.func.min(part.on_date),
            sa.func.max(part.on_date),
        )
        .where(part.activity_id.in_(list(activity_ids)))
        .group_by(part.activity_id)
    )
    return {row[0]: (row[1], row[2], int(row[3]), row[4], row[5]) for row in rows}


def count_by_state(scope: Scope, filters: Filters = Filters()) -> dict[TransferState, int]:
    """Activities by state under the other filters."""
    rows = db.session.execute(
        sa.select(TransferActivity.state, sa.func.count(TransferActivity.id))
        .where(*_chosen(scope, filters))
        .group_by(TransferActivity.state)
    )
    return {row[0]: row[1] for row in rows}


def waiting(scope: Scope, states: Collection[TransferState], limit: int) -> Sequence[Any]:
    """The oldest of each state, at most `limit`, and how many there are: one statement.

    (activity, Arabic and French name of its host, who handed it in, number in its state).
    """
    order = (TransferActivity.submitted_at, TransferActivity.id)
    own = TransferActivity.state
    ranked = (
        sa.select(
            TransferActivity.id,
            sa.func.row_number().over(partition_by=own, order_by=order).label("rank"),
            sa.func.count().over(partition_by=own).label("number"),
        )
        .where(visible(scope), TransferActivity.state.in_(states))
        .subquery()
    )
    return db.session.execute(
        sa.select(TransferActivity, Association.name_ar, Association.name_fr, Account.name, ranked.c.number)
        .join(ranked, ranked.c.id == TransferActivity.id)
        .join(Association, Association.id == TransferActivity.host_id)
        .outerjoin(Account, Account.id == TransferActivity.submitted_by_id)
        .where(ranked.c.rank <= limit)
        .order_by(TransferActivity.state, *order)
    ).all()


def get_activity(scope: Scope, activity_id: int) -> TransferActivity | None:
    """One activity in scope with its sheet: persons, associations and their provinces."""
    return db.session.scalar(
        sa.select(TransferActivity)
        .where(TransferActivity.id == activity_id, visible(scope))
        .options(
            joinedload(TransferActivity.host),
            joinedload(TransferActivity.region),
            joinedload(TransferActivity.commune),
            joinedload(TransferActivity.module),
            joinedload(TransferActivity.trainer),
            selectinload(TransferActivity.participations).options(
                joinedload(TransferParticipation.person),
                joinedload(TransferParticipation.association).joinedload(Association.province),
            ),
        )
    )


def activities_by_code(scope: Scope, codes: Iterable[str]) -> dict[str, TransferActivity]:
    """Those of these codes that are in scope, by code."""
    wanted = sorted(set(codes))
    found: dict[str, TransferActivity] = {}
    for start in range(0, len(wanted), 400):
        chosen = (
            sa.select(TransferActivity)
            .where(TransferActivity.code.in_(wanted[start : start + 400]), visible(scope))
            .options(joinedload(TransferActivity.host), selectinload(TransferActivity.participations))
        )
        found.update({one.code: one for one in db.session.scalars(chosen)})
    return found


def submitted_in(scope: Scope, region_id: int) -> Sequence[TransferActivity]:
    """Declared activities of one region that wait for validation, oldest first."""
    return db.session.scalars(
        sa.select(TransferActivity)
        .where(
            TransferActivity.region_id == region_id,
            TransferActivity.state == TransferState.SUBMITTED,
            visible(scope),
        )
        .order_by(TransferActivity.submitted_at, TransferActivity.id)
    ).all()


def by_code(code: str) -> TransferActivity | None:
    """The activity with this code, wherever it is."""
    return db.session.scalar(sa.select(TransferActivity).where(TransferActivity.code == code))


def next_code(region_code: str) -> str:
    """A code that no activity has yet: T03-00042."""
    number = (db.session.scalar(sa.select(sa.func.max(TransferActivity.id))) or 0) + 1
    while by_code(f"T{region_code}-{number:05d}") is not None:
        number += 1
    return f"T{region_code}-{number:05d}"


def hosts(scope: Scope) -> list[tuple[int, str]]:
    """(id, name) of the associations with a seat that may declare in this scope, by name."""
    seated = sa.select(Seat.association_id)
    chosen = sa.select(Association).where(Association.id.in_(seated), Association.merged_into_id.is_(None))
    if scope.regions is not None:
        chosen = chosen.where(
            sa.or_(Association.region_id.in_(scope.regions), _served(scope, Association.id))
        )
    found = db.session.scalars(chosen.order_by(Association.sort_key, Association.id))
    return [(one.id, str(one.name)) for one in found]


def get_host(scope: Scope, association_id: int) -> Association | None:
    """An association that may declare in this scope."""
    if association_id not in {one for one, _name in hosts(scope)}:
        return None
    return db.session.get(Association, association_id)


def host_with_receipt(scope: Scope, receipt: str) -> Association | None:
    """The canonical association of the scope with this receipt; among several the one with a seat, else None."""
    number = receipt_number(receipt)
    chosen = sa.select(Association).where(Association.receipt_no == number).order_by(Association.id).limit(50)
    if scope.regions is not None:
        regions = Association.region_id.in_(scope.regions)
        chosen = chosen.where(sa.or_(regions, _served(scope, Association.id)))
    meant = {one.id: one for one in map(canonical, db.session.scalars(chosen).all())}
    if len(meant) > 1:
        meant = {one.id: one for one in meant.values() if is_trained(one.id)}
    return next(iter(meant.values())) if len(meant) == 1 else None


def communes(scope: Scope, host: Association | None = None) -> list[tuple[int, str]]:
    """(id, "commune (province)") of the regions in scope, else of the associations' own; the host's places first."""
    chosen = sa.select(Commune).join(Province).options(joinedload(Commune.province))
    if scope.regions is not None:
        regions = set(scope.regions | scope.territory)
        own = sa.select(Association.region_id).where(Association.id.in_(scope.associations))
        chosen = chosen.where(sa.or_(Province.region_id.in_(regions), Province.region_id.in_(own)))
    if host is not None:
        chosen = chosen.order_by(Province.id != host.province_id, Province.region_id != host.region_id)
    found = db.session.scalars(chosen.order_by(Province.code, Commune.name_fr, Commune.id))
    return [(one.id, f"{one.name} ({one.province.name})") for one in found]


def entered_by(activity: TransferActivity, actor: Actor, events: Iterable[str]) -> bool:
    """Whether the journal says that this account entered anything of this activity."""
    entered = sa.exists().where(
        JournalEntry.subject_type == "transfer_activity",
        JournalEntry.subject_id == activity.id,
        JournalEntry.actor_id == actor.account_id,
        JournalEntry.event.in_(list(events)),
    )
    return bool(db.session.scalar(sa.select(entered)))


def history(activity: TransferActivity) -> list[JournalEntry]:
    """What happened to one activity, newest first."""
    return journal.history(db.session, "transfer_activity", activity.id)
