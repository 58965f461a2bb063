"""Prepared exports of an account, and those that wait for a worker. Everybody meets their own only."""

from __future__ import annotations

import sqlalchemy as sa

from programme.base import clock
from programme.base.extensions import db
from programme.exports.models import LASTS, LEASE, UNDER_WAY, ExportState, PreparedExport

SHOWN = 50


def own(account_id: int) -> list[PreparedExport]:
    """The last exports of an account, newest first."""
    chosen = (
        sa.select(PreparedExport)
        .where(PreparedExport.account_id == account_id)
        .order_by(PreparedExport.asked_at.desc(), PreparedExport.id.desc())
        .limit(SHOWN)
    )
    return list(db.session.scalars(chosen))


def get_own(account_id: int, export_id: int) -> PreparedExport | None:
    """One export of this account, or None."""
    chosen = sa.select(PreparedExport).where(
        PreparedExport.id == export_id, PreparedExport.account_id == account_id
    )
    return db.session.scalar(chosen)


def under_way(ask_key: str) -> PreparedExport | None:
    """The export that is already being made of this very wish."""
    return db.session.scalar(sa.select(PreparedExport).where(PreparedExport.ask_key == ask_key))


def how_many_under_way(account_id: int) -> int:
    """Exports of an account that wait or are being made."""
    chosen = sa.select(sa.func.count()).where(
        PreparedExport.account_id == account_id, PreparedExport.state.in_(UNDER_WAY)
    )
    return db.session.scalar(chosen) or 0


UNFETCHED = sa.select(sa.func.count()).where(
    PreparedExport.account_id == sa.bindparam("owner"),
    PreparedExport.state == ExportState.READY,
    PreparedExport.expires_at > sa.bindparam("now"),
    PreparedExport.fetched_at.is_(None),
)
"""Asked by most pages, so built once."""


def unfetched(account_id: int) -> int:
    """Ready files that an account has not fetched yet."""
    return db.session.scalar(UNFETCHED, {"owner": account_id, "now": clock.now()}) or 0


def waiting() -> list[int]:
    """Exports to be made now, oldest first: asked, or taken by a worker that is silent since."""
    silent = sa.and_(
        PreparedExport.state == ExportState.RUNNING, PreparedExport.beat_at < clock.now() - LEASE
    )
    chosen = sa.select(PreparedExport.id).where(sa.or_(PreparedExport.state == ExportState.ASKED, silent))
    return list(db.session.scalars(chosen.order_by(PreparedExport.id).limit(500)))


def failed_lately() -> int:
    """Exports given up within a day."""
    since = clock.now() - LASTS
    chosen = sa.select(sa.func.count()).where(
        PreparedExport.state == ExportState.FAILED, PreparedExport.done_at > since
    )
    return db.session.scalar(chosen) or 0


def expired() -> list[int]:
    """Ready files whose time is over."""
    chosen = sa.select(PreparedExport.id).where(
        PreparedExport.state == ExportState.READY, PreparedExport.expires_at <= clock.now()
    )
    return list(db.session.scalars(chosen.order_by(PreparedExport.id).limit(500)))


def get(export_id: int) -> PreparedExport | None:
    """One export, whoever asked: for those who make and withdraw them."""
    return db.session.get(PreparedExport, export_id)


def stored_names() -> set[str]:
    """Names of the files that belong to an export."""
    chosen = sa.select(PreparedExport.stored_name).where(PreparedExport.stored_name.is_not(None))
    return {name for name in db.session.scalars(chosen.order_by(PreparedExport.id)) if name}
