"""The list of sessions: filtered, the latest first, page by page."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cohorts.enrolment.models import Cohort
from cohorts.sessions.models import Attendance, Session, SessionKind, SessionState, Sitting, Trainer
from cohorts.sessions.queries.records import visible
from programme.base import clock
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.language import Bilingual
from programme.base.remembering import remembered, within

PAGE = 50
OPEN = (SessionState.PLANNED, SessionState.RETURNED)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; `month` is its first day; `late`: over, and nothing is marked."""

    region_id: int | None = None
    cohort_id: int | None = None
    state: SessionState | None = None
    kind: SessionKind | None = None
    month: dt.date | None = None
    late: bool = False

    def clauses(self) -> list[sa.ColumnElement[bool]]:
        """The conditions on Session joined to Cohort."""
        found: list[sa.ColumnElement[bool]] = []
        if self.region_id is not None:
            found.append(Cohort.region_id == self.region_id)
        if self.cohort_id is not None:
            found.append(Session.cohort_id == self.cohort_id)
        if self.state is not None:
            found.append(Session.state == self.state)
        if self.kind is not None:
            found.append(Session.kind == self.kind)
        if self.month is not None:
            inside = Sitting.on_date.between(self.month, _last_of(self.month))
            found.append(Session.id.in_(sa.select(Sitting.session_id).where(inside)))
        if self.late:
            found.extend(unmarked(clock.today()))
        return found


def unmarked(today: dt.date) -> list[sa.ColumnElement[bool]]:
    """Clauses on Session: still open, a sitting is over, and no mark was entered."""
    over = sa.select(Sitting.session_id).where(Sitting.on_date < today)
    marked = sa.select(Sitting.session_id).join(Attendance, Attendance.sitting_id == Sitting.id)
    mine = marked.where(Sitting.session_id == Session.id).correlate(Session)
    return [Session.state.in_(OPEN), Session.id.in_(over), ~mine.exists()]


