"""The list of sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cohorts.enrolment import queries as enrolment
from cohorts.sessions import pages, queries
from cohorts.sessions.models import SessionKind, SessionState
from cohorts.sessions.queries.listing import cohorts_taught
from cohorts.sessions.routes.frame import bp
from programme.base import panels
from programme.base.access import Permission, requires
from programme.base.language import lazy_gettext as _l
from regions.geography import queries as geography

panels.register(
    "cohort", "sessions", _l("Sessions"), "cohorts.sessions.of_cohort", permission=Permission.COHORT_READ
)
KEYS = ("region", "cohort", "state", "kind", "month", "late")


@bp.get("")
@requires(Permission.SESSION_READ)
def index() -> ResponseReturnValue:
    asked = {key: request.args[key][:40] for key in KEYS if request.args.get(key)}
    regions, cohorts = geography.regions(g.scope), cohorts_taught(g.scope)
    filters = _filters(asked, {one.code: one.id for one in regions}, {row[1]: row[0] for row in cohorts})
    rows, has_more = queries.page_of(g.scope, filters, after=_after(request.args.get("after")))
    counts = queries.count_by_state(g.scope, filters)
    return render_template(
        "cohorts/sessions/index.html",
        rows=rows,
        asked=asked,
        older=_older(rows, asked) if has_more else None,
        chips=pages.chips(counts, asked),
        total=sum(counts.values()) if filters.state is None else counts.get(filters.state, 0),
        selects=pages.selects(regions, cohorts, queries.months(g.scope)),
    )


@bp.get("/cohorts/<int:cohort_id>")
@requires(Permission.COHORT_READ)
def of_cohort(cohort_id: int) -> ResponseReturnValue:
    """The list of one cohort's sessions, which its record opens."""
    cohort = enrolment.get_cohort(g.scope, cohort_id) or abort(404)
    return redirect(url_for(".index", cohort=cohort.code))


def _filters(
    asked: Mapping[str, str], regions: Mapping[str, int], cohorts: Mapping[str, int]
) -> queries.Filters:
    """Filters of the address; one that names nothing known finds nothing, an odd state or month is no filter."""
    return queries.Filters(
        region_id=regions.get(asked["region"], 0) if "region" in asked else None,
        cohort_id=cohorts.get(asked["cohort"], 0) if "cohort" in asked else None,
        state=SessionState(asked["state"]) if asked.get("state") in set(SessionState) else None,
        kind=SessionKind(asked["kind"]) if asked.get("kind") in set(SessionKind) else None,
        month=_day(f"{asked.get('month', '')}-01"),
        late="late" in asked,
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _after(text: str | None) -> tuple[dt.date, int] | None:
    day, _dot, ident = (text or "").partition(".")
    found = _day(day)
    return (found, int(ident)) if found is not None and ident.isdecimal() and len(ident) < 10 else None


def _older(rows: list[queries.Row], asked: Mapping[str, str]) -> str:
    last = rows[-1]
    kept: dict[str, Any] = {**asked, "after": f"{last.first_on}.{last.id}"}
    return url_for(".index", **kept)
