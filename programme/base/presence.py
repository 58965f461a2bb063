"""Whether the database that a connection reaches still is the one that stands there.

A SQLite file that was moved away stays open in those who had it: what they wrote would go with it. And a file
that is missing would be made anew, empty. While pages are served neither may happen.
"""

from __future__ import annotations

import os
import sqlite3
from contextvars import ContextVar
from typing import Any

from sqlalchemy import event, exc
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

serving: ContextVar[bool] = ContextVar("serving", default=False)
"""Whether pages are served: only a command makes a database that is not there."""
_FILE = "programme_file"


def _path(name: Any) -> str | None:
    """The file of a SQLite address, None for one in memory."""
    text = str(name)
    return None if not text or text.startswith((":memory:", "file:")) else text


def _which(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


@event.listens_for(Engine, "do_connect")
def _refuse_missing(dialect: Any, record: Any, arguments: Any, _named: Any) -> None:
    if dialect.name != "sqlite":
        return
    path = _path(arguments[0]) if arguments else None
    if path is None:
        return
    if serving.get() and not os.path.exists(path):
        raise sqlite3.OperationalError("unable to open database file: it is not there")
    record.info[_FILE] = path, _which(path)


@event.listens_for(Engine, "connect")
def _note_new(connection: Any, record: Any) -> None:
    """A file that this very connection made is known once it is there."""
    path, which = record.info.get(_FILE, (None, None))
    if path is not None and which is None and isinstance(connection, sqlite3.Connection):
        record.info[_FILE] = path, _which(path)


@event.listens_for(Pool, "checkout")
def _refuse_replaced(_connection: Any, record: Any, _proxy: Any) -> None:
    path, which = record.info.get(_FILE, (None, None))
    if path is not None and which is not None and _which(path) != which:
        raise exc.DisconnectionError("the database file was replaced")
