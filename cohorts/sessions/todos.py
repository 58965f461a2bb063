"""What waits in the sessions: to validate, to mark, to mend, to move inside the agreement's period."""

from __future__ import annotations

from flask import url_for

from cohorts.sessions.queries import listing
from programme.base import carriage, todos
from programme.base.access import Actor, Permission, Scope
from programme.base.language import gettext as _
from programme.base.language import ngettext
from programme.base.states import Tone
from programme.base.todos import Todo

FEW = 5


def find(actor: Actor, scope: Scope) -> list[Todo]:
    """At most a handful of each kind; the statements depend on the role, not on how much waits."""
    if not actor.may(Permission.SESSION_READ):
        return []
    found: list[Todo] = []
    if actor.may(Permission.SESSION_VALIDATE):
        for row in listing.to_validate(scope, FEW):
            found.append(_of(row, _("%(code)s : à valider", code=row.code), "validate"))
        found += _outside(scope)
    if actor.may(Permission.ATTENDANCE_WRITE):
        for row in listing.without_attendance(scope, FEW):
            found.append(_of(row, _("%(code)s : présences à saisir", code=row.code), "mark", Tone.RED))
    if actor.account_id is not None and actor.may(Permission.SESSION_SUBMIT):
        for row in listing.returned_to(scope, actor.account_id, FEW):
            found.append(_of(row, _("%(code)s : renvoyée, à corriger", code=row.code), "returned"))
    return found


def _of(row: listing.Row, text: str, kind: str, tone: Tone = Tone.AMBER) -> Todo:
    href = url_for("cohorts.sessions.show", session_id=row.id)
    return Todo(text, href, due_on=row.last_on, tone=tone, kind=f"session_{kind}")


def _outside(scope: Scope) -> list[Todo]:
    """Sessions with a day outside the agreement that carries them, recorded since; one line for all."""
    days = listing.days_by_agreement(scope)
    carried = carriage.carriages(reference for reference, _first, _last in days)
    doubtful = {
        reference: (carried[reference].starts_on, carried[reference].ends_on)
        for reference, first, last in days
        if reference in carried and not (carried[reference].covers(first) and carried[reference].covers(last))
    }
    late = listing.outside(scope, doubtful) if doubtful else []
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


todos.register("sessions", find)
