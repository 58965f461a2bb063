"""The typed Base, its column types and what makes SQLite and PostgreSQL behave alike (DESIGN.md section 5)."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, composite

from programme.base import turns
from programme.base.language import Bilingual

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# SQLite before this release can corrupt a database in WAL mode when two connections checkpoint at once.
SAFE_WAL = (3, 51, 3)

writing: ContextVar[bool] = ContextVar("writing", default=True)
"""Whether transactions begun now may write; reading requests set it to False (see `begin_as_asked`)."""


class Base(DeclarativeBase):
    """All tables; strict on SQLite, names of constraints fixed so that migrations can find them."""

    metadata = sa.MetaData(naming_convention=NAMING)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        arguments = cls.__dict__.get("__table_args__", ())
        if "__tablename__" in cls.__dict__:
            *constraints, options = (
                arguments if arguments and isinstance(arguments[-1], dict) else (*arguments, {})
            )
            cls.__table_args__ = (*constraints, {"sqlite_strict": True, **options})
        super().__init_subclass__(**kwargs)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'id', None)}>"


class Instant(sa.TypeDecorator[dt.datetime]):
    """An aware UTC instant. Refuses naive datetimes, so that no local time is ever stored."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(dt.UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)


def choice(kind: type[StrEnum], name: str) -> sa.Enum:
    """A column of one of the values of `kind`, kept by a named CHECK on both engines."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def folded(length: int = 300) -> sa.types.TypeEngine[str]:
    """Folded text compared byte by byte on both engines, so that prefix searches use the index."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def bilingual(prefix: str) -> Any:
    """The composite over `<prefix>_ar` and `<prefix>_fr`; `str()` of it gives the reader's language."""
    return composite(Bilingual, f"{prefix}_ar", f"{prefix}_fr")


@compiles(sa.String, "sqlite")
@compiles(sa.Text, "sqlite")
@compiles(sa.Enum, "sqlite")
@compiles(sa.Date, "sqlite")
@compiles(sa.DateTime, "sqlite")
def _strict_text(_type: Any, _compiler: Any, **_kw: Any) -> str:
    return "TEXT"


@compiles(sa.Boolean, "sqlite")
@compiles(sa.BigInteger, "sqlite")
def _strict_integer(_type: Any, _compiler: Any, **_kw: Any) -> str:
    return "INTEGER"


@event.listens_for(sa.Column, "after_parent_attach")
def _limit_length(column: sa.Column[Any], table: Any) -> None:
    """SQLite ignores VARCHAR lengths: every bounded text gets a named CHECK on both engines.

    Only on our own tables: a migration spells its constraints out and must not gain others later.
    """
    kind = column.type
    if not isinstance(table, sa.Table) or table.metadata is not Base.metadata:
        return
    if not isinstance(kind, sa.String) or isinstance(kind, sa.Enum) or not kind.length:
        return
    name = f"{column.name}_length"
    if any(str(known.name or "").endswith(name) for known in table.constraints):
        return
    check = sa.func.length(column) <= sa.literal_column(str(kind.length))
    table.append_constraint(sa.CheckConstraint(check, name=name))


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the driver must not open transactions of its own
    mode = "WAL" if sqlite3.sqlite_version_info >= SAFE_WAL else "DELETE"
    for pragma in (
        "foreign_keys=ON",
        f"busy_timeout={turns.PATIENCE * 1000:.0f}",
        "secure_delete=ON",
        "trusted_schema=OFF",
        f"journal_mode={mode}",
        "synchronous=FULL",
        "cache_size=-8000",  # a connection; the machine keeps the file in memory too
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def begin_as_asked(connection: sa.Connection) -> None:
    """On SQLite take the write lock at once where the request may write: deferred ones fail when they upgrade."""
    if connection.dialect.name == "sqlite":
        if writing.get():
            turns.take(connection)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")


SAMPLE = 1000
"""Rows that SQLite looks at in each index to learn how full it is: milliseconds for the whole country."""


def survey(connection: sa.Connection) -> None:
    """Have the planner learn how full the tables are, as part of the transaction.

    Without it SQLite takes every index for equally good, and walks all attendances of the country to find those of
    one region; PostgreSQL learns by itself, but a minute late. To be called after anything that fills tables.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA analysis_limit={SAMPLE}")
    connection.exec_driver_sql("ANALYZE")


STARTING = 0x70726F67
"""Name of the lock below, agreed between the processes of this software."""
PATIENCE = "10min"
"""How long another process is given to migrate: longer than a request may wait for a lock."""


def alone(connection: sa.Connection) -> None:
    """Wait until no other process prepares this database, and hold the others until the transaction ends.

    For what runs once: migrating, loading reference data, restoring. On SQLite a writing transaction is alone
    anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(STARTING)))
        connection.exec_driver_sql("SET LOCAL lock_timeout TO DEFAULT")


class Dangling(Exception):
    """Rows were left that refer to nothing: what was being done must not be kept."""


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
        connection.rollback()  # only where something was left open
        link.execute("PRAGMA foreign_keys=ON")


def intact(connection: sa.Connection) -> None:
    """Raise Dangling where a row refers to one that is not there; PostgreSQL has looked itself."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if found:
            raise Dangling(f"rows that refer to nothing, in {', '.join(sorted({row[0] for row in found}))}")
