"""Who may write in a session now: its row locked, its state open, its version moved on."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from cohorts.sessions.models import Session, SessionState
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.refusals import Refused

OPEN = frozenset({SessionState.PLANNED, SessionState.RETURNED})
"""States in which a session and its marks can be changed."""


def hold(session: Session, version: int | None = None) -> None:
    """Lock the session's row and read its state anew: two people never submit and mark at once.

    `version` is the one that was read; raises `StaleDataError` (409) where it moved on.
    """
    db.session.flush()
    db.session.refresh(session, ["state", "version"], with_for_update=True)
    if version is not None and session.version != version:
        raise StaleDataError(f"session {session.id} moved on from version {version}")


def hold_all(sessions: Iterable[Session]) -> None:
    """Lock the rows of many sessions in one order, against deadlock; on SQLite the whole file is held already."""
    numbers = sorted(one.id for one in sessions)
    db.session.execute(
        sa.select(Session.id).where(Session.id.in_(numbers)).order_by(Session.id).with_for_update()
    )


def hold_open(session: Session, version: int | None = None) -> None:
    """As `hold`, refused (C5) unless the session is open."""
    hold(session, version)
    refuse_unless_open(session)


def moved_on(session: Session) -> None:
    """Give the session a new version when only its half-days changed. Flushes."""
    flag_modified(session, "state")
    db.session.flush()


def refuse_unless_open(session: Session) -> None:
    """Refuse (C5) what would change a session that is submitted, validated or cancelled."""
    if session.state not in OPEN:
        message = _(
            "La session %(code)s est dans l'état « %(state)s » : elle ne se modifie plus.",
            code=session.code,
            state=session.state.label,
        )
        raise Refused(message, "session", code="C5")
