"""Reads of the journal as a list."""

from __future__ import annotations

import sqlalchemy as sa

from programme.base import journal
from programme.base.extensions import db
from programme.base.journal import JournalEntry, JournalHead

PAGE = 50


def entries(
    *,
    before: int | None = None,
    event: str | None = None,
    actor_id: int | None = None,
    subject: str | None = None,
) -> list[JournalEntry]:
    """One page of entries, newest first, older than sequence `before`; one more than a page tells there is more."""
    chosen = sa.select(JournalEntry).order_by(JournalEntry.sequence.desc()).limit(PAGE + 1)
    if before is not None:
        chosen = chosen.where(JournalEntry.sequence < before)
    if event:
        chosen = chosen.where(JournalEntry.event == event)
    if actor_id is not None:
        chosen = chosen.where(JournalEntry.actor_id == actor_id)
    if subject:
        chosen = chosen.where(JournalEntry.subject_type == subject)
    return list(db.session.scalars(chosen))


def faults() -> list[journal.Fault]:
    """Where the chain breaks; empty when it is sound."""
    return journal.verify(db.session)


def head() -> JournalHead | None:
    """The end of the chain."""
    return db.session.get(JournalHead, 1)
