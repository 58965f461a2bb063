"""Runs migrations on the application's own engine, or on a connection that is given (a restore has its own).

A run is one transaction on both engines: cut short, it leaves what was there before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

from programme.base.database import Instant, alone, writing

db = current_app.extensions["migrate"].db


class Dangling(Exception):
    """A migration left rows that refer to nothing; nothing of it is kept."""


def render(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Own column types as plain ones: a migration must not change when our code does."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def unguarded(connection: sa.Connection) -> Iterator[None]:
    """Foreign keys switched off on SQLite, where changing a table copies it and drops the old one.

    Dropping a table deletes its rows first, and with them whatever hangs on them by ON DELETE CASCADE. The
    switch does nothing inside a transaction, so it is thrown before and back after; `intact` looks meanwhile.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    link = connection.connection.dbapi_connection
    assert link is not None
    link.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        link.execute("PRAGMA foreign_keys=ON")


def intact(connection: sa.Connection) -> None:
    """Raise Dangling where a row refers to one that is not there; PostgreSQL has looked itself."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if found:
            raise Dangling(f"rows that refer to nothing, in {', '.join(sorted({row[0] for row in found}))}")


def migrate(connection: sa.Connection) -> None:
    """What was asked for, in the transaction that is open or in one of its own."""
    context.configure(
        connection=connection,
        target_metadata=db.metadatas[None],
        render_as_batch=True,
        compare_type=True,
        render_item=render,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        alone(connection)  # two processes that start at once take turns
        context.run_migrations()
        intact(connection)


def run() -> None:
    """On the connection given by whoever calls, which has thrown the switch itself, else on one of its own."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    token = writing.set(True)
    try:
        with db.engine.connect() as connection, unguarded(connection):
            migrate(connection)
    finally:
        writing.reset(token)


run()
