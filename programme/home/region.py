"""One region: will it reach its target, and where is it behind?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import g
from markupsafe import Markup

from cohorts.enrolment import queries as enrolment
from partnerships.agreements import queries as agreements
from programme.base import clock
from programme.base.access import Permission
from programme.base.language import format_period
from programme.base.language import gettext as _
from programme.home import queries, territory
from programme.home.asked import Asked
from programme.home.boards import tiles, waiting
from programme.home.path import Path, path_of
from programme.home.tiles import Doors
from regions.geography.models import Region
from regions.programmes.models import ProgrammeState
from reports.figures import curve
from reports.progress import RegionProgress, progress, reached_curve

SHOWN, MOST_LATE = 12, 3


def region_page(region: Region, asked: Asked) -> dict[str, Any]:
    """Everything the page of a region shows, in a fixed number of statements."""
    scope = g.scope.narrowed(region.id)
    row = progress(scope, asked.moment, region.code)[0]
    doors = Doors(g.actor, asked, region.code)
    path = _path(row, asked)
    return {
        "region": region,
        "row": row,
        "asked": asked,
        "tiles": tiles(scope, [row], asked, region.code),
        "doors": doors,
        "path": path,
        "is_postponed": row.state is ProgrammeState.POSTPONED,
        "curve": _curve(path) if path else None,
        "provinces": territory.province_lines(row, doors),
        "map": territory.province_map(row, doors),
        "period": format_period(row.starts_on, row.ends_on) if row.starts_on else "",
        "steps": _steps(region, asked),
        **_rooms(region, asked),
    }


def _rooms(region: Region, asked: Asked) -> dict[str, Any]:
    """Cohorts, agreements, what is late and what was validated, as far as the reader may open them."""
    found: dict[str, Any] = {"cohorts": None, "agreements": None, "activities": []}
    if g.actor.may(Permission.COHORT_READ):
        cohorts = enrolment.cohorts(g.scope, region_id=region.id, size=SHOWN)
        counts = enrolment.counts(one.id for one in cohorts)
        found["cohorts"] = [(one, *counts.get(one.id, (0, 0))) for one in cohorts]
    if g.actor.may(Permission.AGREEMENT_READ):
        filters = agreements.Filters(region_id=region.id)
        found["agreements"] = agreements.agreements(g.scope, filters, most=SHOWN)
    if g.actor.may(Permission.SESSION_READ):
        found["activities"] = queries.latest_validated(
            g.scope, region_id=region.id, until=clock.end_of_day(asked.known_on), limit=5
        )
    waits = waiting(region.id)
    return found | {"late": waits[:MOST_LATE], "late_total": len(waits)}


def _path(row: RegionProgress, asked: Asked) -> Path | None:
    if row.starts_on is None or not row.reach_target:
        return None
    points = reached_curve(g.scope, row.region_id, asked.moment)
    found = path_of(row.starts_on, row.ends_on, row.reach_target, points, asked.as_at)
    # Nobody knows when a postponed programme goes on: nothing is forecast of it.
    return replace(found, forecast=None) if row.state is ProgrammeState.POSTPONED else found


def _curve(path: Path) -> Markup:
    return curve(path.points, path.target, start=path.start, end=path.end, forecast=path.forecast)


def _steps(region: Region, asked: Asked) -> list[dict[str, str]]:
    """The progress report of this region at this moment, on a page and as files."""
    if not g.actor.may(Permission.REPORT_READ):
        return []
    names = (("", _("Rapport")), (".pdf", _("PDF")), (".xlsx", _("Excel")))
    return [
        {
            "label": label,
            "href": asked.list(f"/reports/progress{ending}", region=region.code),
            "method": "get",
        }
        for ending, label in names
    ]
