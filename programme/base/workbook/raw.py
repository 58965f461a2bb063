"""Rows as the database holds them: read, kept as JSON and put back without passing through column types.

An encrypted column gives another text each time it is bound, so only its stored text can be compared and
restored.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

Values = dict[str, Any]
Key = tuple[Any, ...]
AT_ONCE = 400


class _Stored(sa.types.UserDefinedType[Any]):
    """A value exactly as the driver gives and takes it."""

    cache_ok = True


_STORED = _Stored()


def _type(column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    # JSON is the one type whose driver value cannot be bound again as it was read.
    return column.type if isinstance(column.type, sa.JSON) else _STORED


def _columns(table: sa.Table) -> list[sa.Label[Any]]:
    return [sa.type_coerce(column, _type(column)).label(column.name) for column in table.columns]


def key_of(table: sa.Table, values: Mapping[str, Any]) -> Key:
    """The primary key among the values of a row."""
    return tuple(values[column.name] for column in table.primary_key)


def key_text(key: Key) -> str:
    """A primary key as one text: plain for one column, JSON for several."""
    return str(key[0]) if len(key) == 1 else json.dumps([str(part) for part in key], ensure_ascii=False)


def matching(table: sa.Table, values: Mapping[str, Any]) -> sa.ColumnElement[bool]:
    """The condition that finds the one row with the primary key in `values`."""
    return sa.and_(
        *(column == sa.literal(values[column.name], _type(column)) for column in table.primary_key)
    )


def rows_where(
    connection: sa.Connection | Session, table: sa.Table, condition: sa.ColumnElement[bool] | None
) -> list[Values]:
    """The stored values of the rows that meet `condition` (all of them without one)."""
    chosen = sa.select(*_columns(table))
    if condition is not None:
        chosen = chosen.where(condition)
    return [dict(row) for row in connection.execute(chosen).mappings()]


def row_at(connection: sa.Connection | Session, table: sa.Table, key: Key) -> Values | None:
    """The stored values of one row; None where it is gone."""
    names = [column.name for column in table.primary_key]
    found = rows_where(connection, table, matching(table, dict(zip(names, key, strict=True))))
    return found[0] if found else None


def rows_at(connection: sa.Connection | Session, table: sa.Table, keys: Sequence[Key]) -> dict[Key, Values]:
    """The stored values of several rows by key; rows that are gone are left out."""
    found: dict[Key, Values] = {}
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        columns = list(table.primary_key)
        if len(columns) == 1:
            condition: sa.ColumnElement[bool] = columns[0].in_([key[0] for key in part])
        else:
            condition = sa.tuple_(*columns).in_(part)
        found.update({key_of(table, values): values for values in rows_where(connection, table, condition)})
    return found


def put_back(session: Session, table: sa.Table, values: Mapping[str, Any]) -> None:
    """Set the given columns of the row whose primary key is among them."""
    session.execute(sa.update(table).where(matching(table, values)).values(_bound(table, values)))


def insert_again(session: Session, table: sa.Table, values: Mapping[str, Any]) -> None:
    """Insert a row that had been deleted, with its former primary key."""
    session.execute(sa.insert(table).values(_bound(table, values)))


def _bound(table: sa.Table, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: sa.literal(value, _type(table.columns[name])) if value is not None else sa.null()
        for name, value in values.items()
        if name in table.columns
    }


def dump(values: Mapping[str, Any]) -> str:
    """Values as JSON, types kept."""
    return json.dumps({name: _plain(value) for name, value in values.items()}, ensure_ascii=False)


def load(text: str | None) -> Values:
    """What `dump` was given."""
    return {name: _restored(value) for name, value in json.loads(text or "{}").items()}


def digest(values: Mapping[str, Any], names: Iterable[str]) -> str:
    """SHA-256 over the named columns: equal as long as none of them changed."""
    plain = {name: _plain(values.get(name)) for name in names}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    if isinstance(value, dt.time):
        return {"time": value.isoformat()}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(value).decode()}
    return {"json": value} if isinstance(value, dict | list) else value


_BACK: dict[str, Callable[[Any], Any]] = {
    "instant": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "decimal": Decimal,
    "bytes": base64.b64decode,
    "json": lambda value: value,
}


def _restored(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((mark, content),) = value.items()
    return _BACK[mark](content)
