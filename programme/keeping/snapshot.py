"""One moment of the database, read at leisure while the application goes on writing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from programme.base.database import writing
from programme.keeping.manifest import BadArchive

SMALL_CACHE = -2000
"""Kilobytes, negative as SQLite asks: each page is read once, to keep it would only take memory."""


@contextmanager
def snapshot(engine: Engine, room: Path) -> Iterator[sa.Connection]:
    """A connection that sees one committed moment; `room` is an empty folder for a copy of a SQLite file."""
    token = writing.set(False)
    try:
        if engine.dialect.name == "postgresql":
            one_moment = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            with engine.connect().execution_options(**one_moment) as connection:
                yield connection
                connection.rollback()
            return
        with _copied(engine, room / "moment.sqlite3") as connection:
            yield connection
    finally:
        writing.reset(token)


@contextmanager
def _copied(engine: Engine, path: Path) -> Iterator[sa.Connection]:
    """Of a SQLite file the copy is read: whoever reads the file itself for long keeps everyone from writing."""
    source = engine.raw_connection()
    try:
        link = source.driver_connection
        assert isinstance(link, sqlite3.Connection)
        kept = link.execute("PRAGMA cache_size").fetchone()[0]
        link.execute(f"PRAGMA cache_size={SMALL_CACHE}")
        copy = sqlite3.connect(path)
        path.chmod(0o600)
        link.backup(copy, pages=-1)  # in one go: in steps each write of another process starts it anew
        link.execute(f"PRAGMA cache_size={kept}")
        said = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        copy.close()
    finally:
        source.close()
    if said != "ok":
        raise BadArchive("La base de données elle-même est abîmée : `programme doctor` dit ce qu'il en voit.")
    reading = sa.create_engine(f"sqlite:///{path}")
    try:
        with reading.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA cache_size={SMALL_CACHE}")
            yield connection
    finally:
        reading.dispose()
        path.unlink(missing_ok=True)
