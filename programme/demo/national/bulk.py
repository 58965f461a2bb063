"""Rows written many at a time, with ids given here: what the rules would write one by one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.schema import AddConstraint, DropConstraint

from programme.base.database import Base, survey
from programme.base.extensions import db

AT_ONCE = 5_000
CACHE_KIB = 400_000


def _copy(link: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Stream rows into a table of PostgreSQL: one COPY instead of a statement a row."""
    given = dict.fromkeys(rows[0]) | _defaults(table, rows[0])
    columns = [table.c[name] for name in given]
    ready = [one.type.dialect_impl(link.dialect).bind_processor(link.dialect) for one in columns]
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, given))
    )
    cursor = link.connection.driver_connection.cursor()  # type: ignore[union-attr]
    with cursor, cursor.copy(command) as out:
        for row in rows:
            values = (row.get(name, default) for name, default in given.items())
            out.write_row([turn(one) if turn else one for turn, one in zip(ready, values, strict=True)])


def _foreign_keys(model: type[Base]) -> list[sa.ForeignKeyConstraint]:
    table: sa.Table = model.__table__  # type: ignore[assignment]
    return sorted(table.foreign_key_constraints, key=lambda key: str(key.name))


def _defaults(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    """What an INSERT would fill in for columns that rows do not name."""
    found = {}
    for column in table.columns:
        default: Any = column.default
        if column.name not in row and default is not None:
            found[column.name] = default.arg(None) if default.is_callable else default.arg
    return found


class Bulk:
    """Collects rows by table and writes them in the order in which tables were first named.

    Inside the session's transaction: the caller commits. `finish` must be called, it writes what is left and
    sets PostgreSQL's sequences.
    """

    def __init__(self, *tables: type[Base]) -> None:
        """`tables` are those of many rows: their indexes are made at the end, in one go.

        So are their foreign keys on PostgreSQL, which looks each row's references up one by one.
        """
        self._rows: dict[sa.Table, list[dict[str, Any]]] = {}
        self._last: dict[sa.Table, int] = {}
        self._kept = 0
        self.written: dict[str, int] = defaultdict(int)
        self._without = [index for table in tables for index in table.__table__.indexes if not index.unique]  # type: ignore[attr-defined]
        if db.engine.dialect.name == "sqlite":
            db.session.connection().exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIB}")
        for index in self._without:
            index.drop(db.session.connection())
        self._loose: list[sa.ForeignKeyConstraint] = []
        if db.engine.dialect.name == "postgresql":
            self._loose = [key for table in tables for key in _foreign_keys(table)]
        for key in self._loose:
            db.session.execute(DropConstraint(key))

    def next_id(self, model: type[Base]) -> int:
        """The next free primary key of a table."""
        table: sa.Table = model.__table__  # type: ignore[assignment]
        if table not in self._last:
            self._last[table] = db.session.scalar(sa.select(sa.func.max(table.c.id))) or 0
        self._last[table] += 1
        return self._last[table]

    def add(self, model: type[Base], row: dict[str, Any]) -> None:
        """One row; every row of a table names the same columns."""
        table: sa.Table = model.__table__  # type: ignore[assignment]
        self._rows.setdefault(table, []).append(row)
        self._kept += 1
        if self._kept >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what was collected, in the order of dependencies."""
        link = db.session.connection()
        for table in Base.metadata.sorted_tables:
            rows = self._rows.get(table)
            if rows:
                if link.dialect.name == "postgresql":
                    _copy(link, table, rows)
                else:
                    link.execute(sa.insert(table), rows)
                self.written[table.name] += len(rows)
                rows.clear()
        self._kept = 0

    def finish(self) -> None:
        """Write the rest; PostgreSQL goes on counting after the ids given here."""
        self.flush()
        for index in self._without:
            index.create(db.session.connection())
        for key in self._loose:
            db.session.execute(AddConstraint(key, isolate_from_table=False))
        survey(db.session.connection())
        if db.engine.dialect.name != "postgresql":
            return
        for table, last in self._last.items():
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            db.session.execute(sa.select(sa.func.setval(sequence, last)))
