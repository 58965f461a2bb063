"""Reads of the journal as a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from partnerships.agreements.models import Party
from partnerships.organisations.models import Organisation
from programme.base import chain, clock, heads, journal
from programme.base.extensions import db
from programme.base.journal import JournalEntry, JournalHead

PAGE = 50
GROUND = ("account:", "access:")
"""What an administrator reads: accounts and refused accesses, no data of the programme (MISSION)."""


def entries(
    *,
    before: int | None = None,
    event: str | None = None,
    is_whole: bool = True,
    actor_id: int | None = None,
    subject: str | None = None,
    since: dt.date | None = None,
) -> list[JournalEntry]:
    """One page of entries, newest first, older than sequence `before`; one more than a page tells there is more.

    Without `is_whole` only those of `GROUND`; with `since` those of that day and after.
    """
    chosen = sa.select(JournalEntry).order_by(JournalEntry.sequence.desc()).limit(PAGE + 1)
    if not is_whole:
        chosen = chosen.where(sa.or_(*(JournalEntry.event.startswith(prefix) for prefix in GROUND)))
    if before is not None:
        chosen = chosen.where(JournalEntry.sequence < before)
    if event:
        chosen = chosen.where(JournalEntry.event == event)
    if since is not None:
        chosen = chosen.where(JournalEntry.at >= clock.start_of_day(since))
    if actor_id is not None:
        chosen = chosen.where(JournalEntry.actor_id == actor_id)
    if subject:
        chosen = chosen.where(JournalEntry.subject_type == subject)
    return list(db.session.scalars(chosen))


def tally(events: Iterable[str], since: dt.date) -> dict[str, int]:
    """How many entries of each of these events there are since a day, that day included; one statement."""
    counted = (
        sa.select(JournalEntry.event, sa.func.count())
        .where(JournalEntry.event.in_(list(events)), JournalEntry.at >= clock.start_of_day(since))
        .group_by(JournalEntry.event)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def events(is_whole: bool = True) -> list[tuple[str, str]]:
    """(event, its label) of those that may be read, by event."""
    return sorted((one, label) for one, label in journal.EVENTS.items() if is_whole or one.startswith(GROUND))


def faults(instance: Path) -> list[chain.Fault]:
    """Where the chain breaks, or is not the one whose heads the instance keeps; empty when it is sound."""
    return chain.verify(db.session) + heads.contradicted(db.session, heads.recorded(instance))


def head() -> JournalHead | None:
    """The end of the chain."""
    return db.session.get(JournalHead, 1)


def names_of(model: Any, ids: Collection[int], attribute: str = "name") -> dict[int, str]:
    """What these records are called, by id: of the subjects of entries that the reader may read."""
    chosen = sa.select(model).where(model.id.in_(ids)).order_by(model.id)
    return {one.id: str(getattr(one, attribute)) for one in db.session.scalars(chosen)}


def names_of_parties(ids: Collection[int]) -> dict[int, str]:
    """The organisations that these parties are, by party id."""
    chosen = (
        sa.select(Party.id, Organisation)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(Party.id.in_(ids))
        .order_by(Party.id)
    )
    return {ident: str(organisation.name) for ident, organisation in db.session.execute(chosen)}
