"""The list of sessions: in the order of first days, page by page, what its filters offer remembered rightly."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cohorts.sessions import queries
from cohorts.sessions.models import SessionState
from cohorts.sessions.queries.listing import Filters, cohorts_taught
from programme.base.access import Scope
from programme.base.extensions import db
from tests.factories.cohorts import full_cohort
from tests.factories.sessions import FRIDAY, plan, session_of

COUNTRY = Scope.country()
DAY = dt.timedelta(days=1)


def test_the_list_pages_by_key(session: Any) -> None:
    group = full_cohort(seats=1)
    for number in range(4):
        session_of(group, plan(FRIDAY + number * DAY), code=f"P{number}")
    rows, more = queries.page_of(COUNTRY, size=3)
    assert ([row.code for row in rows], more) == (["P3", "P2", "P1"], True)
    rest, more = queries.page_of(COUNTRY, after=(rows[-1].first_on, rows[-1].id), size=3)
    assert ([row.code for row in rest], more) == (["P0"], False)


def test_a_session_stands_once_by_its_first_day_whatever_its_half_days(session: Any) -> None:
    group = full_cohort(seats=1)
    long = [
        plan(FRIDAY + 3 * DAY),
        plan(FRIDAY, "pm"),
        plan(FRIDAY),
        plan(FRIDAY + 3 * DAY, "pm"),
    ]
    session_of(group, *long, code="LONG")
    session_of(group, plan(FRIDAY + DAY), code="LATER")
    session_of(group, plan(FRIDAY - DAY), plan(FRIDAY - DAY, "pm"), code="EARLY")
    rows, more = queries.page_of(COUNTRY)
    assert [(row.code, row.half_days) for row in rows] == [("LATER", 1), ("LONG", 4), ("EARLY", 2)]
    assert not more
    assert (rows[1].first_on, rows[1].last_on, rows[1].minutes) == (FRIDAY, FRIDAY + 3 * DAY, 4 * 180)


def test_equal_first_days_are_paged_without_loss(session: Any) -> None:
    group = full_cohort(seats=1)
    made = [session_of(group, plan(FRIDAY, half), code=half).id for half in ("am", "pm")]
    seen: list[int] = []
    after = None
    while len(seen) < 5:
        rows, more = queries.page_of(COUNTRY, after=after, size=1)
        seen += [row.id for row in rows]
        if not more:
            break
        after = (rows[-1].first_on, rows[-1].id)
    assert seen == sorted(made, reverse=True)


def test_what_the_filters_offer_follows_what_is_planned(session: Any) -> None:
    group = full_cohort(seats=1)
    session_of(group, plan(FRIDAY))
    db.session.commit()
    states = {SessionState.PLANNED: 1}
    offered = (queries.months(COUNTRY), queries.count_by_state(COUNTRY), len(cohorts_taught(COUNTRY)))
    assert offered == ([FRIDAY.replace(day=1)], states, 1)
    session_of(group, plan(FRIDAY + 60 * DAY))
    db.session.commit()
    assert len(queries.months(COUNTRY)) == 2
    chosen = Filters(state=SessionState.VALIDATED)
    assert queries.count_by_state(COUNTRY, chosen) == {SessionState.PLANNED: 2}, "of the other filters only"
    elsewhere = Scope(regions=frozenset({999}))
    assert (queries.months(elsewhere), queries.count_by_state(elsewhere)) == ([], {})
