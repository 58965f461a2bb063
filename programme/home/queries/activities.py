"""What was validated lately, and what comes next: sessions and transfers across rooms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from cohorts.enrolment.models import Cohort
from cohorts.sessions import queries as sessions
from cohorts.sessions.models import Session, SessionState, Sitting
from cohorts.transfer import queries as transfers
from cohorts.transfer.models import TransferActivity, TransferState
from programme.base.access import Scope
from programme.base.accounts import Account
from programme.base.extensions import db
from programme.base.language import Bilingual
from regions.associations.models import Association
from regions.geography.models import Region


@dataclass(frozen=True, slots=True)
class Activity:
    """One validated activity: a session of a cohort, or a transfer of a host association."""

    kind: str
    """`session` or `transfer`."""
    id: int
    code: str
    title: Bilingual
    place: Bilingual
    """The session's cohort or the transfer's host."""
    region: Bilingual
    validated_at: dt.datetime
    validated_by: str | None


def latest_validated(
    scope: Scope, *, region_id: int | None = None, until: dt.datetime | None = None, limit: int = 5
) -> list[Activity]:
    """The activities validated last, newest first; two statements."""
    found = [*_sessions(scope, region_id, until, limit), *_transfers(scope, region_id, until, limit)]
    return sorted(found, key=lambda one: (one.validated_at, one.kind, one.id), reverse=True)[:limit]


def _sessions(scope: Scope, region_id: int | None, until: dt.datetime | None, limit: int) -> list[Activity]:
    chosen = (
        sa.select(Session, Cohort, Region, Account.name)
        .join(Cohort, Cohort.id == Session.cohort_id)
        .join(Region, Region.id == Cohort.region_id)
        .outerjoin(Account, Account.id == Session.validated_by_id)
        .where(
            Session.state == SessionState.VALIDATED,
            Session.validated_at.is_not(None),
            sessions.visible(scope),
        )
        .order_by(Session.validated_at.desc(), Session.id.desc())
        .limit(limit)
    )
    if region_id is not None:
        chosen = chosen.where(Cohort.region_id == region_id)
    if until is not None:
        chosen = chosen.where(Session.validated_at <= until)
    return [
        Activity("session", one.id, one.code, one.title, cohort.name, region.name, one.validated_at, who)
        for one, cohort, region, who in db.session.execute(chosen)
        if one.validated_at is not None
    ]


def _transfers(scope: Scope, region_id: int | None, until: dt.datetime | None, limit: int) -> list[Activity]:
    chosen = (
        sa.select(TransferActivity, Association, Region, Account.name)
        .join(Association, Association.id == TransferActivity.host_id)
        .join(Region, Region.id == TransferActivity.region_id)
        .outerjoin(Account, Account.id == TransferActivity.validated_by_id)
        .where(
            TransferActivity.state == TransferState.VALIDATED,
            TransferActivity.validated_at.is_not(None),
            transfers.visible(scope),
        )
        .order_by(TransferActivity.validated_at.desc(), TransferActivity.id.desc())
        .limit(limit)
    )
    if region_id is not None:
        chosen = chosen.where(TransferActivity.region_id == region_id)
    if until is not None:
        chosen = chosen.where(TransferActivity.validated_at <= until)
    return [
        Activity("transfer", one.id, one.code, one.title, host.name, region.name, one.validated_at, who)
        for one, host, region, who in db.session.execute(chosen)
        if one.validated_at is not None
    ]


@dataclass(frozen=True, slots=True)
class Occasion:
    """A session to come or to write up, with its days."""

    id: int
    code: str
    title: Bilingual
    state: SessionState
    cohort: Bilingual
    region: Bilingual
    first_on: dt.date
    last_on: dt.date
    venue: str | None


def occasions(
    scope: Scope,
    day: dt.date,
    *,
    is_past: bool,
    region_id: int | None = None,
    limit: int = 6,
) -> Sequence[Occasion]:
    """Sessions neither cancelled nor validated: those that go on from `day` (soonest first), or those over

    before it (longest ago first) that still wait for attendance or for being submitted.
    """
    done = [SessionState.CANCELLED, SessionState.VALIDATED, *([SessionState.SUBMITTED] if is_past else [])]
    first, last = sa.func.min(Sitting.on_date), sa.func.max(Sitting.on_date)
    chosen = (
        sa.select(Session, Cohort, Region, first, last, sa.func.max(Sitting.venue))
        .join(Cohort, Cohort.id == Session.cohort_id)
        .join(Region, Region.id == Cohort.region_id)
        .join(Sitting, Sitting.session_id == Session.id)
        .where(sessions.visible(scope), Session.state.not_in(done))
        .group_by(Session.id, Cohort.id, Region.id)
        .having(last < day if is_past else last >= day)
        .order_by(first, Session.code)
        .limit(limit)
    )
    if region_id is not None:
        chosen = chosen.where(Cohort.region_id == region_id)
    return [
        Occasion(one.id, one.code, one.title, one.state, cohort.name, region.name, start, end, venue)
        for one, cohort, region, start, end, venue in db.session.execute(chosen)
    ]
