"""What waits in the sessions: to validate, to mark, to mend, to move inside the agreement's period."""

from __future__ import annotations

import datetime as dt

from flask import url_for

from cohorts.sessions.queries import listing, periods
from programme.base import carriage, clock, todos
from programme.base.access import Actor, Permission, Scope
from programme.base.language import gettext as _
from programme.base.language import ngettext
from programme.base.states import Tone
from programme.base.todos import Todo

FEW = 5
VALIDATION_DELAY = dt.timedelta(days=7)
"""Time that whoever validates has, from the day on which the session was handed in."""


def find(actor: Actor, scope: Scope) -> list[Todo]:
    """At most a handful of each kind; the statements depend on the role, not on how much waits."""
    if not actor.may(Permission.SESSION_READ):
        return []
    found: list[Todo] = []
    if actor.may(Permission.SESSION_VALIDATE):
        found += [_to_validate(row, actor) for row in listing.to_validate(scope, FEW)]
        found += _outside(scope)
    if actor.may(Permission.ATTENDANCE_WRITE):
        found += _to_mark(scope)
    if actor.account_id is not None and actor.may(Permission.SESSION_SUBMIT):
        for row in listing.returned_to(scope, actor.account_id, FEW):
            text = _("%(what)s : renvoyée, à corriger", what=_named(row))
            found.append(_of(row, text, "returned", None))
    return found


def _named(row: listing.Row) -> str:
    """A session by its title and its code, each isolated: one is often in the other script."""
    title = str(row.title)
    return f"\u2068{title}\u2069 (\u2066{row.code}\u2069)" if title else row.code


def _to_validate(row: listing.Row, actor: Actor) -> Todo:
    """Whoever handed it in waits for someone else (RULES C6)."""
    own = actor.account_id is not None and row.submitted_by_id == actor.account_id
    due = clock.day_of(row.submitted_at) + VALIDATION_DELAY if row.submitted_at else row.last_on
    text = _("%(what)s : à valider", what=_named(row))
    return _of(row, text, "validate", due, owner=_("Une autre personne que vous") if own else "")


def _to_mark(scope: Scope) -> list[Todo]:
    """Sheets without a mark; to others than their trainers they are told with the trainers' names."""
    rows = listing.without_attendance(scope, FEW)
    trainers = {} if scope.trainers else listing.trainers_of([row.id for row in rows])
    return [
        _of(
            row,
            _("%(what)s : présences à saisir", what=_named(row)),
            "mark",
            row.last_on,
            Tone.RED,
            owner=" · ".join(trainers.get(row.id, [])),
        )
        for row in rows
    ]


def _of(
    row: listing.Row,
    text: str,
    kind: str,
    due_on: dt.date | None,
    tone: Tone = Tone.AMBER,
    owner: str = "",
) -> Todo:
    href = url_for("cohorts.sessions.show", session_id=row.id)
    return Todo(text, href, due_on, tone, kind=f"session_{kind}", owner=owner)


def _outside(scope: Scope) -> list[Todo]:
    """Sessions with a day outside the agreement that carries them, recorded since; one line for all."""
    days = periods.days_by_agreement(scope)
    carried = carriage.carriages(reference for reference, _first, _last in days)
    doubtful = {
        reference: (carried[reference].starts_on, carried[reference].ends_on)
        for reference, first, last in days
        if reference in carried and not (carried[reference].covers(first) and carried[reference].covers(last))
    }
    late = periods.outside(scope, doubtful) if doubtful else []
    if not late:
        return []
    text = ngettext(
        "%(num)s session hors de la période de sa convention (%(code)s)",
        "%(num)s sessions hors de la période de leur convention (%(code)s…)",
        len(late),
        code=late[0][1],
    )
    href = url_for("cohorts.sessions.details", session_id=late[0][0])
    return [Todo(text, href, due_on=late[0][2], tone=Tone.RED, count=len(late), kind="session_outside")]


todos.register("cohorts.sessions", find, is_personal=True)
