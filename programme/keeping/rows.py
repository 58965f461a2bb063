"""The rows of a database as text that is the same on both engines, read in order and written back.

A row is one line, a JSON array of its columns in alphabetical order. Values are written as SQLite keeps them:
0 and 1 for no and yes, `YYYY-MM-DD`, `YYYY-MM-DD HH:MM:SS.ffffff` in UTC. Rows stand in the order of their
primary key, texts compared byte by byte: equal databases give equal lines, and one hash tells a table.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

AT_ONCE = 2000
MARK = "alembic_version"
"""Alembic's own table: the revision stands in the manifest."""
_INSTANT = "YYYY-MM-DD HH24:MI:SS.US"
Row = list[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the database itself describes it: columns in alphabetical order, and what rows are ordered by."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    kinds: tuple[sa.types.TypeEngine[Any], ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """How much a table holds, and the SHA-256 of its lines in order."""

    rows: int
    sha256: str


def revision_of(connection: sa.Connection) -> str | None:
    """The revision of the schema, or None where no migration has run."""
    if not sa.inspect(connection).has_table(MARK):
        return None
    found: str | None = connection.scalar(sa.select(sa.column("version_num")).select_from(sa.table(MARK)))
    return found


def tables_of(connection: sa.Connection) -> list[Table]:
    """The tables that stand in the database, by name; read from it and not from the models, which may be newer."""
    inspector, found = sa.inspect(connection), []
    for name in sorted(inspector.get_table_names()):
        if name == MARK:
            continue
        columns = sorted(inspector.get_columns(name), key=lambda column: str(column["name"]))
        names = tuple(str(column["name"]) for column in columns)
        key = tuple(inspector.get_pk_constraint(name)["constrained_columns"]) or names
        found.append(Table(name, names, key, tuple(column["type"] for column in columns)))
    return found


def lines_of(connection: sa.Connection, table: Table) -> Iterator[list[str]]:
    """Every row as its line, `AT_ONCE` at a time, streamed."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_binary).encode
    streamed = {"stream_results": True, "max_row_buffer": AT_ONCE}
    with connection.execute(_selection(connection, table), execution_options=streamed) as result:
        for some in result.partitions(AT_ONCE):
            yield [encode(list(row)) for row in some]


def measured(connection: sa.Connection, table: Table) -> Measure:
    """Rows and hash of one table as it stands."""
    digest, rows = hashlib.sha256(), 0
    for lines in lines_of(connection, table):
        digest.update("".join(f"{line}\n" for line in lines).encode())
        rows += len(lines)
    return Measure(rows, digest.hexdigest())


def row_of(line: bytes) -> Row:
    """The row behind a line; ValueError where it is not one."""
    row = json.loads(line)
    if not isinstance(row, list):
        raise ValueError("not a row")
    for place, value in enumerate(row):
        if isinstance(value, dict):
            row[place] = base64.b64decode(value["base64"], validate=True)
        elif not isinstance(value, str | int | float | None):
            raise ValueError("not a value")
    return row


def write(connection: sa.Connection, table: Table, rows: Iterable[Row]) -> None:
    """Add rows as `row_of` gives them to a table that is there and empty."""
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
        return
    names = ", ".join(f'"{name}"' for name in table.columns)
    marks = ", ".join("?" * len(table.columns))
    insert = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - names the schema gave
    link, waiting = connection.connection.driver_connection, iter(rows)
    assert link is not None
    while some := list(islice(waiting, AT_ONCE)):
        link.executemany(insert, some)


def _copy(connection: sa.Connection, table: Table, rows: Iterable[Row]) -> None:
    """COPY in text form: the server reads 0, 1 and dates by the type of each column, instants in UTC."""
    from psycopg import sql

    link = connection.connection.driver_connection
    assert link is not None
    names = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    copying = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    with link.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        with cursor.copy(copying) as copy:
            for row in rows:
                copy.write_row(row)


def _binary(value: Any) -> dict[str, str]:
    if isinstance(value, bytes | bytearray | memoryview):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(f"a backup cannot write a {type(value).__name__}")


def _selection(connection: sa.Connection, table: Table) -> sa.Select[Any]:
    is_server = connection.dialect.name == "postgresql"
    kinds = dict(zip(table.columns, table.kinds, strict=True))
    # Without types: what the driver gives on SQLite is what is written.
    columns = [sa.column(name, kinds[name] if is_server else sa.types.NullType()) for name in table.columns]
    shown = [_neutral(one) if is_server else one for one in columns]
    return (
        sa.select(*(one.label(name) for one, name in zip(shown, table.columns, strict=True)))
        .select_from(sa.table(table.name))
        .order_by(*(_in_bytes(sa.column(name, kinds[name]), is_server) for name in table.key))
    )


def _neutral(column: Any) -> Any:
    """A PostgreSQL value as SQLite would keep it."""
    if isinstance(column.type, sa.Boolean):
        return sa.cast(column, sa.Integer)
    if isinstance(column.type, sa.DateTime):
        utc = sa.func.timezone("UTC", column) if column.type.timezone else column
        return sa.func.to_char(utc, _INSTANT)
    if isinstance(column.type, sa.Date):
        return sa.func.to_char(column, "YYYY-MM-DD")
    return column


def _in_bytes(column: Any, is_server: bool) -> Any:
    return sa.collate(column, "C") if is_server and isinstance(column.type, sa.String) else column
