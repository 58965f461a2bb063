"""Journal entries of requests that only read: exports, refusals, full ids shown (RULES D1).

A reading request rolls back; its entry is written on a session of its own, before the answer leaves.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from programme.base import journal
from programme.base.access import Actor
from programme.base.database import writing
from programme.base.extensions import db


def note(actor: Actor, event: str, subject: tuple[str, int | None], **after: Any) -> None:
    """Record `event` at once and apart from the request's transaction, which holds no lock meanwhile."""
    db.session.rollback()  # a reading transaction left open would block this one on SQLite
    token = writing.set(True)
    try:
        with Session(db.engine) as session:
            journal.record(session, actor, event, subject, after=after)
            session.commit()
    finally:
        writing.reset(token)
