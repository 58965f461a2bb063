"""The list of cohorts: filters, pages, what stands beside each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from cohorts.enrolment.models import ACTIVE_STATES, Cohort, CohortState, Enrolment, Seat
from cohorts.enrolment.queries.records import visible
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.folding import fold
from regions.geography.models import Region


def cohorts(
    scope: Scope,
    *,
    region_id: int | None = None,
    state: CohortState | None = None,
    agreement: str | None = None,
    over_on: dt.date | None = None,
    page: int = 1,
    size: int | None = None,
) -> Sequence[Cohort]:
    """Cohorts in scope with their regions, the latest start first, those without a day before them.

    With `over_on` only those that run although their period has passed on that day; all of them, or `size` a page.
    """
    chosen = sa.select(Cohort).options(joinedload(Cohort.region)).where(visible(scope))
    if region_id is not None:
        chosen = chosen.where(Cohort.region_id == region_id)
    if state is not None:
        chosen = chosen.where(Cohort.state == state)
    if agreement is not None:
        chosen = chosen.where(Cohort.agreement == agreement)
    if over_on is not None:
        chosen = chosen.where(Cohort.is_over(over_on))
    ordered = chosen.order_by(Cohort.starts_on.desc().nulls_first(), Cohort.code, Cohort.id)
    if size is not None:
        ordered = ordered.limit(size).offset((page - 1) * size)
    return db.session.scalars(ordered).all()


def how_many_over(scope: Scope, day: dt.date, region_id: int | None = None) -> int:
    """Cohorts in scope that run although their period has passed on that day."""
    chosen = sa.select(sa.func.count(Cohort.id)).where(visible(scope), Cohort.is_over(day))
    if region_id is not None:
        chosen = chosen.where(Cohort.region_id == region_id)
    return db.session.scalar(chosen) or 0


def cohorts_named(scope: Scope, text: str, limit: int = 8) -> Sequence[Cohort]:
    """Cohorts whose code or name holds every word of `text`, letter case, accents and hamzas ignored."""
    words = fold(text).split()
    if not words:
        return []
    found = []
    for one in cohorts(scope):
        folded = fold(f"{one.code} {one.name_ar} {one.name_fr or ''}")
        if all(word in folded for word in words):
            found.append(one)
    return found[:limit]


def regions_with_cohorts(scope: Scope) -> Sequence[Region]:
    """Regions that have a cohort in scope, by code."""
    held = sa.select(Cohort.region_id).where(visible(scope))
    return db.session.scalars(sa.select(Region).where(Region.id.in_(held)).order_by(Region.code)).all()


def states_in(scope: Scope, region_id: int | None = None) -> dict[CohortState, int]:
    """Number of cohorts in scope by state."""
    counted = sa.select(Cohort.state, sa.func.count(Cohort.id)).where(visible(scope))
    if region_id is not None:
        counted = counted.where(Cohort.region_id == region_id)
    rows = db.session.execute(counted.group_by(Cohort.state).order_by(Cohort.state))
    return {row[0]: row[1] for row in rows}


def counts(cohort_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(seats given, active enrolments) by cohort id, in one statement; cohorts already loaded in scope."""
    wanted = sorted(set(cohort_ids))
    active = (
        sa.select(Enrolment.cohort_id, sa.func.count(Enrolment.id).label("number"))
        .where(Enrolment.state.in_(ACTIVE_STATES), Enrolment.cohort_id.in_(wanted))
        .group_by(Enrolment.cohort_id)
        .subquery()
    )
    counted = (
        sa.select(Seat.cohort_id, sa.func.count(Seat.id), sa.func.max(active.c.number))
        .outerjoin(active, active.c.cohort_id == Seat.cohort_id)
        .where(Seat.cohort_id.in_(wanted))
        .group_by(Seat.cohort_id)
        .order_by(Seat.cohort_id)
    )
    return {row[0]: (row[1], row[2] or 0) for row in db.session.execute(counted)}