def _last_of(month: dt.date) -> dt.date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; `minutes` and `half_days` add up its sittings."""

    id: int
    code: str
    title: Bilingual
    kind: SessionKind
    state: SessionState
    cohort_id: int
    cohort_code: str
    cohort: Bilingual
    first_on: dt.date
    last_on: dt.date
    half_days: int
    minutes: int
    submitted_at: dt.datetime | None = None
    submitted_by_id: int | None = None


def _dates(only: sa.ColumnElement[bool]) -> sa.Subquery:
    """First and last day, half-days and minutes by session; `only` narrows the sittings that are read."""
    return (
        sa.select(
            Sitting.session_id,
            sa.func.min(Sitting.on_date).label("first_on"),
            sa.func.max(Sitting.on_date).label("last_on"),
            sa.func.count(Sitting.id).label("half_days"),
            sa.func.sum(Sitting.minutes).label("minutes"),
        )
        .where(only)
        .group_by(Sitting.session_id)
        .subquery("dates")
    )


def _begun(scope: Scope, filters: Filters) -> sa.Select[int, dt.date]:
    """(id, first day) of the sessions that fit, the latest first day first.

    By the first sitting of each, so that a page walks the index of days back from its last one.
    """
    earlier = aliased(Sitting)
    same_day = sa.and_(earlier.on_date == Sitting.on_date, earlier.id < Sitting.id)
    before = sa.select(earlier.id).where(
        earlier.session_id == Sitting.session_id, sa.or_(earlier.on_date < Sitting.on_date, same_day)
    )
    return (
        sa.select(Sitting.session_id, Sitting.on_date)
        .join(Session, Session.id == Sitting.session_id)
        .join(Cohort, Cohort.id == Session.cohort_id)
        .where(visible(scope), *filters.clauses(), ~before.exists())
        .order_by(Sitting.on_date.desc(), Sitting.session_id.desc())
    )


def _lines(ids: sa.Select[int] | Sequence[int]) -> tuple[Any, Any]:
    """What the lines of these sessions say, and the subquery of their days."""
    dates = _dates(Sitting.session_id.in_(ids))
    chosen = (
        sa.select(
            Session.id,
            Session.code,
            Session.title_ar,
            Session.title_fr,
            Session.kind,
            Session.state,
            Session.cohort_id,
            Cohort.code,
            Cohort.name_ar,
            Cohort.name_fr,
            dates.c.first_on,
            dates.c.last_on,
            dates.c.half_days,
            dates.c.minutes,
            Session.submitted_at,
            Session.submitted_by_id,
        )
        .join(Cohort, Cohort.id == Session.cohort_id)
        .join(dates, dates.c.session_id == Session.id)
    )
    return chosen, dates


def _rows(scope: Scope, filters: Filters) -> tuple[Any, Any]:
    """The lines of all sessions that fit, for lists of few."""
    clauses = filters.clauses()
    # Without this the dates of every session of the country would be read to show a few.
    matching = sa.select(Session.id).join(Cohort, Cohort.id == Session.cohort_id).where(*clauses)
    chosen, dates = _lines(matching)
    return chosen.where(visible(scope), *clauses), dates


def _row(row: Any) -> Row:
    title, cohort = Bilingual(row[2], row[3]), Bilingual(row[8], row[9])
    known = (row[0], row[1], title, row[4], row[5], row[6], row[7], cohort)
    return Row(*known, row[10], row[11], row[12], int(row[13]), row[14], row[15])


def page_of(
    scope: Scope, filters: Filters = Filters(), *, after: tuple[dt.date, int] | None = None, size: int = PAGE
) -> tuple[list[Row], bool]:
    """One page, the latest first day first, and whether there is another; two statements.

    `after` is the (first day, id) of the last line of the page before.
    """
    begun = _begun(scope, filters)
    if after is not None:
        day, ident = after
        further = sa.and_(Sitting.on_date == day, Sitting.session_id < ident)
        begun = begun.where(sa.or_(Sitting.on_date < day, further))
    ids = [row[0] for row in db.session.execute(begun.limit(size + 1))]
    chosen, _days = _lines(ids[:size])
    lines = {row[0]: _row(row) for row in db.session.execute(chosen)} if ids else {}
    return [lines[one] for one in ids[:size] if one in lines], len(ids) > size


def count_by_state(scope: Scope, filters: Filters = Filters()) -> dict[SessionState, int]:
    """Number of sessions by state under the other filters."""
    others = replace(filters, state=None)
    return remembered(("sessions", scope, others), lambda: _by_state(scope, others), within(scope))


def _by_state(scope: Scope, filters: Filters) -> dict[SessionState, int]:
    counted = (
        sa.select(Session.state, sa.func.count(Session.id))
        .join(Cohort, Cohort.id == Session.cohort_id)
        .where(visible(scope), *filters.clauses())
        .group_by(Session.state)
        .order_by(Session.state)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def months(scope: Scope) -> Sequence[dt.date]:
    """First days of the months in which a visible session has a sitting, the latest first."""
    return remembered(("sessions", scope, "months"), lambda: _months(scope), within(scope))


def _months(scope: Scope) -> list[dt.date]:
    text = sa.func.substr(sa.cast(Sitting.on_date, sa.String), 1, 7)
    chosen = (
        sa.select(text)
        .join(Session, Session.id == Sitting.session_id)
        .join(Cohort, Cohort.id == Session.cohort_id)
        .where(visible(scope))
        .group_by(text)
        .order_by(text.desc())
    )
    return [dt.date.fromisoformat(f"{month}-01") for month in db.session.scalars(chosen)]


def cohorts_taught(scope: Scope) -> Sequence[sa.Row[int, str, str, str | None]]:
    """(id, code, Arabic name, French name) of the cohorts with a visible session, by code."""
    return remembered(("sessions", scope, "cohorts"), lambda: _cohorts_taught(scope), within(scope))


def _cohorts_taught(scope: Scope) -> Sequence[sa.Row[int, str, str, str | None]]:
    return db.session.execute(
        sa.select(Cohort.id, Cohort.code, Cohort.name_ar, Cohort.name_fr)
        .where(Cohort.id.in_(_visible_cohorts(scope)))
        .order_by(Cohort.code)
    ).all()


def _visible_cohorts(scope: Scope) -> sa.Select[Any]:
    return sa.select(Session.cohort_id).join(Cohort, Cohort.id == Session.cohort_id).where(visible(scope))


def _first(chosen: Any, order: tuple[Any, ...], limit: int) -> list[Row]:
    return [_row(row) for row in db.session.execute(chosen.order_by(*order).limit(limit))]


def to_validate(scope: Scope, limit: int) -> list[Row]:
    """Submitted sessions, the longest waiting first."""
    chosen, _dated = _rows(scope, Filters(state=SessionState.SUBMITTED))
    return _first(chosen, (Session.submitted_at, Session.id), limit)


def without_attendance(scope: Scope, limit: int) -> list[Row]:
    """Open sessions that are over and have no mark, the oldest first."""
    chosen, dates = _rows(scope, Filters(late=True))
    return _first(chosen, (dates.c.first_on, Session.id), limit)


def trainers_of(session_ids: Sequence[int]) -> dict[int, list[str]]:
    """Names of those who give these sessions, by session."""
    found: dict[int, list[str]] = {}
    chosen = (
        sa.select(Sitting.session_id, Trainer)
        .join(Trainer, Trainer.id == Sitting.trainer_id)
        .where(Sitting.session_id.in_(session_ids))
        .order_by(Sitting.session_id, Sitting.id)
    )
    for session_id, trainer in db.session.execute(chosen):
        names = found.setdefault(session_id, [])
        if str(trainer.name) not in names:
            names.append(str(trainer.name))
    return found


def returned_to(scope: Scope, account_id: int, limit: int) -> list[Row]:
    """Sessions sent back to the account that submitted them, the oldest first."""
    chosen, dates = _rows(scope, Filters(state=SessionState.RETURNED))
    return _first(chosen.where(Session.submitted_by_id == account_id), (dates.c.first_on, Session.id), limit)
