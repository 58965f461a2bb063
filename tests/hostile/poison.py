"""Formulas for names: every text of the database that a person may type begins like one."""

from __future__ import annotations

import itertools

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from programme.base import remembering
from programme.base.database import Base, writing
from programme.base.extensions import db

STARTS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "\t=1+1",
    " =1+1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("//x";1)',
)
MARK = "§"
"""Ends the beginning of each of them: what a person would have typed follows."""
_OURS = (
    "account",
    "journal",
    "web_session",
    "sign_in",
    "one_time",
    "once",
    "import",
    "stored",
    "alembic",
    "programme",
)


def poison() -> int:
    """Put a formula before every text that the constraints let change; answers how many columns took it. Commits."""
    token = writing.set(True)
    starts, taken = itertools.cycle(STARTS), 0
    for table in Base.metadata.sorted_tables:
        if table.name.startswith(_OURS):
            continue
        for column in table.columns:
            if (
                type(column.type) in (sa.String, sa.Text)
                and not column.primary_key
                and not column.foreign_keys
            ):
                taken += _taken(table, column, next(starts) + MARK)
    db.session.commit()
    writing.reset(token)
    remembering.forget()
    return taken


def _taken(table: sa.Table, column: sa.Column[str], start: str) -> bool:
    longest = getattr(column.type, "length", None) or 200
    text = sa.func.substr(sa.literal(start) + column, 1, longest)
    try:
        with db.session.begin_nested():
            db.session.execute(sa.update(table).where(column.is_not(None)).values({column: text}))
    except DatabaseError:  # a code, a digest, a number: a constraint says what it may be
        return False
    return True
