"""Runs migrations on the application's own engine, or on a connection that is given (a restore has its own).

A run is one transaction on both engines: cut short, it leaves what was there before.
"""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

from programme.base.database import Instant, alone, intact, unguarded, writing

db = current_app.extensions["migrate"].db


def render(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Own column types as plain ones: a migration must not change when our code does."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


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
