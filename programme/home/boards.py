"""What the start page shows to whoever follows regions: tiles, map and table, to-dos, what was validated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import g

from cohorts.enrolment import queries as enrolment
from partnerships.agreements import queries as agreements
from programme.base import clock, journal, todos
from programme.base.access import Permission, Role, Scope
from programme.base.states import Tone
from programme.base.todos import Todo
from programme.home import queries, territory
from programme.home.asked import CHANGE_DAYS, Asked
from programme.home.tiles import Doors, Tile, agreements_tile, figures
from programme.journal import queries as entries
from regions.geography import queries as geography
from reports.progress import RegionProgress, progress, totals

FEW = 8


def waiting(region_id: int | None = None) -> list[Todo]:
    """What waits for the actor, found once a request (the top bar counts the same list), or in one region alone.

    What is red or overdue comes first.
    """
    if region_id is not None:
        return sorted(todos.waiting(g.actor, g.scope.narrowed(region_id)), key=lambda one: not is_late(one))
    if "todos" not in g:
        g.todos = todos.waiting(g.actor, g.scope)
    return sorted(g.todos, key=lambda one: not is_late(one))


def is_late(one: Todo) -> bool:
    """Whether its day has passed, or it cannot wait."""
    return one.tone is Tone.RED or bool(one.due_on and one.due_on < clock.today())


def tiles(scope: Scope, rows: Sequence[RegionProgress], asked: Asked, code: str | None = None) -> list[Tile]:
    """The four tiles of these regions' totals."""
    doors = Doors(g.actor, asked, code)
    before, now = totals(scope, asked.before, code), totals(scope, asked.moment, code)
    region_id = rows[0].region_id if code and rows else None
    return [*figures(now, before, doors), agreements_tile(scope, doors, region_id)]


def regions_board(asked: Asked) -> tuple[str, dict[str, Any]]:
    """Ministry officers and auditors: the country; regional officers: their regions, or the provinces of one."""
    rows = progress(g.scope, asked.moment)
    regions = geography.regions(g.scope)
    alone = regions[0] if len(regions) == 1 else None
    code = alone.code if alone else None
    doors = Doors(g.actor, asked, code)
    values: dict[str, Any] = {
        "tiles": tiles(g.scope, rows, asked, code),
        "todos": waiting()[:FEW],
        "todo_total": len(waiting()),
        "activities": queries.latest_validated(g.scope, until=clock.end_of_day(asked.known_on)),
        "region": alone,
        "has_programme": any(row.has_programme for row in rows),
    }
    if alone and rows:
        values |= {
            "provinces": territory.province_lines(rows[0], doors),
            "map": territory.province_map(rows[0], doors),
        }
    elif not alone:
        lines = territory.region_lines(regions, rows, doors)
        values |= {"lines": lines, "map": territory.region_map(lines) if lines else None}
    return "officer", values


CHECKED = (
    "sessions:session:override",
    "sessions:attendance:correct",
    "people:pair:same",
    "people:pair:distinct",
    "people:pair:reopen",
    "people:person:identify",
    "report:exported",
    "import:batch:run",
    "import:batch:undo",
)
"""Events that an auditor opens first: exceptions, corrections, decisions on persons, and what left the house."""


def audit_board(asked: Asked) -> tuple[str, dict[str, Any]]:
    """What is to be checked in the journal of the last days, then the country as the ministry sees it."""
    _name, values = regions_board(asked)
    since = clock.today() - dt.timedelta(days=CHANGE_DAYS)
    counts = entries.tally(CHECKED, since)
    return "auditor", values | {
        "checks": [(event, journal.EVENTS[event], counts.get(event, 0)) for event in CHECKED],
        "since": since,
        "days": CHANGE_DAYS,
        "head": entries.head(),
    }


def country_map(asked: Asked) -> dict[str, Any]:
    """All regions that the reader may read, on the map and in the table."""
    rows = progress(g.scope, asked.moment)
    lines = territory.region_lines(geography.regions(g.scope), rows, Doors(g.actor, asked))
    return {"lines": lines, "map": territory.region_map(lines) if lines else None}


def partner_board(asked: Asked) -> tuple[str, dict[str, Any]]:
    """Its agreements, and the totals of its regions: nothing about any person."""
    rows = progress(g.scope, asked.moment)
    regions = geography.regions(g.scope)
    doors = Doors(g.actor, asked)
    return "partner", {
        "tiles": tiles(g.scope, rows, asked),
        "todos": waiting()[:FEW],
        "todo_total": len(waiting()),
        "lines": territory.region_lines(regions, rows, doors),
        "agreements": agreements.agreements(g.scope, most=FEW),
    }


def implementer_board(asked: Asked) -> tuple[str, dict[str, Any]]:
    """Its cohorts with seats and places, the sessions that come and that wait, its agreements."""
    cohorts = enrolment.cohorts(g.scope)
    counts = enrolment.counts(one.id for one in cohorts)
    day = asked.as_at
    return "implementer", {
        "tiles": tiles(g.scope, progress(g.scope, asked.moment), asked),
        "todos": waiting()[:FEW],
        "todo_total": len(waiting()),
        "cohorts": [(one, *counts.get(one.id, (0, 0))) for one in cohorts[:FEW]],
        "coming": queries.occasions(g.scope, day, is_past=False),
        "late": queries.occasions(g.scope, day, is_past=True),
        "agreements": agreements.agreements(g.scope, most=FEW),
        "may_add": g.actor.may(Permission.SESSION_WRITE),
    }


def administrator_board(_asked: Asked) -> tuple[str, dict[str, Any]]:
    """Accounts, and what is wrong with them: no data of the programme."""
    return "administrator", {"state": queries.accounts_state(clock.now()), "roles": list(Role)}
