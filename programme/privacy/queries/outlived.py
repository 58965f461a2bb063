"""What has outlived its time: each function answers how to count it before an instant, and how to let it go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.people.models import Person
from cohorts.transfer.models import TransferActivity, TransferParticipation
from programme.base import clock
from programme.base.accounts import OneTimeLink, SignInAttempt, WebSession
from programme.base.batches import ImportBatch, ImportChange
from programme.base.extensions import db
from programme.base.once import OnceKey
from programme.exports.models import UNDER_WAY, ExportState, PreparedExport
from programme.privacy.models import OPEN_STATES, PersonalRequest
from regions.programmes.models import RegionalProgramme

Pair = tuple[Callable[[dt.datetime], int], Callable[[dt.datetime], object]]


def _deleting(model: Any, clause: Callable[[dt.datetime], sa.ColumnElement[bool]]) -> Pair:
    def count(limit: dt.datetime) -> int:
        return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(clause(limit))) or 0

    return count, lambda limit: db.session.execute(sa.delete(model).where(clause(limit)))


def attempts() -> Pair:
    """Failed sign-ins."""
    return _deleting(SignInAttempt, lambda limit: SignInAttempt.at < limit)


def once_keys() -> Pair:
    """Keys of forms that were sent."""
    return _deleting(OnceKey, lambda limit: OnceKey.used_at < limit)


def links() -> Pair:
    """One-time links that were used or have expired."""
    return _deleting(
        OneTimeLink, lambda limit: sa.func.coalesce(OneTimeLink.used_at, OneTimeLink.expires_at) < limit
    )


def sessions() -> Pair:
    """Browsers that were not seen since."""
    return _deleting(
        WebSession, lambda limit: sa.func.coalesce(WebSession.ended_at, WebSession.seen_at) < limit
    )


def exports() -> Pair:
    """Exports that nobody waits for any more; their files are gone long before."""
    waits = [*UNDER_WAY, ExportState.READY]
    return _deleting(
        PreparedExport,
        lambda limit: sa.and_(PreparedExport.asked_at < limit, PreparedExport.state.not_in(waits)),
    )


def kept_rows() -> Pair:
    """Former values that imports keep for being taken back; such an import then stands."""

    def kept(limit: dt.datetime) -> sa.Select[Any]:
        return sa.select(ImportBatch.id).where(ImportBatch.made_at < limit)

    def has_values(limit: dt.datetime) -> sa.ColumnElement[bool]:
        told = sa.or_(ImportChange.before.is_not(None), ImportChange.after.is_not(None))
        return sa.and_(ImportChange.batch_id.in_(kept(limit)), told)

    def count(limit: dt.datetime) -> int:
        return db.session.scalar(sa.select(sa.func.count(ImportChange.id)).where(has_values(limit))) or 0

    def drop(limit: dt.datetime) -> None:
        batches = sa.select(ImportChange.batch_id).where(has_values(limit)).distinct()
        ids = list(db.session.scalars(batches))
        db.session.execute(
            sa.update(ImportBatch).where(ImportBatch.id.in_(ids)).values(untracked="retention")
        )
        db.session.execute(
            sa.update(ImportChange).where(ImportChange.batch_id.in_(ids)).values(before=None, after=None)
        )

    return count, drop


def closed_requests() -> Pair:
    """The words of requests answered long ago; that they were made and answered stays."""
    words = (PersonalRequest.asker, PersonalRequest.contact, PersonalRequest.details, PersonalRequest.proof)

    def chosen(limit: dt.datetime) -> sa.ColumnElement[bool]:
        closed = sa.func.coalesce(PersonalRequest.done_at, PersonalRequest.decided_at) < limit
        told = sa.or_(*(one.is_not(None) for one in words))
        return sa.and_(PersonalRequest.state.not_in(OPEN_STATES), closed, told)

    def count(limit: dt.datetime) -> int:
        return db.session.scalar(sa.select(sa.func.count(PersonalRequest.id)).where(chosen(limit))) or 0

    blank = {one.key: None for one in words}
    return count, lambda limit: db.session.execute(
        sa.update(PersonalRequest).where(chosen(limit)).values(blank)
    )


def persons(limit: dt.datetime) -> list[int]:
    """Ids of those whose last programme ended, and last transfer was, before `limit`, and who were recorded before.

    A programme or cohort without an end goes on. Who gave a transfer was there as who received it. Whoever asked for
    something about their data is answered first.
    """
    day = clock.day_of(limit)
    ends = sa.func.coalesce(RegionalProgramme.ends_on, Cohort.ends_on)
    still = (
        sa.select(Enrolment.person_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(RegionalProgramme, RegionalProgramme.id == Cohort.regional_programme_id)
        .where(sa.or_(ends.is_(None), ends >= day))
    )
    seen = sa.select(TransferParticipation.person_id).where(TransferParticipation.on_date >= day)
    lately = sa.select(TransferParticipation.activity_id).where(TransferParticipation.on_date >= day)
    gave = sa.select(TransferActivity.trainer_id).where(
        TransferActivity.trainer_id.is_not(None),
        sa.or_(TransferActivity.id.in_(lately), TransferActivity.recorded_at >= limit),
    )
    asks = sa.select(PersonalRequest.person_id).where(
        PersonalRequest.person_id.is_not(None), PersonalRequest.state.in_(OPEN_STATES)
    )
    chosen = sa.select(Person.id).where(
        Person.erased_at.is_(None),
        Person.recorded_at < limit,
        Person.id.not_in(still),
        Person.id.not_in(seen),
        Person.id.not_in(gave),
        Person.id.not_in(asks),
    )
    return list(db.session.scalars(chosen.order_by(Person.id)))


def erased_since(limit: dt.datetime) -> bool:
    """Whether anybody was erased since."""
    return db.session.scalar(sa.select(Person.id).where(Person.erased_at >= limit).limit(1)) is not None


def scrub() -> None:
    """Have the database give up what erased rows left behind in its files.

    SQLite overwrites at once (`secure_delete`), all but a write-ahead log; PostgreSQL keeps dead rows, and common
    values in its statistics, until this. What stands in archived logs goes with the backups.
    """
    db.session.remove()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
            link.exec_driver_sql("VACUUM (ANALYZE)")
            link.exec_driver_sql("CHECKPOINT")
        return
    raw = db.engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()
