"""A database put back as it was: what a request wrote is taken out row by row, the journal grows."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from programme.base import remembering
from programme.base.database import Base, writing
from programme.base.extensions import db
from programme.base.workbook import raw

_WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)\"?", re.IGNORECASE)


class Restorer:
    """Knows every row of the moment in which it was made, and which tables were written to since."""

    def __init__(self) -> None:
        self._tables = {
            table.name: table
            for table in Base.metadata.sorted_tables
            if not table.name.startswith("journal") and table.name != "alembic_version"
        }
        db.session.rollback()  # or its transaction would lock this one out on SQLite
        with db.engine.connect() as link:
            self._rows = {name: self._read(link, table) for name, table in self._tables.items()}
        self._written: set[str] = set()

    @staticmethod
    def _read(link: sa.Connection, table: sa.Table) -> dict[raw.Key, raw.Values]:
        return {raw.key_of(table, row): row for row in raw.rows_where(link, table, None)}

    def __enter__(self) -> Restorer:
        event.listen(db.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: Any) -> None:
        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _link: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found = _WRITES.match(statement)
        if found:
            self._written.add(found[1])

    def restore(self) -> bool:
        """Put back what was written to since; False where nothing was."""
        names = [name for name in self._tables if name in self._written]
        self._written = set()
        if not names:
            return False
        db.session.rollback()
        db.session.expunge_all()
        token = writing.set(True)
        for name in names:
            self._put_back(self._tables[name])
        for name in reversed(names):
            self._take_out(self._tables[name])
        db.session.commit()
        writing.reset(token)
        self._written = set()
        remembering.forget()
        return True

    def _put_back(self, table: sa.Table) -> None:
        now, then = self._read(db.session.connection(), table), self._rows[table.name]
        for key, row in then.items():
            if key not in now:
                raw.insert_again(db.session(), table, row)
            elif now[key] != row:
                raw.put_back(db.session(), table, row)

    def _take_out(self, table: sa.Table) -> None:
        now, then = self._read(db.session.connection(), table), self._rows[table.name]
        for key in sorted(now.keys() - then.keys(), reverse=True):
            db.session.execute(sa.delete(table).where(raw.matching(table, now[key])))
