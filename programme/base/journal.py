"""The journal: append-only, hash-chained; who, when, what, before and after, reason (RULES D3).

Rules call `record`; entries are chained just before the transaction commits, so the chain's lock is held
for an instant only, and an entry exists exactly when its fact does.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from programme.base import clock, marks, telling
from programme.base.access import SYSTEM, Actor
from programme.base.database import Base, Instant
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l

GENESIS = "0" * 64
HIDDEN = "•••"
_PENDING = "journal_pending"
_MARKS = "journal_marks"

EVENTS: dict[str, str] = {}
"""Catalogue: event name `room:thing:verb` → label (lazy text). Rooms add theirs with `declare`."""


QUIET: set[str] = set()
"""Fields that are written down and shown to nobody."""
FIELDS: dict[str, str] = {
    "state": _l("État"),
    "role": _l("Rôle"),
    "name_ar": _l("Nom en arabe"),
    "name_fr": _l("Nom en français"),
    "starts_on": _l("Début"),
    "ends_on": _l("Fin"),
    "is_active": _l("Actif"),
    "serves": _l("Au service de"),
    "reason": _l("Motif"),
    "purpose": _l("Objet"),
    "status": _l("Présence"),
}
"""Labels of fields as the history shows them (lazy text)."""


def declare(
    events: Mapping[str, str], fields: Mapping[str, str] | None = None, quiet: Iterable[str] = ()
) -> None:
    """Add events, and labels of fields, to the catalogue; recording an undeclared event is a `KeyError`.

    `quiet` fields prove what was done and are kept in the chain, but no page shows them.
    """
    EVENTS.update(events)
    FIELDS.update(fields or {})
    QUIET.update(quiet)


class JournalEntry(Base):
    """One thing that happened. Never updated, never deleted."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        sa.Index("ix_journal_entry_subject", "subject_type", "subject_id", "sequence"),
        sa.Index("ix_journal_entry_actor", "actor_id", "sequence"),
    )

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None] = mapped_column(sa.Integer)
    actor_name: Mapped[str] = mapped_column(sa.String(200))
    event: Mapped[str] = mapped_column(sa.String(80), index=True)
    subject_type: Mapped[str] = mapped_column(sa.String(60))
    subject_id: Mapped[int | None] = mapped_column(sa.Integer)
    before: Mapped[str | None] = mapped_column(sa.Text)
    after: Mapped[str | None] = mapped_column(sa.Text)
    reason: Mapped[str | None] = mapped_column(sa.String(2000))
    previous: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)

    @property
    def label(self) -> str:
        return str(EVENTS.get(self.event, self.event))

    @property
    def sentence(self) -> str:
        """What happened, with its reason where one was given."""
        return f"{self.label} — {self.reason}" if self.reason else self.label

    @property
    def who(self) -> str:
        """The name of who did it; what no account did is told in the reader's language."""
        return _("le système") if self.actor_id is None and self.actor_name == SYSTEM else self.actor_name

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """(field's label, before, after) of what differs, in field order."""
        old, new = json.loads(self.before or "{}"), json.loads(self.after or "{}")
        return [
            (telling.label(k, FIELDS), self.shown(k, old.get(k)), self.shown(k, new.get(k)))
            for k in sorted({*old, *new} - QUIET)
            if old.get(k) != new.get(k)
        ]

    def shown(self, field: str, value: Any) -> Any:
        """A value as people read it: a name, the label of a state, a date in words, hours, yes or no."""
        if (isinstance(value, int) and not isinstance(value, bool)) or field == "serves":
            return telling.told(self, field, value)
        if value == HIDDEN:
            return _("donnée personnelle masquée")
        return telling.worded(self.subject_type, field, value)


class JournalHead(Base):
    """The end of the chain, one row, locked while entries are added: a cut tail shows against it."""

    __tablename__ = "journal_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(sa.String(64), default=GENESIS)


