"""The projection of compared words, one text beside each name, written with it and rebuilt from it (RULES A4)."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from programme.base import folding
from programme.base.extensions import db
from programme.base.workbook.undo import Touched, after_undo
from regions.associations.models import Association

LENGTH = 300
AT_ONCE = 5_000
_TABLE: sa.Table = Association.__table__  # type: ignore[assignment]
_ROWS = sa.select(_TABLE.c.id, _TABLE.c.name_ar, _TABLE.c.compare_key).order_by(_TABLE.c.id)
# By the table, not by records: what follows from a name is no new version of the record.
_WRITE = (
    sa.update(_TABLE).where(_TABLE.c.id == sa.bindparam("the_id")).values(compare_key=sa.bindparam("the_key"))
)
Row = sa.Row[int, str, str]


def compared(name_ar: str) -> str:
    """What is kept beside this name."""
    return folding.compare_key(name_ar)[:LENGTH]


def rebuild_keys() -> int:
    """Write all of them anew; answers how many associations there are."""
    return sum(_written(rows) for rows in _blocks())


def complete_keys() -> int:
    """Write those that are empty, as they are after a migration; answers how many were written."""
    return sum(_written(rows) for rows in _blocks(_TABLE.c.compare_key == ""))


def stale_keys() -> int:
    """How many associations have other compared words than those of their name."""
    return sum(row[2] != compared(row[1]) for rows in _blocks() for row in rows)


def _blocks(*clauses: sa.ColumnElement[bool]) -> Iterator[list[Row]]:
    db.session.flush()
    last = 0
    while rows := db.session.execute(_ROWS.where(_TABLE.c.id > last, *clauses).limit(AT_ONCE)).all():
        last = rows[-1][0]
        yield list(rows)


def _written(rows: list[Row]) -> int:
    values = [{"the_id": row[0], "the_key": compared(row[1])} for row in rows]
    if values:
        db.session.connection().execute(_WRITE, values)
    return len(values)


@after_undo
def _follow(session: Session, touched: Touched) -> None:
    """After an import was taken back, names that are what they were have the words that they had."""
    ids = sorted(int(key) for key in touched.get("association", ()))
    for start in range(0, len(ids), AT_ONCE):
        _written(list(session.execute(_ROWS.where(_TABLE.c.id.in_(ids[start : start + AT_ONCE]))).all()))
