"""One page of the list of cohorts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, url_for

from cohorts.enrolment import queries
from cohorts.enrolment.models import OVER, Cohort, CohortState
from programme.base import clock

PAGE = 25


@dataclass(frozen=True, slots=True)
class Listing:
    """Its rows with (seats, active enrolments) by cohort id, how many there are in all, and the pages around it."""

    rows: Sequence[Cohort]
    counts: Mapping[int, tuple[int, int]]
    total: int
    newer: str | None
    older: str | None


def listing_of(
    asked: Mapping[str, str],
    region_id: int | None,
    state: CohortState | None,
    states: Mapping[CohortState, int],
    page: int,
) -> Listing:
    """The page `page` of what is asked for; the last one where there are fewer."""
    over_on = clock.today() if asked.get("state") == OVER else None
    total = sum(states.values()) if state is None else states.get(state, 0)
    if over_on is not None:
        total = queries.how_many_over(g.scope, over_on, region_id)
    last = max(-(-total // PAGE), 1)
    page = min(page, last)
    rows = queries.cohorts(g.scope, region_id=region_id, state=state, over_on=over_on, page=page, size=PAGE)
    return Listing(
        rows,
        queries.counts(one.id for one in rows),
        total,
        _page(asked, page - 1) if page > 1 else None,
        _page(asked, page + 1) if page < last else None,
    )


def _page(asked: Mapping[str, str], number: int) -> str:
    kept: dict[str, Any] = {**asked, "page": number if number > 1 else None}
    return url_for("cohorts.enrolment.index", **kept)
