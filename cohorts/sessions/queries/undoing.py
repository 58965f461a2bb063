"""The sessions that the rows of an import belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session as Connection

from cohorts.sessions.models import Attendance, Session, SessionState, Sitting

CHUNK = 500


def sessions_touched(
    connection: Connection, touched: Mapping[str, Iterable[str]]
) -> list[tuple[int, str, SessionState]]:
    """(id, code, state) of the sessions whose own row, half-days or marks are in `touched`, locked; by code.

    `touched` holds per table the primary keys as text.
    """
    ids = {int(key) for key in touched.get("session", ())}
    for some in _chunks(touched.get("sitting", ())):
        ids.update(connection.scalars(sa.select(Sitting.session_id).where(Sitting.id.in_(some)).distinct()))
    for some in _chunks(touched.get("attendance", ())):
        asked = sa.select(Sitting.session_id).join(Attendance, Attendance.sitting_id == Sitting.id)
        ids.update(connection.scalars(asked.where(Attendance.id.in_(some)).distinct()))
    found: list[tuple[int, str, SessionState]] = []
    for some in _chunks(ids):
        chosen = sa.select(Session.id, Session.code, Session.state).where(Session.id.in_(some))
        rows = connection.execute(chosen.order_by(Session.id).with_for_update())
        found += [(row[0], row[1], row[2]) for row in rows]
    return sorted(found, key=lambda one: one[1])


def _chunks(keys: Iterable[str | int]) -> Iterator[list[int]]:
    wanted = sorted(int(key) for key in keys)
    return (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
