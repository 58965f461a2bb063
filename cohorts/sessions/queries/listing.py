"""The list of sessions: filtered, the latest first, page by page."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cohorts.enrolment.models import Cohort
from cohorts.sessions.models import Attendance, Session, SessionKind, SessionState, Sitting, Trainer
from cohorts.sessions.queries.records import visible
from programme.base import clock
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.language import Bilingual

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

    def clauses(self, *, with_state: bool = True) -> list[sa.ColumnElement[bool]]:
        """The conditions on Session joined to Cohort."""
        found: list[sa.ColumnElement[bool]] = []
        if self.region_id is not None:
            found.append(Cohort.region_id == self.region_id)
        if self.cohort_id is not None:
            found.append(Session.cohort_id == self.cohort_id)
        if self.state is not None and with_state:
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


def _dates(*only: sa.ColumnElement[bool]) -> sa.Subquery:
    """First and last day, half-days and minutes by session; `only` narrows the sittings that are read."""
    return (
        sa.select(
            Sitting.session_id,
            sa.func.min(Sitting.on_date).label("first_on"),
            sa.func.max(Sitting.on_date).label("last_on"),
            sa.func.count(Sitting.id).label("half_days"),
            sa.func.sum(Sitting.minutes).label("minutes"),
        )
        .where(*only)
        .group_by(Sitting.session_id)
        .subquery("dates")
    )


def _rows(scope: Scope, filters: Filters) -> tuple[Any, Any]:
    clauses = filters.clauses()
    # Without this the dates of every session of the country would be read to show a few.
    matching = sa.select(Session.id).join(Cohort, Cohort.id == Session.cohort_id).where(*clauses)
    dates = _dates(Sitting.session_id.in_(matching)) if clauses else _dates()
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
        .where(visible(scope), *clauses)
        .order_by(dates.c.first_on.desc(), Session.id.desc())
    )
    return chosen, dates


def _row(row: Any) -> Row:
    title, cohort = Bilingual(row[2], row[3]), Bilingual(row[8], row[9])
    known = (row[0], row[1], title, row[4], row[5], row[6], row[7], cohort)
    return Row(*known, row[10], row[11], row[12], int(row[13]), row[14], row[15])


def page_of(
    scope: Scope, filters: Filters = Filters(), *, after: tuple[dt.date, int] | None = None, size: int = PAGE
) -> tuple[list[Row], bool]:
    """One page, the latest first day first, and whether there is another; one statement.

    `after` is the (first day, id) of the last line of the page before.
    """
    chosen, dates = _rows(scope, filters)
    if after is not None:
        day, ident = after
        chosen = chosen.where(
            sa.or_(dates.c.first_on < day, sa.and_(dates.c.first_on == day, Session.id < ident))
        )
    found = [_row(row) for row in db.session.execute(chosen.limit(size + 1))]
    return found[:size], len(found) > size


def count_by_state(scope: Scope, filters: Filters = Filters()) -> dict[SessionState, int]:
    """Number of sessions by state under the other filters."""
    counted = (
        sa.select(Session.state, sa.func.count(Session.id))
        .join(Cohort, Cohort.id == Session.cohort_id)
        .where(visible(scope), *filters.clauses(with_state=False))
        .group_by(Session.state)
        .order_by(Session.state)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def months(scope: Scope) -> Sequence[dt.date]:
    """First days of the months in which a visible session has a sitting, the latest first."""
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
    return db.session.execute(
        sa.select(Cohort.id, Cohort.code, Cohort.name_ar, Cohort.name_fr)
        .where(Cohort.id.in_(_visible_cohorts(scope)))
        .order_by(Cohort.code)
    ).all()


def _visible_cohorts(scope: Scope) -> sa.Select[Any]:
    return sa.select(Session.cohort_id).join(Cohort, Cohort.id == Session.cohort_id).where(visible(scope))


def _first(chosen: Any, order: tuple[Any, ...], limit: int) -> list[Row]:
    return [_row(row) for row in db.session.execute(chosen.order_by(None).order_by(*order).limit(limit))]


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


def _unexcused(scope: Scope) -> tuple[sa.ColumnElement[bool], ...]:
    return visible(scope), Session.override_reason.is_(None), Session.state != SessionState.CANCELLED


def days_by_agreement(scope: Scope) -> list[tuple[str, dt.date, dt.date]]:
    """(agreement, first day, last day) of what sessions in scope plan under it, overrides left out."""
    found = db.session.execute(
        sa.select(Cohort.agreement, sa.func.min(Sitting.on_date), sa.func.max(Sitting.on_date))
        .join(Session, Session.cohort_id == Cohort.id)
        .join(Sitting, Sitting.session_id == Session.id)
        .where(*_unexcused(scope))
        .group_by(Cohort.agreement)
        .order_by(Cohort.agreement)
    )
    return [(row[0], row[1], row[2]) for row in found]


def outside(
    scope: Scope, periods: dict[str, tuple[dt.date | None, dt.date | None]]
) -> list[tuple[int, str, dt.date]]:
    """(id, code, a day) of sessions with a day outside the period of their agreement; open ends cover nothing."""
    late = [
        sa.and_(
            Cohort.agreement == reference,
            sa.true() if start is None or end is None else ~Sitting.on_date.between(start, end),
        )
        for reference, (start, end) in periods.items()
    ]
    found = db.session.execute(
        sa.select(Session.id, Session.code, sa.func.min(Sitting.on_date))
        .join(Cohort, Cohort.id == Session.cohort_id)
        .join(Sitting, Sitting.session_id == Session.id)
        .where(*_unexcused(scope), sa.or_(sa.false(), *late))
        .group_by(Session.id, Session.code)
        .order_by(sa.func.min(Sitting.on_date), Session.id)
    )
    return [(row[0], row[1], row[2]) for row in found]
