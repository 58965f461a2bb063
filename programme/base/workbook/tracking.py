"""Notes which rows an import creates, updates and deletes, with their values before and after.

While a tracker stands in `session.info`, mapper events tell it of every record that is flushed.
A table is left alone where `table.info` says `append_only` (the journal: never undone) or `projection`
(rebuilt by the `after_undo` hooks); a column where `column.info` says `projection`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, object_session

from programme.base.batches import CREATED, DELETED, UPDATED
from programme.base.workbook.raw import Key, Values, dump, key_of, key_text, row_at, rows_at, rows_where
from programme.base.workbook.raw import digest as digest_of

APPEND_ONLY = frozenset({"journal_entry", "journal_head", "import_batch", "import_change"})
_INFO = "import_tracker"


def is_left_alone(table: sa.Table) -> bool:
    """Whether the undoing of an import never touches this table."""
    return (
        table.name in APPEND_ONLY or bool(table.info.get("append_only")) or bool(table.info.get("projection"))
    )


def facts(table: sa.Table) -> list[str]:
    """The names of the columns that hold facts, projections left out."""
    return [column.name for column in table.columns if not column.info.get("projection")]


@dataclass(slots=True)
class _Note:
    table: sa.Table
    key: Key
    action: str
    before: Values | None


class Tracker:
    """One import's notes; `untracked` names the tables that were written past it."""

    def __init__(self) -> None:
        self.notes: dict[tuple[str, Key], _Note] = {}
        self.untracked: set[str] = set()

    def created(self, table: sa.Table, key: Key) -> None:
        place = (table.name, key)
        known = self.notes.get(place)
        if known is not None and known.action == DELETED:
            known.action = UPDATED
        else:
            self.notes[place] = _Note(table, key, CREATED, None)

    def updated(self, connection: sa.Connection | Session, table: sa.Table, key: Key) -> None:
        if (table.name, key) not in self.notes:
            before = row_at(connection, table, key)
            self.notes[table.name, key] = _Note(table, key, UPDATED, before)

    def deleted(self, connection: sa.Connection | Session, table: sa.Table, key: Key) -> None:
        place = (table.name, key)
        known = self.notes.get(place)
        if known is not None and known.action == CREATED:
            del self.notes[place]
            return
        self.updated(connection, table, key)
        self.notes[place].action = DELETED

    def changes(self, session: Session) -> list[dict[str, Any]]:
        """The columns of `ImportChange` for every row that differs from what it was, in order."""
        now = self._present(session)
        made = (self._change(note, now.get(place)) for place, note in self.notes.items())
        return [{"position": number, **change} for number, change in enumerate(filter(None, made), 1)]

    def _present(self, session: Session) -> dict[tuple[str, Key], Values]:
        keys: dict[sa.Table, list[Key]] = {}
        for note in self.notes.values():
            keys.setdefault(note.table, []).append(note.key)
        return {
            (table.name, key): values
            for table, some in keys.items()
            for key, values in rows_at(session, table, some).items()
        }

    @staticmethod
    def _change(note: _Note, now: Values | None) -> dict[str, Any] | None:
        change = {"table_name": note.table.name, "row_id": key_text(note.key), "action": note.action}
        names = facts(note.table)
        if note.action == CREATED and now is not None:
            key = dict(zip((column.name for column in note.table.primary_key), note.key, strict=True))
            proof = {"columns": names, "digest": digest_of(now, names)}
            return {**change, "before": None, "after": dump({"key": key, "proof": proof})}
        if note.before is None:
            return None
        if note.action == DELETED:
            return {**change, "before": dump(note.before), "after": None}
        if now is None:
            return None
        own = {column.name for column in note.table.primary_key}
        differing = {name for name in names if note.before[name] != now[name]}
        if not differing:
            return None
        kept = own | differing
        before, after = (
            {name: values[name] for name in names if name in kept} for values in (note.before, now)
        )
        return {**change, "before": dump(before), "after": dump(after)}


@contextmanager
def tracking(session: Session) -> Iterator[Tracker]:
    """Note everything that this session writes inside the block."""
    tracker = session.info[_INFO] = Tracker()
    event.listen(session, "before_flush", _links)
    event.listen(session, "do_orm_execute", _statement)
    try:
        yield tracker
    finally:
        event.remove(session, "before_flush", _links)
        event.remove(session, "do_orm_execute", _statement)
        del session.info[_INFO]


def _places(mapper: Mapper[Any], target: Any) -> Iterator[tuple[Tracker, sa.Table, Key]]:
    session = object_session(target)
    tracker: Tracker | None = session.info.get(_INFO) if session is not None else None
    if tracker is None:
        return
    key = tuple(mapper.primary_key_from_instance(target))
    for table in mapper.tables:
        if isinstance(table, sa.Table) and not is_left_alone(table):
            yield tracker, table, key


@event.listens_for(Mapper, "after_insert")
def _inserted(mapper: Mapper[Any], _connection: sa.Connection, target: Any) -> None:
    for tracker, table, key in _places(mapper, target):
        tracker.created(table, key)


@event.listens_for(Mapper, "before_update")
def _updating(mapper: Mapper[Any], connection: sa.Connection, target: Any) -> None:
    for tracker, table, key in _places(mapper, target):
        tracker.updated(connection, table, key)


@event.listens_for(Mapper, "before_delete")
def _deleting(mapper: Mapper[Any], connection: sa.Connection, target: Any) -> None:
    for tracker, table, key in _places(mapper, target):
        tracker.deleted(connection, table, key)


def _links(session: Session, _context: Any, _instances: Any) -> None:
    """Links of existing records through a bare table have no record of their own: no undoing then."""
    tracker: Tracker = session.info[_INFO]
    for record in session.dirty:
        for relation in sa.inspect(type(record)).relationships:
            if relation.secondary is None:
                continue
            if sa.inspect(record).attrs[relation.key].history.has_changes():
                tracker.untracked.add(str(relation.secondary))


def _statement(state: ORMExecuteState) -> None:
    """UPDATE and DELETE statements can be noted row by row beforehand; bulk INSERTs cannot."""
    statement: Any = state.statement
    table = getattr(statement, "table", None)
    if not (state.is_insert or state.is_update or state.is_delete) or not isinstance(table, sa.Table):
        return
    if is_left_alone(table):
        return
    tracker: Tracker = state.session.info[_INFO]
    if state.is_insert or state.parameters:
        tracker.untracked.add(table.name)
        return
    state.session.flush()
    for values in rows_where(state.session, table, statement.whereclause):
        note = tracker.updated if state.is_update else tracker.deleted
        note(state.session, table, key_of(table, values))
