"""Rows and names held until a transaction ends, so that what was checked still holds when it is written.

On SQLite a request that may write holds the whole file from its beginning: nothing more is to be done.
"""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, object_session

from programme.base.database import Base


def hold(record: Base, *names: str) -> None:
    """Lock the row of `record` and read its attributes `names` anew: somebody may have changed them since.

    Its version is not read again, so that changing the record itself is refused where it moved on.
    """
    session = _shared(record)
    if session is None:
        return
    session.flush()
    mapper: Any = sa.inspect(record).mapper
    table, key = mapper.local_table, mapper.primary_key[0]
    session.execute(sa.select(key).select_from(table).where(key == record.id).with_for_update())  # type: ignore[attr-defined]
    if names:
        session.refresh(record, names)


def reread(record: Base, *names: str) -> None:
    """Read `names` of a record anew, whose part is held: they are what was committed when the lock was had."""
    session = _shared(record)
    if session is not None:
        session.flush()
        session.refresh(record, names)


def _shared(record: Base) -> Session | None:
    """The session of `record` where others may write meanwhile."""
    session = object_session(record)
    assert session is not None
    return session if session.get_bind().dialect.name == "postgresql" else None


def hold_name(session: Session | Any, name: str) -> None:
    """Let nobody else hold `name` before this transaction ends: for what has no row yet, as the next number."""
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.cast(number, sa.BigInteger))))
