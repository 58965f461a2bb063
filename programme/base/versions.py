"""Versions of records, by which of two editors the second is told; parts move the version of their whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event as sa_event
from sqlalchemy.orm import MANYTOONE, Mapper, Session
from sqlalchemy.orm.attributes import flag_modified

from programme.base.database import Base

PART_OF = "part_of"
"""Class attribute of a part: the foreign key columns whose records get a new version when it changes."""


@sa_event.listens_for(Session, "before_flush")
def _move_wholes(session: Session, _flush: Any, _some: Any) -> None:
    changed = [*session.new, *session.deleted, *(one for one in session.dirty if session.is_modified(one))]
    for part in changed:
        for column in getattr(type(part), PART_OF, ()):
            for whole in _wholes(session, part, column):
                _move(session, whole)


def _wholes(session: Session, part: Any, column: str) -> Iterator[Any]:
    """The record that `part` belongs to and, where it was taken out of one, that one too."""
    state: Any = sa.inspect(part)
    mapper: Mapper[Any] = state.mapper
    for relation in mapper.relationships:
        if relation.direction is MANYTOONE and mapper.columns[column] in relation.local_columns:
            history = state.attrs[relation.key].load_history()
            yield from (
                one for one in (*history.unchanged, *history.added, *history.deleted) if one is not None
            )
            return
    ident = getattr(part, column)
    target = next(iter(mapper.columns[column].foreign_keys)).column.table
    owner = next(one for one in Base.registry.mappers if one.local_table is target)
    found = session.get(owner.class_, ident) if ident is not None else None
    if found is not None:
        yield found


def _move(session: Session, whole: Any) -> None:
    """Have the flush write the whole with its next version, though no column of it changes."""
    state: Any = sa.inspect(whole)
    if state.pending or state.transient or whole in session.deleted:
        return
    version = state.mapper.version_id_col
    for attribute in state.mapper.column_attrs:
        column = attribute.columns[0]
        if column is not version and not column.primary_key and attribute.key in state.dict:
            flag_modified(whole, attribute.key)
            return
    session.refresh(whole)
    _move(session, whole)
