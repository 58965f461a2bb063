"""A new data key: everything sealed is sealed anew under it, a batch at a time, while the server runs (RULES D1).

The new key is put in front of the old ones, all of which open what was sealed before; then each sealed column is
sealed anew and each keyed hash computed anew. Where this is cut short it goes on from the beginning: what is
already under the new key is passed over. The old keys go last, once nothing needs them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from programme.base import journal
from programme.base.access import Actor
from programme.base.batches import CREATED, UPDATED, ImportChange
from programme.base.database import Base, writing
from programme.base.extensions import db
from programme.base.language import lazy_gettext as _l
from programme.base.personal import SealBroken, Vault
from programme.base.workbook.raw import digest, dump, load, rows_at

AT_ONCE = 500
journal.declare(
    {
        "privacy:keys:rotate": _l("Clé de chiffrement remplacée"),
        "privacy:keys:drop": _l("Ancienne clé de chiffrement retirée"),
    },
    {"rows": _l("Lignes rechiffrées")},
)


@dataclass(frozen=True, slots=True)
class Column:
    """One sealed column, and the column of keyed hashes beside it."""

    table: sa.Table
    name: str
    hashed: str | None

    @property
    def key(self) -> sa.Column[Any]:
        return next(iter(self.table.primary_key.columns))

    def __str__(self) -> str:
        return f"{self.table.name}.{self.name}"


@dataclass(slots=True)
class Result:
    """What a rotation did: rows sealed anew, and those that it could not: (column, primary key)."""

    rows: int = 0
    left: list[tuple[str, Any]] = field(default_factory=list)


def columns() -> list[Column]:
    """Every sealed column of the schema, as its model says by `info=sealed()`."""
    return [
        Column(table, column.name, column.info.get("hashed"))
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.info.get("sealed")
    ]


def reseal(keys: Sequence[bytes], at_once: int = AT_ONCE) -> Result:
    """Seal everything under the first of `keys`, committing each batch; journalled when it is through.

    Goes over the columns until a whole pass finds nothing to do, as workers may have sealed something under the
    former key meanwhile. What no key opens, or whose new hash another row has already, is left and answered.
    """
    done = Result()
    while True:
        rows, left = _pass(keys, at_once)
        done.rows, done.left = done.rows + rows, left
        if not rows:
            break
    if done.rows:
        _note("privacy:keys:rotate", {"rows": done.rows})
    return done


def needing(keys: Sequence[bytes]) -> dict[str, int]:
    """How many values of each column still need a key other than the first; empty when the others can go."""
    only, whole = Vault(keys[0]), Vault(*keys)
    found: Counter[str] = Counter()
    token = writing.set(False)
    try:
        with Session(db.engine) as session:
            for column in columns():
                rows = _all(session, column)
                found[str(column)] = sum(not _is_new(only, text, known, column) for _key, text, known in rows)
            found["import_change"] = sum(_kept_anew(one, whole, only) is not None for one in _kept(session))
    finally:
        writing.reset(token)
    return dict(+found)


def note_drop() -> None:
    """Journal that the old keys went."""
    _note("privacy:keys:drop", {})


def _pass(keys: Sequence[bytes], at_once: int) -> tuple[int, list[tuple[str, Any]]]:
    whole, only = Vault(*keys), Vault(keys[0])
    rows = 0
    left: list[tuple[str, Any]] = []
    for column in columns():
        last: Any = None
        while True:
            made, last, failed = _batch(column, last, at_once, whole, only)
            rows, left = rows + made, left + failed
            if last is None:
                break
    return rows + _reseal_kept(whole, only), left


def _batch(
    column: Column, after: Any, at_once: int, whole: Vault, only: Vault
) -> tuple[int, Any, list[tuple[str, Any]]]:
    """One batch in one transaction: how many rows changed, the last key (None at the end), the rows left."""
    token = writing.set(True)
    try:
        with Session(db.engine) as session:
            found = _rows(session, column, at_once, after)
            todo = [row for row in found if not _is_new(only, row[1], row[2], column)]
            made, left = _reseal_rows(session, column, todo, whole, only)
            session.commit()
    finally:
        writing.reset(token)
    return made, found[-1][0] if len(found) == at_once else None, left


def _rows(session: Session, column: Column, limit: int, after: Any = None) -> list[tuple[Any, str, Any]]:
    """(primary key, sealed, hash) of so many rows by key, those after `after`."""
    place = column.table.c
    hashed = place[column.hashed] if column.hashed else sa.null()
    chosen = sa.select(column.key, place[column.name], hashed).where(place[column.name].is_not(None))
    if after is not None:
        chosen = chosen.where(column.key > after)
    rows = session.execute(chosen.order_by(column.key).limit(limit)).all()
    return [(row[0], row[1], row[2]) for row in rows]


def _all(session: Session, column: Column) -> Iterator[tuple[Any, str, Any]]:
    after: Any = None
    while part := _rows(session, column, AT_ONCE, after):
        yield from part
        after = part[-1][0]


def _opens(only: Vault, token: str) -> bool:
    try:
        only.open(token)
    except SealBroken:
        return False
    return True


def _is_new(only: Vault, token: str, known: Any, column: Column) -> bool:
    try:
        text = only.open(token)
    except SealBroken:
        return False
    return column.hashed is None or known == only.keyed_hash(text)


def _reseal_rows(
    session: Session, column: Column, todo: Sequence[tuple[Any, str, Any]], whole: Vault, only: Vault
) -> tuple[int, list[tuple[str, Any]]]:
    made = 0
    left: list[tuple[str, Any]] = []
    noted = _noted(session, column.table, [row[0] for row in todo])
    proven = _proven(session, column.table, noted)
    for key, token, _known in todo:
        try:
            text = whole.open(token)
            values = {column.name: only.seal(text)}
            if column.hashed:
                values[column.hashed] = only.keyed_hash(text)
            with session.begin_nested():
                here = sa.and_(column.key == key, column.table.c[column.name] == token)
                changed: Any = session.execute(sa.update(column.table).where(here).values(values))
            made += changed.rowcount
            _follow(noted, key, column.name, token, values)
        except (SealBroken, IntegrityError):
            left.append((str(column), key))
    _prove_again(session, column.table, proven)
    return made, left


def _noted(session: Session, table: sa.Table, keys: Sequence[Any]) -> list[ImportChange]:
    """What imports noted of these rows: resealing must not look like a change to whoever takes one back."""
    chosen = sa.select(ImportChange).where(
        ImportChange.table_name == table.name, ImportChange.row_id.in_([str(one) for one in keys])
    )
    return list(session.scalars(chosen)) if keys else []


def _follow(noted: Sequence[ImportChange], key: Any, name: str, token: str, values: dict[str, str]) -> None:
    """Let what an import left follow the row that still holds it."""
    for one in noted:
        after = load(one.after) if one.row_id == str(key) and one.action == UPDATED else {}
        if after.get(name) == token:
            one.after = dump({**after, **{field: text for field, text in values.items() if field in after}})


def _proven(session: Session, table: sa.Table, noted: Sequence[ImportChange]) -> list[ImportChange]:
    """Of the rows that imports created, those whose proof still holds."""
    changes = [one for one in noted if one.action == CREATED]
    now = rows_at(session, table, [(int(one.row_id),) for one in changes])
    return [one for one in changes if _holds(one, now.get((int(one.row_id),)))]


def _holds(change: ImportChange, row: Any) -> bool:
    proof = load(change.after).get("proof")
    return proof is not None and row is not None and digest(row, proof["columns"]) == proof["digest"]


def _prove_again(session: Session, table: sa.Table, changes: Sequence[ImportChange]) -> None:
    now = rows_at(session, table, [(int(one.row_id),) for one in changes])
    for one in changes:
        values = load(one.after)
        names = values["proof"]["columns"]
        values["proof"] = {"columns": names, "digest": digest(now[int(one.row_id),], names)}
        one.after = dump(values)
    session.flush()


def _kept(session: Session) -> Iterator[ImportChange]:
    """Values of sealed columns that imports keep for being taken back."""
    tables = {column.table.name for column in columns()}
    chosen = sa.select(ImportChange).where(
        ImportChange.table_name.in_(tables), ImportChange.action != CREATED
    )
    yield from session.scalars(chosen.order_by(ImportChange.id).execution_options(yield_per=AT_ONCE))


def _reseal_kept(whole: Vault, only: Vault) -> int:
    token = writing.set(True)
    made = 0
    try:
        with Session(db.engine) as session:
            for change in list(_kept(session)):
                anew = _kept_anew(change, whole, only)
                if anew is not None:
                    change.before, change.after = anew
                    made += 1
            session.commit()
    finally:
        writing.reset(token)
    return made


def _kept_anew(change: ImportChange, whole: Vault, only: Vault) -> tuple[str | None, str | None] | None:
    """The kept values under the first key; None where they already are."""
    made = [_values_anew(change.table_name, text, whole, only) for text in (change.before, change.after)]
    if all(one is None for one in made):
        return None
    return made[0] or change.before, made[1] or change.after


def _values_anew(table: str, text: str | None, whole: Vault, only: Vault) -> str | None:
    values, is_changed = load(text), False
    for column in columns():
        token = values.get(column.name)
        if (
            column.table.name != table
            or not token
            or _is_new(only, token, None, Column(column.table, column.name, None))
        ):
            continue
        try:
            opened = whole.open(token)
        except SealBroken:
            continue
        values[column.name], is_changed = only.seal(opened), True
        if column.hashed and values.get(column.hashed):
            values[column.hashed] = only.keyed_hash(opened)
    return dump(values) if is_changed else None


def _note(event: str, after: dict[str, int]) -> None:
    token = writing.set(True)
    try:
        with Session(db.engine) as session:
            journal.record(session, Actor.system(), event, ("data_key", None), after=after)
            session.commit()
    finally:
        writing.reset(token)