@dataclass(slots=True)
class _Pending:
    at: dt.datetime
    actor: Actor
    event: str
    subject: Base | tuple[str, int | None]
    before: str | None
    after: str | None
    reason: str | None


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, Base):
        return getattr(value, "id", None)
    return value if isinstance(value, str | int | float | bool | type(None)) else str(value)


def _dump(values: Mapping[str, Any] | None, hidden: Iterable[str]) -> str | None:
    if values is None:
        return None
    secret = set(hidden)
    # Personal values are never written: the chain could not forget them (RULES D3, erasure).
    plain = {k: (HIDDEN if k in secret and v is not None else _plain(v)) for k, v in values.items()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def record(
    session: Session | Any,
    actor: Actor,
    event: str,
    subject: Base | tuple[str, int | None],
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
    hidden: Iterable[str] = (),
) -> None:
    """Note that `actor` did `event` to `subject` (a record, or (type, id)); written when the fact commits.

    `hidden` names personal fields whose values must not enter the chain. Raises KeyError for an event
    that no room declared.
    """
    EVENTS[event]
    entry = _Pending(
        clock.now(), actor, event, subject, _dump(before, hidden), _dump(after, hidden), reason or None
    )
    session.info.setdefault(_PENDING, []).append(entry)


def digest_of(values: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of one entry, its predecessor's digest included."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def link_of(entry: JournalEntry) -> dict[str, Any]:
    return {
        "sequence": entry.sequence,
        "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "event": entry.event,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "before": entry.before,
        "after": entry.after,
        "reason": entry.reason,
        "previous": entry.previous,
    }


def _subject(subject: Base | tuple[str, int | None]) -> tuple[str, int | None]:
    if isinstance(subject, tuple):
        return subject
    return str(subject.__tablename__), getattr(subject, "id", None)


@sa_event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    pending: list[_Pending] = session.info.get(_PENDING, [])
    # At the very end only: whoever held the head of the chain while taking other locks could deadlock.
    if not pending or session.in_nested_transaction():
        return
    session.flush()
    head = session.get(JournalHead, 1, with_for_update=True, populate_existing=True)
    if head is None:
        head = JournalHead(id=1, sequence=0, digest=GENESIS)
        session.add(head)
    noted = []
    for note in pending:
        kind, ident = _subject(note.subject)
        entry = JournalEntry(
            sequence=head.sequence + 1,
            at=note.at,
            actor_id=note.actor.account_id,
            actor_name=note.actor.name,
            event=note.event,
            subject_type=kind,
            subject_id=ident,
            before=note.before,
            after=note.after,
            reason=note.reason,
            previous=head.digest,
        )
        entry.digest = digest_of(link_of(entry))
        head.sequence, head.digest = entry.sequence, entry.digest
        session.add(entry)
        noted.append(marks.Noted(entry.sequence, note.event, kind, note.subject, note.before, note.after))
    marks.follow(session, noted)
    pending.clear()
    session.flush()


@sa_event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        marks = session.info.setdefault(_MARKS, {})
        marks[id(transaction)] = len(session.info.get(_PENDING, []))


@sa_event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous: SessionTransaction) -> None:
    """What was rolled back did not happen: forget its entries, back to the savepoint where there is one."""
    mark = session.info.get(_MARKS, {}).pop(id(previous), 0) if previous.nested else 0
    del session.info.get(_PENDING, [])[mark:]


def history(
    session: Session | Any,
    subject_type: str,
    subject_id: int,
    limit: int = 200,
    also: tuple[str, Any] | None = None,
) -> list[JournalEntry]:
    """What happened to one record, newest first; `also` are records that belong to it: their type and ids."""
    wanted = [sa.and_(JournalEntry.subject_type == subject_type, JournalEntry.subject_id == subject_id)]
    if also is not None:
        wanted.append(sa.and_(JournalEntry.subject_type == also[0], JournalEntry.subject_id.in_(also[1])))
    chosen = sa.select(JournalEntry).where(sa.or_(*wanted))
    return list(session.scalars(chosen.order_by(JournalEntry.sequence.desc()).limit(limit)))
